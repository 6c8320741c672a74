package model

import (
	"math"
	"slices"
)

// Linear scores each class by a weighted sum of features. Weights are small
// integers with one scale for the sparse and one for the dense part.
type Linear struct {
	Keys       []uint32 // sorted
	W          []int8   // NumClasses per key
	Scale      float32
	Dense      []int8 // NumClasses per dimension
	DenseScale float32
}

// Score sums up the weights of a pair's features.
func (m *Linear) Score(sparse []uint32, dense []float32) (out [NumClasses]float64) {
	if len(sparse) > 0 {
		for _, f := range sparse {
			i, ok := slices.BinarySearch(m.Keys, f)
			if !ok {
				continue
			}
			for c, w := range m.W[i*NumClasses:][:NumClasses] {
				out[c] += float64(w)
			}
		}
		// Pairs have unit length whatever the number of their features.
		unit := float64(m.Scale) / math.Sqrt(float64(len(sparse)))
		for c := range out {
			out[c] *= unit
		}
	}
	for d, x := range dense[:len(m.Dense)/NumClasses] {
		if x == 0 {
			continue
		}
		for c, w := range m.Dense[d*NumClasses:][:NumClasses] {
			out[c] += float64(x) * float64(w) * float64(m.DenseScale)
		}
	}
	return out
}

// NewLinear makes small integers of weights; keys are sorted. Features whose
// weights are all nearly nothing, below least of the greatest, are left out.
func NewLinear(keys []uint32, w, dense []float32, least float64) *Linear {
	m := new(Linear)
	top := greatest(w)
	m.Scale = top / 127
	for i, k := range keys {
		row := w[i*NumClasses:][:NumClasses]
		if float64(greatest(row)) < least*float64(top) {
			continue
		}
		m.Keys = append(m.Keys, k)
		m.W = append(m.W, small(row, m.Scale)...)
	}
	m.DenseScale = greatest(dense) / 127
	m.Dense = small(dense, m.DenseScale)
	return m
}

func greatest(w []float32) float32 {
	top := float32(1e-9)
	for _, x := range w {
		top = max(top, x, -x)
	}
	return top
}

func small(w []float32, scale float32) []int8 {
	out := make([]int8, len(w))
	for i, x := range w {
		out[i] = int8(math.Round(float64(x / scale)))
	}
	return out
}

// Softmax turns scores, times heat, into probabilities.
func Softmax(x [NumClasses]float64, heat float64) [NumClasses]float64 {
	top, sum := math.Inf(-1), 0.0
	for _, v := range x {
		top = max(top, v*heat)
	}
	for i, v := range x {
		x[i] = math.Exp(v*heat - top)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
	return x
}

// Net is a perceptron with one hidden layer over the dense form.
type Net struct {
	In, Hidden int
	W1, B1     []float32 // Hidden rows of In
	W2, B2     []float32 // NumClasses rows of Hidden
}

// Score gives probabilities per class.
func (m *Net) Score(x []float32) [NumClasses]float64 {
	h := make([]float32, m.Hidden)
	for j := range h {
		h[j] = max(0, m.B1[j]+Dot(m.W1[j*m.In:][:m.In], x))
	}
	return m.Out(h)
}

// Out gives the probabilities for the activations of the hidden layer.
func (m *Net) Out(h []float32) [NumClasses]float64 {
	var z [NumClasses]float64
	for c := range z {
		z[c] = float64(m.B2[c] + Dot(m.W2[c*m.Hidden:][:m.Hidden], h))
	}
	return Softmax(z, 1)
}

// Dot is the inner product; b is at least as long as a.
func Dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}
