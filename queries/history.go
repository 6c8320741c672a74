package queries

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"sort"
	"sync"
	"time"

	"faultline/queries/series"
	"faultline/schema"
)

// hit is an event between two parties as the measures of strain count it:
// one for each direction, day, type and class.
type hit struct {
	day       schema.Day
	event     uint32
	dyad      uint32
	direction uint8 // of directions
	hostile   bool
	severe    bool // a severe act of one side's organs on the other's
}

func directions() [3]Direction { return [...]Direction{AToB, BToA, Mutual} }

// dyad is a pair of parties, a < b.
type dyad struct {
	a, b int32
}

// histories are the hits of many dyads, those of one in order of day.
type histories struct {
	dyads []dyad
	spans []span // per dyad, into hits
	hits  []hit
}

type span struct{ from, to int }

func (h *histories) of(i int) []hit {
	return h.hits[h.spans[i].from:h.spans[i].to:h.spans[i].to]
}

// in narrows histories to the dyads that have a hit in a window, and to the
// hits before its end; without the past, to those in it.
func (h *histories) in(w Window, past bool) *histories {
	w = w.open()
	few := &histories{hits: h.hits}
	for i, d := range h.dyads {
		s := h.spans[i]
		hits := h.of(i)
		if w.To != schema.NoDay {
			s.to = s.from + sort.Search(len(hits), func(i int) bool { return hits[i].day >= w.To })
		}
		if s.from == s.to || h.hits[s.to-1].day < w.From {
			continue
		}
		if !past {
			s.from += sort.Search(s.to-s.from, func(i int) bool { return hits[i].day >= w.From })
		}
		few.dyads = append(few.dyads, d)
		few.spans = append(few.spans, s)
	}
	return few
}

// memory is what a record has worked out and is likely to be asked again: the
// histories of all dyads, as all that is recorded has them.
type memory struct {
	mu     sync.Mutex
	levels map[Level]*histories
	days   func() []schema.Day
}

// dyads gathers the histories of the dyads that have a hit in a window, with
// the hits before it or without.
func (r *Record) dyads(p *parties, level Level, w Window, past bool, asOf time.Time) *histories {
	chosen := r.selection(p, asOf)
	if !asOf.IsZero() {
		events := r.within(w)
		dyads := chosen.active(events.all)
		if len(dyads) == 0 {
			return &histories{}
		}
		if past {
			events = r.within(Window{schema.NoDay, w.open().To})
		}
		return chosen.histories(dyads, events.all, events.to-events.from)
	}
	m := r.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	level = cmp.Or(level, LevelParent)
	all, ok := m.levels[level]
	if !ok {
		events := r.within(Window{})
		all = chosen.histories(nil, events.all, events.to-events.from)
		m.levels[level] = all
	}
	return all.in(w, past)
}

// selection says which events are measured, between whom.
type selection struct {
	record  *Record
	parties *parties
	private []bool // by actor number
	organ   []bool // by actor number: of a state
	asOf    time.Time
}

func (r *Record) selection(p *parties, asOf time.Time) selection {
	s := selection{r, p, r.private(), make([]bool, r.view.Actors()), asOf}
	for n := range s.organ {
		switch r.view.Actor(uint32(n)).Kind {
		case schema.State, schema.Government, schema.Military:
			s.organ[n] = true
		}
	}
	return s
}

// severe is the intensity down to which an act counts as severe: attacks, and
// coercion by force.
const severe = -9.0

// counts tells whether an event is measured at all: it has happened, and on
// a day that is known to the month.
func (s selection) counts(i int) bool {
	v := s.record.view
	return v.Day(i) != schema.NoDay && !vague(v.Precision(i)) && v.Standing(i, s.asOf).Status == schema.Asserted
}

// pairs yields the dyads between which an event is, with the direction as a
// number of directions, and whether it is a severe act between organs of
// states. What private actors do to each other is left out.
func (s selection) pairs(i int, yield func(d dyad, direction uint8, grave bool)) {
	v := s.record.view
	day, grave := v.Day(i), v.Intensity(i) <= severe
	pair := func(x, y uint32, direction uint8) {
		a, officialA := s.parties.on(x, day)
		b, officialB := s.parties.on(y, day)
		if a == b || a == nobody || b == nobody || s.private[x] && !officialA && s.private[y] && !officialB {
			return
		}
		if a > b {
			a, b = b, a
			if direction == 0 {
				direction = 1
			}
		}
		yield(dyad{a, b}, direction, grave && s.organ[x] && s.organ[y])
	}
	initiators, recipients := v.Initiators(i), v.Recipients(i)
	for _, x := range initiators {
		for _, y := range recipients {
			pair(x, y, 0)
		}
	}
	if len(recipients) == 0 || !v.Quad(i).Hostile() {
		for j, x := range initiators {
			for _, y := range initiators[:j] {
				pair(x, y, 2)
			}
		}
	}
}

// active lists the dyads that have a hit among the events.
func (s selection) active(events iter.Seq[int]) []dyad {
	seen := make(map[dyad]bool)
	var list []dyad
	for i := range events {
		if s.counts(i) {
			s.pairs(i, func(d dyad, _ uint8, _ bool) {
				if !seen[d] {
					seen[d] = true
					list = append(list, d)
				}
			})
		}
	}
	return list
}

// counted is which hits a dyad has had on its last day, by direction: a bit
// for each type.
type counted struct {
	day  schema.Day
	seen [2][3]uint32 // cooperative and hostile
}

// events are those from one position up to another.
type events struct{ from, to int }

func (e events) all(yield func(int) bool) {
	for i := e.from; i < e.to; i++ {
		if !yield(i) {
			return
		}
	}
}

// histories gathers the hits of the dyads, of all for nil, in the events, about
// n, which come in order of day.
func (s selection) histories(dyads []dyad, events iter.Seq[int], n int) *histories {
	v := s.record.view
	h := &histories{dyads: dyads, hits: make([]hit, 0, n)}
	index := make(map[dyad]uint32, len(dyads))
	last := make([]counted, len(dyads))
	sizes := make([]int, len(dyads))
	for n, d := range dyads {
		index[d] = uint32(n)
		last[n].day = schema.NoDay
	}
	for i := range events {
		if !s.counts(i) {
			continue
		}
		day, bit, kind := v.Day(i), uint32(1)<<v.Ordinal(i), 0
		if v.Quad(i).Hostile() {
			kind = 1
		}
		s.pairs(i, func(d dyad, direction uint8, grave bool) {
			n, ok := index[d]
			switch {
			case ok:
			case dyads != nil:
				return
			default:
				n = uint32(len(h.dyads))
				index[d] = n
				h.dyads = append(h.dyads, d)
				last = append(last, counted{day: schema.NoDay})
				sizes = append(sizes, 0)
			}
			c := &last[n]
			if c.day != day {
				*c = counted{day: day}
			}
			if c.seen[kind][direction]&bit != 0 {
				if grave {
					h.aggravate(hit{day: day, event: uint32(i), dyad: n, direction: direction}, v)
				}
				return
			}
			c.seen[kind][direction] |= bit
			sizes[n]++
			h.hits = append(h.hits, hit{day, uint32(i), n, direction, kind == 1, grave})
		})
	}

	// Bring the hits of each dyad together, keeping their order.
	h.spans = make([]span, len(sizes))
	next := make([]int, len(sizes))
	total := 0
	for n, size := range sizes {
		next[n] = total
		h.spans[n] = span{total, total + size}
		total += size
	}
	sorted := make([]hit, total)
	for _, x := range h.hits {
		sorted[next[x.dyad]] = x
		next[x.dyad]++
	}
	h.hits = sorted
	return h
}

// aggravate marks the hit that stands for this one, of the same day and type,
// as severe.
func (h *histories) aggravate(like hit, v *series.View) {
	for i := len(h.hits) - 1; i >= 0 && h.hits[i].day == like.day; i-- {
		x := &h.hits[i]
		if x.hostile && x.dyad == like.dyad && x.direction == like.direction && v.Ordinal(int(x.event)) == v.Ordinal(int(like.event)) {
			x.severe = true
			return
		}
	}
}

// The measure's constants: half-life of the baseline, and the prior that
// stands for a dyad without a past, 0.6 hostile events in 150 days.
const (
	halfLife   = 720.0 // days
	priorCount = 0.6
	priorDays  = 150.0
	gap        = 366 // days without any event that count as quiet
)

// decay is the weight of a day that lies so many days back.
func decay(days int) float64 {
	if days >= 0 && days < len(weights) {
		return weights[days]
	}
	return math.Exp2(-float64(days) / halfLife)
}

// weights of the last forty years. They are asked for more often than they
// could be computed.
var weights = func() (list [40 * 366]float64) {
	for days := range list {
		list[days] = math.Exp2(-float64(days) / halfLife)
	}
	return list
}()

// exposure tells how many days, weighted by age, a baseline that ends at a
// day can look back on. Gaps of more than a year, in which the graph has no
// events at all, do not count: where nobody reported, quiet means nothing.
type exposure struct {
	first schema.Day
	sum   []float64 // of the days before first+i
}

// exposed measures the coverage of the graph before a day, as it was known
// at asOf.
func (r *Record) exposed(until schema.Day, asOf time.Time) exposure {
	days := r.memory.days
	if !asOf.IsZero() {
		days = func() []schema.Day { return r.days(asOf) }
	}
	list := days()
	i, end := 0, sort.Search(len(list), func(i int) bool { return list[i] >= until })
	if end == 0 {
		return exposure{first: until, sum: []float64{0}}
	}
	const oldest = 20 * halfLife // of no weight beyond
	first := max(list[0], until-oldest)
	x := exposure{first: first, sum: make([]float64, until-first+1)}
	q := decay(1)
	last := list[0] // day of the last event before the gap that is looked at
	for day := first; day < until; {
		for i < end && list[i] <= max(day, last) {
			last = list[i]
			i++
		}
		next := until // end of the gap
		if i < end {
			next = list[i]
		}
		for ; day < max(next, last+1); day++ {
			sum := x.sum[day-first] * q
			if day == last || next-last <= gap {
				sum += q
			}
			x.sum[day-first+1] = sum
		}
	}
	return x
}

// days are those with an event that stood at asOf, in order.
func (r *Record) days(asOf time.Time) []schema.Day {
	v := r.view
	var list []schema.Day
	for i := v.Undated(); i < v.Len(); {
		day := v.Day(i)
		next := v.From(day + 1)
		for ; i < next; i++ {
			if r.stands(i, asOf) {
				list = append(list, day)
				break
			}
		}
		i = next
	}
	return list
}

// span is the time from the first dated event to the last, as it was known
// at asOf; no days without one. What is said to happen after it was recorded
// is no part of it.
func (r *Record) span(asOf time.Time) Window {
	v := r.view
	known := asOf
	if asOf.IsZero() {
		known = v.Recorded()
	}
	from, to := v.Undated(), v.From(schema.DayOf(known)+1)
	for from < to && !r.stands(from, asOf) {
		from++
	}
	for from < to && !r.stands(to-1, asOf) {
		to--
	}
	if from == to {
		return Window{}
	}
	return Window{v.Day(from), v.Day(to-1) + 1}
}

// covered reports whether the graph had any event of these days at asOf.
func (r *Record) covered(from, to schema.Day, asOf time.Time) bool {
	for i, end := r.view.From(from), r.view.From(to); i < end; i++ {
		if r.stands(i, asOf) {
			return true
		}
	}
	return false
}

// stands reports whether any claim of an event held at asOf.
func (r *Record) stands(i int, asOf time.Time) bool { return r.view.Standing(i, asOf).Status != "" }

// before is the exposure of a baseline that ends where a window starts.
func (x exposure) before(start schema.Day) float64 {
	if start <= x.first {
		return 0
	}
	return x.sum[min(int(start-x.first), len(x.sum)-1)]
}

// reading is what a window says against the dyad's own past.
type reading struct {
	hostile  int
	size     float64 // of the negative binomial distribution
	expected float64 // hostile events in the window
	surprise float64 // too little to judge by while hostile < enough
}

// read measures the hostile events of a window [start, end), given the
// hostile days in order.
func read(hostile []schema.Day, start, end schema.Day, x exposure) reading {
	from := sort.Search(len(hostile), func(i int) bool { return hostile[i] >= start })
	to := sort.Search(len(hostile), func(i int) bool { return hostile[i] >= end })
	weight := 0.0
	for _, day := range hostile[:from] {
		weight += decay(int(start - day))
	}
	return score(to-from, hostile[:from], weight, start, end, x)
}

// expected is how many hostile events a window has, given the sum of the
// weights of those before it.
func expected(weight float64, start schema.Day, days int, x exposure) float64 {
	return float64(days) * (priorCount + weight) / (priorDays + x.before(start))
}

// score measures h hostile events in a window, given the days before it and
// the sum of their weights.
func score(h int, past []schema.Day, weight float64, start, end schema.Day, x exposure) reading {
	count := priorCount + weight
	r := reading{hostile: h, size: count, expected: expected(weight, start, int(end-start), x)}
	if h > 0 {
		r.size = 1 / (1/count + r.expected/(r.expected+busy)*dispersion(past, start, end-start, x))
		r.surprise = surprise(h, r.size, r.expected)
	}
	return r
}

// The gamma distribution knows how uncertain a rate is, not how much it
// comes and goes. With few events the former prevails; with many, what the
// past windows show of the latter is added in. busy is how many events in a
// window make both alike.
const (
	busy            = 10.0
	pastWindows     = 36
	priorDispersion = 0.1 // a rate that varies by a third,
	priorWindows    = 6.0 // as if seen in so many windows
)

// dispersion is by how much the number of events in past windows of the same
// length varies beyond chance: the variance less the mean, over the squared
// mean, which is 1/size of a negative binomial distribution.
func dispersion(past []schema.Day, start, length schema.Day, x exposure) float64 {
	var n, sum, squares float64
	for k := schema.Day(1); k <= pastWindows && start-k*length >= x.first; k++ {
		from := start - k*length
		i := sort.Search(len(past), func(i int) bool { return past[i] >= from })
		count, w := float64(len(past)-i), decay(int(start-from))
		past = past[:i]
		n += w
		sum += w * count
		squares += w * count * count
	}
	if sum == 0 {
		return priorDispersion
	}
	mean := sum / n
	found := math.Max(0, (squares/n-mean*mean-mean)/(mean*mean))
	return (n*found + priorWindows*priorDispersion) / (n + priorWindows)
}

// ratio is the rate of hostile events over the expected one with its 90 %
// interval: exp(log((h+½)/(μ+½)) ± 1.645·√(1/(h+½)+1/size)).
func (r reading) ratio() (low, mid, high float64) {
	mid = (float64(r.hostile) + 0.5) / (r.expected + 0.5)
	spread := math.Exp(1.645 * math.Sqrt(1/(float64(r.hostile)+0.5)+1/r.size))
	return mid / spread, mid, mid * spread
}

// turn is the day on which the present strain began: the first hostile event
// of that window of 7 to 30 days which is the most surprising. Longer windows
// put the beginning of a crisis at what was only a quarrel before it.
func turn(hostile []schema.Day, end schema.Day, x exposure) schema.Day {
	best, day := -1.0, schema.NoDay
	for _, w := range []schema.Day{7, 14, 30} {
		if r := read(hostile, end-w, end, x); r.hostile >= enough && r.surprise > best {
			i, _ := slices.BinarySearch(hostile, end-w)
			best, day = r.surprise, hostile[i]
		}
	}
	return day
}
