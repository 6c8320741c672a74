package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

// world is an internet of one server: every name of it is at a public
// address, and connections to public addresses lead to the server.
type world struct {
	mu     sync.Mutex
	now    time.Time
	waited []time.Duration
	names  map[string][]string // addresses by name; 93.184.216.1 for others
	dialed []string
	server *httptest.Server
}

func newWorld(t testing.TB, handler http.Handler) (*world, *Client) {
	t.Helper()
	w := &world{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), names: map[string][]string{}}
	if handler == nil {
		handler = http.NotFoundHandler()
	}
	w.server = httptest.NewServer(handler)
	c := New(Options{
		UserAgent: "faultline/test (+https://example.org/about)", Now: w.clock, Wait: w.wait, Resolver: w, Dial: w.dial,
	})
	t.Cleanup(func() { c.Close(); w.server.CloseClientConnections(); w.server.Close() })
	return w, c
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
	w.waited = append(w.waited, d)
	return ctx.Err()
}

func (w *world) pass(d time.Duration) { _ = w.wait(context.Background(), d) }

func (w *world) LookupNetIP(_ context.Context, _, host string) (addrs []netip.Addr, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list, ok := w.names[host]
	if !ok {
		list = []string{"93.184.216.1"}
	}
	for _, s := range list {
		addrs = append(addrs, netip.MustParseAddr(s))
	}
	return addrs, nil
}

func (w *world) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	w.dialed = append(w.dialed, address)
	w.mu.Unlock()
	return (&net.Dialer{}).DialContext(ctx, network, w.server.Listener.Addr().String())
}

// unruled lets a server without robots.txt be asked at once.
var unruled = Policy{IgnoreRobots: true, Interval: -1}

func get(t testing.TB, c *Client, req Request) (string, *Response, error) {
	t.Helper()
	resp, err := c.Get(context.Background(), req)
	if err != nil {
		return "", nil, err
	}
	defer resp.Close()
	b, err := resp.ReadAll()
	return string(b), resp, err
}

func TestRequest(t *testing.T) {
	var got http.Header
	_, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		w.Header().Set("Content-Type", "text/plain; charset=x")
		w.Header().Set("ETag", `"7"`)
		w.Header().Set("Last-Modified", "Sun, 01 Mar 2026 10:00:00 GMT")
		if r.Header.Get("If-None-Match") == `"7"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, r.Host, r.URL)
	}))
	body, resp, err := get(t, c, Request{URL: "http://user:secret@a.example/x?y=1#z", Accept: "text/plain", Header: http.Header{"x-more": {"1"}}, Policy: unruled})
	if err != nil || body != "a.example/x?y=1" || resp.ContentType != "text/plain; charset=x" || resp.Unchanged {
		t.Fatalf("%q %+v %v", body, resp, err)
	}
	user, password, _ := (&http.Request{Header: got}).BasicAuth()
	if ua := got.Get("User-Agent"); ua != "faultline/test (+https://example.org/about)" || got.Get("Accept") != "text/plain" || got.Get("X-More") != "1" ||
		user != "user" || password != "secret" || got.Get("Accept-Encoding") != encodings {
		t.Errorf("%v", got)
	}
	v := resp.Validators
	if v != (Validators{`"7"`, "Sun, 01 Mar 2026 10:00:00 GMT"}) {
		t.Errorf("%+v", v)
	}
	_, resp, err = get(t, c, Request{URL: "http://a.example/x", Validators: v, Policy: unruled})
	if err != nil || !resp.Unchanged || resp.Validators != v || got.Get("If-Modified-Since") != v.Modified {
		t.Errorf("%+v %v", resp, err)
	}
}

func TestAddresses(t *testing.T) {
	for _, s := range []string{
		"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1",
		"240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "fe80::1", "fe80::1%eth0", "fec0::1",
		"fc00::1", "fd12::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "100::1",
	} {
		if Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public", s)
		}
	}
	for _, s := range []string{"93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"} {
		if !Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is not public", s)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestPrivateAddresses(t *testing.T) {
	w, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		io.WriteString(w, "inside")
	}))
	w.names["localhost"] = []string{"127.0.0.1"}
	w.names["inside.example"] = []string{"10.0.0.7"}
	w.names["both.example"] = []string{"10.0.0.7", "93.184.216.9"}
	for _, u := range []string{
		"http://127.0.0.1/", "http://[::1]:8080/", "http://localhost/", "http://inside.example/", "http://169.254.169.254/latest/meta-data",
		"http://[::ffff:10.0.0.1]/", "http://0.0.0.0/", "http://a.example/?to=http://127.0.0.1/", "http://a.example/?to=http://inside.example/",
		"http://a.example/?to=//[fe80::1]/",
	} {
		for _, p := range []Policy{unruled, {Interval: -1}} {
			body, _, err := get(t, c, Request{URL: u, Policy: p})
			var refused *AddressError
			if !errors.Is(err, ErrAddress) || !errors.As(err, &refused) || Temporary(err) {
				t.Errorf("%s: %q, %v", u, body, err)
			}
		}
	}
	for _, a := range w.dialed {
		if host, _, _ := net.SplitHostPort(a); !Public(netip.MustParseAddr(host)) {
			t.Errorf("dialed %s", a)
		}
	}
	w.dialed = nil
	if body, _, err := get(t, c, Request{URL: "http://both.example/", Policy: unruled}); body != "inside" || !reflect.DeepEqual(w.dialed, []string{"93.184.216.9:80"}) {
		t.Errorf("%q, %v, dialed %v", body, err, w.dialed)
	}
	allowed := unruled
	allowed.Allow = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	if body, _, err := get(t, c, Request{URL: "http://inside.example/", Policy: allowed}); body != "inside" {
		t.Errorf("%q, %v", body, err)
	}
	// The connection that the other source left open is not lent.
	if body, _, err := get(t, c, Request{URL: "http://inside.example/", Policy: unruled}); !errors.Is(err, ErrAddress) {
		t.Errorf("%q, %v", body, err)
	}
	if body, _, err := get(t, c, Request{URL: "http://127.0.0.1/", Policy: allowed}); !errors.Is(err, ErrAddress) {
		t.Errorf("%q, %v", body, err)
	}
}

// A name that was public when robots.txt was asked for leads inside a moment
// later.
func TestRebinding(t *testing.T) {
	w, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		io.WriteString(w, "")
	}))
	if _, _, err := get(t, c, Request{URL: "http://turncoat.example/"}); err != nil {
		t.Fatal(err)
	}
	w.names["turncoat.example"] = []string{"127.0.0.1"}
	if _, _, err := get(t, c, Request{URL: "http://turncoat.example/"}); !errors.Is(err, ErrAddress) {
		t.Error(err)
	}
	for _, a := range w.dialed {
		if a != "93.184.216.1:80" { // the address itself, never a name to be looked up again
			t.Errorf("dialed %s", a)
		}
	}
}

func TestSchemes(t *testing.T) {
	_, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(http.StatusFound)
	}))
	for _, u := range []string{
		"", "a.example", "//a.example/", "ftp://a.example/", "file:///etc/passwd", "javascript:1", "http:///x", "http://", "http://[::1", "http://a.example/" + strings.Repeat("x", urlMax),
		"http://a.example/?to=file:///etc/passwd", "http://a.example/?to=gopher://a.example/", "http://a.example/?to=http:///x",
	} {
		if _, _, err := get(t, c, Request{URL: u, Policy: unruled}); !errors.Is(err, ErrScheme) || Temporary(err) {
			t.Errorf("%.80q: %v", u, err)
		}
	}
}

func TestRedirects(t *testing.T) {
	var authorized []string
	_, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			authorized = append(authorized, r.Host+r.URL.Path)
		}
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/permanent":
			http.Redirect(w, r, "/temporary", http.StatusMovedPermanently)
		case "/temporary":
			http.Redirect(w, r, "http://b.example/final", http.StatusTemporaryRedirect)
		case "/forever":
			http.Redirect(w, r, "http://b.example/final", http.StatusPermanentRedirect)
		case "/nowhere":
			w.WriteHeader(http.StatusFound)
		default:
			fmt.Fprint(w, r.Host)
		}
	}))
	auth := http.Header{"Authorization": {"Bearer x"}}
	for path, c2 := range map[string]struct{ url, moved string }{
		"/permanent": {"http://b.example/final", "http://a.example/temporary"},
		"/temporary": {"http://b.example/final", ""},
		"/forever":   {"http://b.example/final", "http://b.example/final"},
	} {
		body, resp, err := get(t, c, Request{URL: "http://a.example" + path, Header: auth, Policy: unruled})
		if err != nil || body != "b.example" || resp.URL != c2.url || resp.Moved != c2.moved {
			t.Errorf("%s: %q %+v %v", path, body, resp, err)
		}
	}
	for _, a := range authorized {
		if !strings.HasPrefix(a, "a.example") {
			t.Errorf("authorization sent to %s", a)
		}
	}
	if _, _, err := get(t, c, Request{URL: "http://a.example/loop", Policy: unruled}); !errors.Is(err, ErrRedirects) {
		t.Error(err)
	}
	var status *StatusError
	if _, _, err := get(t, c, Request{URL: "http://a.example/nowhere", Policy: unruled}); !errors.As(err, &status) || status.Code != 302 {
		t.Error(err)
	}
}

func packed(t testing.TB, s string, open func(io.Writer) io.WriteCloser) string {
	t.Helper()
	var b bytes.Buffer
	w := open(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func packers() map[string]func(io.Writer) io.WriteCloser {
	return map[string]func(io.Writer) io.WriteCloser{
		"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
		"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		"Deflate": func(w io.Writer) io.WriteCloser { z, _ := flate.NewWriter(w, 6); return z },
	}
}

func TestEncodings(t *testing.T) {
	var header, content string
	_, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", header)
		io.WriteString(w, content)
	}))
	const text = "Guns fell silent along the river."
	try := func(h, s string) (string, error) {
		header, content = h, s
		body, _, err := get(t, c, Request{URL: "http://a.example/", Policy: unruled})
		return body, err
	}
	for name, open := range packers() {
		if body, err := try(name, packed(t, text, open)); body != text || err != nil {
			t.Errorf("%s: %q %v", name, body, err)
		}
		whole := packed(t, strings.Repeat(text, 100), open)
		if body, err := try(name, whole[:len(whole)/2]); err == nil {
			t.Errorf("half of %s: %q", name, body)
		}
	}
	both := packed(t, packed(t, text, packers()["gzip"]), packers()["br"])
	if body, err := try("gzip, br", both); body != text || err != nil {
		t.Errorf("both: %q %v", body, err)
	}
	if body, err := try("gzip", text); body != text || err != nil {
		t.Errorf("not packed: %q %v", body, err)
	}
	for _, h := range []string{"zstd", "gzip, gzip, gzip", "gzip2"} {
		if body, err := try(h, text); !errors.Is(err, ErrEncoding) || Temporary(err) {
			t.Errorf("%s: %q %v", h, body, err)
		}
	}
}

// Bombs and endless documents cost no more than the limit.
func TestLimits(t *testing.T) {
	zeros := strings.Repeat("0", 16<<20)
	bomb, brotli := packed(t, zeros, packers()["gzip"]), packed(t, zeros, packers()["br"])
	member := packed(t, "", packers()["gzip"])
	twice := packed(t, bomb, packers()["gzip"])
	_, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, bomb)
		case "/twice":
			w.Header().Set("Content-Encoding", "gzip, gzip")
			io.WriteString(w, twice)
		case "/brotli":
			w.Header().Set("Content-Encoding", "br")
			io.WriteString(w, brotli)
		case "/announced":
			w.Header().Set("Content-Length", "100000000000")
			io.WriteString(w, "x")
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("<item>", 1000)); err != nil {
					return
				}
			}
		case "/empty-members": // never any content
			w.Header().Set("Content-Encoding", "gzip")
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat(member, 100)); err != nil {
					return
				}
			}
		case "/exact":
			io.WriteString(w, strings.Repeat("x", 1<<20))
		case "/header":
			w.Header().Set("X-Long", strings.Repeat("x", 2*headerMax))
		}
	}))
	p := unruled
	p.MaxBytes = 1 << 20
	for _, path := range []string{"/bomb", "/twice", "/brotli", "/announced", "/endless", "/empty-members"} {
		body, _, err := get(t, c, Request{URL: "http://a.example" + path, Policy: p})
		if !errors.Is(err, ErrTooLarge) || int64(len(body)) > p.MaxBytes {
			t.Errorf("%s: %d bytes, %v", path, len(body), err)
		}
	}
	if body, _, err := get(t, c, Request{URL: "http://a.example/exact", Policy: p}); len(body) != 1<<20 || err != nil {
		t.Errorf("exact: %d bytes, %v", len(body), err)
	}
	if _, _, err := get(t, c, Request{URL: "http://a.example/header", Policy: p}); err == nil {
		t.Error("a header of any length is read")
	}
}

func TestServersInTrouble(t *testing.T) {
	stop := make(chan struct{})
	w, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn := func() net.Conn {
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			return c
		}
		switch r.URL.Path {
		case "/hangs":
			select {
			case <-r.Context().Done():
			case <-stop:
			}
		case "/hangs-later":
			io.WriteString(w, "first")
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
			case <-stop:
			}
		case "/500":
			w.WriteHeader(500)
		case "/404":
			w.WriteHeader(404)
		case "/304":
			w.WriteHeader(304)
		case "/206":
			w.WriteHeader(206)
		case "/short": // announces more than it sends
			c := conn()
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
			c.Close()
		case "/garbage":
			c := conn()
			io.WriteString(c, "\x16\x03\x01 what?\r\n\r\n")
			c.Close()
		case "/closes":
			conn().Close()
		}
	}))
	defer close(stop)
	p := unruled
	p.Timeout = 200 * time.Millisecond
	for path, temporary := range map[string]bool{
		"/hangs": true, "/hangs-later": true, "/500": true, "/404": false, "/304": false, "/206": false, "/short": true, "/garbage": true, "/closes": true,
	} {
		_, _, err := get(t, c, Request{URL: "http://a.example" + path, Policy: p})
		if err == nil || Temporary(err) != temporary || !strings.Contains(err.Error(), "http://a.example"+path) {
			t.Errorf("%s: %v, temporary %v", path, err, Temporary(err))
		}
		if timedOut := strings.HasPrefix(path, "/hangs"); errors.Is(err, ErrTimeout) != timedOut {
			t.Errorf("%s: %v", path, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Get(ctx, Request{URL: "http://a.example/hangs", Policy: p}); err != context.Canceled {
		t.Error(err)
	}
	w.names["nobody.example"] = nil
	if _, _, err := get(t, c, Request{URL: "http://nobody.example/", Policy: p}); err == nil || !Temporary(err) {
		t.Error(err)
	}
}

func TestRetryAfter(t *testing.T) {
	var header string
	code, asked := 429, 0
	w, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if header != "" {
			w.Header().Set("Retry-After", header)
		}
		w.WriteHeader(code)
	}))
	ask := func() (time.Duration, error) {
		_, _, err := get(t, c, Request{URL: "http://a.example/", Policy: unruled})
		at, ok := RetryAt(err)
		if !ok {
			return -1, err
		}
		return at.Sub(w.clock()), err
	}
	for _, c := range []struct {
		code   int
		header string
		want   time.Duration
	}{
		{429, "120", 2 * time.Minute},
		{503, "Sun, 01 Mar 2026 13:00:00 GMT", 0}, // set below
		{429, "", pauseUnsaid},
		{429, "soon", pauseUnsaid},
		{429, "-5", pauseUnsaid},
		{503, "", -1},
		{429, "99999999999999999999", pauseUnsaid},
		{429, "9999999999999999", pauseMax},
		{503, "Mon, 01 Mar 2100 13:00:00 GMT", pauseMax},
		{404, "120", -1},
	} {
		code, header = c.code, c.header
		if c.want == 0 {
			at := w.clock().Add(90 * time.Second).UTC()
			header, c.want = at.Format(http.TimeFormat), 90*time.Second
		}
		asked = 0
		got, err := ask()
		if got != c.want || asked != 1 {
			t.Errorf("%d %q: %v (%v), want %v", c.code, c.header, got, err, c.want)
		}
		if c.want < 0 {
			continue
		}
		// Until then the host is not asked, whoever wants to.
		if got, err := ask(); got != c.want || asked != 1 {
			t.Errorf("%d %q again: %v (%v), asked %d times", c.code, c.header, got, err, asked)
		}
		w.pass(c.want)
		code, header = 404, ""
		if _, err := ask(); asked != 2 {
			t.Errorf("%d %q later: %v, asked %d times", c.code, c.header, err, asked)
		}
	}
}

// Requests to one host keep their distance, whoever makes them; others need
// not wait.
func TestRate(t *testing.T) {
	var mu sync.Mutex
	at := map[string][]time.Time{}
	var w *world
	w, c := newWorld(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		at[r.Host] = append(at[r.Host], w.clock())
	}))
	for i := range 12 {
		_, _, err := get(t, c, Request{URL: fmt.Sprintf("http://%c.example/%d", 'a'+i%2, i), Policy: Policy{IgnoreRobots: true}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for host, times := range at {
		for i := 1; i < len(times); i++ {
			if d := times[i].Sub(times[i-1]); d < DefaultInterval {
				t.Errorf("%s was asked again after %v", host, d)
			}
		}
		if len(times) != 6 {
			t.Errorf("%s: %d", host, len(times))
		}
	}
	if total := w.clock().Sub(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)); total != 5*time.Second {
		t.Errorf("took %v", total)
	}
	// The queue is not endless.
	var h hosts
	for i := 0; ; i++ {
		d, err := h.reserve("a", w.clock(), time.Minute)
		if at, ok := RetryAt(err); ok {
			if i != 11 || !at.Equal(w.clock().Add(11*time.Minute)) {
				t.Errorf("%d requests wait: %v", i, err)
			}
			break
		}
		if want := time.Duration(i) * time.Minute; d != want {
			t.Fatalf("waits %v, want %v", d, want)
		}
	}
	for i := range 3 * hostsMax { // hosts are not remembered for ever
		now := w.clock().Add(time.Duration(i) * time.Second)
		if _, err := h.reserve(fmt.Sprint(i), now, time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.next) > hostsMax {
		t.Errorf("%d hosts are remembered", len(h.next))
	}
}

func TestTail(t *testing.T) {
	_, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/whole" {
			io.WriteString(w, "0123456789")
			return
		}
		http.ServeContent(w, r, "x", time.Time{}, strings.NewReader("0123456789"))
	}))
	for path, want := range map[string]string{"/part": "789", "/whole": "0123456789", "/more": "0123456789"} {
		tail := int64(3)
		if path == "/more" {
			tail = 100
		}
		body, resp, err := get(t, c, Request{URL: "http://a.example" + path, Tail: tail, Policy: unruled})
		if err != nil || body != want || resp.Partial != (path == "/part") {
			t.Errorf("%s: %q %+v %v", path, body, resp, err)
		}
	}
}

// Large documents are held by few at a time, and those that wait for them
// end with their context.
func TestLargeDocuments(t *testing.T) {
	_, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, strings.Repeat("x", 2*small))
	}))
	var held []*Response
	for range workers {
		resp, err := c.Get(context.Background(), Request{URL: "http://a.example/", Policy: unruled})
		if err != nil {
			t.Fatal(err)
		}
		if b, err := resp.ReadAll(); err != nil || len(b) != 2*small {
			t.Fatal(len(b), err)
		}
		held = append(held, resp)
	}
	p := unruled
	p.Timeout = 100 * time.Millisecond
	if body, _, err := get(t, c, Request{URL: "http://a.example/", Policy: p}); !errors.Is(err, ErrTimeout) || len(body) > 2*small {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	for _, resp := range held {
		resp.Close()
		resp.Close()
	}
	if _, _, err := get(t, c, Request{URL: "http://a.example/", Policy: unruled}); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var ends []func()
	for range workers {
		done, err := c.Work(ctx, small)
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, done)
	}
	cancel()
	for _, size := range []int{small, heavy + 1} {
		if _, err := c.Work(ctx, size); err != context.Canceled {
			t.Error(err)
		}
	}
	for _, done := range ends {
		done()
	}
	done, err := c.Work(context.Background(), heavy+1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Work(ctx, small); err != context.Canceled {
		t.Error(err)
	}
	done()
	if done, err = c.Work(context.Background(), small); err != nil {
		t.Fatal(err)
	}
	done()
}

// HTTP gives other clients the same manners.
func TestHTTP(t *testing.T) {
	var agent string
	w, c := newWorld(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { agent = r.UserAgent() }))
	client := c.HTTP(Policy{})
	for range 2 {
		resp, err := client.Get("http://a.example/")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if !strings.HasPrefix(agent, "faultline/") || !reflect.DeepEqual(w.waited, []time.Duration{DefaultInterval}) {
		t.Errorf("%q, waited %v", agent, w.waited)
	}
	if _, err := client.Get("http://127.0.0.1/"); !errors.Is(err, ErrAddress) {
		t.Error(err)
	}
}
