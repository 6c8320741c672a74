package petrarch

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"faultline/ingest/report"
	"faultline/ingest/source/lines"
)

// Reasons to skip a line, or a part of it.
const (
	ReasonTooLong  = "line is too long"
	ReasonBracket  = "code has no closing bracket"
	ReasonNoCode   = "entry has no code"
	ReasonNoPhrase = "entry has no name"
	ReasonDate     = "restriction's date does not parse"
	ReasonInverted = "restriction ends before it begins"
	ReasonOrphan   = "synonym or code before any actor"
	ReasonSet      = "set of words is not defined"
	ReasonSets     = "noun has more than one set of words"
	ReasonPlural   = "plural has no closing brace"
)

const lineMax = 64 << 10

// text reads the lines of a dictionary without comments: # and ; cut the
// rest of a line, <!-- … --> spans lines, <! begins a header line. Lines of
// nothing else are passed over; blanks at the beginning stay.
func text(ctx context.Context, r io.Reader, file string, line func(report.Origin, string) error, skip func(report.Skip) error) error {
	in := lines.New(r, file, lineMax)
	within := false // a comment
	for {
		l, err := in.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if l.TooLong > 0 {
			err := skip(report.Skip{Origin: l.Origin, Reason: ReasonTooLong, Detail: fmt.Sprintf("%d bytes, at most %d", l.TooLong, lineMax)})
			if err != nil {
				return err
			}
			continue
		}
		var s string
		if s, within = uncomment(decode(l.Text), within); strings.TrimSpace(s) == "" || l.Cut {
			continue
		}
		if err := line(l.Origin, strings.TrimRight(s, " \t")); err != nil {
			return err
		}
	}
}

// decode takes what is no UTF-8 as Windows-1252. The control character 1A
// stands where an apostrophe was lost; others are dropped.
func decode(b []byte) string {
	s := string(b)
	if !utf8.Valid(b) {
		if t, err := charmap.Windows1252.NewDecoder().String(s); err == nil {
			s = t
		}
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\x1a', r == '\ufffd':
			return '\''
		case r == '\t', r >= ' ' && r != 0x7f:
			return r
		}
		return -1
	}, s)
}

func uncomment(s string, within bool) (rest string, still bool) {
	var b strings.Builder
	for {
		if within {
			_, after, ended := strings.Cut(s, "-->")
			if !ended {
				return b.String(), true
			}
			s, within = after, false
		}
		before, after, begun := strings.Cut(s, "<!--")
		if i := strings.IndexAny(before, "#;"); i >= 0 {
			return b.String() + before[:i], false
		}
		b.WriteString(before)
		if !begun {
			break
		}
		s, within = after, true
	}
	if rest = b.String(); strings.HasPrefix(strings.TrimSpace(rest), "<!") {
		return "", false
	}
	return rest, false
}

// phrases reads a name: words are joined by _, and a + that should have begun
// a new line joins two names.
func phrases(s string) []string {
	var all []string
	for p := range strings.SplitSeq(s, "+") {
		if p = strings.Join(strings.Fields(strings.ReplaceAll(p, "_", " ")), " "); p != "" {
			all = append(all, p)
		}
	}
	return all
}

// brackets takes the bracketed parts off a line; ok is false when the last
// one is not closed.
func brackets(s string, open, closing string) (rest string, parts []string, ok bool) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, open)
		b.WriteString(before)
		if !found {
			return b.String(), parts, true
		}
		part, behind, closed := strings.Cut(after, closing)
		if !closed {
			return b.String(), parts, false
		}
		parts = append(parts, strings.TrimSpace(part))
		b.WriteByte(' ')
		s = behind
	}
}
