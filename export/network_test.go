package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/TcM1911/stix2"
	"github.com/cayleygraph/quad/nquads"
	"github.com/piprate/json-gold/ld"

	"faultline/export"
	"faultline/graph"
	"faultline/graph/graphtest"
	"faultline/schema"
)

func written(t *testing.T, write writer, b *graph.Batch, s export.Selection) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := write(t.Context(), &out, store(t, b), s); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// hostile is the small world whose names try to break out of every form.
func hostile() *graph.Batch {
	b := graphtest.World()
	for i := range b.Actors {
		b.Actors[i].Name += fmt.Sprintf(` "%d" </node>\ <b>&amp; ]]> %% | --> {x} #quot; %c`, i, '\u202e')
	}
	return b
}

// JSON-LD and N-Quads are two forms of one data set: another library's
// expansion of the one gives the lines of the other.
func TestJSONLDIsTheSameDataSet(t *testing.T) {
	noEvents := graphtest.World()
	noEvents.Events = nil
	for name, b := range map[string]*graph.Batch{"world": graphtest.World(), "hostile": hostile(), "claims of no event": noEvents} {
		var doc any
		if err := json.Unmarshal([]byte(written(t, export.JSONLD, b, export.Selection{})), &doc); err != nil {
			t.Fatal(err)
		}
		opts := ld.NewJsonLdOptions("")
		opts.Format = "application/n-quads"
		got, err := ld.NewJsonLdProcessor().ToRDF(doc, opts)
		if err != nil {
			t.Fatal(err)
		}
		sorted := func(text string) []string {
			var list []string
			for line := range strings.Lines(text) {
				q, err := nquads.Parse(strings.TrimSpace(line)) // escapes differ, what they mean does not
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, fmt.Sprintf("%v %v %v %v", q.Subject, q.Predicate, q.Object, q.Label))
			}
			slices.Sort(list)
			return slices.Compact(list)
		}
		a, c := sorted(got.(string)), sorted(written(t, export.NQuads, b, export.Selection{}))
		if !slices.Equal(a, c) {
			for i := range min(len(a), len(c)) {
				if a[i] != c[i] {
					t.Fatalf("%s: %d and %d quads; the first that differ:\n%s\n%s", name, len(a), len(c), a[i], c[i])
				}
			}
			t.Fatalf("%s: %d and %d quads", name, len(a), len(c))
		}
	}
}

func TestCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(written(t, export.CSV, hostile(), export.Selection{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows[1:] {
		name := func(i int) string { first, _, _ := strings.Cut(r[i], " "); return first }
		got = append(got, strings.Join([]string{r[1], name(2), r[5], r[6], name(8), name(13), r[14], r[18]}, "|"))
	}
	slices.Sort(got)
	// Of six claims one is denied, one was retracted; the meeting of two is two rows.
	want := []string{
		"2024-11-22|Russia|REQUEST|0256|IRGC|Euphrates|Al-Bukmal|34.4536",
		"2024-11-22|Russia|REQUEST|0256|IRGC|Euphrates|Al-Bukmal|34.4536",
		"2024-11-23|Hezbollah|CONSULT||Russia|Euphrates||",
		"2024-11-23|Russia|CONSULT||Hezbollah|Euphrates||",
		"|SDF|ACCUSE||Russia|Euphrates||",
	}
	for i := range got {
		got[i] = strings.Replace(got[i], "Appeal for easing of political dissent", "REQUEST", 1)
		if f, ok := schema.Code("0256").Facts(); ok {
			got[i] = strings.Replace(got[i], f.Name, "REQUEST", 1)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSTIX(t *testing.T) {
	text := written(t, export.STIX, hostile(), export.Selection{})
	all, err := stix2.FromJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, r := range all.Relationships() {
		kinds = append(kinds, string(r.RelationshipType))
		for _, ref := range []stix2.Identifier{r.Source, r.Target} {
			if all.Get(ref) == nil {
				t.Errorf("%s points at %s, which is not in the bundle", r.ID, ref)
			}
		}
	}
	slices.Sort(kinds)
	if want := "[accuse consult request]"; fmt.Sprint(kinds) != want {
		t.Errorf("relationships %v, want %s: the raid is denied, the aid of 1968 was retracted", kinds, want)
	}
	if n := len(all.Identities()); n != 5 {
		t.Errorf("%d identities, want 5", n)
	}
	if n := len(all.Reports()); n != 2 {
		t.Errorf("%d reports, want the 2 that tell of a relationship", n)
	}
	for _, r := range all.Reports() {
		for _, ref := range r.Objects {
			if all.Get(ref) == nil {
				t.Errorf("%s refers to %s, which is not in the bundle", r.ID, ref)
			}
		}
	}
	if again := written(t, export.STIX, hostile(), export.Selection{}); again != text {
		t.Error("written twice, the bundles differ")
	}
}

// program finds a program that reads a form; without it the test is skipped,
// or fails when FAULTLINE_FORMATS says that all of them must be there.
func program(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		if os.Getenv("FAULTLINE_FORMATS") != "" {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		t.Skipf("needs %s (make test-formats installs it)", name)
	}
}

// networkx of Python reads what Gephi, yEd and Cytoscape read.
func TestNetworkX(t *testing.T) {
	program(t, "python3", "-c", "import networkx")
	const script = `
import json, sys, networkx as nx
form, path = sys.argv[1:]
if form == "graphml": g = nx.read_graphml(path)
elif form == "gexf": g = nx.read_gexf(path, version="1.2draft")
else: g = nx.cytoscape_graph(json.load(open(path)))
names = sorted(str(d.get("label", d.get("name"))).split(" ")[0] for _, d in g.nodes(data=True))
print(g.number_of_nodes(), g.number_of_edges(), " ".join(names))
for a, b, d in sorted(g.edges(data=True), key=lambda e: (e[0], e[1], str(e[2].get("type")))):
    print(a, b, d.get("type", d.get("chief type")), d.get("date") or d.get("spells"))
`
	for form, want := range map[string]string{
		// Four of the five events have two sides; Russia's aid of 1968 has none on the other.
		"graphml": `4 4 Hezbollah IRGC Russia SDF
actor:hezbollah actor:russia CONSULT 2024-11-23
actor:irgc actor:sdf ASSAULT 2024-11-29
actor:russia actor:irgc REQUEST 2024-11-22
actor:sdf actor:russia ACCUSE None
`,
		// The denied raid is no bond.
		"gexf": `4 3 Hezbollah IRGC Russia SDF
actor:hezbollah actor:russia CONSULT [('2024-11-23', '2024-11-23')]
actor:russia actor:irgc REQUEST [('2024-11-22', '2024-11-22')]
actor:sdf actor:russia ACCUSE None
`,
	} {
		writers := map[string]writer{"graphml": export.GraphML, "gexf": export.GEXF, "cytoscape": export.Cytoscape}
		forms := []string{form}
		if form == "graphml" {
			forms = append(forms, "cytoscape") // holds the same
		}
		for _, form := range forms {
			path := filepath.Join(t.TempDir(), form)
			if err := os.WriteFile(path, []byte(written(t, writers[form], hostile(), export.Selection{})), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("python3", "-c", script, form, path).CombinedOutput()
			if got := string(out); err != nil || got != want {
				t.Errorf("%s: %v\n%s\nwant\n%s", form, err, got, want)
			}
		}
	}
}

// Graphviz draws the picture.
func TestDOT(t *testing.T) {
	program(t, "dot", "-V")
	cmd := exec.Command("dot", "-Tplain")
	cmd.Stdin = strings.NewReader(written(t, export.DOT, hostile(), export.Selection{}))
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), "\nnode ") != 4 || strings.Count(string(out), "\nedge ") != 3 {
		t.Errorf("%v\n%s", err, out)
	}
}

// The tools of FollowTheMoney and Mermaid run in Node.js.
func TestNode(t *testing.T) {
	modules := os.Getenv("FAULTLINE_NODE_MODULES")
	if modules == "" {
		if os.Getenv("FAULTLINE_FORMATS") != "" {
			t.Fatal("FAULTLINE_NODE_MODULES is not set")
		}
		t.Skip("needs the packages of export/testdata/package.json (make test-formats installs them)")
	}
	program(t, "node", "--version")
	for form, write := range map[string]writer{"ftm": export.FTM, "mermaid": export.Mermaid} {
		cmd := exec.CommandContext(context.Background(), "node", filepath.Join("testdata", form+".mjs"))
		cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
		cmd.Stdin = strings.NewReader(written(t, write, hostile(), export.Selection{}))
		out, err := cmd.CombinedOutput()
		want := map[string]string{"ftm": "Address 3\nArticle 3\nEvent 3\nOrganization 3\nPublicBody 2\n", "mermaid": "4 nodes, 3 edges\n"}[form]
		if err != nil || string(out) != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", form, err, out, want)
		}
	}
}

// Whatever is asked for that nothing matches, each form is still whole.
func TestEmptySelection(t *testing.T) {
	none := export.Selection{Actors: []schema.ActorID{"actor:nobody"}}
	for name, write := range map[string]writer{
		"nquads": export.NQuads, "jsonl": export.JSONL, "jsonld": export.JSONLD, "graphml": export.GraphML, "gexf": export.GEXF,
		"cytoscape": export.Cytoscape, "csv": export.CSV, "stix": export.STIX, "ftm": export.FTM, "dot": export.DOT, "mermaid": export.Mermaid,
	} {
		var out bytes.Buffer
		n, err := write(t.Context(), &out, store(t, graphtest.World()), none)
		if err != nil || n != 0 {
			t.Errorf("%s: %d, %v", name, n, err)
		}
		if _, err := write(t.Context(), failing{}, store(t, graphtest.World()), export.Selection{}); err == nil {
			t.Errorf("%s: a writer that fails is not noticed", name)
		}
	}
}

// failing is a disk that is full.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
