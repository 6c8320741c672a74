package cayley

import (
	"sync"

	"github.com/cayleygraph/quad"
)

// recent remembers what was used lately. Two maps take turns: when the young
// one is full it becomes the old one, and what is used again moves back.
type recent[K comparable, V any] struct {
	most       int // in one of the maps
	mu         sync.Mutex
	young, old map[K]V
}

func newRecent[K comparable, V any](most int) *recent[K, V] {
	return &recent[K, V]{most: most, young: make(map[K]V)}
}

func (r *recent[K, V]) get(k K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.young[k]
	if !ok {
		if v, ok = r.old[k]; ok {
			r.keep(k, v)
		}
	}
	return v, ok
}

func (r *recent[K, V]) put(k K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(k, v)
}

func (r *recent[K, V]) forget(k K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.young, k)
	delete(r.old, k)
}

func (r *recent[K, V]) keep(k K, v V) {
	if len(r.young) >= r.most {
		r.young, r.old = make(map[K]V, r.most), r.young
	}
	r.young[k] = v
}

// isShort tells values that are worth remembering: longer texts are seldom
// shared.
func isShort(v quad.Value) bool {
	const most = 64
	switch v := v.(type) {
	case quad.String:
		return len(v) <= most
	case quad.IRI:
		return len(v) <= most
	}
	return true
}
