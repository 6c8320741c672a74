// Package gemm multiplies matrices of float32 values, stored row after row.
package gemm

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

// Transposed returns the m×n transpose of the n×m matrix a.
func Transposed(a []float32, n, m int) []float32 {
	t := make([]float32, n*m)
	const b = 16
	for i0 := 0; i0 < n; i0 += b {
		for j0 := 0; j0 < m; j0 += b {
			for i := i0; i < min(i0+b, n); i++ {
				for j := j0; j < min(j0+b, m); j++ {
					t[j*n+i] = a[i*m+j]
				}
			}
		}
	}
	return t
}
