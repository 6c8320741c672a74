package encoder

import (
	"math"
	"math/rand/v2"

	"faultline/ingest/neural"
	"faultline/ingest/neural/gemm"
	"faultline/ingest/neural/learn"
	"faultline/ingest/nlp"
)

// Trigger says what a token stands for: 0 for nothing, else a type, counted
// from 1 on. One that stands for several types comes several times.
type Trigger struct {
	Token, Class int
	Weight       float32
}

// Party says on which side a token is when a trigger stands for a type.
type Party struct {
	Trigger, Token, Type int // the type from 0 on
	Path                 int32
	Rule                 int
	Side                 int // 0 none, 1 initiator, 2 recipient
	Weight               float32
}

// Case is an annotated sentence.
type Case struct {
	*Sentence
	Triggers []Trigger
	Parties  []Party
}

// Options are the settings of Fit.
type Options struct {
	Epochs int
	Batch  int // tokens of a step, at least
	Seed   uint64
	Log    func(format string, args ...any)
}

const (
	topRate   = 0.002 // of learning; falls to zero
	warmUp    = 6     // the rate rises during this part of the first epoch
	longest   = 150   // tokens; longer sentences are not learned from
	beta1     = 0.9
	beta2     = 0.98
	topNorm   = 5     // of a gradient
	meanShare = 0.004 // by which the mean of the weights follows them in a step
)

// drops are the shares of what is left out at random in training.
type drops struct {
	cells  float32 // of the cells and of the widths between layers
	inputs float32
	lemmas float32 // learned vectors of lemmas, whole
}

var usualDrops = drops{cells: 0.2, inputs: 0.1, lemmas: 0.3}

// Fit trains a network with Adam (Kingma & Ba 2015) and returns the running
// mean of its weights. It runs on one thread; the same cases give the same
// network, built in the same way.
func Fit(cases []Case, o Options) *Encoder {
	f := newFitter(o.Seed, usualDrops)
	first, second, mean := newNet(), newNet(), newNet()
	order := make([]int, 0, len(cases))
	for i := range cases {
		if len(cases[i].Tokens) <= longest {
			order = append(order, i)
		}
	}
	step := 0
	for epoch := range o.Epochs {
		f.Rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		loss := 0.0
		for at := 0; at < len(order); {
			f.batch = f.batch[:0]
			for n := 0; n < o.Batch && at < len(order); at++ {
				c := &cases[order[at]]
				f.batch = append(f.batch, c)
				n += len(c.Tokens)
			}
			loss += f.step()
			step++
			done := (float64(epoch) + float64(at)/float64(len(order))) / float64(o.Epochs)
			rate := topRate * max(0.01, 1-done) * min(1, done*float64(o.Epochs)*warmUp)
			f.update(first, second, step, float32(rate))
			// The first weights are forgotten faster.
			share := float32(max(meanShare, 1/(1+float64(step)/4)))
			now := f.net.all()
			for k, t := range mean.all() {
				gemm.Blend(t.V, now[k].V, share)
			}
		}
		o.Log("encoder, epoch %d of %d: loss %.4f", epoch+1, o.Epochs, loss/float64(max(1, len(order))))
	}
	mean.halve()
	return newEncoder(mean, neural.Fastest())
}

// fitter runs batches forward and backward.
type fitter struct {
	learn.Pass
	net, grad *net
	drop      drops
	batch     []*Case
	start     []int // first token of each sentence, and the end
}

func newFitter(seed uint64, d drops) *fitter {
	f := &fitter{Pass: learn.Pass{Rand: rand.New(rand.NewPCG(seed, 5))}, net: newNet(), grad: newNet(), drop: d}
	f.initialise()
	return f
}

// initialise fills the weights with random values of fitting size. Lemmas
// and paths start at zero, so that what was never seen says nothing.
func (f *fitter) initialise() {
	n := f.net
	for _, t := range []*neural.Tensor{&n.stateIn1, &n.wordIn1, &n.stateMid1, &n.wordMid1, &n.mid1, &n.in2, &n.headIn2, &n.mid2,
		&n.typeIn, &n.typeOut, &n.trigger, &n.party, &n.ofType, &n.rule, &n.sideOut} {
		limit := math.Sqrt(6 / float64(t.Rows+t.Cols))
		for i := range t.V {
			t.V[i] = float32((2*f.Rand.Float64() - 1) * limit)
		}
	}
	for i := range n.label.V {
		n.label.V[i] = 0.3 * float32(2*f.Rand.Float64()-1)
	}
	// Forget gates start half open to open, so that some cells remember.
	for _, b := range []*neural.Tensor{&n.in1B, &n.in2B} {
		for i := range cells {
			v := float32(i)/cells*3 - 0.5
			b.V[cells+i], b.V[3*cells+i] = v, v
		}
	}
}

// update moves the weights against their gradients, which it clears.
func (f *fitter) update(first, second *net, step int, rate float32) {
	p, g, m, v := f.net.all(), f.grad.all(), first.all(), second.all()
	var norm float64
	for _, t := range g {
		var s float32
		for _, x := range t.V {
			s += x * x
		}
		norm += float64(s)
	}
	power := func(b float64) float32 { return 1 - float32(math.Pow(b, float64(min(step, 10000)))) }
	u := gemm.Adam{Factor: 1, Beta1: beta1, Beta2: beta2, C1: power(beta1), C2: power(beta2), Rate: rate}
	if l := float32(math.Sqrt(norm)); l > topNorm {
		u.Factor = topNorm / l
	}
	for k := range p {
		u.Update(p[k].V, g[k].V, m[k].V, v[k].V)
	}
}

// crossEntropy turns scores into gradients and returns the loss.
func crossEntropy(s []float32, gold int, weight, scale float32) float64 {
	top := s[0]
	for _, v := range s {
		top = max(top, v)
	}
	var sum float64
	for i, v := range s {
		x := math.Exp(float64(v - top))
		s[i] = float32(x)
		sum += x
	}
	p := float64(s[gold]) / sum
	for i := range s {
		s[i] *= weight * scale / float32(sum)
	}
	s[gold] -= weight * scale
	return -math.Log(max(p, 1e-12)) * float64(weight)
}

// step runs the batch forward and backward, adds to the gradients, and returns
// the loss.
func (f *fitter) step() float64 {
	e, g := f.net, f.grad
	f.Reset()
	f.start = f.start[:0]
	n := 0
	for _, c := range f.batch {
		f.start = append(f.start, n)
		n += len(c.Tokens)
	}
	f.start = append(f.start, n)

	// Inputs.
	states, words := f.Take(n*nlp.StateSize), f.Take(n*word)
	head, bare := make([]int, n), make([]bool, n)
	const lemmaAt = nlp.VectorSize + emb
	for s, c := range f.batch {
		lo := f.start[s]
		copy(states[lo*nlp.StateSize:], c.States)
		e.fill(words[lo*word:], c.Tokens)
		for t := range c.Tokens {
			if head[lo+t] = -1; c.Tokens[t].Head >= 0 {
				head[lo+t] = lo + c.Tokens[t].Head
			}
			if bare[lo+t] = f.Rand.Float32() < f.drop.lemmas; bare[lo+t] {
				clear(words[(lo+t)*word+lemmaAt:][:emb])
			}
		}
	}
	f.Dropout(states, f.drop.inputs)
	wordMask := f.Dropout(words, f.drop.inputs)

	// First layer.
	g1 := f.Linear(states, n, &e.stateIn1, &e.in1B)
	gemm.Add(g1, words, e.wordIn1.V, n, word, gates)
	h1 := f.Zeros(n, 2*cells)
	learn.Recur(h1, g1, cells, f.start)
	h1d := f.Clone(h1)
	h1Mask := f.Dropout(h1d, f.drop.cells)
	x1 := f.Linear(h1d, n, &e.mid1, &e.mid1B)
	gemm.Add(x1, states, e.stateMid1.V, n, nlp.StateSize, mid)
	gemm.Add(x1, words, e.wordMid1.V, n, word, mid)
	neural.Relu(x1)
	x1Mask := f.Dropout(x1, f.drop.cells)

	// Second layer.
	above := f.Zeros(n, mid) // x1 of the governors
	for t, h := range head {
		if h >= 0 {
			copy(above[t*mid:][:mid], x1[h*mid:])
		}
	}
	g2 := f.Linear(x1, n, &e.in2, &e.in2B)
	gemm.Add(g2, above, e.headIn2.V, n, mid, gates)
	h2 := f.Zeros(n, 2*cells)
	learn.Recur(h2, g2, cells, f.start)
	h2d := f.Clone(h2)
	h2Mask := f.Dropout(h2d, f.drop.cells)
	r2 := f.Linear(h2d, n, &e.mid2, &e.mid2B)
	neural.Relu(r2)
	r2Mask := f.Dropout(r2, f.drop.cells)
	x2 := f.Clone(x1)
	gemm.Sum(x2, r2)

	dx2 := f.Zeros(n, mid)
	loss := f.types(x2, dx2) + f.sides(x2, dx2, n)

	// Back. x2 = x1 + r2.
	dx1 := f.Clone(dx2)
	learn.Mask(dx2, r2Mask)
	learn.ReluBack(dx2, r2)
	dh2 := f.Zeros(n, 2*cells)
	f.LinearBack(dh2, h2d, dx2, n, &e.mid2, &g.mid2, &g.mid2B)
	learn.Mask(dh2, h2Mask)
	dg2 := f.Zeros(n, gates)
	learn.RecurBack(dg2, dh2, g2, h2, cells, f.start)
	f.LinearBack(dx1, x1, dg2, n, &e.in2, &g.in2, &g.in2B)
	dAbove := f.Zeros(n, mid)
	f.LinearBack(dAbove, above, dg2, n, &e.headIn2, &g.headIn2, nil)
	for t, h := range head {
		if h >= 0 {
			gemm.Sum(dx1[h*mid:][:mid], dAbove[t*mid:])
		}
	}
	learn.Mask(dx1, x1Mask)
	learn.ReluBack(dx1, x1)
	dh1 := f.Zeros(n, 2*cells)
	f.LinearBack(dh1, h1d, dx1, n, &e.mid1, &g.mid1, &g.mid1B)
	learn.Mask(dh1, h1Mask)
	dg1 := f.Zeros(n, gates)
	learn.RecurBack(dg1, dh1, g1, h1, cells, f.start)
	f.LinearBack(nil, states, dx1, n, &e.stateMid1, &g.stateMid1, nil)
	f.LinearBack(nil, states, dg1, n, &e.stateIn1, &g.stateIn1, &g.in1B)
	dWords := f.Zeros(n, word)
	f.LinearBack(dWords, words, dx1, n, &e.wordMid1, &g.wordMid1, nil)
	f.LinearBack(dWords, words, dg1, n, &e.wordIn1, &g.wordIn1, nil)
	learn.Mask(dWords, wordMask)
	for s, c := range f.batch {
		for t := range c.Tokens {
			row := dWords[(f.start[s]+t)*word:]
			gemm.Sum(g.label.Row(int(c.Tokens[t].label)), row[nlp.VectorSize:])
			if !bare[f.start[s]+t] {
				gemm.Sum(g.lemma.Row(int(c.Tokens[t].lemma)), row[lemmaAt:])
			}
		}
	}
	return loss
}

// scale divides the loss, so that batches of short sentences do not weigh more.
func (f *fitter) scale() float32 { return 1 / float32(len(f.batch)) }

// types is the loss of the types; its gradients of x go into dx.
func (f *fitter) types(x, dx []float32) float64 {
	e, g := f.net, f.grad
	var at []int
	var gold []Trigger
	for s, c := range f.batch {
		for _, t := range c.Triggers {
			at, gold = append(at, f.start[s]+t.Token), append(gold, t)
		}
	}
	n := len(at)
	in := f.Take(n * mid)
	for i, t := range at {
		copy(in[i*mid:][:mid], x[t*mid:])
	}
	k := f.Linear(in, n, &e.typeIn, &e.typeB)
	neural.Relu(k)
	mask := f.Dropout(k, f.drop.cells)
	out := f.Linear(k, n, &e.typeOut, &e.typeOutB)
	loss := 0.0
	for i, t := range gold {
		loss += crossEntropy(out[i*types:][:types], t.Class, t.Weight, f.scale())
	}
	dk := f.Zeros(n, hidden)
	f.LinearBack(dk, k, out, n, &e.typeOut, &g.typeOut, &g.typeOutB)
	learn.Mask(dk, mask)
	learn.ReluBack(dk, k)
	dIn := f.Zeros(n, mid)
	f.LinearBack(dIn, in, dk, n, &e.typeIn, &g.typeIn, &g.typeB)
	for i, t := range at {
		gemm.Sum(dx[t*mid:][:mid], dIn[i*mid:])
	}
	return loss
}

// sides is the loss of the sides; its gradients of x go into dx.
func (f *fitter) sides(x, dx []float32, n int) float64 {
	e, g := f.net, f.grad
	var all []Party
	for s, c := range f.batch {
		for _, p := range c.Parties {
			p.Trigger += f.start[s]
			p.Token += f.start[s]
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return 0
	}
	ofTrigger, ofParty := f.Linear(x, n, &e.trigger, &e.sideB), f.Linear(x, n, &e.party, nil)
	h := f.Take(len(all) * hidden)
	for i, p := range all {
		row := h[i*hidden:][:hidden]
		copy(row, ofTrigger[p.Trigger*hidden:])
		gemm.Sum(row, ofParty[p.Token*hidden:])
		gemm.Sum(row, e.path.Row(int(p.Path)))
		gemm.Sum(row, e.ofType.Row(p.Type))
		gemm.Sum(row, e.rule.Row(p.Rule))
	}
	neural.Relu(h)
	mask := f.Dropout(h, f.drop.cells)
	out := f.Linear(h, len(all), &e.sideOut, &e.sideOutB)
	loss := 0.0
	for i, p := range all {
		loss += crossEntropy(out[i*Sides:][:Sides], p.Side, p.Weight, f.scale())
	}
	dh := f.Zeros(len(all), hidden)
	f.LinearBack(dh, h, out, len(all), &e.sideOut, &g.sideOut, &g.sideOutB)
	learn.Mask(dh, mask)
	learn.ReluBack(dh, h)
	dTrigger, dParty := f.Zeros(n, hidden), f.Zeros(n, hidden)
	for i, p := range all {
		d := dh[i*hidden:][:hidden]
		gemm.Sum(dTrigger[p.Trigger*hidden:][:hidden], d)
		gemm.Sum(dParty[p.Token*hidden:][:hidden], d)
		gemm.Sum(g.path.Row(int(p.Path)), d)
		gemm.Sum(g.ofType.Row(p.Type), d)
		gemm.Sum(g.rule.Row(p.Rule), d)
	}
	f.LinearBack(dx, x, dTrigger, n, &e.trigger, &g.trigger, &g.sideB)
	f.LinearBack(dx, x, dParty, n, &e.party, &g.party, nil)
	return loss
}
