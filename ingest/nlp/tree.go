package nlp

import (
	"iter"
	"slices"
	"strings"
)

// Universal is the relation without its subtype: "nsubj" of "nsubj:pass".
func (t *Token) Universal() string {
	u, _, _ := strings.Cut(t.Rel, ":")
	return u
}

// Root is the index of the sentence's root, or -1 in a sentence without tokens.
func (s *Sentence) Root() int {
	return slices.IndexFunc(s.Tokens, func(t Token) bool { return t.Head < 0 })
}

// Children yields the indices of the tokens whose head is i, in text order.
func (s *Sentence) Children(i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for k := range s.Tokens {
			if s.Tokens[k].Head == i && !yield(k) {
				return
			}
		}
	}
}

// Child finds the first token, in text order, that hangs on i by one of the
// relations. A relation without subtype also matches its subtypes. It returns
// -1 when there is none.
func (s *Sentence) Child(i int, rels ...string) int {
	for k := range s.Children(i) {
		t := &s.Tokens[k]
		for _, r := range rels {
			if t.Rel == r || t.Universal() == r {
				return k
			}
		}
	}
	return -1
}

// Above says whether token a governs token b, directly or not, or is b.
func (s *Sentence) Above(a, b int) bool {
	return governs(s.Tokens, a, b)
}

// Subtree lists i and all tokens below it, in text order.
func (s *Sentence) Subtree(i int) []int {
	// in[k]: 1 below i or i itself, 2 not; filled along the path to the root.
	in := make([]uint8, len(s.Tokens))
	in[i] = 1
	var out, path []int
	for k := range s.Tokens {
		j := k
		path = path[:0]
		for j >= 0 && in[j] == 0 {
			path = append(path, j)
			j = s.Tokens[j].Head
		}
		state := uint8(2)
		if j >= 0 {
			state = in[j]
		}
		for _, p := range path {
			in[p] = state
		}
		if in[k] == 1 {
			out = append(out, k)
		}
	}
	return out
}

// SubtreeSpan is the half-open range of token indices from the first to the
// last token of the subtree of i. Tokens of other subtrees may lie inside
// when the tree is not projective.
func (s *Sentence) SubtreeSpan(i int) (from, to int) {
	sub := s.Subtree(i)
	return sub[0], sub[len(sub)-1] + 1
}

// Path lists the tokens from a to b along the tree, both included, and the
// index in the list of the token that governs all the others.
func (s *Sentence) Path(a, b int) (tokens []int, top int) {
	for t := a; t >= 0; t = s.Tokens[t].Head {
		tokens = append(tokens, t)
	}
	var down []int
	for t := b; t >= 0; t = s.Tokens[t].Head {
		if k := slices.Index(tokens, t); k >= 0 {
			tokens = tokens[:k+1]
			slices.Reverse(down)
			return append(tokens, down...), k
		}
		down = append(down, t)
	}
	return tokens, len(tokens) - 1 // not reached in a tree with one root
}

// Conjuncts lists i and the tokens coordinated with it: i's own conj
// children, and theirs, in text order. It does not climb to a first conjunct.
func (s *Sentence) Conjuncts(i int) []int {
	out := []int{i}
	for k := 0; k < len(out); k++ {
		for c := range s.Children(out[k]) {
			if s.Tokens[c].Universal() == "conj" {
				out = append(out, c)
			}
		}
	}
	slices.Sort(out)
	return out
}
