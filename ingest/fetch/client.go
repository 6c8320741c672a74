package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Defaults of Options and Policy.
const (
	DefaultInterval = time.Second
	DefaultTimeout  = time.Minute
	DefaultMaxBytes = 10 << 20
)

const (
	redirectsMax = 5
	urlMax       = 8 << 10
	headerMax    = 256 << 10
)

// Options are what a Client is made of. UserAgent and Now are needed.
type Options struct {
	UserAgent string                                                  // who asks, and where to learn more: "faultline/1.2 (+https://example.org/about)"
	Now       func() time.Time                                        // the clock
	Wait      func(context.Context, time.Duration) error              // passes time; nil for a timer
	Resolver  Resolver                                                // nil for the system's
	Dial      func(context.Context, string, string) (net.Conn, error) // connects to IP:port; nil for the system's
	Interval  time.Duration                                           // shortest time between two requests to a host; 0 is DefaultInterval
}

// workers is how many documents are taken apart at a time, and how many
// large ones are held: what bounds the memory that hostile ones can take.
const workers = 2

// heavy is the size in bytes from which a document is taken apart alone.
const heavy = 1 << 20

// Policy is what one source may do. Its zero value is careful.
type Policy struct {
	Allow        []netip.Prefix // networks that are not public and that the source may reach
	IgnoreRobots bool           // for servers whose owner has agreed
	Interval     time.Duration  // between two requests to a host: 0 is the client's, below 0 none
	Timeout      time.Duration  // of one request with its document; 0 is DefaultTimeout
	MaxBytes     int64          // of a document, unpacked; 0 is DefaultMaxBytes
}

// Validators are what a server gave with a document to ask whether it has
// changed.
type Validators struct {
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"` // as the server wrote it
}

// Request is one document to be fetched.
type Request struct {
	URL        string
	Accept     string      // kinds of document; "" for any
	Header     http.Header // more of the request, as an authorization; not sent to other hosts
	Validators Validators  // of the document that the caller has
	Tail       int64       // only the last so many bytes, if the server can; 0 for all
	Policy     Policy
}

// Response is a document. Its Body is unpacked, bounded and to be closed.
type Response struct {
	URL         string // where it was found
	Moved       string // the address to use from now on, "" unless the server says so
	Unchanged   bool   // the document is that of the request's Validators; the Body is nil
	Partial     bool   // the Body is the tail that was asked for, not all
	ContentType string
	Validators  Validators
	Body        io.ReadCloser
}

// ReadAll reads the document. Of one that fails or is too large what could
// be read comes with the error. Few large documents are held at a time: hold
// it no longer than needed, then Close.
func (r *Response) ReadAll() ([]byte, error) {
	var b bytes.Buffer
	if r.Body == nil {
		return nil, nil
	}
	_, err := b.ReadFrom(r.Body)
	return b.Bytes(), err
}

// Close ends the request and gives up the document. It may be called again.
func (r *Response) Close() {
	if r.Body != nil {
		r.Body.Close()
	}
}

// Client fetches documents. It is safe for concurrent use.
type Client struct {
	opts   Options
	token  string // of the User-Agent, for robots.txt
	hosts  hosts
	robots robots
	large  chan struct{} // held while a large document is
	work   chan struct{} // held while a document is taken apart
	alone  chan struct{} // held while all of work is asked for

	mu         sync.Mutex
	transports map[string]*http.Transport // by the networks allowed: a connection is never lent to a source that may not make it
}

// New returns a Client.
func New(opts Options) *Client {
	if opts.Wait == nil {
		opts.Wait = wait
	}
	if opts.Resolver == nil {
		opts.Resolver = net.DefaultResolver
	}
	if opts.Dial == nil {
		opts.Dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	if opts.Interval == 0 {
		opts.Interval = DefaultInterval
	}
	token, _, _ := strings.Cut(opts.UserAgent, "/")
	return &Client{
		opts: opts, token: strings.TrimSpace(token), transports: map[string]*http.Transport{},
		large: make(chan struct{}, workers), work: make(chan struct{}, workers), alone: make(chan struct{}, 1),
	}
}

// Close gives up idle connections.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.transports {
		t.CloseIdleConnections()
	}
}

// transport is the one for the networks that a source may reach. Proxies of
// the environment are not used: behind one nobody could check addresses.
func (c *Client) transport(allow []netip.Prefix) *http.Transport {
	names := make([]string, len(allow))
	for i, p := range allow {
		names[i] = p.Masked().String()
	}
	slices.Sort(names)
	key := strings.Join(slices.Compact(names), " ")
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.transports[key]
	if t == nil {
		g := &guard{allow: slices.Clone(allow), resolver: c.opts.Resolver, dial: c.opts.Dial}
		t = &http.Transport{
			DialContext:            g.dialContext,
			DisableCompression:     true, // done here, with limits
			ForceAttemptHTTP2:      true,
			MaxIdleConns:           200,
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        time.Minute,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: headerMax,
		}
		c.transports[key] = t
	}
	return t
}

// Get fetches a document. It waits for the host's turn, follows redirects,
// and remembers when a server wants to be left alone. Errors name the
// address: a *StatusError for an answer that is no document, a *BusyError
// when the host is not to be asked now, one of the package's Err values, or
// what the network says; or the context's own error.
func (c *Client) Get(ctx context.Context, req Request) (*Response, error) {
	at, err := parse(req.URL)
	if err != nil {
		return nil, err
	}
	first, moved, permanent := at, "", true
	for range redirectsMax + 1 {
		resp, to, err := c.ask(ctx, req, first, at)
		if err != nil {
			return nil, err
		}
		if to == nil {
			resp.Moved = moved
			return resp, nil
		}
		if permanent = permanent && to.permanent; permanent {
			moved = to.url.String()
		}
		at = to.url
	}
	return nil, fmt.Errorf("%s: %w: more than %d", first.Redacted(), ErrRedirects, redirectsMax)
}

// parse checks an address.
func parse(s string) (*url.URL, error) {
	if len(s) > urlMax {
		return nil, fmt.Errorf("%.80s…: %w: it has %d characters", s, ErrScheme, len(s))
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return nil, fmt.Errorf("%.200q is no address: %w", s, ErrScheme)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("%.200q: %w", s, ErrScheme)
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// redirect is where a server sends its guest.
type redirect struct {
	url       *url.URL
	permanent bool
}

// ask makes one request, once it may be made.
func (c *Client) ask(ctx context.Context, req Request, first, at *url.URL) (*Response, *redirect, error) {
	p := req.Policy
	interval := c.opts.Interval
	if p.Interval != 0 {
		interval = max(p.Interval, 0)
	}
	if !p.IgnoreRobots {
		delay, err := c.allows(ctx, at, p)
		if err != nil {
			return nil, nil, err
		}
		interval = max(interval, delay)
	}
	host := strings.ToLower(at.Host)
	if err := c.turn(ctx, host, interval); err != nil {
		return nil, nil, err
	}
	timeout := p.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	timed, cancel := context.WithTimeout(ctx, timeout)
	resp, to, err := c.send(ctx, timed, cancel, req, first, at)
	if err != nil || resp == nil || resp.Unchanged {
		cancel()
	}
	if err != nil {
		switch {
		case ctx.Err() != nil:
			err = ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			err = fmt.Errorf("%s: %w: %v", at.Redacted(), ErrTimeout, timeout)
		}
	}
	return resp, to, err
}

// turn waits until a host may be asked.
func (c *Client) turn(ctx context.Context, host string, interval time.Duration) error {
	d, err := c.hosts.reserve(host, c.opts.Now(), interval)
	if err != nil {
		return err
	}
	if d > 0 {
		if err := c.opts.Wait(ctx, d); err != nil {
			return err
		}
		c.hosts.started(host, c.opts.Now(), interval)
	}
	return ctx.Err()
}

// send makes one request. cancel ends it with the body.
func (c *Client) send(ctx, timed context.Context, cancel context.CancelFunc, req Request, first, at *url.URL) (*Response, *redirect, error) {
	out, err := http.NewRequestWithContext(timed, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", at.Redacted(), err)
	}
	if at.Host == first.Host && (at.Scheme == first.Scheme || at.Scheme == "https") {
		for k, v := range req.Header {
			out.Header[http.CanonicalHeaderKey(k)] = slices.Clone(v)
		}
		if user := first.User; user != nil && out.Header.Get("Authorization") == "" {
			password, _ := user.Password()
			out.SetBasicAuth(user.Username(), password)
		}
	}
	out.Header.Set("User-Agent", c.opts.UserAgent)
	out.Header.Set("Accept-Encoding", encodings)
	if req.Accept != "" {
		out.Header.Set("Accept", req.Accept)
	}
	if req.Validators.ETag != "" {
		out.Header.Set("If-None-Match", req.Validators.ETag)
	}
	if req.Validators.Modified != "" {
		out.Header.Set("If-Modified-Since", req.Validators.Modified)
	}
	if req.Tail > 0 {
		out.Header.Set("Range", "bytes=-"+strconv.FormatInt(req.Tail, 10))
		out.Header.Set("Accept-Encoding", "identity")
	}
	in, err := c.transport(req.Policy.Allow).RoundTrip(out)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", at.Redacted(), err)
	}
	resp := &Response{
		URL: at.String(), ContentType: in.Header.Get("Content-Type"),
		Validators: Validators{ETag: in.Header.Get("ETag"), Modified: in.Header.Get("Last-Modified")},
	}
	switch code := in.StatusCode; {
	case code == http.StatusOK, code == http.StatusNonAuthoritativeInfo, code == http.StatusPartialContent && req.Tail > 0:
		resp.Partial = code == http.StatusPartialContent && !strings.HasPrefix(in.Header.Get("Content-Range"), "bytes 0-")
		limit := req.Policy.MaxBytes
		if limit <= 0 {
			limit = DefaultMaxBytes
		}
		if in.ContentLength > limit {
			in.Body.Close()
			return nil, nil, fmt.Errorf("%s: %w: %d bytes, at most %d", at.Redacted(), ErrTooLarge, in.ContentLength, limit)
		}
		b, err := newBody(ctx, timed, cancel, in.Body, at.Redacted(), in.Header.Get("Content-Encoding"), limit, c.large)
		if err != nil {
			in.Body.Close()
			return nil, nil, err
		}
		resp.Body = b
		return resp, nil, nil
	case code == http.StatusNotModified && req.Validators != (Validators{}):
		discard(in.Body)
		resp.Unchanged, resp.Validators = true, req.Validators
		return resp, nil, nil
	case code == http.StatusMovedPermanently, code == http.StatusFound, code == http.StatusSeeOther,
		code == http.StatusTemporaryRedirect, code == http.StatusPermanentRedirect:
		discard(in.Body)
		to, err := at.Parse(in.Header.Get("Location"))
		if err != nil || in.Header.Get("Location") == "" {
			return nil, nil, &StatusError{URL: at.Redacted(), Code: code}
		}
		if to, err = parse(to.String()); err != nil {
			return nil, nil, fmt.Errorf("%s redirects: %w", at.Redacted(), err)
		}
		return nil, &redirect{to, code == http.StatusMovedPermanently || code == http.StatusPermanentRedirect}, nil
	default:
		discard(in.Body)
		failed := &StatusError{URL: at.Redacted(), Code: code}
		if code == http.StatusTooManyRequests || code >= 500 {
			failed.Until = retryAfter(in.Header.Get("Retry-After"), c.opts.Now())
			if failed.Until.IsZero() && code == http.StatusTooManyRequests {
				failed.Until = c.opts.Now().Add(pauseUnsaid)
			}
			if !failed.Until.IsZero() {
				c.hosts.pause(strings.ToLower(at.Host), failed.Until)
			}
		}
		return nil, nil, failed
	}
}

// Work waits until a document of a size in bytes may be taken apart; done is
// called when it is. Parsers make many times of it in memory, so that few run
// beside each other, and nothing beside a large one.
func (c *Client) Work(ctx context.Context, size int) (done func(), err error) {
	n := 1
	if size > heavy {
		select {
		case c.alone <- struct{}{}: // two that want all would wait for each other
			defer func() { <-c.alone }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		n = workers
	}
	release := func(n int) {
		for range n {
			<-c.work
		}
	}
	for i := range n {
		select {
		case c.work <- struct{}{}:
		case <-ctx.Done():
			release(i)
			return nil, ctx.Err()
		}
	}
	return func() { release(n) }, nil
}

// callTimeout is the longest time of a request of HTTP's client when the
// policy names none: answers of such interfaces may be large.
const callTimeout = 5 * time.Minute

// HTTP returns a client for programs' interfaces on the web, which are asked
// in ways of their own: it has the same User-Agent, address rules and turns,
// but leaves robots.txt, limits and redirects to its user.
func (c *Client) HTTP(p Policy) *http.Client {
	timeout := p.Timeout
	if timeout <= 0 {
		timeout = callTimeout
	}
	return &http.Client{Transport: &caller{c, p}, Timeout: timeout}
}

// caller is the transport of an HTTP client.
type caller struct {
	client *Client
	policy Policy
}

// RoundTrip waits for the host's turn and makes the request.
func (c *caller) RoundTrip(req *http.Request) (*http.Response, error) {
	interval := c.client.opts.Interval
	if c.policy.Interval != 0 {
		interval = max(c.policy.Interval, 0)
	}
	if err := c.client.turn(req.Context(), strings.ToLower(req.URL.Host), interval); err != nil {
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", c.client.opts.UserAgent)
	return c.client.transport(c.policy.Allow).RoundTrip(req)
}

// retryAfter reads a number of seconds or a date; zero if it is neither, or
// past.
func retryAfter(s string, now time.Time) time.Time {
	s = strings.TrimSpace(s)
	at := time.Time{}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		at = now.Add(time.Duration(min(n, uint64(pauseMax/time.Second))) * time.Second)
	} else if t, err := http.ParseTime(s); err == nil {
		at = t
	}
	if !at.After(now) {
		return time.Time{}
	}
	if last := now.Add(pauseMax); at.After(last) {
		at = last
	}
	return at
}
