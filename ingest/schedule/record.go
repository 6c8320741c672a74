package schedule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"faultline/schema"
)

// Record is where a source stands.
type Record struct {
	Of        string          `json:"of"`                  // what was polled: Entry.Of
	Cursor    json.RawMessage `json:"cursor,omitempty"`    // the source's own; absent before the first poll
	Started   time.Time       `json:"started,omitzero"`    // of the last run that ended
	Succeeded time.Time       `json:"succeeded,omitzero"`  // start of the last run without an error
	Failures  int             `json:"failures,omitempty"`  // runs with an error since
	Error     string          `json:"error,omitempty"`     // of the last run
	NotBefore time.Time       `json:"not_before,omitzero"` // of the next attempt, after a failure
	Asked     time.Time       `json:"asked,omitzero"`      // the server asks not to be polled before
	Loading   schema.LoadID   `json:"loading,omitempty"`   // load that has begun and not ended
}

// rests is until when the source is let alone.
func (r Record) rests() time.Time {
	if r.Asked.After(r.NotBefore) {
		return r.Asked
	}
	return r.NotBefore
}

// Folder keeps the records of sources, a file for each. It is for one process
// at a time, as the store is.
type Folder struct{ path string }

// ErrDamaged is returned by Load, with the file, when a record cannot be
// read. The source then starts from nothing.
var ErrDamaged = errors.New("the record of the source is damaged")

const (
	recordSuffix = ".json"
	draftPrefix  = "draft-"
)

// OpenFolder makes the folder, if need be with those around it, and removes
// what a killed process left half written.
func OpenFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("records of sources: %w", err)
	}
	drafts, err := filepath.Glob(filepath.Join(escapeGlob(path), draftPrefix+"*"))
	if err != nil {
		return nil, fmt.Errorf("records of sources: %w", err)
	}
	for _, d := range drafts {
		if err := os.Remove(d); err != nil {
			return nil, fmt.Errorf("records of sources: %w", err)
		}
	}
	return &Folder{path}, nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// file is the path of a source's record; names are the configuration's, and
// never leave the folder.
func (f *Folder) file(name string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return -1
	}, name)
	if safe != name || strings.HasPrefix(name, ".") || strings.HasPrefix(name, draftPrefix) || name == "" {
		safe = fmt.Sprintf("x%x", name)
	}
	return filepath.Join(f.path, safe+recordSuffix)
}

// Load returns the record of a source, an empty one if there is none. Of a
// damaged record it returns an empty one and ErrDamaged, and keeps the file
// with .damaged at its end.
func (f *Folder) Load(name string) (Record, error) {
	path := f.file(name)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Record{}, nil
	}
	if err != nil {
		return Record{}, fmt.Errorf("record of source %s: %w", name, err)
	}
	var r Record
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&r); err != nil {
		err = fmt.Errorf("%s: %w: %v", path, ErrDamaged, err)
		return Record{}, errors.Join(err, os.Rename(path, path+".damaged"))
	}
	return r, nil
}

// Save puts the record in place whole: a kill at any moment leaves the one
// before or this one.
func (f *Folder) Save(name string, r Record) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("record of source %s: %w", name, err)
		}
	}()
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	draft, err := os.CreateTemp(f.path, draftPrefix+"*")
	if err != nil {
		return err
	}
	_, err = draft.Write(append(b, '\n'))
	if err == nil {
		err = draft.Sync()
	}
	if err = errors.Join(err, draft.Close()); err == nil {
		err = os.Rename(draft.Name(), f.file(name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return syncFolder(f.path)
}

// syncFolder makes a renaming last; systems that cannot do it make it last
// themselves.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}
