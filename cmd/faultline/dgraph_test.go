package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"faultline/graph/dgraph"
	"faultline/graph/dgraph/dgraphtest"
	"faultline/schema"
)

// startDgraph starts a cluster and puts the read models of its stores into a
// folder of the test.
func startDgraph(t *testing.T) *dgraphtest.Cluster {
	t.Helper()
	c := dgraphtest.Start(t, dgraphtest.Options{})
	t.Setenv(envSeries, t.TempDir())
	for _, name := range []string{dgraph.EnvUser, dgraph.EnvPassword, dgraph.EnvPasswordFile, dgraph.EnvTLS} {
		t.Setenv(name, "")
	}
	return c
}

// faultline is a command to be run in a process of its own.
func faultline(t testing.TB, args ...string) (cmd *exec.Cmd, out *bytes.Buffer) {
	t.Helper()
	program, err := exec.LookPath("faultline")
	if err != nil {
		t.Fatal(err)
	}
	out = new(bytes.Buffer)
	cmd = exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

func runFaultline(t testing.TB, args ...string) string {
	t.Helper()
	cmd, out := faultline(t, args...)
	if err := cmd.Run(); err != nil {
		t.Fatalf("faultline %v: %v\n%s", args, err, out)
	}
	return out.String()
}

// TestDgraphKill kills the server in the middle of loads, by SIGKILL and at
// random bytes of what goes between loader and server, starts it again, and
// wants each load to finish by itself with the store of an undisturbed load.
func TestDgraphKill(t *testing.T) {
	c := startDgraph(t)
	dir := t.TempDir()
	inputs := []string{filepath.Join(dir, "rows.tsv"), filepath.Join(dir, "reports.jsonl")}
	writeRows(t, inputs[0], 2500)
	writeReports(t, inputs[1], 200)

	proxy := dgraphtest.NewProxy(t, c.Addr(0))
	spec := "dgraph://" + proxy.Addr()
	load := append([]string{"--store", spec, "load"}, inputs...)
	before := proxy.Carried()
	runFaultline(t, load...)
	size := proxy.Carried() - before
	want := contents(t, c.Spec())
	if n := len(want["reports"]); n != 2700 {
		t.Fatalf("the undisturbed load has %d reports, want 2700", n)
	}
	wantUnique(t, c)

	kills := 10
	if testing.Short() {
		kills = 2
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d bytes", seed, size)
	random := rand.New(rand.NewPCG(seed, 0))
	for range kills {
		c.Empty()
		killed := make(chan struct{})
		at := 1 + random.Int64N(size*9/10)
		proxy.CutAfter(at, func() {
			c.Kill(0)
			close(killed)
		})
		cmd, out := faultline(t, load...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-killed:
		case err := <-ended:
			t.Fatalf("the load ended before it had moved %d bytes: %v\n%s", at, err, out)
		}
		c.Restart(0)
		if err := <-ended; err != nil {
			t.Fatalf("killed after %d bytes: %v\n%s", at, err, out)
		}
		compare(t, want, contents(t, c.Spec()))
		wantUnique(t, c)
		if t.Failed() {
			t.Fatalf("killed after %d bytes; seed %d", at, seed)
		}
	}
}

// wantUnique wants every id to be there once.
func wantUnique(t *testing.T, c *dgraphtest.Cluster) {
	t.Helper()
	o, err := dgraphOptions(c.Spec())
	if err != nil {
		t.Fatal(err)
	}
	d, err := dgraph.Dial(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	answer, err := d.Query(context.Background(), "{ n(func: has(xid)) { xid } t(func: has(dgraph.type)) @filter(NOT has(xid) AND NOT has(dgraph.graphql.xid)) { uid dgraph.type } }", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		N []struct{ XID string }
		T []map[string]any
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, n := range got.N {
		if seen[n.XID] {
			t.Errorf("%s is there twice", n.XID)
		}
		seen[n.XID] = true
	}
	for _, n := range got.T {
		if !strings.HasPrefix(fmt.Sprint(n["dgraph.type"]), "[dgraph.") {
			t.Errorf("a node has a type and no id: %v", n)
		}
	}
}

// TestDgraphTwoLoaders runs two loads of overlapping input at once.
func TestDgraphTwoLoaders(t *testing.T) {
	c := startDgraph(t)
	dir := t.TempDir()
	rows, more, reports := filepath.Join(dir, "rows.tsv"), filepath.Join(dir, "more.tsv"), filepath.Join(dir, "reports.jsonl")
	writeRows(t, rows, 1500)
	writeRows(t, more, 2500) // of which the first 1,500 are those of rows
	writeReports(t, reports, 200)
	first, second := []string{"--store", c.Spec(), "load", rows, reports}, []string{"--store", c.Spec(), "load", reports, more}

	runFaultline(t, first...)
	runFaultline(t, second...)
	want := contents(t, c.Spec())
	c.Empty()
	a, aOut := faultline(t, first...)
	b, bOut := faultline(t, second...)
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	if err := b.Run(); err != nil {
		t.Errorf("second: %v\n%s", err, bOut)
	}
	if err := a.Wait(); err != nil {
		t.Errorf("first: %v\n%s", err, aOut)
	}
	wantUnique(t, c)
	got := contents(t, c.Spec())
	for _, all := range []map[string]map[string]string{want, got} {
		delete(all, "loads") // each counts what it brought
		for id, r := range all["reports"] {
			var m map[string]any
			if err := json.Unmarshal([]byte(r), &m); err != nil {
				t.Fatal(err)
			}
			delete(m, "loaded_in")
			all["reports"][id] = inJSON(t, m)
		}
	}
	compare(t, want, got)
}

// questions are the commands of the README that ask the graph.
func questions(a, b string, at schema.Day) [][]string {
	day := func(d schema.Day) string { return d.String() }
	window := func(from, to schema.Day) string { return day(from) + ".." + day(to) }
	return [][]string{
		{"actors"}, {"actors", a[:3]},
		{"relation", a, b}, {"relation", a, b, "--from", day(at - 400), "--to", day(at)},
		{"strain", "--at", day(at)}, {"strain", "--at", day(at), "--rank", "level"},
		{"why", a, b}, {"why", a, b, "--strongest", "--limit", "2"},
		{"alerts", "--since", day(at - 60), "--to", day(at)},
		{"timeline", a}, {"timeline", a, b},
		{"network", a}, {"triads", "--from", day(at - 1000), "--to", day(at)}, {"path", a, b},
		{"compare", window(at-200, at-100), window(at-100, at)},
		{"who-says", a, b},
	}
}

// ask runs a question, with what depends on the time of loading taken out.
func ask(t *testing.T, store string, question []string) string {
	t.Helper()
	cmd, out := faultline(t, append([]string{"--store", store, "--json"}, question...)...)
	if err := cmd.Run(); err != nil {
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitAlarms {
			fmt.Fprintf(out, "%v\n", err)
		}
	}
	return regexp.MustCompile(`"recorded": "[^"]*"`).ReplaceAllString(out.String(), `"recorded": "…"`)
}

// sameAnswers loads the inputs into Cayley and into Dgraph, and asks both.
func sameAnswers(t *testing.T, c *dgraphtest.Cluster, inputs []string, a, b string, at schema.Day) {
	t.Helper()
	c.Empty()
	stores := []string{"cayley:" + filepath.Join(t.TempDir(), "graph.db"), c.Spec()}
	for _, store := range stores {
		begun := time.Now()
		runFaultline(t, append([]string{"--store", store, "load"}, inputs...)...)
		t.Logf("%s: loaded in %.1f s", store, time.Since(begun).Seconds())
	}
	answered := 0
	asked := questions(a, b, at)
	for _, q := range asked {
		want, got := ask(t, stores[0], q), ask(t, stores[1], q)
		if got != want {
			t.Errorf("faultline %s: Dgraph and Cayley differ:\n%s", strings.Join(q, " "), firstDifference(got, want))
		}
		if json.Valid([]byte(want)) {
			answered++
		} else {
			t.Logf("faultline %s: %.200s", strings.Join(q, " "), want)
		}
		event := regexp.MustCompile(`"event:[0-9a-f-]+"`).FindString(want)
		if q[0] == "why" && event != "" {
			q := []string{"why", strings.Trim(event, `"`)}
			if want, got := ask(t, stores[0], q), ask(t, stores[1], q); got != want || !json.Valid([]byte(want)) {
				t.Errorf("faultline %s: Dgraph and Cayley differ:\n%s", strings.Join(q, " "), firstDifference(got, want))
			}
		}
	}
	if answered < len(asked)*3/4 {
		t.Errorf("only %d of %d questions had an answer", answered, len(asked))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d: got %.200s, want %.200s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(g), len(w))
}

// TestDgraphAnswers wants all commands to say the same on Dgraph as on Cayley.
func TestDgraphAnswers(t *testing.T) {
	c := startDgraph(t)
	t.Run("examples", func(t *testing.T) {
		sameAnswers(t, c, []string{filepath.Join("..", "..", "examples", "reports.jsonl")}, "russia", "turkey", schema.MakeDay(2015, time.December, 15))
	})
	t.Run("Syria", func(t *testing.T) {
		sameAnswers(t, c, []string{filepath.Join(dataFolder(t), "reports", "syria-2011-2018.jsonl.gz")}, "russia", "syria", schema.MakeDay(2016, time.January, 15))
	})
	t.Run("ICEWS", func(t *testing.T) {
		if testing.Short() {
			t.Skip("takes minutes")
		}
		sameAnswers(t, c, []string{filepath.Join(dataFolder(t), "icews", "icews-2005-2015-sample.tsv.gz")}, "china", "japan", schema.MakeDay(2012, time.October, 1))
	})
}

// TestDgraphSchema runs the schema commands against a server.
func TestDgraphSchema(t *testing.T) {
	c := startDgraph(t)
	run := func(code int, want string, args ...string) {
		t.Helper()
		cmd, out := faultline(t, append([]string{"--store", c.Spec()}, args...)...)
		err := cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != code || !strings.Contains(out.String(), want) {
			t.Errorf("faultline %v: exit code %d, %v; want %d and %q:\n%s", args, got, err, code, want, out)
		}
	}
	run(exitFailure, "there is no store yet: fill one with", "relation", "russia", "turkey")
	run(exitFailure, "run 'faultline schema apply'", "schema", "check")
	run(0, "has the schema, version 1", "schema", "apply")
	run(0, "has the schema, version 1", "schema", "apply")
	run(0, "has the schema, version 1", "schema", "check")
	run(0, "xid: string @index(exact) @upsert .", "schema", "show", "--live")
	c.Alter("name: string .")
	run(exitFailure, "predicate name is string: want string @index(term)", "schema", "check")
	run(exitFailure, "the schema differs in 1 points", "--json", "schema", "check")
	run(0, "has the schema", "schema", "apply")
	run(0, "has the schema", "schema", "check")
	if left, err := os.ReadDir(os.Getenv(envSeries)); err != nil || len(left) > 0 {
		t.Errorf("schema commands left %v, %v in the folder of read models", left, err)
	}
}
