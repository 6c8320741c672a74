package when

import (
	"strings"

	"faultline/schema"
)

// event is a historic event with the words that name it.
type event struct {
	y, m, d int
	words   string // lower case, separated by blanks
}

// events whose names carry a day and month but no year. One of the words
// stands within three words after the date; a row applies only to texts
// published after it.
var events = []event{
	{2001, 9, 11, "attack attacks terror terrorist hijackers hijackings"},
	{2023, 10, 7, "attack attacks massacre massacres assault onslaught hamas incursion"},
	{2016, 7, 15, "coup"},
	{2021, 1, 6, "attack riot riots insurrection committee capitol rioters"},
	{2005, 7, 7, "bombings bombing london"},
	{2015, 11, 13, "paris"},
	{2004, 3, 11, "madrid train"},
	{2008, 11, 26, "mumbai"},
	{2011, 1, 25, "revolution uprising"},
	{2011, 2, 17, "revolution uprising revolutionaries"},
	{2013, 6, 30, "uprising revolution"},
	{1952, 7, 23, "revolution coup"},
	{1962, 9, 26, "revolution"},
	{1963, 10, 14, "revolution"},
	{1978, 4, 28, "revolution"},
	{1989, 6, 4, "crackdown massacre"},
	{2020, 8, 4, "port explosion blast beirut"},
	{2021, 2, 1, "coup"},
}

// named events without a day in their name: month word, then the event.
var monthEvents = []event{
	{1917, 11, 7, "october revolution"},
	{1917, 3, 8, "february revolution"},
	{1973, 10, 6, "october war"},
	{1967, 6, 5, "june war"},
	{1991, 8, 19, "august coup"},
	{2008, 8, 7, "august war"},
	{1978, 4, 27, "april revolution"},
	{1830, 7, 27, "july revolution"},
	{1914, 6, 28, "july crisis"},
}

// slashed dates that stand for an event: 9/11.
var slashed = []event{
	{2001, 9, 11, ""},
	{2023, 10, 7, ""},
	{2005, 7, 7, ""},
	{2008, 26, 11, ""},
}

// In reports on Israel and Gaza of the years after it, the bare date "7
// October" is the day of the attack, not its last anniversary.
const warDay, warMonth, warYear = 7, 10, 2023

// historic reads dates that name an event: "the September 11 attacks",
// "9/11", "the October War", "since 7 October" in reports on Gaza. The day is
// the event's own.
func (r *reader) historic(i int) (Expression, int) {
	t := &r.toks[i]
	if t.kind == kNumber {
		if e, n := r.slashed(i); n > 0 {
			return e, n
		}
	}
	if t.kind == kMonth && t.capital && r.near(i+1) && r.toks[i+1].capital {
		for _, ev := range monthEvents {
			month, name, _ := strings.Cut(ev.words, " ")
			if r.wordIs(i, month) && r.wordIs(i+1, name) {
				return happened(ev), 2
			}
		}
	}
	p := r.parseDate(i)
	if p.n == 0 || p.to != 0 || r.published == schema.NoDay {
		return Expression{}, 0
	}
	for _, ev := range events {
		if ev.m != p.m || ev.d != p.d || p.y != 0 && p.y != ev.y || makeDay(ev.y, ev.m, ev.d)+3 > r.published {
			continue
		}
		for k, words := i+p.n, 0; k < len(r.toks) && words < 3; k, words = k+1, words+1 {
			if !r.near(k) && r.toks[k].gap != gapApostrophe && r.toks[k].gap != gapHyphen {
				break
			}
			if containsWord(ev.words, strings.ToLower(r.word(k))) {
				return happened(ev), p.n
			}
		}
	}
	if p.y == 0 && p.m == warMonth && p.d == warDay {
		day := makeDay(warYear, warMonth, warDay)
		if gone := r.published - day; gone > 30 && gone < 1100 && (r.is(i-1, kSince) || r.is(i-1, kAfter) || r.is(i-1, kBefore) || r.is(i-1, kThe) || r.is(i-1, kOf)) {
			if r.aboutGaza() {
				return happened(event{y: warYear, m: warMonth, d: warDay}), p.n
			}
		}
	}
	return Expression{}, 0
}

func (r *reader) slashed(i int) (Expression, int) {
	j := i + 1
	if !r.is(j, kNumber) || r.toks[j].gap != gapSlash || r.toks[i].gap == gapSlash {
		return Expression{}, 0
	}
	if k := j + 1; k < len(r.toks) && (r.toks[k].gap == gapSlash || r.toks[k].gap == gapNone) {
		return Expression{}, 0
	}
	for _, ev := range slashed {
		if int(r.toks[i].val) == ev.m && int(r.toks[j].val) == ev.d {
			if ev.m > 12 {
				ev.m, ev.d = ev.d, ev.m
			}
			if r.published != schema.NoDay && makeDay(ev.y, ev.m, ev.d) > r.published {
				return Expression{}, 0
			}
			return happened(ev), 2
		}
	}
	return Expression{}, 0
}

func happened(ev event) Expression {
	e := onDay(makeDay(ev.y, ev.m, ev.d), false, "name of a historic event")
	e.Named = true
	return e
}

func containsWord(list, w string) bool {
	for len(list) > 0 {
		head, rest, _ := strings.Cut(list, " ")
		if head == w {
			return true
		}
		list = rest
	}
	return false
}

// aboutGaza tells whether the text names a side of the war in Gaza.
func (r *reader) aboutGaza() bool {
	if !r.asked {
		r.asked = true
		r.gaza = containsFold(r.text, "hamas") || containsFold(r.text, "gaza") || containsFold(r.text, "israel")
	}
	return r.gaza
}

// containsFold tells whether a text holds a lower-case ASCII word, whatever
// its case.
func containsFold(text, word string) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(word)], word) {
			return true
		}
	}
	return false
}
