package coder

import (
	"testing"

	"faultline/ingest/coding"
	"faultline/schema"
)

// TestOffice checks that an office means whoever held it on the day of the
// report.
func TestOffice(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct {
		day  schema.Day
		text string
		want schema.ActorID // of the first mention
	}{
		{schema.MakeDay(2015, 3, 1), "The Syrian president spoke.", "actor:bashar-al-assad"},
		{schema.MakeDay(2025, 3, 1), "The Syrian president spoke.", "actor:ahmed-al-sharaa"},
		{schema.MakeDay(2015, 3, 1), "The president of Syria spoke.", "actor:bashar-al-assad"},
		{schema.MakeDay(2015, 3, 1), "The former Syrian president spoke.", "actor:former-syrian-president"},
		{schema.MakeDay(1991, 1, 20), "President Bush spoke.", "actor:george-h-w-bush"},
		{schema.MakeDay(2003, 1, 20), "President Bush spoke.", "actor:george-w-bush"},
		{schema.MakeDay(2015, 3, 1), "A Syrian diplomat spoke.", "actor:syria-diplomats"},
		{schema.NoDay, "The Syrian president spoke.", "actor:syria"},
	} {
		var got []schema.ActorID
		w.read(coding.Document{Text: tc.text, Published: tc.day}, func(s *sentence, _ *setting) {
			for _, m := range s.mentions {
				got = append(got, m.actor.ID)
			}
		})
		if len(got) == 0 || got[0] != tc.want {
			t.Errorf("%s: %q is %v, want %s", tc.day, tc.text, got, tc.want)
		}
	}
}
