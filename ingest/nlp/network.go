package nlp

import (
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"faultline/ingest/nlp/internal/model"
)

// network runs the trained weights. A word form always makes the same
// contribution to the first layer, so these are computed once and kept in a
// cache of bounded size; what remains for each token is small.
type network struct {
	m     *model.Model
	w     weights
	cache []atomic.Pointer[typeRow]
	pool  sync.Pool // *scratch
}

// typeRow is the contribution of one word form to the first layers: to the
// gates of the token after, of itself and of the token before, then the part
// that skips the first layer. The numbers are the upper halves of floats.
type typeRow struct {
	form string
	all  [3*model.Gate1 + model.Mid]uint16
}

func (r *typeRow) gates(k int) []uint16 { return r.all[k*model.Gate1:][:model.Gate1] }
func (r *typeRow) skip() []uint16       { return r.all[3*model.Gate1:] }

// addHalf adds b, the upper halves of floats, to a.
func addHalf(a []float32, b []uint16) {
	b = b[:len(a)]
	for i := range a {
		a[i] += math.Float32frombits(uint32(b[i]) << 16)
	}
}

// cacheSlots bounds the cache, at 3.3 kB a slot. A form can be in one of two.
const cacheSlots = 1 << 15

// weights are the linear layers. Names with two parts are two layers of the
// network that have one input.
type weights struct {
	in, mid1, tagGates2, mid2, gates3, mid3, arcLab, bilDist, distH, labO layer
}

// newNetwork prepares the weights: as floats when exact, otherwise as small
// integers, which is several times as fast and nearly as good.
func newNetwork(m *model.Model, exact bool) *network {
	n := &m.Net
	var none model.Tensor
	nw := &network{m: m, cache: make([]atomic.Pointer[typeRow], cacheSlots)}
	// One word reaches three tokens: its rows of the first layer side by side.
	in := model.Tensor{Rows: model.EmbDim, Cols: 3*model.Gate1 + model.Mid}
	in.V = make([]float32, in.Rows*in.Cols)
	for i := range model.EmbDim {
		row := in.V[i*in.Cols:][:in.Cols]
		for k := range 3 {
			copy(row[k*model.Gate1:], n.In.V[(k*model.EmbDim+i)*model.Gate1:][:model.Gate1])
		}
		copy(row[3*model.Gate1:], n.Skip.V[i*model.Mid:][:model.Mid])
	}
	nw.w = weights{
		in:        newLayer(exact, pair{in, none}),
		mid1:      newLayer(exact, pair{n.Mid1, n.Mid1B}),
		tagGates2: newLayer(exact, pair{n.Tag, n.TagB}, pair{n.Gates2, n.Gates2B}),
		mid2:      newLayer(exact, pair{n.Mid2, n.Mid2B}),
		gates3:    newLayer(exact, pair{n.Gates3, n.Gates3B}),
		mid3:      newLayer(exact, pair{n.Mid3, n.Mid3B}),
		arcLab:    newLayer(exact, pair{n.ArcD, n.ArcDB}, pair{n.ArcH, n.ArcHB}, pair{n.LabD, none}, pair{n.LabH, none}),
		bilDist:   newLayer(exact, pair{n.Bil, n.BilB}, pair{n.DistD, none}),
		distH:     newLayer(exact, pair{n.DistH, none}),
		labO:      newLayer(exact, pair{n.LabO, n.LabOB}),
	}
	nw.pool.New = func() any { return new(scratch) }
	return nw
}

// row finds or computes the contribution of a form.
func (nw *network) row(form string) *typeRow {
	h := uint32(2166136261)
	for i := 0; i < len(form); i++ {
		h = (h ^ uint32(form[i])) * 16777619
	}
	h ^= h >> 13
	first, second := &nw.cache[h%cacheSlots], &nw.cache[(h>>15^h*31)%cacheSlots]
	if r := first.Load(); r != nil && r.form == form {
		return r
	}
	if r := second.Load(); r != nil && r.form == form {
		return r
	}
	r := nw.compute(form)
	if len(form) > maxCached {
		return r
	}
	if first.Load() != nil {
		first = second
	}
	first.Store(r)
	return r
}

// maxCached is the longest form, in bytes, that is kept.
const maxCached = 40

func (nw *network) compute(form string) *typeRow {
	net := &nw.m.Net
	// A copy, so that the cache does not keep whole texts alive.
	r := &typeRow{form: strings.Clone(form[:min(len(form), maxCached)])}
	var e [model.EmbDim]float32
	f := nw.m.Of(form)
	if f.Vec >= 0 {
		s := nw.m.Vec.Scale[f.Vec]
		for i, v := range nw.m.Vec.V[int(f.Vec)*model.VecDim:][:model.VecDim] {
			e[i] = s * float32(v)
		}
	}
	part := e[model.VecDim:]
	if f.Word >= 0 {
		copy(part, net.WordEmb.V[int(f.Word)*model.WordDim:][:model.WordDim])
	}
	part = part[model.WordDim:]
	for _, g := range f.Grams {
		add(part[:model.GramDim], net.GramEmb.V[int(g)*model.GramDim:])
	}
	part = part[model.GramDim:]
	for _, g := range f.Shape {
		add(part[:model.ShapeDim], net.ShapeEmb.V[int(g)*model.ShapeDim:])
	}
	s := nw.pool.Get().(*scratch)
	sum := grow(&s.r, len(r.all))
	nw.w.in.run(&s.lanes, sum, e[:], 1)
	for i, v := range sum {
		r.all[i] = uint16((math.Float32bits(v) + 1<<15) >> 16)
	}
	nw.pool.Put(s)
	return r
}

func add(a, b []float32) {
	b = b[:len(a)]
	for i := range a {
		a[i] += b[i]
	}
}

// scratch is the working memory of one sentence.
type scratch struct {
	rows                   []*typeRow
	x, r, gates, cells     []float32
	both                   []float32 // outputs of a layer with several parts
	tags                   []int
	arcD, arcH, q, ph, arc []float32
	labD, lab              []float32
	dec                    decoder
	lanes                  lanes
	heads                  []int
	marks                  []bool
	partner, stack         []int
}

func grow[T any](s *[]T, n int) []T {
	if cap(*s) < n {
		*s = make([]T, n+n/2)
	}
	*s = (*s)[:n]
	return *s
}

// sigmoids tabulates the logistic function over [-8, 8], each entry for the
// middle of its step: the error is below 0.0005.
var sigmoids = func() (t [4096]float32) {
	for i := range t {
		t[i] = float32(1 / (1 + math.Exp(-((float64(i)+0.5)/256 - 8))))
	}
	return t
}()

func sigmoid(x float32) float32 {
	return sigmoids[uint32(min(max(int32(x*256)+2048, 0), 4095))]
}

// recur runs both directions of a gated layer: c = f·c' + (1-f)·z.
func recur(h, g []float32, n, cells int) {
	for t := range n {
		z := g[t*4*cells:][:cells]
		f := g[t*4*cells+cells:][:cells]
		out := h[t*2*cells:][:cells]
		if t == 0 {
			for i := range out {
				out[i] = (1 - sigmoid(f[i])) * z[i]
			}
			continue
		}
		before := h[(t-1)*2*cells:][:cells]
		for i := range out {
			out[i] = z[i] + sigmoid(f[i])*(before[i]-z[i])
		}
	}
	for t := n - 1; t >= 0; t-- {
		z := g[t*4*cells+2*cells:][:cells]
		f := g[t*4*cells+3*cells:][:cells]
		out := h[t*2*cells+cells:][:cells]
		if t == n-1 {
			for i := range out {
				out[i] = (1 - sigmoid(f[i])) * z[i]
			}
			continue
		}
		before := h[(t+1)*2*cells+cells:][:cells]
		for i := range out {
			out[i] = z[i] + sigmoid(f[i])*(before[i]-z[i])
		}
	}
}

// multiply sets c (n×m) to a (n×k, rows stride apart) times the transpose of
// b (m×k).
func multiply(c, a, b []float32, n, m, k, stride int) {
	for i := range n {
		x, y := a[i*stride:][:k], c[i*m:][:m]
		j := 0
		for ; j+4 <= m; j += 4 {
			b0, b1, b2, b3 := b[j*k:][:k], b[(j+1)*k:][:k], b[(j+2)*k:][:k], b[(j+3)*k:][:k]
			var s0, s1, s2, s3 float32
			for p, v := range x {
				s0 += v * b0[p]
				s1 += v * b1[p]
				s2 += v * b2[p]
				s3 += v * b3[p]
			}
			y[j], y[j+1], y[j+2], y[j+3] = s0, s1, s2, s3
		}
		for ; j < m; j++ {
			var s float32
			for p, v := range x {
				s += v * b[j*k+p]
			}
			y[j] = s
		}
	}
}

func relu(x []float32) {
	for i, v := range x {
		// A mask instead of a branch, which would be mispredicted half the time.
		b := math.Float32bits(v)
		x[i] = math.Float32frombits(b &^ uint32(int32(b)>>31))
	}
}

// tag fills the tagging half of the network: s.x and s.tags.
func (nw *network) tag(s *scratch, toks []Token) {
	n := len(toks)
	net := &nw.m.Net
	rows := grow(&s.rows, n)
	for i := range toks {
		rows[i] = nw.row(toks[i].Text)
	}
	g := grow(&s.gates, n*model.Gate1)
	for t := range n {
		out := g[t*model.Gate1:][:model.Gate1]
		copy(out, net.InB.V)
		addHalf(out, rows[t].gates(1))
		if t > 0 {
			addHalf(out, rows[t-1].gates(0))
		}
		if t+1 < n {
			addHalf(out, rows[t+1].gates(2))
		}
	}
	h := grow(&s.cells, n*2*model.Cells1)
	recur(h, g, n, model.Cells1)
	x := grow(&s.x, n*model.Mid)
	nw.w.mid1.run(&s.lanes, x, h, n)
	for t := range n {
		addHalf(x[t*model.Mid:][:model.Mid], rows[t].skip())
	}
	relu(x)
	T := len(nw.m.Tags)
	W := T + model.Gate2
	both := grow(&s.both, n*W)
	nw.w.tagGates2.run(&s.lanes, both, x, n)
	tags := grow(&s.tags, n)
	for t := range n {
		row := both[t*W:][:T]
		best := 0
		for i, v := range row {
			if v > row[best] {
				best = i
			}
		}
		tags[t] = best
	}
}

// parseTokens analyses one sentence of at least one token.
func (nw *network) parseTokens(toks []Token) {
	s := nw.pool.Get().(*scratch)
	defer nw.pool.Put(s)
	nw.tag(s, toks)
	nw.parse(s, len(toks))
	R := len(nw.m.Rels)
	for i := range toks {
		t := &toks[i]
		p := &nw.m.Tags[s.tags[i]]
		t.Tag, t.XPOS, t.Head = Tag(p.UPOS), p.XPOS, s.heads[i]
		t.Lemma = nw.m.Lem.Of(t.Text, t.XPOS)
		row := s.lab[i*R:][:R]
		best := -1
		for r, v := range row {
			// The root relation belongs to the root alone.
			if (nw.m.Rels[r] == "root") == (t.Head < 0) && (best < 0 || v > row[best]) {
				best = r
			}
		}
		t.Rel = nw.m.Rels[best]
	}
	punctuate(toks, s)
	for i := range toks {
		if t := &toks[i]; t.Rel == "nmod:poss" && (t.XPOS == "NNS" || t.XPOS == "NNPS" || t.XPOS == "NNP") {
			nw.possessive(toks, i)
		}
	}
}

// possessive corrects the tag of a possessive whose s was taken for a plural.
func (nw *network) possessive(toks []Token, i int) {
	t := &toks[i]
	if !nw.m.LostApostrophe(t.Text) {
		return
	}
	for k := i + 1; k < len(toks) && k < i+3; k++ {
		if toks[k].Head == i && toks[k].Rel == "case" {
			return // it has its clitic
		}
	}
	r, _ := utf8.DecodeRuneInString(t.Text)
	if unicode.IsUpper(r) {
		t.Tag, t.XPOS = PROPN, "NNP+POS"
	} else {
		t.Tag, t.XPOS = NOUN, "NN+POS"
	}
	t.Lemma = nw.m.Lem.Of(t.Text, t.XPOS)
}

// buckets tabulates model.DistBucket from -maxSentence on.
var buckets = func() (t [2*maxSentence + 1]uint8) {
	for i := range t {
		t[i] = uint8(model.DistBucket(i - maxSentence))
	}
	return t
}()

// parse fills s.heads and s.lab from the state that tag left.
func (nw *network) parse(s *scratch, n int) {
	net := &nw.m.Net
	T := len(nw.m.Tags)
	x := s.x
	g := grow(&s.gates, n*model.Gate2)
	W := T + model.Gate2
	for t := range n {
		out := g[t*model.Gate2:][:model.Gate2]
		copy(out, s.both[t*W+T:])
		for k := -1; k <= 1; k++ {
			if u := t + k; u >= 0 && u < n {
				add(out, net.TagGate.V[((k+1)*T+s.tags[u])*model.Gate2:])
			}
		}
	}
	h := grow(&s.cells, n*2*model.Cells2)
	r := grow(&s.r, n*model.Mid)
	recur(h, g, n, model.Cells2)
	nw.w.mid2.run(&s.lanes, r, h, n)
	relu(r)
	add(x, r)
	nw.w.gates3.run(&s.lanes, g, x, n)
	recur(h, g, n, model.Cells2)
	nw.w.mid3.run(&s.lanes, r, h, n)
	relu(r)
	add(x, r)

	const A, B, L = model.ArcDim, model.Dists, model.LabDim
	const all = 2*A + 2*L // a row: dependent and head of the arc, of the label
	v := grow(&s.both, n*all)
	nw.w.arcLab.run(&s.lanes, v, x, n)
	ad, ah := grow(&s.arcD, n*A), grow(&s.arcH, (n+1)*A)
	for t := range n {
		copy(ad[t*A:][:A], v[t*all:])
		copy(ah[t*A:][:A], v[t*all+A:])
	}
	relu(ad)
	relu(ah[:n*A])
	copy(ah[n*A:], net.RootH.V)
	const qw = A + B
	q, ph := grow(&s.q, n*qw), grow(&s.ph, n*B)
	nw.w.bilDist.run(&s.lanes, q, ad, n)
	nw.w.distH.run(&s.lanes, ph, ah, n)
	m := n + 1
	arc := grow(&s.arc, n*m)
	multiply(arc, q, ah, n, m, A, qw)
	for d := range n {
		row, pd := arc[d*m:][:m], q[d*qw+A:][:B]
		for k := range n {
			b := int(buckets[k-d+maxSentence])
			row[k] += pd[b] + ph[k*B+b]
		}
		row[n] += pd[model.DistRoot]
	}
	heads := s.dec.tree(grow(&s.heads, n), arc, n)

	ld := grow(&s.labD, n*L)
	for d, hd := range heads {
		row := ld[d*L:][:L]
		copy(row, v[d*all+2*A:])
		b := model.DistRoot
		if hd >= 0 {
			add(row, v[hd*all+2*A+L:])
			b = model.DistBucket(hd - d)
		} else {
			add(row, net.LabRoot.V)
		}
		add(row, net.LabDist.V[b*L:])
	}
	relu(ld)
	lab := grow(&s.lab, n*len(nw.m.Rels))
	nw.w.labO.run(&s.lanes, lab, ld, n)
}
