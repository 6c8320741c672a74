package dgraph

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dgraph-io/dgo/v230"
	"github.com/dgraph-io/dgo/v230/protos/api"
	"github.com/google/uuid"

	"faultline/graph"
	"faultline/schema"
)

// Write implements graph.Writer. Until an attempt is committed the context is
// heeded. When ctx ends while nobody knows whether a commit took place, Write
// takes a few seconds to find out.
func (s *Store) Write(ctx context.Context, b *graph.Batch) (graph.Written, error) {
	if err := b.Validate(); err != nil {
		return graph.Written{}, err
	}
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		return graph.Written{}, ctx.Err()
	}
	if s.closed.Load() {
		return graph.Written{}, errClosed
	}
	if err := ctx.Err(); err != nil {
		return graph.Written{}, err
	}
	var w graph.Written
	var unsure []*draft // whose commits were not answered
	err := s.repeat(ctx, s.opts.patience(), func(context.Context) (err error) {
		w, err = s.attempt(ctx, b, &unsure) // each of its requests has a deadline
		return err
	})
	if err != nil && ctx.Err() != nil && len(unsure) > 0 {
		return s.resolve(ctx, unsure)
	}
	return w, err
}

// resolvePatience bounds how long is waited after ctx has ended.
const resolvePatience = 10 * time.Second

// resolve finds out whether one of the drafts was committed. If none was, none
// will be: resolve writes the store's batch number anew, which conflicts with a
// commit that is still on its way.
func (s *Store) resolve(ctx context.Context, unsure []*draft) (graph.Written, error) {
	var done *draft
	err := s.repeat(context.WithoutCancel(ctx), resolvePatience, func(ctx context.Context) error {
		txn := s.dg.NewTxn()
		found, err := s.look(ctx, txn, &graph.Batch{}, unsure)
		if err != nil {
			return err
		}
		if done = found.done; done != nil {
			return nil
		}
		_, err = txn.Mutate(ctx, &api.Mutation{CommitNow: true, Set: []*api.NQuad{
			{Subject: s.uid, Predicate: predBatch, ObjectValue: intValue(int64(found.head))},
		}})
		return err
	})
	switch {
	case err != nil:
		return graph.Written{}, fmt.Errorf("%w; nobody knows whether batch %d was written: %w", ctx.Err(), unsure[0].written.Seq, err)
	case done != nil:
		return done.written, nil
	}
	return graph.Written{}, ctx.Err()
}

// attempt tries to write a batch in one transaction. A draft that may have
// been committed when an error is returned is added to the unsure ones.
func (s *Store) attempt(ctx context.Context, b *graph.Batch, unsure *[]*draft) (graph.Written, error) {
	txn := s.dg.NewTxn()
	found, err := s.look(ctx, txn, b, *unsure)
	if err != nil {
		return graph.Written{}, err
	}
	if found.done != nil {
		return found.done.written, nil
	}
	d := &draft{store: s, found: found, labels: make(map[string]string), token: uuid.NewString()}
	if err := d.describe(b); err != nil || len(d.quads) == 0 {
		return graph.Written{}, err
	}
	d.number()
	for len(d.quads) > s.limits.quads {
		if err := d.send(ctx, txn, s.limits.quads, false); err != nil {
			return graph.Written{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return graph.Written{}, err
	}
	// From here on the batch may be in the store, whatever happens to ctx.
	if err := d.send(context.WithoutCancel(ctx), txn, len(d.quads), true); err != nil {
		if retryable(err) != soon { // else it was aborted, and is known to be
			*unsure = append(*unsure, d)
		}
		return graph.Written{}, err
	}
	for id, label := range d.labels {
		s.uids.Put(id, d.uids[label])
	}
	return d.written, nil
}

// found is what the cluster says of a batch's nodes.
type found struct {
	head  uint64
	done  *draft                        // of the unsure ones, that was committed after all
	uids  map[string]string             // of the ids that are there
	known map[string][]schema.Statement // of the nodes that are there
}

// look reads what a transaction needs to know before it writes: the store's
// head, the nodes that the batch describes, and those it refers to.
func (s *Store) look(ctx context.Context, txn *dgo.Txn, b *graph.Batch, unsure []*draft) (*found, error) {
	f := &found{uids: make(map[string]string), known: make(map[string][]schema.Statement)}
	described, referred := s.mentioned(b)
	var v variables
	var dql strings.Builder
	fmt.Fprintf(&dql, "{ store(func: uid(%s)) { uid batch store_id }", v.text(s.uid))
	if len(unsure) > 0 {
		ids := make([]string, len(unsure))
		for i, d := range unsure {
			ids[i] = batchPrefix + strconv.FormatUint(d.written.Seq, 10)
		}
		fmt.Fprintf(&dql, " tokens(func: eq(xid, %s)) { token }", v.list(ids))
	}
	for _, kind := range kinds() {
		var uids, ids []string
		for _, id := range described[kind] {
			if uid, ok := s.uids.Get(id); ok {
				f.uids[id] = uid
				uids = append(uids, uid)
			} else {
				ids = append(ids, id)
			}
		}
		if len(uids) > 0 {
			fmt.Fprintf(&dql, " %sbyuid(func: uid(%s)) { %s }", kind, v.uids(uids), s.says[kind])
		}
		if len(ids) > 0 {
			fmt.Fprintf(&dql, " %s(func: eq(xid, %s)) { %s }", kind, v.list(ids), s.says[kind])
		}
	}
	var ids []string
	for _, id := range referred {
		if uid, ok := s.uids.Get(id); ok {
			f.uids[id] = uid
		} else {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		fmt.Fprintf(&dql, " referred(func: eq(xid, %s)) { uid xid }", v.list(ids))
	}
	dql.WriteString(" }")

	ctx, cancel := context.WithTimeout(ctx, s.opts.timeout())
	defer cancel()
	resp, err := txn.QueryWithVars(ctx, v.declare(dql.String()), v.values)
	if err != nil {
		return nil, err
	}
	var blocks map[string]json.RawMessage
	if err := json.Unmarshal(resp.GetJson(), &blocks); err != nil {
		return nil, err
	}
	return f, f.read(s, blocks, unsure)
}

// read takes in the blocks of an answer.
func (f *found) read(s *Store, blocks map[string]json.RawMessage, unsure []*draft) error {
	for name, raw := range blocks {
		switch name {
		case "store":
			var st []state
			if err := json.Unmarshal(raw, &st); err != nil {
				return err
			}
			var err error
			if f.head, err = s.own(st); err != nil {
				return err
			}
		case "tokens":
			var list []struct{ Token string }
			if err := json.Unmarshal(raw, &list); err != nil {
				return err
			}
			for _, b := range list {
				for _, d := range unsure {
					if d.token == b.Token {
						f.done = d
					}
				}
			}
		default:
			var list []record
			if err := json.Unmarshal(raw, &list); err != nil {
				return err
			}
			if err := f.nodes(s, list); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *found) nodes(s *Store, list []record) error {
	for _, r := range list {
		id, uid := r.text("xid"), r.text("uid")
		if other, ok := f.uids[id]; ok && other != uid {
			return s.twice(id, other, uid)
		}
		f.uids[id] = uid
		if r.kind() == "" {
			continue
		}
		statements, err := s.statements(id, r)
		if err != nil {
			return err
		}
		f.known[id] = statements
	}
	return nil
}

func kinds() []schema.Kind {
	return []schema.Kind{schema.KindLoad, schema.KindActor, schema.KindPlace, schema.KindReport,
		schema.KindEvent, schema.KindClaim, schema.KindReading, schema.KindRelation}
}

// mentioned lists the ids of the nodes that a batch describes, by kind, and
// of those that it only refers to.
func (s *Store) mentioned(b *graph.Batch) (described map[schema.Kind][]string, referred []string) {
	described = make(map[schema.Kind][]string)
	seen := make(map[string]bool)
	var refs []string
	n := s.nouns
	note(n.Load, b.Loads, described, seen, &refs)
	note(n.Actor, b.Actors, described, seen, &refs)
	note(n.Place, b.Places, described, seen, &refs)
	note(n.Report, b.Reports, described, seen, &refs)
	note(n.Event, b.Events, described, seen, &refs)
	note(n.Claim, b.Claims, described, seen, &refs)
	note(n.Reading, b.Readings, described, seen, &refs)
	note(n.Relation, b.Relations, described, seen, &refs)
	for _, id := range refs {
		if !seen[id] {
			seen[id] = true
			referred = append(referred, id)
		}
	}
	return described, referred
}

func note[T any, ID ~string](n *schema.Noun[T, ID], nodes []T, described map[schema.Kind][]string, seen map[string]bool, refs *[]string) {
	for _, node := range nodes {
		if id := string(n.ID(&node)); !seen[id] {
			seen[id] = true
			described[n.Kind()] = append(described[n.Kind()], id)
		}
		n.Put(node, func(st schema.Statement) {
			if st.Object.Sort == schema.SortRef {
				*refs = append(*refs, st.Object.Text)
			}
		})
	}
}

// draft gathers what a batch adds to the store.
type draft struct {
	store   *Store
	found   *found
	quads   []*api.NQuad
	labels  map[string]string // of the ids that are new: blank nodes
	uids    map[string]string // that the cluster gave to labels
	token   string
	written graph.Written
	err     error
}

// describe drafts all of a batch.
func (d *draft) describe(b *graph.Batch) error {
	n := d.store.nouns
	describe(d, n.Load, b.Loads)
	actors, _ := describe(d, n.Actor, b.Actors)
	places, _ := describe(d, n.Place, b.Places)
	describe(d, n.Report, b.Reports)
	events, _ := describe(d, n.Event, b.Events)
	d.written.Claims, d.written.Changed = describe(d, n.Claim, b.Claims)
	describe(d, n.Reading, b.Readings)
	describe(d, n.Relation, b.Relations)
	d.written.Actors, d.written.Places, d.written.Events = len(actors), len(places), len(events)
	return d.err
}

// describe drafts what the nodes have beyond what is known of them, and
// returns the ids of which nothing was known, and those of which something
// else was.
func describe[T any, ID ~string](d *draft, n *schema.Noun[T, ID], nodes []T) (fresh, changed []ID) {
	for _, node := range nodes {
		id := n.ID(&node)
		old, known := d.found.known[string(id)]
		merged := n.Statements(n.Assemble(id, append(slices.Clip(old), n.Statements(node)...)))
		switch {
		case !known:
			fresh = append(fresh, id)
			d.text(string(id), "dgraph.type", typeOf(n.Kind()))
		case slices.Equal(merged, n.Statements(n.Assemble(id, old))):
			continue
		default:
			changed = append(changed, id)
		}
		placed := false
		for _, st := range merged {
			if st.Predicate == schema.PredKind || slices.Contains(old, st) {
				continue
			}
			d.say(st)
			placed = placed || st.Predicate == schema.PredLatitude || st.Predicate == schema.PredLongitude
		}
		if place, ok := any(n.Assemble(id, merged)).(schema.Place); ok && placed {
			d.quads = append(d.quads, &api.NQuad{Subject: d.node(string(id)), Predicate: "location", ObjectValue: pointValue(place.Latitude, place.Longitude)})
		}
		d.found.known[string(id)] = merged // for a batch that describes it twice
	}
	return fresh, changed
}

// node is how a request names the node with an id; one that is not there is
// made.
func (d *draft) node(id string) string {
	if uid, ok := d.found.uids[id]; ok {
		return uid
	}
	label, ok := d.labels[id]
	if !ok {
		label = "_:n" + strconv.Itoa(len(d.labels))
		d.labels[id] = label
		d.text(id, "xid", id)
	}
	return label
}

func (d *draft) text(id, predicate, text string) {
	d.quads = append(d.quads, textQuad(d.node(id), predicate, text))
}

func (d *draft) integer(id, predicate string, n uint64) {
	d.quads = append(d.quads, &api.NQuad{Subject: d.node(id), Predicate: predicate, ObjectValue: intValue(int64(n))})
}

func (d *draft) say(st schema.Statement) {
	q := &api.NQuad{Subject: d.node(st.Subject), Predicate: string(st.Predicate)}
	if st.Object.Sort == schema.SortRef {
		q.ObjectId = d.node(st.Object.Text)
	} else {
		var err error
		if q.ObjectValue, err = valueOf(st.Object); err != nil && d.err == nil {
			d.err = fmt.Errorf("%s %s: %w", st.Subject, st.Predicate, err)
		}
	}
	d.quads = append(d.quads, q)
}

// number gives the batch its number.
func (d *draft) number() {
	seq := d.found.head + 1
	d.written.Seq = seq
	for _, ids := range [][]schema.ClaimID{d.written.Claims, d.written.Changed} {
		for _, id := range ids {
			d.integer(string(id), predBatch, seq)
		}
	}
	batch := batchPrefix + strconv.FormatUint(seq, 10)
	d.text(batch, "name", fmt.Sprintf("batch %d", seq))
	d.text(batch, "dgraph.type", "Batch")
	d.text(batch, "token", d.token)
	d.quads = append(d.quads, &api.NQuad{Subject: d.store.uid, Predicate: predBatch, ObjectValue: intValue(int64(seq))})
}

// send sends the first n quads.
func (d *draft) send(ctx context.Context, txn *dgo.Txn, n int, commit bool) error {
	for _, q := range d.quads[:n] {
		if uid, ok := d.uids[q.Subject]; ok {
			q.Subject = uid
		}
		if uid, ok := d.uids[q.ObjectId]; ok {
			q.ObjectId = uid
		}
	}
	ctx, cancel := context.WithTimeout(ctx, d.store.opts.timeout())
	defer cancel()
	resp, err := txn.Mutate(ctx, &api.Mutation{Set: d.quads[:n], CommitNow: commit})
	if err != nil {
		return err
	}
	if d.uids == nil {
		d.uids = make(map[string]string)
	}
	for label, uid := range resp.GetUids() {
		d.uids["_:"+label] = uid
	}
	d.quads = d.quads[n:]
	return nil
}
