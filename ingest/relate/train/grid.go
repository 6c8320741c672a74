package main

import (
	"fmt"
	"log"
	"slices"

	"faultline/ingest/relate/internal/model"
)

func grid(own, foreign []*sample) {
	base := make([][]float32, len(own))
	for i, s := range own {
		base[i] = s.dense
	}
	try := func(name string, fit func([]*sample) *model.Linear) {
		line, t, q := "", 0.0, 0.0
		for salt = 0; salt < 3; salt++ {
			f := measure(own, crossValidate(own, fit))
			line += fmt.Sprintf("  %.4f/%.4f", f.types, f.quads)
			t += f.types / 3
			q += f.quads / 3
		}
		log.Printf("%-50s %.4f %.4f %s", name, t, q, line)
	}
	_ = slices.Clone[[]int]
	near := func(o svmOptions) func(t []*sample) *model.Linear {
		return func(t []*sample) *model.Linear { return fitSVM(t, o).small(nearLeast) }
	}
	o := svmOptions{cost: 4, balance: 0.5, least: 2, dense: 0.07, epochs: 25}
	with := func(far *model.Linear, nets ...*model.Net) {
		for i, s := range own {
			s.dense = slices.Clone(base[i])
			var p [classes]float64
			for _, n := range nets {
				for c, x := range n.Score(s.dense) {
					p[c] += x / float64(len(nets))
				}
			}
			s.dense = model.Extend(s.dense, far.Score(s.sparse, s.dense), p)
		}
	}
	mo := mlpOptions{hidden: 48, epochs: 8, rate: 0.002, decay: 0.05, drop: 0.3, dropIn: 0.2, balance: 0.3}
	var nets []*model.Net
	for seed := range uint64(4) {
		mo.seed = seed
		nets = append(nets, fitMLP(foreign, mo))
	}
	far := fitSVM(foreign, svmOptions{cost: 1, balance: 0.3, least: 3, dense: 0.1, epochs: 15}).small(farLeast)
	with(far, nets[1])
	try("base", near(o))
	for _, bal := range []float64{0.3, 0.7} {
		b := o
		b.balance = bal
		try(fmt.Sprint("balance ", bal), near(b))
	}
	with(far, nets[0])
	try("net seed 0", near(o))
	with(far, nets...)
	try("4 nets", near(o))
	mo.epochs, mo.hidden = 14, 64
	with(far, fitMLP(foreign, mo))
	try("longer net", near(o))
	for _, c := range []float64{0.3, 3} {
		far := fitSVM(foreign, svmOptions{cost: c, balance: 0.3, least: 3, dense: 0.1, epochs: 15}).small(farLeast)
		with(far, nets[1])
		try(fmt.Sprint("far cost ", c), near(o))
	}
}
