package page

import (
	"strings"
	"unicode/utf8"
)

// authorMax is the length in characters of the longest line that can be
// names.
const authorMax = 120

// author returns who wrote the article, as the page writes it: by its
// metadata, or else by the line below the title.
func author(m meta, byline string) string {
	for _, s := range [...]string{
		string(m.linked.Author), m.named["author"], m.named["article:author"], m.named["parsely-author"], m.named["sailthru.author"],
		m.named["dc.creator"], m.named["dcterms.creator"], m.named["byl"], byline,
	} {
		s = clean(s)
		if strings.HasPrefix(strings.ToLower(s), "by ") {
			s = strings.TrimSpace(s[3:])
		}
		if s == "" || strings.Contains(s, "://") || utf8.RuneCountInString(s) > authorMax {
			continue // the address of a profile, or half the article
		}
		return s
	}
	return ""
}
