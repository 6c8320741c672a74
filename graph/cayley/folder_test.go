package cayley

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/graphtest"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOpenFolder(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		want error  // nil: opens
		says string // in the error
	}{
		{"missing folder is made", func(*testing.T, string) {}, nil, ""},
		{"empty folder", func(t *testing.T, path string) { os.Mkdir(path, 0o755) }, nil, ""},
		{"crash before the marker was in place", func(t *testing.T, path string) {
			os.Mkdir(path, 0o755)
			write(t, filepath.Join(path, markerName+".123"), "fault")
		}, nil, ""},
		{"crash before the quads", func(t *testing.T, path string) {
			os.Mkdir(path, 0o755)
			write(t, filepath.Join(path, markerName), markerText+"1\n")
		}, nil, ""},
		{"file", func(t *testing.T, path string) { write(t, path, "x") }, graph.ErrForeign, "it is a file"},
		{"folder of something else", func(t *testing.T, path string) {
			os.Mkdir(path, 0o755)
			write(t, filepath.Join(path, "thesis.tex"), "x")
		}, graph.ErrForeign, "thesis.tex"},
		{"marker of something else", func(t *testing.T, path string) {
			os.Mkdir(path, 0o755)
			write(t, filepath.Join(path, markerName), "San Andreas\n")
		}, graph.ErrForeign, "San Andreas"},
		{"newer format", func(t *testing.T, path string) {
			os.Mkdir(path, 0o755)
			write(t, filepath.Join(path, markerName), markerText+"2\n")
		}, graph.ErrForeign, "format 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store")
			test.make(t, path)
			before := listing(t, path)
			s, err := Open(path, Options{})
			if test.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				mustOpen(t, path).Close() // and again
				return
			}
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("Open: %v; want %v with the path and %q", err, test.want, test.says)
			}
			if after := listing(t, path); after != before {
				t.Errorf("what was there is now %q, was %q", after, before)
			}
		})
	}
}

func listing(t *testing.T, path string) string {
	t.Helper()
	entries, _ := os.ReadDir(path)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestOpenWithoutParent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no", "store")
	_, err := Open(path, Options{})
	if err == nil || !strings.Contains(err.Error(), "there is no folder "+filepath.Dir(path)) {
		t.Errorf("Open: %v; want an error that names the missing folder", err)
	}
}

// A crash between Cayley's two first records must not leave a store with its
// old indexes.
func TestOpenHalfMade(t *testing.T) {
	path := t.TempDir()
	s := mustOpen(t, path)
	if err := s.db.Delete([]byte("meta/indexes"), nil); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = mustOpen(t, path)
	defer s.Close()
	if _, err := s.Write(context.Background(), graphtest.World()); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Has(context.Background(), string(graphtest.Russia)); err != nil || !ok[0] {
		t.Errorf("Has: %v, %v", ok, err)
	}
}

func TestDamaged(t *testing.T) {
	path := t.TempDir()
	mustOpen(t, path).Close()
	write(t, filepath.Join(path, "CURRENT"), "MANIFEST-999999\n")
	_, err := Open(path, Options{})
	if err == nil || !strings.Contains(err.Error(), path) || errors.Is(err, graph.ErrLocked) {
		t.Errorf("Open of a damaged store: %v; want an error with the path", err)
	}
	// The lock is free again.
	if _, err := Open(path, Options{}); errors.Is(err, graph.ErrLocked) {
		t.Errorf("Open after a failed Open: %v", err)
	}
}

func wantLocked(t *testing.T, path string) {
	t.Helper()
	start := time.Now()
	_, err := Open(path, Options{})
	if !errors.Is(err, graph.ErrLocked) || !strings.Contains(err.Error(), path) {
		t.Errorf("Open of a store in use: %v; want ErrLocked with the path", err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("the refusal took %v", d)
	}
}

func TestLockedInProcess(t *testing.T) {
	path := t.TempDir()
	s := mustOpen(t, path)
	wantLocked(t, path)
	s.Close()
	s = mustOpen(t, path)
	defer s.Close()
	if _, err := s.Write(context.Background(), graphtest.World()); err != nil {
		t.Error(err)
	}
}

func TestLockedByProcess(t *testing.T) {
	path := t.TempDir()
	cmd := child(t, "hold", path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	lines := start(t, cmd)
	if got := <-lines; got != "open" {
		t.Fatalf("child says %q", got)
	}
	wantLocked(t, path)
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path).Close()
}

// child makes a command that runs this test program as role on the store at
// path; see TestMain.
func child(t *testing.T, role, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), roleEnv+"="+role, pathEnv+"="+path)
	cmd.Stderr = os.Stderr
	return cmd
}
