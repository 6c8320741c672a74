package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/queries"
	"faultline/schema"
	"faultline/web/api"
	"faultline/web/question"
	"faultline/web/question/questiontest"
)

const token = "a token for tests only"

// desk is an API over a small graph.
type desk struct {
	t     *testing.T
	world *questiontest.World
	api   http.Handler
	log   bytes.Buffer
	loads []api.Report
	gone  []api.Withdrawal
}

func newDesk(t *testing.T, token string) *desk {
	d := &desk{t: t, world: questiontest.New(t, mem.New())}
	d.api = api.New(api.Options{
		Graph: d.world.Graph, Version: "1.2.3", Token: token, MaxBody: 2000, Log: slog.New(slog.NewTextHandler(&d.log, nil)),
		Load: func(_ context.Context, r api.Report) (api.Loaded, error) {
			if r.Published == "yesterday" {
				return api.Loaded{}, &api.Unusable{Reason: "date does not parse"}
			}
			d.loads = append(d.loads, r)
			return api.Loaded{Load: d.world.Load(), Outcome: schema.Complete, Reports: 1, New: 2 - min(2, len(d.loads))}, nil
		},
		Retract: func(_ context.Context, w api.Withdrawal) (api.Retracted, error) {
			if w.Source == "nobody" {
				return api.Retracted{}, graph.ErrNotFound
			}
			d.gone = append(d.gone, w)
			return api.Retracted{Reports: 1}, nil
		},
	})
	return d
}

func (d *desk) do(r *http.Request) (*http.Response, string) {
	d.t.Helper()
	w := httptest.NewRecorder()
	d.api.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, string(body)
}

func (d *desk) get(path string) (*http.Response, string) {
	return d.do(httptest.NewRequest(http.MethodGet, path, nil))
}

func (d *desk) post(path, token, media, body string) (*http.Response, string) {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	return d.do(r)
}

// addresses are requests that each question answers, one at least.
func (d *desk) addresses() []string {
	event := string(d.world.Event())
	claims, err := graph.All(d.world.Store.Claims(d.t.Context(), graph.ClaimFilter{Events: []schema.EventID{d.world.Event()}}))
	if err != nil || len(claims) == 0 {
		d.t.Fatal("no claims", err)
	}
	return []string{
		"actors", "actors?pattern=hez", "actors?limit=2", "actors/Hizbullah",
		"relation?a=russia&b=turkey", "relation?a=russia&b=turkey&by=week&level=bloc&as_of=2023-01-01", "relation?a=israel&b=turkey",
		"strain", "strain?rank=level&limit=2", "strain?cracks=true", "strain?at=1999-01-01", "strain?of=russia&of=iran&level=country",
		"alerts?since=2022-01-01&limit=1", "alerts?grade=alert", "timeline?a=russia", "timeline?a=russia&b=turkey&type=ASSAULT&type=SANCTION&any=true",
		"timeline?a=turkey&b=hezbollah", "why?event=" + event, "why?a=russia&b=turkey&strongest=true&limit=1", "why?a=israel&b=turkey",
		"who-says?a=russia&b=turkey", "who-says?a=israel&b=turkey", "network?a=russia&limit=1", "network?a=mallory", "triads", "triads?of=turkey",
		"path?a=turkey&b=hezbollah", "path?a=turkey&b=iran&sign=foe&from=2030-01-01", "compare?before=2023&after=2024-01..2024-07", "compare?before=1990&after=1991",
		"events?limit=3", "events?actor=mallory&status=asserted", "events?from=2030-01-01", "events/" + event,
		"claims?event=" + event, "claims/" + string(claims[0].ID), "reports?load=" + string(d.world.Load()), "reports?url=nowhere",
		"reports/" + string(claims[0].Report), "loads", "loads?since=2030-01-01", "loads/" + strings.TrimPrefix(string(d.world.Load()), "load:"),
		"problems", "openapi.json",
		// and problems
		"relation?a=russia&b=atlantis", "relation?a=the+neighbour&b=iran", "relation?a=russia", "relation?a=russia&b=moscow", "events/nowhere",
		"strain?limit=0", "strain?cursor=x",
	}
}

func model(t *testing.T, d *desk) (libopenapi.Document, validator.Validator) {
	t.Helper()
	_, text := d.get(api.Root + "openapi.json")
	doc, err := libopenapi.NewDocument([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		t.Fatal(errors.Join(errs...))
	}
	return doc, v
}

func TestOpenAPIDocumentIsValid(t *testing.T) {
	d := newDesk(t, token)
	doc, v := model(t, d)
	if doc.GetVersion() != "3.1.0" {
		t.Errorf("version %q", doc.GetVersion())
	}
	if ok, errs := v.ValidateDocument(); !ok {
		for _, e := range errs {
			t.Errorf("%s: %s", e.Message, e.Reason)
			for _, s := range e.SchemaValidationErrors {
				t.Errorf("  %s", s.Reason)
			}
		}
	}
	built, err := doc.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{}
	for path := range built.Model.Paths.PathItems.KeysFromOldest() {
		paths[path] = true
	}
	for _, q := range question.All() {
		if !paths[api.Root+q.Path] {
			t.Errorf("%s is not described", q.Path)
		}
	}
}

// TestAnswersConform: what the API says is what its description promises.
func TestAnswersConform(t *testing.T) {
	d := newDesk(t, token)
	_, v := model(t, d)
	check := func(r *http.Request, res *http.Response, body string) {
		t.Helper()
		if ok, errs := v.ValidateHttpResponse(r, res); !ok {
			for _, e := range errs {
				t.Errorf("%s %s: %s: %s", r.Method, r.URL, e.Message, e.Reason)
				for _, s := range e.SchemaValidationErrors {
					t.Errorf("  %s", s.Reason)
				}
			}
			t.Logf("%.600s", body)
		}
	}
	asked := map[string]bool{}
	for _, path := range d.addresses() {
		r := httptest.NewRequest(http.MethodGet, api.Root+path, nil)
		res, body := d.do(r)
		check(r, res, body)
		if res.StatusCode == http.StatusOK {
			first, _, _ := strings.Cut(path, "?")
			first, rest, under := strings.Cut(first, "/")
			if asked[first] = true; under && rest != "" {
				asked[first+"/{id}"] = true
			}
			if ok, errs := v.ValidateHttpRequest(r); !ok {
				t.Errorf("%s: the API takes it, its description does not: %s", path, errs[0].Reason)
			}
		}
	}
	for _, q := range question.All() {
		if !asked[q.Path] {
			t.Errorf("%s was not asked", q.Path)
		}
	}
	for _, x := range []struct{ path, body string }{
		{"loads", `{"text": "Russia met Turkey.", "cites": ["North Wire"]}`}, {"loads", `{"text": "Russia met Turkey."}`}, {"loads", `{"text": ""}`},
		{"retractions", `{"source": "harbour-post", "dry_run": true}`}, {"retractions", `{"source": "nobody"}`},
	} {
		r := httptest.NewRequest(http.MethodPost, api.Root+x.path, strings.NewReader(x.body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		res, body := d.do(r)
		check(r, res, body)
	}
	// The validator does find what is wrong.
	r := httptest.NewRequest(http.MethodGet, api.Root+"relation?a=russia&b=turkey", nil)
	res, body := d.do(r)
	res.Body = io.NopCloser(strings.NewReader(strings.Replace(body, `"events"`, `"happenings"`, 1)))
	if ok, _ := v.ValidateHttpResponse(r, res); ok {
		t.Error("an answer with a wrong member passes")
	}
}

func TestETags(t *testing.T) {
	d := newDesk(t, token)
	for _, path := range []string{"strain", "loads", "why?a=russia&b=turkey"} {
		res, _ := d.get(api.Root + path)
		tag := res.Header.Get("ETag")
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(tag, `W/"`) {
			t.Fatalf("%s: %d, ETag %q", path, res.StatusCode, tag)
		}
		again := func(method, tags string) int {
			r := httptest.NewRequest(method, api.Root+path, nil)
			r.Header.Set("If-None-Match", tags)
			res, body := d.do(r)
			if res.StatusCode == http.StatusNotModified && (body != "" || res.Header.Get("ETag") != tag) {
				t.Errorf("%s: 304 with body %q, ETag %q", path, body, res.Header.Get("ETag"))
			}
			return res.StatusCode
		}
		for tags, want := range map[string]int{tag: 304, `"other", ` + tag: 304, strings.TrimPrefix(tag, "W/"): 304, `"other"`: 200, "": 200} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				if got := again(method, tags); got != want {
					t.Errorf("%s %s with %s: %d, want %d", method, path, tags, got, want)
				}
			}
		}
		if other, _ := d.get(api.Root + path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "limit=1"); other.Header.Get("ETag") == tag {
			t.Errorf("%s: another question has the same ETag", path)
		}
		d.world.Deed(schema.Protest, "turkey", "russia", schema.DayOf(questiontest.Now))
		if got := again(http.MethodGet, tag); got != http.StatusOK {
			t.Errorf("%s: after a write %d", path, got)
		}
	}
}

func TestLinksLeadOn(t *testing.T) {
	d := newDesk(t, token)
	path, seen := api.Root+"events?limit=40&actor=russia&actor=turkey", map[schema.EventID]bool{}
	for range 50 {
		res, body := d.get(path)
		var list []schema.Event
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatal(err, body)
		}
		for _, e := range list {
			if seen[e.ID] {
				t.Fatalf("%s comes twice", e.ID)
			}
			seen[e.ID] = true
		}
		path = ""
		for _, l := range res.Header.Values("Link") {
			if target, ok := strings.CutSuffix(l, `>; rel="next"`); ok {
				path = strings.TrimPrefix(target, "<")
			}
		}
		if path == "" {
			break
		}
	}
	g := d.world.Graph()
	want := map[uint32]bool{}
	for _, id := range []schema.ActorID{"actor:russia", "actor:turkey"} {
		n, _ := g.View.Number(id)
		for _, e := range g.View.EventsOf(n) {
			want[e] = true
		}
	}
	if len(seen) != len(want) || len(seen) < 100 {
		t.Errorf("%d events by links, %d in the graph", len(seen), len(want))
	}
}

// TestProblems: each error is a problem of its kind, and leaks nothing.
func TestProblems(t *testing.T) {
	d := newDesk(t, token)
	for _, c := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{"GET", "relation?a=russia&b=atlantis", 404, "unknown-actor"},
		{"GET", "relation?a=the+neighbour&b=iran", 422, "ambiguous-actor"},
		{"GET", "relation?a=russia&b=moscow", 422, "refused"},
		{"GET", "relation?a=russia", 400, "wrong-parameter"},
		{"GET", "relation?a=russia&b=turkey&x=1", 400, "wrong-parameter"},
		{"GET", "relation?a=%zz", 400, "wrong-parameter"},
		{"GET", "strain?group=" + url.QueryEscape("/etc/passwd"), 400, "wrong-parameter"},
		{"GET", "events/x?id=y", 400, "wrong-parameter"},
		{"GET", "events/x", 404, "not-found"},
		{"GET", "claims/claim:x", 404, "not-found"},
		{"GET", "nothing", 404, "not-found"},
		{"GET", "../../etc/passwd%00", 404, "not-found"},
		{"POST", "relation", 405, "wrong-method"},
		{"DELETE", "loads", 405, "wrong-method"},
		{"GET", "retractions", 405, "wrong-method"},
	} {
		r := httptest.NewRequest(c.method, api.Root, nil)
		u, query, _ := strings.Cut(c.path, "?")
		r.URL.Path, r.URL.RawQuery = api.Root+u, query
		if strings.Contains(u, "..") {
			r.URL.Path = "/api/v1/%00"
		}
		res, body := d.do(r)
		var p struct {
			Type, Title, Detail string
			Status              int
			Candidates          []queries.ActorRef
		}
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Errorf("%s: %s", c.path, body)
			continue
		}
		if res.StatusCode != c.status || p.Status != c.status || p.Type != api.Root+"problems#"+c.kind || p.Title == "" || p.Detail == "" ||
			res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s", c.method, c.path, res.StatusCode, body)
		}
		if c.kind == "ambiguous-actor" && len(p.Candidates) != 2 {
			t.Errorf("%s: candidates %v", c.path, p.Candidates)
		}
		if c.kind == "wrong-method" && res.Header.Get("Allow") == "" {
			t.Errorf("%s: no Allow", c.path)
		}
	}
	_, kinds := d.get(api.Root + "problems")
	if !strings.Contains(kinds, "problems#list-moved") {
		t.Error(kinds)
	}
}

// broken is a store that fails.
type broken struct{ graph.Reader }

func (broken) Head(context.Context) (uint64, error) {
	return 0, errors.New("disk /secret/place is on fire")
}

func TestFailuresTellNothing(t *testing.T) {
	d := newDesk(t, token)
	h := api.New(api.Options{Log: slog.New(slog.NewTextHandler(&d.log, nil)), Graph: func() question.Graph {
		g := d.world.Graph()
		g.Store = broken{g.Store}
		return g
	}})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, api.Root+"loads", nil))
	if body := w.Body.String(); w.Code != http.StatusInternalServerError || strings.Contains(body, "secret") || !strings.Contains(body, "problems#failure") {
		t.Errorf("%d %s", w.Code, body)
	}
	if !strings.Contains(d.log.String(), "on fire") {
		t.Errorf("the log: %s", d.log.String())
	}
}

func TestWriting(t *testing.T) {
	d := newDesk(t, token)
	const media = "application/json; charset=utf-8"
	for _, c := range []struct {
		name, path, token, media, body string
		status                         int
		kind                           string
	}{
		{"no token", "loads", "", media, `{"text": "x"}`, 401, "token-needed"},
		{"wrong token", "loads", token + "r", media, `{"text": "x"}`, 401, "token-needed"},
		{"part of the token", "retractions", token[:5], media, `{"load": "x"}`, 401, "token-needed"},
		{"no media type", "loads", token, "", `{"text": "x"}`, 415, "wrong-media-type"},
		{"a form", "loads", token, "application/x-www-form-urlencoded", `text=x`, 415, "wrong-media-type"},
		{"no JSON", "loads", token, media, `{"text": `, 400, "wrong-body"},
		{"more", "loads", token, media, `{"text": "x"} {}`, 400, "wrong-body"},
		{"unknown member", "loads", token, media, `{"text": "x", "txet": ""}`, 400, "wrong-body"},
		{"wrong type", "loads", token, media, `{"text": 1}`, 400, "wrong-body"},
		{"no UTF-8", "loads", token, media, "{\"text\": \"\xff\"}", 400, "wrong-body"},
		{"too large", "loads", token, media, `{"text": "` + strings.Repeat("x", 3000) + `"}`, 413, "too-large"},
		{"no text", "loads", token, media, `{"title": "x"}`, 422, "unusable-report"},
		{"null", "loads", token, media, `null`, 422, "unusable-report"},
		{"no date", "loads", token, media, `{"text": "x", "published": "yesterday"}`, 422, "unusable-report"},
		{"nothing named", "retractions", token, media, `{}`, 400, "wrong-body"},
		{"two named", "retractions", token, media, `{"load": "x", "source": "y"}`, 400, "wrong-body"},
		{"nobody", "retractions", token, media, `{"source": "nobody"}`, 404, "not-found"},
	} {
		res, body := d.post(api.Root+c.path, c.token, c.media, c.body)
		if res.StatusCode != c.status || !strings.Contains(body, "problems#"+c.kind+`"`) {
			t.Errorf("%s: %d %s", c.name, res.StatusCode, body)
		}
		if c.status == 401 && res.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", c.name)
		}
	}
	if len(d.loads)+len(d.gone) != 0 {
		t.Fatalf("written: %v %v", d.loads, d.gone)
	}
	for _, want := range []int{http.StatusCreated, http.StatusOK} {
		res, body := d.post(api.Root+"loads", token, media, `{"text": "Russia met Turkey.", "id": "1"}`)
		if res.StatusCode != want || !strings.Contains(body, `"load": "load:`) || (want == http.StatusCreated) != strings.HasPrefix(res.Header.Get("Location"), api.Root+"loads/") {
			t.Errorf("%d %s %v", res.StatusCode, body, res.Header)
		}
	}
	if res, body := d.post(api.Root+"retractions", token, media, `{"load": "3f2a91c4"}`); res.StatusCode != 200 || len(d.gone) != 1 || d.gone[0].Load != "3f2a91c4" {
		t.Errorf("%d %s %v", res.StatusCode, body, d.gone)
	}

	closed := newDesk(t, "")
	for _, given := range []string{"", "anything"} {
		if res, body := closed.post(api.Root+"loads", given, media, `{"text": "x"}`); res.StatusCode != 403 || !strings.Contains(body, "problems#read-only") {
			t.Errorf("without a token: %d %s", res.StatusCode, body)
		}
	}
}

// FuzzRequest: whatever is asked for, the answer is JSON, and nothing is the
// server's fault.
func FuzzRequest(f *testing.F) {
	f.Add("GET", "relation", "a=russia&b=turkey", "")
	f.Add("GET", "events/00", "limit=1", "")
	f.Add("GET", "why", "event=%00&cursor=x", "")
	f.Add("POST", "loads", "", `{"text":"x"}`)
	f.Add("POST", "retractions", "x=1", `{"load":"x"}`)
	f.Add("HEAD", "strain", "at=9999-12-31&window=3660", "")
	f.Add("GET", "compare", "before=0001&after=9999", "")
	var d *desk
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		if d == nil {
			d = newDesk(t, token)
		}
		r := httptest.NewRequest(http.MethodGet, api.Root, strings.NewReader(body))
		r.Method, r.URL.Path, r.URL.RawQuery = method, api.Root+path, query
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		d.api.ServeHTTP(w, r)
		switch {
		case w.Code >= 500:
			t.Errorf("%s %s?%s: %d %s", method, path, query, w.Code, d.log.String())
		case w.Code == http.StatusMovedPermanently, w.Code == http.StatusTemporaryRedirect, w.Code == http.StatusPermanentRedirect:
		case !json.Valid(w.Body.Bytes()):
			t.Errorf("%s %s?%s: %d %q", method, path, query, w.Code, w.Body.String())
		}
	})
}
