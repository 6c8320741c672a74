package neural

import "math"

// The form of a layer in words. One 64-bit product multiplies an input with
// three weights at once, which were shifted to be non-negative: a lane of 21
// bits holds the sum of 130 products of 127·127 without touching its
// neighbour. Inputs of either sign are summed apart. Inputs near zero, as half
// of them are behind a rectifier, cost nothing.

// outputs turn the three integer sums of a word into outputs.
type outputs struct{ scale, bias [3]float32 }

const (
	laneBits  = 21
	laneMask  = 1<<laneBits - 1
	shift     = 64  // added to weights
	laneInput = 128 // inputs summed before the lanes are emptied
)

// lanes is the working memory of a layer.
type lanes struct {
	acc      []uint64
	sum      [][3]int32
	y        [][3]float32
	pos, neg inputs
}

// inputs are the inputs of one sign: their sizes and their rows of weights.
type inputs struct {
	n    int
	x    []uint64
	rows []int32
}

// pad fills up to a multiple of four with inputs of zero, which add nothing.
func (in *inputs) pad() {
	for ; in.n&3 != 0; in.n++ {
		in.x[in.n], in.rows[in.n] = 0, 0
	}
}

// row computes one row.
func (l *Layer) row(s *lanes, y, x []float32) {
	total, scale := quantise(&s.pos, &s.neg, x)
	if scale == 0 {
		copy(y, l.b)
		return
	}
	s.pos.pad()
	s.neg.pad()
	acc, dst := Grow(&s.acc, l.words), Grow(&s.y, l.words)
	back := l.back[:len(dst)]
	// The shift of the weights added shift·total to every sum.
	base := int32(shift * total)
	if s.neg.n == 0 && s.pos.n <= laneInput {
		l.accumulate(acc, s.pos.x[:s.pos.n], s.pos.rows)
		for j, a := range acc[:len(dst)] {
			d, u := &dst[j], &back[j]
			d[0] = float32(float32(int32(a&laneMask)-base)*(scale*u.scale[0])) + u.bias[0]
			d[1] = float32(float32(int32(a>>laneBits&laneMask)-base)*(scale*u.scale[1])) + u.bias[1]
			d[2] = float32(float32(int32(a>>(2*laneBits))-base)*(scale*u.scale[2])) + u.bias[2]
		}
	} else {
		sum := Grow(&s.sum, len(dst))
		for j := range sum {
			sum[j] = [3]int32{-base, -base, -base}
		}
		for from := 0; from < s.pos.n; from += laneInput {
			l.accumulate(acc, s.pos.x[from:min(from+laneInput, s.pos.n)], s.pos.rows[from:])
			for j, a := range acc[:len(sum)] {
				t := &sum[j]
				t[0] += int32(a & laneMask)
				t[1] += int32(a >> laneBits & laneMask)
				t[2] += int32(a >> (2 * laneBits))
			}
		}
		for from := 0; from < s.neg.n; from += laneInput {
			l.accumulate(acc, s.neg.x[from:min(from+laneInput, s.neg.n)], s.neg.rows[from:])
			for j, a := range acc[:len(sum)] {
				t := &sum[j]
				t[0] -= int32(a & laneMask)
				t[1] -= int32(a >> laneBits & laneMask)
				t[2] -= int32(a >> (2 * laneBits))
			}
		}
		for j := range sum {
			d, u, t := &dst[j], &back[j], &sum[j]
			d[0] = float32(float32(t[0])*(scale*u.scale[0])) + u.bias[0]
			d[1] = float32(float32(t[1])*(scale*u.scale[1])) + u.bias[1]
			d[2] = float32(float32(t[2])*(scale*u.scale[2])) + u.bias[2]
		}
	}
	o := 0
	for ; o+3 <= len(y); o += 3 {
		*(*[3]float32)(y[o:]) = dst[o/3]
	}
	copy(y[o:], dst[len(dst)-1][:])
}

// quantise turns a row of inputs into 7-bit integers, apart by sign and
// without those that are zero. It returns their signed sum and the value of
// one unit, which is zero when there are none.
func quantise(pos, neg *inputs, x []float32) (total int, scale float32) {
	n := len(x)
	// Room for padding.
	px, pr, nx, nr := Grow(&pos.x, n+3), Grow(&pos.rows, n+3), Grow(&neg.x, n+3), Grow(&neg.rows, n+3)
	pos.n, neg.n = 0, 0
	// Without their sign, floats compare like integers.
	var peak, all uint32
	for _, v := range x {
		b := math.Float32bits(v)
		all |= b
		peak = max(peak, b&^(1<<31))
	}
	if peak == 0 {
		return 0, 0
	}
	top := math.Float32frombits(peak)
	inv := 127 / top
	// Counting is done without branches, which would be mispredicted.
	k, m := 0, 0
	if all>>31 == 0 {
		px, pr := px[:n], pr[:n]
		for i, v := range x {
			q := int32(float32(v*inv) + 0.5)
			px[k], pr[k] = uint64(q), int32(i)
			keep := int(uint32(-q) >> 31)
			k += keep
			total += int(q) * keep
		}
		pos.n = k
		return total, top / 127
	}
	for i, v := range x {
		b := math.Float32bits(v)
		q := int32(float32(math.Float32frombits(b&^(1<<31))*inv) + 0.5)
		px[k], pr[k] = uint64(q), int32(i)
		nx[m], nr[m] = uint64(q), int32(i)
		keep, minus := int(uint32(-q)>>31), int(b>>31)
		k += keep &^ minus
		m += keep & minus
		total += int(q) * keep * (1 - 2*minus)
	}
	pos.n, neg.n = k, m
	return total, top / 127
}

// accumulate sets acc to the sum of the inputs, four at a time, times their
// rows of weights.
func (l *Layer) accumulate(acc, x []uint64, rows []int32) {
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
