package gazetteer

import (
	"strings"

	"faultline/schema"
)

// Word is one token of a sentence. Start and End are byte offsets into
// whatever text the caller keeps; Match only compares and returns them.
type Word struct {
	Text       string
	Start, End int
}

// MatchKind is what sort of expression was found.
type MatchKind string

// The kinds of match.
const (
	MatchName      MatchKind = "name"       // Hezbollah, Syria, Bashar al-Assad, Syrian government
	MatchAdjective MatchKind = "adjective"  // Syrian, without a role noun after it
	MatchPeople    MatchKind = "people"     // Syrians
	MatchCapital   MatchKind = "capital"    // Damascus
	MatchRole      MatchKind = "role"       // rebels: a role noun without a holder
	MatchCombined  MatchKind = "combined"   // Syrian army, US-backed rebels, president of Georgia
	MatchTitleName MatchKind = "title+name" // Syrian president Bashar al-Assad
	MatchAttribute MatchKind = "attribute"  // US-backed, rebel-held: no actor of the sentence
)

// Attribute is a patron or opponent named in a compound: "US-backed",
// "pro-Russian", "anti-Assad", "Saudi-led".
type Attribute struct {
	Relation string // "aligned", "led", "anti" or "place"
	Actor    schema.ActorID
}

// Match is one expression found in a sentence.
type Match struct {
	Kind        MatchKind
	First, Last int // words [First, Last)
	Start, End  int // bytes; within a word if the expression is half a compound

	// NameStart and NameEnd are the bytes of the shortest part that names
	// the actor: the person of a title+name, else Start and End.
	NameStart, NameEnd int

	// Actors are the candidates, likeliest first: several when a name is
	// ambiguous, none for a role without a holder.
	Actors []schema.ActorID
	// Actor is the first candidate with its fields, which for a combined
	// actor are in no data file; zero for a role without a holder. A person
	// that only this text names is Unreviewed.
	Actor schema.Actor

	Holder     schema.ActorID // whom the role belongs to, "" for none
	Role       string         // singular of the role noun, "" for none
	ActorKind  schema.ActorKind
	Class      Class // of the role noun, "" for none
	Attributes []Attribute
}

// Match finds names, adjectives, peoples, capitals, titles with names, role
// nouns and their combinations in a sentence: from left to right, the
// longest at each word, without overlaps. Words of one hyphened compound may
// end up in two matches ("Israeli-Palestinian"). Commas and other marks
// between words end an expression. The matches come in text order.
func (g *Gazetteer) Match(words []Word) []Match {
	sp, _ := g.scratch.Get().(*scratch)
	if sp == nil {
		sp = &scratch{}
	}
	defer g.scratch.Put(sp)
	m := matcher{g: g, lex: &g.lex, words: words, toks: sp.toks[:0]}
	m.tokenise(&sp.scan)
	if cap(sp.hits) < len(m.toks) {
		sp.hits = make([]hits, 2*len(m.toks))
	}
	m.hits = sp.hits[:len(m.toks)]
	clear(m.hits)
	sp.toks = m.toks
	var found []Match
	for i := 0; i < len(m.toks); {
		match, next, ok := m.at(i)
		if ok {
			if found == nil {
				found = make([]Match, 0, 8)
			}
			found = append(found, match)
		}
		i = max(next, i+1)
	}
	return found
}

// scratch is what Match keeps between calls, to allocate only its result.
type scratch struct {
	scan scanner
	toks []token
	hits []hits
}

// text is a token as written.
func (m *matcher) text(k int) string {
	t := &m.toks[k]
	w := m.words[t.in]
	return w.Text[t.start-w.Start : t.end-w.Start]
}

// bare returns the end of a token without its possessive 's.
func (m *matcher) bare(k int) int {
	t := &m.toks[k]
	if t.possessive {
		if at := strings.LastIndexFunc(m.text(k), isApostrophe); at > 0 {
			return t.start + at
		}
	}
	return t.end
}

// finish sets the span of tokens [i, end).
func (m *matcher) finish(match Match, i, end int) Match {
	match.First, match.Last = int(m.toks[i].in), int(m.toks[end-1].in)+1
	match.Start, match.End = m.toks[i].start, m.bare(end-1)
	match.NameStart, match.NameEnd = match.Start, match.End
	return match
}

// named sets the span of tokens [i, to) whose name begins at token from.
func (m *matcher) named(match Match, i, from, to int) Match {
	match = m.finish(match, i, to)
	match.NameStart = m.toks[from].start
	return match
}

func (m *matcher) setRole(match *Match, n *RoleNoun) {
	match.Role, match.Class = n.Singular, n.Class
}

func (m *matcher) setActor(match *Match, a schema.Actor) {
	match.Actor, match.ActorKind = a, a.Kind
	match.Actors = []schema.ActorID{a.ID}
}
