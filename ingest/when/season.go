package when

import (
	"faultline/schema"
)

// season reads "the summer of 2014", "in the winter".
func (r *reader) season(i int) (Expression, int) { return r.seasonWith(i, kOther) }

func (r *reader) seasonWith(i int, mod kind) (Expression, int) {
	m, j := int(r.toks[i].val), i+1
	year := 0
	if y := r.yearAt(j); y > 0 && r.near(j) {
		year = y
		j++
	} else if r.next(j, kOf) && r.near(j+1) && r.yearAt(j+1) > 0 {
		year = r.yearAt(j + 1)
		j += 2
	}
	if year != 0 {
		return seasonPeriod(year, m, false, "season of a year"), j - i
	}
	y, pm, _ := civil(r.published)
	switch mod {
	case kLast:
		if pm < m+3 { // it has not ended yet this year
			y--
		}
	case kPast:
		if pm < m {
			y--
		}
	case kThis:
	case kNext:
		if pm >= m {
			y++
		}
	default:
		if !r.is(i-1, kThe) || !r.near(i) || !r.is(i-2, kPreposition) && !r.is(i-2, kSince) || r.near(j) && r.is(j, kOf) {
			return Expression{}, 0
		}
		if r.future(i) {
			if pm > m+2 {
				y++
			}
		} else if pm < m {
			y--
		}
	}
	if r.published == schema.NoDay {
		return period(schema.NoDay, schema.NoDay, schema.PrecisionYear, true, "season"), j - i
	}
	return seasonPeriod(y, m, true, "season"), j - i
}

func seasonPeriod(y, m int, relative bool, reason string) Expression {
	return period(makeDay(y, m, 1), makeDay(y, m+3, 0), schema.PrecisionYear, relative, reason)
}

// quarter reads "the third quarter of 2015", "Q3 2015" and "the fourth of
// July".
func (r *reader) quarter(i int) (Expression, int) {
	t := &r.toks[i]
	if r.next(i+1, kOf) && r.near(i+2) && r.monthName(i+2) && r.is(i-1, kThe) && !t.plural {
		p := parts{m: int(r.toks[i+2].val), d: int(t.val), n: 3}
		if y := r.yearAt(i + 3); y > 0 && r.dateGap(i+3) {
			p.y, p.n = y, 4
		}
		return r.resolve(p, i), p.n
	}
	j := i + 1
	if !t.plural {
		if !r.next(j, kUnit) || r.toks[j].val != uQuarter {
			return Expression{}, 0
		}
		j++
	}
	k := j
	if r.next(k, kOf) {
		k++
	}
	year := 0
	if y := r.yearAt(k); y > 0 && r.near(k) {
		year, j = y, k+1
	} else if r.published != schema.NoDay && r.near(k) && r.near(k+1) && r.wordIs(k+1, "year") {
		py, _, _ := civil(r.published)
		switch r.toks[k].kind {
		case kLast:
			year, j = py-1, k+2
		case kThis:
			year, j = py, k+2
		case kNext:
			year, j = py+1, k+2
		}
	}
	m := 3*int(t.val) - 2
	if year != 0 {
		return seasonPeriod(year, m, false, "quarter of a year"), j - i
	}
	if r.published == schema.NoDay {
		return period(schema.NoDay, schema.NoDay, schema.PrecisionYear, true, "quarter"), j - i
	}
	y, pm, _ := civil(r.published)
	if m > pm && !r.future(i) {
		y--
	}
	return seasonPeriod(y, m, true, "quarter"), j - i
}

// the reads "the day before yesterday", "the weekend" and, at the end of a
// clause, "the day before".
func (r *reader) the(i int) (Expression, int) {
	if !r.next(i+1, kUnit) || r.toks[i+1].plural {
		return Expression{}, 0
	}
	switch r.toks[i+1].val {
	case uWeekend:
		if r.near(i+2) && r.is(i+2, kOf) {
			return Expression{}, 0
		}
		step := 0
		if r.future(i) {
			step = 1
		}
		return weekend(r.published, step, "the weekend by publication"), 2
	case uDay, uNight:
		step := 1
		switch {
		case r.next(i+2, kBefore):
			step = -1
		case !r.next(i+2, kAfter):
			return Expression{}, 0
		}
		if r.near(i + 3) {
			if r.wordIs(i+3, "yesterday") && step < 0 || r.wordIs(i+3, "tomorrow") && step > 0 {
				return onDay(add(r.published, 2*step), true, "two days from publication"), 4
			}
			return Expression{}, 0
		}
		return r.told(step), 3
	}
	return Expression{}, 0
}

// holiday reads the few feasts with a fixed day that news date acts by.
func (r *reader) holiday(i int) (Expression, int) {
	t := &r.toks[i]
	if !t.capital {
		return Expression{}, 0
	}
	p := parts{}
	switch t.val {
	case 1:
		p = parts{m: 12, d: 25, n: 1}
		if r.near(i+1) && r.wordIs(i+1, "eve") {
			p = parts{m: 12, d: 24, n: 2}
		} else if r.next(i+1, kUnit) && r.toks[i+1].val == uDay && !r.toks[i+1].plural {
			p.n = 2
		} else if r.near(i+1) && r.toks[i+1].capital {
			return Expression{}, 0 // Christmas Island
		} else if r.near(i+1) && !r.said(i) && r.is(i+1, kOther) {
			return Expression{}, 0 // a Christmas market
		}
	default:
		j := i + 2
		if !r.near(i+1) || !r.wordIs(i+1, "year") && !r.wordIs(i+1, "years") {
			return Expression{}, 0
		}
		if r.wordIs(j, "s") && r.toks[j].gap == gapApostrophe {
			j++
		}
		switch {
		case r.near(j) && r.wordIs(j, "eve"):
			p = parts{m: 12, d: 31, n: j + 1 - i}
		case r.near(j) && r.wordIs(j, "day"):
			p = parts{m: 1, d: 1, n: j + 1 - i}
		default:
			return Expression{}, 0
		}
	}
	if y := r.yearAt(i + p.n); y > 0 && r.dateGap(i+p.n) {
		p.y = y
		p.n++
	}
	return r.resolve(p, i), p.n
}

// nameOf passes over names that contain a weekday, month or season: Black
// September, Good Friday, the Arab Spring.
func (r *reader) nameOf(i int) (Expression, int) {
	if !r.toks[i].capital || !r.near(i+1) || !r.toks[i+1].capital {
		return Expression{}, 0
	}
	switch r.toks[i+1].kind {
	case kWeekday, kMonth, kSeason:
		return Expression{}, 2
	}
	return Expression{}, 0
}
