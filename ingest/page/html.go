package page

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
	"unicode"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/language"

	"faultline/ingest/report"
	"faultline/ingest/source/published"
)

// ReadHTML yields the article of the page in r as one report: its text
// without menus, advertisements and repeated paragraphs, its title, and what
// its metadata say of date, outlet, address and language. Of several dates
// the most explicit that parses is taken.
//
// When reading fails midway the report holds what was read, and the error
// follows. The error is sink's, ctx's or r's.
func ReadHTML(ctx context.Context, r io.Reader, file string, opts Options, sink report.Sink) error {
	b, ok, err := load(ctx, r, file, sink)
	if !ok {
		return err
	}
	rep, reason, detail := parseHTML(b, opts)
	rep.Origin = report.Origin{File: file}
	var taken error
	switch {
	case reason == "":
		taken = sink.Report(rep)
	case err == nil:
		taken = sink.Skip(report.Skip{Origin: rep.Origin, Reason: reason, Detail: detail})
	}
	if taken != nil {
		return taken
	}
	return err
}

// parseHTML reads a page; reason is "" when it holds a report.
func parseHTML(b []byte, opts Options) (rep report.Report, reason, detail string) {
	source := decodeHTML(b, opts.ContentType)
	if binary(source) {
		return rep, ReasonBinary, ""
	}
	doc, err := parse(source)
	if err != nil {
		return rep, ReasonNoHTML, fmt.Sprintf("%.120s", err)
	}
	base, _ := url.Parse(opts.URL)
	m := metadata(doc)
	title, byline, text := article(doc)
	if text == "" {
		return rep, ReasonNoText, ""
	}
	rep = report.Report{
		Publisher: firstOf(m.publisher(), opts.Publisher),
		Published: opts.Published,
		Title:     clean(firstOf(title, m.title)),
		URL:       firstOf(m.address(base), opts.URL),
		Author:    author(m, byline),
		Text:      text,
	}
	if rep.Published.IsZero() {
		rep.Published = firstDate(m.dates())
	}
	if rep.Published.IsZero() {
		rep.Published = opts.Fetched
	}
	rep.Language = languageOf(m)
	name(&rep)
	return rep, "", ""
}

// languageOf is the BCP 47 tag of a page, "" if it tells none.
func languageOf(m meta) string {
	tag, err := language.Parse(strings.ReplaceAll(m.language(), "_", "-"))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// maxElements is how many elements the search for the article is tried on;
// its cost grows faster than the page.
const maxElements = 50_000

// shortest is the length in characters from which an article is taken for
// one at the first try, which drops most around it. Wire stories are short.
const shortest = 200

// article returns the title, the line that names the author and the text of
// the page's article; of a page where none stands out, all text outside of
// menus and the like.
func article(doc *html.Node) (title, byline, text string) {
	if found, ok := extract(doc); ok {
		title, byline = found.Title(), found.Byline()
		if found.Node != nil {
			text = paragraphs(found.Node, clutter)
		}
	}
	if text == "" {
		text = paragraphs(body(doc), func(n *html.Node) bool { return clutter(n) || tag(n) == atom.Header })
	}
	return title, byline, text
}

// extract looks for the article. The extractor is a translation of a script
// that browsers run on what they could render; on what they could not it may
// panic, which costs its help but not the page.
func extract(doc *html.Node) (found readability.Article, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	p := readability.NewParser()
	p.MaxElemsToParse = maxElements
	p.CharThresholds = shortest
	found, err := p.ParseDocument(doc, nil)
	return found, err == nil
}

// body returns the smallest element that announces the content.
func body(doc *html.Node) *html.Node {
	best := doc
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Article, atom.Main:
			return n
		case atom.Body:
			best = n
		}
	}
	return best
}

// clutter reports whether an element is about the site, not the story. Forms
// are not: some servers wrap whole pages in one.
func clutter(n *html.Node) bool {
	switch tag(n) {
	case atom.Nav, atom.Footer, atom.Aside, atom.Button, atom.Select, atom.Noscript, atom.Menu:
		return true
	}
	return false
}

// tag looks the element's name up: the extractor renames elements, which
// leaves their DataAtom behind.
func tag(n *html.Node) atom.Atom { return atom.Lookup([]byte(n.Data)) }

// paragraphs returns the text below root as paragraphs apart by blank lines,
// each kept once, without the elements that are dropped.
func paragraphs(root *html.Node, drop func(*html.Node) bool) string {
	var out []string
	seen := make(map[string]bool)
	var p strings.Builder
	end := func() {
		lines := strings.Split(p.String(), "\n")
		p.Reset()
		kept := lines[:0]
		for _, l := range lines {
			if l = clean(l); l != "" {
				kept = append(kept, l)
			}
		}
		if s := strings.Join(kept, "\n"); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
			p.WriteString(strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return ' '
				}
				return r
			}, n.Data))
			return
		case html.ElementNode:
			if unseen(n) || drop(n) {
				return
			}
			if tag(n) == atom.Br {
				p.WriteByte('\n')
				return
			}
		}
		apart := n.Type == html.ElementNode && !inline(n)
		if apart {
			end()
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if apart {
			end()
		}
	}
	walk(root)
	end()
	return strings.Join(out, "\n\n")
}

// unseen reports whether the text of an element is not for readers.
func unseen(n *html.Node) bool {
	switch tag(n) {
	case atom.Head, atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Svg, atom.Object, atom.Video, atom.Audio, atom.Textarea:
		return true
	}
	return false
}

// inline reports whether an element runs on with the text around it, as
// elements of unknown names do.
func inline(n *html.Node) bool {
	switch tag(n) {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Cite, atom.Code, atom.Data, atom.Del, atom.Dfn, atom.Em,
		atom.Font, atom.I, atom.Img, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Q, atom.S, atom.Samp, atom.Small,
		atom.Span, atom.Strong, atom.Strike, atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var, atom.Wbr, 0:
		return true
	}
	return false
}

// clean collapses blanks and takes out characters that only guide hyphenation.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u00ad', '\u200b', '\ufeff':
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func firstDate(dates []string) time.Time {
	for _, s := range dates {
		if t, err := published.Parse(s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// firstOf returns the first of the texts that is not blank, trimmed.
func firstOf(texts ...string) string {
	for _, s := range texts {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}
