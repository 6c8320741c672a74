package nlp

import (
	"slices"
	"testing"
)

// sample is "Rebels and soldiers from Homs fired rockets" by hand.
func sample() *Sentence {
	s := &Sentence{}
	for _, t := range []struct {
		w, rel string
		head   int
	}{
		{"Rebels", "nsubj", 5}, {"and", "cc", 2}, {"soldiers", "conj", 0}, {"from", "case", 4},
		{"Homs", "nmod", 2}, {"fired", "root", -1}, {"rockets", "obj", 5},
	} {
		s.Tokens = append(s.Tokens, Token{Text: t.w, Head: t.head, Rel: t.rel})
	}
	return s
}

func TestTree(t *testing.T) {
	s := sample()
	if got := s.Root(); got != 5 {
		t.Errorf("root %d, want 5", got)
	}
	if got := slices.Collect(s.Children(5)); !slices.Equal(got, []int{0, 6}) {
		t.Errorf("children of the root: %v, want [0 6]", got)
	}
	if got := s.Child(5, "obj", "iobj"); got != 6 {
		t.Errorf("object %d, want 6", got)
	}
	if got := s.Child(5, "obl"); got != -1 {
		t.Errorf("oblique %d, want -1", got)
	}
	if got := s.Subtree(0); !slices.Equal(got, []int{0, 1, 2, 3, 4}) {
		t.Errorf("subtree of the subject: %v, want [0 1 2 3 4]", got)
	}
	if from, to := s.SubtreeSpan(2); from != 1 || to != 5 {
		t.Errorf("span of the conjunct [%d,%d), want [1,5)", from, to)
	}
	path, top := s.Path(4, 6)
	if !slices.Equal(path, []int{4, 2, 0, 5, 6}) || top != 3 {
		t.Errorf("path %v with top %d, want [4 2 0 5 6] with 3", path, top)
	}
	if path, top := s.Path(2, 2); !slices.Equal(path, []int{2}) || top != 0 {
		t.Errorf("path to itself %v, %d", path, top)
	}
	if !s.Above(0, 4) || s.Above(6, 4) || !s.Above(4, 4) {
		t.Error("Above is wrong about the subject's subtree")
	}
	if got := s.Conjuncts(0); !slices.Equal(got, []int{0, 2}) {
		t.Errorf("conjuncts %v, want [0 2]", got)
	}
}

func TestPunctuate(t *testing.T) {
	type w struct {
		text, rel  string
		head, want int
	}
	for _, words := range [][]w{
		// In Homs , rebels attacked .
		{{"In", "case", 1, 1}, {"Homs", "obl", 4, 4}, {",", "punct", 4, 1}, {"rebels", "nsubj", 4, 4}, {"attacked", "root", -1, -1}, {".", "punct", 3, 4}},
		// He left , and she ( too ) stayed
		{{"He", "nsubj", 1, 1}, {"left", "root", -1, -1}, {",", "punct", 1, 8}, {"and", "cc", 8, 8}, {"she", "nsubj", 8, 8}, {"(", "punct", 8, 6}, {"too", "advmod", 8, 8}, {")", "punct", 4, 6}, {"stayed", "conj", 1, 1}},
		// Single quotes hang as they please.
		{{"'", "punct", 2, 2}, {"no", "root", -1, -1}, {"'", "punct", 1, 1}},
		// A mark with a dependent, and one alone.
		{{"-", "punct", 1, 1}, {"x", "root", -1, -1}, {"!", "punct", 1, 1}, {"y", "dep", 2, 2}},
		{{".", "root", -1, -1}},
	} {
		toks := make([]Token, len(words))
		for i, w := range words {
			toks[i] = Token{Text: w.text, Rel: w.rel, Head: w.head}
		}
		punctuate(toks, &scratch{arc: make([]float32, len(toks)*(len(toks)+1))})
		for i, w := range words {
			if toks[i].Head != w.want {
				t.Errorf("%v: head of %q is %d, want %d", words, w.text, toks[i].Head, w.want)
			}
		}
		checkTree(t, &Sentence{Tokens: toks})
	}
}

// TestPunctuateSure leaves a mark where the network is sure that it belongs.
func TestPunctuateSure(t *testing.T) {
	for margin, want := range map[float32]int{1: 1, 5: 3} {
		toks := []Token{{Text: "In", Rel: "case", Head: 1}, {Text: "Homs", Rel: "obl", Head: 3}, {Text: ",", Rel: "punct", Head: 3}, {Text: "rebels", Rel: "root", Head: -1}}
		s := &scratch{arc: make([]float32, 4*5)}
		s.arc[2*5+3] = margin
		punctuate(toks, s)
		if toks[2].Head != want {
			t.Errorf("margin %v: head %d, want %d", margin, toks[2].Head, want)
		}
	}
}
