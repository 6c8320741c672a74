package main

import (
	"math/rand/v2"
	"strings"
	"unicode"
)

// noisy returns the sentence as careless copies of news would have it: now
// and then without commas, without apostrophes, in other case, without its
// final stop. Most sentences come back unchanged.
func noisy(s sentence, rng *rand.Rand) sentence {
	if rng.Float64() < 0.06 {
		s = reported(s, rng)
	}
	r := rng.Float64()
	switch {
	case r < 0.18:
		s = withoutCommas(s)
		s = withoutApostrophes(possessed(s, rng))
	case r < 0.22:
		s = withoutCommas(s)
	case r < 0.27:
		s = withoutApostrophes(possessed(s, rng))
	case r < 0.29:
		s = mapForms(s, strings.ToLower)
	case r < 0.32:
		s = mapForms(s, titled)
	case r < 0.325:
		s = mapForms(s, strings.ToUpper)
	}
	if n := len(s.words); n > 4 && s.words[n-1].form == "." && rng.Float64() < 0.04 {
		drop := make([]bool, n)
		drop[n-1] = true
		s = without(s, drop)
	}
	return s
}

func withoutCommas(s sentence) sentence {
	drop := make([]bool, len(s.words))
	for i, w := range s.words {
		drop[i] = w.form == ","
	}
	return without(s, drop)
}

// withoutApostrophes writes possessives as one word ("Turkeys"), marked by
// "+POS" in the Penn tag. A plural possessive just loses its apostrophe.
func withoutApostrophes(s sentence) sentence {
	drop := make([]bool, len(s.words))
	s.words = append([]word(nil), s.words...)
	for i, w := range s.words {
		if i == 0 || w.xpos != "POS" || w.head < 0 || w.head >= i {
			continue
		}
		p := &s.words[i-1]
		if p.upos != "NOUN" && p.upos != "PROPN" || !strings.HasPrefix(p.xpos, "NN") || drop[i-1] {
			continue
		}
		switch w.form {
		case "'s", "’s", "`s":
			p.form += "s"
		case "'", "’":
		default:
			continue
		}
		p.xpos += "+POS"
		drop[i] = true
	}
	return without(s, drop)
}

// nations maps adjectives to the names that news uses in their place.
var nations = map[string]string{
	"Turkish": "Turkey", "Syrian": "Syria", "Russian": "Russia", "Iranian": "Iran", "Israeli": "Israel",
	"American": "America", "Iraqi": "Iraq", "Lebanese": "Lebanon", "British": "Britain", "French": "France",
	"German": "Germany", "Chinese": "China", "Egyptian": "Egypt", "Jordanian": "Jordan", "Ukrainian": "Ukraine",
	"Afghan": "Afghanistan", "Pakistani": "Pakistan", "Indian": "India", "Yemeni": "Yemen", "Libyan": "Libya",
	"Japanese": "Japan", "Saudi": "Riyadh", "Kurdish": "Kurdistan", "Sudanese": "Sudan", "Somali": "Somalia",
	"Nigerian": "Nigeria", "Ethiopian": "Ethiopia", "European": "Europe", "Venezuelan": "Venezuela",
}

// possessed turns some adjectives of nations and some names before a noun into
// possessives whose apostrophe was lost: "the Turkish military" and "the Assad
// regime" become "Turkeys military" and "Assads regime".
func possessed(s sentence, rng *rand.Rand) sentence {
	drop := make([]bool, len(s.words))
	out := sentence{words: append([]word(nil), s.words...)}
	for i := range out.words {
		w := &out.words[i]
		if w.head <= i || s.words[w.head].upos != "NOUN" {
			continue
		}
		form := w.form
		switch {
		case w.rel == "amod" && nations[form] != "":
			form = nations[form]
		case w.rel == "compound" && w.xpos == "NNP" && w.head == i+1 && len(form) > 3 && !strings.HasSuffix(form, "s"):
		default:
			continue
		}
		fits := rng.IntN(2) == 0
		for k, c := range s.words {
			if c.head == i || c.head == w.head && c.rel == "det" && (k != i-1 || !strings.EqualFold(c.form, "the")) ||
				c.head == w.head && c.rel == "nmod:poss" {
				fits = false
			}
		}
		if !fits {
			continue
		}
		if i > 0 && s.words[i-1].rel == "det" && s.words[i-1].head == w.head {
			drop[i-1] = true
		}
		w.form, w.upos, w.xpos, w.rel = form+"s", "PROPN", "NNP+POS", "nmod:poss"
	}
	return without(out, drop)
}

// without removes words; what hung on them hangs on their nearest governor
// that stays. The sentence is returned whole when its root would go.
func without(s sentence, drop []bool) sentence {
	index := make([]int, len(s.words))
	n := 0
	for i, w := range s.words {
		if drop[i] && w.head < 0 {
			return s
		}
		index[i] = n
		if !drop[i] {
			n++
		}
	}
	if n == len(s.words) || n == 0 {
		return s
	}
	out := sentence{words: make([]word, 0, n)}
	for i, w := range s.words {
		if drop[i] {
			continue
		}
		h := w.head
		for h >= 0 && drop[h] {
			h = s.words[h].head
		}
		if h >= 0 {
			h = index[h]
		}
		w.head = h
		out.words = append(out.words, w)
	}
	return out
}

func mapForms(s sentence, f func(string) string) sentence {
	s.words = append([]word(nil), s.words...)
	for i := range s.words {
		s.words[i].form = f(s.words[i].form)
	}
	return s
}

// titled capitalises a word the way headlines do.
func titled(w string) string {
	switch w {
	case "a", "an", "the", "of", "in", "on", "to", "for", "and", "or", "by", "at", "as", "with", "from", "'s", "n't", "’s":
		return w
	}
	for i, r := range w {
		return string(unicode.ToUpper(r)) + w[i+len(string(r)):]
	}
	return w
}
