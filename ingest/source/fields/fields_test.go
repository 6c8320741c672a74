package fields

import (
	"testing"
	"time"

	"faultline/ingest/report"
)

func TestReport(t *testing.T) {
	for _, c := range []struct {
		name                string
		f                   Fields
		source, key, reason string
	}{
		{"by its id", Fields{ID: "7", URL: "https://example.org/", Text: "x"}, "list", "7", ""},
		{"by its address", Fields{URL: " https://example.org/ ", Text: "x"}, "url", "https://example.org/", ""},
		{"no text", Fields{ID: "7", Text: " \u00a0\ufffd\n"}, "", "", ReasonNoText},
		{"no date", Fields{ID: "7", Text: "x", Published: "soon"}, "", "", ReasonNoDate},
	} {
		rep, reason, _ := c.f.Report("list")
		if rep.Source != c.source || rep.Key != c.key || reason != c.reason {
			t.Errorf("%s: %+v %s", c.name, rep, reason)
		}
	}
	// By its content, whatever list it is in; another day is another report.
	f := Fields{Text: " x ", Published: "2024-05-01", Cites: []string{" AFP ", ""}}
	a, _, _ := f.Report("list")
	b, _, _ := f.Report("another")
	f.Published = "2024-05-02"
	d, _, _ := f.Report("list")
	if a.Source != report.ByContent || a.Key != b.Key || a.Key == d.Key || a.Text != " x " || len(a.Cites) != 1 || a.Cites[0] != "AFP" ||
		!a.Published.Equal(time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v\n%+v\n%+v", a, b, d)
	}
}

func TestFirst(t *testing.T) {
	if First("", " ", "a", "b") != "a" || First(" ") != "" {
		t.Error("not the first that is not blank")
	}
}
