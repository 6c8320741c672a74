package page

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"faultline/ingest/report"
)

// Pages that are small, or of the greatest size, and cost far more than they
// should.
func TestBombs(t *testing.T) {
	var opened strings.Builder
	for i := range 400 {
		fmt.Fprintf(&opened, "<b id=%d>", i)
	}
	for _, c := range []struct{ name, in string }{
		{"elements", strings.Repeat("<p>x", Max/4)},
		{"elements that are opened anew", "<p>" + opened.String() + strings.Repeat("<p>x", 100_000)},
		{"elements in a table", "<table>" + strings.Repeat("<tr><td>x", 1_000_000)},
		{"nested", strings.Repeat("<div>", 1_000_000)},
		{"nested lists", strings.Repeat("<ul><li>", 1_000_000)},
		{"not closed", strings.Repeat("<a href='x", 500_000)},
		{"attributes", "<p " + strings.Repeat("a=b ", 3_000_000) + ">x"},
		{"comments", strings.Repeat("<!--", 3_000_000)},
		{"entities", "<p>" + strings.Repeat("&amp;", 3_000_000)},
		{"script", strings.Repeat("<script>", 1_000_000)},
		{"one word", "<p>" + strings.Repeat("x", 15_000_000)},
		{"templates", strings.Repeat("<template><p>x", 500_000)},
		{"JSON", `<script type="application/ld+json">` + strings.Repeat(`{"@graph":[`, 1_000_000) + "</script><p>x"},
		{"JSON lists", `<script type="application/ld+json">` + strings.Repeat(`[`, 5_000_000) + "</script><p>x"},
		{"images", strings.Repeat("<img src=x>", 1_000_000)},
		{"links", strings.Repeat("<a href=x>x</a> ", 900_000)},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n := 0
		err := ReadHTML(context.Background(), strings.NewReader(c.in), "f", Options{}, report.Sink{
			Report: func(report.Report) error { n++; return nil },
			Skip:   func(s report.Skip) error { n++; return nil },
		})
		runtime.ReadMemStats(&after)
		if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 250 {
			t.Errorf("%s: %d MB were allocated", c.name, mb)
		}
		if err != nil || n != 1 {
			t.Errorf("%s: %d, %v", c.name, n, err)
		}
	}
}

// Pages that are only untidy are read.
func TestManyElements(t *testing.T) {
	for name, in := range map[string]string{
		"fonts that are never closed": strings.Repeat("<p><font size=2>The sides met.", 2000),
		"links that are never closed": strings.Repeat("<p><a href=x>The sides met.", 2000),
		"words in bold":               strings.Repeat("<p>The <b>two</b> <i>sides</i> met.</p>", 20_000),
		"bold words closed elsewhere": strings.Repeat("<p>The <b>two</p><p>sides</b> met.</p>", 5_000),
	} {
		n := 0
		err := ReadHTML(context.Background(), strings.NewReader(in), "f", Options{}, report.Sink{
			Report: func(report.Report) error { n++; return nil },
			Skip:   func(s report.Skip) error { t.Errorf("%s: %v", name, s); return nil },
		})
		if err != nil || n != 1 {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
}
