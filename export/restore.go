package export

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cayleygraph/quad"
	"github.com/cayleygraph/quad/nquads"

	"faultline/graph"
	"faultline/schema"
)

// Restored is what a Restore read.
type Restored struct {
	Nodes   int            `json:"nodes"`
	Batches int            `json:"batches"`           // that added something
	Skipped map[string]int `json:"skipped,omitempty"` // by reason
}

// maxLine bounds a line of JSON Lines: 16 MiB.
const maxLine = 16 << 20

// restoreNodes bounds a batch.
const restoreNodes = 1200

// restorer collects nodes and writes them.
type restorer struct {
	to    graph.Writer
	batch graph.Batch
	did   Restored
	skip  func(line int, reason string, err error)

	nouns   *schema.Nouns
	intakes map[schema.Kind]intake
}

// Restore reads N-Quads or JSON Lines, as NQuads and JSONL write them, into a
// store. What cannot be read or may not enter a store is skipped, counted by
// reason and told to skip, which may be nil, with its line. Restoring twice
// adds nothing.
func Restore(ctx context.Context, in io.Reader, to graph.Writer, skip func(line int, reason string, err error)) (Restored, error) {
	nouns := schema.NewNouns()
	r := &restorer{to: to, skip: skip, nouns: nouns, intakes: intakes(nouns), did: Restored{Skipped: map[string]int{}}}
	buffered := bufio.NewReaderSize(in, 1<<16)
	read := r.nquads
	if first, _ := buffered.Peek(1); bytes.Equal(first, []byte("{")) {
		read = r.jsonl
	}
	if err := read(ctx, buffered); err != nil {
		return r.did, err
	}
	return r.did, r.flush(ctx)
}

func (r *restorer) skipped(line int, reason string, err error) {
	r.did.Skipped[reason]++
	if r.skip != nil {
		r.skip(line, reason, err)
	}
}

// jsonl reads a node a line.
func (r *restorer) jsonl(ctx context.Context, in *bufio.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<16), maxLine)
	n := 0
	for lines.Scan() {
		n++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var l struct {
			Kind schema.Kind     `json:"kind"`
			Node json.RawMessage `json:"node"`
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			r.skipped(n, "line is not JSON", err)
			continue
		}
		if err := r.decode(ctx, n, l.Kind, l.Node); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: %w", n+1, err)
	}
	return nil
}

func (r *restorer) decode(ctx context.Context, line int, k schema.Kind, raw []byte) error {
	in, ok := r.intakes[k]
	if !ok {
		r.skipped(line, "no kind of node", fmt.Errorf("%q", k))
		return nil
	}
	n, err := in.decode(raw)
	if err != nil {
		r.skipped(line, "node does not parse", err)
		return nil
	}
	return r.accept(ctx, line, k, n)
}

// An intake reads the nodes of one kind, from JSON or from statements.
type intake struct {
	decode   func(raw []byte) (incoming, error)
	assemble func(id string, says []schema.Statement) incoming
}

// incoming is a node that was read. It may enter a batch unless it is invalid.
type incoming struct {
	invalid error
	enter   func(*graph.Batch)
}

// intakes are those of all kinds.
func intakes(n *schema.Nouns) map[schema.Kind]intake {
	return map[schema.Kind]intake{
		schema.KindLoad:     intakeOf(n.Load, func(b *graph.Batch) *[]schema.Load { return &b.Loads }),
		schema.KindActor:    intakeOf(n.Actor, func(b *graph.Batch) *[]schema.Actor { return &b.Actors }),
		schema.KindPlace:    intakeOf(n.Place, func(b *graph.Batch) *[]schema.Place { return &b.Places }),
		schema.KindEvent:    intakeOf(n.Event, func(b *graph.Batch) *[]schema.Event { return &b.Events }),
		schema.KindReport:   intakeOf(n.Report, func(b *graph.Batch) *[]schema.Report { return &b.Reports }),
		schema.KindClaim:    intakeOf(n.Claim, func(b *graph.Batch) *[]schema.Claim { return &b.Claims }),
		schema.KindReading:  intakeOf(n.Reading, func(b *graph.Batch) *[]schema.Reading { return &b.Readings }),
		schema.KindRelation: intakeOf(n.Relation, func(b *graph.Batch) *[]schema.Relation { return &b.Relations }),
	}
}

func intakeOf[T interface{ Validate() error }, ID ~string](n *schema.Noun[T, ID], list func(*graph.Batch) *[]T) intake {
	read := func(node T) incoming {
		return incoming{node.Validate(), func(b *graph.Batch) {
			to := list(b)
			*to = append(*to, node)
		}}
	}
	return intake{
		decode: func(raw []byte) (incoming, error) {
			var node T
			if err := json.Unmarshal(raw, &node); err != nil {
				return incoming{}, err
			}
			return read(node), nil
		},
		assemble: func(id string, says []schema.Statement) incoming { return read(n.Assemble(ID(id), says)) },
	}
}

// accept takes a node into the batch. A full batch is written before the next
// report, so that a report is in one batch with its claims.
func (r *restorer) accept(ctx context.Context, line int, k schema.Kind, n incoming) error {
	if n.invalid != nil {
		r.skipped(line, "node is not valid", n.invalid)
		return nil
	}
	if r.batch.Len() >= restoreNodes && k != schema.KindClaim {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	n.enter(&r.batch)
	r.did.Nodes++
	return nil
}

func (r *restorer) flush(ctx context.Context) error {
	if r.batch.Len() == 0 {
		return nil
	}
	w, err := r.to.Write(ctx, &r.batch)
	if err != nil {
		return err
	}
	if w.Seq > 0 {
		r.did.Batches++
	}
	r.batch = graph.Batch{}
	return nil
}

// nquads reads quads of the default graph; the quads of one node stand
// together. What the claims' own graphs hold is in the default graph too.
func (r *restorer) nquads(ctx context.Context, in *bufio.Reader) error {
	meaning := meanings(r.nouns)
	var (
		subject    quad.Value
		statements []schema.Statement
		kind       schema.Kind
		start, n   int
	)
	done := func() error {
		if subject == nil {
			return nil
		}
		id, ok := nodeID(subject)
		if !ok {
			r.skipped(start, "subject is no node", fmt.Errorf("%s: want <%skind:name>", subject, nodeSpace))
			return nil
		}
		return r.assemble(ctx, start, kind, id, statements)
	}
	lines := bufio.NewReader(in)
	for {
		text, end := lines.ReadString('\n')
		if end != nil && !errors.Is(end, io.EOF) {
			return fmt.Errorf("line %d: %w", n+1, end)
		}
		if n++; strings.TrimSpace(text) != "" && text[0] != '#' {
			q, err := nquads.Parse(strings.TrimSpace(text))
			switch {
			case err != nil:
				r.skipped(n, "line is no quad", err)
			case q.Label != nil:
			default:
				if q.Subject != subject {
					if err := done(); err != nil {
						return err
					}
					subject, statements, kind, start = q.Subject, nil, "", n
				}
				st, err := meaning.statement(q)
				switch {
				case err != nil:
					r.skipped(n, "quad is of no meaning here", err)
				case st.Predicate == schema.PredKind:
					kind = schema.Kind(st.Object.Text)
				case st.Predicate != "":
					statements = append(statements, st)
				}
			}
		}
		if end != nil {
			return done()
		}
	}
}

func (r *restorer) assemble(ctx context.Context, line int, k schema.Kind, id string, says []schema.Statement) error {
	in, ok := r.intakes[k]
	if !ok {
		r.skipped(line, "no kind of node", fmt.Errorf("%s is %q", id, k))
		return nil
	}
	return r.accept(ctx, line, k, in.assemble(id, says))
}

// dictionary turns quads into statements.
type dictionary struct {
	foreign map[quad.IRI]schema.Predicate
	nouns   *schema.Nouns
}

func meanings(n *schema.Nouns) dictionary {
	d := dictionary{map[quad.IRI]schema.Predicate{rdfsLabel: schema.PredName, rdfType: schema.PredKind}, n}
	for _, of := range newTerms() {
		for p, iri := range of {
			if iri != prov+"wasAttributedTo" { // of a claim the speaker, of a report the outlet
				d.foreign[quad.IRI(iri)] = p
			}
		}
	}
	return d
}

// statement is empty for a class of PROV-O.
func (d dictionary) statement(q quad.Quad) (schema.Statement, error) {
	predicate, _ := q.Predicate.(quad.IRI)
	p, known := d.foreign[predicate]
	subject, _ := nodeID(q.Subject)
	switch name, own := strings.CutPrefix(string(predicate), termSpace); {
	case own:
		p = schema.Predicate(name)
	case predicate == prov+"wasAttributedTo" && strings.HasPrefix(subject, string(schema.KindReport)):
		p = schema.PredPublishedBy
	case predicate == prov+"wasAttributedTo":
		p = schema.PredSaidBy
	case !known:
		return schema.Statement{}, fmt.Errorf("%s is no predicate of faultline", predicate)
	}
	if p == schema.PredKind {
		class, _ := q.Object.(quad.IRI)
		name, own := strings.CutPrefix(string(class), termSpace)
		if !own {
			return schema.Statement{}, nil
		}
		return schema.Statement{Subject: subject, Predicate: p, Object: schema.Value{Text: name}}, nil
	}
	sort, ok := d.nouns.SortOf(p)
	if !ok {
		return schema.Statement{}, fmt.Errorf("%s is no predicate of faultline", predicate)
	}
	v, err := valueOf(q.Object, sort)
	return schema.Statement{Subject: subject, Predicate: p, Object: v}, err
}

func valueOf(o quad.Value, sort schema.Sort) (schema.Value, error) {
	v := schema.Value{Sort: sort}
	if sort == schema.SortRef {
		id, ok := nodeID(o)
		if v.Text = id; !ok {
			return v, fmt.Errorf("%s: want <%skind:name>", o, nodeSpace)
		}
		return v, nil
	}
	var text string
	switch o := o.(type) { // the parser converts what it knows the type of
	case quad.String:
		text = string(o)
	case quad.TypedString:
		text = string(o.Value)
	case quad.Int:
		text = strconv.FormatInt(int64(o), 10)
	case quad.Float:
		text = strconv.FormatFloat(float64(o), 'g', -1, 64)
	case quad.Time:
		text = time.Time(o).Format(time.RFC3339Nano)
	default:
		return v, fmt.Errorf("%s: want a literal", o)
	}
	var err error
	switch sort {
	case schema.SortInt:
		v.Int, err = strconv.ParseInt(text, 10, 64)
	case schema.SortFloat:
		v.Float, err = strconv.ParseFloat(text, 64)
	case schema.SortTime:
		v.Time, err = time.Parse(time.RFC3339Nano, text)
	default:
		v.Text = text
	}
	return v, err
}

// nodeID is the id of the node that an IRI names.
func nodeID(v quad.Value) (string, bool) {
	i, _ := v.(quad.IRI)
	rest, ok := strings.CutPrefix(string(i), nodeSpace)
	if !ok {
		return "", false
	}
	id, err := url.PathUnescape(rest)
	return id, err == nil
}
