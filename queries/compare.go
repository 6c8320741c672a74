package queries

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"faultline/schema"
)

// CompareOptions narrow a comparison of two windows.
type CompareOptions struct {
	Before Window // both ends of both windows must be set
	After  Window
	Level  Level            // "" is LevelParent
	Of     []schema.ActorID // only relations of one of these; empty for all
	Limit  int              // of rows; 0 is 20, negative is all
	AsOf   time.Time        // zero: all that is recorded
}

// Verdict says how a relation changed from one window to another.
type Verdict string

// The verdicts.
const (
	Worse   Verdict = "worse"   // more conflict
	Better  Verdict = "better"  // less conflict
	Busier  Verdict = "busier"  // more of both, and no greater share of conflict
	Quieter Verdict = "quieter" // less of both, and no smaller share of conflict
	Closer  Verdict = "closer"  // more cooperation, conflict much as before
	Remoter Verdict = "remoter" // less cooperation, conflict much as before
)

// Changed is how one relation changed.
type Changed struct {
	ID      schema.RelationID `json:"id"`
	A       ActorRef          `json:"a"` // smaller id first
	B       ActorRef          `json:"b"`
	Verdict Verdict           `json:"verdict"`
	Before  Tie               `json:"before"`
	After   Tie               `json:"after"`
	// Evidence of the change: −log10 of the probability that rates which
	// stayed the same differ so much, of conflict or cooperation, whichever
	// changed more clearly.
	Evidence    float64    `json:"evidence"`
	Conflict    float64    `json:"conflict"`    // ratio of the rates after and before, each half an event up
	Cooperation float64    `json:"cooperation"` // the same
	Events      []EventRef `json:"events"`      // of what changed, the strongest in the window that has more of it
}

// Comparison is whose relations changed most.
type Comparison struct {
	Before    Window    `json:"before"`
	After     Window    `json:"after"`
	Level     Level     `json:"level"`
	Relations int       `json:"relations"` // with events in either window
	Rows      []Changed `json:"rows"`      // by evidence
}

// Compare finds the relations that changed most from one window to another.
// Given the events of both windows together, those of the second are
// binomial with its share of the days if nothing changed.
func (r *Record) Compare(o CompareOptions) (Comparison, error) {
	if err := o.Level.Validate(); err != nil {
		return Comparison{}, err
	}
	for _, w := range []Window{o.Before, o.After} {
		if w.From == schema.NoDay || w.To == schema.NoDay || w.To <= w.From {
			return Comparison{}, fmt.Errorf("window from %q to %q: want two days in order", w.From, w.To)
		}
	}
	if o.Limit == 0 {
		o.Limit = 20
	}
	result := Comparison{Before: o.Before, After: o.After, Level: cmp.Or(o.Level, LevelParent), Rows: []Changed{}}
	p := r.rollUp(o.Level)
	only := r.only(o.Of, p)
	gather := func(w Window) (*histories, map[dyad]int) {
		h := r.dyads(p, o.Level, w, false, o.AsOf)
		index := make(map[dyad]int, len(h.dyads))
		for i, d := range h.dyads {
			index[d] = i
		}
		return h, index
	}
	before, inBefore := gather(o.Before)
	after, inAfter := gather(o.After)
	all := slices.Clone(before.dyads)
	for _, d := range after.dyads {
		if _, ok := inBefore[d]; !ok {
			all = append(all, d)
		}
	}
	share := float64(o.After.To-o.After.From) / float64(o.After.To-o.After.From+o.Before.To-o.Before.From)
	type row struct {
		dyad dyad
		Changed
		hostile bool // what changed more clearly
	}
	hits := func(d dyad) (a, b []hit) {
		if i, ok := inBefore[d]; ok {
			a = before.of(i)
		}
		if i, ok := inAfter[d]; ok {
			b = after.of(i)
		}
		return a, b
	}
	var list []row
	for _, d := range all {
		if only != nil && !only[d.a] && !only[d.b] {
			continue
		}
		result.Relations++
		old, now := hits(d)
		if len(old)+len(now) < 2 {
			continue
		}
		x := row{dyad: d, Changed: Changed{Before: tieOf(old), After: tieOf(now), A: r.ref(uint32(d.a)), B: r.ref(uint32(d.b))}}
		if x.B.ID < x.A.ID {
			x.A, x.B = x.B, x.A
			x.Before.swap()
			x.After.swap()
		}
		conflict := x.weigh(share)
		x.hostile = conflict
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b row) int {
		return cmp.Or(cmp.Compare(b.Evidence, a.Evidence), cmp.Compare(a.A.ID, b.A.ID), cmp.Compare(a.B.ID, b.B.ID))
	})
	if o.Limit > 0 && len(list) > o.Limit {
		list = list[:o.Limit]
	}
	for _, x := range list {
		x.ID = schema.MakeRelationID(x.A.ID, x.B.ID)
		x.Before.Aligned = r.aligned(x.A.ID, x.B.ID)
		x.After.Aligned = x.Before.Aligned
		old, now := hits(x.dyad)
		ratio := x.Cooperation
		if x.hostile {
			ratio = x.Conflict
		}
		if ratio < 1 {
			now = old
		}
		swapped := x.A.ID != r.ref(uint32(x.dyad.a)).ID
		var events []found
		for _, h := range now {
			if h.hostile == x.hostile {
				direction := directions()[h.direction]
				if swapped {
					direction = direction.turned()
				}
				events = append(events, found{int(h.event), direction})
			}
		}
		x.Events = r.topEvents(events, 2, r.strongest(o.AsOf), o.AsOf)
		x.Evidence = round(x.Evidence, 2)
		result.Rows = append(result.Rows, x.Changed)
	}
	return result, nil
}

// weigh sets the evidence, the ratios and the verdict, given the share of
// the second window in the days, and tells whether conflict changed more
// clearly than cooperation.
func (c *Changed) weigh(share float64) (conflict bool) {
	rates := func(old, now int) float64 {
		return (float64(now) + 0.5) / (float64(old) + 0.5) * (1 - share) / share
	}
	h, k := c.Before.Conflict.Total(), c.After.Conflict.Total()
	m, n := c.Before.Cooperation.Total(), c.After.Cooperation.Total()
	hostile, friendly := changeOf(h, k, share), changeOf(m, n, share)
	c.Conflict, c.Cooperation = round(rates(h, k), 2), round(rates(m, n), 2)
	c.Evidence = math.Max(hostile, friendly)
	const clear = 1 // evidence of 1 in 10
	conflict = hostile >= friendly
	decisive := hostile >= clear || conflict && hostile > 0
	more, fonder := rates(h, k) > 1, rates(m, n) > 1
	switch {
	case decisive && more:
		c.Verdict = Worse
		if friendly >= clear && fonder && c.After.Share <= c.Before.Share {
			c.Verdict = Busier
		}
	case decisive:
		c.Verdict = Better
		if friendly >= clear && !fonder && c.After.Share >= c.Before.Share {
			c.Verdict = Quieter
		}
	case fonder:
		c.Verdict = Closer
	default:
		c.Verdict = Remoter
	}
	return conflict
}

// changeOf is −log10 of the two-sided probability of k of n+k events when
// each falls into the second window with the probability share.
func changeOf(n, k int, share float64) float64 {
	all := n + k
	if all == 0 {
		return 0
	}
	tail := func(k int, p float64) float64 { // ln P(X >= k)
		if k == 0 {
			return 0
		}
		return logBeta(float64(k), float64(all-k+1), p, 1-p)
	}
	ln := min(tail(k, share), tail(n, 1-share)) + math.Ln2
	return math.Max(0, -ln/math.Ln10)
}
