package jsonl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"faultline/graph"
	"faultline/ingest/report"
)

// collect reads everything into lists.
func collect(t testing.TB, r io.Reader, file string, max int) (reports []report.Report, skips []string, err error) {
	t.Helper()
	err = read(context.Background(), r, file, max, report.Sink{
		Report: func(r report.Report) error { reports = append(reports, r); return nil },
		Skip:   func(s report.Skip) error { skips = append(skips, s.String()); return nil },
	})
	return reports, skips, err
}

func TestReport(t *testing.T) {
	day := time.Date(2024, 11, 24, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, in string
		want     report.Report
	}{
		{"all members",
			`{"id":"a1","published":"2024-11-24","publisher":"Harbour Post","cites":["AFP"," ","Reuters "],"section":"World","title":"Two sides meet","url":"https://example.org/1","language":"en","text":"The sides met."}`,
			report.Report{Source: "f.jsonl", Key: "a1", Publisher: "Harbour Post", Published: day, Title: "Two sides meet",
				URL: "https://example.org/1", Language: "en", Cites: []string{"AFP", "Reuters"}, Text: "The sides met."}},
		{"annotated sentence",
			`{"id":"S1","doc":"d-7","publisher":"Harbour Post","published":"2024-11-24","text":"The sides met.","items":[{"type":"CONSULT","core":true}],"events":[]}`,
			report.Report{Source: "f.jsonl", Key: "S1", Publisher: "Harbour Post", Published: day, Text: "The sides met."}},
		{"text alone", `{"text":"The sides met."}`,
			report.Report{Source: "content", Key: graph.ContentHash("", "", "", "The sides met."), Text: "The sides met."}},
		{"address for a key", `{"url":"https://example.org/1","text":"The sides met."}`,
			report.Report{Source: "url", Key: "https://example.org/1", URL: "https://example.org/1", Text: "The sides met."}},
		{"other names of members", `{"id":"a","source":"Harbour Post","date":"2024-11-24T10:00:00+02:00","body":"The sides met."}`,
			report.Report{Source: "f.jsonl", Key: "a", Publisher: "Harbour Post", Published: day.Add(8 * time.Hour), Text: "The sides met."}},
		{"content for text", `{"id":"a","text":" ","content":"The sides met."}`,
			report.Report{Source: "f.jsonl", Key: "a", Text: "The sides met."}},
		{"numbers and nulls", `{"id":17,"published":1732442400,"cites":"AFP","title":null,"url":null,"text":"The sides met."}`,
			report.Report{Source: "f.jsonl", Key: "17", Published: day.Add(10 * time.Hour), Cites: []string{"AFP"}, Text: "The sides met."}},
		{"null id and date", `{"id":null,"published":null,"cites":null,"url":"u","text":"x"}`,
			report.Report{Source: "url", Key: "u", URL: "u", Text: "x"}},
		{"text is kept as it is", `{"id":"a","text":" Two  blanks,\r\n a line.\n\u00a0"}`,
			report.Report{Source: "f.jsonl", Key: "a", Text: " Two  blanks,\r\n a line.\n\u00a0"}},
		{"invalid UTF-8 is repaired", "{\"id\":\"a\",\"text\":\"The caf\xe9 was shelled.\"}",
			report.Report{Source: "f.jsonl", Key: "a", Text: "The caf\ufffd was shelled."}},
		{"half a surrogate pair", `{"id":"a","text":"x\ud800y"}`,
			report.Report{Source: "f.jsonl", Key: "a", Text: "x\ufffdy"}},
		{"byte order mark and CRLF", "\ufeff{\"id\":\"a\",\"text\":\"x\"}\r\n",
			report.Report{Source: "f.jsonl", Key: "a", Text: "x"}},
		{"no end of line", `  {"id":"a","text":"x"}`,
			report.Report{Source: "f.jsonl", Key: "a", Text: "x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.want.Origin = report.Origin{File: "in/f.jsonl.gz", Line: 1}
			got, skips, err := collect(t, strings.NewReader(c.in), "in/f.jsonl.gz", 1<<20)
			if err != nil || len(skips) > 0 || len(got) != 1 {
				t.Fatalf("got %v, skips %v, %v", got, skips, err)
			}
			if !reflect.DeepEqual(got[0], c.want) {
				t.Errorf("got  %+v\nwant %+v", got[0], c.want)
			}
		})
	}
}

func TestSkip(t *testing.T) {
	const good = `{"id":"good","text":"The sides met."}`
	for _, c := range []struct{ name, line, want string }{
		{"no JSON", `{"id":`, "f:2: JSON does not parse: unexpected end of JSON input"},
		{"something after it", good + good, "f:2: JSON does not parse: invalid character '{' after top-level value"},
		{"plain text", `The sides met.`, "f:2: JSON does not parse: invalid character 'T' looking for beginning of value"},
		{"a list", `[1]`, `f:2: line is no JSON object: "[1]"`},
		{"a text", `"x"`, `f:2: line is no JSON object: "\"x\""`},
		{"null", `null`, `f:2: line is no JSON object: "null"`},
		{"title is a list", `{"title":["x"],"text":"x"}`, "f:2: JSON member has the wrong type: title is a array"},
		{"id is an object", `{"id":{"a":1},"text":"x"}`, "f:2: JSON member has the wrong type: id is a object"},
		{"date is a truth", `{"published":true,"text":"x"}`, "f:2: JSON member has the wrong type: published is a bool"},
		{"cites has a number", `{"cites":[1],"text":"x"}`, "f:2: JSON member has the wrong type: cites is a number"},
		{"no text", `{"id":"a","title":"x"}`, "f:2: no text: a"},
		{"blank text", `{"text":" \n\t\u00a0"}`, "f:2: no text"},
		{"nothing left of the text", "{\"text\":\"\xff\xfe \"}", "f:2: no text"},
		{"date", `{"published":"last week","text":"x"}`, `f:2: date does not parse: "last week"`},
		{"date in two ways", `{"published":"03/04/2015","text":"x"}`, `f:2: date does not parse: "03/04/2015"`},
		{"year", `{"date":"0001-01-01","text":"x"}`, `f:2: date does not parse: "0001-01-01"`},
		{"too long", strings.Repeat("x", 5000), "f:2: line is too long: 5001 bytes, at most 1000"},
		{"too deep", strings.Repeat("[", 999), "f:2: JSON does not parse: unexpected end of JSON input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, skips, err := collect(t, strings.NewReader(good+"\n"+c.line+"\n\n"+good), "f", 1000)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 2 || got[0].Origin.Line != 1 || got[1].Origin.Line != 4 {
				t.Errorf("the good lines: %v", got)
			}
			if len(skips) != 1 || skips[0] != c.want {
				t.Errorf("got  %v\nwant %v", skips, c.want)
			}
		})
	}
}

func TestHugeLine(t *testing.T) {
	// 50 MB between two good lines.
	huge := io.LimitReader(strings.NewReader(strings.Repeat("x", 1<<20)), 1<<20)
	parts := []io.Reader{strings.NewReader("{\"id\":\"1\",\"text\":\"x\"}\n{\"text\":\"")}
	for range 50 {
		parts = append(parts, strings.NewReader(strings.Repeat("x", 1<<20)))
	}
	parts = append(parts, huge, strings.NewReader("\"}\n{\"id\":\"3\",\"text\":\"x\"}\n"))
	in := io.MultiReader(parts...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, skips, err := collect(t, in, "f", 1<<20)
	runtime.ReadMemStats(&after)
	if err != nil || len(got) != 2 || got[1].Key != "3" || got[1].Origin.Line != 3 || len(skips) != 1 || !strings.HasPrefix(skips[0], "f:2: line is too long: 534") {
		t.Errorf("got %v, %v, %v", got, skips, err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 12<<20 {
		t.Errorf("%d bytes were allocated for a line of 50 MB and a limit of 1 MB", n)
	}
}

func TestInputFails(t *testing.T) {
	broken := errors.New("broken")
	for in, want := range map[string]int{
		"{\"id\":\"1\",\"text\":\"x\"}\n{\"id\":\"2\",\"te":            1,
		"{\"id\":\"1\",\"text\":\"x\"}\n{\"id\":\"2\",\"text\":\"x\"}": 2,
	} {
		got, skips, err := collect(t, io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), "f", 1000)
		if len(got) != want || len(skips) != 0 || !errors.Is(err, broken) || err.Error() != "f:2: broken" {
			t.Errorf("%s: got %v, %v, %v; want %d reports and the failure", in, got, skips, err, want)
		}
	}
}

func TestSinkStops(t *testing.T) {
	stop := errors.New("enough")
	const in = "{\"text\":\"x\"}\nbad\n{\"text\":\"x\"}\n"
	n := 0
	err := Read(context.Background(), strings.NewReader(in), "f", report.Sink{
		Report: func(report.Report) error { n++; return stop },
		Skip:   func(report.Skip) error { n++; return nil },
	})
	if err != stop || n != 1 {
		t.Errorf("report: got %v after %d calls, want %v after 1", err, n, stop)
	}
	n = 0
	err = Read(context.Background(), strings.NewReader(in), "f", report.Sink{
		Report: func(report.Report) error { n++; return nil },
		Skip:   func(report.Skip) error { n++; return stop },
	})
	if err != stop || n != 2 {
		t.Errorf("skip: got %v after %d calls, want %v after 2", err, n, stop)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := Read(ctx, strings.NewReader(strings.Repeat("{\"text\":\"x\"}\n", 9)), "f", report.Sink{
		Report: func(report.Report) error {
			if n++; n == 3 {
				cancel()
			}
			return nil
		},
		Skip: func(s report.Skip) error { return fmt.Errorf("skipped: %v", s) },
	})
	if err != context.Canceled || n != 3 {
		t.Errorf("got %v after %d reports, want %v after 3", err, n, context.Canceled)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("{\"id\":\"a\",\"published\":\"2024-11-24\",\"cites\":[\"b\"],\"text\":\"The sides met.\"}\n"))
	f.Add([]byte("\ufeff{\"id\":1,\"cites\":\"b\",\"date\":1732442400,\"body\":\"x\"}\r\n\n[{}]\nnull\n{\"id\":[]}"))
	f.Add([]byte("{\"text\":\"\xff\"}\n{\"text\":\"\\ud800\""))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, skips, err := collect(t, strings.NewReader(string(in)), "f", 1<<10)
		if err != nil {
			t.Fatal(err)
		}
		lines, long := 0, 0
		for _, l := range strings.Split(strings.TrimPrefix(string(in), "\ufeff"), "\n") {
			if strings.TrimSpace(l) != "" {
				lines++
			} else if len(l) >= 1<<10 {
				long++ // too long for anybody to look what is in it
			}
		}
		if n := len(got) + len(skips); n < lines || n > lines+long {
			t.Errorf("%d reports and %d skips of %d lines", len(got), len(skips), lines)
		}
		for _, r := range got {
			if strings.TrimSpace(r.Text) == "" || !utf8.ValidString(r.Text) || r.Key == "" || r.Source == "" || r.Origin.Line == 0 {
				t.Errorf("report %+v", r)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	line := `{"id":"r-%06d","published":"2024-11-24","publisher":"Harbour Post","cites":["AFP"],"section":"World","title":"Talks","url":"https://example.org/1","text":"` +
		strings.Repeat("The delegations of both sides met in the harbour town on Sunday. ", 4) + "\"}\n"
	var in strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&in, line, i)
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		err := Read(context.Background(), strings.NewReader(in.String()), "f", report.Sink{
			Report: func(report.Report) error { n++; return nil },
			Skip:   func(s report.Skip) error { return errors.New(s.String()) },
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
