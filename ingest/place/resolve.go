package place

import "sort"

// Candidates returns the places that a mention may be, the most prominent
// first: places written by hand before others, then by population, then by
// id.
func (g *Gazetteer) Candidates(m Mention) []Place {
	ns := g.candidates(m)
	sort.Slice(ns, func(i, j int) bool {
		a, b := g.prominence(ns[i]), g.prominence(ns[j])
		if a != b {
			return a > b
		}
		return g.records[ns[i]].id < g.records[ns[j]].id
	})
	out := make([]Place, len(ns))
	for i, n := range ns {
		out[i] = g.place(n)
	}
	return out
}

// candidates returns the records that fit the article of the mention.
func (g *Gazetteer) candidates(m Mention) []int32 {
	var out []int32
	for n := m.head; n != 0; n = g.names.items[n-1].next {
		if it := &g.names.items[n-1]; (m.article || !it.bound) && (m.upper || !it.upper) {
			out = append(out, it.place)
		}
	}
	return out
}

// prominence is a rough guess of how often news mean a place by its name, in
// millions of people.
func (g *Gazetteer) prominence(n int32) float64 {
	r := &g.records[n]
	p := float64(r.population) / 1e6
	if r.written {
		p += 2
	}
	switch r.kind {
	case Country:
		p += 30
	case Province:
		if !r.written { // a state of a federation before small towns
			p += 0.5
		}
	}
	return p
}

// What outweighs what when places share a name: the country that the text
// puts beside the name, then the unit, then prominence, which counts many
// times more in a country of the context. So Tripoli is in Lebanon when
// Lebanon is spoken of, but Damascus is not in Maryland when the United
// States are.
const (
	weightCountry = 1e6
	weightUnit    = 1e4
	weightContext = 30
	// unknown is what a place counts of which neither population nor rank is
	// known.
	unknown = 0.02
	// obscure is the prominence below which a town counts only in a country
	// that the context speaks of, or with a locative cue and no context.
	obscure = 0.1
)

// Resolve chooses the place that a mention means. countries are alpha-3
// codes that the context speaks of, the most likely first: named in the
// sentence, in the report, those of the actors. It returns false when no
// candidate is likely enough.
func (g *Gazetteer) Resolve(m Mention, countries []string) (Place, bool) {
	best, bestScore, inContext := int32(-1), -1.0, false
	for n := m.head; n != 0; n = g.names.items[n-1].next {
		it := &g.names.items[n-1]
		if it.bound && !m.article || it.upper && !m.upper {
			continue
		}
		r := &g.records[it.place]
		score := g.prominence(it.place) + unknown
		known := false
		for k, c := range countries {
			if c == r.country {
				score *= weightContext / float64(1+min(k, 9))
				known = true
				break
			}
		}
		if m.Unit == "" && r.kind != Province {
			score += 0.4 // "in Idlib" is the town, "in Goa" the state
		}
		score += weightUnit * fit(m.Unit, r.kind)
		if m.Country != "" && r.country == m.Country {
			score += weightCountry
			known = true
		}
		if score > bestScore || score == bestScore && r.id < g.records[best].id {
			best, bestScore, inContext = it.place, score, known
		}
	}
	if best < 0 {
		return Place{}, false
	}
	r := &g.records[best]
	if !inContext && g.prominence(best) < obscure && (len(countries) > 0 || !m.Cue.Locative()) {
		return Place{}, false
	}
	// "Idlib province" where only the town is known by that name.
	if m.Unit == Province && r.kind == Town && r.within != "" {
		if w, ok := g.byID[r.within]; ok && g.records[w].kind == Province {
			best = w
		}
	}
	return g.place(best), true
}

// fit tells how well a kind of place goes with the unit in the text, 0 to 1.
func fit(unit, kind Kind) float64 {
	switch {
	case unit == "":
		return 0
	case unit == kind:
		return 1
	case unit == Province && (kind == Region || kind == District):
		return 0.8
	case unit == Region && (kind == Province || kind == District):
		return 0.8
	case unit == Town && (kind == District || kind == Camp || kind == Site):
		return 0.8
	case unit == Base && kind == Airport, unit == Airport && kind == Base:
		return 0.8
	case kind == Town:
		return 0.5
	}
	return 0
}
