package main

import (
	"math"
	"math/rand/v2"

	"faultline/ingest/relate/internal/model"
)

type mlpOptions struct {
	hidden  int
	epochs  int
	rate    float64
	decay   float64
	drop    float64 // share of hidden units left out
	dropIn  float64 // share of inputs left out
	balance float64
	seed    uint64
}

const batch = 16

// fitMLP trains by Adam on the cross entropy.
func fitMLP(train []*sample, o mlpOptions) *model.Net {
	rng := rand.New(rand.NewPCG(o.seed, 11))
	n := len(train[0].dense)
	m := &model.Net{In: n, Hidden: o.hidden, W1: make([]float32, n*o.hidden), B1: make([]float32, o.hidden),
		W2: make([]float32, classes*o.hidden), B2: make([]float32, classes)}
	for i := range m.W1 {
		m.W1[i] = float32(rng.NormFloat64() * math.Sqrt(2/float64(n)) * 0.7)
	}
	for i := range m.W2 {
		m.W2[i] = float32(rng.NormFloat64() * math.Sqrt(1/float64(o.hidden)))
	}
	size := classSizes(train)
	params := [][]float32{m.W1, m.B1, m.W2, m.B2}
	var grads, first, second [][]float32
	for _, p := range params {
		grads = append(grads, make([]float32, len(p)))
		first = append(first, make([]float32, len(p)))
		second = append(second, make([]float32, len(p)))
	}
	order := make([]int, len(train))
	for i := range order {
		order[i] = i
	}
	h, dh := make([]float32, o.hidden), make([]float32, o.hidden)
	x := make([]float32, n)
	keep := make([]bool, o.hidden)
	step := 0
	total := o.epochs * ((len(train) + batch - 1) / batch)
	for range o.epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for at := 0; at < len(order); at += batch {
			for _, g := range grads {
				clear(g)
			}
			for _, i := range order[at:min(at+batch, len(order))] {
				s := train[i]
				copy(x, s.dense)
				if o.dropIn > 0 {
					up := float32(1 / (1 - o.dropIn))
					for d := range x {
						if rng.Float64() < o.dropIn {
							x[d] = 0
						} else {
							x[d] *= up
						}
					}
				}
				up := float32(1 / (1 - o.drop))
				for j := range h {
					keep[j] = rng.Float64() >= o.drop
					h[j] = 0
					if keep[j] {
						h[j] = max(0, m.B1[j]+model.Dot(m.W1[j*n:][:n], x)) * up
					}
				}
				p := m.Out(h)
				w := s.weight
				w *= math.Pow(size[classes]/(classes*max(size[s.class], 1)), o.balance)
				clear(dh)
				for c := range p {
					g := p[c]
					if c == s.class {
						g--
					}
					gw := float32(g * w)
					grads[3][c] += gw
					row, grow := m.W2[c*o.hidden:][:o.hidden], grads[2][c*o.hidden:][:o.hidden]
					for j := range h {
						grow[j] += gw * h[j]
						dh[j] += gw * row[j]
					}
				}
				for j := range h {
					if h[j] <= 0 {
						continue
					}
					g := dh[j] * up
					grads[1][j] += g
					grow := grads[0][j*n:][:n]
					for d, v := range x {
						grow[d] += g * v
					}
				}
			}
			step++
			rate := o.rate * (1 - float64(step)/float64(total+1))
			c1, c2 := 1-math.Pow(0.9, float64(step)), 1-math.Pow(0.999, float64(step))
			lr := float32(rate * math.Sqrt(c2) / c1)
			for k, p := range params {
				g, m1, m2 := grads[k], first[k], second[k]
				wd := float32(0)
				if k == 0 || k == 2 {
					wd = float32(rate * o.decay)
				}
				for i := range p {
					gi := g[i] / batch
					m1[i] += 0.1 * (gi - m1[i])
					m2[i] += 0.001 * (gi*gi - m2[i])
					p[i] -= lr*m1[i]/(float32(math.Sqrt(float64(m2[i])))+1e-8) + wd*p[i]
				}
			}
		}
	}
	return m
}
