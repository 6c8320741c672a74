package feed

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"faultline/ingest/fetch"
	"faultline/ingest/report"
)

// site is a server of feeds and articles, and the clock beside it.
type site struct {
	*httptest.Server
	mu       sync.Mutex
	now      time.Time
	pages    map[string]func(http.ResponseWriter, *http.Request)
	requests []string
	client   *fetch.Client
}

// LookupNetIP finds every name at the server.
func (s *site) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) pass(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
	return ctx.Err()
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), pages: map[string]func(http.ResponseWriter, *http.Request){}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		page := s.pages[r.URL.Path]
		if r.URL.Path != "/robots.txt" {
			s.requests = append(s.requests, r.URL.Path)
		}
		s.mu.Unlock()
		if page == nil {
			http.NotFound(w, r)
			return
		}
		page(w, r)
	}))
	s.client = fetch.New(fetch.Options{UserAgent: "faultline/test", Now: s.clock, Wait: s.pass, Resolver: s})
	t.Cleanup(func() { s.client.Close(); s.CloseClientConnections(); s.Close() })
	return s
}

// put sets what is at a path, with an ETag of its own.
func (s *site) put(path, contentType, content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	etag := fmt.Sprintf(`"%s"`, short(content))
	s.pages[path] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, content)
	}
}

func (s *site) handle(path string, h func(http.ResponseWriter, *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = h
}

// asked returns the requests since the last call.
func (s *site) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.requests
	s.requests = nil
	return list
}

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func (s *site) source(path string, fullText bool) *Source {
	return &Source{Client: s.client, URL: s.URL + path, FullText: fullText, Policy: fetch.Policy{Allow: loopback}, Now: s.clock}
}

// taken are the reports and skips of a poll.
type taken struct {
	reports []report.Report
	skips   []report.Skip
}

func (k *taken) sink() report.Sink {
	return report.Sink{
		Report: func(r report.Report) error { k.reports = append(k.reports, r); return nil },
		Skip:   func(s report.Skip) error { k.skips = append(k.skips, s); return nil },
	}
}

func (k *taken) keys() []string {
	list := []string{}
	for _, r := range k.reports {
		list = append(list, r.Key)
	}
	return list
}

// poll polls with a state that has been saved and read again, as callers do.
func once(t testing.TB, s *Source, st State) (taken, State, error) {
	t.Helper()
	var k taken
	b, err := json.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	var read State
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	next, err := s.Poll(context.Background(), read, k.sink())
	return k, next, err
}

func good(t testing.TB, s *Source, st State, want ...string) (taken, State) {
	t.Helper()
	k, next, err := once(t, s, st)
	if err != nil {
		t.Fatal(err)
	}
	if got := k.keys(); !reflect.DeepEqual(got, append([]string{}, want...)) {
		t.Errorf("reports %q, want %q", got, want)
	}
	return k, next
}

func entry(guid, title, text string) string {
	return fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><link>/%s</link><title>%s</title><description>%s</description><pubDate>Sun, 01 Mar 2026 09:30:00 GMT</pubDate></item>`, guid, guid, title, text)
}

func TestPoll(t *testing.T) {
	s := newSite(t)
	src := s.source("/feed", false)
	if err := src.Validate(); err != nil {
		t.Fatal(err)
	}
	s.put("/feed", "application/rss+xml", rssDoc(entry("n2", "Two", "Second.")+entry("n1", "One", "First.")))
	k, st := good(t, src, State{}, "n2", "n1")
	want := report.Report{
		Source: s.URL + "/feed", Key: "n1", Title: "One", Text: "First.", URL: "https://post.example/n1", Publisher: "Harbour Post", Language: "en-GB",
		Published: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC), Version: (&Item{Title: "One", Text: "First."}).Version(), Origin: report.Origin{File: s.URL + "/feed"},
	}
	if !reflect.DeepEqual(k.reports[1], want) {
		t.Errorf("got  %+v\nwant %+v", k.reports[1], want)
	}
	before, _ := json.Marshal(st)
	for range 2 { // nothing has changed
		k, st = good(t, src, st)
		if after, _ := json.Marshal(st); !bytes.Equal(before, after) || len(k.skips) > 0 {
			t.Errorf("idle: %s\n%s", before, after)
		}
	}
	// An item that is edited is a new version, one that is dated anew is not,
	// and one that vanished stays.
	s.put("/feed", "application/rss+xml", rssDoc(entry("n3", "Three", "Third.")+strings.Replace(entry("n2", "Two", "Second, corrected."), "09:30", "11:00", 1)))
	k, st = good(t, src, st, "n3", "n2")
	if k.reports[1].Version == (&Item{Title: "Two", Text: "Second."}).Version() {
		t.Error("the same version")
	}
	s.put("/feed", "application/rss+xml", strings.ReplaceAll(rssDoc(entry("n3", "Three", "Third.")+entry("n2", "Two", "Second, corrected.")+entry("n1", "One", "First.")), "09:30", "11:00"))
	_, st = good(t, src, st) // also the one that came back
	// From the first state all of it comes again.
	good(t, src, State{}, "n3", "n2", "n1")
	_ = st
}

// Without validators the document itself tells that nothing has changed;
// one that is written anew each time yields nothing either.
func TestIdle(t *testing.T) {
	s := newSite(t)
	n := 0
	s.handle("/feed", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, rssDoc(entry("n1", "One", "First.")))
	})
	src := s.source("/feed", false)
	_, st := good(t, src, State{}, "n1")
	_, next := good(t, src, st)
	if !reflect.DeepEqual(st, next) {
		t.Errorf("%+v, %+v", st, next)
	}
	s.handle("/feed", func(w http.ResponseWriter, _ *http.Request) {
		n++
		io.WriteString(w, strings.Replace(rssDoc(entry("n1", "One", "First.")), "<ttl>", fmt.Sprintf("<lastBuildDate>%d</lastBuildDate><ttl>", n), 1))
	})
	for range 3 {
		_, st = good(t, src, st)
	}
}

func TestKeys(t *testing.T) {
	s := newSite(t)
	src := s.source("/feed", false)
	link := func(l, title string) string {
		return `<item><title>` + title + `</title><link>` + l + `</link></item>`
	}
	// No GUIDs and no dates; duplicates.
	s.put("/feed", "text/xml", rssDoc(link("https://post.example/a", "A")+link("https://post.example/b", "B")+link("https://post.example/a", "A")+`<item><title>C</title></item>`))
	k, st := good(t, src, State{}, "https://post.example/a", "https://post.example/b", "content:"+(&Item{Title: "C", Text: "C"}).Version())
	if !k.reports[0].Published.IsZero() {
		t.Error(k.reports[0].Published)
	}
	good(t, src, st)
	// One GUID for all: links count, and go on to count.
	same := func(l, title string) string { return `<item><guid>g</guid>` + link(l, title)[6:] }
	s.put("/feed", "text/xml", rssDoc(same("https://post.example/a", "A")+same("https://post.example/b", "B")))
	_, st = good(t, src, State{}, "https://post.example/a", "https://post.example/b")
	s.put("/feed", "text/xml", rssDoc(same("https://post.example/c", "C")))
	good(t, src, st, "https://post.example/c")
	s.put("/feed", "text/xml", rssDoc(entry("n1", "One", "New.")+entry("n1", "One", "Old.")+entry("n1", "One", "New.")))
	if k, _ := good(t, src, State{}, "n1"); k.reports[0].Text != "New." || len(k.skips) != 1 || k.skips[0].Reason != ReasonRepeated {
		t.Errorf("%+v", k)
	}
	// Dates that lie ahead are slips.
	s.put("/feed", "text/xml", rssDoc(`<item><guid>1</guid><title>A</title><pubDate>2099-01-01</pubDate></item>`))
	if k, _ := good(t, src, State{}, "1"); !k.reports[0].Published.IsZero() {
		t.Error(k.reports[0].Published)
	}
}

// What is remembered of a feed does not grow for ever.
func TestStateIsBounded(t *testing.T) {
	s := newSite(t)
	src := s.source("/feed", false)
	var st State
	for day := range 30 {
		var b strings.Builder
		for i := range 100 {
			b.WriteString(entry(fmt.Sprintf("d%d-%d", day, i), "T", "x"))
		}
		s.put("/feed", "text/xml", rssDoc(b.String()))
		k, next, err := once(t, src, st)
		if err != nil || len(k.reports) != 100 {
			t.Fatal(len(k.reports), err)
		}
		st = next
	}
	b, _ := json.Marshal(st)
	if len(st.Items) != 100+goneMax || len(b) > 150_000 {
		t.Errorf("%d items, %d bytes", len(st.Items), len(b))
	}
}

func articlePage(title, text string) string {
	return `<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>` + title + ` - Harbour Post</title><meta property="og:site_name" content="The Harbour Post">
<meta property="article:published_time" content="2026-02-28T08:00:00Z"></head><body><nav><a href="/">Home</a></nav><article><h1>` + title + `</h1><p>` + text +
		`</p><p>Norland's army, which had shelled two villages the week before, withdrew its guns from the hills above the river, the observers said.</p></article></body></html>`
}

func TestFullText(t *testing.T) {
	s := newSite(t)
	src := s.source("/feed", true)
	doc := func(items ...string) string {
		return strings.ReplaceAll(rssDoc(strings.Join(items, "")), "https://post.example/", s.URL+"/")
	}
	const long = "The delegations of Norland and Sudland met in the harbour town on Sunday to talk about the border, said officials of both sides."
	s.put("/feed", "text/xml", doc(entry("n1", "One", "Short."), entry("n2", "Two", "Short."), entry("n3", "Three", "Short."), entry("n4", "Four", "Short.")))
	s.put("/n1", "text/html", articlePage("One", long))
	s.put("/n3", "application/pdf", "%PDF-1.7")
	s.put("/n4", "text/html", "<html><body></body></html>")
	k, st := good(t, src, State{}, "n1", "n2", "n3", "n4")
	r := k.reports[0]
	if !strings.HasPrefix(r.Text, long+"\n\nNorland's army") || strings.Contains(r.Text, "Home") || r.Publisher != "The Harbour Post" || r.Language != "fr" ||
		r.Title != "One" || r.URL != s.URL+"/n1" || !r.Published.Equal(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)) || r.Key != "n1" || r.Source != s.URL+"/feed" {
		t.Errorf("%+v", r)
	}
	for i, want := range []string{"404", "no page", "no article"} {
		if k.reports[i+1].Text != "Short." || k.skips[i].Reason != ReasonArticle || !strings.Contains(k.skips[i].Detail, want) {
			t.Errorf("%+v, %s", k.reports[i+1], k.skips[i])
		}
	}
	s.asked()
	good(t, src, st)
	if got := s.asked(); !reflect.DeepEqual(got, []string{"/feed"}) {
		t.Errorf("idle asks for %q", got)
	}
	// The item changes; the article has changed or not.
	s.put("/feed", "text/xml", doc(entry("n1", "One", "Short, new."), entry("n2", "Two", "Short.")))
	_, st = good(t, src, st)
	if got := s.asked(); !reflect.DeepEqual(got, []string{"/feed", "/n1"}) {
		t.Errorf("asks for %q", got)
	}
	s.put("/feed", "text/xml", doc(entry("n1", "One", "Short, newer."), entry("n2", "Two", "Short.")))
	s.put("/n1", "text/html", articlePage("One", "Corrected: "+long))
	k, st = good(t, src, st, "n1")
	if !strings.HasPrefix(k.reports[0].Text, "Corrected: ") || k.reports[0].Version == r.Version {
		t.Errorf("%+v", k.reports[0])
	}
	// A stub does not replace what the feed has.
	full := strings.Repeat("Guns fell silent. ", 60)
	s.put("/feed", "text/xml", doc(entry("n5", "Five", full)))
	s.put("/n5", "text/html", articlePage("Five", "Please log in."))
	if k, _ = good(t, src, st, "n5"); k.reports[0].Text != strings.TrimSpace(full) {
		t.Errorf("%.100q", k.reports[0].Text)
	}
}

// An article that cannot be had now is tried again, a few times.
func TestArticleLater(t *testing.T) {
	s := newSite(t)
	src := s.source("/feed", true)
	src.Policy.Interval = -1
	s.put("/feed", "text/xml", strings.ReplaceAll(rssDoc(entry("n1", "One", "Short.")+entry("n2", "Two", "Short.")+entry("n3", "Three", "Short.")), "https://post.example/", s.URL+"/"))
	broken := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }
	s.handle("/n1", broken)
	s.handle("/n2", broken)
	s.put("/n3", "text/html", articlePage("Three", "Guns fell silent along the whole river on Sunday, and the observers counted no shot until the evening."))
	k, st := good(t, src, State{})
	if !st.Pending || len(k.skips) != 2 || k.skips[0].Reason != ReasonLater {
		t.Errorf("%+v %v", st, k.skips)
	}
	if got := s.asked(); !reflect.DeepEqual(got, []string{"/feed", "/n1", "/n2"}) { // then the host is left alone
		t.Errorf("asks for %q", got)
	}
	s.put("/n1", "text/html", articlePage("One", "Guns fell silent along the whole river on Sunday, and the observers counted no shot until the evening."))
	_, st = good(t, src, st, "n1", "n3")
	for range triesMax - 3 {
		_, st = good(t, src, st)
	}
	k, st = good(t, src, st, "n2")
	if k.reports[0].Text != "Short." || st.Pending {
		t.Errorf("%+v %+v", k.reports[0], st)
	}
	good(t, src, st)
	// A server that asks to be left alone.
	s.put("/feed", "text/xml", strings.ReplaceAll(rssDoc(entry("n4", "Four", "Short.")+entry("n5", "Five", "Short.")), "https://post.example/", strings.Replace(s.URL, "127.0.0.1", "articles.example", 1)+"/"))
	s.handle("/n4", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(429)
	})
	s.handle("/n5", s.pages["/n4"])
	s.asked()
	for range triesMax + 2 { // does not count as tries but for the first
		_, st = good(t, src, st)
	}
	if n := strings.Count(strings.Join(s.asked(), " "), "/n"); n != 1 {
		t.Errorf("asked for %d articles", n)
	}
	_ = s.pass(context.Background(), time.Hour)
	s.put("/n4", "text/html", articlePage("Four", "Guns fell silent along the whole river on Sunday, and the observers counted no shot until the evening."))
	s.put("/n5", "text/html", articlePage("Five", "Guns fell silent along the whole river on Sunday, and the observers counted no shot until the evening."))
	good(t, src, st, "n4", "n5")
}

// A poll that is broken off yields the rest the next time, and nothing twice.
func TestBrokenOff(t *testing.T) {
	s := newSite(t)
	src := s.source("/feed", false)
	var b strings.Builder
	for i := range 10 {
		b.WriteString(entry(fmt.Sprint(i), "T", fmt.Sprint("Text ", i)))
	}
	s.put("/feed", "text/xml", rssDoc(b.String()))
	full := errors.New("store is full")
	for stop := range 10 {
		var k taken
		sink := k.sink()
		sink.Report = func(r report.Report) error {
			if len(k.reports) == stop {
				return full
			}
			k.reports = append(k.reports, r)
			return nil
		}
		st, err := src.Poll(context.Background(), State{}, sink)
		if err != full {
			t.Fatal(err)
		}
		rest, st, err := once(t, src, st)
		if err != nil || len(rest.reports) != 10-stop || rest.reports[0].Key != fmt.Sprint(stop) {
			t.Errorf("after %d: %q, %v", stop, rest.keys(), err)
		}
		good(t, src, st)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var k taken
	if _, err := src.Poll(ctx, State{}, k.sink()); err != context.Canceled {
		t.Error(err)
	}
}

// Servers that are hostile or broken cost their own source an error, and
// nothing else.
func TestHostileServers(t *testing.T) {
	s := newSite(t)
	stop := make(chan struct{})
	defer close(stop)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 64 {
		io.WriteString(z, strings.Repeat("<item>", 1<<20/6))
	}
	z.Close()
	good := rssDoc(entry("n1", "One", "First."))
	s.put("/good", "text/xml", good)
	s.put("/picture", "image/png", "\x89PNG\r\n\x1a\n\x00")
	s.put("/wrong-type", "image/png", good) // what it is counts, not what it is called
	s.put("/page", "text/html", "<!DOCTYPE html><html><body>Not found")
	s.put("/koi8", "text/xml; charset=koi8-r", rus(t, charmap.KOI8R, rssDoc(entry("n1", "Войска", "Отошли."))))
	s.handle("/hangs", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	})
	s.handle("/500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	s.handle("/429", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(429)
	})
	s.handle("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb.Bytes())
	})
	s.handle("/endless", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "<rss><channel>")
		for i := 0; r.Context().Err() == nil; i++ {
			if _, err := io.WriteString(w, entry(fmt.Sprint(i), "T", strings.Repeat("x", 1000))); err != nil {
				return
			}
		}
	})
	lie := func(announced int, body string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", announced, body)
			c.Close()
		}
	}
	s.handle("/longer", lie(len(good)+1000, good))
	s.handle("/shorter", lie(len(good)-15, good))
	s.handle("/cut", lie(len(good), good[:len(good)-100]))
	s.handle("/inside", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.0.0.1/feed", http.StatusFound)
	})
	s.handle("/metadata", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://[::1]:80/feed", http.StatusMovedPermanently)
	})
	s.put("/robots.txt", "text/plain", "User-agent: faultline\nDisallow: /refused\n")
	s.put("/refused", "text/xml", good)
	for path, want := range map[string]any{
		"/good": 1, "/wrong-type": 1, "/koi8": 1, "/longer": 1, "/shorter": 1,
		"/picture": ErrNoFeed, "/page": ErrHTML, "/hangs": fetch.ErrTimeout, "/500": 500, "/429": 429, "/404": 404, "/bomb": fetch.ErrTooLarge,
		"/endless": fetch.ErrTooLarge, "/cut": io.ErrUnexpectedEOF, "/inside": fetch.ErrAddress, "/metadata": fetch.ErrAddress, "/refused": fetch.ErrRobots,
	} {
		src := s.source(path, false)
		src.URL = strings.Replace(src.URL, "127.0.0.1", strings.Trim(path, "/")+".example", 1)
		src.Policy.Timeout = 300 * time.Millisecond
		if path != "/hangs" {
			src.Policy.Timeout = 10 * time.Second
		}
		src.Policy.MaxBytes = 1 << 20
		k, st, err := once(t, src, State{})
		switch want := want.(type) {
		case int:
			if want == 1 {
				if err != nil || len(k.reports) != 1 {
					t.Errorf("%s: %d reports, %v", path, len(k.reports), err)
				}
				continue
			}
			var status *fetch.StatusError
			if !errors.As(err, &status) || status.Code != want {
				t.Errorf("%s: %v", path, err)
			}
		case error:
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", path, err, want)
			}
		}
		if len(k.reports) > 0 || !reflect.DeepEqual(st, State{}) {
			t.Errorf("%s: %d reports, state %+v", path, len(k.reports), st)
		}
		if path == "/429" {
			if at, ok := fetch.RetryAt(err); !ok || at.Before(s.clock().Add(9*time.Minute)) {
				t.Errorf("retry at %v", at)
			}
		}
	}
}

func rus(t testing.TB, e *charmap.Charmap, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A feed that has moved for good is asked for at its new place, and at the
// old one when that is gone; its reports keep their source.
func TestMoved(t *testing.T) {
	s := newSite(t)
	src := s.source("/old", false)
	s.handle("/old", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/new", http.StatusMovedPermanently) })
	s.put("/new", "text/xml", rssDoc(entry("n1", "One", "First.")))
	k, st := good(t, src, State{}, "n1")
	if st.Moved != s.URL+"/new" || k.reports[0].Source != s.URL+"/old" {
		t.Errorf("%+v %+v", st, k.reports[0])
	}
	s.asked()
	s.put("/new", "text/xml", rssDoc(entry("n2", "Two", "Second.")))
	_, st = good(t, src, st, "n2")
	if got := s.asked(); !reflect.DeepEqual(got, []string{"/new"}) {
		t.Errorf("%q", got)
	}
	s.put("/old", "text/xml", rssDoc(entry("n3", "Three", "Third.")))
	s.handle("/new", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	_, st, err := once(t, src, st)
	if err == nil || st.Moved != "" {
		t.Errorf("%+v %v", st, err)
	}
	good(t, src, st, "n3")
	st.Moved = s.URL + "/sold"
	s.put("/sold", "text/html", "<!DOCTYPE html><html><body>This name is for sale")
	if _, st, err = once(t, src, st); !errors.Is(err, ErrHTML) || st.Moved != "" {
		t.Errorf("%+v %v", st, err)
	}
}

func TestValidate(t *testing.T) {
	c := fetch.New(fetch.Options{UserAgent: "x", Now: time.Now})
	for _, s := range []Source{
		{URL: "https://a.example/", Now: time.Now}, {Client: c, URL: "https://a.example/"}, {Client: c, Now: time.Now, URL: "a.example"}, {Client: c, Now: time.Now},
		{Client: c, Now: time.Now, URL: "file:///etc/passwd"},
	} {
		if s.Validate() == nil {
			t.Errorf("%+v", s)
		}
	}
}
