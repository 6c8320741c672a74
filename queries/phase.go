package queries

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"faultline/schema"
)

// Character says what a phase of a relation is like.
type Character string

// The characters.
const (
	Cooperative  Character = "cooperative"
	Tense        Character = "tense"         // a third or more of the events are hostile, of few events half
	OpenConflict Character = "open conflict" // half or more, and a quarter or more is force
	Estranged    Character = "estranged"     // hardly any contact, where there had been much
	Distant      Character = "distant"       // hardly any contact yet
)

// Phase is a time in which a relation stayed what it was.
type Phase struct {
	Window
	Character   Character `json:"character"`
	Conflict    float64   `json:"conflict"`    // events per 30 days
	Cooperation float64   `json:"cooperation"` // events per 30 days
	Share       float64   `json:"share"`       // of conflict, 0…1
	// Evidence that the relation turned when the phase began: log10 of the
	// likelihood ratio against one phase over both, dispersion allowed for.
	// 0 for the first phase.
	Evidence float64    `json:"evidence"`
	Turn     []EventRef `json:"turn"` // the events that made it, the strongest first
}

// phases divides the months of a relation so that each part has one rate of
// conflict and one of cooperation. Of all divisions it takes the one of the
// highest likelihood less 1.5·ln(months) for each turn (two rates and a
// date, as in the criterion of Schwarz). The search is exact: optimal
// partitioning (Jackson et al. 2005). Counts are Poisson; the first division
// tells by how much they vary within phases beyond chance, the second one
// scales the likelihood by that.
//
// The hits come in order of day, before end. Months in which the graph has no events at
// all count for nothing.
func (r *Record) phases(hits []hit, end schema.Day, asOf time.Time) []Phase {
	if len(hits) == 0 {
		return []Phase{}
	}
	m := r.months(hits, end, asOf)
	m.disperse(m.partition())
	ends := m.partition()
	list := make([]Phase, len(ends))
	from := 0
	for k, to := range ends {
		p := &list[k]
		p.From, p.To = UnitMonth.start(m.number[from]), min(UnitMonth.start(m.number[to-1]+1), end)
		if k > 0 {
			p.Evidence = round((m.fit(m.startOf(ends, k-1), from)+m.fit(from, to)-m.fit(m.startOf(ends, k-1), to))/math.Ln10, 2)
		}
		from = to
	}
	r.sharpen(list, hits)
	r.describe(list, hits)
	for k := range list {
		p := &list[k]
		if k > 0 {
			p.Turn = r.turnEvents(hits, list[k-1], *p, asOf)
		} else {
			p.Turn = []EventRef{}
		}
		p.Conflict, p.Cooperation, p.Share = round(p.Conflict, 2), round(p.Cooperation, 2), round(p.Share, 3)
	}
	return list
}

// months are the counts of a relation.
type months struct {
	number     []int        // of the month, as Unit has it
	sum        [2][]float64 // cooperation and conflict before each month and after the last
	days       []float64    // the same
	dispersion [2]float64
}

func (r *Record) months(hits []hit, end schema.Day, asOf time.Time) months {
	first, last := UnitMonth.number(hits[0].day), UnitMonth.number(end-1)
	var m months
	m.sum[0], m.sum[1], m.days = []float64{0}, []float64{0}, []float64{0}
	i := 0
	for n := first; n <= last; n++ {
		from, to := UnitMonth.start(n), min(UnitMonth.start(n+1), end)
		if !r.covered(from, to, asOf) {
			continue
		}
		var count [2]float64
		for ; i < len(hits) && hits[i].day < to; i++ {
			if hits[i].hostile {
				count[1]++
			} else {
				count[0]++
			}
		}
		m.number = append(m.number, n)
		m.days = append(m.days, m.days[len(m.days)-1]+float64(to-from))
		for s := range count {
			m.sum[s] = append(m.sum[s], m.sum[s][len(m.sum[s])-1]+count[s])
		}
	}
	m.dispersion = [2]float64{1, 1}
	return m
}

// disperse sets by how much counts vary within the phases beyond chance: the
// mean of (count − expected)²/expected, at least 1. So a turn does not count
// as variation, and what comes in bursts all the time makes no turns.
func (m *months) disperse(ends []int) {
	n := len(m.number)
	for s, sum := range m.sum {
		from, squares := 0, 0.0
		for _, to := range ends {
			rate := (sum[to] - sum[from]) / (m.days[to] - m.days[from])
			for i := from; i < to && rate > 0; i++ {
				mean := rate * (m.days[i+1] - m.days[i])
				d := sum[i+1] - sum[i] - mean
				squares += d * d / mean
			}
			from = to
		}
		m.dispersion[s] = math.Max(1, squares/math.Max(1, float64(n-len(ends))))
	}
}

// fit is the highest log likelihood of the months [from, to) with one rate
// each, but for what no division changes.
func (m *months) fit(from, to int) float64 {
	f := 0.0
	for s := range m.sum {
		if n := m.sum[s][to] - m.sum[s][from]; n > 0 {
			f += n * math.Log(n/(m.days[to]-m.days[from])) / m.dispersion[s]
		}
	}
	return f
}

// partition returns where the phases of the best division end.
func (m *months) partition() []int {
	n := len(m.number)
	penalty := 1.5 * math.Log(float64(max(n, 2)))
	best, back := make([]float64, n+1), make([]int, n+1)
	best[0] = penalty
	for to := 1; to <= n; to++ {
		best[to] = math.Inf(-1)
		for from := 0; from < to; from++ {
			if f := best[from] + m.fit(from, to) - penalty; f > best[to] {
				best[to], back[to] = f, from
			}
		}
	}
	var ends []int
	for to := n; to > 0; to = back[to] {
		ends = append(ends, to)
	}
	slices.Reverse(ends)
	return ends
}

func (m *months) startOf(ends []int, k int) int {
	if k == 0 {
		return 0
	}
	return ends[k-1]
}

// sharpen moves the turns to the day, at most 45 away, that divides the two
// phases best.
func (r *Record) sharpen(list []Phase, hits []hit) {
	at := func(day schema.Day) int {
		return sort.Search(len(hits), func(i int) bool { return hits[i].day >= day })
	}
	hostile := make([]float64, len(hits)+1)
	for i, h := range hits {
		hostile[i+1] = hostile[i]
		if h.hostile {
			hostile[i+1]++
		}
	}
	fit := func(i, j int, days schema.Day) float64 {
		f := 0.0
		h := hostile[j] - hostile[i]
		for _, n := range []float64{h, float64(j-i) - h} {
			if n > 0 {
				f += n * math.Log(n/float64(days))
			}
		}
		return f
	}
	for k := 1; k < len(list); k++ {
		from, to := list[k-1].From, list[k].To
		turn := list[k].From
		i, j := at(from), at(to)
		best, day := math.Inf(-1), turn
		for d := max(turn-45, from+15); d <= min(turn+45, to-15); d++ {
			c := at(d)
			// A phase begins with an event, or ends with one.
			if (c >= len(hits) || hits[c].day != d) && (c == 0 || hits[c-1].day != d-1) {
				continue
			}
			if f := fit(i, c, d-from) + fit(c, j, to-d); f > best {
				best, day = f, d
			}
		}
		list[k-1].To, list[k].From = day, day
	}
}

// describe sets the rates and characters.
func (r *Record) describe(list []Phase, hits []hit) {
	days := float64(list[len(list)-1].To - list[0].From)
	usual := float64(len(hits)) / days * 30
	busiest := 0.0
	for k := range list {
		p := &list[k]
		var hostile, force, all float64
		for _, h := range hits {
			if !p.Contains(h.day) {
				continue
			}
			all++
			if h.hostile {
				hostile++
				if r.view.Intensity(int(h.event)) <= severe {
					force++
				}
			}
		}
		months := float64(p.To-p.From) / 30
		p.Conflict, p.Cooperation = hostile/months, (all-hostile)/months
		if all > 0 {
			p.Share = hostile / all
		}
		rate := all / months
		faint := rate < usual/4
		switch {
		case all > 0 && !faint && hostile >= all/2 && force >= all/4 && force >= 2:
			p.Character = OpenConflict
		case faint && hostile >= all/2 && hostile >= 3:
			p.Character = Tense
		case faint && busiest >= 4*rate:
			p.Character = Estranged
		case faint:
			p.Character = Distant
		case p.Share >= 1.0/3:
			p.Character = Tense
		default:
			p.Character = Cooperative
		}
		busiest = math.Max(busiest, rate)
	}
}

// turnEvents are the three strongest events of the first 45 days of a phase
// that are of the kind which has grown.
func (r *Record) turnEvents(hits []hit, before, p Phase, asOf time.Time) []EventRef {
	worse := p.Share > before.Share
	w := Window{p.From, min(p.From+45, p.To)}
	var list []found
	for _, h := range hits {
		if h.hostile == worse && w.Contains(h.day) {
			list = append(list, found{int(h.event), directions()[h.direction]})
		}
	}
	order := r.strongest(asOf)
	slices.SortFunc(list, func(a, b found) int { return cmp.Or(order(a, b), cmp.Compare(a.direction, b.direction)) })
	list = slices.CompactFunc(list, func(a, b found) bool { return a.event == b.event })
	return r.topEvents(list, 3, order, asOf)
}
