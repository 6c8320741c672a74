package gazetteer

import (
	"faultline/schema"
)

// senseKind orders what a name can mean; the lowest one that fits counts.
type senseKind uint8

const (
	senseName senseKind = iota
	senseAdjective
	sensePeople
	senseCapital
	senseRole
)

// caseRule says what letter case a name needs in running text.
type caseRule uint8

const (
	caseAny     caseRule = iota
	caseSome             // some capital letter, if the sentence has any
	caseInitial          // the first letter: an English word otherwise
	caseUpper            // all capitals: an abbreviation
	caseLong             // all capitals or the first: "NATO", "Nato"
	caseHard             // all capitals, in a sentence that is not: "IS"
	caseMixed            // a capital inside as well: "LeT"
)

// modifier says whether a word may stand between a holder and a role noun.
type modifier uint8

const (
	modNone modifier = iota
	modAdjective
	modNumber // only after a genitive: "Israel's two soldiers"
)

type sense struct {
	kind  senseKind
	rule  caseRule
	entry int32 // index of entries, for senseRole of roles

	// made marks names that the loader makes, "Syrian government"
	made bool
}

// lexicon is a trie over folded words. Words are numbered; an edge is keyed
// by node and word, so that looking a sentence up hashes each word once and
// allocates nothing.
type lexicon struct {
	words     map[string]int32
	root      []int32 // by word: node of the word, 0 for none
	edges     map[uint64]int32
	senses    [][]sense          // by node; node 0 is none
	ids       [][]schema.ActorID // by node: the actors of its first kind of sense
	english   []bool             // by word: also an ordinary word
	modifiers []modifier         // by word
	compound  []relation         // by word
	forms     [][][]int32        // by entry: how it stands before a noun

	pro, anti, of, civilians int32

	scan *scanner // for filling the lexicon, which one goroutine does
	free []int32
	ones []sense
}

// newLexicon has room for about hint words.
func newLexicon(hint int) lexicon {
	l := lexicon{
		words: make(map[string]int32, hint), edges: make(map[uint64]int32, 2*hint),
		root: make([]int32, 0, hint), english: make([]bool, 0, hint),
		modifiers: make([]modifier, 0, hint), compound: make([]relation, 0, hint),
		senses: make([][]sense, 1, 3*hint+1), scan: &scanner{},
	}
	l.pro, l.anti, l.of = l.word([]byte("pro")), l.word([]byte("anti")), l.word([]byte("of"))
	l.civilians = l.word([]byte("civilians"))
	for _, c := range compoundWords {
		for _, w := range l.phrase(c.words) {
			l.compound[w] = c.rel
		}
	}
	return l
}

// word numbers a folded word, a new one if need be.
func (l *lexicon) word(w []byte) int32 {
	if id, ok := l.words[string(w)]; ok {
		return id
	}
	id := int32(len(l.root))
	l.words[string(w)] = id
	l.root = append(l.root, 0)
	l.english = append(l.english, false)
	l.modifiers = append(l.modifiers, modNone)
	l.compound = append(l.compound, relNone)
	return id
}

// phrase numbers the folded words of a text.
func (l *lexicon) phrase(s string) []int32 {
	var ids []int32
	sc := l.scan
	sc.reset(s)
	for sc.next() {
		if !sc.the {
			ids = append(ids, l.word(sc.word))
		}
	}
	return ids
}

// slab returns an empty slice with room for n words, cut from a larger one.
func (l *lexicon) slab(n int) []int32 {
	if cap(l.free) < n {
		l.free = make([]int32, 0, max(n, 1<<13))
	}
	s := l.free[:0:n]
	l.free = l.free[n:n]
	return s
}

// add enters a sense under a phrase. A sense that is there already keeps the
// more lenient of both case rules.
func (l *lexicon) add(words []int32, s sense) {
	if len(words) == 0 {
		return
	}
	node := l.root[words[0]]
	if node == 0 {
		node = l.node()
		l.root[words[0]] = node
	}
	for _, w := range words[1:] {
		key := edge(node, w)
		next := l.edges[key]
		if next == 0 {
			next = l.node()
			l.edges[key] = next
		}
		node = next
	}
	for i, old := range l.senses[node] {
		if old.kind == s.kind && old.entry == s.entry {
			l.senses[node][i].rule = min(old.rule, s.rule)
			return
		}
	}
	if l.senses[node] == nil { // most nodes have one sense
		if len(l.ones) == 0 {
			l.ones = make([]sense, 1<<10)
		}
		l.senses[node], l.ones = l.ones[:0:1], l.ones[1:]
	}
	l.senses[node] = append(l.senses[node], s)
}

func (l *lexicon) node() int32 {
	l.senses = append(l.senses, nil)
	return int32(len(l.senses) - 1)
}

func edge(node, word int32) uint64 { return uint64(uint32(node))<<32 | uint64(uint32(word)) }

// rule derives the case rule of an alias from how the data file writes it.
func (l *lexicon) rule(alias string) (words []int32, rule caseRule) {
	sc := l.scan
	sc.reset(alias)
	words = l.slab(len(alias)/2 + 1)
	capital, upper, inner, letters := false, true, false, 0
	for sc.next() {
		if sc.the {
			continue
		}
		words = append(words, l.word(sc.word))
		capital = capital || sc.anyUpper
		upper = upper && sc.upper
		inner = inner || sc.inner
		letters += len(sc.word)
	}
	switch {
	case len(words) > 1 && capital:
		return words, caseSome
	case len(words) != 1 || !capital:
		return words, caseAny
	case upper && letters > 1 && l.english[words[0]]:
		return words, caseHard
	case upper && letters > 3:
		return words, caseLong
	case upper && letters > 1:
		return words, caseUpper
	case l.english[words[0]] && inner:
		return words, caseMixed
	case l.english[words[0]]:
		return words, caseInitial
	}
	return words, caseAny
}

// find returns the node of a whole name, whatever its case.
func (l *lexicon) find(name string) (int32, bool) {
	sc := scanner{text: name}
	node := int32(0)
	for sc.next() {
		if sc.the {
			continue
		}
		w, ok := l.words[string(sc.word)]
		if !ok {
			return 0, false
		}
		if node == 0 {
			node = l.root[w]
		} else {
			node = l.edges[edge(node, w)]
		}
		if node == 0 {
			return 0, false
		}
	}
	return node, node != 0
}

// walk returns the node of two phrases after one another.
func (l *lexicon) walk(a, b []int32) (int32, bool) {
	node := int32(0)
	for _, ws := range [][]int32{a, b} {
		for _, w := range ws {
			if node == 0 {
				node = l.root[w]
			} else {
				node = l.edges[edge(node, w)]
			}
			if node == 0 {
				return 0, false
			}
		}
	}
	return node, node != 0
}

// entryAt returns the likeliest entry that a data file gives the node's
// phrase as a name.
func (l *lexicon) entryAt(node int32) (int32, bool) {
	for _, s := range l.senses[node] {
		if s.kind == senseName && !s.made {
			return s.entry, true
		}
	}
	return 0, false
}
