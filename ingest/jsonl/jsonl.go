// Package jsonl reads reports from JSON Lines: one JSON object a line, with
// the members
//
//	id         what names the report within the file
//	published  its date (also "date")
//	publisher  the outlet (also "source")
//	cites      outlets that it names as its sources: a list, or one
//	title, url, language
//	text       what is to be coded (also "body", "content")
//
// All but the text may be absent; other members are ignored.
package jsonl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"faultline/ingest/report"
	"faultline/ingest/source/fields"
	"faultline/ingest/source/lines"
)

// Reasons to skip a line, besides those of package fields.
const (
	ReasonTooLong   = "line is too long"
	ReasonNoJSON    = "JSON does not parse"
	ReasonNoObject  = "line is no JSON object"
	ReasonWrongType = "JSON member has the wrong type"
)

// Read yields the reports of r, which file names in origins. A report that
// has an id is of the source that is file's base name without ".gz"; one
// without is known by its URL or else by its content, whatever file it is
// found in.
//
// The text is kept byte for byte as the JSON string gives it, so that
// offsets hold; invalid UTF-8 in it becomes U+FFFD. The error is sink's,
// ctx's, or a *lines.Error when reading failed.
func Read(ctx context.Context, r io.Reader, file string, sink report.Sink) error {
	return read(ctx, r, file, lines.Max, sink)
}

func read(ctx context.Context, r io.Reader, file string, max int, sink report.Sink) error {
	in := lines.New(r, file, max)
	source := strings.TrimSuffix(path.Base(filepath.ToSlash(file)), ".gz")
	for {
		line, err := in.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if line.TooLong > 0 {
			err = sink.Skip(report.Skip{Origin: line.Origin, Reason: ReasonTooLong,
				Detail: fmt.Sprintf("%d bytes, at most %d", line.TooLong, max)})
		} else if text := bytes.TrimSpace(line.Text); len(text) > 0 {
			rep, reason, detail := parse(text, source)
			rep.Origin = line.Origin
			switch {
			case reason == "":
				err = sink.Report(rep)
			case !line.Cut: // of a cut line the error that follows tells
				err = sink.Skip(report.Skip{Origin: line.Origin, Reason: reason, Detail: detail})
			}
		}
		if err != nil {
			return err
		}
	}
}

// wire is a line as the file has it.
type wire struct {
	ID        scalar `json:"id"`
	Published scalar `json:"published"`
	Date      scalar `json:"date"`
	Publisher string `json:"publisher"`
	Source    string `json:"source"`
	Cites     list   `json:"cites"`
	Title     string `json:"title"`
	URL       string `json:"url"`
	Language  string `json:"language"`
	Text      string `json:"text"`
	Body      string `json:"body"`
	Content   string `json:"content"`
}

// parse reads one line; reason is "" when it is a report.
func parse(line []byte, source string) (_ report.Report, reason, detail string) {
	var w wire
	if err := json.Unmarshal(line, &w); err != nil {
		var wrong *json.UnmarshalTypeError
		switch {
		case !errors.As(err, &wrong):
			return report.Report{}, ReasonNoJSON, fmt.Sprintf("%.120s", err)
		case line[0] != '{':
			return report.Report{}, ReasonNoObject, fmt.Sprintf("%.60q", line)
		}
		return report.Report{}, ReasonWrongType, fmt.Sprintf("%.60s is a %.20s", wrong.Field, wrong.Value)
	}
	if line[0] != '{' { // null
		return report.Report{}, ReasonNoObject, fmt.Sprintf("%.60q", line)
	}
	return w.report(source)
}

func (w *wire) report(source string) (_ report.Report, reason, detail string) {
	f := fields.Fields{
		ID: string(w.ID), Published: fields.First(string(w.Published), string(w.Date)),
		Publisher: fields.First(w.Publisher, w.Source), Cites: w.Cites,
		Title: w.Title, URL: w.URL, Language: w.Language, Text: fields.First(w.Text, w.Body, w.Content),
	}
	return f.Report(source)
}

// scalar is a string, or a number kept as it is written.
type scalar string

// UnmarshalJSON takes strings, numbers and null.
func (s *scalar) UnmarshalJSON(b []byte) error {
	switch c := b[0]; {
	case c == '"':
		var t string
		if err := json.Unmarshal(b, &t); err != nil {
			return err
		}
		*s = scalar(strings.TrimSpace(t))
	case c == '-' || c >= '0' && c <= '9':
		*s = scalar(b)
	case c == 'n':
		*s = ""
	default:
		return wrongType(c)
	}
	return nil
}

// list is a list of strings, or one string.
type list []string

// UnmarshalJSON takes a list, a string and null.
func (l *list) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		var s string
		err := json.Unmarshal(b, &s)
		*l = list{s}
		return err
	}
	return json.Unmarshal(b, (*[]string)(l))
}

func wrongType(c byte) error {
	value := "bool"
	switch c {
	case '{':
		value = "object"
	case '[':
		value = "array"
	}
	return &json.UnmarshalTypeError{Value: value}
}
