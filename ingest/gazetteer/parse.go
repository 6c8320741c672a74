package gazetteer

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"sync"

	"faultline/ingest/custom"
	"faultline/schema"
)

// The data files; actors have the same columns in all three.
const (
	statesFile    = "states.tsv"
	personsFile   = "persons.tsv"
	rolesFile     = "roles.tsv"
	modifiersFile = "modifiers.tsv"
	wordsFile     = "words.tsv"
	ambiguousFile = "ambiguous.tsv"
)

var actorFiles = []string{"groups.tsv", "organisations.tsv", "outlets.tsv"}

// Parse reads the data files in the root of each layer; files that a layer
// lacks are empty. A row with the id of an earlier layer's row, or a role
// noun with its name, takes its place; an id twice in one layer is an error.
// Errors name file and line; all of them are returned, joined.
func Parse(layers ...fs.FS) (*Gazetteer, error) { return ParseWith(nil, layers...) }

// ParseWith is Parse with actors that a user wrote over the layers. An actor
// of a known id is extended by what is written, or replaced if that says so.
func ParseWith(own []custom.Actors, layers ...fs.FS) (*Gazetteer, error) {
	hint := sizeOf(layers) / 50
	p := parser{
		g: &Gazetteer{
			entries:   make([]Entry, 0, hint/2),
			byID:      make(map[schema.ActorID]int32, hint/2),
			ambiguous: map[string][]schema.ActorID{},
			lex:       newLexicon(hint),
			surnames:  map[int32][]int32{},
			holders:   map[schema.ActorID][]tenure{},
		},
		origins:   make([]origin, 0, hint/2),
		roleNames: map[string]roleOrigin{},
	}
	for i, layer := range layers {
		p.layer = i
		p.readLayer(layer)
	}
	for i, c := range own {
		p.layer = len(layers) + i
		p.readCustom(c)
	}
	p.link()
	p.suffixKinds()
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	p.index()
	p.g.publishers = sync.OnceValue(p.g.bareNames)
	return p.g, nil
}

// sizeOf is how many bytes the data files have, to make maps of the right
// size. What it cannot tell, reading will.
func sizeOf(layers []fs.FS) int {
	total := 0
	for _, layer := range layers {
		for _, file := range append([]string{statesFile, personsFile, rolesFile}, actorFiles...) {
			if info, err := fs.Stat(layer, file); err == nil {
				total += int(info.Size())
			}
		}
	}
	return total
}

// origin says where an entry was read.
type origin struct {
	row   row
	layer int
}

// roleOrigin says where a role noun was read, and its place in roles.
type roleOrigin struct {
	origin
	index int
}

type parser struct {
	g         *Gazetteer
	layer     int
	origins   []origin              // of entries, in the order they were read
	roleNames map[string]roleOrigin // by folded singular
	errs      []error
}

func (p *parser) fail(err error) { p.errs = append(p.errs, err) }

func (p *parser) table(fsys fs.FS, file string, columns ...string) []row {
	rows, err := readTable(fsys, file, columns...)
	if err != nil {
		p.fail(err)
	}
	return rows
}

func (p *parser) readLayer(fsys fs.FS) {
	for _, r := range p.table(fsys, statesFile, "id", "name", "iso3", "capital", "adjectives", "people", "aliases", "kind", "part_of") {
		p.state(r)
	}
	for _, file := range actorFiles {
		for _, r := range p.table(fsys, file, "id", "kind", "country", "name", "part_of", "aligned", "aliases", "adjectives") {
			p.actor(r)
		}
	}
	for _, r := range p.table(fsys, personsFile, "id", "name", "country", "offices", "aliases") {
		p.person(r)
	}
	for _, r := range p.table(fsys, rolesFile, "singular", "plural", "kind", "suffix", "class", "flags") {
		p.role(r)
	}
	lex := &p.g.lex
	for _, r := range p.table(fsys, modifiersFile, "word", "sort") {
		m := modAdjective
		switch r.cells[1] {
		case "":
		case "number":
			m = modNumber
		default:
			p.fail(r.errorf("%q is no sort of modifier: want number or nothing", r.cells[1]))
		}
		for _, w := range lex.phrase(r.cells[0]) {
			lex.modifiers[w] = m
		}
	}
	for _, r := range p.table(fsys, wordsFile, "word") {
		for _, w := range lex.phrase(r.cells[0]) {
			lex.english[w] = true
		}
	}
	for _, r := range p.table(fsys, ambiguousFile, "name", "ids") {
		var ids []schema.ActorID
		for _, slug := range r.list(1) {
			ids = append(ids, schema.MakeActorID(slug))
		}
		p.g.ambiguous[Fold(r.cells[0])] = ids
	}
}

func (p *parser) state(r row) {
	kind := schema.State
	if r.cells[7] != "" {
		kind = schema.ActorKind(r.cells[7])
	}
	p.enter(r, Entry{
		Actor:      schema.Actor{Name: r.cells[1], Kind: kind, Country: r.cells[2], Aliases: r.list(6)},
		Capitals:   r.list(3),
		Adjectives: r.list(4),
		People:     r.list(5),
		PartOf:     p.dated(r, 8),
		territory:  true,
	})
}

func (p *parser) actor(r row) {
	p.enter(r, Entry{
		Actor: schema.Actor{
			Name: r.cells[3], Kind: schema.ActorKind(r.cells[1]), Country: r.cells[2], Aliases: r.list(6),
		},
		PartOf:     p.dated(r, 4),
		Aligned:    p.dated(r, 5),
		Adjectives: r.list(7),
	})
}

func (p *parser) person(r row) {
	e := Entry{Actor: schema.Actor{Name: r.cells[1], Kind: schema.Person, Country: r.cells[2], Aliases: r.list(4)}}
	for _, s := range r.list(3) {
		o, err := office(s)
		if err != nil {
			p.fail(r.errorf("%v", err))
			continue
		}
		e.Offices = append(e.Offices, o)
	}
	p.enter(r, e)
}

func (p *parser) dated(r row, cell int) []Dated {
	var ds []Dated
	for _, s := range r.list(cell) {
		d, err := dated(s)
		if err != nil {
			p.fail(r.errorf("%v", err))
			continue
		}
		ds = append(ds, d)
	}
	return ds
}

// enter checks a row and keeps it; see Parse for rows that share an id.
func (p *parser) enter(r row, e Entry) {
	slug := r.cells[0]
	e.Actor.ID = schema.MakeActorID(slug)
	i, again := p.g.byID[e.Actor.ID]
	switch {
	case !isSlug(slug):
		p.fail(r.errorf("%q is no id: want lower-case words joined by hyphens", slug))
		return
	case !hasWord(e.Actor.Name):
		p.fail(r.errorf("%s has no name", slug))
		return
	case !countryCode(e.Actor.Country):
		p.fail(r.errorf("%s: %q is no ISO 3166 alpha-3 code", slug, e.Actor.Country))
		return
	case again && p.origins[i].layer == p.layer:
		old := p.origins[i].row
		p.fail(r.errorf("%s is also at %s:%d", slug, old.file, old.line))
		return
	}
	if err := e.Actor.Kind.Validate(); err != nil {
		p.fail(r.errorf("%s: %v", slug, err))
		return
	}
	from := origin{row: r, layer: p.layer}
	if again {
		p.g.entries[i], p.origins[i] = e, from
		return
	}
	p.g.byID[e.Actor.ID] = int32(len(p.g.entries))
	p.g.entries = append(p.g.entries, e)
	p.origins = append(p.origins, from)
}

// isSlug reports lower-case ASCII words joined by single hyphens.
func isSlug(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		case c == '-' && i > 0 && i < len(s)-1 && s[i-1] != '-':
		default:
			return false
		}
	}
	return s != ""
}

// hasWord reports a name that the lexicon can hold.
func hasWord(s string) bool {
	sc := scanner{text: s}
	for sc.next() {
		if !sc.the {
			return true
		}
	}
	return false
}

// countryCode checks the form of a code; the lint test knows which exist.
func countryCode(s string) bool {
	if s == "" {
		return true
	}
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return len(s) == 3
}

func (p *parser) role(r row) {
	n, err := parseRole(r)
	if err != nil {
		p.fail(err)
		return
	}
	name := Fold(n.Singular)
	if old, again := p.roleNames[name]; again {
		if old.layer == p.layer {
			p.fail(r.errorf("the role %q is also at %s:%d", n.Singular, old.row.file, old.row.line))
			return
		}
		p.g.roles[old.index] = n
		p.roleNames[name] = roleOrigin{origin{r, p.layer}, old.index}
		return
	}
	p.roleNames[name] = roleOrigin{origin{r, p.layer}, len(p.g.roles)}
	p.g.roles = append(p.g.roles, n)
}

// link sorts the entries by id, checks what they refer to, and fills in the
// relations that hold still.
func (p *parser) link() {
	g := p.g
	order := make([]int32, len(g.entries))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(g.entries[a].Actor.ID, g.entries[b].Actor.ID) })
	sorted := make([]Entry, len(g.entries)) // entries are large: move each once
	for to, from := range order {
		sorted[to] = g.entries[from]
	}
	g.entries = sorted
	for i := range g.entries {
		g.byID[g.entries[i].Actor.ID] = int32(i)
	}
	for i := range g.entries {
		e := &g.entries[i]
		r := p.origins[order[i]].row
		known := func(id schema.ActorID) {
			if _, ok := g.byID[id]; !ok {
				p.fail(r.errorf("%s refers to %s, which no row has%s", e.Actor.ID.Slug(), id.Slug(), p.unknownID(id)))
			} else if id == e.Actor.ID {
				p.fail(r.errorf("%s refers to itself", e.Actor.ID.Slug()))
			}
		}
		for _, d := range e.PartOf {
			known(d.ID)
		}
		for _, d := range e.Aligned {
			known(d.ID)
		}
		for _, o := range e.Offices {
			known(o.At)
			g.holders[o.At] = append(g.holders[o.At], tenure{person: int32(i), office: o})
		}
		now := e.On(schema.NoDay)
		e.Actor.PartOf, e.Actor.AlignedWith = now.PartOf, now.AlignedWith
	}
}

// suffixKinds settles what kind of actor each suffix makes, so that one id
// has one kind whichever noun it comes from.
func (p *parser) suffixKinds() {
	kinds := map[string]schema.ActorKind{}
	for _, n := range p.g.roles {
		if n.Self || n.Kind == schema.Person {
			continue
		}
		if k, ok := kinds[n.Suffix]; ok && k != n.Kind {
			p.fail(p.roleNames[Fold(n.Singular)].row.errorf("the suffix %s makes actors of kind %s elsewhere, here %s", n.Suffix, k, n.Kind))
		}
		kinds[n.Suffix] = n.Kind
	}
	for i := range p.g.roles {
		n := &p.g.roles[i]
		switch k, ok := kinds[n.Suffix]; {
		case n.Kind != schema.Person:
			n.made = n.Kind
		case ok && !n.Self:
			n.made = k
		default:
			n.made, _ = n.Class.kind()
		}
	}
}

// index fills the lexicon. English words are known by now, so that the case
// rules come out right.
func (p *parser) index() {
	g := p.g
	lex := &g.lex
	lex.forms = make([][][]int32, len(g.entries))
	for i := range g.entries {
		p.indexEntry(int32(i))
	}
	for i := range g.roles {
		n := &g.roles[i]
		n.words, n.suffix = lex.phrase(n.Singular), lex.phrase(n.Suffix)
		s := sense{kind: senseRole, entry: int32(i)}
		lex.add(n.words, s)
		if n.Plural != "" {
			lex.add(lex.phrase(n.Plural), s)
		}
	}
	p.rank()
}

func (p *parser) indexEntry(i int32) {
	lex := &p.g.lex
	e := &p.g.entries[i]
	enter := func(kind senseKind, alias string) []int32 {
		words, rule := lex.rule(alias)
		lex.add(words, sense{kind: kind, rule: rule, entry: i})
		return words
	}
	name := enter(senseName, e.Actor.Name)
	for _, a := range e.Actor.Aliases {
		words := enter(senseName, a)
		p.dropArticle(i, words)
	}
	if e.Actor.Kind == schema.Person {
		p.dropArticle(i, name)
		if len(name) > 1 {
			last := name[len(name)-1]
			p.g.surnames[last] = append(p.g.surnames[last], i)
		}
		return
	}
	for _, a := range e.Adjectives {
		lex.forms[i] = append(lex.forms[i], enter(senseAdjective, a))
	}
	lex.forms[i] = append(lex.forms[i], name)
	for _, a := range e.People {
		enter(sensePeople, a)
	}
	for _, a := range e.Capitals {
		enter(senseCapital, a)
	}
	if e.territory && (e.Actor.Kind == schema.State || e.Actor.Kind == schema.Government) {
		p.governmentNames(i)
	}
}

// dropArticle adds the name of a person without its Arabic articles: news
// writes both "Bashar al-Assad" and "Bashar Assad".
func (p *parser) dropArticle(i int32, words []int32) {
	lex := &p.g.lex
	al, ok := lex.words["al"]
	if !ok || len(words) < 3 || p.g.entries[i].Actor.Kind != schema.Person || !slices.Contains(words[1:], al) {
		return
	}
	bare := slices.DeleteFunc(slices.Clone(words), func(w int32) bool { return w == al })
	if len(bare) > 1 {
		lex.add(bare, sense{kind: senseName, rule: caseSome, entry: i})
	}
}

// governmentNames adds "Syrian government", "government of Syria" and the
// like: a state and its government are one actor.
func (p *parser) governmentNames(i int32) {
	lex := &p.g.lex
	s := sense{kind: senseName, rule: caseSome, entry: i, made: true}
	people := sense{kind: sensePeople, rule: caseSome, entry: i, made: true}
	peopleWord := lex.word([]byte("people"))
	for _, noun := range []string{"government", "regime", "authorities"} {
		w := lex.word([]byte(noun))
		for _, form := range lex.forms[i] {
			lex.add(append(slices.Clone(form), w), s)
		}
		name := lex.forms[i][len(lex.forms[i])-1]
		lex.add(append([]int32{w, lex.of}, name...), s)
	}
	for _, form := range lex.forms[i] {
		lex.add(append(slices.Clone(form), peopleWord), people)
	}
}

// rank orders the senses of each name, likeliest first: by kind, then as
// ambiguous.tsv has it, then by id; and lists the actors of the first kind.
func (p *parser) rank() {
	g := p.g
	lex := &g.lex
	order := map[int32][]schema.ActorID{}
	for name, ids := range g.ambiguous {
		if node, ok := lex.find(name); ok {
			order[node] = ids
		}
	}
	total := 0
	for _, ss := range lex.senses {
		total += len(ss)
	}
	all := make([]schema.ActorID, 0, total)
	lex.ids = make([][]schema.ActorID, len(lex.senses))
	for node, ss := range lex.senses {
		if len(ss) > 1 {
			place := func(s sense) int {
				if s.kind == senseRole {
					return 0
				}
				if i := slices.Index(order[int32(node)], g.entries[s.entry].Actor.ID); i >= 0 {
					return i
				}
				return len(order[int32(node)])
			}
			slices.SortStableFunc(ss, func(a, b sense) int {
				return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(place(a), place(b)), cmp.Compare(a.entry, b.entry))
			})
		}
		first := len(all)
		for _, s := range ss {
			if s.kind != ss[0].kind || s.kind == senseRole {
				break
			}
			all = append(all, g.entries[s.entry].Actor.ID)
		}
		lex.ids[node] = all[first:len(all):len(all)]
	}
}
