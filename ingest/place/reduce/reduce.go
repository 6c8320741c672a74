package main

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"faultline/ingest/place"
	"faultline/schema"
)

// gazetteer is the output as it grows.
type gazetteer struct {
	written   []place.Entry
	code3     map[string]string // alpha-2 to alpha-3
	used      map[string]bool   // ids
	within    map[string]string // division code to id of its place
	more      map[string]*row   // supplements to places written by hand
	provinces []*row
	towns     []*row
}

// row is a line of the output.
type row struct {
	id, name, country, kind string
	lat, lon                float64
	within                  string
	population              int
	keys                    []string
	seen                    map[string]bool
}

func newGazetteer() (*gazetteer, error) {
	written, err := place.Written()
	if err != nil {
		return nil, err
	}
	g := &gazetteer{
		written: written,
		code3:   map[string]string{},
		used:    map[string]bool{},
		within:  map[string]string{},
		more:    map[string]*row{},
	}
	for _, e := range written {
		g.used[e.ID] = true
		if e.Kind == place.Country {
			g.code3[e.Code2] = e.Country
		}
	}
	return g, nil
}

func (g *gazetteer) reduce(towns []town, divisions []division) error {
	// The most prominent first: it gets the plain id.
	sort.SliceStable(towns, func(i, j int) bool {
		a, b := &towns[i], &towns[j]
		if x, y := a.rank(), b.rank(); x != y {
			return x > y
		}
		return a.name < b.name
	})
	sort.Slice(divisions, func(i, j int) bool { return divisions[i].Code < divisions[j].Code })
	missing := g.matchProvinces(towns, divisions)
	taken, lost := g.matchTowns(towns)
	if missing = append(missing, lost...); len(missing) > 0 {
		return fmt.Errorf("variants.tsv: no coordinates, and GeoNames has no such place in the country: %s", strings.Join(missing, ", "))
	}
	g.addProvinces(towns, divisions)
	for i := range towns {
		t := &towns[i]
		if taken[i] || !t.enough() || g.code3[t.code2] == "" {
			continue
		}
		r := g.row(t)
		r.respell(t)
		r.id = g.freeID(t.ascii, r.country, t.division)
		r.name = t.name
		if len(r.keys) > 0 {
			g.towns = append(g.towns, r)
		}
	}
	return nil
}

// rank orders towns by prominence: capitals before their size tells.
func (t *town) rank() int {
	r := t.population
	switch t.feature {
	case "PPLC":
		r += 500000
	case "PPLA":
		r += 50000
	case "PPLX": // a quarter may count the people of its town
		r = r / 100
	}
	return r
}

// row makes a line of a town with its name.
func (g *gazetteer) row(t *town) *row {
	r := &row{country: g.code3[t.code2], kind: "t", lat: t.lat, lon: t.lon, within: g.within[t.division], population: t.population}
	r.add(t.name)
	r.add(t.ascii)
	return r
}

// respell adds the other spellings of a town that English text may hold.
func (r *row) respell(t *town) {
	if !has(respelled, t.code2) {
		return
	}
	for _, o := range t.others {
		if len(r.keys) < 12 && latin(o) && alike(t.ascii, o) {
			r.add(o)
		}
	}
}

// alike tells whether two names start with like sounds: the list of other
// names holds those of all languages of the world, and former names.
func alike(a, b string) bool {
	x, _ := place.Fold(a)
	y, _ := place.Fold(b)
	if x == "" || y == "" {
		return false
	}
	for _, group := range []string{"aeiouyj", "kqgch", "dtzs", "vwb", "sc"} {
		if strings.IndexByte(group, x[0]) >= 0 && strings.IndexByte(group, y[0]) >= 0 {
			return strings.Count(y, " ") < 3
		}
	}
	return x[0] == y[0] && strings.Count(y, " ") < 3
}

// latin tells whether another name is one that English text may hold: Latin
// letters, not an airport code, not too short.
func latin(s string) bool {
	if len(s) < 4 || s == strings.ToUpper(s) || s[0]|0x20 < 'a' || s[0]|0x20 > 'z' {
		return false
	}
	for _, c := range schema.FoldAccents(s) {
		if c >= 0x80 && c != '’' && c != '‘' && c != 'ʼ' && c != 'ʿ' || c >= '0' && c <= '9' || c == '(' {
			return false
		}
	}
	return true
}

func (r *row) add(name string) {
	key, bound := place.Fold(name)
	if len(key) < 2 || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz ") != "" {
		return
	}
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	if r.seen[key] {
		return
	}
	r.seen[key] = true
	if bound {
		key = "*" + key
	}
	r.keys = append(r.keys, key)
}

// freeID finds an id that no other place has: aleppo, hama-jpn, san-jose-5.
func (g *gazetteer) freeID(name, country, div string) string {
	base := slug(name)
	if base == "" {
		base = strings.ToLower(country) + "-place"
	}
	ids := []string{base, base + "-" + strings.ToLower(country)}
	if w := g.within[div]; w != "" {
		ids = append(ids, base+"-"+w)
	}
	for _, id := range ids {
		if !g.used[id] {
			g.used[id] = true
			return id
		}
	}
	for n := 2; ; n++ {
		id := fmt.Sprintf("%s-%d", ids[1], n)
		if !g.used[id] {
			g.used[id] = true
			return id
		}
	}
}

// slug is schema.Slug in plain ASCII.
func slug(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 {
			return -1
		}
		return r
	}, schema.Slug(plain.Replace(name)))
}

// plain replaces letters of transliterations that schema.Slug keeps.
var plain = strings.NewReplacer("ḩ", "h", "Ḩ", "H", "ḑ", "d", "Ḑ", "D", "ẕ", "z", "ṯ", "t", "ǝ", "a", "Ə", "A")

// keysOf returns the folded names of a place written by hand.
func keysOf(e *place.Entry) map[string]bool {
	m := map[string]bool{}
	for _, n := range e.Names() {
		k, _ := place.Fold(n)
		m[k] = true
	}
	return m
}

// bare returns the name of a division without its kind.
func bare(name string) string {
	for _, w := range []string{"Governorate", "Oblast", "Province", "Region", "State", "Republic", "City", "District", "Krai", "Prefecture", "Department"} {
		name = strings.TrimSuffix(name, " "+w)
	}
	return name
}

// matchProvinces finds the divisions of the provinces written by hand, and of
// regions that GeoNames counts as divisions (the West Bank).
func (g *gazetteer) matchProvinces(towns []town, divisions []division) (missing []string) {
	for _, kind := range []place.Kind{place.Province, place.Region} {
		for i := range g.written {
			e := &g.written[i]
			if e.Kind == kind && !g.matchProvince(e, towns, divisions) && e.Latitude == 0 && e.Longitude == 0 {
				missing = append(missing, e.ID)
			}
		}
	}
	return missing
}

func (g *gazetteer) matchProvince(e *place.Entry, towns []town, divisions []division) bool {
	keys := keysOf(e)
	for _, d := range divisions {
		if g.code3[d.Code[:2]] != e.Country || g.within[d.Code] != "" {
			continue
		}
		full, _ := place.Fold(d.Name)
		short, _ := place.Fold(bare(d.Name))
		if !keys[full] && !keys[short] {
			continue
		}
		g.within[d.Code] = e.ID
		r := &row{id: "+" + e.ID, country: e.Country, kind: "p"}
		r.lat, r.lon = seat(towns, d.Code)
		r.add(d.Name)
		g.more[e.ID] = r
		return true
	}
	return false
}

// seat returns the coordinates of a division: the middle of its towns.
func seat(towns []town, code string) (lat, lon float64) {
	n := 0.0
	for i := range towns {
		if towns[i].division == code {
			lat += towns[i].lat
			lon += towns[i].lon
			n++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return lat / n, lon / n
}

// near is how far, in kilometres, a town may lie from its coordinates
// written by hand and still be the same.
const near = 25

// matchTowns finds the towns written by hand; each may cover several rows of
// GeoNames (a town and its quarter of one name). taken marks those.
func (g *gazetteer) matchTowns(towns []town) (taken map[int]bool, missing []string) {
	taken = map[int]bool{}
	byKey := map[string][]int{} // country and folded name
	for i := range towns {
		t := &towns[i]
		c := g.code3[t.code2]
		seen := map[string]bool{}
		for _, n := range append([]string{t.name, t.ascii}, t.others...) {
			if k, _ := place.Fold(n); k != "" && !seen[k] {
				seen[k] = true
				byKey[c+k] = append(byKey[c+k], i)
			}
		}
	}
	for i := range g.written {
		e := &g.written[i]
		switch e.Kind {
		case place.Town, place.District, place.Camp:
		default:
			continue
		}
		lat, lon := e.Latitude, e.Longitude
		placed := lat != 0 || lon != 0
		names := e.Names()
		var r *row
		for pass := 0; pass < 2; pass++ { // all rows by name, first for the place, then for its doubles
			for _, n := range names {
				k, _ := place.Fold(n)
				for _, j := range byKey[e.Country+k] {
					t := &towns[j]
					if taken[j] || placed && distance(lat, lon, t.lat, t.lon) > near {
						continue
					}
					if e.Kind != place.Town && t.feature != "PPLX" && t.population > 300000 {
						continue
					}
					taken[j] = true
					if r == nil {
						r = g.row(t)
						r.id = "+" + e.ID
						if !placed {
							lat, lon, placed = t.lat, t.lon, true
						}
					}
				}
			}
		}
		if r != nil {
			if e.Within != "" {
				r.within = ""
			}
			g.more[e.ID] = r
		} else if !placed {
			missing = append(missing, e.ID)
		}
	}
	return taken, missing
}

// distance in kilometres on a sphere.
func distance(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	dlat, dlon := (lat2-lat1)*rad/2, (lon2-lon1)*rad/2
	a := math.Sin(dlat)*math.Sin(dlat) + math.Cos(lat1*rad)*math.Cos(lat2*rad)*math.Sin(dlon)*math.Sin(dlon)
	return 2 * 6371 * math.Asin(math.Sqrt(a))
}

// addProvinces adds the other divisions of the countries that matter. One
// that shares its name with a town is told apart in its id and name.
func (g *gazetteer) addProvinces(towns []town, divisions []division) {
	seats := map[string]bool{}
	for i := range towns {
		seats[towns[i].division+slug(towns[i].ascii)] = true
	}
	for _, d := range divisions {
		country := g.code3[d.Code[:2]]
		if country == "" || g.within[d.Code] != "" || !has(divisionCountries, d.Code[:2]) {
			continue
		}
		lat, lon := seat(towns, d.Code)
		if lat == 0 && lon == 0 {
			continue
		}
		r := &row{name: bare(d.Name), country: country, kind: "p", lat: lat, lon: lon}
		r.add(r.name)
		r.add(d.Name)
		if len(r.keys) == 0 {
			continue
		}
		name := r.name
		if g.used[slug(name)] || seats[d.Code+slug(name)] {
			name += " province"
			r.name = name
		}
		r.id = g.freeID(name, country, "")
		g.within[d.Code] = r.id
		g.provinces = append(g.provinces, r)
	}
}

// lines returns the output: supplements by id, provinces, towns by country
// and id.
func (g *gazetteer) lines() []string {
	var out []string
	for i := range g.written {
		if r := g.more[g.written[i].ID]; r != nil {
			r.name, r.country = "", "" // they stand in the file written by hand
			out = append(out, r.line())
		}
	}
	for _, list := range [][]*row{g.provinces, g.towns} {
		sort.SliceStable(list, func(i, j int) bool {
			if list[i].country != list[j].country {
				return list[i].country < list[j].country
			}
			return list[i].id < list[j].id
		})
		for _, r := range list {
			out = append(out, r.line())
		}
	}
	return out
}

func (r *row) line() string {
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%.0f\t%.0f\t%s\t%d\t%s",
		r.id, r.name, r.country, r.kind, r.lat*1000, r.lon*1000, r.within, r.population, strings.Join(r.keys, "|"))
}
