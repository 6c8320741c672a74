package coder

import (
	"math"
	"slices"
)

// maxClaimed is the greatest share of sentences without events that may get
// a claim, in cross-validation.
const maxClaimed = 0.08

// The settings of the model of acceptance.
const (
	acceptEpochs = 8
	acceptRate   = 0.02
	acceptDecay  = 1e-2
	acceptLeast  = 10 // occurrences of a feature
)

// fitAccepts trains the model of acceptance on what was proposed for the
// sentences outside of a fold; −1 leaves none out. The proposals of one word
// and type exclude each other, and none of them may be right: the model is a
// regression over the choice. Several may be right as the scorer has it; then
// one of them is wanted.
func (tr *trainer) fitAccepts(fold int) *linear {
	var choices []choice
	counts := map[uint32]int{}
	for _, tc := range tr.cases {
		if tc.fold(tr.o.Folds) == fold {
			continue
		}
		for from := 0; from < len(tc.proposed); {
			to := variantsFrom(tc.proposed, from)
			var c choice
			for _, p := range tc.proposed[from:to] {
				c.features = append(c.features, p.accept)
				c.right = append(c.right, tc.right(p.act))
				for _, k := range p.accept {
					counts[k]++
				}
			}
			choices = append(choices, c)
			from = to
		}
	}
	var keys []uint32
	for k, n := range counts {
		if n >= acceptLeast {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	index := make(map[uint32]int32, len(keys))
	for i, k := range keys {
		index[k] = int32(i)
	}
	for i := range choices {
		for _, list := range choices[i].features {
			var rows []int32
			for _, k := range list {
				if r, ok := index[k]; ok {
					rows = append(rows, r)
				}
			}
			choices[i].rows = append(choices[i].rows, rows)
		}
	}
	w, g2 := make([]float64, len(keys)), make([]float64, len(keys))
	for range acceptEpochs {
		for i := range choices {
			choices[i].learn(w, g2)
		}
	}
	return quantised(keys, w, 1)
}

// choice is between the proposals of one word and type, and none.
type choice struct {
	features [][]uint32
	rows     [][]int32 // of the weights
	right    []bool
}

// learn takes one step of AdaGrad towards the right proposals, or towards
// none.
func (c *choice) learn(w, g2 []float64) {
	probs := make([]float64, len(c.rows)+1)
	for i, rows := range c.rows {
		for _, r := range rows {
			probs[i+1] += w[r]
		}
	}
	softmax(probs)
	wanted := 0.0
	for i, right := range c.right {
		if right {
			wanted += probs[i+1]
		}
	}
	for i, rows := range c.rows {
		grad := probs[i+1]
		if c.right[i] {
			grad -= probs[i+1] / wanted
		}
		if math.Abs(grad) < 1e-4 {
			continue
		}
		for _, r := range rows {
			g := grad + acceptDecay*w[r]
			g2[r] += g * g
			w[r] -= acceptRate * g / (math.Sqrt(g2[r]) + 1e-3)
		}
	}
}

// measure chooses the threshold of acceptance over the cross-validated
// proposals, and logs the curve: the one with the best F1 among those that
// leave most sentences without events alone, because a claim that nobody made
// does more harm than one that is missed. Each fold is judged by a model of
// acceptance that has not seen it.
func (tr *trainer) measure() float64 {
	accepts := make([]*linear, tr.o.Folds)
	for fold := range accepts {
		accepts[fold] = tr.fitAccepts(fold)
	}
	best, chosen := -1.0, 0.0
	for step := 8; step <= 28; step++ {
		threshold := 0.025 * float64(step)
		var good, all, found, core, empty, claimed int
		for _, tc := range tr.cases[:tr.measured] {
			kept := tc.judged(accepts[tc.fold(tr.o.Folds)], threshold)
			if len(tc.Items) == 0 {
				empty++
				claimed += min(1, len(kept))
			}
			for _, a := range kept {
				all++
				if tc.right(a) {
					good++
				}
			}
			for i := range tc.Items {
				it := &tc.Items[i]
				if !it.Core {
					continue
				}
				core++
				if slices.ContainsFunc(kept, func(a act) bool { return a.Type == it.Type && tc.matches(a, it) }) {
					found++
				}
			}
		}
		p, r := float64(good)/float64(max(all, 1)), float64(found)/float64(max(core, 1))
		f := 2 * p * r / max(p+r, 1e-9)
		tr.o.Log("threshold %.3f: precision %.3f recall %.3f F1 %.3f, %d claims, on %.1f %% of the sentences without items",
			threshold, p, r, f, all, 100*float64(claimed)/float64(max(empty, 1)))
		if f > best && float64(claimed) <= maxClaimed*float64(empty) {
			best, chosen = f, threshold
		}
	}
	tr.o.Log("threshold %.3f", chosen)
	return chosen
}

// judged are the acts that the case's proposals leave when accepts decides.
func (c *trainCase) judged(accepts *linear, threshold float64) []act {
	m := models{accepts: accepts}
	for from := 0; from < len(c.proposed); {
		to := variantsFrom(c.proposed, from)
		m.weigh(c.proposed[from:to])
		from = to
	}
	var kept []act
	for n, s := range c.sentences {
		kept = append(kept, s.chosen(slices.DeleteFunc(slices.Clone(c.proposed), func(p proposal) bool { return p.sentence != n }), threshold)...)
	}
	return kept
}
