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
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"

	"faultline/ingest/config"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
	"faultline/web"
	"faultline/web/live"
	"faultline/web/pages"
	"faultline/web/search"
)

type serveOptions struct {
	listen   string
	config   string
	hosts    []string
	log      string
	search   string
	noSearch bool
	tokenFlag
}

// index is where the full-text index of a store lies, "" for none, and of
// what it is: "" when it lies in the store's folder.
func (o *serveOptions) index(store string) (path, of string) {
	folder, local := strings.CutPrefix(store, "cayley:")
	switch {
	case o.noSearch:
		return "", ""
	case o.search == "" && local:
		return filepath.Join(folder, "search"), ""
	case local:
		if whole, err := filepath.Abs(folder); err == nil {
			return o.search, "cayley:" + whole
		}
	}
	return o.search, store
}

// tokenFlag tells where the token is.
type tokenFlag struct{ file string }

func (f *tokenFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "token-file", "", "file with the token (or $FAULTLINE_TOKEN)")
}

func newServeCommand(a *app) *cobra.Command {
	var opts serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the graph to browsers and programs",
		Long: `Serves the graph at an address: pages to explore it, the HTTP API at /api/v1/,
and /metrics, /healthz and /readyz. With a configuration (-c) it loads the
sources besides, each at its times, as 'faultline watch' does.

The pages need no other host and no script. Nobody but this machine is
served, unless a token is given, in $FAULTLINE_TOKEN or a file: whoever asks
from elsewhere must then give it, programs as a bearer, browsers as the password
of any user. SIGTERM and SIGINT finish what is being answered and end.`,
		Example: `  faultline serve
  faultline serve -c faultline.yaml
  faultline serve --listen 0.0.0.0:8460 --token-file /run/secrets/faultline`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := exclusive(cmd, "search", "no-search"); err != nil {
				return err
			}
			return runServe(cmd.Context(), a, opts, cmd)
		},
	}
	cmd.Flags().StringVar(&opts.listen, "listen", "localhost:8460", "address, HOST:PORT")
	cmd.Flags().StringVarP(&opts.config, "config", "c", "", "a configuration, to load its sources too")
	opts.tokenFlag.register(cmd)
	cmd.Flags().StringSliceVar(&opts.hosts, "host", nil, "a name besides localhost by which the server may be called, such as that of a proxy")
	cmd.Flags().StringVar(&opts.log, "log", "text", "form of the log on standard error: text or json")
	cmd.Flags().StringVar(&opts.search, "search", "", "folder for the full-text index (in the store's folder if not given; a Dgraph store has none)")
	cmd.Flags().BoolVar(&opts.noSearch, "no-search", false, "keep no full-text index; the search finds actors only")
	return cmd
}

// token reads the token, "" when none is given.
func (f *tokenFlag) token() (string, error) {
	token := os.Getenv("FAULTLINE_TOKEN")
	if f.file != "" {
		b, err := os.ReadFile(f.file)
		if err != nil {
			return "", usageError("--token-file: %w", err)
		}
		token = strings.TrimSpace(string(b))
		if token == "" {
			return "", usageError("--token-file %s: is empty", f.file)
		}
	}
	if token != "" && len(token) < 16 {
		return "", usageError("the token is too short to be safe: want 16 characters or more")
	}
	return token, nil
}

func runServe(ctx context.Context, a *app, opts serveOptions, cmd *cobra.Command) (err error) {
	if opts.log != "text" && opts.log != "json" {
		return usageError("--log %q: want text or json", opts.log)
	}
	token, err := opts.token()
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		// What is kept is large and lives long; to collect earlier than usual
		// spares much memory and costs little.
		debug.SetGCPercent(70)
	}
	level := new(slog.LevelVar)
	log := newLog(a, opts.log, level)
	var conf *config.Config
	read := configFlag{path: opts.config}
	if opts.config != "" {
		if conf, err = read.read(a, cmd); err != nil {
			return err
		}
		level.Set(conf.LogLevel)
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	listener, err := web.Listen(opts.listen, token)
	if err != nil {
		return usageError("--listen: %w", err)
	}
	defer listener.Close() // serving closes it too
	var store *opened
	if conf != nil {
		store, err = openStore(ctx, a.store)
	} else {
		store, err = a.openForQueries(ctx)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	s, err := newServing(ctx, a, opts, store, conf, log, level)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	limitMemory()
	if s.watcher != nil {
		go s.watcher.reloadOn(ctx, hangup, func() (*config.Config, error) { return config.Read(opts.config) })
	}
	return s.run(ctx, listener, token)
}

// limitMemory has memory that is free given back before the process takes more
// of it: from 800 MiB on, or from well above what a large graph takes at the
// start. GOMEMLIMIT comes first.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	const usual, coder = 800 << 20, 256 << 20
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	debug.SetMemoryLimit(max(usual, int64(2*m.HeapAlloc)+coder))
}

// serving is what one serve consists of.
type serving struct {
	app     *app
	store   *opened
	graph   *live.Graph
	index   *search.Index // nil without
	watcher *watcher      // nil without a configuration
	pages   *pages.Pages
	log     *slog.Logger
	hosts   []string
}

func newServing(ctx context.Context, a *app, opts serveOptions, store *opened, conf *config.Config, log *slog.Logger, level *slog.LevelVar) (*serving, error) {
	s := &serving{app: a, store: store, log: log, hosts: opts.hosts}
	if conf != nil {
		w, err := newWatcher(ctx, a, store, conf, log, level, nil)
		if err != nil {
			return nil, err
		}
		s.watcher = w
	}
	s.graph = live.New(live.Options{
		Store: store, Series: store.series, Ready: pages.Ready, Now: a.now,
		Record: func(v *series.View) *queries.Record { return recordOf(store, v) },
	})
	if path, of := opts.index(a.store); path != "" {
		index, err := search.Open(path, of)
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.index = index
	}
	o := pages.Options{Graph: s.graph, Search: s.index, Tenures: s.tenures, Log: log, Now: a.now, Version: version()}
	if s.watcher != nil {
		o.Sources = s.sources
	}
	var err error
	if s.pages, err = pages.New(o); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *serving) close() (err error) {
	if s.index != nil {
		err = s.index.Close()
	}
	if s.watcher != nil {
		s.watcher.Close()
	}
	return err
}

// tenures are the offices that a person held, and what an actor was part of
// or aligned with for a time, as the gazetteer has them.
func (s *serving) tenures(id schema.ActorID) []pages.Tenure {
	actors, err := s.store.actors()
	if err != nil {
		return nil // the pages do without
	}
	e, ok := actors.Actor(id)
	if !ok {
		return nil
	}
	var list []pages.Tenure
	for _, o := range e.Offices {
		list = append(list, pages.Tenure{Role: o.Role, At: o.At, Window: queries.Window{From: o.From, To: o.To}})
	}
	for _, d := range e.PartOf {
		list = append(list, pages.Tenure{Role: "part of", At: d.ID, Window: queries.Window{From: d.From, To: d.To}})
	}
	for _, d := range e.Aligned {
		list = append(list, pages.Tenure{Role: "aligned with", At: d.ID, Window: queries.Window{From: d.From, To: d.To}})
	}
	return list
}

// sources tells the pages where the watched sources stand.
func (s *serving) sources() []pages.Source {
	var list []pages.Source
	for _, st := range s.watcher.scheduler.Status() {
		list = append(list, pages.Source{
			Name: st.Name, Running: st.Running, Succeeded: st.Succeeded, Next: st.Next, Failures: st.Failures, Resting: st.Open, Error: st.Error,
		})
	}
	return list
}

// indexEvery is how often the full-text index looks for what is new.
const indexEvery = 5 * time.Second

// run serves until ctx is done, keeping the index and the sources going.
func (s *serving) run(ctx context.Context, listener net.Listener, token string) error {
	ctx, stop := context.WithCancel(ctx)
	var others sync.WaitGroup
	defer others.Wait()
	defer stop()
	others.Go(func() {
		if err := s.pages.Warm(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("places could not be read", "err", err)
		}
		if s.index != nil {
			s.follow(ctx)
		}
	})
	var health http.Handler
	if s.watcher != nil {
		health = s.watcher.handler(s.app)
		others.Go(func() {
			if err := s.watcher.scheduler.Run(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("sources are not loaded any more", "err", err)
			}
		})
	} else {
		health = s.health()
	}
	api := s.api(token)
	if host, _, err := net.SplitHostPort(listener.Addr().String()); err == nil && web.Loopback(host) {
		token = "" // who sits at the machine may read
	}
	server := web.New(web.Options{Pages: s.pages, API: api, Health: health, Log: s.log, Now: s.app.now, Token: token, Hosts: s.hosts})
	fmt.Fprintf(s.app.stderr, "faultline serves %s at http://%s\n", s.app.store, listener.Addr())
	err := server.Serve(ctx, listener)
	s.log.Info("ended")
	return err
}

// api is the HTTP API. What is sent to it goes the way of what the sources
// bring, if there are any.
func (s *serving) api(token string) http.Handler {
	target := &following{opened: s.store}
	if s.watcher != nil {
		target = s.watcher.filled
	}
	return newAPI(s.app, target, s.graph, s.coder, token, s.log)
}

// coder is that of the sources, if there are any: one is large enough.
func (s *serving) coder() (*ownCoder, error) {
	if s.watcher != nil {
		return s.watcher.coder, nil
	}
	return s.app.ownCoder(ownFlags{})
}

// follow keeps the full-text index up to date.
func (s *serving) follow(ctx context.Context) {
	tick := time.NewTicker(indexEvery)
	defer tick.Stop()
	for {
		began, before := s.app.now(), s.index.Head()
		switch err := s.index.CatchUp(ctx, s.store); {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.log.Error("the full-text index could not be brought up to date", "err", err)
		case s.index.Head() != before:
			s.log.Info("full-text index", "documents", s.index.Docs(), "took", s.app.now().Sub(began).Round(time.Millisecond))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// health is what a server without sources tells of itself.
func (s *serving) health() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(newWatchMetrics(s.store).registry, promhttp.HandlerOpts{}))
	say := func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text + "\n")) // whoever asked may have gone
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		if _, err := s.store.Head(ctx); err != nil {
			say(w, http.StatusServiceUnavailable, "the store does not answer")
			return
		}
		say(w, http.StatusOK, "ok")
	})
	return mux
}
