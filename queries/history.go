package queries

import (
	"math"
	"slices"
	"sort"
	"time"

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
}

func directions() [3]Direction { return [...]Direction{AToB, BToA, Mutual} }

// dyad is a pair of parties, a < b.
type dyad struct {
	a, b int32
}

// histories are the hits of many dyads, those of one in order of day.
type histories struct {
	dyads []dyad
	end   []int // per dyad, into hits
	hits  []hit
}

func (h *histories) of(i int) []hit {
	if i == 0 {
		return h.hits[:h.end[0]]
	}
	return h.hits[h.end[i-1]:h.end[i]]
}

// selection says which events are measured, between whom.
type selection struct {
	record  *Record
	parties *parties
	private []bool // by actor number
	asOf    time.Time
}

func (r *Record) selection(p *parties, asOf time.Time) selection {
	return selection{r, p, r.private(), asOf}
}

// counts tells whether an event is measured at all: it has happened, and on
// a day that is known to the month.
func (s selection) counts(i int) bool {
	v := s.record.view
	return v.Day(i) != schema.NoDay && !vague(v.Precision(i)) && v.Standing(i, s.asOf).Status == schema.Asserted
}

// pairs yields the dyads between which an event is, with the direction as a
// number of directions. What private actors do to each other is left out.
func (s selection) pairs(i int, yield func(d dyad, direction uint8)) {
	v := s.record.view
	day := v.Day(i)
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
		yield(dyad{a, b}, direction)
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
func (s selection) active(events []int) []dyad {
	seen := make(map[dyad]bool)
	var list []dyad
	for _, i := range events {
		if s.counts(i) {
			s.pairs(i, func(d dyad, _ uint8) {
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

// histories gathers the hits of the dyads in the events, which come in order
// of day.
func (s selection) histories(dyads []dyad, events []int) *histories {
	v := s.record.view
	h := &histories{dyads: dyads, end: make([]int, len(dyads)), hits: make([]hit, 0, len(events))}
	index := make(map[dyad]uint32, len(dyads))
	last := make([]counted, len(dyads))
	for n, d := range dyads {
		index[d] = uint32(n)
		last[n].day = schema.NoDay
	}
	for _, i := range events {
		if !s.counts(i) {
			continue
		}
		day, bit, kind := v.Day(i), uint32(1)<<v.Ordinal(i), 0
		if v.Quad(i).Hostile() {
			kind = 1
		}
		s.pairs(i, func(d dyad, direction uint8) {
			n, ok := index[d]
			if !ok {
				return
			}
			c := &last[n]
			if c.day != day {
				*c = counted{day: day}
			}
			if c.seen[kind][direction]&bit != 0 {
				return
			}
			c.seen[kind][direction] |= bit
			h.end[n]++
			h.hits = append(h.hits, hit{day, uint32(i), n, direction, kind == 1})
		})
	}

	// Bring the hits of each dyad together, keeping their order.
	next := make([]int, len(dyads))
	total := 0
	for n, size := range h.end {
		next[n] = total
		total += size
		h.end[n] = total
	}
	sorted := make([]hit, total)
	for _, x := range h.hits {
		sorted[next[x.dyad]] = x
		next[x.dyad]++
	}
	h.hits = sorted
	return h
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
func decay(days int) float64 { return math.Exp2(-float64(days) / halfLife) }

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
	v := r.view
	i, end := v.Undated(), v.From(until)
	for i < end && !r.stands(i, asOf) {
		i++
	}
	if i >= end {
		return exposure{first: until, sum: []float64{0}}
	}
	const oldest = 20 * halfLife // of no weight beyond
	first := max(v.Day(i), until-oldest)
	x := exposure{first: first, sum: make([]float64, until-first+1)}
	q := decay(1)
	last := v.Day(i) // day of the last event before the gap that is looked at
	for day := first; day < until; {
		for i < end && (v.Day(i) <= max(day, last) || !r.stands(i, asOf)) {
			if r.stands(i, asOf) {
				last = v.Day(i)
			}
			i++
		}
		next := until // end of the gap
		if i < end {
			next = v.Day(i)
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
