package export

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// N-Quads (https://www.w3.org/TR/n-quads/). The default graph holds every
// node with what all claims together make of it. Besides, each claim is a
// named graph that holds the event as it asserts it: its type, sides and day.
// Provenance is told with the terms of PROV-O (https://www.w3.org/TR/prov-o/).
//
// Nodes are urn:faultline: and their id; terms that PROV-O and RDFS lack are
// urn:faultline:term: and the predicate's name.
const (
	nodeSpace = "urn:faultline:"
	termSpace = "urn:faultline:term:"

	rdfType   = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
	rdfsLabel = "http://www.w3.org/2000/01/rdf-schema#label"
	xsd       = "http://www.w3.org/2001/XMLSchema#"
	prov      = "http://www.w3.org/ns/prov#"
)

// terms are the predicates that have a name of their own outside, by the
// kinds of node that they stand at.
func terms() map[schema.Kind]map[schema.Predicate]string {
	return map[schema.Kind]map[schema.Predicate]string{
		schema.KindClaim: {
			schema.PredIn:        prov + "wasDerivedFrom",
			schema.PredSaidBy:    prov + "wasAttributedTo",
			schema.PredRecorded:  prov + "generatedAtTime",
			schema.PredRetracted: prov + "invalidatedAtTime",
		},
		schema.KindReport: {
			schema.PredPublishedBy: prov + "wasAttributedTo",
			schema.PredLoadedIn:    prov + "wasGeneratedBy",
			schema.PredRetracted:   prov + "invalidatedAtTime",
		},
		schema.KindLoad: {
			schema.PredStarted:  prov + "startedAtTime",
			schema.PredFinished: prov + "endedAtTime",
		},
	}
}

// provClass is the class of PROV-O that a kind of node belongs to.
func provClass(k schema.Kind) string {
	switch k {
	case schema.KindActor:
		return prov + "Agent"
	case schema.KindLoad:
		return prov + "Activity"
	case schema.KindClaim, schema.KindReport, schema.KindReading:
		return prov + "Entity"
	}
	return ""
}

// NQuads writes the selected part of the graph and returns how many quads
// that took.
func NQuads(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	w := &quadWriter{out: bufio.NewWriterSize(out, 1<<16), predicates: predicateIRIs()}
	codec := schema.NewCodec()
	v := Visitor{
		Load:     func(n schema.Load) error { codec.PutLoad(n, w.statement(schema.KindLoad)); return w.err },
		Actor:    func(n schema.Actor) error { codec.PutActor(n, w.statement(schema.KindActor)); return w.err },
		Place:    func(n schema.Place) error { codec.PutPlace(n, w.statement(schema.KindPlace)); return w.err },
		Event:    func(n schema.Event) error { codec.PutEvent(n, w.statement(schema.KindEvent)); return w.err },
		Report:   func(n schema.Report) error { codec.PutReport(n, w.statement(schema.KindReport)); return w.err },
		Reading:  func(n schema.Reading) error { codec.PutReading(n, w.statement(schema.KindReading)); return w.err },
		Relation: func(n schema.Relation) error { codec.PutRelation(n, w.statement(schema.KindRelation)); return w.err },
		ClaimOf: func(n schema.Claim, e schema.Event) error {
			codec.PutClaim(n, w.statement(schema.KindClaim))
			for _, st := range asserted(e) {
				w.quad(st.Subject, w.predicate(schema.KindEvent, st.Predicate), object(st), string(n.ID))
			}
			return w.err
		},
	}
	if err := Walk(ctx, r, s, v); err != nil {
		return w.n, err
	}
	return w.n, w.out.Flush()
}

// quadWriter writes quads line by line.
type quadWriter struct {
	out        *bufio.Writer
	predicates map[schema.Kind]map[schema.Predicate]string // as "<iri>"
	buf        []byte
	n          int
	err        error
}

func predicateIRIs() map[schema.Kind]map[schema.Predicate]string {
	iris := terms()
	for _, of := range iris {
		for p, iri := range of {
			of[p] = "<" + iri + ">"
		}
	}
	return iris
}

func (w *quadWriter) predicate(k schema.Kind, p schema.Predicate) string {
	if iri, ok := w.predicates[k][p]; ok {
		return iri
	}
	if w.predicates[k] == nil {
		w.predicates[k] = map[schema.Predicate]string{}
	}
	iri := "<" + termSpace + string(p) + ">"
	if p == schema.PredName {
		iri = "<" + rdfsLabel + ">"
	}
	w.predicates[k][p] = iri
	return iri
}

// statement writes statements about nodes of a kind in the default graph.
func (w *quadWriter) statement(k schema.Kind) func(schema.Statement) {
	class := provClass(k)
	return func(st schema.Statement) {
		if st.Predicate == schema.PredKind {
			w.quad(st.Subject, "<"+rdfType+">", iri(termSpace+st.Object.Text), "")
			if class != "" {
				w.quad(st.Subject, "<"+rdfType+">", iri(class), "")
			}
			return
		}
		w.quad(st.Subject, w.predicate(k, st.Predicate), object(st), "")
	}
}

type term func([]byte) []byte

func iri(text string) term {
	return func(b []byte) []byte { return append(appendIRI(append(b, '<'), text), '>') }
}

// object is the term of a statement's value.
func object(st schema.Statement) term {
	v := st.Object
	switch v.Sort {
	case schema.SortRef:
		return iri(nodeSpace + v.Text)
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
	return func(b []byte) []byte { return append(appendLiteral(append(b, '"'), v.Text), '"') }
}

func typed(text, kind string) term {
	return func(b []byte) []byte {
		b = append(append(append(b, '"'), text...), `"^^<`+xsd...)
		return append(append(b, kind...), '>')
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
