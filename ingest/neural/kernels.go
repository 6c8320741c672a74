package neural

import "math"

// The inner loops beside those of the layers. Each exists twice: plain, and in
// vectors of eight where the processor has them, with the same results.
// Products are rounded before they are added, on every processor.

// lanes8 is how many of n numbers the vector forms take; the plain forms take
// the rest.
func lanes8(n int) int {
	if hasVectors {
		return n &^ 7
	}
	return 0
}

// Add adds b to a, as far as a goes.
func Add(a, b []float32) {
	b = b[:len(a)]
	k := lanes8(len(a))
	if k > 0 {
		addVectors(&a[0], &b[0], k)
	}
	plainAdd(a[k:], b[k:])
}

func plainAdd(a, b []float32) {
	b = b[:len(a)]
	for i := range a {
		a[i] += b[i]
	}
}

// AddHalf adds b, the upper halves of floats, to a.
func AddHalf(a []float32, b []uint16) {
	b = b[:len(a)]
	k := lanes8(len(a))
	if k > 0 {
		addHalfVectors(&a[0], &b[0], k)
	}
	plainAddHalf(a[k:], b[k:])
}

func plainAddHalf(a []float32, b []uint16) {
	b = b[:len(a)]
	for i := range a {
		a[i] += math.Float32frombits(uint32(b[i]) << 16)
	}
}

// Relu sets what is below zero to zero.
func Relu(x []float32) {
	k := lanes8(len(x))
	if k > 0 {
		reluVectors(&x[0], k)
	}
	plainRelu(x[k:])
}

func plainRelu(x []float32) {
	for i, v := range x {
		// A mask instead of a branch, which would be mispredicted half the time.
		b := math.Float32bits(v)
		x[i] = math.Float32frombits(b &^ uint32(int32(b)>>31))
	}
}

// sigmoids tabulates the logistic function over [-8, 8], each entry for the
// middle of its step: the error is below 0.0005.
var sigmoids = func() (t [4096]float32) {
	for i := range t {
		t[i] = float32(1 / (1 + math.Exp(-((float64(i)+0.5)/256 - 8))))
	}
	return t
}()

func sigmoid(x float32) float32 {
	return sigmoids[uint32(min(max(int32(x*256)+2048, 0), 4095))]
}

// gate is one step of the cells of a recurrent layer: out = f·before + (1-f)·z
// with f the logistic function of its argument.
func gate(out, before, z, f []float32) {
	before, z, f = before[:len(out)], z[:len(out)], f[:len(out)]
	k := lanes8(len(out))
	if k > 0 {
		gateVectors(&out[0], &before[0], &z[0], &f[0], &sigmoids[0], k)
	}
	plainGate(out[k:], before[k:], z[k:], f[k:])
}

func plainGate(out, before, z, f []float32) {
	before, z, f = before[:len(out)], z[:len(out)], f[:len(out)]
	for i := range out {
		out[i] = z[i] + float32(sigmoid(f[i])*(before[i]-z[i]))
	}
}

// maxCells bounds the cells of a direction.
const maxCells = 256

// Recur runs both directions of a gated layer of at most 256 cells each over n
// tokens. A row of g has the candidates and the arguments of the forget gates,
// forward, then backward; a row of h the cells forward, then backward.
func Recur(h, g []float32, n, cells int) {
	var zero [maxCells]float32
	before := zero[:cells]
	for t := range n {
		row, out := g[t*4*cells:], h[t*2*cells:][:cells]
		gate(out, before, row, row[cells:])
		before = out
	}
	before = zero[:cells]
	for t := n - 1; t >= 0; t-- {
		row, out := g[(t*4+2)*cells:], h[(t*2+1)*cells:][:cells]
		gate(out, before, row, row[cells:])
		before = out
	}
}

// Combine sets y to the sum of the rows of b, len(y) numbers each, weighted
// by x.
func Combine(y, x, b []float32) {
	_ = b[:len(x)*len(y)]
	k := lanes8(len(y))
	if k > 0 && len(x) > 0 {
		combineVectors(&y[0], &x[0], &b[0], len(x), len(y), k)
	}
	plainCombine(y, x, b, k)
}

// plainCombine leaves the first k numbers alone.
func plainCombine(y, x, b []float32, k int) {
	rest := y[k:]
	clear(rest)
	for p, v := range x {
		row := b[p*len(y)+k:][:len(rest)]
		for j := range rest {
			rest[j] += float32(v * row[j])
		}
	}
}

// Softmax turns scores into probabilities.
func Softmax(x []float64) {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	sum := 0.0
	for i, v := range x {
		x[i] = math.Exp(v - top)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}
