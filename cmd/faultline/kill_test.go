package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/schema"
)

// TestKill kills loads at random moments, completes them by running them
// again, and wants the store and its read model to be what an undisturbed
// load makes. A moment is a number of changes that the store's folder has
// seen, so that kills fall into the making of the store, its writes, and the
// writes of the read model, however fast the machine is.
func TestKill(t *testing.T) {
	kills := 10
	if testing.Short() {
		kills = 3
	}
	dir := t.TempDir()
	inputs := []string{filepath.Join(dir, "rows.tsv"), filepath.Join(dir, "reports.jsonl")}
	writeRows(t, inputs[0], 2500)
	writeReports(t, inputs[1], 200)

	whole := filepath.Join(dir, "whole.db")
	changes, killed := loadProcess(t, whole, inputs, -1)
	if killed || changes < 10 {
		t.Fatalf("the undisturbed load changed its folder %d times, killed: %v", changes, killed)
	}
	want := contents(t, "cayley:"+whole)
	if n := len(want["reports"]); n != 2700 {
		t.Fatalf("the undisturbed load has %d reports, want 2700", n)
	}

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d changes", seed, changes)
	random := rand.New(rand.NewPCG(seed, 0))
	for store := 0; kills > 0; store++ {
		path := filepath.Join(dir, fmt.Sprintf("killed-%d.db", store))
		// A store that is killed on and on must come to its end too: each
		// run gets further than the last, unless it dies early.
		for done := false; !done; {
			after := -1
			if kills > 0 {
				after = 1 + random.IntN(changes/2)
			}
			n, killed := loadProcess(t, path, inputs, after)
			if killed {
				kills--
				t.Logf("store %d: killed after %d changes", store, n)
				checkKilled(t, path)
			}
			done = !killed
		}
		compare(t, want, contents(t, "cayley:"+path))
		if t.Failed() {
			t.Fatalf("store %d differs; seed %d", store, seed)
		}
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
}

// writeRows makes coded rows between some actors, some of them known to
// nobody, with rows among them that are skipped.
func writeRows(t *testing.T, path string, n int) {
	t.Helper()
	relations := []string{"Accuse", "Make a visit", "Use conventional military force", "Provide economic aid",
		"Threaten", "Express intent to cooperate", "Impose embargo, boycott, or sanctions", "Consult"}
	actors := []string{"Israel", "Iran", "Military (Syria)", "Russia", "Turkey", "Citizen (Lebanon)", "Hezbollah",
		"Head of Government (Iraq)", "Norland League", "Sudland Union", "Eastmark Front"}
	var b bytes.Buffer
	day := schema.MakeDay(2014, time.January, 1)
	for i := 0; i < n; {
		x, y := actors[i*7%len(actors)], actors[(i*i+i/3+1)%len(actors)]
		// The number in the name keeps rows apart and brings new actors now and then.
		fmt.Fprintf(&b, "%s\t%s\t%s %d\t%s\n", x, relations[i*5%len(relations)], y, i%97, (day + schema.Day(i/5)).String())
		if i++; i%500 == 0 {
			fmt.Fprintf(&b, "%s\tDance with\t%s\t2014-01-01\n", x, y)
		}
	}
	writeFile(t, path, b.Bytes())
}

// writeReports makes simple reports, by outlets that agree now and then.
func writeReports(t *testing.T, path string, n int) {
	t.Helper()
	verbs := []string{"attacked", "condemned", "threatened", "met", "criticised"}
	actors := []string{"Israel", "Iran", "Russia", "Turkey", "Hezbollah", "Syria", "Qatar"}
	outlets := []string{"Harbour Post", "Hill Gazette", "Valley Times"}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for i := range n {
		k := i / 2 // two reports of each event
		x, y := actors[k%len(actors)], actors[(k+1+k/9%3)%len(actors)]
		err := enc.Encode(map[string]string{
			"id":        fmt.Sprint(i),
			"published": (schema.MakeDay(2024, time.March, 15) + schema.Day(k%40)).String(),
			"publisher": outlets[i%len(outlets)],
			"text":      fmt.Sprintf("%s %s %s in Damascus on Friday. The harbour was quiet for %d days.", x, verbs[k%len(verbs)], y, i),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	b.WriteString("this is no JSON\n")
	writeFile(t, path, b.Bytes())
}

func writeFile(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// loadProcess runs a load in a process of its own. It kills the process when the
// store's folder has changed so many times, never when that is negative, and
// returns how many changes it saw.
func loadProcess(t *testing.T, store string, inputs []string, killAfter int) (changes int, killed bool) {
	t.Helper()
	return process(t, store, append([]string{"load"}, inputs...), killAfter)
}

// process is loadProcess for any command.
func process(t *testing.T, store string, args []string, killAfter int) (changes int, killed bool) {
	t.Helper()
	program, err := exec.LookPath("faultline")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := exec.Command(program, append([]string{"--store", "cayley:" + store}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	last := folderState(store)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(200 * time.Microsecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil && !killed {
				t.Fatalf("%s into %s: %v\n%s", args[0], store, err, out.Bytes())
			}
			// A process that was done before the signal reached it was not killed.
			return changes, killed && err != nil
		case <-look.C:
		}
		state := folderState(store)
		if killed || state == last {
			continue
		}
		last = state
		if changes++; changes == killAfter {
			_ = cmd.Process.Kill() // it may just have ended
			killed = true
		}
	}
}

// folderState tells the files of a folder and their sizes.
func folderState(path string) string {
	var b strings.Builder
	_ = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // not yet there, or just gone
		}
		if info, err := d.Info(); err == nil && !d.IsDir() {
			fmt.Fprintln(&b, d.Name(), info.Size())
		}
		return nil
	})
	return b.String()
}

// checkKilled wants a store that was killed to be whole up to a batch: every
// event, report and actor that a claim rests on is there, and the read model
// catches up.
func checkKilled(t *testing.T, path string) {
	t.Helper()
	ctx := t.Context()
	if _, err := os.Stat(path); err != nil {
		return // killed before there was anything
	}
	store, err := openStore(context.Background(), "cayley:"+path)
	if err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	var ids []string
	for c, err := range store.Claims(ctx, graph.ClaimFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, string(c.Event), string(c.Report))
	}
	for e, err := range store.Events(ctx, graph.EventFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range append(e.Initiators, e.Recipients...) {
			ids = append(ids, string(id))
		}
	}
	has, err := store.Has(ctx, ids...)
	if err != nil {
		t.Fatal(err)
	}
	for i, ok := range has {
		if !ok {
			t.Errorf("after a kill: %s is referred to and not there", ids[i])
		}
	}
	verify(t, store)
}

// verify wants the read model to agree with the store once it has caught up.
func verify(t *testing.T, store *opened) {
	t.Helper()
	if err := store.series.CatchUp(t.Context(), store, nil); err != nil {
		t.Fatal(err)
	}
	d, err := store.series.Verify(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	if !d.None() {
		t.Errorf("the read model differs from the store: %+v", d)
	}
}

// contents are all nodes of a store as JSON by kind and id, without the
// times of loading, and the actors as the read model knows them.
func contents(t *testing.T, spec string) map[string]map[string]string {
	t.Helper()
	store, err := openStore(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	verify(t, store)
	ctx := context.WithoutCancel(t.Context())
	all := map[string]map[string]string{
		"actors": nodes(t, store.Actors(ctx, graph.ActorFilter{}), func(a *schema.Actor) string { return string(a.ID) }),
		"places": nodes(t, store.Places(ctx, graph.PlaceFilter{}), func(p *schema.Place) string { return string(p.ID) }),
		"reports": nodes(t, store.Reports(ctx, graph.ReportFilter{}), func(r *schema.Report) string {
			return string(r.ID)
		}),
		"events": nodes(t, store.Events(ctx, graph.EventFilter{}), func(e *schema.Event) string { return string(e.ID) }),
		"claims": nodes(t, store.Claims(ctx, graph.ClaimFilter{}), func(c *schema.Claim) string {
			c.Recorded = time.Time{}
			return string(c.ID)
		}),
		"loads": nodes(t, store.Loads(ctx, graph.LoadFilter{}), func(l *schema.Load) string {
			l.Started, l.Finished = time.Time{}, time.Time{}
			return string(l.ID)
		}),
	}
	summaries := map[string]string{}
	for _, s := range queries.NewRecord(store.series.View(), nil).Actors("") {
		summaries[string(s.ID)] = inJSON(t, s)
	}
	all["actors of the read model"] = summaries
	return all
}

// nodes collects a sequence by id; clean takes out what may differ.
func nodes[T any](t *testing.T, seq iter.Seq2[T, error], clean func(*T) string) map[string]string {
	t.Helper()
	list := map[string]string{}
	for n, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		id := clean(&n)
		list[id] = inJSON(t, n)
	}
	return list
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// compare reports the first few differences of each kind.
func compare(t *testing.T, want, got map[string]map[string]string) {
	t.Helper()
	for kind := range want {
		shown := 0
		note := func(format string, args ...any) {
			if shown++; shown <= 3 {
				t.Errorf(kind+": "+format, args...)
			}
		}
		for id, w := range want[kind] {
			if g, ok := got[kind][id]; !ok {
				note("%s is missing", id)
			} else if g != w {
				note("got  %s\nwant %s", g, w)
			}
		}
		for id := range got[kind] {
			if _, ok := want[kind][id]; !ok {
				note("%s is too many", id)
			}
		}
		if shown > 3 {
			t.Errorf("%s: and %d more", kind, shown-3)
		}
	}
}
