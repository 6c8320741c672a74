package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Features are what the network sees of one word form, its context aside.
type Features struct {
	Vec   int32 // row of the pretrained vectors, -1 when unknown
	Word  int32 // row of the learned vectors, -1 when unknown
	Grams [9]int32
	Shape [4]int32
}

// maxForm bounds the bytes of a word that are looked at.
const maxForm = 40

// Normal maps a form to the key of the word tables: lower case, curly
// apostrophes made straight, digits made zero in long numbers.
func Normal(form string) string {
	if len(form) > maxForm {
		form = form[:maxForm]
	}
	plain := true
	for i := 0; i < len(form); i++ {
		if c := form[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '`' {
			plain = false
			break
		}
	}
	if plain {
		return form
	}
	digits := 0
	var b strings.Builder
	for _, r := range form {
		switch {
		case '0' <= r && r <= '9':
			digits++
			b.WriteByte('0')
		case r == '’' || r == '‘' || r == '`':
			b.WriteByte('\'')
		case r == '“' || r == '”':
			b.WriteByte('"')
		case r == '–' || r == '‑':
			b.WriteByte('-')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	if digits == 1 && len(form) == 1 || digits > 0 && digits <= 2 && digits == len(form) {
		return form // small numbers are words of their own
	}
	return b.String()
}

// Of gives the features of a form.
func (m *Model) Of(form string) Features {
	var f Features
	low := Normal(form)
	f.Vec, f.Word = -1, -1
	if i, ok := m.Vecs[low]; ok {
		f.Vec = i
	} else if i, ok := m.Vecs[strings.ToLower(form[:min(len(form), maxForm)])]; ok {
		f.Vec = i
	}
	if i, ok := m.Word[low]; ok {
		f.Word = i
	}
	// Prefixes of 1 to 3 bytes, suffixes of 1 to 5, and the whole form.
	n := len(low)
	for k := 1; k <= 3; k++ {
		f.Grams[k-1] = hash("<", low[:min(k, n)], byte(k))
	}
	for k := 1; k <= 5; k++ {
		f.Grams[k+2] = hash(">", low[n-min(k, n):], byte(k))
	}
	f.Grams[8] = hash("=", low, 0)
	f.Shape = shape(form)
	if f.Shape[3] == endsInS {
		f.Shape[3] += m.plural(form, f.Vec)
	}
	return f
}

func hash(kind, s string, k byte) int32 {
	h := uint32(2166136261)
	h = (h ^ uint32(kind[0])) * 16777619
	h = (h ^ uint32(k)) * 16777619
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	h ^= h >> 15
	return int32(h % Grams)
}

// endsInS is the shape of words that end in s; plural adds to it.
const endsInS = 40

// plural classes how likely the last s of a form is an inflection of the rest,
// by how much more frequent the rest is: rows of the vectors are in order of
// frequency. "Turkeys" in news is the genitive of a name, not the plural of a
// bird.
func (m *Model) plural(form string, row int32) int32 {
	if len(form) > maxForm || len(form) < 3 {
		return 0
	}
	upper := int32(0)
	if 'A' <= form[0] && form[0] <= 'Z' {
		upper = 4
	}
	base, ok := m.Vecs[Normal(form[:len(form)-1])]
	switch {
	case !ok:
		return upper
	case row < 0:
		return upper + 1
	case base*4 < row:
		return upper + 2
	}
	return upper + 3
}

// LostApostrophe says whether the last s of a form is more likely a possessive
// than a plural: the rest is a known word, and far more frequent.
func (m *Model) LostApostrophe(form string) bool {
	n := len(form)
	if n < 4 || n > maxForm || form[n-1] != 's' {
		return false
	}
	row, known := m.Vecs[Normal(form)]
	base, ok := m.Vecs[Normal(form[:n-1])]
	return ok && (!known || base*4 < row)
}

// shape classes the letters' case, the foreign characters, the ends and the
// length of a form; each class has its own range of rows.
func shape(form string) [4]int32 {
	if len(form) > maxForm {
		form = form[:maxForm]
	}
	var upper, lower, digit, hyphen, other, n int
	first, last := rune(0), rune(0)
	for _, r := range form {
		if n == 0 {
			first = r
		}
		last = r
		n++
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLetter(r):
			lower++
		case unicode.IsDigit(r):
			digit++
		case r == '-' || r == '‑':
			hyphen++
		default:
			other++
		}
	}
	var s [4]int32
	switch { // 0..9: case
	case upper == 0 && lower > 0:
		s[0] = 1
	case upper == 1 && n == 1:
		s[0] = 2
	case upper > 0 && lower == 0:
		s[0] = 3
	case unicode.IsUpper(first) && upper == 1:
		s[0] = 4
	case unicode.IsUpper(first):
		s[0] = 5
	case upper > 0:
		s[0] = 6
	}
	switch { // 10..19: digits and marks
	case digit == n:
		s[1] = 11
	case digit > 0 && upper+lower == 0:
		s[1] = 12
	case digit > 0:
		s[1] = 13
	case hyphen > 0 && n > 1:
		s[1] = 14
	case other > 0 && upper+lower > 0:
		s[1] = 15
	case other == n:
		s[1] = 16
	default:
		s[1] = 10
	}
	s[2] = 20 + int32(min(n, 11)) // 20..31: length
	switch {                      // 32..: last character
	case last == 's':
		s[3] = endsInS
	case last == 'S':
		s[3] = 34
	case last == '.':
		s[3] = 35
	case last >= utf8.RuneSelf:
		s[3] = 36
	default:
		s[3] = 32
	}
	return s
}
