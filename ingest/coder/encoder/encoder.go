// Package encoder is the network that reads a sentence as a whole before the
// coder decides what its words stand for. It sees what the parser knows of each
// token in its context, what the word means, and what gazetteer and lexicon say
// of it. It tells for every token how likely it stands for which type of event,
// and for a token, a type and a party on which side the party is.
//
// It has two gated recurrent layers in both directions, the second of which sees
// each token beside its governor. Above them are a hidden layer for types, and
// one for sides, which knows the path through the tree as well.
package encoder

import (
	"encoding/binary"
	"errors"
	"math"

	"faultline/ingest/neural"
	"faultline/ingest/nlp"
)

// What a network of this package tells apart.
const (
	Types = 18        // of events, in the order of schema.EventTypes
	types = Types + 1 // none comes first
	Sides = 3         // none, initiator, recipient
	Rules = 4         // what the rules of syntax say of a party: none, initiator, recipient, both
)

// Sizes of the network, in numbers.
const (
	labels = 1 << 9  // hashed labels of tokens
	lemmas = 1 << 14 // hashed lemmas
	paths  = 1 << 12 // hashed paths through the tree
	emb    = 24      // learned vectors of labels and lemmas
	word   = nlp.VectorSize + 2*emb + Types
	cells  = 96 // recurrent cells a direction
	gates  = 4 * cells
	mid    = 128 // width between the layers
	hidden = 96  // width of the layers above
)

// net are the weights. Matrices are stored input × output.
type net struct {
	label, lemma               neural.Tensor // vectors
	stateIn1, wordIn1, in1B    neural.Tensor // state of the parser and word → gates of layer 1
	stateMid1, wordMid1, mid1B neural.Tensor // → mid, past layer 1
	mid1                       neural.Tensor // cells → mid
	in2, headIn2, in2B         neural.Tensor // token and governor → gates of layer 2
	mid2, mid2B                neural.Tensor
	typeIn, typeB              neural.Tensor // mid → hidden layer of types
	typeOut, typeOutB          neural.Tensor
	trigger, party, sideB      neural.Tensor // mid → hidden layer of sides
	path, ofType, rule         neural.Tensor // the same, of a path, a type, a rule
	sideOut, sideOutB          neural.Tensor
}

func newNet() *net {
	t := neural.NewTensor
	return &net{
		label: t(labels, emb), lemma: t(lemmas, emb),
		stateIn1: t(nlp.StateSize, gates), wordIn1: t(word, gates), in1B: t(1, gates),
		stateMid1: t(nlp.StateSize, mid), wordMid1: t(word, mid), mid1B: t(1, mid),
		mid1: t(2*cells, mid),
		in2:  t(mid, gates), headIn2: t(mid, gates), in2B: t(1, gates),
		mid2: t(2*cells, mid), mid2B: t(1, mid),
		typeIn: t(mid, hidden), typeB: t(1, hidden),
		typeOut: t(hidden, types), typeOutB: t(1, types),
		trigger: t(mid, hidden), party: t(mid, hidden), sideB: t(1, hidden),
		path: t(paths, hidden), ofType: t(Types, hidden), rule: t(Rules, hidden),
		sideOut: t(hidden, Sides), sideOutB: t(1, Sides),
	}
}

// all lists the tensors in file order.
func (n *net) all() []*neural.Tensor {
	return []*neural.Tensor{
		&n.label, &n.lemma, &n.stateIn1, &n.wordIn1, &n.in1B, &n.stateMid1, &n.wordMid1, &n.mid1B, &n.mid1,
		&n.in2, &n.headIn2, &n.in2B, &n.mid2, &n.mid2B, &n.typeIn, &n.typeB, &n.typeOut, &n.typeOutB,
		&n.trigger, &n.party, &n.sideB, &n.path, &n.ofType, &n.rule, &n.sideOut, &n.sideOutB,
	}
}

// Encoder is a trained network. It is immutable and safe for concurrent use.
type Encoder struct {
	net *net

	// The layers as they run. Those with several parts have one input.
	state, word, mid1, in2, mid2, top, typeOut neural.Layer
}

// newEncoder prepares weights, whose numbers must have 16 bits (see halve).
func newEncoder(n *net, f neural.Form) *Encoder {
	pair := func(w, b neural.Tensor) neural.Pair { return neural.Pair{W: w, B: b} }
	return &Encoder{
		net:     n,
		state:   neural.NewLayer(f, pair(n.stateIn1, n.in1B), pair(n.stateMid1, n.mid1B)),
		word:    neural.NewLayer(f, neural.Pair{W: n.wordIn1}, neural.Pair{W: n.wordMid1}),
		mid1:    neural.NewLayer(f, neural.Pair{W: n.mid1}),
		in2:     neural.NewLayer(f, pair(n.in2, n.in2B), neural.Pair{W: n.headIn2}),
		mid2:    neural.NewLayer(f, pair(n.mid2, n.mid2B)),
		top:     neural.NewLayer(f, pair(n.typeIn, n.typeB), pair(n.trigger, n.sideB), neural.Pair{W: n.party}),
		typeOut: neural.NewLayer(f, pair(n.typeOut, n.typeOutB)),
	}
}

// halve rounds weights to the upper halves of floats, as files keep them.
func (n *net) halve() {
	for _, t := range n.all() {
		for i, v := range t.V {
			t.V[i] = math.Float32frombits((math.Float32bits(v) + 0x8000) &^ 0xffff)
		}
	}
}

// Append writes the network behind b.
func (e *Encoder) Append(b []byte) []byte {
	for _, t := range e.net.all() {
		for _, v := range t.V {
			b = binary.LittleEndian.AppendUint16(b, uint16(math.Float32bits(v)>>16))
		}
	}
	return b
}

// Read reads what Append wrote and returns the rest.
func Read(b []byte) (*Encoder, []byte, error) {
	n := newNet()
	for _, t := range n.all() {
		if len(b) < 2*len(t.V) {
			return nil, nil, errors.New("encoder: the file ends early")
		}
		for i := range t.V {
			t.V[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(b[2*i:])) << 16)
		}
		b = b[2*len(t.V):]
	}
	return newEncoder(n, neural.Fastest()), b, nil
}

// bucket is one of n places for a text, the same on every run.
func bucket(n uint32, parts ...string) int32 {
	h := uint32(2166136261)
	for _, p := range parts {
		for i := 0; i < len(p); i++ {
			h = (h ^ uint32(p[i])) * 16777619
		}
		h = (h ^ 0xff) * 16777619
	}
	return int32((h ^ h>>15) % n)
}

// Path is the number of a way through the tree from a trigger to a party:
// its steps, the preposition of the party, the voice of the trigger.
func Path(steps, preposition, voice string) int32 { return bucket(paths, steps, preposition, voice) }
