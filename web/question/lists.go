package question

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"faultline/schema"
)

// Lists keeps what those who go on by a cursor will ask next, so that a walk
// over a long list works it out once: the whole of a ranking, until the graph
// changes; of nodes that the store reads one after the other, the place where
// the last part ended. The zero value is ready; many goroutines may use it.
type Lists struct {
	mu      sync.Mutex
	of      state
	list    map[string]any
	used    []string  // questions, the last used one at the end
	waiting []waiting // the last one at the end
}

// state tells what lists were made of: a view, and the day, on which some of
// them depend.
type state struct {
	seq uint64
	day schema.Day
}

// most lists that are kept: of ten thousand relations one takes some 20 MB.
const most = 4

// recall gives what make makes for a question, once for each state of the
// graph if lists are kept.
func recall[D any](g Graph, v Values, make func() (D, error)) (D, error) {
	l := g.Lists
	if l == nil {
		return make()
	}
	question, now := v.whole(), state{g.View.Seq, schema.DayOf(g.Now)}
	if d, ok := l.get(now, question).(D); ok {
		return d, nil
	}
	d, err := make()
	if err == nil {
		l.put(now, question, d)
	}
	return d, err
}

func (l *Lists) get(now state, question string) any {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of != now {
		return nil
	}
	l.use(question)
	return l.list[question]
}

func (l *Lists) put(now state, question string, d any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of != now {
		l.of, l.list, l.used = now, map[string]any{}, nil
	}
	if l.list[question] == nil && len(l.used) == most {
		delete(l.list, l.used[0])
		l.used = l.used[1:]
	}
	l.list[question] = d
	l.used = append(l.used, question)
	l.use(question)
}

// use moves a question that is kept to the end.
func (l *Lists) use(question string) {
	if l.list[question] != nil {
		l.used = append(slices.DeleteFunc(l.used, func(q string) bool { return q == question }), question)
	}
}

// reading is a list of nodes that is being read.
type reading[T any] struct {
	next  func() (T, error, bool)
	stop  func()
	ahead []T // one that was read and not given yet
}

func begin[T any](list iter.Seq2[T, error]) *reading[T] {
	r := &reading[T]{}
	r.next, r.stop = iter.Pull2(list)
	return r
}

// skip passes over the first nodes that are unwanted.
func (r *reading[T]) skip(ctx context.Context, unwanted func(T) bool) error {
	for {
		x, err, ok := r.next()
		if err = cmp.Or(err, ctx.Err()); err != nil || !ok {
			return err
		}
		if !unwanted(x) {
			r.ahead = []T{x}
			return nil
		}
	}
}

// read gives the next n nodes, and tells whether there are more.
func (r *reading[T]) read(ctx context.Context, n int) (list []T, more bool, err error) {
	list, r.ahead = append([]T{}, r.ahead...), nil
	for len(list) <= n {
		x, err, ok := r.next()
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return nil, false, err
		}
		if !ok {
			return list, false, nil
		}
		list = append(list, x)
	}
	r.ahead = list[n:]
	return list[:n:n], true, nil
}

// waiting is a reading at rest.
type waiting struct {
	question, key string // the last node that was given
	since         time.Time
	reading       any
	stop          func()
}

// patience is how long a reading waits for whoever goes on.
const patience = 10 * time.Minute

// leave puts a reading where who goes on finds it.
func leave[T any](g Graph, question, key string, r *reading[T]) {
	l := g.Lists
	if l == nil {
		r.stop()
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = slices.DeleteFunc(append(l.waiting, waiting{question, key, g.Now, r, r.stop}), func(w waiting) bool {
		old := g.Now.Sub(w.since) > patience || w.question == question && w.key == key && w.reading != any(r)
		if old {
			w.stop()
		}
		return old
	})
	if len(l.waiting) > most {
		l.waiting[0].stop()
		l.waiting = slices.Delete(l.waiting, 0, 1)
	}
}

// resume takes a reading that waits at a place, nil if none does.
func resume[T any](g Graph, question, key string) *reading[T] {
	if g.Lists == nil {
		return nil
	}
	g.Lists.mu.Lock()
	defer g.Lists.mu.Unlock()
	for i, w := range g.Lists.waiting {
		r, ok := w.reading.(*reading[T])
		if ok && w.question == question && w.key == key && g.Now.Sub(w.since) <= patience {
			g.Lists.waiting = slices.Delete(g.Lists.waiting, i, i+1)
			return r
		}
	}
	return nil
}
