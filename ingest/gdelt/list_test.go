package gdelt

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"faultline/ingest/report"
)

func list(t testing.TB, in string) (files []File, skips []string) {
	t.Helper()
	err := ReadList(context.Background(), strings.NewReader(in), "list",
		func(f File) error { files = append(files, f); return nil },
		func(s report.Skip) error { skips = append(skips, s.String()); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return files, skips
}

func TestReadList(t *testing.T) {
	const base = "http://data.example.org/gdeltv2/"
	sum := strings.Repeat("0a", 16)
	files, skips := list(t, strings.Join([]string{
		"150383 " + sum + " " + base + "20210305121500.export.CSV.zip",
		"318084 " + strings.ToUpper(sum) + " " + base + "20210305121500.mentions.csv.zip",
		"10768507 " + sum + " " + base + "20210305121500.gkg.csv.zip",
		"",
		"1 " + sum + " " + base + "20210305120000.translation.export.CSV.zip",
		base + "20210305123000.export.CSV.zip",
		"many " + sum + " " + base + "20210305124500.export.CSV.zip",
		"1 zz " + base + "20210305130000.export.CSV.zip",
		"1 " + sum,
		"1 " + sum + " " + base + "x y",
		"1 " + sum + " ftp://x",
		"1 " + sum + " " + base + "20210305.export.CSV.zip",
		"1 " + sum + " " + base + "20211305121500.export.CSV.zip",
		"1 " + sum + " " + base + "20210305121500.other.zip",
	}, "\r\n"))
	slot := func(h, m int) time.Time { return time.Date(2021, 3, 5, h, m, 0, 0, time.UTC) }
	want := []File{
		{base + "20210305121500.export.CSV.zip", 150383, sum, Events, slot(12, 15), false},
		{base + "20210305121500.mentions.csv.zip", 318084, sum, Mentions, slot(12, 15), false},
		{base + "20210305121500.gkg.csv.zip", 10768507, sum, GKG, slot(12, 15), false},
		{base + "20210305120000.translation.export.CSV.zip", 1, sum, Events, slot(12, 0), true},
		{base + "20210305123000.export.CSV.zip", -1, "", Events, slot(12, 30), false},
		{base + "20210305124500.export.CSV.zip", -1, sum, Events, slot(12, 45), false},
		{base + "20210305130000.export.CSV.zip", 1, "", Events, slot(13, 0), false},
	}
	if !reflect.DeepEqual(files, want) {
		t.Errorf("got  %+v\nwant %+v", files, want)
	}
	reasons := make([]string, len(skips))
	for i, s := range skips {
		reasons[i] = strings.Split(s, ": ")[0] + ": " + strings.Split(s, ": ")[1]
	}
	if want := []string{
		"list:7: size does not parse", "list:8: MD5 does not parse", "list:9: line names no file", "list:10: line names no file",
		"list:11: line names no file", "list:12: file name is none of GDELT 2.0", "list:13: file name is none of GDELT 2.0",
		"list:14: file name is none of GDELT 2.0",
	}; !reflect.DeepEqual(reasons, want) {
		t.Errorf("skips %q", reasons)
	}
}

func TestSlots(t *testing.T) {
	at := func(h, m int) time.Time { return time.Date(2021, 3, 5, h, m, 0, 0, time.UTC) }
	if got := Slots(at(12, 7), at(12, 50)); !reflect.DeepEqual(got, []time.Time{at(12, 15), at(12, 30), at(12, 45)}) {
		t.Error(got)
	}
	if got := Slots(at(12, 15), at(12, 15)); got != nil {
		t.Error(got)
	}
	local := at(12, 15).In(time.FixedZone("", 3*3600)) // local time is not the slot's
	if got := SlotURL("http://x/gdeltv2/", local, Mentions, true); got != "http://x/gdeltv2/20210305121500.translation.mentions.CSV.zip" {
		t.Error(got)
	}
	for _, kind := range []Kind{Events, Mentions, GKG} {
		for _, translated := range []bool{false, true} {
			k, s, tr, ok := parseName(SlotURL("http://x", at(1, 30), kind, translated))
			if !ok || k != kind || tr != translated || !s.Equal(at(1, 30)) {
				t.Error(k, s, tr, ok)
			}
		}
	}
}

func pack(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, content := range files {
		w, err := z.Create("f" + string(rune('0'+i)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpack(t *testing.T) {
	good := pack(t, "content")
	sum := md5.Sum(good)
	f := File{URL: "http://x/f.zip", MD5: hex.EncodeToString(sum[:])}
	r, err := f.Unpack(good, 100)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); string(b) != "content" || err != nil || r.Close() != nil {
		t.Errorf("%q %v", b, err)
	}
	bomb := pack(t, strings.Repeat("0", 1<<20))
	lying := bytes.Clone(bomb) // a directory that says 1 byte
	at := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	copy(lying[at+24:], []byte{1, 0, 0, 0})
	for name, c := range map[string]struct {
		f      File
		packed []byte
		want   error
	}{
		"checksum":  {f, append(bytes.Clone(good), 0), ErrChecksum},
		"cut":       {File{}, good[:len(good)/2], ErrArchive},
		"no zip":    {File{}, []byte("<html>404</html>"), ErrArchive},
		"two files": {File{}, pack(t, "a", "b"), ErrArchive},
		"no file":   {File{}, pack(t), ErrArchive},
		"bomb":      {File{}, bomb, ErrTooLarge},
		"lying":     {File{}, lying, nil}, // fails while it is read
	} {
		r, err := c.f.Unpack(c.packed, 1000)
		if c.want != nil {
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(name, err)
		}
		if b, err := io.ReadAll(r); err == nil || len(b) > 1000 {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

func FuzzReadList(f *testing.F) {
	f.Add("1 " + strings.Repeat("0a", 16) + " http://x/20210305121500.export.CSV.zip")
	f.Fuzz(func(t *testing.T, in string) {
		files, _ := list(t, in)
		for _, f := range files {
			if f.Slot.IsZero() || f.Kind == "" || f.Size < -1 {
				t.Errorf("%+v", f)
			}
		}
	})
}

func TestRealList(t *testing.T) {
	dir := os.Getenv("FAULTLINE_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	b, err := os.ReadFile(filepath.Join(dir, "formats", "gdelt2_lastupdate_and_masterfilelist.txt"))
	if err != nil {
		t.Skipf("evaluation data: %v", err)
	}
	files, skips := list(t, string(b))
	if len(files) != 14 {
		t.Errorf("%d files, %v", len(files), skips)
	}
}
