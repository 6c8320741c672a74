package nlp

import (
	"math"

	"faultline/ingest/nlp/internal/gemm"
	"faultline/ingest/nlp/internal/model"
)

// layer is a linear map y = x·w + b.
//
// The fast form computes with small integers, three to a machine word. Inputs
// become 7-bit numbers with one scale per row, weights 7-bit numbers with one
// scale per output, both shifted to be non-negative. One 64-bit product then
// multiplies an input with three weights at once: a lane of 21 bits holds the
// sum of 130 products of 127·127 without touching its neighbour. Inputs that
// are zero, as half of them are behind a rectifier, cost nothing.
type layer struct {
	in, out int
	b       []float32 // padded, as scale and offset are, to a multiple of three
	exact   []float32 // in × out, when computing with floats

	words  int      // machine words per input: lanes of three outputs
	w      []uint64 // in × words
	scale  []float32
	offset []int32 // sum of the weights of an output, times shift: what shifting signed inputs adds
}

const (
	laneBits  = 21
	laneMask  = 1<<laneBits - 1
	shift     = 64  // added to weights, and to inputs of either sign
	laneInput = 128 // inputs summed before the lanes are emptied
)

// pair is a weight matrix (input × output) with its bias, which may be absent.
type pair struct{ w, b model.Tensor }

// newLayer makes one layer of matrices that share their input; their outputs
// come side by side.
func newLayer(exact bool, parts ...pair) layer {
	l := layer{in: parts[0].w.Rows}
	for _, p := range parts {
		l.out += p.w.Cols
	}
	l.words = (l.out + 2) / 3
	padded := 3 * l.words
	l.b = make([]float32, padded)
	all := make([]float32, l.in*l.out)
	at := 0
	for _, p := range parts {
		for i := range l.in {
			copy(all[i*l.out+at:], p.w.V[i*p.w.Cols:][:p.w.Cols])
		}
		copy(l.b[at:], p.b.V)
		at += p.w.Cols
	}
	if exact {
		l.exact = all
		return l
	}
	l.w = make([]uint64, l.in*l.words)
	l.scale = make([]float32, padded)
	l.offset = make([]int32, padded)
	for o := range l.out {
		var top float32
		for i := range l.in {
			top = max(top, all[i*l.out+o], -all[i*l.out+o])
		}
		s := top / (shift - 1)
		l.scale[o] = s
		sum := 0
		for i := range l.in {
			q := 0
			if s > 0 {
				q = int(math.Round(float64(all[i*l.out+o] / s)))
			}
			sum += q
			l.w[i*l.words+o/3] |= uint64(q+shift) << (laneBits * (o % 3))
		}
		l.offset[o] = int32(shift * sum)
	}
	return l
}

// lanes is the working memory of a layer.
type lanes struct {
	acc  []uint64
	sum  []int32
	x    []uint64
	rows []int32
	y    []float32
}

// run computes n rows. The inputs must not be negative unless signed is set.
func (l *layer) run(s *lanes, y, x []float32, n int, signed bool) {
	if l.exact != nil {
		for t := range n {
			copy(y[t*l.out:][:l.out], l.b)
		}
		gemm.Add(y, x, l.exact, n, l.in, l.out)
		return
	}
	for t := range n {
		l.row(s, y[t*l.out:][:l.out], x[t*l.in:][:l.in], signed)
	}
}

// row computes one row. Lanes are emptied into sums after every laneInput
// inputs.
func (l *layer) row(s *lanes, y, x []float32, signed bool) {
	acc, sum := grow(&s.acc, l.words), grow(&s.sum, 3*l.words)
	qx, qi := grow(&s.x, l.in), grow(&s.rows, l.in)
	k, total, scale := quantise(qx, qi, x, signed)
	if k == 0 {
		copy(y, l.b)
		return
	}
	if signed {
		copy(sum, l.offset)
	} else {
		clear(sum)
	}
	// The shift of the weights added shift·total to every sum.
	base := int32(shift * total)
	for from := 0; from < k; from += laneInput {
		to := min(from+laneInput, k)
		l.accumulate(acc, qx[from:to], qi[from:to])
		if to < k {
			for j, a := range acc {
				t := sum[3*j:][:3]
				t[0] -= int32(a & laneMask)
				t[1] -= int32(a >> laneBits & laneMask)
				t[2] -= int32(a >> (2 * laneBits))
			}
		}
	}
	dst := grow(&s.y, 3*l.words)
	ls, lb := l.scale[:len(dst)], l.b[:len(dst)]
	sum = sum[:len(dst)]
	for j, a := range acc {
		o := 3 * j
		d, c, b, t := dst[o:][:3], ls[o:][:3], lb[o:][:3], sum[o:][:3]
		d[0] = float32(int32(a&laneMask)-t[0]-base)*(scale*c[0]) + b[0]
		d[1] = float32(int32(a>>laneBits&laneMask)-t[1]-base)*(scale*c[1]) + b[1]
		d[2] = float32(int32(a>>(2*laneBits))-t[2]-base)*(scale*c[2]) + b[2]
	}
	copy(y, dst)
}

// quantise turns a row of inputs into 7-bit integers and the rows of weights
// that belong to them, without zeros. It returns their number, their sum, and
// the value of one unit.
func quantise(qx []uint64, qi []int32, x []float32, signed bool) (k, total int, scale float32) {
	qx, qi = qx[:len(x)], qi[:len(x)]
	var top float32
	if signed {
		for _, v := range x {
			top = max(top, math.Float32frombits(math.Float32bits(v)&^(1<<31)))
		}
		if top == 0 {
			return 0, 0, 0
		}
		inv := (shift - 1) / top
		for i, v := range x {
			q := int32(v*inv + (shift + 0.5))
			total += int(q)
			qx[i], qi[i] = uint64(q), int32(i)
		}
		return len(x), total, top / (shift - 1)
	}
	for _, v := range x {
		top = max(top, v)
	}
	if top == 0 {
		return 0, 0, 0
	}
	inv := 127 / top
	for i, v := range x {
		q := int32(v*inv + 0.5)
		total += int(q)
		qx[k], qi[k] = uint64(q), int32(i)
		k += int(uint32(-q) >> 31) // one when q is positive, without a branch
	}
	return k, total, top / 127
}

// accumulate sets acc to the sum of the inputs times their rows of weights.
func (l *layer) accumulate(acc, x []uint64, rows []int32) {
	n := len(acc)
	clear(acc)
	i := 0
	for ; i+8 <= len(x); i += 8 {
		r, v := rows[i:][:8], x[i:][:8]
		x0, x1, x2, x3, x4, x5, x6, x7 := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
		w0 := l.w[int(r[0])*n:][:n]
		w1 := l.w[int(r[1])*n:][:n]
		w2 := l.w[int(r[2])*n:][:n]
		w3 := l.w[int(r[3])*n:][:n]
		for j := range acc {
			acc[j] += w0[j]*x0 + w1[j]*x1 + w2[j]*x2 + w3[j]*x3
		}
		w0 = l.w[int(r[4])*n:][:n]
		w1 = l.w[int(r[5])*n:][:n]
		w2 = l.w[int(r[6])*n:][:n]
		w3 = l.w[int(r[7])*n:][:n]
		for j := range acc {
			acc[j] += w0[j]*x4 + w1[j]*x5 + w2[j]*x6 + w3[j]*x7
		}
	}
	for ; i < len(x); i++ {
		x0 := x[i]
		w0 := l.w[int(rows[i])*n:][:n]
		for j := range acc {
			acc[j] += w0[j] * x0
		}
	}
}
