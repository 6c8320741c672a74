package evaluate

import (
	"cmp"
	"slices"
	"strings"

	"faultline/schema"
)

// DocumentScore measures claims against documents.
type DocumentScore struct {
	Documents   int `json:"documents"`
	CoreEvents  int `json:"core_events"`
	Predictions int `json:"predictions"` // claims of equal type, actors and day are one

	Events Count `json:"events"`

	// On matched events that have the like:
	Date    Share `json:"date"`    // days are equal
	Place   Share `json:"place"`   // the name of one place contains the other's
	Speaker Share `json:"speaker"` // the name of one speaker contains the other's
	Status  Share `json:"status"`  // statuses are equal

	ByType []Row   `json:"by_type"`
	Errors []Error `json:"-"`
}

// Documents measures the claims. Those of reports that gold does not have are
// ignored.
func Documents(gold []Document, claims []Claim) DocumentScore {
	of := byReport(claims)
	s := DocumentScore{Documents: len(gold)}
	types := map[schema.EventType]*Count{}
	for i := range gold {
		s.document(&gold[i], events(of[gold[i].ID]), types)
	}
	for _, t := range schema.EventTypes() {
		if c := types[t]; c != nil {
			s.ByType = append(s.ByType, Row{string(t), *c})
		}
	}
	sortErrors(s.Errors)
	return s
}

// events takes claims of equal type, actors and day for one: the first.
func events(claims []*Claim) []*Claim {
	seen := map[string]bool{}
	var out []*Claim
	for _, c := range claims {
		key := string(c.Type) + "\n" + known(c.Initiators) + "\n" + known(c.Recipients) + "\n" + day(c.Date)
		if !seen[key] {
			seen[key] = true
			out = append(out, c)
		}
	}
	return out
}

func known(as []Actor) string {
	ids := make([]string, len(as))
	for i, a := range as {
		ids[i] = fold(cmp.Or(a.Actor, a.Name, a.Text))
	}
	slices.Sort(ids)
	return strings.Join(ids, "\t")
}

func day(date string) string { return date[:min(len(date), len("2006-01-02"))] }

func (s *DocumentScore) document(g *Document, claims []*Claim, types map[schema.EventType]*Count) {
	hit := make([]bool, len(g.Events))
	for _, c := range claims {
		best, right := -1, false
		for k := range g.Events {
			e := &g.Events[k]
			if !sameEvent(c, e) {
				continue
			}
			right = true
			// One claim stands for one event: the closest that is not found.
			if !hit[k] && (best < 0 || closeness(c, e) > closeness(c, &g.Events[best])) {
				best = k
			}
		}
		n := Count{Predicted: 1}
		if right {
			n.Right = 1
		} else {
			s.Errors = append(s.Errors, Error{ID: g.ID, Type: c.Type, Initiators: called(c.Initiators),
				Recipients: called(c.Recipients), Confidence: c.Confidence, Text: c.Sentence})
		}
		s.Predictions++
		s.Events.add(n)
		counted(types, c.Type).add(n)
		if best >= 0 {
			hit[best] = true
			s.details(c, &g.Events[best])
		}
	}
	for k := range g.Events {
		e := &g.Events[k]
		if !e.Core {
			continue
		}
		n := Count{Core: 1}
		if hit[k] {
			n.Found = 1
		} else {
			s.Errors = append(s.Errors, Error{Missed: true, ID: g.ID, Type: e.Type, Initiators: parties(e.Initiators),
				Recipients: parties(e.Recipients), Text: e.Evidence})
		}
		s.CoreEvents++
		s.Events.add(n)
		counted(types, e.Type).add(n)
	}
}

func (s *DocumentScore) details(c *Claim, e *Event) {
	if e.Precision == schema.PrecisionDay && e.Date != "" {
		s.Date.count(sameDate(c, e))
	}
	if e.Place != "" {
		s.Place.count(samePlace(c, e))
	}
	if e.SaidBy != "" {
		s.Speaker.count(sameSpeaker(c, e))
	}
	s.Status.count(c.Status == e.Status)
}

func sameEvent(c *Claim, e *Event) bool {
	if c.Type != e.Type {
		return false
	}
	if sameSide(c.Initiators, e.Initiators) && sameSide(c.Recipients, e.Recipients) {
		return true
	}
	return len(e.Recipients) == 0 && len(e.Initiators) > 1 && sameSide(c.Initiators, e.Initiators) &&
		(len(c.Recipients) == 0 || sameSide(c.Recipients, e.Initiators))
}

// closeness ranks the events that one claim may stand for.
func closeness(c *Claim, e *Event) (n int) {
	if sameDate(c, e) {
		n += 8
	}
	if samePlace(c, e) {
		n += 4
	}
	if sameSpeaker(c, e) {
		n += 2
	}
	if e.Core {
		n++
	}
	return n
}

func sameDate(c *Claim, e *Event) bool { return e.Date != "" && day(c.Date) == e.Date }

func samePlace(c *Claim, e *Event) bool {
	return c.Place != nil && (wordsIn(fold(c.Place.Name), fold(e.Place)) || wordsIn(fold(c.Place.Text), fold(e.Place)))
}

func sameSpeaker(c *Claim, e *Event) bool {
	return c.SaidBy != nil && (wordsIn(fold(c.SaidBy.Name), fold(e.SaidBy)) || wordsIn(fold(c.SaidBy.Text), fold(e.SaidBy)))
}

func called(as []Actor) []string {
	var out []string
	for _, a := range as {
		out = append(out, cmp.Or(a.Name, a.Text))
	}
	return out
}

func parties(ps []Party) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Name)
	}
	return out
}

// TogetherDocuments sums up the scores of several files.
func TogetherDocuments(scores []DocumentScore) DocumentScore {
	var t DocumentScore
	types := map[string]*Count{}
	for _, s := range scores {
		t.Documents += s.Documents
		t.CoreEvents += s.CoreEvents
		t.Predictions += s.Predictions
		t.Events.add(s.Events)
		t.Date.add(s.Date)
		t.Place.add(s.Place)
		t.Speaker.add(s.Speaker)
		t.Status.add(s.Status)
		for _, r := range s.ByType {
			counted(types, r.Name).add(r.Count)
		}
		t.Errors = append(t.Errors, s.Errors...)
	}
	for _, typ := range schema.EventTypes() {
		if c := types[string(typ)]; c != nil {
			t.ByType = append(t.ByType, Row{string(typ), *c})
		}
	}
	sortErrors(t.Errors)
	return t
}
