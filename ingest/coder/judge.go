package coder

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"faultline/ingest/neural"
)

// maxClaimed is the greatest share of sentences without events that may get
// a claim, in cross-validation.
const maxClaimed = 0.075

// The settings of the model of acceptance.
const (
	acceptEpochs = 8
	acceptRate   = 0.02
	acceptDecay  = 1e-2
	acceptLeast  = 10 // occurrences of a feature
	// Sentences drawn at random count so many times what the others do, which
	// were chosen for being hard.
	acceptRandom = 3
)

// fitAccepts trains the model of acceptance on what was proposed for the
// sentences outside of a fold; −1 leaves none out. The proposals of one word
// and type exclude each other, and none of them may be right: the model is a
// regression over the choice. Several may be right as the scorer has it; then
// one of them is wanted.
func (tr *trainer) fitAccepts(fold int) *linear {
	var choices []choice
	counts := map[uint32]int{}
	for n, tc := range tr.cases {
		if tc.fold(tr.o.Folds) == fold {
			continue
		}
		weight := 1.0
		if n < tr.measured {
			weight = acceptRandom
		}
		for from := 0; from < len(tc.proposed); {
			to := variantsFrom(tc.proposed, from)
			c := choice{weight: weight}
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
	order := rand.New(rand.NewPCG(tr.o.Seed, 0))
	for range acceptEpochs {
		order.Shuffle(len(choices), func(i, j int) { choices[i], choices[j] = choices[j], choices[i] })
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
	weight   float64 // 1 for a usual sentence
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
	neural.Softmax(probs)
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
			g := c.weight*grad + acceptDecay*w[r]
			g2[r] += g * g
			w[r] -= acceptRate * g / (math.Sqrt(g2[r]) + 1e-3)
		}
	}
}

// tally counts what was read right in annotated sentences.
type tally struct {
	sentences, empty, claimed int // without events, and those of them that got a claim
	good, all                 int // claims
	found, core               int // certain events
}

func (n *tally) add(tc *trainCase, kept []act) {
	n.sentences++
	if len(tc.Items) == 0 {
		n.empty++
		n.claimed += min(1, len(kept))
	}
	for _, a := range kept {
		n.all++
		if tc.right(a) {
			n.good++
		}
	}
	for i := range tc.Items {
		it := &tc.Items[i]
		if !it.Core {
			continue
		}
		n.core++
		if slices.ContainsFunc(kept, func(a act) bool { return a.Type == it.Type && tc.matches(a, it) }) {
			n.found++
		}
	}
}

// scores are precision, recall and F1.
func (n *tally) scores() (p, r, f float64) {
	p, r = float64(n.good)/float64(max(n.all, 1)), float64(n.found)/float64(max(n.core, 1))
	return p, r, 2 * p * r / max(p+r, 1e-9)
}

// measure chooses the threshold of acceptance over the cross-validated
// proposals, and logs the curve: the one with the best F1 among those that
// leave most sentences without events alone, because a claim that nobody made
// does more harm than one that is missed. Each fold is judged by a model of
// acceptance that has not seen it. It logs each collection of reports besides,
// told by what their ids begin with.
func (tr *trainer) measure() float64 {
	accepts := make([]*linear, tr.o.Folds)
	for fold := range accepts {
		accepts[fold] = tr.fitAccepts(fold)
	}
	best, chosen := -1.0, 0.0
	for step := 8; step <= 28; step++ {
		threshold := 0.025 * float64(step)
		var n tally
		for _, tc := range tr.cases[:tr.measured] {
			n.add(tc, tc.judged(accepts[tc.fold(tr.o.Folds)], threshold))
		}
		p, r, f := n.scores()
		tr.o.Log("threshold %.3f: precision %.3f recall %.3f F1 %.3f, %d claims, on %.1f %% of the sentences without items",
			threshold, p, r, f, n.all, 100*float64(n.claimed)/float64(max(n.empty, 1)))
		if f > best && float64(n.claimed) <= maxClaimed*float64(n.empty) {
			best, chosen = f, threshold
		}
	}
	tr.o.Log("threshold %.3f", chosen)
	collections := map[string]*tally{}
	for _, tc := range tr.cases[:tr.measured] {
		name, _, _ := strings.Cut(tc.Doc, "-")
		if collections[name] == nil {
			collections[name] = new(tally)
		}
		collections[name].add(tc, tc.judged(accepts[tc.fold(tr.o.Folds)], chosen))
	}
	for _, name := range slices.Sorted(maps.Keys(collections)) {
		n := collections[name]
		p, r, f := n.scores()
		tr.o.Log("%s: %d sentences, precision %.3f recall %.3f F1 %.3f", name, n.sentences, p, r, f)
	}
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
