package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"faultline/ingest/config"
)

// An empty graph has all its pages, and the server ends when it is told to.
func TestServe(t *testing.T) {
	t.Setenv("FAULTLINE_TOKEN", "")
	spec := "cayley:" + filepath.Join(t.TempDir(), "db")
	store, err := openStore(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	out, in := io.Pipe()
	a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: in, now: time.Now}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	root := newRoot(a)
	root.SetArgs([]string{"--store", spec, "serve", "--listen", "localhost:0"})
	ended := make(chan error, 1)
	go func() {
		ended <- root.ExecuteContext(ctx)
		_ = in.Close()
	}()
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	for ; err == nil && !strings.Contains(line, "http://"); line, err = lines.ReadString('\n') {
	}
	if err != nil {
		t.Fatal(err, <-ended)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // so that the log finds a reader
	site := regexp.MustCompile(`http://\S+`).FindString(line)
	for _, path := range []string{"/", "/?rank=level", "/actors", "/map", "/search?q=nobody", "/loads", "/about", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"} {
		resp, err := http.Get(site + path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %v", path, resp.Status, err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestServeRefuses(t *testing.T) {
	for _, c := range []struct {
		token string
		args  []string
		says  string
	}{
		{"", []string{"--listen", "0.0.0.0:0"}, "give a token"},
		{"", []string{"--listen", ":0"}, "give a token"},
		{"short", []string{"--listen", "0.0.0.0:0"}, "too short"},
		{"", []string{"--listen", "localhost"}, "HOST:PORT"},
		{"", []string{"--token-file", "/nowhere/token"}, "token-file"},
		{"", []string{"--log", "xml"}, "text or json"},
		{"", []string{"--listen", "localhost:0"}, "there is no store yet"},
	} {
		t.Setenv("FAULTLINE_TOKEN", c.token)
		var said strings.Builder
		a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &said, now: time.Now}
		code := run(append([]string{"--store", "cayley:" + filepath.Join(t.TempDir(), "none"), "serve"}, c.args...), a)
		if code == 0 || !strings.Contains(said.String(), c.says) {
			t.Errorf("%v: code %d, %q; want %q", c.args, code, said.String(), c.says)
		}
	}
}

// A server that loads its sources codes what is sent to it with their coder:
// one in memory is enough.
func TestServeSharesCoder(t *testing.T) {
	a := apiStore(t)
	store, err := openStore(t.Context(), a.store)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "faultline.yaml")
	text := "sources:\n  - name: notes\n    kind: folder\n    path: " + t.TempDir() + "\n    every: 1h\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	conf, err := config.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServing(t.Context(), a, serveOptions{noSearch: true}, store, conf, slog.New(slog.DiscardHandler), new(slog.LevelVar))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	if own, err := s.coder(); err != nil || own == nil || own != s.watcher.coder {
		t.Errorf("%p and %p, %v", own, s.watcher.coder, err)
	}
	s.watcher = nil
	if own, err := s.coder(); err != nil || own == nil {
		t.Errorf("without sources: %v", err)
	}
}
