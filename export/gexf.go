package export

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"

	"faultline/graph"
)

// GEXF 1.2 (https://gexf.net/), made for Gephi's timeline: an edge is all
// that one actor does to another of one tone, cooperation or conflict; it
// exists on the days of its events.

type gexf struct {
	XMLName xml.Name  `xml:"http://www.gexf.net/1.2draft gexf"`
	Version string    `xml:"version,attr"`
	Graph   gexfGraph `xml:"graph"`
}

type gexfGraph struct {
	Mode       string           `xml:"mode,attr"`
	Time       string           `xml:"timeformat,attr"`
	Default    string           `xml:"defaultedgetype,attr"`
	Attributes []gexfAttributes `xml:"attributes"`
	Nodes      []gexfNode       `xml:"nodes>node"`
	Edges      []gexfEdge       `xml:"edges>edge"`
}

type gexfAttributes struct {
	Class string          `xml:"class,attr"`
	List  []gexfAttribute `xml:"attribute"`
}

type gexfAttribute struct {
	ID    string `xml:"id,attr"`
	Title string `xml:"title,attr"`
	Type  string `xml:"type,attr"`
}

type gexfNode struct {
	ID     string      `xml:"id,attr"`
	Label  string      `xml:"label,attr"`
	Values []gexfValue `xml:"attvalues>attvalue"`
}

type gexfEdge struct {
	ID     string      `xml:"id,attr"`
	Source string      `xml:"source,attr"`
	Target string      `xml:"target,attr"`
	Label  string      `xml:"label,attr"`
	Weight string      `xml:"weight,attr"`
	Values []gexfValue `xml:"attvalues>attvalue"`
	Spells *gexfSpells `xml:"spells"`
}

type gexfSpells struct {
	List []gexfSpell `xml:"spell"`
}

type gexfValue struct {
	For   string `xml:"for,attr"`
	Value string `xml:"value,attr"`
}

type gexfSpell struct {
	Start string `xml:"start,attr"`
	End   string `xml:"end,attr"`
}

// GEXF writes the network and returns its edges' number.
func GEXF(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	n, err := netOf(ctx, r, s)
	if err != nil {
		return 0, err
	}
	doc := gexf{Version: "1.2", Graph: gexfGraph{
		Mode: "dynamic", Time: "date", Default: "directed",
		Attributes: []gexfAttributes{
			{"node", []gexfAttribute{{"kind", "kind", "string"}, {"country", "country", "string"}}},
			{"edge", []gexfAttribute{{"tone", "tone", "string"}, {"type", "chief type", "string"}, {"claims", "claims", "integer"}}},
		},
	}}
	for _, a := range n.actors {
		doc.Graph.Nodes = append(doc.Graph.Nodes, gexfNode{string(a.ID), a.Name, []gexfValue{{"kind", string(a.Kind)}, {"country", a.Country}}})
	}
	bonds := n.bonds()
	for i, b := range bonds {
		e := gexfEdge{
			ID: fmt.Sprint(i), Source: string(b.from), Target: string(b.to), Label: b.tone(), Weight: strconv.Itoa(b.events),
			Values: []gexfValue{{"tone", b.tone()}, {"type", string(b.chief())}, {"claims", strconv.Itoa(b.claims)}},
		}
		for _, d := range b.days {
			if e.Spells == nil {
				e.Spells = &gexfSpells{}
			}
			e.Spells.List = append(e.Spells.List, gexfSpell{d.String(), d.String()}) // both days are in
		}
		doc.Graph.Edges = append(doc.Graph.Edges, e)
	}
	return len(bonds), writeXML(out, doc)
}
