package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"faultline": main})
}

// TestScripts runs the commands as a user does. Besides testscript's own
// commands the scripts have:
//
//	exits CODE PROGRAM ARG…   run it, want just this exit code
//	capture VAR PATTERN       set $VAR to the first group in the last output
//	write FILE 'TEXT'         TEXT with Go's escapes, such as \xff and \t
//	pack FILE TO              compress FILE with gzip
//	bundle ARCHIVE FILE…      make a zip or tar archive of the files
//	crawl ARCHIVE ADDRESS PAGE  add a page to a web archive
//	cut FILE PERCENT          keep only the first part of FILE
//	corrupt FILE              change a byte in the middle of FILE
//	longline FILE             a good report, a line of 50 MB, a good report
//	claims FILE               the last output is of extract on FILE, in its stable form
//	hold ARG…                 start faultline load ARG… - and keep its input open once it reads
//	feed FILE                 hand FILE to the held load
//	release CODE, interrupt CODE  end its input or send it SIGINT, want this exit code
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"capture":   capture,
			"write":     write,
			"pack":      pack,
			"bundle":    bundle,
			"crawl":     crawl,
			"cut":       cut,
			"corrupt":   corrupt,
			"longline":  longLine,
			"claims":    stableClaims,
			"hold":      hold,
			"feed":      feedHeld,
			"release":   release,
			"interrupt": interrupt,
			"serve":     serve,
			"old":       old,
			"mirror":    mirror,
			"edit":      edit,
			"watching":  watching,
			"until":     until,
			"signal":    sendSignal,
			"ended":     ended,
			"get":       get,
		},
		Setup: func(env *testscript.Env) error {
			env.Values[heldKey{}] = new(held)
			env.Values[watchedKey{}] = new(watched)
			return nil
		},
	})
}

// need ends the script unless a command is written as its usage says.
func need(ts *testscript.TestScript, ok, neg bool, usage string) {
	if neg || !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) > 1, neg, "exits CODE PROGRAM ARG…")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	wantExit(ts, ts.Exec(args[1], args[2:]...), want)
}

func wantExit(ts *testscript.TestScript, err error, want int) {
	code := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

func capture(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 2, neg, "capture VAR PATTERN")
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("no match for %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func write(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 2, neg, "write FILE 'TEXT'")
	var b []byte
	for rest := args[1]; rest != ""; {
		r, multibyte, tail, err := strconv.UnquoteChar(rest, 0)
		ts.Check(err)
		if multibyte {
			b = append(b, string(r)...)
		} else {
			b = append(b, byte(r))
		}
		rest = tail
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o644))
}

func pack(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 2, neg, "pack FILE TO")
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, ts.ReadFile(args[0]))
	ts.Check(err)
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o644))
}

func cut(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 2, neg, "cut FILE PERCENT")
	percent, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), int64(len(ts.ReadFile(args[0]))*percent/100)))
}

func corrupt(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "corrupt FILE")
	b := []byte(ts.ReadFile(args[0]))
	b[len(b)/2] ^= 0xff
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o644))
}

func longLine(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "longline FILE")
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	w := bufio.NewWriter(f)
	w.WriteString(`{"id":"before","published":"2024-03-15","text":"Israel attacked Hezbollah in Beirut on Friday."}` + "\n")
	w.WriteString(`{"id":"long","text":"`)
	block := bytes.Repeat([]byte("word "), 1<<18)
	for n := 0; n < 50<<20; n += len(block) {
		w.Write(block)
	}
	w.WriteString(`"}` + "\n")
	w.WriteString(`{"id":"after","published":"2024-03-15","text":"Iran condemned Israel on Friday."}` + "\n")
	ts.Check(w.Flush())
}

// stableClaims holds the last output against the form that extract promises,
// and its offsets against the texts of the reports it was made of.
func stableClaims(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "claims FILE")
	texts := map[string]string{}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var r struct{ ID, Text string }
		ts.Check(json.Unmarshal([]byte(line), &r))
		texts[r.ID] = r.Text
	}
	n := 0
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		n++
		var members map[string]any
		ts.Check(json.Unmarshal([]byte(line), &members))
		wantMembers(ts, n, members, "report sentence start end type quad intensity initiators recipients trigger "+
			"status said_by date precision place confidence reason")
		text, ok := texts[members["report"].(string)]
		if !ok {
			ts.Fatalf("claim %d: report %v is not in %s", n, members["report"], args[0])
		}
		wantSpan(ts, n, text, members, "sentence")
		trigger := members["trigger"].(map[string]any)
		wantMembers(ts, n, trigger, "text start end")
		wantSpan(ts, n, text, trigger, "text")
		for _, side := range []string{"initiators", "recipients"} {
			for _, m := range members[side].([]any) { // a list even when empty
				actor := m.(map[string]any)
				wantMembers(ts, n, actor, "text start end actor name")
				wantSpan(ts, n, text, actor, "text")
			}
		}
		if speaker, ok := members["said_by"].(map[string]any); ok {
			wantMembers(ts, n, speaker, "text actor name")
		}
		if place, ok := members["place"].(map[string]any); ok {
			wantMembers(ts, n, place, "text id name")
		}
	}
	if n == 0 {
		ts.Fatalf("there are no claims")
	}
}

func wantMembers(ts *testscript.TestScript, n int, got map[string]any, want string) {
	names := strings.Fields(want)
	slices.Sort(names)
	if have := slices.Sorted(maps.Keys(got)); !slices.Equal(have, names) {
		ts.Fatalf("claim %d has the members %v, want %v", n, have, names)
	}
}

// wantSpan checks that the bytes from start to end of the text are the
// member's.
func wantSpan(ts *testscript.TestScript, n int, text string, m map[string]any, member string) {
	start, end := int(m["start"].(float64)), int(m["end"].(float64))
	if start < 0 || end <= start || end > len(text) || text[start:end] != m[member] {
		ts.Fatalf("claim %d: %s %q is not at %d to %d", n, member, m[member], start, end)
	}
}

// held is a load whose input is kept open.
type held struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   bytes.Buffer
	errs  *bufio.Reader
}

type heldKey struct{}

// hold starts a load and returns when it has named the first line it skips:
// by then it has the store open and waits for more.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, true, neg, "hold ARG…")
	h := ts.Value(heldKey{}).(*held)
	program, err := exec.LookPath("faultline")
	ts.Check(err)
	h.cmd = exec.Command(program, slices.Concat([]string{"load"}, args, []string{"--verbose", "--format", "jsonl", "-"})...)
	h.cmd.Dir = ts.MkAbs(".")
	h.cmd.Env = append(os.Environ(), "FAULTLINE_STORE="+ts.Getenv("FAULTLINE_STORE"))
	h.cmd.Stdout = &h.out
	h.stdin, err = h.cmd.StdinPipe()
	ts.Check(err)
	stderr, err := h.cmd.StderrPipe()
	ts.Check(err)
	h.errs = bufio.NewReader(stderr)
	ts.Check(h.cmd.Start())
	ts.Defer(func() {
		if h.cmd.ProcessState == nil { // the script failed before it ended
			_ = h.cmd.Process.Kill()
			_ = h.cmd.Wait()
		}
	})
	h.tell(ts, "this is no JSON\n")
}

// tell hands lines to the load, the last of them one that it skips, and
// waits until it does.
func (h *held) tell(ts *testscript.TestScript, lines string) {
	_, err := io.WriteString(h.stdin, lines)
	ts.Check(err)
	line, err := h.errs.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "skipped ") {
		ts.Fatalf("the held load says %q, %v", line, err)
	}
}

func feedHeld(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "feed FILE")
	ts.Value(heldKey{}).(*held).tell(ts, ts.ReadFile(args[0])+"this is no JSON either\n")
}

func release(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "release CODE")
	h := ts.Value(heldKey{}).(*held)
	ts.Check(h.stdin.Close())
	h.end(ts, args[0])
}

func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, neg, "interrupt CODE")
	h := ts.Value(heldKey{}).(*held)
	ts.Check(h.cmd.Process.Signal(syscall.SIGINT))
	h.end(ts, args[0])
}

// end waits for the load and leaves what it said in the files held.out and
// held.err.
func (h *held) end(ts *testscript.TestScript, code string) {
	want, err := strconv.Atoi(code)
	ts.Check(err)
	errs, err := io.ReadAll(h.errs)
	ts.Check(err)
	failed := h.cmd.Wait()
	ts.Check(os.WriteFile(ts.MkAbs("held.out"), h.out.Bytes(), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs("held.err"), errs, 0o644))
	ts.Logf("[held stdout]\n%s[held stderr]\n%s", h.out.Bytes(), errs)
	wantExit(ts, failed, want)
}

// TestScriptsUseEveryCommand fails when a command is added without a script
// that runs it.
func TestScriptsUseEveryCommand(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	for _, c := range newRoot(&app{}).Commands() {
		run := regexp.MustCompile(`(?m)^(exec|exits \d) faultline (--?\S+ )*` + regexp.QuoteMeta(c.Name()) + `\b`)
		if !run.MatchString(all.String()) {
			t.Errorf("no script runs faultline %s", c.Name())
		}
	}
}
