package feed

import (
	"slices"

	"faultline/graph"
	"faultline/ingest/fetch"
)

// State is what is known of a feed from the last poll, to be kept by the
// caller. Its zero value is that of a feed never polled.
type State struct {
	Validators fetch.Validators `json:"validators,omitzero"`
	Moved      string           `json:"moved,omitempty"`   // the address that the server wants to be used
	Digest     string           `json:"digest,omitempty"`  // of the document read last
	ByLink     bool             `json:"by_link,omitempty"` // the feed gives one GUID to several items
	Pending    bool             `json:"pending,omitempty"` // items of the document are still to be done
	Items      []Seen           `json:"items,omitempty"`   // those of the document in its order, then those gone from it, the last gone first
}

// Seen is what is known of one item.
type Seen struct {
	Key     string           `json:"key"`               // hash of the item's key
	Feed    string           `json:"feed,omitempty"`    // hash of what the feed says of it
	Version string           `json:"version,omitempty"` // of the report yielded last
	Tries   int              `json:"tries,omitempty"`   // failed attempts at the article; 0 when it is done
	Article fetch.Validators `json:"article,omitzero"`
}

// goneMax is how many items are remembered that are gone from the feed. One
// that comes back later than that is yielded again, which the store knows.
const goneMax = 1000

// index finds the items by their keys.
func (st *State) index() map[string]Seen {
	m := make(map[string]Seen, len(st.Items))
	for _, s := range st.Items {
		m[s.Key] = s
	}
	return m
}

// with returns the items of a new document before the older ones that it no
// longer has.
func (st *State) with(current []Seen) []Seen {
	have := make(map[string]bool, len(current))
	for _, s := range current {
		have[s.Key] = true
	}
	all := slices.Clone(current)
	for _, s := range st.Items {
		if len(all) == len(current)+goneMax {
			break
		}
		if !have[s.Key] {
			s.Tries = 0 // it cannot be tried again
			all = append(all, s)
		}
	}
	return all
}

// short is a hash for the state, which holds many.
func short(parts ...string) string { return graph.ContentHash(parts...)[:16] }
