package export

import (
	"bufio"
	"context"
	"encoding/json"
	"io"

	"faultline/graph"
	"faultline/schema"
)

// JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/): the data set that NQuads
// writes, in the same terms. A claim's object holds its own graph.

// JSONLD writes the selected part of the graph and returns how many nodes
// that took.
func JSONLD(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	w := &linkedWriter{out: bufio.NewWriterSize(out, 1<<16), terms: newTerms()}
	w.text(`{"@context":{"term":"` + termSpace + `","prov":"` + prov + `","xsd":"` + xsd + `"},"@graph":[`)
	err := walkStatements(ctx, r, s, w.node)
	if err != nil {
		return w.n, err
	}
	w.text("\n]}\n")
	if w.err != nil {
		return w.n, w.err
	}
	return w.n, w.out.Flush()
}

// linkedWriter writes node objects of JSON-LD.
type linkedWriter struct {
	out   *bufio.Writer
	terms terms
	n     int
	err   error
}

func (w *linkedWriter) text(s string) {
	if _, err := w.out.WriteString(s); err != nil && w.err == nil {
		w.err = err
	}
}

// node writes what is said of a node, and beside it the graph of what it
// asserts.
func (w *linkedWriter) node(k schema.Kind, says, asserts []schema.Statement) error {
	if w.n++; w.n > 1 {
		w.text(",")
	}
	node := w.object(k, says)
	if len(asserts) > 0 {
		node["@graph"] = []any{w.object(schema.KindEvent, asserts)}
	}
	b, err := json.Marshal(node)
	if err != nil {
		return err
	}
	w.text("\n")
	w.text(string(b))
	return w.err
}

func (w *linkedWriter) object(k schema.Kind, statements []schema.Statement) map[string]any {
	node := map[string]any{}
	for _, st := range statements {
		node["@id"] = linkedID(st.Subject)
		if st.Predicate == schema.PredKind {
			classes := []string{"term:" + st.Object.Text}
			if c := provClass(k); c != "" {
				classes = append(classes, c)
			}
			node["@type"] = classes
			continue
		}
		key, ok := w.terms.foreign(k, st.Predicate)
		if !ok {
			key = "term:" + string(st.Predicate)
		}
		list, _ := node[key].([]any)
		node[key] = append(list, linkedValue(st))
	}
	return node
}

func linkedID(id string) string { return string(appendIRI(nil, nodeSpace+id)) }

func linkedValue(st schema.Statement) any {
	if st.Object.Sort == schema.SortRef {
		return map[string]string{"@id": linkedID(st.Object.Text)}
	}
	text, datatype := literal(st)
	if datatype == "" {
		return text
	}
	return map[string]string{"@value": text, "@type": "xsd:" + datatype}
}
