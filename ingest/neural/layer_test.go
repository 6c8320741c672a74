package neural

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFormsAgree compares the two integer forms of a layer to the last bit,
// and both with floats.
func TestFormsAgree(t *testing.T) {
	if !hasVectors {
		t.Skip("this processor has no AVX2")
	}
	rng := rand.New(rand.NewPCG(1, 9))
	random := func(r, c int, scale float32) Tensor {
		m := Tensor{Rows: r, Cols: c, V: make([]float32, r*c)}
		for i := range m.V {
			m.V[i] = scale * float32(rng.NormFloat64())
		}
		return m
	}
	for _, d := range []struct{ rows, in, out, more int }{
		{1, 96, 96, 0}, {3, 228, 51, 0}, {4, 64, 64, 22}, {7, 16, 1, 0}, {9, 256, 93, 320}, {30, 96, 320, 0}, {5, 1, 17, 3},
	} {
		parts := []Pair{{random(d.in, d.out, 0.3), random(1, d.out, 1)}}
		if d.more > 0 {
			parts = append(parts, Pair{W: random(d.in, d.more, 2)})
		}
		for i := range d.in { // an output without weights
			parts[0].W.V[i*d.out] = 0
		}
		for _, signs := range []string{"both", "rectified", "zero", "negative"} {
			x := random(d.rows, d.in, 4).V
			for i := range x {
				switch signs {
				case "rectified":
					x[i] = max(x[i], 0)
				case "zero":
					x[i] = 0
				case "negative":
					x[i] = -max(x[i], -x[i])
				}
			}
			var y [3][]float32
			var l [3]Layer
			for i, f := range []Form{Floats, Words, Vectors} {
				l[i] = NewLayer(f, parts...)
				y[i] = make([]float32, d.rows*l[i].Stride)
				var s Work
				l[i].Run(&s, y[i], x, d.rows)
			}
			for r := range d.rows {
				for o := range l[0].out {
					exact, words, vectors := y[0][r*l[0].Stride+o], y[1][r*l[1].Stride+o], y[2][r*l[2].Stride+o]
					if math.Float32bits(words) != math.Float32bits(vectors) {
						t.Fatalf("%+v, %s, row %d, output %d: %v in words, %v in vectors", d, signs, r, o, words, vectors)
					}
					if e := math.Abs(float64(exact - vectors)); e > 0.1*float64(d.in) {
						t.Fatalf("%+v, %s, row %d, output %d: %v, want about %v", d, signs, r, o, vectors, exact)
					}
				}
			}
		}
	}
}

// TestKernelsAgree compares the vector forms of the kernels with the plain
// ones to the last bit, over lengths that do and do not fill a vector.
func TestKernelsAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for _, n := range []int{1, 7, 8, 29, 128} {
		random := func(n int) []float32 {
			x := make([]float32, n)
			for i := range x {
				x[i] = 5 * float32(rng.NormFloat64())
			}
			return x
		}
		check := func(what string, got, want []float32) {
			t.Helper()
			for i := range want {
				if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
					t.Errorf("%s of %d: number %d is %v, want %v", what, n, i, got[i], want[i])
				}
			}
		}
		a, b, c, d := random(n), random(n), random(n), random(n)
		a1, a2 := slices.Clone(a), slices.Clone(a)
		Add(a1, b)
		plainAdd(a2, b)
		check("add", a1, a2)
		halves := make([]uint16, n)
		for i := range halves {
			halves[i] = uint16(math.Float32bits(c[i]) >> 16)
		}
		AddHalf(a1, halves)
		plainAddHalf(a2, halves)
		check("addHalf", a1, a2)
		Relu(a1)
		plainRelu(a2)
		check("relu", a1, a2)
		gate(a1, b, c, d)
		plainGate(a2, b, c, d)
		check("gate", a1, a2)
		rows, weights := random(5*n), random(5)
		Combine(a1, weights, rows)
		plainCombine(a2, weights, rows, 0)
		check("combine", a1, a2)
	}
}

func TestSoftmax(t *testing.T) {
	for _, x := range [][]float64{{0, 0}, {1, 2, 3}, {1000, -1000}, {-1e6, -1e6 - 1}} {
		Softmax(x)
		sum := 0.0
		for _, p := range x {
			if math.IsNaN(p) || p < 0 || p > 1 {
				t.Errorf("%v is no probability", p)
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%v sums to %v", x, sum)
		}
	}
}
