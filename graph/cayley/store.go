package cayley

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"sync"
	"syscall"

	cgraph "github.com/cayleygraph/cayley/graph"
	"github.com/cayleygraph/cayley/graph/kv"
	"github.com/cayleygraph/quad"
	hkv "github.com/hidal-go/hidalgo/kv"
	"github.com/hidal-go/hidalgo/kv/flat"
	flatldb "github.com/hidal-go/hidalgo/kv/flat/leveldb"
	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/filter"
	"github.com/syndtr/goleveldb/leveldb/opt"
	"github.com/syndtr/goleveldb/leveldb/storage"

	"faultline/graph"
	"faultline/schema"
)

// Options are the choices in opening a store. The zero value is good for
// stores of millions of events.
type Options struct {
	// CacheBytes bounds the memory for blocks read from disk; 0 is 64 MiB.
	CacheBytes int
}

// Store is a graph.Store on disk. Open one with Open.
type Store struct {
	path  string
	files storage.Storage
	db    *leveldb.DB
	keys  *keys
	qs    *kv.QuadStore
	terms *graph.Recent[uint64, quad.Value]
	nouns *schema.Nouns

	// writing is held by the one Write that is at work, so that others can
	// give up waiting. mu keeps readers out while Cayley applies a batch.
	writing chan struct{}
	mu      sync.RWMutex
	head    uint64 // under mu
	closed  bool   // under mu
	wrote   bool   // under mu
	failed  bool   // under mu: a write failed inside Cayley, see revive
	opts    *opt.Options
}

var _ graph.Store = (*Store)(nil)

var errClosed = errors.New("store is closed")

// Open opens the store in the folder path, and makes one there when the
// folder is empty or missing; the folder around it must exist. The error
// wraps graph.ErrLocked when the store is open already, in this process or
// another, and graph.ErrForeign when the path holds something else or a
// store of a newer format.
func Open(path string, opts Options) (*Store, error) {
	if err := claimFolder(path); err != nil {
		return nil, err
	}
	files, err := storage.OpenFile(path, false)
	if isLocked(err) {
		return nil, fmt.Errorf("%s: %w: stop the other one first, or use another path", path, graph.ErrLocked)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if opts.CacheBytes == 0 {
		opts.CacheBytes = 64 * opt.MiB
	}
	s := &Store{path: path, files: files, writing: make(chan struct{}, 1), terms: graph.NewRecent[uint64, quad.Value](1 << 15), nouns: schema.NewNouns()}
	s.opts = &opt.Options{
		BlockCacheCapacity: opts.CacheBytes,
		Filter:             filter.NewBloomFilter(10),
		WriteBuffer:        8 * opt.MiB, // a batch of 20,000 quads in one table
		// Each batch is a table of level 0. Merging eight at a time, and into
		// a larger level 1, costs a load two thirds of the usual four.
		CompactionL0Trigger:    8,
		WriteL0PauseTrigger:    24,
		CompactionTotalSize:    20 * opt.MiB,
		DisableSeeksCompaction: true, // reading would rewrite the store
	}
	if err := s.open(); err != nil {
		return nil, errors.Join(err, s.free())
	}
	return s, nil
}

func (s *Store) open() error {
	if err := s.openFiles(); err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	return nil
}

func (s *Store) openFiles() (err error) {
	s.db, err = leveldb.Open(s.files, s.opts)
	if err != nil && s.unborn() {
		// Killed while it was being made, before anything was kept in it.
		if err = s.clear(); err == nil {
			s.db, err = leveldb.Open(s.files, s.opts)
		}
	}
	if err != nil {
		return fmt.Errorf("the store is damaged: %w", err)
	}
	if s.keys, err = newKeys(flat.Upgrade(flatldb.New(s.db))); err != nil {
		return err
	}
	if err := prepare(s.keys); err != nil {
		return err
	}
	qs, err := kv.New(s.keys, cgraph.Options{kv.OptNoBloom: true})
	if err != nil {
		return err
	}
	s.qs = qs.(*kv.QuadStore)
	s.head, err = s.readHead()
	return err
}

// unborn reports whether nothing was ever kept in the folder: it has no
// table, and its logs are empty.
func (s *Store) unborn() bool {
	tables, _ := filepath.Glob(filepath.Join(s.path, "*.ldb"))
	logs, _ := filepath.Glob(filepath.Join(s.path, "[0-9]*.log"))
	for _, log := range logs {
		if info, err := os.Stat(log); err != nil || info.Size() > 0 {
			return false
		}
	}
	return len(tables) == 0
}

// clear removes what leveldb has begun to make.
func (s *Store) clear() error {
	for _, pattern := range []string{"CURRENT*", "MANIFEST-*", "[0-9]*.log"} {
		names, _ := filepath.Glob(filepath.Join(s.path, pattern))
		for _, name := range names {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// isLocked tells the system's refusal of a file lock that another holds.
func isLocked(err error) bool {
	var code syscall.Errno
	if !errors.As(err, &code) {
		return false
	}
	const sharingViolation = 32
	return code.Timeout() || runtime.GOOS == "windows" && code == sharingViolation
}

// prepare makes Cayley's own records in an empty store. Cayley writes two of
// them in two transactions; a crash in between must not leave a store with
// other indexes.
func prepare(keys hkv.KV) error {
	version, indexes := hkv.SKey("meta", "version"), hkv.SKey("meta", "indexes")
	_, err := get(keys, indexes)
	if !errors.Is(err, hkv.ErrNotFound) {
		return err
	}
	ctx := context.Background()
	if err := hkv.Update(ctx, keys, func(tx hkv.Tx) error { return tx.Del(version) }); err != nil {
		return err
	}
	return kv.Init(keys, nil)
}

func get(keys hkv.KV, key hkv.Key) (v hkv.Value, err error) {
	err = hkv.View(keys, func(tx hkv.Tx) error {
		v, err = tx.Get(context.Background(), key)
		return err
	})
	return v, err
}

// storeNode is the subject of the store's own quads. It is no node of the
// graph: KindOf knows no such kind.
const storeNode quad.IRI = "faultline:store"

// predBatch is the predicate of batch numbers, beside the vocabulary.
const predBatch schema.Predicate = "batch"

// readHead finds the number of the last batch. Batches are numbered without
// gaps, so a few look-ups are enough however many there are.
func (s *Store) readHead() (uint64, error) {
	var failed error
	missing := func(n int) bool {
		found, err := s.subjects(context.Background(), quad.Int(n), predBatch, storeNode)
		if err != nil {
			failed = err
		}
		return len(found) == 0
	}
	limit := 1
	for !missing(limit) {
		limit *= 2
	}
	return uint64(sort.Search(limit, func(i int) bool { return missing(i + 1) })), failed
}

// Head implements graph.Reader.
func (s *Store) Head(ctx context.Context) (uint64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.head, ctx.Err()
}

// revive opens the files anew after a write that failed, and with them what
// Cayley remembers. The lock on the folder stays. The caller holds mu.
func (s *Store) revive() error {
	if !s.failed {
		return nil
	}
	if s.db != nil {
		_ = s.db.Close() // it may well fail again; what counts is the next open
	}
	if err := s.open(); err != nil {
		return err
	}
	s.failed = false
	return nil
}

// Close implements graph.Store. It waits for a Write that is at work.
func (s *Store) Close() error {
	s.writing <- struct{}{}
	defer func() { <-s.writing }()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return s.free()
}

// sweep removes the tables that merges made superfluous. LevelDB does so
// some time after a merge, or else in opening; without this, a store closed
// right after a merge would take up half as much disk again.
func (s *Store) sweep() error {
	idle := *s.opts
	idle.CompactionL0Trigger = 1 << 30 // it shall not begin to merge
	idle.CompactionTotalSize = 1 << 40
	idle.WriteBuffer = 64 * opt.KiB
	db, err := leveldb.Open(s.files, &idle)
	if err != nil {
		return err
	}
	return db.Close()
}

func (s *Store) free() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	if err == nil && s.wrote {
		err = s.sweep()
	}
	if err = errors.Join(err, s.files.Close()); err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	return nil
}
