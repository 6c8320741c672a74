package coder

import (
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/ingest/when"
	"faultline/schema"
)

// setting is when and where the document's events happen, as far as it has
// been read.
type setting struct {
	places    *place.Gazetteer
	doc       coding.Document
	published schema.Day
	stamp     coding.Span      // the words at the top of the text that tell it
	today     schema.Day       // the day named last
	scene     scene            // when what is told at present happened
	last      *coding.Location // where the latest event happened
	told      []told           // for each claim, what it tells of and recalls
	seen      []site           // the places so far
	echoes    []echo           // what sentences without claims tell of acts
	sources   []coding.Mention // whom the report names as sources, in order
}

func (c *coder) newSetting(d coding.Document) *setting {
	set := &setting{places: c.Places, doc: d, published: d.Published}
	// A date at the top of the text is the better witness than a collector's.
	if e, ok := when.Dateline(d.Text); ok {
		set.published, set.stamp = e.Day, coding.Span{Start: e.Start, End: e.End}
	}
	set.today = set.published
	return set
}

// here is the setting of one sentence.
type here struct {
	*setting
	s       *sentence
	times   []when.Expression // offsets in the document
	at      []site            // places of the sentence
	letters int               // 1 when it has no small ones, 2 when it has; 0 before anybody asked

	triggers map[int]bool // of all acts of the sentence
}

func (set *setting) read(s *sentence, acts []act) *here {
	h := &here{setting: set, s: s, triggers: map[int]bool{}}
	for _, a := range acts {
		h.triggers[a.token] = true
	}
	h.times = set.times(s)
	return h
}

// times are the time expressions of the sentence, without that of the text's
// own date. "The next day" counts from the day that was named before, in
// whichever sentence.
func (set *setting) times(s *sentence) []when.Expression {
	list := when.FindAfter(set.doc.Text[s.start:s.end], set.published, set.today, when.TenseUnknown)
	list = slices.DeleteFunc(list, func(e when.Expression) bool {
		return e.Start+s.start < set.stamp.End && set.stamp.Start < e.End+s.start
	})
	for i := range list {
		e := &list[i]
		e.Start += s.start
		e.End += s.start
		if e.Day != schema.NoDay && e.Precision == schema.PrecisionDay && !e.Named && !set.caption(e) {
			set.today = e.Day
		}
	}
	return list
}

// caption reports whether the words are the date of a picture, "in Idlib Syria
// June 12 2016": whole, and without a preposition.
func (set *setting) caption(e *when.Expression) bool {
	if e.Relative || e.Precision != schema.PrecisionDay {
		return false
	}
	before := strings.TrimRight(set.doc.Text[max(0, e.Start-40):e.Start], " ,")
	word := before[strings.LastIndexAny(before, " \n")+1:]
	return word != "" && word[0] >= 'A' && word[0] <= 'Z' && word != "On"
}

// date gives the claim the time expression that stands nearest to its
// trigger and belongs to it, and the day of publication without any: what is
// told without a date is news.
func (h *here) date(c *coding.Claim, trigger int) {
	c.Day, c.Precision = h.published, schema.PrecisionDay
	if h.published == schema.NoDay {
		c.Precision = schema.PrecisionUnknown
	}
	best, bestCost := -1, 0
	for i, e := range h.times {
		if e.Named || e.Day == schema.NoDay || e.Role != when.RoleOn && e.Role != when.RoleOver && e.Role != when.RoleSince {
			continue
		}
		if c.Status == schema.Asserted && h.published != schema.NoDay && e.Day > h.published {
			continue // "ahead of the June 3 poll": what has happened was before
		}
		tok := h.tokenAt(e.Start, e.End)
		if tok < 0 || h.s.tok[trigger].Start > e.End && h.caption(&e) {
			continue
		}
		if h.elsewhere(tok, trigger) || !physical(c.Type) && (h.closes(e.Start, trigger) || h.past(e, trigger) || h.ofDeed(tok, trigger)) {
			continue
		}
		cost := h.distance(tok, trigger)
		if e.Said {
			cost += 12
		}
		if e.Role == when.RoleSince {
			if c.Type == schema.Assault || c.Type == schema.Retreat || h.s.tok[tok].Head != trigger {
				continue
			}
			cost += 20 // a siege that has gone on since March began then; a toll since March has no day
		}
		if best < 0 || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	if h.apart(c, trigger, best) {
		return
	}
	if best < 0 {
		if !h.beside(c, trigger) {
			h.goOn(c, trigger)
		}
		return
	}
	e := h.times[best]
	c.Day, c.Precision = e.Day, e.Precision
	if c.Status == schema.Planned && h.weekday(e) && e.Day < h.published && e.Day > h.published-7 && h.s.tok[trigger].Start < e.Start {
		c.Day += 7 // "plan to march on Wednesday": the next one
	}
	if !e.Said {
		c.Date = coding.Span{Start: e.Start, End: e.End}
	}
	if physical(c.Type) && c.Status == schema.Asserted && c.Precision == schema.PrecisionDay && !h.caption(&e) {
		h.scene = scene{day: e.Day, end: h.s.end}
	}
}

// weekday reports whether the expression is the bare name of a day, which
// tense says the direction of.
func (h *here) weekday(e when.Expression) bool {
	switch strings.ToLower(h.doc.Text[e.Start:e.End]) {
	case "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		return !e.Said
	}
	return false
}

// apart dates an act that the sentence puts some days before or after its main
// act: "seized the base on Friday two days after troops had left it". best is
// the time that stands nearest, −1 for none: one of its own prevails.
func (h *here) apart(c *coding.Claim, trigger, best int) bool {
	s := h.s
	if c.Status != schema.Asserted {
		return false
	}
	mark := -1
	for at, n := trigger, 0; at >= 0 && n < 3 && mark < 0 && (at == trigger || !s.isVerb(at)); at, n = s.tok[at].Head, n+1 {
		if k := s.child(at, "mark", "case"); k >= 2 && k < trigger && (s.lower(k) == "after" || s.lower(k) == "before") {
			mark = k
		}
	}
	if mark < 0 || best >= 0 && h.times[best].Start > s.tok[mark].Start {
		return false
	}
	days := schema.Day(1)
	switch s.lemma(mark - 1) {
	case "day":
	case "week":
		days = 7
	default:
		return false
	}
	n, counted := counts[s.lower(mark-2)]
	if !counted {
		return false
	}
	if days *= n; s.lower(mark) == "after" {
		days = -days
	}
	day := h.published
	for _, e := range h.times {
		if e.Start < s.tok[mark].Start && e.Role == when.RoleOn && e.Precision == schema.PrecisionDay && e.Day != schema.NoDay && !e.Named {
			day = e.Day
		}
	}
	if day == schema.NoDay {
		return false
	}
	c.Day, c.Precision = day+days, schema.PrecisionDay
	return true
}

// counts are words before "days after".
var counts = map[string]schema.Day{"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}

// beside dates an act by the only day of its sentence if that stands with an
// act that is joined to it: "three were killed and five wounded on Sunday",
// "were killed when a bomb went off on Sunday".
func (h *here) beside(c *coding.Claim, trigger int) bool {
	s := h.s
	if len(h.times) != 1 || !physical(c.Type) {
		return false
	}
	e := h.times[0]
	if e.Named || e.Said || e.Anaphoric || e.Role != when.RoleOn || e.Day == schema.NoDay || e.Precision != schema.PrecisionDay {
		return false
	}
	above := map[int]bool{trigger: true}
	s.ancestors(trigger, func(a int) bool { above[a] = true; return true })
	at := h.tokenAt(e.Start, e.End)
	if at < 0 || !h.elsewhere(at, trigger) {
		return false
	}
	for n := 0; at >= 0 && !above[at]; at, n = s.tok[at].Head, n+1 {
		if n > len(s.tok) {
			return false
		}
		if !s.isVerb(at) {
			continue
		}
		switch s.rel(at) {
		case "conj":
		case "acl":
			// "were killed and five [were] wounded", "stopped a bus carrying staff on Sunday"
			joined := s.tok[at].XPOS == "VBN" && s.rel(s.tok[at].Head) == "conj"
			if !joined && (s.tok[at].XPOS != "VBG" || h.triggers[at]) {
				return false
			}
		case "advcl":
			if k := s.child(at, "mark", "advmod"); k < 0 || s.lower(k) != "when" && s.lower(k) != "as" && s.lower(k) != "while" {
				return false
			}
		default:
			return false
		}
	}
	if at < 0 {
		return false
	}
	c.Day, c.Precision, c.Date = e.Day, e.Precision, coding.Span{Start: e.Start, End: e.End}
	return true
}

// scene is a day whose acts a report tells of, sentence after sentence.
type scene struct {
	day schema.Day
	end int // of the last sentence that tells of it
}

// goOn dates an act whose sentence names no time by the act of the sentence
// before: a story that began on Monday goes on there. What "has happened" is
// news.
func (h *here) goOn(c *coding.Claim, trigger int) {
	s := h.s
	if len(h.times) > 0 || h.scene.end == 0 || s.start-h.scene.end > nearby/2 {
		return
	}
	if s.turns() || s.moves() {
		h.scene.end = 0
		return
	}
	if !physical(c.Type) || c.Status != schema.Asserted || h.scene.day > h.published || h.scene.day < h.published-news || !s.narrates(trigger) {
		return
	}
	c.Day, c.Precision = h.scene.day, schema.PrecisionDay
	h.scene.end = s.end
}

// narrates reports whether the act at the trigger is told in the past tense:
// "they shelled", "were killed", "they attacked killing two", but neither "have
// shelled" nor "accuse of shelling".
func (s *sentence) narrates(trigger int) bool {
	for at, n := trigger, 0; at >= 0 && n < len(s.tok); at, n = s.tok[at].Head, n+1 {
		if !s.isVerb(at) {
			continue
		}
		switch s.tok[at].XPOS {
		case "VBD":
			return true
		case "VBN":
			for _, k := range s.kids[at] {
				if s.rel(k) == "aux" {
					switch s.lower(k) {
					case "was", "were", "had":
						return true
					}
					return false
				}
			}
		case "VBG":
		default:
			return false
		}
	}
	return false
}

// moves reports whether the sentence names a place where things happen.
func (s *sentence) moves() bool {
	return slices.ContainsFunc(s.places, func(m place.Mention) bool { return m.Cue.Locative() || m.Cue == place.CueObject })
}

// turns reports whether the sentence opens with a word that leaves what was
// told so far.
func (s *sentence) turns() bool {
	for i := 0; i < min(2, len(s.tok)); i++ {
		switch s.lower(i) {
		case "meanwhile", "separately", "elsewhere", "also", "since":
			return true
		}
	}
	return false
}

// closes reports whether the time that starts at the offset ends a clause that
// describes what the act at the trigger is about: in "condemned the massacre
// committed by X yesterday" it tells when the massacre was.
func (h *here) closes(start, trigger int) bool {
	s := h.s
	last, _ := slices.BinarySearchFunc(s.tok, start, func(t nlp.Token, at int) int { return t.Start - at })
	last--
	for last >= 0 && (s.tok[last].Tag == nlp.ADP || s.tok[last].Tag == nlp.PUNCT) {
		last--
	}
	above := map[int]bool{trigger: true}
	s.ancestors(trigger, func(a int) bool { above[a] = true; return true })
	closed := false
	at := last
	for n := 0; at >= 0 && !above[at] && n < len(s.tok); n++ {
		if s.rel(at) == "acl" && s.isVerb(at) {
			closed = true
		}
		at = s.tok[at].Head
	}
	return closed && at >= 0
}

// past reports whether a written date stands behind a deed that the act at the
// trigger is about, and lies days back: news tells its own days by weekday.
func (h *here) past(e when.Expression, trigger int) bool {
	s := h.s
	if !strings.ContainsAny(h.doc.Text[e.Start:e.End], "123456789") || h.published == schema.NoDay || h.published-e.Day < 2 {
		return false
	}
	for k := trigger + 1; k < len(s.tok) && s.tok[k].Start < e.Start; k++ {
		if s.happening(k) != "" {
			return true
		}
	}
	return false
}

// ofDeed reports whether the words at tok say when the deed was that the act at
// the trigger is about: "condemned the bombing of a school on 16 May".
func (h *here) ofDeed(tok, trigger int) bool {
	above := map[int]bool{trigger: true}
	h.s.ancestors(trigger, func(a int) bool { above[a] = true; return true })
	for at, n := h.s.tok[tok].Head, 0; at >= 0 && !above[at] && n < len(h.s.tok); at, n = h.s.tok[at].Head, n+1 {
		if h.s.happening(at) != "" {
			return true
		}
	}
	return false
}

// tokenAt is the topmost token of the words at the offsets, −1 if none.
func (h *here) tokenAt(start, end int) int {
	first, last := -1, -1
	for i, t := range h.s.tok {
		if t.Start < end && start < t.End {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return -1
	}
	return h.s.headOf(first, last)
}

// elsewhere reports whether the words at tok belong to a clause or an act
// other than the trigger's: on the way up from them to what they share with
// the trigger stands another verb. What a clause tells of a noun is the noun's:
// "an airstrike that killed seven on Sunday".
func (h *here) elsewhere(tok, trigger int) bool {
	above := map[int]bool{trigger: true}
	h.s.ancestors(trigger, func(a int) bool { above[a] = true; return true })
	for at, n := h.s.tok[tok].Head, 0; at >= 0 && !above[at] && n < len(h.s.tok); at, n = h.s.tok[at].Head, n+1 {
		own := h.s.tok[at].Head == trigger && h.s.tok[trigger].Tag == nlp.NOUN && h.s.rel(at) == "acl" || h.s.speaking(at, trigger)
		if (h.s.tok[at].Tag == nlp.VERB || h.triggers[at]) && !own {
			return true
		}
	}
	return false
}

// speaking reports whether the verb at v tells where and when the act at the
// trigger was said: "Speaking in Ankara on Friday, he slammed …".
func (s *sentence) speaking(v, trigger int) bool {
	return s.tok[v].Head == trigger && s.tok[v].Rel == "advcl" && s.tok[v].XPOS == "VBG" && (s.lemma(v) == "speak" || s.lemma(v) == "address")
}

// distance counts the steps through the tree from a token to the trigger;
// those up from the trigger count thrice.
func (h *here) distance(tok, trigger int) int {
	up := map[int]int{trigger: 0}
	n := 0
	h.s.ancestors(trigger, func(a int) bool { n++; up[a] = n; return true })
	down := 0
	for at := tok; at >= 0 && down <= len(h.s.tok); at = h.s.tok[at].Head {
		if steps, ok := up[at]; ok {
			return 3*steps + down
		}
		down++
	}
	return 40
}
