package acled

import (
	"context"
	"errors"
	"fmt"
	"time"

	"faultline/ingest/report"
)

// Poller reads what the API has changed since the poll before.
type Poller struct {
	Client *Client
	Query  Query // which events; its Since is that of the first poll
	Now    func() time.Time
}

// State is how far the polls so far have come. Its zero value is that before
// the first one.
type State struct {
	Since time.Time `json:"since,omitzero"` // changes before are known
}

// margin covers clocks that differ from the server's.
const margin = time.Hour

// Validate names what is wrong with the poller, if something is.
func (p *Poller) Validate() error {
	switch {
	case p.Client == nil || p.Client.HTTP == nil || p.Client.Now == nil || p.Client.Base == "":
		return errors.New("acled: the client lacks its address, its clock or its HTTP client")
	case p.Client.Username == "" || p.Client.Password == "":
		return errors.New("acled: no user name or no password")
	case p.Now == nil:
		return errors.New("acled: no clock")
	}
	return nil
}

// Poll yields the events that were added or changed since st. It returns the
// state for the next poll, and the items (report.Report.Item) of the events
// that ACLED has deleted meanwhile. With an error the state is st: what was
// yielded is yielded again. The error is sink's, ctx's, a *StatusError, or
// one of the connection.
func (p *Poller) Poll(ctx context.Context, st State, sink report.Sink) (_ State, deleted []string, err error) {
	if err := p.Validate(); err != nil {
		return st, nil, err
	}
	started := p.Now().UTC().Truncate(time.Second)
	q := p.Query
	if !st.Since.IsZero() {
		q.Since = st.Since.Add(-margin)
	}
	if err := p.Client.Read(ctx, q, sink); err != nil {
		return st, nil, err
	}
	if !st.Since.IsZero() { // before that there was nothing to delete
		err := p.Client.Deleted(ctx, q.Since, func(id string, _ time.Time) error {
			deleted = append(deleted, report.Report{Source: Source, Key: id}.Item())
			return ctx.Err()
		})
		if err != nil {
			return st, nil, fmt.Errorf("deleted events: %w", err)
		}
	}
	return State{Since: started}, deleted, nil
}
