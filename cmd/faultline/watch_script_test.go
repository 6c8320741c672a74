package main

import (
	"bufio"
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"faultline/ingest/gdelt"
)

// The commands of scripts that watch sources:
//
//	serve DIR                 serve the files of DIR at $URL; FILE.status there holds the
//	                          status to answer FILE with, a FILE of "hang" never answers
//	mirror                    serve the last hours of a GDELT at $URL
//	old FILE                  say that FILE was written long ago
//	edit FILE OLD NEW         replace all OLD in FILE
//	watching ARG…             start faultline watch ARG…
//	until PATTERN             read its log until a line matches; the first group becomes $FOUND
//	signal NAME               send it HUP, TERM or INT
//	ended CODE                wait for its end, want this exit code

// serve starts a server over a folder of the script.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "serve DIR")
	dir := ts.MkAbs(args[0])
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := filepath.Join(dir, filepath.Clean("/"+r.URL.Path))
		if status, err := os.ReadFile(path + ".status"); err == nil {
			code, err := strconv.Atoi(strings.TrimSpace(string(status)))
			if err != nil {
				code = http.StatusTeapot
			}
			w.WriteHeader(code)
			return
		}
		if b, err := os.ReadFile(path); err == nil && string(b) == "hang\n" {
			select {
			case <-over:
			case <-r.Context().Done():
			}
			return
		}
		http.ServeFile(w, r, path)
	}))
	ts.Defer(func() {
		close(over)
		server.Close()
	})
	ts.Setenv("URL", server.URL)
}

func mirror(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 0, neg, "mirror")
	w, err := newWeek(time.Now().UTC().Truncate(gdelt.SlotLength).Add(-2*time.Hour), 8, rand.New(rand.NewPCG(1, 1)))
	ts.Check(err)
	server := httptest.NewServer(w)
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
}

func old(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "old FILE")
	then := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	ts.Check(os.Chtimes(ts.MkAbs(args[0]), then, then))
}

func edit(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 3, neg, "edit FILE OLD NEW")
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	name := ts.MkAbs(args[0])
	info, err := os.Stat(name)
	ts.Check(err)
	ts.Check(os.WriteFile(name, []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
	// Servers tell the time of a change in seconds; scripts edit faster.
	later := info.ModTime().Add(10 * time.Second)
	ts.Check(os.Chtimes(name, later, later))
}

// watched is a watch in the background.
type watched struct {
	cmd *exec.Cmd
	out bytes.Buffer
	log *bufio.Reader
}

type watchedKey struct{}

func watching(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, true, neg, "watching ARG…")
	w := ts.Value(watchedKey{}).(*watched)
	*w = watched{}
	program, err := exec.LookPath("faultline")
	ts.Check(err)
	w.cmd = exec.Command(program, append([]string{"watch"}, args...)...)
	w.cmd.Dir = ts.MkAbs(".")
	w.cmd.Env = append(os.Environ(), "FAULTLINE_STORE="+ts.Getenv("FAULTLINE_STORE"))
	w.cmd.Stdout = &w.out
	log, err := w.cmd.StderrPipe()
	ts.Check(err)
	w.log = bufio.NewReader(log)
	ts.Check(w.cmd.Start())
	var end sync.Once
	ts.Defer(func() {
		end.Do(func() {
			if w.cmd.ProcessState == nil { // the script failed before it ended
				_ = w.cmd.Process.Kill()
				_ = w.cmd.Wait()
			}
		})
	})
}

func until(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "until PATTERN")
	w := ts.Value(watchedKey{}).(*watched)
	pattern := regexp.MustCompile(args[0])
	for {
		line, err := w.log.ReadString('\n')
		ts.Logf("[log] %s", strings.TrimSuffix(line, "\n"))
		if found := pattern.FindStringSubmatch(line); found != nil {
			if len(found) > 1 {
				ts.Setenv("FOUND", found[1])
			}
			return
		}
		if err != nil {
			ts.Fatalf("the watch ended before its log said %s", args[0])
		}
	}
}

func sendSignal(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "signal NAME")
	s, ok := map[string]syscall.Signal{"HUP": syscall.SIGHUP, "TERM": syscall.SIGTERM, "INT": syscall.SIGINT}[args[0]]
	need(ts, ok, neg, "signal HUP|TERM|INT")
	ts.Check(ts.Value(watchedKey{}).(*watched).cmd.Process.Signal(s))
}

func ended(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "ended CODE")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	w := ts.Value(watchedKey{}).(*watched)
	rest, err := io.ReadAll(w.log)
	ts.Check(err)
	ts.Logf("[log]\n%s", rest)
	wantExit(ts, w.cmd.Wait(), want)
}

// get fetches an address into the last output; it wants the status.
func get(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 3, neg, "get STATUS URL FILE")
	resp, err := http.Get(args[1])
	ts.Check(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if got := strconv.Itoa(resp.StatusCode); got != args[0] {
		ts.Fatalf("%s: status %s, want %s: %s", args[1], got, args[0], b)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), b, 0o644))
}
