package page

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// meta is what a page says of itself.
type meta struct {
	title     string
	lang      string
	canonical string
	named     map[string]string // content of <meta>, the first of each name in lower case
	marked    string            // date of the element that is marked as the date of publication
	time      string            // date of the first <time> outside of menus and the like
	linked    linked
}

// metadata collects what the page says of itself.
func metadata(doc *html.Node) meta {
	m := meta{named: make(map[string]string)}
	var walk func(n *html.Node, aside bool)
	walk = func(n *html.Node, aside bool) {
		switch n.DataAtom {
		case atom.Html:
			m.lang = firstOf(m.lang, attr(n, "lang"), attr(n, "xml:lang"))
		case atom.Title:
			if m.title == "" && n.Parent != nil && n.Parent.DataAtom == atom.Head { // a picture may have one too
				m.title = firstOf(content(n))
			}
		case atom.Meta:
			for _, key := range [...]string{"property", "name", "itemprop"} {
				if k := strings.ToLower(firstOf(attr(n, key))); k != "" && m.named[k] == "" {
					m.named[k] = firstOf(attr(n, "content"))
				}
			}
		case atom.Link:
			if strings.EqualFold(firstOf(attr(n, "rel")), "canonical") {
				m.canonical = firstOf(m.canonical, attr(n, "href"))
			}
		case atom.Script:
			if strings.EqualFold(firstOf(attr(n, "type")), "application/ld+json") {
				m.linked.add([]byte(content(n)))
			}
			return
		case atom.Nav, atom.Aside, atom.Footer:
			aside = true
		}
		date := firstOf(attr(n, "datetime"), attr(n, "content"))
		if date == "" && n.DataAtom == atom.Time {
			date = firstOf(content(n))
		}
		if date != "" {
			if strings.EqualFold(attr(n, "itemprop"), "datePublished") || has(n, "pubdate") {
				m.marked = firstOf(m.marked, date)
			} else if n.DataAtom == atom.Time && !aside {
				m.time = firstOf(m.time, date)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, aside)
		}
	}
	walk(doc, false)
	return m
}

// dates lists the dates of publication, the most explicit first.
func (m meta) dates() []string {
	dates := []string{m.named["article:published_time"], m.named["og:article:published_time"], m.linked.DatePublished, m.marked}
	for _, name := range [...]string{
		"datepublished", "pubdate", "publishdate", "publish-date", "publication_date", "parsely-pub-date", "sailthru.date",
		"dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date",
	} {
		dates = append(dates, m.named[name])
	}
	return append(dates, m.time)
}

func (m meta) publisher() string {
	return clean(firstOf(m.named["og:site_name"], string(m.linked.Publisher)))
}

func (m meta) language() string {
	return firstOf(m.lang, m.named["content-language"], m.named["og:locale"], string(m.linked.InLanguage))
}

// address returns the canonical address of the page, absolute. One that only
// names the site is a slip of its template, which would make all of its
// pages one report.
func (m meta) address(base *url.URL) string {
	for _, s := range [...]string{m.canonical, m.named["og:url"], string(m.linked.URL), string(m.linked.MainEntityOfPage)} {
		u, err := url.Parse(s)
		if err != nil || s == "" {
			continue
		}
		if base != nil {
			u = base.ResolveReference(u)
		}
		if (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && (strings.Trim(u.Path, "/") != "" || u.RawQuery != "") {
			u.Fragment = ""
			return u.String()
		}
	}
	return ""
}

// linked is the part of schema.org's vocabulary, as JSON-LD, that describes
// an article.
type linked struct {
	Type             named           `json:"@type"`
	DatePublished    string          `json:"datePublished"`
	Publisher        named           `json:"publisher"`
	InLanguage       named           `json:"inLanguage"`
	Author           named           `json:"author"`
	URL              named           `json:"url"`
	MainEntityOfPage named           `json:"mainEntityOfPage"`
	Graph            json.RawMessage `json:"@graph"`
}

// add takes in one block of JSON-LD: a node, a list of them, or a graph. The
// first article wins, and before it the first node of all that is dated.
func (l *linked) add(block []byte) {
	l.walk(bytes.TrimSpace(block), 0)
}

func (l *linked) walk(b []byte, depth int) {
	if len(b) == 0 || depth > 8 {
		return
	}
	if b[0] == '[' {
		var nodes []json.RawMessage
		if json.Unmarshal(b, &nodes) == nil {
			for _, n := range nodes {
				l.walk(n, depth+1)
			}
		}
		return
	}
	var node linked
	if b[0] != '{' || json.Unmarshal(b, &node) != nil {
		return
	}
	graph := node.Graph
	node.Graph = nil
	if node.DatePublished != "" && (l.DatePublished == "" || !l.story() && node.story()) {
		*l = node
	}
	l.walk(graph, depth+1)
}

// story reports whether the node is an article or a post.
func (l *linked) story() bool {
	t := string(l.Type)
	return strings.Contains(t, "Article") || strings.Contains(t, "Posting") || strings.Contains(t, "Report")
}

// named is a text, or the name or id of an object, or the first of a list of
// these.
type named string

// UnmarshalJSON takes any JSON; what has no name is "".
func (n *named) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		return json.Unmarshal(b, (*string)(n))
	case '[':
		var list []named
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
		if len(list) > 0 {
			*n = list[0]
		}
	case '{':
		var o struct {
			Name any `json:"name"`
			ID   any `json:"@id"`
		}
		if err := json.Unmarshal(b, &o); err != nil {
			return err
		}
		id, _ := o.ID.(string)
		s, _ := o.Name.(string)
		*n = named(firstOf(s, id))
	}
	return nil
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// content returns the text directly below an element.
func content(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
