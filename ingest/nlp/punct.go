package nlp

import "faultline/ingest/neural"

// punctuate moves the punctuation marks of a tree to where the annotation
// guidelines of Universal Dependencies put them: brackets and quotes to the
// head of what they enclose, other marks as high as they can hang without
// crossing an arc, at the lower of the two sides that they separate. Marks
// that govern something stay where they are, and those that the network is
// sure of: the place of a lone mark is only as right as the tree around it.
func punctuate(toks []Token, s *scratch) {
	n := len(toks)
	mark := neural.Grow(&s.marks, n)
	any := false
	for i := range toks {
		mark[i] = toks[i].Rel == "punct" && toks[i].Head >= 0
		any = any || mark[i]
	}
	if !any {
		return
	}
	for i := range toks {
		if h := toks[i].Head; h >= 0 {
			mark[h] = false
		}
	}
	partner := neural.Grow(&s.partner, n)
	pairMarks(toks, mark, partner, neural.Grow(&s.stack, 0))
	for i := range toks {
		switch {
		case !mark[i]:
		case unruled(toks[i].Text):
		case partner[i] >= 0:
			if h := innerHead(toks, mark, min(i, partner[i]), max(i, partner[i])); h >= 0 {
				toks[i].Head = h
			}
		default:
			h := separated(toks, mark, i)
			if h >= 0 && s.arc[i*(n+1)+toks[i].Head]-s.arc[i*(n+1)+h] <= sureMargin {
				toks[i].Head = h
			}
		}
	}
}

// sureMargin is by how much the score of a lone mark's head must surpass that
// of the head by rule to be kept.
const sureMargin = 2

// unruled says whether a mark is one that the treebanks hang as they please.
func unruled(mark string) bool { return mark == "'" || mark == ">" || mark == ">>" }

// pairMarks finds for each bracket or quote the one that matches it, or -1.
func pairMarks(toks []Token, mark []bool, partner, open []int) {
	for i := range toks {
		partner[i] = -1
		if !mark[i] {
			continue
		}
		k := len(open)
		switch toks[i].Text {
		case "(", "[", "{", "“", "``", "«":
			open = append(open, i)
			continue
		case ")", "]", "}", "”", "»", "''":
			k--
		case "\"":
			for k--; k >= 0 && toks[open[k]].Text != "\""; k-- {
			}
			if k < 0 {
				open = append(open, i)
				continue
			}
		default:
			continue
		}
		if k >= 0 {
			partner[i], partner[open[k]] = open[k], i
			open = open[:k]
		}
	}
}

// innerHead is the first token between a and b that is governed from outside.
func innerHead(toks []Token, mark []bool, a, b int) int {
	for k := a + 1; k < b; k++ {
		if h := toks[k].Head; !mark[k] && (h < a || h > b) {
			return k
		}
	}
	return -1
}

// separated finds the head of a mark that divides two parts: from its
// neighbour on either side up as far as the path stays on that side, and of
// the two tokens reached the one below the other.
func separated(toks []Token, mark []bool, i int) int {
	l, r := i-1, i+1
	for l >= 0 && mark[l] {
		l--
	}
	for r < len(toks) && mark[r] {
		r++
	}
	switch toks[i].Text {
	case ".", "?", "!":
		r = len(toks)
	}
	for l >= 0 && toks[l].Head >= 0 && toks[l].Head < i {
		l = toks[l].Head
	}
	for r < len(toks) && toks[r].Head > i {
		r = toks[r].Head
	}
	switch {
	case l < 0 && r >= len(toks):
		return -1
	case l < 0:
		return r
	case r >= len(toks), toks[r].Head < 0, governs(toks, r, l):
		return l
	case toks[l].Head < 0, governs(toks, l, r):
		return r
	}
	return -1
}

// governs says whether token a is b or above it.
func governs(toks []Token, a, b int) bool {
	for ; b >= 0; b = toks[b].Head {
		if a == b {
			return true
		}
	}
	return false
}
