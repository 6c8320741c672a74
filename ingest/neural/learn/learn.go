// Package learn has what the training of networks of package neural needs:
// layers forward with dropout, and back.
package learn

import (
	"math/rand/v2"

	"faultline/ingest/neural"
	"faultline/ingest/neural/gemm"
)

// Pass is the working memory and the chance of one step of training. Its
// memory is used again after Reset.
type Pass struct {
	Rand *rand.Rand

	memory []float32
	used   int
}

// Reset frees what was taken.
func (p *Pass) Reset() { p.used = 0 }

// Take returns memory for n numbers, of any content.
func (p *Pass) Take(n int) []float32 {
	if p.used+n > len(p.memory) {
		// What is in use stays with its users.
		p.memory, p.used = make([]float32, max(2*len(p.memory), n, 1<<20)), 0
	}
	p.used += n
	return p.memory[p.used-n : p.used : p.used]
}

// Zeros returns a matrix of zeros.
func (p *Pass) Zeros(rows, cols int) []float32 {
	out := p.Take(rows * cols)
	clear(out)
	return out
}

// Clone returns a copy.
func (p *Pass) Clone(x []float32) []float32 {
	out := p.Take(len(x))
	copy(out, x)
	return out
}

// Rows returns a matrix of n rows that are each the given one.
func (p *Pass) Rows(n int, row []float32) []float32 {
	out := p.Take(n * len(row))
	for i := range n {
		copy(out[i*len(row):], row)
	}
	return out
}

// Transposed returns the m×n transpose of the n×m matrix a.
func (p *Pass) Transposed(a []float32, n, m int) []float32 {
	out := p.Take(n * m)
	gemm.Transpose(out, a, n, m)
	return out
}

// Dropout zeroes values with the given probability, scales the others, and
// returns the factors, nil when nothing is dropped.
func (p *Pass) Dropout(x []float32, share float32) []float32 {
	if share == 0 {
		return nil
	}
	mask := p.Take(len(x))
	limit, keep := uint32(share*65536), 1/(1-share)
	var bits uint64
	for i := range x {
		if i&3 == 0 {
			bits = p.Rand.Uint64()
		}
		if uint32(bits&0xffff) >= limit {
			mask[i] = keep
			x[i] *= keep
		} else {
			mask[i] = 0
			x[i] = 0
		}
		bits >>= 16
	}
	return mask
}

// Mask applies the factors of Dropout to gradients.
func Mask(d, mask []float32) {
	if mask == nil {
		return
	}
	for i := range d {
		d[i] *= mask[i]
	}
}

// ReluBack zeroes gradients where the output y of a rectifier was zero.
func ReluBack(d, y []float32) {
	for i := range d {
		if y[i] <= 0 {
			d[i] = 0
		}
	}
}

// Linear computes x·w + b for n rows; b may be nil.
func (p *Pass) Linear(x []float32, n int, w, b *neural.Tensor) []float32 {
	var y []float32
	if b != nil {
		y = p.Rows(n, b.V)
	} else {
		y = p.Zeros(n, w.Cols)
	}
	gemm.Add(y, x, w.V, n, w.Rows, w.Cols)
	return y
}

// LinearBack adds the gradients of w and b, and of x into dx; gb and dx may be
// nil.
func (p *Pass) LinearBack(dx, x, dy []float32, n int, w, gw, gb *neural.Tensor) {
	gemm.Add(gw.V, p.Transposed(x, n, w.Rows), dy, w.Rows, n, w.Cols)
	if gb != nil {
		for i := range n {
			gemm.Sum(gb.V, dy[i*w.Cols:])
		}
	}
	if dx != nil {
		gemm.Add(dx, dy, p.Transposed(w.V, w.Rows, w.Cols), n, w.Cols, w.Rows)
	}
}

// order calls f for the tokens lo to hi in the order of a direction, 0 forward
// and 1 backward, with the token before, −1 at the first.
func order(lo, hi, direction int, f func(t, before int)) {
	if direction == 0 {
		for t := lo; t < hi; t++ {
			before := t - 1
			if t == lo {
				before = -1
			}
			f(t, before)
		}
		return
	}
	for t := hi - 1; t >= lo; t-- {
		before := t + 1
		if before == hi {
			before = -1
		}
		f(t, before)
	}
}

// Recur is neural.Recur over several sentences: starts has the first token of
// each, and the end of the last. The arguments of the forget gates become their
// values.
func Recur(h, g []float32, cells int, starts []int) {
	for s := range len(starts) - 1 {
		for direction := range 2 {
			order(starts[s], starts[s+1], direction, func(t, before int) {
				row := g[(t*4+2*direction)*cells:]
				z, f := row[:cells], row[cells:2*cells]
				out := h[(t*2+direction)*cells:][:cells]
				gemm.Sigmoid(f)
				if before < 0 {
					for i := range out {
						out[i] = (1 - f[i]) * z[i]
					}
					return
				}
				last := h[(before*2+direction)*cells:][:cells]
				for i := range out {
					out[i] = z[i] + f[i]*(last[i]-z[i])
				}
			})
		}
	}
}

// RecurBack turns dh, changed on the way, into dg.
func RecurBack(dg, dh, g, h []float32, cells int, starts []int) {
	for s := range len(starts) - 1 {
		for direction := range 2 {
			// What comes last in a direction comes first here.
			order(starts[s], starts[s+1], 1-direction, func(t, _ int) {
				before := t - 1 + 2*direction
				row, drow := g[(t*4+2*direction)*cells:], dg[(t*4+2*direction)*cells:]
				d := dh[(t*2+direction)*cells:][:cells]
				z, f := row[:cells], row[cells:2*cells]
				if before < starts[s] || before >= starts[s+1] {
					for i := range d {
						drow[i] = d[i] * (1 - f[i])
						drow[cells+i] = d[i] * (0 - z[i]) * f[i] * (1 - f[i])
					}
					return
				}
				last, dlast := h[(before*2+direction)*cells:][:cells], dh[(before*2+direction)*cells:][:cells]
				for i := range d {
					dlast[i] += d[i] * f[i]
					drow[i] = d[i] * (1 - f[i])
					drow[cells+i] = d[i] * (last[i] - z[i]) * f[i] * (1 - f[i])
				}
			})
		}
	}
}
