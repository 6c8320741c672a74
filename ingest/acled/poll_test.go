package acled

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/ingest/report"
)

func TestPoll(t *testing.T) {
	s := newServer(t, 3)
	now := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	p := &Poller{
		Client: &Client{HTTP: s.Client(), Base: s.URL, Username: "me@example.org", Password: "secret", Limit: 5, Now: clock},
		Query:  Query{Since: now.AddDate(-1, 0, 0)}, Now: clock,
	}
	reports := 0
	sink := report.Sink{Report: func(report.Report) error { reports++; return nil }, Skip: func(report.Skip) error { return nil }}
	st, deleted, err := p.Poll(context.Background(), State{}, sink)
	if err != nil || reports != 3 || len(deleted) != 0 || !st.Since.Equal(now) {
		t.Fatalf("first poll: %+v, %q, %v, %d reports", st, deleted, err, reports)
	}

	// The next one asks from an hour before the last, and what was deleted.
	now = now.Add(24 * time.Hour)
	s.requests = nil
	before := st
	st, deleted, err = p.Poll(context.Background(), st, sink)
	if err != nil || !slices.Equal(deleted, []string{"acled MLI1", "acled MLI2"}) || !st.Since.Equal(now) {
		t.Fatalf("second poll: %+v, %q, %v", st, deleted, err)
	}
	if asked := s.requests[len(s.requests)-1]; !strings.Contains(asked, "deleted_timestamp=1709290800") { // 2024-03-01 11:00
		t.Errorf("asked for deletions by %s", asked)
	}

	// A poll that fails starts again from where it was.
	s.fail = func(page int) (int, string) {
		if page == 1 {
			return http.StatusServiceUnavailable, ""
		}
		return 0, ""
	}
	st, _, err = p.Poll(context.Background(), before, sink)
	var status *StatusError
	if !errors.As(err, &status) || st != before {
		t.Errorf("failed poll: %+v, %v", st, err)
	}
	p.Client.Password = ""
	if _, _, err := p.Poll(context.Background(), State{}, sink); err == nil {
		t.Error("polled without a password")
	}
}
