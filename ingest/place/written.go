package place

import (
	"fmt"
	"strconv"
	"strings"

	"faultline/schema"
)

// Entry is a place written by hand, a row of countries.tsv or variants.tsv.
type Entry struct {
	ID, Name string
	// Code2 and Country are the ISO 3166 codes; Code2 only for countries.
	Code2, Country string
	Kind           Kind
	// Latitude and Longitude are zero for towns and provinces that take theirs
	// from GeoNames.
	Latitude, Longitude float64
	Within              string // slug, "" for the province or country
	Population          int
	Aliases             []string

	file string
	line int
}

// Names returns the name and the aliases.
func (e *Entry) Names() []string { return append([]string{e.Name}, e.Aliases...) }

// Written returns the places written by hand, countries first, in the order
// of the files. An error names file and line.
func Written() ([]Entry, error) { return parseWritten(countriesFile, variantsFile) }

func parseWritten(countries, variants string) ([]Entry, error) {
	var out []Entry
	err := eachRow("countries.tsv", countries, 6, func(line int, f []string) error {
		e := Entry{ID: schema.Slug(f[2]), Name: f[2], Code2: f[0], Country: f[1], Kind: Country, file: "countries.tsv", line: line}
		if len(e.Code2) != 2 || len(e.Country) != 3 {
			return fmt.Errorf("codes %q and %q: want two and three letters", f[0], f[1])
		}
		if err := e.numbers(f[3], f[4], f[5]); err != nil {
			return err
		}
		out = append(out, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachRow("variants.tsv", variants, 8, func(line int, f []string) error {
		e := Entry{ID: f[0], Name: f[1], Country: f[2], Kind: Kind(f[3]), Within: f[6], file: "variants.tsv", line: line}
		if e.ID == "" || e.ID != schema.Slug(e.ID) {
			return fmt.Errorf("id %q: want a slug, such as %q", e.ID, schema.Slug(e.Name))
		}
		if err := e.Kind.Validate(); err != nil {
			return err
		}
		switch e.Kind {
		case Sea, Region, River, Mountain, Island, Crossing: // may lie in several countries
		default:
			if e.Country == "" {
				return fmt.Errorf("%s lies in no country", e.ID)
			}
		}
		if err := e.numbers(f[4], f[5], f[7]); err != nil {
			return err
		}
		out = append(out, e)
		return nil
	})
	return out, err
}

// numbers reads coordinates and aliases.
func (e *Entry) numbers(lat, lon, aliases string) error {
	if lat != "" || lon != "" {
		var err1, err2 error
		e.Latitude, err1 = strconv.ParseFloat(lat, 64)
		e.Longitude, err2 = strconv.ParseFloat(lon, 64)
		if err1 != nil || err2 != nil || e.Latitude < -90 || e.Latitude > 90 || e.Longitude < -180 || e.Longitude > 180 {
			return fmt.Errorf("coordinates %q, %q of %s: want degrees north and east", lat, lon, e.ID)
		}
	}
	for _, a := range strings.Split(aliases, "|") {
		if a = strings.TrimSpace(a); a != "" {
			e.Aliases = append(e.Aliases, a)
		}
	}
	return nil
}

// eachRow calls f with the cells of each row of a table: tab separated, one
// header line, # comments and blank lines between. Cells missing at the end
// are empty.
func eachRow(file, text string, columns int, f func(line int, cells []string) error) error {
	header := false
	for n := 1; text != ""; n++ {
		row, rest, _ := strings.Cut(text, "\n")
		text = rest
		row = strings.TrimRight(row, "\r")
		if row == "" || row[0] == '#' {
			continue
		}
		if !header {
			header = true
			continue
		}
		cells := strings.Split(row, "\t")
		if len(cells) > columns {
			return fmt.Errorf("%s:%d: %d columns, want %d", file, n, len(cells), columns)
		}
		for len(cells) < columns {
			cells = append(cells, "")
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if err := f(n, cells); err != nil {
			return fmt.Errorf("%s:%d: %w", file, n, err)
		}
	}
	return nil
}

// stopClass says how a word that is also the name of a place is treated.
type stopClass uint8

const (
	stopWeak  stopClass = iota + 1 // only after a cue: "in Reading"
	stopNever                      // never: "Of", "Friday"
)

// parseStop reads stop.txt: "never" and "weak" lines head lists of words.
func parseStop(text string) (map[string]stopClass, error) {
	m := make(map[string]stopClass, 4096)
	class := stopClass(0)
	for n := 1; text != ""; n++ {
		row, rest, _ := strings.Cut(text, "\n")
		text = rest
		if row == "" || row[0] == '#' {
			continue
		}
		switch row {
		case "[never]":
			class = stopNever
			continue
		case "[weak]":
			class = stopWeak
			continue
		}
		if class == 0 {
			return nil, fmt.Errorf("stop.txt:%d: words before [never] or [weak]", n)
		}
		for _, w := range strings.Fields(row) {
			key, _ := Fold(strings.ReplaceAll(w, "_", " "))
			if m[key] < class {
				m[key] = class
			}
		}
	}
	return m, nil
}
