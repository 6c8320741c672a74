// Package web serves the graph to browsers and programs: the explorer's
// pages (package pages), the API, and what is needed around both so that
// the server can stand in the open.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Options are what a server is made of.
type Options struct {
	Pages   http.Handler // the explorer, at /
	API     http.Handler // at /api/, its paths not stripped; nil for none
	Health  http.Handler // at /metrics, /healthz and /readyz; nil for none
	Log     *slog.Logger
	Now     func() time.Time
	Token   string        // asked of everybody, as a bearer or a password; "" asks nobody
	Hosts   []string      // host names besides those of the loopback by which it may be called; any when there is a token
	Rate    float64       // requests a second that one address elsewhere may make, after a burst of four seconds' worth; 0 is 100, negative is any number
	MaxBody int64         // bytes of a request's body; 0 is 1 MiB
	Timeout time.Duration // to answer one request; 0 is a minute
	Grace   time.Duration // for what is being answered when the server ends; 0 is 10 s
}

func (o *Options) complete() {
	if o.Rate == 0 {
		o.Rate = 100
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Grace == 0 {
		o.Grace = 10 * time.Second
	}
}

// Server answers requests.
type Server struct {
	options Options
	handler http.Handler
}

// New makes a server.
func New(o Options) *Server {
	o.complete()
	mux := http.NewServeMux()
	mux.Handle("/", o.Pages)
	if o.API != nil {
		mux.Handle("/api/", o.API)
	}
	if o.Health != nil {
		mux.Handle("GET /metrics", o.Health)
		mux.Handle("GET /healthz", o.Health)
		mux.Handle("GET /readyz", o.Health)
	}
	s := &Server{options: o}
	h := compressed(sameOrigin(mux))
	if o.Token != "" {
		h = guarded(h, o.Token)
	} else {
		h = local(h, o.Hosts)
	}
	h = limited(h, o.MaxBody)
	if o.Rate > 0 {
		h = newPace(o.Rate, o.Now).limit(h)
	}
	s.handler = logged(hardened(h), o.Log, o.Now)
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Serve answers requests until ctx is done; then it ends what it is
// answering, for as long as the grace lasts, and returns nil.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: s.options.Timeout,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(s.options.Log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.Grace)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		s.options.Log.Warn("requests were cut off")
		err = server.Close()
	}
	if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// Listen opens an address. Without a token it refuses any that others than
// this machine can reach.
func Listen(address, token string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("address %q: want HOST:PORT, such as localhost:8460: %w", address, err)
	}
	if token == "" && !Loopback(host) {
		return nil, fmt.Errorf("address %q can be reached by others: give a token, or use localhost", address)
	}
	return net.Listen("tcp", address)
}

// Loopback reports whether a host is this machine alone.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
