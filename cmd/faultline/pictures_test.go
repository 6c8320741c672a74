package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each question that has pictures draws them in every format, beside what it
// says, and refuses other endings before it reads anything.
func TestPictures(t *testing.T) {
	a := apiStore(t)
	folder := t.TempDir()
	for _, args := range [][]string{
		{"relation", "russia", "turkey"}, {"strain"}, {"strain", "--rank", "level"}, {"network", "iran", "--least", "1"}, {"timeline", "russia", "turkey"}, {"timeline", "iran"},
		{"timeline", "iran", "--from", "1999-01-01", "--to", "1999-02-01"}, {"network", "turkey", "--from", "2030-01-01"},
	} {
		plain := said(t, a, args...)
		for _, x := range []struct{ flag, ending string }{{"--plot", "svg"}, {"--plot", "PNG"}, {"--graph", "svg"}, {"--graph", "png"}, {"--graph", "dot"}, {"--graph", "mmd"}} {
			file := filepath.Join(folder, "picture."+x.ending)
			if got := said(t, a, append(args, x.flag, file)...); got != plain {
				t.Errorf("%q with %s says\n%s\nwithout\n%s", args, x.flag, got, plain)
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			switch strings.ToLower(x.ending) {
			case "svg":
				d := xml.NewDecoder(bytes.NewReader(b))
				for err == nil {
					_, err = d.Token()
				}
				if errors.Is(err, io.EOF) {
					err = nil
				}
			case "png":
				_, err = png.Decode(bytes.NewReader(b))
			case "dot":
				if !bytes.HasPrefix(b, []byte("digraph ")) {
					err = errors.New("no digraph")
				}
			case "mmd":
				if !bytes.HasPrefix(b, []byte("graph LR\n")) {
					err = errors.New("no graph")
				}
			}
			if err != nil {
				t.Errorf("%q %s %s: %v in %.200s", args, x.flag, x.ending, err, b)
			}
		}
	}
	for _, args := range [][]string{{"relation", "a", "b"}, {"strain"}, {"network", "a"}, {"timeline", "a"}} {
		for _, flag := range []string{"--plot", "--graph"} {
			for _, file := range []string{"x.jpg", "x", "x.svg.gz"} {
				var errs bytes.Buffer
				b := *a
				b.stderr, b.store = &errs, "cayley:/nowhere"
				if code := run(append(args, flag, file), &b); code != exitUsage || !strings.Contains(errs.String(), flag+" "+file+": want a file that ends in .svg, .png") {
					t.Errorf("%q %s %s: code %d, %s", args, flag, file, code, errs.String())
				}
			}
		}
		var errs bytes.Buffer
		b := *a
		b.stderr = &errs
		if args[0] == "strain" {
			if code := run([]string{"--store", a.store, "strain", "--plot", filepath.Join(folder, "none", "x.svg")}, &b); code != exitFailure || !strings.Contains(errs.String(), "x.svg") {
				t.Errorf("a folder that is not there: code %d, %s", code, errs.String())
			}
		}
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*.part")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}
