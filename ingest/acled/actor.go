package acled

import (
	"strings"

	"faultline/ingest/report"
	"faultline/ingest/table"
	"faultline/schema"
)

// interaction is the kind of an actor, which ACLED writes as a number or in
// words.
type interaction int

const (
	unknown interaction = iota
	stateForces
	rebels
	politicalMilitia
	identityMilitia
	rioters
	protesters
	civilians
	external
)

func interactionOf(s string) interaction {
	switch strings.ToLower(s) {
	case "1", "state forces":
		return stateForces
	case "2", "rebel group", "rebel groups", "rebel forces":
		return rebels
	case "3", "political militia", "political militias":
		return politicalMilitia
	case "4", "identity militia", "identity militias", "communal militias":
		return identityMilitia
	case "5", "rioters":
		return rioters
	case "6", "protesters":
		return protesters
	case "7", "civilians":
		return civilians
	case "8", "external/other forces", "other forces", "external forces":
		return external
	}
	return unknown // "0" stands for no actor
}

// actor is one side of a row.
type actor struct {
	name string // "" if there is none
	kind interaction
}

func actorOf(name, inter string) actor {
	a := actor{table.OneLine(name), interactionOf(table.OneLine(inter))}
	if a.kind == unknown {
		a.kind = kindOf(a.name)
	}
	return a
}

// kindOf is what a name alone tells, for exports without the inter columns;
// the code for both sides together does not say which is which.
func kindOf(name string) interaction {
	base, _, _ := strings.Cut(name, " (")
	switch base {
	case "Civilians":
		return civilians
	case "Protesters":
		return protesters
	case "Rioters":
		return rioters
	}
	for _, o := range organs() {
		if strings.HasPrefix(name, o.prefix) {
			return stateForces
		}
	}
	return unknown
}

// organs are the words before "of" in the names of what belongs to a state,
// with the role that they are.
func organs() []struct{ prefix, role string } {
	return []struct{ prefix, role string }{
		{"Military Forces of ", "Military"},
		{"Police Forces of ", "Police"},
		{"Government of ", ""},
	}
}

// crowds are the names of people without an organisation, in the style
// "Protesters (Mali)".
func crowd(name string) (role string, ok bool) {
	switch name {
	case "Protesters", "Rioters", "Civilians", "Refugees", "Journalists", "Students", "Teachers", "Lawyers", "Farmers",
		"Prisoners", "Settlers", "Muslims", "Christians", "Aid Workers", "Fishers", "Women", "Government", "Judges":
		return name, true
	case "Refugees/IDPs":
		return "Refugees", true
	case "Health Workers":
		return "Medical Workers", true
	case "Labor Group", "Labour Group":
		return "Unions", true
	case "Unidentified Armed Group", "Unidentified Military Forces":
		return "Armed Group", true
	case "Unidentified Gang", "Unidentified Gang and/or Police Militia":
		return "Gang", true
	case "Unidentified Communal Militia", "Unidentified Clan Militia", "Unidentified Tribal Militia", "Unidentified Ethnic Militia":
		return "Militia", true
	}
	return "", false
}

// party is what an actor's name tells: "Military Forces of Sudan (2011-2019,
// Omar al-Bashir)", "Protesters (Mali)", "FLM: Liberation Front (Mali)".
func (a actor) party() report.Party {
	p := report.Party{Kind: a.kind.actorKind()}
	for _, o := range organs() {
		if state, ok := strings.CutPrefix(a.name, o.prefix); ok {
			state = beforePeriod(state)
			p.Country = state
			if p.Role = state; o.role != "" {
				p.Role = o.role + " (" + state + ")"
			}
			return p
		}
	}
	base, country := a.name, ""
	if i := strings.LastIndex(a.name, " ("); i > 0 && strings.HasSuffix(a.name, ")") {
		base, country = a.name[:i], a.name[i+2:len(a.name)-1]
		p.Country = country
	}
	if role, ok := crowd(base); ok {
		p.Role = role
		if country != "" {
			p.Role += " (" + country + ")"
		}
		return p
	}
	p.Names = []string{a.name}
	if base != a.name {
		p.Names = append(p.Names, base)
	}
	if short, long, ok := strings.Cut(base, ": "); ok {
		p.Names = append(p.Names, long, short)
	}
	return p
}

// beforePeriod cuts off the government's years and what part of the forces
// acted: "Syria (2000-2024) Tigers".
func beforePeriod(state string) string {
	for i := 0; i+2 < len(state); i++ {
		if state[i] == ' ' && state[i+1] == '(' && state[i+2] >= '0' && state[i+2] <= '9' {
			return state[:i]
		}
	}
	return state
}

func (k interaction) actorKind() schema.ActorKind {
	switch k {
	case stateForces:
		return schema.Military
	case rebels, politicalMilitia, identityMilitia:
		return schema.ArmedGroup
	case rioters, protesters, civilians:
		return schema.Population
	}
	return schema.Organisation
}
