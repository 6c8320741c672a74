package page

import (
	"strings"

	"golang.org/x/net/html"
)

// fragmentMax is the size in bytes up to which a piece of HTML is taken
// apart with care: many times that of an article.
const fragmentMax = 1 << 20

// Fragment returns the text of a piece of HTML as feeds and letters hold it:
// paragraphs apart by blank lines. Text that has no markup stays, but for
// blanks.
func Fragment(markup string) string {
	if len(markup) > fragmentMax {
		return stripped(markup)
	}
	doc, err := parse(markup)
	if err != nil {
		return stripped(markup)
	}
	return paragraphs(doc, func(*html.Node) bool { return false })
}

// stripped takes the tags out of what is too long or nested too deeply.
func stripped(markup string) string {
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return clean(b.String())
		case html.TextToken:
			b.Write(tokens.Text())
		default:
			b.WriteByte(' ')
		}
	}
}
