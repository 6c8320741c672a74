package evaluate

// Count is what precision and recall are made of.
type Count struct {
	Right     int `json:"right"`     // claims that match an annotated event
	Predicted int `json:"predicted"` // claims
	Found     int `json:"found"`     // core events that a claim matches
	Core      int `json:"core"`      // core events
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
	Name string `json:"name"`
	Count
}
