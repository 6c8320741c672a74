package coder

import (
	"math"
	"math/rand/v2"
	"slices"

	"faultline/ingest/neural"
	"faultline/ingest/nlp"
)

type fitOptions struct {
	epochs  int
	rate    float64
	decay   float64 // L2, per update
	least   int     // occurrences of a feature
	seed    uint64
	members int     // of the ensemble, one at least
	drop    float64 // share of the features that an example does without, others each time

	slots, hidden int // of the network; none with 0
	vectors       func(string, *[nlp.VectorSize]float32) bool
}

// fit trains a classifier by AdaGrad, both parts together. Features that
// occur fewer than least times are left out. Several members, that see the
// examples in other orders and do without other features, are trained and
// made one: the mean of their scores is again such a classifier, and depends
// less on chance.
func fit(examples []example, classes int, o fitOptions) *classifier {
	counts := map[uint32]int{}
	for _, e := range examples {
		for _, k := range e.features {
			counts[k]++
		}
	}
	var keys []uint32
	for k, n := range counts {
		if n >= o.least {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	index := make(map[uint32]int32, len(keys))
	for i, k := range keys {
		index[k] = int32(i * classes)
	}
	rows := make([][]int32, len(examples))
	for i, e := range examples {
		for _, k := range e.features {
			if r, ok := index[k]; ok {
				rows[i] = append(rows[i], r)
			}
		}
	}
	members := max(1, o.members)
	mean := make([]float64, len(keys)*classes)
	var nets []*network
	for m := range members {
		o.seed += uint64(100 * m)
		w, net := descend(examples, rows, len(mean), classes, o)
		for i, x := range w {
			mean[i] += x / float64(members)
		}
		if net != nil {
			nets = append(nets, net)
		}
	}
	c := &classifier{wide: quantised(keys, mean, classes)}
	if len(nets) > 0 {
		c.deep = joined(nets)
	}
	return c
}

// joined is one network that gives the mean of the scores of several: their
// hidden cells stand side by side.
func joined(nets []*network) *network {
	first := nets[0]
	all := newNetwork(first.slots, first.hidden*len(nets), first.classes, first.vectors)
	for m, n := range nets {
		from := m * n.hidden
		for i := range len(n.in) / n.hidden {
			copy(all.in[i*all.hidden+from:], n.in[i*n.hidden:][:n.hidden])
		}
		copy(all.bias[from:], n.bias)
		for i, x := range n.out {
			all.out[from*n.classes+i] = x / float32(len(nets))
		}
	}
	return all
}

// descend trains one member: the weights of the linear part, of the given
// size, and the network, nil if none is asked for.
func descend(examples []example, rows [][]int32, size, classes int, o fitOptions) ([]float64, *network) {
	var deep *deepFit
	if o.slots > 0 {
		deep = newDeepFit(examples, classes, o)
	}
	w, g2 := make([]float64, size), make([]float64, size)
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(o.seed, 1))
	score, grads := make([]float64, classes), make([]float64, classes)
	sure := make([]bool, len(examples)) // right in the epoch before
	keep := 1 - o.drop
	var some []int32
	for epoch := range o.epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			if sure[i] && epoch+1 < o.epochs {
				sure[i] = false
				continue
			}
			clear(score)
			some = some[:0]
			for _, r := range rows[i] {
				if o.drop > 0 && rng.Float64() < o.drop {
					continue
				}
				some = append(some, r)
				for c, x := range w[r:][:classes] {
					score[c] += x
				}
			}
			for c := range score {
				score[c] /= keep
			}
			if deep != nil {
				deep.forward(i, score)
			}
			neural.Softmax(score)
			top := 0.0
			for c := range score {
				grads[c] = score[c]
				if c == examples[i].class {
					grads[c]--
				}
				grads[c] *= examples[i].weight
				top = max(top, math.Abs(grads[c]))
			}
			if top < 0.004 {
				sure[i] = true
				continue
			}
			for c, grad := range grads {
				if math.Abs(grad) < 1e-4 {
					continue
				}
				for _, r := range some {
					at := int(r) + c
					g := grad/keep + o.decay*w[at]
					g2[at] += g * g
					w[at] -= o.rate * g / (math.Sqrt(g2[at]) + 1e-3)
				}
			}
			if deep != nil {
				deep.backward(i, grads)
			}
		}
	}
	if deep == nil {
		return w, nil
	}
	return w, deep.net
}

// deepFit trains the network of a classifier.
type deepFit struct {
	net     *network
	o       fitOptions
	table   []float32 // vectors of all words
	words   [][]int32 // by example and slot, offset in table, −1 without a vector
	gIn     []float32 // sums of squared gradients
	gBias   []float32
	gOut    []float32
	h, back []float32
}

func newDeepFit(examples []example, classes int, o fitOptions) *deepFit {
	d := &deepFit{net: newNetwork(o.slots, o.hidden, classes, o.vectors), o: o}
	rows := map[string]int32{}
	for _, e := range examples {
		list := make([]int32, o.slots)
		for slot := range list {
			list[slot] = -1
			if slot >= len(e.words) || e.words[slot] == "" {
				continue
			}
			at, ok := rows[e.words[slot]]
			if !ok {
				at = -1
				var v [nlp.VectorSize]float32
				if o.vectors(e.words[slot], &v) {
					at = int32(len(d.table))
					d.table = append(d.table, v[:]...)
				}
				rows[e.words[slot]] = at
			}
			list[slot] = at
		}
		d.words = append(d.words, list)
	}
	rng := rand.New(rand.NewPCG(o.seed, 2))
	norm := math.Sqrt(float64(o.slots * nlp.VectorSize))
	for i := range d.net.in {
		d.net.in[i] = float32(rng.NormFloat64() / norm)
	}
	for i := range d.net.out {
		d.net.out[i] = float32(rng.NormFloat64() * 0.1)
	}
	d.gIn, d.gBias, d.gOut = make([]float32, len(d.net.in)), make([]float32, o.hidden), make([]float32, len(d.net.out))
	d.h, d.back = make([]float32, o.hidden), make([]float32, o.hidden)
	return d
}

func (d *deepFit) forward(i int, score []float64) {
	n := d.net
	copy(d.h, n.bias)
	for slot, at := range d.words[i] {
		if at < 0 {
			continue
		}
		addProduct(d.h, d.table[at:at+nlp.VectorSize], n.in[slot*nlp.VectorSize*n.hidden:])
	}
	for h, x := range d.h {
		if x > 0 {
			for c, w := range n.out[h*n.classes:][:n.classes] {
				score[c] += float64(x * w)
			}
		}
	}
}

func (d *deepFit) backward(i int, grads []float64) {
	n := d.net
	rate := float32(d.o.rate) / 2
	step := func(w, g2 *float32, g float32) {
		*g2 += g * g
		*w -= rate * g / (float32(math.Sqrt(float64(*g2))) + 1e-3)
	}
	for h, x := range d.h {
		d.back[h] = 0
		if x <= 0 {
			continue
		}
		for c, g := range grads {
			at := h*n.classes + c
			d.back[h] += float32(g) * n.out[at]
			step(&n.out[at], &d.gOut[at], float32(g)*x)
		}
		step(&n.bias[h], &d.gBias[h], d.back[h])
	}
	for slot, at := range d.words[i] {
		if at < 0 {
			continue
		}
		base := slot * nlp.VectorSize * n.hidden
		for k, x := range d.table[at : at+nlp.VectorSize] {
			for h, b := range d.back {
				if b != 0 {
					j := base + k*n.hidden + h
					step(&n.in[j], &d.gIn[j], b*x)
				}
			}
		}
	}
}

// quantised makes small integers of the weights and drops features whose
// weights all round to nothing.
func quantised(keys []uint32, w []float64, classes int) *linear {
	top := 1e-9
	for _, x := range w {
		top = max(top, math.Abs(x))
	}
	scale := top / 127
	var kept []uint32
	var small []int8
	for i, k := range keys {
		row := make([]int8, classes)
		any := false
		for c := range row {
			row[c] = int8(math.Round(w[i*classes+c] / scale))
			any = any || row[c] != 0
		}
		if any {
			kept = append(kept, k)
			small = append(small, row...)
		}
	}
	return newLinear(classes, float32(scale), kept, small)
}

// addProduct adds x·w to h; w has a row of len(h) for each number of x.
func addProduct(h, x, w []float32) {
	n := len(h)
	for k := 0; k+4 <= len(x); k += 4 {
		x0, x1, x2, x3 := x[k], x[k+1], x[k+2], x[k+3]
		r0, r1, r2, r3 := w[k*n:][:n], w[(k+1)*n:][:n], w[(k+2)*n:][:n], w[(k+3)*n:][:n]
		for i := range h {
			h[i] += x0*r0[i] + x1*r1[i] + x2*r2[i] + x3*r3[i]
		}
	}
}
