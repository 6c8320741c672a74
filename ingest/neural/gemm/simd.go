//go:build goexperiment.simd && amd64

package gemm

import (
	"simd/archsimd"
	"unsafe"
)

func load(p unsafe.Pointer, off int) archsimd.Float32x16 {
	return archsimd.LoadFloat32x16((*[16]float32)(unsafe.Add(p, off*4)))
}

func spread(p unsafe.Pointer, off int) archsimd.Float32x16 {
	return archsimd.BroadcastFloat32x16(*(*float32)(unsafe.Add(p, off*4)))
}

func store(v archsimd.Float32x16, p unsafe.Pointer, off int) {
	v.Store((*[16]float32)(unsafe.Add(p, off*4)))
}

// Add adds the product a (n×k) · b (k×m) to c (n×m).
func Add(c, a, b []float32, n, k, m int) {
	if n == 0 || k == 0 || m == 0 {
		return
	}
	if !archsimd.X86.AVX512() {
		plain(c, a, b, n, k, m, 0)
		return
	}
	_, _, _ = c[n*m-1], a[n*k-1], b[k*m-1]
	pc, pa, pb := unsafe.Pointer(&c[0]), unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0])
	j := 0
	// Columns of b are copied together first: rows a power of two apart would
	// fall on the same few lines of the cache.
	panel := make([]float32, k*32)
	pp := unsafe.Pointer(&panel[0])
	for ; j+32 <= m; j += 32 {
		for p := 0; p < k; p++ {
			store(load(pb, p*m+j), pp, p*32)
			store(load(pb, p*m+j+16), pp, p*32+16)
		}
		i := 0
		for ; i+4 <= n; i += 4 {
			c00, c01 := load(pc, i*m+j), load(pc, i*m+j+16)
			c10, c11 := load(pc, (i+1)*m+j), load(pc, (i+1)*m+j+16)
			c20, c21 := load(pc, (i+2)*m+j), load(pc, (i+2)*m+j+16)
			c30, c31 := load(pc, (i+3)*m+j), load(pc, (i+3)*m+j+16)
			for p := 0; p < k; p++ {
				b0, b1 := load(pp, p*32), load(pp, p*32+16)
				x := spread(pa, i*k+p)
				c00, c01 = x.MulAdd(b0, c00), x.MulAdd(b1, c01)
				x = spread(pa, (i+1)*k+p)
				c10, c11 = x.MulAdd(b0, c10), x.MulAdd(b1, c11)
				x = spread(pa, (i+2)*k+p)
				c20, c21 = x.MulAdd(b0, c20), x.MulAdd(b1, c21)
				x = spread(pa, (i+3)*k+p)
				c30, c31 = x.MulAdd(b0, c30), x.MulAdd(b1, c31)
			}
			store(c00, pc, i*m+j)
			store(c01, pc, i*m+j+16)
			store(c10, pc, (i+1)*m+j)
			store(c11, pc, (i+1)*m+j+16)
			store(c20, pc, (i+2)*m+j)
			store(c21, pc, (i+2)*m+j+16)
			store(c30, pc, (i+3)*m+j)
			store(c31, pc, (i+3)*m+j+16)
		}
		for ; i < n; i++ {
			c0, c1 := load(pc, i*m+j), load(pc, i*m+j+16)
			for p := 0; p < k; p++ {
				x := spread(pa, i*k+p)
				c0, c1 = x.MulAdd(load(pp, p*32), c0), x.MulAdd(load(pp, p*32+16), c1)
			}
			store(c0, pc, i*m+j)
			store(c1, pc, i*m+j+16)
		}
	}
	for ; j+16 <= m; j += 16 {
		i := 0
		for ; i+4 <= n; i += 4 {
			c0, c1, c2, c3 := load(pc, i*m+j), load(pc, (i+1)*m+j), load(pc, (i+2)*m+j), load(pc, (i+3)*m+j)
			for p := 0; p < k; p++ {
				b0 := load(pb, p*m+j)
				c0 = spread(pa, i*k+p).MulAdd(b0, c0)
				c1 = spread(pa, (i+1)*k+p).MulAdd(b0, c1)
				c2 = spread(pa, (i+2)*k+p).MulAdd(b0, c2)
				c3 = spread(pa, (i+3)*k+p).MulAdd(b0, c3)
			}
			store(c0, pc, i*m+j)
			store(c1, pc, (i+1)*m+j)
			store(c2, pc, (i+2)*m+j)
			store(c3, pc, (i+3)*m+j)
		}
		for ; i < n; i++ {
			c0 := load(pc, i*m+j)
			for p := 0; p < k; p++ {
				c0 = spread(pa, i*k+p).MulAdd(load(pb, p*m+j), c0)
			}
			store(c0, pc, i*m+j)
		}
	}
	if j == m {
		return
	}
	// The last columns, through masked loads and stores.
	mask := archsimd.Mask32x16FromBits(1<<(m-j) - 1)
	at := func(p unsafe.Pointer, off int) *[16]float32 { return (*[16]float32)(unsafe.Add(p, off*4)) }
	i := 0
	for ; i+4 <= n; i += 4 {
		c0 := archsimd.LoadMaskedFloat32x16(at(pc, i*m+j), mask)
		c1 := archsimd.LoadMaskedFloat32x16(at(pc, (i+1)*m+j), mask)
		c2 := archsimd.LoadMaskedFloat32x16(at(pc, (i+2)*m+j), mask)
		c3 := archsimd.LoadMaskedFloat32x16(at(pc, (i+3)*m+j), mask)
		for p := 0; p < k; p++ {
			b0 := archsimd.LoadMaskedFloat32x16(at(pb, p*m+j), mask)
			c0 = spread(pa, i*k+p).MulAdd(b0, c0)
			c1 = spread(pa, (i+1)*k+p).MulAdd(b0, c1)
			c2 = spread(pa, (i+2)*k+p).MulAdd(b0, c2)
			c3 = spread(pa, (i+3)*k+p).MulAdd(b0, c3)
		}
		c0.StoreMasked(at(pc, i*m+j), mask)
		c1.StoreMasked(at(pc, (i+1)*m+j), mask)
		c2.StoreMasked(at(pc, (i+2)*m+j), mask)
		c3.StoreMasked(at(pc, (i+3)*m+j), mask)
	}
	for ; i < n; i++ {
		c0 := archsimd.LoadMaskedFloat32x16(at(pc, i*m+j), mask)
		for p := 0; p < k; p++ {
			c0 = spread(pa, i*k+p).MulAdd(archsimd.LoadMaskedFloat32x16(at(pb, p*m+j), mask), c0)
		}
		c0.StoreMasked(at(pc, i*m+j), mask)
	}
}
