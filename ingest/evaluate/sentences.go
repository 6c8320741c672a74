package evaluate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"faultline/ingest/annotation"
	"faultline/schema"
)

// SentenceScore measures claims against sentences.
type SentenceScore struct {
	Sentences   int `json:"sentences"`
	CoreItems   int `json:"core_items"`
	Predictions int `json:"predictions"`

	Full Count `json:"full"` // type and both sides
	Quad Count `json:"quad"` // class of the type and both sides
	Dyad Count `json:"dyad"` // both sides alone

	Silent  Share `json:"silent"`  // sentences without items: those that get a claim all the same
	Status  Share `json:"status"`  // claims that match fully: the status is equal
	Speaker Share `json:"speaker"` // of those whose item credits somebody: the claim credits the same
	Unasked Share `json:"unasked"` // of those whose item credits nobody: the claim credits somebody

	ByType   []Row   `json:"by_type"`   // full, in the order of the types
	BySource []Row   `json:"by_source"` // full, by name
	Curve    []Point `json:"curve"`
	Bins     []Bin   `json:"calibration"`
	Errors   []Error `json:"-"`

	judged []judgement
	hits   []float64 // for each core item the greatest confidence of a claim that finds it, −1 if none
}

// Point is a point of the precision–recall curve: only claims of at least
// this confidence count.
type Point struct {
	Confidence float64
	Count
}

// Bin compares the confidence of claims, [From, To), with how many are right.
type Bin struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	Mean float64 `json:"mean"` // confidence
	Share
}

type judgement struct {
	confidence float64
	right      bool
}

// Error is a claim that matches nothing, or a core event that no claim
// matches.
type Error struct {
	Missed     bool
	ID         string
	Type       schema.EventType
	Initiators []string
	Recipients []string
	Confidence float64 // of the claim
	Text       string  // the sentence, or the evidence
}

// String tells the error in one line.
func (e Error) String() string {
	kind := "surplus"
	if e.Missed {
		kind = "missed "
	}
	s := fmt.Sprintf("%s %s %s %s → %s", kind, e.ID, e.Type, list(e.Initiators), list(e.Recipients))
	if !e.Missed {
		s += fmt.Sprintf(" (%.2f)", e.Confidence)
	}
	return s + " | " + e.Text
}

func list(names []string) string {
	if len(names) == 0 {
		return "?"
	}
	return strings.Join(names, ", ")
}

// Sentences measures the claims. Those of reports that gold does not have
// are ignored. Sources are publishers; sentences without one count for
// source.
func Sentences(gold []annotation.Sentence, claims []Claim, source string) SentenceScore {
	of := byReport(claims)
	s := SentenceScore{Sentences: len(gold)}
	types := map[schema.EventType]*Count{}
	sources := map[string]*Count{}
	for i := range gold {
		g := &gold[i]
		found := of[g.ID]
		s.Predictions += len(found)
		full, hit := score(g, found, func(c *Claim, it *annotation.Item) bool { return c.Type == it.Type })
		quad, _ := score(g, found, func(c *Claim, it *annotation.Item) bool { return c.Type.Quad() == it.Type.Quad() })
		dyad, _ := score(g, found, func(*Claim, *annotation.Item) bool { return true })
		s.CoreItems += full.Core
		s.Full.add(full)
		s.Quad.add(quad)
		s.Dyad.add(dyad)
		name := g.Publisher
		if name == "" {
			name = source
		}
		counted(sources, name).add(full)
		if len(g.Items) == 0 {
			s.Silent.count(len(found) > 0)
		}
		s.judge(g, found, hit, types)
	}
	for _, t := range schema.EventTypes() {
		if c := types[t]; c != nil {
			s.ByType = append(s.ByType, Row{string(t), *c})
		}
	}
	for name, c := range sources {
		s.BySource = append(s.BySource, Row{name, *c})
	}
	slices.SortFunc(s.BySource, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	s.finish()
	return s
}

func counted[K comparable](m map[K]*Count, k K) *Count {
	if m[k] == nil {
		m[k] = new(Count)
	}
	return m[k]
}

func byReport(claims []Claim) map[string][]*Claim {
	of := map[string][]*Claim{}
	for i := range claims {
		of[claims[i].Report] = append(of[claims[i].Report], &claims[i])
	}
	return of
}

// score matches the claims of one sentence with its items; hit[i] lists the
// items that claim i matches.
func score(g *annotation.Sentence, claims []*Claim, same func(*Claim, *annotation.Item) bool) (n Count, hit [][]int) {
	found := make([]bool, len(g.Items))
	hit = make([][]int, len(claims))
	for i, c := range claims {
		n.Predicted++
		for k := range g.Items {
			if it := &g.Items[k]; same(c, it) && agree(g.Text, c, it) {
				hit[i] = append(hit[i], k)
				found[k] = true
			}
		}
		if len(hit[i]) > 0 {
			n.Right++
		}
	}
	for k, it := range g.Items {
		if it.Core {
			n.Core++
			if found[k] {
				n.Found++
			}
		}
	}
	return n, hit
}

// judge keeps what single claims and items tell.
func (s *SentenceScore) judge(g *annotation.Sentence, claims []*Claim, hit [][]int, types map[schema.EventType]*Count) {
	best := make([]float64, len(g.Items))
	for k := range best {
		best[k] = -1
	}
	for i, c := range claims {
		right := len(hit[i]) > 0
		s.judged = append(s.judged, judgement{c.Confidence, right})
		n := Count{Predicted: 1}
		if right {
			n.Right = 1
		}
		counted(types, c.Type).add(n)
		for _, k := range hit[i] {
			best[k] = max(best[k], c.Confidence)
		}
		if !right {
			s.Errors = append(s.Errors, Error{ID: g.ID, Type: c.Type, Initiators: texts(c.Initiators),
				Recipients: texts(c.Recipients), Confidence: c.Confidence, Text: g.Text})
			continue
		}
		// Several items may match; the kindest decides.
		s.Status.count(slices.ContainsFunc(hit[i], func(k int) bool { return g.Items[k].Status == c.Status }))
		credited, same := false, false
		for _, k := range hit[i] {
			if by := g.Items[k].SaidBy; by != "" {
				credited = true
				same = same || c.SaidBy != nil && (wordsIn(fold(c.SaidBy.Name), fold(by)) || wordsIn(fold(c.SaidBy.Text), fold(by)))
			}
		}
		if credited {
			s.Speaker.count(same)
		} else {
			s.Unasked.count(c.SaidBy != nil)
		}
	}
	for k, it := range g.Items {
		if !it.Core {
			continue
		}
		s.hits = append(s.hits, best[k])
		n := Count{Core: 1}
		if best[k] >= 0 {
			n.Found = 1
		} else {
			s.Errors = append(s.Errors, Error{Missed: true, ID: g.ID, Type: it.Type, Initiators: texts(it.Initiators),
				Recipients: texts(it.Recipients), Text: g.Text})
		}
		counted(types, it.Type).add(n)
	}
}

func texts[T Actor | annotation.Named](as []T) []string {
	var out []string
	for _, a := range as {
		out = append(out, named(a).Text)
	}
	return out
}

func named[T Actor | annotation.Named](a T) annotation.Named {
	switch a := any(a).(type) {
	case Actor:
		return annotation.Named{Text: a.Text, Name: a.Name}
	case annotation.Named:
		return a
	}
	return annotation.Named{}
}

// finish draws the curve and the bins, and sorts the errors: sure ones
// first.
func (s *SentenceScore) finish() {
	s.Curve, s.Bins = nil, nil
	for step := range 20 {
		p := Point{Confidence: float64(step) / 20}
		p.Core = len(s.hits)
		for _, j := range s.judged {
			if j.confidence >= p.Confidence {
				p.Predicted++
				if j.right {
					p.Right++
				}
			}
		}
		for _, h := range s.hits {
			if h >= p.Confidence {
				p.Found++
			}
		}
		s.Curve = append(s.Curve, p)
	}
	for n := range 10 {
		b := Bin{From: float64(n) / 10, To: float64(n+1) / 10}
		for _, j := range s.judged {
			if min(9, int(j.confidence*10+1e-9)) == n {
				b.count(j.right)
				b.Mean += j.confidence
			}
		}
		if b.Of > 0 {
			b.Mean /= float64(b.Of)
			s.Bins = append(s.Bins, b)
		}
	}
	sortErrors(s.Errors)
}

func sortErrors(errs []Error) {
	slices.SortStableFunc(errs, func(a, b Error) int {
		if a.Missed != b.Missed {
			if b.Missed {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Confidence, a.Confidence)
	})
}

// Miscalibration is the mean distance between confidence and share right over
// the bins, weighted by their claims (expected calibration error), 0…1.
func (s SentenceScore) Miscalibration() float64 {
	sum, n := 0.0, 0
	for _, b := range s.Bins {
		d := b.Mean - b.Value()
		sum += max(d, -d) * float64(b.Of)
		n += b.Of
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// Together sums up the scores of several files.
func Together(scores []SentenceScore) SentenceScore {
	var t SentenceScore
	types, sources := map[string]*Count{}, map[string]*Count{}
	for _, s := range scores {
		t.Sentences += s.Sentences
		t.CoreItems += s.CoreItems
		t.Predictions += s.Predictions
		t.Full.add(s.Full)
		t.Quad.add(s.Quad)
		t.Dyad.add(s.Dyad)
		t.Silent.add(s.Silent)
		t.Status.add(s.Status)
		t.Speaker.add(s.Speaker)
		t.Unasked.add(s.Unasked)
		for _, r := range s.ByType {
			counted(types, r.Name).add(r.Count)
		}
		for _, r := range s.BySource {
			counted(sources, r.Name).add(r.Count)
		}
		t.Errors = append(t.Errors, s.Errors...)
		t.judged = append(t.judged, s.judged...)
		t.hits = append(t.hits, s.hits...)
	}
	for _, typ := range schema.EventTypes() {
		if c := types[string(typ)]; c != nil {
			t.ByType = append(t.ByType, Row{string(typ), *c})
		}
	}
	for name, c := range sources {
		t.BySource = append(t.BySource, Row{name, *c})
	}
	slices.SortFunc(t.BySource, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	t.finish()
	return t
}
