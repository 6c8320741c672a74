package page

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// maxNodes is how many elements and texts a page may become, which keeps it
// below 200 MB. No page for readers comes near it.
const maxNodes = 500_000

// few is a number of tags from which maxNodes cannot be reached, however
// they are put.
const few = 1000

// parse builds the tree of a page. Pages of too many nodes are an error, as
// are those nested too deeply.
func parse(source string) (*html.Node, error) {
	if strings.Count(source, "<") > few {
		if n := nodes(source); n > maxNodes {
			return nil, fmt.Errorf("more than %d elements", maxNodes)
		}
	}
	return html.Parse(strings.NewReader(source))
}

// nodes estimates how many nodes a page becomes, from above. Elements that
// set the style of text (b, font) and are not closed where they should be
// are opened anew in each paragraph that follows, so that few letters of a
// page can become many nodes. Of equal ones three are.
func nodes(source string) (n int) {
	type element struct{ name, tag string }
	var open []element
	equal := map[string]int{}
	tokens := html.NewTokenizer(strings.NewReader(source))
	for n <= maxNodes {
		kind := tokens.Next()
		switch kind {
		case html.ErrorToken:
			return n
		case html.TextToken:
			n += 1 + len(open)
		case html.CommentToken:
			n++
		case html.StartTagToken, html.SelfClosingTagToken:
			n += 1 + len(open)
			raw := tokens.Raw()
			name, _ := tokens.TagName()
			if !styles(string(name)) {
				break
			}
			if tag := string(raw); equal[tag] < 3 {
				equal[tag]++
				open = append(open, element{string(name), tag})
			}
		case html.EndTagToken:
			name, _ := tokens.TagName()
			for i := len(open) - 1; i >= 0 && styles(string(name)); i-- {
				if open[i].name == string(name) {
					equal[open[i].tag]--
					open = append(open[:i], open[i+1:]...)
					break
				}
			}
		}
	}
	return n
}

// styles reports whether an element is opened anew where it was not closed.
// Of links only the last one is, and of nobr.
func styles(name string) bool {
	switch name {
	case "b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}
