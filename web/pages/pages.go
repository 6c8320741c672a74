// Package pages is the explorer: pages made on the server that show the
// graph, each at an address that stays good, with a picture and the data to
// take along.
package pages

import (
	"cmp"
	"context"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/schema"
	"faultline/web/live"
	"faultline/web/search"
	"faultline/web/world"
)

//go:embed templates static
var assets embed.FS

// Tenure is a time in which a person held an office.
type Tenure struct {
	Role string
	At   schema.ActorID
	queries.Window
}

// Source is where a source that is loaded at its times stands.
type Source struct {
	Name      string    `json:"name"`
	Running   time.Time `json:"running,omitzero"`   // since when it is being loaded
	Succeeded time.Time `json:"succeeded,omitzero"` // start of the last run without an error
	Next      time.Time `json:"next,omitzero"`
	Failures  int       `json:"failures"` // runs with an error since the last good one
	Resting   bool      `json:"resting"`  // let alone after many failures
	Error     string    `json:"error,omitempty"`
}

// Options are what the explorer is made of.
type Options struct {
	Graph   *live.Graph
	Search  *search.Index                        // nil: only actors are found
	Tenures func(person schema.ActorID) []Tenure // nil: none are known
	Sources func() []Source                      // nil: none are loaded at their times
	Log     *slog.Logger
	Now     func() time.Time
	Version string
}

// Pages is the explorer.
type Pages struct {
	options   Options
	templates map[string]*template.Template
	mux       *http.ServeMux
	cache     cache
	atlas     atlas
	static    map[string]asset
}

// New prepares the explorer.
func New(o Options) (*Pages, error) {
	p := &Pages{options: o, templates: make(map[string]*template.Template), mux: http.NewServeMux()}
	var err error
	if p.static, err = readAssets(); err != nil {
		return nil, err
	}
	layout, err := template.New("layout.html").Funcs(p.functions()).ParseFS(assets, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(assets, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
		if name == "layout" || name == "parts" {
			continue
		}
		t, err := template.Must(layout.Clone()).ParseFS(assets, file)
		if err != nil {
			return nil, err
		}
		p.templates[name] = t
	}
	for pattern, view := range map[string]view{
		"/{$}":              p.strain,
		"/relation":         p.findRelation,
		"/relation/{a}/{b}": p.relation,
		"/actor/{id}":       p.actor,
		"/actors":           p.actors,
		"/event/{id}":       p.event,
		"/report/{id}":      p.report,
		"/map":              p.worldMap,
		"/search":           p.search,
		"/loads":            p.loads,
		"/loads/{id}":       p.load,
		"/about":            p.about,
	} {
		p.mux.Handle("GET "+pattern, p.show(view))
	}
	p.mux.HandleFunc("GET /static/{file}", p.asset)
	p.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "Pages are only read.", http.StatusMethodNotAllowed)
			return
		}
		p.fail(w, r, notFound("There is no page at "+r.URL.Path+"."))
	})
	return p, nil
}

// ServeHTTP answers one request.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// Ready works out what all readers of a state will ask first, so that none of
// them has to wait for it. It fits live.Options.
func Ready(_ context.Context, s *live.State) {
	_, _ = s.Record.Strain(queries.StrainOptions{At: lastDay(s, schema.DayOf(s.Begun)), Limit: 1, Events: -1})
	_, _ = s.Record.Find("nobody in particular")
}

// lastDay is the day up to which the graph has news, today for one without.
func lastDay(s *live.State, today schema.Day) schema.Day {
	if day, ok := s.Record.News(today); ok {
		return day
	}
	return today
}

func (p *Pages) today() schema.Day { return schema.DayOf(p.options.Now()) }

// asset is a file that comes with the program.
type asset struct {
	kind  string
	body  []byte
	named string // its name with a part of its hash, which changes when it does
}

func readAssets() (map[string]asset, error) {
	list := make(map[string]asset)
	files, err := fs.ReadDir(assets, "static")
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	add := func(name string, body []byte) {
		i := strings.LastIndexByte(name, '.')
		named := name[:i] + "-" + tag(body)[:8] + name[i:]
		a := asset{kind: cmp.Or(kinds[name[i:]], "application/octet-stream"), body: body, named: named}
		list[name], list[named] = a, a
	}
	for _, f := range files {
		body, err := assets.ReadFile("static/" + f.Name())
		if err != nil {
			return nil, err
		}
		add(f.Name(), body)
	}
	add("world.svg", world.SVG())
	return list, nil
}

// static is the address of an asset.
func (p *Pages) staticPath(name string) string { return "/static/" + p.static[name].named }

func (p *Pages) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	a, ok := p.static[name]
	if !ok {
		p.fail(w, r, notFound("There is no file "+name+"."))
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	if name == a.named {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, _ = w.Write(a.body) // whoever asked may have gone
}

// reader is the store.
func (p *Pages) reader() graph.Reader { return p.options.Graph.Store }
