package gdelt

import (
	"slices"
	"time"
)

// State is how far a Source has come, to be kept by the caller. Its zero
// value is that of a source never polled.
type State struct {
	English    Stream `json:"english,omitzero"`
	Translated Stream `json:"translated,omitzero"`
}

// Behind reports whether the server has announced slots that no poll has
// tried yet: then another poll may follow at once.
func (st State) Behind() bool { return st.English.behind() || st.Translated.behind() }

// Stream is how far one of the two streams has been read.
type Stream struct {
	First   time.Time `json:"first,omitzero"`   // the slot that was begun with
	Through time.Time `json:"through,omitzero"` // each slot up to this one has been tried
	Newest  time.Time `json:"newest,omitzero"`  // announced
	Missing []Gap     `json:"missing,omitempty"`
	Waiting []Wait    `json:"waiting,omitempty"`
	ETag    string    `json:"etag,omitempty"`     // of the list of newest files
	Changed string    `json:"modified,omitempty"` // the same
}

// Gap is a slot whose files could not be had, or were damaged.
type Gap struct {
	Slot    time.Time `json:"slot"`
	Noticed time.Time `json:"noticed"`
	Tries   int       `json:"tries"`
	Next    time.Time `json:"next"` // when it is tried again
}

// Wait is a slot with mentions of events of a missing one.
type Wait struct {
	Slot    time.Time `json:"slot"`
	Missing time.Time `json:"missing"`
}

func (s *Stream) behind() bool { return s.Newest.After(s.Through) }

// due are the slots to be tried now, in order, at most max of them that have
// not been tried before.
func (s *Stream) due(now time.Time, max int) []time.Time {
	var slots []time.Time
	for _, g := range s.Missing {
		if !g.Next.After(now) {
			slots = append(slots, g.Slot)
		}
	}
	last := s.Newest
	if limit := s.Through.Add(time.Duration(max) * SlotLength); last.After(limit) {
		last = limit
	}
	if !s.Through.IsZero() {
		slots = append(slots, Slots(s.Through, last)...)
	}
	slices.SortFunc(slots, time.Time.Compare)
	return slots
}

// ready are the waits whose missing slot is there now.
func (s *Stream) ready() []Wait {
	var list []Wait
	for _, w := range s.Waiting {
		if !s.missing(w.Missing) {
			list = append(list, w)
		}
	}
	return list
}

func (s *Stream) missing(slot time.Time) bool {
	return slices.ContainsFunc(s.Missing, func(g Gap) bool { return g.Slot.Equal(slot) })
}

const (
	retryFirst = 5 * time.Minute
	retryMost  = 12 * time.Hour
	giveUp     = 14 * 24 * time.Hour // after a gap was noticed
)

// failed notes that a slot could not be had. It tells whether that is news,
// and whether the slot is given up.
func (s *Stream) failed(slot, now time.Time) (noticed, lost bool) {
	i := slices.IndexFunc(s.Missing, func(g Gap) bool { return g.Slot.Equal(slot) })
	if i < 0 {
		s.Missing = append(slices.Clone(s.Missing), Gap{Slot: slot, Noticed: now, Tries: 1, Next: now.Add(retryFirst)})
		slices.SortFunc(s.Missing, func(a, b Gap) int { return a.Slot.Compare(b.Slot) })
		s.tried(slot)
		return true, false
	}
	g := s.Missing[i]
	if now.Sub(g.Noticed) > giveUp {
		s.Missing = slices.Delete(slices.Clone(s.Missing), i, i+1)
		s.Waiting = slices.DeleteFunc(slices.Clone(s.Waiting), func(w Wait) bool { return w.Missing.Equal(slot) })
		return false, true
	}
	pause := retryMost
	if g.Tries < 8 {
		pause = min(retryFirst<<g.Tries, retryMost)
	}
	g.Tries++
	g.Next = now.Add(pause)
	s.Missing = slices.Clone(s.Missing)
	s.Missing[i] = g
	return false, false
}

// done notes that a slot was read, and which missing ones its mentions wait
// for.
func (s *Stream) done(slot time.Time, waits []time.Time) {
	s.Missing = slices.DeleteFunc(slices.Clone(s.Missing), func(g Gap) bool { return g.Slot.Equal(slot) })
	for _, m := range waits {
		w := Wait{Slot: slot, Missing: m}
		if !slices.Contains(s.Waiting, w) {
			s.Waiting = append(slices.Clone(s.Waiting), w)
		}
	}
	s.tried(slot)
}

// caught notes that a wait is over.
func (s *Stream) caught(w Wait) {
	s.Waiting = slices.DeleteFunc(slices.Clone(s.Waiting), func(v Wait) bool { return v == w })
}

func (s *Stream) tried(slot time.Time) {
	if slot.After(s.Through) {
		s.Through = slot
	}
}
