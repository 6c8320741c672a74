// Package model holds what the language analysis learned and how it is stored:
// word vectors, network weights, label sets and lemma tables. The trainer
// writes it, package nlp reads it.
package model

import "faultline/ingest/neural"

// Sizes of the network, in float values. They are constants because the
// trainer and the analyzer must agree, and because loops over constant sizes
// are faster.
const (
	VecDim   = 100     // pretrained word vector
	WordDim  = 64      // learned vector of a frequent word
	GramDim  = 48      // sum of learned vectors of character n-grams
	Grams    = 1 << 14 // hashed character n-grams
	ShapeDim = 16      // sum of learned vectors of the word's shape
	Shapes   = 48      // classes of shape
	EmbDim   = VecDim + WordDim + GramDim + ShapeDim

	Cells1 = 128        // recurrent cells per direction, first layer
	Cells2 = 128        // recurrent cells per direction, later layers
	Gate1  = 4 * Cells1 // candidate and forget gate, forward and backward
	Gate2  = 4 * Cells2
	Mid    = 128 // width between the layers
	ArcDim = 96  // vectors of dependents and heads
	LabDim = 128 // hidden layer of the labeller

	DistRoot = 21 // bucket of the arc from the root
	Dists    = 22 // buckets of signed distance
)

// TagPair is one class of the tagger: universal and Penn tag together.
type TagPair struct {
	UPOS uint8
	XPOS string
}

// Bytes is a matrix of signed bytes with one scale per row.
type Bytes struct {
	Rows, Cols int
	V          []int8
	Scale      []float32
}

// Model is everything the analyzer knows. It is read-only after loading.
type Model struct {
	Tags []TagPair
	Rels []string
	Vecs map[string]int32 // lower-cased word to row of Vec
	Vec  Bytes            // pretrained vectors
	Word map[string]int32 // lower-cased frequent training word to row of WordEmb
	Net  Net
	Lem  Lemmas
}

// Net lists the weights. Matrices are stored input × output.
type Net struct {
	WordEmb, GramEmb, ShapeEmb   neural.Tensor
	In, InB                      neural.Tensor // window of three words → gates of layer 1
	Skip                         neural.Tensor // word → Mid
	Mid1, Mid1B                  neural.Tensor // cells 1 → Mid
	Tag, TagB                    neural.Tensor // Mid → tags
	TagGate                      neural.Tensor // tags of three words → gates of layer 2
	Gates2, Gates2B, Mid2, Mid2B neural.Tensor
	Gates3, Gates3B, Mid3, Mid3B neural.Tensor
	Gates4, Gates4B, Mid4, Mid4B neural.Tensor
	TagTop                       neural.Tensor // Mid → tags, added to those of the first layer
	ArcD, ArcDB, ArcH, ArcHB     neural.Tensor
	Bil, BilB                    neural.Tensor // bilinear form of an arc, prior of a head
	DistD, DistH                 neural.Tensor // distance preferences of dependent and head
	RootH                        neural.Tensor // the root as a head
	LabD, LabH, LabDist, LabRoot neural.Tensor
	LabO, LabOB                  neural.Tensor
}

// NewNet returns zero weights for the given numbers of words, tags and relations.
func NewNet(words, tags, rels int) Net {
	t := neural.NewTensor
	return Net{
		WordEmb: t(words, WordDim), GramEmb: t(Grams, GramDim), ShapeEmb: t(Shapes, ShapeDim),
		In: t(3*EmbDim, Gate1), InB: t(1, Gate1), Skip: t(EmbDim, Mid),
		Mid1: t(2*Cells1, Mid), Mid1B: t(1, Mid),
		Tag: t(Mid, tags), TagB: t(1, tags), TagGate: t(3*tags, Gate2),
		Gates2: t(Mid, Gate2), Gates2B: t(1, Gate2), Mid2: t(2*Cells2, Mid), Mid2B: t(1, Mid),
		Gates3: t(Mid, Gate2), Gates3B: t(1, Gate2), Mid3: t(2*Cells2, Mid), Mid3B: t(1, Mid),
		Gates4: t(Mid, Gate2), Gates4B: t(1, Gate2), Mid4: t(2*Cells2, Mid), Mid4B: t(1, Mid), TagTop: t(Mid, tags),
		ArcD: t(Mid, ArcDim), ArcDB: t(1, ArcDim), ArcH: t(Mid, ArcDim), ArcHB: t(1, ArcDim),
		Bil: t(ArcDim, ArcDim), BilB: t(1, ArcDim), DistD: t(ArcDim, Dists), DistH: t(ArcDim, Dists), RootH: t(1, ArcDim),
		LabD: t(Mid, LabDim), LabH: t(Mid, LabDim), LabDist: t(Dists, LabDim), LabRoot: t(1, LabDim),
		LabO: t(LabDim, rels), LabOB: t(1, rels),
	}
}

// All lists the tensors in file order.
func (n *Net) All() []*neural.Tensor {
	return []*neural.Tensor{
		&n.WordEmb, &n.GramEmb, &n.ShapeEmb, &n.In, &n.InB, &n.Skip, &n.Mid1, &n.Mid1B, &n.Tag, &n.TagB, &n.TagGate,
		&n.Gates2, &n.Gates2B, &n.Mid2, &n.Mid2B, &n.Gates3, &n.Gates3B, &n.Mid3, &n.Mid3B,
		&n.Gates4, &n.Gates4B, &n.Mid4, &n.Mid4B, &n.TagTop,
		&n.ArcD, &n.ArcDB, &n.ArcH, &n.ArcHB, &n.Bil, &n.BilB, &n.DistD, &n.DistH, &n.RootH,
		&n.LabD, &n.LabH, &n.LabDist, &n.LabRoot, &n.LabO, &n.LabOB,
	}
}

// DistBucket classes the signed distance from a dependent to its head.
func DistBucket(d int) int {
	neg := 0
	if d < 0 {
		neg, d = 10, -d
	}
	switch {
	case d <= 6:
		return neg + d // 1..6
	case d <= 8:
		return neg + 7
	case d <= 12:
		return neg + 8
	case d <= 20:
		return neg + 9
	}
	return neg + 10
}
