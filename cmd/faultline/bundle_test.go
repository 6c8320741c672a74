package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// bundle puts files into an archive, zip or tar by its name.
func bundle(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) >= 2, neg, "bundle ARCHIVE FILE…")
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	if strings.HasSuffix(args[0], ".zip") {
		z := zip.NewWriter(f)
		for _, name := range args[1:] {
			w, err := z.Create(filepath.ToSlash(name))
			ts.Check(err)
			_, err = io.WriteString(w, ts.ReadFile(name))
			ts.Check(err)
		}
		ts.Check(z.Close())
		return
	}
	var out io.WriteCloser = f
	if strings.HasSuffix(args[0], "gz") {
		out = gzip.NewWriter(f)
	}
	w := tar.NewWriter(out)
	for _, name := range args[1:] {
		content := ts.ReadFile(name)
		ts.Check(w.WriteHeader(&tar.Header{Name: filepath.ToSlash(name), Mode: 0o644, Size: int64(len(content))}))
		_, err = io.WriteString(w, content)
		ts.Check(err)
	}
	ts.Check(w.Close())
	ts.Check(out.Close())
}

// crawl makes a web archive of pages, packed page by page if its name ends
// with .gz.
func crawl(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 3, neg, "crawl ARCHIVE ADDRESS PAGE")
	block := "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + ts.ReadFile(args[2])
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	ts.Check(err)
	defer f.Close()
	var out io.WriteCloser = f
	if strings.HasSuffix(args[0], ".gz") {
		out = gzip.NewWriter(f)
	}
	for _, part := range []string{
		"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2024-03-16T09:00:00Z\r\nWARC-Target-URI: ", args[1],
		"\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: ", strconv.Itoa(len(block)), "\r\n\r\n", block, "\r\n\r\n",
	} {
		_, err = io.WriteString(out, part)
		ts.Check(err)
	}
	if out != f {
		ts.Check(out.Close())
	}
}
