package feed

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/ingest/fetch"
	"faultline/ingest/report"
)

// press is a server of many feeds, each under a name of its own, on the real
// clock.
type press struct {
	*httptest.Server
	client *fetch.Client
	mu     sync.Mutex
	last   map[string]time.Time
	close  time.Duration // the shortest time between two requests to one host
	asked  int
}

// LookupNetIP finds every name at the server.
func (p *press) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

const newsText = `<p>The delegations of Norland and Sudland met in the harbour town on Sunday to talk about the border, said officials of both sides who asked not to be named.</p>
<p>Norland's army, which had shelled two villages the week before, withdrew its guns from the hills above the river, the observers' mission reported on Monday.</p>`

func newPress(b *testing.B, items int) *press {
	b.Helper()
	p := &press{last: map[string]time.Time{}, close: time.Hour}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		p.mu.Lock()
		p.asked++
		if last, ok := p.last[r.Host]; ok {
			p.close = min(p.close, now.Sub(last))
		}
		p.last[r.Host] = now
		p.mu.Unlock()
		switch {
		case r.URL.Path == "/robots.txt":
			io.WriteString(w, "User-agent: *\nDisallow: /search\n")
		case r.URL.Path == "/feed":
			w.Header().Set("ETag", `"1"`)
			if r.Header.Get("If-None-Match") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			var list strings.Builder
			for i := range items {
				fmt.Fprintf(&list, `<item><guid isPermaLink="false">%s-%d</guid><link>/story/%d</link><title>Story %d of %s</title><description><![CDATA[%s]]></description><pubDate>Sun, 01 Mar 2026 09:30:00 GMT</pubDate></item>`,
					r.Host, i, i, i, r.Host, newsText)
			}
			io.WriteString(w, strings.ReplaceAll(rssDoc(list.String()), "https://post.example/", "http://"+r.Host+"/"))
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			menu := strings.Repeat(`<li><a href="/section">Another section of the paper</a></li>`, 150)
			fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><head><title>Story</title></head><body><nav><ul>%s</ul></nav><article><h1>Story</h1><p>At %s.</p>%s</article><aside>%s</aside></body></html>`,
				menu, r.URL.Path, strings.Repeat(newsText, 4), menu)
		}
	}))
	p.client = fetch.New(fetch.Options{UserAgent: "faultline/benchmark", Now: time.Now, Resolver: p})
	b.Cleanup(func() { p.client.Close(); p.CloseClientConnections(); p.Close() })
	return p
}

// poll polls all feeds beside each other, and returns how many reports came.
func (p *press) poll(b *testing.B, sources []*Source, states []State, beside int) int {
	b.Helper()
	slots := make(chan struct{}, beside)
	var wg sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for i, s := range sources {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			next, err := s.Poll(context.Background(), states[i], report.Sink{
				Report: func(report.Report) error { mu.Lock(); n++; mu.Unlock(); return nil },
				Skip:   func(s report.Skip) error { return errors.New(s.String()) },
			})
			if err != nil {
				b.Error(err)
			}
			states[i] = next
		})
	}
	wg.Wait()
	return n
}

func (p *press) sources(n int, fullText bool) ([]*Source, []State) {
	var list []*Source
	for i := range n {
		url := strings.Replace(p.URL, "127.0.0.1", fmt.Sprintf("paper%d.example", i), 1) + "/feed"
		list = append(list, &Source{Client: p.client, URL: url, FullText: fullText, Policy: fetch.Policy{Allow: loopback}, Now: time.Now})
	}
	return list, make([]State, n)
}

const (
	benchFeeds = 200
	benchItems = 50
)

// BenchmarkNewItems polls 200 feeds with 50 new items each, 16 at a time.
func BenchmarkNewItems(b *testing.B) { newItems(b, false, 16) }

// BenchmarkNewArticles fetches the 50 articles behind the items besides, a
// second apart at each of the 200 hosts.
func BenchmarkNewArticles(b *testing.B) { newItems(b, true, benchFeeds) }

func newItems(b *testing.B, fullText bool, beside int) {
	for b.Loop() {
		p := newPress(b, benchItems)
		sources, states := p.sources(benchFeeds, fullText)
		if n := p.poll(b, sources, states, beside); n != benchFeeds*benchItems {
			b.Errorf("%d reports", n)
		}
		if p.close < fetch.DefaultInterval/2 { // as the server sees it, on a machine that may be busy
			b.Errorf("a host was asked again after %v", p.close)
		}
		b.ReportMetric(p.close.Seconds(), "s-apart")
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/1e6, "MB")
}

// BenchmarkIdle polls 200 feeds that have not changed.
func BenchmarkIdle(b *testing.B) {
	p := newPress(b, benchItems)
	sources, states := p.sources(benchFeeds, false)
	for _, s := range sources {
		s.Policy.Interval = -1 // the first polls are not what is measured
	}
	p.poll(b, sources, states, 16)
	for _, s := range sources {
		s.Policy.Interval = 0
	}
	for b.Loop() {
		before := fmt.Sprint(states)
		if n := p.poll(b, sources, states, 16); n != 0 || fmt.Sprint(states) != before {
			b.Errorf("%d reports, or something to be kept", n)
		}
		b.StopTimer()
		time.Sleep(fetch.DefaultInterval) // feeds are not polled each second
		b.StartTimer()
	}
}

func BenchmarkParse(b *testing.B) {
	var list strings.Builder
	for i := range benchItems {
		list.WriteString(entry(fmt.Sprint(i), "A story", "<![CDATA["+newsText+"]]>"))
	}
	doc := []byte(rssDoc(list.String()))
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(doc, "text/xml", at); err != nil {
			b.Fatal(err)
		}
	}
}

// TestMemory lets many hostile servers answer at once.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	zipped := func(before, fill string, size int, after string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		io.WriteString(z, before)
		for range size / len(fill) {
			io.WriteString(z, fill)
		}
		io.WriteString(z, after)
		z.Close()
		return b.Bytes()
	}
	const large = MaxBytes - 1000
	bodies := map[string][]byte{
		"/items":    zipped(`<rss><channel>`, `<item><title>T</title></item>`, large, `</channel></rss>`),
		"/deep":     zipped(`<rss><channel><item>`, `<a>`, large, ``),
		"/text":     zipped(`<rss><channel><item><title>T</title><description>`, `x `, large, `</description></item></channel></rss>`),
		"/markup":   zipped(`<rss><channel><item><title>T</title><description><![CDATA[`, `<b>x`, large, `]]></description></item></channel></rss>`),
		"/pieces":   zipped(`<rss><channel>`, `<item><title>T</title><description><![CDATA[<p>x]]></description></item>`, large, ``),
		"/json":     zipped(`{"version":"https://jsonfeed.org/version/1","title":"T","items":[`, `{"id":"1","title":"T"},`, large, `{}]}`),
		"/entities": zipped(`<rss><channel><item><title>`, `&amp;`, large, `</title></item></channel></rss>`),
		"/feed":     []byte(rssDoc(`<item><guid>1</guid><title>T</title><link>/page</link></item><item><guid>2</guid><title>T</title><link>/styles</link></item>`)),
		"/page":     zipped("<html><body>", "<p a b c d>x", 12*90_000, ""),
		"/styles":   zipped("<html><body><b><b><b>", "<p>x", 4*90_000, ""),
	}
	s := newSite(t)
	for path, b := range bodies {
		s.handle(path, func(w http.ResponseWriter, _ *http.Request) {
			if path != "/feed" {
				w.Header().Set("Content-Encoding", "gzip")
			}
			if path == "/page" || path == "/styles" {
				w.Header().Set("Content-Type", "text/html")
			}
			w.Write(bytes.ReplaceAll(b, []byte("https://post.example/"), []byte("/")))
		})
	}
	var wg sync.WaitGroup
	for round := range 2 {
		for path := range bodies {
			src := s.source(path, true)
			src.URL = strings.Replace(src.URL, "127.0.0.1", fmt.Sprintf("h%d%s.example", round, strings.Trim(path, "/")), 1)
			src.Policy.Interval, src.Policy.Timeout = -1, 2*time.Minute
			wg.Go(func() {
				var k taken
				_, _ = src.Poll(context.Background(), State{}, k.sink()) // some yield something, some are errors
			})
		}
	}
	wg.Wait()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.Sys > 300e6 {
		t.Errorf("%d MB were taken from the system", m.Sys/1e6)
	}
	t.Logf("%d MB", m.Sys/1e6)
}
