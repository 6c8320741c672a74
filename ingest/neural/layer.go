// Package neural has the layers of small recurrent networks, as they run: linear
// maps in small integers, gated cells, rectifiers. The networks that tag and parse
// (package nlp) and that read events (package encoder) are made of them. Package
// gemm beside it has what training needs.
package neural

import "faultline/ingest/neural/gemm"

// Layer is a linear map y = x·w + b.
//
// The fast forms compute with small integers: inputs become 7-bit numbers with
// a sign and one scale per row, weights 7-bit numbers with one scale per
// output. Where the processor has AVX2, its vectors multiply sixteen weights at
// once; elsewhere ordinary 64-bit words multiply three. Both give the same
// outputs to the last bit.
type Layer struct {
	in, out int
	Stride  int // outputs of one row, with the padding after them
	form    Form
	exact   []float32 // in × out, when computing with floats
	b       []float32

	// Of the form in words.
	words int       // machine words per input: lanes of three outputs
	w     []uint64  // in × words
	back  []outputs // of each word

	// Of the form in vectors: for each block of outputs, for each pair of
	// inputs, the two weights of each output. Scale and bias of each output.
	pairs      []int16
	unit, bias []float32
}

// Tensor is a matrix, row after row.
type Tensor struct {
	Rows, Cols int
	V          []float32
}

// NewTensor is a matrix of zeros.
func NewTensor(rows, cols int) Tensor { return Tensor{rows, cols, make([]float32, rows*cols)} }

// Row is row i.
func (t *Tensor) Row(i int) []float32 { return t.V[i*t.Cols:][:t.Cols] }

// Form is a way to compute a layer.
type Form uint8

const (
	Floats  Form = iota // exact
	Words               // three weights to a 64-bit word
	Vectors             // sixteen weights to a vector
)

const (
	outBlock  = 16 // outputs computed together in vectors
	topWeight = 63 // highest size of a weight
	inAlign   = 16 // inputs of the vector form are padded to a multiple
)

// Fastest is the fastest form on this processor.
func Fastest() Form {
	if hasVectors {
		return Vectors
	}
	return Words
}

// Pair is a weight matrix (input × output) with its bias, which may be absent.
type Pair struct{ W, B Tensor }

// NewLayer makes one layer of matrices that share their input; their outputs
// come side by side.
func NewLayer(f Form, parts ...Pair) Layer {
	l := Layer{in: parts[0].W.Rows, form: f}
	for _, p := range parts {
		l.out += p.W.Cols
	}
	l.Stride = (l.out + outBlock - 1) / outBlock * outBlock
	l.b = make([]float32, l.out)
	all := make([]float32, l.in*l.out)
	at := 0
	for _, p := range parts {
		for i := range l.in {
			copy(all[i*l.out+at:], p.W.V[i*p.W.Cols:][:p.W.Cols])
		}
		copy(l.b[at:], p.B.V)
		at += p.W.Cols
	}
	switch f {
	case Floats:
		l.exact, l.Stride = all, l.out
		return l
	case Words:
		l.words = (l.out + 2) / 3
		l.w = make([]uint64, l.in*l.words)
		l.back = make([]outputs, l.words)
	case Vectors:
		l.pairs = make([]int16, (l.in+inAlign-1)/inAlign*inAlign*l.Stride)
		l.unit, l.bias = make([]float32, l.Stride), make([]float32, l.Stride)
	}
	peak := make([]float32, l.out)
	for i := range l.in {
		for o, v := range all[i*l.out:][:l.out] {
			peak[o] = max(peak[o], v, -v)
		}
	}
	for o := range peak {
		peak[o] /= topWeight
		if f == Words {
			u := &l.back[o/3]
			u.scale[o%3], u.bias[o%3] = peak[o], l.b[o]
		} else {
			l.unit[o], l.bias[o] = peak[o], l.b[o]
		}
	}
	rows := len(l.pairs) / max(l.Stride, 1)
	for i := range l.in {
		for o, v := range all[i*l.out:][:l.out] {
			q := 0
			if peak[o] > 0 {
				q = int(v/peak[o]+shift+0.5) - shift
			}
			if f == Words {
				l.w[i*l.words+o/3] |= uint64(q+shift) << (laneBits * (o % 3))
			} else {
				l.pairs[o/outBlock*outBlock*rows+i/2*2*outBlock+o%outBlock*2+i%2] = int16(q)
			}
		}
	}
	return l
}

// Work is the working memory of a layer.
type Work struct {
	lanes lanes
	q     []int16
	scale []float32
	x     []float32
}

// Run computes n rows, l.Stride outputs apart. What y has after the outputs of
// a row is undefined.
func (l *Layer) Run(s *Work, y, x []float32, n int) {
	switch l.form {
	case Floats:
		for t := range n {
			copy(y[t*l.out:][:l.out], l.b)
		}
		gemm.Add(y, x, l.exact, n, l.in, l.out)
	case Words:
		for t := range n {
			l.row(&s.lanes, y[t*l.Stride:][:l.out], x[t*l.in:][:l.in])
		}
	case Vectors:
		l.vectors(s, y, x, n)
	}
}

// Grow makes s n long, of any content, and returns it.
func Grow[T any](s *[]T, n int) []T {
	if cap(*s) < n {
		*s = make([]T, n+n/2)
	}
	*s = (*s)[:n]
	return *s
}
