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
	s := fitSVM(foreign, svmOptions{cost: 1, balance: 0.3, least: 3, dense: 0.1, epochs: 15})
	net := fitMLP(foreign, mlpOptions{hidden: 48, epochs: 8, rate: 0.002, decay: 0.05, drop: 0.3, dropIn: 0.2, balance: 0.3, seed: 1})
	for _, least := range []float64{0, 0.04, 0.08} {
		far := s.small(least)
		for i, s := range own {
			s.dense = slices.Clone(base[i])
		}
		extend(own, far, net)
		try(fmt.Sprint("far ", least, " keys ", len(far.Keys)), fitNear)
	}
	for i, s := range own {
		s.dense = slices.Clone(base[i])
	}
	extend(own, s.small(farLeast), net)
	for _, c := range []float64{1, 2, 4, 8} {
		for _, d := range []float64{0.04, 0.07, 0.1} {
			o := svmOptions{cost: c, balance: 0.5, least: 2, dense: d, epochs: 25}
			try(fmt.Sprint("cost ", c, " dense ", d), func(t []*sample) *model.Linear { return fitSVM(t, o).small(0) })
		}
	}
}
