package evaluate

import (
	"encoding/json"
	"fmt"
)

// Count is what precision and recall are made of.
type Count struct {
	Right     int // claims that match an annotated event
	Predicted int // claims
	Found     int // core events that a claim matches
	Core      int // core events
}

func (c *Count) add(d Count) {
	c.Right += d.Right
	c.Predicted += d.Predicted
	c.Found += d.Found
	c.Core += d.Core
}

// Precision is the share of claims that are right, 0 without claims.
func (c Count) Precision() float64 { return ratio(c.Right, c.Predicted) }

// Recall is the share of core events that are found, 0 without events.
func (c Count) Recall() float64 { return ratio(c.Found, c.Core) }

// F1 is the harmonic mean of precision and recall, 0 if both are.
func (c Count) F1() float64 {
	p, r := c.Precision(), c.Recall()
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

// Share is how many of the cases that ask for something have it.
type Share struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}

func (s *Share) count(right bool) {
	s.Of++
	if right {
		s.Right++
	}
}

func (s *Share) add(t Share) {
	s.Right += t.Right
	s.Of += t.Of
}

// String writes the share with its numbers, "-" of nothing.
func (s Share) String() string {
	if s.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d=%.2f", s.Right, s.Of, s.Value())
}

// Value is the share, 0…1; 0 of nothing is 0.
func (s Share) Value() float64 { return ratio(s.Right, s.Of) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Row is one line of a table of counts.
type Row struct {
	Name string
	Count
}

// counts are a count with its figures, as programs want them.
type counts struct {
	Name       string   `json:"name,omitempty"`
	Confidence *float64 `json:"confidence,omitempty"`
	Right      int      `json:"right"`
	Predicted  int      `json:"predicted"`
	Found      int      `json:"found"`
	Core       int      `json:"core"`
	Precision  float64  `json:"precision"`
	Recall     float64  `json:"recall"`
	F1         float64  `json:"f1"`
}

func (c Count) figures() counts {
	return counts{Right: c.Right, Predicted: c.Predicted, Found: c.Found, Core: c.Core,
		Precision: c.Precision(), Recall: c.Recall(), F1: c.F1()}
}

// MarshalJSON adds precision, recall and F1 to the counts.
func (c Count) MarshalJSON() ([]byte, error) { return json.Marshal(c.figures()) }

// MarshalJSON adds the name to what a count has.
func (r Row) MarshalJSON() ([]byte, error) {
	f := r.figures()
	f.Name = r.Name
	return json.Marshal(f)
}

// MarshalJSON adds the confidence to what a count has.
func (p Point) MarshalJSON() ([]byte, error) {
	f := p.figures()
	f.Confidence = &p.Confidence
	return json.Marshal(f)
}
