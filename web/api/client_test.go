package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"faultline/graph"
	"faultline/schema"
	"faultline/web/api"
	"faultline/web/question"
)

func (d *desk) client(t *testing.T, h http.Handler) *api.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	return &api.Client{Server: u, Token: token, HTTP: server.Client()}
}

// TestClientAnswers: a question that is put to a server has the answer and
// the errors that it has here, page for page.
func TestClientAnswers(t *testing.T) {
	d := newDesk(t, token)
	c := d.client(t, d.api)
	here := question.Here(d.world.Graph)
	event := string(d.world.Event())
	claims, err := graph.All(d.world.Store.Claims(t.Context(), graph.ClaimFilter{Events: []schema.EventID{d.world.Event()}}))
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]map[string][]string{
		"relation": {"a": {"Moscow"}, "b": {"turkey"}}, "timeline": {"a": {"russia"}, "b": {"turkey"}, "type": {"ASSAULT", "SANCTION"}, "limit": {"2"}},
		"why": {"event": {event}}, "who-says": {"a": {"russia"}, "b": {"turkey"}}, "network": {"a": {"russia"}, "limit": {"2"}}, "path": {"a": {"turkey"}, "b": {"hezbollah"}},
		"compare": {"before": {"2023"}, "after": {"2024-01..2024-07"}}, "alerts": {"since": {"2024-05-01"}, "limit": {"1"}}, "strain": {"cracks": {"true"}},
		"actor": {"id": {"hezbollah"}}, "event": {"id": {event}}, "events": {"limit": {"1000"}}, "claims": {"event": {event}}, "claim": {"id": {string(claims[0].ID)}},
		"reports": {"load": {string(d.world.Load())}}, "report": {"id": {string(claims[0].Report)}}, "load": {"id": {string(d.world.Load())}},
	}
	walked := 0
	for _, q := range question.All() {
		params := maps.Clone(given[q.Name])
		for range 3 {
			v, err := q.Parse(params)
			if err != nil {
				t.Fatal(q.Name, err)
			}
			want, err := here(t.Context(), &q, v)
			if err != nil {
				t.Fatal(q.Name, err)
			}
			got, err := c.Ask(t.Context(), &q, v)
			if err != nil {
				t.Errorf("%s: %v", q.Name, err)
				break
			}
			a, _ := json.Marshal(want.Document)
			b, err := json.Marshal(got.Document)
			if err != nil || string(a) != string(b) || got.Next != want.Next {
				t.Errorf("%s: %v\n%s\nhere\n%s\nnext %q, here %q", q.Name, err, b, a, got.Next, want.Next)
			}
			if got.Next == "" {
				break
			}
			walked++
			params["cursor"] = []string{got.Next}
		}
	}
	if walked < 5 {
		t.Errorf("%d pages were turned", walked)
	}
	for _, x := range []struct {
		question string
		given    map[string][]string
	}{
		{"relation", map[string][]string{"a": {"the neighbour"}, "b": {"iran"}}}, {"relation", map[string][]string{"a": {"russia"}, "b": {"atlantis"}}},
		{"relation", map[string][]string{"a": {"russia"}, "b": {"moscow"}}}, {"why", map[string][]string{"event": {"00000000"}}},
		{"strain", map[string][]string{"cursor": {"%%%"}}}, {"event", map[string][]string{"id": {"no/where?"}}},
	} {
		for _, q := range question.All() {
			if q.Name != x.question {
				continue
			}
			v, err := q.Parse(x.given)
			if err != nil {
				t.Fatal(err)
			}
			_, want := here(t.Context(), &q, v)
			if _, got := c.Ask(t.Context(), &q, v); got == nil || got.Error() != want.Error() {
				t.Errorf("%s %v: %v, here %v", x.question, x.given, got, want)
			}
		}
	}
}

// TestClientFails tells what is wrong with a server.
func TestClientFails(t *testing.T) {
	d := newDesk(t, token)
	for _, c := range []struct{ name, body, want string }{
		{"another program", "404 page not found", "not as faultline serve does"},
		{"a token", `{"type": "/api/v1/problems#token-needed", "title": "The token is missing or wrong", "status": 401, "detail": "Give it."}`, "The token is missing or wrong: Give it."},
	} {
		client := d.client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(c.body))
		}))
		for _, q := range question.Tools()[:1] {
			v, err := q.Parse(nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.Ask(t.Context(), &q, v); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}
