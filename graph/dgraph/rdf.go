package dgraph

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"hash"
	"hash/fnv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"faultline/schema"
)

// RDF writes nodes in the form that 'dgraph bulk' and 'dgraph live' load into
// a new cluster, with schema.dql as schema. What they load is a store that
// Open opens, as if one batch had been written. Make one with NewRDF and end
// it with Close. It is not for several goroutines.
//
// An id names its node as an IRI, so that 'dgraph live -U xid' run again finds
// what it has loaded. A store in use has batches of its own: fill it by
// Store.Write instead.
type RDF struct {
	out   *bufio.Writer
	nouns *schema.Nouns
	buf   []byte
	n     int
	err   error
	sum   hash.Hash
	named map[uint64]bool // hashes of the ids that have their xid
}

// NewRDF returns a writer to out.
func NewRDF(out io.Writer) *RDF {
	return &RDF{out: bufio.NewWriterSize(out, 1<<16), nouns: schema.NewNouns(), sum: sha256.New(), named: map[uint64]bool{}}
}

// Load writes a load.
func (w *RDF) Load(n schema.Load) error { w.nouns.Load.Put(n, w.statement); return w.err }

// Actor writes an actor.
func (w *RDF) Actor(n schema.Actor) error { w.nouns.Actor.Put(n, w.statement); return w.err }

// Event writes an event.
func (w *RDF) Event(n schema.Event) error { w.nouns.Event.Put(n, w.statement); return w.err }

// Report writes a report.
func (w *RDF) Report(n schema.Report) error { w.nouns.Report.Put(n, w.statement); return w.err }

// Reading writes a reading.
func (w *RDF) Reading(n schema.Reading) error { w.nouns.Reading.Put(n, w.statement); return w.err }

// Relation writes a relation.
func (w *RDF) Relation(n schema.Relation) error { w.nouns.Relation.Put(n, w.statement); return w.err }

// Claim writes a claim, of the store's first batch.
func (w *RDF) Claim(n schema.Claim) error {
	w.nouns.Claim.Put(n, w.statement)
	w.quad(string(n.ID), predBatch, typed("1", "xs:int"))
	return w.err
}

// Place writes a place, and its coordinates once more as a point on the map.
func (w *RDF) Place(n schema.Place) error {
	w.nouns.Place.Put(n, w.statement)
	if n.Latitude != 0 || n.Longitude != 0 {
		point := fmt.Sprintf(`{"type":"Point","coordinates":[%s,%s]}`, decimal(n.Longitude), decimal(n.Latitude))
		w.quad(string(n.ID), "location", typed(point, "geo:geojson"))
	}
	return w.err
}

// Close writes the nodes of the store itself and returns how many quads there
// are in all. It does not close the writer below.
func (w *RDF) Close() (int, error) {
	id, err := uuid.FromBytes(w.sum.Sum(nil)[:16])
	if err != nil {
		return w.n, err
	}
	batch := batchPrefix + "1"
	w.text(batch, "xid", batch)
	w.text(batch, "dgraph.type", "Batch")
	w.text(batch, "name", "batch 1")
	w.text(batch, "token", id.String())
	w.text(storeXID, "xid", storeXID)
	w.text(storeXID, "dgraph.type", "Store")
	w.text(storeXID, "name", "faultline store")
	w.text(storeXID, "store_id", id.String())
	w.quad(storeXID, predBatch, typed("1", "xs:int"))
	w.quad(storeXID, "schema_version", typed(strconv.Itoa(schema.DQLVersion), "xs:int"))
	if w.err != nil {
		return w.n, w.err
	}
	return w.n, w.out.Flush()
}

func (w *RDF) statement(st schema.Statement) {
	v := st.Object
	switch {
	case st.Predicate == schema.PredKind:
		w.name(st.Subject)
		w.text(st.Subject, "dgraph.type", typeOf(schema.Kind(v.Text)))
	case v.Sort == schema.SortRef:
		w.quad(st.Subject, string(st.Predicate), "<"+iri(v.Text)+">")
		w.name(v.Text) // in case nothing else is said of it
	case v.Sort == schema.SortInt:
		w.quad(st.Subject, string(st.Predicate), typed(strconv.FormatInt(v.Int, 10), "xs:int"))
	case v.Sort == schema.SortFloat:
		w.quad(st.Subject, string(st.Predicate), typed(strconv.FormatFloat(v.Float, 'g', -1, 64), "xs:float"))
	case v.Sort == schema.SortTime:
		w.quad(st.Subject, string(st.Predicate), typed(v.Time.Format(time.RFC3339Nano), "xs:dateTime"))
	default:
		w.text(st.Subject, string(st.Predicate), v.Text)
	}
}

// name says what the id of a node is, once.
func (w *RDF) name(id string) {
	h := fnv.New64a()
	io.WriteString(h, id)
	if key := h.Sum64(); !w.named[key] {
		w.named[key] = true
		w.text(id, "xid", id)
	}
}

func (w *RDF) text(id, predicate, text string) { w.quad(id, predicate, strconv.Quote(text)) }

func typed(text, kind string) string { return strconv.Quote(text) + "^^<" + kind + ">" }

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func (w *RDF) quad(id, predicate, object string) {
	b := append(append(w.buf[:0], '<'), iri(id)...)
	b = append(append(append(b, "> <"...), predicate...), "> "...)
	w.buf = append(append(b, object...), " .\n"...)
	w.sum.Write(w.buf)
	if _, err := w.out.Write(w.buf); err != nil && w.err == nil {
		w.err = err
	}
	w.n++
}

// iri writes an id as Dgraph's loaders take it between < and >. They compare
// what stands there as it is; so an id with a character that needs an escape
// is loaded well, but not found again by a second run of 'dgraph live'.
func iri(id string) string {
	clean := func(r rune) bool { return r <= ' ' || strings.ContainsRune("<>\"{}|^`\\", r) }
	if strings.IndexFunc(id, clean) < 0 {
		return id
	}
	var b strings.Builder
	for _, r := range id {
		if clean(r) {
			fmt.Fprintf(&b, `\u%04X`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
