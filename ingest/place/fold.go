package place

import (
	"strings"

	"faultline/schema"
)

// Fold returns the form under which names are compared: lower case ASCII
// words with single blanks, without accents, apostrophes and Arabic articles;
// final -ah and -eh become -a and doubled consonants single, so that "ar-
// Raqqah", "Raqa" and "Al Raqqa" are one. bound tells whether the name is too
// short to go without the article that it has at the front: Al-Bab.
func Fold(name string) (key string, bound bool) {
	article := false
	var b strings.Builder
	var w [maxWord]byte
	first := true
	for i := 0; i < len(name); {
		start, end, next := nextWord(name, i)
		if start < 0 {
			break
		}
		i = next
		word := foldWord(name[start:end], w[:0])
		if len(word) == 0 {
			continue
		}
		if isArticle(word) && hasWord(name, next) {
			article = article || first
			first = false
			continue
		}
		first = false
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.Write(word)
	}
	key = b.String()
	return key, article && len(key) < 6 && !strings.Contains(key, " ")
}

func hasWord(s string, i int) bool {
	start, _, _ := nextWord(s, i)
	return start >= 0
}

// maxWord is the longest word that is looked at, in bytes after folding.
const maxWord = 32

// nextWord finds the next word of s from i on: letters, digits and
// apostrophes within them. start is -1 at the end. A possessive 's is not
// part of the word, next skips it.
func nextWord(s string, i int) (start, end, next int) {
	for i < len(s) && !wordByte(s, i) {
		i += skipMark(s, i)
	}
	if i >= len(s) {
		return -1, -1, len(s)
	}
	start = i
	for i < len(s) {
		if wordByte(s, i) {
			i++
			continue
		}
		n := apostropheAt(s, i)
		if n == 0 || i+n >= len(s) || !wordByte(s, i+n) {
			break
		}
		if c := s[i+n]; (c == 's' || c == 'S') && (i+n+1 >= len(s) || !wordByte(s, i+n+1) && apostropheAt(s, i+n+1) == 0) {
			return start, i, i + n + 1
		}
		i += n
	}
	return start, i, i
}

// wordByte tells whether the byte at i belongs to a word. General
// punctuation (U+2010 to U+203F) and Latin-1 signs do not.
func wordByte(s string, i int) bool {
	c := s[i]
	if c < 0x80 {
		return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
	}
	return markLength(s, i) == 0
}

func skipMark(s string, i int) int {
	if s[i] >= 0x80 {
		if n := markLength(s, i); n > 0 {
			return n
		}
	}
	return 1
}

func markLength(s string, i int) int {
	if i+1 >= len(s) {
		return 0
	}
	switch {
	case s[i] == 0xe2 && s[i+1] == 0x80:
		return min(3, len(s)-i)
	case s[i] == 0xc2 && s[i+1] < 0xc0:
		return 2
	}
	return 0
}

// apostropheAt returns the length of an apostrophe at i, 0 if none: ' ` ’ ‘
// and the transliterations of hamza and ayn.
func apostropheAt(s string, i int) int {
	if i >= len(s) {
		return 0
	}
	switch s[i] {
	case '\'', '`':
		return 1
	case 0xe2:
		if i+2 < len(s) && s[i+1] == 0x80 && (s[i+2] == 0x98 || s[i+2] == 0x99 || s[i+2] == 0x9b) {
			return 3
		}
	}
	return 0
}

// foldWord appends the folded form of one word to buf. Words longer than
// maxWord fold to nothing.
func foldWord(w string, buf []byte) []byte {
	for i := 0; i < len(w); i++ {
		if w[i] >= 0x80 {
			w = strings.Map(plainer, schema.FoldAccents(w))
			break
		}
	}
	if len(w) > 2*maxWord {
		return buf[:0]
	}
	for i := 0; i < len(w); i++ {
		c := w[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c |= 0x20
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		default: // apostrophes, modifier letters, other scripts
			continue
		}
		if len(buf) == maxWord {
			return buf[:0]
		}
		buf = append(buf, c)
	}
	if len(buf) < 5 {
		return buf
	}
	n := 1
	for _, c := range buf[1:] {
		if c == buf[n-1] && c != 'a' && c != 'e' && c != 'i' && c != 'o' && c != 'u' {
			continue
		}
		buf[n] = c
		n++
	}
	buf = buf[:n]
	if n > 4 && buf[n-1] == 'h' && (buf[n-2] == 'a' || buf[n-2] == 'e') {
		buf[n-2] = 'a'
		buf = buf[:n-1]
	}
	return buf
}

// plainer maps letters of transliterations from Arabic, Hebrew and Azeri.
func plainer(r rune) rune {
	switch r {
	case 'ḩ', 'ẖ':
		return 'h'
	case 'Ḩ':
		return 'H'
	case 'ḑ', 'ḏ':
		return 'd'
	case 'Ḑ', 'Ḏ':
		return 'D'
	case 'ẕ':
		return 'z'
	case 'ṯ', 'ẗ':
		return 't'
	case 'ǝ':
		return 'a'
	}
	return r
}

// isArticle tells whether a folded word is the Arabic article, with its
// assimilated and dialect forms.
func isArticle(w []byte) bool {
	switch string(w) {
	case "al", "el", "ad", "adh", "an", "ar", "as", "ash", "at", "ath", "az", "ed", "en", "er", "es", "esh", "et", "ez", "ul", "il":
		return true
	}
	return false
}

// hash of a folded word, FNV-1a.
func hashWord(w []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range w {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// join extends the hash of a phrase by a word.
func join(phrase, word uint64) uint64 {
	return (phrase<<7|phrase>>57)*0x9E3779B97F4A7C15 ^ word
}
