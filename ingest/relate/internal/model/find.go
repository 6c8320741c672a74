package model

import "strings"

// Find is where the sides stand in a sentence. The marked sentence, in which
// <s>…</s> and <t>…</t> stand around them, tells which of several
// occurrences is meant; it may be "". A side that the sentence does not name
// is an empty span.
func Find(sentence, marked, source, target string) (s, t Span) {
	if marked != "" {
		strip := strings.NewReplacer("<s>", "", "</s>", "", "<t>", "", "</t>", "")
		if strip.Replace(marked) == sentence {
			s, t = between(marked, "<s>", "</s>", strip), between(marked, "<t>", "</t>", strip)
		}
	}
	if s == (Span{}) {
		s = occurrence(sentence, source, t)
	}
	if t == (Span{}) {
		t = occurrence(sentence, target, s)
	}
	return s, t
}

func between(marked, open, shut string, strip *strings.Replacer) Span {
	i := strings.Index(marked, open)
	if i < 0 {
		return Span{}
	}
	n := strings.Index(marked[i:], shut)
	if n < 0 {
		return Span{}
	}
	start := len(strip.Replace(marked[:i]))
	return Span{start, start + len(strip.Replace(marked[i:i+n]))}
}

// occurrence is the first place of part in the sentence outside other, else
// the first at all.
func occurrence(sentence, part string, other Span) Span {
	part = strings.TrimSpace(part)
	first := Span{}
	for at := 0; part != ""; {
		i := strings.Index(sentence[at:], part)
		if i < 0 {
			break
		}
		s := Span{at + i, at + i + len(part)}
		if s.End <= other.Start || s.Start >= other.End {
			return s
		}
		if first == (Span{}) {
			first = s
		}
		at += i + 1
	}
	return first
}
