package queries

import (
	"cmp"
	"math"
	"slices"
	"time"

	"faultline/schema"
)

// Sign says whether two actors work with or against each other.
type Sign string

// The signs. A tie is signed when the 90 % interval of its share of conflict
// lies on one side of a half.
const (
	Friend Sign = "friend"
	Foe    Sign = "foe"
	Mixed  Sign = "mixed"
)

// Tie is what two actors did with and against each other in a window. Counts
// are of distinct directed dyad, day and type.
type Tie struct {
	Cooperation Tally      `json:"cooperation"`
	Conflict    Tally      `json:"conflict"`
	Share       float64    `json:"share"` // of conflict, 0…1
	Low         float64    `json:"low"`   // of its 90 % interval (Wilson 1927)
	High        float64    `json:"high"`
	Sign        Sign       `json:"sign"`
	Aligned     bool       `json:"aligned"` // the graph has one as aligned with the other
	First       schema.Day `json:"first"`
	Last        schema.Day `json:"last"`
}

func (t *Tie) total() int { return t.Cooperation.Total() + t.Conflict.Total() }

func (t *Tie) swap() {
	for _, n := range []*Tally{&t.Cooperation, &t.Conflict} {
		n.AToB, n.BToA = n.BToA, n.AToB
	}
}

// certainty is how clearly the tie is signed, 0…1: how far the nearer end of
// the interval is from a half, doubled.
func (t *Tie) certainty() float64 { return 2 * math.Max(0, math.Max(t.Low-0.5, 0.5-t.High)) }

// tieOf sums up the hits of a dyad in a window.
func tieOf(hits []hit) Tie {
	t := Tie{First: schema.NoDay, Last: schema.NoDay}
	if len(hits) > 0 {
		t.First, t.Last = hits[0].day, hits[len(hits)-1].day
	}
	for _, h := range hits {
		if h.hostile {
			t.Conflict.add(directions()[h.direction])
		} else {
			t.Cooperation.add(directions()[h.direction])
		}
	}
	conflict, all := float64(t.Conflict.Total()), float64(t.total())
	t.Low, t.High = wilson(conflict, all)
	if all > 0 {
		t.Share = round(conflict/all, 3)
	}
	switch {
	case t.High < 0.5:
		t.Sign = Friend
	case t.Low > 0.5:
		t.Sign = Foe
	default:
		t.Sign = Mixed
	}
	t.Low, t.High = round(t.Low, 3), round(t.High, 3)
	return t
}

// wilson is the 90 % interval of a share of k in n.
func wilson(k, n float64) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.645
	p := k / n
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n)) / (1 + z*z/n)
	return math.Max(0, mid-half), math.Min(1, mid+half)
}

// within are the events of a window, those without a day never.
func (r *Record) within(w Window) events {
	v, w := r.view, w.open()
	list := events{v.Undated(), v.Len()}
	if w.From != schema.NoDay {
		list.from = max(list.from, v.From(w.From))
	}
	if w.To != schema.NoDay {
		list.to = v.From(w.To)
	}
	list.to = max(list.from, list.to)
	return list
}

// NetworkOptions narrow a network.
type NetworkOptions struct {
	Window Window
	Level  Level     // "" is LevelParent
	Least  int       // events of a tie; 0 is 2
	Limit  int       // of ties; 0 is 20, negative is all
	AsOf   time.Time // zero: all that is recorded
}

// Neighbour is an actor with which another one has a tie. Directions are
// from the other one.
type Neighbour struct {
	With ActorRef `json:"with"`
	Tie
	Strongest []EventRef `json:"strongest"` // of the tie's sign; of a mixed one, of all
}

// Network is whom an actor works with and against.
type Network struct {
	Of     ActorRef    `json:"of"`
	Window Window      `json:"window"`
	Level  Level       `json:"level"`
	Total  int         `json:"total"` // ties before the limit
	Ties   []Neighbour `json:"ties"`  // most events first
}

// Network lists the ties of an actor. At LevelParent the others are rolled up
// as in Strain.
func (r *Record) Network(a schema.ActorID, o NetworkOptions) (Network, error) {
	if err := o.Level.Validate(); err != nil {
		return Network{}, err
	}
	if o.Least == 0 {
		o.Least = 2
	}
	if o.Limit == 0 {
		o.Limit = 20
	}
	v := r.view
	n := Network{Of: r.refOf(a), Window: o.Window.open(), Level: cmp.Or(o.Level, LevelParent), Ties: []Neighbour{}}
	p := r.rollUp(o.Level)
	side := r.side(a, o.Level)
	if len(side) == 0 {
		return n, nil
	}
	self := p.of[side[0]]
	if number, ok := r.number(a); ok && (o.Level != LevelCountry && o.Level != LevelBloc || r.group(number) != nil) {
		self = int32(number)
	}
	for _, m := range side {
		p.of[m] = self
	}
	if o.Level != LevelActor {
		side = append(side, r.holders(side)...)
	}
	var events []int
	for _, m := range side {
		for _, i := range v.EventsOf(m) {
			events = append(events, int(i))
		}
	}
	slices.Sort(events)
	events = slices.DeleteFunc(slices.Compact(events), func(i int) bool { return !o.Window.Contains(v.Day(i)) })
	chosen := r.selection(p, o.AsOf)
	dyads := slices.DeleteFunc(chosen.active(slices.Values(events)), func(d dyad) bool { return d.a != self && d.b != self })
	h := chosen.histories(dyads, slices.Values(events), len(events))
	for i, d := range h.dyads {
		hits := h.of(i)
		if len(hits) < o.Least {
			continue
		}
		t := Neighbour{Tie: tieOf(hits), With: r.ref(uint32(d.a))}
		if d.a == self {
			t.With = r.ref(uint32(d.b))
		} else {
			t.swap()
		}
		t.Aligned = r.aligned(a, t.With.ID)
		var list []found
		for _, x := range hits {
			if t.Sign == Mixed || x.hostile == (t.Sign == Foe) {
				direction := directions()[x.direction]
				if d.b == self {
					direction = direction.turned()
				}
				list = append(list, found{int(x.event), direction})
			}
		}
		t.Strongest = r.topEvents(list, 1, r.strongest(o.AsOf), o.AsOf)
		n.Ties = append(n.Ties, t)
	}
	slices.SortFunc(n.Ties, func(a, b Neighbour) int {
		return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(a.With.ID, b.With.ID))
	})
	if n.Total = len(n.Ties); o.Limit > 0 && n.Total > o.Limit {
		n.Ties = n.Ties[:o.Limit]
	}
	return n, nil
}
