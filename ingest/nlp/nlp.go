// Package nlp analyses English news text: sentences, tokens with byte
// offsets, lemmas, part-of-speech tags and a labelled dependency tree in the
// manner of Universal Dependencies (UD).
//
// Tokens follow the English UD treebanks EWT and GUM: clitics stand alone
// ("Turkey" "'s", "did" "n't", "can" "not"), hyphenated compounds are split
// ("Iran" "-" "backed") except after bound prefixes ("anti-tank"), units leave
// their number ("7" "pm"), and an abbreviation keeps its full stop.
//
// News copies often lost their commas and apostrophes on the way ("Turkeys
// military"). The models are trained on such text too: a possessive whose
// apostrophe is missing is one token with XPOS "NNP+POS" or "NN+POS", the
// lemma without the s, and the relation nmod:poss.
//
// An [Analyzer] is immutable after [New] and safe for concurrent use.
package nlp

import (
	_ "embed" // the model file
	"fmt"
	"iter"

	"faultline/ingest/neural"
	"faultline/ingest/nlp/internal/model"
)

// Token is one syntactic word of a sentence.
type Token struct {
	Start, End int    // byte offsets in the analysed text; text[Start:End] == Text
	Text       string // the word as written
	Lemma      string // dictionary form, lower-cased unless a proper noun
	Tag        Tag    // UD part of speech
	XPOS       string // Penn Treebank tag, e.g. "VBD"; a lost-apostrophe possessive has "NNP+POS" or "NN+POS"
	Head       int    // index in Sentence.Tokens of the governor; -1 at the root
	Rel        string // UD relation to the head with its subtype, e.g. "nsubj:pass"; "root" at the root
}

// Sentence is one sentence of a text.
type Sentence struct {
	Start, End int // byte offsets in the analysed text, without surrounding white space
	Tokens     []Token

	// States is what the network knows of each token in its context, StateSize
	// numbers for each: for networks of other tasks. Parse sets it.
	States []float32
}

// StateSize is how many numbers the state of a token has.
const StateSize = model.Mid

// Span is a half-open range of byte offsets.
type Span struct{ Start, End int }

// maxSentence bounds the tokens of one sentence: longer runs are garbage
// (tables, dumps) and are cut so that memory per sentence stays bounded.
const maxSentence = 400

//go:embed english.model
var english string

// Analyzer holds the trained models. The zero value is not usable; see [New].
type Analyzer struct{ net *network }

// New loads the embedded models. An error means that the program was built
// with a damaged model file.
func New() (*Analyzer, error) {
	m, err := model.Read(english)
	if err != nil {
		return nil, fmt.Errorf("nlp: english.model: %w; run go run ./ingest/nlp/train", err)
	}
	return NewFrom(m, false), nil
}

// NewFrom makes an analyzer of a model that was just trained. An exact one
// computes with floats instead of small integers: for the trainer, which wants
// to know what the integers cost.
func NewFrom(m *model.Model, exact bool) *Analyzer {
	f := neural.Fastest()
	if exact {
		f = neural.Floats
	}
	return &Analyzer{newNetwork(m, f)}
}

// Analyze splits a whole text into sentences and tags, lemmatises and parses
// each of them. Sentences come in text order. Any bytes are accepted.
func (a *Analyzer) Analyze(text string) []Sentence {
	var out []Sentence
	for s := range a.Sentences(text) {
		out = append(out, s)
	}
	return out
}

// Sentences is Analyze one sentence at a time, for texts too long to hold
// their analysis in memory.
func (a *Analyzer) Sentences(text string) iter.Seq[Sentence] {
	return func(yield func(Sentence) bool) {
		for s := range Tokenize(text) {
			a.Parse(&s)
			if !yield(s) {
				return
			}
		}
	}
}

// Parse fills Tag, XPOS, Lemma, Head and Rel of tokens whose Text is set.
func (a *Analyzer) Parse(s *Sentence) {
	if len(s.Tokens) == 0 {
		return
	}
	// A caller's sentence may be longer than those of Tokenize: parts are
	// parsed alone, and their roots hang on the first.
	root := -1
	s.States = make([]float32, len(s.Tokens)*StateSize)
	for from := 0; from < len(s.Tokens); from += maxSentence {
		part := s.Tokens[from:min(from+maxSentence, len(s.Tokens))]
		a.net.parseTokens(part, s.States[from*StateSize:])
		for i := range part {
			switch {
			case part[i].Head >= 0:
				part[i].Head += from
			case root < 0:
				root = i
			default:
				part[i].Head, part[i].Rel = root, "parataxis"
			}
		}
	}
}

// Lemma gives the dictionary form of a single word with the given Penn tag,
// such as "VBD" for "fought".
func (a *Analyzer) Lemma(form, xpos string) string { return a.net.m.Lem.Of(form, xpos) }

// Tokenize yields the sentences of a text in order, with token offsets and
// texts only: the linguistic fields are unset.
func Tokenize(text string) iter.Seq[Sentence] {
	return func(yield func(Sentence) bool) {
		splitText(text, func(toks []piece) bool {
			s := Sentence{
				Start:  toks[0].start,
				End:    toks[len(toks)-1].end,
				Tokens: make([]Token, len(toks)),
			}
			for i, p := range toks {
				s.Tokens[i] = Token{Start: p.start, End: p.end, Text: text[p.start:p.end], Head: -1}
			}
			return yield(s)
		})
	}
}

// Split finds the sentences of a text without analysing them, in text order.
func Split(text string) []Span {
	var out []Span
	splitText(text, func(toks []piece) bool {
		out = append(out, Span{toks[0].start, toks[len(toks)-1].end})
		return true
	})
	return out
}
