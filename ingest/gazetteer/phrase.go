package gazetteer

import (
	"slices"

	"faultline/schema"
)

// at reads the expression that begins at token i. Without one, next is where
// to go on.
func (m *matcher) at(i int) (match Match, next int, ok bool) {
	ties, j := m.ties(i, -1)
	if len(ties) > 0 {
		return m.tied(i, j, ties)
	}
	if j > i { // "anti-government", "rebel-held"
		if _, role := m.longest(j); role.end > 0 && m.open(j) && m.compoundAt(role.end) == relNone {
			return m.plainRole(i, j, role)
		}
		return match, j, false
	}
	name, role := m.longest(i)
	switch {
	case role.end > name.end:
		return m.plainRole(i, i, role)
	case name.end > 0:
		return m.held(i, name)
	}
	return match, i + 1, false
}

// compoundAt tells what sort of second half of a compound token j is.
func (m *matcher) compoundAt(j int) relation {
	if j >= len(m.toks) || !m.toks[j].joined || m.toks[j].word < 0 {
		return relNone
	}
	return m.lex.compound[m.toks[j].word]
}

// ties reads "pro-X", "anti-X" and "X-backed" from token i on. Compounds of
// a role noun ("anti-government", "rebel-held") are passed over, but after
// a holder, given as its entry, "pro-government" is a tie to that holder.
func (m *matcher) ties(i int, holder int32) (ties []tie, next int) {
	for i < len(m.toks) && (len(ties) == 0 || m.open(i)) {
		t := &m.toks[i]
		rel := relNone
		at := i
		if t.word >= 0 && (t.word == m.lex.pro || t.word == m.lex.anti) {
			rel, at = relAligned, i+1
			if t.word == m.lex.anti {
				rel = relAgainst
			}
			if at >= len(m.toks) || !m.open(at) {
				return ties, i
			}
		}
		name, role := m.longest(at)
		if rel != relNone && name.end > at+1 && m.isRole(name.end-1) {
			// "pro-Russian forces" are not for the Russian forces
			if shorter, _ := m.search(at, name.end-1); shorter.end > 0 {
				name = shorter
			}
		}
		second := relNone
		switch {
		case name.end > 0 && name.end >= role.end:
			if second = m.compoundAt(name.end); rel == relNone {
				rel = second
			}
			if rel == relNone {
				return ties, i
			}
			ties = append(ties, tie{rel, name.entry})
			i = name.end
			if second != relNone {
				i++
			}
			if rel == relPlace {
				return ties, i
			}
		case role.end > 0:
			second = m.compoundAt(role.end)
			switch {
			case second != relNone:
				i = role.end + 1
			case rel != relNone && m.toks[at].joined:
				// only the word that the hyphen joins: "anti-government protesters"
				i = at + 1
			default:
				return ties, i
			}
			if holder >= 0 && rel != relNone && m.g.roles[role.entry].Class == ClassGovernment {
				ties = append(ties, tie{rel, holder})
			}
		case rel != relNone && at < len(m.toks) && m.toks[at].joined:
			i = at + 1 // "pro-democracy"
		default:
			return ties, i
		}
	}
	return ties, i
}

// tied reads what follows "US-backed": a name, which it only describes, or
// a role noun, with which it makes an actor.
func (m *matcher) tied(i, j int, ties []tie) (Match, int, bool) {
	attribute := m.finish(Match{Kind: MatchAttribute}, i, j)
	attribute.Actors = []schema.ActorID{m.g.entries[ties[0].holder].Actor.ID}
	attribute.Actor = m.g.entries[ties[0].holder].Actor
	attribute.ActorKind = attribute.Actor.Kind
	attribute.Attributes = m.attributes(ties)
	last := ties[len(ties)-1]
	if last.rel == relPlace || !m.open(j) {
		return attribute, j, true
	}
	k := m.skip(j)
	if !m.open(k) {
		return attribute, j, true
	}
	inner := int32(-1)
	name, role := m.longest(k)
	if name.end > 0 && name.end >= role.end {
		k2 := m.skip(name.end)
		_, role = m.longest(k2)
		if name.kind != senseAdjective && !(name.kind == senseName && m.g.entries[name.entry].territory) || role.end == 0 || !m.open(k2) {
			match, next, ok := m.at(k)
			match.Attributes = append(attribute.Attributes, match.Attributes...)
			return match, next, ok
		}
		inner, k = name.entry, k2
	}
	if role.end == 0 || m.compoundAt(role.end) != relNone {
		return attribute, j, true
	}
	n, end := m.chain(role)
	match := m.finish(Match{Kind: MatchCombined, Attributes: attribute.Attributes}, i, end)
	if inner >= 0 {
		match.Holder = m.g.entries[inner].Actor.ID
	}
	m.setRole(&match, n)
	m.setActor(&match, m.g.alignedActor(ties, inner, n))
	return match, end, true
}

func (m *matcher) attributes(ties []tie) []Attribute {
	as := make([]Attribute, len(ties))
	for i, t := range ties {
		as[i] = Attribute{
			Relation: [...]string{relAligned: "aligned", relLed: "led", relAgainst: "anti", relPlace: "place"}[t.rel],
			Actor:    m.g.entries[t.holder].Actor.ID,
		}
	}
	return as
}

// held reads on from a name, adjective, people or capital at token i: a role
// noun that it holds, or nothing more.
func (m *matcher) held(i int, name hit) (Match, int, bool) {
	e := &m.g.entries[name.entry]
	if e.Actor.Kind == schema.Person && m.open(name.end) && m.toks[name.end].joined && m.compoundAt(name.end) != relNone {
		return Match{}, name.end + 1, false
	}
	if name.kind == sensePeople || !m.open(name.end) {
		return m.plainName(i, name)
	}
	if ties, j := m.ties(name.end, name.entry); len(ties) > 0 && ties[0].rel != relPlace && m.open(j) {
		// "Iraqi Iran-backed militias", "Syrian pro-government forces"
		k := m.skip(j)
		if _, role := m.longest(k); role.end > 0 && m.open(k) && e.territory {
			n, end := m.chain(role)
			inner := name.entry
			if ties[0].holder == inner {
				inner = -1
			}
			match := m.finish(Match{Kind: MatchCombined, Attributes: m.attributes(ties), Holder: e.Actor.ID}, i, end)
			m.setRole(&match, n)
			m.setActor(&match, m.g.alignedActor(ties, inner, n))
			return match, end, true
		}
	}
	k := m.skip(name.end)
	if !m.open(k) {
		return m.plainName(i, name)
	}
	second, role := m.longest(k)
	if second.end >= role.end && second.end > 0 {
		// "Iraqi Shiite militias": a people within a state
		other := &m.g.entries[second.entry]
		if e.territory && name.kind == senseAdjective && other.Actor.Kind == schema.Population && m.open(second.end) {
			k2 := m.skip(second.end)
			if _, role := m.longest(k2); role.end > 0 && m.open(k2) {
				return m.peopleRole(i, name.entry, second.entry, role)
			}
		}
		if role.end < second.end {
			return m.plainName(i, name)
		}
	}
	if role.end == 0 || m.compoundAt(role.end) != relNone || !m.holds(name, k, role) {
		return m.plainName(i, name)
	}
	n, end := m.chain(role)
	match := Match{Kind: MatchCombined, Holder: e.Actor.ID}
	m.setRole(&match, n)
	m.setActor(&match, m.g.combine(name.entry, n))
	return m.titled(match, i, end, name.entry, n)
}

// holds decides whether a name followed by a role noun is one expression.
func (m *matcher) holds(name hit, k int, role hit) bool {
	n := &m.g.roles[role.entry]
	e := &m.g.entries[name.entry]
	genitive := m.toks[name.end-1].possessive
	if e.Actor.Kind == schema.Person && !n.organ() && !n.Own {
		return false
	}
	if name.kind == senseAdjective || genitive {
		return true
	}
	// "Russia forces Kyiv to…", but "US forces", whose US is an adjective too
	for _, s := range m.lex.senses[name.node] {
		if s.kind == senseAdjective {
			return true
		}
	}
	return !n.Verb || e.Actor.Kind == schema.ArmedGroup || k > name.end || m.isRole(name.end-1)
}

// isRole reports that a token alone is a role noun: the last one of "Syrian
// government".
func (m *matcher) isRole(k int) bool {
	w := m.toks[k].word
	return w >= 0 && slices.ContainsFunc(m.lex.senses[m.lex.root[w]], func(s sense) bool { return s.kind == senseRole })
}

func (m *matcher) peopleRole(i int, state, people int32, role hit) (Match, int, bool) {
	n, end := m.chain(role)
	inner := m.g.combine(people, n)
	s := &m.g.entries[state]
	actor := m.g.derived(s.Actor.ID.Slug()+"-"+inner.ID.Slug(), schema.Actor{
		Name:    s.attributive() + " " + inner.Name,
		Kind:    inner.Kind,
		Country: s.Actor.Country,
	})
	match := Match{Kind: MatchCombined, Holder: m.g.entries[people].Actor.ID}
	m.setRole(&match, n)
	m.setActor(&match, actor)
	return m.titled(match, i, end, state, n)
}

// chain joins role nouns in a row: "army soldiers" are the army, "student
// protesters" are protesters.
func (m *matcher) chain(role hit) (*RoleNoun, int) {
	n, end := &m.g.roles[role.entry], role.end
	for m.open(end) && !m.toks[end-1].possessive {
		name, r := m.longest(end)
		if r.end == 0 || name.end >= r.end {
			break
		}
		next := &m.g.roles[r.entry]
		if next.Verb && !n.organ() || m.compoundAt(r.end) != relNone || next.Cap && r.end == end+1 {
			break
		}
		switch {
		case next.Suffix == "members": // "family members"
		case n.Self && n.Class == ClassGovernment:
			n = next // "regime army"
		case n.organ() && next.organ():
			if next.Title {
				n = &RoleNoun{ // "foreign ministry spokesman" is the ministry's
					Singular: n.Singular + " " + next.Singular, Kind: n.Kind, Suffix: n.Suffix, Class: next.Class,
					Self: n.Self, Own: n.Own, Title: true, suffix: n.suffix, words: n.words, made: n.made,
				}
			}
		default:
			n = next
		}
		end = r.end
	}
	return n, end
}

// plainName is a match of a name alone.
func (m *matcher) plainName(i int, name hit) (Match, int, bool) {
	match := m.finish(Match{}, i, name.end)
	e := &m.g.entries[name.entry]
	match.Actors = m.lex.ids[name.node]
	match.Actor = e.Actor
	switch name.kind {
	case senseName:
		match.Kind = MatchName
	case senseAdjective:
		match.Kind = MatchAdjective
	case senseCapital:
		match.Kind = MatchCapital
	case sensePeople:
		match.Kind = MatchPeople
		match.Holder = e.Actor.ID
		if s := m.lex.senses[m.lex.root[m.lex.civilians]]; len(s) > 0 {
			n := &m.g.roles[s[0].entry]
			m.setActor(&match, m.g.combine(name.entry, n))
			m.setRole(&match, n)
		}
	}
	match.ActorKind = match.Actor.Kind
	return match, name.end, true
}

// plainRole is a match of a role noun at token j without a holder before it;
// one may follow: "president of Georgia". Its span begins at token i.
func (m *matcher) plainRole(i, j int, role hit) (Match, int, bool) {
	if second := m.compoundAt(role.end); second != relNone {
		return Match{}, role.end + 1, false
	}
	n, end := m.chain(role)
	match := Match{Kind: MatchRole}
	m.setRole(&match, n)
	match.ActorKind = n.made
	holder := int32(-1)
	if end+1 < len(m.toks) && m.toks[end].word == m.lex.of && m.open(end) && !m.toks[end+1].comma {
		if h, actor, after, ok := m.ofHolder(end+1, n); ok {
			match.Kind = MatchCombined
			match.Holder = m.g.entries[h].Actor.ID
			m.setActor(&match, actor)
			return m.titled(match, i, after, h, n)
		}
	}
	return m.titled(match, i, end, holder, n)
}

// ofHolder reads the holder in "president of Georgia", "soldiers of the
// Syrian army".
func (m *matcher) ofHolder(j int, n *RoleNoun) (holder int32, actor schema.Actor, end int, ok bool) {
	m.afterTitle = n.Title
	name, role := m.longest(j)
	m.afterTitle = false
	if name.end == 0 || role.end > name.end || name.kind == sensePeople || m.compoundAt(name.end) != relNone {
		return 0, actor, 0, false
	}
	e := &m.g.entries[name.entry]
	if e.Actor.Kind == schema.Person && !n.organ() && !n.Own {
		return 0, actor, 0, false
	}
	if m.open(name.end) {
		k := m.skip(name.end)
		if second, role := m.longest(k); role.end > second.end && m.open(k) && m.holds(name, k, role) {
			if !n.organ() || m.compoundAt(role.end) != relNone {
				return 0, actor, 0, false
			}
			inner, end := m.chain(role)
			return name.entry, m.g.combine(name.entry, inner), end, true
		}
	}
	if name.kind == senseAdjective {
		return 0, actor, 0, false
	}
	return name.entry, m.g.combine(name.entry, n), name.end, true
}
