package warc

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
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

	"github.com/andybalholm/brotli"

	"faultline/ingest/archive"
	"faultline/ingest/page"
	"faultline/ingest/report"
)

const (
	ok    = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
	story = `<!doctype html><html lang="en"><title>Talks</title><p>The delegations met in the harbour town on Sunday.</p>`
)

// record makes a record. Fields come as "Name: value" lines.
func record(kind, block string, fields ...string) string {
	head := "WARC/1.0\r\nWARC-Type: " + kind + "\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2024-05-01T10:00:00Z\r\nWARC-Target-URI: https://example.org/talks\r\n"
	if kind == "response" {
		head += "Content-Type: application/http; msgtype=response\r\n"
	}
	for _, f := range fields {
		name, _, _ := strings.Cut(f, ":")
		if i := strings.Index(head, "\r\n"+name+":"); i >= 0 {
			rest := head[i+2:]
			head = head[:i+2] + rest[strings.Index(rest, "\r\n")+2:]
		}
		head += f + "\r\n"
	}
	if !strings.Contains(head, "Content-Length:") {
		head += fmt.Sprintf("Content-Length: %d\r\n", len(block))
	}
	return head + "\r\n" + block + "\r\n\r\n"
}

func at(uri string) string { return "WARC-Target-URI: " + uri }

func pack(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.String()
}

func collect(t testing.TB, r io.Reader, opts Options) (reports []report.Report, skips []string) {
	t.Helper()
	err := Read(context.Background(), r, "f", opts, report.Sink{
		Report: func(r report.Report) error { reports = append(reports, r); return nil },
		Skip:   func(s report.Skip) error { skips = append(skips, s.String()); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return reports, skips
}

func TestPage(t *testing.T) {
	in := record("warcinfo", "software: crawler\r\n") + record("request", "GET / HTTP/1.1\r\n\r\n") + record("response", ok+story) + record("metadata", "x: y")
	want := []report.Report{{
		Source: "url", Key: "https://example.org/talks", URL: "https://example.org/talks", Title: "Talks", Language: "en",
		Text: "The delegations met in the harbour town on Sunday.", Published: time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC),
		Origin: report.Origin{File: "f", Line: 3},
	}}
	packed := pack(t, record("warcinfo", "")) + pack(t, record("request", "")) + pack(t, record("response", ok+story))
	for name, r := range map[string]io.Reader{
		"plain": strings.NewReader(in), "by bytes": iotest.OneByteReader(strings.NewReader(in)), "packed as a whole": strings.NewReader(pack(t, in)),
		"packed by records": strings.NewReader(packed), "packed, by bytes": iotest.OneByteReader(strings.NewReader(packed)),
	} {
		got, skips := collect(t, r, Options{})
		if !reflect.DeepEqual(got, want) || len(skips) > 0 {
			t.Errorf("%s: got  %+v %v\nwant %+v", name, got, skips, want)
		}
	}
}

func TestQuirks(t *testing.T) {
	plain := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	var zl, br bytes.Buffer
	z := zlib.NewWriter(&zl)
	b := brotli.NewWriter(&br)
	for _, w := range []io.WriteCloser{z, b} {
		if _, err := io.WriteString(w, story); err != nil || w.Close() != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, in string
		check    func(report.Report) bool
	}{
		{"version 1.1, fractions of seconds", strings.Replace(record("response", ok+story, "WARC-Date: 2024-05-01T10:00:00.123456Z"), "WARC/1.0", "WARC/1.1", 1),
			func(r report.Report) bool { return r.Published.Nanosecond() == 123456000 }},
		{"address in brackets", record("response", ok+story, at("<https://example.org/talks>")), nil},
		{"field names in capitals, no blanks", strings.NewReplacer("WARC-Target-URI: ", "warc-target-uri:", "WARC-Type: ", "WARC-TYPE:").Replace(record("response", ok+story)), nil},
		{"content type without a blank", record("response", ok+story, "Content-Type: application/http;msgtype=response"), nil},
		{"HTTP/2 without a reason", record("response", strings.Replace(ok, "HTTP/1.1 200 OK", "HTTP/2 200", 1)+story), nil},
		{"line ends of Unix", strings.ReplaceAll(record("response", strings.ReplaceAll(ok, "\r\n", "\n")+story), "\r\n", "\n"), nil},
		{"folded and unknown fields", record("response", strings.Replace(ok, "\r\n\r\n", "\r\nX-Note: a\r\n b\r\nnonsense\r\n\r\n", 1)+story, "X-Unknown: 1"), nil},
		{"length of the body is a lie", record("response", plain+"Content-Length: 5\r\n\r\n"+story), nil},
		{"gzip said and done", record("response", plain+"Content-Encoding: gzip\r\n\r\n"+pack(t, story)), nil},
		{"gzip said, unpacked already", record("response", plain+"Content-Encoding: gzip\r\n\r\n"+story), nil},
		{"gzip not said", record("response", plain+"\r\n"+pack(t, story)), nil},
		{"deflate", record("response", plain+"Content-Encoding: deflate\r\n\r\n"+zl.String()), nil},
		{"brotli", record("response", plain+"Content-Encoding: br\r\n\r\n"+br.String()), nil},
		{"brotli said, unpacked already", record("response", plain+"Content-Encoding: br\r\n\r\n"+story), nil},
		{"chunks", record("response", plain+"Transfer-Encoding: chunked\r\n\r\n"+fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(story), story)), nil},
		{"chunks said, joined already", record("response", plain+"Transfer-Encoding: chunked\r\n\r\n"+story), nil},
		{"no content type", record("response", "HTTP/1.1 200 OK\r\n\r\n"+story), nil},
		{"charset of the response", record("response", "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=windows-1251\r\n\r\n"+"<p>\xcf\xe5\xf0\xe5\xe3\xee\xe2\xee\xf0\xfb \xe2 \xef\xee\xf0\xf2\xf3.</p>"),
			func(r report.Report) bool { return r.Text == "Переговоры в порту." }},
		{"its own date goes first", record("response", ok+`<meta property="article:published_time" content="2024-04-30T08:00:00Z">`+story),
			func(r report.Report) bool { return r.Published.Day() == 30 }},
		{"resource", record("resource", story, "Content-Type: text/html"), nil},
		{"conversion", record("conversion", "Talks\n\nThe delegations met in the harbour town on Sunday.\n", "Content-Type: text/plain"),
			func(r report.Report) bool { return r.Title == "Talks" && r.URL != "" }},
		{"blank lines before", "\r\n\r\n\r\n" + record("response", ok+story), nil},
		{"no blank lines behind", strings.TrimSpace(record("response", ok+story)), nil},
	} {
		reports, skips := collect(t, strings.NewReader(c.in), Options{})
		if len(reports) != 1 || len(skips) > 0 || c.check == nil && (reports[0].Key != "https://example.org/talks" || !strings.HasPrefix(reports[0].Text, "The delegations")) ||
			c.check != nil && !c.check(reports[0]) {
			t.Errorf("%s: %+v %v", c.name, reports, skips)
		}
	}
}

func TestSkips(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"status", record("response", "HTTP/1.1 404 Not Found\r\n\r\n"+story), "f:1: response is no page: status 404"},
		{"redirect", record("response", "HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n"), "f:1: response is no page: status 301"},
		{"no status", record("response", "nonsense"), "f:1: response is no page: status 0"},
		{"feed", record("response", "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss/>"), "f:1: response is no HTML: application/rss+xml"},
		{"robots.txt", record("response", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *"), "f:1: response is no HTML: text/plain"},
		{"picture", record("response", "HTTP/1.1 200 OK\r\n\r\n\x89PNG\r\n\x1a\n\x00"), "f:1: response is no HTML: image/png"},
		{"empty page", record("response", ok), "f:1: no text"},
		{"revisit", record("revisit", "HTTP/1.1 200 OK\r\n\r\n"), "f:1: record repeats a page of another archive: https://example.org/talks"},
		{"no address", record("response", ok+story, at("")), `f:1: record has no address: ""`},
		{"nested too deep", record("response", ok+strings.Repeat("<div>", 600)+"x"), "f:1: HTML does not parse: html: open stack of elements exceeds 512 nodes"},
	} {
		reports, skips := collect(t, strings.NewReader(c.in+record("response", ok+story)), Options{})
		if len(reports) != 1 || len(skips) != 1 || skips[0] != c.want || reports[0].Origin.Line != 2 {
			t.Errorf("%s: %v %v, want %s", c.name, reports, skips, c.want)
		}
	}
	reports, skips := collect(t, strings.NewReader(record("response", ok+story, "WARC-Truncated: length")+record("dns", "x", at("dns:example.org"))), Options{})
	if len(reports) != 1 || len(skips) != 1 || skips[0] != "f:1: record is truncated: length" {
		t.Errorf("truncated by the crawler: %v %v", reports, skips)
	}
}

// A damaged record costs itself, or what no mark parts from it.
func TestDamage(t *testing.T) {
	good := func(n int) string { return record("response", ok+story, at(fmt.Sprint("https://example.org/", n))) }
	spoil := func(s string, at int) string { b := []byte(s); b[at] ^= 0xff; return string(b) }
	z := func(n int) string { return pack(t, good(n)) }
	for _, c := range []struct {
		name, in string
		want     []string // keys of the reports that must be there
		reason   string
	}{
		{"header", strings.Replace(good(1), "Content-Length: ", "Content-Length: x", 1) + good(2), []string{"2"}, ReasonDamaged},
		{"length below zero", strings.Replace(good(1), "Content-Length: ", "Content-Length: -", 1) + good(2), []string{"2"}, ReasonDamaged},
		{"length too small", strings.Replace(good(1), "Content-Length: ", "Content-Length: 1 \r\nX: ", 1) + good(2), []string{"2"}, ReasonDamaged},
		{"rubbish between", good(1) + "rubbish\r\n" + good(2), []string{"1", "2"}, ReasonDamaged},
		{"header without end", "WARC/1.0\r\n" + strings.Repeat("X: y\r\n", 100_000) + good(2), []string{"2"}, ReasonDamaged},
		{"breaks off", good(1) + good(2)[:len(good(2))-60], []string{"1", "2"}, ReasonCut},
		{"packed member is spoilt", z(1) + spoil(z(2), 40) + z(3), []string{"1", "3"}, ReasonDamaged},
		{"packed checksum is wrong", z(1) + spoil(z(2), len(z(2))-7) + z(3), []string{"1", "2", "3"}, ReasonDamaged},
		{"rubbish between members", z(1) + "rubbish rubbish rubbish" + z(2), []string{"1", "2"}, ReasonDamaged},
		{"packed breaks off", z(1) + z(2)[:len(z(2))-20], []string{"1", "2"}, ReasonCut},
		{"packed body is spoilt", record("response", ok+spoil(pack(t, strings.Repeat(story, 20)), 60)) + good(2), []string{"2"}, ReasonDamaged},
	} {
		reports, skips := collect(t, strings.NewReader(c.in), Options{})
		got := map[string]bool{}
		for _, r := range reports {
			got[strings.TrimPrefix(r.Key, "https://example.org/")] = true
		}
		for _, key := range c.want {
			if !got[key] {
				t.Errorf("%s: lacks %s: %v %v", c.name, key, reports, skips)
			}
		}
		if !strings.Contains(strings.Join(skips, "\n"), c.reason) {
			t.Errorf("%s: %q, want %s", c.name, skips, c.reason)
		}
	}
}

func TestBomb(t *testing.T) {
	zeros := pack(t, ok+"<p>"+strings.Repeat(strings.Repeat("x", 1<<10)+" ", 20<<10)) // 20 MB in 50 kB
	in := pack(t, record("response", ok+story)) + pack(t, record("response", strings.Replace(ok, "text/html", "text/html", 1)+zeros)) + pack(t, record("response", ok+story))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	reports, skips := collect(t, strings.NewReader(in), Options{Meter: nil})
	runtime.ReadMemStats(&after)
	if len(reports) != 2 || len(skips) != 1 || !strings.Contains(skips[0], page.ReasonTooLarge) {
		t.Errorf("%d reports, %q", len(reports), skips)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 200<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
	m := archive.NewMeter(archive.Limits{Ratio: 5, Free: 1 << 20})
	reports, skips = collect(t, m.Packed(strings.NewReader(in)), Options{Meter: m})
	if len(reports) < 2 || len(skips) == 0 || !strings.Contains(strings.Join(skips, ""), "unpacks to more") {
		t.Errorf("with limits: %d reports, %q", len(reports), skips)
	}
}

func TestInputFailsAndSinkStops(t *testing.T) {
	broken, stop := errors.New("broken"), errors.New("enough")
	in := record("response", ok+story) + record("response", "HTTP/1.1 404 Not Found\r\n\r\n")
	for _, s := range []string{in, pack(t, in), pack(t, in)[:100]} {
		err := Read(context.Background(), io.MultiReader(strings.NewReader(s), iotest.ErrReader(broken)), "f", Options{}, report.Sink{
			Report: func(report.Report) error { return nil }, Skip: func(report.Skip) error { return nil },
		})
		if !errors.Is(err, broken) {
			t.Errorf("got %v, want the failure", err)
		}
		n := 0
		err = Read(context.Background(), strings.NewReader(in), "f", Options{}, report.Sink{
			Report: func(report.Report) error { n++; return nil }, Skip: func(report.Skip) error { n++; return stop },
		})
		if err != stop || n != 2 {
			t.Errorf("got %v after %d, want the sink's error", err, n)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	err := Read(ctx, strings.NewReader(in+in), "f", Options{}, report.Sink{
		Report: func(report.Report) error { cancel(); return nil }, Skip: func(report.Skip) error { return nil },
	})
	if err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(record("response", ok+story) + record("revisit", "x")))
	f.Add([]byte(pack(f, record("response", ok+story)) + pack(f, record("conversion", "The sides met."))))
	f.Add([]byte("WARC/1.0\r\nContent-Length: 9999999999\r\n\r\nWARC/"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := archive.NewMeter(archive.Limits{Ratio: 20, Free: 1 << 16})
		reports, _ := collect(t, m.Packed(bytes.NewReader(b)), Options{Meter: m})
		for _, r := range reports {
			if r.Key == "" || r.URL == "" || strings.TrimSpace(r.Text) == "" || r.Origin.Line == 0 {
				t.Errorf("%+v", r)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	body := ok + "<!doctype html><title>Talks</title><article>" + strings.Repeat("<p>The delegations of both sides met in the harbour town on Sunday. ", 30) + "</article>"
	var in strings.Builder
	for i := range 100 {
		in.WriteString(pack(b, record("request", "GET / HTTP/1.1\r\n\r\n")))
		in.WriteString(pack(b, record("response", body, at(fmt.Sprint("https://example.org/", i)))))
	}
	b.SetBytes(int64(in.Len()))
	n := 0
	for b.Loop() {
		reports, _ := collect(b, strings.NewReader(in.String()), Options{})
		n += len(reports)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "pages/s")
}
