package queries

import (
	"strings"
	"unicode"

	"faultline/schema"
)

// Copies of one wire story are told by their sentences: two that share most
// of what they say word for word have one origin. Sentences of one event are
// few, so the resemblance is computed itself, the share of three-word
// shingles that both have (Broder 1997), which MinHash would only estimate.
const (
	shingle = 3   // words
	alike   = 0.5 // resemblance from which on two sentences have one origin
	holding = 0.8 // containment of the shorter sentence that counts as well
	few     = 6   // shingles below which a sentence contained says nothing
)

// origins numbers the origins of sentences from 0 on, in order of their first
// sentence. Same hashes have one origin in any case; an empty sentence has
// only that.
func origins(sentences, hashes []string) []int {
	parent := make([]int, len(sentences))
	var find func(i int) int
	find = func(i int) int {
		if parent[i] != i {
			parent[i] = find(parent[i])
		}
		return parent[i]
	}
	sets := make([]map[string]bool, len(sentences))
	holders := make(map[string][]int) // of a shingle
	byHash := make(map[string]int)
	for i, s := range sentences {
		parent[i] = i
		join := func(j int) {
			a, b := find(i), find(j)
			parent[max(a, b)] = min(a, b)
		}
		if j, ok := byHash[hashes[i]]; ok && hashes[i] != "" {
			join(j)
		} else {
			byHash[hashes[i]] = i
		}
		sets[i] = shingles(s)
		common := make(map[int]int)
		for sh := range sets[i] {
			for _, j := range holders[sh] {
				common[j]++
			}
			holders[sh] = append(holders[sh], i)
		}
		for j, n := range common {
			x, y := len(sets[i]), len(sets[j])
			if float64(n) >= alike*float64(x+y-n) || min(x, y) >= few && float64(n) >= holding*float64(min(x, y)) {
				join(j)
			}
		}
	}
	number := make(map[int]int)
	list := make([]int, len(sentences))
	for i := range sentences {
		root := find(i)
		if _, ok := number[root]; !ok {
			number[root] = len(number)
		}
		list[i] = number[root]
	}
	return list
}

// shingles are all runs of three words, or all words of a shorter sentence;
// case, accents and punctuation aside.
func shingles(sentence string) map[string]bool {
	words := strings.FieldsFunc(schema.FoldAccents(strings.ToLower(sentence)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	set := make(map[string]bool, len(words))
	if n := len(words); n > 0 && n < shingle {
		set[strings.Join(words, " ")] = true
	}
	for i := 0; i+shingle <= len(words); i++ {
		set[strings.Join(words[i:i+shingle], " ")] = true
	}
	return set
}
