package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"faultline/ingest/config"
	"faultline/ingest/schedule"
)

// configFlag is -c of the commands that read a configuration.
type configFlag struct{ path string }

func (f *configFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.path, "config", "c", "faultline.yaml", "the configuration; 'faultline init' writes one")
}

// read reads the configuration. Its store becomes the app's, unless --store or
// FAULTLINE_STORE name one.
func (f *configFlag) read(a *app, cmd *cobra.Command) (*config.Config, error) {
	c, err := config.Read(f.path)
	if err == nil && c.Store != "" && !cmd.Flags().Changed("store") && os.Getenv("FAULTLINE_STORE") == "" {
		a.store = c.Store
	}
	return c, err
}

type watchOptions struct {
	configFlag
	once    bool
	sources []string
	metrics string
	log     string
}

func newWatchCommand(a *app) *cobra.Command {
	var opts watchOptions
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Load sources at their times, until it is stopped",
		Long: `Loads the sources of a configuration, each at its times, into the graph. Every
run that brings something is a load ('faultline loads').

A source that fails is tried again later and later, and does not keep the
others from being loaded. What was missed while the program did not run is made
up for. SIGHUP reads the configuration again; SIGTERM and SIGINT write what is in
hand and end it. A watch that was killed loses nothing.

With --once every source is loaded once, whatever its times, for those who have
cron; sources that failed lately rest, unless named. Exit code 3 tells that
some sources failed, 1 that all did.`,
		Example: `  faultline watch -c faultline.yaml --metrics :9464
  faultline watch -c faultline.yaml --once
  faultline watch --once --source gdelt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := opts.read(a, cmd)
			if err != nil {
				return err
			}
			return runWatch(cmd.Context(), a, opts, c)
		},
	}
	opts.register(cmd)
	cmd.Flags().BoolVar(&opts.once, "once", false, "load every source once, and end")
	cmd.Flags().StringSliceVar(&opts.sources, "source", nil, "with --once: only these sources")
	cmd.Flags().StringVar(&opts.metrics, "metrics", "", "serve /metrics, /healthz and /readyz at this address, such as :9464")
	cmd.Flags().StringVar(&opts.log, "log", "", "form of the log on standard error: text or json")
	return cmd
}

func runWatch(ctx context.Context, a *app, opts watchOptions, c *config.Config) (err error) {
	if len(opts.sources) > 0 && !opts.once {
		return usageError("--source is for --once; switch sources off in the configuration by enabled: false")
	}
	if opts.log != "" {
		c.LogFormat = opts.log
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		return usageError("--log %q: want text or json", c.LogFormat)
	}
	if opts.metrics != "" {
		c.Metrics = opts.metrics
	}
	level := new(slog.LevelVar)
	level.Set(c.LogLevel)
	log := newLog(a, c.LogFormat, level)
	// Asked for before anything takes time, so that no signal is lost.
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	store, err := openStore(ctx, a.store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	var runs runList
	w, err := newWatcher(ctx, a, store, c, log, level, runs.add)
	if err != nil {
		return err
	}
	defer w.Close()
	if opts.once {
		resting, err := w.scheduler.Once(ctx, opts.sources...)
		if e := runs.print(a, resting); e != nil {
			return e
		}
		return errors.Join(err, runs.outcome())
	}
	runs.off = true
	if c.Metrics != "" {
		stop, err := serveMetrics(a, c.Metrics, w, log)
		if err != nil {
			return err
		}
		defer stop()
	}
	var reloads sync.WaitGroup
	defer reloads.Wait() // before the store is closed
	reloads.Go(func() {
		w.reloadOn(ctx, hangup, func() (*config.Config, error) {
			fresh, err := config.Read(opts.path)
			if err == nil && opts.metrics != "" {
				fresh.Metrics = opts.metrics
			}
			if err == nil && opts.log != "" {
				fresh.LogFormat = opts.log
			}
			return fresh, err
		})
	})
	log.Info("watching", "sources", len(w.scheduler.Status()), "store", a.store, "version", version())
	err = w.scheduler.Run(ctx)
	log.Info("ended")
	return err
}

// reloadOn reads the configuration again at each signal, until ctx is done.
// A faulty one is told and changes nothing.
func (w *watcher) reloadOn(ctx context.Context, hangup <-chan os.Signal, read func() (*config.Config, error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
		}
		c, err := read()
		if err == nil {
			err = w.reload(ctx, c)
		} else {
			w.metrics.reloaded(false)
		}
		if err != nil {
			w.log.Error("the configuration is not taken; the one before holds", "err", err)
		}
	}
}

// serveMetrics serves the handler of a watcher until stop is called.
func serveMetrics(a *app, address string, w *watcher, log *slog.Logger) (stop func(), err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	log.Info("metrics", "address", listener.Addr().String())
	server := &http.Server{
		Handler: w.handler(a), ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	var served sync.WaitGroup
	served.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics are not served any more", "err", err)
		}
	})
	return func() {
		_ = server.Close() // nobody waits for what it says
		served.Wait()
	}, nil
}

// result says in a word how a run ended.
func result(r schedule.Run) string {
	switch sum := r.Summary; {
	case errors.Is(r.Err, context.Canceled):
		return "stopped"
	case r.Err != nil:
		return "failed"
	case sum.Skips() > 0:
		return "partial"
	case sum.New+sum.Closed+r.Withdrawn.Claims > 0:
		return "loaded"
	}
	return "nothing"
}

// runList gathers the runs of --once, one line for each source.
type runList struct {
	off bool
	mu  sync.Mutex
	all []schedule.Run
}

func (l *runList) add(r schedule.Run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.off {
		l.all = append(l.all, r)
	}
}

// ranSource is the runs of one source, added up.
type ranSource struct {
	Source  string    `json:"source"`
	Result  string    `json:"result"`
	Reports int       `json:"reports"`
	New     int       `json:"reports_new"`
	Skipped int       `json:"skipped"`
	Claims  int       `json:"claims_new"`
	Closed  int       `json:"claims_closed"`
	Events  int       `json:"events_new"`
	Seconds float64   `json:"seconds"`
	Error   string    `json:"error,omitempty"`
	Until   time.Time `json:"resting_until,omitzero"`
}

func (l *runList) sources() []ranSource {
	var list []ranSource
	for _, r := range l.all {
		i := slices.IndexFunc(list, func(s ranSource) bool { return s.Source == r.Source })
		if i < 0 {
			i = len(list)
			list = append(list, ranSource{Source: r.Source})
		}
		s, sum := &list[i], r.Summary
		if word := result(r); s.Result == "" || word != "nothing" {
			s.Result = word
		}
		s.Reports += sum.Reports
		s.New += sum.New
		s.Skipped += sum.Skips()
		s.Claims += sum.Claims
		s.Closed += sum.Closed + r.Withdrawn.Claims
		s.Events += sum.Events
		s.Seconds += r.Took.Seconds()
		if r.Err != nil {
			s.Error = r.Err.Error()
		}
	}
	slices.SortFunc(list, func(a, b ranSource) int { return strings.Compare(a.Source, b.Source) })
	return list
}

func (l *runList) print(a *app, resting []schedule.Status) error {
	list := l.sources()
	for _, st := range resting {
		list = append(list, ranSource{Source: st.Name, Result: "resting", Error: st.Error, Until: st.Next})
	}
	if a.json {
		return printJSON(a.stdout, list)
	}
	t := newTable(a.stdout)
	t.row("source", "result", "reports", "new", "claims", "events", "skipped", "seconds")
	for _, s := range list {
		t.row(s.Source, s.Result, count(s.Reports), count(s.New), count(s.Claims), count(s.Events), count(s.Skipped), fmt.Sprintf("%.1f", s.Seconds))
	}
	t.flush()
	for _, s := range list {
		if s.Result == "resting" {
			fmt.Fprintf(a.stdout, "%s rests until %s after: %s\n", s.Source, s.Until.Format(time.DateTime), plain(s.Error))
		} else if s.Error != "" {
			fmt.Fprintf(a.stdout, "%s: %s\n", s.Source, plain(s.Error))
		}
	}
	return nil
}

// outcome turns the runs into the exit code.
func (l *runList) outcome() error {
	failed, all := 0, l.sources()
	for _, s := range all {
		if s.Result == "failed" {
			failed++
		}
	}
	switch {
	case failed == 0:
		return nil
	case failed == len(all):
		return fmt.Errorf("no source could be loaded")
	}
	return &exitError{exitPartial, fmt.Errorf("%d of %d sources failed", failed, len(all))}
}
