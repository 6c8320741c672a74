package coder

import (
	"strings"

	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/schema"
)

// kindWords tell what an unlisted actor is by the last word of its name.
var kindWords = map[schema.ActorKind]map[string]bool{
	schema.ArmedGroup: wordSet("brigade brigades battalion battalions division regiment legion front army militia militias forces force " +
		"guard guards corps resistance command fighters rebels insurgents mujahideen squad cell"),
	schema.Organisation: wordSet("party union association committee committees council organisation organization movement coalition alliance " +
		"foundation institute network company corporation bank league congress church federation society group center centre university " +
		"inc ltd club fund campaign initiative bloc"),
	schema.Government: wordSet("ministry court tribunal police parliament senate assembly commission department office agency authority " +
		"directorate secretariat cabinet embassy"),
	schema.Outlet: wordSet("times news herald post tribune tv television radio newspaper daily gazette journal broadcaster channel press"),
}

// guess is the kind of actor that an unlisted name of the tokens first to
// last may be.
func (s *sentence) guess(first, last int) schema.ActorKind {
	word := s.lower(last)
	if word == "agency" && last > first && (s.lower(last-1) == "news" || s.lower(last-1) == "press") {
		return schema.Outlet
	}
	for _, k := range [...]schema.ActorKind{schema.ArmedGroup, schema.Organisation, schema.Government, schema.Outlet} {
		if kindWords[k][word] {
			return k
		}
	}
	for i := first; i <= last; i++ {
		switch s.lower(i) {
		case "liwa", "katibat", "kataib", "saraya", "jaysh", "jaish", "ansar", "harakat", "brigade", "battalion", "front", "militia":
			return schema.ArmedGroup
		case "party", "movement", "union", "council", "committee", "association", "organisation", "organization":
			return schema.Organisation
		case "ministry", "court", "department", "commission":
			return schema.Government
		}
	}
	if last > first && s.personal(first, last) {
		return schema.Person
	}
	return schema.Organisation
}

// kindWord reports whether the word only tells what kind of actor a name means.
func (s *sentence) kindWord(i int) bool {
	for _, words := range kindWords {
		if words[s.lower(i)] {
			return true
		}
	}
	return false
}

// run is the whole name that token h belongs to: capitalised words below the
// same head, with the parts of "al-Shami" and particles between them.
func (s *sentence) run(h int) (first, last int) {
	first, last = h, h
	free := func(k int) bool { return s.at[k] < 0 && s.tok[k].Tag == nlp.PROPN }
	for first > max(0, h-longest) {
		k := first - 1
		switch {
		case free(k) && (s.under(k, h) || s.touches(first)):
			first = k
		case k > 0 && hyphen(s.tok[k].Text) && s.touches(first) && s.touches(k) && s.at[k-1] < 0:
			first = k - 1
		case k > 0 && particles[s.tok[k].Text] && s.at[k] < 0 && free(k-1):
			first = k - 1
		default:
			k = -1
		}
		if k < 0 {
			break
		}
	}
	for last+1 < min(len(s.tok), h+longest) {
		k := last + 1
		switch {
		case free(k) && (s.under(k, h) || s.touches(k)):
			last = k
		case k+1 < len(s.tok) && hyphen(s.tok[k].Text) && s.touches(k) && s.touches(k+1) && s.at[k+1] < 0 && capitalised(s.tok[k+1].Text):
			last = k + 1
		case k+1 < len(s.tok) && particles[s.tok[k].Text] && s.at[k] < 0 && free(k+1):
			last = k + 1
		default:
			k = -1
		}
		if k < 0 {
			break
		}
	}
	return first, last
}

// longest is the most words that a name has on each side of its head.
const longest = 10

// touches reports whether no blank stands before token i.
func (s *sentence) touches(i int) bool { return i > 0 && s.tok[i].Start == s.tok[i-1].End }

func hyphen(s string) bool { return s == "-" || s == "‐" || s == "‑" || s == "–" }

func capitalised(s string) bool { return s != "" && s != strings.ToLower(s) }

// particles stand in lower case inside names.
var particles = wordSet("al el ul bin ibn ben abu de da dos del van von der den la le ash as ad az an")

// proper makes an actor of its own of a capitalised role noun with capitalised
// words before it, "the Southern Brigade", which no list has.
func (s *sentence) proper(mn mention, m gazetteer.Match) (mention, bool) {
	last := mn.last
	if !capitalised(s.tok[last].Text) || s.titled(last) {
		return mn, false
	}
	listed := false
	for _, words := range kindWords {
		listed = listed || words[s.lower(last)]
	}
	if !listed {
		return mn, false
	}
	first := mn.first
	for first > max(0, mn.first-longest) {
		k := first - 1
		if hyphen(s.tok[k].Text) && k > 0 && s.touches(first) && s.touches(k) && s.at[k-1] < 0 {
			first = k - 1
			continue
		}
		if s.at[k] >= 0 || !capitalised(s.tok[k].Text) || s.place[k] || notActors[s.lower(k)] {
			break
		}
		if t := s.tok[k].Tag; t != nlp.PROPN && t != nlp.NOUN && t != nlp.ADJ || k == 0 && t != nlp.PROPN {
			break
		}
		first = k
	}
	if first == mn.first {
		return mn, false
	}
	name := s.text(first, last)
	slug := schema.Slug(name)
	if len(slug) < 3 {
		return mn, false
	}
	country := s.doc.home
	if first > 0 && s.at[first-1] >= 0 && s.mentions[s.at[first-1]].sort == adjective {
		country = s.mentions[s.at[first-1]].actor.Country
	}
	mn.first, mn.sort, mn.class = first, named, string(m.Class)
	mn.actor = schema.Actor{ID: schema.MakeActorID(slug), Name: name, Kind: s.guess(first, last), Country: country, Unreviewed: true}
	if e, ok := s.doc.gaz.Actor(mn.actor.ID); ok {
		mn.actor = e.On(s.doc.Published)
	}
	return mn, true
}

// titled reports whether the words around the token are written like a
// headline, whose verbs have capitals too.
func (s *sentence) titled(at int) bool {
	for i := max(1, at-20); i < min(len(s.tok), at+20); i++ {
		if t := &s.tok[i]; t.Tag == nlp.VERB && capitalised(t.Text) {
			return true
		}
	}
	return false
}
