package evaluate

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold makes names comparable: lower-case ASCII letters and digits, words
// apart by one space, without articles and possessive s.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if r < utf8.RuneSelf {
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			b.WriteRune(r)
		}
	}
	plain := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return ' '
	}, strings.ReplaceAll(b.String(), "'s ", " "))
	words := strings.Fields(plain)
	kept := words[:0]
	for _, w := range words {
		if w != "the" && w != "a" && w != "an" {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// wordsIn reports whether one contains the other as whole words.
func wordsIn(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	a, b = " "+a+" ", " "+b+" "
	return strings.Contains(a, b) || strings.Contains(b, a)
}

var pronouns = map[string]bool{
	"he": true, "she": true, "it": true, "they": true, "him": true, "her": true, "them": true,
	"his": true, "its": true, "their": true,
}

// sameActor reports whether a claim's actor is the annotated one: equal names
// or words, or one contains the other as whole words.
func sameActor(p *Actor, g *Party) bool {
	gold := []string{fold(g.Name)}
	for _, t := range g.Texts {
		if t = fold(t); t != "" {
			gold = append(gold, t)
		}
	}
	for _, n := range []string{fold(p.Name), fold(p.Text)} {
		if n == "" {
			continue
		}
		for _, x := range gold {
			if n == x {
				return true
			}
			if !pronouns[n] && !pronouns[x] && len(n) > 2 && len(x) > 2 && wordsIn(n, x) {
				return true
			}
		}
	}
	return false
}

// sameSide reports whether some actor is on both sides, or both are empty.
func sameSide(ps []Actor, gs []Party) bool {
	if len(ps) == 0 || len(gs) == 0 {
		return len(ps) == 0 && len(gs) == 0
	}
	for i := range ps {
		for k := range gs {
			if sameActor(&ps[i], &gs[k]) {
				return true
			}
		}
	}
	return false
}
