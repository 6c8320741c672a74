package main

import (
	"math"
	"math/rand/v2"

	"faultline/ingest/nlp/internal/gemm"
	"faultline/ingest/nlp/internal/model"
)

// example is a sentence in numbers.
type example struct {
	feats []model.Features
	tag   []int
	head  []int // -1 at the root
	rel   []int
}

// worker runs forward and backward passes over batches and keeps its own
// gradients, so that workers need no locks.
type worker struct {
	m    *model.Model
	grad model.Net
	rng  *rand.Rand
	hp   params

	wordRows, gramRows rowSet // touched rows of the two large tables

	tokens        int
	tagOK, headOK int
	relOK         int
	loss          float64
	n             int
	start         []int // first token of each sentence, and the end
	ex            []*example
}

// rowSet collects row numbers once each.
type rowSet struct {
	seen []bool
	rows []int32
}

func (s *rowSet) add(r int32) {
	if !s.seen[r] {
		s.seen[r] = true
		s.rows = append(s.rows, r)
	}
}

func (s *rowSet) clear() {
	for _, r := range s.rows {
		s.seen[r] = false
	}
	s.rows = s.rows[:0]
}

func newWorker(m *model.Model, hp params, seed uint64) *worker {
	w := &worker{m: m, hp: hp, rng: rand.New(rand.NewPCG(seed, 77))}
	w.grad = model.NewNet(m.Net.WordEmb.Rows, len(m.Tags), len(m.Rels))
	w.wordRows.seen = make([]bool, m.Net.WordEmb.Rows)
	w.gramRows.seen = make([]bool, model.Grams)
	return w
}

// dropout zeroes values with probability p, scales the others, and returns
// the factors.
func (w *worker) dropout(x []float32, p float32) []float32 {
	if p == 0 {
		return nil
	}
	mask := make([]float32, len(x))
	limit := uint32(p * 65536)
	keep := 1 / (1 - p)
	var bits uint64
	for i := range x {
		if i&3 == 0 {
			bits = w.rng.Uint64()
		}
		if uint32(bits&0xffff) >= limit {
			mask[i] = keep
			x[i] *= keep
		} else {
			x[i] = 0
		}
		bits >>= 16
	}
	return mask
}

func applyMask(d, mask []float32) {
	if mask == nil {
		return
	}
	for i := range d {
		d[i] *= mask[i]
	}
}

func relu(x []float32) {
	for i, v := range x {
		if v < 0 {
			x[i] = 0
		}
	}
}

// reluBack zeroes gradients where the output y was zero.
func reluBack(d, y []float32) {
	for i := range d {
		if y[i] <= 0 {
			d[i] = 0
		}
	}
}

func rows(n int, bias []float32) []float32 {
	out := make([]float32, n*len(bias))
	for i := range n {
		copy(out[i*len(bias):], bias)
	}
	return out
}

func zeros(n, m int) []float32 { return make([]float32, n*m) }

// linear computes x·w + b for n rows.
func linear(x []float32, n int, w, b *model.Tensor) []float32 {
	y := rows(n, b.V)
	gemm.Add(y, x, w.V, n, w.Rows, w.Cols)
	return y
}

// linearBack adds the gradients of w and b, and of x into dx when given.
func linearBack(dx, x, dy []float32, n int, w, gw, gb *model.Tensor) {
	xt := gemm.Transposed(x, n, w.Rows)
	gemm.Add(gw.V, xt, dy, w.Rows, n, w.Cols)
	if gb != nil {
		for i := range n {
			row := dy[i*w.Cols : (i+1)*w.Cols]
			for j, v := range row {
				gb.V[j] += v
			}
		}
	}
	if dx != nil {
		wt := gemm.Transposed(w.V, w.Rows, w.Cols)
		gemm.Add(dx, dy, wt, n, w.Cols, w.Rows)
	}
}

func sigmoid(x float32) float32 { return 1 / (1 + exp(-x)) }

// exp is e^x to about six digits: 2^n times a polynomial of the rest.
func exp(x float32) float32 {
	x = min(max(x*1.44269504, -126), 126)
	n := int32(x+1024) - 1024
	f := x - float32(n)
	p := 1 + f*(0.69314718+f*(0.24022651+f*(0.05550411+f*(0.00961813+f*(0.00133336+f*0.00015469)))))
	return p * math.Float32frombits(uint32(n+127)<<23)
}

// recur runs both directions of a gated layer over all sentences. g has rows
// [z forward, f forward, z backward, f backward]; f is replaced by its
// sigmoid. h gets rows [forward, backward].
func (w *worker) recur(h, g []float32, cells int) {
	for s := range w.ex {
		lo, hi := w.start[s], w.start[s+1]
		for t := lo; t < hi; t++ {
			row := g[t*4*cells:]
			z, f := row[:cells], row[cells:2*cells]
			out := h[t*2*cells : t*2*cells+cells]
			for i := range out {
				f[i] = sigmoid(f[i])
				var before float32
				if t > lo {
					before = h[(t-1)*2*cells+i]
				}
				out[i] = f[i]*before + (1-f[i])*z[i]
			}
		}
		for t := hi - 1; t >= lo; t-- {
			row := g[t*4*cells+2*cells:]
			z, f := row[:cells], row[cells:2*cells]
			out := h[t*2*cells+cells : (t+1)*2*cells]
			for i := range out {
				f[i] = sigmoid(f[i])
				var before float32
				if t < hi-1 {
					before = h[(t+1)*2*cells+cells+i]
				}
				out[i] = f[i]*before + (1-f[i])*z[i]
			}
		}
	}
}

// recurBack turns dh (changed on the way) into dg.
func (w *worker) recurBack(dg, dh, g, h []float32, cells int) {
	for s := range w.ex {
		lo, hi := w.start[s], w.start[s+1]
		for t := hi - 1; t >= lo; t-- {
			row, drow := g[t*4*cells:], dg[t*4*cells:]
			d := dh[t*2*cells : t*2*cells+cells]
			for i := range d {
				z, f := row[i], row[cells+i]
				var before float32
				if t > lo {
					before = h[(t-1)*2*cells+i]
					dh[(t-1)*2*cells+i] += d[i] * f
				}
				drow[i] = d[i] * (1 - f)
				drow[cells+i] = d[i] * (before - z) * f * (1 - f)
			}
		}
		for t := lo; t < hi; t++ {
			row, drow := g[t*4*cells+2*cells:], dg[t*4*cells+2*cells:]
			d := dh[t*2*cells+cells : (t+1)*2*cells]
			for i := range d {
				z, f := row[i], row[cells+i]
				var before float32
				if t < hi-1 {
					before = h[(t+1)*2*cells+cells+i]
					dh[(t+1)*2*cells+cells+i] += d[i] * f
				}
				drow[i] = d[i] * (1 - f)
				drow[cells+i] = d[i] * (before - z) * f * (1 - f)
			}
		}
	}
}

// embed builds the vectors of the word types of the batch, with word dropout,
// and finds the type of every token. A type is computed once however often it
// occurs, which halves the work of the first layer.
func (w *worker) embed() (e []float32, use []model.Features, kind []int) {
	const D = model.EmbDim
	net := &w.m.Net
	index := map[model.Features]int{}
	kind = make([]int, 0, w.n)
	for _, ex := range w.ex {
		for _, f := range ex.feats {
			k, ok := index[f]
			if !ok {
				k = len(use)
				index[f] = k
				if f.Word >= 0 && w.rng.Float32() < w.hp.wordDrop {
					f.Word = -1
				}
				if f.Vec >= 0 && w.rng.Float32() < w.hp.vecDrop {
					f.Vec = -1
				}
				use = append(use, f)
			}
			kind = append(kind, k)
		}
	}
	e = zeros(len(use), D)
	for t, f := range use {
		row := e[t*D : (t+1)*D]
		if f.Vec >= 0 {
			q := w.m.Vec.V[int(f.Vec)*model.VecDim:][:model.VecDim]
			s := w.m.Vec.Scale[f.Vec]
			for i, v := range q {
				row[i] = s * float32(v)
			}
		}
		at := model.VecDim
		if f.Word >= 0 {
			copy(row[at:], net.WordEmb.V[int(f.Word)*model.WordDim:][:model.WordDim])
		}
		at += model.WordDim
		for _, g := range f.Grams {
			for i, v := range net.GramEmb.V[int(g)*model.GramDim:][:model.GramDim] {
				row[at+i] += v
			}
		}
		at += model.GramDim
		for _, s := range f.Shape {
			for i, v := range net.ShapeEmb.V[int(s)*model.ShapeDim:][:model.ShapeDim] {
				row[at+i] += v
			}
		}
	}
	return e, use, kind
}

func (w *worker) embedBack(de []float32, use []model.Features) {
	const D = model.EmbDim
	for t, f := range use {
		row := de[t*D : (t+1)*D]
		at := model.VecDim
		if f.Word >= 0 {
			w.wordRows.add(f.Word)
			g := w.grad.WordEmb.V[int(f.Word)*model.WordDim:][:model.WordDim]
			for i := range g {
				g[i] += row[at+i]
			}
		}
		at += model.WordDim
		for _, r := range f.Grams {
			w.gramRows.add(r)
			g := w.grad.GramEmb.V[int(r)*model.GramDim:][:model.GramDim]
			for i := range g {
				g[i] += row[at+i]
			}
		}
		at += model.GramDim
		for _, r := range f.Shape {
			g := w.grad.ShapeEmb.V[int(r)*model.ShapeDim:][:model.ShapeDim]
			for i := range g {
				g[i] += row[at+i]
			}
		}
	}
}

// softmaxLoss turns scores into gradients of the cross-entropy, scaled, and
// returns the loss and whether the gold class was the best.
func softmaxLoss(s []float32, gold int, scale float32) (float64, bool) {
	best := 0
	for i, v := range s {
		if v > s[best] {
			best = i
		}
	}
	top := s[best]
	var sum float64
	for i, v := range s {
		x := exp(v - top)
		s[i] = x
		sum += float64(x)
	}
	p := float64(s[gold]) / sum
	inv := float32(1/sum) * scale
	for i := range s {
		s[i] *= inv
	}
	s[gold] -= scale
	return -math.Log(max(p, 1e-12)), best == gold
}

// step runs one batch forward and backward and adds to the gradients. scale
// divides the loss, so that gradients of workers can be summed.
func (w *worker) step(batch []*example, scale float32) {
	net, g := &w.m.Net, &w.grad
	w.ex = batch
	w.start = w.start[:0]
	n := 0
	for _, ex := range batch {
		w.start = append(w.start, n)
		n += len(ex.feats)
	}
	w.start = append(w.start, n)
	w.n = n
	w.tokens += n
	T := len(w.m.Tags)

	// Forward.
	e, use, kind := w.embed()
	types := len(use)
	eMask := w.dropout(e, w.hp.embDrop)
	const D = model.EmbDim
	// What each type adds to the gates of the token after it, of itself, and
	// of the token before it.
	const block = D * model.Gate1
	g1 := rows(n, net.InB.V)
	for k := range 3 {
		add1 := zeros(types, model.Gate1)
		gemm.Add(add1, e, net.In.V[k*block:(k+1)*block], types, D, model.Gate1)
		w.neighbours(k, func(t, u int) {
			add(g1[t*model.Gate1:][:model.Gate1], add1[kind[u]*model.Gate1:])
		})
	}
	h1 := zeros(n, 2*model.Cells1)
	w.recur(h1, g1, model.Cells1)
	h1d := append([]float32(nil), h1...)
	h1Mask := w.dropout(h1d, w.hp.cellDrop)
	x1 := linear(h1d, n, &net.Mid1, &net.Mid1B)
	skip := zeros(types, model.Mid)
	gemm.Add(skip, e, net.Skip.V, types, D, model.Mid)
	for t, k := range kind {
		add(x1[t*model.Mid:][:model.Mid], skip[k*model.Mid:])
	}
	relu(x1)
	x1Mask := w.dropout(x1, w.hp.midDrop)

	ts := linear(x1, n, &net.Tag, &net.TagB)
	pred := make([]int, n)
	for t := range n {
		row := ts[t*T : (t+1)*T]
		for i, v := range row {
			if v > row[pred[t]] {
				pred[t] = i
			}
		}
		if w.rng.Float32() < w.hp.tagDrop {
			pred[t] = -1
		}
	}

	g2 := linear(x1, n, &net.Gates2, &net.Gates2B)
	w.tagRows(pred, func(t, row int) {
		add(g2[t*model.Gate2:][:model.Gate2], net.TagGate.V[row*model.Gate2:])
	}, T)
	h2 := zeros(n, 2*model.Cells2)
	w.recur(h2, g2, model.Cells2)
	h2d := append([]float32(nil), h2...)
	h2Mask := w.dropout(h2d, w.hp.cellDrop)
	r2 := linear(h2d, n, &net.Mid2, &net.Mid2B)
	relu(r2)
	r2Mask := w.dropout(r2, w.hp.midDrop)
	x2 := append([]float32(nil), x1...)
	add(x2, r2)

	g3 := linear(x2, n, &net.Gates3, &net.Gates3B)
	h3 := zeros(n, 2*model.Cells2)
	w.recur(h3, g3, model.Cells2)
	h3d := append([]float32(nil), h3...)
	h3Mask := w.dropout(h3d, w.hp.cellDrop)
	r3 := linear(h3d, n, &net.Mid3, &net.Mid3B)
	relu(r3)
	r3Mask := w.dropout(r3, w.hp.midDrop)
	x3 := append([]float32(nil), x2...)
	add(x3, r3)

	const A, B, L = model.ArcDim, model.Dists, model.LabDim
	ad := linear(x3, n, &net.ArcD, &net.ArcDB)
	relu(ad)
	adMask := w.dropout(ad, w.hp.arcDrop)
	ah := linear(x3, n, &net.ArcH, &net.ArcHB)
	relu(ah)
	ahMask := w.dropout(ah, w.hp.arcDrop)
	q := linear(ad, n, &net.Bil, &net.BilB)
	pd := zeros(n, B)
	gemm.Add(pd, ad, net.DistD.V, n, A, B)
	ph := zeros(n, B)
	gemm.Add(ph, ah, net.DistH.V, n, A, B)

	// Arc scores, loss and gradients, sentence by sentence.
	dq, dpd, dph := zeros(n, A), zeros(n, B), zeros(n, B)
	dad, dah := zeros(n, A), zeros(n, A)
	for s, ex := range batch {
		lo, k := w.start[s], len(ex.feats)
		m := k + 1 // the root is the last column
		hs := make([]float32, m*A)
		copy(hs, ah[lo*A:(lo+k)*A])
		copy(hs[k*A:], net.RootH.V)
		sc := zeros(k, m)
		gemm.Add(sc, q[lo*A:(lo+k)*A], gemm.Transposed(hs, m, A), k, A, m)
		for d := range k {
			row := sc[d*m : (d+1)*m]
			for h := range k {
				b := model.DistBucket(h - d)
				row[h] += pd[(lo+d)*B+b] + ph[(lo+h)*B+b]
			}
			row[d] = -1e9
			row[k] += pd[(lo+d)*B+model.DistRoot]
			gold := ex.head[d]
			if gold < 0 {
				gold = k
			}
			loss, ok := softmaxLoss(row, gold, scale)
			w.loss += loss
			if ok {
				w.headOK++
			}
			for h, v := range row[:k] {
				if h != d {
					b := model.DistBucket(h - d)
					dpd[(lo+d)*B+b] += v
					dph[(lo+h)*B+b] += v
				}
			}
			dpd[(lo+d)*B+model.DistRoot] += row[k]
		}
		gemm.Add(dq[lo*A:(lo+k)*A], sc, hs, k, m, A)
		dhs := zeros(m, A)
		gemm.Add(dhs, gemm.Transposed(sc, k, m), q[lo*A:(lo+k)*A], m, k, A)
		copy(dah[lo*A:(lo+k)*A], dhs)
		add(g.RootH.V, dhs[k*A:])
	}

	// Labels of the gold arcs.
	ld, lh := zeros(n, L), zeros(n, L)
	gemm.Add(ld, x3, net.LabD.V, n, model.Mid, L)
	gemm.Add(lh, x3, net.LabH.V, n, model.Mid, L)
	z := zeros(n, L)
	for s, ex := range batch {
		lo := w.start[s]
		for d, h := range ex.head {
			row := z[(lo+d)*L:][:L]
			copy(row, ld[(lo+d)*L:])
			b := model.DistRoot
			if h >= 0 {
				add(row, lh[(lo+h)*L:])
				b = model.DistBucket(h - d)
			} else {
				add(row, net.LabRoot.V)
			}
			add(row, net.LabDist.V[b*L:])
		}
	}
	relu(z)
	zMask := w.dropout(z, w.hp.arcDrop)
	ls := linear(z, n, &net.LabO, &net.LabOB)
	R := len(w.m.Rels)
	for s, ex := range batch {
		lo := w.start[s]
		for d, r := range ex.rel {
			loss, ok := softmaxLoss(ls[(lo+d)*R:(lo+d+1)*R], r, scale)
			w.loss += loss
			if ok {
				w.relOK++
			}
		}
		for d, tag := range ex.tag {
			loss, ok := softmaxLoss(ts[(lo+d)*T:(lo+d+1)*T], tag, scale*w.hp.tagWeight)
			w.loss += loss
			if ok {
				w.tagOK++
			}
		}
	}

	// Backward.
	dz := zeros(n, L)
	linearBack(dz, z, ls, n, &net.LabO, &g.LabO, &g.LabOB)
	applyMask(dz, zMask)
	reluBack(dz, z)
	dlh := zeros(n, L)
	for s, ex := range batch {
		lo := w.start[s]
		for d, h := range ex.head {
			row := dz[(lo+d)*L:][:L]
			b := model.DistRoot
			if h >= 0 {
				add(dlh[(lo+h)*L:][:L], row)
				b = model.DistBucket(h - d)
			} else {
				add(g.LabRoot.V, row)
			}
			add(g.LabDist.V[b*L:][:L], row)
		}
	}
	dx3 := zeros(n, model.Mid)
	linearBack(dx3, x3, dz, n, &net.LabD, &g.LabD, nil)
	linearBack(dx3, x3, dlh, n, &net.LabH, &g.LabH, nil)

	linearBack(dah, ah, dph, n, &net.DistH, &g.DistH, nil)
	linearBack(dad, ad, dpd, n, &net.DistD, &g.DistD, nil)
	linearBack(dad, ad, dq, n, &net.Bil, &g.Bil, &g.BilB)
	applyMask(dad, adMask)
	reluBack(dad, ad)
	applyMask(dah, ahMask)
	reluBack(dah, ah)
	linearBack(dx3, x3, dad, n, &net.ArcD, &g.ArcD, &g.ArcDB)
	linearBack(dx3, x3, dah, n, &net.ArcH, &g.ArcH, &g.ArcHB)

	// x3 = x2 + r3
	dx2 := append([]float32(nil), dx3...)
	applyMask(dx3, r3Mask)
	reluBack(dx3, r3)
	dh3 := zeros(n, 2*model.Cells2)
	linearBack(dh3, h3d, dx3, n, &net.Mid3, &g.Mid3, &g.Mid3B)
	applyMask(dh3, h3Mask)
	dg3 := zeros(n, model.Gate2)
	w.recurBack(dg3, dh3, g3, h3, model.Cells2)
	linearBack(dx2, x2, dg3, n, &net.Gates3, &g.Gates3, &g.Gates3B)

	dx1 := append([]float32(nil), dx2...)
	applyMask(dx2, r2Mask)
	reluBack(dx2, r2)
	dh2 := zeros(n, 2*model.Cells2)
	linearBack(dh2, h2d, dx2, n, &net.Mid2, &g.Mid2, &g.Mid2B)
	applyMask(dh2, h2Mask)
	dg2 := zeros(n, model.Gate2)
	w.recurBack(dg2, dh2, g2, h2, model.Cells2)
	linearBack(dx1, x1, dg2, n, &net.Gates2, &g.Gates2, &g.Gates2B)
	w.tagRows(pred, func(t, row int) {
		add(g.TagGate.V[row*model.Gate2:][:model.Gate2], dg2[t*model.Gate2:])
	}, T)

	linearBack(dx1, x1, ts, n, &net.Tag, &g.Tag, &g.TagB)
	applyMask(dx1, x1Mask)
	reluBack(dx1, x1)
	dh1 := zeros(n, 2*model.Cells1)
	linearBack(dh1, h1d, dx1, n, &net.Mid1, &g.Mid1, &g.Mid1B)
	applyMask(dh1, h1Mask)
	de := zeros(types, D)
	dskip := zeros(types, model.Mid)
	for t, k := range kind {
		add(dskip[k*model.Mid:][:model.Mid], dx1[t*model.Mid:])
	}
	linearBack(de, e, dskip, types, &net.Skip, &g.Skip, nil)
	dg1 := zeros(n, model.Gate1)
	w.recurBack(dg1, dh1, g1, h1, model.Cells1)
	for t := range n {
		add(g.InB.V, dg1[t*model.Gate1:])
	}
	for k := range 3 {
		dadd := zeros(types, model.Gate1)
		w.neighbours(k, func(t, u int) {
			add(dadd[kind[u]*model.Gate1:][:model.Gate1], dg1[t*model.Gate1:])
		})
		in := model.Tensor{Rows: D, Cols: model.Gate1, V: net.In.V[k*block : (k+1)*block]}
		gin := model.Tensor{Rows: D, Cols: model.Gate1, V: g.In.V[k*block : (k+1)*block]}
		linearBack(de, e, dadd, types, &in, &gin, nil)
	}
	applyMask(de, eMask)
	w.embedBack(de, use)
}

// neighbours calls f for every token t that has a token u before it (k = 0), is
// it (k = 1) or has it after it (k = 2).
func (w *worker) neighbours(k int, f func(t, u int)) {
	for s := range w.ex {
		for t := w.start[s]; t < w.start[s+1]; t++ {
			if u := t + k - 1; u >= w.start[s] && u < w.start[s+1] {
				f(t, u)
			}
		}
	}
}

// tagRows calls f for every token and row of TagGate that reaches it: the
// tags of the token before, of itself, and of the one after.
func (w *worker) tagRows(pred []int, f func(t, row int), T int) {
	for s := range w.ex {
		for t := w.start[s]; t < w.start[s+1]; t++ {
			for k := -1; k <= 1; k++ {
				if u := t + k; u >= w.start[s] && u < w.start[s+1] && pred[u] >= 0 {
					f(t, (k+1)*T+pred[u])
				}
			}
		}
	}
}

// add adds b to a, as far as a goes.
func add(a, b []float32) {
	b = b[:len(a)]
	for i := range a {
		a[i] += b[i]
	}
}
