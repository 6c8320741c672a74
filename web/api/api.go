// Package api answers programs over HTTP: the questions of package question
// as JSON, the same documents as the command line prints with --json, and,
// for who has the token, loading a report and taking back what was loaded.
// Errors are problems as RFC 9457 has them. What it takes and gives is
// described at /api/v1/openapi.json, which is made from the same table as the
// routes.
package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"faultline/graph"
	"faultline/web/question"
)

// Root is where the API lies.
const Root = "/api/v1/"

// Options are what an API is made of.
type Options struct {
	Graph   func() question.Graph // the present state
	Version string                // of the software
	Log     *slog.Logger
	Token   string // of who may write; "" for nobody
	MaxBody int64  // bytes of a report that is sent; 0 is 1 MiB

	// Load codes a report and writes it; Retract takes back what a
	// withdrawal names. What they wrote must show in the next Graph. Load
	// returns an *Unusable for a report that cannot be coded; the errors of
	// Retract wrap graph.ErrNotFound when it names nothing. Nil is the same
	// as no token.
	Load    func(context.Context, Report) (Loaded, error)
	Retract func(context.Context, Withdrawal) (Retracted, error)
}

type api struct {
	options Options
	writing chan struct{} // holds one while somebody writes
}

// New makes the handler of all below Root.
func New(o Options) http.Handler {
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	a := &api{options: o, writing: make(chan struct{}, 1)}
	mux := http.NewServeMux()
	at := make(map[string]map[string]http.HandlerFunc)
	add := func(method, path string, h http.HandlerFunc) {
		if at[path] == nil {
			at[path] = make(map[string]http.HandlerFunc)
		}
		at[path][method] = h
	}
	for _, q := range question.All() {
		add(http.MethodGet, q.Path, func(w http.ResponseWriter, r *http.Request) { a.ask(w, r, &q) })
	}
	for _, x := range writes() {
		add(http.MethodPost, x.path, a.guarded(x.serve))
	}
	add(http.MethodGet, "problems", func(w http.ResponseWriter, r *http.Request) { a.give(w, r, problems()) })
	description := describe(o.Version)
	add(http.MethodGet, "openapi.json", func(w http.ResponseWriter, r *http.Request) { a.give(w, r, description) })
	for path, methods := range at {
		mux.HandleFunc(Root+path, func(w http.ResponseWriter, r *http.Request) { dispatch(w, r, methods) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		send(w, problem{Kind: notFound, Detail: "There is nothing at this address; " + Root + "openapi.json lists what there is."})
	})
	return mux
}

// dispatch chooses by method.
func dispatch(w http.ResponseWriter, r *http.Request, methods map[string]http.HandlerFunc) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if h, ok := methods[method]; ok {
		h(w, r)
		return
	}
	var allowed []string
	for m := range methods {
		allowed = append(allowed, m)
		if m == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	send(w, problem{Kind: wrongMethod, Detail: "This address takes " + strings.Join(allowed, ", ") + "."})
}

// ask answers a question.
func (a *api) ask(w http.ResponseWriter, r *http.Request, q *question.Question) {
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		send(w, problem{Kind: wrongParameter, Detail: "The query of the address cannot be read."})
		return
	}
	for _, p := range q.Params {
		if p.InPath {
			if _, twice := given[p.Name]; twice {
				a.fail(w, r, question.WrongParams{{Parameter: p.Name, Detail: "is part of the path"}})
				return
			}
			given[p.Name] = []string{r.PathValue(p.Name)}
		}
	}
	v, err := q.Parse(given)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	g := a.options.Graph()
	head, err := g.Store.Head(r.Context())
	if err != nil {
		a.fail(w, r, err)
		return
	}
	tag := a.tag(r, g, head)
	if matches(r, tag) {
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	said, err := q.Ask(r.Context(), g, v)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Add("Link", "<"+Root+`openapi.json>; rel="service-desc"`)
	if said.Next != "" {
		next := url.Values{}
		for name, list := range given {
			if name != "cursor" && r.PathValue(name) == "" {
				next[name] = list
			}
		}
		next.Set("cursor", said.Next)
		w.Header().Add("Link", "<"+r.URL.EscapedPath()+"?"+next.Encode()+`>; rel="next"`)
	}
	a.give(w, r, said.Document)
}

// tag names the state of an answer: that of the graph, the question, and the
// day, on which some answers depend.
func (a *api) tag(r *http.Request, g question.Graph, head uint64) string {
	query := r.URL.Query().Encode() // in order of name
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d %d\n%s\n%s?%s", a.options.Version, head, g.View.Seq, g.Now.UTC().Format(time.DateOnly), r.URL.Path, query))
	return `W/"` + hex.EncodeToString(sum[:12]) + `"`
}

// matches reports whether the caller has the answer already.
func matches(r *http.Request, tag string) bool {
	for _, line := range r.Header.Values("If-None-Match") {
		for t := range strings.SplitSeq(line, ",") {
			if strings.TrimPrefix(strings.TrimSpace(t), "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}

// give sends a document as the command line prints it.
func (a *api) give(w http.ResponseWriter, r *http.Request, document any) {
	a.sendJSON(w, r, http.StatusOK, document)
}

func (a *api) sendJSON(w http.ResponseWriter, r *http.Request, status int, document any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document); err != nil {
		a.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who went away is no failure
}

// fail sends what an error means to the caller.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	switch {
	case r.Context().Err() != nil && errors.Is(err, context.Canceled):
		return // nobody is there
	case p.Kind == failure:
		a.options.Log.Error("a request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	case errors.Is(err, graph.ErrLocked):
		a.options.Log.Warn("the store is locked", "error", err)
	}
	send(w, p)
}
