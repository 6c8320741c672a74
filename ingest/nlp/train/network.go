package main

import (
	"math"
	"math/rand/v2"

	"faultline/ingest/neural"
	"faultline/ingest/neural/gemm"
	"faultline/ingest/neural/learn"
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
	hp   params
	learn.Pass

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
	w := &worker{m: m, hp: hp, Pass: learn.Pass{Rand: rand.New(rand.NewPCG(seed, 77))}}
	w.grad = model.NewNet(m.Net.WordEmb.Rows, len(m.Tags), len(m.Rels))
	w.wordRows.seen = make([]bool, m.Net.WordEmb.Rows)
	w.gramRows.seen = make([]bool, model.Grams)
	return w
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
				if f.Word >= 0 && w.Rand.Float32() < w.hp.wordDrop {
					f.Word = -1
				}
				if f.Vec >= 0 && w.Rand.Float32() < w.hp.vecDrop {
					f.Vec = -1
				}
				use = append(use, f)
			}
			kind = append(kind, k)
		}
	}
	e = w.Zeros(len(use), D)
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
	w.ex = batch
	w.Reset()
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
	eMask := w.Dropout(e, w.hp.embDrop)
	const D = model.EmbDim
	// What each type adds to the gates of the token after it, of itself, and
	// of the token before it.
	const block = D * model.Gate1
	g1 := w.Rows(n, net.InB.V)
	for k := range 3 {
		add1 := w.Zeros(types, model.Gate1)
		gemm.Add(add1, e, net.In.V[k*block:(k+1)*block], types, D, model.Gate1)
		w.neighbours(k, func(t, u int) {
			gemm.Sum(g1[t*model.Gate1:][:model.Gate1], add1[kind[u]*model.Gate1:])
		})
	}
	h1 := w.Zeros(n, 2*model.Cells1)
	learn.Recur(h1, g1, model.Cells1, w.start)
	h1d := w.Clone(h1)
	h1Mask := w.Dropout(h1d, w.hp.cellDrop)
	x1 := w.Linear(h1d, n, &net.Mid1, &net.Mid1B)
	skip := w.Zeros(types, model.Mid)
	gemm.Add(skip, e, net.Skip.V, types, D, model.Mid)
	for t, k := range kind {
		gemm.Sum(x1[t*model.Mid:][:model.Mid], skip[k*model.Mid:])
	}
	neural.Relu(x1)
	x1Mask := w.Dropout(x1, w.hp.midDrop)

	ts := w.Linear(x1, n, &net.Tag, &net.TagB)
	pred := make([]int, n)
	for t := range n {
		row := ts[t*T : (t+1)*T]
		for i, v := range row {
			if v > row[pred[t]] {
				pred[t] = i
			}
		}
		if w.Rand.Float32() < w.hp.tagDrop {
			pred[t] = -1
		}
	}

	g2 := w.Linear(x1, n, &net.Gates2, &net.Gates2B)
	w.tagRows(pred, func(t, row int) {
		gemm.Sum(g2[t*model.Gate2:][:model.Gate2], net.TagGate.V[row*model.Gate2:])
	}, T)
	h2 := w.Zeros(n, 2*model.Cells2)
	learn.Recur(h2, g2, model.Cells2, w.start)
	h2d := w.Clone(h2)
	h2Mask := w.Dropout(h2d, w.hp.cellDrop)
	r2 := w.Linear(h2d, n, &net.Mid2, &net.Mid2B)
	neural.Relu(r2)
	r2Mask := w.Dropout(r2, w.hp.midDrop)
	x2 := w.Clone(x1)
	gemm.Sum(x2, r2)

	g3 := w.Linear(x2, n, &net.Gates3, &net.Gates3B)
	h3 := w.Zeros(n, 2*model.Cells2)
	learn.Recur(h3, g3, model.Cells2, w.start)
	h3d := w.Clone(h3)
	h3Mask := w.Dropout(h3d, w.hp.cellDrop)
	r3 := w.Linear(h3d, n, &net.Mid3, &net.Mid3B)
	neural.Relu(r3)
	r3Mask := w.Dropout(r3, w.hp.midDrop)
	x3 := w.Clone(x2)
	gemm.Sum(x3, r3)

	g4 := w.Linear(x3, n, &net.Gates4, &net.Gates4B)
	h4 := w.Zeros(n, 2*model.Cells2)
	learn.Recur(h4, g4, model.Cells2, w.start)
	h4d := w.Clone(h4)
	h4Mask := w.Dropout(h4d, w.hp.cellDrop)
	r4 := w.Linear(h4d, n, &net.Mid4, &net.Mid4B)
	neural.Relu(r4)
	r4Mask := w.Dropout(r4, w.hp.midDrop)
	x4 := w.Clone(x3)
	gemm.Sum(x4, r4)
	// The last word on tags, where the context is known.
	top := w.Clone(ts)
	gemm.Add(top, x4, net.TagTop.V, n, model.Mid, T)

	const A, B, L = model.ArcDim, model.Dists, model.LabDim
	ad := w.Linear(x4, n, &net.ArcD, &net.ArcDB)
	neural.Relu(ad)
	adMask := w.Dropout(ad, w.hp.arcDrop)
	ah := w.Linear(x4, n, &net.ArcH, &net.ArcHB)
	neural.Relu(ah)
	ahMask := w.Dropout(ah, w.hp.arcDrop)
	q := w.Linear(ad, n, &net.Bil, &net.BilB)
	pd := w.Zeros(n, B)
	gemm.Add(pd, ad, net.DistD.V, n, A, B)
	ph := w.Zeros(n, B)
	gemm.Add(ph, ah, net.DistH.V, n, A, B)

	// Arc scores, loss and gradients, sentence by sentence.
	dq, dpd, dph := w.Zeros(n, A), w.Zeros(n, B), w.Zeros(n, B)
	dad, dah := w.Zeros(n, A), w.Zeros(n, A)
	for s, ex := range batch {
		lo, k := w.start[s], len(ex.feats)
		m := k + 1 // the root is the last column
		hs := w.Take(m * A)
		copy(hs, ah[lo*A:(lo+k)*A])
		copy(hs[k*A:], net.RootH.V)
		sc := w.Zeros(k, m)
		gemm.Add(sc, q[lo*A:(lo+k)*A], w.Transposed(hs, m, A), k, A, m)
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
		dhs := w.Zeros(m, A)
		gemm.Add(dhs, w.Transposed(sc, k, m), q[lo*A:(lo+k)*A], m, k, A)
		copy(dah[lo*A:(lo+k)*A], dhs)
		gemm.Sum(g.RootH.V, dhs[k*A:])
	}

	// Labels of the gold arcs.
	ld, lh := w.Zeros(n, L), w.Zeros(n, L)
	gemm.Add(ld, x4, net.LabD.V, n, model.Mid, L)
	gemm.Add(lh, x4, net.LabH.V, n, model.Mid, L)
	z := w.Zeros(n, L)
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
	neural.Relu(z)
	zMask := w.Dropout(z, w.hp.arcDrop)
	ls := w.Linear(z, n, &net.LabO, &net.LabOB)
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
	dz := w.Zeros(n, L)
	w.LinearBack(dz, z, ls, n, &net.LabO, &g.LabO, &g.LabOB)
	learn.Mask(dz, zMask)
	learn.ReluBack(dz, z)
	dlh := w.Zeros(n, L)
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
	dx4 := w.Zeros(n, model.Mid)
	w.LinearBack(dx4, x4, dz, n, &net.LabD, &g.LabD, nil)
	w.LinearBack(dx4, x4, dlh, n, &net.LabH, &g.LabH, nil)

	w.LinearBack(dah, ah, dph, n, &net.DistH, &g.DistH, nil)
	w.LinearBack(dad, ad, dpd, n, &net.DistD, &g.DistD, nil)
	w.LinearBack(dad, ad, dq, n, &net.Bil, &g.Bil, &g.BilB)
	learn.Mask(dad, adMask)
	learn.ReluBack(dad, ad)
	learn.Mask(dah, ahMask)
	learn.ReluBack(dah, ah)
	w.LinearBack(dx4, x4, dad, n, &net.ArcD, &g.ArcD, &g.ArcDB)
	w.LinearBack(dx4, x4, dah, n, &net.ArcH, &g.ArcH, &g.ArcHB)
	w.LinearBack(dx4, x4, top, n, &net.TagTop, &g.TagTop, nil)
	gemm.Sum(ts, top)

	// x4 = x3 + r4
	dx3 := w.Clone(dx4)
	learn.Mask(dx4, r4Mask)
	learn.ReluBack(dx4, r4)
	dh4 := w.Zeros(n, 2*model.Cells2)
	w.LinearBack(dh4, h4d, dx4, n, &net.Mid4, &g.Mid4, &g.Mid4B)
	learn.Mask(dh4, h4Mask)
	dg4 := w.Zeros(n, model.Gate2)
	learn.RecurBack(dg4, dh4, g4, h4, model.Cells2, w.start)
	w.LinearBack(dx3, x3, dg4, n, &net.Gates4, &g.Gates4, &g.Gates4B)

	// x3 = x2 + r3
	dx2 := w.Clone(dx3)
	learn.Mask(dx3, r3Mask)
	learn.ReluBack(dx3, r3)
	dh3 := w.Zeros(n, 2*model.Cells2)
	w.LinearBack(dh3, h3d, dx3, n, &net.Mid3, &g.Mid3, &g.Mid3B)
	learn.Mask(dh3, h3Mask)
	dg3 := w.Zeros(n, model.Gate2)
	learn.RecurBack(dg3, dh3, g3, h3, model.Cells2, w.start)
	w.LinearBack(dx2, x2, dg3, n, &net.Gates3, &g.Gates3, &g.Gates3B)

	dx1 := w.Clone(dx2)
	learn.Mask(dx2, r2Mask)
	learn.ReluBack(dx2, r2)
	dh2 := w.Zeros(n, 2*model.Cells2)
	w.LinearBack(dh2, h2d, dx2, n, &net.Mid2, &g.Mid2, &g.Mid2B)
	learn.Mask(dh2, h2Mask)
	dg2 := w.Zeros(n, model.Gate2)
	learn.RecurBack(dg2, dh2, g2, h2, model.Cells2, w.start)
	w.LinearBack(dx1, x1, dg2, n, &net.Gates2, &g.Gates2, &g.Gates2B)
	w.tagRows(pred, func(t, row int) {
		gemm.Sum(g.TagGate.V[row*model.Gate2:][:model.Gate2], dg2[t*model.Gate2:])
	}, T)

	w.LinearBack(dx1, x1, ts, n, &net.Tag, &g.Tag, &g.TagB)
	learn.Mask(dx1, x1Mask)
	learn.ReluBack(dx1, x1)
	dh1 := w.Zeros(n, 2*model.Cells1)
	w.LinearBack(dh1, h1d, dx1, n, &net.Mid1, &g.Mid1, &g.Mid1B)
	learn.Mask(dh1, h1Mask)
	de := w.Zeros(types, D)
	dskip := w.Zeros(types, model.Mid)
	for t, k := range kind {
		gemm.Sum(dskip[k*model.Mid:][:model.Mid], dx1[t*model.Mid:])
	}
	w.LinearBack(de, e, dskip, types, &net.Skip, &g.Skip, nil)
	dg1 := w.Zeros(n, model.Gate1)
	learn.RecurBack(dg1, dh1, g1, h1, model.Cells1, w.start)
	for t := range n {
		gemm.Sum(g.InB.V, dg1[t*model.Gate1:])
	}
	for k := range 3 {
		dadd := w.Zeros(types, model.Gate1)
		w.neighbours(k, func(t, u int) {
			gemm.Sum(dadd[kind[u]*model.Gate1:][:model.Gate1], dg1[t*model.Gate1:])
		})
		in := neural.Tensor{Rows: D, Cols: model.Gate1, V: net.In.V[k*block : (k+1)*block]}
		gin := neural.Tensor{Rows: D, Cols: model.Gate1, V: g.In.V[k*block : (k+1)*block]}
		w.LinearBack(de, e, dadd, types, &in, &gin, nil)
	}
	learn.Mask(de, eMask)
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
