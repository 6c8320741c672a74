package coder

import (
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/place"
	"faultline/schema"
)

// share completes claims of one event by each other: a report that tells an
// act twice often says only once where it was, or who says so.
func (c *coder) share(claims []coding.Claim) {
	for i := range claims {
		a := &claims[i]
		if a.Date != (coding.Span{}) || len(a.Initiators) == 0 || len(a.Recipients) == 0 {
			continue
		}
		for j := range around(claims, i) {
			b := &claims[j]
			if b.Date == (coding.Span{}) || b.Type != a.Type || b.Status != a.Status || b.Precision != schema.PrecisionDay || a.Start == b.Start {
				continue
			}
			if len(b.Initiators) > 0 && len(b.Recipients) > 0 && agree(a.Initiators, b.Initiators) && agree(a.Recipients, b.Recipients) {
				a.Day, a.Precision = b.Day, b.Precision
				a.Reason += "; dated as in another sentence on the same event"
				break
			}
		}
	}
	headlines(claims)
	c.neighbours(claims)
	for i := range claims {
		settled := false // in a quarter
		for j := range around(claims, i) {
			if i == j || !sameEvent(&claims[i], &claims[j]) {
				continue
			}
			a, b := &claims[i], &claims[j]
			if b.Place != nil && b.Place.End > b.Place.Start && !settled && (len(a.Initiators) > 0 && len(b.Initiators) > 0 || b.Start-a.End < 2*nearby && a.Start-b.End < 2*nearby) {
				if settled = a.Place != nil && c.quarterOf(a, b); settled || a.Place == nil || c.finer(b.Place, a.Place) && c.vague(a.Place) {
					a.Place = elsewhere(b.Place)
				}
			}
			if a.Speaker == nil && b.Speaker != nil && b.Speaker.Actor.ID != "" {
				m := *b.Speaker
				m.Span = coding.Span{}
				a.Speaker = &m
				a.Reason += "; said by " + m.Text + ", as another sentence on the same event says"
			}
		}
	}
}

// headlines dates claims at the top of a report, where no day is told, by the
// sentences that tell the same again.
func headlines(claims []coding.Claim) {
	const top = 120 // bytes
	for i := range claims {
		a := &claims[i]
		if a.Start >= top {
			return
		}
		if a.Date != (coding.Span{}) || a.Status != schema.Asserted {
			continue
		}
		for j := i + 1; j < len(claims) && claims[j].Start-a.End < 2*nearby; j++ {
			b := &claims[j]
			if b.Start != a.Start && b.Type == a.Type && b.Status == a.Status && b.Date != (coding.Span{}) && b.Precision == schema.PrecisionDay &&
				b.Day <= a.Day && b.Day > a.Day-7 && agree(a.Initiators, b.Initiators) && agree(a.Recipients, b.Recipients) {
				a.Day, a.Precision = b.Day, b.Precision
				a.Reason += "; dated as the sentence that tells more of it"
				break
			}
		}
	}
}

// neighbours dates claims that have no date of their own by what the sentence
// before or after tells of the same two parties: who met on Friday made his
// demand on Friday.
func (c *coder) neighbours(claims []coding.Claim) {
	order := map[int]int{} // sentences by where they begin
	for i := range claims {
		if _, ok := order[claims[i].Start]; !ok {
			order[claims[i].Start] = len(order)
		}
	}
	for i := range claims {
		a := &claims[i]
		if a.Date != (coding.Span{}) || a.Status != schema.Asserted || len(a.Initiators) == 0 || len(a.Recipients) == 0 {
			continue
		}
		if b := before(claims, i, order); b != nil {
			a.Day, a.Precision = b.Day, b.Precision
			a.Reason += "; dated as what the same side said before"
			continue
		}
		for j := range around(claims, i) {
			b := &claims[j]
			if d := order[a.Start] - order[b.Start]; d != 1 && d != -1 || b.Date == (coding.Span{}) ||
				b.Status != schema.Asserted || b.Precision != schema.PrecisionDay {
				continue
			}
			if kin(a.Initiators, b.Initiators) && kin(a.Recipients, b.Recipients) {
				a.Day, a.Precision = b.Day, b.Precision
				a.Reason += "; dated as the neighbouring sentence on the same parties"
				break
			}
		}
	}
}

// before is a dated act of speech of the same side in the sentence before: who
// condemns on Friday and then also calls for talks does both on Friday.
func before(claims []coding.Claim, i int, order map[int]int) *coding.Claim {
	a := &claims[i]
	if !verbal(a.Type) {
		return nil
	}
	for j := max(0, i-horizon); j < i; j++ {
		b := &claims[j]
		if order[a.Start]-order[b.Start] == 1 && verbal(b.Type) && b.Date != (coding.Span{}) && b.Status == schema.Asserted &&
			b.Precision == schema.PrecisionDay && kin(a.Initiators, b.Initiators) {
			return b
		}
	}
	return nil
}

func verbal(t schema.EventType) bool {
	switch t {
	case schema.Accuse, schema.Request, schema.Reject, schema.Threaten, schema.Support:
		return true
	}
	return false
}

// kin reports whether somebody of a is, or is part of, somebody of b, or the
// other way round.
func kin(a, b []coding.Mention) bool {
	for _, m := range a {
		for _, o := range b {
			if m.Actor.ID != "" && (m.Actor.ID == o.Actor.ID ||
				slices.Contains(m.Actor.PartOf, o.Actor.ID) || slices.Contains(o.Actor.PartOf, m.Actor.ID)) {
				return true
			}
		}
	}
	return false
}

// vague reports whether a place is more than a town, or not of the sentence
// itself.
func (c *coder) vague(l *coding.Location) bool {
	if l.End == l.Start {
		return true
	}
	p, listed := c.Places.Place(l.Place.ID)
	return listed && breadth(p.Kind) > 1
}

// quarterOf reports whether b, which comes later, tells the quarter of the town
// where a was: reports begin with the town.
func (c *coder) quarterOf(a, b *coding.Claim) bool {
	if a.Start > b.Start || !scenic(a.Type) || b.Place.Place.Within != a.Place.Place.ID {
		return false
	}
	p, listed := c.Places.Place(a.Place.Place.ID)
	return listed && p.Kind == place.Town
}

// elsewhere is a place that another sentence tells: its words are not in this
// one, and a noun that points back, "the city", means nothing here.
func elsewhere(at *coding.Location) *coding.Location {
	l := *at
	l.Span = coding.Span{}
	if l.Text == strings.ToLower(l.Text) {
		l.Text = l.Place.Name
	}
	return &l
}

// finer reports whether place a leaves less open than b, within one country.
func (c *coder) finer(a, b *coding.Location) bool {
	p, known := c.Places.Place(a.Place.ID)
	q, listed := c.Places.Place(b.Place.ID)
	switch {
	case !listed || b.Place.Within == a.Place.ID:
		return false
	case !known || a.Place.Within == b.Place.ID:
		return a.Place.Country == b.Place.Country
	}
	return p.Country == q.Country && breadth(p.Kind) < breadth(q.Kind) && (q.Kind != place.Province || c.inside(p, q))
}

// inside reports whether p lies in q, as far as it is known where p lies.
func (c *coder) inside(p, q place.Place) bool {
	const most = 4 // a quarter, its town, its district, its province
	for range most {
		if p.Within == "" || p.Within == q.ID {
			return true
		}
		around, ok := c.Places.Place(p.Within)
		if !ok || around.Kind == place.Country {
			return false
		}
		p = around
	}
	return false
}

// sameEvent reports whether two claims tell of one event: type, day and
// status are equal, and so are the initiators, or one of them does not name
// any.
func sameEvent(a, b *coding.Claim) bool {
	if a.Type != b.Type || a.Day != b.Day || a.Status != b.Status || a.Start == b.Start {
		return false
	}
	return agree(a.Initiators, b.Initiators) && agree(a.Recipients, b.Recipients) &&
		(len(a.Initiators) > 0 && len(b.Initiators) > 0 || len(a.Recipients) > 0 && len(b.Recipients) > 0)
}

func agree(a, b []coding.Mention) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	return slices.ContainsFunc(a, func(m coding.Mention) bool {
		return slices.ContainsFunc(b, func(o coding.Mention) bool { return m.Actor.ID != "" && m.Actor.ID == o.Actor.ID })
	}) || kin(a, b)
}
