package queries

import (
	"cmp"
	"container/heap"
	"fmt"
	"math"
	"slices"
	"time"

	"faultline/schema"
)

// PathOptions narrow a search for paths.
type PathOptions struct {
	Window Window
	Sign   Sign      // only by events of Friend or Foe kind; "" for any
	Steps  int       // the most of a path; 0 is 4
	Paths  int       // how many; 0 is 3
	AsOf   time.Time // zero: all that is recorded
}

// StepKind says what connects two actors.
type StepKind string

// The kinds of steps.
const (
	ByEvents      StepKind = "events"
	ByPart        StepKind = "part_of"      // From is part of To
	ByWhole       StepKind = "has_part"     // To is part of From
	ByAlignedWith StepKind = "aligned_with" // one with the other
)

// Step is what connects two actors, with its evidence.
type Step struct {
	From        ActorRef   `json:"from"`
	To          ActorRef   `json:"to"`
	Kind        StepKind   `json:"kind"`
	Cooperation int        `json:"cooperation"` // events between the two themselves
	Conflict    int        `json:"conflict"`
	Events      []EventRef `json:"events"` // the strongest of them; directions are from From
}

// Path leads from one actor to another.
type Path struct {
	// Length is the sum over the steps: 1 for an affiliation, and 1/2 to 3/2
	// for events, the shorter the more there are.
	Length float64 `json:"length"`
	Steps  []Step  `json:"steps"`
}

// Path finds how two actors are connected through what they did with others
// and through affiliations, the shortest way first. No two paths share an
// actor in between. Peoples, media and outlets connect nobody. It returns an
// empty list when there is no way.
func (r *Record) Path(a, b schema.ActorID, o PathOptions) ([]Path, error) {
	if a == b {
		return nil, fmt.Errorf("%s is one actor: name two", a)
	}
	if o.Sign != "" && o.Sign != Friend && o.Sign != Foe {
		return nil, fmt.Errorf("%q is no kind of events: want friend or foe", string(o.Sign))
	}
	for _, id := range []schema.ActorID{a, b} {
		if n, ok := r.number(id); ok && r.group(n) != nil {
			return nil, fmt.Errorf("%s is a group: a path leads from one actor to another", id)
		}
	}
	paths := []Path{}
	v := r.view
	from, ok1 := v.Number(a)
	to, ok2 := v.Number(b)
	if !ok1 || !ok2 {
		return paths, nil
	}
	s := search{record: r, o: o, limit: cmp.Or(o.Steps, 4), banned: make([]bool, v.Actors()), links: make(map[uint32][]link),
		events: make([]int, v.Actors())}
	for n := range uint32(v.Actors()) {
		if k := v.Actor(n).Kind; k == schema.Population || k == schema.Outlet {
			s.banned[n] = true
		}
	}
	direct := false
	for range cmp.Or(o.Paths, 3) {
		way, length := s.shortest(from, to, direct)
		if way == nil {
			break
		}
		p := Path{Length: round(length, 2)}
		for i, l := range way {
			at := from
			if i > 0 {
				at = way[i-1].to
			}
			p.Steps = append(p.Steps, s.step(at, l))
			if l.to != to {
				s.banned[l.to] = true
			}
		}
		direct = direct || len(way) == 1
		paths = append(paths, p)
	}
	return paths, nil
}

// link leads to another actor.
type link struct {
	to     uint32
	kind   StepKind
	length float64
}

type search struct {
	record *Record
	o      PathOptions
	limit  int
	banned []bool
	links  map[uint32][]link // of the actors seen so far
	events []int             // scratch: with each actor
}

// counts tells whether an event connects its actors.
func (s *search) counts(i int) bool {
	v := s.record.view
	return s.o.Window.Contains(v.Day(i)) && v.Standing(i, s.o.AsOf).Status == schema.Asserted &&
		(s.o.Sign == "" || v.Quad(i).Hostile() == (s.o.Sign == Foe))
}

// of lists the links of an actor, in order of the other's number.
func (s *search) of(n uint32) []link {
	if list, ok := s.links[n]; ok {
		return list
	}
	v := s.record.view
	var met []uint32
	meet := func(m uint32, _ Direction) {
		if s.events[m] == 0 {
			met = append(met, m)
		}
		s.events[m]++
	}
	for _, e := range v.EventsOf(n) {
		if i := int(e); s.counts(i) {
			s.others(i, n, meet)
		}
	}
	slices.Sort(met)
	list := make([]link, len(met))
	for j, m := range met {
		list[j] = link{m, ByEvents, 0.5 + 1/(1+math.Log(float64(s.events[m])))}
		s.events[m] = 0
	}
	affiliated := func(m uint32, kind StepKind) {
		j, ok := slices.BinarySearchFunc(list, m, func(l link, m uint32) int { return cmp.Compare(l.to, m) })
		switch {
		case m == n:
		case !ok:
			list = slices.Insert(list, j, link{m, kind, 1})
		case list[j].length >= 1:
			list[j] = link{m, kind, 1}
		}
	}
	if s.o.Sign != Foe {
		for _, id := range v.Actor(n).PartOf {
			if m, ok := v.Number(id); ok {
				affiliated(m, ByPart)
			}
		}
		for _, m := range s.record.children[n] {
			affiliated(m, ByWhole)
		}
		for _, id := range v.Actor(n).AlignedWith {
			if m, ok := v.Number(id); ok {
				affiliated(m, ByAlignedWith)
			}
		}
	}
	s.links[n] = list
	return list
}

// others yields with whom an event connects actor n: the other side, and its
// own in what is not hostile.
func (s *search) others(i int, n uint32, yield func(m uint32, d Direction)) {
	v := s.record.view
	initiators, recipients := v.Initiators(i), v.Recipients(i)
	if slices.Contains(initiators, n) {
		for _, m := range recipients {
			if m != n {
				yield(m, AToB)
			}
		}
		if len(recipients) == 0 || !v.Quad(i).Hostile() {
			for _, m := range initiators {
				if m != n && !slices.Contains(recipients, m) {
					yield(m, Mutual)
				}
			}
		}
	}
	if slices.Contains(recipients, n) {
		for _, m := range initiators {
			if m != n && !slices.Contains(recipients, m) {
				yield(m, BToA)
			}
		}
	}
}

// shortest is Dijkstra's algorithm over (actor, steps so far), which keeps
// the limit of steps exact.
func (s *search) shortest(from, to uint32, notDirect bool) ([]link, float64) {
	type came struct {
		by     link
		from   place
		length float64 // 0 when not reached
		done   bool
	}
	width := s.limit + 1
	known := make([]came, s.record.view.Actors()*width)
	at := func(p place) *came { return &known[int(p.actor)*width+p.steps] }
	start := place{actor: from}
	q := &queue{{0, start}}
	for q.Len() > 0 {
		here := heap.Pop(q).(reached)
		if at(here.place).done {
			continue
		}
		at(here.place).done = true
		if here.actor == to {
			var way []link
			for p := here.place; p != start; p = at(p).from {
				way = append(way, at(p).by)
			}
			slices.Reverse(way)
			return way, here.length
		}
		if here.steps == s.limit {
			continue
		}
		for _, l := range s.of(here.actor) {
			if s.banned[l.to] && l.to != to || l.to == from || notDirect && here.actor == from && l.to == to {
				continue
			}
			p := place{l.to, here.steps + 1}
			length := here.length + l.length
			if old := at(p); old.length == 0 || length < old.length {
				*old = came{l, here.place, length, false}
				heap.Push(q, reached{length, p})
			}
		}
	}
	return nil, 0
}

type place struct {
	actor uint32
	steps int
}

type reached struct {
	length float64
	place
}

// queue orders what has been reached by length, then by number, so that the
// same search finds the same way.
type queue []reached

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(q[i].length, q[j].length), cmp.Compare(q[i].steps, q[j].steps), cmp.Compare(q[i].actor, q[j].actor)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(reached)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// step describes a link with its evidence.
func (s *search) step(from uint32, l link) Step {
	r := s.record
	step := Step{From: r.ref(from), To: r.ref(l.to), Kind: l.kind, Events: []EventRef{}}
	var list []found
	for _, e := range r.view.EventsOf(from) {
		i := int(e)
		if !s.counts(i) {
			continue
		}
		s.others(i, from, func(m uint32, d Direction) {
			if m != l.to {
				return
			}
			list = append(list, found{i, d})
			if r.view.Quad(i).Hostile() {
				step.Conflict++
			} else {
				step.Cooperation++
			}
		})
	}
	step.Events = r.topEvents(list, 2, r.strongest(s.o.AsOf), s.o.AsOf)
	return step
}
