package place

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"

	"faultline/schema"
)

//go:generate go run ./reduce -cities cities500.txt -divisions admin1.json -out data/places.tsv.gz

//go:embed data/countries.tsv
var countriesFile string

//go:embed data/variants.tsv
var variantsFile string

//go:embed data/stop.txt
var stopFile string

//go:embed data/places.tsv.gz
var placesFile []byte

// record is a place as the gazetteer keeps it; strings point into the files.
type record struct {
	id, name, country, within string
	kind                      Kind
	lat, lon                  float32
	population                int32
	written                   bool // by hand
}

// Gazetteer holds all places and their names. It does not change after Load
// and may be used from several goroutines.
type Gazetteer struct {
	records []record
	byID    map[string]int32 // written by hand and countries
	iso     map[string]int32 // country by alpha-3 code
	names   index
	stop    map[string]stopClass
	towns   func() map[string]int32 // by id, made when first asked for: it would cost every Load
}

// Load reads the embedded files. An error names the file, line and place at
// fault; it means that a file was edited and the towns not reduced again.
func Load() (*Gazetteer, error) {
	return load(countriesFile, variantsFile, stopFile, placesFile)
}

func load(countries, variants, stop string, places []byte) (*Gazetteer, error) {
	towns, err := inflate(places)
	if err != nil {
		return nil, fmt.Errorf("data/places.tsv.gz: %w", err)
	}
	written, err := parseWritten(countries, variants)
	if err != nil {
		return nil, err
	}
	lines := strings.Count(towns, "\n")
	g := &Gazetteer{
		records: make([]record, 0, lines+len(written)),
		byID:    make(map[string]int32, len(written)),
		iso:     make(map[string]int32, 256),
		names:   newIndex(3*lines + 4*len(written)),
	}
	if g.stop, err = parseStop(stop); err != nil {
		return nil, err
	}
	for i := range written {
		e := &written[i]
		n := int32(len(g.records))
		if _, twice := g.byID[e.ID]; twice {
			return nil, fmt.Errorf("%s:%d: place %s is there twice", e.file, e.line, e.ID)
		}
		g.byID[e.ID] = n
		if e.Kind == Country {
			g.iso[e.Country] = n
		}
		g.records = append(g.records, record{
			id: e.ID, name: e.Name, country: e.Country, within: e.Within, kind: e.Kind,
			lat: float32(e.Latitude), lon: float32(e.Longitude), population: int32(e.Population), written: true,
		})
		for _, name := range e.Names() {
			key, bound := Fold(name)
			g.names.addKey(key, item{place: n, bound: bound, upper: abbreviation(name)})
		}
	}
	if err := g.addTowns(towns); err != nil {
		return nil, err
	}
	g.towns = sync.OnceValue(func() map[string]int32 {
		m := make(map[string]int32, len(g.records))
		for i := range g.records {
			m[g.records[i].id] = int32(i)
		}
		return m
	})
	for i := range written {
		e := &written[i]
		r := &g.records[g.byID[e.ID]]
		if r.lat == 0 && r.lon == 0 {
			return nil, fmt.Errorf("%s:%d: %s has no coordinates, here or in places.tsv.gz: run go generate", e.file, e.line, e.ID)
		}
	}
	return g, nil
}

// abbreviation tells whether a name is written in capitals alone.
func abbreviation(name string) bool {
	for i := 0; i < len(name); i++ {
		if name[i] < 'A' || name[i] > 'Z' {
			return false
		}
	}
	return len(name) <= 5
}

// inflate unpacks a gzip file in one piece; its last four bytes tell the
// size.
func inflate(packed []byte) (string, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	size := uint32(0)
	if len(packed) >= 4 {
		size = binary.LittleEndian.Uint32(packed[len(packed)-4:])
	}
	if size > 1<<26 {
		return "", fmt.Errorf("claims %d bytes", size)
	}
	var b strings.Builder
	b.Grow(int(size))
	if _, err := io.Copy(&b, z); err != nil {
		return "", err
	}
	return b.String(), nil
}

// The columns of places.tsv.gz. A line whose id starts with + adds
// coordinates, population, province and names to a place written by hand.
const (
	colID = iota
	colName
	colCountry
	colKind // one letter
	colLat  // 1/1000 degree
	colLon
	colWithin
	colPopulation
	colKeys // folded, separated by |, * before one that needs its article
	columns
)

func (g *Gazetteer) addTowns(file string) error {
	for line := 1; len(file) > 0; line++ {
		row, rest, _ := strings.Cut(file, "\n")
		file = rest
		var f [columns]string
		for i := range f[:columns-1] {
			var ok bool
			if f[i], row, ok = strings.Cut(row, "\t"); !ok {
				return fmt.Errorf("places.tsv.gz:%d: %d columns, want %d", line, i+1, columns)
			}
		}
		f[colKeys] = row
		lat, err1 := strconv.Atoi(f[colLat])
		lon, err2 := strconv.Atoi(f[colLon])
		pop, err3 := strconv.Atoi(f[colPopulation])
		if err1 != nil || err2 != nil || err3 != nil {
			return fmt.Errorf("places.tsv.gz:%d: coordinates or population of %s are no numbers", line, f[colID])
		}
		var n int32
		if id, more := strings.CutPrefix(f[colID], "+"); more {
			var ok bool
			if n, ok = g.byID[id]; !ok {
				return fmt.Errorf("places.tsv.gz:%d: %s is no longer written by hand: run go generate", line, id)
			}
			r := &g.records[n]
			if r.lat == 0 && r.lon == 0 {
				r.lat, r.lon = float32(lat)/1000, float32(lon)/1000
			}
			if r.population == 0 {
				r.population = int32(pop)
			}
			if r.within == "" {
				r.within = f[colWithin]
			}
		} else {
			n = int32(len(g.records))
			kind := Town
			if f[colKind] == "p" {
				kind = Province
				g.byID[f[colID]] = n
			}
			g.records = append(g.records, record{
				id: f[colID], name: f[colName], country: f[colCountry], within: f[colWithin], kind: kind,
				lat: float32(lat) / 1000, lon: float32(lon) / 1000, population: int32(pop),
			})
		}
		for keys := f[colKeys]; keys != ""; {
			key, rest, _ := strings.Cut(keys, "|")
			keys = rest
			key, bound := strings.CutPrefix(key, "*")
			g.names.addKey(key, item{place: n, bound: bound})
		}
	}
	return nil
}

// Len returns the number of places.
func (g *Gazetteer) Len() int { return len(g.records) }

// Place returns the place with an id.
func (g *Gazetteer) Place(id schema.PlaceID) (Place, bool) {
	slug := id.Slug()
	if n, ok := g.byID[slug]; ok {
		return g.place(n), true
	}
	if n, ok := g.towns()[slug]; ok {
		return g.place(n), true
	}
	return Place{}, false
}

// Country returns the country with an ISO 3166 alpha-3 code.
func (g *Gazetteer) Country(iso3 string) (Place, bool) {
	n, ok := g.iso[iso3]
	if !ok {
		return Place{}, false
	}
	return g.place(n), true
}

func (g *Gazetteer) place(n int32) Place {
	r := &g.records[n]
	p := Place{
		ID: schema.MakePlaceID(r.id), Name: r.name, Country: r.country, Kind: r.kind,
		Latitude: degrees(r.lat), Longitude: degrees(r.lon), Population: int(r.population),
	}
	switch {
	case r.within != "":
		p.Within = schema.MakePlaceID(r.within)
	case r.kind != Country && r.country != "":
		if c, ok := g.iso[r.country]; ok {
			p.Within = schema.MakePlaceID(g.records[c].id)
		}
	}
	return p
}

// degrees undoes the rounding of float32: coordinates have four decimals at
// most.
func degrees(f float32) float64 { return math.Round(float64(f)*1e4) / 1e4 }
