package coder

import (
	"encoding/binary"
	"math"
	"strings"
	"sync"

	"faultline/ingest/neural"
	"faultline/ingest/nlp"
)

// A classifier adds two sets of scores: those of a linear model over what
// the words and the syntax are, which knows what it has seen, and those of a
// small network over the vectors of a few words, which carries that over to
// words of like meaning.
type classifier struct {
	wide *linear
	deep *network
}

// network has one hidden layer. Its input is the vectors of the words in a
// number of slots.
type network struct {
	slots, hidden, classes int
	in                     []float32 // slot, input, hidden
	bias                   []float32
	out                    []float32 // hidden, class
	vectors                func(word string, out *[nlp.VectorSize]float32) bool
	cache                  *sync.Map // slotWord to []float32, hidden: what the word adds
}

type slotWord struct {
	slot int
	word string
}

func newNetwork(slots, hidden, classes int, vectors func(string, *[nlp.VectorSize]float32) bool) *network {
	return &network{
		slots: slots, hidden: hidden, classes: classes,
		in: make([]float32, slots*nlp.VectorSize*hidden), bias: make([]float32, hidden), out: make([]float32, hidden*classes),
		vectors: vectors, cache: &sync.Map{},
	}
}

// maxCached bounds how long a word may be to be remembered.
const maxCached = 24

// contribution is what a word in a slot adds to the hidden layer, nil for a
// word without a vector.
func (n *network) contribution(slot int, word string) []float32 {
	key := slotWord{slot, word}
	if c, ok := n.cache.Load(key); ok {
		return c.([]float32)
	}
	var v [nlp.VectorSize]float32
	var sum []float32
	if n.vectors(word, &v) {
		sum = make([]float32, n.hidden)
		w := n.in[slot*nlp.VectorSize*n.hidden:]
		for i, x := range v {
			row := w[i*n.hidden:][:n.hidden]
			for h := range sum {
				sum[h] += x * row[h]
			}
		}
	}
	if sum != nil && len(word) <= maxCached {
		// Only words that have a vector are kept: there are no more than those.
		n.cache.Store(slotWord{slot, strings.Clone(word)}, sum)
	}
	return sum
}

// add puts the network's scores onto those of the classes.
func (n *network) add(words []string, scores []float64) {
	var room [64]float32
	h := room[:n.hidden]
	copy(h, n.bias)
	for slot, word := range words {
		if word == "" {
			continue
		}
		if c := n.contribution(slot, word); c != nil {
			for i, x := range c {
				h[i] += x
			}
		}
	}
	for i, x := range h {
		if x <= 0 {
			continue
		}
		for c, w := range n.out[i*n.classes:][:n.classes] {
			scores[c] += float64(x * w)
		}
	}
}

// scores fills out with the probability of each class.
func (c *classifier) scores(f *features, out []float64) {
	c.wide.sum(f.list, out)
	if c.deep != nil {
		c.deep.add(f.words, out)
	}
	neural.Softmax(out)
}

// append writes the network behind b, weights as 16-bit floats.
func (n *network) append(b []byte) []byte {
	for _, v := range []int{n.slots, n.hidden, n.classes} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	for _, part := range [][]float32{n.in, n.bias, n.out} {
		for _, w := range part {
			b = binary.LittleEndian.AppendUint16(b, uint16((math.Float32bits(w)+0x8000)>>16))
		}
	}
	return b
}

// readNetwork reads what append wrote and returns the rest.
func readNetwork(b []byte, vectors func(string, *[nlp.VectorSize]float32) bool) (*network, []byte, error) {
	if len(b) < 12 {
		return nil, nil, errModel
	}
	slots, hidden, classes := int(binary.LittleEndian.Uint32(b)), int(binary.LittleEndian.Uint32(b[4:])), int(binary.LittleEndian.Uint32(b[8:]))
	b = b[12:]
	if slots < 1 || slots > 16 || hidden < 1 || hidden > 64 || classes < 1 || classes > maxClasses {
		return nil, nil, errModel
	}
	n := newNetwork(slots, hidden, classes, vectors)
	for _, part := range [][]float32{n.in, n.bias, n.out} {
		if len(b) < 2*len(part) {
			return nil, nil, errModel
		}
		for i := range part {
			part[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(b[2*i:])) << 16)
		}
		b = b[2*len(part):]
	}
	return n, b, nil
}
