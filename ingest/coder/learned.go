package coder

import (
	"bytes"
	"cmp"
	"compress/zlib"
	_ "embed"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"faultline/ingest/nlp"
	"faultline/schema"
)

//go:embed events.model
var eventsModel []byte

// models are the three regressions that read events: which type of act a
// word stands for, whether a party is a side of it, and whether the event
// that comes out is right.
type models struct {
	topics    *linear     // off, on: whether a sentence has events at all
	triggers  *classifier // none, then the types in the order of schema.EventTypes
	arguments *classifier // none, initiator, recipient
	accepts   *linear     // wrong, right
	threshold float64     // of acceptance
}

// Classes of the argument model.
const (
	noSide = iota
	initiatorSide
	recipientSide
	sideClasses
)

// readModels unpacks the embedded model file.
func readModels(packed []byte, a *nlp.Analyzer) (*models, error) {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, errModel
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil, errModel
	}
	m := models{triggers: &classifier{}, arguments: &classifier{}}
	for _, part := range []*classifier{m.triggers, m.arguments} {
		if part.wide, b, err = readLinear(b); err != nil {
			return nil, err
		}
		if part.deep, b, err = readNetwork(b, a.Vector); err != nil {
			return nil, err
		}
	}
	for _, part := range []**linear{&m.topics, &m.accepts} {
		if *part, b, err = readLinear(b); err != nil {
			return nil, err
		}
	}
	m.threshold, err = strconv.ParseFloat(string(b), 64)
	if err != nil {
		return nil, errModel
	}
	return &m, nil
}

// pack is the inverse of readModels.
func (m *models) pack() []byte {
	var b []byte
	for _, part := range []*classifier{m.triggers, m.arguments} {
		b = part.deep.append(part.wide.append(b))
	}
	b = m.accepts.append(m.topics.append(b))
	b = strconv.AppendFloat(b, m.threshold, 'g', -1, 64)
	var out bytes.Buffer
	z, _ := zlib.NewWriterLevel(&out, zlib.BestCompression)
	_, _ = z.Write(b) // a bytes.Buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// Below these probabilities a type is not looked at, and a party is no side.
const (
	leastTrigger = 0.15
	leastListed  = 0.01 // of a type that the lexicon gives the word
	leastSide    = 0.20
	likelySide   = 0.45 // a party that is likely is a side
	bySyntax     = 0.30 // of a side by the rules of syntax, for listed words
	sureSide     = 0.80 // and beyond doubt
	vouchedWorth = 2.0  // what counts for how much more when the rules vouch for it
)

// proposal is an act that may be an event, before it is accepted.
type proposal struct {
	act
	trigger   float64 // probability of the type
	initiator float64 // of the likeliest initiator and recipient; 0 without one
	recipient float64
	// of the likeliest that are not taken
	leftInitiator, leftRecipient float64
	accept                       []uint32 // features of acceptance
	vouched                      bool     // lexicon and syntax give the same act
}

// proposals are the acts that the models find in the sentence.
func (s *sentence) proposals(m *models, lex lexicon) []proposal {
	types := schema.EventTypes()
	var f features
	var on [2]float64
	s.topicFeatures(&f)
	m.topics.sum(f.list, on[:])
	softmax(on[:])
	s.topic = on[1]
	probs := make([]float64, len(types)+1)
	var list []proposal
	var cands []int
	for i := range s.tok {
		if !s.eligible(i) {
			continue
		}
		s.triggerFeatures(lex, i, &f)
		m.triggers.scores(&f, probs)
		known := s.matching(lex, lexKey{s.tok[i].Tag, s.lemma(i)}, i)
		if 1-probs[0] < leastTrigger && len(known) == 0 {
			continue
		}
		if cands == nil {
			cands = s.candidates()
		}
		for n, typ := range types {
			p := probs[n+1]
			listed := slices.ContainsFunc(known, func(k pattern) bool { return k.Type == typ })
			if p >= leastTrigger || listed && p >= leastListed {
				list = append(list, s.propose(m, lex, i, typ, p, cands, &f)...)
			}
		}
	}
	return list
}

// eligible reports whether a token may be an action word.
func (s *sentence) eligible(i int) bool {
	switch s.tok[i].Tag {
	case nlp.VERB, nlp.ADJ:
		return s.at[i] < 0
	case nlp.NOUN:
		return s.at[i] < 0 || s.mentions[s.at[i]].sort == role
	case nlp.PROPN:
		return s.at[i] < 0 && s.tok[i].Rel != "flat"
	}
	return false
}

// candidates are the tokens that may head a side of an act.
func (s *sentence) candidates() []int {
	list := make([]int, 0, len(s.tok))
	for i, t := range s.tok {
		if n := s.at[i]; n >= 0 {
			if s.mentions[n].head == i {
				list = append(list, i)
			}
			continue
		}
		switch t.Tag {
		case nlp.NOUN:
			list = append(list, i)
		case nlp.PROPN:
			if h := t.Head; h < 0 || s.tok[h].Tag != nlp.PROPN || s.at[h] >= 0 || t.Rel != "flat" && t.Rel != "compound" {
				list = append(list, i)
			}
		case nlp.PRON:
			if !s.relative(i) {
				list = append(list, i)
			}
		case nlp.NUM:
			switch s.rel(i) {
			case "nsubj", "obj", "obl", "conj":
				list = append(list, i)
			}
		}
	}
	return list
}

// propose gives a trigger its sides: the likely ones, and where one side is
// in doubt, also the proposal with that side turned the other way. Of the
// variants the one that is likeliest to be right is kept; all of them are
// returned, the best first.
func (s *sentence) propose(m *models, lex lexicon, i int, typ schema.EventType, p float64, cands []int, f *features) []proposal {
	base := proposal{act: act{token: i, pattern: s.patternFor(lex, i, typ)}, trigger: p}
	base.words = s.actionWords(i, base.pattern)
	by := s.sidesOf(i, base.pattern)
	var parties [sideClasses][]party
	for _, c := range cands {
		if c == i {
			continue
		}
		var probs [sideClasses]float64
		s.argumentFeatures(i, c, typ, by, f)
		m.arguments.scores(f, probs[:])
		// What the syntax says is at least worth a proposal.
		if base.text != "" {
			worth := bySyntax
			if base.Joint {
				worth = likelySide // "between A and B" is plain
			}
			acts, suffers := isAmong(by.initiators, c), isAmong(by.recipients, c)
			if acts {
				probs[initiatorSide] = max(probs[initiatorSide], worth)
			}
			if suffers {
				probs[recipientSide] = max(probs[recipientSide], worth)
			}
			// In doubt the syntax also says which of the two sides it is.
			if acts && !suffers && probs[recipientSide] < sureSide {
				probs[recipientSide] = 0
			} else if suffers && !acts && probs[initiatorSide] < sureSide {
				probs[initiatorSide] = 0
			}
		}
		side := initiatorSide
		if probs[recipientSide] > probs[initiatorSide] {
			side = recipientSide
		}
		if probs[side] < leastSide {
			continue
		}
		if mn, ok := s.mentionAt(c); ok {
			parties[side] = append(parties[side], party{mn, probs[side]})
		}
	}
	var list []proposal
	for _, ini := range readings(parties[initiatorSide]) {
		for _, rec := range readings(parties[recipientSide]) {
			v := base
			v.initiators, v.initiator = mentionsOf(ini), likeliest(ini)
			v.recipients, v.recipient = without(mentionsOf(rec), v.initiators), likeliest(rec)
			v.leftInitiator, v.leftRecipient = left(parties[initiatorSide], ini), left(parties[recipientSide], rec)
			if len(v.recipients) == 0 {
				v.recipient = 0
			}
			if len(v.initiators)+len(v.recipients) == 0 {
				continue
			}
			s.direct(&v)
			v.vouched = v.text != "" && !v.Guarded && p >= likelySide &&
				(len(v.initiators) > 0 || len(v.recipients) > 0 && v.Type == schema.Assault) &&
				vouches(by.initiators, v.initiators) && vouches(by.recipients, v.recipients)
			s.acceptFeatures(&v)
			var right [2]float64
			m.accepts.sum(v.accept, right[:])
			softmax(right[:])
			v.confidence = right[1]
			list = append(list, v)
		}
	}
	slices.SortStableFunc(list, func(a, b proposal) int { return cmp.Compare(b.confidence, a.confidence) })
	return list
}

// party is a mention with the probability of being the side it may be.
type party struct {
	mention
	p float64
}

// readings are the ways to fill a side: with all that are likely; if these
// are in doubt, with nobody, or with the doubtful ones too.
func readings(all []party) [][]party {
	var sure []party
	best := 0.0
	for _, c := range all {
		if c.p >= likelySide {
			sure = append(sure, c)
		}
		best = max(best, c.p)
	}
	list := [][]party{sure}
	if len(sure) > 0 && best < sureSide {
		list = append(list, nil)
	}
	if len(sure) == 0 && len(all) > 0 {
		top := all[0]
		for _, c := range all {
			if c.p > top.p {
				top = c
			}
		}
		list = append(list, []party{top})
	}
	return list
}

func mentionsOf(ps []party) []mention {
	list := make([]mention, len(ps))
	for i, p := range ps {
		list[i] = p.mention
	}
	return distinct(list)
}

// likeliest is the largest probability, 0 of nobody.
func likeliest(ps []party) float64 {
	best := 0.0
	for _, p := range ps {
		best = max(best, p.p)
	}
	return best
}

// left is the largest probability of those who are not chosen.
func left(all, chosen []party) float64 {
	best := 0.0
	for _, c := range all {
		if !slices.ContainsFunc(chosen, func(o party) bool { return o.first == c.first }) {
			best = max(best, c.p)
		}
	}
	return best
}

// worth is by how much a proposal is preferred: its confidence, and more
// when lexicon and syntax give the same act.
func (p *proposal) worth() float64 {
	if p.vouched {
		return vouchedWorth * p.confidence
	}
	return p.confidence
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

// direct makes recipients of those initiators whom the text puts on the other
// side: "A held talks with B" has a direction, "A and B held talks" has not.
func (s *sentence) direct(p *proposal) {
	if len(p.initiators) < 2 || len(p.recipients) > 0 {
		return
	}
	var from, to []mention
	for _, m := range p.initiators {
		if s.opposite(m.head) {
			to = append(to, m)
		} else {
			from = append(from, m)
		}
	}
	if len(from) > 0 && len(to) > 0 {
		p.initiators, p.recipients = from, to
	}
}

// opposite reports whether the noun phrase at c, or the one it is joined to,
// stands behind "with" or "against".
func (s *sentence) opposite(c int) bool {
	for n := 0; n < 4; n++ {
		if prep := s.preposition(c); prep == "with" || prep == "against" || prep == "to" {
			return true
		}
		if h := s.tok[c].Head; h >= 0 && s.rel(c) == "conj" {
			c = h
			continue
		}
		return false
	}
	return false
}

// patternFor is the lexicon's entry for the word as an act of the type, and
// a bare one if the lexicon does not have it.
func (s *sentence) patternFor(lex lexicon, i int, typ schema.EventType) pattern {
	for _, p := range s.matching(lex, lexKey{s.tok[i].Tag, s.lemma(i)}, i) {
		if p.Type == typ {
			return p
		}
	}
	return pattern{Type: typ}
}

func (s *sentence) sidesOf(i int, p pattern) sides {
	if s.tok[i].Tag == nlp.VERB {
		return s.verbSides(i, p)
	}
	return s.nounSides(i, p)
}

// explain names the syntax that ties the chosen sides to the trigger.
func (s *sentence) explain(p *proposal) []string {
	var how []string
	for _, side := range []struct {
		name string
		list []mention
	}{{"initiator", p.initiators}, {"recipient", p.recipients}} {
		for _, m := range side.list {
			how = append(how, side.name+" “"+s.text(m.first, m.last)+"” "+s.way(p.token, m.head))
		}
	}
	return how
}

// way tells in words how a party hangs on the trigger.
func (s *sentence) way(t, c int) string {
	path := s.path(t, c)
	switch path {
	case ">nsubj":
		return "is its subject"
	case ">nsubj:pass":
		return "is its passive subject"
	case ">obj":
		return "is its object"
	case ">obl", ">nmod", ">obl:agent":
		return "follows it after “" + s.preposition(c) + "”"
	case ">nmod:poss", ">amod", ">compound":
		return "owns it"
	case "far":
		return "stands far from it"
	}
	return "by " + strings.NewReplacer("<", " ↑", ">", " ↓").Replace(path)[1:]
}

// mentionAt is the actor that token c heads.
func (s *sentence) mentionAt(c int) (mention, bool) {
	if n := s.at[c]; n >= 0 {
		return s.widened(s.mentions[n], c), true
	}
	switch s.tok[c].Tag {
	case nlp.PRON:
		if m, ok := s.pronoun(c); ok {
			return m, true
		}
		return mention{first: c, last: c, head: c, sort: pronoun}, true
	case nlp.PROPN:
		if m, ok := s.unknownName(c); ok {
			return m, true
		}
		return mention{}, false
	}
	if m, ok := s.described(c); ok {
		return m, true
	}
	if m, ok := s.holder(c); ok {
		return m, true
	}
	first := c
	for first > 0 && s.at[first-1] < 0 {
		k := first - 1
		if r := s.rel(k); (r == "amod" || r == "compound") && s.under(k, c) && s.tok[k].Tag != nlp.NUM {
			first = k
			continue
		}
		break
	}
	name := strings.ToLower(s.text(first, c))
	slug := schema.Slug(name)
	if slug == "" {
		return mention{}, false
	}
	return mention{first: first, last: c, head: c, sort: generic, actor: schema.Actor{
		ID: schema.MakeActorID(slug), Name: name, Kind: schema.Population, Unreviewed: true,
	}}, true
}

// holder is the actor that a thing belongs to: who strikes Iranian positions
// strikes Iran. Nouns that name people are role nouns of the gazetteer.
func (s *sentence) holder(c int) (mention, bool) {
	for _, k := range s.kids[c] {
		switch s.tok[k].Rel {
		case "amod", "compound", "nmod:poss":
			if n := s.at[k]; n >= 0 && k < c && s.mentions[n].sort != role {
				m := s.mentions[n]
				m.last, m.head = c, c
				return m, true
			}
		}
	}
	return mention{}, false
}

// acceptFeatures describe a whole proposal.
func (s *sentence) acceptFeatures(p *proposal) {
	var f features
	bin := func(x float64) string {
		if x == 0 {
			return "none"
		}
		return strconv.Itoa(int(math.Round(4 * math.Log((x+0.01)/(1.01-x)))))
	}
	t, a, r := bin(p.trigger), bin(p.initiator), bin(p.recipient)
	ty, tag := string(p.Type), s.tok[p.token].Tag.String()
	f.add("bias")
	f.add("t", t)
	f.add("a", a)
	f.add("r", r)
	la, lr := "none", "none"
	if len(p.initiators) > 0 {
		la = coarse(s.label(p.initiators[0].head))
	}
	if len(p.recipients) > 0 {
		lr = coarse(s.label(p.recipients[0].head))
	}
	li, lf := bin(p.leftInitiator), bin(p.leftRecipient)
	f.add("li", li)
	f.add("lf", lf)
	f.add("ali", a, li)
	f.add("rlf", r, lf)
	f.add("ar", a, r)
	f.add("typea", ty, strconv.FormatBool(p.initiator > 0), li)
	f.add("typer", ty, strconv.FormatBool(p.recipient > 0), lf)
	f.add("type", ty)
	f.add("typet", ty, tag)
	f.add("typesides", ty, strconv.Itoa(min(2, len(p.initiators))), strconv.Itoa(min(2, len(p.recipients))))
	f.add("sides", strconv.Itoa(min(2, len(p.initiators))), strconv.Itoa(min(2, len(p.recipients))))
	lex := p.text != ""
	f.add("lex", strconv.FormatBool(lex), tag)
	f.add("tlex", strconv.FormatBool(lex), t)
	f.add("tlexs", strconv.FormatBool(lex), strconv.Itoa(p.specific), strconv.FormatBool(p.Guarded), t)
	f.add("lexar", strconv.FormatBool(lex), a, r)
	f.add("la", la)
	f.add("lr", lr)
	f.add("lalr", la, lr)
	f.add("typela", ty, la)
	f.add("typelr", ty, lr)
	f.add("census", s.census)
	topic := bin(s.topic)
	f.add("topic", topic)
	f.add("topict", topic, t)
	f.add("topictype", topic, ty)
	p.accept = f.list
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
