package fetch

import (
	"context"
	"sync"
	"time"
)

// hostsMax is how many hosts are remembered; those of long ago go first.
const hostsMax = 10_000

// queueMax is the longest time that a request waits for its turn.
const queueMax = 10 * time.Minute

// pauseMax is the longest pause that a server's Retry-After brings.
const pauseMax = 24 * time.Hour

// pauseUnsaid is the pause after 429 without Retry-After.
const pauseUnsaid = time.Minute

// pauseShort is a pause that is waited for in place.
const pauseShort = 5 * time.Second

// hosts keeps requests to one host apart.
type hosts struct {
	mu   sync.Mutex
	next map[string]turn
}

type turn struct {
	free   time.Time // when the next request may start
	paused time.Time // the server's own wish
}

// reserve takes the next turn at a host and returns how long it is to wait.
func (h *hosts) reserve(host string, now time.Time, interval time.Duration) (time.Duration, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.next == nil {
		h.next = map[string]turn{}
	}
	t := h.next[host]
	if t.paused.Sub(now) > pauseShort {
		return 0, &BusyError{Host: host, Until: t.paused}
	}
	start := now
	for _, at := range [...]time.Time{t.free, t.paused} {
		if at.After(start) {
			start = at
		}
	}
	if start.Sub(now) > queueMax {
		return 0, &BusyError{Host: host, Until: start}
	}
	if _, known := h.next[host]; !known && len(h.next) >= hostsMax {
		h.prune(now)
	}
	t.free = start.Add(interval)
	h.next[host] = t
	return start.Sub(now), nil
}

// started notes that a request which waited for its turn begins only now.
func (h *hosts) started(host string, now time.Time, interval time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.next[host]
	if free := now.Add(interval); free.After(t.free) {
		t.free = free
		h.next[host] = t
	}
}

// pause notes that a host does not want to be asked before a time.
func (h *hosts) pause(host string, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.next[host]
	if until.After(t.paused) {
		t.paused = until
		h.next[host] = t
	}
}

// prune forgets hosts that may be asked at once.
func (h *hosts) prune(now time.Time) {
	for host, t := range h.next {
		if !t.free.After(now) && !t.paused.After(now) {
			delete(h.next, host)
		}
	}
}

// wait is the Wait of a Client that is not given one.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
