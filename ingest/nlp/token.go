package nlp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece is a token before analysis. glued means that no white space stands
// between it and the token before.
type piece struct {
	start, end int
	glued      bool
}

// lexer cuts one segment of text into pieces. Every decision looks at a
// bounded number of bytes around the cursor, so its time is linear.
type lexer struct {
	text string
	end  int // of the segment
	out  []piece
	pos  int  // cursor
	gap  bool // white space before the cursor
	head int  // start of the segment, for list numbers
}

// lex appends the pieces of text[start:end] to out.
func lex(text string, start, end int, out []piece) []piece {
	lx := lexer{text: text, end: end, out: out, pos: start, gap: true, head: start}
	for lx.pos < lx.end {
		r, n := lx.runeAt(lx.pos)
		switch {
		case unicode.IsSpace(r) || isIgnorable(r):
			lx.pos += n
			lx.gap = true
		case isWordRune(r):
			lx.word()
		default:
			lx.symbol(r, n)
		}
	}
	return lx.out
}

// runeAt decodes the rune at i; past the end it returns 0, 0. An invalid byte
// is one rune of its own.
func (lx *lexer) runeAt(i int) (rune, int) {
	if i >= lx.end {
		return 0, 0
	}
	if c := lx.text[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(lx.text[i:lx.end])
}

// before decodes the rune that ends at i.
func (lx *lexer) before(i int) rune {
	if i <= lx.head {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(lx.text[lx.head:i])
	return r
}

func (lx *lexer) emit(start, end int) {
	lx.out = append(lx.out, piece{start, end, !lx.gap})
	lx.gap = false
	lx.pos = end
}

func isIgnorable(r rune) bool {
	return r < 0x20 || r == 0x7f || r == 0xfeff || r == 0x200b || r == 0x200e || r == 0x200f || r == 0xad
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return r != utf8.RuneError && unicode.IsLetter(r)
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == '`' || r == 'ʼ' || r == '´' }

// run measures the run of letters (or digits) from i, at most max bytes.
func (lx *lexer) run(i, max int, is func(rune) bool) int {
	j := i
	for j < lx.end && j-i < max {
		r, n := lx.runeAt(j)
		if !is(r) {
			break
		}
		j += n
	}
	return j - i
}

// word reads a token that starts with a letter or a digit at the cursor, with
// the clitics that hang on it.
func (lx *lexer) word() {
	s := lx.pos
	if k := lx.address(s); k > 0 {
		lx.emit(s, k)
		return
	}
	j := s    // end of the word so far
	seg := s  // start of the part since the last full stop
	dots := 0 // full stops inside the word
scan:
	for j < lx.end {
		r, n := lx.runeAt(j)
		if isWordRune(r) {
			j += n
			continue
		}
		if j == s {
			break
		}
		prev := lx.before(j)
		next, nn := lx.runeAt(j + n)
		switch {
		case isApostrophe(r):
			if !isLetter(next) {
				break scan
			}
			k := j + n + lx.run(j+n, 16, isLetter)
			after, _ := lx.runeAt(k)
			if r == '`' && k-(j+n) > 2 {
				break scan
			}
			if !isWordRune(after) {
				switch strings.ToLower(lx.text[j+n : k]) {
				case "s", "m", "d", "re", "ve", "ll":
					lx.finish(s, j)
					lx.emit(j, k)
					return
				case "t":
					if (prev == 'n' || prev == 'N') && j-s > 2 {
						lx.emit(s, j-1)
						lx.emit(j-1, k)
						return
					}
				}
			}
			j += n
		case r == '.':
			switch {
			case isDigit(prev) && isDigit(next):
				j += n
			case isLetter(next):
				if j-seg <= 2 && (dots > 0 || single(lx.text[seg:j]) || lx.text[seg:j] == "Ph") && lx.shortRun(j+n) {
					j += n
					dots++
					seg = j
					continue
				}
				if lx.domainAt(j + n) {
					j += n
					dots++
					seg = j
					continue
				}
				break scan
			default:
				if lx.keepsStop(s, j, dots, seg) {
					j += n
				}
				break scan
			}
		case r == ',':
			if !isDigit(prev) || !isDigit(next) {
				break scan
			}
			if d := lx.run(j+n, 4, isDigit); d != 3 {
				if c, _ := lx.runeAt(j + n + d); d != 2 || c != ',' {
					break scan
				}
			}
			j += n
		case r == ':':
			if !isDigit(prev) || !isDigit(next) {
				break scan
			}
			j += n
		case r == '/':
			if isDigit(prev) && isDigit(next) || slashed[strings.ToLower(lx.text[s:min(j+n+nn, s+4)])] {
				j += n
				continue
			}
			break scan
		case r == '-' || r == '‑':
			if !isWordRune(next) || !lx.keepsHyphen(s, j, j+n) {
				break scan
			}
			j += n
		case r == '&':
			if unicode.IsUpper(prev) && unicode.IsUpper(next) && j-s <= 4 {
				j += n
				continue
			}
			break scan
		case r == '$':
			if j-s <= 2 && dollars[lx.text[s:j]] {
				j += n
			}
			break scan
		case r == '*':
			if isLetter(prev) && isLetter(next) {
				j += n
				continue
			}
			break scan
		default:
			break scan
		}
	}
	lx.finish(s, j)
}

// single says whether s is one letter.
func single(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n == len(s)
}

// shortRun says whether the letters at i are one letter, or two followed by a
// full stop: the next part of an acronym such as U.S. or Ph.D.
func (lx *lexer) shortRun(i int) bool {
	_, n := lx.runeAt(i)
	r, m := lx.runeAt(i + n)
	if !isWordRune(r) {
		return true
	}
	after, _ := lx.runeAt(i + n + m)
	return after == '.'
}

// domainAt says whether an internet domain's last part or a file's extension
// stands at i.
func (lx *lexer) domainAt(i int) bool {
	n := lx.run(i, 8, isLetter)
	r, _ := lx.runeAt(i + n)
	return !isLetter(r) && !isDigit(r) && domains[lx.text[i:i+n]]
}

// address finds the end of an internet or mail address that starts at s, or 0.
func (lx *lexer) address(s int) int {
	if k := lx.mail(s); k > 0 {
		return k
	}
	t := lx.text[s:lx.end]
	if len(t) < 5 {
		return 0
	}
	switch t[0] {
	case 'h', 'H', 'w', 'W', 'f':
	default:
		return 0
	}
	low := strings.ToLower(t[:min(len(t), 8)])
	if !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://") &&
		!strings.HasPrefix(low, "www.") && !strings.HasPrefix(low, "ftp://") {
		return 0
	}
	j := s
	for j < lx.end {
		r, n := lx.runeAt(j)
		if unicode.IsSpace(r) || r == '"' || r == '<' || r == '>' || r == '”' {
			break
		}
		j += n
	}
	for j > s+4 && strings.IndexByte(".,;:!?)]}'", lx.text[j-1]) >= 0 {
		j--
	}
	return j
}

// mail finds the end of a mail address (a.b@c.d) or of a domain name with a
// known ending (a-b.c.org) at s, or 0.
func (lx *lexer) mail(s int) int {
	at, dots, dot := 0, 0, 0
	j := s
	end := min(lx.end, s+80)
	for ; j < end; j++ {
		c := lx.text[j]
		switch {
		case c == '@' && at == 0 && j > s:
			at = j
		case c == '.':
			dots++
			dot = j
		case c == '-' || c == '+' || c == '%' || isWordRune(rune(c)) && c < utf8.RuneSelf:
		default:
			end = j
		}
	}
	if at == 0 && dots == 0 {
		return 0
	}
	j = min(j, end)
	for j > s && strings.IndexByte(".-+%@", lx.text[j-1]) >= 0 {
		if j--; lx.text[j] == '.' {
			dots--
			dot = s + strings.LastIndexByte(lx.text[s:j], '.')
		}
	}
	if at > 0 && at < j-1 {
		return j
	}
	first := strings.IndexByte(lx.text[s:j], '.')
	if dots < 1 || dot < s || first < 2 || isDigit(rune(lx.text[s])) || !domains[lx.text[dot+1:j]] || at > 0 {
		return 0
	}
	return j
}

// keepsStop says whether the full stop at j belongs to the word text[s:j].
func (lx *lexer) keepsStop(s, j, dots, seg int) bool {
	if j-s > 12 {
		return false
	}
	w := lx.text[s:j]
	if dots > 0 {
		return j-seg <= 2 && !isDigit(lx.before(j)) // U.S.  a.m.  Ph.D.
	}
	after, n := lx.runeAt(j + 1)
	if after == '.' {
		return false // an ellipsis
	}
	next, _ := lx.runeAt(lx.skipSpace(j + 1))
	if single(w) {
		r, _ := utf8.DecodeRuneInString(w)
		switch {
		case unicode.IsUpper(r):
			// "J. Smith", but "he and I."
			return w != "I" || len(lx.out) > 0 && !lx.gap || unicode.IsUpper(next) && lx.afterCapital()
		case isDigit(r):
			return s == lx.head && unicode.IsSpace(after) // "1. First point"
		default:
			return isDigit(next) && (w == "c" || w == "p" || w == "v")
		}
	}
	if isDigit(rune(w[0])) {
		return s == lx.head && len(w) == 2 && n > 0 && unicode.IsSpace(after)
	}
	switch abbreviations[strings.ToLower(w)] {
	case abbrTitle, abbrEnds:
		return true
	case abbrCapital:
		return unicode.IsUpper(rune(w[0]))
	case abbrNumber:
		return isDigit(next)
	}
	return false
}

func (lx *lexer) skipSpace(i int) int {
	for k := 0; i < lx.end && k < 8; k++ {
		r, n := lx.runeAt(i)
		if !unicode.IsSpace(r) {
			break
		}
		i += n
	}
	return i
}

// afterCapital says whether the token before the cursor is capitalised.
func (lx *lexer) afterCapital() bool {
	if len(lx.out) == 0 {
		return true
	}
	r, _ := utf8.DecodeRuneInString(lx.text[lx.out[len(lx.out)-1].start:])
	return unicode.IsUpper(r)
}

// keepsHyphen says whether the hyphen text[j:k] stays inside the word that
// starts at s: after a bound prefix, in a telephone number, in a date.
func (lx *lexer) keepsHyphen(s, j, k int) bool {
	if j-s > 24 {
		return false
	}
	w := lx.text[s:j]
	if prefixes[strings.ToLower(w)] {
		return true
	}
	if !isDigit(rune(w[len(w)-1])) {
		return false
	}
	// Groups of digits around the hyphen decide: 713-853-3989, 853-3989,
	// 11-20-2000, 2014-11-24; a plain pair such as 1969-1970 is a range.
	var groups []int
	n := 0
	end := min(lx.end, s+40)
	i := s
	for ; i < end; i++ {
		c := lx.text[i]
		if c == '-' {
			groups = append(groups, n)
			n = 0
		} else if isDigit(rune(c)) {
			n++
		} else {
			break
		}
	}
	if r, _ := lx.runeAt(i); isLetter(r) {
		return false
	}
	groups = append(groups, n)
	switch len(groups) {
	case 2:
		return groups[0] == 3 && groups[1] == 4
	case 3, 4:
		for _, g := range groups {
			if g == 0 {
				return false
			}
		}
		return true
	}
	return false
}

// finish emits the word text[s:j], divided where it is a contraction written
// together or a number with its unit.
func (lx *lexer) finish(s, j int) {
	w := lx.text[s:j]
	if len(w) <= 8 {
		if cut, ok := contractions[strings.ToLower(w)]; ok && w != "CANT" {
			lx.emit(s, s+cut)
			lx.emit(s+cut, j)
			return
		}
	}
	if isDigit(rune(w[0])) && len(w) <= 20 {
		if d := numberEnd(w); d < len(w) && units[strings.ToLower(w[d:])] {
			lx.emit(s, s+d)
			lx.emit(s+d, j)
			return
		}
	}
	lx.emit(s, j)
}

// numberEnd measures the digits and separators that w starts with.
func numberEnd(w string) int {
	i := 0
	for i < len(w) && (isDigit(rune(w[i])) || strings.IndexByte(".,:", w[i]) >= 0) {
		i++
	}
	for i > 0 && !isDigit(rune(w[i-1])) {
		i--
	}
	return i
}

// symbol reads a token that starts with neither a letter nor a digit.
func (lx *lexer) symbol(r rune, n int) {
	s := lx.pos
	next, nn := lx.runeAt(s + n)
	switch {
	case isApostrophe(r):
		if next == r {
			lx.emit(s, s+n+nn) // '' and ``
			return
		}
		if isDigit(next) && lx.gap && lx.run(s+n, 3, isDigit) == 2 {
			k := s + n + 2
			if c, _ := lx.runeAt(k); c == 's' {
				k++
			}
			lx.emit(s, k) // '72
			return
		}
		if isLetter(next) {
			k := s + n + lx.run(s+n, 8, isLetter)
			after, _ := lx.runeAt(k)
			low := strings.ToLower(lx.text[s+n : k])
			if !isWordRune(after) && r != '`' && (low == "s" || low == "em" || low == "til" || low == "cause" || low == "ll" || low == "re" || low == "ve") {
				lx.emit(s, k)
				return
			}
		}
	case r == '.' || r == '!' || r == '?' || r == '…':
		k := s + n
		for k < lx.end {
			c, m := lx.runeAt(k)
			if c != r && !(r != '.' && r != '…' && (c == '!' || c == '?')) {
				break
			}
			k += m
		}
		if isDigit(next) && r == '.' && lx.gap {
			k = s + n + lx.run(s+n, 16, isDigit) // .50
		}
		lx.emit(s, k)
		return
	case r == '-' || r == '=' || r == '*' || r == '_' || r == '~' || r == '#' || r == '—' || r == '–' || r == '<' || r == '>':
		k := s + n
		for k < lx.end {
			c, m := lx.runeAt(k)
			if c != r {
				break
			}
			k += m
		}
		if r == '#' && k == s+n && isLetter(next) {
			k += lx.run(k, 140, isWordRune)
		}
		lx.emit(s, k)
		return
	case r == '@' && isWordRune(next):
		lx.emit(s, s+n+lx.run(s+n, 64, isWordRune))
		return
	case r == '+' && isDigit(next) && lx.gap:
		lx.emit(s, s+n+lx.run(s+n, 16, isDigit))
		return
	case (r == ':' || r == ';') && lx.gap:
		if k := lx.smiley(s); k > 0 {
			lx.emit(s, k)
			return
		}
	}
	lx.emit(s, s+n)
}

// smiley finds the end of an emoticon at s, or 0.
func (lx *lexer) smiley(s int) int {
	for _, m := range smileys {
		if strings.HasPrefix(lx.text[s:lx.end], m) {
			if r, _ := lx.runeAt(s + len(m)); !isWordRune(r) {
				return s + len(m)
			}
		}
	}
	return 0
}
