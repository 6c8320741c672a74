package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
	"golang.org/x/text/language"

	"faultline/graph"
	"faultline/ingest/article"
	"faultline/ingest/fetch"
	"faultline/ingest/page"
	"faultline/ingest/report"
)

// Errors of Parse.
var (
	ErrEmpty  = errors.New("document is empty")
	ErrNoFeed = errors.New("document is no feed: want RSS, Atom or JSON Feed")
	ErrHTML   = errors.New("document is a page, no feed: give the address of the feed")
)

// Reasons to skip an item.
const (
	ReasonBroken = "item of a feed is broken"
	ReasonEmpty  = "item without text"
	ReasonLong   = "item is too long for one report"
	ReasonMany   = "feed has more items than are read"
)

// itemsMax is how many items of one document are read.
const itemsMax = 5000

// membersMax is how many objects a JSON Feed may have.
const membersMax = 10 * itemsMax

// Document is what a feed holds at one time.
type Document struct {
	Title    string
	Language string // BCP 47, "" if unknown
	Items    []Item
	Skipped  []report.Skip
}

// Item is one entry of a feed.
type Item struct {
	GUID      string // as the feed has it; "" if it has none
	Link      string // absolute, "" if there is none that can be fetched
	Title     string
	Text      string // of the item itself: the whole article, or its first lines
	Author    string
	Publisher string // when the item says that it is another outlet's
	Language  string // BCP 47, "" if the item does not say
	Published time.Time
	Updated   time.Time
}

// Parse reads a document. What it can read of a broken one it does; the rest
// is among the skips. Links are resolved against the document's address; no
// entity of its own is expanded, and nothing else is fetched.
func Parse(b []byte, contentType, address string) (doc Document, err error) {
	defer func() {
		// The parsers work on what strangers send.
		if p := recover(); p != nil {
			doc, err = Document{}, fmt.Errorf("%w: %v", ErrNoFeed, p)
		}
	}()
	b = decode(b, contentType)
	switch {
	case len(b) == 0:
		return doc, ErrEmpty
	case b[0] == '{':
		return parseJSON(b, address)
	case b[0] != '<':
		return doc, ErrNoFeed
	}
	root, tidy, safe := scan(b)
	switch root {
	case "rss", "rdf", "feed":
	case "html":
		return doc, ErrHTML
	default:
		return doc, ErrNoFeed
	}
	if tidy && safe && bytes.Count(b, []byte("<item"))+bytes.Count(b, []byte("<entry")) <= 2*itemsMax { // else it may break off within an item, or be all items
		if parsed, source, err := parseXML(root, b); err == nil {
			return document(parsed, source, address), nil
		}
	}
	return parseBroken(root, b, address)
}

// originals are the parts of a feed's own form that its common form lacks.
type originals struct {
	rss  []*rss.Item
	atom []*atom.Entry
	json []*jsonfeed.Item
}

func parseXML(root string, b []byte) (*gofeed.Feed, originals, error) {
	if root == "feed" {
		f, err := (&atom.Parser{}).Parse(bytes.NewReader(b))
		if err != nil {
			return nil, originals{}, err
		}
		common, err := (&gofeed.DefaultAtomTranslator{}).Translate(f)
		return common, originals{atom: f.Entries}, err
	}
	f, err := (&rss.Parser{}).Parse(bytes.NewReader(b))
	if err != nil {
		return nil, originals{}, err
	}
	common, err := (&gofeed.DefaultRSSTranslator{DisableContentImageScan: true}).Translate(f)
	return common, originals{rss: f.Items}, err
}

// parseBroken reads the items of a document that cannot be read as a whole,
// each for itself.
func parseBroken(root string, b []byte, address string) (Document, error) {
	head, tag, items, lost := pieces(b)
	var doc Document
	head = append(head[:len(head):len(head)], closers(head)...)
	if _, _, safe := scan(head); safe {
		if f, source, err := parseXML(root, head); err == nil {
			f.Items = nil
			doc = document(f, source, address)
		}
	}
	before, after := wrapper(root, tag)
	if tag == "entry" {
		root = "feed"
	}
	for i, item := range items {
		if i == itemsMax {
			break
		}
		one := append(append([]byte(before), item...), after...)
		if _, _, safe := scan(one); safe {
			if f, source, err := parseXML(root, one); err == nil {
				doc.Items = append(doc.Items, document(f, source, address).Items...)
				continue
			}
		}
		lost++
	}
	for range lost {
		doc.skip(address, ReasonBroken, "")
	}
	if len(items) > itemsMax {
		doc.skip(address, ReasonMany, fmt.Sprintf("%d, at most %d", len(items), itemsMax))
	}
	if len(doc.Items) == 0 {
		return Document{}, fmt.Errorf("%w: it is broken before the end of its first item", ErrNoFeed)
	}
	return doc, nil
}

func (d *Document) skip(address, reason, detail string) {
	d.Skipped = append(d.Skipped, report.Skip{Origin: report.Origin{File: address}, Reason: reason, Detail: detail})
}

// parseJSON reads a JSON Feed, whose members may have other types than they
// should.
func parseJSON(b []byte, address string) (Document, error) {
	if n := bytes.Count(b, []byte("{")); n > membersMax {
		return Document{}, fmt.Errorf("%w: %d objects, at most %d", fetch.ErrTooLarge, n, membersMax)
	}
	f, err := (&jsonfeed.Parser{}).Parse(bytes.NewReader(b))
	if err != nil {
		if b, err = repaired(b); err != nil {
			return Document{}, err
		}
		if f, err = (&jsonfeed.Parser{}).Parse(bytes.NewReader(b)); err != nil {
			return Document{}, fmt.Errorf("%w: %v", ErrNoFeed, err)
		}
	}
	if f.Items == nil || !strings.Contains(f.Version, "jsonfeed.org") && f.Title == "" {
		return Document{}, ErrNoFeed
	}
	items := f.Items[:0]
	for _, item := range f.Items {
		if item != nil {
			items = append(items, item)
		}
	}
	f.Items = items
	// The reader takes an author for granted where a list has one.
	f.Authors = kept(f.Authors)
	for _, item := range f.Items {
		item.Authors = kept(item.Authors)
	}
	common, err := (&gofeed.DefaultJSONTranslator{}).Translate(f)
	if err != nil {
		return Document{}, fmt.Errorf("%w: %v", ErrNoFeed, err)
	}
	return document(common, originals{json: f.Items}, address), nil
}

func kept(authors []*jsonfeed.Author) []*jsonfeed.Author {
	var out []*jsonfeed.Author
	for _, a := range authors {
		if a != nil {
			out = append(out, a)
		}
	}
	return out
}

// repaired gives the members of a JSON Feed the types that they should have,
// or takes them out.
func repaired(b []byte) ([]byte, error) {
	var f map[string]any
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoFeed, err)
	}
	repair(f)
	items, _ := f["items"].([]any)
	f["items"] = items
	good := make([]any, 0, len(items))
	for _, item := range items {
		if item, ok := item.(map[string]any); ok {
			repair(item)
			good = append(good, item)
		}
	}
	if items != nil {
		f["items"] = good
	}
	return json.Marshal(f)
}

// repair mends the members of a feed or of an item.
func repair(o map[string]any) {
	for name, v := range o {
		switch name {
		case "items", "id", "expired":
		case "authors":
			switch v := v.(type) {
			case map[string]any:
				o[name] = []any{names(v)}
			case []any:
				list := make([]any, 0, len(v))
				for _, a := range v {
					if a, ok := a.(map[string]any); ok {
						list = append(list, names(a))
					}
				}
				o[name] = list
			default:
				delete(o, name)
			}
		case "author":
			switch v := v.(type) {
			case map[string]any:
				o[name] = names(v)
			case string:
				o[name] = map[string]any{"name": v}
			default:
				delete(o, name)
			}
		case "tags", "attachments", "hubs":
			delete(o, name)
		default:
			switch v := v.(type) {
			case string:
			case float64, bool:
				o[name] = fmt.Sprint(v)
			default:
				delete(o, name)
			}
		}
	}
}

// names keeps of an author what is text.
func names(a map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range a {
		if s, ok := v.(string); ok {
			out[name] = s
		}
	}
	return out
}

// document takes what is wanted out of a feed's common form.
func document(f *gofeed.Feed, source originals, address string) Document {
	d := Document{Title: line(f.Title), Language: tag(f.Language)}
	base, _ := url.Parse(address)
	if home := resolve(base, f.Link); home != "" {
		base, _ = url.Parse(home)
	}
	for i, it := range f.Items {
		if i == itemsMax {
			d.skip(address, ReasonMany, fmt.Sprintf("%d, at most %d", len(f.Items), itemsMax))
			break
		}
		item := Item{GUID: strings.TrimSpace(it.GUID), Title: line(it.Title), Link: resolve(base, link(it))}
		item.Text = text(it)
		for _, a := range append(it.Authors, it.Author) {
			if a != nil && a.Name != "" && item.Author == "" {
				item.Author = line(a.Name)
			}
		}
		item.Published, item.Updated = date(it.Published, it.PublishedParsed), date(it.Updated, it.UpdatedParsed)
		if item.Published.IsZero() {
			item.Published = item.Updated
		}
		if dc := it.DublinCoreExt; dc != nil {
			item.Publisher, item.Language = line(first(dc.Publisher)), tag(first(dc.Language))
		}
		source.complete(i, &item, base)
		if item.Title == "" && item.Text == "" {
			d.skip(address, ReasonEmpty, fmt.Sprintf("%.200s", item.GUID+item.Link))
			continue
		}
		if len(item.Text)+len(item.Title)+len(item.GUID) > article.TextMax {
			d.skip(address, ReasonLong, fmt.Sprintf("%.200s: %d bytes, at most %d", item.Link, len(item.Text)+len(item.Title)+len(item.GUID), article.TextMax))
			continue
		}
		if item.Text == "" {
			item.Text = item.Title // many feeds are headlines alone
		}
		d.Items = append(d.Items, item)
	}
	return d
}

// complete adds to the i-th item what only its own form has.
func (o *originals) complete(i int, item *Item, base *url.URL) {
	switch {
	case i < len(o.rss):
		in := o.rss[i]
		if in.Source != nil && in.Source.Title != "" {
			item.Publisher = line(in.Source.Title)
		}
		if item.Link == "" && in.GUID != nil && !strings.EqualFold(in.GUID.IsPermalink, "false") {
			item.Link = absolute(in.GUID.Value)
		}
	case i < len(o.atom):
		if s := o.atom[i].Source; s != nil && s.Title != "" {
			item.Publisher = line(s.Title)
		}
		if item.Link == "" {
			item.Link = absolute(item.GUID)
		}
	case i < len(o.json):
		in := o.json[i]
		if item.Link == "" {
			item.Link = resolve(base, in.ExternalURL)
		}
		if item.Link == "" {
			item.Link = absolute(item.GUID)
		}
		item.Language = tag(in.Language)
		if in.ContentHTML == "" && in.ContentText != "" {
			item.Text = plain(in.ContentText)
		}
	}
}

// link is where the article of an item is: before the address that counts
// clicks, the one that it leads to.
func link(it *gofeed.Item) string {
	for _, e := range it.Extensions["feedburner"]["origLink"] {
		if s := strings.TrimSpace(e.Value); s != "" {
			return s
		}
	}
	if s := strings.TrimSpace(it.Link); s != "" {
		return s
	}
	for _, prefix := range [...]string{"atom", "atom10", "atom03"} {
		for _, e := range it.Extensions[prefix]["link"] {
			if rel := e.Attrs["rel"]; rel == "" || rel == "alternate" {
				return href(e)
			}
		}
	}
	return ""
}

func href(e ext.Extension) string { return strings.TrimSpace(e.Attrs["href"]) }

// text is the longer of what an item has as its content and as its
// description.
func text(it *gofeed.Item) string {
	content, description := page.Fragment(it.Content), page.Fragment(it.Description)
	if len(content) >= len(description) {
		return content
	}
	return description
}

// plain trims the lines of a text without markup.
func plain(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// line is a text of one line; titles may hold markup.
func line(s string) string { return strings.Join(strings.Fields(page.Fragment(s)), " ") }

// date prefers its own reading, as the parser's guesses at what may be read
// in two ways.
func date(s string, parsed *time.Time) time.Time {
	if t := dateOf(s); !t.IsZero() {
		return t
	}
	if parsed != nil && parsed.Year() >= 1900 && parsed.Year() < 2200 {
		return parsed.UTC()
	}
	return time.Time{}
}

func tag(s string) string {
	t, err := language.Parse(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"))
	if err != nil || t == language.Und {
		return ""
	}
	return t.String()
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// resolve makes a link absolute; "" when it cannot be fetched.
func resolve(base *url.URL, s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	return absolute(u.String())
}

// absolute returns an address that can be fetched, "" if s is none.
func absolute(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	return u.String()
}

// Version is the hash by which versions of an item are told apart.
func (it *Item) Version() string { return graph.ContentHash(it.Title, it.Text) }
