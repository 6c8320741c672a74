package source

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
)

// Format is how reports are written in a file.
type Format string

// The formats.
const (
	JSONL Format = "jsonl" // one JSON object a line; package jsonl
	Text  Format = "text"  // plain text, a report each; package page
	HTML  Format = "html"  // a page each; package page
	ICEWS Format = "icews" // coded events, tab-separated; package icews
)

// Formats returns all formats.
func Formats() []Format { return []Format{JSONL, Text, HTML, ICEWS} }

// Validate reports a format that is none of the known ones; "" is valid and
// means that it is to be recognised.
func (f Format) Validate() error {
	switch f {
	case "", JSONL, Text, HTML, ICEWS:
		return nil
	}
	return fmt.Errorf("%q is no format: want one of %v", string(f), Formats())
}

// byExtension returns the format that a file's name tells, and whether files
// of this extension are read at all when a folder is gone through. Of .txt
// and .json only the content tells.
func byExtension(name string) (f Format, known bool) {
	switch extension(name) {
	case ".jsonl", ".ndjson", ".jsonlines":
		return JSONL, true
	case ".html", ".htm", ".xhtml":
		return HTML, true
	case ".tsv", ".tab":
		return ICEWS, true
	case ".txt", ".text", ".json":
		return "", true
	}
	return "", false
}

// extension returns the extension without that of gzip, in lower case.
func extension(name string) string {
	name = strings.ToLower(filepath.Base(name))
	return filepath.Ext(strings.TrimSuffix(name, ".gz"))
}

// sniffed is how much of an input is looked at to recognise its format.
const sniffed = 4096

// sniff recognises the format of an input by its name and how it begins. A
// reason to skip it comes with "".
func sniff(name string, head []byte) (f Format, reason, detail string) {
	text := bytes.TrimLeft(head, "\ufeff \t\r\n")
	first, _, whole := bytes.Cut(text, []byte("\n"))
	first = bytes.TrimSpace(first)
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	switch {
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
	case bytes.Count(first, []byte("\t")) == 3:
		return ICEWS, "", ""
	case kind == "text/plain", kind == "application/octet-stream" && bytes.IndexByte(head, 0) < 0:
		return Text, "", "" // the latter with a stray control character
	}
	return "", ReasonFormat, kind
}
