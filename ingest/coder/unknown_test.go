package coder

import (
	"strings"
	"testing"

	"faultline/ingest/coding"
)

// TestUnknownNames checks that names which nobody has listed become actors
// with kind and country guessed, whole, and that plain words with capitals do
// not.
func TestUnknownNames(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct{ text, want string }{
		{"The Southern Brigade attacked the Furqan Division in Aleppo.", "southern-brigade/armed-group/SYR furqan-division/armed-group/SYR"},
		{"Abu Omar al-Zarqani, a commander, threatened Israel.", "abu-omar-al-zarqani/person/"},
		{"Abd al-Rahman bin Khalid al-Thani met Angela Merkel.", "abd-al-rahman-bin-khalid-al-thani/person/"},
		{"Police arrested Oleksandr Kovalenko-Petrenko in Kherson.", "oleksandr-kovalenko-petrenko/person/"},
		{"The Zemlya Freedom Party condemned Russia.", "zemlya-freedom-party/organisation/RUS"},
		{"Fighters from Katibat al-Noor attacked Syrian soldiers on Friday.", "katibat-al-noor/armed-group/SYR"},
		{"The Vostok News Agency accused Ukraine of shelling Donetsk.", "vostok-news-agency/outlet/UKR"},
		{"The Monday Attack hurt Israel, and Heavy Rain hit Hamas.", ""},
		{"Syrian Army Kills Dozens of Rebels in Heavy Fighting.", ""},
	} {
		var got []string
		for _, c := range w.code(coding.Document{Text: tc.text, Published: published}).Claims {
			for _, m := range append(c.Initiators, c.Recipients...) {
				if a := m.Actor; a.Unreviewed && a.Name != strings.ToLower(a.Name) {
					got = append(got, a.ID.Slug()+"/"+string(a.Kind)+"/"+a.Country)
				}
			}
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%q: got %q, want %q", tc.text, strings.Join(got, " "), tc.want)
		}
	}
}

// Who is taken for somebody's is theirs.
func TestSupposedNation(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct{ text, want string }{
		{"Armed men thought to be Russian seized a Ukrainian military base in Sevastopol.", "russia-militants"},
		{"Armed men seized a Ukrainian military base in Sevastopol.", "ukraine-militants"},
	} {
		claims := w.code(coding.Document{Text: tc.text, Published: published}).Claims
		if len(claims) == 0 || len(claims[0].Initiators) != 1 || claims[0].Initiators[0].Actor.ID.Slug() != tc.want {
			t.Errorf("%q: got %+v, want %s", tc.text, claims, tc.want)
		}
	}
}
