package place

import (
	"math/bits"
	"strings"
)

// index finds places by the hash of their folded name. Every prefix of a name
// of several words has a slot too, so that a search knows whether to go on.
// Names are not kept: with 64 bits, two of a million names share a hash with
// a chance of one in ten million, and a test checks the ones at hand.
type index struct {
	slots []slot
	mask  uint64
	used  int
	items []item
}

type slot struct {
	hash uint64
	head int32 // first item + 1; 0: only a prefix
	more bool  // longer names start with this one
}

type item struct {
	place int32
	next  int32 // index + 1
	bound bool  // the name needs its article
	upper bool  // an abbreviation: US, FATA
}

func newIndex(names int) index {
	size := 1 << bits.Len(uint(max(64, names)*3/2))
	return index{slots: make([]slot, size), mask: uint64(size - 1), items: make([]item, 0, names)}
}

// at returns the slot of a hash, an empty one if it is not there.
func (x *index) at(hash uint64) *slot {
	if hash == 0 {
		hash = 1
	}
	i := (hash ^ hash>>29) & x.mask
	for x.slots[i].hash != 0 && x.slots[i].hash != hash {
		i = (i + 1) & x.mask
	}
	return &x.slots[i]
}

// make returns the slot of a hash and marks it as used.
func (x *index) make(hash uint64) *slot {
	if hash == 0 {
		hash = 1
	}
	s := x.at(hash)
	if s.hash == 0 {
		if x.used*4 >= len(x.slots)*3 {
			x.grow()
			s = x.at(hash)
		}
		s.hash = hash
		x.used++
	}
	return s
}

func (x *index) grow() {
	old := x.slots
	x.slots = make([]slot, 2*len(old))
	x.mask = uint64(len(x.slots) - 1)
	for _, s := range old {
		if s.hash != 0 {
			*x.at(s.hash) = s
		}
	}
}

// maxWords is the length of the longest name.
const maxWords = 7

// addKey enters a folded name. Names that are too long are left out, they do
// not occur in text.
func (x *index) addKey(key string, it item) {
	if key == "" {
		return
	}
	h := uint64(0)
	for words := 1; ; words++ {
		w, rest, more := strings.Cut(key, " ")
		h = join(h, hashString(w))
		if !more {
			x.add(h, it)
			return
		}
		if words == maxWords {
			return
		}
		x.make(h).more = true
		key = rest
	}
}

func (x *index) add(h uint64, it item) {
	s := x.make(h)
	for n := s.head; n != 0; n = x.items[n-1].next {
		if old := &x.items[n-1]; old.place == it.place { // the weaker demand counts
			old.bound = old.bound && it.bound
			old.upper = old.upper && it.upper
			return
		}
	}
	it.next = s.head
	x.items = append(x.items, it)
	s.head = int32(len(x.items))
}

func hashString(w string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(w); i++ {
		h = (h ^ uint64(w[i])) * 1099511628211
	}
	return h
}
