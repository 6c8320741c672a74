package coder

import (
	"math"
	"slices"

	"faultline/ingest/coder/encoder"
	"faultline/ingest/neural"
	"faultline/ingest/nlp"
	"faultline/schema"
)

// encoderMembers is how many encoders there are. Each was trained from other
// random numbers; together they depend less on chance.
const encoderMembers = 2

// encoderShare is the weight of the encoders in the mean of the logarithms of
// their probabilities and of those of the regressions.
const encoderShare = 0.65

// encodings are what the encoders make of a sentence.
type encodings []*encoder.Reading

func (m *models) read(s *encoder.Sentence) encodings {
	all := make(encodings, len(m.encoders))
	for i, e := range m.encoders {
		all[i] = e.Read(s)
	}
	return all
}

// encoderInput is the sentence as the encoder is told of it.
func (s *sentence) encoderInput(lex lexicon, vectors func(string, *[nlp.VectorSize]float32) bool) *encoder.Sentence {
	types := schema.EventTypes()
	out := &encoder.Sentence{States: s.states, Tokens: make([]encoder.Token, len(s.tok))}
	for i := range s.tok {
		t, lemma := &out.Tokens[i], s.lemma(i)
		t.Head = s.tok[i].Head
		t.Name(s.label(i), lemma)
		vectors(lemma, &t.Vector) // stays zero for a word without one
		for _, tag := range []nlp.Tag{nlp.VERB, nlp.NOUN, nlp.ADJ} {
			listed := float32(0.5)
			if tag == s.tok[i].Tag {
				listed = 1
			}
			for _, p := range s.matching(lex, lexKey{tag, lemma}, i) {
				k := slices.Index(types, p.Type)
				t.Lexicon[k] = max(t.Lexicon[k], listed)
			}
		}
	}
	return out
}

// wayTo is the path from token t to a party, and what the rules of syntax say
// of that, for the encoder.
func (s *sentence) wayTo(t, c int, by sides) (path int32, rule int) {
	voice := ""
	if s.tok[t].Tag == nlp.VERB && s.passive(t) {
		voice = "passive"
	}
	if isAmong(by.initiators, c) {
		rule = initiatorSide
	}
	if isAmong(by.recipients, c) {
		rule |= recipientSide
	}
	return encoder.Path(s.path(t, c), s.preposition(c), voice), rule
}

// blend puts the encoders' probabilities into those of a regression: of is
// called to fill in those of each.
func (all encodings) blend(probs []float64, of func(r *encoder.Reading, out []float64)) {
	const least = 1e-9
	var room [maxClasses]float64
	encoded := room[:len(probs)]
	for i, p := range probs {
		probs[i] = (1 - encoderShare) * math.Log(p+least)
	}
	for _, r := range all {
		of(r, encoded)
		for i, p := range encoded {
			probs[i] += encoderShare / float64(len(all)) * math.Log(p+least)
		}
	}
	neural.Softmax(probs)
}
