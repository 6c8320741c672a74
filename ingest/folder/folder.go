// Package folder watches a folder into which others put files: each poll
// reads those that are new or have changed since the state of the last one.
package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"faultline/ingest/gdelt"
	"faultline/ingest/report"
	"faultline/ingest/source"
)

// Source is a folder with all that is in it. Hidden files are passed over,
// and links to folders are not followed.
type Source struct {
	Path    string
	Options source.Options   // how its files are read
	Now     func() time.Time // the clock
	// Settle is how long a file must have been left alone to be read at
	// once; 10 s if 0. A younger one may still be being written, and waits
	// for a poll that finds its size and time as they were.
	Settle time.Duration
}

// State is what the polls so far have seen. The zero value is that before
// the first one.
type State struct {
	Files map[string]File `json:"files,omitempty"` // by path within the folder, with slashes
}

// File is a file as a poll has seen it.
type File struct {
	Size     int64     `json:"size"` // bytes
	Modified time.Time `json:"modified"`
	Sum      string    `json:"sum,omitempty"`   // SHA-256, in hex, of the content that was read
	Waits    bool      `json:"waits,omitempty"` // it may still be being written
}

// same reports whether a file seems to be as it was.
func (f File) same(g File) bool { return f.Size == g.Size && f.Modified.Equal(g.Modified) }

// Validate reports fields that no poll could work with.
func (s *Source) Validate() error {
	switch {
	case s.Path == "":
		return errors.New("no path: name the folder to watch")
	case s.Now == nil:
		return errors.New("no clock")
	}
	return s.Options.Validate()
}

// Poll yields the reports of files that are new or whose content has changed,
// in the order of their paths. The state it returns covers what was handed
// to the sink, also with an error; a file that was read in part, or changed
// meanwhile, is read again by the next poll. Files that vanish are forgotten.
// A poll that finds nothing new calls no function of the sink, unless there
// is what cannot be opened, and returns the state it was given. The error is sink's, ctx's, or tells that the
// folder cannot be read.
func (s *Source) Poll(ctx context.Context, old State, sink report.Sink) (State, error) {
	if err := s.Validate(); err != nil {
		return old, err
	}
	found, closed, err := s.list(ctx)
	if err != nil {
		return old, err
	}
	for _, c := range closed {
		if err := sink.Skip(c); err != nil {
			return old, err
		}
	}
	opts := s.Options
	if opts.GDELT.Recent == nil {
		opts.GDELT.Recent = gdelt.NewRecent(0) // mentions find the events of files before theirs
	}
	next := State{Files: make(map[string]File, len(found))}
	for _, f := range found {
		if before, ok := old.Files[f.name]; ok {
			next.Files[f.name] = before // until it is looked at
		}
	}
	for _, f := range found {
		if err := ctx.Err(); err != nil {
			return next, err
		}
		before, known := old.Files[f.name]
		if known && !before.Waits && f.same(before) {
			continue
		}
		now := f.File
		now.Sum = before.Sum
		if !s.settled(f.File, before, known) {
			now.Waits = true
			next.Files[f.name] = now
			continue
		}
		after, err := s.read(ctx, f, opts, before.Sum, sink)
		if err != nil {
			return next, err
		}
		if after.Size >= 0 {
			next.Files[f.name] = after
		}
	}
	if len(next.Files) == 0 {
		next.Files = nil
	}
	return next, nil
}

// settled reports whether a file that is new or has changed can be read.
func (s *Source) settled(f, before File, known bool) bool {
	settle := s.Settle
	if settle == 0 {
		settle = 10 * time.Second
	}
	return known && f.same(before) || s.Now().Sub(f.Modified) >= settle
}

// read reads a file unless its content is the one that was read before. It
// returns what is known of it afterwards; the size is -1 if it could not be
// opened, of which a skip tells.
func (s *Source) read(ctx context.Context, f found, opts source.Options, before string, sink report.Sink) (File, error) {
	skip := func(reason, detail string) (File, error) {
		return File{Size: -1}, sink.Skip(report.Skip{Origin: report.Origin{File: f.path}, Reason: reason, Detail: detail})
	}
	file := f.File
	if opts.Format == "" && !source.Known(f.path) {
		if before == unknown {
			file.Sum = unknown
			return file, nil
		}
		_, err := skip(source.ReasonExtension, filepath.Ext(f.path))
		file.Sum = unknown
		return file, err
	}
	sum, err := digest(ctx, f.path)
	if ended := ctx.Err(); ended != nil {
		return File{}, ended
	}
	if err != nil {
		return skip(source.ReasonOpen, plain(err))
	}
	if sum != before {
		in, err := source.Find([]string{f.path}, opts)
		if err != nil {
			return skip(source.ReasonOpen, plain(err))
		}
		if err := in.Read(ctx, sink); err != nil {
			return File{}, err
		}
	}
	file.Sum = sum
	now, err := os.Stat(f.path)
	file.Waits = err == nil && !f.same(File{Size: now.Size(), Modified: now.ModTime()})
	return file, nil
}

// unknown stands for the sum of a file that is of no known extension.
const unknown = "-"

// found is a file in the folder.
type found struct {
	File
	path string // as it is opened
	name string // within the folder
}

// list returns the files of the folder in lexical order, and what of it
// cannot be opened.
func (s *Source) list(ctx context.Context) (files []found, closed []report.Skip, _ error) {
	root := filepath.Clean(s.Path)
	err := filepath.WalkDir(root+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
		if ended := ctx.Err(); ended != nil {
			return ended
		}
		path = filepath.Clean(path)
		if err != nil {
			if path == root {
				return fmt.Errorf("folder to watch: %w", err)
			}
			if !errors.Is(err, fs.ErrNotExist) { // it has not just vanished
				closed = append(closed, report.Skip{Origin: report.Origin{File: path}, Reason: source.ReasonOpen, Detail: plain(err)})
			}
			return nil
		}
		if path == root {
			if !d.IsDir() {
				return fmt.Errorf("folder to watch: %s is no folder", root)
			}
			return nil
		}
		if strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		info, err := os.Stat(path) // follows links to files
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files = append(files, found{
			File: File{Size: info.Size(), Modified: info.ModTime().UTC()}, path: path, name: filepath.ToSlash(name),
		})
		return nil
	})
	return files, closed, err
}

// digest returns the SHA-256 of a file, in hex.
func digest(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	buf := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := f.Read(buf)
		h.Write(buf[:n])
		if err == io.EOF {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// plain is the cause of an error without the path, which a skip names.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Sprintf("%.120s", err)
}
