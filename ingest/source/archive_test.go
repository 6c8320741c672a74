package source

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"faultline/ingest/archive"
	"faultline/ingest/report"
	"faultline/ingest/sheet"
)

const (
	letter = "From: Harbour Post <news@harbour.example>\nSubject: Talks\nMessage-ID: <1@harbour.example>\n\nThe sides met.\n"
	box    = "From news@harbour.example Wed May  1 12:00:00 2024\n" + letter
	sheets = "title,text,date\nTalks,The sides met.,2024-05-01\n"
)

func warcRecord(uri string) string {
	block := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + markup
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: 2024-05-01T10:00:00Z\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
		uri, len(block), block)
}

// tarred makes a tar archive of names and contents.
func tarred(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Mode: 0o644, Size: int64(len(files[i+1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestArchives(t *testing.T) {
	files := []string{
		"a/object.jsonl", object, "article.txt", prose, "b.html", markup, "letter.eml", letter, "box.mbox", box, "list.csv", sheets,
		"crawl.warc.gz", pack(t, warcRecord("https://example.org/1")), "packed.jsonl.gz", pack(t, object), "cur/1714557600.M1.host:2,S", letter,
		"../../../etc/events.tsv", row, "README", "Read me.\n", "picture.png", "\x89PNG\r\n\x1a\n\x00", "empty.txt", "", ".hidden.txt", prose,
	}
	members := []string{
		"/a/object.jsonl:1 text", "/article.txt text", "/b.html text", "/letter.eml text", "/box.mbox:1 text", "/list.csv:2 text",
		"/crawl.warc.gz:1 text", "/packed.jsonl.gz:1 text", "/cur/1714557600.M1.host:2,S text", "/etc/events.tsv:1 112",
		"/README: unknown extension", "/picture.png: unknown format: image/png", "/empty.txt: empty file",
	}
	within := func(name string) (want []string) {
		for _, m := range members {
			want = append(want, name+m)
		}
		return want
	}
	z, tr := zipped(t, files...), tarred(t, files...)
	for name, content := range map[string]string{
		"x.zip": z, "x.tar": tr, "x.tar.gz": pack(t, tr), "x.tgz": pack(t, tr), "x.zip.gz": pack(t, z),
	} {
		dir := folder(t, map[string]string{name: content})
		if got := collect(t, find(t, Options{}, dir), dir); !reflect.DeepEqual(got, within(name)) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(within(name), "\n"))
		}
		in := find(t, Options{Stdin: strings.NewReader(content)}, "-")
		if got := collect(t, in, "none"); !reflect.DeepEqual(got, within("-")) {
			t.Errorf("%s as standard input: got\n%s", name, strings.Join(got, "\n"))
		}
	}
	// One within another, and no deeper.
	inner, innerTar := zipped(t, "a.txt", prose), pack(t, tarred(t, "b.txt", prose))
	for name, content := range map[string]string{
		"x.zip": zipped(t, "in.zip", inner, "in.tar.gz", innerTar, "deep.zip", zipped(t, "deeper.zip", inner)),
		"x.tar": tarred(t, "in.zip", inner, "in.tar.gz", innerTar, "deep.zip", zipped(t, "deeper.zip", inner)),
	} {
		dir := folder(t, map[string]string{name: content})
		want := []string{name + "/in.zip/a.txt text", name + "/in.tar.gz/b.txt text", name + "/deep.zip/deeper.zip: " + ReasonNested}
		if got := collect(t, find(t, Options{}, dir), dir); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestFormatsOfReports(t *testing.T) {
	two := pack(t, warcRecord("https://example.org/1")) + pack(t, warcRecord("https://example.org/2"))
	spoilt := []byte(pack(t, warcRecord("https://example.org/1")) + two)
	spoilt[40] ^= 0xff
	for _, c := range []struct {
		name, content string
		opts          Options
		want          []string
	}{
		{"a.warc", warcRecord("https://example.org/1") + warcRecord("https://example.org/2"), Options{}, []string{"a.warc:1 text", "a.warc:2 text"}},
		{"a.warc.gz", two, Options{}, []string{"a.warc.gz:1 text", "a.warc.gz:2 text"}},
		{"upload", two, Options{}, []string{"upload:1 text", "upload:2 text"}},
		{"plain", warcRecord("https://example.org/1"), Options{}, []string{"plain:1 text"}},
		{"spoilt.warc.gz", string(spoilt), Options{}, []string{"spoilt.warc.gz:1: record is damaged: ", "spoilt.warc.gz:2 text", "spoilt.warc.gz:3 text"}},
		{"a.eml", letter, Options{}, []string{"a.eml text"}},
		{"a.eml.gz", pack(t, letter), Options{}, []string{"a.eml.gz text"}},
		{"letter", letter, Options{}, []string{"letter text"}},
		{"a.mbox", box + "\n" + box, Options{}, []string{"a.mbox:1 text", "a.mbox:8 text"}},
		{"mail", box, Options{}, []string{"mail:1 text"}},
		{"a.csv", sheets, Options{}, []string{"a.csv:2 text"}},
		{"a.tsv", strings.ReplaceAll(sheets, ",", "\t"), Options{}, []string{"a.tsv:2 text"}},
		{"a.csv.gz", pack(t, strings.ReplaceAll(sheets, ",", ";")), Options{}, []string{"a.csv.gz:2 text"}},
		{"wide.csv", "\xff\xfe" + strings.Join(strings.Split(sheets, ""), "\x00") + "\x00", Options{}, []string{"wide.csv:2 text"}},
		{"mapped.csv", "Head,Body\nTalks,The sides met.\n", Options{Map: sheet.Mapping{"title": "head", "text": "body"}}, []string{"mapped.csv:2 text"}},
		{"lacks.csv", sheets, Options{Map: sheet.Mapping{"text": "body"}}, []string{"lacks.csv:1: table lacks a column of the mapping: \"body\""}},
		{"other.csv", "a,b\n", Options{}, []string{"other.csv: unknown format: table with columns of no known format"}},
		{"told.dat", "a,text\nx,The sides met.\n", Options{Format: Table}, []string{"told.dat:2 text"}},
		{"events.csv", acledExport, Options{Map: sheet.Mapping{"text": "notes"}}, []string{"events.csv:2 "}},
	} {
		dir := folder(t, map[string]string{c.name: c.content})
		got := collect(t, find(t, c.opts, dir+"/"+c.name), dir)
		if len(got) == len(c.want) && strings.HasPrefix(got[0], c.want[0]) {
			got[0] = c.want[0] // what exactly is wrong with gzip does not matter
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	for _, f := range Formats() {
		if err := f.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestCharset(t *testing.T) {
	const russian = "\xcf\xee\xf0\xf2 \xe7\xe0\xea\xf0\xfb\xf2."
	for name, content := range map[string]string{
		"a.csv":    "title,text\nx," + russian + "\n",
		"a.jsonl":  "{\"text\":\"" + russian + "\"}\n",
		"a.html":   "<p>" + russian,
		"b.html":   "<meta charset=koi8-r><p>\xf0\xcf\xd2\xd4 \xda\xc1\xcb\xd2\xd9\xd4.",
		"a.txt":    russian + "\n",
		"utf8.txt": "Порт закрыт.",
		"a.zip":    zipped(t, "a.csv", "title;text\nx;"+russian+"\n"),
	} {
		dir := folder(t, map[string]string{name: content})
		n := 0
		err := find(t, Options{Charset: "windows-1251"}, dir).Read(context.Background(), report.Sink{
			Report: func(r report.Report) error {
				if n++; strings.TrimSpace(r.Text) != "Порт закрыт." {
					t.Errorf("%s: %q", name, r.Text)
				}
				return nil
			},
			Skip: func(s report.Skip) error { return fmt.Errorf("%v", s) },
		})
		if err != nil || n != 1 {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	if _, err := Find([]string{"."}, Options{Charset: "martian"}); err == nil || !strings.Contains(err.Error(), "martian") {
		t.Errorf("got %v", err)
	}
}

// What unpacks to far more than it is ends early, costs no memory, and what
// stands beside it is read.
func TestBombs(t *testing.T) {
	zeros := strings.Repeat("so on and ", 1<<20)
	lines := strings.Repeat(`{"text":"x"}`+"\n", 1<<18)
	limits := archive.Limits{Ratio: 20, Free: 1 << 20}
	dir := folder(t, map[string]string{
		"a.txt.gz":   pack(t, zeros),
		"b.jsonl.gz": pack(t, lines),
		"c.zip":      zipped(t, "a.txt", zeros, "b.jsonl", object),
		"d.zip":      zipped(t, "e.zip", zipped(t, "a.txt", zeros), "f.jsonl.gz", pack(t, pack(t, zeros)), "g.jsonl", object),
		"h.tar.gz":   pack(t, tarred(t, "a.jsonl", object, "b.txt", zeros, "c.jsonl", object)),
		"i.warc.gz":  pack(t, warcRecord("https://example.org/1")+"WARC/1.0\r\nContent-Length: 10485760\r\n\r\n"+zeros) + pack(t, warcRecord("https://example.org/2")),
		"z.jsonl":    object,
	})
	zeros, lines = "", ""
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := map[string]int{}
	for _, l := range collect(t, find(t, Options{Limits: limits}, dir), dir) {
		if strings.HasPrefix(l, "b.jsonl.gz:") && strings.HasSuffix(l, " text") {
			continue // what came before the end
		}
		got[l]++
	}
	runtime.ReadMemStats(&after)
	for _, want := range []string{"c.zip/b.jsonl:1 text", "h.tar.gz/a.jsonl:1 text", "i.warc.gz:1 text", "i.warc.gz:3 text", "z.jsonl:1 text"} {
		if got[want] != 1 {
			t.Errorf("lacks %s", want)
		}
	}
	for _, file := range []string{"a.txt.gz", "b.jsonl.gz", "c.zip", "d.zip/e.zip", "d.zip:", "h.tar.gz", "i.warc.gz"} {
		found := false
		for l := range got {
			found = found || strings.HasPrefix(l, file) && strings.Contains(l, "unpacks to more")
		}
		if !found {
			t.Errorf("nothing is said of %s", file)
		}
	}
	if t.Failed() {
		for l := range got {
			t.Log(l)
		}
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 200<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
}

func TestArchiveBreaksOff(t *testing.T) {
	whole := zipped(t, "a.jsonl", object, "b.txt", strings.Repeat(prose, 50))
	tarball := pack(t, tarred(t, "a.jsonl", object, "b.jsonl", object))
	dir := folder(t, map[string]string{
		"a.zip": whole[:len(whole)-200], "b.tar": tarred(t, "a.jsonl", object, "b.jsonl", object)[:1300], "c.tar.gz": tarball[:len(tarball)-20], "d.jsonl": object,
		"e.tar": tarred(t, "a.jsonl", object)[:1024] + strings.Repeat("rubbish ", 100),
	})
	got := collect(t, find(t, Options{}, dir), dir)
	all := strings.Join(got, "\n")
	for _, want := range []string{"a.zip/a.jsonl:1 text", "a.zip: " + ReasonCut, "b.tar/a.jsonl:1 text", "b.tar: " + ReasonCut, "c.tar.gz/a.jsonl:1 text", "d.jsonl:1 text", "e.tar: " + ReasonTar} {
		if !strings.Contains(all, want) {
			t.Errorf("lacks %q:\n%s", want, all)
		}
	}
}

func TestEncryptedMember(t *testing.T) {
	b := []byte(zipped(t, "a.jsonl", object, "b.jsonl", object))
	for _, mark := range []string{"PK\x03\x04", "PK\x01\x02"} { // the flag of the first member, here and in the directory
		i := bytes.Index(b, []byte(mark))
		b[i+6+2*strings.Count(mark, "\x01")] |= 1
	}
	dir := folder(t, map[string]string{"x.zip": string(b)})
	want := []string{"x.zip/a.jsonl: " + archive.ReasonEncrypted, "x.zip/b.jsonl:1 text"}
	if got := collect(t, find(t, Options{}, dir), dir); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzArchives(f *testing.F) {
	f.Add([]byte(zipped(f, "a.jsonl", object, "b.zip", zipped(f, "c.txt", prose))))
	f.Add([]byte(pack(f, tarred(f, "a.jsonl", object))))
	f.Add([]byte(pack(f, warcRecord("https://example.org/1"))))
	f.Add([]byte(box))
	f.Add([]byte(sheets))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := Find([]string{"-"}, Options{Stdin: bytes.NewReader(b), Limits: archive.Limits{Ratio: 20, Free: 1 << 16}})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = in.Read(context.Background(), report.Sink{
			Report: func(r report.Report) error {
				if n++; r.Coded == nil && strings.TrimSpace(r.Text) == "" {
					t.Errorf("%+v", r)
				}
				return nil
			},
			Skip: func(s report.Skip) error {
				if n++; s.Reason == "" || s.Origin.File == "" {
					t.Errorf("%+v", s)
				}
				return nil
			},
		})
		if err != nil {
			t.Errorf("%v", err)
		}
	})
}

// A zip archive of many members is not held.
func BenchmarkArchive(b *testing.B) {
	var files []string
	for i := range 2000 {
		files = append(files, fmt.Sprintf("%d.jsonl", i), strings.Repeat(object, 20))
	}
	z := zipped(b, files...)
	dir := folder(b, map[string]string{"x.zip": z})
	b.SetBytes(int64(len(z)))
	n := 0
	for b.Loop() {
		in, err := Find([]string{dir}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		err = in.Read(context.Background(), report.Sink{
			Report: func(report.Report) error { n++; return nil },
			Skip:   func(s report.Skip) error { return fmt.Errorf("%v", s) },
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "reports/s")
}
