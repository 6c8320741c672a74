package dgraph

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"faultline/graph"
	"faultline/schema"
)

// Store is a graph.Store on a cluster. Make one with Open or Create.
type Store struct {
	*Cluster
	id    string // of the store, made up when it was made
	uid   string // of its own node
	nouns *schema.Nouns
	sorts map[schema.Predicate]schema.Sort
	says  map[schema.Kind]string        // what to ask of a node of each kind
	uids  *graph.Recent[string, string] // by id; they never change

	limits limits

	// writing is held by the one Write that is at work, so that others can
	// give up waiting.
	writing chan struct{}
	closed  atomic.Bool
}

// limits bound what is asked and sent at a time.
type limits struct {
	has   int // ids looked for
	page  int // nodes read
	spots int // uids and ids read
	scan  int // ids held at a time when all nodes of a kind are read
	quads int // in one request of a transaction
}

var _ graph.Store = (*Store)(nil)

var errClosed = errors.New("store is closed")

// Open opens the store on a cluster. The error wraps ErrEmpty when the
// cluster holds nothing yet, and graph.ErrForeign when it holds something
// else, or the store of a newer program.
func Open(ctx context.Context, o Options) (*Store, error) {
	c, err := Dial(ctx, o)
	if err != nil {
		return nil, err
	}
	return c.store(ctx)
}

// Create is Open, but makes the store, by giving the cluster its schema, when
// the cluster holds nothing yet.
func Create(ctx context.Context, o Options) (*Store, error) {
	c, err := Dial(ctx, o)
	if err != nil {
		return nil, err
	}
	if _, err := c.state(ctx); errors.Is(err, ErrEmpty) {
		if err := c.Apply(ctx); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return c.store(ctx)
}

// store makes a Store of the cluster, and closes it when that fails.
func (c *Cluster) store(ctx context.Context) (*Store, error) {
	st, err := c.state(ctx)
	if err == nil && st.Version < schema.DQLVersion {
		err = fmt.Errorf("%s: its schema has version %d, this program needs version %d: run 'faultline schema apply'", c, st.Version, schema.DQLVersion)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	remembered := c.opts.Cache
	if remembered == 0 {
		remembered = 1 << 18
	}
	s := &Store{
		Cluster: c, id: st.ID, uid: st.UID, nouns: schema.NewNouns(),
		uids: graph.NewRecent[string, string](max(1, remembered/2)), writing: make(chan struct{}, 1),
		limits: limits{has: 4000, page: 1000, spots: 50_000, scan: 20_000, quads: 100_000},
	}
	if err := s.learn(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return s, nil
}

// learn works out from the schema what to ask of nodes.
func (s *Store) learn() error {
	want, err := ParseSchema(schema.DQL())
	if err != nil {
		return fmt.Errorf("schema.dql: %w", err)
	}
	s.sorts = make(map[schema.Predicate]schema.Sort)
	s.says = make(map[schema.Kind]string)
	for name, fields := range want.Types {
		var b strings.Builder
		b.WriteString("uid xid dgraph.type")
		for _, f := range fields {
			sort, ok := s.nouns.SortOf(schema.Predicate(f))
			switch {
			case ok && sort == schema.SortRef:
				b.WriteString(" " + f + " { xid }")
			case ok || f == predBatch:
				b.WriteString(" " + f)
			}
			if ok {
				s.sorts[schema.Predicate(f)] = sort
			}
		}
		s.says[kindOfType(name)] = b.String()
	}
	return nil
}

// predBatch has the numbers of batches.
const predBatch = "batch"

// ID is the store's own id: a UUID that was made up when the store was made,
// by which what is kept beside it can be told apart from that of others.
func (s *Store) ID() string { return s.id }

// Head implements graph.Reader.
func (s *Store) Head(ctx context.Context) (uint64, error) {
	if s.closed.Load() {
		return 0, errClosed
	}
	var got struct{ S []state }
	if err := s.ask(ctx, `query q($u: string) { s(func: uid($u)) { uid batch store_id } }`, map[string]string{"$u": s.uid}, &got); err != nil {
		return 0, err
	}
	return s.own(got.S)
}

// own makes sure that the store is the one that was opened, and returns the
// number of its last batch.
func (s *Store) own(found []state) (uint64, error) {
	if len(found) != 1 || found[0].ID != s.id {
		return 0, fmt.Errorf("%s: the store has been emptied or replaced since it was opened", s)
	}
	return found[0].Head, nil
}

// Has implements graph.Reader.
func (s *Store) Has(ctx context.Context, ids ...string) ([]bool, error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found := make(map[string]bool, len(ids))
	distinct := slices.Clone(ids)
	slices.Sort(distinct)
	distinct = slices.DeleteFunc(slices.Compact(distinct), func(id string) bool {
		_, err := schema.KindOf(id)
		return err != nil
	})
	for part := range slices.Chunk(distinct, s.limits.has) {
		var v variables
		list := v.list(part)
		dql := v.declare("{ n(func: eq(xid, " + list + ")) @filter(has(dgraph.type)) { uid xid } }")
		var got struct{ N []spot }
		if err := s.ask(ctx, dql, v.values, &got); err != nil {
			return nil, err
		}
		for _, n := range got.N {
			found[n.XID] = true
			s.uids.Put(n.XID, n.UID)
		}
	}
	has := make([]bool, len(ids))
	for i, id := range ids {
		has[i] = found[id]
	}
	return has, ctx.Err()
}

// Close implements graph.Store. It waits for a Write that is at work.
func (s *Store) Close() error {
	s.writing <- struct{}{}
	defer func() { <-s.writing }()
	if s.closed.Swap(true) {
		return nil
	}
	return s.Cluster.Close()
}
