package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"faultline/ingest/coder"
	"faultline/ingest/coding"
	"faultline/ingest/custom"
	"faultline/ingest/gazetteer"
)

// The files of a user's own actors and words, beside the store.
const (
	actorsFile  = "actors.yaml"
	lexiconFile = "lexicon.yaml"
)

// ownFlags name a user's own files, and what he wants to see; load and
// extract share them.
type ownFlags struct {
	actors, lexicon string
	least           float64
}

func (f *ownFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.actors, "actors", "", "your own actors (default: "+actorsFile+" beside the store, if there is one)")
	cmd.Flags().StringVar(&f.lexicon, "lexicon", "", "your own words for events (default: "+lexiconFile+" beside the store, if there is one)")
	cmd.Flags().Float64Var(&f.least, "min-confidence", 0, "leave out claims that the coder is less sure of, 0 to 1")
}

// ownCoder is the coder with a user's own files, and the actors it knows.
type ownCoder struct {
	actors *gazetteer.Gazetteer
	code   coding.Coder
	left   atomic.Int64 // claims below the least confidence
}

func (a *app) ownCoder(f ownFlags) (*ownCoder, error) {
	tools, err := loadModels()
	if err != nil {
		return nil, err
	}
	return a.ownCoderOf(f, tools)
}

// ownCoderOf makes the coder of models that are loaded already.
func (a *app) ownCoderOf(f ownFlags, tools coder.Tools) (*ownCoder, error) {
	if !(f.least >= 0 && f.least <= 1) {
		return nil, usageError("--min-confidence %v: want a number from 0 to 1", f.least)
	}
	var err error
	if tools.Actors, err = a.actorsWith(f.actors); err != nil {
		return nil, err
	}
	if tools.Own, err = a.lexicon(f.lexicon); err != nil {
		return nil, err
	}
	code, err := coder.New(tools)
	if err != nil {
		return nil, err
	}
	o := &ownCoder{actors: tools.Actors}
	o.code = o.atLeast(code, f.least)
	return o, nil
}

// atLeast drops claims of less confidence, and counts them.
func (o *ownCoder) atLeast(code coding.Coder, least float64) coding.Coder {
	if least == 0 {
		return code
	}
	return func(d coding.Document) coding.Coded {
		c := code(d)
		kept := c.Claims[:0]
		for _, claim := range c.Claims {
			if claim.Confidence >= least {
				kept = append(kept, claim)
			}
		}
		o.left.Add(int64(len(c.Claims) - len(kept)))
		c.Claims = kept
		return c
	}
}

// ownFile is the file that a flag names, else the one of the name beside the
// store; "" when there is none.
func (a *app) ownFile(flag, name string) string {
	if flag != "" {
		return flag
	}
	path := name
	if _, store, ok := strings.Cut(a.store, ":"); ok && store != "" && !strings.HasPrefix(store, "//") {
		path = filepath.Join(filepath.Dir(filepath.Clean(store)), name)
	}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return ""
	}
	return path
}

// ownActors are the actors of the user's file, none if he has no such file.
func (a *app) ownActors(flag string) ([]custom.Actors, error) {
	path := a.ownFile(flag, actorsFile)
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("your actors: %w", err)
	}
	own, err := custom.ReadActors(path, data)
	if err != nil {
		return nil, fmt.Errorf("your actors:\n%w", err)
	}
	return []custom.Actors{own}, nil
}

// actorsWith reads the gazetteer with the dictionaries that were imported for
// the store and the user's own actors.
func (a *app) actorsWith(flag string) (*gazetteer.Gazetteer, error) {
	own, err := a.ownActors(flag)
	if err != nil {
		return nil, err
	}
	layers := []fs.FS{gazetteer.Builtin()}
	dir, err := actorsDir(a.store)
	if err == nil { // a store that is not on this disk has no dictionaries
		if layers, _, err = actorLayers(dir, ""); err != nil {
			return nil, err
		}
	}
	if len(own) > 0 && len(layers) > 1 {
		// Whose fault an error is: the dictionaries must fit without them.
		if _, err := gazetteer.Parse(layers...); err != nil {
			return nil, unfit(dir, err)
		}
	}
	g, err := gazetteer.ParseWith(own, layers...)
	switch {
	case err == nil:
		return g, nil
	case len(own) > 0:
		return nil, fmt.Errorf("your actors:\n%w", err)
	case len(layers) > 1:
		return nil, unfit(dir, err)
	}
	return nil, err
}

func unfit(dir string, err error) error {
	return fmt.Errorf("the dictionaries in %s do not fit this version: import them again: %w", dir, err)
}

// loadActors reads the gazetteer as loads into the store do.
func (a *app) loadActors() (*gazetteer.Gazetteer, error) { return a.actorsWith("") }

// lexicon reads the user's own words, nil if he has none.
func (a *app) lexicon(flag string) (*coder.Lexicon, error) {
	path := a.ownFile(flag, lexiconFile)
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("your lexicon: %w", err)
	}
	words, err := custom.ReadLexicon(path, data)
	if err != nil {
		return nil, fmt.Errorf("your lexicon:\n%w", err)
	}
	l, err := coder.NewLexicon(words)
	if err != nil {
		return nil, fmt.Errorf("your lexicon:\n%w", err)
	}
	return l, nil
}

// freshCoder codes with the user's files as they are now: it reads them again
// when they have changed. Files with mistakes are told of, and the last good
// ones stay.
type freshCoder struct {
	app   *app
	flags ownFlags
	tools coder.Tools
	warn  func(error)

	mu   sync.Mutex
	own  *ownCoder
	seen [2]time.Time // of the files, when they were last read
}

func (a *app) freshCoder(f ownFlags, warn func(error)) (*freshCoder, error) {
	c := &freshCoder{app: a, flags: f, warn: warn}
	c.seen = c.times()
	var err error
	if c.tools, err = loadModels(); err != nil {
		return nil, err
	}
	if c.own, err = a.ownCoderOf(f, c.tools); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *freshCoder) times() (t [2]time.Time) {
	for i, path := range [...]string{c.app.ownFile(c.flags.actors, actorsFile), c.app.ownFile(c.flags.lexicon, lexiconFile)} {
		if info, err := os.Stat(path); err == nil {
			t[i] = info.ModTime()
		} else if !errors.Is(err, fs.ErrNotExist) {
			t[i] = c.seen[i]
		}
	}
	return t
}

// code reads the events out of a document.
func (c *freshCoder) code(d coding.Document) coding.Coded {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.times(); now != c.seen {
		c.seen = now
		if own, err := c.app.ownCoderOf(c.flags, c.tools); err != nil {
			c.warn(err)
		} else {
			c.own = own
		}
	}
	return c.own.code(d)
}
