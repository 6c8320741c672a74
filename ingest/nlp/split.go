package nlp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitText yields the pieces of each sentence in order until yield returns
// false. The slice is reused between calls.
func splitText(text string, yield func([]piece) bool) {
	var buf []piece
	segments(text, func(start, end int) bool {
		buf = lex(text, start, end, buf[:0])
		return sentences(text, buf, yield)
	})
}

// segments cuts a text where a sentence cannot go on: at blank lines, before
// list items, and after lines that are not wrapped prose, such as headlines.
// Long segments are also cut at white space so that buffers stay bounded.
func segments(text string, yield func(start, end int) bool) {
	i := 0
	for i < len(text) {
		// A block is a run of lines without a blank one between them.
		j, lines := block(text, i)
		if !blockSegments(text, lines, yield) {
			return
		}
		i = j
	}
}

// maxBlock bounds the lines looked at together.
const maxBlock = 200

// block collects the lines of the block at i and returns where the next
// block starts.
func block(text string, i int) (next int, lines []Span) {
	for i < len(text) && len(lines) < maxBlock {
		end := strings.IndexByte(text[i:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += i
		}
		line := trimSpan(text, i, end)
		// A line separator or a form feed inside is as good as a blank line.
		i = min(end+1, len(text))
		if line.Start == line.End {
			if len(lines) > 0 {
				return i, lines
			}
			continue
		}
		lines = append(lines, line)
	}
	return i, lines
}

func trimSpan(text string, start, end int) Span {
	t := text[start:end]
	l := strings.TrimLeftFunc(t, unicode.IsSpace)
	start += len(t) - len(l)
	return Span{start, start + len(strings.TrimRightFunc(l, unicode.IsSpace))}
}

func blockSegments(text string, lines []Span, yield func(start, end int) bool) bool {
	wrapped := isWrapped(text, lines)
	for i := 0; i < len(lines); {
		j := i + 1
		for j < len(lines) && !breaksBetween(text, lines[j-1], lines[j], wrapped) {
			j++
		}
		if !yield(lines[i].Start, lines[j-1].End) {
			return false
		}
		i = j
	}
	return true
}

// isWrapped says whether lines look like prose wrapped at a fixed width: at
// each line's end the next word would not have fitted.
func isWrapped(text string, lines []Span) bool {
	if len(lines) < 2 {
		return false
	}
	width := 0
	for _, l := range lines {
		width = max(width, l.End-l.Start)
	}
	if width < 40 || width > 120 {
		return false
	}
	for i := 1; i < len(lines); i++ {
		l := lines[i-1]
		if l.End-l.Start+1+wordLen(text, lines[i]) <= width-4 {
			return false
		}
	}
	return true
}

func wordLen(text string, l Span) int {
	n := 0
	for n < l.End-l.Start && n < 120 && text[l.Start+n] != ' ' {
		n++
	}
	return n
}

func breaksBetween(text string, a, b Span, wrapped bool) bool {
	if isBullet(text[b.Start:b.End]) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(text[b.Start:b.End])
	return !wrapped && !unicode.IsLower(r)
}

// isBullet says whether a line starts like an item of a list.
func isBullet(line string) bool {
	r, n := utf8.DecodeRuneInString(line)
	switch r {
	case '•', '·', '*', '▪', '◦', '●', '■', '–', '—', '-', '+', '>', '→':
		return n < len(line) && (line[n] == ' ' || line[n] == '\t')
	}
	i := 0
	for i < len(line) && i < 3 && isDigit(rune(line[i])) {
		i++
	}
	return i > 0 && i+1 < len(line) && (line[i] == '.' || line[i] == ')') && line[i+1] == ' '
}

// sentences cuts the pieces of one segment into sentences.
func sentences(text string, toks []piece, yield func([]piece) bool) bool {
	start := 0
	for i := 0; i < len(toks); {
		if !endsSentence(text, toks, start, i) {
			i++
			if i-start >= maxSentence {
				if !yield(toks[start:i]) {
					return false
				}
				start = i
			}
			continue
		}
		i++
		// Closing quotes and brackets belong to the sentence they close.
		for i < len(toks) && i-start < maxSentence && isCloser(text, toks, i) {
			i++
		}
		for i+2 < len(toks) && i-start+3 < maxSentence && isReference(text, toks[i:i+3]) {
			i += 3
		}
		if i < len(toks) && i-start < maxSentence && !startsSentence(text, toks, start, i) {
			continue
		}
		if !yield(toks[start:i]) {
			return false
		}
		start = i
	}
	return start == len(toks) || yield(toks[start:])
}

// endsSentence says whether the token i can be the last word-like token of a
// sentence, quotes aside.
func endsSentence(text string, toks []piece, start, i int) bool {
	t := text[toks[i].start:toks[i].end]
	switch t[0] {
	case '.', '!', '?':
		return true
	}
	if strings.HasPrefix(t, "…") || t == "。" {
		return true
	}
	if len(t) < 2 || t[len(t)-1] != '.' {
		return false
	}
	return i > start
}

// isCloser says whether token i closes a quotation or a bracket.
func isCloser(text string, toks []piece, i int) bool {
	if toks[i].end-toks[i].start > 4 {
		return false
	}
	switch text[toks[i].start:toks[i].end] {
	case "”", "’", ")", "]", "''", "»", "}":
		return true
	case "\"", "'", "``":
		return toks[i].glued
	}
	return false
}

// isReference says whether three tokens are a note mark such as "[12]".
func isReference(text string, t []piece) bool {
	return text[t[0].start:t[0].end] == "[" && text[t[2].start:t[2].end] == "]" &&
		t[1].end-t[1].start <= 3 && isDigit(rune(text[t[1].start])) && t[1].glued && t[2].glued
}

// startsSentence says whether a sentence can begin at token i, given that the
// tokens [start, i) end with a terminator, perhaps followed by closers.
func startsSentence(text string, toks []piece, start, i int) bool {
	// The terminator before the closers.
	k := i - 1
	for k >= start+3 && isReference(text, toks[k-2:k+1]) {
		k -= 3
	}
	for k > start && isCloser(text, toks, k) {
		k--
	}
	term := text[toks[k].start:toks[k].end]
	quoted := k < i-1
	// The first word of the sentence to come, behind opening marks.
	f := i
	for f < len(toks)-1 && f < i+3 {
		r, _ := utf8.DecodeRuneInString(text[toks[f].start:])
		if isWordRune(r) {
			break
		}
		f++
	}
	first := text[toks[f].start:toks[f].end]
	r, _ := utf8.DecodeRuneInString(first)
	lower := unicode.IsLower(r)
	t0, _ := utf8.DecodeRuneInString(text[toks[i].start:])

	switch {
	case term[0] == '!' || term[0] == '?':
		return !lower && t0 != ',' && t0 != ';' && t0 != '.'
	case term == ".":
		switch {
		case t0 == ',' || t0 == ';' || t0 == ':' || t0 == '.' || t0 == '-' && toks[i].glued:
			return false
		case toks[i].glued && !quoted:
			return unicode.IsUpper(r) && k > start && toks[k-1].end-toks[k-1].start > 1
		case lower:
			return !quoted && !isName(first)
		}
		return true
	case term[0] == '.' || strings.HasPrefix(term, "…"):
		return k > start && !lower && t0 != ',' && !unicode.IsDigit(r) && !toks[i].glued
	}
	// An abbreviation that kept its full stop.
	if lower || toks[i].glued && !quoted || f != i && t0 != '"' && t0 != '“' && t0 != '(' {
		return false
	}
	if quoted {
		return true
	}
	w := strings.ToLower(term[:len(term)-1])
	switch abbreviations[w] {
	case abbrTitle, abbrNumber:
		return false
	}
	return starters[strings.ToLower(first)] && unicode.IsUpper(r) && !(single(w) && first == "I")
}

// isName says whether a word in lower case can begin a name.
func isName(w string) bool {
	switch w {
	case "al", "el", "de", "bin", "ibn", "van", "von", "abu", "eBay", "iPhone":
		return true
	}
	return false
}
