package coder

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/schema"
)

// Annotated is one sentence with the events that people read in it; the form
// of the training files.
type Annotated struct {
	ID        string `json:"id"`
	Doc       string `json:"doc"`
	Published string `json:"published"`
	Text      string `json:"text"`
	Items     []Item `json:"items"`
}

// Item is one annotated event. Texts are substrings of the sentence.
type Item struct {
	Type       schema.EventType `json:"type"`
	Initiators []Named          `json:"initiators"`
	Recipients []Named          `json:"recipients"`
	Trigger    string           `json:"trigger"`
	Status     schema.Status    `json:"status"`
	Core       bool             `json:"core"`
}

// Named is an actor of an item.
type Named struct {
	Text string `json:"text"`
	Name string `json:"name"`
}

// ReadAnnotated reads one JSON object a line; the error names the line.
func ReadAnnotated(r io.Reader) ([]Annotated, error) {
	var list []Annotated
	for dec, n := json.NewDecoder(r), 1; ; n++ {
		var a Annotated
		if err := dec.Decode(&a); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("annotated sentence %d: %w", n, err)
		}
		list = append(list, a)
	}
}

// TrainOptions are the settings of Train.
type TrainOptions struct {
	Folds int // of the cross-validation; sentences of one document stay together
	Seed  uint64
	Log   func(format string, args ...any)
}

// Train fits the models to annotated sentences. It first cross-validates:
// what the models of each fold propose on the sentences they have not seen
// trains the model of acceptance and measures the whole. It returns the
// packed model file.
func Train(t Tools, data []Annotated, o TrainOptions) ([]byte, error) {
	c, err := newCoder(t)
	if err != nil {
		return nil, err
	}
	tr := &trainer{coder: c, o: o}
	for i := range data {
		tr.cases = append(tr.cases, tr.prepare(&data[i]))
	}
	o.Log("%d sentences analysed", len(data))
	for fold := range o.Folds {
		m := tr.fit(func(c *trainCase) bool { return c.fold(o.Folds) != fold })
		for _, tc := range tr.cases {
			if tc.fold(o.Folds) != fold {
				continue
			}
			for n, s := range tc.sentences {
				for _, p := range s.proposals(m, c.lex) {
					p.sentence = n
					tc.proposed = append(tc.proposed, p)
				}
			}
		}
		o.Log("fold %d of %d done", fold+1, o.Folds)
	}
	tr.diagnose()
	threshold := tr.measure()
	m := tr.fit(func(*trainCase) bool { return true })
	m.accepts, m.threshold = tr.fitAccepts(-1), threshold
	return m.pack(), nil
}

// fitAccepts trains the model of acceptance on what was proposed for the
// sentences outside of a fold; −1 leaves none out.
func (tr *trainer) fitAccepts(fold int) *linear {
	var judged []example
	for _, tc := range tr.cases {
		if tc.fold(tr.o.Folds) == fold {
			continue
		}
		for _, p := range tc.proposed {
			right := 0
			if tc.right(p.act) {
				right = 1
			}
			judged = append(judged, example{features: p.accept, class: right, weight: 1})
		}
	}
	return fit(judged, 2, fitOptions{epochs: 12, rate: 0.02, decay: 1e-2, least: 10, seed: tr.o.Seed}).wide
}

type trainer struct {
	coder *coder
	o     TrainOptions
	cases []*trainCase
}

// trainCase is an annotated sentence, analysed. The splitter may have made
// several of it.
type trainCase struct {
	*Annotated
	sentences []*sentence
	proposed  []proposal
}

func (c *trainCase) fold(n int) int {
	h := fnv.New32a()
	_, _ = io.WriteString(h, c.Doc)
	return int(h.Sum32() % uint32(n))
}

func (tr *trainer) prepare(a *Annotated) *trainCase {
	day, _ := schema.ParseDay(a.Published)
	tc := &trainCase{Annotated: a}
	tr.coder.read(coding.Document{Text: a.Text, Published: day}, func(s *sentence, _ *setting) {
		tc.sentences = append(tc.sentences, s)
		s.remember()
	})
	return tc
}

// spansOf are the occurrences of a text.
func spansOf(text, part string) []coding.Span {
	var out []coding.Span
	for at := 0; part != ""; {
		i := strings.Index(text[at:], part)
		if i < 0 {
			break
		}
		out = append(out, coding.Span{Start: at + i, End: at + i + len(part)})
		at += i + 1
	}
	return out
}

// tokensIn are the first and last token that the span touches, −1 if none.
func (s *sentence) tokensIn(sp coding.Span) (first, last int) {
	first, last = -1, -1
	for i, t := range s.tok {
		if t.Start < sp.End && sp.Start < t.End {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// triggerToken is the token that carries the item's action words.
func (s *sentence) triggerToken(it *Item) int {
	for _, sp := range spansOf(s.doc.Text, it.Trigger) {
		first, last := s.tokensIn(sp)
		if first < 0 {
			continue
		}
		if h := s.headOf(first, last); s.eligible(h) {
			return h
		}
		for i := first; i <= last; i++ {
			if s.eligible(i) {
				return i
			}
		}
	}
	return -1
}

// partyTokens are the candidates that the named actors of a side stand at;
// of several occurrences of a text the nearest to the trigger.
func (s *sentence) partyTokens(side []Named, trigger int, cands []int) map[int]bool {
	set := map[int]bool{}
	for _, n := range side {
		best, bestDist := -1, 1<<30
		for _, sp := range spansOf(s.doc.Text, n.Text) {
			first, last := s.tokensIn(sp)
			if first < 0 {
				continue
			}
			head, at := s.headOf(first, last), -1
			for _, c := range cands {
				if c == head {
					at = c
					break
				}
				if from, to := s.extent(c); at < 0 && from <= last && first <= to {
					at = c
				}
			}
			if at < 0 {
				continue
			}
			dist := at - trigger
			if dist < 0 {
				dist = -dist
			}
			if dist < bestDist {
				best, bestDist = at, dist
			}
		}
		if best >= 0 {
			set[best] = true
		}
	}
	return set
}

func (s *sentence) extent(c int) (first, last int) {
	if n := s.at[c]; n >= 0 {
		return s.mentions[n].first, s.mentions[n].last
	}
	return c, c
}

// example is one case for a linear model.
type example struct {
	features []uint32
	words    []string
	class    int
	weight   float64
}

// fit trains the models of triggers and arguments on the chosen cases.
func (tr *trainer) fit(use func(*trainCase) bool) *models {
	types := schema.EventTypes()
	var topics, triggers, arguments []example
	var f features
	for _, tc := range tr.cases {
		if !use(tc) {
			continue
		}
		for _, s := range tc.sentences {
			type key struct {
				token int
				typ   schema.EventType
			}
			gold := map[int][]schema.EventType{}
			weight := map[int]float64{}
			sides := map[key][2]map[int]bool{}
			var order []key
			cands := s.candidates()
			on := 0
			for n := range tc.Items {
				it := &tc.Items[n]
				t := s.triggerToken(it)
				if t < 0 {
					continue
				}
				on = 1
				k := key{t, it.Type}
				if !slices.Contains(gold[t], it.Type) {
					gold[t] = append(gold[t], it.Type)
					sides[k] = [2]map[int]bool{{}, {}}
					order = append(order, k)
				}
				w := 0.7
				if it.Core {
					w = 1
				}
				weight[t] = max(weight[t], w)
				for i, side := range [][]Named{it.Initiators, it.Recipients} {
					for c := range s.partyTokens(side, t, cands) {
						sides[k][i][c] = true
					}
				}
			}
			s.topicFeatures(&f)
			topics = append(topics, example{features: slices.Clone(f.list), class: on, weight: 1})
			for i := range s.tok {
				if !s.eligible(i) {
					continue
				}
				s.triggerFeatures(tr.coder.lex, i, &f)
				e := example{slices.Clone(f.list), slices.Clone(f.words), 0, 1}
				if len(gold[i]) == 0 {
					triggers = append(triggers, e)
				}
				for _, typ := range gold[i] {
					e.class, e.weight = 1+slices.Index(types, typ), weight[i]
					triggers = append(triggers, e)
				}
			}
			for _, k := range order {
				by := s.sidesOf(k.token, s.patternFor(tr.coder.lex, k.token, k.typ))
				for _, c := range cands {
					if c == k.token {
						continue
					}
					class := noSide
					if sides[k][0][c] {
						class = initiatorSide
					} else if sides[k][1][c] {
						class = recipientSide
					}
					s.argumentFeatures(k.token, c, k.typ, by, &f)
					arguments = append(arguments, example{slices.Clone(f.list), slices.Clone(f.words), class, weight[k.token]})
				}
			}
		}
	}
	vectors := tr.coder.Analyzer.Vector
	return &models{
		topics: fit(topics, 2, fitOptions{epochs: 8, rate: 0.06, decay: 3e-4, least: 2, seed: tr.o.Seed}).wide,
		triggers: fit(triggers, len(types)+1, fitOptions{epochs: 8, rate: 0.06, decay: 3e-4, least: 3, seed: tr.o.Seed,
			slots: triggerSlots, hidden: 40, vectors: vectors}),
		arguments: fit(arguments, sideClasses, fitOptions{epochs: 8, rate: 0.06, decay: 3e-4, least: 3, seed: tr.o.Seed,
			slots: argumentSlots, hidden: 24, vectors: vectors}),
		accepts: newLinear(2, 1, nil, nil),
	}
}

// right reports whether a proposal matches an item as the scorer of events
// has it: the type is equal, and on both sides some texts overlap.
func (c *trainCase) right(a act) bool {
	for i := range c.Items {
		if c.Items[i].Type == a.Type && c.matches(a, &c.Items[i]) {
			return true
		}
	}
	return false
}

func (c *trainCase) matches(a act, it *Item) bool {
	pi, pr := c.spans(a.sentence, a.initiators), c.spans(a.sentence, a.recipients)
	gi, gr := c.namedSpans(it.Initiators), c.namedSpans(it.Recipients)
	if overlap(pi, gi) && overlap(pr, gr) {
		return true
	}
	return len(it.Recipients) == 0 && len(it.Initiators) > 1 && overlap(pi, gi) && (len(pr) == 0 || overlap(pr, gi))
}

func (c *trainCase) spans(n int, ms []mention) []coding.Span {
	var out []coding.Span
	for _, m := range ms {
		out = append(out, spansOf(c.Text, c.sentences[n].text(m.first, m.last))...)
	}
	return out
}

func (c *trainCase) namedSpans(ns []Named) []coding.Span {
	var out []coding.Span
	for _, n := range ns {
		out = append(out, spansOf(c.Text, n.Text)...)
	}
	return out
}

func overlap(a, b []coding.Span) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == 0 && len(b) == 0
	}
	for _, x := range a {
		for _, y := range b {
			if x.Start < y.End && y.Start < x.End {
				return true
			}
		}
	}
	return false
}

// measure chooses the threshold of acceptance over the cross-validated
// proposals, and logs the curve: of those whose F1 is within a hundredth of
// the best, the highest, because a claim that nobody made does more harm
// than one that is missed. Each fold is judged by a model of acceptance that
// has not seen it.
func (tr *trainer) measure() float64 {
	accepts := make([]*linear, tr.o.Folds)
	for fold := range accepts {
		accepts[fold] = tr.fitAccepts(fold)
	}
	const leastStep = 4
	var curve []float64
	for step := leastStep; step <= 14; step++ {
		threshold := 0.05 * float64(step)
		var good, all, found, core, empty, claimed int
		for _, tc := range tr.cases {
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
		tr.o.Log("threshold %.2f: precision %.3f recall %.3f F1 %.3f, %d claims, on %.1f %% of the sentences without items",
			threshold, p, r, f, all, 100*float64(claimed)/float64(max(empty, 1)))
		curve = append(curve, f)
	}
	top := slices.Max(curve)
	best := 0.0
	for i, f := range curve {
		if f >= top-0.01 {
			best = 0.05 * float64(leastStep+i)
		}
	}
	tr.o.Log("threshold %.2f", best)
	return best
}

// judged are the acts that the case's proposals leave when accepts decides.
func (c *trainCase) judged(accepts *linear, threshold float64) []act {
	var right [2]float64
	for i := range c.proposed {
		accepts.sum(c.proposed[i].accept, right[:])
		softmax(right[:])
		c.proposed[i].confidence = right[1]
	}
	var kept []act
	for n, s := range c.sentences {
		kept = append(kept, s.chosen(slices.DeleteFunc(slices.Clone(c.proposed), func(p proposal) bool { return p.sentence != n }), threshold)...)
	}
	return kept
}

type fitOptions struct {
	epochs int
	rate   float64
	decay  float64 // L2, per update
	least  int     // occurrences of a feature
	seed   uint64

	slots, hidden int // of the network; none with 0
	vectors       func(string, *[nlp.VectorSize]float32) bool
}

// fit trains a classifier by AdaGrad, both parts together. Features that
// occur fewer than least times are left out.
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
	var deep *deepFit
	if o.slots > 0 {
		deep = newDeepFit(examples, classes, o)
	}
	w := make([]float64, len(keys)*classes)
	g2 := make([]float64, len(w))
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(o.seed, 1))
	score, grads := make([]float64, classes), make([]float64, classes)
	for range o.epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			clear(score)
			for _, r := range rows[i] {
				for c := range score {
					score[c] += w[int(r)+c]
				}
			}
			if deep != nil {
				deep.forward(i, score)
			}
			softmax(score)
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
				continue // it is right already
			}
			for c, grad := range grads {
				if math.Abs(grad) < 1e-4 {
					continue
				}
				for _, r := range rows[i] {
					at := int(r) + c
					g := grad + o.decay*w[at]
					g2[at] += g * g
					w[at] -= o.rate * g / (math.Sqrt(g2[at]) + 1e-3)
				}
			}
			if deep != nil {
				deep.backward(i, grads)
			}
		}
	}
	c := &classifier{wide: quantised(keys, w, classes)}
	if deep != nil {
		c.deep = deep.net
	}
	return c
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
		w := n.in[slot*nlp.VectorSize*n.hidden:]
		for k, x := range d.table[at : at+nlp.VectorSize] {
			row := w[k*n.hidden:][:n.hidden]
			for h, v := range row {
				d.h[h] += x * v
			}
		}
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
