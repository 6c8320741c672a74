package when

import (
	"faultline/schema"
)

// yearAt reads a year of four digits at token i, 0 when it is none. A round
// number before people or rockets counts those.
func (r *reader) yearAt(i int) int {
	if i >= len(r.toks) {
		return 0
	}
	t := &r.toks[i]
	if t.kind != kNumber || t.digits != 4 || t.ordinal || t.decade || t.val < 1800 || t.val > 2100 {
		return 0
	}
	if t.val%100 == 0 && r.near(i+1) && r.counts(i+1) {
		return 0
	}
	if i+1 < len(r.toks) && (r.toks[i+1].gap == gapColon || r.toks[i+1].gap == gapDot && r.toks[i+1].kind == kNumber) {
		return 0
	}
	return int(t.val)
}

// counts tells whether token i is a noun that numbers count. One with a
// capital starts a headline: "12 July 2016 Rebels advance".
func (r *reader) counts(i int) bool {
	return r.is(i, kCounted) && !r.toks[i].capital
}

// yearWords reads "last year", "of this year" at token i.
func (r *reader) yearWords(i int) (year, n int) {
	j := i
	if r.next(j, kOf) {
		j++
	}
	if r.published == schema.NoDay || !r.near(j) || !r.near(j+1) || !r.wordIs(j+1, "year") {
		return 0, 0
	}
	y, _, _ := civil(r.published)
	switch r.toks[j].kind {
	case kLast:
		return y - 1, j + 2 - i
	case kThis:
		return y, j + 2 - i
	case kNext:
		return y + 1, j + 2 - i
	}
	return 0, 0
}

// year reads a year, a range of years or a decade at token i.
func (r *reader) year(i int) (Expression, int) { return r.yearWith(i, false) }

func (r *reader) yearWith(i int, cued bool) (Expression, int) {
	t := &r.toks[i]
	if t.decade {
		y := int(t.val)
		switch {
		case t.digits == 2 && y%10 == 0 && i > 0 && t.gap == gapApostrophe:
			y += 1900
		case t.digits == 4 && y%10 == 0 && y >= 1800 && y <= 2090:
		default:
			return Expression{}, 0
		}
		return period(makeDay(y, 1, 1), makeDay(y+9, 12, 31), schema.PrecisionUnknown, false, "decade"), 1
	}
	y := r.yearAt(i)
	if y == 0 {
		return Expression{}, 0
	}
	if r.published != schema.NoDay {
		if py, _, _ := civil(r.published); y > py+30 {
			return Expression{}, 0
		}
	}
	named := false
	if !cued {
		if i == 0 || !r.near(i) {
			return Expression{}, 0
		}
		switch p := &r.toks[i-1]; p.kind {
		case kPreposition:
			if r.wordIs(i-1, "at") || r.wordIs(i-1, "for") && r.near(i+1) && !r.toks[i+1].capital && r.is(i+1, kOther) {
				return Expression{}, 0
			}
		case kUntil, kBy, kBefore, kAfter, kBetween, kOf:
			if r.near(i+1) && r.counts(i+1) {
				return Expression{}, 0
			}
		case kSince, kEarly:
		case kThe, kArticle:
			named = true // "the 2006 war"
		case kUnit:
			if p.val != uYear || p.plural {
				return Expression{}, 0
			}
		case kThis: // "this 2015"
			return Expression{}, 0
		default:
			if !r.wordIs(i-1, "s") || r.toks[i-1].gap != gapApostrophe {
				return Expression{}, 0
			}
			named = true // "Israel's 2006 war"
		}
	}
	last, n := y, 1
	if j := i + 1; j < len(r.toks) && r.is(j, kNumber) && r.toks[j].gap == gapHyphen {
		switch u := &r.toks[j]; {
		case u.digits == 4 && int(u.val) > y && u.val <= 2100:
			last, n = int(u.val), 2
		case u.digits == 2 && y-y%100+int(u.val) > y:
			last, n = y-y%100+int(u.val), 2
		}
	} else if (r.next(j, kTo) || r.next(j, kUntil) || r.next(j, kAnd) && r.is(i-1, kBetween)) && r.near(j+1) && r.yearAt(j+1) > y {
		last, n = r.yearAt(j+1), 3
	}
	if named && !r.near(i+n) {
		return Expression{}, 0
	}
	e := period(makeDay(y, 1, 1), makeDay(last, 12, 31), schema.PrecisionYear, false, "year")
	e.Named, e.whole = named, n > 1
	return e, n
}
