package gazetteer

import (
	"fmt"
	"slices"
	"strings"

	"faultline/schema"
)

// Class is what sort of role a noun names, finer than the kind of actor.
type Class string

// The classes of role nouns.
const (
	ClassGovernment   Class = "government"
	ClassMilitary     Class = "military"
	ClassPolice       Class = "police"
	ClassJudiciary    Class = "judiciary"
	ClassLegislature  Class = "legislature"
	ClassIntelligence Class = "intelligence"
	ClassRebel        Class = "rebel"
	ClassMilitant     Class = "militant"
	ClassMilitia      Class = "militia"
	ClassTerrorist    Class = "terrorist"
	ClassGunman       Class = "gunman"
	ClassProtester    Class = "protester"
	ClassOpposition   Class = "opposition"
	ClassCivilian     Class = "civilian"
	ClassRefugee      Class = "refugee"
	ClassDetainee     Class = "detainee"
	ClassMedia        Class = "media"
	ClassNGO          Class = "ngo"
	ClassBusiness     Class = "business"
	ClassMedical      Class = "medical"
	ClassEducation    Class = "education"
	ClassReligious    Class = "religious"
	ClassOfficial     Class = "official"
	ClassLeader       Class = "leader"
	ClassSpokesperson Class = "spokesperson"
	ClassEnvoy        Class = "envoy"
	ClassLegislator   Class = "legislator"
	ClassPerson       Class = "person"
)

// kind returns the kind of actor that bearers of the class make up, and
// whether the class is one.
func (c Class) kind() (schema.ActorKind, bool) {
	switch c {
	case ClassGovernment, ClassPolice, ClassJudiciary, ClassLegislature, ClassIntelligence,
		ClassOfficial, ClassLeader, ClassSpokesperson, ClassEnvoy, ClassLegislator:
		return schema.Government, true
	case ClassMilitary:
		return schema.Military, true
	case ClassRebel, ClassMilitant, ClassMilitia, ClassTerrorist, ClassGunman:
		return schema.ArmedGroup, true
	case ClassOpposition, ClassNGO, ClassBusiness:
		return schema.Organisation, true
	case ClassProtester, ClassCivilian, ClassRefugee, ClassDetainee, ClassMedia, ClassMedical,
		ClassEducation, ClassReligious, ClassPerson:
		return schema.Population, true
	}
	return "", false
}

// RoleNoun is one row of roles.tsv.
type RoleNoun struct {
	Singular string
	Plural   string // "" when regular or none
	// Kind of the combined actor; schema.Person when the noun names one
	// person, whose combined actor is the organ he belongs to: of the kind
	// that other nouns give the suffix, else of the kind of the class.
	Kind   schema.ActorKind
	Suffix string // of the combined actor's id; "" when Self
	Class  Class
	Self   bool // the combination is the holder itself
	Own    bool // an actor of its own even when the holder is a group
	Verb   bool // also a common verb or other word
	Title  bool // may stand before a person's name
	Cap    bool // in lower case and singular it is an adjective, "general"
	Data   bool // in coded data sets only

	suffix []int32          // words of Suffix
	words  []int32          // words of Singular
	made   schema.ActorKind // of the actor that the noun makes with a state
}

// organ reports whether the bearers act for the holder, so that for a group
// they are the group.
func (n *RoleNoun) organ() bool {
	switch n.made {
	case schema.Government, schema.Military, schema.ArmedGroup:
		return !n.Own
	}
	return n.Self && !n.Own
}

func parseRole(r row) (RoleNoun, error) {
	n := RoleNoun{
		Singular: r.cells[0],
		Plural:   r.cells[1],
		Kind:     schema.ActorKind(r.cells[2]),
		Suffix:   r.cells[3],
		Class:    Class(r.cells[4]),
	}
	if !hasWord(n.Singular) {
		return n, r.errorf("the role has no name")
	}
	if err := n.Kind.Validate(); err != nil {
		return n, r.errorf("%v", err)
	}
	if _, ok := n.Class.kind(); !ok {
		return n, r.errorf("%q is no class of role", n.Class)
	}
	if n.Plural == "-" {
		n.Plural = ""
	} else if n.Plural == "" {
		n.Plural = plural(n.Singular)
	}
	if rest, ok := strings.CutPrefix(n.Suffix, "+"); ok {
		n.Suffix, n.Own = rest, true
	}
	if n.Suffix == "=" {
		n.Suffix, n.Self = "", true
	} else if !isSlug(n.Suffix) {
		return n, r.errorf("%q is no suffix: want =, a slug, or + and a slug", n.Suffix)
	}
	for _, f := range strings.Fields(r.cells[5]) {
		switch f {
		case "verb":
			n.Verb = true
		case "title":
			n.Title = true
		case "cap":
			n.Cap = true
		case "data":
			n.Data = true
		default:
			return n, r.errorf("%q is no flag: want verb, title, cap or data", f)
		}
	}
	return n, nil
}

// plural forms the regular English plural of a phrase's last word.
func plural(s string) string {
	switch {
	case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "x"), strings.HasSuffix(s, "ch"), strings.HasSuffix(s, "sh"):
		return s + "es"
	case len(s) > 1 && strings.HasSuffix(s, "y") && !strings.ContainsRune("aeiou", rune(s[len(s)-2])):
		return s[:len(s)-1] + "ies"
	}
	return s + "s"
}

// role finds a role noun by its singular or plural.
func (g *Gazetteer) role(name string) (*RoleNoun, bool) {
	node, ok := g.lex.find(name)
	if !ok {
		return nil, false
	}
	for _, s := range g.lex.senses[node] {
		if s.kind == senseRole {
			return &g.roles[s.entry], true
		}
	}
	return nil, false
}

// RoleActor returns the actor that a role noun names together with its
// holder: the row of the data files that has this name ("Syrian army"), the
// holder itself ("Hezbollah fighters", "Syrian president"), or an actor
// derived from both ("Syrian protesters"). It is false when the gazetteer
// knows no such holder or no such role.
//
// Organs of a state or territory are part_of it. Its armed groups,
// populations, parties and outlets are not: they only have its country.
func (g *Gazetteer) RoleActor(holder schema.ActorID, role string) (schema.Actor, bool) {
	h, ok := g.byID[holder]
	if !ok {
		return schema.Actor{}, false
	}
	n, ok := g.role(role)
	if !ok {
		return schema.Actor{}, false
	}
	return g.combine(h, n), true
}

// Role is RoleActor for a holder known by name, in the form "role (holder)"
// of ICEWS: Role("Military", "Mali"). A role that is no role noun but an
// actor of the holder's country ("Muslim Brotherhood", "Egypt"), or a people
// in it ("Tamil", "India"), counts too; of other phrases their last words
// ("Military Judge" is a judge).
func (g *Gazetteer) Role(name, holder string) (schema.Actor, bool) {
	holders := g.lookup(holder, true)
	if len(holders) == 0 {
		return schema.Actor{}, false
	}
	return g.roleOf(name, holders[0])
}

func (g *Gazetteer) roleOf(name string, h int32) (schema.Actor, bool) {
	e := &g.entries[h]
	for _, i := range g.lookup(name, true) {
		if other := g.entries[i].Actor; other.Country != "" && other.Country == e.Actor.Country && i != h {
			return other, true
		}
	}
	if n, ok := g.role(name); ok {
		return g.combine(h, n), true
	}
	for _, i := range g.lookup(name, true) {
		if other := &g.entries[i]; other.Actor.Kind == schema.Population {
			return g.peopleIn(h, i), true
		}
	}
	for words := strings.Fields(name); len(words) > 1; {
		words = words[1:]
		if n, ok := g.role(strings.Join(words, " ")); ok {
			return g.combine(h, n), true
		}
	}
	return schema.Actor{}, false
}

// peopleIn makes the part of a people that lives in a state.
func (g *Gazetteer) peopleIn(state, people int32) schema.Actor {
	s, p := &g.entries[state], &g.entries[people]
	return g.derived(s.Actor.ID.Slug()+"-"+p.Actor.ID.Slug(), schema.Actor{
		Name:    s.attributive() + " " + p.Actor.Name,
		Kind:    schema.Population,
		Country: s.Actor.Country,
	})
}

// attributive is the form of the name that stands before a noun.
func (e *Entry) attributive() string {
	if len(e.Adjectives) > 0 {
		return e.Adjectives[0]
	}
	return e.Actor.Name
}

// derived completes a combined actor, unless a data file has its id.
func (g *Gazetteer) derived(slug string, a schema.Actor) schema.Actor {
	a.ID = schema.MakeActorID(slug)
	if i, ok := g.byID[a.ID]; ok {
		return g.entries[i].Actor
	}
	return a
}

// seat returns the state or group that a person leads or last led, for
// "Assad government" and "Gaddafi forces"; and the person if none.
func (g *Gazetteer) seat(person int32) int32 {
	best, from := person, schema.NoDay
	for _, o := range g.entries[person].Offices {
		n, ok := g.role(o.Role)
		if !ok || n.Class != ClassLeader {
			continue
		}
		if at, ok := g.byID[o.At]; ok && (best == person || o.From > from) {
			best, from = at, o.From
		}
	}
	return best
}

// combine makes the actor of a holder and a role; it decides nothing by
// text, so that equal ids always mean equal actors.
func (g *Gazetteer) combine(h int32, n *RoleNoun) schema.Actor {
	if g.entries[h].Actor.Kind == schema.Person && n.organ() {
		h = g.seat(h)
	}
	e := &g.entries[h]
	if row, ok := g.organRow(h, n); ok {
		return g.entries[row].Actor
	}
	slug := e.Actor.ID.Slug()
	a := schema.Actor{Kind: n.made, Country: e.Actor.Country}
	if n.Self {
		return e.Actor
	}
	suffix := n.Suffix
	switch {
	case e.Actor.Kind == schema.Person:
		a.AlignedWith = []schema.ActorID{e.Actor.ID}
	case e.Actor.Kind == schema.Population:
		if a.Kind == schema.Military {
			a.Kind, suffix = schema.ArmedGroup, "forces" // "Kurdish forces"
		}
		if a.Kind == schema.Government {
			return e.Actor // a people's officials and leaders stand for it
		}
	case n.Suffix == "coalition":
		if row, ok := g.ledRow(h, n); ok {
			return g.entries[row].Actor
		}
		return g.derived(slug+"-led-coalition", schema.Actor{
			Name:        e.attributive() + "-led coalition",
			Kind:        schema.Military,
			AlignedWith: []schema.ActorID{e.Actor.ID},
		})
	case e.territory:
		if a.Kind == schema.Government || a.Kind == schema.Military {
			a.PartOf = []schema.ActorID{e.Actor.ID}
		}
	case n.organ(), e.Actor.Kind == schema.Outlet && n.Class == ClassMedia:
		return e.Actor
	case n.Own && n.Class == ClassMilitary:
		a.PartOf = []schema.ActorID{e.Actor.ID}
	case n.Own:
		a.AlignedWith = []schema.ActorID{e.Actor.ID}
	}
	a.Name = e.attributive() + " " + strings.ReplaceAll(suffix, "-", " ")
	return g.derived(slug+"-"+suffix, a)
}

// organRow finds the row of the data files that is named like the
// combination, by the noun itself ("Syrian army") or by what the noun stands
// for ("Syrian troops": "Syrian military").
func (g *Gazetteer) organRow(h int32, n *RoleNoun) (int32, bool) {
	for _, words := range [][]int32{n.words, n.suffix} {
		if len(words) == 0 {
			continue
		}
		for _, form := range g.lex.forms[h] {
			if node, ok := g.lex.walk(form, words); ok {
				if i, ok := g.lex.entryAt(node); ok && i != h {
					return i, true
				}
			}
		}
		if n.Self {
			break
		}
	}
	return 0, false
}

// relation is how a participle ties a holder to the noun after it.
type relation uint8

const (
	relNone    relation = iota
	relAligned          // US-backed, pro-Russian
	relLed              // Saudi-led
	relAgainst          // anti-Assad
	relPlace            // rebel-held, London-based: says nothing of the actor
)

// Second halves of compounds like "US-backed", and first ones like "pro-Iran".
var compoundWords = []struct {
	rel   relation
	words string
}{
	{relAligned, "backed aligned allied supported sponsored funded financed trained armed equipped " +
		"linked affiliated inspired friendly loyal supplied"},
	{relLed, "led commanded"},
	{relPlace, "held controlled occupied run ruled owned based born made built administered dominated " +
		"majority speaking flagged registered educated besieged brokered mediated style era wide designated " +
		"drafted proposed appointed sanctioned imposed language bound related manufactured mandated"},
}

// tie is one "X-backed", "pro-X" or "anti-X" before a noun.
type tie struct {
	rel    relation
	holder int32
}

// alignedActor makes the actor of "US-backed rebels", and with an inner
// holder of "Turkish-backed Syrian rebels". It sides with the patron and is
// no part of it; of "anti-X" it is said only in the name.
func (g *Gazetteer) alignedActor(ties []tie, inner int32, n *RoleNoun) schema.Actor {
	t := ties[0]
	patron := &g.entries[t.holder]
	if t.rel == relLed && n.Own && n.Class == ClassMilitary && inner < 0 {
		return g.combine(t.holder, n)
	}
	suffix, kind := n.Suffix, n.made
	if kind == schema.Military || kind == schema.Government || n.Self {
		kind = schema.ArmedGroup
		switch {
		case n.Class == ClassMilitary || n.Class == ClassPolice:
			suffix = "forces"
		case suffix == "":
			// "Russian-backed government", "pro-Iran officials": not armed
			suffix, kind = schema.Slug(n.Singular), schema.Organisation
		default:
			kind = schema.Organisation
		}
	}
	a := schema.Actor{Kind: kind}
	word := map[relation]string{relAligned: "aligned", relLed: "led", relAgainst: "anti"}[t.rel]
	slug, name := patron.Actor.ID.Slug()+"-"+word, patron.Actor.Name+"-"+word
	if t.rel == relAgainst {
		slug, name = word+"-"+patron.Actor.ID.Slug(), word+"-"+patron.Actor.Name
	}
	for _, t := range ties {
		id := g.entries[t.holder].Actor.ID
		if t.rel != relAgainst && !slices.Contains(a.AlignedWith, id) {
			a.AlignedWith = append(a.AlignedWith, id)
		}
	}
	if inner >= 0 {
		in := &g.entries[inner]
		a.Country = in.Actor.Country
		slug += "-" + in.Actor.ID.Slug()
		name += " " + in.attributive()
	}
	a.Name = fmt.Sprintf("%s %s", name, strings.ReplaceAll(suffix, "-", " "))
	return g.derived(slug+"-"+suffix, a)
}

// ledRow finds the row named "Saudi-led coalition".
func (g *Gazetteer) ledRow(h int32, n *RoleNoun) (int32, bool) {
	led, ok := g.lex.words["led"]
	if !ok {
		return 0, false
	}
	for _, words := range [][]int32{n.words, n.suffix} {
		for _, form := range g.lex.forms[h] {
			if node, ok := g.lex.walk(form, append([]int32{led}, words...)); ok {
				if i, ok := g.lex.entryAt(node); ok {
					return i, true
				}
			}
		}
	}
	return 0, false
}
