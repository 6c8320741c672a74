package series

import (
	"errors"
	"fmt"
	"time"

	"faultline/graph"
	"faultline/queries/origin"
	"faultline/schema"
)

// ErrIncomplete is returned, wrapped with what is missing, when a batch
// speaks of nodes that only the store has, so that its rows cannot be made
// of the batch alone. Follow asks the store for them.
var ErrIncomplete = errors.New("event or report is not described beside its claim")

// Row is one claim with what the questions need of its event and report.
//
// A second row of the same claim merges with the first as a store merges
// claims: the stronger status wins, the earlier of two recordings and of two
// retractions stays. So a row with Retracted set closes a claim.
type Row struct {
	Claim      schema.ClaimID
	Event      schema.EventID
	Type       schema.EventType
	Code       schema.Code // of the event, else of the claim
	Day        schema.Day
	Precision  schema.Precision
	Initiators []schema.ActorID
	Recipients []schema.ActorID
	At         []schema.PlaceID
	Status     schema.Status // of the claim
	Publisher  string        // id of the outlet, or the claim's name when the report has none
	Report     schema.ReportID
	Text       string // hash of the report's text; "" when it is not known
	Sketch     origin.Sketch
	Recorded   time.Time
	Retracted  time.Time // zero while the claim holds
}

// Rows are what one batch adds to a series.
type Rows struct {
	Claims []Row
	Actors []schema.Actor
}

// RowsOf makes the rows of a batch that has just been written. Rows of claims
// that were known before are among them, as the batch may close them; Append
// drops those that say nothing new. It returns ErrIncomplete when the batch
// lacks the event or the report of a claim.
func RowsOf(b *graph.Batch, w graph.Written) (Rows, error) {
	if w.Seq == 0 {
		return Rows{}, nil
	}
	rows := Rows{Actors: b.Actors}
	var err error
	rows.Claims, err = join(b.Claims, b.Events, b.Reports)
	return rows, err
}

// join makes the rows of claims, given their events and reports.
func join(claims []schema.Claim, events []schema.Event, reports []schema.Report) ([]Row, error) {
	event := make(map[schema.EventID]*schema.Event, len(events))
	for i := range events {
		event[events[i].ID] = &events[i]
	}
	report := make(map[schema.ReportID]*schema.Report, len(reports))
	for i := range reports {
		report[reports[i].ID] = &reports[i]
	}
	rows := make([]Row, 0, len(claims))
	for i := range claims {
		c := &claims[i]
		e, r := event[c.Event], report[c.Report]
		if e == nil {
			return nil, fmt.Errorf("%s of %s: %w", c.Event, c.ID, ErrIncomplete)
		}
		if r == nil {
			return nil, fmt.Errorf("%s of %s: %w", c.Report, c.ID, ErrIncomplete)
		}
		rows = append(rows, rowOf(c, e, r))
	}
	return rows, nil
}

func rowOf(c *schema.Claim, e *schema.Event, r *schema.Report) Row {
	row := Row{
		Claim: c.ID, Event: e.ID,
		Type: e.Type, Code: e.Code, Day: e.Day, Precision: e.Precision,
		Initiators: e.Initiators, Recipients: e.Recipients, At: e.At,
		Status: c.Status, Publisher: string(r.PublishedBy),
		Report: r.ID, Text: r.Hash, Sketch: origin.Of(c.Sentence),
		Recorded: c.Recorded, Retracted: c.Retracted,
	}
	if row.Code == "" {
		row.Code = c.Code
	}
	if row.Publisher == "" {
		row.Publisher = c.Name
	}
	return row
}
