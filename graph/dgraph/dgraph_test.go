package dgraph_test

import (
	"context"
	"testing"

	"github.com/dgraph-io/dgo/v230"
	"github.com/dgraph-io/dgo/v230/protos/api"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"faultline/graph"
	"faultline/graph/dgraph"
	"faultline/graph/dgraph/dgraphtest"
	"faultline/graph/graphtest"
)

// client is a connection to an Alpha that knows nothing of faultline.
func client(t testing.TB, addr string) *dgo.Dgraph {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return dgo.NewDgraphClient(api.NewDgraphClient(conn))
}

func options(c *dgraphtest.Cluster) dgraph.Options {
	o, err := dgraph.ParseURL(c.Spec(), func(string) string { return "" })
	if err != nil {
		panic(err)
	}
	return o
}

func create(t testing.TB, o dgraph.Options) *dgraph.Store {
	t.Helper()
	s, err := dgraph.Create(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	c := dgraphtest.Start(t, dgraphtest.Options{})
	t.Run("contract", func(t *testing.T) {
		graphtest.Run(t, func(t *testing.T) graph.Store {
			c.Empty()
			return create(t, options(c))
		})
	})
	t.Run("contract, a few things at a time", func(t *testing.T) {
		if testing.Short() {
			t.Skip("the same contract once more")
		}
		graphtest.Run(t, func(t *testing.T) graph.Store {
			c.Empty()
			return dgraph.Small(create(t, options(c)))
		})
	})
	t.Run("reopen", func(t *testing.T) {
		c.Empty()
		graphtest.Reopen(t, func(t *testing.T) graph.Store { return create(t, options(c)) })
	})
	for name, test := range map[string]func(*testing.T, *dgraphtest.Cluster){
		"broken wire":   testBrokenWire,
		"two writers":   testTwoWriters,
		"deadline":      testDeadline,
		"slow server":   testSlowServer,
		"cancelled":     testCancelledCommit,
		"hostile names": testHostileNames,
		"schema":        testSchema,
		"twice":         testTwice,
		"replaced":      testReplaced,
	} {
		t.Run(name, func(t *testing.T) { test(t, c) })
	}
}
