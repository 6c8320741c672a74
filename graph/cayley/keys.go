package cayley

import (
	"context"
	"encoding/binary"
	"errors"

	hkv "github.com/hidal-go/hidalgo/kv"

	"faultline/graph"
)

// keys spares Cayley look-ups in its key-value store, which would cost a
// load as much as everything else together.
//
// Before it writes an index entry, Cayley reads what is there, to append to
// it. The entries' keys are made of numbers that Cayley gives out in
// ascending order: an entry with a number that was not given out when the
// transaction began is known to be missing.
//
// Before it writes a value, Cayley looks for the number that the value has
// already, and for how often it is used. Both are remembered. A store that
// was empty when it was opened also knows which values it cannot have.
//
// The caller lets nobody read while somebody writes, and makes new keys
// after a transaction that failed.
type keys struct {
	hkv.KV
	values *graph.Recent[string, hkv.Value] // numbers and uses by key; nil for a value without number
	seen   *seen                            // all values that the store has; nil if not known
}

func newKeys(kv hkv.KV) (*keys, error) {
	k := &keys{KV: kv, values: graph.NewRecent[string, hkv.Value](1 << 16)}
	last, err := k.horizon()
	if last == 0 {
		k.seen = new(seen)
	}
	return k, err
}

// horizon is the highest number that Cayley gave out, by its own record.
func (k *keys) horizon() (uint64, error) {
	v, err := get(k.KV, hkv.SKey("meta", "horizon"))
	if errors.Is(err, hkv.ErrNotFound) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(v), nil
}

// Tx begins a transaction.
func (k *keys) Tx(rw bool) (hkv.Tx, error) {
	last := ^uint64(0)
	if rw {
		var err error
		if last, err = k.horizon(); err != nil {
			return nil, err
		}
	}
	tx, err := k.KV.Tx(rw)
	return keysTx{tx, k, last}, err
}

type keysTx struct {
	hkv.Tx
	keys    *keys
	horizon uint64 // no greater number is in an index
}

// GetBatch looks up keys, but for those whose value is known.
func (tx keysTx) GetBatch(ctx context.Context, batch []hkv.Key) ([]hkv.Value, error) {
	values := make([]hkv.Value, len(batch))
	ask := make([]hkv.Key, 0, len(batch))
	places := make([]int, 0, len(batch))
	for i, k := range batch {
		known := tx.isFresh(k)
		if isNumber(k) && tx.keys.seen.lacks(k[1]) {
			known = true
		} else if isNumber(k) || isUses(k) {
			values[i], known = tx.keys.values.Get(remembered(k))
		}
		if !known {
			ask, places = append(ask, k), append(places, i)
		}
	}
	found, err := tx.Tx.GetBatch(ctx, ask)
	if err != nil {
		return nil, err
	}
	for i, v := range found {
		values[places[i]] = v
		if n, _ := binary.Uvarint(v); isNumber(ask[i]) && n <= tx.horizon { // else not committed
			tx.keys.values.Put(remembered(ask[i]), v)
		}
	}
	return values, nil
}

// Put writes. A number is not remembered before it is committed: somebody
// may read after a transaction that failed. Only transactions look at uses.
func (tx keysTx) Put(k hkv.Key, v hkv.Value) error {
	switch {
	case isNumber(k):
		tx.keys.values.Forget(remembered(k))
		tx.keys.seen = tx.keys.seen.with(k[1])
	case isUses(k):
		tx.keys.values.Put(remembered(k), v)
	}
	return tx.Tx.Put(k, v)
}

// isFresh tells an index entry that cannot be there yet.
func (tx keysTx) isFresh(k hkv.Key) bool {
	if len(k) != 2 || string(k[0]) != "sp" && string(k[0]) != "ops" {
		return false
	}
	for n := k[1]; len(n) >= 8; n = n[8:] {
		if binary.BigEndian.Uint64(n) > tx.horizon {
			return true
		}
	}
	return false
}

// isNumber and isUses tell the keys under which Cayley keeps a value's number
// and how often it is used: a letter and two bytes of the value's hash, then
// all of the hash.
func isNumber(k hkv.Key) bool { return len(k) == 2 && len(k[0]) == 3 && k[0][0] == 'v' }

func isUses(k hkv.Key) bool { return len(k) == 2 && len(k[0]) == 3 && k[0][0] == 'n' }

func remembered(k hkv.Key) string { return string(k[0][:1]) + string(k[1]) }

// seen is a Bloom filter of hashes. With two million of them, it takes one
// in four hundred for another that it has.
type seen struct {
	n    int
	bits [seenBits / 64]uint64
}

const (
	seenBits = 1 << 25
	seenMost = 2_000_000
)

// lacks is true of a hash that was never added. A missing filter knows none.
func (s *seen) lacks(hash []byte) bool {
	if s == nil {
		return false
	}
	for i := range 4 {
		bit := binary.LittleEndian.Uint32(hash[4*i:]) % seenBits
		if s.bits[bit/64]&(1<<(bit%64)) == 0 {
			return true
		}
	}
	return false
}

// with adds a hash. A filter that is full is given up: nil.
func (s *seen) with(hash []byte) *seen {
	if s == nil || s.n >= seenMost {
		return nil
	}
	s.n++
	for i := range 4 {
		bit := binary.LittleEndian.Uint32(hash[4*i:]) % seenBits
		s.bits[bit/64] |= 1 << (bit % 64)
	}
	return s
}
