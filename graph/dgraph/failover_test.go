package dgraph_test

import (
	"context"
	"reflect"
	"testing"

	"faultline/graph"
	"faultline/graph/dgraph/dgraphtest"
)

// Of three servers one after the other dies; the writer goes on with those
// that are left, and nothing is lost or doubled.
func TestFailover(t *testing.T) {
	c := dgraphtest.Start(t, dgraphtest.Options{Alphas: 3})
	ctx := context.Background()
	work := batches(15)
	s := create(t, options(c))
	var wrote []graph.Written
	for _, b := range work {
		w, err := s.Write(ctx, b)
		if err != nil {
			t.Fatal(err)
		}
		wrote = append(wrote, w)
	}
	want := contents(t, s)
	closed(t, s)

	c.Empty()
	s = create(t, options(c))
	defer closed(t, s)
	for i, b := range work {
		if i%5 == 2 {
			c.Kill(i / 5)
		}
		w, err := s.Write(ctx, b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(w, wrote[i]) {
			t.Errorf("batch %d: wrote %+v, want %+v", i, w, wrote[i])
		}
		if i%5 == 4 {
			c.Restart(i / 5)
		}
	}
	sameContents(t, contents(t, s), want)
}
