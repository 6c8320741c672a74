package feed

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

// depthMax is how deeply elements may lie in each other. Parsers call
// themselves for each level, and a stack that overflows cannot be recovered.
const depthMax = 500

// scan goes through an XML document. It returns the name of its root element,
// in lower case without prefix, and whether each element is closed where it
// should be; one that nests too deeply for a parser is not read further and
// not safe.
func scan(b []byte) (root string, tidy, safe bool) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel // as the parser of feeds has it, to see the same
	var open []xml.Name
	tidy = true
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			return root, tidy && len(open) == 0, true
		}
		if err != nil {
			return root, false, true
		}
		switch t := t.(type) {
		case xml.StartElement:
			if root == "" {
				root = strings.ToLower(t.Name.Local)
			}
			if open = append(open, t.Name); len(open) > depthMax {
				return root, false, false
			}
		case xml.EndElement:
			if n := len(open); n > 0 {
				tidy = tidy && open[n-1] == t.Name
				open = open[:n-1]
			} else {
				tidy = false
			}
		}
	}
}

// itemTags are the elements that hold items.
var itemTags = []string{"item", "entry"}

// pieces takes a broken XML document apart: what stands before the first
// item, and the items, each from its tag to its end. An item that has none,
// or that another begins in, is left out and counted.
func pieces(b []byte) (head []byte, tag string, items [][]byte, lost int) {
	first := -1
	for _, t := range itemTags {
		if i := indexTag(b, t); i >= 0 && (first < 0 || i < first) {
			first, tag = i, t
		}
	}
	if first < 0 {
		return b, "", nil, 0
	}
	head, b = b[:first], b[first:]
	closing := []byte("</" + tag)
	for {
		next := indexTag(b[1:], tag)
		if next >= 0 {
			next++
		} else {
			next = len(b)
		}
		end := bytes.Index(b[:next], closing)
		if end >= 0 {
			if stop := bytes.IndexByte(b[end:], '>'); stop >= 0 {
				items = append(items, b[:end+stop+1])
			} else {
				lost++
			}
		} else {
			lost++
		}
		if next >= len(b) {
			return head, tag, items, lost
		}
		b = b[next:]
	}
}

// indexTag finds the beginning of an element.
func indexTag(b []byte, tag string) int {
	open := []byte("<" + tag)
	for at := 0; ; {
		i := bytes.Index(b[at:], open)
		if i < 0 {
			return -1
		}
		at += i
		end := at + len(open)
		if end >= len(b) {
			return -1
		}
		switch b[end] {
		case '>', ' ', '\t', '\r', '\n', '/':
			return at
		}
		at = end
	}
}

// wrapper is a document that holds one item of a broken one.
func wrapper(root, tag string) (before, after string) {
	const spaces = ` xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
		` xmlns:atom="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"`
	switch {
	case tag == "entry":
		return `<feed xmlns="http://www.w3.org/2005/Atom">`, `</feed>`
	case root == "rdf":
		return `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"` + spaces + `>`, `</rdf:RDF>`
	}
	return `<rss version="2.0"` + spaces + `><channel>`, `</channel></rss>`
}

// closers are the ends of the elements that head leaves open, among those
// that hold items.
func closers(head []byte) string {
	out := ""
	for _, tag := range [...]string{"channel", "rss", "rdf:RDF", "RDF", "feed"} {
		if indexTag(head, tag) >= 0 && !bytes.Contains(head, []byte("</"+tag)) {
			out += "</" + tag + ">"
		}
	}
	return out
}

// whole reports whether a document ends as a feed does: that its server
// announced more bytes was a lie then.
func whole(b []byte) bool {
	b = bytes.TrimSpace(b)
	for _, end := range [...]string{"</rss>", "</feed>", "</rdf:RDF>", "</RDF>", "}"} {
		if bytes.HasSuffix(b, []byte(end)) {
			return true
		}
	}
	return false
}
