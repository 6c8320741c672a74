package graphtest

import (
	"math"
	"strings"
	"testing"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// Text that would break out of quotes, queries or lines comes back byte for
// byte, and no two of the texts are taken for one.
func testHostile(t *testing.T, s graph.Store) {
	texts := []string{
		`He said "go".`, `\`, `\"`, `a\nb`, "a\nb", "a\r\nb", "a\tb", "<actor:russia>", "actor:russia", "_:b0", `"x"@en`, `"1"^^<xsd:integer>`, "1", "1.0",
		`") { uid } }`, `' OR 1=1 --`, "$name", "@filter(eq(x, 1))", "{{.}}", "%s%d", "nul\x00byte", "bell\x07", "\u2028", "\ufeffbom", "\ufffd",
		"Łódź — Дамаск — دمشق — 大马士革 — 🕊", "e\u0301", "\u00e9", " ", "  padded  ", "2024-11-22", "2024-11-22T00:00:00Z", "true", "null",
		strings.Repeat("The envoy went on and on. ", 8000),
	}
	b := World()
	e, r := b.Events[0], b.Reports[0]
	b.Claims = nil
	for _, text := range texts {
		c := claim(e, r, text)
		c.Speaker, c.Reason, c.Name = text, text, text
		b.Claims = append(b.Claims, c)
		b.Actors = append(b.Actors, schema.Actor{ID: actorID(text), Name: text, Kind: schema.Person, Aliases: []string{text}})
	}
	b.Actors[0].Aliases = nil
	mustWrite(t, s, b)
	got, want := contents(t, s), expected(b)
	for i := range want.Claims {
		same(t, "claim", got.Claims[i], want.Claims[i])
	}
	for i := range want.Actors {
		same(t, "actor", got.Actors[i], want.Actors[i])
	}
	same(t, "number of actors and claims", [2]int{len(got.Actors), len(got.Claims)}, [2]int{len(want.Actors), len(want.Claims)})
	same(t, "written again", mustWrite(t, s, b), graph.Written{})
}

// actorID makes an id of a text as it is, but for its length.
func actorID(text string) schema.ActorID {
	return schema.ActorID("actor:" + text[:min(len(text), 80)])
}

func testValues(t *testing.T, s graph.Store) {
	zone := time.FixedZone("+03:30", 3*3600+1800)
	second := time.Date(2024, 12, 2, 6, 0, 7, 0, time.UTC)
	times := []time.Time{
		time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC),
		time.Date(1914, 6, 28, 10, 50, 0, 0, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Unix(0, 0).UTC(),
		second,
		second.Add(1), // within one second
		second.Add(time.Millisecond),
		second.Add(999 * time.Millisecond),
		time.Date(2024, 12, 2, 9, 30, 0, 0, zone),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	b := World()
	b.Reports, b.Places = nil, nil
	for _, at := range times {
		b.Reports = append(b.Reports, schema.Report{ID: graph.ReportID("t", at.String()), Name: "r", Hash: "0", Published: at})
	}
	for i, x := range []float64{-90, -1e-9, math.SmallestNonzeroFloat64, 1.0 / 3, 89.999999999999, 90} {
		b.Places = append(b.Places, schema.Place{ID: schema.PlaceID("place:" + string(rune('a'+i))), Name: "p", Latitude: x, Longitude: -2 * x})
	}
	for i, d := range []schema.Day{schema.MakeDay(1, 1, 1), -1, 0, 1, schema.MakeDay(9999, 12, 31)} {
		e := event(schema.Aid, Russia, SDF, 2000, 1, i+1)
		e.Day = d
		b.Events = append(b.Events, e)
	}
	b.Loads[0].Counts = schema.Counts{Reports: math.MaxInt64, Claims: 1 << 53, Actors: 1<<53 + 1}
	mustWrite(t, s, b)
	want := expected(b)
	for i := range want.Reports {
		want.Reports[i].Published = want.Reports[i].Published.UTC()
	}
	got := contents(t, s)
	same(t, "times", got.Reports, want.Reports)
	same(t, "coordinates", got.Places, want.Places)
	same(t, "days", got.Events, want.Events)
	same(t, "counts", got.Loads, want.Loads)
	same(t, "written again", mustWrite(t, s, b), graph.Written{})
}

// What a caller does to a node that it was given, or to a batch that it
// wrote, does not reach the store.
func testOwnership(t *testing.T, s graph.Store) {
	b := World()
	mustWrite(t, s, b)
	before := contents(t, s)
	b.Actors[0].Aliases[0] = "changed"
	b.Events[1].Initiators[0] = "actor:changed"
	got := contents(t, s)
	got.Actors[4].PartOf[0] = "actor:changed"
	for i := range got.Events {
		for j := range got.Events[i].Initiators {
			got.Events[i].Initiators[j] = "actor:changed"
		}
	}
	for i := range got.Reports {
		got.Reports[i].LoadedIn[0] = "load:changed"
	}
	same(t, "contents", contents(t, s), before)
}
