package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"faultline/ingest/relate/internal/model"
)

const classes = model.NumClasses

type svmOptions struct {
	cost    float64 // of a sample outside its margin
	balance float64 // 0…1: how far rare classes are weighted up
	least   int     // occurrences of a feature
	dense   float64 // scale of the dense part, 0 leaves it out
	epochs  int
	seed    uint64
}

// linear are the weights of one-against-rest machines: classes per feature.
type linear struct {
	keys  []uint32 // sorted
	index map[uint32]int32
	w     []float32
	d     []float32 // dense weights: classes per dimension
	scale float64
}

// fitSVM trains L2-loss machines by dual coordinate descent (Hsieh et al.
// 2008), all classes in one pass over the samples.
func fitSVM(train []*sample, o svmOptions) *linear {
	counts := map[uint32]int{}
	for _, s := range train {
		for _, f := range s.sparse {
			counts[f]++
		}
	}
	var keys []uint32
	for f, n := range counts {
		if n >= o.least {
			keys = append(keys, f)
		}
	}
	slices.Sort(keys)
	m := &linear{keys: keys, index: make(map[uint32]int32, len(keys)), w: make([]float32, len(keys)*classes), scale: o.dense}
	for i, f := range keys {
		m.index[f] = int32(i * classes)
	}
	if o.dense > 0 {
		m.d = make([]float32, len(train[0].dense)*classes)
	}
	size := classSizes(train)
	rows := make([][]int32, len(train))
	val := make([]float32, len(train))
	norm := make([]float64, len(train))
	diag := make([][classes]float64, len(train))
	alpha := make([][classes]float64, len(train))
	idle := make([]uint8, len(train))
	for i, s := range train {
		for _, f := range s.sparse {
			if r, ok := m.index[f]; ok {
				rows[i] = append(rows[i], r)
			}
		}
		val[i] = float32(1 / math.Sqrt(float64(len(s.sparse))))
		norm[i] = float64(val[i]*val[i]) * float64(len(rows[i]))
		if o.dense > 0 {
			for _, x := range s.dense {
				norm[i] += float64(x) * float64(x) * o.dense * o.dense
			}
		}
		c := o.cost * s.weight
		for k := range classes {
			ck := c
			if k == s.class {
				ck *= math.Pow(size[classes]/(classes*max(size[k], 1)), o.balance)
			}
			diag[i][k] = 1 / (2 * max(ck, 1e-9))
		}
	}
	rng := rand.New(rand.NewPCG(o.seed, 3))
	order := make([]int, len(train))
	for i := range order {
		order[i] = i
	}
	var margin, step [classes]float32
	for epoch := range o.epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			if idle[i] > 2 && epoch%5 != 4 {
				continue
			}
			s := train[i]
			clear(margin[:])
			for _, r := range rows[i] {
				w := m.w[r : r+classes]
				for k := range margin {
					margin[k] += w[k]
				}
			}
			for k := range margin {
				margin[k] *= val[i]
			}
			if o.dense > 0 {
				for d, x := range s.dense {
					if x != 0 {
						w := m.d[d*classes:][:classes]
						x *= float32(o.dense)
						for k := range margin {
							margin[k] += x * w[k]
						}
					}
				}
			}
			moved := false
			for k := range classes {
				y := -1.0
				if k == s.class {
					y = 1
				}
				g := y*float64(margin[k]) - 1 + diag[i][k]*alpha[i][k]
				old := alpha[i][k]
				alpha[i][k] = max(old-g/(norm[i]+diag[i][k]), 0)
				delta := (alpha[i][k] - old) * y
				step[k] = float32(delta)
				if math.Abs(delta) > 1e-5 {
					moved = true
				}
			}
			if !moved {
				idle[i] = min(idle[i]+1, 10)
				continue
			}
			idle[i] = 0
			for _, r := range rows[i] {
				w := m.w[r : r+classes]
				for k := range step {
					w[k] += step[k] * val[i]
				}
			}
			if o.dense > 0 {
				for d, x := range s.dense {
					if x != 0 {
						w := m.d[d*classes:][:classes]
						x *= float32(o.dense)
						for k := range step {
							w[k] += x * step[k]
						}
					}
				}
			}
		}
	}
	return m
}

// classSizes are the weighted sizes of the classes, then their sum.
func classSizes(train []*sample) (size [classes + 1]float64) {
	for _, s := range train {
		size[s.class] += s.weight
		size[classes] += s.weight
	}
	return size
}

// small makes the model of the weights.
func (m *linear) small(least float64) *model.Linear {
	d := slices.Clone(m.d)
	for i := range d {
		d[i] *= float32(m.scale)
	}
	return model.NewLinear(m.keys, m.w, d, least)
}
