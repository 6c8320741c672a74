package gemm

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestGemm(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, d := range [][3]int{{1, 1, 1}, {5, 7, 3}, {4, 16, 16}, {9, 33, 51}, {6, 10, 93}, {2, 3, 70}} {
		n, k, m := d[0], d[1], d[2]
		a, b, c, want := make([]float32, n*k), make([]float32, k*m), make([]float32, n*m), make([]float32, n*m)
		for _, x := range [][]float32{a, b, c} {
			for i := range x {
				x[i] = rng.Float32() - 0.5
			}
		}
		copy(want, c)
		for i := range n {
			for j := range m {
				for p := range k {
					want[i*m+j] += a[i*k+p] * b[p*m+j]
				}
			}
		}
		Add(c, a, b, n, k, m)
		for i := range c {
			if math.Abs(float64(c[i]-want[i])) > 1e-4 {
				t.Fatalf("%dx%d·%dx%d: element %d is %v, want %v", n, k, k, m, i, c[i], want[i])
			}
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	n, k, m := 400, 840, 1024
	x, y, z := make([]float32, n*k), make([]float32, k*m), make([]float32, n*m)
	for b.Loop() {
		Add(z, x, y, n, k, m)
	}
	b.ReportMetric(float64(b.N)*float64(n*k*m)/b.Elapsed().Seconds()/1e9, "GMAC/s")
}
