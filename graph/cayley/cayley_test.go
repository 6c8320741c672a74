package cayley

import (
	"path/filepath"
	"testing"

	"faultline/graph"
	"faultline/graph/graphtest"
)

func mustOpen(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

func TestStore(t *testing.T) {
	graphtest.Run(t, func(t *testing.T) graph.Store { return mustOpen(t, t.TempDir()) })
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	graphtest.Reopen(t, func(t *testing.T) graph.Store { return mustOpen(t, path) })
}
