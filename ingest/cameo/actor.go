package cameo

import "strings"

// Actor is what an actor code says.
type Actor struct {
	Country string   // ISO 3166 alpha-3 of the first country, "" if none
	Region  Group    // the region that stands where a country would, zero if none
	Group   Group    // the most specific known group, zero if none
	Role    Role     // the role that decides, zero if none: a state, a group or a region itself
	Rest    []string // pieces in no table: peoples, provinces, denominations
}

// Known reports whether the code says who it is: by country, region, group
// or role.
func (a Actor) Known() bool {
	return a.Country != "" || a.Region.Code != "" || a.Group.Code != "" || a.Role.Code != ""
}

// Parse reads an actor code. It takes any string: what it does not know is
// in Rest.
func Parse(code string) Actor {
	t := tables()
	var a Actor
	code = strings.TrimSpace(code)
	for first := true; code != ""; first = false {
		piece := code[:min(3, len(code))]
		code = code[len(piece):]
		piece = strings.ToUpper(piece)
		country, isCountry := t.countries[piece]
		if first {
			if isCountry {
				a.Country = country
				continue
			}
			if g, ok := t.regions[piece]; ok {
				a.Region = g
				continue
			}
		}
		if r, ok := t.roles[piece]; ok {
			a.Role = a.Role.with(r)
		} else if g, ok := t.groups[piece]; ok {
			a.Group = g
		} else if isCountry && a.Country == "" && a.Region.Code == "" {
			a.Country = country // MNCUSA
		} else if g, ok := t.regions[piece]; ok && a.Country == "" && a.Region.Code == "" {
			a.Region = g // NGOEUR
		} else {
			a.Rest = append(a.Rest, piece)
		}
	}
	return a
}

// with returns which of two roles in one code decides: the one of lower
// rank, the first of equals. The government yields to the organ named after
// it (USAGOVMIL).
func (r Role) with(next Role) Role {
	switch {
	case next.Noun == "-" && r.Code != "":
		return r
	case r.Code == "" || r.Noun == "-":
		return next
	case next.Rank < r.Rank:
		return next
	case r.Code == "GOV" && next.organ():
		return next
	}
	return r
}

func (r Role) organ() bool {
	switch r.Code {
	case "MIL", "COP", "SPY", "JUD", "LEG":
		return true
	}
	return false
}
