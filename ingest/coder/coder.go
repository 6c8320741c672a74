package coder

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/schema"
)

// Version names this coder in claims. It changes whenever the same text may
// give other claims.
const Version = "coder/7"

// Tools are what the coder works with.
type Tools struct {
	Analyzer *nlp.Analyzer
	Actors   *gazetteer.Gazetteer
	Places   *place.Gazetteer
	Own      *Lexicon // the user's own words, nil if he has none
}

// coder holds what is read once and never changed.
type coder struct {
	Tools
	lex    lexicon
	models *models
	states map[string]schema.ActorID // by ISO country
}

// New returns the coder. The error says which part of its knowledge is
// damaged.
func New(t Tools) (coding.Coder, error) {
	c, err := newCoder(t)
	if err != nil {
		return nil, err
	}
	if c.models, err = readModels(eventsModel, t.Analyzer); err != nil {
		return nil, err
	}
	return c.code, nil
}

func newCoder(t Tools) (*coder, error) {
	lex, err := parseLexicon(lexiconFile)
	if err != nil {
		return nil, err
	}
	c := &coder{Tools: t, lex: lex, states: map[string]schema.ActorID{}}
	for _, e := range t.Actors.All() {
		if e.Actor.Kind == schema.State && e.Actor.Country != "" && c.states[e.Actor.Country] == "" {
			c.states[e.Actor.Country] = e.Actor.ID
		}
	}
	return c, nil
}

// code reads the events out of one document.
func (c *coder) code(d coding.Document) coding.Coded {
	var out coding.Coded
	var last *setting
	out.Sentences = c.read(d, func(s *sentence, set *setting) {
		claims := c.sentence(s, set)
		set.note(s, claims)
		out.Claims = append(out.Claims, claims...)
		s.remember()
		last = set
	})
	if last != nil {
		last.nameSources(out.Claims)
		c.recall(out.Claims, last.told)
		c.hear(out.Claims, last)
		c.name(out.Claims, last)
		last.settle(out.Claims)
		last.attribute(out.Claims)
	}
	c.share(out.Claims)
	c.elaborate(out.Claims)
	return out
}

// read analyses a document and calls f for each sentence; a sentence that
// comes again (captions and headlines do) is passed over. It returns how
// many sentences there were.
func (c *coder) read(d coding.Document, f func(*sentence, *setting)) (sentences int) {
	doc := &document{Document: d, gaz: c.Actors, places: c.Places, countries: map[string]int{}, states: c.states}
	set := c.newSetting(d)
	seen := map[string]bool{}
	for parsed := range c.Analyzer.Sentences(d.Text) {
		sentences++
		words := strings.Join(strings.Fields(d.Text[parsed.Start:parsed.End]), " ")
		if seen[words] {
			continue
		}
		seen[words] = true
		for i := range parsed.Tokens {
			if t := &parsed.Tokens[i]; t.Tag == nlp.VERB {
				t.Lemma = c.verbLemma(t.Text, t.Lemma)
			}
		}
		tree := newTree(&parsed)
		tree.activate()
		s := &sentence{tree: tree, doc: doc, start: parsed.Start, end: parsed.End, states: parsed.States}
		s.findPlaces(c.Places)
		s.findMentions()
		s.takeCensus()
		f(s, set)
	}
	return sentences
}

func (c *coder) sentence(s *sentence, set *setting) []coding.Claim {
	acts := c.Own.apply(s, s.learnedActs(c.models, c.lex))
	here := set.read(s, acts)
	if len(acts) == 0 {
		here.pass()
		return nil
	}
	claims := make([]coding.Claim, 0, len(acts))
	for _, a := range acts {
		cl := coding.Claim{
			Start: s.start, End: s.end,
			Type:       a.Type,
			Initiators: s.all(a.initiators),
			Recipients: s.all(a.recipients),
			Trigger:    coding.Span{Start: s.tok[a.token].Start, End: s.tok[a.token].End},
			Confidence: math.Round(100*max(0.05, min(0.99, a.confidence))) / 100,
		}
		var because string
		cl.Status, because = s.status(a)
		speaker, verb := s.speaker(a.token)
		if speaker != nil && (!isSide(speaker, cl) || s.tok[a.token].Tag == nlp.VERB && s.within(a.token, "ccomp")) {
			cl.Speaker = speaker
		}
		if k := s.child(a.token, "nsubj"); k >= 0 && s.tok[k].Tag != nlp.PRON || s.accuses(verb) {
			cl.Initiators = apartFrom(cl.Initiators, cl.Speaker)
		}
		here.date(&cl, a.token)
		here.place(&cl, a.token)
		cl.Reason = s.reason(a, cl, because, verb)
		claims = append(claims, cl)
		t := s.tells(a.token)
		t.unnamed = here.unnamed(a.token)
		t.apart = here.somewhere(a.token) || here.habitual()
		set.told = append(set.told, t)
	}
	return claims
}

// accuses reports whether the word is that of an accusation in the sentence.
func (s *sentence) accuses(verb string) bool {
	for k := range s.tok {
		if s.tok[k].Text == verb {
			return accusing[s.lemma(k)]
		}
	}
	return false
}

// apartFrom is the side without the speaker if somebody else is on it: in
// "Moscow said Kyiv had attacked", Kyiv alone did.
func apartFrom(side []coding.Mention, speaker *coding.Mention) []coding.Mention {
	if speaker == nil || speaker.Start == speaker.End || len(side) < 2 {
		return side
	}
	rest := slices.DeleteFunc(slices.Clone(side), func(m coding.Mention) bool { return m.Start < speaker.End && speaker.Start < m.End })
	if len(rest) == 0 {
		return side
	}
	return rest
}

// isSide reports whether the speaker is the claim's own initiator: whoever
// does a thing by speaking is not its source as well.
func isSide(m *coding.Mention, c coding.Claim) bool {
	for _, i := range c.Initiators {
		if i.Start == m.Start && c.Type.Quad() != schema.MaterialConflict {
			return true
		}
	}
	return false
}

func (s *sentence) all(ms []mention) []coding.Mention {
	out := make([]coding.Mention, len(ms))
	for i, m := range ms {
		out[i] = s.mention(m)
	}
	return out
}

// reason says in words which evidence decided.
func (s *sentence) reason(a act, c coding.Claim, because, verb string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s means %s (%s)", s.quoted(a.words), a.Type, a.because())
	if len(a.how) > 0 {
		b.WriteString("; sides: " + strings.Join(a.how, ", "))
	}
	if c.Status != schema.Asserted {
		fmt.Fprintf(&b, "; %s because of “%s”", c.Status, because)
	}
	if c.Speaker != nil {
		fmt.Fprintf(&b, "; said by %s (“%s”)", c.Speaker.Text, verb)
		if len(c.Initiators) < len(a.initiators) {
			b.WriteString(", who only says so")
		}
	}
	return b.String()
}
