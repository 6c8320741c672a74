package pages

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/queries/picture"
	"faultline/web/figure"
	"faultline/web/live"
)

// answer is what a view makes of a request: the page, and the same as data
// and as a picture.
type answer struct {
	template string
	title    string
	section  string // of the navigation
	file     string // name of what is taken along, without its ending
	page     any    // what the template shows
	data     any    // as JSON
	table    [][]string
	figure   func() *figure.Figure
	drawn    func(*bytes.Buffer, picture.Format) error // instead of figure
	volatile bool                                      // changes while the graph does not
	redirect string                                    // elsewhere, instead of all that
}

// view answers a request from one state of the graph.
type view func(r *http.Request, s *live.State) (*answer, error)

// fault is an error with what it means to HTTP.
type fault struct {
	status  int
	text    string
	choices []queries.ActorRef
}

func (f *fault) Error() string { return f.text }

func notFound(text string) error { return &fault{status: http.StatusNotFound, text: text} }
func badAsk(text string) error   { return &fault{status: http.StatusBadRequest, text: text} }

// faultOf tells what an error means to whoever asked.
func faultOf(err error) *fault {
	var f *fault
	var name *queries.NameError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &name):
		text := fmt.Sprintf("No actor goes by “%s”.", name.Name)
		if name.Ambiguous {
			text = fmt.Sprintf("Several actors go by “%s”.", name.Name)
		}
		return &fault{http.StatusNotFound, text, name.Candidates}
	case errors.Is(err, graph.ErrNotFound):
		return &fault{status: http.StatusNotFound, text: "The graph has nothing of that id."}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &fault{status: http.StatusServiceUnavailable, text: "This took too long; try again."}
	}
	return &fault{status: http.StatusInternalServerError, text: "This should not have happened; the server's log tells more."}
}

// patience is how long one page may take to make.
const patience = 20 * time.Second

// made is an answer ready to be sent.
type made struct {
	kind   string
	file   string // to be saved under, "" to be shown
	body   []byte
	packed []byte // by gzip
	tag    string
	moved  string
}

// show serves a view: the page, or with format= the data or the picture.
// What was made is kept until the graph changes.
func (p *Pages) show(v view) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := p.options.Graph.Now()
		m, err := p.cache.get(s, r.URL.RequestURI(), func() (*made, bool, error) {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), patience)
			defer cancel()
			return p.make(r.WithContext(ctx), s, v)
		})
		if err != nil {
			p.fail(w, r, err)
			return
		}
		h := w.Header()
		if m.moved != "" {
			http.Redirect(w, r, m.moved, http.StatusSeeOther)
			return
		}
		h.Set("Content-Type", m.kind)
		h.Set("Cache-Control", "private, no-cache")
		h.Set("Etag", m.tag)
		if m.file != "" {
			h.Set("Content-Disposition", `attachment; filename="`+m.file+`"`)
		}
		if strings.Contains(r.Header.Get("If-None-Match"), m.tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		body := m.body
		if m.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = m.packed
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // whoever asked may have gone
		}
	})
}

// make answers one request; keep tells whether the answer is good as long as
// the graph does not change.
func (p *Pages) make(r *http.Request, s *live.State, v view) (m *made, keep bool, err error) {
	format := r.URL.Query().Get("format")
	a, err := v(r, s)
	if err != nil {
		return nil, false, err
	}
	if a.redirect != "" {
		return &made{moved: a.redirect}, true, nil
	}
	m = &made{file: a.file + "." + format}
	var b bytes.Buffer
	switch format {
	case "":
		m.file, m.kind = "", "text/html; charset=utf-8"
		err = p.render(&b, r, s, a)
	case "json":
		m.kind = "application/json"
		e := json.NewEncoder(&b)
		e.SetIndent("", "  ")
		err = e.Encode(a.data)
	case "csv":
		m.kind = "text/csv; charset=utf-8"
		err = writeTable(&b, a.table)
	case "svg", "png":
		m.kind = map[string]string{"svg": "image/svg+xml", "png": "image/png"}[format]
		switch {
		case a.drawn != nil:
			err = a.drawn(&b, picture.Format(format))
		case a.figure == nil:
			err = notFound("This view has no picture.")
		case format == "svg":
			err = a.figure().SVG(&b)
		default:
			err = a.figure().PNG(&b)
		}
	default:
		err = badAsk("format=" + format + ": want json, csv, svg or png.")
	}
	if err != nil {
		return nil, false, err
	}
	m.body = b.Bytes()
	m.tag = `W/"` + tag(m.body) + `"`
	if format != "png" && len(m.body) > 512 {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(m.body); err != nil {
			return nil, false, err
		}
		if err := z.Close(); err != nil {
			return nil, false, err
		}
		m.packed = packed.Bytes()
	}
	return m, !a.volatile, nil
}

func tag(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:12])
}

// writeTable writes rows that a spreadsheet takes for what they are: a cell
// that it would read as a formula begins with an apostrophe.
func writeTable(b *bytes.Buffer, table [][]string) error {
	w := csv.NewWriter(b)
	for _, row := range table {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				if _, err := strconv.ParseFloat(cell, 64); err != nil {
					row[i] = "'" + cell
				}
			}
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// frame is what the layout shows around a page.
type frame struct {
	Title   string
	Section string
	Query   string // in the search field
	Formats []download
	Events  int
	Claims  int
	Until   string
	Version string
	Page    any
}

type download struct{ Name, Kind, Href string }

func (p *Pages) render(b *bytes.Buffer, r *http.Request, s *live.State, a *answer) error {
	t, ok := p.templates[a.template]
	if !ok {
		return fmt.Errorf("no template %s", a.template)
	}
	f := frame{
		Title: a.title, Section: a.section, Events: s.View.Len(), Claims: s.View.Claims(), Version: p.options.Version, Page: a.page,
	}
	if !s.View.Recorded().IsZero() {
		f.Until = s.View.Recorded().UTC().Format("2006-01-02 15:04")
	}
	if a.section == "search" {
		f.Query = r.URL.Query().Get("q")
	}
	as := func(format string) string {
		q := r.URL.Query()
		q.Set("format", format)
		return (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).String()
	}
	if a.figure != nil || a.drawn != nil {
		f.Formats = append(f.Formats, download{"SVG", "picture", as("svg")}, download{"PNG", "picture", as("png")})
	}
	if a.table != nil {
		f.Formats = append(f.Formats, download{"CSV", "data", as("csv")})
	}
	if a.data != nil {
		f.Formats = append(f.Formats, download{"JSON", "data", as("json")})
	}
	return t.ExecuteTemplate(b, "layout.html", f)
}

// fail answers with what went wrong.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := faultOf(err)
	if f.status >= 500 {
		p.options.Log.Error("a page could not be made", "path", r.URL.Path, "err", err)
	}
	var b bytes.Buffer
	title := map[int]string{http.StatusNotFound: "Not found", http.StatusBadRequest: "Not understood"}[f.status]
	if title == "" {
		title = "Something is wrong"
	}
	a := &answer{template: "fault", title: title, page: struct {
		Text    string
		Choices []queries.ActorRef
	}{f.text, f.choices}}
	if err := p.render(&b, r, p.options.Graph.Now(), a); err != nil {
		http.Error(w, f.text, f.status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(f.status)
	_, _ = w.Write(b.Bytes()) // whoever asked may have gone
}

// cache keeps what was made from one state of the graph.
type cache struct {
	mu    sync.Mutex
	of    *live.State
	bytes int
	pages map[string]*entry
}

type entry struct {
	once sync.Once
	made *made
	err  error
}

// room is how many bytes of pages are kept.
const room = 32 << 20

// get returns what was made for an address, or makes it; those who ask for
// the same at the same time wait for one of them.
func (c *cache) get(s *live.State, address string, make func() (m *made, keep bool, err error)) (*made, error) {
	c.mu.Lock()
	if c.of != nil && s.Seq < c.of.Seq { // asked just before the graph changed
		c.mu.Unlock()
		m, _, err := make()
		return m, err
	}
	if c.of != s || c.bytes > room {
		c.of, c.bytes, c.pages = s, 0, map[string]*entry{}
	}
	e, ok := c.pages[address]
	if !ok {
		e = &entry{}
		c.pages[address] = e
	}
	c.mu.Unlock()
	e.once.Do(func() {
		keep := false
		e.err = errors.New("the page's maker failed") // unless it returns
		defer func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			switch {
			case c.of != s || c.pages[address] != e:
			case !keep || e.err != nil:
				delete(c.pages, address)
			default:
				c.bytes += len(e.made.body) + len(e.made.packed) + len(address)
			}
		}()
		e.made, keep, e.err = make()
	})
	return e.made, e.err
}
