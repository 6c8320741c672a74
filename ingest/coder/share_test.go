package coder

import (
	"testing"

	"faultline/ingest/coding"
	"faultline/ingest/place"
	"faultline/schema"
)

// located is a place as a claim has it.
func located(t *testing.T, w *workbench, name string, at int) *coding.Location {
	t.Helper()
	for _, m := range w.Places.Find("in "+name, place.Options{}) {
		if p, ok := w.Places.Resolve(m, nil); ok {
			return &coding.Location{Span: coding.Span{Start: at, End: at + len(name)}, Text: name, Place: node(p)}
		}
	}
	t.Fatalf("no place %q", name)
	return nil
}

func TestShare(t *testing.T) {
	w := bench(t)
	who := func(id schema.ActorID) []coding.Mention { return []coding.Mention{{Actor: schema.Actor{ID: id}}} }
	iran, israel, syria := who("actor:iran"), who("actor:israel"), who("actor:syria")
	friday := published - 2
	aleppo, country, homs := located(t, w, "Aleppo", 40), located(t, w, "Syria", 5), located(t, w, "Homs", 1)
	sana := &coding.Mention{Span: coding.Span{Start: 30, End: 34}, Text: "SANA", Actor: schema.Actor{ID: "actor:sana"}}
	plain := coding.Claim{Type: schema.Assault, Initiators: iran, Recipients: israel, Status: schema.Asserted, Day: published, Precision: schema.PrecisionDay}
	told := plain
	told.Start, told.Day, told.Date, told.Place, told.Speaker = 20, friday, coding.Span{Start: 50, End: 56}, aleppo, sana
	change := func(c coding.Claim, f func(*coding.Claim)) coding.Claim { f(&c); return c }
	for _, tc := range []struct {
		name                  string
		claim                 coding.Claim // beside told
		dated, placed, spoken bool         // what it takes over
	}{
		{"same event", plain, true, true, true},
		{"another act of the same parties, next sentence", change(plain, func(c *coding.Claim) { c.Type = schema.Coerce }), true, false, false},
		{"another status", change(plain, func(c *coding.Claim) { c.Status = schema.Planned }), false, false, false},
		{"another initiator", change(plain, func(c *coding.Claim) { c.Initiators = syria }), false, false, false},
		{"same sentence", change(plain, func(c *coding.Claim) { c.Start = told.Start }), false, false, false},
		{"no initiator, same day", change(plain, func(c *coding.Claim) { c.Initiators, c.Day, c.Date = nil, friday, coding.Span{Start: 1, End: 7} }), false, true, true},
		{"own day", change(plain, func(c *coding.Claim) { c.Day, c.Date = friday-1, coding.Span{Start: 1, End: 7} }), false, false, false},
		{"the country around", change(plain, func(c *coding.Claim) { c.Place = country }), true, true, true},
		{"own place", change(plain, func(c *coding.Claim) { c.Place = homs }), true, false, true},
		{"own speaker", change(plain, func(c *coding.Claim) { c.Speaker = &coding.Mention{Text: "a monitor"} }), true, true, false},
	} {
		claims := []coding.Claim{tc.claim, told}
		w.share(claims)
		got := claims[0]
		if (got.Day == friday && tc.claim.Day != friday) != tc.dated {
			t.Errorf("%s: on %s", tc.name, got.Day)
		}
		placed := got.Place != nil && got.Place.Text == "Aleppo"
		if placed != tc.placed || placed && got.Place.Span != (coding.Span{}) {
			t.Errorf("%s: at %+v, takes the place: want %t", tc.name, got.Place, tc.placed)
		}
		spoken := got.Speaker != nil && got.Speaker.Text == "SANA"
		if spoken != tc.spoken || spoken && got.Speaker.Span != (coding.Span{}) {
			t.Errorf("%s: said by %+v, takes the speaker: want %t", tc.name, got.Speaker, tc.spoken)
		}
		if claims[1].Place != aleppo || claims[1].Speaker != sana || claims[1].Day != friday {
			t.Errorf("%s: the telling claim changed: %+v", tc.name, claims[1])
		}
	}
}

// TestHorizon checks that a claim is completed by one some way off, but not by
// all of a report: that would take quadratic time.
func TestHorizon(t *testing.T) {
	w := bench(t)
	who := func(id schema.ActorID) []coding.Mention { return []coding.Mention{{Actor: schema.Actor{ID: id}}} }
	plain := coding.Claim{Type: schema.Assault, Initiators: who("actor:iran"), Recipients: who("actor:israel"), Status: schema.Asserted, Day: published, Precision: schema.PrecisionDay}
	for _, tc := range []struct {
		between int
		dated   bool
	}{{0, true}, {horizon - 2, true}, {horizon, false}, {3 * horizon, false}} {
		claims := []coding.Claim{plain}
		for i := range tc.between {
			claims = append(claims, coding.Claim{Start: 1000 + i, Type: schema.Consult, Initiators: who("actor:oman"), Status: schema.Asserted, Day: published, Precision: schema.PrecisionDay})
		}
		told := plain
		told.Start, told.Day, told.Date = 9000, published-2, coding.Span{Start: 9010, End: 9016}
		claims = append(claims, told)
		w.share(claims)
		if dated := claims[0].Day == told.Day; dated != tc.dated {
			t.Errorf("dated by a claim behind %d others: %t, want %t", tc.between, dated, tc.dated)
		}
	}
}

// TestHeadlines checks that a headline is dated by the text below it.
func TestHeadlines(t *testing.T) {
	who := func(id schema.ActorID) []coding.Mention { return []coding.Mention{{Actor: schema.Actor{ID: id}}} }
	friday := published - 2
	for _, tc := range []struct {
		name   string
		change func(top, below *coding.Claim)
		want   schema.Day
	}{
		{"told again", func(_, _ *coding.Claim) {}, friday},
		{"a side left out", func(top, _ *coding.Claim) { top.Recipients = nil }, friday},
		{"another act", func(_, below *coding.Claim) { below.Type = schema.Coerce }, published},
		{"another side", func(_, below *coding.Claim) { below.Initiators = who("actor:syria") }, published},
		{"by a month", func(_, below *coding.Claim) { below.Precision = schema.PrecisionMonth }, published},
		{"not at the top", func(top, _ *coding.Claim) { top.Start = 130 }, published},
	} {
		top := coding.Claim{End: 100, Type: schema.Assault, Initiators: who("actor:iran"), Recipients: who("actor:israel"), Status: schema.Asserted, Day: published, Precision: schema.PrecisionDay}
		below := top
		below.Start, below.End, below.Day, below.Date = 160, 220, friday, coding.Span{Start: 200, End: 206}
		tc.change(&top, &below)
		claims := []coding.Claim{top, below}
		headlines(claims)
		if claims[0].Day != tc.want || claims[1].Day != friday {
			t.Errorf("%s: %s and %s, want %s and %s", tc.name, claims[0].Day, claims[1].Day, tc.want, friday)
		}
	}
}

func TestAgree(t *testing.T) {
	m := func(ids ...schema.ActorID) (list []coding.Mention) {
		for _, id := range ids {
			list = append(list, coding.Mention{Actor: schema.Actor{ID: id}})
		}
		return list
	}
	for _, tc := range []struct {
		a, b []coding.Mention
		want bool
	}{
		{nil, nil, true},
		{m("a"), nil, true},
		{m("a"), m("a"), true},
		{m("a", "b"), m("c", "b"), true},
		{m("a"), m("b"), false},
		{m(""), m(""), false}, // unknown ones are not known to be the same
	} {
		if got := agree(tc.a, tc.b); got != tc.want {
			t.Errorf("agree(%v, %v) = %t", tc.a, tc.b, got)
		}
	}
}
