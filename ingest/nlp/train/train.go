package main

import (
	"log"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"faultline/ingest/neural"
	"faultline/ingest/neural/gemm"
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
	trained       bool    // the weights can parse the news from the start
	tagWeight     float32 // of the tagging loss

	// Probabilities of being dropped in training.
	wordDrop, vecDrop, embDrop, cellDrop, midDrop, arcDrop, tagDrop float32
}

// defaults are the settings of the embedded model.
var defaults = params{
	seed: 1, epochs: 28, batch: 750, extra: 0.75, rate: 0.0022, tagWeight: 0.8,
	wordDrop: 0.2, vecDrop: 0.05, embDrop: 0.15, cellDrop: 0.2, midDrop: 0.25, arcDrop: 0.25, tagDrop: 0.05,
}

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
	uniform := func(t *neural.Tensor, limit float64) {
		for i := range t.V {
			t.V[i] = float32((2*rng.Float64() - 1) * limit)
		}
	}
	glorot := func(gain float64, ts ...*neural.Tensor) {
		for _, t := range ts {
			uniform(t, gain*math.Sqrt(6/float64(t.Rows+t.Cols)))
		}
	}
	uniform(&n.WordEmb, 0.05)
	uniform(&n.GramEmb, 0.1)
	uniform(&n.ShapeEmb, 0.2)
	glorot(1, &n.In, &n.Skip, &n.Mid1, &n.Tag, &n.Gates2, &n.Mid2, &n.Gates3, &n.Mid3, &n.Gates4, &n.Mid4, &n.ArcD, &n.ArcH, &n.LabD, &n.LabH, &n.LabO)
	glorot(0.5, &n.Bil)
	uniform(&n.TagGate, 0.1)
	uniform(&n.RootH, 0.2)
	uniform(&n.LabRoot, 0.2)
	uniform(&n.LabDist, 0.1)
	// Forget gates start half open to open, so that some cells remember.
	for _, b := range []*neural.Tensor{&n.InB, &n.Gates2B, &n.Gates3B, &n.Gates4B} {
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

const beta1, beta2 = 0.9, 0.98

// update applies the gradients of a worker and clears them. Of the two large
// tables, which come first, only the rows that the step touched move.
func (a *adam) update(w *worker, rate, clip float32) {
	a.step++
	p, g, m, v := w.m.Net.All(), w.grad.All(), a.m.All(), a.v.All()
	tables := [2]*rowSet{&w.wordRows, &w.gramRows}
	each := func(f func(k, from, to int)) {
		for k, t := range p {
			if k >= len(tables) {
				f(k, 0, len(t.V))
				continue
			}
			for _, r := range tables[k].rows {
				f(k, int(r)*t.Cols, int(r+1)*t.Cols)
			}
		}
	}
	var norm float64
	each(func(k, from, to int) {
		var s float32
		for _, x := range g[k].V[from:to] {
			s += x * x
		}
		norm += float64(s)
	})
	power := func(b float64) float32 { return 1 - float32(math.Pow(b, float64(min(a.step, 10000)))) }
	u := gemm.Adam{Factor: 1, Beta1: beta1, Beta2: beta2, C1: power(beta1), C2: power(beta2), Rate: rate}
	if l := float32(math.Sqrt(norm)); l > clip {
		u.Factor = clip / l
	}
	each(func(k, from, to int) { u.Update(p[k].V[from:to], g[k].V[from:to], m[k].V[from:to], v[k].V[from:to]) })
	w.wordRows.clear()
	w.gramRows.clear()
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

// Every meanSteps steps the running mean of the weights moves by meanShare
// towards the weights of the day. The mean is steadier than any of them while
// the rate of learning is high.
const (
	meanSteps = 10
	meanShare = 0.02
)

// train fits the network, from the weights it has, and writes the running mean
// of its weights to out every few epochs. After two fifths and again after
// seven tenths of the epochs that mean parses the news, which is learned from
// beside the treebanks; weights
// that were trained before do so once, at the start. Towards the end the share of these trees falls, so
// that the treebanks have the last word.
func train(m *model.Model, trees []sentence, news []nlp.Sentence, dev []bank, hp params, out string) error {
	fresh := func() model.Net { return model.NewNet(len(m.Word), len(m.Tags), len(m.Rels)) }
	opt := adam{m: fresh(), v: fresh()}
	mean := *m
	mean.Net = fresh()
	blend := func(share float32) {
		p := m.Net.All()
		for k, t := range mean.Net.All() {
			gemm.Blend(t.V, p[k].V, share)
		}
	}
	blend(1)
	w := newWorker(m, hp, hp.seed*100)
	code := newCoder(m)
	rng := rand.New(rand.NewPCG(hp.seed, 2))
	begin := time.Now()
	var extra []sentence
	for epoch := range hp.epochs {
		again := epoch == hp.epochs*2/5 || epoch == hp.epochs*7/10
		if hp.trained {
			again = epoch == 0
		}
		if len(news) > 0 && again {
			log.Printf("parsing %d sentences of news", len(news))
			extra = label(nlp.NewFrom(&mean, false), news)
		}
		share := hp.extra
		if epoch*4 >= hp.epochs*3 {
			share /= 3
		}
		order := sample(trees, extra, share, rng)
		w.tokens, w.tagOK, w.headOK, w.relOK, w.loss = 0, 0, 0, 0, 0
		for at := 0; at < len(order); {
			var batch []*example
			n := 0
			for n < hp.batch && at < len(order) {
				s := order[at]
				at++
				if len(s.words) > 120 {
					continue
				}
				ex := code.example(noisy(s, rng))
				batch = append(batch, ex)
				n += len(ex.feats)
			}
			if n > 0 {
				w.step(batch, 1/float32(n))
			}
			done := (float32(epoch) + float32(at)/float32(len(order))) / float32(hp.epochs)
			rate := float32(hp.rate) * max(0.002, 1-done)
			if warm := float32(opt.step+1) / 300; warm < 1 {
				rate *= warm
			}
			opt.update(w, rate, 5)
			if opt.step%meanSteps == 0 {
				// The first weights are forgotten faster.
				blend(max(meanShare, 1/(1+float32(opt.step)/meanSteps)))
			}
		}
		pc := func(x int) float64 { return 100 * float64(x) / float64(w.tokens) }
		log.Printf("epoch %d: loss %.3f, seen: tags %.2f heads %.2f labels %.2f, %v", epoch+1, w.loss/float64(w.tokens), pc(w.tagOK), pc(w.headOK), pc(w.relOK), time.Since(begin).Round(time.Second))
		if epoch%2 == 1 || epoch+1 == hp.epochs || epoch == 0 {
			if err := save(&mean, out); err != nil {
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
