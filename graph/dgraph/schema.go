package dgraph

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dgraph-io/dgo/v230/protos/api"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"faultline/graph"
	"faultline/schema"
)

// Schema is what a cluster knows of predicates and types.
type Schema struct {
	Predicates map[string]string   // name to type and directives: "[string] @index(term)"
	Types      map[string][]string // name to fields, as they are written: "xid", "~of"
}

var (
	predicateLine = regexp.MustCompile(`^<?([^\s<>:]+)>?\s*:\s*(\[?\s*\w+\s*\]?)\s*(.*?)\s*\.$`)
	directive     = regexp.MustCompile(`@(\w+)(?:\(([^)]*)\))?`)
	typeLine      = regexp.MustCompile(`^type\s+<?([^\s<>{]+)>?\s*\{$`)
)

// ParseSchema reads a schema of the form that schema/schema.dql has: one
// predicate, or one field of a type, a line.
func ParseSchema(text string) (Schema, error) {
	s := Schema{Predicates: map[string]string{}, Types: map[string][]string{}}
	inside := ""
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case inside != "" && line == "}":
			inside = ""
		case inside != "":
			s.Types[inside] = append(s.Types[inside], strings.Trim(line, "<>"))
		case typeLine.MatchString(line):
			inside = typeLine.FindStringSubmatch(line)[1]
			s.Types[inside] = []string{}
		case predicateLine.MatchString(line):
			m := predicateLine.FindStringSubmatch(line)
			s.Predicates[m[1]] = canonical(strings.ReplaceAll(m[2], " ", ""), directive.FindAllString(m[3], -1))
		default:
			return s, fmt.Errorf("line %d: %q is neither a predicate nor a type", n, line)
		}
	}
	return s, lines.Err()
}

func canonical(typ string, directives []string) string {
	slices.Sort(directives)
	return strings.Join(append([]string{typ}, directives...), " ")
}

// liveSchema is how the servers tell their schema.
type liveSchema struct {
	Schema []struct {
		Predicate  string   `json:"predicate"`
		Type       string   `json:"type"`
		List       bool     `json:"list"`
		Tokenizer  []string `json:"tokenizer"`
		Reverse    bool     `json:"reverse"`
		Count      bool     `json:"count"`
		Lang       bool     `json:"lang"`
		Upsert     bool     `json:"upsert"`
		Unique     bool     `json:"unique"`
		NoConflict bool     `json:"no_conflict"`
	} `json:"schema"`
	Types []struct {
		Name   string `json:"name"`
		Fields []struct {
			Name string `json:"name"`
		} `json:"fields"`
	} `json:"types"`
}

const askSchema = "schema {}"

// Schema asks the cluster for its schema, without what Dgraph has for itself.
func (c *Cluster) Schema(ctx context.Context) (Schema, error) {
	var live liveSchema
	if err := c.ask(ctx, askSchema, nil, &live); err != nil {
		return Schema{}, err
	}
	return live.schema(), nil
}

func (live liveSchema) schema() Schema {
	s := Schema{Predicates: map[string]string{}, Types: map[string][]string{}}
	for _, p := range live.Schema {
		if strings.HasPrefix(p.Predicate, "dgraph.") {
			continue
		}
		var directives []string
		for _, d := range []struct {
			is   bool
			name string
		}{{len(p.Tokenizer) > 0, "@index(" + strings.Join(p.Tokenizer, ", ") + ")"}, {p.Reverse, "@reverse"}, {p.Count, "@count"},
			{p.Lang, "@lang"}, {p.Upsert, "@upsert"}, {p.Unique, "@unique"}, {p.NoConflict, "@noconflict"}} {
			if d.is {
				directives = append(directives, d.name)
			}
		}
		typ := p.Type
		if p.List {
			typ = "[" + typ + "]"
		}
		s.Predicates[p.Predicate] = canonical(typ, directives)
	}
	for _, t := range live.Types {
		if strings.HasPrefix(t.Name, "dgraph.") {
			continue
		}
		s.Types[t.Name] = []string{}
		for _, f := range t.Fields {
			s.Types[t.Name] = append(s.Types[t.Name], strings.Trim(f.Name, "<>"))
		}
	}
	return s
}

// String writes the schema as ParseSchema reads it, in alphabetical order.
func (s Schema) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.Predicates)) {
		fmt.Fprintf(&b, "%s: %s .\n", name, s.Predicates[name])
	}
	for _, name := range slices.Sorted(maps.Keys(s.Types)) {
		fmt.Fprintf(&b, "\ntype %s {\n", name)
		for _, f := range s.Types[name] {
			if strings.HasPrefix(f, "~") {
				f = "<" + f + ">"
			}
			fmt.Fprintf(&b, "\t%s\n", f)
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// Differences lists, in words, what must change in s to make it want. What s
// has besides is nobody's business.
func (s Schema) Differences(want Schema) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(want.Predicates)) {
		has, ok := s.Predicates[name]
		switch {
		case !ok:
			list = append(list, fmt.Sprintf("predicate %s is missing: want %s", name, want.Predicates[name]))
		case has != want.Predicates[name]:
			list = append(list, fmt.Sprintf("predicate %s is %s: want %s", name, has, want.Predicates[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want.Types)) {
		has, ok := s.Types[name]
		if !ok {
			list = append(list, fmt.Sprintf("type %s is missing", name))
			continue
		}
		for _, f := range want.Types[name] {
			if !slices.Contains(has, f) {
				list = append(list, fmt.Sprintf("type %s lacks %s", name, f))
			}
		}
		for _, f := range has {
			if !slices.Contains(want.Types[name], f) {
				list = append(list, fmt.Sprintf("type %s has %s besides", name, f))
			}
		}
	}
	return list
}

// The nodes of the store itself. They are no nodes of the graph: KindOf knows
// no such kind.
const (
	storeXID    = "faultline:store"
	batchPrefix = "faultline:batch:"
)

// ErrEmpty is returned, wrapped with the cluster, for one that holds nothing
// yet.
var ErrEmpty = errors.New("the cluster holds no graph yet")

// state is what the store's own node says.
type state struct {
	UID     string `json:"uid"`
	Head    uint64 `json:"batch"`
	ID      string `json:"store_id"`
	Version int    `json:"schema_version"`
}

// state reads the store's own node. The error wraps ErrEmpty when there is
// none and nothing else either, and graph.ErrForeign when there is something
// else, or the graph of a newer program.
func (c *Cluster) state(ctx context.Context) (state, error) {
	var got struct {
		Store []state `json:"store"`
	}
	live, err := c.Schema(ctx)
	if err != nil {
		return state{}, err
	}
	// Without its index, xid cannot be searched.
	if strings.Contains(live.Predicates["xid"], "@index(exact)") {
		err = c.ask(ctx, `query q($x: string) { store(func: eq(xid, $x)) { uid batch store_id schema_version } }`, map[string]string{"$x": storeXID}, &got)
		if err != nil {
			return state{}, err
		}
	}
	switch {
	case len(got.Store) > 1:
		return state{}, fmt.Errorf("%s: the node %s is there %d times: the store is damaged", c, storeXID, len(got.Store))
	case len(got.Store) == 1 && got.Store[0].Version > schema.DQLVersion:
		return state{}, fmt.Errorf("%s: %w: its schema has version %d, this program knows version %d: use a newer faultline",
			c, graph.ErrForeign, got.Store[0].Version, schema.DQLVersion)
	case len(got.Store) == 1:
		return got.Store[0], nil
	}
	want, err := ParseSchema(schema.DQL())
	if err != nil {
		return state{}, fmt.Errorf("schema.dql: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(live.Predicates)) {
		if want.Predicates[name] != live.Predicates[name] {
			return state{}, fmt.Errorf("%s: %w: it holds the predicate %s: %s, and no node %s; use an empty cluster, or another namespace of it",
				c, graph.ErrForeign, name, live.Predicates[name], storeXID)
		}
	}
	return state{}, fmt.Errorf("%s: %w", c, ErrEmpty)
}

// Apply gives the cluster the schema, whether it is empty or has it already,
// and refuses a foreign one as Open does.
func (c *Cluster) Apply(ctx context.Context) error {
	if _, err := c.state(ctx); err != nil && !errors.Is(err, ErrEmpty) {
		return err
	}
	err := c.repeat(ctx, c.opts.patience(), func(context.Context) error {
		// A new index on a large graph takes longer than a request may.
		return c.dg.Alter(ctx, &api.Operation{Schema: schema.DQL()})
	})
	if err != nil {
		return err
	}
	if err := c.settle(ctx); err != nil {
		return err
	}
	return c.repeat(ctx, c.opts.patience(), c.markStore)
}

// errUnsettled says that a server does not know the schema yet.
var errUnsettled = errors.New("the server has not taken over the schema yet")

// settle returns when every server that can be reached knows the schema. The
// others of a group learn of it a moment after the one that was told.
func (c *Cluster) settle(ctx context.Context) error {
	want, err := ParseSchema(schema.DQL())
	if err != nil {
		return fmt.Errorf("schema.dql: %w", err)
	}
	for i, server := range c.servers {
		err := c.repeat(ctx, c.opts.patience(), func(ctx context.Context) error {
			if token := c.dg.GetJwt().AccessJwt; token != "" {
				ctx = metadata.AppendToOutgoingContext(ctx, "accessJwt", token)
			}
			resp, err := server.Query(ctx, &api.Request{Query: askSchema, ReadOnly: true})
			if status.Code(err) == codes.Unavailable {
				return nil // it learns when it comes back
			} else if err != nil {
				return err
			}
			var live liveSchema
			if err := json.Unmarshal(resp.GetJson(), &live); err != nil {
				return err
			}
			if d := live.schema().Differences(want); len(d) > 0 {
				return fmt.Errorf("%s: %w: %s", c.opts.Addrs[i], errUnsettled, d[0])
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// markStore writes the store's own node, last of all when a store is made.
func (c *Cluster) markStore(ctx context.Context) error {
	id := uuid.NewString()
	set := []*api.NQuad{
		textQuad("uid(s)", "xid", storeXID),
		textQuad("uid(s)", "name", "faultline store"),
		textQuad("uid(s)", "dgraph.type", "Store"),
		{Subject: "uid(s)", Predicate: "schema_version", ObjectValue: intValue(schema.DQLVersion)},
	}
	_, err := c.dg.NewTxn().Do(ctx, &api.Request{
		Query: `query q($x: string) { s as var(func: eq(xid, $x)) }`,
		Vars:  map[string]string{"$x": storeXID},
		Mutations: []*api.Mutation{
			{Set: append(slices.Clip(set), textQuad("uid(s)", "store_id", id)), Cond: "@if(eq(len(s), 0))"},
			{Set: set[3:], Cond: "@if(eq(len(s), 1))"},
		},
		CommitNow: true,
	})
	return err
}

// Check lists in words what differs between the schema that the cluster has
// and the one that it should have; nothing when they agree.
func (c *Cluster) Check(ctx context.Context) ([]string, error) {
	want, err := ParseSchema(schema.DQL())
	if err != nil {
		return nil, fmt.Errorf("schema.dql: %w", err)
	}
	st, err := c.state(ctx)
	if err != nil {
		return nil, err
	}
	live, err := c.Schema(ctx)
	if err != nil {
		return nil, err
	}
	list := live.Differences(want)
	if st.Version < schema.DQLVersion {
		list = append(list, fmt.Sprintf("the schema has version %d: want %d", st.Version, schema.DQLVersion))
	}
	return list, nil
}
