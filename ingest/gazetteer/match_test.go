package gazetteer

import (
	"fmt"
	"strings"
	"testing"

	"faultline/schema"
)

// Each expectation is "text = kind actor"; actor "-" is a role without a
// holder. All matches of the sentence are listed, in order.
var matchCases = []struct {
	sentence string
	want     []string
}{
	{"Syria shelled Aleppo.", []string{"Syria = name syria"}},
	{"Syrian army units shelled Aleppo.", []string{"Syrian army units = combined syrian-arab-army"}},
	{"Syrian troops left.", []string{"Syrian troops = combined syria-military"}},
	{"Three Israeli F-16 fighter jets struck Damascus.", []string{"Israeli F-16 fighter jets = combined israel-military", "Damascus = capital syria"}},
	{"An Israeli warplane crashed.", []string{"Israeli warplane = combined israel-military"}},
	{"The Iranian Foreign Ministry objected.", []string{"Iranian Foreign Ministry = combined iran-foreign-ministry"}},
	{"The Ministry of Foreign Affairs of Iran objected.", []string{"Ministry of Foreign Affairs of Iran = combined iran-foreign-ministry"}},
	{"Syrian government forces withdrew.", []string{"Syrian government forces = combined syria-military"}},
	{"The government of Turkey agreed.", []string{"government of Turkey = name turkey"}},
	{"Hezbollah fighters fled.", []string{"Hezbollah fighters = combined hezbollah"}},
	{"Hezbollah's leaders and supporters of Hezbollah met.", []string{"Hezbollah's leaders = combined hezbollah", "supporters of Hezbollah = combined hezbollah-supporters"}},
	{"Houthi rebels and Taliban insurgents", []string{"Houthi rebels = combined houthis", "Taliban insurgents = combined taliban"}},
	{"EU foreign ministers met.", []string{"EU foreign ministers = combined european-union"}},
	{"UN peacekeepers died.", []string{"UN peacekeepers = combined united-nations-peacekeepers"}},
	{"The U.N. Security Council voted.", []string{"U.N. Security Council = name un-security-council"}},
	{"Kurdish forces advanced.", []string{"Kurdish forces = combined kurds-forces"}},
	{"Iraqi Shiite militias advanced.", []string{"Iraqi Shiite militias = combined iraq-shiites-militias"}},
	{"BBC journalists were held.", []string{"BBC journalists = combined bbc"}},

	// attributes make no part of the patron
	{"US-backed rebels fled.", []string{"US-backed rebels = combined united-states-aligned-rebels"}},
	{"U.S.-backed Syrian Democratic Forces advanced.", []string{"Syrian Democratic Forces = name sdf"}},
	{"Pro-Russian separatists fired.", []string{"Pro-Russian separatists = combined russia-aligned-separatists"}},
	{"A pro-IRGC militia fired.", []string{"pro-IRGC militia = combined irgc-aligned-militias"}},
	{"Anti-Assad rebels fired.", []string{"Anti-Assad rebels = combined anti-bashar-al-assad-rebels"}},
	{"The Saudi-led coalition bombed Sanaa.", []string{"Saudi-led coalition = name saudi-led-coalition", "Sanaa = capital yemen"}},
	{"The Saudi-led military coalition", []string{"Saudi-led military coalition = combined saudi-led-coalition"}},
	{"A Turkish-led coalition", []string{"Turkish-led coalition = combined turkey-led-coalition"}},
	{"Turkish-backed Syrian rebels", []string{"Turkish-backed Syrian rebels = combined turkey-aligned-syria-rebels"}},
	{"Iraqi Iran-backed militias", []string{"Iraqi Iran-backed militias = combined iran-aligned-iraq-militias"}},
	{"Syrian pro-government fighters", []string{"Syrian pro-government fighters = combined syria-aligned-militants"}},
	{"Syrian government-affiliated forces", []string{"Syrian government-affiliated forces = combined syria-aligned-forces"}},
	{"anti-government protesters in rebel-held towns", []string{"anti-government protesters = role -"}},
	{"a London-based company", []string{"London-based = attribute united-kingdom", "company = role -"}},
	{"a Russian-brokered truce", []string{"Russian-brokered = attribute russia"}},
	{"Israeli-Palestinian talks", []string{"Israeli = adjective israel", "Palestinian = adjective palestine"}},

	{"Pro-Russian forces fought Russian forces.", []string{"Pro-Russian forces = combined russia-aligned-forces", "Russian forces = name russia-military"}},
	{"Syrian government-held areas", []string{"Syrian government-held = attribute syria"}},

	// titles
	{"President Bashar al-Assad spoke.", []string{"President [Bashar al-Assad] = title+name bashar-al-assad"}},
	{"President Bashar Assad spoke.", []string{"President [Bashar Assad] = title+name bashar-al-assad"}},
	{"Syrian President Assad's forces", []string{"Syrian President [Assad] = title+name bashar-al-assad", "forces = role -"}},
	{"Assad's forces and the Assad regime", []string{"Assad's forces = combined syria-military", "Assad regime = name syria"}},
	{"US President Bush spoke.", []string{"US President [Bush] = title+name george-w-bush"}},
	{"President of Georgia Mikheil Saakashvili spoke.", []string{"President of Georgia [Mikheil Saakashvili] = title+name mikheil-saakashvili"}},
	{"UN Secretary-General Ban Ki-moon met Turkish Interior Minister Foo al-Bar on Monday.", []string{"UN Secretary-General [Ban Ki-moon] = title+name ban-ki-moon", "Turkish Interior Minister [Foo al-Bar] = title+name foo-al-bar"}},
	{"Iranian Foreign Ministry spokesman Foo Bar", []string{"Iranian Foreign Ministry spokesman [Foo Bar] = title+name foo-bar"}},
	{"the Syrian president, Bashar al-Assad", []string{"Syrian president = combined syria", "Bashar al-Assad = name bashar-al-assad"}},

	{"Adam Kerry met Kerry.", []string{"Kerry = name john-kerry"}},
	{"Yesterday Putin spoke.", []string{"Putin = name vladimir-putin"}},

	// people, capitals, letter case
	{"Palestinians and Syrian people fled.", []string{"Palestinians = people palestine-civilians", "Syrian people = people syria-civilians"}},
	{"The Kremlin and Downing Street disagree.", []string{"Kremlin = name russia", "Downing Street = name united-kingdom"}},
	{"It is up to us who is hurt.", nil},
	{"IS and WHO are names", []string{"IS = name islamic-state", "WHO = name world-health-organization"}},
	{"Nato troops and Isis gunmen", []string{"Nato troops = combined nato", "Isis gunmen = combined islamic-state"}},
	{"They polish turkey for Polish troops in Turkey.", []string{"Polish troops = combined poland-military", "Turkey = name turkey"}},
	{"Michael Jordan flew from West Virginia and the West Bank to Jordan.", []string{"West Bank = name west-bank", "Jordan = name jordan"}},
	{"ISRAEL IS READY TO MEET US", []string{"ISRAEL = name israel"}},

	// what parts an expression and what does not
	{"Russia forces Kyiv to leave.", []string{"Russia = name russia", "forces = role -", "Kyiv = capital ukraine"}},
	{"Russia's forces left.", []string{"Russia's forces = combined russia-military"}},
	{"Russias forces left.", []string{"Russias forces = combined russia-military"}},
	{"Assad regime some 100 civilians", []string{"Assad regime = name syria", "civilians = role -"}},
	{"Israel's two soldiers", []string{"Israel's two soldiers = combined israel-military"}},
	{"the Syrian armys advance", []string{"Syrian army = name syrian-arab-army"}},
	{"It left the U.S. and the U.S. agreed", []string{"U.S. = name united-states", "U.S. = name united-states"}},
	{"In Syria, rebels fled.", []string{"Syria = name syria", "rebels = role -"}},
	{"Rebels in Syria fled.", []string{"Rebels = role -", "Syria = name syria"}},
	{"Russia the army says", []string{"Russia = name russia", "army = role -"}},
	{"South Korea and North Korea", []string{"South Korea = name south-korea", "North Korea = name north-korea"}},
	{"Palestinian Authority", []string{"Palestinian = adjective palestine"}},
}

func TestMatch(t *testing.T) {
	g := smallWorld(t)
	for _, c := range matchCases {
		for _, apart := range []bool{false, true} {
			var got []string
			for _, m := range g.Match(split(c.sentence, apart)) {
				got = append(got, describe(c.sentence, m))
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%q ('s apart: %v)\n got %s\nwant %s", c.sentence, apart, strings.Join(got, "; "), strings.Join(c.want, "; "))
			}
		}
	}
}

func describe(sentence string, m Match) string {
	text := sentence[m.Start:m.End]
	if m.NameStart != m.Start {
		text = sentence[m.Start:m.NameStart] + "[" + sentence[m.NameStart:m.NameEnd] + "]"
	}
	actor := "-"
	if len(m.Actors) > 0 {
		actor = m.Actors[0].Slug()
	}
	return fmt.Sprintf("%s = %s %s", text, m.Kind, actor)
}

func TestMatchDetails(t *testing.T) {
	g := smallWorld(t)
	one := func(s string) Match {
		t.Helper()
		ms := g.Match(split(s, true))
		if len(ms) != 1 {
			t.Fatalf("%q has %d matches, want 1", s, len(ms))
		}
		return ms[0]
	}
	m := one("US-backed rebels")
	if want := (Attribute{"aligned", "actor:united-states"}); len(m.Attributes) != 1 || m.Attributes[0] != want {
		t.Errorf("attributes %v, want %v", m.Attributes, want)
	}
	if a := m.Actor; len(a.PartOf) != 0 || len(a.AlignedWith) != 1 || a.Kind != schema.ArmedGroup || a.Country != "" {
		t.Errorf("US-backed rebels: %+v", a)
	}
	if a := one("anti-Assad rebels").Actor; len(a.AlignedWith) != 0 {
		t.Errorf("anti-Assad rebels side with %v", a.AlignedWith)
	}
	m = one("Turkish police officers")
	if m.Holder != "actor:turkey" || m.Class != ClassPolice || m.ActorKind != schema.Government || m.First != 0 || m.Last != 3 {
		t.Errorf("Turkish police officers: %+v", m)
	}
	if m = one("gunmen"); m.Role != "gunman" || m.ActorKind != schema.ArmedGroup || m.Actor.ID != "" {
		t.Errorf("gunmen: %+v", m)
	}
	m = one("Turkish Interior Minister Foo Bar")
	if a := m.Actor; !a.Unreviewed || a.Country != "TUR" || len(a.PartOf) != 1 || a.PartOf[0] != "actor:turkey-interior-ministry" {
		t.Errorf("unknown minister: %+v", a)
	}
	if m = one("President Bush"); len(m.Actors) != 2 || m.Actors[1] != "actor:george-h-w-bush" {
		t.Errorf("President Bush is one of %v, want both, the later first", m.Actors)
	}
	if m = one("U.S.-led"); m.Start != 0 || m.End != 8 {
		t.Errorf("span of U.S.-led is [%d, %d)", m.Start, m.End)
	}
}

// Tokenisers differ on hyphens; Match reads compounds either way.
func TestMatchHyphensApart(t *testing.T) {
	g := smallWorld(t)
	words := []Word{{"US", 0, 2}, {"-", 2, 3}, {"backed", 3, 9}, {"rebels", 10, 16}}
	ms := g.Match(words)
	if len(ms) != 1 || ms[0].Actor.ID != "actor:united-states-aligned-rebels" || ms[0].Last != 4 {
		t.Errorf("got %+v", ms)
	}
	words = []Word{{"Syria", 0, 5}, {"–", 6, 9}, {"rebels", 10, 16}} // a dash, not a hyphen
	if ms = g.Match(words); len(ms) != 2 {
		t.Errorf("got %+v, want a name and a role", ms)
	}
}

func FuzzMatch(f *testing.F) {
	g := smallWorld(f)
	for _, c := range matchCases {
		f.Add(c.sentence)
	}
	f.Add("pro-pro-anti-US-backed-")
	f.Add("President of of the the Georgia's 's-led")
	f.Fuzz(func(t *testing.T, s string) {
		for _, apart := range []bool{false, true} {
			words := split(s, apart)
			end := 0
			for _, m := range g.Match(words) {
				if m.Start < end || m.Start >= m.End || m.End > len(s) {
					t.Fatalf("%q: match [%d, %d) after %d", s, m.Start, m.End, end)
				}
				if m.First < 0 || m.First >= m.Last || m.Last > len(words) || words[m.First].Start > m.Start || words[m.Last-1].End < m.End {
					t.Fatalf("%q: words [%d, %d) do not hold bytes [%d, %d)", s, m.First, m.Last, m.Start, m.End)
				}
				if m.NameStart < m.Start || m.NameEnd > m.End || m.NameStart >= m.NameEnd {
					t.Fatalf("%q: name [%d, %d) outside [%d, %d)", s, m.NameStart, m.NameEnd, m.Start, m.End)
				}
				if m.Actor.ID != "" {
					if err := m.Actor.Validate(); err != nil {
						t.Fatalf("%q: %v", s, err)
					}
				}
				end = m.End
			}
		}
	})
}

// 25 words with names, adjectives, titles and combinations.
const benchSentence = "Syrian government forces backed by Russian warplanes shelled rebels near Aleppo on Friday , " +
	"Turkish President Recep Tayyip Erdogan told reporters , as US-backed fighters retreated towards Iraq"

func BenchmarkMatch(b *testing.B) {
	g, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	words := split(benchSentence, true)
	b.ReportMetric(float64(len(words)), "words")
	b.ReportAllocs()
	for b.Loop() {
		g.Match(words)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
