//go:build goexperiment.simd && amd64

package gemm

import "simd/archsimd"

func vec(x []float32) archsimd.Float32x16 { return archsimd.LoadFloat32x16((*[16]float32)(x)) }

func all(x float32) archsimd.Float32x16 { return archsimd.BroadcastFloat32x16(x) }

// expVec is exp for sixteen numbers.
func expVec(x archsimd.Float32x16) archsimd.Float32x16 {
	x = x.Mul(all(1.44269504)).Max(all(-126)).Min(all(126))
	n := x.RoundToEvenScaled(0)
	f := x.Sub(n)
	p := all(0.00015469).MulAdd(f, all(0.00133336)).MulAdd(f, all(0.00961813)).MulAdd(f, all(0.05550411)).
		MulAdd(f, all(0.24022651)).MulAdd(f, all(0.69314718)).MulAdd(f, all(1))
	return p.Scale(n)
}

// Exp sets every x to e^(x-top).
func Exp(x []float32, top float32) {
	if archsimd.X86.AVX512() {
		t := all(top)
		for ; len(x) >= 16; x = x[16:] {
			expVec(vec(x).Sub(t)).StoreSlice(x)
		}
	}
	plainExp(x, top)
}

// Sigmoid sets every x to its logistic function.
func Sigmoid(x []float32) {
	if archsimd.X86.AVX512() {
		one, zero := all(1), all(0)
		for ; len(x) >= 16; x = x[16:] {
			one.Div(one.Add(expVec(zero.Sub(vec(x))))).StoreSlice(x)
		}
	}
	plainSigmoid(x)
}

// Sum adds b to a, as far as a goes.
func Sum(a, b []float32) {
	b = b[:len(a)]
	if archsimd.X86.AVX512() {
		for ; len(a) >= 16 && len(b) >= 16; a, b = a[16:], b[16:] {
			vec(a).Add(vec(b)).StoreSlice(a)
		}
	}
	plainSum(a, b)
}

// Update moves the weights p against their gradient g, which it clears,
// keeping their moments m and v.
func (a *Adam) Update(p, g, m, v []float32) {
	i := 0
	if archsimd.X86.AVX512() {
		f, b1, b2, d1, d2 := all(a.Factor), all(a.Beta1), all(a.Beta2), all(1-a.Beta1), all(1-a.Beta2)
		r1, r2, eps, zero := all(a.Rate/a.C1), all(1/a.C2), all(1e-8), all(0)
		for ; i+16 <= len(p); i += 16 {
			x := vec(g[i:]).Mul(f)
			mm := vec(m[i:]).Mul(b1).Add(x.Mul(d1))
			vv := vec(v[i:]).Mul(b2).Add(x.Mul(x).Mul(d2))
			pp := vec(p[i:]).Sub(mm.Mul(r1).Div(vv.Mul(r2).Sqrt().Add(eps)))
			mm.StoreSlice(m[i:])
			vv.StoreSlice(v[i:])
			pp.StoreSlice(p[i:])
			zero.StoreSlice(g[i:])
		}
	}
	a.plain(p[i:], g[i:], m[i:], v[i:])
}

// Blend moves a towards b by a share of the way.
func Blend(a, b []float32, share float32) {
	if archsimd.X86.AVX512() {
		s := all(share)
		for ; len(a) >= 16 && len(b) >= 16; a, b = a[16:], b[16:] {
			x := vec(a)
			x.Add(vec(b).Sub(x).Mul(s)).StoreSlice(a)
		}
	}
	plainBlend(a, b, share)
}
