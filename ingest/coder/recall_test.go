package coder

import (
	"strings"
	"testing"

	"faultline/ingest/coding"
)

// reportClaims codes a report and writes its claims, one a line: type,
// initiators, recipients, day, place and speaker.
func reportClaims(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for _, c := range bench(t).code(coding.Document{Text: text, Published: published}).Claims {
		names := func(ms []coding.Mention) string {
			var ids []string
			for _, m := range ms {
				ids = append(ids, m.Actor.ID.Slug())
			}
			return strings.Join(ids, "+")
		}
		b.WriteString(string(c.Type) + " " + names(c.Initiators) + ">" + names(c.Recipients) + " " + c.Day.String())
		if c.Place != nil {
			b.WriteString(" @" + c.Place.Place.ID.Slug())
		}
		if c.Speaker != nil {
			b.WriteString(" by " + c.Speaker.Actor.ID.Slug())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestReports checks what one sentence of a report owes to another.
func TestReports(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"an attack told before", "Israel attacked Hezbollah in Homs on Friday. Twenty civilians were killed in the attack.",
			"ASSAULT israel>syria-civilians 2024-11-22 @homs\n"},
		{"a monitor is named later", "Israeli air strikes killed nine rebels in Homs, a monitor said. The Syrian Observatory for Human Rights said it was the third raid.",
			"ASSAULT israel>syria-rebels 2024-11-24 @homs by syrian-observatory-for-human-rights\n"},
		{"it said", "The Syrian Observatory for Human Rights counted nine raids on Homs, it said. It said Israel had attacked Hezbollah in Palmyra.",
			"ASSAULT israel>hezbollah 2024-11-24 @palmyra by syrian-observatory-for-human-rights"},
		{"a dateline is no scene", "BEIRUT (AFP) - Rebels attacked soldiers in Homs.", "@homs"},
		{"the scene goes on", "Rebels attacked soldiers in Aleppo. The army shelled rebels.", "ASSAULT syria-military>syria-rebels 2024-11-24 @aleppo"},
		{"a village that no list has", "Rebels attacked Syrian soldiers in the village of Qarnitiya near Aleppo.", "@qarnitiya-syr"},
		{"who bombs a country bombs there", "Israel bombed Lebanon, killing nine people.", "@lebanon"},
		{"talks have no scene of their own", "Rebels attacked soldiers in Aleppo. Russia condemned Turkey.", "ACCUSE russia>turkey 2024-11-24\n"},
		{"a finer place, told later", "Air strikes killed nine rebels in Idlib province on Friday. Russian jets carried out the strikes on the town of Ariha in Idlib province.",
			"ASSAULT >syria-rebels 2024-11-22 @ariha"},
		{"the fighting was", "Rebels attacked soldiers in Syria. The fighting in Palmyra began on Friday.",
			"ASSAULT syria-rebels>syria-military 2024-11-22 @palmyra"},
		{"a town that is named later", "Rebels attacked soldiers in a town in Idlib province. Nine people lived in the town of Ariha. Turkey is near.",
			"ASSAULT syria-rebels>syria-military 2024-11-24 @ariha"},
		{"a town, but another country", "Rebels attacked soldiers in a town in Idlib province. Israel attacked Hamas in the town of Rafah.",
			"ASSAULT syria-rebels>syria-military 2024-11-24 @idlib-province"},
		{"a quarter that is named later", "Rebels attacked soldiers in a district of Damascus. Nine people lived in the Jobar district.",
			"ASSAULT syria-rebels>syria-military 2024-11-24 @jobar"},
		{"the one that is called so", "The US-led coalition bombed ISIS. The Syrian Observatory for Human Rights met the media. The coalition killed 20 soldiers.",
			"ASSAULT us-led-coalition>syria-military"},
		{"a branch is no scene", "Israel attacked the al-Nusra Front, the Qaeda branch in Idlib province.", "ASSAULT israel>al-nusra-front 2024-11-24 @syria"},
		{"who only has the place", "Nine people were killed in an explosion near a building used by Hezbollah in Beirut.", "ASSAULT >lebanon-civilians 2024-11-24 @beirut"},
		{"quoted as saying", "Israel attacked Hezbollah in Homs, a Syrian military source was quoted as saying by SANA.", "by syria-military"},
		{"a role before a name", "The opposition Syrian Observatory for Human Rights said Israel attacked Hezbollah.", "by syrian-observatory-for-human-rights"},
		{"he made the remarks", "Russia accused Turkey of lies. Its minister made the remarks in Sochi on Friday.",
			"ACCUSE russia>turkey 2024-11-22 @sochi"},
		{"what goes on for months", "Rebels attacked soldiers in Aleppo. Israel has attacked Hezbollah repeatedly in recent months.",
			"ASSAULT israel>hezbollah 2024-01-01 @lebanon"},
		{"where", "Nine died in Homs, where Israel bombed Hezbollah.", "ASSAULT israel>hezbollah 2024-11-24 @homs"},
	} {
		if got := reportClaims(t, tc.text); !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q:\n%swant\n%s", tc.name, tc.text, got, tc.want)
		}
	}
}
