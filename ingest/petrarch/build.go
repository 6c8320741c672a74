package petrarch

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"faultline/ingest/cameo"
	"faultline/ingest/gazetteer"
	"faultline/ingest/report"
	"faultline/schema"
)

// Reasons to leave out an entry, or a name of it.
const (
	ReasonWho       = "code does not tell what the entry is"
	ReasonSlug      = "name has no Latin letters"
	ReasonTaken     = "name is another actor's"
	ReasonShort     = "name of one word is too short"
	ReasonQualifies = "code of the noun is no role"
)

// Layer is what Build makes.
type Layer struct {
	Files    map[string][]byte // data files, for gazetteer.Parse
	New      int               // actors that the gazetteer lacked
	Extended int               // actors that it had, with new names or offices
	Known    int               // actors of which it had all names
	Nouns    int               // role nouns that it lacked
	Left     []report.Skip     // entries and names that were left out
}

// Build makes data files of dictionaries, to be layered over the files that
// the gazetteer has. An actor that it knows by one of its names, and that
// does not belong to another country, gets the other names; its row in the
// new layer is a copy with those. The same input gives the same files.
//
// What the dictionaries do not say is guessed from the codes: an entry with
// dated codes and a name that is no organisation's is a person, whose codes
// become offices ("official@syria 2000..2024"); ELI, of former officials and
// celebrities, is no office.
func Build(layers []fs.FS, actors []Actor, agents []Agent) (*Layer, error) {
	g, err := gazetteer.Parse(layers...)
	if err != nil {
		return nil, err
	}
	b := &builder{
		g: g, layer: &Layer{Files: map[string][]byte{}},
		states: map[string]schema.ActorID{}, territories: territories(layers),
		rows: map[string]*entry{}, names: map[string]string{}, words: map[string]bool{},
	}
	for _, e := range g.All() {
		if e.Actor.Kind == schema.State && e.Actor.Country != "" {
			if _, has := b.states[e.Actor.Country]; !has {
				b.states[e.Actor.Country] = e.Actor.ID
			}
		}
	}
	for _, a := range actors {
		b.actor(a)
	}
	b.write()
	b.agents(agents)
	if _, err := gazetteer.Parse(append(slices.Clone(layers), FS(b.layer.Files))...); err != nil {
		return nil, fmt.Errorf("the rows made of the dictionary do not fit the gazetteer: %w", err)
	}
	return b.layer, nil
}

// territories are the ids in states.tsv, whose rows have columns of their
// own.
func territories(layers []fs.FS) map[string]bool {
	ids := map[string]bool{}
	for _, layer := range layers {
		content, err := fs.ReadFile(layer, "states.tsv")
		if err != nil {
			continue // it has none
		}
		sc := bufio.NewScanner(bytes.NewReader(content))
		for sc.Scan() {
			id, _, _ := strings.Cut(sc.Text(), "\t")
			ids[id] = true
		}
	}
	return ids
}

type builder struct {
	g           *gazetteer.Gazetteer
	layer       *Layer
	states      map[string]schema.ActorID // by ISO 3166 alpha-3
	territories map[string]bool
	rows        map[string]*entry // of the new layer, by slug
	names       map[string]string // folded name → slug, of the new layer
	words       map[string]bool   // names of one word, which need their capitals
}

// entry is a row of the new layer.
type entry struct {
	gazetteer.Entry
	known   bool // a copy of a row of the layers below
	changed bool
}

func (b *builder) leave(a Actor, reason, detail string) {
	b.layer.Left = append(b.layer.Left, report.Skip{Origin: a.Origin, Reason: reason, Detail: fmt.Sprintf("%.80q", detail)})
}

// actor takes one record in.
func (b *builder) actor(a Actor) {
	all := append([]string{a.Name}, a.Synonyms...)
	var forms []string
	for _, name := range all {
		forms = append(forms, written(name, all)...)
	}
	if len(forms) == 0 {
		b.leave(a, ReasonNoPhrase, a.Name)
		return
	}
	e, ok := b.target(a, forms)
	if !ok {
		if e, ok = b.fresh(a, forms[0]); !ok {
			return
		}
	}
	slug := e.Actor.ID.Slug()
	for _, form := range forms {
		b.name(a, e, slug, form)
	}
	if !e.known {
		for _, o := range b.offices(a.Roles) {
			if e.Actor.Kind == schema.Person && !slices.Contains(e.Offices, o) {
				e.Offices = append(e.Offices, o)
			}
		}
	}
}

// target finds the actor that the record tells of: the state of its code, or
// one that has one of the names and is of no other country.
func (b *builder) target(a Actor, forms []string) (*entry, bool) {
	code := mainCode(a.Roles)
	if code.Country != "" && code.Role.Code == "" && code.Group.Code == "" && len(code.Rest) == 0 {
		if id, ok := b.states[code.Country]; ok {
			return b.row(id.Slug()), true
		}
	}
	if slug, ok := b.names[gazetteer.Fold(forms[0])]; ok {
		e := b.rows[slug]
		if e.Actor.Country == code.Country && (e.Actor.Kind == schema.Person) == person(a) {
			return e, true // the record is there twice
		}
	}
	for i, form := range forms {
		if i > 0 && !strings.Contains(form, " ") {
			continue // a surname alone is many's
		}
		for _, id := range b.g.Named(form) {
			e, _ := b.g.Actor(id)
			same := e.Actor.Country == code.Country || e.Actor.Country == "" || code.Country == ""
			if same && (e.Actor.Kind == schema.Person) == person(a) {
				return b.row(id.Slug()), true
			}
		}
	}
	return nil, false
}

// row is the row of an actor of the layers below, copied when it is first
// asked for.
func (b *builder) row(slug string) *entry {
	if e, ok := b.rows[slug]; ok {
		return e
	}
	known, _ := b.g.Actor(schema.MakeActorID(slug))
	e := &entry{Entry: known, known: true}
	e.Actor.Aliases = slices.Clone(e.Actor.Aliases)
	b.rows[slug] = e
	return e
}

// fresh makes a new row.
func (b *builder) fresh(a Actor, name string) (*entry, bool) {
	code := mainCode(a.Roles)
	if !code.Known() {
		b.leave(a, ReasonWho, a.Name)
		return nil, false
	}
	slug := schema.Slug(name)
	if !latin(slug) {
		b.leave(a, ReasonSlug, a.Name)
		return nil, false
	}
	country := ""
	if _, ok := b.states[code.Country]; ok {
		country = code.Country
	}
	base := slug
	for n := 2; b.taken(slug); n++ {
		if slug = fmt.Sprintf("%s-%d", base, n); n == 2 && country != "" && !b.taken(base+"-"+strings.ToLower(country)) {
			slug = base + "-" + strings.ToLower(country)
		}
	}
	e := &entry{Entry: gazetteer.Entry{Actor: schema.Actor{
		ID: schema.MakeActorID(slug), Name: name, Kind: kindOf(code), Country: country,
	}}}
	if person(a) {
		e.Actor.Kind = schema.Person
	} else {
		e.PartOf = b.partOf(a.Roles, e.Actor.Kind)
	}
	b.rows[slug] = e
	return e, true
}

func (b *builder) taken(slug string) bool {
	if _, ok := b.rows[slug]; ok {
		return true
	}
	_, ok := b.g.Actor(schema.MakeActorID(slug))
	return ok
}

// latin reports a slug that data files take: ASCII letters and digits.
func latin(slug string) bool {
	for i := range len(slug) {
		if slug[i] >= 0x80 {
			return false
		}
	}
	return slug != ""
}

// name adds a name to a row unless it is there or is another's.
func (b *builder) name(a Actor, e *entry, slug, form string) {
	folded := gazetteer.Fold(form)
	if folded == "" || !e.known && form == e.Actor.Name {
		if folded != "" {
			b.own(folded, slug, form)
		}
		return
	}
	if owner, ok := b.names[folded]; ok {
		if owner != slug {
			b.leave(a, ReasonTaken, form)
		}
		return
	}
	if ids := b.g.Named(form); len(ids) > 0 {
		if !slices.Contains(ids, e.Actor.ID) {
			b.leave(a, ReasonTaken, form)
		}
		return
	}
	if !strings.Contains(form, " ") && len([]rune(form)) < 3 {
		b.leave(a, ReasonShort, form)
		return
	}
	b.own(folded, slug, form)
	e.Actor.Aliases = append(e.Actor.Aliases, form)
	e.changed = true
}

// own notes whose a name is. One word may be a common one ("May"), which
// text must then write with a capital.
func (b *builder) own(folded, slug, form string) {
	b.names[folded] = slug
	if !strings.ContainsAny(form, " -") && form != strings.ToUpper(form) {
		b.words[strings.ToLower(form)] = true
	}
}

// mainCode is the code that an actor has when no date decides, or else the
// last one.
func mainCode(roles []Role) cameo.Actor {
	var code string
	for _, r := range roles {
		if r.Code != "" && r.Always() {
			return cameo.Parse(r.Code)
		}
		if r.Code != "" {
			code = r.Code
		}
	}
	return cameo.Parse(code)
}

// person reports whether the record is one of a person; see Build.
func person(a Actor) bool {
	n := len(words(a.Name))
	if n < 2 || n > 6 || body(a.Name) || strings.ContainsAny(a.Name, "0123456789(") {
		return false
	}
	for _, r := range a.Roles {
		if !r.Always() || strings.HasSuffix(r.Code, "ELI") {
			return true
		}
	}
	return false
}

func kindOf(code cameo.Actor) schema.ActorKind {
	if k := code.Role.Kind; k != "" && k != schema.State {
		return k
	}
	return schema.Organisation
}

// partOf are the states or organisations that an actor is an organ of.
func (b *builder) partOf(roles []Role, kind schema.ActorKind) []gazetteer.Dated {
	var list []gazetteer.Dated
	for _, r := range withGaps(roles) {
		code := cameo.Parse(r.Code)
		id, ok := b.holder(code)
		if !ok || code.Group.Code == "" && kind != schema.Government && kind != schema.Military {
			continue
		}
		if d := (gazetteer.Dated{ID: id, From: r.From, To: r.To}); !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

// holder is the group or state of a code, if the gazetteer has it.
func (b *builder) holder(code cameo.Actor) (schema.ActorID, bool) {
	if code.Group.Code != "" {
		id := schema.MakeActorID(code.Group.Slug)
		_, ok := b.g.Actor(id)
		return id, ok
	}
	id, ok := b.states[code.Country]
	return id, ok
}

// offices are a person's codes as posts.
func (b *builder) offices(roles []Role) []gazetteer.Office {
	var list []gazetteer.Office
	for _, r := range withGaps(roles) {
		code := cameo.Parse(r.Code)
		at, ok := b.holder(code)
		role := post(code.Role)
		if !ok || role == "" {
			continue
		}
		list = append(list, gazetteer.Office{Role: role, At: at, From: r.From, To: r.To})
	}
	return list
}

// post is what somebody with a role is called, "" when the role is no post.
func post(r cameo.Role) string {
	switch r.Code {
	case "ELI", "", "CVL", "CRM", "REF", "PPL", "MOD", "RAD":
		return ""
	case "GOV", "IGO":
		return "official"
	case "MIL":
		return "military officer"
	case "JUD":
		return "judge"
	case "LEG":
		return "parliamentarian"
	case "OPP":
		return "opposition leader"
	case "REB", "INS", "SEP":
		return "rebel leader"
	case "COP":
		return "police official"
	case "SPY":
		return "intelligence official"
	case "MED":
		return "journalist"
	}
	if r.Noun == "-" || r.Noun == "=" {
		return ""
	}
	return r.Noun
}

// withGaps are the roles with their days: the one for all other days gets
// those between the dated ones.
func withGaps(roles []Role) []Role {
	var dated []Role
	var always *Role
	for i, r := range roles {
		switch {
		case r.Always() && always == nil:
			always = &roles[i]
		case !r.Always():
			dated = append(dated, r)
		}
	}
	if always == nil {
		return dated
	}
	if len(dated) == 0 {
		return []Role{*always}
	}
	sorted := slices.Clone(dated)
	slices.SortStableFunc(sorted, func(x, y Role) int { return int(x.From) - int(y.From) }) // NoDay is first
	at, open := schema.NoDay, true                                                          // the first day that is not covered; open: from the beginning on
	for _, r := range sorted {
		if r.From != schema.NoDay && (open || r.From > at) {
			gap := Role{Code: always.Code, From: schema.NoDay, To: r.From}
			if !open {
				gap.From = at
			}
			dated = append(dated, gap)
		}
		if r.To == schema.NoDay {
			return dated // to this day
		}
		if open || r.To > at {
			at, open = r.To, false
		}
	}
	return append(dated, Role{Code: always.Code, From: at, To: schema.NoDay})
}

// write makes the data files of the rows.
func (b *builder) write() {
	files := map[string][]string{}
	for _, slug := range slices.Sorted(maps.Keys(b.rows)) {
		e := b.rows[slug]
		switch {
		case !e.known:
			b.layer.New++
		case e.changed:
			b.layer.Extended++
		default:
			b.layer.Known++
			continue
		}
		file, row := b.line(slug, e)
		files[file] = append(files[file], row)
	}
	for file, rows := range files {
		b.layer.Files[file] = []byte(headers()[file] + "\n" + strings.Join(rows, "\n") + "\n")
	}
	if len(b.words) > 0 {
		b.layer.Files["words.tsv"] = []byte("word\n" + strings.Join(slices.Sorted(maps.Keys(b.words)), "\n") + "\n")
	}
}

func headers() map[string]string {
	const actor = "id\tkind\tcountry\tname\tpart_of\taligned\taliases\tadjectives"
	return map[string]string{
		"states.tsv":        "id\tname\tiso3\tcapital\tadjectives\tpeople\taliases\tkind\tpart_of",
		"persons.tsv":       "id\tname\tcountry\toffices\taliases",
		"groups.tsv":        actor,
		"organisations.tsv": actor,
		"outlets.tsv":       actor,
		"roles.tsv":         "singular\tplural\tkind\tsuffix\tclass\tflags",
	}
}

// line writes a row and says which file it belongs in.
func (b *builder) line(slug string, e *entry) (file, row string) {
	a := e.Actor
	cells := func(s ...string) string { return strings.Join(s, "\t") }
	list := func(s []string) string { return strings.Join(s, " | ") }
	dated := func(ds []gazetteer.Dated) string {
		var s []string
		for _, d := range ds {
			s = append(s, d.ID.Slug()+span("@", d.From, d.To))
		}
		return list(s)
	}
	if b.territories[slug] {
		kind := string(a.Kind)
		if a.Kind == schema.State {
			kind = ""
		}
		return "states.tsv", cells(slug, a.Name, a.Country, list(e.Capitals), list(e.Adjectives), list(e.People), list(a.Aliases), kind, dated(e.PartOf))
	}
	file = "organisations.tsv"
	switch a.Kind {
	case schema.Person:
		var offices []string
		for _, o := range e.Offices {
			offices = append(offices, o.Role+"@"+o.At.Slug()+span(" ", o.From, o.To))
		}
		return "persons.tsv", cells(slug, a.Name, a.Country, list(offices), list(a.Aliases))
	case schema.ArmedGroup, schema.Military:
		file = "groups.tsv"
	case schema.Outlet:
		file = "outlets.tsv"
	}
	return file, cells(slug, string(a.Kind), a.Country, a.Name, dated(e.PartOf), dated(e.Aligned), list(a.Aliases), list(e.Adjectives))
}

// span writes days as the data files have them, both ends included.
func span(before string, from, to schema.Day) string {
	if from == schema.NoDay && to == schema.NoDay {
		return ""
	}
	if to != schema.NoDay {
		to--
	}
	return before + from.String() + ".." + to.String()
}
