// Package sheet reads reports from tables: CSV, with commas or semicolons,
// and tab-separated values, one report a row. A header names the columns; a
// Mapping says what they hold where their names do not.
package sheet

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"faultline/ingest/report"
	"faultline/ingest/source/fields"
	"faultline/ingest/table"
)

// Reasons to skip a table, besides those of packages fields and table.
const (
	ReasonForeign = "table has no column of texts"
	ReasonMapping = "table lacks a column of the mapping"
)

// Mapping says which column holds a field, by the field's name. Fields that
// are not in it are in columns of the usual names; one with no column, "",
// is nowhere.
type Mapping map[string]string

// field is one of a report's, with the usual names of its column, in lower
// case with blanks for underscores, likeliest first.
type field struct {
	name    string
	columns []string
}

func known() []field {
	return []field{
		{"id", []string{"id", "guid", "article id"}},
		{"title", []string{"title", "headline"}},
		{"text", []string{"text", "body", "content", "full text", "article"}},
		{"published", []string{"published", "date", "published at", "publication date", "publish date", "pubdate"}},
		{"publisher", []string{"publisher", "source", "outlet", "publication"}},
		{"url", []string{"url", "link"}},
		{"language", []string{"language", "lang"}},
		{"cites", []string{"cites"}},
	}
}

// ParseMapping reads the form field=column,field=column; a part with a comma
// in it stands in quotation marks: text=Body,"title=Headline, English".
func ParseMapping(s string) (Mapping, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	parts, err := csv.NewReader(strings.NewReader(s)).Read()
	if err != nil {
		return nil, fmt.Errorf("%q is no mapping: want field=column,field=column", s)
	}
	m := Mapping{}
	for _, part := range parts {
		name, column, ok := strings.Cut(part, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if _, again := m[name]; again {
			return nil, fmt.Errorf("field %q is mapped twice", name)
		}
		if m[name] = column; !ok {
			return nil, fmt.Errorf("%q is no part of a mapping: want field=column", part)
		}
	}
	return m, m.Validate()
}

// Validate reports a field that there is not, or a mapping without texts.
func (m Mapping) Validate() error {
	var names []string
	for _, f := range known() {
		names = append(names, f.name)
	}
	for _, name := range m.fields() {
		if !slices.Contains(names, name) {
			return fmt.Errorf("%q is no field of a report: want one of %s", name, strings.Join(names, ", "))
		}
	}
	if column, ok := m["text"]; ok && strings.TrimSpace(column) == "" {
		return fmt.Errorf("the field text must have a column")
	}
	return nil
}

// fields are the fields that the mapping names, in order.
func (m Mapping) fields() []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// columns are the names of a field's column, the one that counts first.
func (m Mapping) columns(f field) []string {
	column, ok := m[f.name]
	switch {
	case !ok:
		return f.columns
	case strings.TrimSpace(column) == "":
		return nil
	}
	return []string{table.Name(column)}
}

// missing is the first column of the mapping that a table lacks, "" if none.
func (m Mapping) missing(c table.Columns) string {
	for _, name := range m.fields() {
		if column := m[name]; strings.TrimSpace(column) != "" && !c.Has(table.Name(column)) {
			return column
		}
	}
	return ""
}

// Is reports whether a table with these columns holds reports: it has the
// columns of the mapping, or without one texts and something to know them
// by.
func (m Mapping) Is(c table.Columns) bool {
	if len(m) > 0 {
		return m.missing(c) == ""
	}
	has := map[string]bool{}
	for _, f := range known() {
		for _, name := range f.columns {
			has[f.name] = has[f.name] || c.Has(name)
		}
	}
	return has["text"] && (has["title"] || has["published"] || has["url"] || has["publisher"] || has["id"])
}

// Read yields one report for each row of r, and a skip for each that is
// none. The cells of the field cites are lists parted by semicolons. The
// error is sink's, ctx's, or a *lines.Error when reading failed.
func Read(ctx context.Context, r io.Reader, file string, m Mapping, sink report.Sink) error {
	list := strings.TrimSuffix(path.Base(filepath.ToSlash(file)), ".gz")
	columns := map[string][]string{}
	for _, f := range known() {
		columns[f.name] = m.columns(f)
	}
	set := table.Set{Short: true, Foreign: ReasonForeign, Refuse: func(c table.Columns) (reason, detail string) {
		if column := m.missing(c); column != "" {
			return ReasonMapping, fmt.Sprintf("%.60q", column)
		}
		if !slices.ContainsFunc(columns["text"], func(name string) bool { return c.Has(name) }) {
			return ReasonForeign, fmt.Sprintf("%d columns", len(c))
		}
		return "", ""
	}}
	return set.Read(ctx, r, file, sink, func(at table.At) (report.Report, string, string) {
		get := func(name string) string { return at(columns[name]...) }
		f := fields.Fields{
			ID: get("id"), Title: get("title"), Text: get("text"), Published: get("published"),
			Publisher: get("publisher"), URL: get("url"), Language: get("language"),
		}
		if cites := get("cites"); cites != "" {
			f.Cites = strings.Split(cites, ";")
		}
		return f.Report(list)
	})
}
