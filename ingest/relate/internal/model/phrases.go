package model

import (
	"slices"
	"sort"
	"strings"
)

// Phrase is a fact of a verb dictionary: Head, with each of With near it,
// tells of Class. A word of With that begins with "&" is a set of words.
type Phrase struct {
	Head  string
	With  []string
	Class int8
	Book  int8 // which dictionary says so
}

// WordSet is a named set of words, sorted.
type WordSet struct {
	Name  string // with the "&"
	Words []string
}

// Dictionary holds phrases, sorted by head.
type Dictionary struct {
	Phrases []Phrase
	Sets    []WordSet
}

// NewDictionary sorts what was read and drops what is there twice.
func NewDictionary(phrases []Phrase, sets []WordSet) Dictionary {
	key := func(p *Phrase) string {
		return p.Head + "\t" + strings.Join(p.With, " ") + "\t" + string(rune('a'+p.Class)) + string(rune('a'+p.Book))
	}
	for i := range phrases {
		slices.Sort(phrases[i].With)
		phrases[i].With = slices.DeleteFunc(slices.Compact(phrases[i].With), func(w string) bool { return w == "" })
	}
	sort.SliceStable(phrases, func(i, j int) bool { return key(&phrases[i]) < key(&phrases[j]) })
	phrases = slices.CompactFunc(phrases, func(a, b Phrase) bool { return key(&a) == key(&b) })
	for i := range sets {
		slices.Sort(sets[i].Words)
		sets[i].Words = slices.Compact(sets[i].Words)
	}
	slices.SortFunc(sets, func(a, b WordSet) int { return strings.Compare(a.Name, b.Name) })
	return Dictionary{phrases, sets}
}

func (d *Dictionary) of(head string) []Phrase {
	lo := sort.Search(len(d.Phrases), func(i int) bool { return d.Phrases[i].Head >= head })
	hi := lo
	for hi < len(d.Phrases) && d.Phrases[hi].Head == head {
		hi++
	}
	return d.Phrases[lo:hi]
}

func (d *Dictionary) in(set, word string) bool {
	i := sort.Search(len(d.Sets), func(i int) bool { return d.Sets[i].Name >= set })
	if i == len(d.Sets) || d.Sets[i].Name != set {
		return false
	}
	_, found := slices.BinarySearch(d.Sets[i].Words, word)
	return found
}

// books is the number of dictionaries.
const books = 3

// reach is how far from its head the words of a phrase are looked for.
const reach = 7

// match yields the most specific phrases of each dictionary for token i.
func (d *Dictionary) match(p *Pair, i int) (found []Phrase) {
	var best [books]int
	for b := range best {
		best[b] = -1
	}
	for _, ph := range d.of(p.lemma[i]) {
		if len(ph.With) < best[ph.Book] || !d.near(p, i, ph.With) {
			continue
		}
		if len(ph.With) > best[ph.Book] {
			best[ph.Book] = len(ph.With)
			found = slices.DeleteFunc(found, func(f Phrase) bool { return f.Book == ph.Book })
		}
		found = append(found, ph)
	}
	return found
}

func (d *Dictionary) near(p *Pair, i int, words []string) bool {
	for _, w := range words {
		ok := false
		for k := max(0, i-reach); k < min(len(p.tok), i+reach+1) && !ok; k++ {
			if k == i {
				continue
			}
			if w[0] == '&' {
				ok = d.in(w, p.lemma[k])
			} else {
				ok = w == p.lemma[k]
			}
		}
		if !ok {
			return false
		}
	}
	return true
}
