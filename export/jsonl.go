package export

import (
	"bufio"
	"context"
	"encoding/json"
	"io"

	"faultline/graph"
	"faultline/schema"
)

// JSON Lines: one node a line, its kind beside the fields that package schema
// gives it.
type line struct {
	Kind schema.Kind `json:"kind"`
	Node any         `json:"node"`
}

// JSONL writes the selected part of the graph and returns how many nodes
// that took.
func JSONL(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	w := bufio.NewWriterSize(out, 1<<16)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	n := 0
	put := func(k schema.Kind, node any) error {
		n++
		return enc.Encode(line{k, node})
	}
	err := Walk(ctx, r, s, Visitor{
		Load:     func(n schema.Load) error { return put(schema.KindLoad, n) },
		Actor:    func(n schema.Actor) error { return put(schema.KindActor, n) },
		Place:    func(n schema.Place) error { return put(schema.KindPlace, n) },
		Event:    func(n schema.Event) error { return put(schema.KindEvent, n) },
		Report:   func(n schema.Report) error { return put(schema.KindReport, n) },
		Claim:    func(n schema.Claim) error { return put(schema.KindClaim, n) },
		Reading:  func(n schema.Reading) error { return put(schema.KindReading, n) },
		Relation: func(n schema.Relation) error { return put(schema.KindRelation, n) },
	})
	if err != nil {
		return n, err
	}
	return n, w.Flush()
}
