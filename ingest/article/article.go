package article

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"faultline/graph"
	"faultline/ingest/fetch"
	"faultline/ingest/page"
	"faultline/ingest/report"
)

// MaxBytes is the largest page that is read when the policy names no size.
const MaxBytes = 4 << 20

// TextMax is the longest text, in bytes, that counts as an article: a book
// has about as much.
const TextMax = 1 << 20

// elementsMax is how many tags a page may have: far more than any that
// people read, and few enough to be held as a tree.
const elementsMax = 100_000

// accept are the documents that hold articles.
const accept = "text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.1"

// Errors of Get besides those of package fetch. None goes away by asking
// again soon.
var (
	ErrKind = errors.New("document is no page")
	ErrText = errors.New("page has no article")
)

// Options are what the caller knows of a page.
type Options struct {
	Publisher  string // goes before what the page says
	Language   string // the same
	Published  time.Time
	Header     http.Header
	Validators fetch.Validators // of the page when it was read last
	Policy     fetch.Policy
}

// Page is an article as it was found.
type Page struct {
	Report     report.Report // Source is "url", Key the page's canonical address, Version the hash of title and text
	Unchanged  bool          // since the Validators; there is no Report
	Validators fetch.Validators
	Moved      string // as in fetch.Response
}

// Get fetches the page at an address and reduces it to its article. The
// error is one of package fetch, or wraps ErrKind or ErrText.
func Get(ctx context.Context, c *fetch.Client, address string, opts Options) (Page, error) {
	p := opts.Policy
	if p.MaxBytes <= 0 {
		p.MaxBytes = MaxBytes
	}
	resp, err := c.Get(ctx, fetch.Request{
		URL: address, Accept: accept, Header: opts.Header, Validators: opts.Validators, Policy: p,
	})
	if err != nil {
		return Page{}, err
	}
	defer resp.Close()
	found := Page{Unchanged: resp.Unchanged, Validators: resp.Validators, Moved: resp.Moved}
	if resp.Unchanged {
		return found, nil
	}
	kind, _, _ := strings.Cut(strings.ToLower(resp.ContentType), ";")
	kind = strings.TrimSpace(kind)
	switch kind {
	case "", "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "application/octet-stream":
	default:
		return Page{}, fmt.Errorf("%s: %w: %.60s", resp.URL, ErrKind, kind)
	}
	b, err := resp.ReadAll()
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) { // of a page that breaks off there is the article's beginning
		return Page{}, err
	}
	done, err := c.Work(ctx, len(b))
	if err != nil {
		return Page{}, err
	}
	defer done()
	if found.Report, err = reduce(ctx, b, kind, resp, opts); err != nil {
		return Page{}, err
	}
	return found, nil
}

// reduce makes a report of a page.
func reduce(ctx context.Context, b []byte, kind string, resp *fetch.Response, opts Options) (rep report.Report, err error) {
	read := page.ReadHTML
	sniffed := http.DetectContentType(b)
	switch {
	case kind == "text/plain" && !strings.HasPrefix(sniffed, "text/html"):
		read = page.ReadText
	case !strings.HasPrefix(sniffed, "text/") && bytes.IndexByte(b[:min(len(b), 512)], 0) >= 0:
		return rep, fmt.Errorf("%s: %w: %s", resp.URL, ErrKind, sniffed)
	}
	if n := bytes.Count(b, []byte("<")); n > elementsMax {
		return rep, fmt.Errorf("%s: %w: %d tags, at most %d", resp.URL, fetch.ErrTooLarge, n, elementsMax)
	}
	reason := ErrText.Error()
	err = read(ctx, bytes.NewReader(b), resp.URL, page.Options{
		Published: opts.Published, Publisher: opts.Publisher, URL: resp.URL, ContentType: resp.ContentType,
	}, report.Sink{
		Report: func(r report.Report) error { rep = r; return nil },
		Skip:   func(s report.Skip) error { reason = s.Reason; return nil },
	})
	switch {
	case err != nil:
		return rep, err
	case len(rep.Text) > TextMax:
		return rep, fmt.Errorf("%s: %w: its text has %d bytes, at most %d", resp.URL, fetch.ErrTooLarge, len(rep.Text), TextMax)
	case rep.Text == "":
		return rep, fmt.Errorf("%s: %w: %s", resp.URL, ErrText, reason)
	}
	if opts.Publisher != "" {
		rep.Publisher = opts.Publisher
	}
	if opts.Language != "" {
		rep.Language = opts.Language
	}
	rep.Version = Version(rep.Title, rep.Text)
	return rep, nil
}

// Version is the hash by which versions of one article are told apart.
func Version(title, text string) string { return graph.ContentHash(title, text) }
