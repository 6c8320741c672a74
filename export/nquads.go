package export

import (
	"bufio"
	"context"
	"io"

	"faultline/graph"
	"faultline/schema"
)

// N-Quads (https://www.w3.org/TR/n-quads/). The default graph holds every
// node with what all claims together make of it. Besides, each claim is a
// named graph that holds the event as it asserts it: its type, sides and day.
// A claim of an event that the store lacks has no such graph. Provenance is
// told with the terms of PROV-O (https://www.w3.org/TR/prov-o/).

// NQuads writes the selected part of the graph and returns how many quads
// that took.
func NQuads(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	w := &quadWriter{out: bufio.NewWriterSize(out, 1<<16), terms: newTerms(), predicates: map[schema.Kind]map[schema.Predicate]string{}}
	if err := walkStatements(ctx, r, s, w.node); err != nil {
		return w.n, err
	}
	return w.n, w.out.Flush()
}

// quadWriter writes quads line by line.
type quadWriter struct {
	out        *bufio.Writer
	terms      terms
	predicates map[schema.Kind]map[schema.Predicate]string // as "<iri>", of those used so far
	buf        []byte
	n          int
	err        error
}

// node writes what is said of a node in the default graph, and what it asserts
// in a graph of its own.
func (w *quadWriter) node(k schema.Kind, says, asserts []schema.Statement) error {
	for _, st := range says {
		if st.Predicate != schema.PredKind {
			w.statement(k, st, "")
			continue
		}
		w.quad(st.Subject, "<"+rdfType+">", iri(termSpace+st.Object.Text), "")
		if class := provClass(k); class != "" {
			w.quad(st.Subject, "<"+rdfType+">", iri(class), "")
		}
	}
	for _, st := range asserts {
		w.statement(schema.KindEvent, st, says[0].Subject)
	}
	return w.err
}

func (w *quadWriter) statement(k schema.Kind, st schema.Statement, label string) {
	w.quad(st.Subject, w.predicate(k, st.Predicate), object(st), label)
}

func (w *quadWriter) predicate(k schema.Kind, p schema.Predicate) string {
	if iri, ok := w.predicates[k][p]; ok {
		return iri
	}
	if w.predicates[k] == nil {
		w.predicates[k] = map[schema.Predicate]string{}
	}
	name, ok := w.terms.foreign(k, p)
	if !ok {
		name = termSpace + string(p)
	}
	w.predicates[k][p] = "<" + name + ">"
	return w.predicates[k][p]
}

type term func([]byte) []byte

func iri(text string) term {
	return func(b []byte) []byte { return append(appendIRI(append(b, '<'), text), '>') }
}

// object is the term of a statement's value.
func object(st schema.Statement) term {
	if st.Object.Sort == schema.SortRef {
		return iri(nodeSpace + st.Object.Text)
	}
	return func(b []byte) []byte {
		text, datatype := literal(st)
		b = append(appendLiteral(append(b, '"'), text), '"')
		if datatype == "" {
			return b
		}
		return append(append(append(b, "^^<"+xsd...), datatype...), '>')
	}
}

func (w *quadWriter) quad(subject, predicate string, object term, label string) {
	b := append(appendIRI(append(w.buf[:0], "<"+nodeSpace...), subject), "> "...)
	b = append(append(b, predicate...), ' ')
	b = object(b)
	if label != "" {
		b = append(appendIRI(append(b, " <"+nodeSpace...), label), '>')
	}
	w.buf = append(b, " .\n"...)
	if _, err := w.out.Write(w.buf); err != nil && w.err == nil {
		w.err = err
	}
	w.n++
}

// appendIRI writes what may stand between < and >: bytes that may not, and
// the percent sign, are written as %XX.
func appendIRI(b []byte, text string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(text) {
		switch c := text[i]; {
		case c <= ' ' || c == 0x7f, c == '<', c == '>', c == '"', c == '{', c == '}', c == '|', c == '^', c == '`', c == '\\', c == '%':
			b = append(b, '%', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return b
}

// appendLiteral writes what may stand between quotes.
func appendLiteral(b []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			if c < ' ' || c == 0x7f {
				const hex = "0123456789ABCDEF"
				b = append(b, `\u00`...)
				b = append(b, hex[c>>4], hex[c&15])
				continue
			}
			b = append(b, c)
		}
	}
	return b
}
