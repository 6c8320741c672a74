package dgraph

import "sync"

// recent remembers what was used lately. Two maps take turns: when the young
// one is full it becomes the old one, and what is used again moves back.
type recent struct {
	most       int // in one of the maps
	mu         sync.Mutex
	young, old map[string]string
}

func newRecent(most int) *recent {
	return &recent{most: most, young: make(map[string]string)}
}

func (r *recent) get(k string) (string, bool) {
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

func (r *recent) put(k, v string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(k, v)
}

func (r *recent) keep(k, v string) {
	if len(r.young) >= r.most {
		r.young, r.old = make(map[string]string), r.young
	}
	r.young[k] = v
}
