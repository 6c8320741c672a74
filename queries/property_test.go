package queries_test

import (
	"context"
	"testing"

	"faultline/graph"
	"faultline/graph/dgraph"
	"faultline/graph/dgraph/dgraphtest"
	"faultline/queries/querytest"
)

// TestProperties runs over every store that needs no server.
func TestProperties(t *testing.T) {
	for name, open := range stores() {
		t.Run(name, func(t *testing.T) { querytest.Run(t, open) })
	}
}

// TestPropertiesDgraph needs a Dgraph server, and is skipped without.
func TestPropertiesDgraph(t *testing.T) {
	c := dgraphtest.Start(t, dgraphtest.Options{})
	o, err := dgraph.ParseURL(c.Spec(), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	querytest.Run(t, func(t *testing.T) graph.Store {
		c.Empty()
		s, err := dgraph.Create(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
