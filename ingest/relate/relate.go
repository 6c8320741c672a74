// Package relate tells what one actor of a sentence does to another: which
// of PLOVER's types, CONCEDE and RETREAT taken together as YIELD, holds
// between two given spans. It always answers; whether there is a relation at
// all is the event coder's question.
//
// The classifier is a linear machine over words and n-grams around the two,
// the verbs between them in the tree, verb dictionaries (PETRARCH's CAMEO
// dictionary and the event coder's lexicon) and word vectors; what models of
// annotated news say of the pair is an input too. See train for how it is
// fitted.
package relate

import (
	_ "embed" // the model file
	"fmt"

	"faultline/ingest/nlp"
	"faultline/ingest/relate/internal/model"
	"faultline/schema"
)

// Type is a relation type: an event type, or Yield.
type Type string

// Yield is CONCEDE or RETREAT.
const Yield Type = "YIELD"

// Types lists the fifteen types in the order of their quad classes.
func Types() []Type {
	out := make([]Type, model.NumClasses)
	for i, c := range model.Classes {
		out[i] = Type(c)
	}
	return out
}

// Quad is the class of the type, 0 of an unknown one. YIELD is material
// cooperation.
func (t Type) Quad() schema.QuadClass {
	if i := model.Class(string(t)); i >= 0 {
		return schema.QuadClass(model.Quads[i])
	}
	return 0
}

// Span is a half-open range of bytes in a sentence. An empty one stands for
// an actor that the sentence does not name.
type Span = model.Span

// Relation is what was found to hold.
type Relation struct {
	Type       Type
	Quad       schema.QuadClass // the likeliest class of all types together; seldom not that of Type
	Confidence float64          // probability of Type, 0…1
}

//go:embed relations.model
var relationsModel string

// Classifier tells relations. It is safe for concurrent use.
type Classifier struct {
	analyzer *nlp.Analyzer
	model    *model.Model
}

// New reads the embedded model. An error means that the program was built
// with a damaged one.
func New(a *nlp.Analyzer) (*Classifier, error) {
	m, err := model.Read(relationsModel)
	if err != nil {
		return nil, fmt.Errorf("relate: relations.model: %w; run go run ./ingest/relate/train", err)
	}
	return &Classifier{a, m}, nil
}

// Classify tells what source does to target in the sentence.
func (c *Classifier) Classify(sentence string, source, target Span) Relation {
	p := c.model.Score(model.Parse(c.analyzer, sentence, source, target))
	class, quad := model.Decide(p[:])
	return Relation{Type(model.Classes[class]), schema.QuadClass(quad), p[class]}
}

// Find is where the sides stand in a sentence: at <s>…</s> and <t>…</t> of
// the marked sentence, which may be "", else at the first occurrence of their
// words. A side that the sentence does not name is an empty span.
func Find(sentence, marked, source, target string) (s, t Span) {
	return model.Find(sentence, marked, source, target)
}
