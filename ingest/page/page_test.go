package page

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"faultline/graph"
	"faultline/ingest/report"
)

type readFunc func(context.Context, io.Reader, string, Options, report.Sink) error

// one reads one page; the skip is "" when there is a report.
func one(t testing.TB, read readFunc, in string, opts Options) (got report.Report, skip string) {
	t.Helper()
	n := 0
	err := read(context.Background(), strings.NewReader(in), "f", opts, report.Sink{
		Report: func(r report.Report) error { n++; got = r; return nil },
		Skip:   func(s report.Skip) error { n++; skip = s.String(); return nil },
	})
	if err != nil || n != 1 {
		t.Fatalf("%v, %d reports and skips, want 1", err, n)
	}
	return got, skip
}

func TestTextTitleAndDate(t *testing.T) {
	day := time.Date(2024, 11, 24, 0, 0, 0, 0, time.UTC)
	given := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	const body = "The delegations met in the harbour town.\nThey signed nothing.\n"
	for _, c := range []struct {
		name, in string
		opts     Options
		title    string
		date     time.Time
	}{
		{"headline and blank line", "Two Sides Meet\n\n" + body, Options{}, "Two Sides Meet", time.Time{}},
		{"headline and line", "Two Sides Meet\n" + body, Options{}, "Two Sides Meet", time.Time{}},
		{"headline that asks", "Will They Meet?\r\n\r\n" + body, Options{}, "Will They Meet?", time.Time{}},
		{"quoted sentence", "“They met.”\n\n" + body, Options{}, "", time.Time{}},
		{"a sentence", body, Options{}, "", time.Time{}},
		{"one line", "Two Sides Meet", Options{}, "", time.Time{}},
		{"one line and nothing", "Two Sides Meet\n\n \n", Options{}, "", time.Time{}},
		{"long line", strings.Repeat("very ", 40) + "long\n\n" + body, Options{}, "", time.Time{}},
		{"blank lines first", "\n\n  Two Sides Meet  \n\n" + body, Options{}, "Two Sides Meet", time.Time{}},
		{"label", "Two Sides Meet\nPublished: 2024-11-24\n\n" + body, Options{}, "Two Sides Meet", day},
		{"label without colon", "Two Sides Meet\nPublished on November 24, 2024\n\n" + body, Options{}, "Two Sides Meet", day},
		{"bare date", "Two Sides Meet\nSunday, November 24, 2024\n\n" + body, Options{}, "Two Sides Meet", day},
		{"date first", "24 November 2024\nTwo Sides Meet\n\n" + body, Options{}, "Two Sides Meet", day},
		{"caller knows better", "Two Sides Meet\nPublished: 2024-11-24\n\n" + body, Options{Published: given}, "Two Sides Meet", given},
		{"date in a sentence", "Two Sides Meet\n\nThey met on November 24, 2024.\n", Options{}, "Two Sides Meet", time.Time{}},
		{"number", "20241124\n\n" + body, Options{}, "20241124", time.Time{}},
		{"date far below", "Two Sides Meet\n" + strings.Repeat(body, 5) + "November 24, 2024\n", Options{}, "Two Sides Meet", time.Time{}},
		{"word like a label", "Dated 2024-11-24\n\n" + body, Options{}, "Dated 2024-11-24", time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, skip := one(t, ReadText, c.in, c.opts)
			if skip != "" || got.Title != c.title || !got.Published.Equal(c.date) {
				t.Errorf("got title %q, date %v, skip %q; want %q, %v", got.Title, got.Published, skip, c.title, c.date)
			}
			if got.Text != c.in || got.Source != "content" || got.Key != graph.ContentHash(c.in) || got.Origin != (report.Origin{File: "f"}) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestTextCharset(t *testing.T) {
	for _, c := range []struct{ name, in, contentType, want string }{
		{"ASCII", "The cafe was shelled.\n", "", "The cafe was shelled.\n"},
		{"UTF-8", "The café – “ours” – was shelled.", "", "The café – “ours” – was shelled."},
		{"UTF-8 with a mark", "\ufeffThe café was shelled.", "", "The café was shelled."},
		{"UTF-8, cut off", "The café “ours” was \xe2\x80", "", "The café “ours” was \ufffd"},
		{"UTF-8, declared otherwise", "The café “ours”", "text/plain; charset=iso-8859-1", "The café “ours”"},
		{"Windows-1252", "The caf\xe9 \x93ours\x94 was shelled.", "", "The café “ours” was shelled."},
		{"declared", "\xcf\xf0\xe8\xe2\xe5\xf2", "text/plain; charset=windows-1251", "Привет"},
		{"declared as nothing known", "The caf\xe9", "text/plain; charset=x-none", "The café"},
		{"UTF-16, little end first", "\xff\xfeT\x00h\x00\xe9\x00", "", "Thé"},
		{"UTF-16, big end first", "\xfe\xff\x00T\x00h\x00\xe9", "", "Thé"},
		{"UTF-16, cut off", "\xff\xfeT\x00h\x00\xe9", "", "Th\ufffd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, skip := one(t, ReadText, c.in, Options{ContentType: c.contentType}); got.Text != c.want {
				t.Errorf("got %q, skip %q; want %q", got.Text, skip, c.want)
			}
		})
	}
}

func TestSkip(t *testing.T) {
	for _, c := range []struct {
		name string
		read readFunc
		in   string
		want string
	}{
		{"blank text", ReadText, " \r\n\t\u00a0\n", "f: no text"},
		{"nothing left", ReadText, "\ufeff \ufffd", "f: no text"},
		{"binary", ReadText, "%PDF-1.7\n\x00\x01\x02", "f: file is no text"},
		{"large text", ReadText, strings.Repeat("x", Max+1), "f: file is too large for one report: more than 16777216 bytes"},
		{"blank page", ReadHTML, " \n", "f: no text"},
		{"page without text", ReadHTML, "<!doctype html><html><head><title>Two sides meet</title></head><body><nav>Home</nav><script>x()</script></body></html>", "f: no text"},
		{"binary page", ReadHTML, "<html>\x00", "f: file is no text"},
		{"large page", ReadHTML, strings.Repeat("x", Max+1), "f: file is too large for one report: more than 16777216 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, skip := one(t, c.read, c.in, Options{}); skip != c.want {
				t.Errorf("got %.200v, skip %q; want %q", got, skip, c.want)
			}
		})
	}
}

func TestInputFails(t *testing.T) {
	broken := errors.New("broken")
	for name, read := range map[string]readFunc{"text": ReadText, "HTML": ReadHTML} {
		for in, want := range map[string]int{"The sides met.\nThey sig": 1, "": 0} {
			n := 0
			err := read(context.Background(), io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), "f", Options{}, report.Sink{
				Report: func(report.Report) error { n++; return nil },
				Skip:   func(s report.Skip) error { t.Errorf("%s: skip %v", name, s); return nil },
			})
			if n != want || !errors.Is(err, broken) || err.Error() != "f: broken" {
				t.Errorf("%s: %q: %d reports, %v; want %d and the failure", name, in, n, err, want)
			}
		}
	}
}

func TestSinkAndContextStop(t *testing.T) {
	stop := errors.New("enough")
	for name, read := range map[string]readFunc{"text": ReadText, "HTML": ReadHTML} {
		fail := report.Sink{
			Report: func(report.Report) error { return stop },
			Skip:   func(report.Skip) error { return stop },
		}
		for _, in := range []string{"The sides met.", " ", strings.Repeat("x", Max+1)} {
			if err := read(context.Background(), strings.NewReader(in), "f", Options{}, fail); err != stop {
				t.Errorf("%s: got %v, want the sink's error", name, err)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := read(ctx, strings.NewReader("The sides met."), "f", Options{}, fail); err != context.Canceled {
			t.Errorf("%s: got %v, want %v", name, err, context.Canceled)
		}
	}
}

// TestFounding reads reports as people paste them: headline and captions
// come twice.
func TestFounding(t *testing.T) {
	dir := os.Getenv("FAULTLINE_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	for file, title := range map[string]string{"ashdod.txt": "Hezbollah Says Fired", "deir-ezzor.txt": "Russia Asks Iranian"} {
		b, err := os.ReadFile(filepath.Join(dir, "founding", file))
		if err != nil {
			t.Skipf("evaluation data: %v", err)
		}
		got, skip := one(t, ReadText, string(b), Options{})
		if skip != "" || got.Text != string(b) || !strings.HasPrefix(got.Title, title) || !got.Published.IsZero() {
			t.Errorf("%s: skip %q, %+v", file, skip, got)
		}
	}
}

func FuzzReadText(f *testing.F) {
	f.Add("Two Sides Meet\nPublished: 2024-11-24\n\nThey met.\n")
	f.Add("\xff\xfeT\x00h\x00")
	f.Add("The caf\xe9 \x93ours\x94")
	f.Add("\n\npublished\n:\n20241124\n")
	f.Fuzz(func(t *testing.T, in string) {
		got, skip := one(t, ReadText, in, Options{})
		if skip == "" && (!utf8.ValidString(got.Text) || got.Key == "" || blank(got.Text) || strings.Contains(got.Title, "\n")) {
			t.Errorf("%+v", got)
		}
		if skip == "" && utf8.ValidString(in) && !strings.HasPrefix(in, "\ufeff") && got.Text != in {
			t.Errorf("text %q of file %q", got.Text, in)
		}
	})
}
