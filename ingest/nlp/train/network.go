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
	start         []int     // first token of each sentence, and the end
	mem           []float32 // working memory of a step
	used          int
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
	mask := w.take(len(x))
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
			mask[i] = 0
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

// take returns memory for n numbers, of any content, until the next step.
func (w *worker) take(n int) []float32 {
	if w.used+n > len(w.mem) {
		// What is in use stays with its users.
		w.mem, w.used = make([]float32, max(2*len(w.mem), n, 1<<20)), 0
	}
	w.used += n
	return w.mem[w.used-n : w.used : w.used]
}

func (w *worker) zeros(n, m int) []float32 {
	out := w.take(n * m)
	clear(out)
	return out
}

func (w *worker) clone(x []float32) []float32 {
	out := w.take(len(x))
	copy(out, x)
	return out
}

func (w *worker) rows(n int, bias []float32) []float32 {
	out := w.take(n * len(bias))
	for i := range n {
		copy(out[i*len(bias):], bias)
	}
	return out
}

// transposed returns the m×n transpose of the n×m matrix a.
func (w *worker) transposed(a []float32, n, m int) []float32 {
	out := w.take(n * m)
	gemm.Transpose(out, a, n, m)
	return out
}

// linear computes x·m + b for n rows.
func (w *worker) linear(x []float32, n int, m, b *model.Tensor) []float32 {
	y := w.rows(n, b.V)
	gemm.Add(y, x, m.V, n, m.Rows, m.Cols)
	return y
}

// linearBack adds the gradients of m and b, and of x into dx when given.
func (w *worker) linearBack(dx, x, dy []float32, n int, m, gm, gb *model.Tensor) {
	gemm.Add(gm.V, w.transposed(x, n, m.Rows), dy, m.Rows, n, m.Cols)
	if gb != nil {
		for i := range n {
			gemm.Sum(gb.V, dy[i*m.Cols:])
		}
	}
	if dx != nil {
		gemm.Add(dx, dy, w.transposed(m.V, m.Rows, m.Cols), n, m.Cols, m.Rows)
	}
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
			gemm.Sigmoid(f)
			if t == lo {
				for i := range out {
					out[i] = (1 - f[i]) * z[i]
				}
				continue
			}
			before := h[(t-1)*2*cells:][:cells]
			for i := range out {
				out[i] = z[i] + f[i]*(before[i]-z[i])
			}
		}
		for t := hi - 1; t >= lo; t-- {
			row := g[t*4*cells+2*cells:]
			z, f := row[:cells], row[cells:2*cells]
			out := h[t*2*cells+cells : (t+1)*2*cells]
			gemm.Sigmoid(f)
			if t == hi-1 {
				for i := range out {
					out[i] = (1 - f[i]) * z[i]
				}
				continue
			}
			before := h[(t+1)*2*cells+cells:][:cells]
			for i := range out {
				out[i] = z[i] + f[i]*(before[i]-z[i])
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
	e = w.zeros(len(use), D)
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
	gemm.Exp(s, top)
	var sum float64
	for _, x := range s {
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
	w.ex, w.used = batch, 0
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
	g1 := w.rows(n, net.InB.V)
	for k := range 3 {
		add1 := w.zeros(types, model.Gate1)
		gemm.Add(add1, e, net.In.V[k*block:(k+1)*block], types, D, model.Gate1)
		w.neighbours(k, func(t, u int) {
			gemm.Sum(g1[t*model.Gate1:][:model.Gate1], add1[kind[u]*model.Gate1:])
		})
	}
	h1 := w.zeros(n, 2*model.Cells1)
	w.recur(h1, g1, model.Cells1)
	h1d := w.clone(h1)
	h1Mask := w.dropout(h1d, w.hp.cellDrop)
	x1 := w.linear(h1d, n, &net.Mid1, &net.Mid1B)
	skip := w.zeros(types, model.Mid)
	gemm.Add(skip, e, net.Skip.V, types, D, model.Mid)
	for t, k := range kind {
		gemm.Sum(x1[t*model.Mid:][:model.Mid], skip[k*model.Mid:])
	}
	relu(x1)
	x1Mask := w.dropout(x1, w.hp.midDrop)

	ts := w.linear(x1, n, &net.Tag, &net.TagB)
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

	g2 := w.linear(x1, n, &net.Gates2, &net.Gates2B)
	w.tagRows(pred, func(t, row int) {
		gemm.Sum(g2[t*model.Gate2:][:model.Gate2], net.TagGate.V[row*model.Gate2:])
	}, T)
	h2 := w.zeros(n, 2*model.Cells2)
	w.recur(h2, g2, model.Cells2)
	h2d := w.clone(h2)
	h2Mask := w.dropout(h2d, w.hp.cellDrop)
	r2 := w.linear(h2d, n, &net.Mid2, &net.Mid2B)
	relu(r2)
	r2Mask := w.dropout(r2, w.hp.midDrop)
	x2 := w.clone(x1)
	gemm.Sum(x2, r2)

	g3 := w.linear(x2, n, &net.Gates3, &net.Gates3B)
	h3 := w.zeros(n, 2*model.Cells2)
	w.recur(h3, g3, model.Cells2)
	h3d := w.clone(h3)
	h3Mask := w.dropout(h3d, w.hp.cellDrop)
	r3 := w.linear(h3d, n, &net.Mid3, &net.Mid3B)
	relu(r3)
	r3Mask := w.dropout(r3, w.hp.midDrop)
	x3 := w.clone(x2)
	gemm.Sum(x3, r3)

	g4 := w.linear(x3, n, &net.Gates4, &net.Gates4B)
	h4 := w.zeros(n, 2*model.Cells2)
	w.recur(h4, g4, model.Cells2)
	h4d := w.clone(h4)
	h4Mask := w.dropout(h4d, w.hp.cellDrop)
	r4 := w.linear(h4d, n, &net.Mid4, &net.Mid4B)
	relu(r4)
	r4Mask := w.dropout(r4, w.hp.midDrop)
	x4 := w.clone(x3)
	gemm.Sum(x4, r4)
	// The last word on tags, where the context is known.
	top := w.clone(ts)
	gemm.Add(top, x4, net.TagTop.V, n, model.Mid, T)

	const A, B, L = model.ArcDim, model.Dists, model.LabDim
	ad := w.linear(x4, n, &net.ArcD, &net.ArcDB)
	relu(ad)
	adMask := w.dropout(ad, w.hp.arcDrop)
	ah := w.linear(x4, n, &net.ArcH, &net.ArcHB)
	relu(ah)
	ahMask := w.dropout(ah, w.hp.arcDrop)
	q := w.linear(ad, n, &net.Bil, &net.BilB)
	pd := w.zeros(n, B)
	gemm.Add(pd, ad, net.DistD.V, n, A, B)
	ph := w.zeros(n, B)
	gemm.Add(ph, ah, net.DistH.V, n, A, B)

	// Arc scores, loss and gradients, sentence by sentence.
	dq, dpd, dph := w.zeros(n, A), w.zeros(n, B), w.zeros(n, B)
	dad, dah := w.zeros(n, A), w.zeros(n, A)
	for s, ex := range batch {
		lo, k := w.start[s], len(ex.feats)
		m := k + 1 // the root is the last column
		hs := w.take(m * A)
		copy(hs, ah[lo*A:(lo+k)*A])
		copy(hs[k*A:], net.RootH.V)
		sc := w.zeros(k, m)
		gemm.Add(sc, q[lo*A:(lo+k)*A], w.transposed(hs, m, A), k, A, m)
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
		dhs := w.zeros(m, A)
		gemm.Add(dhs, w.transposed(sc, k, m), q[lo*A:(lo+k)*A], m, k, A)
		copy(dah[lo*A:(lo+k)*A], dhs)
		gemm.Sum(g.RootH.V, dhs[k*A:])
	}

	// Labels of the gold arcs.
	ld, lh := w.zeros(n, L), w.zeros(n, L)
	gemm.Add(ld, x4, net.LabD.V, n, model.Mid, L)
	gemm.Add(lh, x4, net.LabH.V, n, model.Mid, L)
	z := w.zeros(n, L)
	for s, ex := range batch {
		lo := w.start[s]
		for d, h := range ex.head {
			row := z[(lo+d)*L:][:L]
			copy(row, ld[(lo+d)*L:])
			b := model.DistRoot
			if h >= 0 {
				gemm.Sum(row, lh[(lo+h)*L:])
				b = model.DistBucket(h - d)
			} else {
				gemm.Sum(row, net.LabRoot.V)
			}
			gemm.Sum(row, net.LabDist.V[b*L:])
		}
	}
	relu(z)
	zMask := w.dropout(z, w.hp.arcDrop)
	ls := w.linear(z, n, &net.LabO, &net.LabOB)
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
			loss, ok := softmaxLoss(top[(lo+d)*T:(lo+d+1)*T], tag, scale*w.hp.tagWeight/2)
			w.loss += loss / 2
			loss, _ = softmaxLoss(ts[(lo+d)*T:(lo+d+1)*T], tag, scale*w.hp.tagWeight/2)
			w.loss += loss / 2
			if ok {
				w.tagOK++
			}
		}
	}

	// Backward.
	dz := w.zeros(n, L)
	w.linearBack(dz, z, ls, n, &net.LabO, &g.LabO, &g.LabOB)
	applyMask(dz, zMask)
	reluBack(dz, z)
	dlh := w.zeros(n, L)
	for s, ex := range batch {
		lo := w.start[s]
		for d, h := range ex.head {
			row := dz[(lo+d)*L:][:L]
			b := model.DistRoot
			if h >= 0 {
				gemm.Sum(dlh[(lo+h)*L:][:L], row)
				b = model.DistBucket(h - d)
			} else {
				gemm.Sum(g.LabRoot.V, row)
			}
			gemm.Sum(g.LabDist.V[b*L:][:L], row)
		}
	}
	dx4 := w.zeros(n, model.Mid)
	w.linearBack(dx4, x4, dz, n, &net.LabD, &g.LabD, nil)
	w.linearBack(dx4, x4, dlh, n, &net.LabH, &g.LabH, nil)

	w.linearBack(dah, ah, dph, n, &net.DistH, &g.DistH, nil)
	w.linearBack(dad, ad, dpd, n, &net.DistD, &g.DistD, nil)
	w.linearBack(dad, ad, dq, n, &net.Bil, &g.Bil, &g.BilB)
	applyMask(dad, adMask)
	reluBack(dad, ad)
	applyMask(dah, ahMask)
	reluBack(dah, ah)
	w.linearBack(dx4, x4, dad, n, &net.ArcD, &g.ArcD, &g.ArcDB)
	w.linearBack(dx4, x4, dah, n, &net.ArcH, &g.ArcH, &g.ArcHB)
	w.linearBack(dx4, x4, top, n, &net.TagTop, &g.TagTop, nil)
	gemm.Sum(ts, top)

	// x4 = x3 + r4
	dx3 := w.clone(dx4)
	applyMask(dx4, r4Mask)
	reluBack(dx4, r4)
	dh4 := w.zeros(n, 2*model.Cells2)
	w.linearBack(dh4, h4d, dx4, n, &net.Mid4, &g.Mid4, &g.Mid4B)
	applyMask(dh4, h4Mask)
	dg4 := w.zeros(n, model.Gate2)
	w.recurBack(dg4, dh4, g4, h4, model.Cells2)
	w.linearBack(dx3, x3, dg4, n, &net.Gates4, &g.Gates4, &g.Gates4B)

	// x3 = x2 + r3
	dx2 := w.clone(dx3)
	applyMask(dx3, r3Mask)
	reluBack(dx3, r3)
	dh3 := w.zeros(n, 2*model.Cells2)
	w.linearBack(dh3, h3d, dx3, n, &net.Mid3, &g.Mid3, &g.Mid3B)
	applyMask(dh3, h3Mask)
	dg3 := w.zeros(n, model.Gate2)
	w.recurBack(dg3, dh3, g3, h3, model.Cells2)
	w.linearBack(dx2, x2, dg3, n, &net.Gates3, &g.Gates3, &g.Gates3B)

	dx1 := w.clone(dx2)
	applyMask(dx2, r2Mask)
	reluBack(dx2, r2)
	dh2 := w.zeros(n, 2*model.Cells2)
	w.linearBack(dh2, h2d, dx2, n, &net.Mid2, &g.Mid2, &g.Mid2B)
	applyMask(dh2, h2Mask)
	dg2 := w.zeros(n, model.Gate2)
	w.recurBack(dg2, dh2, g2, h2, model.Cells2)
	w.linearBack(dx1, x1, dg2, n, &net.Gates2, &g.Gates2, &g.Gates2B)
	w.tagRows(pred, func(t, row int) {
		gemm.Sum(g.TagGate.V[row*model.Gate2:][:model.Gate2], dg2[t*model.Gate2:])
	}, T)

	w.linearBack(dx1, x1, ts, n, &net.Tag, &g.Tag, &g.TagB)
	applyMask(dx1, x1Mask)
	reluBack(dx1, x1)
	dh1 := w.zeros(n, 2*model.Cells1)
	w.linearBack(dh1, h1d, dx1, n, &net.Mid1, &g.Mid1, &g.Mid1B)
	applyMask(dh1, h1Mask)
	de := w.zeros(types, D)
	dskip := w.zeros(types, model.Mid)
	for t, k := range kind {
		gemm.Sum(dskip[k*model.Mid:][:model.Mid], dx1[t*model.Mid:])
	}
	w.linearBack(de, e, dskip, types, &net.Skip, &g.Skip, nil)
	dg1 := w.zeros(n, model.Gate1)
	w.recurBack(dg1, dh1, g1, h1, model.Cells1)
	for t := range n {
		gemm.Sum(g.InB.V, dg1[t*model.Gate1:])
	}
	for k := range 3 {
		dadd := w.zeros(types, model.Gate1)
		w.neighbours(k, func(t, u int) {
			gemm.Sum(dadd[kind[u]*model.Gate1:][:model.Gate1], dg1[t*model.Gate1:])
		})
		in := model.Tensor{Rows: D, Cols: model.Gate1, V: net.In.V[k*block : (k+1)*block]}
		gin := model.Tensor{Rows: D, Cols: model.Gate1, V: g.In.V[k*block : (k+1)*block]}
		w.linearBack(de, e, dadd, types, &in, &gin, nil)
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
