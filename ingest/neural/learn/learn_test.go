package learn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"faultline/ingest/neural"
)

func random(n int, seed uint64) []float32 {
	rng := rand.New(rand.NewPCG(seed, 3))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// The cells run as they do outside of training.
func TestRecur(t *testing.T) {
	const cells = 8
	starts := []int{0, 1, 4, 9}
	g := random(9*4*cells, 1)
	want := make([]float32, 9*2*cells)
	for s := range len(starts) - 1 {
		lo, n := starts[s], starts[s+1]-starts[s]
		neural.Recur(want[lo*2*cells:], g[lo*4*cells:], n, cells)
	}
	got := make([]float32, len(want))
	Recur(got, g, cells, starts)
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 0.01 { // neural looks the gates up in a table
			t.Fatalf("number %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// TestRecurBack compares the gradients with differences.
func TestRecurBack(t *testing.T) {
	const cells = 4
	starts := []int{0, 3, 8}
	g, weight := random(8*4*cells, 1), random(8*2*cells, 2)
	loss := func(g []float32) (sum float64) {
		h := make([]float32, len(weight))
		Recur(h, slices.Clone(g), cells, starts)
		for i, v := range h {
			sum += float64(v * weight[i])
		}
		return sum
	}
	h, gates, dg := make([]float32, len(weight)), slices.Clone(g), make([]float32, len(g))
	Recur(h, gates, cells, starts)
	RecurBack(dg, slices.Clone(weight), gates, h, cells, starts)
	for i := range g {
		const step = 0.01
		was := g[i]
		g[i] = was + step
		up := loss(g)
		g[i] = was - step
		down := loss(g)
		g[i] = was
		if want := (up - down) / (2 * step); math.Abs(want-float64(dg[i])) > 0.01+0.02*math.Abs(want) {
			t.Errorf("number %d: gradient %v, loss changes by %v", i, dg[i], want)
		}
	}
}

func TestDropout(t *testing.T) {
	p := &Pass{Rand: rand.New(rand.NewPCG(1, 1))}
	x := slices.Repeat([]float32{2}, 10000)
	mask := p.Dropout(x, 0.25)
	kept := 0
	for i, v := range x {
		switch v {
		case 2 / 0.75:
			kept++
		case 0:
		default:
			t.Fatalf("number %d became %v", i, v)
		}
		if v != 2*mask[i] {
			t.Fatalf("number %d is %v, its factor %v", i, v, mask[i])
		}
	}
	if kept < 7300 || kept > 7700 {
		t.Errorf("%d of 10,000 kept", kept)
	}
	d := []float32{1, 1}
	Mask(d, []float32{0, 3})
	if !slices.Equal(d, []float32{0, 3}) {
		t.Errorf("masked: %v", d)
	}
	if p.Dropout(x, 0) != nil {
		t.Error("a mask that drops nothing")
	}
	Mask(d, nil)
	ReluBack(d, []float32{1, 0})
	if !slices.Equal(d, []float32{0, 0}) {
		t.Errorf("behind a rectifier: %v", d)
	}
}

func TestLinear(t *testing.T) {
	p := &Pass{}
	w := neural.Tensor{Rows: 2, Cols: 3, V: []float32{1, 2, 3, 4, 5, 6}}
	b := neural.Tensor{Rows: 1, Cols: 3, V: []float32{10, 20, 30}}
	x := []float32{1, 1, 0, 2}
	if y := p.Linear(x, 2, &w, &b); !slices.Equal(y, []float32{15, 27, 39, 18, 30, 42}) {
		t.Errorf("with a bias %v", y)
	}
	if y := p.Linear(x, 2, &w, nil); !slices.Equal(y, []float32{5, 7, 9, 8, 10, 12}) {
		t.Errorf("without %v", y)
	}
	gw, gb, dx := neural.NewTensor(2, 3), neural.NewTensor(1, 3), make([]float32, 4)
	p.LinearBack(dx, x, []float32{1, 0, 0, 0, 1, 1}, 2, &w, &gw, &gb)
	if !slices.Equal(gw.V, []float32{1, 0, 0, 1, 2, 2}) || !slices.Equal(gb.V, []float32{1, 1, 1}) || !slices.Equal(dx, []float32{1, 4, 5, 11}) {
		t.Errorf("gradients %v, %v, %v", gw.V, gb.V, dx)
	}
	p.Reset()
	before := p.Take(3)
	p.Reset()
	if after := p.Take(3); &before[0] != &after[0] {
		t.Error("memory is not used again")
	}
}
