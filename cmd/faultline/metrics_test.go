package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/graph/mem"
	"faultline/ingest"
	"faultline/ingest/report"
	"faultline/ingest/schedule"
)

// idle is a source that never has anything.
type idle struct{}

func (idle) Poll(context.Context, json.RawMessage, report.Sink) (schedule.Polled, error) {
	return schedule.Polled{}, nil
}

// quietWatcher is a watcher of two sources over an empty store.
func quietWatcher(t *testing.T, now func() time.Time) *watcher {
	t.Helper()
	store, err := openMemory(mem.New())
	if err != nil {
		t.Fatal(err)
	}
	records, err := schedule.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	every, err := schedule.Every(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{store: store, metrics: newWatchMetrics(store), log: slog.New(slog.DiscardHandler)}
	w.scheduler, err = schedule.New(t.Context(), schedule.Options{
		Store: store, Job: ingest.Job{Now: now}, Records: records, Parallel: 1, Retry: schedule.DefaultRetry,
		Random: func() float64 { return 0 }, Log: w.log, Ran: w.metrics.ran,
	}, []schedule.Entry{{Name: "a", Source: idle{}, When: every}, {Name: "b", Source: idle{}, When: every}})
	if err != nil {
		t.Fatal(err)
	}
	w.metrics.follow(w.scheduler)
	return w
}

func TestMetrics(t *testing.T) {
	w := quietWatcher(t, time.Now)
	w.metrics.ran(schedule.Run{Source: "a", Took: time.Second, Summary: ingest.Summary{
		New: 3, Known: 2, Claims: 5, Events: 4, Closed: 1, Skipped: map[string]int{"date does not parse": 7},
	}})
	w.metrics.ran(schedule.Run{Source: "a", Err: errors.New("down")})
	w.metrics.reloaded(false)
	problems, err := testutil.GatherAndLint(w.metrics.registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	want := `# HELP faultline_runs_total Runs of a source, by how they ended: loaded, nothing, partial, failed, stopped.
# TYPE faultline_runs_total counter
faultline_runs_total{result="failed",source="a"} 1
faultline_runs_total{result="partial",source="a"} 1
# HELP faultline_claims_total Claims, by change: new, closed.
# TYPE faultline_claims_total counter
faultline_claims_total{change="closed",source="a"} 1
faultline_claims_total{change="new",source="a"} 5
# HELP faultline_skipped_total Input passed over, by reason.
# TYPE faultline_skipped_total counter
faultline_skipped_total{reason="date does not parse",source="a"} 7
# HELP faultline_source_circuit_open Whether the source is let alone after many failures.
# TYPE faultline_source_circuit_open gauge
faultline_source_circuit_open{source="a"} 0
faultline_source_circuit_open{source="b"} 0
# HELP faultline_config_last_reload_successful Whether the configuration was good when it was last read.
# TYPE faultline_config_last_reload_successful gauge
faultline_config_last_reload_successful 0
`
	if err := testutil.GatherAndCompare(w.metrics.registry, strings.NewReader(want), "faultline_runs_total", "faultline_claims_total",
		"faultline_skipped_total", "faultline_source_circuit_open", "faultline_config_last_reload_successful"); err != nil {
		t.Error(err)
	}
}

// TestHealth wants a loop that does not beat to be told.
func TestHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := time.Duration(0) // of the clock that health is judged by
		w := quietWatcher(t, time.Now)
		a := &app{now: func() time.Time { return time.Now().Add(late) }}
		want := func(status int, when string, paths ...string) {
			t.Helper()
			for _, path := range paths {
				out := httptest.NewRecorder()
				w.handler(a).ServeHTTP(out, httptest.NewRequest(http.MethodGet, path, nil))
				if out.Code != status {
					t.Errorf("%s %s: %d, want %d", path, when, out.Code, status)
				}
			}
		}
		want(http.StatusServiceUnavailable, "before the loop runs", "/healthz", "/readyz")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- w.scheduler.Run(ctx) }()
		synctest.Wait()
		want(http.StatusOK, "of a loop that runs", "/healthz", "/readyz", "/metrics")
		time.Sleep(24 * time.Hour)
		want(http.StatusOK, "a day later", "/healthz", "/readyz")
		late = beatMax
		want(http.StatusServiceUnavailable, "of a loop that is stuck", "/healthz", "/readyz")
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
}
