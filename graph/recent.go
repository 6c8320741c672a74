package graph

import "sync"

// Recent is a store's memory of what it looked up lately. Two maps take
// turns: when the young one is full it becomes the old one, and what is used
// again moves back. Its methods may run beside each other. Make one with
// NewRecent.
type Recent[K comparable, V any] struct {
	most       int // in one of the maps
	mu         sync.Mutex
	young, old map[K]V
}

// NewRecent returns a memory of the most values that were used last, and of
// at most twice as many.
func NewRecent[K comparable, V any](most int) *Recent[K, V] {
	return &Recent[K, V]{most: most, young: make(map[K]V)}
}

// Get returns the value of a key, and false when it is not remembered.
func (r *Recent[K, V]) Get(k K) (V, bool) {
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

// Put remembers a value.
func (r *Recent[K, V]) Put(k K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(k, v)
}

// Forget forgets a key's value.
func (r *Recent[K, V]) Forget(k K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.young, k)
	delete(r.old, k)
}

func (r *Recent[K, V]) keep(k K, v V) {
	if len(r.young) >= r.most {
		r.young, r.old = make(map[K]V, r.most), r.young
	}
	r.young[k] = v
}
