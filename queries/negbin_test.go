package queries

import (
	"math"
	"testing"
)

func TestSurpriseClosedForms(t *testing.T) {
	near := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
			t.Errorf("%s: got %.15g, want %.15g", name, got, want)
		}
	}
	for _, mean := range []float64{1e-6, 0.01, 0.12, 1, 7.5, 400, 1e6} {
		for _, h := range []int{1, 2, 5, 40, 3000} {
			// Size 1 is geometric: P(X >= h) = (μ/(1+μ))^h.
			near("geometric", surprise(h, 1, mean), float64(h)*math.Log1p(1/mean)/math.Ln10)
		}
		for _, size := range []float64{0.01, 0.6, 3, 50, 2e4} {
			// P(X >= 1) = 1 − (r/(r+μ))^r.
			p := -math.Expm1(-size * math.Log1p(mean/size))
			near("at least one", surprise(1, size, mean), -math.Log10(p))
		}
	}
}

// Sums of the mass function, with 60 digits.
func TestSurpriseKnownValues(t *testing.T) {
	for _, test := range []struct {
		h          int
		size, mean float64
		want       float64
	}{
		{2, 0.6, 0.12, 1.85436684104},
		{3, 0.6, 0.0192, 4.9024035836208},
		{5, 2.3, 1.1, 1.6693384438816},
		{10, 4.7, 2.25, 2.6097534353151},
		{12, 80, 12, 0.27532881438699},
		{30, 12.5, 8, 4.8424148821508},
		{150, 900, 100, 5.1809648723334},
		{60, 3, 150, 0.056610860839916},
		{5, 40, 20, 8.0689886828473e-05},
		{1200, 30000, 1000, 9.0444385716863},
		{25, 0.61, 0.3, 12.696991159377},
		{2, 500, 0.02, 3.7039110827875},
	} {
		got := surprise(test.h, test.size, test.mean)
		if math.Abs(got-test.want) > 1e-8*math.Max(1, test.want) {
			t.Errorf("surprise(%d, %v, %v) = %.12g, want %.12g", test.h, test.size, test.mean, got, test.want)
		}
	}
}

func TestSurpriseEdges(t *testing.T) {
	for _, test := range []struct {
		h          int
		size, mean float64
	}{{0, 1, 1}, {-3, 1, 1}, {5, 0, 1}, {5, 1, 0}, {5, math.NaN(), 1}, {5, 1, math.NaN()}} {
		if got := surprise(test.h, test.size, test.mean); got != 0 {
			t.Errorf("surprise(%d, %v, %v) = %v, want 0", test.h, test.size, test.mean, got)
		}
	}
	last := -1.0
	for h := range 5000 { // never falls, never overflows
		got := surprise(h, 0.6, 0.02)
		if math.IsNaN(got) || math.IsInf(got, 0) || got < last {
			t.Fatalf("surprise(%d) = %v after %v", h, got, last)
		}
		last = got
	}
	for _, x := range []float64{1e-300, 1e-12, 1, 1e12} {
		for _, size := range []float64{1e-9, 1, 1e9} {
			if got := surprise(1_000_000, size, x); math.IsNaN(got) || math.IsInf(got, 0) || got < 0 {
				t.Errorf("surprise(1e6, %v, %v) = %v", size, x, got)
			}
		}
	}
}
