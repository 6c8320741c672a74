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
	b       []float32
	exact   []float32 // in × out, when computing with floats

	words int       // machine words per input: lanes of three outputs
	w     []uint64  // in × words
	back  []outputs // of each word
}

// outputs turn the three integer sums of a word into outputs.
type outputs struct {
	scale, bias [3]float32
	offset      [3]int32 // sum of the weights, times shift: what shifting signed inputs adds
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
	if exact {
		l.exact = all
		return l
	}
	l.w = make([]uint64, l.in*l.words)
	l.back = make([]outputs, l.words)
	for o := range l.out {
		var top float32
		for i := range l.in {
			top = max(top, all[i*l.out+o], -all[i*l.out+o])
		}
		s := top / (shift - 1)
		sum := 0
		for i := range l.in {
			q := 0
			if s > 0 {
				q = int(math.Round(float64(all[i*l.out+o] / s)))
			}
			sum += q
			l.w[i*l.words+o/3] |= uint64(q+shift) << (laneBits * (o % 3))
		}
		u := &l.back[o/3]
		u.scale[o%3], u.bias[o%3], u.offset[o%3] = s, l.b[o], int32(shift*sum)
	}
	return l
}

// lanes is the working memory of a layer.
type lanes struct {
	acc, x []uint64
	sum    [][3]int32
	rows   []int32
	y      [][3]float32
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
	qx, qi := grow(&s.x, l.in+3), grow(&s.rows, l.in+3)
	k, total, scale := quantise(qx, qi, x, signed)
	if k == 0 {
		copy(y, l.b)
		return
	}
	// Up to a multiple of four with inputs of zero, which add nothing.
	for ; k&3 != 0; k++ {
		qx[k], qi[k] = 0, 0
	}
	acc, dst := grow(&s.acc, l.words), grow(&s.y, l.words)
	// The shift of the weights added shift·total to every sum.
	base := int32(shift * total)
	if k <= laneInput && !signed {
		l.accumulate(acc, qx[:k], qi[:k])
		dq := l.back[:len(dst)]
		for j, a := range acc[:len(dst)] {
			d, u := &dst[j], &dq[j]
			d[0] = float32(int32(a&laneMask)-base)*(scale*u.scale[0]) + u.bias[0]
			d[1] = float32(int32(a>>laneBits&laneMask)-base)*(scale*u.scale[1]) + u.bias[1]
			d[2] = float32(int32(a>>(2*laneBits))-base)*(scale*u.scale[2]) + u.bias[2]
		}
	} else {
		sum := grow(&s.sum, l.words)
		clear(sum)
		for from := 0; from < k; from += laneInput {
			to := min(from+laneInput, k)
			l.accumulate(acc, qx[from:to], qi[from:to])
			for j, a := range acc[:len(sum)] {
				t := &sum[j]
				t[0] += int32(a & laneMask)
				t[1] += int32(a >> laneBits & laneMask)
				t[2] += int32(a >> (2 * laneBits))
			}
		}
		dq, dst := l.back[:len(sum)], dst[:len(sum)]
		for j := range sum {
			d, u, t := &dst[j], &dq[j], &sum[j]
			o0, o1, o2 := base, base, base
			if signed {
				o0, o1, o2 = base+u.offset[0], base+u.offset[1], base+u.offset[2]
			}
			d[0] = float32(t[0]-o0)*(scale*u.scale[0]) + u.bias[0]
			d[1] = float32(t[1]-o1)*(scale*u.scale[1]) + u.bias[1]
			d[2] = float32(t[2]-o2)*(scale*u.scale[2]) + u.bias[2]
		}
	}
	o := 0
	for ; o+3 <= len(y); o += 3 {
		*(*[3]float32)(y[o:]) = dst[o/3]
	}
	copy(y[o:], dst[len(dst)-1][:])
}

// quantise turns a row of inputs into 7-bit integers and the rows of weights
// that belong to them, without zeros. It returns their number, their sum, and
// the value of one unit.
func quantise(qx []uint64, qi []int32, x []float32, signed bool) (k, total int, scale float32) {
	qx, qi = qx[:len(x)], qi[:len(x)]
	if signed {
		// Without their sign, floats compare like integers.
		var peak uint32
		for _, v := range x {
			peak = max(peak, math.Float32bits(v)&^(1<<31))
		}
		if peak == 0 {
			return 0, 0, 0
		}
		top := math.Float32frombits(peak)
		inv := (shift - 1) / top
		for i, v := range x {
			q := int32(v*inv + (shift + 0.5))
			total += int(q)
			qx[i], qi[i] = uint64(q), int32(i)
		}
		return len(x), total, top / (shift - 1)
	}
	var peak uint32
	for _, v := range x {
		peak = max(peak, math.Float32bits(v))
	}
	if peak == 0 {
		return 0, 0, 0
	}
	top := math.Float32frombits(peak)
	inv := 127 / top
	for i, v := range x {
		q := int32(v*inv + 0.5)
		total += int(q)
		qx[k], qi[k] = uint64(q), int32(i)
		k += int(uint32(-q) >> 31) // one when q is positive, without a branch
	}
	return k, total, top / 127
}

// accumulate sets acc to the sum of the inputs, four at a time, times their
// rows of weights.
func (l *layer) accumulate(acc, x []uint64, rows []int32) {
	n := len(acc)
	clear(acc)
	for ; len(x) >= 4 && len(rows) >= 4; x, rows = x[4:], rows[4:] {
		x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
		w0 := l.w[int(rows[0])*n:][:n]
		w1 := l.w[int(rows[1])*n:][:n]
		w2 := l.w[int(rows[2])*n:][:n]
		w3 := l.w[int(rows[3])*n:][:n]
		for j := range acc {
			acc[j] += w0[j]*x0 + w1[j]*x1 + w2[j]*x2 + w3[j]*x3
		}
	}
}
