// Package gemm multiplies matrices of float32 values, stored row after row.
package gemm

import "math"

// plain is Add for the columns from j0 on.
func plain(c, a, b []float32, n, k, m, j0 int) {
	for i := range n {
		ci := c[i*m+j0 : (i+1)*m]
		for p := range k {
			x := a[i*k+p]
			if x == 0 {
				continue
			}
			bp := b[p*m+j0 : (p+1)*m][:len(ci)]
			for j := range ci {
				ci[j] += x * bp[j]
			}
		}
	}
}

// Transpose sets t to the m×n transpose of the n×m matrix a.
func Transpose(t, a []float32, n, m int) {
	const b = 16
	for i0 := 0; i0 < n; i0 += b {
		hi := min(i0+b, n)
		for j0 := 0; j0 < m; j0 += b {
			for j := j0; j < min(j0+b, m); j++ {
				out := t[j*n+i0 : j*n+hi]
				at := i0*m + j
				for i := range out {
					out[i] = a[at]
					at += m
				}
			}
		}
	}
}

// exp is e^x to about six digits: 2^n times a polynomial of the rest.
func exp(x float32) float32 {
	x = min(max(x*1.44269504, -126), 126)
	n := int32(x+1024) - 1024
	f := x - float32(n)
	p := 1 + f*(0.69314718+f*(0.24022651+f*(0.05550411+f*(0.00961813+f*(0.00133336+f*0.00015469)))))
	return p * math.Float32frombits(uint32(n+127)<<23)
}

func plainExp(x []float32, top float32) {
	for i, v := range x {
		x[i] = exp(v - top)
	}
}

func plainSigmoid(x []float32) {
	for i, v := range x {
		x[i] = 1 / (1 + exp(-v))
	}
}

func plainSum(a, b []float32) {
	b = b[:len(a)]
	for i := range a {
		a[i] += b[i]
	}
}

// Adam holds the factors of one update by the method of that name.
type Adam struct {
	Factor       float32 // of the gradient
	Beta1, Beta2 float32 // what stays of the moments
	C1, C2       float32 // divisors of the moments
	Rate         float32
}

func (a *Adam) plain(p, g, m, v []float32) {
	for i, x := range g {
		x *= a.Factor
		m[i] = a.Beta1*m[i] + (1-a.Beta1)*x
		v[i] = a.Beta2*v[i] + (1-a.Beta2)*x*x
		p[i] -= a.Rate * (m[i] / a.C1) / (float32(math.Sqrt(float64(v[i]/a.C2))) + 1e-8)
	}
	clear(g)
}

func plainBlend(a, b []float32, share float32) {
	b = b[:len(a)]
	for i := range a {
		a[i] += share * (b[i] - a[i])
	}
}
