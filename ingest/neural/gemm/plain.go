//go:build !goexperiment.simd || !amd64

package gemm

// Add adds the product a (n×k) · b (k×m) to c (n×m). Building with
// GOEXPERIMENT=simd selects a vector version five times as fast.
func Add(c, a, b []float32, n, k, m int) { plain(c, a, b, n, k, m, 0) }

// Exp sets every x to e^(x-top).
func Exp(x []float32, top float32) { plainExp(x, top) }

// Sigmoid sets every x to its logistic function.
func Sigmoid(x []float32) { plainSigmoid(x) }

// Sum adds b to a, as far as a goes.
func Sum(a, b []float32) { plainSum(a, b) }

// Update moves the weights p against their gradient g, which it clears,
// keeping their moments m and v.
func (a *Adam) Update(p, g, m, v []float32) { a.plain(p, g, m, v) }

// Blend moves a towards b by a share of the way.
func Blend(a, b []float32, share float32) { plainBlend(a, b, share) }
