package cayley

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/syndtr/goleveldb/leveldb/storage"

	"faultline/graph"
	"faultline/graph/graphtest"
	"faultline/schema"
)

const (
	roleEnv = "FAULTLINE_TEST_ROLE"
	pathEnv = "FAULTLINE_TEST_PATH"
)

func TestMain(m *testing.M) {
	switch path := os.Getenv(pathEnv); os.Getenv(roleEnv) {
	case "":
		os.Exit(m.Run())
	case "hold":
		s, err := Open(path, Options{})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("open")
		io.Copy(io.Discard, os.Stdin)
		s.Close()
	case "write":
		writeForEver(path)
	}
}

// writeForEver writes batches until it is killed, and prints the number of
// each one that is written.
func writeForEver(path string) {
	s, err := Open(path, Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for n := s.head + 1; ; n++ {
		w, err := s.Write(context.Background(), numbered(n))
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(w.Seq)
	}
}

// numbered is batch n, small or large. Besides nodes of its own it changes
// one that all batches share.
func numbered(n uint64) *graph.Batch {
	rnd := rand.New(rand.NewPCG(n, 0))
	b := &graph.Batch{Actors: []schema.Actor{{ID: graphtest.Russia, Name: "Russia", Kind: schema.State, Aliases: []string{fmt.Sprint("alias ", n)}}}}
	for i := range 1 + rnd.IntN(60)*rnd.IntN(10) {
		e := schema.Event{
			Name: fmt.Sprint("event ", n, " ", i), Type: schema.Accuse, Initiators: []schema.ActorID{graphtest.Russia},
			Day: schema.Day(n*1000) + schema.Day(i), Precision: schema.PrecisionDay, Status: schema.Asserted,
		}
		e.ID = graph.EventID(e)
		r := schema.Report{ID: graph.ReportID("crash", e.Name), Name: "row", Hash: graph.ContentHash(e.Name)}
		b.Events = append(b.Events, e)
		b.Reports = append(b.Reports, r)
		b.Claims = append(b.Claims, schema.Claim{
			ID: graph.ClaimID(r.ID, e.ID, ""), Name: "row", Event: e.ID, Report: r.ID, Sentence: fmt.Sprint("Sentence ", n, " ", i),
			Status: schema.Asserted, Coder: "test/1", Recorded: time.Unix(int64(n), 0).UTC(),
		})
	}
	return b
}

func start(t *testing.T, cmd *exec.Cmd) <-chan string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for sc := bufio.NewScanner(out); sc.Scan(); {
			lines <- sc.Text()
		}
	}()
	return lines
}

// A process that is killed while it writes leaves whole batches, all of them
// that it was told were written and at most one more.
func TestKilled(t *testing.T) {
	kills := 8
	if testing.Short() {
		kills = 3
	}
	path := t.TempDir()
	rnd := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	var head uint64
	for range kills {
		cmd := child(t, "write", path)
		lines := start(t, cmd)
		first, ok := <-lines
		acknowledged, err := strconv.ParseUint(first, 10, 64)
		if !ok || err != nil {
			t.Fatalf("child says %q", first)
		}
		if acknowledged != head+1 {
			t.Errorf("the child's first batch has number %d, want %d", acknowledged, head+1)
		}
		delay := time.Duration(rnd.IntN(300_000)) * time.Microsecond
		timer := time.AfterFunc(delay, func() { cmd.Process.Kill() })
		for line := range lines {
			if acknowledged, err = strconv.ParseUint(line, 10, 64); err != nil {
				t.Fatalf("child says %q", line)
			}
		}
		timer.Stop()
		if err := cmd.Wait(); err == nil {
			t.Fatal("the child ended by itself")
		}

		s := mustOpen(t, path)
		head = s.head
		t.Logf("killed after %v: batch %d acknowledged, head %d", delay, acknowledged, head)
		if head < acknowledged || head > acknowledged+1 {
			t.Errorf("head %d, want %d or one more", head, acknowledged)
		}
		wantWholeBatches(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
}

func wantWholeBatches(t *testing.T, s *Store) {
	t.Helper()
	ctx := context.Background()
	var want graph.Batch
	russia := schema.Actor{ID: graphtest.Russia, Name: "Russia", Kind: schema.State}
	for n := range s.head {
		b := numbered(n + 1)
		russia.Aliases = append(russia.Aliases, b.Actors[0].Aliases...)
		want.Events = append(want.Events, b.Events...)
		want.Reports = append(want.Reports, b.Reports...)
		want.Claims = append(want.Claims, b.Claims...)
	}
	slices.Sort(russia.Aliases)
	want.Actors = []schema.Actor{russia}

	// All of it is there, and nothing else.
	events, err1 := graph.All(s.Events(ctx, graph.EventFilter{}))
	reports, err2 := graph.All(s.Reports(ctx, graph.ReportFilter{}))
	claims, err3 := graph.All(s.Claims(ctx, graph.ClaimFilter{}))
	actors, err4 := graph.All(s.Actors(ctx, graph.ActorFilter{}))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	if len(events) != len(want.Events) || len(reports) != len(want.Reports) || len(claims) != len(want.Claims) || len(actors) != 1 {
		t.Errorf("after %d batches: %d events, %d reports, %d claims, %d actors; want %d, %d, %d, 1",
			s.head, len(events), len(reports), len(claims), len(actors), len(want.Events), len(want.Reports), len(want.Claims))
		return
	}
	// Writing all of it again adds nothing: every node is complete.
	if w, err := s.Write(ctx, &want); err != nil || w.Seq != 0 {
		t.Errorf("writing the same again gave %+v, %v; want nothing new", w, err)
	}
	// By index: each batch has its claims, and there is none after the last.
	last, err := graph.All(s.Claims(ctx, graph.ClaimFilter{After: s.head - 1}))
	if n := len(numbered(s.head).Claims); err != nil || len(last) != n {
		t.Errorf("batch %d has %d claims, %v; want %d", s.head, len(last), err, n)
	}
	for _, i := range []uint64{s.head + 1, s.head + 2} {
		if found, err := s.subjects(ctx, term(schema.Value{Sort: schema.SortInt, Int: int64(i)}), predBatch); err != nil || len(found) != 0 {
			t.Errorf("batch %d after the last has %d quads, %v", i, len(found), err)
		}
	}
}

// fullDisk fails to make files while full is set.
type fullDisk struct {
	storage.Storage
	full *atomic.Bool
}

var errFull = errors.New("no space left")

func (d fullDisk) Create(fd storage.FileDesc) (storage.Writer, error) {
	if d.full.Load() {
		return nil, errFull
	}
	return d.Storage.Create(fd)
}

// After a write that failed on the way, the store holds nothing of it and
// can be written again.
func TestFailedWrite(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	defer s.Close()
	if _, err := s.Write(ctx, numbered(1)); err != nil {
		t.Fatal(err)
	}
	var full atomic.Bool
	s.files = fullDisk{s.files, &full}
	s.failed = true
	if _, err := s.Write(ctx, numbered(2)); err != nil { // through the new files
		t.Fatal(err)
	}

	full.Store(true)
	for range 2 {
		if w, err := s.Write(ctx, numbered(3)); !errors.Is(err, errFull) || w.Seq != 0 {
			t.Fatalf("Write on a full disk: %+v, %v", w, err)
		}
	}
	full.Store(false)
	if _, err := s.Write(ctx, numbered(3)); err != nil {
		t.Fatalf("Write after the disk has room again: %v", err)
	}
	if s.head != 3 {
		t.Errorf("head %d, want 3", s.head)
	}
	wantWholeBatches(t, s)
}

// Close leaves no table that the store does not use.
func TestCloseSweeps(t *testing.T) {
	path := t.TempDir()
	s := mustOpen(t, path)
	if _, err := s.Write(context.Background(), numbered(1)); err != nil {
		t.Fatal(err)
	}
	for n := range 20 { // as a merge would leave them
		w, err := s.files.Create(storage.FileDesc{Type: storage.TypeTable, Num: int64(1000 + n)})
		if err != nil {
			t.Fatal(err)
		}
		w.Close()
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := listing(t, path); strings.Contains(got, "0010") {
		t.Errorf("after Close the stray tables are still there: %s", got)
	}
	s = mustOpen(t, path)
	defer s.Close()
	wantWholeBatches(t, s)
}

func TestClosed(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	ctx := context.Background()
	if _, err := s.Write(ctx, numbered(1)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	_, err1 := s.Write(ctx, numbered(2))
	_, err2 := graph.All(s.Events(ctx, graph.EventFilter{}))
	_, err3 := s.Has(ctx, "event:x")
	for _, err := range []error{err1, err2, err3} {
		if !errors.Is(err, errClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
}
