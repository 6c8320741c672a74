package cayley

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"faultline/graph"
)

// The marker file says that a folder is a store, and of which format.
const (
	markerName = "FAULTLINE"
	markerText = "faultline store, cayley on leveldb, format "
	format     = 1
)

// claimFolder sees to it that path is a folder with our marker. A folder
// that is new or empty gets one; of anything else hands are kept off.
func claimFolder(path string) error {
	err := os.Mkdir(path, 0o755)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is no folder %s to hold the store: make it first", path, filepath.Dir(path))
	} else if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("store: %w", err)
	}
	if info, err := os.Stat(path); err != nil {
		return fmt.Errorf("store: %w", err)
	} else if !info.IsDir() {
		return fmt.Errorf("%s: %w: it is a file, want a folder", path, graph.ErrForeign)
	}
	text, err := os.ReadFile(filepath.Join(path, markerName))
	if err == nil {
		return checkMarker(path, string(text))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("store: %w", err)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), markerName) { // else left by a crash below
			return fmt.Errorf("%s: %w: it holds %s and no %s file; want an empty or new folder",
				path, graph.ErrForeign, e.Name(), markerName)
		}
	}
	return writeMarker(path)
}

func checkMarker(path, text string) error {
	n, ok := strings.CutPrefix(strings.TrimSpace(text), markerText)
	found, err := strconv.Atoi(n)
	switch {
	case !ok || err != nil:
		return fmt.Errorf("%s: %w: its %s file says %.60q", path, graph.ErrForeign, markerName, text)
	case found != format:
		return fmt.Errorf("%s: %w: it has format %d, this program knows format %d", path, graph.ErrForeign, found, format)
	}
	return nil
}

// writeMarker puts the marker in place whole, before anything else is there.
func writeMarker(path string) error {
	f, err := os.CreateTemp(path, markerName+".*")
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s%d\n", markerText, format)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(path, markerName))
	}
	if err != nil {
		return fmt.Errorf("store: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
