package dgraph_test

import (
	"compress/gzip"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"faultline/graph"
	"faultline/graph/dgraph"
	"faultline/graph/dgraph/dgraphtest"
	"faultline/graph/graphtest"
	"faultline/graph/mem"
	"faultline/schema"
)

// loaderFiles writes a graph as the loaders take it.
func loaderFiles(t *testing.T, b *graph.Batch) (rdf, dql string) {
	t.Helper()
	dir := t.TempDir()
	rdf, dql = filepath.Join(dir, "graph.rdf.gz"), filepath.Join(dir, "schema.dql")
	if err := os.WriteFile(dql, []byte(schema.DQL()), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(rdf)
	if err != nil {
		t.Fatal(err)
	}
	packed := gzip.NewWriter(file)
	w := dgraph.NewRDF(packed)
	put(t, w.Load, b.Loads)
	put(t, w.Actor, b.Actors)
	put(t, w.Place, b.Places)
	put(t, w.Event, b.Events)
	put(t, w.Report, b.Reports)
	put(t, w.Claim, b.Claims)
	put(t, w.Reading, b.Readings)
	put(t, w.Relation, b.Relations)
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(packed.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	return rdf, dql
}

func put[T any](t *testing.T, write func(T) error, nodes []T) {
	t.Helper()
	for _, n := range nodes {
		if err := write(n); err != nil {
			t.Fatal(err)
		}
	}
}

// quoted is the small world with text that a careless writer of RDF breaks on.
func quoted() *graph.Batch {
	b := graphtest.World()
	for i, text := range []string{`") { uid } }`, "a \"b\" \\ c\n\r\td", "عربي \u200f 🕊 \u2028", "\x01\x7f <x> _:b .", "^^<xs:int>"} {
		c := b.Claims[0]
		c.ID, c.Sentence, c.Speaker = graph.ClaimID(c.Report, c.Event, text), text, text
		b.Claims = append(b.Claims, c)
		b.Actors[i].Aliases = append(b.Actors[i].Aliases, text)
	}
	return b
}

func sameStore(t *testing.T, c *dgraphtest.Cluster, want *graph.Batch) {
	t.Helper()
	s, err := dgraph.Open(context.Background(), options(c))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	memory := mem.New()
	if _, err := memory.Write(context.Background(), want); err != nil {
		t.Fatal(err)
	}
	graphtest.Equal(t, s, memory)
	// The store goes on from there: the same adds nothing, a new claim makes
	// batch 2.
	if w, err := s.Write(context.Background(), want); err != nil || w.Seq != 0 {
		t.Errorf("the same batch once more: %+v, %v", w, err)
	}
	more := want.Claims[0]
	more.ID = graph.ClaimID(more.Report, more.Event, "more")
	if w, err := s.Write(context.Background(), &graph.Batch{Claims: []schema.Claim{more}}); err != nil || w.Seq != 2 {
		t.Errorf("a new claim: %+v, %v", w, err)
	}
}

func run(t *testing.T, dir, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
}

// TestLive has the live loader fill an empty cluster, twice over.
func TestLive(t *testing.T) {
	c := dgraphtest.Start(t, dgraphtest.Options{})
	rdf, dql := loaderFiles(t, quoted())
	for range 2 {
		run(t, t.TempDir(), c.Binary(), "live", "-f", rdf, "-s", dql, "-U", "xid", "-a", c.Addr(0), "-z", c.Zero(), "--http", "127.0.0.1:0")
	}
	sameStore(t, c, quoted())
}

// TestBulk has the bulk loader make the files of a new cluster.
func TestBulk(t *testing.T) {
	binary := dgraphtest.Binary(t)
	rdf, dql := loaderFiles(t, quoted())
	c := dgraphtest.Start(t, dgraphtest.Options{Prepare: func(zero, dir string) {
		run(t, dir, binary, "bulk", "-f", rdf, "-s", dql, "-z", zero, "--out", "out", "--http", "127.0.0.1:0", "--mapoutput_mb", "64")
		if err := os.Rename(filepath.Join(dir, "out", "0", "p"), filepath.Join(dir, "p")); err != nil {
			t.Fatal(err)
		}
	}})
	sameStore(t, c, quoted())
}
