package gazetteer

import (
	"strings"

	"faultline/schema"
)

// icewsName returns the slug of an actor that ICEWS names as news does not.
func icewsName(name string) (slug string, ok bool) {
	switch name {
	case "Congo":
		return "republic-of-the-congo", true
	case "Korea":
		return "south-korea", true
	case "International":
		return "international-community", true
	}
	return "", false
}

// LookupICEWS returns the actor that ICEWS, or a data set with names in its
// style, means by a source or target: "China", "Military (Mali)", "Barack
// Obama", "UN Security Council". Of several candidates it takes who held an
// office on the day. It is false for names the gazetteer does not know.
//
// "Head of Government (India)" gives the state, whose organ it is; ask
// HolderAt for the person.
func (g *Gazetteer) LookupICEWS(name string, day schema.Day) (schema.Actor, bool) {
	name = strings.TrimSpace(name)
	if slug, ok := icewsName(name); ok {
		if i, ok := g.byID[schema.MakeActorID(slug)]; ok {
			return g.entries[i].Actor, true
		}
	}
	if found := g.lookup(name, true); len(found) > 0 {
		return g.entries[g.inOffice(found, day)].Actor, true
	}
	if role, holder, ok := cutHolder(name); ok {
		if slug, ok := icewsName(holder); ok {
			if h, known := g.byID[schema.MakeActorID(slug)]; known {
				return g.roleOf(role, h)
			}
		}
		return g.Role(role, holder)
	}
	return g.personNamed(name, day)
}

// cutHolder takes "role (holder)" apart. Both may have brackets of their own:
// "Member of Legislative (Govt) (India)", "Priest (Holy See (Vatican City State))".
func cutHolder(name string) (role, holder string, ok bool) {
	if !strings.HasSuffix(name, ")") {
		return "", "", false
	}
	depth := 0
	for i := len(name) - 1; i > 0; i-- {
		switch name[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return strings.TrimSpace(name[:i]), name[i+1 : len(name)-1], true
			}
		}
	}
	return "", "", false
}

// inOffice picks the first candidate that held an office on the day, or the
// first.
func (g *Gazetteer) inOffice(candidates []int32, day schema.Day) int32 {
	if day != schema.NoDay && len(candidates) > 1 {
		for _, c := range candidates {
			for _, o := range g.entries[c].Offices {
				if o.On(day) {
					return c
				}
			}
		}
	}
	return candidates[0]
}

// longestTitle before a name, in words.
const longestTitle = 3

// personNamed finds persons written with a title ("Emperor Akihito") or with
// middle names ("Dmitry Anatolyevich Medvedev") that the data files lack.
func (g *Gazetteer) personNamed(name string, day schema.Day) (schema.Actor, bool) {
	words := strings.Fields(name)
	for n := 1; n < len(words) && n <= longestTitle; n++ {
		if r, ok := g.role(strings.Join(words[:n], " ")); ok && r.Title {
			if a, ok := g.person(strings.Join(words[n:], " "), day); ok {
				return a, true
			}
		}
	}
	if len(words) < 3 {
		return schema.Actor{}, false
	}
	last := words[len(words)-1:]
	if a := Fold(words[len(words)-2]); a == "al" {
		last = words[len(words)-2:]
	}
	return g.person(words[0]+" "+strings.Join(last, " "), day)
}

func (g *Gazetteer) person(name string, day schema.Day) (schema.Actor, bool) {
	var persons []int32
	for _, i := range g.lookup(name, true) {
		if g.entries[i].Actor.Kind == schema.Person {
			persons = append(persons, i)
		}
	}
	if len(persons) == 0 {
		return schema.Actor{}, false
	}
	return g.entries[g.inOffice(persons, day)].Actor, true
}
