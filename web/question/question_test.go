package question_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/queries"
	"faultline/schema"
	"faultline/web/question"
	"faultline/web/question/questiontest"
)

func find(t testing.TB, name string) *question.Question {
	t.Helper()
	for _, q := range question.All() {
		if q.Name == name {
			return &q
		}
	}
	t.Fatalf("no question %q", name)
	return nil
}

func ask(t testing.TB, g question.Graph, name string, given map[string][]string) (question.Answer, error) {
	t.Helper()
	q := find(t, name)
	v, err := q.Parse(given)
	if err != nil {
		return question.Answer{}, err
	}
	return q.Ask(context.Background(), g, v)
}

// some are parameters with which each question has an answer.
func some(w *questiontest.World) map[string]map[string][]string {
	pair := map[string][]string{"a": {"Moscow"}, "b": {"turkey"}}
	event := string(w.Event())
	claims, _ := graph.All(w.Store.Claims(context.Background(), graph.ClaimFilter{Events: []schema.EventID{w.Event()}}))
	return map[string]map[string][]string{
		"actors": {}, "relation": pair, "strain": {}, "alerts": {"since": {"2024-05-01"}}, "timeline": pair, "why": {"event": {event}},
		"who-says": pair, "network": {"a": {"russia"}}, "triads": {}, "path": {"a": {"turkey"}, "b": {"hezbollah"}},
		"compare": {"before": {"2023"}, "after": {"2024-01..2024-07"}}, "actor": {"id": {"hezbollah"}}, "events": {}, "event": {"id": {event}},
		"claims": {"event": {event}}, "claim": {"id": {string(claims[0].ID)}}, "reports": {"load": {string(w.Load())}},
		"report": {"id": {string(claims[0].Report)}}, "loads": {}, "load": {"id": {string(w.Load())}},
	}
}

func TestQuestionsAnswer(t *testing.T) {
	w := questiontest.New(t, mem.New())
	given := some(w)
	for _, q := range question.All() {
		said, err := ask(t, w.Graph(), q.Name, given[q.Name])
		if err != nil {
			t.Errorf("%s: %v", q.Name, err)
			continue
		}
		if got := reflect.TypeOf(said.Document); got != q.Answer {
			t.Errorf("%s answers with %v, and its table says %v", q.Name, got, q.Answer)
		}
		text, err := json.Marshal(said.Document)
		if err != nil || len(text) < 60 {
			t.Errorf("%s: %s, %v", q.Name, text, err)
		}
		if strings.Contains(string(text), ":null") && q.Name != "strain" {
			t.Errorf("%s has a null: %s", q.Name, text)
		}
	}
}

// items are the ids of a document's list.
func items(t *testing.T, document any) (ids []string) {
	t.Helper()
	switch d := document.(type) {
	case queries.Strain:
		for _, x := range d.Rows {
			ids = append(ids, string(x.ID))
		}
	case queries.Alerts:
		for _, x := range d.Alerts {
			ids = append(ids, string(x.ID)+x.Day.String())
		}
	case queries.Comparison:
		for _, x := range d.Rows {
			ids = append(ids, string(x.ID))
		}
	case queries.EventList:
		for _, x := range slices.Backward(d.Events) {
			ids = append(ids, string(x.ID))
		}
	case queries.Network:
		for _, x := range d.Ties {
			ids = append(ids, string(x.With.ID))
		}
	case queries.Triads:
		for _, x := range d.Triads {
			ids = append(ids, string(x.A.ID+x.B.ID+x.C.ID))
		}
	case []queries.ActorSummary:
		for _, x := range d {
			ids = append(ids, string(x.ID))
		}
	case []schema.Event:
		for _, x := range d {
			ids = append(ids, string(x.ID))
		}
	case []schema.Claim:
		for _, x := range d {
			ids = append(ids, string(x.ID))
		}
	case []schema.Report:
		for _, x := range d {
			ids = append(ids, string(x.ID))
		}
	case []schema.Load:
		for _, x := range d {
			ids = append(ids, string(x.ID))
		}
	default:
		t.Fatalf("what is the list of a %T?", document)
	}
	return ids
}

// TestPagesMakeTheWhole: the pages of a list, one after the other, are the
// list.
func TestPagesMakeTheWhole(t *testing.T) {
	w := questiontest.New(t, mem.New())
	given := some(w)
	paged := 0
	for _, q := range question.All() {
		if !q.Paged {
			continue
		}
		paged++
		with := func(limit, cursor string) map[string][]string {
			m := maps.Clone(given[q.Name])
			m["limit"] = []string{limit}
			if cursor != "" {
				m["cursor"] = []string{cursor}
			}
			return m
		}
		whole, err := ask(t, w.Graph(), q.Name, with("1000", ""))
		if err != nil || whole.Next != "" {
			t.Errorf("%s: %v, next %q", q.Name, err, whole.Next)
			continue
		}
		want := items(t, whole.Document)
		each := "7"
		if len(want) <= 7 {
			each = "1"
		}
		var got []string
		cursor, pages := "", 0
		for ; pages < 1000; pages++ {
			part, err := ask(t, w.Graph(), q.Name, with(each, cursor))
			if err != nil {
				t.Fatalf("%s, page %d: %v", q.Name, pages, err)
			}
			got = append(got, items(t, part.Document)...)
			if cursor = part.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s in %d pages:\n%q, whole\n%q", q.Name, pages+1, got, want)
		}
		if len(want) < 2 && q.Name != "loads" && q.Name != "claims" {
			t.Errorf("%s has %d items: the test tells nothing", q.Name, len(want))
		}
	}
	if paged < 10 {
		t.Errorf("%d questions with pages", paged)
	}
}

// TestPagesWhileLoading: what comes in front of the list while somebody turns
// its pages neither hides an item nor shows one twice.
func TestPagesWhileLoading(t *testing.T) {
	w := questiontest.New(t, mem.New())
	for _, name := range []string{"timeline", "events"} {
		given := map[string][]string{"limit": {"5"}, "a": {"russia"}, "b": {"turkey"}}
		if name == "events" {
			delete(given, "a")
			delete(given, "b")
		}
		first, err := ask(t, w.Graph(), name, given)
		if err != nil {
			t.Fatal(err)
		}
		given["limit"] = []string{"10"}
		want, err := ask(t, w.Graph(), name, given)
		if err != nil {
			t.Fatal(err)
		}
		w.Deed(schema.Protest, "turkey", "russia", schema.DayOf(questiontest.Now))
		given["limit"], given["cursor"] = []string{"5"}, []string{first.Next}
		second, err := ask(t, w.Graph(), name, given)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := items(t, second.Document), items(t, want.Document)[5:]; !slices.Equal(got, want) {
			t.Errorf("%s: the second page is %q, want %q", name, got, want)
		}
		given["type"] = []string{"ASSAULT"}
		var wrong question.WrongParams
		if _, err := ask(t, w.Graph(), name, given); !errors.As(err, &wrong) {
			t.Errorf("%s: a cursor with other parameters: %v", name, err)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		question string
		given    map[string][]string
		want     string // a part of the error, "" for none
	}{
		{"relation", map[string][]string{"a": {"x"}, "b": {"y"}}, ""},
		{"relation", map[string][]string{"a": {"x"}}, "b: is missing"},
		{"relation", map[string][]string{"a": {" "}, "b": {"y"}}, "a: is missing"},
		{"relation", map[string][]string{"a": {"x", "z"}, "b": {"y"}}, "a: is given 2 times"},
		{"relation", map[string][]string{"a": {"x"}, "b": {"y"}, "form": {"1"}}, "form: is not known: want a, b, from"},
		{"relation", map[string][]string{"a": {"x"}, "b": {"y"}, "from": {"2015"}}, `from: "2015" is no day`},
		{"relation", map[string][]string{"a": {"x"}, "b": {"y"}, "from": {"2015-02-01"}, "to": {"2015-01-01"}}, "to: 2015-01-01 is not after"},
		{"relation", map[string][]string{"a": {"x"}, "b": {"y"}, "level": {"planet"}}, "level: \"planet\": want one of actor"},
		{"relation", map[string][]string{"a": {"x"}, "b": {"y"}, "limit": {"0"}}, "limit: \"0\": want a whole number from 1 to 100"},
		{"relation", map[string][]string{"a": {"x\xff"}, "b": {"y"}}, "a: want UTF-8"},
		{"relation", map[string][]string{"a": {strings.Repeat("x", 2000)}, "b": {"y"}}, "at most 1000 bytes"},
		{"strain", map[string][]string{"cracks": {"yes"}}, "cracks: \"yes\": want true or false"},
		{"strain", map[string][]string{"at": {"2024-01-01"}, "to": {"2024-01-01"}}, "at: is given beside to"},
		{"strain", map[string][]string{"of": slices.Repeat([]string{"x"}, 51)}, "of: has 51 values"},
		{"timeline", map[string][]string{"a": {"x"}, "intensity": {"NaN"}}, "intensity: \"NaN\": want a number"},
		{"compare", map[string][]string{"before": {"2014"}, "after": {"2015-13"}}, "after: \"2015-13\" is no year"},
		{"compare", map[string][]string{"before": {"2015..2014"}, "after": {"2015"}}, "ends before it begins"},
	} {
		_, err := find(t, c.question).Parse(c.given)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: %v, want %q", c.question, c.given, err, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	w := questiontest.New(t, mem.New())
	var (
		wrong question.WrongParams
		name  *queries.NameError
		no    *question.Refused
	)
	for _, c := range []struct {
		question string
		given    map[string][]string
		is       func(error) bool
	}{
		{"relation", map[string][]string{"a": {"russia"}, "b": {"atlantis"}}, func(err error) bool { return errors.As(err, &name) && !name.Ambiguous }},
		{"relation", map[string][]string{"a": {"the neighbour"}, "b": {"iran"}}, func(err error) bool { return errors.As(err, &name) && name.Ambiguous && len(name.Candidates) == 2 }},
		{"relation", map[string][]string{"a": {"russia"}, "b": {"moscow"}}, func(err error) bool { return errors.As(err, &no) }},
		{"path", map[string][]string{"a": {"russia"}, "b": {"moscow"}}, func(err error) bool { return errors.As(err, &no) }},
		{"why", map[string][]string{"a": {"russia"}, "b": {"moscow"}}, func(err error) bool { return errors.As(err, &no) }},
		{"why", map[string][]string{"event": {"x"}}, func(err error) bool { return errors.As(err, &no) }},
		{"why", map[string][]string{"event": {"00000000"}}, func(err error) bool { return errors.Is(err, graph.ErrNotFound) }},
		{"why", map[string][]string{"a": {"russia"}}, func(err error) bool { return errors.As(err, &wrong) }},
		{"why", map[string][]string{"event": {"00000000"}, "a": {"russia"}}, func(err error) bool { return errors.As(err, &wrong) }},
		{"strain", map[string][]string{"from": {"2030-01-01"}}, func(err error) bool { return errors.As(err, &wrong) }},
		{"strain", map[string][]string{"group": {"/etc/passwd"}}, func(err error) bool { return errors.As(err, &wrong) }},
		{"strain", map[string][]string{"cursor": {"%%%"}}, func(err error) bool { return errors.As(err, &wrong) }},
		{"event", map[string][]string{"id": {"nowhere"}}, func(err error) bool { return errors.Is(err, graph.ErrNotFound) }},
		{"load", map[string][]string{"id": {"nowhere"}}, func(err error) bool { return errors.Is(err, graph.ErrNotFound) }},
		{"claims", nil, func(err error) bool { return errors.As(err, &wrong) }},
	} {
		if _, err := ask(t, w.Graph(), c.question, c.given); err == nil || !c.is(err) {
			t.Errorf("%s %v: %T %v", c.question, c.given, err, err)
		}
	}
}

func TestGroups(t *testing.T) {
	w := questiontest.New(t, mem.New())
	said, err := ask(t, w.Graph(), "relation", map[string][]string{"a": {"axis"}, "b": {"israel"}, "group": {"Axis=iran,Hizbullah"}})
	if err != nil {
		t.Fatal(err)
	}
	alone, err := ask(t, w.Graph(), "relation", map[string][]string{"a": {"iran"}, "b": {"israel"}})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := said.Document.(queries.Relation).Events, alone.Document.(queries.Relation).Events; a <= b {
		t.Errorf("the group has %d events, one of its members %d", a, b)
	}
}

// FuzzParse: whatever is given, Parse and Ask neither panic nor fail but by
// the caller's fault, and the answer can be written.
func FuzzParse(f *testing.F) {
	list := question.All()
	for i := range list {
		f.Add(uint8(i), "a", "russia", "b", "turkey", "limit", "3")
		f.Add(uint8(i), "event", "00", "id", "x", "cursor", "eyJvIjoxLCJrIjoieCIsInEiOjF9")
		f.Add(uint8(i), "before", "2014..2015", "after", "2015-02", "group", "A=russia,iran")
		f.Add(uint8(i), "from", "2023-01-01", "to", "2024-01-01", "window", "10")
	}
	var w *questiontest.World
	f.Fuzz(func(t *testing.T, n uint8, k1, v1, k2, v2, k3, v3 string) {
		if w == nil {
			w = questiontest.New(t, mem.New())
		}
		q := &list[int(n)%len(list)]
		given := map[string][]string{k1: {v1}}
		given[k2] = append(given[k2], v2)
		given[k3] = append(given[k3], v3)
		v, err := q.Parse(given)
		if err != nil {
			var wrong question.WrongParams
			if !errors.As(err, &wrong) || len(wrong) == 0 {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		said, err := q.Ask(context.Background(), w.Graph(), v)
		if err == nil {
			_, err = json.Marshal(said.Document)
		}
		var (
			wrong question.WrongParams
			name  *queries.NameError
			no    *question.Refused
		)
		if err != nil && !errors.As(err, &wrong) && !errors.As(err, &name) && !errors.As(err, &no) && !errors.Is(err, graph.ErrNotFound) && !errors.Is(err, question.ErrMoved) {
			t.Errorf("%s %v: %T %v", q.Name, given, err, err)
		}
	})
}

// counting counts the reports and claims that are read.
type counting struct {
	graph.Reader
	read int
}

func counted[T any](list iter.Seq2[T, error], n *int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for x, err := range list {
			*n++
			if !yield(x, err) {
				return
			}
		}
	}
}

func (c *counting) Reports(ctx context.Context, f graph.ReportFilter) iter.Seq2[schema.Report, error] {
	return counted(c.Reader.Reports(ctx, f), &c.read)
}

// TestWalkReadsOnce: who turns the pages of a long list has the store read it
// once, not once for each page; and a page that is asked for again is the
// same.
func TestWalkReadsOnce(t *testing.T) {
	w := questiontest.New(t, mem.New())
	reader := &counting{Reader: w.Store}
	given := map[string][]string{"load": {string(w.Load())}, "limit": {"5"}}
	page := func(ctx context.Context) question.Answer {
		t.Helper()
		g := w.Graph()
		g.Store = reader
		q := find(t, "reports")
		v, err := q.Parse(given)
		if err != nil {
			t.Fatal(err)
		}
		said, err := q.Ask(ctx, g, v)
		if err != nil {
			t.Fatal(err)
		}
		return said
	}
	all, pages := 0, 0
	for ; pages < 1000; pages++ {
		ctx, cancel := context.WithCancel(t.Context())
		part := page(ctx)
		cancel() // as requests end
		all += len(items(t, part.Document))
		if part.Next == "" {
			break
		}
		given["cursor"] = []string{part.Next}
	}
	if pages < 50 || reader.read != all {
		t.Errorf("%d pages of %d reports in all: the store read %d", pages, all, reader.read)
	}
	// From here on nobody waits: the last page is read from the beginning.
	last := page(t.Context())
	if again := page(t.Context()); !slices.Equal(items(t, again.Document), items(t, last.Document)) || len(items(t, last.Document)) == 0 || reader.read != 3*all {
		t.Errorf("the last page, asked for again: %q and %q; the store read %d", items(t, last.Document), items(t, again.Document), reader.read)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q := find(t, "reports")
	v, err := q.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Ask(ctx, w.Graph(), v); !errors.Is(err, context.Canceled) {
		t.Errorf("somebody who has gone: %v", err)
	}
}
