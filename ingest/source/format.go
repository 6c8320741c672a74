package source

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"faultline/ingest/acled"
	"faultline/ingest/icews"
	"faultline/ingest/mail"
	"faultline/ingest/polecat"
	"faultline/ingest/table"
	"faultline/ingest/ucdp"
)

// Format is how reports are written in a file.
type Format string

// The formats.
const (
	JSONL         Format = "jsonl"          // one JSON object a line; package jsonl
	Text          Format = "text"           // plain text, a report each; package page
	HTML          Format = "html"           // a page each; package page
	ICEWS         Format = "icews"          // coded events, tab-separated; package icews
	GDELT         Format = "gdelt"          // coded events, tab-separated; package gdelt
	GDELTMentions Format = "gdelt-mentions" // mentions of these, tab-separated; package gdelt
	POLECAT       Format = "polecat"        // coded events, tab-separated; package polecat
	ACLED         Format = "acled"          // coded events, CSV; package acled
	UCDP          Format = "ucdp"           // coded events, CSV; package ucdp
	Table         Format = "table"          // reports, CSV or tab-separated; package sheet
	WARC          Format = "warc"           // pages of a web archive; package warc
	Mail          Format = "mail"           // a letter; package mail
	Mailbox       Format = "mbox"           // letters; package mail
)

// Formats returns all formats.
func Formats() []Format {
	return []Format{JSONL, Text, HTML, ICEWS, GDELT, GDELTMentions, POLECAT, ACLED, UCDP, Table, WARC, Mail, Mailbox}
}

// Validate reports a format that is none of the known ones; "" is valid and
// means that it is to be recognised.
func (f Format) Validate() error {
	if f == "" || slices.Contains(Formats(), f) {
		return nil
	}
	return fmt.Errorf("%q is no format: want one of %v", string(f), Formats())
}

// byExtension returns the format that a file's name tells, and whether files
// of this extension are read at all when a folder is gone through. Of .txt
// and .json only the content tells.
func byExtension(name string) (f Format, known bool) {
	base := strings.ToLower(filepath.Base(name))
	switch {
	case strings.Contains(base, ".export.csv"):
		return GDELT, true
	case strings.Contains(base, ".mentions.csv"):
		return GDELTMentions, true
	case strings.HasPrefix(base, "gedevent_") && extension(name) == ".csv":
		return UCDP, true // one came without a header
	}
	switch extension(name) {
	case ".jsonl", ".ndjson", ".jsonlines":
		return JSONL, true
	case ".html", ".htm", ".xhtml":
		return HTML, true
	case ".warc":
		return WARC, true
	case ".eml":
		return Mail, true
	case ".mbox", ".mbx":
		return Mailbox, true
	case ".txt", ".text", ".json", ".tsv", ".tab", ".csv":
		return "", true
	}
	switch filepath.Ext(strings.TrimSuffix(base, ".gz")) {
	case ".zip", ".tar", ".tgz":
		return "", true // what is in them is looked at later
	}
	return "", false
}

// extension returns the extension without that of gzip or zip, in lower case.
func extension(name string) string {
	name = strings.ToLower(filepath.Base(name))
	return filepath.Ext(strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zip"))
}

// sniffed is how much of an input is looked at to recognise its format.
const sniffed = 4096

// sniff recognises the format of an input by its name and how it begins. A
// reason to skip it comes with "".
func (o *Options) sniff(name string, head []byte) (f Format, reason, detail string) {
	text := bytes.TrimLeft(head, "\ufeff \t\r\n")
	first, _, whole := bytes.Cut(text, []byte("\n"))
	first = bytes.TrimSpace(first)
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	switch {
	case bytes.HasPrefix(head, []byte("WARC/")):
		return WARC, "", ""
	case mail.IsBox(text):
		return Mailbox, "", ""
	case mail.IsLetter(text):
		return Mail, "", ""
	case bytes.HasPrefix(text, []byte("{")):
		if whole && !bytes.HasSuffix(first, []byte("}")) {
			return "", ReasonFormat, "JSON over several lines; want one object a line"
		}
		return JSONL, "", ""
	case bytes.HasPrefix(text, []byte("[{")), string(first) == "[", extension(name) == ".json":
		return "", ReasonFormat, "JSON, but no object; want one a line"
	case kind == "text/html",
		bytes.HasPrefix(text, []byte("<")) && bytes.Contains(bytes.ToLower(text), []byte("<html")):
		return HTML, "", ""
	}
	if f, ok := o.sniffTable(string(bytes.TrimLeft(head, "\ufeff\r\n"))); ok {
		return f, "", ""
	}
	switch extension(name) {
	case ".tsv", ".tab", ".csv":
		if len(o.Map) > 0 {
			return Table, "", "" // which says what the mapping lacks
		}
	}
	switch extension(name) {
	case ".tsv", ".tab":
		return ICEWS, "", "" // which says what is wrong with the rows
	case ".csv":
		return "", ReasonFormat, "table with columns of no known format"
	}
	switch {
	case kind == "text/plain", kind == "application/octet-stream" && bytes.IndexByte(head, 0) < 0:
		return Text, "", "" // the latter with a stray control character
	}
	return "", ReasonFormat, kind
}

// sniffTable recognises a table by the columns that its first line names, or
// by how many it has.
func (o *Options) sniffTable(head string) (f Format, ok bool) {
	first, _, _ := strings.Cut(head, "\n")
	first = strings.TrimRight(first, "\r")
	if cells := strings.Split(first, "\t"); len(cells) > 1 {
		columns := table.Header(first, '\t')
		switch {
		case len(o.Map) > 0 && o.Map.Is(columns):
			return Table, true
		case polecat.IsHeader(columns):
			return POLECAT, true
		case o.Map.Is(columns):
			return Table, true
		case icews.IsHeader(first), len(cells) == 4:
			return ICEWS, true
		case !digits(cells[0], 1), !digits(cells[1], 8):
		case len(cells) == 57, len(cells) == 58, len(cells) == 61:
			return GDELT, true
		case len(cells) == 16:
			return GDELTMentions, true
		}
		return "", false
	}
	for _, comma := range []byte{',', ';'} {
		columns := table.Header(first, comma)
		switch {
		case len(o.Map) > 0 && o.Map.Is(columns):
			return Table, true
		case ucdp.IsHeader(columns):
			return UCDP, true
		case acled.IsHeader(columns):
			return ACLED, true
		case o.Map.Is(columns):
			return Table, true
		}
	}
	return "", false
}

// digits reports a number of at least n digits.
func digits(s string, n int) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(s) >= n
}

// Known reports whether a file of this name is read when a folder is gone
// through.
func Known(name string) bool {
	_, known := byExtension(name)
	return known
}
