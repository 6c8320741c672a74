package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"faultline/ingest/article"
	"faultline/ingest/fetch"
	"faultline/ingest/report"
)

// Reasons to skip an item, or its article; the item itself is taken then, or
// tried again.
const (
	ReasonArticle  = "article cannot be had: taken from the feed alone"
	ReasonRepeated = "item stands twice in the feed with different texts: the first is taken"
	ReasonLater    = "article cannot be had now: tried again with the next poll"
)

// accept are the documents that are feeds.
const accept = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, " +
	"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.8, */*;q=0.1"

// MaxBytes is the largest document that is read when the policy names no
// size.
const MaxBytes = 5 << 20

const (
	triesMax    = 5              // attempts at one article
	articlesMax = 200            // articles of one poll
	hostMax     = 2              // failures in a row after which a host is left alone
	futureMax   = 48 * time.Hour // dates further ahead are slips
)

// Source is one feed.
type Source struct {
	Client    *fetch.Client
	URL       string
	FullText  bool        // fetch the article behind each item
	Publisher string      // the outlet; "" for what the article, the item or the feed says
	Language  string      // BCP 47; "" the same
	Header    http.Header // of requests for the feed, as an authorization
	Policy    fetch.Policy
	Now       func() time.Time
}

// Validate names what is wrong with the source, if something is.
func (s *Source) Validate() error {
	switch {
	case s.Client == nil:
		return fmt.Errorf("feed %s: no client", s.URL)
	case s.Now == nil:
		return fmt.Errorf("feed %s: no clock", s.URL)
	}
	if u, err := url.Parse(s.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("feed %.200q: want an address that begins with http:// or https://", s.URL)
	}
	return nil
}

// Poll yields the items that are new or have changed since st, in the order
// of the feed. The State returned tells what was yielded, whatever the
// error: it is to be kept once the reports are, and never before. The error
// is sink's, ctx's, one of package fetch or of Parse.
func (s *Source) Poll(ctx context.Context, st State, sink report.Sink) (State, error) {
	resp, b, next, err := s.read(ctx, st)
	if err != nil || b == nil {
		return next, err
	}
	defer resp.Close()
	sum := sha256.Sum256(b)
	digest := hex.EncodeToString(sum[:8])
	if digest == st.Digest && !st.Pending {
		return next, nil
	}
	done, err := s.Client.Work(ctx, len(b))
	if err != nil {
		return st, err
	}
	doc, err := Parse(b, resp.ContentType, s.address(st))
	done()
	resp.Close()
	if err != nil {
		err = fmt.Errorf("%s: %w", s.address(st), err)
		if st.Moved != "" {
			st.Moved, st.Validators = "", fetch.Validators{} // where it led is no feed
		}
		return st, err
	}
	if digest != st.Digest {
		for _, skip := range doc.Skipped {
			if err := sink.Skip(skip); err != nil {
				return st, err
			}
		}
	}
	p := poll{source: s, doc: doc, sink: sink, known: st.index(), failed: map[string]int{}}
	next.ByLink = st.ByLink || doc.repeatsGUIDs()
	taken := map[string]string{}
	for i := range doc.Items {
		item := &doc.Items[i]
		key := item.key(next.ByLink)
		var err error
		if version, again := taken[key]; !again {
			taken[key] = item.Version()
			err = p.take(ctx, item, key)
		} else if version != item.Version() && digest != st.Digest {
			err = sink.Skip(report.Skip{Origin: report.Origin{File: s.URL}, Reason: ReasonRepeated, Detail: fmt.Sprintf("%.200s", key)})
		}
		if err != nil {
			// What is left is as it was, and the document is to be read again.
			st.ByLink, st.Items, st.Pending = next.ByLink, st.with(p.seen), true
			return st, err
		}
	}
	next.Digest, next.Items, next.Pending = digest, st.with(p.seen), p.pending
	return next, nil
}

// address is where the feed is fetched.
func (s *Source) address(st State) string {
	if st.Moved != "" {
		return st.Moved
	}
	return s.URL
}

// read fetches the document; it is nil when it has not changed. The State is
// the next one as far as the request goes. A response is to be closed once
// the document is done with.
func (s *Source) read(ctx context.Context, st State) (resp *fetch.Response, b []byte, next State, err error) {
	req := fetch.Request{URL: s.address(st), Accept: accept, Header: s.Header, Policy: s.Policy}
	if req.Policy.MaxBytes <= 0 {
		req.Policy.MaxBytes = MaxBytes
	}
	if !st.Pending {
		req.Validators = st.Validators
	}
	resp, err = s.Client.Get(ctx, req)
	if err != nil {
		var status *fetch.StatusError
		if st.Moved != "" && errors.As(err, &status) && !status.Temporary() {
			st.Moved, st.Validators = "", fetch.Validators{} // the old address may know better
		}
		return nil, nil, st, err
	}
	next = st
	if resp.Moved != "" {
		next.Moved = resp.Moved
	}
	if resp.Unchanged {
		return nil, nil, next, nil
	}
	next.Validators = resp.Validators
	b, err = resp.ReadAll()
	if err != nil && (!errors.Is(err, io.ErrUnexpectedEOF) || !whole(b)) {
		resp.Close()
		return nil, nil, st, err
	}
	if b == nil {
		b = []byte{}
	}
	return resp, b, next, nil
}

// poll is one poll of a source.
type poll struct {
	source   *Source
	doc      Document
	sink     report.Sink
	known    map[string]Seen
	seen     []Seen
	pending  bool
	articles int            // fetched
	failed   map[string]int // attempts in a row, by host
}

// take yields an item if there is something new about it, and notes it.
func (p *poll) take(ctx context.Context, item *Item, key string) error {
	seen := p.known[short(key)]
	says := short(item.Title, item.Text, item.Link, item.Updated.String())
	if !p.source.FullText {
		says = short(item.Title, item.Text, item.Link)
	}
	if seen.Feed == says && seen.Tries == 0 {
		p.seen = append(p.seen, seen)
		return nil
	}
	rep := p.source.report(item, key, &p.doc)
	now := Seen{Key: short(key), Feed: says, Version: seen.Version, Article: seen.Article}
	if p.source.FullText && item.Link != "" {
		later, unchanged, err := p.article(ctx, item, &rep, seen, &now)
		if err != nil {
			return err
		}
		if later || unchanged {
			p.pending = p.pending || later
			if later && now.Tries == 0 && seen.Key == "" {
				return nil // not begun with
			}
			if later {
				now.Feed = seen.Feed
			}
			p.seen = append(p.seen, now)
			return nil
		}
	}
	rep.Version = article.Version(rep.Title, rep.Text)
	if rep.Version != seen.Version {
		if err := p.sink.Report(rep); err != nil {
			return err
		}
	}
	now.Version = rep.Version
	p.seen = append(p.seen, now)
	return nil
}

// article fetches the article behind an item into its report. It tells
// whether to try later, or that the article is the one that is known. When
// it can never be had, the report stays what the feed says.
func (p *poll) article(ctx context.Context, item *Item, rep *report.Report, seen Seen, now *Seen) (later, unchanged bool, err error) {
	host := ""
	if u, err := url.Parse(item.Link); err == nil {
		host = u.Host
	}
	now.Tries = seen.Tries
	if p.articles >= articlesMax || p.failed[host] >= hostMax {
		return true, false, nil
	}
	p.articles++
	opts := article.Options{Policy: p.source.Policy, Published: rep.Published}
	if seen.Version != "" {
		opts.Validators = seen.Article
	}
	opts.Policy.MaxBytes = 0 // the policy's is the feed's
	found, err := article.Get(ctx, p.source.Client, item.Link, opts)
	if ctx.Err() != nil {
		return false, false, ctx.Err()
	}
	if err != nil && fetch.Temporary(err) && !errors.Is(err, article.ErrKind) && !errors.Is(err, article.ErrText) {
		p.failed[host]++
		var busy *fetch.BusyError
		if errors.As(err, &busy) {
			p.failed[host] = hostMax
		} else if now.Tries++; now.Tries >= triesMax {
			now.Tries = 0
			return false, false, p.skip(item, ReasonArticle, err)
		}
		return true, false, p.skip(item, ReasonLater, err)
	}
	p.failed[host], now.Tries = 0, 0
	switch {
	case err != nil:
		return false, false, p.skip(item, ReasonArticle, err)
	case found.Unchanged:
		return false, true, nil
	}
	now.Article = found.Validators
	merge(rep, found.Report, p.source, item)
	return false, false, nil
}

func (p *poll) skip(item *Item, reason string, err error) error {
	return p.sink.Skip(report.Skip{
		Origin: report.Origin{File: item.Link}, Reason: reason, Detail: fmt.Sprintf("%.200s", err),
	})
}

// report is an item as the feed tells it.
func (s *Source) report(item *Item, key string, doc *Document) report.Report {
	rep := report.Report{
		Source: s.URL, Key: key, Title: item.Title, Text: item.Text, URL: item.Link,
		Publisher: firstOf(s.Publisher, item.Publisher, doc.Title, host(s.URL)),
		Language:  firstOf(s.Language, item.Language, doc.Language),
		Author:    item.Author, Published: item.Published, Origin: report.Origin{File: s.URL},
	}
	limit := s.Now().Add(futureMax)
	if rep.Published.After(limit) {
		if rep.Published = item.Updated; rep.Published.After(limit) {
			rep.Published = time.Time{}
		}
	}
	return rep
}

// merge puts the article into the report of its item. The article knows its
// text best, and its outlet unless the source names it; the feed knows when
// it was published.
func merge(rep *report.Report, found report.Report, s *Source, item *Item) {
	rep.URL = firstOf(found.URL, rep.URL)
	if len(found.Text) >= len(item.Text) { // else the page is a stub, as behind a wall
		rep.Text = found.Text
	}
	rep.Title = firstOf(rep.Title, found.Title)
	rep.Publisher = firstOf(s.Publisher, found.Publisher, rep.Publisher)
	rep.Language = firstOf(s.Language, found.Language, rep.Language)
	rep.Author = firstOf(rep.Author, found.Author)
	if rep.Published.IsZero() {
		rep.Published = found.Published
	}
}

// key names an item within its feed: its GUID, unless the feed gives one to
// several; without one its link, and without that its content.
func (it *Item) key(byLink bool) string {
	switch {
	case it.GUID != "" && !(byLink && it.Link != ""):
		return it.GUID
	case it.Link != "":
		return it.Link
	}
	return "content:" + it.Version()
}

// repeatsGUIDs reports whether items with one GUID lead to several articles.
func (d *Document) repeatsGUIDs() bool {
	links := map[string]string{}
	for _, it := range d.Items {
		if it.GUID == "" || it.Link == "" {
			continue
		}
		if l, ok := links[it.GUID]; ok && l != it.Link {
			return true
		}
		links[it.GUID] = it.Link
	}
	return false
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
