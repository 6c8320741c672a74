package published

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	day := "2024-11-24T00:00:00Z"
	for in, want := range map[string]string{
		"2024-11-24":                        day,
		" 2024-11-24\n":                     day,
		"20241124":                          day,
		"2024/11/24":                        day,
		"24.11.2024":                        day,
		"11/24/2024":                        day,
		"24/11/2024":                        day,
		"5/5/2024":                          "2024-05-05T00:00:00Z",
		"November 24, 2024":                 day,
		"Sunday, November 24, 2024":         day,
		"Sun. Nov. 24th, 2024":              day,
		"Sept. 3, 2013":                     "2013-09-03T00:00:00Z",
		"24 November 2024":                  day,
		"24th of November 2024":             day,
		"24-Nov-2024":                       day,
		"May 1, 2024":                       "2024-05-01T00:00:00Z",
		"2024-11-24T10:15:00Z":              "2024-11-24T10:15:00Z",
		"2024-11-24T10:15:00.123+02:00":     "2024-11-24T08:15:00.123Z",
		"2024-11-24T23:30:00-0500":          "2024-11-25T04:30:00Z",
		"2024-11-24T10:15Z":                 "2024-11-24T10:15:00Z",
		"2024-11-24T10:15":                  "2024-11-24T10:15:00Z",
		"2024-11-24 10:15:00":               "2024-11-24T10:15:00Z",
		"2024-11-24 10:15:00 UTC":           "2024-11-24T10:15:00Z",
		"2024-11-24 10:15:00 +0300":         "2024-11-24T07:15:00Z",
		"Sun, 24 Nov 2024 10:15:00 GMT":     "2024-11-24T10:15:00Z",
		"Sun, 24 Nov 2024 10:15:00 EST":     "2024-11-24T15:15:00Z",
		"Sun, 24 Nov 2024 10:15:00 +0100":   "2024-11-24T09:15:00Z",
		"Sun, 24 Nov 2024 10:15:00 XYZ":     "2024-11-24T10:15:00Z",
		"Sun Nov 24 10:15:00 UTC 2024":      "2024-11-24T10:15:00Z",
		"November 24, 2024 at 3:04 p.m.":    "2024-11-24T15:04:00Z",
		"November 24, 2024 3:04pm EST":      "2024-11-24T20:04:00Z",
		"Nov 24, 2024 | 3:04 AM":            "2024-11-24T03:04:00Z",
		"1732442400":                        "2024-11-24T10:00:00Z",
		"1732442400000":                     "2024-11-24T10:00:00Z",
		"20241124101500":                    "2024-11-24T10:15:00Z",
		"0024-11-24":                        "",
		"3024-11-24":                        "",
		"0001-01-01T00:00:00Z":              "",
		"2024-13-24":                        "",
		"2024-02-30":                        "",
		"03/04/2015":                        "", // March or April
		"":                                  "",
		"1:00\xa8\xa8\xa8am":                "", // lower case is longer
		"1:00İİİpm":                         "",
		"November 24, 2024 – 10:15":         "2024-11-24T10:15:00Z",
		"yesterday":                         "",
		"Monday":                            "",
		"42":                                "",
		"99999999999999999999999999":        "",
		"2024":                              "",
		"The army said on 24 November 2024": "",
	} {
		got, err := Parse(in)
		if want == "" {
			if err == nil {
				t.Errorf("Parse(%q) = %v, want an error", in, got)
			}
			continue
		}
		if s := got.Format(time.RFC3339Nano); err != nil || s != want {
			t.Errorf("Parse(%q) = %s, %v; want %s", in, s, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2024-11-24", "Sun. Nov. 24th, 2024 at 3:04 p.m. EST", "1732442400000", "03/04/2015", ":am", "th", ":\xa8\xa8\xa8\xa8aam"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Parse(s)
		if err != nil {
			return
		}
		if y := got.Year(); y < 1899 || y > 2200 || got.Location() != time.UTC {
			t.Errorf("Parse(%q) = %v", s, got)
		}
		if again, err := Parse(got.Format(time.RFC3339Nano)); err != nil || !again.Equal(got) {
			t.Errorf("Parse(%q) = %v, which reads as %v, %v", s, got, again, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("2024-11-24"); err != nil {
			b.Fatal(err)
		}
	}
}
