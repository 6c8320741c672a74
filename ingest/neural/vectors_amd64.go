package neural

// hasVectors says whether the processor and the operating system have AVX2.
var hasVectors = func() bool {
	const osxsave, avx, avx2 = 1 << 27, 1 << 28, 1 << 5
	if leaves, _, _ := cpuid(0, 0); leaves < 7 {
		return false
	}
	_, _, c := cpuid(1, 0)
	if c&(osxsave|avx) != osxsave|avx || xgetbv()&6 != 6 {
		return false
	}
	_, b, _ := cpuid(7, 0)
	return b&avx2 != 0
}()

// cpuid asks the processor what it is: registers EAX, EBX and ECX.
//
//go:noescape
func cpuid(leaf, sub uint32) (a, b, c uint32)

// xgetbv tells which registers the operating system keeps.
//
//go:noescape
func xgetbv() uint32

// quantiseRow is quantise for n numbers, a multiple of 16 above zero. It
// writes them with their signs and returns the value of one unit.
//
//go:noescape
func quantiseRow(q *int16, x *float32, n int) float32

// products4 computes four rows of outputs, stride numbers apart, from four
// rows of inputs, in numbers each. scale has the unit of each row of inputs.
//
//go:noescape
func products4(y *float32, stride int, q *int16, in int, w *int16, unit, bias, scale *float32, blocks int)

// products1 is products4 for one row.
//
//go:noescape
func products1(y *float32, q *int16, in int, w *int16, unit, bias, scale *float32, blocks int)

// vectors computes n rows.
func (l *Layer) vectors(s *Work, y, x []float32, n int) {
	if n == 0 {
		return
	}
	in := (l.in + inAlign - 1) / inAlign * inAlign
	if in != l.in {
		padded := Grow(&s.x, n*in)
		for t := range n {
			clear(padded[t*in+copy(padded[t*in:], x[t*l.in:][:l.in]):][:in-l.in])
		}
		x = padded
	}
	q, scale := Grow(&s.q, n*in), Grow(&s.scale, n)
	for t := range n {
		scale[t] = quantiseRow(&q[t*in], &x[t*in : t*in+in][0], in)
	}
	_ = y[n*l.Stride-1]
	t := 0
	for ; t+4 <= n; t += 4 {
		products4(&y[t*l.Stride], l.Stride, &q[t*in], in, &l.pairs[0], &l.unit[0], &l.bias[0], &scale[t], l.Stride/outBlock)
	}
	for ; t < n; t++ {
		products1(&y[t*l.Stride], &q[t*in], in, &l.pairs[0], &l.unit[0], &l.bias[0], &scale[t], l.Stride/outBlock)
	}
}

// The vector forms of the kernels, for n numbers, a multiple of 8 above zero.

//go:noescape
func addVectors(a, b *float32, n int)

//go:noescape
func addHalfVectors(a *float32, b *uint16, n int)

//go:noescape
func reluVectors(x *float32, n int)

//go:noescape
func gateVectors(out, before, z, f, table *float32, n int)

//go:noescape
func combineVectors(y, x, b *float32, rows, stride, n int)
