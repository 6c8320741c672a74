package main

import (
	"log"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"faultline/ingest/nlp"
	"faultline/ingest/nlp/internal/model"
)

// banks are the treebanks learned and measured on.
var banks = []string{"en_ewt", "en_gum_open"}

// params are the settings of a training run.
type params struct {
	seed          uint64
	epochs, batch int     // batch in tokens
	extra         float64 // tokens of extra trees for each token of the treebanks
	rate          float64 // of learning at the start; falls to zero
	tagWeight     float32 // of the tagging loss

	// Probabilities of being dropped in training.
	wordDrop, vecDrop, embDrop, cellDrop, midDrop, arcDrop, tagDrop float32
}

// defaults are the settings of the embedded model's first run.
var defaults = params{
	seed: 1, epochs: 24, batch: 750, extra: 1.5, rate: 0.0025, tagWeight: 0.7,
	wordDrop: 0.15, vecDrop: 0.05, embDrop: 0.15, cellDrop: 0.15, midDrop: 0.2, arcDrop: 0.2, tagDrop: 0.05,
}

// workers is fixed, because the sum of gradients depends on it.
const workers = 2

// coder turns words into numbers.
type coder struct {
	m     *model.Model
	feats map[string]model.Features
	tags  map[model.TagPair]int
	upos  map[uint8]int // most frequent pair
	rels  map[string]int
}

func newCoder(m *model.Model) *coder {
	c := &coder{m, map[string]model.Features{}, map[model.TagPair]int{}, map[uint8]int{}, map[string]int{}}
	for i, t := range m.Tags {
		c.tags[t] = i
		if _, ok := c.upos[t.UPOS]; !ok {
			c.upos[t.UPOS] = i
		}
	}
	for i, r := range m.Rels {
		c.rels[r] = i
	}
	return c
}

func (c *coder) example(s sentence) *example {
	n := len(s.words)
	ex := &example{make([]model.Features, n), make([]int, n), make([]int, n), make([]int, n)}
	for i, w := range s.words {
		f, ok := c.feats[w.form]
		if !ok {
			f = c.m.Of(w.form)
			c.feats[w.form] = f
		}
		ex.feats[i] = f
		u, _ := nlp.ParseTag(w.upos)
		t, ok := c.tags[model.TagPair{UPOS: uint8(u), XPOS: w.xpos}]
		if !ok {
			t = c.upos[uint8(u)]
		}
		ex.tag[i], ex.head[i], ex.rel[i] = t, w.head, c.rels[w.rel]
	}
	return ex
}

// initialise fills the weights with random values of fitting size.
func initialise(n *model.Net, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	uniform := func(t *model.Tensor, limit float64) {
		for i := range t.V {
			t.V[i] = float32((2*rng.Float64() - 1) * limit)
		}
	}
	glorot := func(gain float64, ts ...*model.Tensor) {
		for _, t := range ts {
			uniform(t, gain*math.Sqrt(6/float64(t.Rows+t.Cols)))
		}
	}
	uniform(&n.WordEmb, 0.05)
	uniform(&n.GramEmb, 0.1)
	uniform(&n.ShapeEmb, 0.2)
	glorot(1, &n.In, &n.Skip, &n.Mid1, &n.Tag, &n.Gates2, &n.Mid2, &n.Gates3, &n.Mid3, &n.ArcD, &n.ArcH, &n.LabD, &n.LabH, &n.LabO)
	glorot(0.5, &n.Bil)
	uniform(&n.TagGate, 0.1)
	uniform(&n.RootH, 0.2)
	uniform(&n.LabRoot, 0.2)
	uniform(&n.LabDist, 0.1)
	// Forget gates start half open to open, so that some cells remember.
	for _, b := range []*model.Tensor{&n.InB, &n.Gates2B, &n.Gates3B} {
		c := b.Cols / 4
		for i := range c {
			v := float32(i) / float32(c) * 3
			b.V[c+i], b.V[3*c+i] = v-0.5, v-0.5
		}
	}
}

// adam keeps the moments of every weight.
type adam struct {
	m, v model.Net
	step int
}

const beta1, beta2, epsilon = 0.9, 0.98, 1e-8

// update applies the summed gradients of the workers and clears them.
func (a *adam) update(net *model.Net, ws []*worker, rate, clip float32) {
	a.step++
	c1 := 1 - float32(math.Pow(beta1, float64(min(a.step, 10000))))
	c2 := 1 - float32(math.Pow(beta2, float64(min(a.step, 10000))))
	p, m, v := net.All(), a.m.All(), a.v.All()
	grads := make([][]*model.Tensor, len(ws))
	for i, w := range ws {
		grads[i] = w.grad.All()
	}
	// Sum into the first worker, and measure the length of the gradient.
	rowsOf := func(k int) []int32 {
		var out []int32
		seen := map[int32]bool{}
		for _, w := range ws {
			set := &w.wordRows
			if k == 1 {
				set = &w.gramRows
			}
			for _, r := range set.rows {
				if !seen[r] {
					seen[r] = true
					out = append(out, r)
				}
			}
		}
		return out
	}
	var norm [40]float64
	parallel(len(p), func(k int) {
		g := grads[0][k].V
		sum := func(g []float32, lo int) float64 {
			for _, other := range grads[1:] {
				o := other[k].V[lo:][:len(g)]
				for i := range g {
					g[i] += o[i]
				}
				clear(o)
			}
			var s float32
			for _, x := range g {
				s += x * x
			}
			return float64(s)
		}
		if k < 2 {
			c := p[k].Cols
			for _, r := range rowsOf(k) {
				norm[k] += sum(g[int(r)*c:][:c], int(r)*c)
			}
		} else {
			norm[k] = sum(g, 0)
		}
	})
	var total float64
	for _, x := range norm {
		total += x
	}
	factor := float32(1)
	if l := float32(math.Sqrt(total)); l > clip {
		factor = clip / l
	}
	parallel(len(p), func(k int) {
		apply := func(lo, n int) {
			pw, g, mm, vv := p[k].V[lo:][:n], grads[0][k].V[lo:][:n], m[k].V[lo:][:n], v[k].V[lo:][:n]
			for i, x := range g {
				x *= factor
				mm[i] = beta1*mm[i] + (1-beta1)*x
				vv[i] = beta2*vv[i] + (1-beta2)*x*x
				pw[i] -= rate * (mm[i] / c1) / (float32(math.Sqrt(float64(vv[i]/c2))) + epsilon)
			}
			clear(g)
		}
		if k < 2 {
			c := p[k].Cols
			for _, r := range rowsOf(k) {
				apply(int(r)*c, c)
			}
		} else {
			apply(0, len(p[k].V))
		}
	})
	for _, w := range ws {
		w.wordRows.clear()
		w.gramRows.clear()
	}
}

// parallel calls f for 0 ≤ k < n from two goroutines.
func parallel(n int, f func(k int)) {
	var wg sync.WaitGroup
	for part := range 2 {
		wg.Go(func() {
			for k := part; k < n; k += 2 {
				f(k)
			}
		})
	}
	wg.Wait()
}

// sample draws the trees of one epoch: all of the treebanks, and extra trees
// of as many tokens as share times the treebanks have.
func sample(trees, extra []sentence, share float64, rng *rand.Rand) []sentence {
	out := slices.Clone(trees)
	if len(extra) > 0 {
		tokens := 0
		for _, s := range trees {
			tokens += len(s.words)
		}
		for left := int(share * float64(tokens)); left > 0; {
			s := extra[rng.IntN(len(extra))]
			out = append(out, s)
			left -= len(s.words)
		}
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// train fits the network, from the weights it has, and writes it to out every few epochs. Towards the
// end of training the share of extra trees falls, so that the treebanks have
// the last word.
func train(m *model.Model, trees, extra []sentence, dev []bank, hp params, out string) error {
	opt := adam{m: model.NewNet(len(m.Word), len(m.Tags), len(m.Rels)), v: model.NewNet(len(m.Word), len(m.Tags), len(m.Rels))}
	var ws []*worker
	for i := range workers {
		ws = append(ws, newWorker(m, hp, hp.seed*100+uint64(i)))
	}
	code := newCoder(m)
	rng := rand.New(rand.NewPCG(hp.seed, 2))
	begin := time.Now()
	for epoch := range hp.epochs {
		share := hp.extra
		if epoch*4 >= hp.epochs*3 {
			share /= 3
		}
		order := sample(trees, extra, share, rng)
		for _, w := range ws {
			w.tokens, w.tagOK, w.headOK, w.relOK, w.loss = 0, 0, 0, 0, 0
		}
		for at := 0; at < len(order); {
			var halves [workers][]*example
			var size [workers]int
			n := 0
			for n < hp.batch && at < len(order) {
				s := order[at]
				at++
				if len(s.words) > 120 {
					continue
				}
				ex := code.example(noisy(s, rng))
				k := 0
				if size[1] < size[0] {
					k = 1
				}
				halves[k] = append(halves[k], ex)
				size[k] += len(ex.feats)
				n += len(ex.feats)
			}
			var wg sync.WaitGroup
			for i, w := range ws {
				if len(halves[i]) > 0 {
					wg.Go(func() { w.step(halves[i], 1/float32(n)) })
				}
			}
			wg.Wait()
			done := (float32(epoch) + float32(at)/float32(len(order))) / float32(hp.epochs)
			rate := float32(hp.rate) * max(0.002, 1-done)
			if warm := float32(opt.step+1) / 300; warm < 1 {
				rate *= warm
			}
			opt.update(&m.Net, ws, rate, 5)
		}
		var t, tag, head, rel int
		var loss float64
		for _, w := range ws {
			t, tag, head, rel, loss = t+w.tokens, tag+w.tagOK, head+w.headOK, rel+w.relOK, loss+w.loss
		}
		pc := func(x int) float64 { return 100 * float64(x) / float64(t) }
		log.Printf("epoch %d: loss %.3f, seen: tags %.2f heads %.2f labels %.2f, %v", epoch+1, loss/float64(t), pc(tag), pc(head), pc(rel), time.Since(begin).Round(time.Second))
		if epoch%5 == 4 || epoch+1 == hp.epochs || epoch == 0 {
			if err := save(m, out); err != nil {
				return err
			}
			stored, err := readModel(out)
			if err != nil {
				return err
			}
			a := nlp.NewFrom(stored, true)
			for _, d := range dev {
				log.Printf("  %s-dev %s", d.name, measure(a, d.trees))
			}
		}
	}
	return nil
}

func save(m *model.Model, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := m.Write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
