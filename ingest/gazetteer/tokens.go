package gazetteer

import (
	"strings"

	"faultline/schema"
)

// token is one folded word.
type token struct {
	word       int32 // in the lexicon, −1 when unknown
	in         int32 // index of the Word it is part of
	start, end int   // bytes, in the caller's count
	joined     bool
	afterThe   bool
	comma      bool
	possessive bool
	initial    bool
	upper      bool
	anyUpper   bool
	inner      bool
	digit      bool
}

type matcher struct {
	g     *Gazetteer
	lex   *lexicon
	words []Word
	toks  []token
	hits  []hits

	hasUpper, hasLower bool // somewhere in the sentence
	headline           bool // most long words are capitalised
	afterTitle         bool // reading "Georgia" in "President of Georgia Mikheil …"
}

func (m *matcher) tokenise(sc *scanner) {
	the, comma, join := false, false, false
	capitals, smalls := 0, 0
	defer func() { m.headline = capitals > 4 && capitals > 4*smalls }()
	for wi := range m.words {
		w := &m.words[wi]
		if n := len(m.toks); n > 0 && suffixS(w.Text) {
			m.toks[n-1].possessive = true
			continue
		}
		sc.reset(w.Text)
		any := false
		for sc.next() {
			comma = comma || sc.comma
			if sc.the {
				the, any = true, true
				continue
			}
			t := token{
				word: -1, in: int32(wi), start: w.Start + sc.start, end: w.Start + sc.end,
				joined: sc.joined || (join && !any), afterThe: the, comma: comma,
				possessive: sc.possessive, initial: sc.initial, upper: sc.upper, anyUpper: sc.anyUpper, inner: sc.inner, digit: sc.digit,
			}
			the, comma, any = false, false, true
			m.hasUpper = m.hasUpper || sc.anyUpper
			m.hasLower = m.hasLower || !sc.upper && !sc.digit
			if len(sc.word) > 3 {
				if sc.initial {
					capitals++
				} else if !sc.digit {
					smalls++
				}
			}
			if id, ok := m.lex.words[string(sc.word)]; ok {
				t.word = id
			} else if m.bareGenitive(sc) {
				t.word, t.possessive = m.lex.words[string(sc.word[:len(sc.word)-1])], true
				t.end--
			}
			m.toks = append(m.toks, t)
		}
		comma = comma || sc.comma
		join = false
		if !any {
			join = hyphenOnly(w.Text) && wi > 0 && m.words[wi-1].End == w.Start &&
				wi+1 < len(m.words) && m.words[wi+1].Start == w.End
			comma = comma || (!join && !apostropheOnly(w.Text))
		}
	}
}

// bareGenitive recognises "Russias foreign ministry", from texts that lost
// their apostrophes: a word the lexicon lacks that is a known name and an s.
func (m *matcher) bareGenitive(sc *scanner) bool {
	n := len(sc.word)
	if n < 5 || sc.word[n-1] != 's' {
		return false
	}
	id, ok := m.lex.words[string(sc.word[:n-1])]
	if ok && sc.word[n-2] == 'y' && !strings.ContainsRune("aeiou", rune(sc.word[n-3])) {
		return true // "armys"
	}
	if !ok || !sc.initial || m.lex.english[id] {
		return false
	}
	switch string(sc.word) {
	case "americas", "koreas", "sudans", "congos", "guineas": // true plurals
		return false
	}
	node := m.lex.root[id]
	if node == 0 || len(m.lex.senses[node]) == 0 {
		return false
	}
	k := m.lex.senses[node][0].kind
	return k == senseName || k == senseCapital
}

func suffixS(s string) bool {
	return s == "'s" || s == "’s" || s == "'S" || s == "’S" || s == "'" || s == "’"
}

func hyphenOnly(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !isHyphen(r) }) < 0
}

func apostropheOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !isApostrophe(r) }) < 0
}

// hit is a phrase of the lexicon at some token.
type hit struct {
	node int32
	end  int // first token after
	sense
}

// hits are the longest name and the longest role noun at a token, looked up
// once, for at tries several readings of the same words.
type hits struct {
	done       bool
	name, role hit
}

// longest returns the longest name and the longest role noun that begin at
// token i; end is 0 for none.
func (m *matcher) longest(i int) (name, role hit) {
	if i >= len(m.toks) || m.toks[i].word < 0 || m.lex.root[m.toks[i].word] == 0 {
		return name, role
	}
	if m.afterTitle {
		return m.search(i, len(m.toks))
	}
	h := &m.hits[i]
	if !h.done {
		h.name, h.role = m.search(i, len(m.toks))
		h.done = true
	}
	return h.name, h.role
}

// search looks no further than token limit.
func (m *matcher) search(i, limit int) (name, role hit) {
	node := m.lex.root[m.toks[i].word]
	for j := i + 1; node != 0; j++ {
		for _, s := range m.lex.senses[node] {
			switch {
			case s.kind == senseRole:
				if m.roleFits(&m.g.roles[s.entry], i, j) {
					role = hit{node: node, end: j, sense: s}
				}
			case name.end < j && m.caseFits(s.rule, i, j) && !m.otherPerson(s, i, j):
				name = hit{node: node, end: j, sense: s}
			}
		}
		if j >= limit || m.toks[j].comma || m.toks[j].word < 0 {
			break
		}
		node = m.lex.edges[edge(node, m.toks[j].word)]
	}
	return name, role
}

func (m *matcher) caseFits(rule caseRule, i, j int) bool {
	t := &m.toks[i]
	switch rule {
	case caseSome:
		if !m.hasUpper {
			return true
		}
		for k := i; k < j; k++ {
			if m.toks[k].anyUpper {
				return true
			}
		}
		return false
	case caseInitial:
		return t.initial && (m.hasLower || !t.upper) && !m.besideStranger(i, j)
	case caseUpper:
		return t.upper
	case caseLong:
		return t.upper || t.initial
	case caseHard:
		return t.upper && m.hasLower
	case caseMixed:
		return t.initial && t.inner && !t.upper
	}
	return true
}

// besideStranger reports that a capitalised word which no data file knows
// stands beside tokens [i, j): "Michael Jordan", "West Virginia". It says
// nothing in headlines, which capitalise all words.
func (m *matcher) besideStranger(i, j int) bool {
	if m.headline || m.afterTitle {
		return false
	}
	if i > 0 && m.open(i) && !m.toks[i].joined && m.strange(i-1) {
		return true
	}
	return m.open(j) && !m.toks[j].joined && !m.toks[j-1].possessive && m.strange(j)
}

// otherPerson reports that a family name is part of another's full name:
// "Adam Johnson", where the gazetteer has a Johnson.
func (m *matcher) otherPerson(s sense, i, j int) bool {
	return j == i+1 && m.hits != nil && m.g.entries[s.entry].Actor.Kind == schema.Person && m.besideStranger(i, j)
}

func (m *matcher) strange(k int) bool {
	t := &m.toks[k]
	return t.initial && !t.digit && !t.possessive && (t.word < 0 || m.lex.root[t.word] == 0) && !notName(m.text(k))
}

func (m *matcher) roleFits(n *RoleNoun, i, j int) bool {
	if n.Data {
		return false
	}
	if n.Cap && j == i+1 && !m.toks[i].initial && m.toks[i].word == n.words[0] {
		return false
	}
	return true
}

// open reports that token j continues the phrase before it: no comma and no
// article stands between.
func (m *matcher) open(j int) bool {
	return j < len(m.toks) && !m.toks[j].comma && !m.toks[j].afterThe
}

// skip passes over numbers, type designations and adjectives that may stand
// between a holder and a role noun.
func (m *matcher) skip(j int) int {
	const most = 4
	genitive := j > 0 && m.toks[j-1].possessive
	for n := 0; n < most && m.open(j); n++ {
		if !m.modifies(j, genitive) {
			break
		}
		if _, role := m.longest(j); role.end > 0 && !m.g.roles[role.entry].Verb {
			break
		}
		j++
	}
	return j
}

func (m *matcher) modifies(j int, genitive bool) bool {
	t := &m.toks[j]
	switch {
	case t.joined && m.toks[j-1].in == t.in && (t.digit || m.toks[j-1].digit):
		return true // second half of "F-16" or "12-year"
	case j+1 < len(m.toks) && m.toks[j+1].joined && m.toks[j+1].digit:
		return t.upper || t.digit
	case t.digit:
		return genitive || t.anyUpper // "F16"
	case t.word < 0:
		return false
	}
	mod := m.lex.modifiers[t.word]
	return mod == modAdjective || mod == modNumber && genitive
}
