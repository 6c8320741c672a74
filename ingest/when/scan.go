package when

// gap is what stands between a word and the one before it.
type gap uint8

const (
	gapNone   gap = iota
	gapBlank      // white space
	gapComma      // comma and maybe white space
	gapPeriod     // full stop and white space
	gapDot        // full stop alone: 22.11.2024
	gapHyphen     // hyphen or dash
	gapSlash
	gapColon // colon alone: 18:14
	gapApostrophe
	gapOther // brackets, quotes, semicolons: ends every expression
)

// token is a word or a run of digits.
type token struct {
	start, end int32
	val        int32 // of a number or of a lexicon word
	kind       kind
	gap        gap // before it
	digits     uint8
	capital    bool // starts with a capital
	plural     bool
	doubtful   bool
	ordinal    bool // 22nd
	decade     bool // 1990s
}

// promising tells whether the text can hold a time expression at all. Every
// expression has a digit or one of a few letter groups; most sentences
// without them are turned away here.
func promising(text string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= '0' && c <= '9' {
			return true
		}
		if i > 0 && isASCIILetter(text[i-1]) {
			continue
		}
		if isASCIILetter(c) && starts[c|0x20] != 0 {
			j := i + 1
			for j < len(text) && isASCIILetter(text[j]) && j-i <= longest {
				j++
			}
			if l, ok := look(text[i:j]); ok && carries(l.kind) {
				return true
			}
			i = j - 1
		}
	}
	return false
}

// carries tells whether a word of this kind can be the heart of an
// expression.
func carries(k kind) bool {
	switch k {
	case kWeekday, kShortDay, kMonth, kUnit, kDayPart, kDayWord, kNight, kSeason, kRecently, kHoliday, kOrdinal:
		return true
	}
	return false
}

// longest is the length of the longest word in the lexicon.
const longest = 12

// starts marks the letters that hearts of expressions begin with.
var starts = func() (t [256]uint8) {
	for w, l := range lexicon {
		if carries(l.kind) {
			t[w[0]] = 1
		}
	}
	return t
}()

// look finds a word of ASCII letters (and a digit, as in "Q3") in the
// lexicon, whatever its case.
func look(word string) (lex, bool) {
	if len(word) > longest || len(word) == 0 {
		return lex{}, false
	}
	var buf [longest]byte
	for i := 0; i < len(word); i++ {
		c := word[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
	}
	l, ok := lexicon[string(buf[:len(word)])]
	return l, ok
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool       { return c >= '0' && c <= '9' }
func isSpace(c byte) bool       { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// letter tells whether the byte at i belongs to a word. Typographic dashes
// and quotes (U+2010 to U+203F), no-break spaces and « » do not.
func letter(text string, i int) bool {
	c := text[i]
	if c < 0x80 {
		return c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	return mark(text, i) == 0
}

// mark returns the length of the non-ASCII punctuation mark at i, 0 if none.
func mark(text string, i int) int {
	if i+1 >= len(text) {
		return 0
	}
	switch {
	case text[i] == 0xe2 && text[i+1] == 0x80:
		return min(3, len(text)-i)
	case text[i] == 0xc2 && text[i+1] < 0xc0:
		return 2
	}
	return 0
}

// scan cuts text into tokens, appended to toks.
func scan(text string, toks []token) []token {
	last := 0
	for i := 0; i < len(text); {
		t := token{start: int32(i)}
		j := i
		switch {
		case isDigit(text[i]):
			j = scanNumber(text, i, &t)
		case letter(text, i):
			for j < len(text) && letter(text, j) {
				j++
			}
			if j == i+1 && text[i]|0x20 == 'q' && j < len(text) && isDigit(text[j]) {
				j++ // Q3
			}
			t.capital = text[i] >= 'A' && text[i] <= 'Z'
			if l, ok := look(text[i:j]); ok {
				t.kind, t.val, t.plural, t.doubtful = l.kind, int32(l.val), l.plural, l.doubtful
			}
		default:
			i += max(1, mark(text, i))
			continue
		}
		t.end = int32(j)
		t.gap = between(text[last:i], last == 0)
		toks = append(toks, t)
		i, last = j, j
	}
	return toks
}

// scanNumber reads the digits at i with an ordinal or plural ending, and
// returns where they end.
func scanNumber(text string, i int, t *token) int {
	j := i
	for j < len(text) && isDigit(text[j]) {
		if j-i < 8 {
			t.val = t.val*10 + int32(text[j]-'0')
		}
		j++
	}
	t.kind, t.digits = kNumber, uint8(min(j-i, 9))
	if j-i > 8 {
		t.val = -1
	}
	k := j
	for k < len(text) && k-j <= 2 && letter(text, k) {
		k++
	}
	switch text[j:k] {
	case "st", "nd", "rd", "th":
		t.ordinal = true
		return k
	case "s":
		if t.digits == 4 || t.digits == 2 {
			t.decade = true
			return k
		}
	}
	return j
}

// between names the gap that a stretch of other characters makes.
func between(s string, first bool) gap {
	if s == "" {
		if first {
			return gapOther
		}
		return gapNone
	}
	if s == " " {
		return gapBlank
	}
	g, blank := gapNone, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		n := gapOther
		switch {
		case isSpace(c):
			blank = true
			continue
		case c == ',':
			n = gapComma
		case c == '.':
			n = gapDot
		case c == '-':
			n = gapHyphen
		case c == '/':
			n = gapSlash
		case c == ':':
			n = gapColon
		case c == '\'':
			n = gapApostrophe
		case c == 0xe2 && i+2 < len(s) && s[i+1] == 0x80:
			switch s[i+2] {
			case 0x90, 0x91, 0x92, 0x93, 0x94: // hyphens and dashes
				n = gapHyphen
			case 0x98, 0x99: // single quotes
				n = gapApostrophe
			}
			i += 2
		case c == 0xc2 && i+1 < len(s) && s[i+1] == 0xa0: // no-break space
			blank = true
			i++
			continue
		}
		if g != gapNone {
			return gapOther
		}
		g = n
	}
	switch {
	case g == gapNone:
		return gapBlank
	case g == gapDot && blank:
		return gapPeriod
	case g == gapColon && blank, g == gapApostrophe && blank, g == gapSlash && blank:
		return gapOther
	}
	return g
}
