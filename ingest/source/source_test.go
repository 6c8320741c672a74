package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"faultline/ingest/page"
	"faultline/ingest/report"
)

const (
	object = `{"id":"1","published":"2024-11-24","text":"The sides met."}` + "\n"
	row    = "Norland\tAccuse\tSudland\t2014-03-05\n"
	prose  = "Two Sides Meet\n\nThe delegations met in the harbour town.\n"
	markup = "<!doctype html><title>Two Sides Meet</title><p>The delegations met in the harbour town.</p>"
)

func pack(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// folder makes the files in a new folder and returns its path.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// collect reads everything and returns a line for each report (its origin,
// and what it is) and skip, without the folder's name.
func collect(t testing.TB, in *Input, dir string) []string {
	t.Helper()
	var got []string
	err := in.Read(context.Background(), report.Sink{
		Report: func(r report.Report) error {
			what := "text"
			if r.Coded != nil {
				what = string(r.Coded[0].Code)
			}
			got = append(got, r.Origin.String()+" "+what)
			return nil
		},
		Skip: func(s report.Skip) error { got = append(got, s.String()); return nil },
	})
	if err != nil {
		t.Errorf("Read: %v", err)
	}
	if in.Size() >= 0 && in.Offset() != in.Size() {
		t.Errorf("offset %d at the end, size %d", in.Offset(), in.Size())
	}
	for i := range got {
		got[i] = filepath.ToSlash(strings.ReplaceAll(got[i], dir+string(filepath.Separator), ""))
	}
	return got
}

func find(t testing.TB, opts Options, paths ...string) *Input {
	t.Helper()
	in, err := Find(paths, opts)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestFolder(t *testing.T) {
	dir := folder(t, map[string]string{
		"b.jsonl":           object + object,
		"a/z.jsonl.gz":      pack(t, object),
		"a/packed.jsonl":    pack(t, object), // in spite of its name
		"a/unpacked.tsv.GZ": row,             // likewise
		"c.txt":             prose,
		"d.HTML":            markup,
		"e.tsv":             row,
		"events.txt":        row,
		"page.txt":          markup,
		"lines.txt":         object,
		"lines.json":        object,
		"document.json":     "{\n  \"id\": 1\n}\n",
		"list.json":         `[{"id":1,"text":"x"}]`,
		"numbers.json":      `[1,2]`,
		"empty.jsonl":       "",
		"mark.jsonl":        "\ufeff",
		"empty.txt.gz":      pack(t, ""),
		"table.csv":         "a,b\n",
		"README":            "Read me.\n",
		"picture.txt":       "\x89PNG\r\n\x1a\n\x00\x00",
		".hidden.jsonl":     object,
		".git/x.jsonl":      object,
		"utf16.jsonl":       "\xff\xfe" + strings.Join(strings.Split(object, ""), "\x00") + "\x00",
	})
	if err := os.Mkdir(filepath.Join(dir, "void"), 0o755); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"link.jsonl": "b.jsonl", "loop": ".", "gone.jsonl": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	want := []string{
		"a/packed.jsonl:1 text",
		"a/unpacked.tsv.GZ:1 112",
		"a/z.jsonl.gz:1 text",
		"b.jsonl:1 text",
		"b.jsonl:2 text",
		"c.txt text",
		"d.HTML text",
		"document.json: unknown format: JSON over several lines; want one object a line",
		"e.tsv:1 112",
		"empty.jsonl: empty file",
		"empty.txt.gz: empty file",
		"events.txt:1 112",
		"gone.jsonl: cannot be opened: no such file or directory",
		"lines.json:1 text",
		"lines.txt:1 text",
		"link.jsonl:1 text",
		"link.jsonl:2 text",
		"list.json: unknown format: JSON, but no object; want one a line",
		"loop: link to a folder is not followed",
		"mark.jsonl: empty file",
		"numbers.json: unknown format: JSON, but no object; want one a line",
		"page.txt text",
		"picture.txt: unknown format: image/png",
		"README: unknown extension",
		"table.csv: unknown format: table with columns of no known format",
		"utf16.jsonl:1 text",
	}
	got := collect(t, find(t, Options{}, dir), dir)
	// README goes before lower case; the table above is for people.
	if !reflect.DeepEqual(sorted(got), sorted(want)) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(sorted(got), "\n"), strings.Join(sorted(want), "\n"))
	}
	if again := collect(t, find(t, Options{}, dir+"/"), dir); !reflect.DeepEqual(again, got) {
		t.Errorf("again, with a slash:\n%s\nbefore\n%s", strings.Join(again, "\n"), strings.Join(got, "\n"))
	}
	for _, line := range got[1:3] {
		if !strings.HasPrefix(line, "a/") {
			t.Errorf("not in lexical order: %s", line)
		}
	}
	if got := collect(t, find(t, Options{}, filepath.Join(dir, "void")), dir); !reflect.DeepEqual(got, []string{"void: folder without files"}) {
		t.Errorf("empty folder: %v", got)
	}
}

func TestNamedFiles(t *testing.T) {
	dir := folder(t, map[string]string{
		"README": prose, ".hidden": object, "x.csv": row, "page.php": markup, "x.bin": "\x00\x01", "x.zip": "PK\x03\x04\x00",
		"x.pdf": "%PDF-1.7\n", "x.log": "[12:00] The sides met.\n", "x.xhtml.bak": `<?xml version="1.0"?><html><body>The sides met.</body></html>`,
	})
	for name, want := range map[string]string{
		"README": "README text", ".hidden": ".hidden:1 text", "x.csv": "x.csv:1 112", "page.php": "page.php text",
		"x.bin": "x.bin: unknown format: application/octet-stream", "x.zip": "x.zip: archive is truncated",
		"x.pdf": "x.pdf: unknown format: application/pdf", "x.log": "x.log text", "x.xhtml.bak": "x.xhtml.bak text",
	} {
		if got := collect(t, find(t, Options{}, filepath.Join(dir, name)), dir); !reflect.DeepEqual(got, []string{want}) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestFormatGiven(t *testing.T) {
	dir := folder(t, map[string]string{"a.dat": row, "b.txt": object})
	for f, want := range map[Format][]string{
		ICEWS: {"a.dat:1 112", "b.txt:1: row does not have 4 cells: 1 cells"},
		JSONL: {"a.dat:1: JSON does not parse: invalid character 'N' looking for beginning of value", "b.txt:1 text"},
		Text:  {"a.dat text", "b.txt text"},
		HTML:  {"a.dat text", "b.txt text"},
	} {
		if got := collect(t, find(t, Options{Format: f}, dir), dir); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, want %q", f, got, want)
		}
	}
}

func TestPageOptions(t *testing.T) {
	dir := folder(t, map[string]string{"a.txt": prose, "b.html": markup})
	day := time.Date(2024, 11, 24, 0, 0, 0, 0, time.UTC)
	n := 0
	err := find(t, Options{Page: page.Options{Published: day}}, dir).Read(context.Background(), report.Sink{
		Report: func(r report.Report) error {
			if n++; !r.Published.Equal(day) || r.Title != "Two Sides Meet" {
				t.Errorf("got %+v", r)
			}
			return nil
		},
		Skip: func(s report.Skip) error { return errors.New(s.String()) },
	})
	if err != nil || n != 2 {
		t.Errorf("%d reports, %v", n, err)
	}
}

func TestFindFails(t *testing.T) {
	dir := folder(t, map[string]string{"a.jsonl": object})
	for _, c := range []struct {
		paths []string
		opts  Options
		want  string
	}{
		{nil, Options{}, "no input"},
		{[]string{dir, filepath.Join(dir, "nowhere.jsonl")}, Options{}, "nowhere.jsonl"},
		{[]string{dir}, Options{Format: "xml"}, `"xml" is no format: want one of [jsonl text html icews gdelt gdelt-mentions polecat acled ucdp table warc mail mbox]`},
		{[]string{"-"}, Options{}, "-: no standard input"},
	} {
		if in, err := Find(c.paths, c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Find(%v, %+v) = %v, %v; want an error with %q", c.paths, c.opts, in, err, c.want)
		}
	}
}

func TestStdin(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"jsonl", object + object, []string{"-:1 text", "-:2 text"}},
		{"packed", pack(t, object), []string{"-:1 text"}},
		{"members", pack(t, object) + pack(t, object), []string{"-:1 text", "-:2 text"}},
		{"icews", row, []string{"-:1 112"}},
		{"html", markup, []string{"- text"}},
		{"text", prose, []string{"- text"}},
		{"blank lines first", "\n\n" + object, []string{"-:3 text"}},
		{"a long first line", "\ufeff{\"text\":\"" + strings.Repeat("x", 3*sniffed) + "\"}", []string{"-:1 text"}},
		{"one byte", "x", []string{"- text"}},
		{"empty", "", []string{"-: empty file"}},
		{"blank", " \n", []string{"-: no text"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
				in := find(t, Options{Stdin: r}, "-")
				if got := collect(t, in, ""); !reflect.DeepEqual(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
				if in.Size() != -1 || in.Offset() != int64(len(c.in)) {
					t.Errorf("size %d, offset %d; want -1, %d", in.Size(), in.Offset(), len(c.in))
				}
				if d, err := in.Digest(context.Background()); d != "" || err != nil {
					t.Errorf("digest %q, %v; want none", d, err)
				}
			}
		})
	}
}

func TestStdinIsStreamed(t *testing.T) {
	pr, pw := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	first := make(chan string)
	go func() { io.WriteString(pw, object) }() // and then waits
	done := make(chan error)
	go func() {
		in, err := Find([]string{"-"}, Options{Stdin: pr})
		if err == nil {
			err = in.Read(ctx, report.Sink{
				Report: func(r report.Report) error { first <- r.Key; return nil },
				Skip:   func(s report.Skip) error { return errors.New(s.String()) },
			})
		}
		done <- err
	}()
	if key := <-first; key != "1" {
		t.Errorf("got report %q", key)
	}
	cancel() // while standard input waits
	if err := <-done; err != context.Canceled {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestDamagedGzip(t *testing.T) {
	var lines strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&lines, `{"id":"%d","text":"The sides met for the %dth time at %x."}`+"\n", i, i*7919%1000, i*104729)
	}
	whole := pack(t, lines.String())
	dir := t.TempDir()
	path := filepath.Join(dir, "x.jsonl.gz")
	read := func(content string) (reports, last int, skip string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		in := find(t, Options{Format: JSONL}, path)
		for _, l := range collect(t, in, dir) {
			if strings.HasSuffix(l, " text") {
				reports++
				if _, err := fmt.Sscanf(l, "x.jsonl.gz:%d text", &last); err != nil || last != reports {
					t.Fatalf("report %d: %s", reports, l)
				}
				continue
			}
			if skip != "" {
				t.Errorf("second skip: %s", l)
			}
			skip = l
		}
		return reports, last, skip
	}
	before := 0
	for _, n := range []int{2, 5, 10, 11, 1000, len(whole) / 2, len(whole) - 2000, len(whole) - 9, len(whole) - 8, len(whole) - 1} {
		reports, last, skip := read(whole[:n])
		want := fmt.Sprintf("x.jsonl.gz:%d: gzip is truncated", last+1)
		if last == 0 && n < 1000 {
			want = "x.jsonl.gz: gzip is truncated"
		}
		if skip != want {
			t.Errorf("first %d bytes: %d reports, %q; want %q", n, reports, skip, want)
		}
		// What gzip itself can still unpack is the measure.
		z, err := gzip.NewReader(strings.NewReader(whole[:n]))
		good := 0
		if err == nil {
			b, _ := io.ReadAll(z)
			good = bytes.Count(b, []byte("\n"))
		}
		if reports != good || reports < before {
			t.Errorf("first %d bytes: %d reports, %d lines can be unpacked", n, reports, good)
		}
		before = reports
	}
	if before != 2000 {
		t.Errorf("%d reports without the last byte, want all", before)
	}
	if n, _, skip := read(whole + "rubbish rubbish"); n != 2000 || skip != "x.jsonl.gz:2001: gzip is damaged: gzip: invalid header" {
		t.Errorf("rubbish behind: %d, %q", n, skip)
	}
	spoilt := []byte(whole)
	spoilt[len(spoilt)-6] ^= 1
	if n, _, skip := read(string(spoilt)); n != 2000 || skip != "x.jsonl.gz:2001: gzip is damaged: gzip: invalid checksum" {
		t.Errorf("wrong checksum: %d, %q", n, skip)
	}
	if n, _, skip := read("\x1f\x8b" + strings.Repeat("x", 100)); n != 0 || skip != "x.jsonl.gz: gzip is damaged: gzip: invalid header" {
		t.Errorf("no gzip: %d, %q", n, skip)
	}
	if n, _, skip := read(whole); n != 2000 || skip != "" {
		t.Errorf("whole: %d, %q", n, skip)
	}
}

func TestTruncatedPage(t *testing.T) {
	packed := pack(t, prose)
	dir := folder(t, map[string]string{"a.txt.gz": packed[:len(packed)-4], "b.jsonl": object})
	want := []string{"a.txt.gz text", "a.txt.gz: gzip is truncated", "b.jsonl:1 text"}
	if got := collect(t, find(t, Options{}, dir), dir); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadingFails(t *testing.T) {
	in := find(t, Options{Stdin: io.MultiReader(strings.NewReader(object+"{"), iotest.ErrReader(errors.New("line is down")))}, "-")
	want := []string{"-:1 text", "-:2: reading failed: line is down"}
	if got := collect(t, in, ""); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFileVanishes(t *testing.T) {
	dir := folder(t, map[string]string{"a.jsonl": object, "b.jsonl": object})
	in := find(t, Options{}, dir)
	if err := os.Remove(filepath.Join(dir, "a.jsonl")); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Digest(context.Background()); err == nil || !strings.Contains(err.Error(), "a.jsonl") {
		t.Errorf("digest: %v, want an error that names the file", err)
	}
	want := []string{"a.jsonl: cannot be opened: no such file or directory", "b.jsonl:1 text"}
	if got := collect(t, in, dir); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSinkAndContextStop(t *testing.T) {
	// The sink's error looks like a failure of the input, and must not be
	// taken for one.
	stop := fmt.Errorf("store: %w", io.ErrUnexpectedEOF)
	packed := pack(t, object+object)
	dir := folder(t, map[string]string{"a.jsonl": object + object, "b.txt": prose, "c.jsonl.gz": packed[:len(packed)-4], "d.xyz": ""})
	for fails := 1; fails <= 7; fails++ {
		n := 0
		call := func() error {
			if n++; n == fails {
				return stop
			}
			return nil
		}
		err := find(t, Options{}, dir).Read(context.Background(), report.Sink{
			Report: func(report.Report) error { return call() },
			Skip:   func(report.Skip) error { return call() },
		})
		if err != stop || n != fails {
			t.Errorf("got %v after %d calls, want %v after %d", err, n, stop, fails)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := find(t, Options{}, dir).Read(ctx, report.Sink{
		Report: func(report.Report) error { n++; cancel(); return nil },
		Skip:   func(report.Skip) error { n++; return nil },
	})
	if err != context.Canceled || n != 1 {
		t.Errorf("got %v after %d calls, want %v after 1", err, n, context.Canceled)
	}
	if _, err := find(t, Options{}, dir).Digest(ctx); err != context.Canceled {
		t.Errorf("digest: got %v, want %v", err, context.Canceled)
	}
}

func TestDigest(t *testing.T) {
	digest := func(files map[string]string, sub ...string) string {
		t.Helper()
		dir := folder(t, files)
		d, err := find(t, Options{}, filepath.Join(append([]string{dir}, sub...)...)).Digest(context.Background())
		if err != nil || len(d) != 64 {
			t.Fatalf("digest %q, %v", d, err)
		}
		return d
	}
	one := digest(map[string]string{"a.jsonl": object}, "a.jsonl")
	if same := digest(map[string]string{"deep/er/a.jsonl": object}, "deep", "er", "a.jsonl"); same != one {
		t.Error("the folder's place changes the digest")
	}
	if same := digest(map[string]string{"a.jsonl": object, "b.xyz": "x", ".c": "x"}); same != one {
		t.Error("files that are not read change the digest")
	}
	seen := map[string]string{one: "one"}
	for name, files := range map[string]map[string]string{
		"content":   {"a.jsonl": object + "\n"},
		"name":      {"b.jsonl": object},
		"two":       {"a.jsonl": object, "b.jsonl": ""},
		"shifted":   {"a.jsonl": "", "b.jsonl": object},
		"subfolder": {"x/a.jsonl": object},
	} {
		d := digest(files)
		if other := seen[d]; other != "" {
			t.Errorf("%s and %s have one digest", name, other)
		}
		seen[d] = name
	}
}

func sorted(l []string) []string {
	s := append([]string(nil), l...)
	for i := range s { // insertion; the lists are short
		for j := i; j > 0 && s[j] < s[j-1]; j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
	return s
}

// data returns the path of a file of the evaluation data, which the project
// does not hold.
func data(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("FAULTLINE_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	p := filepath.Join(dir, name)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("evaluation data: %v", err)
	}
	return p
}

// TestRealFiles counts what real files yield.
func TestRealFiles(t *testing.T) {
	for _, c := range []struct {
		file           string
		reports, skips int
	}{
		{"reports/current-events-2002-2026.jsonl.gz", 90_079, 0},
		{"reports/syria-2011-2018.jsonl.gz", 451, 0},
		{"gold/current-events-dev.jsonl", 130, 0},
		{"gold/documents-dev.jsonl", 28, 0},
		{"train/current-events.jsonl", 3980, 0},
		{"icews/icews-2005-2015-sample.tsv.gz", 74_925, 17_442},
		{"founding", 2, 0},
	} {
		in := find(t, Options{}, data(t, c.file))
		reports, skips, keys := 0, make(map[string]int), make(map[string]bool)
		err := in.Read(context.Background(), report.Sink{
			Report: func(r report.Report) error { reports++; keys[r.Source+"\x00"+r.Key] = true; return nil },
			Skip:   func(s report.Skip) error { skips[s.Reason]++; return nil },
		})
		skipped := 0
		for _, n := range skips {
			skipped += n
		}
		if err != nil || reports != c.reports || skipped != c.skips || len(keys) != reports || in.Offset() != in.Size() {
			t.Errorf("%s: %d reports (%d keys), skips %v, offset %d of %d, %v; want %d and %d",
				c.file, reports, len(keys), skips, in.Offset(), in.Size(), err, c.reports, c.skips)
		}
	}
}

// FuzzRead reads arbitrary bytes as whatever they look like.
func FuzzRead(f *testing.F) {
	for _, s := range []string{object, row, prose, markup, pack(f, object), pack(f, prose)[:30], "\xff\xfe{\x00", "\x1f\x8b", "[{"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := Find([]string{"-"}, Options{Stdin: bytes.NewReader(b)})
		if err != nil {
			t.Fatal(err)
		}
		err = in.Read(context.Background(), report.Sink{
			Report: func(r report.Report) error {
				if r.Key == "" || r.Source == "" || r.Origin.File != "-" || (r.Text == "") == (r.Coded == nil) {
					t.Errorf("%+v", r)
				}
				return nil
			},
			Skip: func(s report.Skip) error {
				if s.Reason == "" || s.Origin.File != "-" {
					t.Errorf("%+v", s)
				}
				return nil
			},
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkReadRealFiles(b *testing.B) {
	for _, file := range []string{"reports/current-events-2002-2026.jsonl.gz", "icews/icews-2005-2015-sample.tsv.gz"} {
		b.Run(filepath.Base(file), func(b *testing.B) {
			path := data(b, file)
			n := 0
			for b.Loop() {
				err := find(b, Options{}, path).Read(context.Background(), report.Sink{
					Report: func(report.Report) error { n++; return nil },
					Skip:   func(report.Skip) error { n++; return nil },
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
