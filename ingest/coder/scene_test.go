package coder

import (
	"strings"
	"testing"

	"faultline/ingest/coding"
	"faultline/schema"
)

// TestPlacePointedAt checks what points back to a place that was told before.
func TestPlacePointedAt(t *testing.T) {
	w := bench(t)
	const first = "Rebels=rebel/NNS/2/nsubj attacked=attack/VBD/0/root soldiers=soldier/NNS/2/obj in/IN/8/case the/DT/8/det town/NN/8/compound of/IN/8/case Palmyra/NNP/2/obl"
	for _, tc := range []struct {
		name, tokens string
		typ          schema.EventType
		want         string // words, "" for none
	}{
		{"there", "Iran/NNP/2/nsubj met=meet/VBD/0/root Syria/NNP/2/obj there/RB/2/advmod", schema.Consult, "there"},
		{"there is", "There/EX/2/expl was=be/VBD/0/root fighting/NN/2/nsubj", schema.Consult, ""},
		{"the town was shelled", "The/DT/2/det town/NN/4/nsubj:pass was/VBD/4/aux:pass shelled=shell/VBN/0/root", schema.Assault, "town"},
		{"the battle for the town", "Rebels=rebel/NNS/2/nsubj fought=fight/VBD/0/root for/IN/5/case the/DT/5/det town/NN/2/obl", schema.Assault, "town"},
	} {
		h, _ := settingOf(t, w, first, "attacked")
		was := h.setting.seen
		next := parsed(t, w, tc.tokens)
		set := w.newSetting(next.doc.Document)
		for _, at := range was {
			at.Start, at.End = 0, 0 // it was told before
			set.seen = append(set.seen, at)
		}
		c := coding.Claim{Type: tc.typ, Status: schema.Asserted}
		root := 0
		for i := range next.tok {
			if next.tok[i].Head < 0 {
				root = i
			}
		}
		set.read(next, []act{{token: root}}).place(&c, root)
		got := ""
		if c.Place != nil {
			got = c.Place.Text
			if c.Place.Place.ID != "place:palmyra" {
				t.Errorf("%s: %q happens in %s", tc.name, next.doc.Text, c.Place.Place.ID)
			}
		}
		if got != tc.want {
			t.Errorf("%s: %q happens at %q, want %q", tc.name, next.doc.Text, got, tc.want)
		}
	}
}

// TestPlaceCalled checks that "the district" is the last place that was called
// one, and that the place within another is the better scene.
func TestPlaceCalled(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"called so", "Rebels attacked soldiers in the Waer district of Homs on Friday. Israel bombed Hezbollah in Palmyra. The army shelled rebels in the district.",
			"ASSAULT syria-military>syria-rebels 2024-11-24 @waer"},
		{"in the same sentence", "Rebels attacked soldiers in Homs on Friday. Israel bombed Hezbollah in Palmyra before rebels attacked soldiers in the city.",
			"syria-rebels>syria-military 2024-11-22 @palmyra"},
		{"a quarter named as a town elsewhere", "Syrian rebels shelled the Sulaymaniyah neighborhood of Aleppo.", "@sulaymaniyah-syr"},
		{"no capital is a town", "Israel bombed Hezbollah in Baalbek on Friday. Police took the suspects to a court in Beirut. The army shelled rebels in the town.",
			"lebanon-military>lebanon-rebels 2024-11-24 @baalbek"},
		{"not where the reporter is", "Rebels attacked soldiers in Homs on Friday. It goes on, our correspondent in Palmyra reported. The army shelled rebels in the city.",
			"syria-military>syria-rebels 2024-11-22 @homs"},
		{"the object of the sentence", "Erdogan told a rally in Izmir that it would go on. The YPG had taken Afrin in 2012 when the army attacked rebels in the city.",
			"turkey-military>turkey-rebels 2012-01-01 @afrin"},
		{"where it was said", "Speaking in Ankara, Erdogan accused Israel of genocide.", "ACCUSE recep-tayyip-erdogan>israel 2024-11-24 @ankara"},
		{"the name of a campaign", "The SDF launched an operation called the Wrath of Euphrates to seize Raqqa from ISIS.", "@raqqa"},
		{"the quarter told later", "Rebels attacked soldiers in Aleppo on Friday. Rebels attacked soldiers in the southern Ferdous district of Aleppo.",
			"syria-rebels>syria-military 2024-11-22 @ferdous-syr"},
		{"not an attribute", "The army attacked ISIS in Raqqa. The US-led coalition bombed ISIS in the village of Qarnitiya.", "@qarnitiya-syr"},
		{"no town of another province", "Islamic State attacked soldiers in Idlib province. Islamic State attacked soldiers in Palmyra.", "@idlib"},
		{"within", "In Aleppo the army shelled rebels in Wadi al-Qarnit.", "@wadi-al-qarnit-syr"},
	} {
		if got := reportClaims(t, tc.text); !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q:\n%swant\n%s", tc.name, tc.text, got, tc.want)
		}
	}
}
