package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lemmas are the lemmatizer's tables.
type Lemmas struct {
	Words map[string]string // "form\tXPOS" to lemma: what the rules get wrong
	Rules map[string]Rule   // "suffix\tXPOS" to rule; the longest suffix wins
}

// Rule makes a lemma: cut bytes from the end of the form, then add a suffix.
type Rule struct {
	Cut int
	Add string
}

// MaxSuffix is the longest suffix, in bytes, that a rule looks at.
const MaxSuffix = 5

// Of gives the lemma of a form with its Penn tag. A tag that ends in "+POS"
// marks a possessive without apostrophe, whose s is cut first.
func (l *Lemmas) Of(form, xpos string) string {
	if len(form) > maxForm {
		return form
	}
	if base, ok := strings.CutSuffix(xpos, "+POS"); ok {
		xpos = base
		if n := len(form); n > 2 && (form[n-1] == 's' || form[n-1] == 'S') && !strings.HasSuffix(base, "S") {
			form = form[:n-1]
		}
	}
	key := LemmaKey(form, xpos)
	var buf [2 * maxForm]byte
	k := append(append(append(buf[:0], key...), '\t'), xpos...)
	if w, ok := l.Words[string(k)]; ok {
		return w
	}
	return l.ByRule(key, xpos)
}

// LemmaKey is the form as the tables have it: names keep their case unless
// they are all capitals, all other words are lower-cased.
func LemmaKey(form, xpos string) string {
	if !strings.HasPrefix(xpos, "NNP") {
		return strings.ReplaceAll(strings.ToLower(form), "’", "'")
	}
	if utf8.RuneCountInString(form) > 4 && strings.ToUpper(form) == form {
		r, n := utf8.DecodeRuneInString(form)
		if unicode.IsLetter(r) {
			return form[:n] + strings.ToLower(form[n:])
		}
	}
	return form
}

// ByRule applies the rule of the longest known suffix to a key.
func (l *Lemmas) ByRule(key, xpos string) string {
	var buf [2 * maxForm]byte
	for n := min(MaxSuffix, len(key)); n >= 0; n-- {
		k := append(append(append(buf[:0], key[len(key)-n:]...), '\t'), xpos...)
		if r, ok := l.Rules[string(k)]; ok && r.Cut <= len(key) && (r.Cut < len(key) || r.Add != "") {
			return key[:len(key)-r.Cut] + r.Add
		}
	}
	return key
}
