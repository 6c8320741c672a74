package export

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/): the data set that NQuads
// writes, in the same terms. A claim's object holds its own graph.

// JSONLD writes the selected part of the graph and returns how many nodes
// that took.
func JSONLD(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	w := &linkedWriter{out: bufio.NewWriterSize(out, 1<<16), terms: terms()}
	w.text(`{"@context":{"term":"` + termSpace + `","prov":"` + prov + `","xsd":"` + xsd + `"},"@graph":[`)
	codec := schema.NewCodec()
	err := Walk(ctx, r, s, Visitor{
		Load:   func(n schema.Load) error { return w.node(schema.KindLoad, func(f put) { codec.PutLoad(n, f) }) },
		Actor:  func(n schema.Actor) error { return w.node(schema.KindActor, func(f put) { codec.PutActor(n, f) }) },
		Place:  func(n schema.Place) error { return w.node(schema.KindPlace, func(f put) { codec.PutPlace(n, f) }) },
		Event:  func(n schema.Event) error { return w.node(schema.KindEvent, func(f put) { codec.PutEvent(n, f) }) },
		Report: func(n schema.Report) error { return w.node(schema.KindReport, func(f put) { codec.PutReport(n, f) }) },
		Reading: func(n schema.Reading) error {
			return w.node(schema.KindReading, func(f put) { codec.PutReading(n, f) })
		},
		Relation: func(n schema.Relation) error {
			return w.node(schema.KindRelation, func(f put) { codec.PutRelation(n, f) })
		},
		ClaimOf: func(n schema.Claim, e schema.Event) error {
			return w.node(schema.KindClaim, func(f put) { codec.PutClaim(n, f) }, asserted(e)...)
		},
	})
	if err != nil {
		return w.n, err
	}
	w.text("\n]}\n")
	if w.err != nil {
		return w.n, w.err
	}
	return w.n, w.out.Flush()
}

// put takes a statement.
type put = func(schema.Statement)

// asserted is what a claim's own graph says of its event: its type, sides and
// day. What other claims make of the event besides, its status or its places,
// is not of this claim.
func asserted(e schema.Event) []schema.Statement {
	id := string(e.ID)
	list := []schema.Statement{{Subject: id, Predicate: schema.PredType, Object: schema.Value{Text: string(e.Type)}}}
	for _, side := range []struct {
		predicate schema.Predicate
		actors    []schema.ActorID
	}{{schema.PredInitiator, e.Initiators}, {schema.PredRecipient, e.Recipients}} {
		for _, a := range side.actors {
			list = append(list, schema.Statement{Subject: id, Predicate: side.predicate, Object: schema.Value{Sort: schema.SortRef, Text: string(a)}})
		}
	}
	if e.Day != schema.NoDay {
		list = append(list, schema.Statement{Subject: id, Predicate: schema.PredDate, Object: schema.Value{Text: e.Day.String()}})
	}
	return list
}

// linkedWriter writes node objects of JSON-LD.
type linkedWriter struct {
	out   *bufio.Writer
	terms map[schema.Kind]map[schema.Predicate]string
	n     int
	err   error
}

func (w *linkedWriter) text(s string) {
	if _, err := w.out.WriteString(s); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *linkedWriter) node(k schema.Kind, describe func(put), graph ...schema.Statement) error {
	if w.n++; w.n > 1 {
		w.text(",")
	}
	node := w.object(k, describe)
	if len(graph) > 0 {
		node["@graph"] = []any{w.object(schema.KindEvent, func(f put) {
			for _, st := range graph {
				f(st)
			}
		})}
	}
	b, err := json.Marshal(node)
	if err != nil {
		return err
	}
	w.text("\n")
	w.text(string(b))
	return w.err
}

func (w *linkedWriter) object(k schema.Kind, describe func(put)) map[string]any {
	node := map[string]any{}
	describe(func(st schema.Statement) {
		node["@id"] = linkedID(st.Subject)
		if st.Predicate == schema.PredKind {
			classes := []string{"term:" + st.Object.Text}
			if c := provClass(k); c != "" {
				classes = append(classes, c)
			}
			node["@type"] = classes
			return
		}
		key := "term:" + string(st.Predicate)
		if st.Predicate == schema.PredName {
			key = rdfsLabel
		} else if foreign, ok := w.terms[k][st.Predicate]; ok {
			key = foreign
		}
		list, _ := node[key].([]any)
		node[key] = append(list, linkedValue(st))
	})
	return node
}

func linkedID(id string) string { return string(appendIRI(nil, nodeSpace+id)) }

func linkedValue(st schema.Statement) any {
	v := st.Object
	typed := func(text, kind string) any { return map[string]string{"@value": text, "@type": "xsd:" + kind} }
	switch v.Sort {
	case schema.SortRef:
		return map[string]string{"@id": linkedID(v.Text)}
	case schema.SortInt:
		return typed(strconv.FormatInt(v.Int, 10), "integer")
	case schema.SortFloat:
		return typed(strconv.FormatFloat(v.Float, 'E', -1, 64), "double")
	case schema.SortTime:
		return typed(v.Time.Format(time.RFC3339Nano), "dateTime")
	}
	switch st.Predicate {
	case schema.PredDate, schema.PredFrom, schema.PredTo:
		return typed(v.Text, "date")
	}
	return v.Text
}
