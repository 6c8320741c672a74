package nlp

import (
	"faultline/ingest/neural"
	"math"
	"slices"
)

// decoder finds maximum spanning trees and keeps its working memory.
type decoder struct {
	dep, work        []float32
	best, from, mark []int
}

// tree sets heads to the best tree with exactly one root. score has n rows of
// n+1 columns: the score of each head for a dependent, the root last.
func (d *decoder) tree(heads []int, score []float32, n int) []int {
	m := n + 1
	for i := range n {
		row := score[i*m:][:m]
		row[i] = float32(math.Inf(-1))
		best := n
		for h, v := range row {
			if v > row[best] {
				best = h
			}
		}
		heads[i] = best
	}
	roots := 0
	for i := range n {
		if heads[i] == n {
			roots++
		}
	}
	if roots != 1 || d.findCycle(heads, n) >= 0 {
		d.single(heads, score, n)
	}
	for i := range heads {
		if heads[i] == n {
			heads[i] = -1
		}
	}
	return heads
}

// findCycle returns a token on a cycle, or -1.
func (d *decoder) findCycle(heads []int, n int) int {
	mark := neural.Grow(&d.mark, n)
	clear(mark)
	for i := range n {
		j := i
		for j < n && mark[j] == 0 {
			mark[j] = i + 1
			j = heads[j]
		}
		if j < n && mark[j] == i+1 {
			return j
		}
	}
	return -1
}

// single solves for one root: the few likeliest roots are tried, each with
// the root arc of all other tokens forbidden, and the best tree is kept.
func (d *decoder) single(heads []int, score []float32, n int) {
	const tries = 3
	m := n + 1
	var cand [tries]int
	k := 0
	// What choosing i as the root costs against its best other head.
	gain := func(i int) float32 {
		row := score[i*m:][:m]
		top := float32(math.Inf(-1))
		for h, v := range row[:n] {
			if h != i && v > top {
				top = v
			}
		}
		if math.IsInf(float64(top), -1) {
			return row[n]
		}
		return row[n] - top
	}
	gains := neural.Grow(&d.dep, n)
	for i := range n {
		gains[i] = gain(i)
	}
	for k < tries && k < n {
		best := -1
		for i := range n {
			taken := false
			for _, c := range cand[:k] {
				taken = taken || c == i
			}
			if !taken && (best < 0 || gains[i] > gains[best]) {
				best = i
			}
		}
		cand[k] = best
		k++
	}
	top := float32(math.Inf(-1))
	trial := neural.Grow(&d.from, n)
	for _, root := range cand[:k] {
		d.rooted(trial, score, n, root)
		var sum float32
		for i, h := range trial {
			sum += score[i*m+h]
		}
		if sum > top || root == cand[0] {
			top = sum
			copy(heads, trial)
		}
	}
}

// rooted computes the best tree in which only root hangs on the root, by the
// method of Chu, Liu and Edmonds: take the best head of each token, and
// while there is a cycle, contract it.
func (d *decoder) rooted(heads []int, score []float32, n, root int) {
	m := n + 1
	w := neural.Grow(&d.work, n*n) // w[i*n+h]: head h of dependent i
	for i := range n {
		copy(w[i*n:][:n], score[i*m:][:n])
	}
	d.contract(heads, w, n, root)
	heads[root] = n
}

// contract chooses the best head of every node but the root; while the choice
// has a cycle, the cycle becomes one node whose incoming arcs pay for the arc
// of the cycle they replace.
func (d *decoder) contract(heads []int, w []float32, n, root int) {
	inf := float32(math.Inf(-1))
	// Nodes 0..n-1 are tokens; contracted nodes reuse the smallest index.
	alive := make([]bool, n)
	for i := range alive {
		alive[i] = true
	}
	best := neural.Grow(&d.best, n)
	// real[i*n+h] is the token arc behind arc h→i of the contracted graph.
	type arc struct{ dep, head int32 }
	real := make([]arc, n*n)
	for i := range n {
		for h := range n {
			real[i*n+h] = arc{int32(i), int32(h)}
		}
	}
	type fold struct {
		arcs   []arc   // chosen arc into each node of the cycle
		tokens [][]int // tokens inside each node
	}
	member := make([][]int, n) // tokens inside a node
	for i := range n {
		member[i] = []int{i}
	}
	var folds []fold
	for {
		for i := range n {
			best[i] = -1
			if !alive[i] || i == root {
				continue
			}
			for h := range n {
				if alive[h] && h != i && (best[i] < 0 || w[i*n+h] > w[i*n+best[i]]) {
					best[i] = h
				}
			}
		}
		best[root] = n
		mark := neural.Grow(&d.mark, n)
		clear(mark)
		at := -1
		for i := 0; i < n && at < 0; i++ {
			if !alive[i] {
				continue
			}
			j := i
			for j < n && mark[j] == 0 {
				mark[j] = i + 1
				j = best[j]
			}
			if j < n && mark[j] == i+1 {
				at = j
			}
		}
		if at < 0 {
			break
		}
		var cyc []int
		for j := at; ; {
			cyc = append(cyc, j)
			if j = best[j]; j == at {
				break
			}
		}
		var f fold
		for _, c := range cyc {
			f.arcs = append(f.arcs, real[c*n+best[c]])
			f.tokens = append(f.tokens, member[c])
		}
		folds = append(folds, f)
		// Arcs into the cycle pay for the arc they replace; arcs out of it
		// start at its best node.
		in := map[int]bool{}
		for _, c := range cyc {
			in[c] = true
		}
		cost := make([]float32, len(cyc))
		for k, c := range cyc {
			cost[k] = w[c*n+best[c]]
		}
		for v := range n {
			if !alive[v] || in[v] {
				continue
			}
			bi, bo := inf, inf
			var ri, ro arc
			for k, c := range cyc {
				if x := w[c*n+v] - cost[k]; x > bi || k == 0 {
					bi, ri = x, real[c*n+v]
				}
				if x := w[v*n+c]; x > bo || k == 0 {
					bo, ro = x, real[v*n+c]
				}
			}
			w[at*n+v], real[at*n+v] = bi, ri
			w[v*n+at], real[v*n+at] = bo, ro
		}
		for _, c := range cyc {
			if c != at {
				alive[c] = false
				member[at] = slices.Concat(member[at], member[c])
			}
		}
	}
	// Unfold: the arcs of the contracted tree, then for each cycle, last
	// folded first, all its arcs but the one into the token already headed.
	for i := range heads {
		heads[i] = -1
	}
	for i := range n {
		if alive[i] && i != root {
			a := real[i*n+best[i]]
			heads[a.dep] = int(a.head)
		}
	}
	for k := len(folds) - 1; k >= 0; k-- {
		for i, a := range folds[k].arcs {
			if !slices.ContainsFunc(folds[k].tokens[i], func(t int) bool { return heads[t] >= 0 }) {
				heads[a.dep] = int(a.head)
			}
		}
	}
}
