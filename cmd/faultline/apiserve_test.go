package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"faultline/queries"
	"faultline/queries/series"
	"faultline/web/live"
)

// apiReports are loaded into the store of the tests of the API.
const apiReports = `{"id": "1", "published": "2024-05-02", "publisher": "Harbour Post", "url": "https://news.example/1", "text": "Russia threatened Turkey with sanctions on Wednesday. Turkish President Recep Tayyip Erdogan met Russian President Vladimir Putin in Moscow."}
{"id": "2", "published": "2024-05-09", "publisher": "North Wire", "url": "https://news.example/2", "text": "Israel bombed Hezbollah positions in Lebanon. Iran condemned Israel over the attack."}
{"id": "3", "published": "2024-06-01", "publisher": "Harbour Post", "url": "https://news.example/3", "text": "Turkey signed an agreement with Russia. Iran sent weapons to Hezbollah."}
`

// apiStore makes a store of them; the app's clock stands still.
func apiStore(t *testing.T) *app {
	t.Helper()
	file := filepath.Join(t.TempDir(), "reports.jsonl")
	if err := os.WriteFile(file, []byte(apiReports), 0o600); err != nil {
		t.Fatal(err)
	}
	a := &app{
		stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, store: "cayley:" + filepath.Join(t.TempDir(), "graph"),
		now: func() time.Time { return time.Date(2024, time.July, 1, 12, 0, 0, 0, time.UTC) },
	}
	said(t, a, "load", file)
	return a
}

// said is what a command prints.
func said(t *testing.T, a *app, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	b := *a
	b.stdout, b.stderr = &out, &errs
	if code := run(append([]string{"--store", a.store}, args...), &b); code != 0 && code != exitAlarms {
		t.Fatalf("%q: code %d: %s", args, code, errs.String())
	}
	return out.String()
}

// serveAPI opens the store for the API.
func serveAPI(t *testing.T, a *app, token string) http.Handler {
	t.Helper()
	store, err := a.openForQueries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	g := live.New(live.Options{Store: store, Series: store.series, Now: a.now, Record: func(v *series.View) *queries.Record { return recordOf(store, v) }})
	return newAPI(a, &following{opened: store}, g, func() (*ownCoder, error) { return a.ownCoder(ownFlags{}) }, token, slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func getAPI(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/"+path, nil))
	return w.Code, w.Body.String()
}

// TestAPISaysWhatCommandsPrint: the documents are the same to the byte.
func TestAPISaysWhatCommandsPrint(t *testing.T) {
	a := apiStore(t)
	cases := []struct {
		path string
		args []string
	}{
		{"relation?a=russia&b=turkey", []string{"relation", "russia", "turkey"}},
		{"relation?a=russia&b=turkey&from=2024-05-03&by=week&level=actor", []string{"relation", "russia", "turkey", "--from", "2024-05-03", "--by", "week", "--level", "actor"}},
		{"strain", []string{"strain"}}, {"strain?rank=level&limit=1&at=2024-05-09", []string{"strain", "--rank", "level", "--limit", "1", "--at", "2024-05-09"}},
		{"strain?of=iran&window=60", []string{"strain", "--of", "iran", "--window", "60"}},
		{"alerts", []string{"alerts"}}, {"alerts?since=2024-05-01&limit=1", []string{"alerts", "--since", "2024-05-01", "--limit", "1"}},
		{"timeline?a=iran", []string{"timeline", "iran"}}, {"timeline?a=russia&b=turkey&limit=1", []string{"timeline", "russia", "turkey", "--limit", "1"}},
		{"why?a=russia&b=turkey&any=true", []string{"why", "russia", "turkey", "--any"}},
		{"who-says?a=russia&b=turkey", []string{"who-says", "russia", "turkey"}},
		{"network?a=iran&least=1", []string{"network", "iran", "--least", "1"}},
		{"triads?least=1", []string{"triads", "--least", "1"}},
		{"path?a=iran&b=israel", []string{"path", "iran", "israel"}},
		{"compare?before=2024-05&after=2024-06", []string{"compare", "2024-05", "2024-06"}},
		{"actors?limit=3", []string{"actors", "--limit", "3"}}, {"actors?pattern=rus", []string{"actors", "rus"}},
		{"loads", []string{"loads"}},
	}
	want := make([]string, len(cases))
	for i, c := range cases {
		want[i] = said(t, a, append([]string{"--json"}, c.args...)...)
	}
	h := serveAPI(t, a, "")
	for i, c := range cases {
		if code, got := getAPI(t, h, c.path); code != http.StatusOK || got != want[i] {
			t.Errorf("%s: %d\n%s\n%q prints\n%s", c.path, code, got, c.args, want[i])
		}
		if len(want[i]) < 50 {
			t.Errorf("%q prints only %s", c.args, want[i])
		}
	}
}

// TestAPIWrites loads a report over HTTP, asks who says so, and takes it back.
func TestAPIWrites(t *testing.T) {
	const token = "a token for tests only"
	a := apiStore(t)
	h := serveAPI(t, a, token)
	post := func(path, body string) (int, string) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "/api/v1/"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	const why = "why?a=syria&b=saudi+arabia"
	if _, body := getAPI(t, h, why); strings.TrimSpace(body) != "[]" {
		t.Fatalf("before: %s", body)
	}
	const report = `{"id": "9", "published": "2024-06-20", "publisher": "Harbour Post", "url": "https://news.example/9", "text": "Saudi Arabia accused Syria of smuggling drugs."}`
	if code, body := post("loads", report); code != http.StatusCreated || !strings.Contains(body, `"reports_new": 1`) {
		t.Fatalf("load: %d %s", code, body)
	}
	if _, body := getAPI(t, h, why); !strings.Contains(body, "smuggling drugs") || !strings.Contains(body, "https://news.example/9") {
		t.Errorf("after the load: %s", body)
	}
	if code, body := post("loads", report); code != http.StatusOK || !strings.Contains(body, `"reports_new": 0`) {
		t.Errorf("again: %d %s", code, body)
	}
	if code, body := post("loads", `{"published": "the other day", "text": "Iran met Russia."}`); code != http.StatusUnprocessableEntity || !strings.Contains(body, "date does not parse") {
		t.Errorf("no date: %d %s", code, body)
	}
	var loads []struct{ ID, Source string }
	_, body := getAPI(t, h, "loads")
	if err := json.Unmarshal([]byte(body), &loads); err != nil {
		t.Fatal(err)
	}
	var sent string
	for _, l := range loads {
		if l.Source == sentBy {
			sent = l.ID
		}
	}
	if code, body := getAPI(t, h, "loads/"+sent); code != http.StatusOK || !strings.Contains(body, `"actor:syria"`) {
		t.Errorf("loads/%s: %d %s", sent, code, body)
	}
	if code, body := post("retractions", `{"report": "https://news.example/9", "dry_run": true}`); code != http.StatusOK || !strings.Contains(body, `"claims_closed": 1`) {
		t.Errorf("dry run: %d %s", code, body)
	}
	if _, body := getAPI(t, h, why); !strings.Contains(body, "smuggling drugs") {
		t.Errorf("after the dry run: %s", body)
	}
	for _, c := range []struct {
		body string
		code int
	}{
		{`{"report": "https://news.example/nowhere"}`, http.StatusNotFound}, {`{"source": "nobody"}`, http.StatusNotFound},
		{`{"load": "ffffffff"}`, http.StatusNotFound}, {`{"load": "f"}`, http.StatusUnprocessableEntity},
		{`{"report": "https://news.example/9"}`, http.StatusOK},
	} {
		if code, body := post("retractions", c.body); code != c.code {
			t.Errorf("%s: %d %s", c.body, code, body)
		}
	}
	if _, body := getAPI(t, h, why); strings.TrimSpace(body) != "[]" {
		t.Errorf("after the retraction: %s", body)
	}
}

// TestMCPProcess asks faultline mcp as an assistant does, first of the store
// and then, while that is open elsewhere, of the server that has it.
func TestMCPProcess(t *testing.T) {
	a := apiStore(t)
	askMCP(t, "--store", a.store)
	server := httptest.NewServer(serveAPI(t, a, ""))
	t.Cleanup(server.Close)
	askMCP(t, "--server", server.URL)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--store", a.store}, "--server http"}, {[]string{"--server", "localhost:8460"}, "want an address"},
		{[]string{"--server", server.URL + "/elsewhere"}, "nothing at this address"},
	} {
		var errs bytes.Buffer
		b := *a
		b.stderr = &errs
		if code := run(append([]string{"mcp"}, c.args...), &b); code == 0 || !strings.Contains(errs.String(), c.says) {
			t.Errorf("mcp %q: code %d, %s", c.args, code, errs.String())
		}
	}
}

func askMCP(t *testing.T, args ...string) {
	t.Helper()
	program, err := exec.LookPath("faultline")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, append([]string{"mcp"}, args...)...)
	var errs bytes.Buffer
	command.Stderr = &errs
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &sdk.CommandTransport{Command: command}, nil)
	if err != nil {
		t.Fatal(err, errs.String())
	}
	r, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "relation", Arguments: map[string]any{"a": "Moscow", "b": "Turkey"}})
	if err != nil || r.IsError {
		t.Fatal(err, r, errs.String())
	}
	text := r.Content[0].(*sdk.TextContent).Text
	for _, want := range []string{`"answer":{"a":{"id":"actor:russia"`, `"evidence":[{"event":"event:`, "Harbour Post", "https://news.example/", "threatened Turkey with sanctions"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if err := session.Close(); err != nil {
		t.Errorf("closing: %v, %s", err, errs.String())
	}
	if errs.Len() > 0 {
		t.Errorf("standard error: %s", errs.String())
	}
}
