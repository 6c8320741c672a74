// Package dql holds the questions that a Dgraph cluster can be asked by name,
// from the command line or pasted into Ratel: one file of Dgraph's query
// language each, with a header that says what it answers, which variables it
// has and what comes back.
package dql

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed *.dql
var files embed.FS

// Sort is the sort of thing that a variable stands for.
type Sort string

// The sorts of variables.
const (
	Actor   Sort = "actor"   // an actor's id
	Event   Sort = "event"   // an event's id
	Report  Sort = "report"  // a report's id
	Day     Sort = "day"     // YYYY-MM-DD
	Number  Sort = "number"  // as the query declares it
	Place   Sort = "place"   // [longitude, latitude]
	Country Sort = "country" // ISO 3166 alpha-3
)

// Variable is a variable of a query.
type Variable struct {
	Name    string `json:"name"` // without $
	Sort    Sort   `json:"sort"`
	Meaning string `json:"meaning"`
	Default string `json:"default"` // what the query declares
}

// Query is a named query.
type Query struct {
	Name      string     `json:"name"`
	Answers   string     `json:"answers"` // what it is for
	Variables []Variable `json:"variables"`
	Text      string     `json:"text"` // header and query, as Ratel takes it
}

// All returns the queries in order of their names.
func All() ([]Query, error) {
	names, err := fs.Glob(files, "*.dql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var list []Query
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		q, err := parse(strings.TrimSuffix(path.Base(name), ".dql"), string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, q)
	}
	return list, nil
}

// parse reads the header of a query: paragraphs of comment lines, the first
// of which says what the query answers and the second lists its variables as
// "$name  sort: meaning". The variables must be those that the query declares.
func parse(name, text string) (Query, error) {
	q := Query{Name: name, Text: text}
	header, query, found := strings.Cut(text, "\nquery ")
	if !found {
		return q, fmt.Errorf("has no line that begins with query")
	}
	paragraphs := strings.Split(header, "\n#\n")
	if len(paragraphs) < 3 {
		return q, fmt.Errorf("the header has %d paragraphs: want what it answers, its variables, what comes back", len(paragraphs))
	}
	q.Answers = strings.Join(strings.Fields(strings.ReplaceAll(paragraphs[0], "#", " ")), " ")
	declared, err := declarations(query)
	if err != nil {
		return q, err
	}
	for line := range strings.Lines(paragraphs[1]) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(line, "#")), "$")
		if !ok {
			return q, fmt.Errorf("%q describes no variable", strings.TrimSpace(line))
		}
		name, rest, _ := strings.Cut(rest, " ")
		sort, meaning, ok := strings.Cut(strings.TrimSpace(rest), ":")
		value, is := declared[name]
		if !ok || !is || !slices.Contains([]Sort{Actor, Event, Report, Day, Number, Place, Country}, Sort(sort)) {
			return q, fmt.Errorf("$%s: want a variable that the query declares, its sort and its meaning", name)
		}
		delete(declared, name)
		q.Variables = append(q.Variables, Variable{Name: name, Sort: Sort(sort), Meaning: strings.TrimSpace(meaning), Default: value})
	}
	for name := range declared {
		return q, fmt.Errorf("the header does not describe $%s", name)
	}
	return q, nil
}

// declarations reads the defaults of "name($a: string = "x", $n: int = 5) {".
func declarations(query string) (map[string]string, error) {
	_, list, _ := strings.Cut(query, "(")
	list, _, ok := strings.Cut(list, ") {")
	if !ok {
		return nil, fmt.Errorf("the query declares no variables")
	}
	declared := map[string]string{}
	for _, d := range strings.Split(list, "$")[1:] {
		name, rest, _ := strings.Cut(d, ":")
		_, value, ok := strings.Cut(rest, "=")
		if !ok {
			return nil, fmt.Errorf("$%s has no default, so the query cannot be pasted as it is", name)
		}
		declared[name] = strings.Trim(strings.TrimRight(strings.TrimSpace(value), ", "), `"`)
	}
	return declared, nil
}
