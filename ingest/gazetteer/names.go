package gazetteer

import (
	"cmp"
	"slices"
	"strings"

	"faultline/schema"
)

// Named returns the actors that a whole name stands for, likeliest first:
// by name, else by adjective, people or capital. Case, accents, hyphens,
// apostrophes and a leading article do not matter (see Fold), except that
// abbreviations and names that are English words want their capitals: "US",
// "Turkey".
func (g *Gazetteer) Named(name string) []schema.ActorID {
	found := g.lookup(name, false)
	if len(found) == 0 {
		return nil
	}
	ids := make([]schema.ActorID, len(found))
	for i, e := range found {
		ids[i] = g.entries[e].Actor.ID
	}
	return ids
}

// lookup returns the entries of Named; lenient ignores case.
func (g *Gazetteer) lookup(name string, lenient bool) []int32 {
	node, ok := g.lex.find(name)
	if !ok {
		return nil
	}
	m := matcher{g: g, lex: &g.lex, words: []Word{{Text: name, End: len(name)}}}
	if !lenient {
		m.tokenise(&scanner{})
		m.hasLower = true // a name alone is no sentence in capitals
	}
	var found []int32
	first := senseRole
	for _, s := range g.lex.senses[node] {
		if s.kind == senseRole || s.kind > first {
			break
		}
		if lenient || (s.rule == caseSome || len(m.toks) > 0 && m.caseFits(s.rule, 0, len(m.toks))) {
			found = append(found, s.entry)
			first = s.kind
		}
	}
	return found
}

// Suggestion is an actor whose name is like one that was asked for.
type Suggestion struct {
	ID    schema.ActorID
	Name  string  // of the actor
	Alias string  // the name that is alike
	Score float64 // 0…1, 1 the same
}

// Nearest returns up to n actors with the most similar names, best first,
// then by id: by edit distance, by beginning alike, and by having the words
// asked for. It looks through every name and takes some milliseconds.
func (g *Gazetteer) Nearest(name string, n int) []Suggestion {
	want := Fold(name)
	if want == "" || n <= 0 {
		return nil
	}
	var found []Suggestion
	for i := range g.entries {
		e := &g.entries[i]
		best := Suggestion{ID: e.Actor.ID, Name: e.Actor.Name}
		try := func(alias string) {
			if s := similarity(want, Fold(alias)); s > best.Score {
				best.Alias, best.Score = alias, s
			}
		}
		try(e.Actor.Name)
		for _, list := range [][]string{e.Actor.Aliases, e.Adjectives, e.People} {
			for _, alias := range list {
				try(alias)
			}
		}
		if best.Score >= leastSimilar {
			found = append(found, best)
		}
	}
	slices.SortFunc(found, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return found[:min(n, len(found))]
}

const leastSimilar = 0.6

// similarity of two folded names, 0…1.
func similarity(want, have string) float64 {
	if want == have {
		return 1
	}
	longer := max(len(want), len(have))
	score := 0.0
	if limit := longer * 2 / 5; abs(len(want)-len(have)) <= limit {
		score = 1 - float64(distance(want, have, limit))/float64(longer)
	}
	if strings.HasPrefix(have, want) && len(want) > 1 {
		score = max(score, 0.7+0.25*float64(len(want))/float64(longer))
	}
	if containsWords(have, want) {
		score = max(score, 0.65+0.25*float64(len(want))/float64(longer))
	}
	return score
}

// containsWords reports whether every word of want is a word of have.
func containsWords(have, want string) bool {
	if len(want) < 3 {
		return false
	}
	for w := range strings.FieldsSeq(want) {
		at := strings.Index(have, w)
		for at >= 0 {
			if (at == 0 || have[at-1] == ' ') && (at+len(w) == len(have) || have[at+len(w)] == ' ') {
				break
			}
			next := strings.Index(have[at+1:], w)
			if next < 0 {
				at = -1
				break
			}
			at += 1 + next
		}
		if at < 0 {
			return false
		}
	}
	return true
}

// distance is the number of letters to insert, delete, replace or swap with
// their neighbour (optimal string alignment), or limit+1 if more than limit.
func distance(a, b string, limit int) int {
	if len(b) > 255 || len(a) > 255 {
		return limit + 1
	}
	var rows [3][256]int
	prev2, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, prev2[j-2]+1)
			}
			cur[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
