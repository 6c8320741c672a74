package web

import (
	"compress/gzip"
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"faultline/web/api"
)

// policy lets a page load only what this server sends, and run no script and
// use no style that stands in the page itself.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// refuse answers a request that does not get through: programs with a
// problem, others with a line.
func refuse(w http.ResponseWriter, r *http.Request, status int, text string) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		api.Refuse(w, status, text)
		return
	}
	http.Error(w, text, status)
}

// sameOrigin keeps pages from elsewhere from having a browser write here.
func sameOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, http.StatusForbidden, "A page of another site may not do this.")
	}))
	return p.Handler(next)
}

// hardened sets the headers that keep browsers from doing more than they
// should.
func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		next.ServeHTTP(w, r)
	})
}

// said remembers what an answer was, for the log.
type said struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (s *said) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *said) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	n, err := s.ResponseWriter.Write(b)
	s.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController through.
func (s *said) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// logged writes a line for each request, and turns a panic into an answer of
// 500 that tells nothing.
func logged(next http.Handler, log *slog.Logger, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, s := now(), &said{ResponseWriter: w}
		defer func() {
			if fault := recover(); fault != nil {
				if fault == http.ErrAbortHandler {
					panic(fault)
				}
				log.Error("a request failed", "path", r.URL.Path, "fault", fault, "stack", string(debug.Stack()))
				if s.status == 0 {
					refuse(s, r, http.StatusInternalServerError, "This should not have happened; the server's log tells more.")
				}
			}
			log.Debug("request", "method", r.Method, "path", r.URL.Path, "status", s.status, "bytes", s.bytes, "took", now().Sub(began))
		}()
		next.ServeHTTP(s, r)
	})
}

// limited keeps bodies and addresses to a size.
func limited(next http.Handler, body int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.RawQuery) > 4096 || len(r.URL.Path) > 2048 {
			refuse(w, r, http.StatusRequestURITooLong, "The address is too long.")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, body)
		next.ServeHTTP(w, r)
	})
}

// guarded asks everybody for the token: programs as a bearer, browsers as a
// password. Only /healthz is open, for whoever restarts the program.
func guarded(next http.Handler, token string) http.Handler {
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			_, given, _ = r.BasicAuth()
		}
		got := sha256.Sum256([]byte(given))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 && r.URL.Path != "/healthz" {
			w.Header().Set("WWW-Authenticate", `Basic realm="faultline", charset="UTF-8"`)
			refuse(w, r, http.StatusUnauthorized, "Give the token, as a bearer or as the password of any user.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// local answers only those who call the server by a name of this machine, so
// that no page from elsewhere can have its name point here and read.
func local(next http.Handler, hosts []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = strings.Trim(r.Host, "[]")
		}
		if !Loopback(host) && !slices.Contains(hosts, host) {
			refuse(w, r, http.StatusMisdirectedRequest, "This server is not called "+host+".")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// pace keeps each address to so many requests a second.
type pace struct {
	rate float64
	now  func() time.Time
	mu   sync.Mutex
	left map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newPace(rate float64, now func() time.Time) *pace {
	return &pace{rate: rate, now: now, left: make(map[string]bucket)}
}

// known is how many addresses are remembered; with more, those that have
// rested long enough to have a full bucket are forgotten.
const known = 10_000

func (p *pace) take(address string) bool {
	now, burst := p.now(), 4*p.rate
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.left) > known {
		for a, b := range p.left {
			if now.Sub(b.at) > 4*time.Second {
				delete(p.left, a)
			}
		}
	}
	b, ok := p.left[address]
	if !ok {
		b.tokens = burst
	} else {
		b.tokens = min(burst, b.tokens+p.rate*now.Sub(b.at).Seconds())
	}
	b.at = now
	enough := b.tokens >= 1
	if enough {
		b.tokens--
	}
	p.left[address] = b
	return enough
}

func (p *pace) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		if !Loopback(host) && !p.take(host) { // who sits at the machine may ask as fast as it answers
			w.Header().Set("Retry-After", "1")
			refuse(w, r, http.StatusTooManyRequests, "Too many requests: wait a second.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// compressed packs answers that are text and are not packed yet, for those
// who can unpack them.
func compressed(next http.Handler) http.Handler {
	writers := sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if r.Method == http.MethodHead || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		p := &packer{ResponseWriter: w, writers: &writers}
		defer p.close()
		next.ServeHTTP(p, r)
	})
}

// packer decides at the first byte whether to pack.
type packer struct {
	http.ResponseWriter
	writers *sync.Pool
	zip     *gzip.Writer
	decided bool
}

func (p *packer) WriteHeader(status int) {
	if !p.decided {
		p.decided = true
		h := p.Header()
		kind := h.Get("Content-Type")
		text := strings.HasPrefix(kind, "text/") || strings.Contains(kind, "json") || strings.Contains(kind, "svg") || strings.Contains(kind, "javascript")
		if text && h.Get("Content-Encoding") == "" && status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			// What is packed is the same thing but not the same bytes.
			if tag := h.Get("Etag"); tag != "" && !strings.HasPrefix(tag, "W/") {
				h.Set("Etag", "W/"+tag)
			}
			p.zip = p.writers.Get().(*gzip.Writer)
			p.zip.Reset(p.ResponseWriter)
		}
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *packer) Write(b []byte) (int, error) {
	if !p.decided {
		if p.Header().Get("Content-Type") == "" {
			p.Header().Set("Content-Type", http.DetectContentType(b))
		}
		p.WriteHeader(http.StatusOK)
	}
	if p.zip != nil {
		return p.zip.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// FlushError passes on what has been written so far.
func (p *packer) FlushError() error {
	if p.zip != nil {
		if err := p.zip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(p.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController through.
func (p *packer) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func (p *packer) close() {
	if p.zip == nil {
		return
	}
	_ = p.zip.Close() // whoever asked has gone
	p.zip.Reset(io.Discard)
	p.writers.Put(p.zip)
}
