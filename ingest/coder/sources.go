package coder

import (
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/schema"
)

// note remembers whom the sentence names as a source and which places, whether
// or not it tells of an act: a report says "a monitor said" first and names it
// later.
func (set *setting) note(s *sentence, claims []coding.Claim) {
	s.rememberNew(claims)
	var latest *coding.Mention
	for k := range s.tok {
		var m coding.Mention
		ok := false
		switch {
		case s.isVerb(k) && (reporting[s.lemma(k)] || s.lemma(k) == "assure" || s.presents(k)):
			if subj, passive := s.subject(k, 0); subj >= 0 && !passive && !s.relative(subj) {
				m, ok = s.source(subj)
			}
		case s.tok[k].Tag == nlp.NOUN && s.lower(k) == "according", s.lower(k) == "according":
			if c := s.tok[k].Head; c >= 0 {
				m, ok = s.source(c)
			}
		}
		if ok && m.Actor.ID == "" && s.isVerb(k) && (m.Text != strings.ToLower(m.Text) || strings.HasSuffix(m.Text, "source") || strings.HasSuffix(m.Text, "sources")) {
			latest = &m
		}
		if ok && m.Actor.ID != "" {
			m.Start = max(m.Start, s.start) // they stay in order
			set.sources = append(set.sources, m)
			latest = &set.sources[len(set.sources)-1]
		}
	}
	if m, _ := s.signature(0); m != nil && m.Actor.ID != "" {
		named := *m
		named.Start = max(named.Start, s.start)
		set.sources = append(set.sources, named)
		latest = m
	}
	if latest != nil && !slices.ContainsFunc(claims, func(c coding.Claim) bool { return c.Speaker != nil }) {
		m := *latest
		s.doc.speaker = &m
	}
}

// presents reports whether the verb puts out an account: "state television
// gave another version".
func (s *sentence) presents(v int) bool {
	switch s.lemma(v) {
	case "give", "issue", "release", "offer", "publish", "put":
		o := s.child(v, "obj")
		return o >= 0 && accounts[s.lemma(o)]
	}
	return false
}

// nameSources gives claims of "a monitoring group" or "local media" the one
// of the kind that the report names, the next one first.
func (set *setting) nameSources(claims []coding.Claim) {
	for i := range claims {
		c := &claims[i]
		if c.Speaker == nil {
			continue
		}
		fits := unnamed(c.Speaker)
		if fits == nil {
			continue
		}
		var found *coding.Mention
		near, _ := slices.BinarySearchFunc(set.sources, c.Start, func(m coding.Mention, at int) int { return m.Start - at })
		for k := max(0, near-horizon); k < min(len(set.sources), near+horizon); k++ {
			m := &set.sources[k]
			if !fits(m.Actor) {
				continue
			}
			if m.Start > c.Start || found == nil || found.Start < c.Start && m.Start < c.Start {
				after := found != nil && found.Start > c.Start
				if !after {
					found = m
				}
			}
		}
		if found != nil && found.Actor.ID != c.Speaker.Actor.ID {
			m := *c.Speaker
			m.Actor = found.Actor
			c.Speaker = &m
			c.Reason += "; “" + m.Text + "” is " + found.Actor.Name + ", which the report names"
		}
	}
}

// unnamed tells what kind of actor a source without a name of its own may be,
// nil if it has a name or nothing is known of it.
func unnamed(m *coding.Mention) func(schema.Actor) bool {
	var monitor, media bool
	words := strings.Fields(strings.ToLower(m.Text))
	if len(words) > 4 || slices.Contains(words, "state") || slices.Contains(words, "state-run") {
		return nil
	}
	for i, w := range words {
		if i > 0 && m.Text != "" && strings.ToLower(m.Text[strings.LastIndex(m.Text, " ")+1:]) != m.Text[strings.LastIndex(m.Text, " ")+1:] {
			return nil // it ends in a name
		}
		switch w {
		case "monitor", "monitors", "monitoring", "watchdog", "observers", "observatory":
			monitor = true
		case "media", "broadcaster", "channel", "agency", "outlet", "newspaper", "television", "reports":
			media = true
		}
	}
	switch {
	case monitor:
		return func(a schema.Actor) bool {
			if a.Kind != schema.Organisation || a.Unreviewed {
				return false
			}
			name := strings.ToLower(a.Name)
			for _, w := range [...]string{"observatory", "monitor", "human rights", "watch", "coordination committee", "violations", "amnesty"} {
				if strings.Contains(name, w) {
					return true
				}
			}
			return false
		}
	case media && (m.Actor.ID == "" || m.Actor.Kind != schema.Outlet || strings.HasSuffix(string(m.Actor.ID), "-media")):
		return func(a schema.Actor) bool {
			return a.Kind == schema.Outlet && !strings.HasSuffix(string(a.ID), "-media")
		}
	}
	return nil
}

// rememberNew keeps those sides of claims whom nobody has listed, for the
// pronouns of later sentences.
func (s *sentence) rememberNew(claims []coding.Claim) {
	for _, c := range claims {
		for _, side := range [][]coding.Mention{c.Initiators, c.Recipients} {
			for _, m := range side {
				if a := m.Actor; a.Unreviewed && a.Name != strings.ToLower(a.Name) {
					s.doc.recent = append(s.doc.recent, mention{actor: a, sort: unknown})
				}
			}
		}
	}
}
