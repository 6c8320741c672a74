package when

import (
	"faultline/schema"
)

// partOfDay returns how many tokens at i name a part of the day.
func (r *reader) partOfDay(i int) int {
	if r.near(i) && (r.is(i, kDayPart) || r.is(i, kUnit) && r.toks[i].val == uNight) {
		return 1
	}
	return 0
}

// weekday reads "Friday", "Tuesday night", "Thu Sep 5 2013", "Monday last
// week".
func (r *reader) weekday(i int) (Expression, int) { return r.weekdayWith(i, kOther) }

func (r *reader) weekdayWith(i int, mod kind) (Expression, int) {
	t := &r.toks[i]
	// A date beside it decides: "Tuesday 31 May 2016", "Friday, November 22".
	if t.capital && mod == kOther {
		j := i + 1
		if r.next(j, kThe) {
			j++
		}
		if j < len(r.toks) && (r.near(j) || r.toks[j].gap == gapComma || r.toks[j].gap == gapPeriod && t.kind == kShortDay) {
			if p := r.parseDate(j); p.n > 0 && p.to == 0 && !r.thing(j+p.n) {
				e := r.resolve(p, i)
				if p.y == 0 {
					e = r.withWeekday(e, p, int(t.val))
				}
				return e, j + p.n - i
			}
		}
	}
	if t.kind == kShortDay {
		return Expression{}, 0
	}
	if t.plural && (r.is(i-1, kOn) || !r.near(i+1)) { // "on Fridays": a habit
		return Expression{}, 0
	}
	if t.capital && r.near(i+1) && r.is(i+1, kPaper) && r.toks[i+1].capital { // the Sunday Times
		return Expression{}, 2
	}
	if r.is(i-1, kOn) && r.near(i) && r.is(i-2, kPaper) && r.toks[i-2].capital { // Mail on Sunday
		return Expression{}, 1
	}
	n := 1 + r.partOfDay(i+1)
	if r.published == schema.NoDay {
		return period(schema.NoDay, schema.NoDay, schema.PrecisionDay, true, "weekday"), n
	}
	back := (weekdayOf(r.published) - int(t.val) + 7) % 7 // days since the last one
	// "Monday last week", "Friday of next week"
	k := i + n
	if r.next(k, kOf) {
		k++
	}
	if r.near(k) && r.wordIs(k+1, "week") && r.near(k+1) {
		monday := add(weekStart(r.published), int(t.val))
		switch r.toks[k].kind {
		case kLast:
			return onDay(add(monday, -7), true, "weekday of last week"), k + 2 - i
		case kNext:
			return onDay(add(monday, 7), true, "weekday of next week"), k + 2 - i
		case kThis:
			return onDay(monday, true, "weekday of this week"), k + 2 - i
		}
	}
	day, reason := add(r.published, -back), "last such weekday"
	ahead := (7 - back) % 7
	switch mod {
	case kLast, kPast, kPrevious:
		if back == 0 {
			day = add(day, -7)
		}
	case kNext:
		if ahead == 0 {
			ahead = 7
		}
		day, reason = add(r.published, ahead), "next such weekday"
	case kThis:
		if r.tense == TenseFuture || r.ahead && r.tense != TensePast || r.tense == TenseUnknown && back > 2 {
			day, reason = add(r.published, ahead), "coming such weekday"
		}
	case kFollowing:
		if r.anchor != schema.NoDay {
			d := (int(t.val) - weekdayOf(r.anchor) + 7) % 7
			if d == 0 {
				d = 7
			}
			day, reason = add(r.anchor, d), "such weekday after the day told"
		}
	default:
		if r.future(i) {
			day, reason = add(r.published, ahead), "next such weekday, the sentence looks ahead"
		}
	}
	e := onDay(day, true, reason)
	e.Anaphoric = mod == kFollowing
	return e, n
}

// withWeekday corrects the guessed year of a date by its weekday: the nearest
// year in which it fits, if it is not far.
func (r *reader) withWeekday(e Expression, p parts, weekday int) Expression {
	if e.Day == schema.NoDay || weekdayOf(e.Day) == weekday {
		return e
	}
	y, _, _ := civil(r.published)
	best := schema.NoDay
	for k := y - 6; k <= y+1; k++ {
		if !validDay(k, p.m, p.d) {
			continue
		}
		d := makeDay(k, p.m, p.d)
		if weekdayOf(d) == weekday && (best == schema.NoDay || distance(d, r.published) < distance(best, r.published)) {
			best = d
		}
	}
	if best == schema.NoDay {
		return e
	}
	return onDay(best, true, "date in the year in which its weekday fits")
}

func distance(a, b schema.Day) schema.Day {
	if a < b {
		return b - a
	}
	return a - b
}

// modified reads what follows "early", "late", "mid-", "the end of",
// "earlier": they take no part in the day.
func (r *reader) modified(i int) (Expression, int) {
	j := i + 1
	if j >= len(r.toks) || !r.near(j) && r.toks[j].gap != gapHyphen {
		return Expression{}, 0
	}
	if t := &r.toks[i]; t.kind == kEarly && t.val == 1 && !r.next(j, kOf) { // "talks start on Monday"
		return Expression{}, 0
	}
	of := false
	for k := 0; k < 2 && j < len(r.toks); k++ {
		if r.is(j, kOf) || r.is(j, kOn) || r.is(j, kThe) || r.wordIs(j, "in") {
			of = true
			j++
		}
	}
	if j >= len(r.toks) || of && !r.near(j) {
		return Expression{}, 0
	}
	var e Expression
	n := 0
	switch r.toks[j].kind {
	case kWeekday:
		e, n = r.weekday(j)
	case kMonth:
		if e, n = r.date(j); n == 0 {
			e, n = r.monthWith(j, kOther, true)
		}
	case kNumber:
		e, n = r.yearWith(j, true)
	case kDayWord:
		e, n = r.dayWord(j)
	case kLast, kThis, kNext, kPast, kPrevious, kFollowing, kSame:
		e, n = r.deictic(j)
	case kSeason:
		e, n = r.season(j)
	case kUnit: // "earlier in the day", "later in the week"
		if (r.is(i, kEarlier) || r.is(i, kLater)) && r.is(j-1, kThe) && !r.toks[j].plural {
			switch r.toks[j].val {
			case uDay:
				day := r.anchor
				if r.published != schema.NoDay && day < r.published-7 { // that was history; news has its own day
					day = r.published
				}
				e, n = onDay(day, true, "part of the day told"), 1
				e.Anaphoric = true
			case uWeek:
				e, n = week(r.published, true, "part of this week"), 1
			case uMonth:
				e, n = monthsFrom(r.published, 0, "part of this month"), 1
			case uYear:
				e, n = yearsFrom(r.published, 0, "part of this year"), 1
			}
		}
	}
	if n == 0 || e.Precision == "" {
		return Expression{}, 0
	}
	if e.Day != schema.NoDay && r.published != schema.NoDay && e.Day <= r.published && r.published < e.Last {
		switch r.toks[i].kind {
		case kEarlier:
			e.Last = r.published
		}
	}
	return e, j - i + n
}

// deictic reads expressions that start with "last", "this", "next", "past",
// "the following", "recent".
func (r *reader) deictic(i int) (Expression, int) {
	mod, j := r.toks[i].kind, i+1
	if j >= len(r.toks) || !r.near(j) {
		return Expression{}, 0
	}
	t := &r.toks[j]
	switch t.kind {
	case kWeekday:
		switch mod {
		case kFollowing:
			if !r.is(i-1, kThe) { // "following Tuesday's raid": after it
				return Expression{}, 0
			}
		case kSame, kRecent: // "said that Friday"
			return Expression{}, 0
		}
		e, n := r.weekdayWith(j, mod)
		return taken(e, n)
	case kMonth:
		if mod != kLast && mod != kPast && mod != kThis && mod != kNext {
			return Expression{}, 0
		}
		if e, n := r.date(j); n > 0 {
			return taken(e, n)
		}
		return taken(r.monthWith(j, mod, true))
	case kSeason:
		return taken(r.seasonWith(j, mod))
	case kDayPart:
		return r.partOf(mod, 2)
	case kUnit:
		// "last weeks raid" has lost its apostrophe.
		if t.val == uQuarter && r.is(i-1, kThe) {
			return Expression{}, 0 // "the last quarter held by the rebels" is one of a town
		}
		possessive := (mod == kLast || r.wordIs(i, "next")) && r.next(j+1, kOther)
		if t.plural && !possessive {
			return r.span(i, mod, t.val, 0, 2)
		}
		return r.unit(i, mod, t.val)
	case kCount, kNumber:
		n := int(t.val)
		k := j + 1
		if t.kind == kNumber && (t.digits > 3 || t.ordinal || t.decade) {
			return Expression{}, 0
		}
		if r.wordIs(j, "couple") && r.next(k, kOf) {
			k++
		}
		if r.next(k, kUnit) && (r.toks[k].plural || n == 1) {
			return r.span(i, mod, r.toks[k].val, n, k+1-i)
		}
	}
	return Expression{}, 0
}

// taken adds the word before an expression to it.
func taken(e Expression, n int) (Expression, int) {
	if n == 0 {
		return e, 0
	}
	return e, n + 1
}

// partOf reads "last night", "this morning", "the next evening".
func (r *reader) partOf(mod kind, n int) (Expression, int) {
	switch mod {
	case kLast:
		return onDay(add(r.published, -1), true, "the night before publication"), n
	case kThis:
		return onDay(r.published, true, "part of the day of publication"), n
	case kNext, kFollowing:
		return r.told(1), n
	case kPrevious:
		return r.told(-1), n
	case kSame:
		return r.told(0), n
	}
	return Expression{}, 0
}

// told is the day n days after the one told before.
func (r *reader) told(n int) Expression {
	e := onDay(add(r.anchor, n), true, "counted from the day told")
	e.Anaphoric = true
	return e
}

// unit reads a unit in the singular after a word such as "last".
func (r *reader) unit(i int, mod kind, unit int32) (Expression, int) {
	const n = 2
	switch unit {
	case uNight:
		return r.partOf(mod, n)
	case uMinute, uHour:
		if mod == kPast {
			return onDay(r.published, true, "past hour"), n
		}
		return Expression{}, 0
	case uDay:
		switch mod {
		case kPast:
			e := onDay(add(r.published, -1), true, "past day")
			e.Role = RoleOver
			return e, n
		case kPrevious:
			return r.told(-1), n
		case kNext, kFollowing:
			if r.is(i-1, kThe) {
				return r.told(1), n
			}
		case kSame:
			return r.told(0), n
		}
		return Expression{}, 0
	}
	step, from, anaphoric, reason := 0, r.published, false, ""
	switch mod {
	case kLast:
		step, reason = -1, "last"
	case kPast:
		e := unitsFrom(r.published, unit, -1, "up to publication")
		e.Last, e.Role = r.published, RoleOver
		return e, n
	case kThis:
		reason = "this"
	case kNext:
		step, reason = 1, "next"
		if r.is(i-1, kThe) && r.tense == TensePast {
			from, anaphoric = r.anchor, true
		}
	case kPrevious:
		step, from, anaphoric, reason = -1, r.anchor, true, "before the one told"
	case kFollowing:
		if !r.is(i-1, kThe) {
			return Expression{}, 0
		}
		step, from, anaphoric, reason = 1, r.anchor, true, "after the one told"
	case kSame:
		from, anaphoric, reason = r.anchor, true, "the one told"
	default:
		return Expression{}, 0
	}
	e := unitsFrom(from, unit, step, reason)
	if unit == uWeekend {
		e = weekend(from, step, reason)
	}
	e.Anaphoric = anaphoric
	return e, n
}

// weekend is the weekend step weeks from d; the one of d itself is the last
// one before it, unless d is near the end of its week.
func weekend(d schema.Day, step int, reason string) Expression {
	if d == schema.NoDay {
		return period(d, d, schema.PrecisionWeek, true, reason)
	}
	sat := weekStart(d) + 5
	if step <= 0 && sat > d && weekdayOf(d) < 3 || step < 0 {
		sat -= 7
	}
	if step > 0 && sat <= d {
		sat += 7
	}
	return period(sat, sat+1, schema.PrecisionWeek, true, reason)
}

// span reads a number of units after "last", "past", "next", "recent": any
// time between publication and the far end. n = 0 stands for a few.
func (r *reader) span(i int, mod kind, unit int32, n, took int) (Expression, int) {
	few := n == 0
	if few {
		n = 3
	}
	switch mod {
	case kLast, kPast, kRecent, kPrevious:
		if r.published == schema.NoDay {
			return period(schema.NoDay, schema.NoDay, schema.PrecisionUnknown, true, "up to publication"), took
		}
		e := unitsFrom(r.published, unit, -n, "up to publication")
		if unit == uHour && n <= 24 {
			e.Day = r.published // the day that is the news
		}
		if unit == uDay && n > 1 || unit == uHour && n > 24 {
			e.Day, e.Precision = weekStart(e.Day), schema.PrecisionWeek
		}
		if unit == uWeek && (few || n > 1) {
			e = monthsFrom(add(r.published, -7*n), 0, "up to publication")
		}
		if unit == uMonth && (few || n > 1) {
			y, _, _ := civil(e.Day)
			e = yearPeriod(y, true, "up to publication")
		}
		if unit == uYear || unit == uDecade {
			e.Precision = schema.PrecisionUnknown
		}
		e.Last, e.Role = r.published, RoleOver
		return e, took
	case kNext, kThis:
		if mod == kThis || few && !r.is(i-1, kThe) && !r.is(i-1, kPreposition) && !r.is(i-1, kOver) {
			return Expression{}, 0
		}
		e := unitsFrom(r.published, unit, n, "from publication on")
		if e.Day != schema.NoDay {
			e.Day = r.published
			switch unit {
			case uMonth:
				e.Day = monthsFrom(r.published, 0, "").Day
			case uYear:
				e.Day = yearsFrom(r.published, 0, "").Day
			case uWeek, uDay:
				e.Day, e.Precision = weekStart(r.published), schema.PrecisionWeek
			}
		}
		return e, took
	}
	return Expression{}, 0
}

// dayWord reads "today", "yesterday evening", "tomorrow", "overnight",
// "overnight into Thursday".
func (r *reader) dayWord(i int) (Expression, int) {
	t := &r.toks[i]
	if t.kind == kNight {
		j := i + 1
		if r.next(j, kOn) || r.next(j, kTo) {
			j++
		}
		if r.next(j, kWeekday) && !r.toks[j].plural {
			if e, n := r.weekday(j); n > 0 && e.Precision == schema.PrecisionDay {
				e.Reason = "night of a weekday"
				return e, j - i + n
			}
		}
		return onDay(r.published, true, "the night before publication"), 1
	}
	if t.capital && r.near(i) && r.toks[i-1].capital { // USA Today, The Tonight Show
		return Expression{}, 1
	}
	return onDay(add(r.published, int(t.val)), true, r.word(i)), 1 + r.partOfDay(i+1)
}

// recently stands for the month that lies two weeks back.
func (r *reader) recently() (Expression, int) {
	if r.published == schema.NoDay {
		return period(schema.NoDay, schema.NoDay, schema.PrecisionMonth, true, "recently"), 1
	}
	e := monthsFrom(add(r.published, -14), 0, "recently")
	e.Last, e.Role = r.published, RoleOver
	return e, 1
}

// quantity reads "two days ago", "a few weeks earlier", "10 hours later".
func (r *reader) quantity(i int) (Expression, int) {
	t := &r.toks[i]
	if t.kind == kNumber && (t.digits > 3 || t.ordinal || t.decade || t.val == 0) {
		return Expression{}, 0
	}
	n, j := int(t.val), i+1
	if t.kind == kArticle && r.next(j, kCount) { // a few, a couple
		n = int(r.toks[j].val)
		j++
	}
	if r.wordIs(j-1, "couple") && r.next(j, kOf) {
		j++
	}
	if !r.next(j, kUnit) {
		return Expression{}, 0
	}
	return r.shifted(i, j, n)
}

// bareUnits reads "days earlier", "hours later", "years ago".
func (r *reader) bareUnits(i int) (Expression, int) { return r.shifted(i, i, 0) }

// shifted reads the word after the unit at token j that says from where and
// in which direction the units count. n = 0 stands for a few.
func (r *reader) shifted(i, j, n int) (Expression, int) {
	unit, k := r.toks[j].val, j+1
	if !r.near(k) {
		return Expression{}, 0
	}
	from, step := r.anchor, -1
	switch r.toks[k].kind {
	case kAgo:
		from = r.published
	case kEarlier:
	case kLater:
		step = 1
	case kBefore, kAfter: // "two days before" an event is not known here
		if k+1 < len(r.toks) && r.near(k+1) || i == j {
			return Expression{}, 0
		}
		if r.is(k, kAfter) {
			step = 1
		}
	default:
		return Expression{}, 0
	}
	few := n == 0
	if few {
		n = 3
	}
	e := unitsFrom(from, unit, step*n, "units from publication")
	if few && e.Day != schema.NoDay {
		switch unit { // one step less exact than the unit
		case uDay, uNight:
			e = week(e.Day, true, "a few days")
		case uWeek, uWeekend:
			e = monthsFrom(add(from, step*7*n), 0, "a few weeks")
		case uMonth:
			e = yearsFrom(e.Day, 0, "a few months")
		case uYear:
			e.Precision = schema.PrecisionUnknown
		}
	}
	if r.toks[k].kind != kAgo {
		e.Anaphoric = true
		e.Reason = "units from the day told"
	}
	return e, k + 1 - i
}
