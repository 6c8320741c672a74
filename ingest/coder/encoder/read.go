package encoder

import (
	"sync"

	"faultline/ingest/neural"
	"faultline/ingest/nlp"
)

// Token is what the network is told of a token beside the parser's state.
type Token struct {
	Vector  [nlp.VectorSize]float32 // of its lemma, zero if it has none
	Lexicon [Types]float32          // 1 for a type that the lexicon gives the word, ½ for one of the word as another part of speech
	Head    int                     // its governor, −1 at the root

	label, lemma int32
}

// Name tells what the token is to the gazetteer, and its lemma.
func (t *Token) Name(label, lemma string) {
	t.label, t.lemma = bucket(labels, label), bucket(lemmas, lemma)
}

// Sentence is what the network is told of a sentence.
type Sentence struct {
	States []float32 // of the parser, nlp.StateSize for each token
	Tokens []Token
}

// Reading is what the network makes of a sentence.
type Reading struct {
	e     *Encoder
	types []float32 // scores
	top   []float32 // what the hidden layer of sides gets from each token
}

// scratch is the working memory of one sentence.
type scratch struct {
	work                                      neural.Work
	words, first, more, gates, cells, x, both []float32
	hidden                                    []float32
}

var pool = sync.Pool{New: func() any { return new(scratch) }}

// fill writes the word part of the inputs, one row for each token.
func (n *net) fill(x []float32, tokens []Token) {
	for i := range tokens {
		t := &tokens[i]
		row := x[i*word:][:word]
		at := copy(row, t.Vector[:])
		at += copy(row[at:], n.label.Row(int(t.label)))
		at += copy(row[at:], n.lemma.Row(int(t.lemma)))
		copy(row[at:], t.Lexicon[:])
	}
}

// Read runs the network.
func (e *Encoder) Read(in *Sentence) *Reading {
	n := len(in.Tokens)
	s := pool.Get().(*scratch)
	defer pool.Put(s)
	words := neural.Grow(&s.words, n*word)
	e.net.fill(words, in.Tokens)
	first, more := neural.Grow(&s.first, n*e.state.Stride), neural.Grow(&s.more, n*e.word.Stride)
	e.state.Run(&s.work, first, in.States, n)
	e.word.Run(&s.work, more, words, n)
	g := neural.Grow(&s.gates, n*gates)
	for t := range n {
		row := first[t*e.state.Stride:][:gates+mid]
		neural.Add(row, more[t*e.word.Stride:])
		copy(g[t*gates:], row[:gates])
	}
	h := neural.Grow(&s.cells, n*2*cells)
	neural.Recur(h, g, n, cells)
	x := neural.Grow(&s.x, n*mid) // the width is a multiple of what layers pad to
	e.mid1.Run(&s.work, x, h, n)
	for t := range n {
		neural.Add(x[t*mid:][:mid], first[t*e.state.Stride+gates:])
	}
	neural.Relu(x)
	both := neural.Grow(&s.both, n*e.in2.Stride)
	e.in2.Run(&s.work, both, x, n)
	for t := range n {
		row := g[t*gates:][:gates]
		copy(row, both[t*e.in2.Stride:])
		if head := in.Tokens[t].Head; head >= 0 {
			neural.Add(row, both[head*e.in2.Stride+gates:])
		}
	}
	neural.Recur(h, g, n, cells)
	r := neural.Grow(&s.more, n*mid)
	e.mid2.Run(&s.work, r, h, n)
	neural.Relu(r)
	neural.Add(x, r)
	out := &Reading{e: e, top: make([]float32, n*e.top.Stride), types: make([]float32, n*e.typeOut.Stride)}
	e.top.Run(&s.work, out.top, x, n)
	k := neural.Grow(&s.hidden, n*hidden)
	for t := range n {
		copy(k[t*hidden:][:hidden], out.top[t*e.top.Stride:])
	}
	neural.Relu(k)
	e.typeOut.Run(&s.work, out.types, k, n)
	return out
}

// Types fills out with the probabilities of none and of each type for token i.
func (r *Reading) Types(i int, out []float64) {
	for c, v := range r.types[i*r.e.typeOut.Stride:][:types] {
		out[c] = float64(v)
	}
	neural.Softmax(out)
}

// Sides fills out with the probabilities of the sides for the party at token c,
// when token t stands for the type (from 0 on). The path and the rule (0 none,
// 1 initiator, 2 recipient, 3 both) lead from t to c.
func (r *Reading) Sides(t, c, typ int, path int32, rule int, out []float64) {
	n, stride := r.e.net, r.e.top.Stride
	var h [hidden]float32
	copy(h[:], r.top[t*stride+hidden:])
	neural.Add(h[:], r.top[c*stride+2*hidden:])
	neural.Add(h[:], n.path.Row(int(path)))
	neural.Add(h[:], n.ofType.Row(typ))
	neural.Add(h[:], n.rule.Row(rule))
	neural.Relu(h[:])
	var y [Sides]float32
	neural.Combine(y[:], h[:], n.sideOut.V)
	for k, v := range y {
		out[k] = float64(v + n.sideOutB.V[k])
	}
	neural.Softmax(out)
}
