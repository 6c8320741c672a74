// Package search is the full-text index of events and reports, kept beside a
// store and following its writes. The store is the source of truth: an index
// may be deleted at any time, and CatchUp builds it again.
//
// An event is found by its name and by the sentences of the claims that
// hold; a report by title and author, of which nothing was coded when its
// load has ended.
package search

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"faultline/graph"
	"faultline/schema"
)

// Index is the full-text index of one store. Find may be called from many
// goroutines beside one CatchUp.
type Index struct {
	path  string // "" is in memory
	mu    sync.RWMutex
	index bleve.Index
	alone sync.Mutex // held by CatchUp
	of    string
	grows map[schema.LoadID]int64 // reports of loads that run, when they were looked at last; of CatchUp
}

// version is that of the mapping and of what is indexed; an index of another
// one is built anew.
const version = "2"

var versionKey, headKey = []byte("faultline version"), []byte("faultline head")

// Open opens the index at a path, and makes an empty one if there is none, it
// is that of another store, or it cannot be read. of names the store; ""
// when the index lies in its folder. The path "" keeps it in memory.
func Open(path, of string) (*Index, error) {
	x := &Index{path: path, of: of, grows: make(map[schema.LoadID]int64)}
	if path != "" {
		index, err := bleve.Open(path)
		if err == nil {
			if v, err := index.GetInternal(versionKey); err == nil && string(v) == x.made() {
				x.index = index
				return x, nil
			}
			err = index.Close()
		}
		if err != nil && !errors.Is(err, bleve.ErrorIndexPathDoesNotExist) && !errors.Is(err, bleve.ErrorIndexMetaMissing) && !errors.Is(err, bleve.ErrorIndexMetaCorrupt) {
			return nil, fmt.Errorf("%s: %w: delete it, and it is made again", path, err)
		}
	}
	return x, x.renew()
}

// renew begins with nothing.
func (x *Index) renew() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.index != nil {
		if err := x.index.Close(); err != nil {
			return err
		}
		x.index = nil
	}
	rules, err := newMapping()
	if err != nil {
		return err
	}
	if x.path == "" {
		x.index, err = bleve.NewMemOnly(rules)
	} else if err = os.RemoveAll(x.path); err == nil {
		x.index, err = bleve.New(x.path, rules)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", x.path, err)
	}
	return x.index.SetInternal(versionKey, []byte(x.made()))
}

// made tells how the index was made, and of what.
func (x *Index) made() string { return version + " " + x.of }

func newMapping() (mapping.IndexMapping, error) {
	rules := bleve.NewIndexMapping()
	err := rules.AddCustomAnalyzer("words", map[string]any{
		"type": custom.Name, "char_filters": []any{asciifolding.Name}, "tokenizer": unicode.Name,
		"token_filters": []any{en.PossessiveName, lowercase.Name, en.StopName, porter.Name},
	})
	if err != nil {
		return nil, err
	}
	err = rules.AddCustomAnalyzer("letters", map[string]any{
		"type": custom.Name, "char_filters": []any{asciifolding.Name}, "tokenizer": unicode.Name, "token_filters": []any{lowercase.Name},
	})
	if err != nil {
		return nil, err
	}
	words := bleve.NewTextFieldMapping()
	words.Analyzer, words.Store, words.IncludeInAll = "words", false, false
	exact := bleve.NewTextFieldMapping()
	exact.Name, exact.Analyzer = "exact", "letters"
	exact.Store, exact.IncludeInAll, exact.IncludeTermVectors, exact.DocValues = false, false, false, false
	word := bleve.NewKeywordFieldMapping()
	word.Store, word.IncludeInAll = false, false
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt("text", words, exact)
	doc.AddFieldMappingsAt("kind", word)
	doc.AddFieldMappingsAt("day", word)
	doc.AddFieldMappingsAt("year", word)
	rules.DefaultMapping = doc
	rules.StoreDynamic, rules.IndexDynamic, rules.DocValuesDynamic = false, false, false
	return rules, nil
}

// document is what the index holds of a node.
type document struct {
	Text string `json:"text"`
	Kind string `json:"kind"`
	Day  string `json:"day"`
	Year string `json:"year"`
}

// Type implements mapping.Classifier.
func (document) Type() string { return "_default" }

// Close frees the index.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.index.Close()
}

// Head is the number of the store's batch up to which the index is complete.
func (x *Index) Head() uint64 {
	return x.number(headKey)
}

// number is what was noted under a key, 0 for nothing.
func (x *Index) number(key []byte) uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	b, err := x.index.GetInternal(key)
	if err != nil || len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

// Docs is how many events and reports are in the index.
func (x *Index) Docs() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	n, err := x.index.DocCount()
	if err != nil {
		return 0
	}
	return n
}

// portion is how many nodes are read and indexed at a time.
const portion = 500

// CatchUp brings the index up to the store's head. After ctx is done it
// returns its error, and goes on where it ended the next time. An index that
// is ahead of the store belongs to another one and is built from nothing.
func (x *Index) CatchUp(ctx context.Context, r graph.Reader) error {
	x.alone.Lock()
	defer x.alone.Unlock()
	head, err := r.Head(ctx)
	if err != nil {
		return err
	}
	done := x.Head()
	if done > head {
		if err := x.renew(); err != nil {
			return err
		}
		done = 0
	}
	if done == head {
		return nil
	}
	var events []schema.EventID
	var reports []schema.ReportID
	for c, err := range r.Claims(ctx, graph.ClaimFilter{After: done}) {
		if err != nil {
			return err
		}
		events = append(events, c.Event)
		reports = append(reports, c.Report)
	}
	slices.Sort(events)
	events = slices.Compact(events)
	slices.Sort(reports)
	reports = slices.Compact(reports)
	for list := range slices.Chunk(events, portion) {
		if err := x.addEvents(ctx, r, list); err != nil {
			return err
		}
	}
	for list := range slices.Chunk(reports, portion) {
		if err := x.addReports(ctx, r, list); err != nil {
			return err
		}
	}
	if err := x.addLoads(ctx, r); err != nil {
		return err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.index.SetInternal(headKey, binary.BigEndian.AppendUint64(nil, head))
}

// addEvents indexes events anew, and forgets those that nobody claims any
// more.
func (x *Index) addEvents(ctx context.Context, r graph.Reader, ids []schema.EventID) error {
	said := make(map[schema.EventID][]string)
	holds := make(map[schema.EventID]bool)
	for c, err := range r.Claims(ctx, graph.ClaimFilter{Events: ids}) {
		if err != nil {
			return err
		}
		if !c.Retracted.IsZero() {
			continue
		}
		holds[c.Event] = true
		if c.Sentence != "" && !slices.Contains(said[c.Event], c.Sentence) {
			said[c.Event] = append(said[c.Event], c.Sentence)
		}
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	batch := x.index.NewBatch()
	for e, err := range r.Events(ctx, graph.EventFilter{IDs: ids}) {
		if err != nil {
			return err
		}
		if !holds[e.ID] {
			batch.Delete(string(e.ID))
			continue
		}
		d := document{Text: e.Name + "\n" + string(e.Type) + "\n" + strings.Join(said[e.ID], "\n"), Kind: "event"}
		if e.Day != schema.NoDay {
			d.Day, d.Year = e.Day.String(), fmt.Sprint(e.Day.Time().Year())
		}
		if err := batch.Index(string(e.ID), d); err != nil {
			return err
		}
	}
	return x.index.Batch(batch)
}

func (x *Index) addReports(ctx context.Context, r graph.Reader, ids []schema.ReportID) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	batch := x.index.NewBatch()
	for p, err := range r.Reports(ctx, graph.ReportFilter{IDs: ids}) {
		if err == nil {
			err = addReport(batch, p)
		}
		if err != nil {
			return err
		}
	}
	return x.index.Batch(batch)
}

func addReport(batch *bleve.Batch, p schema.Report) error {
	switch {
	case !p.Retracted.IsZero():
		batch.Delete(string(p.ID))
		return nil
	case p.Title == "": // its name is the outlet and the day
		return nil
	}
	d := document{Text: p.Title + "\n" + p.Author, Kind: "report"}
	if !p.Published.IsZero() {
		d.Day, d.Year = p.Published.UTC().Format("2006-01-02"), fmt.Sprint(p.Published.UTC().Year())
	}
	return batch.Index(string(p.ID), d)
}

// addLoads adds the reports without claims of loads that brought reports
// since they were looked at. A load that goes on is left until it has ended.
func (x *Index) addLoads(ctx context.Context, r graph.Reader) error {
	for l, err := range r.Loads(ctx, graph.LoadFilter{}) {
		if err != nil {
			return err
		}
		key, n := []byte(l.ID), l.Counts.Reports
		before, known := x.grows[l.ID]
		if l.Outcome == schema.Running {
			x.grows[l.ID] = n
		}
		if x.number(key) == uint64(n) || known && l.Outcome == schema.Running && n != before {
			continue
		}
		if err := x.addRest(ctx, r, l.ID); err != nil {
			return err
		}
		x.mu.RLock()
		err = x.index.SetInternal(key, binary.BigEndian.AppendUint64(nil, uint64(n)))
		x.mu.RUnlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// addRest adds the reports of a load that are not in the index.
func (x *Index) addRest(ctx context.Context, r graph.Reader, load schema.LoadID) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	batch := x.index.NewBatch()
	for p, err := range r.Reports(ctx, graph.ReportFilter{Loads: []schema.LoadID{load}}) {
		if err != nil {
			return err
		}
		if p.Title == "" {
			continue
		}
		known, err := x.index.Document(string(p.ID))
		if err == nil && known == nil {
			err = addReport(batch, p)
		}
		if err == nil && batch.Size() >= portion {
			err = x.index.Batch(batch)
			batch.Reset()
		}
		if err != nil {
			return err
		}
	}
	return x.index.Batch(batch)
}

// Options narrow a search.
type Options struct {
	Kind   string // event or report
	From   string // first and last day, YYYY-MM-DD; "" for any
	To     string
	Newest bool // the newest first, not the best
	Limit  int  // of ids; 0 is 20
	Skip   int  // of ids, at the beginning
}

// Results are what a search finds.
type Results struct {
	Total uint64
	IDs   []string
	Years map[string]int // how many there are of each year
}

// Find looks for all words of a text, in any form; those with the very words
// are better. What stands in quotation marks must stand together. An empty
// text finds nothing.
func (x *Index) Find(ctx context.Context, text string, o Options) (Results, error) {
	var all, better []query.Query
	for i, part := range strings.Split(text, `"`) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if i%2 == 1 {
			q := bleve.NewMatchPhraseQuery(part)
			q.SetField("text")
			all = append(all, q)
			continue
		}
		q := bleve.NewMatchQuery(part)
		q.SetField("text")
		q.SetOperator(query.MatchQueryOperatorAnd)
		all = append(all, q)
		same := bleve.NewMatchQuery(part)
		same.SetField("exact")
		same.SetBoost(3)
		better = append(better, same)
	}
	if len(all) == 0 {
		return Results{}, nil
	}
	kind := bleve.NewTermQuery(o.Kind)
	kind.SetField("kind")
	all = append(all, kind)
	if o.From != "" || o.To != "" {
		yes := true
		q := bleve.NewTermRangeInclusiveQuery(o.From, o.To, &yes, &yes)
		q.SetField("day")
		all = append(all, q)
	}
	if o.Limit == 0 {
		o.Limit = 20
	}
	request := bleve.NewSearchRequestOptions(query.NewBooleanQuery(all, better, nil), o.Limit, o.Skip, false)
	request.AddFacet("years", bleve.NewFacetRequest("year", 200))
	if o.Newest {
		request.SortBy([]string{"-day", "_id"})
	} else {
		request.SortBy([]string{"-_score", "-day", "_id"})
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	found, err := x.index.SearchInContext(ctx, request)
	if err != nil {
		return Results{}, err
	}
	results := Results{Total: found.Total, Years: make(map[string]int)}
	for _, hit := range found.Hits {
		results.IDs = append(results.IDs, hit.ID)
	}
	if f := found.Facets["years"]; f != nil && f.Terms != nil {
		for _, t := range f.Terms.Terms() {
			if t.Term != "" {
				results.Years[t.Term] = t.Count
			}
		}
	}
	return results, nil
}
