package queries

import "math"

// surprise is −log10 P(X >= h) for X of the negative binomial distribution
// with the given size and mean: how unlikely so many events are by chance.
// It is 0 for h <= 0, and finite for all others.
//
// X is Poisson with a rate of which a gamma distribution is known, so size
// is the number of events that the rate was learned from. The tail is
// P(X >= h) = I_p(h, size) with p = mean/(size+mean), I the regularised
// incomplete beta function (Abramowitz & Stegun 26.5.26).
func surprise(h int, size, mean float64) float64 {
	if h <= 0 || !(size > 0) || !(mean > 0) {
		return 0
	}
	// size/(size+mean) is computed apart, as 1−p loses all when p is near 1.
	ln := logBeta(float64(h), size, mean/(size+mean), size/(size+mean))
	return math.Max(0, -ln/math.Ln10)
}

// logBeta is ln I_x(a, b) for 0 < x < 1 and y = 1−x.
func logBeta(a, b, x, y float64) float64 {
	front := a*math.Log(x) + b*math.Log(y) - lnBeta(a, b)
	if x < (a+1)/(a+b+2) {
		return front - math.Log(a) + math.Log(fraction(a, b, x))
	}
	// I_x(a, b) = 1 − I_y(b, a)
	rest := front - math.Log(b) + math.Log(fraction(b, a, y))
	return math.Log1p(-math.Min(math.Exp(rest), 1-1e-16))
}

func lnBeta(a, b float64) float64 {
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	return la + lb - lab
}

// fraction is the continued fraction of the incomplete beta function
// (Abramowitz & Stegun 26.5.8) by Lentz's method. It converges in about
// √max(a, b) steps.
func fraction(a, b, x float64) float64 {
	const tiny, precise = 1e-300, 1e-14
	keep := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c := 1.0
	d := 1 / keep(1-(a+b)*x/(a+1))
	f := d
	for m := 1.0; m < 100_000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / keep(1+even*d)
		c = keep(1 + even/c)
		f *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / keep(1+odd*d)
		c = keep(1 + odd/c)
		step := d * c
		f *= step
		if math.Abs(step-1) < precise {
			break
		}
	}
	return f
}
