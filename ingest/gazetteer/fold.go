package gazetteer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"faultline/schema"
)

// Fold reduces a name to what lookups compare: lower case, no accents,
// apostrophes, dots or possessive 's, hyphens and other signs as spaces,
// every "the" dropped, Arabic articles written "al" (el-, ul-, and before a
// hyphen as-, ash-, ad-, ar-, an-, at-, az-), "&" as "and", "St" as "saint",
// American spellings of a few words as British ones. Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	var buf [256]byte
	out := buf[:0]
	sc := scanner{text: s}
	for sc.next() {
		if sc.the {
			continue
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, sc.word...)
	}
	if len(out) == 0 && strings.EqualFold(strings.TrimSpace(s), "the") {
		return "the"
	}
	return string(out)
}

// scanner splits a text into folded words without allocating for ASCII.
type scanner struct {
	text string
	pos  int
	buf  [64]byte

	word       []byte // folded, valid until the next call
	start, end int    // bytes of the word in text
	joined     bool   // a hyphen stands between it and the word before
	the        bool   // it is the article
	possessive bool   // it ended in 's
	initial    bool   // its first letter is upper case
	upper      bool   // it has letters, all upper case
	anyUpper   bool
	inner      bool // a letter after the first is upper case
	digit      bool // it has a digit
	comma      bool // punctuation that parts phrases stood before it
}

func (s *scanner) reset(text string) { s.text, s.pos, s.start, s.end = text, 0, 0, 0 }

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', '`', '´', 'ʿ', 'ʾ', 'ʻ', 'ʼ', '′':
		return true
	}
	return false
}

func isHyphen(r rune) bool { return r == '-' || (r >= '‐' && r <= '–') || r == '−' }

// parts reports punctuation that no phrase spans.
func parts(r rune) bool {
	switch r {
	case '—', '―', ',', ';', ':', '!', '?', '(', ')', '[', ']', '…', '"', '“', '”', '«', '»':
		return true
	}
	return false
}

func (s *scanner) next() bool {
	s.joined, s.comma = false, false
	hyphen := false
	for s.pos < len(s.text) {
		r, n := s.rune()
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '&' {
			break
		}
		switch {
		case isHyphen(r):
			hyphen = true
		case parts(r):
			s.comma = true
			hyphen = false
		case !isApostrophe(r) && r != '.':
			hyphen = false
		}
		s.pos += n
	}
	if s.pos >= len(s.text) {
		return false
	}
	s.joined = hyphen && s.start < s.end // there was a word before
	s.read()
	return true
}

// rune decodes at pos; ASCII is the common case.
func (s *scanner) rune() (rune, int) {
	if c := s.text[s.pos]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(s.text[s.pos:])
}

func (s *scanner) read() {
	s.start = s.pos
	s.word = s.buf[:0]
	s.possessive, s.initial, s.upper, s.anyUpper, s.inner, s.digit, s.the = false, false, true, false, false, false, false
	letters, segment, apostrophe := 0, 0, -1
	if s.text[s.pos] == '&' {
		s.pos++
		s.end = s.pos
		s.word, s.upper = append(s.word, "and"...), false
		return
	}
	for s.pos < len(s.text) {
		r, n := s.rune()
		switch {
		case unicode.IsLetter(r):
			if unicode.IsUpper(r) {
				s.anyUpper = true
				s.initial = s.initial || letters == 0
				s.inner = s.inner || letters > 0
			} else if unicode.IsLower(r) {
				s.upper = false
			}
			letters++
			if r < utf8.RuneSelf {
				s.word = append(s.word, byte(r|0x20))
			} else {
				// lower first: some capitals have marks only once lowered
				s.word = append(s.word, schema.FoldAccents(string(unicode.ToLower(r)))...)
			}
			segment++
			s.pos += n
			s.end = s.pos
			continue
		case unicode.IsDigit(r):
			s.digit = true
			s.word = utf8.AppendRune(s.word, r)
			s.pos += n
			s.end = s.pos
			continue
		case isApostrophe(r):
			apostrophe = len(s.word)
			s.pos += n
			continue
		case r == '.' && segment <= 1: // U.S., but not "Homs.The"
			segment = 0
			s.pos += n
			if letters > 1 && apostrophe < 0 {
				s.end = s.pos // the last dot of "U.S." is part of it
			}
			continue
		case unicode.Is(unicode.Mn, r):
			s.pos += n
			continue
		}
		break
	}
	s.upper = s.upper && letters > 0
	if apostrophe > 0 && apostrophe == len(s.word)-1 && s.word[apostrophe] == 's' {
		s.word, s.possessive = s.word[:apostrophe], true
		// "US's" is upper case, though its ending is not
		s.upper = letters > 1 && strings.IndexFunc(s.text[s.start:s.end-1], unicode.IsLower) < 0
	} else if apostrophe > 0 && apostrophe == len(s.word) {
		s.possessive = s.word[len(s.word)-1] == 's'
	}
	s.normalise()
}

// normalise applies the rewritings of whole words.
func (s *scanner) normalise() {
	hyphenNext := false
	if s.pos < len(s.text) {
		r, _ := s.rune()
		hyphenNext = isHyphen(r)
	}
	switch string(s.word) {
	case "the":
		s.the = true
	case "el", "ul", "ud", "ur":
		s.word = append(s.word[:0], "al"...)
	case "as", "ash", "ad", "adh", "an", "ar", "at", "ath", "az":
		if hyphenNext {
			s.word = append(s.word[:0], "al"...)
		}
	case "st":
		s.word = append(s.word[:0], "saint"...)
	case "defense":
		s.word = append(s.word[:0], "defence"...)
	case "labor":
		s.word = append(s.word[:0], "labour"...)
	case "center":
		s.word = append(s.word[:0], "centre"...)
	case "organization":
		s.word = append(s.word[:0], "organisation"...)
	case "organizations":
		s.word = append(s.word[:0], "organisations"...)
	case "program":
		s.word = append(s.word[:0], "programme"...)
	case "armored":
		s.word = append(s.word[:0], "armoured"...)
	case "organized":
		s.word = append(s.word[:0], "organised"...)
	case "stabilization":
		s.word = append(s.word[:0], "stabilisation"...)
	case "mobilization":
		s.word = append(s.word[:0], "mobilisation"...)
	case "guerilla":
		s.word = append(s.word[:0], "guerrilla"...)
	case "guerillas":
		s.word = append(s.word[:0], "guerrillas"...)
	case "protestor":
		s.word = append(s.word[:0], "protester"...)
	case "protestors":
		s.word = append(s.word[:0], "protesters"...)
	}
}
