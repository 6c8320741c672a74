package model

import "sort"

// Dim is the size of a word vector.
const Dim = 100

// Vectors are word vectors as small integers, and for each word its cluster
// in one or more clusterings.
type Vectors struct {
	Words   []string // sorted
	V       []int8   // Dim per word
	Scale   []float32
	Cluster []uint16 // clusterings of the first word, then of the second, …
}

// row is the index of a word, −1 if it has no vector.
func (v *Vectors) row(word string) int {
	i := sort.SearchStrings(v.Words, word)
	if i < len(v.Words) && v.Words[i] == word {
		return i
	}
	return -1
}

// addTo adds the vector of row r, weighted, to sum.
func (v *Vectors) addTo(sum []float32, r int, weight float32) {
	w := weight * v.Scale[r]
	for i, x := range v.V[r*Dim:][:Dim] {
		sum[i] += w * float32(x)
	}
}
