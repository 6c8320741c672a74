package schema

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// The types of predicates, and the fields of types, that schema.dql has.
func readDQL(t *testing.T) (predicates map[string]string, types map[string][]string) {
	t.Helper()
	predicates, types = map[string]string{}, map[string][]string{}
	inside := ""
	for line := range strings.Lines(DQL()) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		line = strings.TrimSpace(line)
		name, rest, isPredicate := strings.Cut(line, ": ")
		switch f := strings.Fields(line); {
		case len(f) == 0:
		case f[0] == "type" && len(f) == 3 && f[2] == "{":
			inside = f[1]
		case line == "}":
			inside = ""
		case inside != "" && len(f) == 1:
			types[inside] = append(types[inside], strings.Trim(line, "<>"))
		case inside == "" && isPredicate && strings.HasSuffix(rest, " ."):
			if predicates[name] != "" {
				t.Errorf("predicate %s is there twice", name)
			}
			predicates[name] = strings.TrimSuffix(rest, " .")
		default:
			t.Errorf("line %q: want one predicate or one field", line)
		}
	}
	return predicates, types
}

// wants is what the vocabulary asks of schema.dql for one kind of node.
type wants struct {
	kind   Kind
	fields map[Predicate]string // the type of the predicate
}

func wantsOf[T any, ID ~string](noun *Noun[T, ID]) wants {
	names := map[Sort]string{SortText: "string", SortRef: "uid", SortInt: "int", SortFloat: "float", SortTime: "datetime"}
	w := wants{noun.kind, map[Predicate]string{}}
	for _, f := range noun.fields {
		typ := names[f.Sort]
		// A field that keeps both of two values is a set.
		n := noun.blank
		f.add(&n, Value{Sort: f.Sort, Text: "actor:a", Int: 1, Float: 1})
		f.add(&n, Value{Sort: f.Sort, Text: "actor:b", Int: 2, Float: 2})
		kept := 0
		f.put(&n, func(Value) { kept++ })
		if kept == 2 {
			typ = "[" + typ + "]"
		}
		w.fields[f.Predicate] = typ
	}
	return w
}

func TestDQLAndVocabularyAgree(t *testing.T) {
	predicates, types := readDQL(t)
	c := NewNouns()
	// What the store keeps beside the vocabulary.
	own := map[string][]string{
		"": {"xid", "location", "batch", "token", "store_id", "schema_version"}, "Batch": {"name", "token"}, "Store": {"name", "batch", "store_id", "schema_version"},
		"Claim": {"batch"}, "Place": {"location"},
	}
	known := map[string]bool{}
	for _, p := range own[""] {
		known[p] = true
	}
	kinds := []wants{wantsOf(c.Actor), wantsOf(c.Event), wantsOf(c.Claim), wantsOf(c.Report), wantsOf(c.Place),
		wantsOf(c.Load), wantsOf(c.Relation), wantsOf(c.Reading)}
	var typeNames []string
	for _, w := range kinds {
		name := strings.ToUpper(string(w.kind[:1])) + string(w.kind[1:])
		typeNames = append(typeNames, name)
		fields := append([]string{"xid"}, own[name]...)
		for p, typ := range w.fields {
			known[string(p)] = true
			fields = append(fields, string(p))
			if got, _, _ := strings.Cut(predicates[string(p)], " "); got != typ {
				t.Errorf("predicate %s of %s has type %q, want %q", p, name, got, typ)
			}
			if reverse := strings.Contains(predicates[string(p)], "@reverse"); reverse != strings.Contains(typ, "uid") {
				t.Errorf("predicate %s: every edge, and nothing else, is @reverse", p)
			}
		}
		var got []string
		for _, f := range types[name] {
			if edge, reverse := strings.CutPrefix(f, "~"); !reverse {
				got = append(got, f)
			} else if !strings.Contains(predicates[edge], "@reverse") {
				t.Errorf("type %s has ~%s, but %s is not @reverse", name, edge, edge)
			}
		}
		slices.Sort(got)
		slices.Sort(fields)
		if !slices.Equal(got, fields) {
			t.Errorf("type %s has the fields\n%v, want\n%v", name, got, fields)
		}
	}
	for p := range predicates {
		if !known[p] {
			t.Errorf("predicate %s is not in the vocabulary", p)
		}
		if strings.Contains(strings.ToLower(p), "name") && p != "name" {
			t.Errorf("predicate %s: Ratel would take it for a node's label", p)
		}
	}
	if got, want := slices.Sorted(maps.Keys(types)), slices.Sorted(slices.Values(append(typeNames, "Batch", "Store"))); !slices.Equal(got, want) {
		t.Errorf("types %v, want %v", got, want)
	}
	for _, p := range []string{"@index(exact)", "@upsert"} {
		if !strings.Contains(predicates["xid"], p) {
			t.Errorf("xid is %q, want %s", predicates["xid"], p)
		}
	}
	// Every edge shows at its other end when a node is expanded.
	for p, typ := range predicates {
		if !strings.Contains(typ, "uid") {
			continue
		}
		listed := false
		for _, fields := range types {
			listed = listed || slices.Contains(fields, "~"+p)
		}
		if !listed {
			t.Errorf("no type lists <~%s>", p)
		}
	}
}
