package coder

import (
	"iter"
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/schema"
)

// happenings are nouns for acts of violence and what they leave: "the attack"
// of a later sentence is one that was told before.
var happenings = wordSet("attack airstrike strike raid bombing bombardment shelling blast explosion assault barrage clash fighting " +
	"battle offensive massacre killing shooting ambush incident operation assassination execution siege protest demonstration")

// told is what a document remembers of a claim, for what a later one recalls.
type told struct {
	nouns   []string // happenings that its words name
	recalls string   // the one that it points back to, "" if none
	unnamed string   // the noun for the place where it is, if that has no name
	apart   bool     // it is at a place without a name, or goes on for weeks
}

// tells notes the happenings that the act at i belongs to, and which of them
// an article marks as known.
func (s *sentence) tells(i int) told {
	var out told
	note := func(k int) {
		lemma := s.happening(k)
		if lemma == "" {
			return
		}
		if !slices.Contains(out.nouns, lemma) {
			out.nouns = append(out.nouns, lemma)
		}
		if out.recalls == "" && s.definite(k) {
			out.recalls = lemma
		}
	}
	note(i)
	if noun := deeds[s.lemma(i)]; noun != "" {
		out.nouns = append(out.nouns, noun)
	}
	for _, k := range s.kids[i] {
		switch s.rel(k) {
		case "nsubj", "obl", "obj", "nmod":
			note(k)
		}
	}
	if h := s.tok[i].Head; h >= 0 {
		switch s.rel(i) {
		case "acl", "nmod", "compound", "amod":
			note(h)
		}
	}
	return out
}

// deeds are verbs with the nouns for what they tell of.
var deeds = map[string]string{
	"attack": "attack", "bomb": "blast", "detonate": "blast", "explode": "blast", "strike": "strike", "raid": "strike", "bombard": "strike",
	"shell": "shelling", "clash": "clash", "fight": "clash", "battle": "clash", "kill": "killing", "shoot": "shooting", "ambush": "ambush",
	"assault": "assault", "assassinate": "assassination", "execute": "execution", "massacre": "massacre", "besiege": "siege",
	"protest": "protest", "demonstrate": "demonstration",
}

// general are happenings by which every act of violence can be called.
var general = wordSet("attack incident assault operation clash")

// happening is the lemma of a noun for an act, with the parts of "air strike"
// as one, "" for any other word.
func (s *sentence) happening(k int) string {
	if s.tok[k].Tag != nlp.NOUN && s.tok[k].Tag != nlp.PROPN {
		return ""
	}
	lemma := s.lemma(k)
	if !happenings[lemma] {
		if !strings.HasSuffix(lemma, "s") || !happenings[strings.TrimSuffix(lemma, "s")] {
			return ""
		}
		lemma = strings.TrimSuffix(lemma, "s")
	}
	switch lemma {
	case "airstrike", "raid", "bombardment":
		return "strike"
	case "bombing", "explosion":
		return "blast"
	case "fighting", "battle":
		return "clash"
	}
	return lemma
}

// recall completes what a claim tells of an act by what was told of it
// before: "20 people died in the attack" has the attacker, the day and the
// place of that attack. told has one element for each claim.
func (c *coder) recall(claims []coding.Claim, all []told) {
	for i := range claims {
		a := &claims[i]
		if all[i].recalls == "" {
			continue
		}
		b := antecedent(claims, all, i)
		if b == nil {
			continue
		}
		var taken []string
		if len(a.Initiators) == 0 && len(b.Initiators) > 0 {
			for _, m := range b.Initiators {
				m.Span = coding.Span{}
				a.Initiators = append(a.Initiators, m)
			}
			taken = append(taken, "by whom")
		}
		if a.Date == (coding.Span{}) && b.Date != (coding.Span{}) {
			a.Day, a.Precision = b.Day, b.Precision
			taken = append(taken, "when")
		}
		if (a.Place == nil || a.Place.End == a.Place.Start) && b.Place != nil && (b.Place.End > b.Place.Start || b.Place.Place.Within != "") {
			a.Place = elsewhere(b.Place)
			taken = append(taken, "where")
		}
		later := echo{of: all[i].recalls, place: a.Place}
		if a.Precision == schema.PrecisionDay {
			later.day, later.date = a.Day, a.Date
		}
		c.toldLater(b, later)
		if len(taken) > 0 {
			a.Reason += "; “the " + all[i].recalls + "” was told before: " + strings.Join(taken, ", ")
		}
	}
}

// antecedent is the last claim before the i-th that tells of the happening
// which it recalls: by the same noun, or by the same side in the sentence
// before ("rebels fired … The rebel barrage killed").
func antecedent(claims []coding.Claim, all []told, i int) *coding.Claim {
	a := &claims[i]
	var last *coding.Claim // of those that only a general noun fits
	for j := i - 1; j >= max(0, i-horizon); j-- {
		b := &claims[j]
		if b.Type != a.Type || b.Start == a.Start || b.Status != schema.Asserted {
			continue
		}
		named := slices.Contains(all[j].nouns, all[i].recalls) ||
			len(a.Initiators) > 0 && len(b.Initiators) > 0 && a.Start-b.End <= 1
		if !named && (!general[all[i].recalls] || last != nil || a.Start-b.End > nearby) {
			continue
		}
		if len(a.Initiators) > 0 && !agree(a.Initiators, b.Initiators) {
			continue
		}
		if a.Date != (coding.Span{}) && b.Date != (coding.Span{}) && a.Day != b.Day {
			continue
		}
		if named {
			return b
		}
		last = b
	}
	return last
}

// horizon is how many claims away a report is looked at for what completes
// one; it keeps the time linear.
const horizon = 128

// around are the indices of the claims within the horizon of the i-th, in order.
func around(claims []coding.Claim, i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for j := max(0, i-horizon); j < min(len(claims), i+horizon) && yield(j); j++ {
		}
	}
}

// nearby is how far back, in bytes, "the attack" points without the same word.
const nearby = 250

// attribute gives acts of violence that name nobody who did them those who
// did the others of the same day and place, if the report names one side only
// and it is not the one that suffers.
func (set *setting) attribute(claims []coding.Claim) {
	for i := range claims {
		a := &claims[i]
		if a.Type != schema.Assault || len(a.Initiators) > 0 || len(a.Recipients) == 0 || a.Status != schema.Asserted {
			continue
		}
		var by *coding.Claim
		one := true
		for j := range around(claims, i) {
			b := &claims[j]
			if j == i || b.Type != a.Type || b.Status != schema.Asserted || len(b.Initiators) == 0 || b.Day != a.Day || b.Precision != a.Precision {
				continue
			}
			if by != nil && !agree(by.Initiators, b.Initiators) {
				one = false
				break
			}
			if by == nil && set.near(a.Place, b.Place) && len(b.Recipients) > 0 {
				by = b
			}
		}
		if by == nil || !one || kin(by.Initiators, a.Recipients) {
			continue
		}
		for _, m := range by.Initiators {
			m.Span = coding.Span{}
			a.Initiators = append(a.Initiators, m)
		}
		a.Reason += "; by whom, as the other acts of that day and place"
	}
}

// elaborate places what happened in a region or country in the town that the
// next sentences tell of for the same side and day: reports begin with the
// whole and go on with its parts.
func (c *coder) elaborate(claims []coding.Claim) {
	for i := range claims {
		a := &claims[i]
		if !scenic(a.Type) || a.Place == nil || len(a.Initiators) == 0 || a.Status != schema.Asserted || !c.vague(a.Place) {
			continue
		}
		for j := i + 1; j < min(len(claims), i+horizon) && claims[j].Start-a.End < nearby; j++ {
			b := &claims[j]
			if b.Start == a.Start || !scenic(b.Type) || b.Status != schema.Asserted || b.Day != a.Day || len(b.Initiators) == 0 ||
				b.Place == nil || b.Place.End == b.Place.Start || !agree(a.Initiators, b.Initiators) || !c.finer(b.Place, a.Place) || c.vague(b.Place) {
				continue
			}
			a.Place = elsewhere(b.Place)
			a.Reason += "; placed as the next sentences tell"
			break
		}
	}
}

// near reports whether two places may be one: they are, or one is a part of
// the other, a town, or has its name, or one is not told.
func (set *setting) near(a, b *coding.Location) bool {
	if a == nil || b == nil || a.Place.ID == b.Place.ID {
		return a == nil || b == nil || a.Place.Within != "" // no whole country
	}
	if b.Place.Within == a.Place.ID {
		a, b = b, a
	}
	if a.Place.Within != b.Place.ID {
		return false
	}
	outer, listed := set.places.Place(b.Place.ID)
	return listed && outer.Kind == place.Town || strings.HasPrefix(b.Place.Name, a.Place.Name)
}
