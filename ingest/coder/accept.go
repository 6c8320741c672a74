package coder

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"faultline/ingest/neural"
)

// worth is by how much a proposal is preferred: the geometric mean of its
// confidence and that of the act with whatever sides, and more when lexicon and
// syntax give the same act. Doubt about a side alone is no reason to leave an
// act out.
func (p *proposal) worth() float64 {
	product := p.confidence * p.anyhow
	if p.vouched {
		product *= vouchedWorth
	}
	return math.Sqrt(product)
}

// vouches reports whether the rules of syntax find somebody on a side where
// the models do, and nobody where they do not.
func vouches(rules, chosen []mention) bool {
	if len(chosen) == 0 {
		return len(rules) == 0
	}
	return slices.ContainsFunc(chosen, func(m mention) bool {
		return m.actor.ID != "" && m.sort != generic && isAmong(rules, m.head)
	})
}

// judge gives the proposals of a sentence their confidence, and sorts those
// of one word and type by it. These exclude each other: their scores and that
// of none, which is 0, make one distribution.
func (s *sentence) judge(m *models, list []proposal) {
	for i := range list {
		s.acceptFeatures(&list[i], list)
	}
	for from := 0; from < len(list); {
		to := variantsFrom(list, from)
		m.weigh(list[from:to])
		slices.SortStableFunc(list[from:to], func(a, b proposal) int { return cmp.Compare(b.confidence, a.confidence) })
		from = to
	}
}

// variantsFrom is where the proposals end that have the same word and type
// as the one at from.
func variantsFrom(list []proposal, from int) int {
	to := from + 1
	for to < len(list) && list[to].token == list[from].token && list[to].Type == list[from].Type && list[to].sentence == list[from].sentence {
		to++
	}
	return to
}

// weigh sets the confidence of proposals that exclude each other.
func (m *models) weigh(variants []proposal) {
	scores := make([]float64, 1, 16) // none first
	for i := range variants {
		var score [1]float64
		m.accepts.sum(variants[i].accept, score[:])
		scores = append(scores, score[0])
	}
	neural.Softmax(scores)
	for i := range variants {
		variants[i].confidence, variants[i].anyhow = scores[i+1], 1-scores[0]
	}
}

// bin makes a word of a probability: its log odds, rounded to steps of 1/n.
func bin(p, n float64) string {
	if p == 0 {
		return "none"
	}
	return strconv.Itoa(int(math.Round(n * math.Log((p+0.01)/(1.01-p)))))
}

// acceptFeatures describe a whole proposal: how sure the models were of its
// parts, what these are, and what else was proposed for the sentence.
func (s *sentence) acceptFeatures(p *proposal, all []proposal) {
	var f features
	f.list = make([]uint32, 0, 96)
	f.add("bias")
	s.acceptOdds(p, &f)
	s.acceptWords(p, &f)
	s.acceptContext(p, all, &f)
	p.accept = f.list
}

// acceptOdds are the probabilities, alone and with the type.
func (s *sentence) acceptOdds(p *proposal, f *features) {
	const coarse = 4
	t, a, r := bin(p.trigger, coarse), bin(p.initiator, coarse), bin(p.recipient, coarse)
	li, lf := bin(p.leftInitiator, coarse), bin(p.leftRecipient, coarse)
	ty := string(p.Type)
	f.add("t", t)
	f.add("a", a)
	f.add("r", r)
	f.add("li", li)
	f.add("lf", lf)
	f.add("ali", a, li)
	f.add("rlf", r, lf)
	f.add("ar", a, r)
	f.add("typea", ty, strconv.FormatBool(p.initiator > 0), li)
	f.add("typer", ty, strconv.FormatBool(p.recipient > 0), lf)
	lex, tag := strconv.FormatBool(p.text != ""), s.tok[p.token].Tag.String()
	f.add("lex", lex, tag)
	f.add("tlex", lex, t)
	f.add("tlexs", lex, strconv.Itoa(p.specific), strconv.FormatBool(p.Guarded), t)
	f.add("lexar", lex, a, r)
	topic := bin(s.topic, coarse)
	f.add("topic", topic)
	f.add("topict", topic, t)
	f.add("topictype", topic, ty)
}

// acceptWords are the action word and its sides.
func (s *sentence) acceptWords(p *proposal, f *features) {
	ty, tag, rel, lemma := string(p.Type), s.tok[p.token].Tag.String(), s.tok[p.token].Rel, s.lemma(p.token)
	who, whom := strconv.Itoa(min(2, len(p.initiators))), strconv.Itoa(min(2, len(p.recipients)))
	some := strconv.FormatBool(len(p.initiators) > 0) + strconv.FormatBool(len(p.recipients) > 0)
	f.add("type", ty)
	f.add("typet", ty, tag)
	f.add("typerel", ty, tag, rel)
	f.add("typesides", ty, who, whom)
	f.add("typetag", ty, tag, some)
	f.add("sides", who, whom)
	f.add("l", lemma)
	f.add("ltype", lemma, ty)
	f.add("lsides", lemma, ty, some)
	f.add("census", s.census)
	coarseOf := [2]string{"none", "none"}
	lex := strconv.FormatBool(p.text != "")
	for n, side := range [2][]mention{p.initiators, p.recipients} {
		rules := p.by.initiators
		if n == 1 {
			rules = p.by.recipients
		}
		name := strconv.Itoa(n)
		found, chosen := strconv.Itoa(min(2, len(rules))), strconv.Itoa(min(2, len(side)))
		f.add("rules", name, found, chosen, lex)
		f.add("rulestype", name, found, chosen, ty)
		if len(side) == 0 {
			continue
		}
		h := side[0].head
		label, path, prep := s.label(h), s.path(p.token, h), s.preposition(h)
		coarseOf[n] = coarse(label)
		f.add("path", name, path, prep)
		f.add("pathtype", name, path, prep, ty)
		f.add("pathtag", name, path, tag)
		f.add("label", name, label)
		f.add("labeltype", name, label, ty)
		f.add("head", name, s.lemma(h), ty)
		f.add("by", name, strconv.FormatBool(isAmong(p.by.initiators, h)), strconv.FormatBool(isAmong(p.by.recipients, h)), lex)
	}
	f.add("la", coarseOf[0])
	f.add("lr", coarseOf[1])
	f.add("lalr", coarseOf[0], coarseOf[1])
	f.add("typela", ty, coarseOf[0])
	f.add("typelr", ty, coarseOf[1])
	if len(p.initiators) == 0 || len(p.recipients) == 0 {
		return
	}
	a, b := p.initiators[0], p.recipients[0]
	f.add("paths", s.path(p.token, a.head), s.path(p.token, b.head), s.preposition(b.head))
	f.add("same", strconv.FormatBool(a.actor.ID == b.actor.ID))
	f.add("labels", s.label(a.head), s.label(b.head))
	order := strconv.FormatBool(p.token < a.head) + strconv.FormatBool(p.token < b.head) + strconv.FormatBool(a.head < b.head)
	f.add("order", order, tag)
	f.add("ordertype", order, ty)
}

// acceptContext is where in the sentence the act stands, and how it compares
// with what is proposed for other words.
func (s *sentence) acceptContext(p *proposal, all []proposal, f *features) {
	const likely, possible = 0.4, 0.3 // a type of another word
	own := p.strength()
	var whole, part, alike, unlike, again float64     // the strongest of each kind
	others, stronger, counted, passed := 0, 0, -1, -1 // words, and the last one counted
	above, below := "none", "none"
	for i := range all {
		o := &all[i]
		if o.token == p.token {
			continue
		}
		st := o.strength()
		if o.Type == p.Type {
			again = max(again, o.trigger)
			alike = max(alike, st)
			if covers(p.act, o.act) {
				whole = max(whole, st)
			}
			if covers(o.act, p.act) {
				part = max(part, st)
			}
		} else {
			unlike = max(unlike, st)
		}
		if st > own && o.token != passed {
			stronger++
			passed = o.token
		}
		if o.trigger > likely && o.token != counted {
			others++
			counted = o.token
		}
		if o.trigger > possible && s.tok[p.token].Head == o.token {
			above = string(o.Type)
		}
		if o.trigger > possible && s.tok[o.token].Head == p.token {
			below = string(o.Type)
		}
	}
	strength := bin(own, 2)
	f.add("whole", bin(whole, 2), strength)
	f.add("part", bin(part, 2), strength)
	f.add("alike", bin(alike, 2), strength)
	f.add("unlike", bin(unlike, 2), strength)
	rank := strconv.Itoa(min(5, stronger))
	f.add("rank", rank)
	f.add("rankstrength", rank, strength)
	ty, tag, rel := string(p.Type), s.tok[p.token].Tag.String(), s.tok[p.token].Rel
	f.add("others", strconv.Itoa(min(4, others)))
	f.add("again", bin(again, 3))
	f.add("above", above, ty, rel)
	f.add("aboverel", above, rel)
	f.add("below", below, ty)
	f.add("depth", strconv.Itoa(s.depthOf(p.token)), tag)
	status, _ := s.status(p.act)
	f.add("status", string(status), ty)
	f.add("where", strconv.Itoa(10*p.token/len(s.tok)))
	f.add("length", strconv.Itoa(min(8, len(s.tok)/8)))
}

// depthOf counts the governors of a token, up to six.
func (s *sentence) depthOf(i int) int {
	n := 0
	s.ancestors(i, func(int) bool { n++; return n < 6 })
	return n
}

// coarse keeps of a label what matters for whether somebody is a party to
// politics at all.
func coarse(label string) string {
	kind, of, _ := strings.Cut(label, ":")
	switch kind {
	case "state", "capital", "name", "adj":
		if of == "person" || of == "outlet" || of == "population" {
			return of
		}
		return "actor"
	case "held", "role":
		if classWeight(of) < 0.5 {
			return "people"
		}
		return kind
	}
	if strings.HasPrefix(label, "place@") || strings.HasPrefix(label, "state@") {
		return "place"
	}
	return kind
}

// learnedActs are the proposals that the model holds to be right.
func (s *sentence) learnedActs(m *models, lex lexicon) []act {
	return s.chosen(s.proposals(m, lex), m.threshold)
}

// chosen are the acts of the proposals that are likely enough, of the
// variants of one the best.
func (s *sentence) chosen(all []proposal, threshold float64) []act {
	var kept []act
	for i, p := range all {
		worth := p.worth()
		if worth < threshold || slices.ContainsFunc(all, func(o proposal) bool {
			return o.token == p.token && o.Type == p.Type && o.worth() > worth
		}) {
			continue
		}
		if slices.ContainsFunc(all[:i], func(o proposal) bool {
			return o.token == p.token && o.Type == p.Type && o.worth() == worth
		}) {
			continue
		}
		p.how = s.explain(&p)
		kept = append(kept, p.act)
	}
	return s.unrepeated(kept)
}

// unrepeated drops acts that a more certain one of the sentence covers.
func (s *sentence) unrepeated(all []act) []act {
	var out []act
	for i, a := range all {
		better := false
		for j, b := range all {
			if i != j && covers(b, a) && (!covers(a, b) || b.confidence > a.confidence || b.confidence == a.confidence && j < i) {
				better = true
			}
		}
		if !better {
			out = append(out, a)
		}
	}
	return out
}
