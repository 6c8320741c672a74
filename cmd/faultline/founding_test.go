package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// dataFolder is where the evaluation data lies; the test is skipped without.
func dataFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("FAULTLINE_DATA")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the evaluation data is not at %s (set FAULTLINE_DATA): %v", folder, err)
	}
	return folder
}

// fact is an event that a report tells. The sides are patterns for the
// actors' ids, names and words; initiators and recipients of a relation state
// may stand on either side.
type fact struct {
	typ       string
	initiator string
	recipient string
	date      string
	saidBy    string
	place     string
}

func TestFoundingReports(t *testing.T) {
	folder := filepath.Join(dataFolder(t), "founding")
	for _, report := range []struct {
		file, published, publisher string
		facts                      []fact
		never                      []fact // asserted events that the text does not tell
	}{
		{
			"deir-ezzor.txt", "2024-11-24", "Asharq Al-Awsat",
			[]fact{
				{typ: "REQUEST", initiator: "russia", recipient: "irgc", date: "2024-11-22", saidBy: "local media|deir ezzor 24"},
				{typ: "CONSULT", initiator: "russia", recipient: "irgc", date: "2024-11-22"},
				{typ: "COERCE", initiator: "syria", recipient: "militia"},
				{typ: "STRAIN", initiator: "leaders|militias", recipient: "syria"},
				{typ: "COERCE", initiator: "leaderships"},
				{typ: "ASSAULT", initiator: "israel", recipient: "hezbollah"},
				{typ: "ASSAULT", initiator: "israel", recipient: "iran"},
				{typ: "STRAIN", initiator: "hezbollah", recipient: "syria-military|government forces"},
				{typ: "STRAIN", initiator: "hezbollah", recipient: "syria\\b|damascus"},
				{typ: "RETREAT", initiator: "irgc.*militia|members of a pro-irgc militia", saidBy: "nahr media"},
				{typ: "COERCE", initiator: "iran", recipient: "militia|members"},
			},
			[]fact{{typ: "ASSAULT", initiator: "israel", recipient: "^actor:syria "}},
		},
		{
			"ashdod.txt", "2024-11-21", "Asharq Al-Awsat",
			[]fact{
				{typ: "ASSAULT", initiator: "hezbollah", recipient: "israel|", date: "2024-11-21", saidBy: "hezbollah", place: "hatzor"},
				{typ: "ASSAULT", recipient: "man", saidBy: "magen david adom"},
				{typ: "ASSAULT", initiator: "israel", recipient: "lebanon"},
			},
			nil,
		},
	} {
		t.Run(report.file, func(t *testing.T) {
			claims := extractFile(t, filepath.Join(folder, report.file), "--published", report.published, "--publisher", report.publisher)
			for _, f := range report.facts {
				if !f.in(claims, "") {
					t.Errorf("missing %+v", f)
				}
			}
			for _, f := range report.never {
				if f.in(claims, "asserted") {
					t.Errorf("the text does not say %+v", f)
				}
			}
			if t.Failed() {
				for _, c := range claims {
					t.Logf("%s %s → %s, %s, %s, said by %s at %s", c.Type, sideText(c.Initiators), sideText(c.Recipients), c.Status, *c.Date, speakerText(c), placeText(c))
				}
			}
		})
	}
}

func extractFile(t *testing.T, file string, flags ...string) []extractedClaim {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: time.Now}
	if code := run(append([]string{"extract", file}, flags...), a); code != 0 {
		t.Fatalf("extract %s: exit code %d\n%s", file, code, errs.String())
	}
	var claims []extractedClaim
	for dec := json.NewDecoder(&out); dec.More(); {
		var c extractedClaim
		if err := dec.Decode(&c); err != nil {
			t.Fatal(err)
		}
		claims = append(claims, c)
	}
	return claims
}

func (f fact) in(claims []extractedClaim, status string) bool {
	for _, c := range claims {
		if c.Type != "" && string(c.Type) == f.typ && (status == "" || string(c.Status) == status) && f.fits(c) {
			return true
		}
	}
	return false
}

func (f fact) fits(c extractedClaim) bool {
	i, r := sideText(c.Initiators), sideText(c.Recipients)
	sides := matches(f.initiator, i) && matches(f.recipient, r)
	if len(c.Recipients) == 0 && len(c.Initiators) > 1 || c.Type == "STRAIN" {
		sides = sides || matches(f.initiator, i+r) && matches(f.recipient, i+r)
	}
	return sides && (f.date == "" || c.Date != nil && *c.Date == f.date) &&
		(f.saidBy == "" || matches(f.saidBy, speakerText(c))) && (f.place == "" || matches(f.place, placeText(c)))
}

func matches(pattern, text string) bool {
	return pattern == "" || regexp.MustCompile("(?i)"+pattern).MatchString(text)
}

func sideText(side []extractedActor) string {
	var b strings.Builder
	for _, a := range side {
		b.WriteString(string(a.Actor) + " " + a.Name + " " + a.Text + "; ")
	}
	return b.String()
}

func speakerText(c extractedClaim) string {
	if c.SaidBy == nil {
		return "nobody"
	}
	return c.SaidBy.Text + " " + c.SaidBy.Name
}

func placeText(c extractedClaim) string {
	if c.Place == nil {
		return "nowhere"
	}
	return c.Place.Text + " " + c.Place.Name
}
