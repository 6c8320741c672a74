package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// member is one of an archive to be made.
type member struct {
	name, content string
	change        func(*zip.FileHeader)
	kind          byte // of tar
}

func makeZip(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
		if m.change != nil {
			m.change(h)
		}
		var w io.Writer
		var err error
		if h.CRC32 != 0 {
			w, err = z.CreateRaw(h)
		} else {
			w, err = z.CreateHeader(h)
		}
		if err == nil {
			_, err = io.WriteString(w, m.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sized makes a stored member whose size stands before it.
func sized(content string) func(*zip.FileHeader) {
	return func(h *zip.FileHeader) {
		h.Method, h.CRC32 = zip.Store, crc32.ChecksumIEEE([]byte(content))
		h.CompressedSize64, h.UncompressedSize64 = uint64(len(content)), uint64(len(content))
	}
}

func makeTar(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: 0o644, Typeflag: m.kind, Size: int64(len(m.content))}
		if m.kind == tar.TypeSymlink {
			h.Linkname, h.Size = m.content, 0
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := io.WriteString(w, m.content); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// all visits an archive in each way that it can be read in, and returns what
// the visits saw.
func all(t testing.TB, b []byte, limits Limits) map[string][]string {
	t.Helper()
	ctx := context.Background()
	got := map[string][]string{}
	for how, walk := range map[string]func(*Meter, Visit) error{
		"directory": func(m *Meter, v Visit) error {
			return Zip(ctx, m.PackedAt(bytes.NewReader(b)), int64(len(b)), m, v)
		},
		"stream": func(m *Meter, v Visit) error { return ZipStream(ctx, m.Packed(bytes.NewReader(b)), m, v) },
		"bytes": func(m *Meter, v Visit) error {
			return ZipStream(ctx, m.Packed(iotest.OneByteReader(bytes.NewReader(b))), m, v)
		},
		"tar": func(m *Meter, v Visit) error { return Tar(ctx, m.Packed(bytes.NewReader(b)), m, v) },
	} {
		if IsZip(b) == (how == "tar") {
			continue
		}
		var seen []string
		err := walk(NewMeter(limits), func(m Member, r io.Reader) error {
			if m.Reason != "" {
				seen = append(seen, m.Name+": "+m.Reason)
				return nil
			}
			n, err := io.Copy(io.Discard, r)
			s := fmt.Sprintf("%s %d", m.Name, n)
			if err != nil {
				s += " " + err.Error()
			}
			seen = append(seen, s)
			return nil
		})
		if err != nil {
			seen = append(seen, "end: "+err.Error())
		}
		got[how] = seen
	}
	return got
}

func TestZip(t *testing.T) {
	long := strings.Repeat("The sides met. ", 10_000)
	odd := func(h *zip.FileHeader) { h.Flags |= encrypted; sized("secret")(h); h.Method = 99 }
	for _, c := range []struct {
		name    string
		members []member
		want    []string
	}{
		{"packed", []member{{name: "a.txt", content: long}, {name: "b/c.txt", content: "x"}}, []string{"a.txt 150000", "b/c.txt 1"}},
		{"stored, its size before it", []member{{name: "a.txt", content: long, change: sized(long)}, {name: "b", content: "x"}}, []string{"a.txt 150000", "b 1"}},
		{"empty", nil, nil},
		{"no content", []member{{name: "a.txt"}, {name: "b.txt", content: "x"}}, []string{"a.txt 0", "b.txt 1"}},
		{"encrypted", []member{{name: "a.txt", content: "secret", change: odd}, {name: "b.txt", content: "x"}}, []string{"a.txt: " + ReasonEncrypted, "b.txt 1"}},
		{"names that lead out", []member{
			{name: "../../etc/a.txt", content: "x"}, {name: "/b.txt", content: "x"}, {name: `..\c.txt`, content: "x"}, {name: "d/../../e.txt", content: "x"},
		}, []string{"etc/a.txt 1", "b.txt 1", "c.txt 1", "e.txt 1"}},
		{"hidden", []member{{name: ".a.txt", content: "x"}, {name: "__MACOSX/b.txt", content: "x"}, {name: "c/"}, {name: ".git/d.txt", content: "x"}, {name: "e\x1b[2J.txt", content: "x"}},
			[]string{"e\ufffd[2J.txt 1"}},
	} {
		for how, got := range all(t, makeZip(t, c.members...), Limits{}) {
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s, by %s: got %q, want %q", c.name, how, got, c.want)
			}
		}
	}
}

func TestZipOfKindsThatAreNotRead(t *testing.T) {
	b := makeZip(t, member{name: "a.txt", content: "xxxx", change: func(h *zip.FileHeader) { sized("xxxx")(h); h.Method = 12 }})
	for how, got := range all(t, b, Limits{}) {
		if !reflect.DeepEqual(got, []string{"a.txt: " + ReasonMethod}) {
			t.Errorf("by %s: %q", how, got)
		}
	}
	// A stream cannot find the end of what is stored without a size.
	b = makeZip(t, member{name: "a.txt", content: "xxxx", change: func(h *zip.FileHeader) { h.Method = zip.Store }})
	for how, got := range all(t, b, Limits{}) {
		want := []string{"a.txt: " + ReasonUnending, "end: zip: not a valid zip file"}
		if how == "directory" {
			want = []string{"a.txt 4"}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("by %s: %q, want %q", how, got, want)
		}
	}
}

func TestZipDamaged(t *testing.T) {
	whole := makeZip(t, member{name: "a.txt", content: strings.Repeat("x", 1000)}, member{name: "b.txt", content: "y"})
	for n := range whole { // broken off anywhere: what is there, and that there was more
		for how, got := range all(t, whole[:n], Limits{}) {
			if len(got) > 0 && strings.HasPrefix(got[0], "a.txt 1000") && len(got) <= 3 {
				continue
			}
			if len(got) == 0 && IsZip(whole[:n]) || len(got) > 0 && !strings.Contains(got[len(got)-1], "end: ") {
				t.Errorf("first %d bytes, by %s: %q", n, how, got)
			}
		}
	}
	spoilt := bytes.Clone(whole)
	spoilt[bytes.Index(spoilt, []byte("a.txt"))+6] ^= 0xff
	for how, got := range all(t, spoilt, Limits{}) {
		if len(got) == 0 || reflect.DeepEqual(got, []string{"a.txt 1000", "b.txt 1"}) {
			t.Errorf("spoilt, by %s: %q", how, got)
		}
	}
}

func TestTar(t *testing.T) {
	b := makeTar(t,
		member{name: "a.txt", content: "four", kind: tar.TypeReg},
		member{name: "../../b.txt", content: "x", kind: tar.TypeReg},
		member{name: "folder/", kind: tar.TypeDir},
		member{name: "link.txt", content: "/etc/passwd", kind: tar.TypeSymlink},
		member{name: "c/" + strings.Repeat("long/", 60) + "d.txt", content: "yy", kind: tar.TypeReg})
	want := []string{"a.txt 4", "b.txt 1", "link.txt: " + ReasonKind, "c/" + strings.Repeat("long/", 60) + "d.txt 2"}
	if got := all(t, b, Limits{})["tar"]; !reflect.DeepEqual(got, want) || !IsTar(b) {
		t.Errorf("got %q, want %q", got, want)
	}
	got := all(t, b[:515], Limits{})["tar"]
	if len(got) != 2 || got[0] != "a.txt 3 unexpected EOF" || got[1] != "end: unexpected EOF" {
		t.Errorf("broken off: %q", got)
	}
	if got := all(t, []byte(strings.Repeat("no archive ", 100)), Limits{})["tar"]; len(got) != 1 || !strings.HasPrefix(got[0], "end: archive/tar: invalid tar header") {
		t.Errorf("no tar: %q", got)
	}
}

func TestBombs(t *testing.T) {
	zeros := strings.Repeat("\x00", 10<<20) // to about 10 kB
	limits := Limits{Ratio: 10, Free: 1 << 20}
	for how, got := range all(t, makeZip(t, member{name: "a.txt", content: zeros}, member{name: "b.txt", content: "x"}), limits) {
		if len(got) < 2 || !strings.Contains(got[0], "unpacks to more") {
			t.Errorf("by %s: got %q, want the first to end early", how, got)
		}
		if how == "directory" && got[1] != "b.txt 1" {
			t.Errorf("what stands beside is lost: %q", got)
		}
	}
	// Many that each stay below the limit.
	var many []member
	for i := range 50 {
		many = append(many, member{name: fmt.Sprint(i, ".txt"), content: zeros[:900_000]})
	}
	for how, got := range all(t, makeZip(t, many...), limits) {
		if last := got[len(got)-1]; !strings.Contains(last, ErrTotal.Error()) {
			t.Errorf("many, by %s: the last is %q", how, last)
		}
	}
	// A total.
	for how, got := range all(t, makeZip(t, member{name: "a.txt", content: zeros}), Limits{Ratio: 1 << 20, Total: 5 << 20}) {
		if !strings.Contains(got[0], ErrTotal.Error()) {
			t.Errorf("total, by %s: %q", how, got)
		}
	}
}

// A hole of a sparse file is a bomb in a few bytes.
func TestSparse(t *testing.T) {
	b := makeTar(t, member{name: "a.txt", content: strings.Repeat("x", 512), kind: tar.TypeReg})
	copy(b[156:], "S")               // GNU sparse
	copy(b[257:], "ustar  \x00")     // GNU
	copy(b[386:], "00000000000\x00") // one piece of data at 0 …
	copy(b[398:], "00000001000\x00") // … of 512 bytes
	copy(b[483:], "77777777777\x00") // of 8 GiB in all
	copy(b[148:], "        ")        // checksum
	sum := 0
	for _, c := range b[:512] {
		sum += int(c)
	}
	copy(b[148:], fmt.Sprintf("%06o\x00 ", sum))
	got := all(t, b, Limits{})["tar"]
	if len(got) == 0 || got[0] != "a.txt: "+ReasonKind {
		t.Errorf("got %q", got)
	}
}

func TestVisitAndContextStop(t *testing.T) {
	stop := errors.New("enough")
	z := makeZip(t, member{name: "a", content: "x"}, member{name: "b", content: "x"})
	tr := makeTar(t, member{name: "a", content: "x", kind: tar.TypeReg}, member{name: "b", content: "x", kind: tar.TypeReg})
	m := NewMeter(Limits{})
	for name, walk := range map[string]func(context.Context, Visit) error{
		"zip":    func(ctx context.Context, v Visit) error { return Zip(ctx, bytes.NewReader(z), int64(len(z)), m, v) },
		"stream": func(ctx context.Context, v Visit) error { return ZipStream(ctx, bytes.NewReader(z), m, v) },
		"tar":    func(ctx context.Context, v Visit) error { return Tar(ctx, bytes.NewReader(tr), m, v) },
	} {
		n := 0
		if err := walk(context.Background(), func(Member, io.Reader) error { n++; return stop }); err != stop || n != 1 {
			t.Errorf("%s: %v after %d", name, err, n)
		}
		ctx, cancel := context.WithCancel(context.Background())
		if err := walk(ctx, func(Member, io.Reader) error { cancel(); return nil }); err != context.Canceled {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzZip(f *testing.F) {
	f.Add(makeZip(f, member{name: "a.txt", content: "The sides met."}, member{name: "b.txt", content: "xx", change: sized("xx")}))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		limits := Limits{Ratio: 20, Free: 1 << 16}
		if len(b) > 1<<16 || !IsZip(b) {
			return
		}
		for how, seen := range all(t, b, limits) {
			for _, s := range seen {
				if strings.Contains(s, "/../") || strings.HasPrefix(s, "/") || strings.HasPrefix(s, "../") {
					t.Errorf("by %s: %q", how, s)
				}
			}
		}
	})
}

func FuzzTar(f *testing.F) {
	f.Add(makeTar(f, member{name: "a.txt", content: "The sides met.", kind: tar.TypeReg}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if IsZip(b) {
			return
		}
		for _, s := range all(t, b, Limits{Ratio: 20, Free: 1 << 16})["tar"] {
			if strings.HasPrefix(s, "/") || strings.HasPrefix(s, "../") {
				t.Errorf("%q", s)
			}
		}
	})
}

func BenchmarkZipStream(b *testing.B) {
	text := strings.Repeat("The delegations of both sides met in the harbour town on Sunday. ", 16_000)
	z := makeZip(b, member{name: "a.txt", content: text})
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		err := ZipStream(context.Background(), bytes.NewReader(z), NewMeter(Limits{Ratio: 2000}), func(_ Member, r io.Reader) error {
			_, err := io.Copy(io.Discard, r)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// The meter lets pass what is packed well, and unpacks nothing by itself.
func TestMeterPasses(t *testing.T) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("The delegations met. ", 200_000)
	if _, err := io.WriteString(z, text); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	m := NewMeter(Limits{})
	r, err := gzip.NewReader(m.Packed(&b))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(m.Unpacked(r))
	if err != nil || string(got) != text || m.Spent() {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
