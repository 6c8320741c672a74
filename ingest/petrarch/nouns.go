package petrarch

import (
	"fmt"
	"slices"
	"strings"

	"faultline/ingest/cameo"
	"faultline/ingest/gazetteer"
	"faultline/ingest/report"
)

// agents makes role nouns of agents that the gazetteer has none for.
func (b *builder) agents(agents []Agent) {
	known := map[string]bool{}
	nouns := map[string]gazetteer.RoleNoun{}
	for _, n := range b.g.Roles() {
		known[gazetteer.Fold(n.Singular)], known[gazetteer.Fold(n.Plural)] = true, true
		nouns[gazetteer.Fold(n.Singular)] = n
	}
	var rows []string
	for _, a := range agents {
		noun := strings.ToLower(a.Noun)
		folded := gazetteer.Fold(noun)
		if folded == "" || known[folded] {
			continue
		}
		role := cameo.Parse(a.Code).Role
		like, ok := nouns[gazetteer.Fold(role.Noun)]
		switch {
		case role.Noun == "=":
			like = gazetteer.RoleNoun{Kind: role.Kind, Self: true, Class: gazetteer.ClassOfficial}
		case !ok:
			b.layer.Left = append(b.layer.Left, report.Skip{Origin: a.Origin, Reason: ReasonQualifies, Detail: fmt.Sprintf("%.60q", a.Noun+" ["+a.Code+"]")})
			continue
		}
		suffix := like.Suffix
		switch {
		case like.Self:
			suffix = "="
		case like.Own:
			suffix = "+" + suffix
		}
		plural := strings.ToLower(a.Plural)
		if a.One {
			plural = "-"
		}
		known[folded] = true
		rows = append(rows, strings.Join([]string{noun, plural, string(like.Kind), suffix, string(like.Class), ""}, "\t"))
	}
	b.layer.Nouns = len(rows)
	if len(rows) > 0 {
		slices.Sort(rows)
		b.layer.Files["roles.tsv"] = []byte(headers()["roles.tsv"] + "\n" + strings.Join(rows, "\n") + "\n")
	}
}
