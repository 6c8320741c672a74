package queries

import (
	"cmp"
	"slices"
	"time"

	"faultline/schema"
)

// TriadOptions narrow a search for triads.
type TriadOptions struct {
	Window Window
	Level  Level            // "" is LevelParent
	Of     []schema.ActorID // only triads with one of these; empty for all
	Least  int              // events of each tie; 0 is 5
	Limit  int              // of triads; 0 is 20, negative is all
	AsOf   time.Time        // zero: all that is recorded
}

// TriadKind says in which way three signed ties do not fit (Heider 1946;
// Cartwright & Harary 1956).
type TriadKind string

// The kinds.
const (
	// FriendsAtOdds: two friends of the third are foes, so that it must
	// mediate or choose. The foes are A and B.
	FriendsAtOdds TriadKind = "friends at odds"
	// AllFoes: the enemy of the enemy is no friend. This is unbalanced in
	// the strict sense only (Davis 1967) and often lasts.
	AllFoes TriadKind = "all foes"
)

// Side is one tie of a triad.
type Side struct {
	A ActorRef `json:"a"`
	B ActorRef `json:"b"`
	Tie
}

// Triad is three actors whose ties do not fit.
type Triad struct {
	Kind TriadKind `json:"kind"`
	A    ActorRef  `json:"a"`
	B    ActorRef  `json:"b"`
	C    ActorRef  `json:"c"`
	// Tension is how clearly the least clear of the ties is signed, 0…1.
	Tension float64 `json:"tension"`
	Sides   [3]Side `json:"sides"` // A–B, A–C, B–C
}

// Triads are the unbalanced triads of a window.
type Triads struct {
	Window   Window  `json:"window"`
	Level    Level   `json:"level"`
	Ties     int     `json:"ties"` // that are signed
	Balanced int     `json:"balanced"`
	Total    int     `json:"total"` // unbalanced, before the limit
	Triads   []Triad `json:"triads"`
}

// Triads finds three actors of whom two friends of one are foes, or all are
// foes, the clearest first. Only ties with a clear sign count.
func (r *Record) Triads(o TriadOptions) (Triads, error) {
	if err := o.Level.Validate(); err != nil {
		return Triads{}, err
	}
	if o.Least == 0 {
		o.Least = 5
	}
	if o.Limit == 0 {
		o.Limit = 20
	}
	result := Triads{Window: o.Window.open(), Level: cmp.Or(o.Level, LevelParent), Triads: []Triad{}}
	p := r.rollUp(o.Level)
	only := r.only(o.Of, p)
	h := r.dyads(p, o.Level, o.Window, false, o.AsOf)
	ties := make(map[dyad]Tie)
	next := make(map[int32][]int32) // of each, the larger ones it has a tie with
	for i, d := range h.dyads {
		if hits := h.of(i); len(hits) >= o.Least {
			if t := tieOf(hits); t.Sign != Mixed {
				ties[d] = t
				next[d.a] = append(next[d.a], d.b)
			}
		}
	}
	result.Ties = len(ties)
	first := make([]int32, 0, len(next))
	for a, list := range next {
		slices.Sort(list)
		first = append(first, a)
	}
	slices.Sort(first)
	for _, a := range first {
		for i, b := range next[a] {
			for _, c := range next[a][i+1:] {
				bc, ok := ties[dyad{b, c}]
				if !ok || only != nil && !only[a] && !only[b] && !only[c] {
					continue
				}
				ab, ac := ties[dyad{a, b}], ties[dyad{a, c}]
				foes := 0
				for _, t := range []Tie{ab, ac, bc} {
					if t.Sign == Foe {
						foes++
					}
				}
				if foes%2 == 0 {
					result.Balanced++
					continue
				}
				t := Triad{Kind: AllFoes, Tension: round(min(ab.certainty(), ac.certainty(), bc.certainty()), 3)}
				order := [3]int32{a, b, c}
				if foes == 1 {
					t.Kind = FriendsAtOdds
					if ac.Sign == Foe {
						order = [3]int32{a, c, b}
					} else if bc.Sign == Foe {
						order = [3]int32{b, c, a}
					}
				}
				r.fill(&t, order, ties)
				result.Triads = append(result.Triads, t)
			}
		}
	}
	slices.SortFunc(result.Triads, func(a, b Triad) int {
		return cmp.Or(cmp.Compare(b.Kind, a.Kind), cmp.Compare(b.Tension, a.Tension),
			cmp.Compare(a.A.ID, b.A.ID), cmp.Compare(a.B.ID, b.B.ID), cmp.Compare(a.C.ID, b.C.ID))
	})
	if result.Total = len(result.Triads); o.Limit > 0 && result.Total > o.Limit {
		result.Triads = result.Triads[:o.Limit]
	}
	return result, nil
}

// fill names the actors of a triad; the smaller ids come first where that
// says nothing.
func (r *Record) fill(t *Triad, order [3]int32, ties map[dyad]Tie) {
	refs := [3]ActorRef{}
	byID := func(i, j int) {
		if r.ref(uint32(order[j])).ID < r.ref(uint32(order[i])).ID {
			order[i], order[j] = order[j], order[i]
		}
	}
	byID(0, 1)
	if t.Kind == AllFoes {
		byID(1, 2)
		byID(0, 1)
	}
	for i, n := range order {
		refs[i] = r.ref(uint32(n))
	}
	t.A, t.B, t.C = refs[0], refs[1], refs[2]
	for k, pair := range [3][2]int{{0, 1}, {0, 2}, {1, 2}} {
		i, j := order[pair[0]], order[pair[1]]
		tie := ties[dyad{min(i, j), max(i, j)}]
		if i > j {
			tie.swap()
		}
		tie.Aligned = r.aligned(refs[pair[0]].ID, refs[pair[1]].ID)
		t.Sides[k] = Side{refs[pair[0]], refs[pair[1]], tie}
	}
}
