// Package when reads the time expressions of English news sentences ("late
// on Saturday", "two days ago", "Nov. 22, 2024", "in the summer of 2014")
// and resolves them to calendar days, counted from the day of publication.
//
// A report speaks from its own day: "on Friday" is the last Friday up to
// that day, "in May" the last May, unless the sentence looks ahead ("will
// meet on Friday"). Many reports also carry their day at the top; Dateline
// finds it, and where it contradicts the day a collector noted, it is the
// better witness.
//
// Reading is rule by rule and linear in the length of the text. Words that
// only look like dates ("may", "they march", "the Sunday Times", "the 17
// November group") are passed over; names of historic events ("the September
// 11 attacks") get the event's own day and are marked Named.
package when

import (
	"strings"

	"faultline/schema"
)

// Tense says where the act of a sentence lies, seen from publication. It
// chooses the direction of "on Friday" and "in May".
type Tense int8

// The tenses. With TenseUnknown the words before an expression decide
// ("will", "scheduled", "until" a deadline), and the past wins without them.
const (
	TenseUnknown Tense = iota
	TensePast
	TenseFuture
)

// Role says how an expression bounds the act that it dates.
type Role string

// The roles. Only RoleOn says that the act fell into the period.
const (
	RoleOn     Role = ""       // "on Friday", "in 2014", "last week"
	RoleSince  Role = "since"  // "since March", "from Monday": began then
	RoleUntil  Role = "until"  // "until Friday", "by Friday": ended or due then
	RoleBefore Role = "before" // "before May", "ahead of Sunday's vote"
	RoleAfter  Role = "after"  // "after Tuesday's raid"
	RoleOver   Role = "over"   // "over the past 24 hours": at some time within it
)

// Expression is one time expression with the period it means.
type Expression struct {
	// Start and End are byte offsets into the text, End exclusive. A leading
	// preposition is not part of the expression, "last" and "late" are.
	Start, End int
	// Day and Last are the first and last day of the period, both included;
	// NoDay when the expression cannot be resolved. For precisions week,
	// month and year Day is the first day (Monday, the 1st, 1 January), save
	// for quarters, seasons and weekends, which start within their year or
	// week.
	Day, Last schema.Day
	// Precision is the finest one that the words allow: year for quarters and
	// seasons, unknown for decades and for what cannot be resolved.
	Precision schema.Precision
	// Relative is set when the day depends on that of publication.
	Relative bool
	// Anaphoric is set when the words count from the day that was told before
	// ("the next day", "a week earlier"). It is resolved from the last day
	// named earlier in the same text, else from publication.
	Anaphoric bool
	// Named is set when the expression belongs to the name of a historic
	// event; the sentence itself is about another day as a rule.
	Named bool
	// Said is set when the expression follows a verb of speech ("said on
	// Monday"): it dates the statement, and the act only by default.
	Said bool
	Role Role
	// Reason tells the rule that read it, for people who check.
	Reason string

	whole bool // a range with both ends: "from" does not leave it open
}

// Find returns the time expressions of text in order of their position,
// without overlaps. With published = schema.NoDay only expressions that
// stand for themselves are resolved.
func Find(text string, published schema.Day, tense Tense) []Expression {
	return FindAfter(text, published, published, tense)
}

// FindAfter is Find for a text that goes on from another, in which told was
// the last day named: "the next day" counts from there.
func FindAfter(text string, published, told schema.Day, tense Tense) []Expression {
	if !promising(text) {
		return nil
	}
	var room [96]token
	r := reader{text: text, published: published, anchor: told, tense: tense}
	r.toks = scan(text, room[:0])
	for i := 0; i < len(r.toks); {
		r.follow(i)
		e, n := r.at(i)
		if n == 0 {
			i++
			continue
		}
		if e.Precision != "" { // an empty one is a name to pass over
			e.Start = int(r.toks[i].start)
			e.End = int(r.toks[i+n-1].end)
			r.setRole(&e, i)
			if e.Day != schema.NoDay && e.Precision == schema.PrecisionDay && !e.Named {
				r.anchor = e.Day
			}
			r.out = append(r.out, e)
		}
		i += n
	}
	return r.out
}

// datelineReach is how far into a report its own date may stand, in bytes: a
// long headline and an agency.
const datelineReach = 240

// Dateline returns the date that a report carries at its top: "Wed Jun 4
// 2014 Mine blast near the border", "Published June 4 2014", "… say doctors
// AFP Wednesday 4 Jun 2014 A blast". It wants day, month and year; a date in
// the running text ("On 3 May 2014 …") is none. A report that opens with the
// date of its subject ("March 11, 2004 attacks: police …") is taken in; where
// the publication is known to within days, ask for a date near it.
func Dateline(text string) (Expression, bool) {
	head := text
	if len(head) > datelineReach {
		head = head[:datelineReach]
		if cut := strings.LastIndexByte(head, ' '); cut > 0 {
			head = head[:cut]
		}
	}
	for _, e := range Find(head, schema.NoDay, TenseUnknown) {
		if e.Relative || e.Named || e.Precision != schema.PrecisionDay || e.Day == schema.NoDay {
			continue
		}
		if e.Role == RoleOn && heads(head[:e.Start], head[e.Start:e.End], head[e.End:]) {
			return e, true
		}
	}
	return Expression{}, false
}

// heads tells whether a date after the given text stands at the top of a
// report: nothing but label words comes before, or it is a full date with its
// weekday right after a headline.
func heads(before, date, after string) bool {
	words := strings.Fields(before)
	if len(words) == 0 {
		return true
	}
	labels := true
	for _, w := range words {
		switch strings.ToLower(strings.Trim(w, ":,.-|")) {
		case "published", "posted", "updated", "last", "on", "at", "date", "of", "publication", "time", "":
		default:
			labels = false
		}
	}
	if labels && len(words) <= 5 {
		return true
	}
	last := words[len(words)-1]
	switch strings.Trim(last, "():,.-") {
	case "AFP", "AP", "Reuters", "dpa", "DPA", "AA", "Xinhua", "TASS", "Agencies":
		return true
	case "Published", "published", "Updated", "updated", "Posted", "posted":
		return true
	}
	// A headline may end right before it: then a weekday starts the date, or
	// a time or agency follows.
	if l, ok := look(strings.Trim(last, "():,.-")); ok && l.kind != kCounted && l.kind != kThing {
		return false
	}
	if l, _ := look(firstWord(date)); l.kind == kWeekday || l.kind == kShortDay {
		return true
	}
	next, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	switch next {
	case "AFP", "AP", "Reuters", "SANA", "AM", "PM":
		return true
	}
	return len(next) >= 4 && isDigit(next[0]) && isDigit(next[3])
}

func firstWord(s string) string {
	for i := 0; i < len(s); i++ {
		if !isASCIILetter(s[i]) {
			return s[:i]
		}
	}
	return s
}
