package mcp

import (
	"context"
	"time"

	"faultline/queries"
	"faultline/schema"
	"faultline/web/question"
)

// Evidence is who says that an event happened.
type Evidence struct {
	Event   schema.EventID `json:"event"`
	Name    string         `json:"name"`
	Status  schema.Status  `json:"status"`
	Outlets []string       `json:"outlets"`           // that say so
	Denying []string       `json:"denying,omitempty"` // outlets that deny it
	Reports int            `json:"reports"`
	Origins int            `json:"origins"` // stories behind the claims: copies of one count once
	Claims  []Proof        `json:"claims"`  // the first of them
	More    int            `json:"more_claims,omitempty"`
}

// Proof is a claim, as short as it can be checked.
type Proof struct {
	ID        schema.ClaimID `json:"id"`
	Sentence  string         `json:"sentence,omitempty"` // none for rows of coded data
	Status    schema.Status  `json:"status"`
	Outlet    string         `json:"outlet"`
	Title     string         `json:"title"`
	URL       string         `json:"url,omitempty"`
	Published time.Time      `json:"published,omitzero"`
	Speaker   string         `json:"speaker,omitempty"` // who says it there, in the report's words
	Reason    string         `json:"reason,omitempty"`  // why it was coded so
	Retracted time.Time      `json:"retracted,omitzero"`
}

// proofs is how many claims of an event are shown.
const proofs = 4

// prove asks for the claims of the first n events.
func (t *tool) prove(ctx context.Context, v question.Values, events []queries.EventRef, n int) ([]Evidence, error) {
	var list []Evidence
	for _, e := range events[:min(n, len(events))] {
		asked, err := t.why.Parse(map[string][]string{"event": {string(e.ID)}, "as_of": {v.Text("as_of")}})
		if err != nil {
			return nil, err
		}
		said, err := t.options.Ask(ctx, &t.why, asked)
		if err != nil {
			return nil, err
		}
		for _, x := range said.Document.([]queries.Explained) {
			list = append(list, evidenceOf(x))
		}
	}
	return list, nil
}

func evidenceOf(x queries.Explained) Evidence {
	e := Evidence{
		Event: x.Event.ID, Name: x.Event.Name, Status: x.Event.Status, Outlets: x.Outlets, Denying: x.Denying,
		Reports: x.Reports, Origins: x.Origins, Claims: []Proof{}, More: max(0, len(x.Claims)-proofs),
	}
	for _, c := range x.Claims[:min(proofs, len(x.Claims))] {
		e.Claims = append(e.Claims, Proof{
			ID: c.ID, Sentence: c.Sentence, Status: c.Status, Outlet: c.Outlet, Title: c.Title, URL: c.URL,
			Published: c.Published, Speaker: c.Speaker, Reason: c.Reason, Retracted: c.Retracted,
		})
	}
	return e
}

// What a relation's history is cut down to for an assistant, who would
// otherwise read a line for each month of decades.
const (
	briefSteps  = 24
	briefAlarms = 12
)

// brief shortens the timeline, keeps the most surprising point of the curve
// of each step, and the last alarms.
func brief(r queries.Relation) queries.Relation {
	r.Timeline = queries.Squeeze(r.Timeline, briefSteps)
	curve := []queries.StrainPoint{}
	for _, b := range r.Timeline {
		best := -1
		for i, p := range r.Curve {
			if b.Contains(p.Day) && (best < 0 || p.Surprise > r.Curve[best].Surprise) {
				best = i
			}
		}
		if best >= 0 {
			curve = append(curve, r.Curve[best])
		}
	}
	r.Curve = curve
	r.Alarms = r.Alarms[max(0, len(r.Alarms)-briefAlarms):]
	return r
}
