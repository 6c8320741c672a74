package main

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"faultline/graph"
	"faultline/ingest/schedule"
)

// watchMetrics are what a watch tells Prometheus.
type watchMetrics struct {
	registry *prometheus.Registry
	runs     *prometheus.CounterVec // by source and result
	seconds  *prometheus.HistogramVec
	reports  *prometheus.CounterVec // by source and result
	skipped  *prometheus.CounterVec // by source and reason
	claims   *prometheus.CounterVec // by source and change
	events   *prometheus.CounterVec
	broken   prometheus.Gauge
	reloadOK prometheus.Gauge
}

// newWatchMetrics makes the metrics of a watch that fills a store.
func newWatchMetrics(store graph.Reader) *watchMetrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "faultline_" + name, Help: help}, labels)
	}
	m := &watchMetrics{
		registry: prometheus.NewRegistry(),
		runs:     counter("runs_total", "Runs of a source, by how they ended: loaded, nothing, partial, failed, stopped.", "source", "result"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "faultline_run_duration_seconds", Help: "How long runs took.", Buckets: []float64{0.1, 0.5, 2, 10, 60, 300, 1800},
		}, []string{"source"}),
		reports:  counter("reports_total", "Reports read, by result: new, known, skipped.", "source", "result"),
		skipped:  counter("skipped_total", "Input passed over, by reason.", "source", "reason"),
		claims:   counter("claims_total", "Claims, by change: new, closed.", "source", "change"),
		events:   counter("events_total", "Events that the graph did not have.", "source"),
		broken:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_sources_broken", Help: "Sources of the configuration that cannot be loaded at all."}),
		reloadOK: prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_config_last_reload_successful", Help: "Whether the configuration was good when it was last read."}),
	}
	m.reloadOK.Set(1)
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "faultline_build_info", Help: "Always 1, with the program's version.", ConstLabels: prometheus.Labels{"version": version()},
	})
	build.Set(1)
	head := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "faultline_store_batches", Help: "Batches written to the store since it was made.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		n, err := store.Head(ctx)
		if err != nil {
			return -1
		}
		return float64(n)
	})
	m.registry.MustRegister(m.runs, m.seconds, m.reports, m.skipped, m.claims, m.events, m.broken, m.reloadOK, build, head,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// follow adds where the sources stand.
func (m *watchMetrics) follow(s *schedule.Scheduler) { m.registry.MustRegister(standing{s}) }

func (m *watchMetrics) reloaded(ok bool) {
	if m.reloadOK.Set(0); ok {
		m.reloadOK.Set(1)
	}
}

// ran counts a run.
func (m *watchMetrics) ran(r schedule.Run) {
	sum := r.Summary
	m.runs.WithLabelValues(r.Source, result(r)).Inc()
	m.seconds.WithLabelValues(r.Source).Observe(r.Took.Seconds())
	add := func(c prometheus.Counter, n int) { c.Add(float64(n)) }
	add(m.reports.WithLabelValues(r.Source, "new"), sum.New)
	add(m.reports.WithLabelValues(r.Source, "known"), sum.Known)
	add(m.reports.WithLabelValues(r.Source, "skipped"), sum.Skips())
	add(m.claims.WithLabelValues(r.Source, "new"), sum.Claims)
	add(m.claims.WithLabelValues(r.Source, "closed"), sum.Closed+r.Withdrawn.Claims)
	add(m.events.WithLabelValues(r.Source), sum.Events)
	for reason, n := range sum.Skipped {
		add(m.skipped.WithLabelValues(r.Source, reason), n)
	}
}

// standing tells where the sources of a scheduler stand when it is asked.
type standing struct{ scheduler *schedule.Scheduler }

func (standing) describe(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("faultline_source_"+name, help, []string{"source"}, nil)
}

// Describe implements prometheus.Collector.
func (s standing) Describe(out chan<- *prometheus.Desc) { prometheus.DescribeByCollect(s, out) }

// Collect implements prometheus.Collector.
func (s standing) Collect(out chan<- prometheus.Metric) {
	yes := map[bool]float64{true: 1}
	for _, st := range s.scheduler.Status() {
		tell := func(name, help string, v float64) {
			out <- prometheus.MustNewConstMetric(s.describe(name, help), prometheus.GaugeValue, v, st.Name)
		}
		instant := func(name, help string, t time.Time) {
			if !t.IsZero() {
				tell(name, help, float64(t.UnixMilli())/1000)
			}
		}
		tell("failures", "Runs with an error since the last good one.", float64(st.Failures))
		tell("circuit_open", "Whether the source is let alone after many failures.", yes[st.Open])
		tell("running", "Whether the source is being loaded.", yes[!st.Running.IsZero()])
		instant("last_success_timestamp_seconds", "Start of the last run without an error.", st.Succeeded)
		instant("last_run_timestamp_seconds", "Start of the last run that ended.", st.Started)
		instant("next_run_timestamp_seconds", "When the source is loaded next.", st.Next)
	}
}

// handler serves the metrics and tells how the watch is:
//
//	/metrics  for Prometheus
//	/healthz  200 while the loop runs, else 503: restart it
//	/readyz   200 while it runs and the store answers, else 503
func (w *watcher) handler(a *app) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(w.metrics.registry, promhttp.HandlerOpts{}))
	alive := func() bool { return a.now().Sub(w.scheduler.Beat()) < beatMax }
	say := func(out http.ResponseWriter, fault string) {
		out.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if fault != "" {
			out.WriteHeader(http.StatusServiceUnavailable)
			_, _ = out.Write([]byte(fault + "\n"))
			return
		}
		_, _ = out.Write([]byte("ok\n"))
	}
	mux.HandleFunc("GET /healthz", func(out http.ResponseWriter, _ *http.Request) {
		if !alive() {
			say(out, "the loop does not run")
			return
		}
		say(out, "")
	})
	mux.HandleFunc("GET /readyz", func(out http.ResponseWriter, in *http.Request) {
		ctx, cancel := context.WithTimeout(in.Context(), 5*time.Second)
		defer cancel()
		if _, err := w.store.Head(ctx); err != nil {
			say(out, "the store does not answer")
		} else if !alive() {
			say(out, "the loop does not run")
		} else {
			say(out, "")
		}
	})
	return mux
}
