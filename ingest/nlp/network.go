package nlp

import (
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"faultline/ingest/neural"
	"faultline/ingest/neural/gemm"
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

// cacheSlots bounds the cache, at 3.3 kB a slot. A form can be in one of two.
const cacheSlots = 1 << 15

// weights are the linear layers. Names with two parts are two layers of the
// network that have one input.
type weights struct {
	in, mid1, tagGates2, mid2, gates3, mid3, gates4, mid4, top, bilDist, distH, labO neural.Layer
}

// newNetwork prepares the weights. Small integers are several times as fast as
// floats and nearly as good.
func newNetwork(m *model.Model, f neural.Form) *network {
	n := &m.Net
	nw := &network{m: m, cache: make([]atomic.Pointer[typeRow], cacheSlots)}
	// One word reaches three tokens: its rows of the first layer side by side.
	in := neural.Tensor{Rows: model.EmbDim, Cols: 3*model.Gate1 + model.Mid}
	in.V = make([]float32, in.Rows*in.Cols)
	for i := range model.EmbDim {
		row := in.V[i*in.Cols:][:in.Cols]
		for k := range 3 {
			copy(row[k*model.Gate1:], n.In.V[(k*model.EmbDim+i)*model.Gate1:][:model.Gate1])
		}
		copy(row[3*model.Gate1:], n.Skip.V[i*model.Mid:][:model.Mid])
	}
	nw.w = weights{
		in:        neural.NewLayer(f, neural.Pair{W: in}),
		mid1:      neural.NewLayer(f, neural.Pair{W: n.Mid1, B: n.Mid1B}),
		tagGates2: neural.NewLayer(f, neural.Pair{W: n.Tag, B: n.TagB}, neural.Pair{W: n.Gates2, B: n.Gates2B}),
		mid2:      neural.NewLayer(f, neural.Pair{W: n.Mid2, B: n.Mid2B}),
		gates3:    neural.NewLayer(f, neural.Pair{W: n.Gates3, B: n.Gates3B}),
		mid3:      neural.NewLayer(f, neural.Pair{W: n.Mid3, B: n.Mid3B}),
		gates4:    neural.NewLayer(f, neural.Pair{W: n.Gates4, B: n.Gates4B}),
		mid4:      neural.NewLayer(f, neural.Pair{W: n.Mid4, B: n.Mid4B}),
		top:       neural.NewLayer(f, neural.Pair{W: n.ArcD, B: n.ArcDB}, neural.Pair{W: n.ArcH, B: n.ArcHB}, neural.Pair{W: n.LabD}, neural.Pair{W: n.LabH}, neural.Pair{W: n.TagTop}),
		bilDist:   neural.NewLayer(f, neural.Pair{W: n.Bil, B: n.BilB}, neural.Pair{W: n.DistD}),
		distH:     neural.NewLayer(f, neural.Pair{W: n.DistH}),
		labO:      neural.NewLayer(f, neural.Pair{W: n.LabO, B: n.LabOB}),
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
		neural.Add(part[:model.GramDim], net.GramEmb.V[int(g)*model.GramDim:])
	}
	part = part[model.GramDim:]
	for _, g := range f.Shape {
		neural.Add(part[:model.ShapeDim], net.ShapeEmb.V[int(g)*model.ShapeDim:])
	}
	s := nw.pool.Get().(*scratch)
	sum := neural.Grow(&s.r, len(r.all))
	nw.w.in.Run(&s.work, sum, e[:], 1)
	for i, v := range sum {
		r.all[i] = uint16((math.Float32bits(v) + 1<<15) >> 16)
	}
	nw.pool.Put(s)
	return r
}

// scratch is the working memory of one sentence.
type scratch struct {
	rows               []*typeRow
	x, r, gates, cells []float32
	both               []float32 // outputs of a layer with several parts
	tags               []int
	tagScore           []float32
	arcD, arcH, ahCols []float32
	q, ph, arc         []float32
	labD, lab          []float32
	dec                decoder
	work               neural.Work
	heads              []int
	marks              []bool
	partner, stack     []int
}

// tag fills the tagging half of the network: s.x and s.tags.
func (nw *network) tag(s *scratch, toks []Token) {
	n := len(toks)
	net := &nw.m.Net
	rows := neural.Grow(&s.rows, n)
	for i := range toks {
		rows[i] = nw.row(toks[i].Text)
	}
	g := neural.Grow(&s.gates, n*model.Gate1)
	for t := range n {
		out := g[t*model.Gate1:][:model.Gate1]
		copy(out, net.InB.V)
		neural.AddHalf(out, rows[t].gates(1))
		if t > 0 {
			neural.AddHalf(out, rows[t-1].gates(0))
		}
		if t+1 < n {
			neural.AddHalf(out, rows[t+1].gates(2))
		}
	}
	h := neural.Grow(&s.cells, n*2*model.Cells1)
	neural.Recur(h, g, n, model.Cells1)
	x := neural.Grow(&s.x, n*model.Mid)
	nw.w.mid1.Run(&s.work, x, h, n)
	for t := range n {
		neural.AddHalf(x[t*model.Mid:][:model.Mid], rows[t].skip())
	}
	neural.Relu(x)
	T := len(nw.m.Tags)
	W := nw.w.tagGates2.Stride
	both := neural.Grow(&s.both, n*W)
	nw.w.tagGates2.Run(&s.work, both, x, n)
	tags, sc := neural.Grow(&s.tags, n), neural.Grow(&s.tagScore, n*T)
	for t := range n {
		copy(sc[t*T:], both[t*W:][:T])
		tags[t] = best(sc[t*T:][:T])
	}
}

// best is the index of the first of the highest values.
func best(row []float32) int {
	k := 0
	for i, v := range row {
		if v > row[k] {
			k = i
		}
	}
	return k
}

// parseTokens analyses one sentence of at least one token, and copies the
// states of its tokens into the given room.
func (nw *network) parseTokens(toks []Token, states []float32) {
	s := nw.pool.Get().(*scratch)
	defer nw.pool.Put(s)
	nw.tag(s, toks)
	nw.parse(s, len(toks))
	copy(states, s.x[:len(toks)*StateSize])
	R := len(nw.m.Rels)
	for i := range toks {
		t := &toks[i]
		p := &nw.m.Tags[s.tags[i]]
		t.Tag, t.XPOS, t.Head = Tag(p.UPOS), p.XPOS, s.heads[i]
		t.Lemma = nw.m.Lem.Of(t.Text, t.XPOS)
		row := s.lab[i*nw.w.labO.Stride:][:R]
		top := -1
		for r, v := range row {
			// The root relation belongs to the root alone.
			if (nw.m.Rels[r] == "root") == (t.Head < 0) && (top < 0 || v > row[top]) {
				top = r
			}
		}
		t.Rel = nw.m.Rels[top]
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
	g := neural.Grow(&s.gates, n*model.Gate2)
	W := nw.w.tagGates2.Stride
	for t := range n {
		out := g[t*model.Gate2:][:model.Gate2]
		copy(out, s.both[t*W+T:])
		for k := -1; k <= 1; k++ {
			if u := t + k; u >= 0 && u < n {
				neural.Add(out, net.TagGate.V[((k+1)*T+s.tags[u])*model.Gate2:])
			}
		}
	}
	h := neural.Grow(&s.cells, n*2*model.Cells2)
	r := neural.Grow(&s.r, n*model.Mid)
	neural.Recur(h, g, n, model.Cells2)
	nw.w.mid2.Run(&s.work, r, h, n)
	neural.Relu(r)
	neural.Add(x, r)
	nw.w.gates3.Run(&s.work, g, x, n)
	neural.Recur(h, g, n, model.Cells2)
	nw.w.mid3.Run(&s.work, r, h, n)
	neural.Relu(r)
	neural.Add(x, r)
	nw.w.gates4.Run(&s.work, g, x, n)
	neural.Recur(h, g, n, model.Cells2)
	nw.w.mid4.Run(&s.work, r, h, n)
	neural.Relu(r)
	neural.Add(x, r)

	const A, B, L = model.ArcDim, model.Dists, model.LabDim
	const tag = 2*A + 2*L // a row: dependent and head of the arc, of the label, tags
	all := nw.w.top.Stride
	v := neural.Grow(&s.both, n*all)
	nw.w.top.Run(&s.work, v, x, n)
	for t := range n {
		sc := s.tagScore[t*T:][:T]
		neural.Add(sc, v[t*all+tag:])
		s.tags[t] = best(sc)
	}
	ad, ah := neural.Grow(&s.arcD, n*A), neural.Grow(&s.arcH, (n+1)*A)
	for t := range n {
		copy(ad[t*A:][:A], v[t*all:])
		copy(ah[t*A:][:A], v[t*all+A:])
	}
	neural.Relu(ad)
	neural.Relu(ah[:n*A])
	copy(ah[n*A:], net.RootH.V)
	// Heads column by column, so that all heads of a dependent are scored
	// together.
	columns := neural.Grow(&s.ahCols, A*(n+1))
	gemm.Transpose(columns, ah, n+1, A)
	qw, pw := nw.w.bilDist.Stride, nw.w.distH.Stride
	q, ph := neural.Grow(&s.q, n*qw), neural.Grow(&s.ph, n*pw)
	nw.w.bilDist.Run(&s.work, q, ad, n)
	nw.w.distH.Run(&s.work, ph, ah, n)
	m := n + 1
	arc := neural.Grow(&s.arc, n*m)
	for d := range n {
		row, pd := arc[d*m:][:m], q[d*qw+A:][:B]
		neural.Combine(row, q[d*qw:][:A], columns)
		for k := range n {
			b := int(buckets[k-d+maxSentence])
			row[k] += pd[b] + ph[k*pw+b]
		}
		row[n] += pd[model.DistRoot]
	}
	heads := s.dec.tree(neural.Grow(&s.heads, n), arc, n)

	ld := neural.Grow(&s.labD, n*L)
	for d, hd := range heads {
		row := ld[d*L:][:L]
		copy(row, v[d*all+2*A:])
		b := model.DistRoot
		if hd >= 0 {
			neural.Add(row, v[hd*all+2*A+L:])
			b = model.DistBucket(hd - d)
		} else {
			neural.Add(row, net.LabRoot.V)
		}
		neural.Add(row, net.LabDist.V[b*L:])
	}
	neural.Relu(ld)
	lab := neural.Grow(&s.lab, n*nw.w.labO.Stride)
	nw.w.labO.Run(&s.work, lab, ld, n)
}
