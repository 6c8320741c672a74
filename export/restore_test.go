package export_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cayleygraph/quad"
	"github.com/cayleygraph/quad/nquads"

	"faultline/export"
	"faultline/graph"
	"faultline/graph/graphtest"
	"faultline/graph/mem"
	"faultline/schema"
)

type writer func(context.Context, io.Writer, graph.Reader, export.Selection) (int, error)

// forms are those that lose nothing.
func forms() map[string]writer {
	return map[string]writer{"nquads": export.NQuads, "jsonl": export.JSONL}
}

func store(t testing.TB, b *graph.Batch) *mem.Store {
	t.Helper()
	s := mem.New()
	if _, err := s.Write(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	return s
}

// awkward is a world with text and numbers that break careless writers.
func awkward() *graph.Batch {
	b := graphtest.World()
	for i, text := range []string{
		`") { uid } }`, `<script>alert("1")</script>`, "a\nb\r\n\tc", `back\slash "quoted"`, "\x00\x01\x7f", "عربي \u200f 中文 🕊",
		"%3C%2", "http://x.example/a b|c^d`e{f}", " ", "é",
	} {
		id := schema.ActorID("actor:" + text)
		b.Actors = append(b.Actors, schema.Actor{ID: id, Name: text, Kind: schema.Person, Aliases: []string{text, "x" + text}})
		c := b.Claims[0]
		c.ID = graph.ClaimID(c.Report, c.Event, fmt.Sprint(i))
		c.Sentence, c.Speaker, c.SaidBy = text, text, id
		b.Claims = append(b.Claims, c)
	}
	for i, x := range []float64{-90, -1e-9, math.SmallestNonzeroFloat64, 1.0 / 3, 90} {
		b.Places = append(b.Places, schema.Place{ID: schema.PlaceID(fmt.Sprint("place:", i)), Name: "p", Latitude: x, Longitude: -2 * x})
	}
	b.Reports[0].Published = time.Date(1, 1, 1, 0, 0, 1, 999999999, time.UTC)
	b.Loads[0].Counts.Reports = math.MaxInt64
	return b
}

func TestRestore(t *testing.T) {
	for name, write := range forms() {
		t.Run(name, func(t *testing.T) {
			from, to := store(t, awkward()), mem.New()
			var out bytes.Buffer
			if _, err := write(t.Context(), &out, from, export.Selection{}); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			tell := func(line int, reason string, err error) { t.Errorf("line %d: %s: %v", line, reason, err) }
			did, err := export.Restore(t.Context(), strings.NewReader(text), to, tell)
			if err != nil || did.Batches != 1 {
				t.Fatalf("%+v, %v", did, err)
			}
			graphtest.Equal(t, to, from)
			if again, err := export.Restore(t.Context(), strings.NewReader(text), to, tell); err != nil || again.Batches != 0 || again.Nodes != did.Nodes {
				t.Errorf("restored again: %+v, %v", again, err)
			}
			var second bytes.Buffer
			if _, err := write(t.Context(), &second, to, export.Selection{}); err != nil || second.String() != text {
				t.Errorf("the restored graph is written otherwise (%v)", err)
			}
		})
	}
}

// What stands in a claim's own graph is what that claim says of its event.
func TestClaimsAreNamedGraphs(t *testing.T) {
	b := graphtest.World()
	var out bytes.Buffer
	n, err := export.NQuads(t.Context(), &out, store(t, b), export.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	named := map[string][]string{}
	total := 0
	r := nquads.NewReader(&out, false)
	for {
		q, err := r.ReadQuad()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		total++
		if q.Label != nil {
			named[q.Label.String()] = append(named[q.Label.String()], fmt.Sprint(q.Predicate, " ", q.Object))
		}
		if q.Subject == quad.IRI("urn:faultline:"+string(b.Claims[0].ID)) && q.Predicate == quad.IRI("http://www.w3.org/ns/prov#wasAttributedTo") &&
			q.Object != quad.IRI("urn:faultline:"+string(graphtest.Courier)) {
			t.Errorf("the claim is attributed to %v", q.Object)
		}
	}
	if total != n {
		t.Errorf("%d quads written, %d read", n, total)
	}
	got := strings.Join(named["<urn:faultline:"+string(b.Claims[0].ID)+">"], "\n")
	want := `<urn:faultline:term:type> "REQUEST"
<urn:faultline:term:initiator> <urn:faultline:actor:russia>
<urn:faultline:term:recipient> <urn:faultline:actor:irgc>
<urn:faultline:term:date> "2024-11-22"^^<xsd:date>`
	if strings.ReplaceAll(got, "http://www.w3.org/2001/XMLSchema#", "xsd:") != want {
		t.Errorf("the first claim's graph:\n%s\nwant\n%s", got, want)
	}
	if len(named) != len(b.Claims) {
		t.Errorf("%d graphs for %d claims", len(named), len(b.Claims))
	}
}

// A store may have a claim whose event it lacks. The claim goes out with all
// that is said of it, and asserts nothing of what nobody knows.
func TestClaimOfNoEvent(t *testing.T) {
	whole := graphtest.World()
	lost := whole.Claims[0].Event
	b := graphtest.World()
	b.Events = slices.DeleteFunc(b.Events, func(e schema.Event) bool { return e.ID == lost })
	var orphans int
	for _, c := range b.Claims {
		if c.Event == lost {
			orphans++
		}
	}
	if len(b.Events) != len(whole.Events)-1 || orphans == 0 {
		t.Fatalf("%d events, %d claims without", len(b.Events), orphans)
	}
	for name, write := range forms() {
		to := mem.New()
		text := written(t, write, b, export.Selection{})
		if did, err := export.Restore(t.Context(), strings.NewReader(text), to, nil); err != nil || len(did.Skipped) > 0 {
			t.Errorf("%s: %+v, %v", name, did, err)
		}
		graphtest.Equal(t, to, store(t, b))
	}
	graphs := map[string]bool{}
	for line := range strings.Lines(written(t, export.NQuads, b, export.Selection{})) {
		q, err := nquads.Parse(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		if id := strings.Trim(q.Subject.String(), "<>"); !strings.HasPrefix(id, "urn:faultline:") || id == "urn:faultline:" {
			t.Errorf("subject %q in %s", id, line)
		}
		if q.Label != nil {
			graphs[q.Label.String()] = true
		}
	}
	if len(graphs) != len(b.Claims)-orphans {
		t.Errorf("%d graphs for %d claims, of which %d are of no event", len(graphs), len(b.Claims), orphans)
	}
	rows := func(b *graph.Batch) int {
		return strings.Count(written(t, export.CSV, b, export.Selection{}), "\n")
	}
	if rows(b) >= rows(whole) {
		t.Errorf("%d rows without the event, %d with it", rows(b), rows(whole))
	}
}

func TestSelection(t *testing.T) {
	from := store(t, graphtest.World())
	for _, test := range []struct {
		name string
		sel  export.Selection
		want string // loads, actors, places, events, reports, claims, readings, relations
	}{
		{"whole", export.Selection{}, "2 5 3 5 3 6 2 2"},
		// leave and raid; Russia, IRGC, SDF, the Courier as speaker and outlet, and of the second report's sources Hezbollah
		{"actor", export.Selection{Actors: []schema.ActorID{graphtest.IRGC}}, "0 5 2 2 2 3 0 0"},
		// the raid alone, with its place nowhere
		{"day", export.Selection{Dated: true, From: schema.MakeDay(2024, 11, 29), To: schema.MakeDay(2024, 11, 30)}, "0 5 0 1 1 1 0 0"},
		{"nothing", export.Selection{Actors: []schema.ActorID{"actor:nobody"}}, "0 0 0 0 0 0 0 0"},
	} {
		var n [8]int
		count := func(i int) error { n[i]++; return nil }
		err := export.Walk(t.Context(), from, test.sel, export.Visitor{
			Load:     func(schema.Load) error { return count(0) },
			Actor:    func(schema.Actor) error { return count(1) },
			Place:    func(schema.Place) error { return count(2) },
			Event:    func(schema.Event) error { return count(3) },
			Report:   func(schema.Report) error { return count(4) },
			Claim:    func(schema.Claim) error { return count(5) },
			Reading:  func(schema.Reading) error { return count(6) },
			Relation: func(schema.Relation) error { return count(7) },
		})
		if got := strings.Trim(fmt.Sprint(n), "[]"); err != nil || got != test.want {
			t.Errorf("%s: %s, %v; want %s", test.name, got, err, test.want)
		}
	}
}

func TestRestoreSkips(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"no quad":       {"<urn:faultline:actor:a> \"broken\n", "line is no quad"},
		"foreign":       {"<http://a.example/> <http://www.w3.org/2000/01/rdf-schema#label> \"a\" .\n", "subject is no node"},
		"no kind":       {"<urn:faultline:actor:a> <http://www.w3.org/2000/01/rdf-schema#label> \"a\" .\n", "no kind of node"},
		"strange":       {"<urn:faultline:actor:a> <http://x.example/knows> \"a\" .\n", "quad is of no meaning here"},
		"not valid":     {`{"kind":"actor","node":{"id":"actor:a","name":"a","kind":"gang"}}`, "node is not valid"},
		"no JSON":       {"{\"kind\":\n", "line is not JSON"},
		"other node":    {`{"kind":"ship","node":{}}`, "no kind of node"},
		"another shape": {`{"kind":"actor","node":[]}`, "node does not parse"},
	} {
		var lines []int
		did, err := export.Restore(t.Context(), strings.NewReader(test.in), mem.New(), func(line int, _ string, err error) {
			if err == nil {
				t.Errorf("%s: skipped without an error", name)
			}
			lines = append(lines, line)
		})
		if err != nil || did.Nodes != 0 || did.Skipped[test.want] != 1 || lines[0] != 1 {
			t.Errorf("%s: %+v, lines %v, %v", name, did, lines, err)
		}
	}
}

// Whatever is read, nothing that is not valid is written, and what was
// written is written alike again.
func FuzzRestore(f *testing.F) {
	for _, write := range forms() {
		var out bytes.Buffer
		if _, err := write(f.Context(), &out, store(f, awkward()), export.Selection{}); err != nil {
			f.Fatal(err)
		}
		f.Add(out.Bytes())
	}
	f.Add([]byte("{\"kind\":\"actor\"}\n"))
	f.Add([]byte("<urn:faultline:actor:%zz> <urn:faultline:term:alias> \"a\\u00e9\"@en .\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		to := mem.New()
		if _, err := export.Restore(t.Context(), bytes.NewReader(in), to, nil); err != nil {
			return // a line too long, or two forms of one node
		}
		var first, second bytes.Buffer
		if _, err := export.JSONL(t.Context(), &first, to, export.Selection{}); err != nil {
			t.Fatal(err)
		}
		again := mem.New()
		if did, err := export.Restore(t.Context(), bytes.NewReader(first.Bytes()), again, nil); err != nil || len(did.Skipped) > 0 {
			t.Fatalf("%+v, %v", did, err)
		}
		if _, err := export.JSONL(t.Context(), &second, again, export.Selection{}); err != nil || second.String() != first.String() {
			t.Fatalf("%v\n%s\n%s", err, first.String(), second.String())
		}
	})
}
