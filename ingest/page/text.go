package page

import (
	"context"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"faultline/ingest/report"
	"faultline/ingest/source/published"
)

// ReadText yields the plain text of r as one report, its Text all of the
// file. Its title is the first line when it looks like a headline; its date
// is opts' or that of a line of its own among the first ones ("Published:
// 2024-11-24", "November 24, 2024"), and unknown otherwise: the file's own
// times tell when it was copied, not when it was written.
//
// When reading fails midway the report holds what was read, and the error
// follows. The error is sink's, ctx's or r's.
func ReadText(ctx context.Context, r io.Reader, file string, opts Options, sink report.Sink) error {
	b, ok, err := load(ctx, r, file, sink)
	if !ok {
		return err
	}
	at := report.Origin{File: file}
	text := decodeText(b, opts.ContentType)
	rep := report.Report{Published: opts.Published, Publisher: opts.Publisher, URL: opts.URL, Text: text, Origin: at}
	var taken error
	switch {
	case binary(text):
		taken = sink.Skip(report.Skip{Origin: at, Reason: ReasonBinary})
	case blank(text):
		if err == nil {
			taken = sink.Skip(report.Skip{Origin: at, Reason: ReasonNoText})
		}
	default:
		rep.Title = title(text)
		if rep.Published.IsZero() {
			rep.Published = dateline(text)
		}
		if rep.Published.IsZero() {
			rep.Published = opts.Fetched
		}
		name(&rep)
		taken = sink.Report(rep)
	}
	if taken != nil {
		return taken
	}
	return err
}

func blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && r != utf8.RuneError && r != '\ufeff'
	}) < 0
}

// headLines is how many lines from the top may hold title and date.
const headLines = 8

// title returns the first line that is not a date, when it is short, other
// lines follow, and it does not end as a sentence does.
func title(text string) string {
	for range headLines {
		line, rest, more := strings.Cut(text, "\n")
		line = strings.TrimSpace(line)
		if line != "" && datedAt(line).IsZero() {
			if !more || blank(rest) || utf8.RuneCountInString(line) > 160 || sentence(line) {
				return ""
			}
			return line
		}
		if !more {
			break
		}
		text = rest
	}
	return ""
}

// sentence reports whether a line ends as a sentence or a part of one.
func sentence(line string) bool {
	line = strings.TrimRight(line, `"'”’»)]`)
	return line == "" || strings.ContainsAny(line[len(line)-1:], ".:;,")
}

// dateline returns the date that stands alone on one of the first lines.
func dateline(text string) time.Time {
	for n := 0; n < headLines; {
		line, rest, more := strings.Cut(text, "\n")
		if line = strings.TrimSpace(line); line != "" {
			n++
			if t := datedAt(line); !t.IsZero() {
				return t
			}
		}
		if !more {
			break
		}
		text = rest
	}
	return time.Time{}
}

// datedAt returns the date that a line consists of, after a word such as
// "Published:".
func datedAt(line string) time.Time {
	if len(line) > 80 {
		return time.Time{}
	}
	date := line
	for _, label := range [...]string{"date of publication", "publication date", "published on", "published", "posted on", "posted", "date"} {
		if len(line) > len(label) && strings.EqualFold(line[:len(label)], label) {
			if date = line[len(label):]; strings.TrimLeft(date, ": \t") == date {
				return time.Time{} // "dated"
			}
			date = strings.TrimLeft(date, ": \t")
			break
		}
	}
	if date == line && strings.IndexFunc(line, func(r rune) bool { return !unicode.IsDigit(r) }) < 0 {
		return time.Time{} // a bare number
	}
	t, err := published.Parse(date)
	if err != nil {
		return time.Time{}
	}
	return t
}
