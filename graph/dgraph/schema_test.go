package dgraph_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dgraph-io/dgo/v230/protos/api"

	"faultline/graph"
	"faultline/graph/dgraph"
	"faultline/graph/dgraph/dgraphtest"
	"faultline/graph/graphtest"
	"faultline/schema"
)

func TestParseSchema(t *testing.T) {
	s, err := dgraph.ParseSchema(schema.DQL())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"xid": "string @index(exact) @upsert", "alias": "[string] @index(term)", "of": "uid @reverse"} {
		if got := s.Predicates[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	again, err := dgraph.ParseSchema(s.String())
	if err != nil {
		t.Fatal(err)
	}
	if d := append(again.Differences(s), s.Differences(again)...); len(d) > 0 {
		t.Errorf("written and read again: %v", d)
	}
	if _, err := dgraph.ParseSchema("xid: string .\nwhat is this\n"); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v, want an error that names line 2", err)
	}
}

func FuzzParseSchema(f *testing.F) {
	f.Add(schema.DQL())
	f.Add("type A {\n\tx\n}\n<x>: [uid] @reverse @count .")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := dgraph.ParseSchema(text)
		if err != nil {
			return
		}
		if d := s.Differences(s); len(d) > 0 {
			t.Errorf("differs from itself: %v", d)
		}
	})
}

func alter(t testing.TB, c *dgraphtest.Cluster, dql string) {
	t.Helper()
	if err := client(t, c.Addr(0)).Alter(context.Background(), &api.Operation{Schema: dql}); err != nil {
		t.Fatal(err)
	}
}

func mutate(t testing.TB, c *dgraphtest.Cluster, req *api.Request) {
	t.Helper()
	req.CommitNow = true
	if _, err := client(t, c.Addr(0)).NewTxn().Do(context.Background(), req); err != nil {
		t.Fatal(err)
	}
}

func dial(t testing.TB, c *dgraphtest.Cluster) *dgraph.Cluster {
	t.Helper()
	d, err := dgraph.Dial(context.Background(), options(c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func testSchema(t *testing.T, c *dgraphtest.Cluster) {
	ctx := context.Background()
	refused := func(what string, want error, words ...string) {
		t.Helper()
		for name, open := range map[string]func() error{
			"Open":   func() error { _, err := dgraph.Open(ctx, options(c)); return err },
			"Create": func() error { _, err := dgraph.Create(ctx, options(c)); return err },
			"Apply":  func() error { return dial(t, c).Apply(ctx) },
			"Check":  func() error { _, err := dial(t, c).Check(ctx); return err },
		} {
			if want == dgraph.ErrEmpty && (name == "Create" || name == "Apply") {
				continue
			}
			err := open()
			if !errors.Is(err, want) {
				t.Errorf("%s: %s: %v, want %v", what, name, err, want)
				continue
			}
			for _, w := range words {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%s: %s: %q does not say %q", what, name, err, w)
				}
			}
		}
	}

	c.Empty()
	refused("empty cluster", dgraph.ErrEmpty)
	alter(t, c, "salary: int @index(int) .")
	refused("another's cluster", graph.ErrForeign, "salary", "another namespace")
	c.Empty()
	alter(t, c, "xid: string @index(hash) .")
	refused("another's xid", graph.ErrForeign, "xid")

	// Killed while it was being made: the schema is there, the store is not.
	c.Empty()
	alter(t, c, schema.DQL())
	refused("half made", dgraph.ErrEmpty)
	s := create(t, options(c))
	if _, err := s.Write(ctx, graphtest.World()); err != nil {
		t.Fatal(err)
	}
	before, id := contents(t, s), s.ID()
	closed(t, s)

	d := dial(t, c)
	if err := d.Apply(ctx); err != nil {
		t.Errorf("Apply again: %v", err)
	}
	if list, err := d.Check(ctx); err != nil || len(list) > 0 {
		t.Errorf("Check: %v, %v; want no differences", list, err)
	}
	s = create(t, options(c))
	sameContents(t, contents(t, s), before)
	if s.ID() != id {
		t.Errorf("the store's id is now %s, it was %s", s.ID(), id)
	}

	alter(t, c, "country: string .\ntype Place {\n\txid\n\tname\n\tpopulation\n}\npopulation: int .")
	mutate(t, c, &api.Request{Query: `{ s as var(func: eq(xid, "faultline:store")) }`,
		Mutations: []*api.Mutation{{SetNquads: []byte(`uid(s) <schema_version> "0"^^<xs:int> .`)}}})
	list, err := d.Check(ctx)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(list, "\n")
	for _, want := range []string{"predicate country is string: want string @index(hash)", "type Place lacks location",
		"type Place has population besides", "version 0: want 1"} {
		if !strings.Contains(all, want) {
			t.Errorf("Check does not say %q:\n%s", want, all)
		}
	}
	if _, err := dgraph.Open(ctx, options(c)); err == nil || !strings.Contains(err.Error(), "schema apply") {
		t.Errorf("Open with an older schema: %v, want an error that says what to do", err)
	}
	if err := d.Apply(ctx); err != nil {
		t.Fatal(err)
	}
	if list, err := d.Check(ctx); err != nil || len(list) > 0 {
		t.Errorf("Check after Apply: %v, %v; want no differences", list, err)
	}
	closed(t, s)

	mutate(t, c, &api.Request{Query: `{ s as var(func: eq(xid, "faultline:store")) }`,
		Mutations: []*api.Mutation{{SetNquads: []byte(`uid(s) <schema_version> "99"^^<xs:int> .`)}}})
	refused("newer store", graph.ErrForeign, "version 99", "newer faultline")
}

// A node that is there twice is told, not guessed about.
func testTwice(t *testing.T, c *dgraphtest.Cluster) {
	ctx := context.Background()
	c.Empty()
	s := create(t, options(c))
	defer closed(t, s)
	if _, err := s.Write(ctx, graphtest.World()); err != nil {
		t.Fatal(err)
	}
	mutate(t, c, &api.Request{Mutations: []*api.Mutation{{SetNquads: []byte(`_:a <xid> "actor:russia" .`)}}})
	fresh := create(t, options(c)) // knows no uids yet
	defer closed(t, fresh)
	if _, err := fresh.Write(ctx, graphtest.World()); err == nil || !strings.Contains(err.Error(), "actor:russia is there twice") {
		t.Errorf("Write: %v, want an error that names actor:russia", err)
	}
	if _, err := graph.All(fresh.Actors(ctx, graph.ActorFilter{IDs: []schema.ActorID{graphtest.Russia}})); err == nil || !strings.Contains(err.Error(), "is there twice") {
		t.Errorf("Actors: %v, want an error", err)
	}
}

// A store that was emptied under an open connection is not written to.
func testReplaced(t *testing.T, c *dgraphtest.Cluster) {
	ctx := context.Background()
	c.Empty()
	s := create(t, options(c))
	defer closed(t, s)
	if _, err := s.Write(ctx, graphtest.World()); err != nil {
		t.Fatal(err)
	}
	c.Empty()
	other := create(t, options(c))
	defer closed(t, other)
	if _, err := s.Write(ctx, batches(1)[0]); err == nil || !strings.Contains(err.Error(), "emptied or replaced") {
		t.Errorf("Write: %v, want an error", err)
	}
	if _, err := s.Head(ctx); err == nil || !strings.Contains(err.Error(), "emptied or replaced") {
		t.Errorf("Head: %v, want an error", err)
	}
	if head, err := other.Head(ctx); err != nil || head != 0 {
		t.Errorf("the other's head: %d, %v", head, err)
	}
}
