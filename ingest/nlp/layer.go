package nlp

import (
	"faultline/ingest/nlp/internal/gemm"
	"faultline/ingest/nlp/internal/model"
)

// layer is a linear map y = x·w + b.
//
// The fast forms compute with small integers: inputs become 7-bit numbers with
// a sign and one scale per row, weights 7-bit numbers with one scale per
// output. Where the processor has AVX2, its vectors multiply sixteen weights at
// once; elsewhere ordinary 64-bit words multiply three. Both give the same
// outputs to the last bit.
type layer struct {
	in, out int
	stride  int // outputs of one row, with the padding after them
	form    form
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

// form is a way to compute a layer.
type form uint8

const (
	inFloats  form = iota
	inWords        // three weights to a 64-bit word
	inVectors      // sixteen weights to a vector
)

const (
	outBlock  = 16 // outputs computed together in vectors
	topWeight = 63 // highest size of a weight
	inAlign   = 16 // inputs of the vector form are padded to a multiple
)

// pair is a weight matrix (input × output) with its bias, which may be absent.
type pair struct{ w, b model.Tensor }

// newLayer makes one layer of matrices that share their input; their outputs
// come side by side.
func newLayer(f form, parts ...pair) layer {
	l := layer{in: parts[0].w.Rows, form: f}
	for _, p := range parts {
		l.out += p.w.Cols
	}
	l.stride = (l.out + outBlock - 1) / outBlock * outBlock
	l.b = make([]float32, l.out)
	all := make([]float32, l.in*l.out)
	at := 0
	for _, p := range parts {
		for i := range l.in {
			copy(all[i*l.out+at:], p.w.V[i*p.w.Cols:][:p.w.Cols])
		}
		copy(l.b[at:], p.b.V)
		at += p.w.Cols
	}
	switch f {
	case inFloats:
		l.exact, l.stride = all, l.out
		return l
	case inWords:
		l.words = (l.out + 2) / 3
		l.w = make([]uint64, l.in*l.words)
		l.back = make([]outputs, l.words)
	case inVectors:
		l.pairs = make([]int16, (l.in+inAlign-1)/inAlign*inAlign*l.stride)
		l.unit, l.bias = make([]float32, l.stride), make([]float32, l.stride)
	}
	peak := make([]float32, l.out)
	for i := range l.in {
		for o, v := range all[i*l.out:][:l.out] {
			peak[o] = max(peak[o], v, -v)
		}
	}
	for o := range peak {
		peak[o] /= topWeight
		if f == inWords {
			u := &l.back[o/3]
			u.scale[o%3], u.bias[o%3] = peak[o], l.b[o]
		} else {
			l.unit[o], l.bias[o] = peak[o], l.b[o]
		}
	}
	rows := len(l.pairs) / max(l.stride, 1)
	for i := range l.in {
		for o, v := range all[i*l.out:][:l.out] {
			q := 0
			if peak[o] > 0 {
				q = int(v/peak[o]+shift+0.5) - shift
			}
			if f == inWords {
				l.w[i*l.words+o/3] |= uint64(q+shift) << (laneBits * (o % 3))
			} else {
				l.pairs[o/outBlock*outBlock*rows+i/2*2*outBlock+o%outBlock*2+i%2] = int16(q)
			}
		}
	}
	return l
}

// work is the working memory of a layer.
type work struct {
	lanes lanes
	q     []int16
	scale []float32
	x     []float32
}

// run computes n rows, l.stride outputs apart. What y has after the outputs of
// a row is undefined.
func (l *layer) run(s *work, y, x []float32, n int) {
	switch l.form {
	case inFloats:
		for t := range n {
			copy(y[t*l.out:][:l.out], l.b)
		}
		gemm.Add(y, x, l.exact, n, l.in, l.out)
	case inWords:
		for t := range n {
			l.row(&s.lanes, y[t*l.stride:][:l.out], x[t*l.in:][:l.in])
		}
	case inVectors:
		l.vectors(s, y, x, n)
	}
}
