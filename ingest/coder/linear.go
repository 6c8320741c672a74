package coder

import (
	"encoding/binary"
	"errors"
	"math"
)

// A linear model is a multi-class logistic regression over hashed features.
// Weights are kept for the features that training found useful, as small
// integers with one scale.
type linear struct {
	classes int
	scale   float32
	mask    uint32 // of the hash table
	slots   []slot
	weights []int8 // classes per row
}

// slot is a place of the hash table: a feature and where its weights begin,
// −1 where it is free.
type slot struct {
	key uint32
	row int32
}

// maxClasses bounds the classes of a model.
const maxClasses = 32

// sum fills out with the score of each class, before they are made
// probabilities.
func (m *linear) sum(f []uint32, out []float64) {
	var sums [maxClasses]int32
	for _, key := range f {
		if r := m.row(key); r >= 0 {
			for c, w := range m.weights[r : r+int32(m.classes)] {
				sums[c&(maxClasses-1)] += int32(w)
			}
		}
	}
	for c := range out {
		out[c] = float64(sums[c]) * float64(m.scale)
	}
}

func (m *linear) row(key uint32) int32 {
	for i := key & m.mask; ; i = (i + 1) & m.mask {
		if s := m.slots[i]; s.row < 0 || s.key == key {
			return s.row
		}
	}
}

// newLinear makes the table of rows; keys and weights are in the same order.
func newLinear(classes int, scale float32, keys []uint32, weights []int8) *linear {
	size := 1
	for size < 2*len(keys)+1 {
		size *= 2
	}
	m := &linear{classes: classes, scale: scale, mask: uint32(size - 1), slots: make([]slot, size), weights: weights}
	for i := range m.slots {
		m.slots[i].row = -1
	}
	for n, key := range keys {
		i := key & m.mask
		for m.slots[i].row >= 0 {
			i = (i + 1) & m.mask
		}
		m.slots[i] = slot{key, int32(n * classes)}
	}
	return m
}

// append writes the model behind b: classes, rows, scale, then keys and
// weights, little endian.
func (m *linear) append(b []byte) []byte {
	var keys []uint32
	var weights []int8
	for _, s := range m.slots {
		if s.row >= 0 {
			keys = append(keys, s.key)
			weights = append(weights, m.weights[s.row:s.row+int32(m.classes)]...)
		}
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(m.classes))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(keys)))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.scale))
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint32(b, k)
	}
	for _, w := range weights {
		b = append(b, byte(w))
	}
	return b
}

var errModel = errors.New("the events model is damaged; run go run ./ingest/coder/train")

// readLinear reads what append wrote and returns the rest.
func readLinear(b []byte) (*linear, []byte, error) {
	if len(b) < 12 {
		return nil, nil, errModel
	}
	classes, n := int(binary.LittleEndian.Uint32(b)), int(binary.LittleEndian.Uint32(b[4:]))
	scale := math.Float32frombits(binary.LittleEndian.Uint32(b[8:]))
	b = b[12:]
	if classes < 1 || classes > maxClasses || n < 0 || n > len(b)/(4+classes) {
		return nil, nil, errModel
	}
	keys := make([]uint32, n)
	for i := range keys {
		keys[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	b = b[4*n:]
	weights := make([]int8, n*classes)
	for i := range weights {
		weights[i] = int8(b[i])
	}
	return newLinear(classes, scale, keys, weights), b[n*classes:], nil
}

// features collects hashed features. The hash is FNV-1a over the parts.
type features struct {
	list  []uint32
	words []string // for the slots of a network
}

const (
	fnvOffset = 2166136261
	fnvPrime  = 16777619
)

func hashString(h uint32, s string) uint32 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * fnvPrime
	}
	return (h ^ 0xff) * fnvPrime
}

func (f *features) reset() { f.list, f.words = f.list[:0], f.words[:0] }

func (f *features) add(parts ...string) {
	h := uint32(fnvOffset)
	for _, p := range parts {
		h = hashString(h, p)
	}
	f.list = append(f.list, h)
}
