package queries

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"faultline/graph"
	"faultline/queries/origin"
	"faultline/schema"
)

// WhyOptions say which events of a pair are explained. For a single event
// only AsOf is used.
type WhyOptions struct {
	Window    Window
	Level     Level     // "" is LevelParent
	AsOf      time.Time // zero: all that is recorded
	Limit     int       // of events; 0 is 5
	Strongest bool      // the most severe first, not the newest
	Any       bool      // what has not happened too: denied, planned, demanded, hypothetical
}

// Explained is an event with all that is claimed of it.
type Explained struct {
	Event   EventRef     `json:"event"`
	Outlets []string     `json:"outlets"` // who publishes the claims of the event's status that hold, each once, sorted
	Texts   int          `json:"texts"`   // different texts among these; copies of one count once
	Reports int          `json:"reports"` // that these claims are in
	Origins int          `json:"origins"` // of their sentences; those of nearly the same words have one
	Denying []string     `json:"denying"` // who publishes claims that deny an event which others assert
	Claims  []ClaimProof `json:"claims"`  // those that hold first, then by status, time of publication and id
}

// ClaimProof is a claim with where it stands.
type ClaimProof struct {
	ID         schema.ClaimID  `json:"id"`
	Status     schema.Status   `json:"status"`
	Sentence   string          `json:"sentence,omitempty"` // none for rows of coded data
	Marks      []schema.Mark   `json:"marks,omitempty"`    // byte offsets into the sentence
	Trigger    string          `json:"trigger,omitempty"`
	Code       schema.Code     `json:"code,omitempty"`
	SaidBy     *ActorRef       `json:"said_by,omitempty"`
	Speaker    string          `json:"speaker,omitempty"` // who said it, in the report's words
	Confidence float64         `json:"confidence"`        // 0…1
	Coder      string          `json:"coder"`
	Reason     string          `json:"reason,omitempty"`
	Recorded   time.Time       `json:"recorded"`
	Retracted  time.Time       `json:"retracted,omitzero"`
	Report     schema.ReportID `json:"report"`
	Title      string          `json:"title"` // of the report, else its short name
	Outlet     string          `json:"outlet"`
	URL        string          `json:"url,omitempty"`
	Published  time.Time       `json:"published,omitzero"`
	Language   string          `json:"language,omitempty"`
	CopyOf     schema.ReportID `json:"copy_of,omitempty"` // another report here with the same text, published earlier
	Origin     int             `json:"origin"`            // claims of one event and number are copies of one story, word for word or nearly
}

// Event finds an event by its id or by at least four hexadecimal digits at
// the beginning of its UUID. The error wraps graph.ErrNotFound when there is
// none, and lists the ids when there are several.
func (r *Record) Event(name string) (schema.EventID, error) {
	v := r.view
	if _, ok := v.Find(schema.EventID(name)); ok {
		return schema.EventID(name), nil
	}
	digits := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, string(schema.KindEvent)+":"), "-", ""))
	if _, err := hex.DecodeString(digits[:len(digits)&^1]); err != nil || len(digits) < 4 || len(digits) > 32 {
		return "", fmt.Errorf("%q is no id of an event: want event: and a UUID or its first digits", name)
	}
	switch list := v.WithPrefix(digits); len(list) {
	case 0:
		return "", fmt.Errorf("event:%s: %w", digits, graph.ErrNotFound)
	case 1:
		return v.ID(list[0]), nil
	default:
		var ids []string
		for _, i := range list[:min(len(list), 5)] {
			ids = append(ids, string(v.ID(i)))
		}
		return "", fmt.Errorf("event:%s begins the ids of %d events: %s", digits, len(list), strings.Join(ids, ", "))
	}
}

// Why explains one event. The error wraps graph.ErrNotFound when the series
// does not have it.
func (r *Record) Why(ctx context.Context, store graph.Reader, id schema.EventID, o WhyOptions) (Explained, error) {
	i, ok := r.view.Find(id)
	if !ok {
		return Explained{}, fmt.Errorf("%s: %w", id, graph.ErrNotFound)
	}
	list, err := r.explain(ctx, store, []EventRef{r.event(i, "", o.AsOf)}, o.AsOf)
	if err != nil {
		return Explained{}, err
	}
	return list[0], nil
}

// WhyPair explains the newest events between two actors, or the strongest.
func (r *Record) WhyPair(ctx context.Context, store graph.Reader, a, b schema.ActorID, o WhyOptions) ([]Explained, error) {
	p, members, err := r.pair(a, b, o.Level)
	if err != nil {
		return nil, err
	}
	var list []found
	for _, i := range r.between(members) {
		if !o.Window.Contains(r.view.Day(i)) {
			continue
		}
		d, together := r.class(i, p)
		s := r.view.Standing(i, o.AsOf).Status
		if d == "" || together || s == "" || s != schema.Asserted && !o.Any {
			continue
		}
		list = append(list, found{i, d})
	}
	order := r.newest(o.AsOf)
	if o.Strongest {
		order = r.strongest(o.AsOf)
	}
	limit := o.Limit
	if limit <= 0 {
		limit = 5
	}
	return r.explain(ctx, store, r.topEvents(list, limit, order, o.AsOf), o.AsOf)
}

// explain fetches the claims of events and their reports.
func (r *Record) explain(ctx context.Context, store graph.Reader, events []EventRef, asOf time.Time) ([]Explained, error) {
	list := make([]Explained, len(events))
	if len(events) == 0 {
		return list, nil
	}
	position := make(map[schema.EventID]int, len(events))
	var f graph.ClaimFilter
	for i, e := range events {
		list[i] = Explained{Event: e, Outlets: []string{}, Denying: []string{}, Claims: []ClaimProof{}}
		position[e.ID] = i
		f.Events = append(f.Events, e.ID)
	}
	claims, err := graph.All(store.Claims(ctx, f))
	if err != nil {
		return nil, err
	}
	reports := make(map[schema.ReportID]schema.Report)
	var ids []schema.ReportID
	for _, c := range claims {
		ids = append(ids, c.Report)
	}
	slices.Sort(ids)
	for p, err := range store.Reports(ctx, graph.ReportFilter{IDs: slices.Compact(ids)}) {
		if err != nil {
			return nil, err
		}
		reports[p.ID] = p
	}
	for _, c := range claims {
		if !asOf.IsZero() && c.Recorded.After(asOf) {
			continue
		}
		e := &list[position[c.Event]]
		e.Claims = append(e.Claims, r.proof(c, reports[c.Report]))
	}
	for i := range list {
		list[i].sum(reports, asOf)
	}
	return list, nil
}

func (r *Record) proof(c schema.Claim, p schema.Report) ClaimProof {
	proof := ClaimProof{
		ID: c.ID, Status: c.Status, Sentence: c.Sentence, Marks: c.Marks, Trigger: c.Trigger, Code: c.Code,
		Speaker: c.Speaker, Confidence: c.Confidence, Coder: c.Coder, Reason: c.Reason,
		Recorded: c.Recorded, Retracted: c.Retracted,
		Report: c.Report, Title: cmp.Or(p.Title, p.Name), Outlet: c.Name, URL: p.URL, Published: p.Published, Language: p.Language,
	}
	if c.SaidBy != "" {
		ref := r.refOf(c.SaidBy)
		proof.SaidBy = &ref
	}
	if p.PublishedBy != "" {
		proof.Outlet = r.refOf(p.PublishedBy).Name
	}
	return proof
}

// sum orders the claims, finds copies and counts who stands behind them.
func (e *Explained) sum(reports map[schema.ReportID]schema.Report, asOf time.Time) {
	holds := func(c *ClaimProof) bool {
		return c.Retracted.IsZero() || !asOf.IsZero() && c.Retracted.After(asOf)
	}
	slices.SortFunc(e.Claims, func(a, b ClaimProof) int {
		if x, y := holds(&a), holds(&b); x != y {
			if x {
				return -1
			}
			return 1
		}
		if a.Status != b.Status {
			if a.Status.Stronger(b.Status) == a.Status {
				return -1
			}
			return 1
		}
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.ID, b.ID))
	})
	// The first report of a text, by time of publication and id.
	first := make(map[string]schema.ReportID)
	for _, c := range e.Claims {
		hash := reports[c.Report].Hash
		if f, ok := first[hash]; hash != "" && (!ok || cmp.Or(c.Published.Compare(reports[f].Published), cmp.Compare(c.Report, f)) < 0) {
			first[hash] = c.Report
		}
	}
	texts := make(map[schema.ReportID]bool)
	for i := range e.Claims {
		c := &e.Claims[i]
		text := c.Report
		if f, ok := first[reports[c.Report].Hash]; ok && f != c.Report {
			c.CopyOf, text = f, f
		}
		switch {
		case !holds(c):
		case c.Status == e.Event.Status:
			texts[text] = true
			e.Outlets = append(e.Outlets, c.Outlet)
		case c.Status == schema.Denied:
			e.Denying = append(e.Denying, c.Outlet)
		}
	}
	e.Texts = len(texts)
	e.trace(reports, holds)
	slices.Sort(e.Outlets)
	e.Outlets = slices.Compact(e.Outlets)
	slices.Sort(e.Denying)
	e.Denying = slices.Compact(e.Denying)
}

// trace finds which claims copy one story, and counts the stories that stand
// behind the event's status. Those that hold come first; what no longer does
// makes no two of them copies.
func (e *Explained) trace(reports map[schema.ReportID]schema.Report, holds func(*ClaimProof) bool) {
	numbers := make(map[string]uint32)
	number := func(kind, name string) uint32 {
		if name == "" {
			return 0
		}
		if numbers[kind+name] == 0 {
			numbers[kind+name] = uint32(len(numbers)) + 1
		}
		return numbers[kind+name]
	}
	var witnesses []origin.Witness
	holding := 0
	for i := range e.Claims {
		c := &e.Claims[i]
		witnesses = append(witnesses, origin.Witness{
			Report: number("report ", string(c.Report)), Text: number("text ", reports[c.Report].Hash), Sketch: origin.Of(c.Sentence),
		})
		if holds(c) {
			holding++
		}
	}
	origins, n := origin.Number(witnesses[:holding])
	in, from := make(map[schema.ReportID]bool), make(map[int]bool)
	for i := range e.Claims {
		c := &e.Claims[i]
		if i >= holding {
			j := slices.IndexFunc(witnesses[:i], func(w origin.Witness) bool { return w.Shares(witnesses[i]) })
			if j < 0 {
				origins = append(origins, n)
				n++
			} else {
				origins = append(origins, origins[j])
			}
		} else if c.Status == e.Event.Status {
			in[c.Report], from[origins[i]] = true, true
		}
		c.Origin = origins[i] + 1
	}
	e.Reports, e.Origins = len(in), len(from)
}
