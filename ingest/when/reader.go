package when

import (
	"faultline/schema"
)

// reader walks over the tokens of one text.
type reader struct {
	text      string
	toks      []token
	published schema.Day
	anchor    schema.Day // last day told, publication at first
	tense     Tense
	ahead     bool // the clause looks ahead: "will", "scheduled"
	out       []Expression
	asked     bool // whether gaza has been found out
	gaza      bool
}

// follow keeps track of whether the clause at token i looks ahead. A verb of
// speech starts a new view: "will leave, officials said on Friday".
func (r *reader) follow(i int) {
	switch t := &r.toks[i]; t.kind {
	case kSay:
		r.ahead = false
	case kFuture:
		switch {
		case t.val == futureSet: // set a date, set to meet
			r.ahead = r.ahead || r.next(i+1, kTo)
		case t.val == futureDue && r.next(i+1, kTo): // due to meet, due to the rain
			r.ahead = r.ahead || r.near(i+2) && r.is(i+2, kOther) && !r.toks[i+2].capital && dueTo[r.word(i+2)]
		default:
			r.ahead = true
		}
	case kAhead:
		r.ahead = r.is(i+1, kOf)
	default:
		if t.gap == gapPeriod && t.capital {
			r.ahead = false
		}
	}
}

// dueTo holds verbs after "due to" that make it a plan, not a cause.
var dueTo = map[string]bool{
	"be": true, "begin": true, "arrive": true, "end": true, "expire": true, "go": true, "hold": true, "leave": true, "meet": true,
	"resume": true, "return": true, "speak": true, "start": true, "take": true, "travel": true, "visit": true, "vote": true,
}

func (r *reader) is(i int, k kind) bool { return i >= 0 && i < len(r.toks) && r.toks[i].kind == k }

// near tells whether token i follows the one before it in the same phrase.
func (r *reader) near(i int) bool {
	if i <= 0 || i >= len(r.toks) {
		return false
	}
	return r.toks[i].gap == gapBlank
}

// next tells whether token i is of kind k and follows after a blank.
func (r *reader) next(i int, k kind) bool { return r.near(i) && r.toks[i].kind == k }

func (r *reader) word(i int) string { return r.text[r.toks[i].start:r.toks[i].end] }

func (r *reader) wordIs(i int, w string) bool {
	if i < 0 || i >= len(r.toks) || int(r.toks[i].end-r.toks[i].start) != len(w) {
		return false
	}
	s := r.word(i)
	for k := 0; k < len(w); k++ {
		c := s[k]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != w[k] {
			return false
		}
	}
	return true
}

// future tells whether an expression at token i looks ahead.
func (r *reader) future(i int) bool {
	switch r.tense {
	case TensePast:
		return false
	case TenseFuture:
		return !r.said(i)
	}
	return r.ahead && !r.said(i) && !r.since(i)
}

// since tells whether "since" stands before token i: it never looks ahead.
func (r *reader) since(i int) bool {
	for k := i - 1; k >= 0 && k >= i-3 && r.near(k+1); k-- {
		if r.toks[k].kind == kSince {
			return true
		}
	}
	return false
}

// said tells whether a verb of speech stands right before token i: "said on
// Monday", "reported late Monday", "told reporters on Monday".
func (r *reader) said(i int) bool {
	for k, skipped := i-1, 0; k >= 0 && k >= i-4 && r.near(k+1); k-- {
		switch r.toks[k].kind {
		case kSay:
			return true
		case kFuture:
			return r.toks[k].val == futureVow
		case kOn, kEarly, kEarlier, kLater, kThe, kPreposition:
		case kOther:
			if r.toks[k].capital || skipped > 0 {
				return false
			}
			skipped++ // "told reporters on", "said in"
		default:
			return false
		}
	}
	return false
}

// setRole reads the words before the expression that starts at token i.
func (r *reader) setRole(e *Expression, i int) {
	if e.Role == RoleOn && !e.whole {
		e.Role = r.role(i)
	}
	e.Said = e.Role == RoleOn && r.said(i)
}

func (r *reader) role(i int) Role {
	for k := i - 1; k >= 0 && k >= i-4 && (r.near(k+1) || r.toks[k+1].gap == gapHyphen); k-- {
		switch r.toks[k].kind {
		case kSince:
			return RoleSince
		case kUntil, kBy:
			return RoleUntil
		case kBefore:
			return RoleBefore
		case kAfter, kFollowing:
			return RoleAfter
		case kOver:
			return RoleOver
		case kBetween:
			return RoleSince
		case kTo:
			if r.wordIs(k, "into") {
				return RoleOn
			}
			return RoleUntil
		case kOf:
			if r.is(k-1, kAhead) {
				return RoleBefore
			}
			if !r.is(k-1, kEarly) {
				return RoleOn
			}
		case kEarly:
			if r.toks[k].val == 1 && !r.next(k+1, kOf) { // "to start tomorrow"
				return RoleOn
			}
		case kThe, kOn, kPreposition, kEarlier, kLater, kNext:
		default:
			return RoleOn
		}
	}
	return RoleOn
}

// at tries the rules on token i, and returns how many tokens the expression
// takes, 0 when there is none. An expression without precision is a name
// that only looks like one.
func (r *reader) at(i int) (Expression, int) {
	t := &r.toks[i]
	if t.gap == gapHyphen && t.kind == kEarly {
		return Expression{}, 0 // cease-fire's "-end"
	}
	switch t.kind {
	case kNumber:
		if e, n := r.historic(i); n > 0 {
			return e, n
		}
		if e, n := r.date(i); n > 0 {
			return e, n
		}
		if e, n := r.year(i); n > 0 {
			return e, n
		}
		if e, n := r.ordinalDay(i); n > 0 {
			return e, n
		}
		return r.quantity(i)
	case kWeekday, kShortDay:
		return r.weekday(i)
	case kMonth:
		if e, n := r.historic(i); n > 0 {
			return e, n
		}
		if e, n := r.date(i); n > 0 {
			return e, n
		}
		return r.month(i)
	case kEarly, kEarlier, kLater:
		return r.modified(i)
	case kLast, kPast, kPrevious, kThis, kNext, kFollowing, kSame, kRecent:
		return r.deictic(i)
	case kDayWord, kNight:
		return r.dayWord(i)
	case kRecently:
		return r.recently()
	case kCount, kArticle:
		return r.quantity(i)
	case kUnit:
		if t.plural {
			return r.bareUnits(i)
		}
	case kSeason:
		return r.season(i)
	case kOrdinal:
		return r.quarter(i)
	case kThe:
		return r.the(i)
	case kHoliday:
		return r.holiday(i)
	case kName:
		return r.nameOf(i)
	}
	return Expression{}, 0
}

// expression makes a resolved one; a period that lacks its day (no
// publication known) has precision unknown.
func period(first, last schema.Day, p schema.Precision, relative bool, reason string) Expression {
	if first == schema.NoDay || last == schema.NoDay {
		return Expression{Day: schema.NoDay, Last: schema.NoDay, Precision: schema.PrecisionUnknown, Relative: relative, Reason: reason}
	}
	return Expression{Day: first, Last: last, Precision: p, Relative: relative, Reason: reason}
}

func onDay(d schema.Day, relative bool, reason string) Expression {
	return period(d, d, schema.PrecisionDay, relative, reason)
}
