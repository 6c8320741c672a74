package export

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"

	"faultline/graph"
)

// GraphML (http://graphml.graphdrawing.org/): actors are nodes, and each
// event is an edge from initiator to recipient with its day. Of actors who
// act together, the edge is marked joint and its direction means nothing.

type graphML struct {
	XMLName xml.Name     `xml:"http://graphml.graphdrawing.org/xmlns graphml"`
	Keys    []graphMLKey `xml:"key"`
	Graph   graphMLGraph `xml:"graph"`
}

type graphMLKey struct {
	ID   string `xml:"id,attr"`
	For  string `xml:"for,attr"`
	Name string `xml:"attr.name,attr"`
	Type string `xml:"attr.type,attr"`
}

type graphMLGraph struct {
	Default string        `xml:"edgedefault,attr"`
	Nodes   []graphMLNode `xml:"node"`
	Edges   []graphMLEdge `xml:"edge"`
}

type graphMLNode struct {
	ID   string        `xml:"id,attr"`
	Data []graphMLData `xml:"data"`
}

type graphMLEdge struct {
	ID     string        `xml:"id,attr"`
	Source string        `xml:"source,attr"`
	Target string        `xml:"target,attr"`
	Data   []graphMLData `xml:"data"`
}

type graphMLData struct {
	Key  string `xml:"key,attr"`
	Text string `xml:",chardata"`
}

// GraphML writes the network and returns its edges' number.
func GraphML(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	n, err := netOf(ctx, r, s)
	if err != nil {
		return 0, err
	}
	doc := graphML{
		Keys: []graphMLKey{
			{"label", "node", "label", "string"}, {"kind", "node", "kind", "string"}, {"country", "node", "country", "string"},
			{"name", "edge", "label", "string"}, {"type", "edge", "type", "string"}, {"quad", "edge", "quad", "int"},
			{"intensity", "edge", "intensity", "double"}, {"date", "edge", "date", "string"}, {"status", "edge", "status", "string"},
			{"joint", "edge", "joint", "boolean"}, {"weight", "edge", "weight", "double"},
		},
		Graph: graphMLGraph{Default: "directed"},
	}
	for _, a := range n.actors {
		doc.Graph.Nodes = append(doc.Graph.Nodes, graphMLNode{string(a.ID), []graphMLData{
			{"label", a.Name}, {"kind", string(a.Kind)}, {"country", a.Country},
		}})
	}
	for i, t := range n.ties {
		e := t.event
		doc.Graph.Edges = append(doc.Graph.Edges, graphMLEdge{fmt.Sprint("e", i), string(t.from), string(t.to), []graphMLData{
			{"name", e.Name}, {"type", string(e.Type)}, {"quad", strconv.Itoa(int(e.Quad()))},
			{"intensity", strconv.FormatFloat(e.Intensity(), 'g', -1, 64)}, {"date", e.Day.String()}, {"status", string(e.Status)},
			{"joint", strconv.FormatBool(t.joint)}, {"weight", strconv.Itoa(max(1, t.claims))},
		}})
	}
	return len(n.ties), writeXML(out, doc)
}

func writeXML(out io.Writer, doc any) error {
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(out)
	enc.Indent("", " ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(out, "\n")
	return err
}
