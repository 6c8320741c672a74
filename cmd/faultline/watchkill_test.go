package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestKilledWatch kills watches at random moments and wants the graph that
// an undisturbed one makes, from sources that are asked only for what is new.
func TestKilledWatch(t *testing.T) {
	kills := 6
	if testing.Short() {
		kills = 2
	}
	dir := t.TempDir()
	inbox := filepath.Join(dir, "inbox")
	if err := os.Mkdir(inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	then := time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
	writeRows(t, filepath.Join(inbox, "rows.tsv"), 1500)
	writeReports(t, filepath.Join(inbox, "reports.jsonl"), 100)
	for _, name := range []string{"rows.tsv", "reports.jsonl"} {
		if err := os.Chtimes(filepath.Join(inbox, name), then, then); err != nil {
			t.Fatal(err)
		}
	}
	plan := filepath.Join(dir, "faultline.yaml")
	writeFile(t, plan, []byte("sources:\n  - {name: inbox, kind: folder, path: inbox}\n"))
	args := []string{"watch", "-c", plan, "--once"}

	whole := filepath.Join(dir, "whole.db")
	changes, killed := process(t, whole, args, -1)
	if killed || changes < 5 {
		t.Fatalf("the undisturbed watch changed its folder %d times, killed: %v", changes, killed)
	}
	want := graphOf(t, "cayley:"+whole)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d changes", seed, changes)
	random := rand.New(rand.NewPCG(seed, 0))
	for store := 0; kills > 0; store++ {
		path := filepath.Join(dir, fmt.Sprintf("killed-%d.db", store))
		for done := false; !done; {
			after := -1
			if kills > 0 {
				after = 1 + random.IntN(changes)
			}
			n, killed := process(t, path, args, after)
			if killed {
				kills--
				t.Logf("store %d: killed after %d changes", store, n)
				checkKilled(t, path)
			}
			done = !killed
		}
		compare(t, want, graphOf(t, "cayley:"+path))
		if t.Failed() {
			t.Fatalf("store %d differs; seed %d", store, seed)
		}
	}
}
