package gazetteer

import (
	"slices"
	"strings"

	"faultline/schema"
)

// titled completes a role match with the person's name that a title may
// have after it.
func (m *matcher) titled(match Match, i, end int, holder int32, n *RoleNoun) (Match, int, bool) {
	if n.Title && m.open(end) && !m.toks[end-1].possessive {
		if name, role := m.longest(end); name.end > role.end && name.kind == senseName && m.g.entries[name.entry].Actor.Kind == schema.Person {
			match.Kind = MatchTitleName
			who := m.likeliest(name.node, holder)
			m.setActor(&match, m.g.entries[who].Actor)
			match.Actors = m.personsFirst(m.lex.ids[name.node], who)
			return m.named(match, i, end, name.end), name.end, true
		} else if name.end == 0 {
			if after := m.unknownName(end); after > end {
				return m.stranger(match, i, end, after, holder, n)
			}
		}
	}
	return m.finish(match, i, end), end, true
}

// likeliest picks among persons of one name one who has or had an office
// with the holder.
func (m *matcher) likeliest(node, holder int32) int32 {
	ss := m.lex.senses[node]
	if holder >= 0 {
		at := m.g.entries[holder].Actor.ID
		for _, s := range ss {
			if s.kind != senseName {
				break
			}
			if slices.ContainsFunc(m.g.entries[s.entry].Offices, func(o Office) bool { return o.At == at }) {
				return s.entry
			}
		}
	}
	return ss[0].entry
}

func (m *matcher) personsFirst(ids []schema.ActorID, who int32) []schema.ActorID {
	id := m.g.entries[who].Actor.ID
	if len(ids) == 0 || ids[0] == id {
		return ids
	}
	out := []schema.ActorID{id}
	for _, other := range ids {
		if other != id {
			out = append(out, other)
		}
	}
	return out
}

// unknownName returns the end of a run of capitalised words that no data
// file knows, at token j, or j.
func (m *matcher) unknownName(j int) int {
	const most = 4
	if !m.hasLower {
		return j
	}
	start, named := j, 0
	for named < most && m.open(j) {
		t := &m.toks[j]
		text := m.text(j)
		if !t.initial {
			if particle(text) && j+1 < len(m.toks) && m.open(j+1) && m.toks[j+1].initial {
				j++
				continue
			}
			break
		}
		if t.digit || notName(text) {
			break
		}
		if name, role := m.longest(j); name.end > 0 && m.g.entries[name.entry].Actor.Kind != schema.Person || role.end > 0 && named == 0 {
			break
		}
		j++
		named++
		// all of "Ki-moon"
		for m.open(j) && m.toks[j].joined && m.toks[j].in == t.in {
			j++
		}
		if m.toks[j-1].possessive {
			break
		}
	}
	if named == 0 {
		return start
	}
	return j
}

func particle(s string) bool {
	switch strings.ToLower(s) {
	case "al", "el", "bin", "ibn", "ben", "de", "da", "dos", "del", "van", "von", "der", "den", "la", "le", "ul", "ur", "abu":
		return true
	}
	return false
}

// notName lists capitalised words beside names and titles that are no part
// of a name.
func notName(s string) bool {
	switch s {
	case "Mr", "Mrs", "Ms", "Dr", "Yesterday", "Today", "Meanwhile", "However", "When", "While", "Since", "If", "Because",
		"Although", "That", "This", "Then", "Later", "Earlier", "Also", "Both", "Under", "With", "Despite", "During",
		"Amid", "Following", "Before", "Until", "Where", "Who", "According", "Even", "Only", "Once", "Still", "Though",
		"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
		"January", "February", "March", "April", "June", "July", "August", "September", "October", "November", "December",
		"He", "She", "It", "They", "In", "On", "At", "For", "And", "But", "I", "We", "As", "By", "To", "From", "After":
		return true
	}
	return false
}

// stranger is a title with a name that no data file has as a whole. A family
// name alone may be that of somebody who held the office: "President Bush".
func (m *matcher) stranger(match Match, i, from, to int, holder int32, n *RoleNoun) (Match, int, bool) {
	match.Kind = MatchTitleName
	match = m.named(match, i, from, to)
	if to == from+1 {
		if ids := m.bySurname(from, holder, n); len(ids) > 0 {
			match.Actors = ids
			match.Actor = m.g.entries[m.g.byID[ids[0]]].Actor
			match.ActorKind = schema.Person
		}
		return match, to, true
	}
	var name strings.Builder
	for k := from; k < to; k++ {
		t := &m.toks[k]
		if k > from && t.in == m.toks[k-1].in {
			continue
		}
		w := m.words[t.in]
		if name.Len() > 0 {
			name.WriteByte(' ')
		}
		last := k
		for last+1 < to && m.toks[last+1].in == t.in {
			last++
		}
		name.WriteString(w.Text[t.start-w.Start : m.bare(last)-w.Start])
	}
	written := strings.ToValidUTF8(name.String(), "")
	person := schema.Actor{
		ID: schema.MakeActorID(schema.Slug(written)), Name: written, Kind: schema.Person, Unreviewed: true,
	}
	if match.Actor.ID != "" {
		person.Country = match.Actor.Country
		person.PartOf = []schema.ActorID{match.Actor.ID}
	}
	if old, ok := m.g.byID[person.ID]; ok {
		person = m.g.entries[old].Actor
	}
	m.setActor(&match, person)
	return match, to, true
}

// bySurname finds the holders of an office by family name, the latest first.
func (m *matcher) bySurname(k int, holder int32, n *RoleNoun) []schema.ActorID {
	type candidate struct {
		id   schema.ActorID
		from schema.Day
	}
	var cs []candidate
	for _, i := range m.g.surnames[m.toks[k].word] {
		for _, o := range m.g.entries[i].Offices {
			r, ok := m.g.role(o.Role)
			if ok && r.Class == n.Class && r.Suffix == n.Suffix && (holder < 0 || o.At == m.g.entries[holder].Actor.ID) &&
				(r.Singular == n.Singular || holder >= 0) {
				cs = append(cs, candidate{m.g.entries[i].Actor.ID, o.From})
			}
		}
	}
	slices.SortStableFunc(cs, func(a, b candidate) int { return int(max(-1, min(1, int64(b.from)-int64(a.from)))) })
	var ids []schema.ActorID
	for _, c := range cs {
		if !slices.Contains(ids, c.id) {
			ids = append(ids, c.id)
		}
	}
	return ids
}
