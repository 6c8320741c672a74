package petrarch

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"faultline/ingest/gazetteer"
	"faultline/ingest/report"
	"faultline/schema"
)

func actors(t testing.TB, in io.Reader) (list []Actor, skips []string) {
	t.Helper()
	err := ReadActors(context.Background(), in, "f", func(a Actor) error { list = append(list, a); return nil },
		func(s report.Skip) error { skips = append(skips, s.String()); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return list, skips
}

func agents(t testing.TB, in io.Reader) (list []Agent, skips []string) {
	t.Helper()
	err := ReadAgents(context.Background(), in, "f", func(a Agent) error { list = append(list, a); return nil },
		func(s report.Skip) error { skips = append(skips, s.String()); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return list, skips
}

func day(y int, m time.Month, d int) schema.Day { return schema.MakeDay(y, m, d) }

func TestActorForms(t *testing.T) {
	always := func(code string) Role { return Role{code, schema.NoDay, schema.NoDay} }
	for _, c := range []struct {
		name, in string
		want     Actor
	}{
		{"code on the line", "NORLAND_  [NOR] # a comment", Actor{Name: "NORLAND", Roles: []Role{always("NOR")}}},
		{"synonyms and codes", "JANE_ROE_  # File.txt\n+ROE_\n+PRESIDENT ROE\n\t[NORGOV >011222]\n\t[NORELI]\n", Actor{
			Name: "JANE ROE", Synonyms: []string{"ROE", "PRESIDENT ROE"},
			Roles: []Role{{"NORGOV", day(2001, 12, 22), schema.NoDay}, always("NORELI")}}},
		{"several codes on the line", "JANE_ROE_\t[NORGOV 010120-050120] [IGOUNOKID >050501]# comment", Actor{Name: "JANE ROE", Roles: []Role{
			{"NORGOV", day(2001, 1, 20), day(2005, 1, 21)}, {"IGOUNOKID", day(2005, 5, 1), schema.NoDay}}}},
		{"before", "A B\n\t[SUNBLR <910825]", Actor{Name: "A B", Roles: []Role{{"SUNBLR", schema.NoDay, day(1991, 8, 26)}}}},
		{"long and short days mixed", "A B\n\t[NORGOV 18970101-450703]", Actor{Name: "A B", Roles: []Role{{"NORGOV", day(1897, 1, 1), day(1945, 7, 4)}}}},
		{"a blank before the day", "A B\n\t[NORGOV > 140608]", Actor{Name: "A B", Roles: []Role{{"NORGOV", day(2014, 6, 8), schema.NoDay}}}},
		{"too many digits", "A B\n\t[NORGOV 1920030320-201005011]", Actor{Name: "A B", Roles: []Role{{"NORGOV", day(1920, 3, 3), day(2010, 5, 2)}}}},
		{"year 30 and 31", "A B\n\t[NORGOV 310101-301231]", Actor{Name: "A B", Roles: []Role{{"NORGOV", day(1931, 1, 1), day(2031, 1, 1)}}}},
		{"null code", "A B\t[IGOUNO 000101-080801] [---] #x", Actor{Name: "A B", Roles: []Role{{"IGOUNO", day(2000, 1, 1), day(2008, 8, 2)}, always("")}}},
		{"blanks for a tab before a code", "A B\n  [NOR]", Actor{Name: "A B", Roles: []Role{always("NOR")}}},
		{"lost apostrophe", "COTE_D\x1aOR_ [NOR]", Actor{Name: "COTE D'OR", Roles: []Role{always("NOR")}}},
		{"two names on a line", "A B [NOR]\n+C_D+_E_F_", Actor{Name: "A B", Synonyms: []string{"C D", "E F"}, Roles: []Role{always("NOR")}}},
		{"Latin-1", "JOS\xc9_ROE [NOR]", Actor{Name: "JOSÉ ROE", Roles: []Role{always("NOR")}}},
		{"comments over lines", "<!DOCTYPE x>\n<!-- one\ntwo [X] --> A B <!-- three --> [NOR] ; four\n", Actor{Name: "A B", Roles: []Role{always("NOR")}}},
	} {
		got, skips := actors(t, strings.NewReader(c.in))
		if len(got) == 1 {
			got[0].Origin = report.Origin{}
		}
		if len(got) != 1 || len(skips) > 0 || !reflect.DeepEqual(got[0], c.want) {
			t.Errorf("%s: got %+v %v, want %+v", c.name, got, skips, c.want)
		}
	}
}

func TestActorSkips(t *testing.T) {
	for in, want := range map[string]string{
		"+SYNONYM_\n":                        `f:1: synonym or code before any actor: "+SYNONYM_"`,
		"\t[NOR]\n":                          `f:1: synonym or code before any actor: "\t[NOR]"`,
		"A B\n":                              `f:1: entry has no code: "A B"`,
		"_ [NOR\n":                           `f:1: entry has no name: "_ [NOR"`,
		"A B [NOR]\n\t[NORGOV\n":             `f:2: code has no closing bracket: "\t[NORGOV"`,
		"A B [NOR]\n\t[]\n":                  `f:2: entry has no code: ""`,
		"A B [NOR]\n\t[X 9008223-911221]\n":  `f:2: restriction's date does not parse: "X 9008223-911221"`,
		"A B [NOR]\n\t[X 20090231-911221]\n": `f:2: restriction's date does not parse: "X 20090231-911221"`,
		"A B [NOR]\n\t[X 140608]\n":          `f:2: restriction's date does not parse: "X 140608"`,
		"A B [NOR]\n\t[X >]\n":               `f:2: restriction's date does not parse: "X >"`,
		"A B [NOR]\n\t[X <14-06]\n":          `f:2: restriction's date does not parse: "X <14-06"`,
		"A B [NOR]\n\t[X 20121207-20120802]": `f:2: restriction ends before it begins: "X 20121207-20120802"`,
		strings.Repeat("x", lineMax+1):       `f:1: line is too long: 65537 bytes, at most 65536`,
	} {
		got, skips := actors(t, strings.NewReader(in))
		if len(skips) != 1 || skips[0] != want {
			t.Errorf("%q: %v", in, skips)
		}
		if strings.HasPrefix(in, "A B [NOR]") && (len(got) != 1 || len(got[0].Roles) != 1) {
			t.Errorf("%q: the actor is %+v", in, got)
		}
	}
}

func TestAgents(t *testing.T) {
	const sets = "# sets\n!PERSON! = MAN, MEN, OLD_WOMAN\n\n"
	for _, c := range []struct {
		in   string
		want []Agent
	}{
		{"DAIRY_FARMER [~AGR] # x", []Agent{{Noun: "DAIRY FARMER", Code: "AGR"}}},
		{"LAWMAN {LAWMEN} [~COP]", []Agent{{Noun: "LAWMAN", Plural: "LAWMEN", Code: "COP"}}},
		{"POLICE {} [~COP]", []Agent{{Noun: "POLICE", One: true, Code: "COP"}}},
		{"HEAD_OF_POLICE {HEADS_OF_POLICE } [~COP]", []Agent{{Noun: "HEAD OF POLICE", Plural: "HEADS OF POLICE", Code: "COP"}}},
		{"TRUCE_MONITOR [IGO~]", []Agent{{Noun: "TRUCE MONITOR", Code: "IGO", Before: true}}},
		{"CHIEF EXECUTIVE [~GOV]", []Agent{{Noun: "CHIEF EXECUTIVE", Code: "GOV"}}},
		{"FRONT_  [~MUSREB]", []Agent{{Noun: "FRONT", Code: "MUSREB"}}},
		{"HUSBAND!PERSON![~AGR]", []Agent{{Noun: "HUSBANDMAN", One: true, Code: "AGR"}, {Noun: "HUSBANDMEN", One: true, Code: "AGR"}, {Noun: "HUSBANDOLD WOMAN", One: true, Code: "AGR"}}},
		// What follows a set keeps its own plural.
		{"FIRE!PERSON! {} [~GOV]\nCAT {CATTEN} [~AGR]\nDOG [~AGR]", []Agent{{Noun: "FIREMAN", One: true, Code: "GOV"}, {Noun: "FIREMEN", One: true, Code: "GOV"},
			{Noun: "FIREOLD WOMAN", One: true, Code: "GOV"}, {Noun: "CAT", Plural: "CATTEN", Code: "AGR"}, {Noun: "DOG", Code: "AGR"}}},
	} {
		got, skips := agents(t, strings.NewReader(sets+c.in))
		for i := range got {
			got[i].Origin = report.Origin{}
		}
		if len(skips) > 0 || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v %v", c.in, got, skips)
		}
	}
	for in, want := range map[string]string{
		"DEPARMENT [~ENV}":            `f:4: code has no closing bracket: "DEPARMENT [~ENV}"`,
		"EXTREMIST":                   `f:4: entry has no code: "EXTREMIST"`,
		"EXTREMIST [~]":               `f:4: entry has no code: "EXTREMIST [~]"`,
		"X!NONE! [~GOV]":              `f:4: set of words is not defined: "X!NONE! [~GOV]"`,
		"!PERSON!S_WO!PERSON! [~GOV]": `f:4: noun has more than one set of words: "!PERSON!S_WO!PERSON! [~GOV]"`,
		"X! [~GOV]":                   `f:4: set of words is not defined: "X! [~GOV]"`,
		"LAWMAN {X [~COP]":            `f:4: plural has no closing brace: "LAWMAN {X [~COP]"`,
		"[~COP]":                      `f:4: entry has no name: "[~COP]"`,
	} {
		if got, skips := agents(t, strings.NewReader(sets+in)); len(got) > 0 || len(skips) != 1 || skips[0] != want {
			t.Errorf("%s: %v %v", in, got, skips)
		}
	}
}

func TestWritten(t *testing.T) {
	for _, c := range []struct {
		name   string
		others []string
		want   string
	}{
		{"JANE ROE", nil, "Jane Roe"},
		{"COTE D'IVOIRE", nil, "Cote D'Ivoire"},
		{"BOUTROS-GHALI", nil, "Boutros-Ghali"},
		{"COURT OF THE NORTH", nil, "Court of the North"},
		{"ADEN ARMY (AAIA)", nil, "Aden Army|AAIA"},
		{"IPCC", []string{"INTER-GOVERNMENTAL PANEL ON CLIMATE CHANGE"}, "Ipcc"},
		{"IPC", []string{"INTERNATIONAL PANEL ON CLIMATE"}, "IPC"},
		{"NTC", nil, "NTC"},
		{"KABUL", nil, "Kabul"},
		{"A|B@C", nil, "A B C"},
		{"()", nil, ""},
	} {
		if got := strings.Join(written(c.name, c.others), "|"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

const dictionary = `
SYRIA_ [SYR]
+SYRIYA_LAND_
+DAMASCUS_
QUENTIN_EXAMPLE_
+EXAMPLE_
	[SYRGOV 20000101-20100101]
	[SYRELI]
RITA_EXAMPLE_
	[SYRMIL >150101]
	[SYROPP]
NORTHERN_VALLEY_BRIGADE_(NVB)_ [SYRREB]
+VALLEY_BRIGADE_
+EXAMPLE_
DEPARTMENT_OF_VALLEYS_ [SYRGOV >080217]
VALLEY_TIMES_ [SYRMED]
UNITED_NATIONS_VALLEY_MISSION_ [IGOUNO]
HEZBOLLAH_ [LBNREB]
+PARTY_OF_THE_VALLEY_
MYSTERY_ [ZZZ]
ДОЛИНА_ [SYRREB]
BASHAR_AL-ASSAD_
+PRESIDENT_VALLEY_
	[SYRGOV >20000717]
`

func TestBuild(t *testing.T) {
	list, skips := actors(t, strings.NewReader(dictionary))
	if len(skips) > 0 {
		t.Fatal(skips)
	}
	nouns, skips := agents(t, strings.NewReader("VALLEY_WARDEN [~COP]\nVALLEY_CHIEF {} [~GOV]\nVALLEYMAN {VALLEYMEN} [~REB]\nPOLICE {} [~COP]\nZEALOT [~RAD]\n"))
	if len(skips) > 0 {
		t.Fatal(skips)
	}
	layers := []fs.FS{gazetteer.Builtin()}
	layer, err := Build(layers, list, nouns)
	if err != nil {
		t.Fatal(err)
	}
	if layer.New != 6 || layer.Extended != 3 || layer.Known != 0 || layer.Nouns != 3 {
		t.Errorf("%d new, %d extended, %d known, %d nouns\n%s", layer.New, layer.Extended, layer.Known, layer.Nouns, layer.Files)
	}
	var left []string
	for _, s := range layer.Left {
		left = append(left, s.Reason+" "+s.Detail)
	}
	if want := []string{ReasonTaken + ` "Example"`, ReasonWho + ` "MYSTERY"`, ReasonSlug + ` "ДОЛИНА"`, ReasonQualifies + ` "ZEALOT [RAD]"`}; !reflect.DeepEqual(left, want) {
		t.Errorf("left out: %q", left)
	}
	g, err := gazetteer.Parse(append(layers, FS(layer.Files))...)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]schema.ActorID{
		"Syriya Land": "actor:syria", "Quentin Example": "actor:quentin-example", "Example": "actor:quentin-example", "NVB": "actor:northern-valley-brigade",
		"Valley Brigade": "actor:northern-valley-brigade", "Valley Times": "actor:valley-times", "Party of the Valley": "actor:hezbollah",
		"President Valley": "actor:bashar-al-assad", "Department of Valleys": "actor:department-of-valleys",
	} {
		if ids := g.Named(name); len(ids) != 1 || ids[0] != want {
			t.Errorf("%s: %v", name, ids)
		}
	}
	for _, c := range []struct {
		who  schema.ActorID
		on   schema.Day
		want string
	}{
		{"actor:quentin-example", day(1999, 12, 31), ""},
		{"actor:quentin-example", day(2000, 1, 1), "official"},
		{"actor:quentin-example", day(2010, 1, 1), "official"},
		{"actor:quentin-example", day(2010, 1, 2), ""},
		{"actor:rita-example", day(2014, 12, 31), "opposition leader"},
		{"actor:rita-example", day(2015, 1, 1), "military officer"},
	} {
		got := ""
		for _, o := range g.OfficesAt(c.who, c.on) {
			got += o.Role
		}
		if got != c.want {
			t.Errorf("%s on %s: %q, want %q", c.who, c.on, got, c.want)
		}
	}
	if e, _ := g.Actor("actor:department-of-valleys"); e.Actor.Kind != schema.Government || len(e.On(day(2008, 2, 17)).PartOf) != 1 || len(e.On(day(2008, 2, 16)).PartOf) != 0 {
		t.Errorf("%+v", e)
	}
	if e, _ := g.Actor("actor:united-nations-valley-mission"); len(e.PartOf) != 1 || e.PartOf[0].ID != "actor:united-nations" {
		t.Errorf("%+v", e)
	}
	// What the gazetteer knows of others stays.
	below, err := gazetteer.Parse(layers...)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []schema.ActorID{"actor:hezbollah", "actor:bashar-al-assad", "actor:syria"} {
		was, _ := below.Actor(id)
		is, _ := g.Actor(id)
		is.Actor.Aliases = is.Actor.Aliases[:len(was.Actor.Aliases)]
		if !reflect.DeepEqual(is, was) {
			t.Errorf("was %+v\nis  %+v", was, is)
		}
	}
	a, ok := g.RoleActor("actor:syria", "valleymen")
	if !ok || a.ID != "actor:syria-rebels" {
		t.Errorf("%+v", a)
	}
	if a, _ := g.RoleActor("actor:syria", "valley chief"); a.ID != "actor:syria" {
		t.Errorf("%+v", a)
	}
	again, err := Build(layers, list, nouns)
	if err != nil || !reflect.DeepEqual(again, layer) {
		t.Error("the same dictionary gives other files", err)
	}
	if more, err := Build(append(layers, FS(layer.Files)), list, nouns); err != nil || more.New+more.Extended+more.Nouns != 0 {
		t.Errorf("imported twice: %+v %v", more, err)
	}
}

func TestGaps(t *testing.T) {
	no := schema.NoDay
	for _, c := range []struct{ in, want []Role }{
		{[]Role{{"A", no, no}}, []Role{{"A", no, no}}},
		{[]Role{{"A", no, no}, {"B", 10, 20}, {"C", 30, 40}}, []Role{{"B", 10, 20}, {"C", 30, 40}, {"A", no, 10}, {"A", 20, 30}, {"A", 40, no}}},
		{[]Role{{"B", 10, 50}, {"C", 20, 30}, {"A", no, no}}, []Role{{"B", 10, 50}, {"C", 20, 30}, {"A", no, 10}, {"A", 50, no}}},
		{[]Role{{"B", no, 10}, {"C", 20, no}, {"A", no, no}}, []Role{{"B", no, 10}, {"C", 20, no}, {"A", 10, 20}}},
		{[]Role{{"B", no, 10}}, []Role{{"B", no, 10}}},
	} {
		if got := withGaps(c.in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v", c.in, got)
		}
	}
}

// The dictionaries of the field read whole, and give files that fit.
func TestRealDictionaries(t *testing.T) {
	dir := os.Getenv("FAULTLINE_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	open := func(name string) io.Reader {
		f, err := os.Open(filepath.Join(dir, "petrarch", name))
		if err != nil {
			t.Skipf("evaluation data: %v", err)
		}
		t.Cleanup(func() { f.Close() })
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	var list []Actor
	for _, name := range []string{"Phoenix.Countries.actors.txt.gz", "Phoenix.International.actors.txt.gz", "Phoenix.MilNonState.actors.txt.gz"} {
		got, skips := actors(t, open(name))
		t.Logf("%s: %d actors, %d skips", name, len(got), len(skips))
		if len(skips) > len(got)/20 {
			t.Errorf("%s: %d skips, the first %s", name, len(skips), skips[0])
		}
		list = append(list, got...)
	}
	nouns, skips := agents(t, open("Phoenix.agents.txt.gz"))
	t.Logf("agents: %d, %d skips %q", len(nouns), len(skips), skips)
	layer, err := Build([]fs.FS{gazetteer.Builtin()}, list, nouns)
	if err != nil {
		t.Fatalf("%.2000s", err.Error())
	}
	reasons := map[string]int{}
	for _, s := range layer.Left {
		reasons[s.Reason]++
	}
	t.Logf("%d new, %d extended, %d known, %d nouns, left out %v", layer.New, layer.Extended, layer.Known, layer.Nouns, reasons)
	if layer.New < 10_000 || layer.Nouns < 300 {
		t.Error("too few")
	}
}

func FuzzReadActors(f *testing.F) {
	f.Add(dictionary)
	f.Add("A [B <1]\n+\x1a+\n\t[C 1-2] [D")
	f.Fuzz(func(t *testing.T, in string) {
		list, _ := actors(t, strings.NewReader(in))
		for _, a := range list {
			if a.Name == "" || len(a.Roles) == 0 {
				t.Errorf("%+v", a)
			}
			for _, r := range a.Roles {
				if r.From != schema.NoDay && r.To != schema.NoDay && r.To <= r.From {
					t.Errorf("%+v", a)
				}
			}
			written(a.Name, a.Synonyms)
			withGaps(a.Roles)
		}
	})
}

func FuzzReadAgents(f *testing.F) {
	f.Add("!P! = A, B\nX!P! {} [~GOV]\nY {YS} [NGO~]\n")
	f.Fuzz(func(t *testing.T, in string) {
		list, _ := agents(t, strings.NewReader(in))
		for _, a := range list {
			if a.Noun == "" || a.Code == "" {
				t.Errorf("%+v", a)
			}
		}
	})
}

func FuzzBuild(f *testing.F) {
	f.Add(dictionary)
	f.Add("A\tB [SYRGOV 1-2]\n+#|@\n")
	layers := []fs.FS{FS{"states.tsv": []byte("id\tname\tiso3\nsyria\tSyria\tSYR\n"), "roles.tsv": []byte("singular\tplural\tkind\tsuffix\tclass\nrebel\t\tarmed-group\trebels\trebel\n")}}
	f.Fuzz(func(t *testing.T, in string) {
		list, _ := actors(t, strings.NewReader(in))
		nouns, _ := agents(t, strings.NewReader(in))
		if _, err := Build(layers, list, nouns); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkReadActors(b *testing.B) {
	var in strings.Builder
	for i := range 5_000 {
		fmt.Fprintf(&in, "NAME_%d_ # x\n+OTHER_%d_\n\t[NORGOV 010120-050120]\n\t[NORELI]\n", i, i)
	}
	b.SetBytes(int64(in.Len()))
	n := 0
	for b.Loop() {
		list, _ := actors(b, strings.NewReader(in.String()))
		n += len(list)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "actors/s")
}
