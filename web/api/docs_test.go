package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"faultline/web/api"
)

// example is a curl command of the documentation with what it says comes of
// it.
type example struct {
	line    int
	method  string
	url     string
	headers http.Header
	body    string
	status  int
	members []string // of the object, or of the first of the list
	list    bool
	header  string // that must be there
}

// words splits a command line as a shell does, as far as the examples go.
func words(t *testing.T, line string) (list []string) {
	t.Helper()
	var word strings.Builder
	var quote rune
	some := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, some = r, true
		case r == ' ':
			if some || word.Len() > 0 {
				list = append(list, word.String())
			}
			word.Reset()
			some = false
		default:
			word.WriteRune(r)
		}
	}
	if quote != 0 {
		t.Fatalf("a quote is not closed: %s", line)
	}
	if some || word.Len() > 0 {
		list = append(list, word.String())
	}
	return list
}

// examples reads the shell blocks of a page: commands, each with a comment
// after it that says the status and what is in the answer.
func examples(t *testing.T, path string) (list []example) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	inside, command, at := false, "", 0
	for i, line := range strings.Split(string(b), "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			if inside && command != "" {
				t.Errorf("%s:%d: the example does not say what comes of it", path, at)
			}
			inside, command = line == "```sh", ""
		case !inside:
		case strings.HasPrefix(line, "# "):
			e := parseExample(t, command)
			e.line = at
			e.expect(t, strings.TrimPrefix(line, "# "))
			list, command = append(list, e), ""
		default:
			if command == "" {
				at = i + 1
			}
			command += strings.TrimSuffix(strings.TrimSpace(line), "\\")
		}
	}
	return list
}

func parseExample(t *testing.T, command string) example {
	t.Helper()
	e := example{method: http.MethodGet, headers: http.Header{}}
	args := words(t, strings.ReplaceAll(command, "$FAULTLINE_TOKEN", token))
	if len(args) == 0 || args[0] != "curl" {
		t.Fatalf("no curl command: %q", command)
	}
	for i := 1; i < len(args); i++ {
		switch args[i] {
		case "-i":
		case "-X":
			i++
			e.method = args[i]
		case "-d":
			i++
			e.body = args[i]
		case "-H":
			i++
			name, value, _ := strings.Cut(args[i], ":")
			e.headers.Set(name, strings.TrimSpace(value))
		default:
			e.url = args[i]
		}
	}
	return e
}

// expect reads `200 {"a", "b"}`, `200 [{"a"}]`, `200 ETag` or `200 Link: text`.
func (e *example) expect(t *testing.T, text string) {
	t.Helper()
	status, rest, _ := strings.Cut(text, " ")
	var err error
	if e.status, err = strconv.Atoi(status); err != nil {
		t.Fatalf("%q: no status", text)
	}
	e.list = strings.HasPrefix(rest, "[")
	if inner := strings.Trim(rest, "[]{}"); inner != rest {
		for _, m := range strings.Split(inner, ",") {
			e.members = append(e.members, strings.Trim(m, ` "`))
		}
	} else {
		e.header = rest
	}
}

func (e *example) check(t *testing.T, server *httptest.Server) {
	const host = "http://localhost:8460"
	if !strings.HasPrefix(e.url, host+api.Root) {
		t.Errorf("line %d: %q is not of the API", e.line, e.url)
		return
	}
	r, err := http.NewRequestWithContext(t.Context(), e.method, server.URL+strings.TrimPrefix(e.url, host), strings.NewReader(e.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = e.headers
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != e.status {
		t.Errorf("line %d: %d, want %d: %s", e.line, res.StatusCode, e.status, body)
		return
	}
	if name, value, _ := strings.Cut(e.header, ": "); name != "" && !strings.Contains(fmt.Sprint(res.Header[http.CanonicalHeaderKey(name)]), value) || name != "" && res.Header.Get(name) == "" {
		t.Errorf("line %d: the header %s is %q", e.line, name, res.Header[http.CanonicalHeaderKey(name)])
	}
	if len(e.members) == 0 {
		return
	}
	var document map[string]any
	if e.list {
		var all []map[string]any
		if err := json.Unmarshal(body, &all); err != nil || len(all) == 0 {
			t.Errorf("line %d: want a list of objects: %v %.200s", e.line, err, body)
			return
		}
		document = all[0]
	} else if err := json.Unmarshal(body, &document); err != nil {
		t.Errorf("line %d: want an object: %v %.200s", e.line, err, body)
		return
	}
	for _, m := range e.members {
		if _, ok := document[m]; !ok {
			t.Errorf("line %d: the answer has no %q but %q", e.line, m, slices.Sorted(maps.Keys(document)))
		}
	}
}

// TestDocumentedExamples runs the commands of docs/api.md.
func TestDocumentedExamples(t *testing.T) {
	list := examples(t, filepath.Join("..", "..", "docs", "api.md"))
	if len(list) < 20 {
		t.Fatalf("only %d examples were found", len(list))
	}
	d := newDesk(t, token)
	server := httptest.NewServer(d.api)
	defer server.Close()
	for _, e := range list {
		e.check(t, server)
	}
	if len(d.loads) != 1 || d.loads[0].ID != "note-17" || len(d.gone) != 1 || !d.gone[0].DryRun {
		t.Errorf("sent: %+v %+v", d.loads, d.gone)
	}
}
