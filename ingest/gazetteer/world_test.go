package gazetteer

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"
)

// smallWorld has the states and role nouns of the data files with a handful
// of groups and persons, so that tests do not depend on the rest.
func smallWorld(t testing.TB) *Gazetteer {
	t.Helper()
	files := fstest.MapFS{
		"groups.tsv": file(`
id	kind	country	name	part_of	aligned	aliases	adjectives
al-qaeda	armed-group		al-Qaeda			Al Qaeda | al-Qaida	
farc	armed-group	COL	Revolutionary Armed Forces of Colombia			FARC	
hezbollah	armed-group	LBN	Hezbollah		iran	Hizbollah | Hizbullah | Party of God	
houthis	armed-group	YEM	Houthis		iran	Ansar Allah	Houthi
irgc	military	IRN	Islamic Revolutionary Guard Corps	iran		IRGC | Revolutionary Guards	
islamic-state	armed-group		Islamic State			IS | ISIS | ISIL | Daesh	
kurds	population		Kurds				Kurdish
russia-military	military	RUS	Russian Armed Forces	russia		Russian forces | Russian military	
nusra-front	armed-group	SYR	al-Nusra Front	al-qaeda@..2016-07-28		Nusra Front | Jabhat al-Nusra	
sdf	armed-group	SYR	Syrian Democratic Forces		united-states@2015-10..	SDF	
shiites	population		Shiites			Shia | Shiite	Shiite | Shia
syrian-arab-army	military	SYR	Syrian Arab Army	syria		SAA | Syrian Army	
taliban	armed-group	AFG	Taliban			Taleban	Taliban
`),
		"organisations.tsv": file(`
id	kind	country	name	part_of	aligned	aliases	adjectives
european-union	organisation		European Union			EU	EU
nato	organisation		NATO			North Atlantic Treaty Organization	
saudi-led-coalition	military		Saudi-led coalition		saudi-arabia	Saudi-led coalition in Yemen | Arab coalition	
un-security-council	organisation		United Nations Security Council	united-nations		UN Security Council | UNSC	
united-nations	organisation		United Nations			UN | U.N.	
world-health-organization	organisation		World Health Organization	united-nations		WHO	
`),
		"outlets.tsv": file(`
id	kind	country	name	part_of	aligned	aliases	adjectives
bbc	outlet	GBR	BBC			British Broadcasting Corporation	
`),
		"persons.tsv": file(`
id	name	country	offices	aliases
ban-ki-moon	Ban Ki-moon	KOR	secretary-general@united-nations 2007-01-01..2016-12-31	
bashar-al-assad	Bashar al-Assad	SYR	president@syria 2000-07-17..2024-12-08	Assad | al-Assad
dmitry-medvedev	Dmitry Medvedev	RUS	president@russia 2008-05-07..2012-05-07 | prime minister@russia 2012-05-08..2020-01-16	Medvedev
george-h-w-bush	George H. W. Bush	USA	president@united-states 1989-01-20..1993-01-20	
george-w-bush	George W. Bush	USA	president@united-states 2001-01-20..2009-01-20	
hassan-nasrallah	Hassan Nasrallah	LBN	leader@hezbollah 1992..2024-09-27	Nasrallah
john-kerry	John Kerry	USA	secretary of state@united-states 2013-02-01..2017-01-20	Kerry
vladimir-putin	Vladimir Putin	RUS	president@russia 1999-12-31..2008-05-07 | prime minister@russia 2008-05-08..2012-05-07 | president@russia 2012-05-07..	Putin
`),
	}
	for _, name := range []string{statesFile, rolesFile, modifiersFile, wordsFile} {
		b, err := fs.ReadFile(Builtin(), name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
	}
	g, err := Parse(files)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func file(s string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(strings.TrimPrefix(s, "\n"))}
}

// split is a plain tokeniser for tests: words with their inner signs, other
// marks apart, 's apart when apart is set.
func split(s string, apart bool) []Word {
	var ws []Word
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			i += n
			continue
		}
		j := i
		for j < len(s) {
			r, n := utf8.DecodeRuneInString(s[j:])
			if unicode.IsSpace(r) || (strings.ContainsRune(",;:!?()\"", r)) {
				break
			}
			j += n
		}
		if j == i {
			ws = append(ws, Word{s[i : i+n], i, i + n})
			i += n
			continue
		}
		end := j
		if s[end-1] == '.' && end-i > 1 && (j == len(s)) {
			end--
		}
		if text := s[i:end]; apart && strings.HasSuffix(text, "'s") && len(text) > 2 {
			ws = append(ws, Word{text[:len(text)-2], i, end - 2}, Word{"'s", end - 2, end})
		} else {
			ws = append(ws, Word{text, i, end})
		}
		if end < j {
			ws = append(ws, Word{".", end, j})
		}
		i = j
	}
	return ws
}
