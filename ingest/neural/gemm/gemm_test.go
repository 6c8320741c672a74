package gemm

import (
	"math"
	"math/rand/v2"
	"slices"
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

// TestVectors compares the vector forms with plain ones, over lengths that do
// and do not fill a vector.
func TestVectors(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 15, 16, 33, 100} {
		random := func() []float32 {
			x := make([]float32, n)
			for i := range x {
				x[i] = 20 * (rng.Float32() - 0.5)
			}
			return x
		}
		check := func(what string, got, want []float32) {
			t.Helper()
			for i := range got {
				if d := math.Abs(float64(got[i] - want[i])); d > 1e-5*math.Abs(float64(want[i]))+1e-6 {
					t.Errorf("%s of %d: element %d is %v, want %v", what, n, i, got[i], want[i])
				}
			}
		}
		x, y := random(), random()
		e, s, a, b := slices.Clone(x), slices.Clone(x), slices.Clone(x), slices.Clone(x)
		Exp(e, 2)
		Sigmoid(s)
		Sum(a, y)
		Blend(b, y, 0.25)
		for i, v := range x {
			w := float64(v)
			check("Exp", e[i:i+1], []float32{float32(math.Exp(w - 2))})
			check("Sigmoid", s[i:i+1], []float32{float32(1 / (1 + math.Exp(-w)))})
			check("Sum", a[i:i+1], []float32{v + y[i]})
			check("Blend", b[i:i+1], []float32{v + 0.25*(y[i]-v)})
		}
		u := Adam{Factor: 0.5, Beta1: 0.9, Beta2: 0.98, C1: 0.3, C2: 0.4, Rate: 0.01}
		m, v := random(), random()
		for i := range v {
			v[i] *= v[i]
		}
		p2, g2, m2, v2 := slices.Clone(x), slices.Clone(y), slices.Clone(m), slices.Clone(v)
		u.Update(x, y, m, v)
		u.plain(p2, g2, m2, v2)
		check("weights", x, p2)
		check("gradient", y, g2)
		check("first moment", m, m2)
		check("second moment", v, v2)
	}
}

func TestTranspose(t *testing.T) {
	a, got := []float32{1, 2, 3, 4, 5, 6}, make([]float32, 6)
	Transpose(got, a, 2, 3)
	if want := []float32{1, 4, 2, 5, 3, 6}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
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
