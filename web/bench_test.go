package web_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// readers is how many read at the same time.
const readers = 50

// BenchmarkReaders has 50 readers go through the views, each with a
// connection of its own, and tells requests a second and how long the slowest
// hundredth waited. It asks the server whose address FAULTLINE_SITE is, while
// that loads or not, else one over 100,000 made-up events to which another
// goroutine goes on adding, 200 at a time.
func BenchmarkReaders(b *testing.B) {
	site := os.Getenv("FAULTLINE_SITE")
	if site == "" {
		d := newDesk(b)
		d.crowd(100_000)
		d.graph.Fresh()
		server := httptest.NewServer(d.server)
		b.Cleanup(server.Close)
		site = server.URL
		end := make(chan struct{})
		var writing sync.WaitGroup
		writing.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
					d.crowd(200)
				}
			}
		})
		b.Cleanup(func() { close(end); writing.Wait() })
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers}}
	get := func(path string) []byte {
		resp, err := client.Get(site + path)
		if err != nil {
			b.Error(err)
			return nil
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Errorf("%s: %d %v", path, resp.StatusCode, err)
		}
		return body
	}
	// What readers look at: what the first pages lead to.
	link := regexp.MustCompile(`href="(/(?:relation|event|actor)/[^"#]+)"`)
	paths := []string{"/", "/?rank=level", "/actors", "/map", "/search?q=attack", "/loads"}
	for _, first := range []string{"/", "/?rank=level", "/actors"} {
		for _, m := range link.FindAllSubmatch(get(first), -1) {
			if path := string(m[1]); !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	var mu sync.Mutex
	var waits []time.Duration
	b.ResetTimer()
	began := time.Now()
	var group sync.WaitGroup
	for i := range readers {
		group.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			var own []time.Duration
			for range (b.N + readers - 1) / readers {
				at := time.Now()
				get(paths[r.IntN(len(paths))])
				own = append(own, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			waits = append(waits, own...)
		})
	}
	group.Wait()
	took := time.Since(began)
	b.StopTimer()
	slices.Sort(waits)
	b.ReportMetric(float64(len(waits))/took.Seconds(), "requests/s")
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(float64(len(paths)), "views")
}

// crowd writes n events among 400 actors over twenty years, the latest
// thickest, in batches of at most 1,000.
func (d *desk) crowd(n int) {
	d.t.Helper()
	r := rand.New(rand.NewPCG(7, uint64(d.n)))
	types := schema.EventTypes()
	last := schema.DayOf(today())
	for n > 0 {
		var b graph.Batch
		seen := make(map[schema.EventID]bool)
		for range min(n, 1000) {
			x, y := int(400*r.Float64()*r.Float64()), int(400*r.Float64()*r.Float64())
			if x == y {
				y++
			}
			one := d.happened(types[r.IntN(len(types))], crowdActor(x), crowdActor(y), last-schema.Day(7300*r.Float64()*r.Float64()), schema.Asserted, "They attacked each other, somebody said.", "actor:courier")
			if seen[one.Events[0].ID] {
				continue
			}
			seen[one.Events[0].ID] = true
			b.Events, b.Reports, b.Claims = append(b.Events, one.Events...), append(b.Reports, one.Reports...), append(b.Claims, one.Claims...)
		}
		for i := range 401 {
			b.Actors = append(b.Actors, schema.Actor{ID: crowdActor(i), Name: crowdActor(i).Slug(), Kind: schema.State})
		}
		d.events = d.events[:60] // the tests of views want the first ones
		d.write(b)
		n -= 1000
	}
}

func crowdActor(n int) schema.ActorID {
	return schema.MakeActorID("crowd " + string(rune('a'+n%20)) + string(rune('a'+n/20)))
}
