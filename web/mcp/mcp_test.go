package mcp_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"faultline/graph/mem"
	"faultline/web/mcp"
	"faultline/web/question"
	"faultline/web/question/questiontest"
)

// connect gives a client's session with a server over a small graph.
func connect(t *testing.T) (*sdk.ClientSession, *questiontest.World) {
	t.Helper()
	w := questiontest.New(t, mem.New())
	server := mcp.New(mcp.Options{Ask: question.Here(w.Graph), Version: "1.2.3", Log: slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil))})
	here, there := sdk.NewInMemoryTransports()
	served, err := server.Connect(t.Context(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := session.Close(); err != nil {
			t.Error(err)
		}
		_ = served.Wait() // it ends as the client has
	})
	return session, w
}

// answer is what tools give.
type answer struct {
	Answer   json.RawMessage `json:"answer"`
	Evidence []mcp.Evidence  `json:"evidence"`
	Next     string          `json:"next_cursor"`
}

func call(t *testing.T, s *sdk.ClientSession, tool string, arguments map[string]any) (a answer, failure string) {
	t.Helper()
	r, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	if len(r.Content) != 1 {
		t.Fatalf("%s: %d contents", tool, len(r.Content))
	}
	text := r.Content[0].(*sdk.TextContent).Text
	if r.IsError {
		return a, text
	}
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatalf("%s: %v in %s", tool, err, text)
	}
	structured, err := json.Marshal(r.StructuredContent)
	if err != nil {
		t.Fatal(err)
	}
	var b answer
	if err := json.Unmarshal(structured, &b); err != nil || len(b.Evidence) != len(a.Evidence) || b.Next != a.Next {
		t.Errorf("%s: structured %s, text %s", tool, structured, text)
	}
	return a, ""
}

func TestTools(t *testing.T) {
	s, w := connect(t)
	if got := s.InitializeResult(); got.ServerInfo.Name != "faultline" || !strings.Contains(got.Instructions, "quote") {
		t.Errorf("%+v", got)
	}
	described := map[string]bool{}
	for tool, err := range s.Tools(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		described[tool.Name] = true
		schema, _ := json.Marshal(tool.InputSchema)
		if !strings.Contains(tool.Description, "Use it") || !tool.Annotations.ReadOnlyHint || !bytes.Contains(schema, []byte(`"properties"`)) {
			t.Errorf("%s: %s %s", tool.Name, tool.Description, schema)
		}
	}
	if len(described) != len(question.Tools()) {
		t.Errorf("%d tools, %d questions", len(described), len(question.Tools()))
	}
	pair := map[string]any{"a": "russia", "b": "turkey"}
	for tool, arguments := range map[string]map[string]any{
		"actors": {"pattern": "hez"}, "relation": pair, "strain": {"limit": 3}, "alerts": {"since": "2024-05-01"}, "timeline": pair,
		"why": {"event": string(w.Event())}, "who_says": pair, "network": {"a": "russia"}, "triads": {"of": []string{"russia"}},
		"path": {"a": "turkey", "b": "hezbollah"}, "compare": {"before": "2023", "after": "2024-01..2024-07"},
	} {
		if !described[tool] {
			t.Errorf("%s is not described", tool)
		}
		a, failure := call(t, s, tool, arguments)
		if failure != "" || len(a.Answer) < 50 {
			t.Errorf("%s: %s %s", tool, failure, a.Answer)
			continue
		}
		if tool == "actors" || tool == "why" || tool == "triads" {
			continue
		}
		if len(a.Evidence) == 0 || len(a.Evidence) > 3 {
			t.Errorf("%s: %d pieces of evidence", tool, len(a.Evidence))
		}
		for _, e := range a.Evidence {
			if !strings.HasPrefix(string(e.Event), "event:") || !bytes.Contains(a.Answer, []byte(e.Event)) || len(e.Outlets) == 0 || len(e.Claims) == 0 {
				t.Errorf("%s: %+v", tool, e)
			}
			for _, c := range e.Claims {
				if c.Sentence == "" || c.Outlet == "" || !strings.HasPrefix(c.URL, "https://") || !strings.HasPrefix(string(c.ID), "claim:") {
					t.Errorf("%s: %+v", tool, c)
				}
			}
		}
	}
}

func TestEvidenceAndPages(t *testing.T) {
	s, _ := connect(t)
	none, _ := call(t, s, "strain", map[string]any{"evidence": 0})
	if len(none.Evidence) != 0 {
		t.Errorf("%d pieces of evidence", len(none.Evidence))
	}
	first, failure := call(t, s, "timeline", map[string]any{"a": "russia", "limit": 5, "evidence": 10})
	if failure != "" || len(first.Evidence) != 5 || first.Next == "" {
		t.Fatalf("%s, %d pieces of evidence, next %q", failure, len(first.Evidence), first.Next)
	}
	second, failure := call(t, s, "timeline", map[string]any{"a": "russia", "limit": 5, "cursor": first.Next})
	if failure != "" || bytes.Equal(first.Answer, second.Answer) {
		t.Errorf("the second page: %s", failure)
	}
}

// TestToolErrors: what the assistant did wrong is told so that it can do
// better.
func TestToolErrors(t *testing.T) {
	s, _ := connect(t)
	for _, c := range []struct {
		tool      string
		arguments map[string]any
		want      string
	}{
		{"relation", map[string]any{"a": "the neighbour", "b": "iran"}, "actor:turkey (Turkey)"},
		{"relation", map[string]any{"a": "xyzzyxyzzy", "b": "iran"}, "tool actors"},
		{"relation", map[string]any{"a": "russia"}, "b: is missing"},
		{"relation", map[string]any{"a": "russia", "b": "moscow"}, "itself"},
		{"strain", map[string]any{"limit": 1000}, "from 1 to 100"},
		{"strain", map[string]any{"of": map[string]any{"x": 1}}, "want text"},
		{"why", map[string]any{"event": "00000000"}, "not in the graph"},
	} {
		_, failure := call(t, s, c.tool, c.arguments)
		if !strings.Contains(failure, c.want) {
			t.Errorf("%s %v: %q, want %q", c.tool, c.arguments, failure, c.want)
		}
	}
	if _, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: "retract"}); err == nil {
		t.Error("a tool that is not there answers")
	}
}

func FuzzArguments(f *testing.F) {
	f.Add(`{"a": "x", "limit": 3, "of": ["y", null, true]}`)
	f.Add(`null`)
	f.Add(`{"a": {"b": 1}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		given, err := mcp.Arguments(json.RawMessage(raw))
		if err == nil && given == nil {
			t.Errorf("%q gives neither arguments nor an error", raw)
		}
	})
}
