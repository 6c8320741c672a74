package when

import (
	"faultline/schema"
)

// parts is a calendar date as written. Zero fields are not given.
type parts struct {
	y, m, d int
	to      int // last day of month of a range: July 3-5
	n       int // tokens taken
	numeric bool
	swapped parts2
}

// parts2 is the other reading of 5/6/2024.
type parts2 struct{ m, d int }

// dateGap tells whether token i is close enough to be the next part of a
// date.
func (r *reader) dateGap(i int) bool {
	if i >= len(r.toks) {
		return false
	}
	switch r.toks[i].gap {
	case gapNone, gapBlank, gapComma:
		return true
	case gapPeriod, gapDot: // Nov. 22
		t := &r.toks[i-1]
		return t.kind == kMonth && t.end-t.start <= 4
	case gapHyphen: // 22-Nov-2024
		return r.toks[i].kind == kMonth || r.toks[i-1].kind == kMonth
	}
	return false
}

// monthName tells whether token i is the name of a month, not "may".
func (r *reader) monthName(i int) bool {
	return r.is(i, kMonth) && (r.toks[i].capital || !r.toks[i].doubtful)
}

func (r *reader) dayNumber(i int) bool {
	if !r.is(i, kNumber) {
		return false
	}
	t := &r.toks[i]
	return t.val >= 1 && t.val <= 31 && t.digits <= 2 && !t.decade
}

// parseDate reads a date with day and month at token i.
func (r *reader) parseDate(i int) parts {
	switch {
	case r.is(i, kNumber):
		if p := r.parseNumeric(i); p.n > 0 {
			return p
		}
		return r.parseDayMonth(i)
	case r.monthName(i):
		return r.parseMonthDay(i)
	}
	return parts{}
}

// parseDayMonth reads "22 November 2024", "22nd of November", "3-5 May".
func (r *reader) parseDayMonth(i int) parts {
	if !r.dayNumber(i) {
		return parts{}
	}
	p := parts{d: int(r.toks[i].val)}
	j := i + 1
	// "3-5 May", "3 to 5 May", "3 and 5 May": the month stands for both.
	if k := j + 1; r.is(j, kNumber) && r.toks[j].gap == gapHyphen && r.dayNumber(j) {
		p.to, j = int(r.toks[j].val), k
	} else if (r.next(j, kTo) || r.next(j, kAnd)) && r.dayNumber(k) && r.near(k) {
		p.to, j = int(r.toks[k].val), k+1
	}
	if r.next(j, kOf) {
		j++
	}
	if !r.monthName(j) || !r.dateGap(j) || r.toks[j].gap == gapComma {
		return parts{}
	}
	p.m = int(r.toks[j].val)
	j++
	if y := r.yearAt(j); y > 0 && r.dateGap(j) {
		p.y = y
		j++
	}
	p.n = j - i
	return p.checked()
}

// parseMonthDay reads "Nov. 22, 2024", "July 3-5", "Oct 032017" (a comma and
// a blank lost).
func (r *reader) parseMonthDay(i int) parts {
	j := i + 1
	if !r.is(j, kNumber) || !r.dateGap(j) || r.toks[j].gap == gapComma {
		return parts{}
	}
	p := parts{m: int(r.toks[i].val)}
	t := &r.toks[j]
	if (t.digits == 5 || t.digits == 6) && t.val%10000 >= 1900 && t.val%10000 <= 2100 {
		p.d, p.y, p.n = int(t.val/10000), int(t.val%10000), j+1-i
		return p.checked()
	}
	if !r.dayNumber(j) {
		return parts{}
	}
	p.d = int(t.val)
	j++
	if j < len(r.toks) && r.dayNumber(j) && r.toks[j].gap == gapHyphen && int(r.toks[j].val) > p.d {
		p.to = int(r.toks[j].val)
		j++
	} else if k := j + 1; (r.next(j, kTo) || r.next(j, kAnd)) && r.near(k) && r.dayNumber(k) && int(r.toks[k].val) > p.d && !r.near(k+1) {
		p.to = int(r.toks[k].val)
		j = k + 1
	}
	if y := r.yearAt(j); y > 0 && r.dateGap(j) {
		p.y = y
		j++
	}
	p.n = j - i
	return p.checked()
}

// parseNumeric reads 2024-11-22, 22/11/2024, 11.22.2024, 13-08-2013 and
// 22/11/24.
func (r *reader) parseNumeric(i int) parts {
	if i+2 >= len(r.toks) || !r.is(i+1, kNumber) || !r.is(i+2, kNumber) {
		return parts{}
	}
	a, b, c := &r.toks[i], &r.toks[i+1], &r.toks[i+2]
	g := b.gap
	if c.gap != g || g != gapHyphen && g != gapSlash && g != gapDot || a.ordinal || b.ordinal || c.ordinal || b.digits > 2 {
		return parts{}
	}
	// A fourth part makes it a version, an address or a score.
	if i+3 < len(r.toks) && r.toks[i+3].gap == g && r.toks[i+3].kind == kNumber {
		return parts{}
	}
	p := parts{n: 3, numeric: true}
	switch {
	case a.digits == 4 && c.digits <= 2:
		p.y, p.m, p.d = int(a.val), int(b.val), int(c.val)
		if p.y < 1800 || p.y > 2100 {
			return parts{}
		}
		return p.checked()
	case a.digits <= 2 && c.digits == 4:
		p.y = int(c.val)
	case a.digits <= 2 && c.digits == 2 && g != gapHyphen && r.published != schema.NoDay:
		y, _, _ := civil(r.published)
		p.y = y - y%100 + int(c.val)
		if p.y > y+1 || p.y < y-10 { // scores and ratios
			return parts{}
		}
	default:
		return parts{}
	}
	if p.y < 1800 || p.y > 2100 {
		return parts{}
	}
	p.d, p.m = int(a.val), int(b.val)
	if p.m > 12 {
		p.d, p.m = p.m, p.d
	} else if p.d <= 12 && p.d != p.m {
		p.swapped = parts2{m: p.d, d: p.m}
	}
	return p.checked()
}

// checked drops dates that no calendar has.
func (p parts) checked() parts {
	y := p.y
	if y == 0 {
		y = 2000 // a leap year: 29 February may stand without its year
	}
	if !validDay(y, p.m, p.d) || p.to != 0 && !validDay(y, p.m, p.to) {
		return parts{}
	}
	return p
}

// date resolves a date with day and month at token i, alone or as the start
// of a range over two months ("30 April to 2 May 2015").
func (r *reader) date(i int) (Expression, int) {
	p := r.parseDate(i)
	if p.n == 0 {
		return Expression{}, 0
	}
	if p.y == 0 && r.thing(i+p.n) {
		return Expression{}, p.n // "the 17 November group", "March 14 alliance"
	}
	if p.y == 0 && r.published != schema.NoDay { // "on 3 May last year"
		if y, n := r.yearWords(i + p.n); n > 0 {
			p.y = y
			p.n += n
		}
	}
	n := p.n
	var end parts
	if j := i + n; p.to == 0 && j+1 < len(r.toks) {
		switch {
		case (r.next(j, kTo) || r.next(j, kUntil) || r.next(j, kAnd) && r.is(i-1, kBetween)) && r.near(j+1):
			if end = r.parseDate(j + 1); end.n > 0 {
				n += 1 + end.n
			}
		case r.toks[j].gap == gapHyphen && !p.numeric:
			if end = r.parseDate(j); end.n > 0 {
				n += end.n
			}
		}
	}
	if p.y == 0 {
		p.y = end.y
	}
	e := r.resolve(p, i)
	switch {
	case p.to > 0 && e.Day != schema.NoDay:
		e.Last = add(e.Day, p.to-p.d)
		e.Reason = "first day of a range"
		if e.Last < e.Day {
			e.Last = e.Day
		}
	case end.n > 0 && e.Day != schema.NoDay:
		if end.y == 0 {
			end.y, _, _ = civil(e.Day)
			if end.m < p.m {
				end.y++
			}
		}
		if last := makeDay(end.y, end.m, end.d); last >= e.Day {
			e.Last = last
		}
		e.Reason = "first day of a range"
	}
	if n > p.n || p.to > 0 {
		e.whole = true // "from 3 to 5 May" bounds the act on both sides
	}
	return e, n
}

// thing tells whether token i makes the date before it part of a name.
func (r *reader) thing(i int) bool {
	return r.near(i) && r.is(i, kThing)
}

// resolve finds the day of a date that may lack its year.
func (r *reader) resolve(p parts, i int) Expression {
	if p.y != 0 {
		d := makeDay(p.y, p.m, p.d)
		reason := "date"
		if p.swapped.m != 0 {
			// 5/6/2024: day first, unless that lies after publication and the
			// other reading does not.
			reason = "date, day before month"
			other := makeDay(p.y, p.swapped.m, p.swapped.d)
			if r.published != schema.NoDay && r.tense != TenseFuture && d > r.published+1 && other <= r.published+1 {
				d, reason = other, "date, month before day"
			}
		}
		return onDay(d, false, reason)
	}
	if r.published == schema.NoDay {
		return period(schema.NoDay, schema.NoDay, schema.PrecisionDay, true, "date without a year")
	}
	y, _, _ := civil(r.published)
	past, next := schema.NoDay, schema.NoDay
	for k := y + 1; k >= y-8 && past == schema.NoDay; k-- {
		if !validDay(k, p.m, p.d) {
			continue
		}
		d := makeDay(k, p.m, p.d)
		if d <= r.published+1 {
			past = d
		} else {
			next = d
		}
	}
	if next == schema.NoDay { // 29 February
		for k := y + 1; k <= y+8; k++ {
			if validDay(k, p.m, p.d) {
				next = makeDay(k, p.m, p.d)
				break
			}
		}
	}
	if past >= r.published && r.tense != TensePast {
		return onDay(past, true, "date of the day of publication")
	}
	if r.future(i) && (r.tense == TenseFuture || next-r.published < 300 || r.published-past > 60) {
		return onDay(next, true, "next such date, the sentence looks ahead")
	}
	// News gives the year of a date that is most of a year old; a date that
	// comes up soon needs none.
	if r.tense == TenseUnknown && !r.said(i) && !r.since(i) && next-r.published <= 45 {
		return onDay(next, true, "next such date, it is near")
	}
	return onDay(past, true, "last such date")
}

// month reads a month without a day: "in May", "May 2015", "May-June 2015".
func (r *reader) month(i int) (Expression, int) { return r.monthWith(i, kOther, false) }

// monthWith reads the month at token i after a word such as "last"; cued
// says that the words before make it a month for certain.
func (r *reader) monthWith(i int, mod kind, cued bool) (Expression, int) {
	if !r.monthName(i) {
		return Expression{}, 0
	}
	m := int(r.toks[i].val)
	j := i + 1
	last := m
	if r.monthName(j) && r.toks[j].gap == gapHyphen { // May-June
		last = int(r.toks[j].val)
		j++
	} else if (r.next(j, kTo) || r.next(j, kAnd)) && r.monthName(j+1) && r.near(j+1) && r.parseDate(j+1).n == 0 && !r.toks[j+1].doubtful {
		last = int(r.toks[j+1].val)
		j += 2
	}
	year := 0
	if y := r.yearAt(j); y > 0 && r.dateGap(j) {
		year = y
		j++
	} else if r.next(j, kOf) && r.near(j+1) && r.yearAt(j+1) > 0 {
		year = r.yearAt(j + 1)
		j += 2
	} else if y, n := r.yearWords(j); n > 0 {
		year = y
		j += n
	}
	if year == 0 && !cued && !r.monthCue(i, j) {
		return Expression{}, 0
	}
	n := j - i
	span := last - m
	if span < 0 {
		span += 12
	}
	if year != 0 {
		e := monthPeriod(year, m, false, "month and year")
		e.Last = makeDay(year, m+span+1, 0)
		return e, n
	}
	if r.published == schema.NoDay {
		return period(schema.NoDay, schema.NoDay, schema.PrecisionMonth, true, "month without a year"), n
	}
	y, pm, _ := civil(r.published)
	reason := "last such month"
	switch {
	case mod == kThis:
		reason = "month of this year"
	case mod == kNext, mod != kLast && r.future(i):
		reason = "next such month"
		if m < pm || mod == kNext && m == pm {
			y++
		}
	case mod == kLast || mod == kPast:
		// In November "last October" is the one of a year ago, or it would be
		// "last month".
		if m >= pm-1 {
			y--
		}
	case m > pm:
		y--
	}
	e := monthPeriod(y, m, true, reason)
	e.Last = makeDay(y, m+span+1, 0)
	return e, n
}

// monthCue decides whether a bare name is a month: after "in" or "since" it
// is, "the February raid" too, but not "May said" or "April Smith".
func (r *reader) monthCue(i, after int) bool {
	t := &r.toks[i]
	if !t.capital && t.doubtful {
		return false
	}
	// A capital after it makes a name: October Revolution, April Smith.
	if r.near(after) && r.toks[after].capital && r.toks[after].kind == kOther && t.doubtful {
		return false
	}
	if !r.near(i) && !(i > 0 && r.toks[i].gap == gapHyphen) {
		return !t.doubtful && i > 0 && r.toks[i].gap != gapOther && !r.next(after, kSay)
	}
	switch p := &r.toks[i-1]; p.kind {
	case kPreposition, kSince, kUntil, kEarly, kDayPart, kBetween, kOver:
		return !r.wordIs(i-1, "at") && !(r.wordIs(i-1, "for") && t.doubtful)
	case kBy, kBefore, kAfter, kTo, kOf:
		return !(t.doubtful && r.near(after) && (r.is(after, kSay) || r.toks[after].capital))
	case kAnd:
		return len(r.out) > 0 && r.out[len(r.out)-1].Precision == schema.PrecisionMonth && r.out[len(r.out)-1].End == int(r.toks[i-2].end)
	case kOn, kSay:
		return false
	case kThe, kArticle:
		return !r.wordIs(i, "may") && !r.wordIs(i, "march") && r.near(after) && !r.toks[after].capital
	default:
		if p.capital && i > 1 && p.kind == kOther { // "Theresa May", "Ansar October"
			return false
		}
	}
	return !t.doubtful
}

// ordinalDay reads "on the 22nd".
func (r *reader) ordinalDay(i int) (Expression, int) {
	t := &r.toks[i]
	if !t.ordinal || !r.dayNumber(i) || !r.is(i-1, kThe) || !r.is(i-2, kOn) && !r.is(i-2, kSince) && !r.is(i-2, kUntil) && !r.is(i-2, kWeekday) {
		return Expression{}, 0
	}
	if r.near(i + 1) { // "the 22nd battalion", "on the 10th anniversary"
		switch r.toks[i+1].kind {
		case kAnd:
			if r.is(i+2, kNumber) {
				return Expression{}, 0
			}
		case kPreposition, kTo, kBy, kAfter, kBefore, kSay, kThe, kFuture:
		default:
			return Expression{}, 0
		}
	}
	if r.published == schema.NoDay {
		return period(schema.NoDay, schema.NoDay, schema.PrecisionDay, true, "day of an unknown month"), 1
	}
	y, m, _ := civil(r.published)
	step := -1
	if r.future(i) {
		step = 1
	}
	for k := 0; k < 4; k++ {
		first := makeDay(y, m+step*k, 1)
		fy, fm, _ := civil(first)
		if d := add(first, int(t.val)-1); int(t.val) <= monthLength(fy, fm) && (step < 0 && d <= r.published || step > 0 && d >= r.published) {
			return onDay(d, true, "day of the month"), 1
		}
	}
	return Expression{}, 0
}
