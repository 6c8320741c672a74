package petrarch

import (
	"slices"
	"strings"

	"faultline/ingest/custom"
)

// Own is the layer as actors and role nouns of an actors.yaml, to be edited by
// hand: known actors with what they gain, new ones whole.
func (l *Layer) Own() custom.Actors {
	var own custom.Actors
	table := func(file string, each func(cell func(column string) string)) {
		var columns []string
		for line := range strings.Lines(string(l.Files[file])) {
			line = strings.TrimRight(line, "\r\n")
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			cells := strings.Split(line, "\t")
			if columns == nil {
				columns = cells
				continue
			}
			each(func(column string) string {
				if i := slices.Index(columns, column); i >= 0 && i < len(cells) {
					return strings.TrimSpace(cells[i])
				}
				return ""
			})
		}
	}
	table("states.tsv", func(cell func(string) string) {
		kind := cell("kind")
		if kind == "" {
			kind = "state"
		}
		own.Actors = append(own.Actors, custom.Actor{
			ID: cell("id"), Name: cell("name"), Kind: kind, Country: cell("iso3"), Aliases: values(cell("aliases")),
			Adjectives: values(cell("adjectives")), People: values(cell("people")), Capitals: values(cell("capital")), PartOf: ties(cell("part_of")),
		})
	})
	for _, file := range []string{"groups.tsv", "organisations.tsv", "outlets.tsv"} {
		table(file, func(cell func(string) string) {
			own.Actors = append(own.Actors, custom.Actor{
				ID: cell("id"), Name: cell("name"), Kind: cell("kind"), Country: cell("country"), Aliases: values(cell("aliases")),
				Adjectives: values(cell("adjectives")), PartOf: ties(cell("part_of")), Aligned: ties(cell("aligned")),
			})
		})
	}
	table("persons.tsv", func(cell func(string) string) {
		a := custom.Actor{ID: cell("id"), Name: cell("name"), Kind: "person", Country: cell("country"), Aliases: values(cell("aliases"))}
		for _, s := range values(cell("offices")) {
			role, rest, _ := strings.Cut(s, "@")
			of, when, _ := strings.Cut(rest, " ")
			from, to := ends(when)
			a.Offices = append(a.Offices, custom.Office{Role: role, Of: of, From: from, To: to})
		}
		own.Actors = append(own.Actors, a)
	})
	table("roles.tsv", func(cell func(string) string) {
		own.Roles = append(own.Roles, custom.Role{
			Noun: cell("singular"), Plural: cell("plural"), Kind: cell("kind"), Suffix: cell("suffix"), Class: cell("class"),
			Title: slices.Contains(strings.Fields(cell("flags")), "title"),
		})
	})
	return own
}

func values(cell string) (list []string) {
	for s := range strings.SplitSeq(cell, "|") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

func ties(cell string) (list []custom.Tie) {
	for _, s := range values(cell) {
		id, when, _ := strings.Cut(s, "@")
		from, to := ends(when)
		list = append(list, custom.Tie{ID: strings.TrimSpace(id), From: from, To: to})
	}
	return list
}

// ends are the dates of "FROM..TO"; a date alone is both.
func ends(s string) (from, to string) {
	s = strings.TrimSpace(s)
	from, to, span := strings.Cut(s, "..")
	if !span {
		to = from
	}
	return from, to
}
