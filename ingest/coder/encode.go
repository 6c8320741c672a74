package coder

import (
	"math"
	"slices"

	"faultline/ingest/coder/encoder"
	"faultline/ingest/neural"
	"faultline/ingest/nlp"
	"faultline/schema"
)

// encoderShare is the weight of the encoder in the mean of the logarithms of
// its probabilities and of those of the regressions.
const encoderShare = 0.65

// encoderInput is the sentence as the encoder is told of it.
func (s *sentence) encoderInput(lex lexicon, vectors func(string, *[nlp.VectorSize]float32) bool) *encoder.Sentence {
	types := schema.EventTypes()
	out := &encoder.Sentence{States: s.states, Tokens: make([]encoder.Token, len(s.tok))}
	for i := range s.tok {
		t, lemma := &out.Tokens[i], s.lemma(i)
		t.Head = s.tok[i].Head
		t.Name(s.label(i), lemma)
		if !vectors(lemma, &t.Vector) {
			t.Vector = [nlp.VectorSize]float32{}
		}
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

// blend puts the encoder's probabilities into those of a regression.
func blend(probs, encoded []float64) {
	const least = 1e-9
	for i := range probs {
		probs[i] = (1-encoderShare)*math.Log(probs[i]+least) + encoderShare*math.Log(encoded[i]+least)
	}
	neural.Softmax(probs)
}
