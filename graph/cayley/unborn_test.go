package cayley

import (
	"os"
	"path/filepath"
	"testing"

	"faultline/graph/graphtest"
)

// A process may be killed when leveldb has made its first files only in part.
func TestOpenUnborn(t *testing.T) {
	for name, content := range map[string]string{"CURRENT": "", "CURRENT.0": "MANIFEST-000000", "MANIFEST-000000": "\x00"} {
		path := filepath.Join(t.TempDir(), "store")
		if err := claimFolder(path); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"CURRENT", name} {
			if err := os.WriteFile(filepath.Join(path, file), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		s, err := Open(path, Options{})
		if err != nil {
			t.Fatalf("%s half made: %v", name, err)
		}
		if _, err := s.Write(t.Context(), graphtest.World()); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		// What is kept is never cleared, whatever becomes of CURRENT.
		if err := os.WriteFile(filepath.Join(path, "CURRENT"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if s, err := Open(path, Options{}); err == nil {
			if head, _ := s.Head(t.Context()); head == 0 {
				t.Errorf("%s: the store was emptied", name)
			}
			s.Close()
		}
	}
}
