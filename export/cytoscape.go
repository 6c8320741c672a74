package export

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"faultline/graph"
)

// The JSON of Cytoscape and Cytoscape.js (https://js.cytoscape.org/): actors
// are nodes, each event an edge.

type cytoscape struct {
	Directed   bool              `json:"directed"`
	Multigraph bool              `json:"multigraph"`
	Data       []string          `json:"data"`
	Elements   cytoscapeElements `json:"elements"`
}

type cytoscapeElements struct {
	Nodes []cytoscapeElement `json:"nodes"`
	Edges []cytoscapeElement `json:"edges"`
}

type cytoscapeElement struct {
	Data any `json:"data"`
}

type cytoscapeNode struct {
	ID      string `json:"id"`
	Value   string `json:"value"`
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Country string `json:"country,omitempty"`
}

type cytoscapeEdge struct {
	ID        string  `json:"id"`
	Source    string  `json:"source"`
	Target    string  `json:"target"`
	Key       string  `json:"key"` // tells edges between the same two apart
	Name      string  `json:"name"`
	Type      string  `json:"type"`
	Quad      int     `json:"quad"`
	Intensity float64 `json:"intensity"`
	Date      string  `json:"date,omitempty"`
	Status    string  `json:"status"`
	Joint     bool    `json:"joint"`
	Claims    int     `json:"claims"`
}

// Cytoscape writes the network and returns its edges' number.
func Cytoscape(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	n, err := netOf(ctx, r, s)
	if err != nil {
		return 0, err
	}
	doc := cytoscape{Directed: true, Multigraph: true, Data: []string{},
		Elements: cytoscapeElements{Nodes: []cytoscapeElement{}, Edges: []cytoscapeElement{}}}
	for _, a := range n.actors {
		doc.Elements.Nodes = append(doc.Elements.Nodes, cytoscapeElement{
			cytoscapeNode{string(a.ID), string(a.ID), a.Name, string(a.Kind), a.Country}})
	}
	for i, t := range n.ties {
		e := t.event
		id := fmt.Sprint("e", i)
		doc.Elements.Edges = append(doc.Elements.Edges, cytoscapeElement{cytoscapeEdge{
			id, string(t.from), string(t.to), id, e.Name, string(e.Type), int(e.Quad()), e.Intensity(), e.Day.String(), string(e.Status), t.joint, t.claims,
		}})
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return len(n.ties), enc.Encode(doc)
}
