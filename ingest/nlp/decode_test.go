package nlp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// bestTree tries all trees with the given root.
func bestTree(score []float32, n, root int) float64 {
	heads := make([]int, n)
	best := math.Inf(-1)
	var try func(i int)
	try = func(i int) {
		if i == n {
			sum := 0.0
			for t, h := range heads {
				sum += float64(score[t*(n+1)+h])
				// Every token must reach the root within n steps.
				j := t
				for range n {
					if j < n {
						j = heads[j]
					}
				}
				if j != n {
					return
				}
			}
			best = max(best, sum)
			return
		}
		for h := range n {
			if i == root {
				h = n
			}
			if h != i {
				heads[i] = h
				try(i + 1)
			}
			if i == root {
				return
			}
		}
	}
	try(0)
	return best
}

func TestRootedFindsTheBestTree(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var d decoder
	for range 400 {
		n := 1 + rng.IntN(6)
		score := make([]float32, n*(n+1))
		for i := range score {
			score[i] = float32(rng.IntN(1000)) / 50
		}
		root := rng.IntN(n)
		heads := make([]int, n)
		d.rooted(heads, score, n, root)
		var sum float64
		for i, h := range heads {
			if h < 0 || h > n || h == n && i != root {
				t.Fatalf("n=%d root=%d: heads %v", n, root, heads)
			}
			sum += float64(score[i*(n+1)+h])
		}
		if want := bestTree(score, n, root); math.Abs(sum-want) > 1e-3 {
			t.Fatalf("n=%d root=%d: heads %v score %.3f, best is %.3f", n, root, heads, sum, want)
		}
	}
}

// checkTree fails unless the heads form one tree with one root.
func checkTree(t *testing.T, s *Sentence) {
	t.Helper()
	roots := 0
	for i := range s.Tokens {
		if s.Tokens[i].Head < 0 {
			roots++
		}
		j, steps := i, 0
		for ; j >= 0 && steps <= len(s.Tokens); steps++ {
			if j >= len(s.Tokens) {
				t.Fatalf("head %d of %d tokens", j, len(s.Tokens))
			}
			j = s.Tokens[j].Head
		}
		if j >= 0 {
			t.Fatalf("token %d (%q) is on a cycle", i, s.Tokens[i].Text)
		}
	}
	if roots != 1 {
		t.Fatalf("%d roots in %d tokens", roots, len(s.Tokens))
	}
}

func TestDecodeMakesTrees(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var d decoder
	for range 300 {
		n := 1 + rng.IntN(40)
		score := make([]float32, n*(n+1))
		for i := range score {
			score[i] = rng.Float32()
		}
		heads := d.tree(make([]int, n), score, n)
		s := &Sentence{Tokens: make([]Token, n)}
		for i, h := range heads {
			s.Tokens[i].Head = h
		}
		checkTree(t, s)
		if !slices.Contains(heads, -1) {
			t.Fatal("no root")
		}
	}
}
