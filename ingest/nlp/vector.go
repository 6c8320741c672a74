package nlp

import "faultline/ingest/nlp/internal/model"

// VectorSize is the length of a word's vector.
const VectorSize = model.VecDim

// Vector gives the pretrained vector of a word, and false for a word that has
// none. It tells what a word means by the company it keeps, where a tree
// tells what it does.
func (a *Analyzer) Vector(word string, out *[VectorSize]float32) bool {
	m := a.net.m
	row, ok := m.Vecs[model.Normal(word)]
	if !ok {
		return false
	}
	scale := m.Vec.Scale[row]
	for i, v := range m.Vec.V[int(row)*VectorSize:][:VectorSize] {
		out[i] = float32(v) * scale
	}
	return true
}
