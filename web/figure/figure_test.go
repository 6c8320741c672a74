package figure_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"strings"
	"testing"

	"faultline/queries"
	"faultline/schema"
	"faultline/web/figure"
)

const evil = `"><script>x</script>&`

func figures() map[string]*figure.Figure {
	a, b := queries.ActorRef{ID: "actor:a", Name: evil}, queries.ActorRef{ID: "actor:b", Name: "B"}
	r := queries.Relation{A: a, B: b, By: queries.UnitMonth}
	for i := range 30 {
		w := queries.Bucket{Window: queries.Window{From: schema.Day(18000 + 30*i), To: schema.Day(18030 + 30*i)}, Quiet: i == 7}
		w.Conflict.AToB, w.Cooperation.Mutual = i%4, i%3
		r.Timeline = append(r.Timeline, w)
		if !w.Quiet {
			r.Curve = append(r.Curve, queries.StrainPoint{Day: w.To - 1, Surprise: float64(i % 5)})
		}
	}
	r.Alarms = []queries.Alarm{{Day: 18200, Turned: 18190, Surprise: 3, Grade: queries.Alerting}}
	r.Phases = []queries.Phase{{Window: queries.Window{From: 18000, To: 18900}, Character: queries.Tense}}
	n := queries.Network{Of: a}
	for i := range 9 {
		t := queries.Neighbour{With: queries.ActorRef{ID: schema.ActorID("actor:" + string(rune('c'+i))), Name: strings.Repeat("long name ", i)}}
		t.Cooperation.AToB, t.Conflict.BToA, t.Share, t.Sign = 9-i, i, float64(i)/9, queries.Mixed
		n.Ties = append(n.Ties, t)
	}
	path := func(id schema.ActorID) string { return "/" + string(id) }
	ties := figure.Acts(evil, acts(), 6)
	ranking := queries.Strain{Rank: queries.ByChange, Rows: []queries.StrainRow{{A: a, B: b, Grade: queries.Alerting, Crack: true, Direction: queries.BToA}, {A: b, B: queries.ActorRef{ID: "actor:c", Name: "C"}}}}
	strained := figure.Strained(evil, ranking)
	none := figure.Ties{Title: "t"}
	e := queries.Explained{Event: queries.EventRef{Name: evil, Type: schema.Assault, Quad: 4, Initiators: []queries.ActorRef{a}, Recipients: []queries.ActorRef{b, b}}, Outlets: []string{evil}, Denying: []string{"D"}}
	return map[string]*figure.Figure{
		"relation": figure.Relation(r), "no relation": figure.Relation(queries.Relation{A: a, B: b}), "spark": figure.Spark(r.Timeline, r.Curve, 18000, 18900),
		"network": figure.Network(n, path, path), "no network": figure.Network(queries.Network{Of: a}, path, path), "event": figure.Event(e),
		"bars": figure.Bars(evil, evil, []figure.Bar{{Name: evil, Value: 3, Class: "volume"}, {Name: "none"}}), "no bars": figure.Bars("t", "", nil),
		"acts": ties.Draw(), "strained": strained.Draw(), "no ties": none.Draw(), "strain": figure.Strain(evil, ranking),
		"timeline": figure.Timeline(evil, queries.EventList{A: a, Total: 99, Events: acts(), Alarms: r.Alarms}), "no timeline": figure.Timeline("t", queries.EventList{}),
		"dealings": figure.Dealings(evil, n), "no dealings": figure.Dealings("t", queries.Network{}),
		"columns": figure.Columns("t", []figure.Bar{{Name: "2001", Value: 2, Class: "volume"}, {Name: "2002"}}), "no columns": figure.Columns("t", nil),
	}
}

// acts are events between two sides.
func acts() (list []queries.EventRef) {
	ref := func(n int) queries.ActorRef {
		return queries.ActorRef{ID: schema.ActorID("actor:" + string(rune('a'+n))), Name: evil + strings.Repeat("x", n)}
	}
	for i := range 40 {
		e := queries.EventRef{Name: evil + " · 2020-01-01", Type: schema.Assault, Quad: 4, Intensity: -9, Day: schema.Day(18000 + 9*i), Status: schema.Asserted, Claims: i % 7, Direction: queries.AToB}
		e.Initiators, e.Recipients = []queries.ActorRef{ref(i % 3)}, []queries.ActorRef{ref(3 + i%4)}
		switch {
		case i%5 == 0:
			e.Quad, e.Intensity, e.Direction = 1, 5, queries.BToA
			e.Initiators, e.Recipients = e.Recipients, e.Initiators
		case i%7 == 0:
			e.Status, e.Day, e.Direction = schema.Denied, schema.NoDay, queries.Mutual
			e.Initiators, e.Recipients = append(e.Initiators, e.Recipients...), nil
		}
		list = append(list, e)
	}
	return list
}

// What is written for Graphviz and Mermaid has the heaviest ties, and names
// do not get out of their quotes.
func TestTiesAsText(t *testing.T) {
	x := figure.Acts("title", acts(), 4)
	if len(x.Edges) != 4 || x.Edges[0].Weight < x.Edges[3].Weight {
		t.Fatalf("%+v", x.Edges)
	}
	var dot, mermaid bytes.Buffer
	if err := errors.Join(x.DOT(&dot), x.Mermaid(&mermaid)); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(dot.String(), " -> "); n != 4 {
		t.Errorf("%d edges in\n%s", n, dot.String())
	}
	for line := range strings.Lines(dot.String()) {
		if strings.Contains(line, "script") && !strings.Contains(line, `[label="\"><script>x</script>&`) {
			t.Errorf("dot: %s", line)
		}
	}
	if !strings.HasPrefix(mermaid.String(), "graph LR\n  n0[\"#34;#62;#60;script#62;") || strings.Contains(mermaid.String(), "<") {
		t.Error(mermaid.String())
	}
	lines := figure.Neighbours(queries.Network{Of: queries.ActorRef{ID: "actor:a", Name: "A"}, Ties: []queries.Neighbour{
		{With: queries.ActorRef{ID: "actor:b", Name: "B"}, Tie: queries.Tie{Sign: queries.Foe, Conflict: queries.Tally{AToB: 3}}},
		{With: queries.ActorRef{ID: "actor:c", Name: "C"}, Tie: queries.Tie{Sign: queries.Friend, Cooperation: queries.Tally{AToB: 2}}},
	}})
	dot.Reset()
	mermaid.Reset()
	if err := errors.Join(lines.DOT(&dot), lines.Mermaid(&mermaid)); err != nil {
		t.Fatal(err)
	}
	if want := "graph LR\n  n0[\"A\"]\n  n1[\"B\"]\n  n2[\"C\"]\n  n0 -- \"0 + 3\" --- n1\n  n0 -. \"2 + 0\" .- n2\n"; mermaid.String() != want {
		t.Errorf("%s, want\n%s", mermaid.String(), want)
	}
	if !strings.Contains(dot.String(), `"actor:a" -> "actor:b" [label="0 + 3", penwidth=4.00, color="#9b1c1c", fontcolor="#9b1c1c", style=solid, dir=none];`) {
		t.Error(dot.String())
	}
}

// Each picture is well-formed in a page and as a file, the same each time,
// and has no elements that its texts bring.
func TestFigures(t *testing.T) {
	again := figures()
	for name, f := range figures() {
		var file, same, bitmap bytes.Buffer
		if err := errors.Join(f.SVG(&file), again[name].SVG(&same), f.PNG(&bitmap)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if file.String() != same.String() {
			t.Errorf("%s: differs when it is drawn again", name)
		}
		for where, text := range map[string]string{"file": file.String(), "page": string(f.Inline())} {
			if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") || strings.Contains(text, " style=") {
				t.Errorf("%s, %s: %s", name, where, text)
			}
			for d := xml.NewDecoder(strings.NewReader(text)); ; {
				token, err := d.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Errorf("%s, %s: %v", name, where, err)
					break
				}
				if e, ok := token.(xml.StartElement); ok && e.Name.Local == "script" {
					t.Errorf("%s, %s: a script", name, where)
				}
			}
		}
		m, err := png.Decode(&bitmap)
		if err != nil || m.Bounds().Dx() < int(f.Width) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		most float64
		n    int
		want int
	}{{10, 4, 3}, {1, 4, 3}, {0, 4, 0}, {97, 5, 5}, {3, 3, 4}} {
		if got := figure.Ticks(c.most, c.n); len(got) != c.want || len(got) > c.n+1 {
			t.Errorf("to %v by %d: %v, want %d of them", c.most, c.n, got, c.want)
		}
	}
}
