package gazetteer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"faultline/schema"
)

func day(s string) schema.Day {
	d, err := schema.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestNamed(t *testing.T) {
	g := smallWorld(t)
	for _, c := range []struct{ name, want string }{
		{"Syria", "syria"},
		{"the Syrian Arab Republic", "syria"},
		{"syrian government", "syria"},
		{"Government of Syria", "syria"},
		{"Kremlin", "russia"},
		{"Damascus", "syria"},
		{"Syrian", "syria"},
		{"hizballah", ""},
		{"HIZBULLAH", "hezbollah"},
		{"US", "united-states"},
		{"U.S.", "united-states"},
		{"us", ""},
		{"WHO", "world-health-organization"},
		{"who", ""},
		{"turkey", ""},
		{"Turkey", "turkey"},
		{"Isis", "islamic-state"},
		{"el-Qaeda", "al-qaeda"},
		{"North Atlantic Treaty Organisation", "nato"},
		{"Côte d’Ivoire", "ivory-coast"},
		{"Cote D'Ivoire", "ivory-coast"},
		{"Democratic Republic of Congo", "dr-congo"},
		{"Palestinian Territory, Occupied", "palestine"},
		{"Occupied Palestinian Territory", "palestine"},
		{"Bashar Assad", "bashar-al-assad"},
		{"Congo", "dr-congo republic-of-the-congo"},
		{"army", ""},
		{"", ""},
		{"the", ""},
	} {
		var got []string
		for _, id := range g.Named(c.name) {
			got = append(got, id.Slug())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("Named(%q) = %v, want %q", c.name, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	g := smallWorld(t)
	for _, c := range []struct{ name, want string }{
		{"Hezbolah", "actor:hezbollah"},
		{"Hezb", "actor:hezbollah"},
		{"Rusia", "actor:russia"},
		{"Isalmic State", "actor:islamic-state"},
		{"Democratic Forces", "actor:sdf"},
		{"Erdogann", ""},
		{"", ""},
	} {
		got := ""
		if s := g.Nearest(c.name, 3); len(s) > 0 {
			got = string(s[0].ID)
		}
		if got != c.want {
			t.Errorf("Nearest(%q) starts with %q, want %q", c.name, got, c.want)
		}
	}
	if n := len(g.Nearest("guinea", 2)); n != 2 {
		t.Errorf("Nearest gives %d, want the 2 asked for", n)
	}
}

func TestRoleActor(t *testing.T) {
	g := smallWorld(t)
	for _, c := range []struct {
		holder, role string
		want         string // id, kind, country, part_of, name
	}{
		{"syria", "troops", "syria-military military SYR syria Syrian military"},
		{"syria", "army", "syrian-arab-army military SYR syria Syrian Arab Army"},
		{"iran", "foreign ministry", "iran-foreign-ministry government IRN iran Iranian foreign ministry"},
		{"iran", "Foreign Minister", "iran-foreign-ministry government IRN iran Iranian foreign ministry"},
		{"syria", "president", "syria state SYR - Syria"},
		{"syria", "civilians", "syria-civilians population SYR - Syrian civilians"},
		{"syria", "rebels", "syria-rebels armed-group SYR - Syrian rebels"},
		{"scotland", "police", "scotland-police government GBR scotland Scottish police"},
		{"hezbollah", "fighters", "hezbollah armed-group LBN - Hezbollah"},
		{"hezbollah", "spokesman", "hezbollah armed-group LBN - Hezbollah"},
		{"hezbollah", "prisoners", "hezbollah-detainees population LBN - Hezbollah detainees"},
		{"united-nations", "peacekeepers", "united-nations-peacekeepers military - united-nations United Nations peacekeepers"},
		{"bashar-al-assad", "forces", "syria-military military SYR syria Syrian military"},
		{"hassan-nasrallah", "fighters", "hezbollah armed-group LBN - Hezbollah"},
		{"saudi-arabia", "coalition", "saudi-led-coalition military - - Saudi-led coalition"},
		{"france", "coalition", "france-led-coalition military - - French-led coalition"},
		{"syria", "zebra", ""},
		{"atlantis", "army", ""},
	} {
		got := ""
		if a, ok := g.RoleActor(schema.MakeActorID(c.holder), c.role); ok {
			country, part := a.Country, "-"
			if country == "" {
				country = "-"
			}
			if len(a.PartOf) > 0 {
				part = a.PartOf[0].Slug()
			}
			got = fmt.Sprintf("%s %s %s %s %s", a.ID.Slug(), a.Kind, country, part, a.Name)
		}
		if got != c.want {
			t.Errorf("RoleActor(%s, %s)\n got %s\nwant %s", c.holder, c.role, got, c.want)
		}
	}
}

func TestLookupICEWS(t *testing.T) {
	g := smallWorld(t)
	for _, c := range []struct{ name, want string }{
		{"Military (Mali)", "mali-military"},
		{"Citizen (India)", "india-civilians"},
		{"Police (Palestinian Territory, Occupied)", "palestine-police"},
		{"Priest (Holy See (Vatican City State))", "vatican-clergy"},
		{"Member of Legislative (Govt) (Nigeria)", "nigeria-parliament"},
		{"Governor (Falkland Islands (Malvinas))", "falkland-islands-local-authorities"},
		{"Armed Rebel (Taliban)", "taliban"},
		{"Military Judge (Jordan)", "jordan-judiciary"},
		{"Government (Congo)", "republic-of-the-congo"},
		{"Government (Democratic Republic of Congo)", "dr-congo"},
		{"Shia (Iraq)", "iraq-shiites"},
		{"Syrian Army (Syria)", "syrian-arab-army"},
		{"North Korea", "north-korea"},
		{"UN Security Council", "un-security-council"},
		{"Dmitry Anatolyevich Medvedev", "dmitry-medvedev"},
		{"Prime Minister Medvedev", "dmitry-medvedev"},
		{"Nobody Known", ""},
		{"Citizen (Atlantis)", ""},
		{"Zebra (Mali)", ""},
		{")", ""},
		{"", ""},
	} {
		got := ""
		if a, ok := g.LookupICEWS(c.name, day("2010-01-01")); ok {
			got = a.ID.Slug()
			if err := a.Validate(); err != nil {
				t.Error(err)
			}
		}
		if got != c.want {
			t.Errorf("LookupICEWS(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOffices(t *testing.T) {
	g := smallWorld(t)
	for _, c := range []struct{ role, at, day, want string }{
		{"president", "russia", "2008-05-06", "actor:vladimir-putin"},
		{"president", "russia", "2008-05-07", "actor:dmitry-medvedev"}, // both that day, the later comer counts
		{"President", "russia", "2010-01-01", "actor:dmitry-medvedev"},
		{"prime minister", "russia", "2010-01-01", "actor:vladimir-putin"},
		{"president", "russia", "", "actor:vladimir-putin"},
		{"foreign minister", "united-states", "2014-01-01", "actor:john-kerry"},
		{"king", "russia", "2010-01-01", ""},
		{"president", "russia", "1990-01-01", ""},
		{"president", "nowhere", "2010-01-01", ""},
	} {
		d := schema.NoDay
		if c.day != "" {
			d = day(c.day)
		}
		if got, _ := g.HolderAt(c.role, schema.MakeActorID(c.at), d); string(got) != c.want {
			t.Errorf("HolderAt(%s, %s, %s) = %q, want %q", c.role, c.at, c.day, got, c.want)
		}
	}
	offices := g.OfficesAt("actor:dmitry-medvedev", day("2013-01-01"))
	if len(offices) != 1 || offices[0].Role != "prime minister" {
		t.Errorf("Medvedev's offices in 2013: %v", offices)
	}
}

func TestEntryOn(t *testing.T) {
	g := smallWorld(t)
	nusra, _ := g.Actor("actor:nusra-front")
	if len(nusra.Actor.PartOf) != 0 {
		t.Errorf("the Nusra Front is still part of %v", nusra.Actor.PartOf)
	}
	if a := nusra.On(day("2016-07-28")); !slices.Contains(a.PartOf, "actor:al-qaeda") {
		t.Errorf("on its last day in al-Qaeda it is part of %v", a.PartOf)
	}
	if a := nusra.On(day("2016-07-29")); len(a.PartOf) != 0 {
		t.Errorf("the day after it is part of %v", a.PartOf)
	}
	sdf, _ := g.Actor("actor:sdf")
	if a := sdf.On(day("2015-09-30")); len(a.AlignedWith) != 0 {
		t.Errorf("before October 2015 the SDF sides with %v", a.AlignedWith)
	}
	kerry, _ := g.Actor("actor:john-kerry")
	if a := kerry.On(day("2014-01-01")); !slices.Contains(a.PartOf, "actor:united-states") {
		t.Errorf("Kerry in office is part of %v", a.PartOf)
	}
	if _, ok := g.Actor("actor:atlantis"); ok {
		t.Error("Atlantis is known")
	}
}

func TestParseErrors(t *testing.T) {
	const header = "id\tkind\tcountry\tname\tpart_of\taligned\taliases\tadjectives\n"
	for _, c := range []struct{ file, text, want string }{
		{"groups.tsv", header + "a\tghost\t\tA\n", `groups.tsv:2: a: "ghost" is no kind of actor`},
		{"groups.tsv", header + "# note\n\nA b\tstate\t\tA\n", `groups.tsv:4: "A b" is no id`},
		{"groups.tsv", header + "a\tstate\t\tA\na\tstate\t\tB\n", "groups.tsv:3: a is also at groups.tsv:2"},
		{"groups.tsv", header + "a\tstate\tSyr\tA\n", `groups.tsv:2: a: "Syr" is no ISO`},
		{"groups.tsv", header + "a\tstate\t\t\n", "groups.tsv:2: a has no name"},
		{"groups.tsv", header + "a\tstate\t\tA\tb\n", "groups.tsv:2: a refers to b, which no row has"},
		{"groups.tsv", header + "a\tstate\t\tA\ta\n", "groups.tsv:2: a refers to itself"},
		{"groups.tsv", header + "a\tstate\t\tA\ta@2015-13..\n", `groups.tsv:2: "2015-13" is no date`},
		{"groups.tsv", header + "a\tstate\t\tA\ta@2016..2015\n", `groups.tsv:2: "2016..2015" ends before it begins`},
		{"groups.tsv", header + "a\tstate\t\tA\t\t\t\t\tmore\n", "groups.tsv:2: has 9 cells"},
		{"groups.tsv", "id\tsort\n", `groups.tsv:1: column "sort" is unknown`},
		{"groups.tsv", "name\n", `groups.tsv:1: the header lacks the column "id"`},
		{"persons.tsv", "id\tname\tcountry\toffices\na\tA\t\tking of b\n", `persons.tsv:2: "king of b" is no office`},
		{"roles.tsv", "singular\tplural\tkind\tsuffix\tclass\nking\t\tperson\t=\troyal\n", `roles.tsv:2: "royal" is no class`},
		{"roles.tsv", "singular\tplural\tkind\tsuffix\tclass\nking\t\tperson\t\tleader\n", `roles.tsv:2: "" is no suffix`},
		{"roles.tsv", "singular\tplural\tkind\tsuffix\tclass\tflags\nking\t\tperson\t=\tleader\tbig\n", `roles.tsv:2: "big" is no flag`},
		{"roles.tsv", "singular\tplural\tkind\tsuffix\tclass\nking\t\tperson\t=\tleader\nKing\t\tperson\t=\tleader\n", `roles.tsv:3: the role "King" is also at roles.tsv:2`},
	} {
		_, err := Parse(fstest.MapFS{c.file: {Data: []byte(c.text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestParseLayers(t *testing.T) {
	const header = "id\tkind\tcountry\tname\tpart_of\taligned\taliases\tadjectives\n"
	below := fstest.MapFS{"groups.tsv": file(header + "a\tarmed-group\t\tOld Name\nb\tarmed-group\t\tB\ta\n")}
	above := fstest.MapFS{"groups.tsv": file(header + "a\tarmed-group\t\tNew Name\tb@2001\n")}
	g, err := Parse(below, above)
	if err != nil {
		t.Fatal(err)
	}
	if e, _ := g.Actor("actor:a"); e.Actor.Name != "New Name" || g.Named("Old Name") != nil {
		t.Errorf("the upper layer's row is not the one that counts: %+v", e)
	}
	if len(g.All()) != 2 {
		t.Errorf("%d entries, want 2", len(g.All()))
	}
}

func FuzzParse(f *testing.F) {
	f.Add("id\tkind\tcountry\tname\tpart_of\taligned\taliases\tadjectives\na\tstate\tSYR\tA\t\t\tB | C\tD\n")
	f.Add("id\tname\tcountry\toffices\taliases\na\tA\t\tking@a 2001..2002-03 | queen@a\t\n")
	f.Add("singular\tplural\tkind\tsuffix\tclass\tflags\narmy\tarmies\tmilitary\tmilitary\tmilitary\tverb\n")
	f.Add("id\tname\tiso3\tcapital\tadjectives\tpeople\taliases\tkind\tpart_of\r\nx\tX\t\tY\tZ\n")
	f.Add("name\tids\nx\ta | b\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range append([]string{statesFile, personsFile, rolesFile, ambiguousFile}, actorFiles...) {
			g, err := Parse(fstest.MapFS{name: {Data: []byte(text)}})
			if err != nil {
				if !strings.Contains(err.Error(), name) {
					t.Errorf("the error does not name %s: %v", name, err)
				}
				continue
			}
			for _, e := range g.All() {
				if err := e.Actor.Validate(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if got := g.lookup(e.Actor.Name, true); len(got) == 0 {
					t.Errorf("%s: %q is not found by its name", name, e.Actor.Name)
				}
			}
			g.Match(split(text, true))
		}
	})
}
