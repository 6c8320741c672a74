package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"faultline/graph"
	"faultline/ingest"
	"faultline/ingest/config"
	"faultline/ingest/fetch"
	"faultline/ingest/gazetteer"
	"faultline/ingest/gdelt"
	"faultline/ingest/resolve"
	"faultline/ingest/schedule"
	"faultline/schema"
)

// What a slot has.
const (
	eventsOfSlot  = 4
	mentionOfSlot = 5
)

// defect is what is wrong with the files of a slot, until it is mended.
type defect struct {
	kind  string // late: nobody knows of it; missing: listed and not there; damaged: another byte than the list's MD5 says
	files gdelt.Kind
	until time.Time
}

// week is a server that publishes a week of GDELT, a slot each quarter of an
// hour of the clock.
type week struct {
	first   time.Time
	files   map[string][]byte    // by name
	lines   map[string]string    // of the lists
	names   [][2]string          // of the two files of each slot
	defects map[time.Time]defect // none for a server without faults
}

func (w *week) slot(n int) time.Time { return w.first.Add(time.Duration(n) * gdelt.SlotLength) }

// newWeek makes the files.
func newWeek(first time.Time, slots int, random *rand.Rand) (*week, error) {
	w := &week{first: first, names: make([][2]string, slots), files: map[string][]byte{}, lines: map[string]string{}, defects: map[time.Time]defect{}}
	actors := [][2]string{{"RUS", "RUSSIA"}, {"TUR", "TURKEY"}, {"SYR", "SYRIA"}, {"ISR", "ISRAEL"}, {"IRN", "IRAN"}, {"USA", "UNITED STATES"},
		{"LBN", "LEBANON"}, {"SYRREB", "REBEL"}, {"RUSMIL", "RUSSIAN ARMY"}, {"", ""}}
	codes := []string{"190", "042", "112", "173", "057", "036", "0231", "010", "195"}
	places := [][3]string{{"Aleppo, Halab, Syria", "36.2", "37.15"}, {"Beirut, Beyrouth, Lebanon", "33.87", "35.5"}, {"", "", ""}}
	event := func(id int, slot time.Time) string {
		row := make([]string, 61)
		a, b, place := actors[random.IntN(len(actors))], actors[random.IntN(len(actors)-1)], places[random.IntN(len(places))]
		row[0], row[1] = fmt.Sprint(id), slot.AddDate(0, 0, -random.IntN(2)*7).Format("20060102")
		row[5], row[6], row[15], row[16] = a[0], a[1], b[0], b[1]
		row[7], row[17] = a[0][:min(3, len(a[0]))], b[0][:min(3, len(b[0]))]
		row[25], row[26] = "1", codes[random.IntN(len(codes))]
		row[27], row[28], row[29], row[30] = row[26][:3], row[26][:2], "4", "-10"
		row[31], row[32], row[33], row[34] = "3", "1", "3", "-2.5"
		row[35], row[43], row[51] = "0", "0", "0"
		if place[0] != "" {
			row[51], row[52], row[53], row[56], row[57] = "4", place[0], "SY", place[1], place[2]
		}
		row[59], row[60] = slot.Format("20060102150405"), fmt.Sprintf("https://outlet%d.example/%d", id%7, id/2)
		return strings.Join(row, "\t")
	}
	mention := func(id int, of, slot time.Time, n int) string {
		return strings.Join([]string{fmt.Sprint(id), of.Format("20060102150405"), slot.Format("20060102150405"), "1",
			fmt.Sprintf("echo%d.example", n), fmt.Sprintf("https://echo%d.example/%s/%d", n, slot.Format("0102-1504"), id), fmt.Sprint(1 + n), "-1", "5", "9", "1", "60", "900", "-1", "", ""}, "\t")
	}
	for n := range slots {
		slot := w.slot(n)
		var events, mentions []string
		for i := range eventsOfSlot {
			events = append(events, event(n*eventsOfSlot+i, slot))
		}
		for i := range mentionOfSlot {
			of := max(0, n-random.IntN(2)*random.IntN(90)) // up to 22 hours ago
			mentions = append(mentions, mention(of*eventsOfSlot+random.IntN(eventsOfSlot), w.slot(of), slot, i))
		}
		for k, rows := range [][]string{events, mentions} {
			url := gdelt.SlotURL("http://127.0.0.1/gdeltv2", slot, []gdelt.Kind{gdelt.Events, gdelt.Mentions}[k], false)
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			member, err := z.Create(strings.TrimSuffix(path.Base(url), ".zip"))
			if err == nil {
				_, err = member.Write([]byte(strings.Join(rows, "\n") + "\n"))
			}
			if err = errors.Join(err, z.Close()); err != nil {
				return nil, err
			}
			name := path.Base(url)
			w.names[n][k], w.files[name] = name, b.Bytes()
			w.lines[name] = fmt.Sprintf("%d %x %s\n", b.Len(), md5.Sum(b.Bytes()), url)
		}
	}
	return w, nil
}

// spoil damages so many slots, for a quarter of an hour up to two days.
func (w *week) spoil(random *rand.Rand, share float64) {
	for _, n := range random.Perm(len(w.names))[:int(share*float64(len(w.names)))] {
		w.defects[w.slot(n)] = defect{
			kind:  []string{"late", "missing", "damaged"}[random.IntN(3)],
			files: []gdelt.Kind{gdelt.Events, gdelt.Mentions, ""}[random.IntN(3)],
			until: w.slot(n).Add(15*time.Minute + time.Duration(random.Int64N(int64(48*time.Hour)))),
		}
	}
}

// now is what is wrong with a file now.
func (w *week) now(n, k int) string {
	d, ok := w.defects[w.slot(n)]
	if !ok || !time.Now().Before(d.until) {
		return ""
	}
	if d.kind != "late" && d.files == []gdelt.Kind{gdelt.Mentions, gdelt.Events}[k] {
		return "" // the other file is at fault
	}
	return d.kind
}

func (w *week) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	name := path.Base(in.URL.Path)
	published := min(len(w.names), 1+int(time.Since(w.first)/gdelt.SlotLength))
	var content []byte
	switch name {
	case "lastupdate.txt":
		for n := published - 1; n >= 0 && content == nil; n-- {
			if w.now(n, 0) != "late" {
				content = []byte(w.lines[w.names[n][0]] + w.lines[w.names[n][1]])
			}
		}
	case "masterfilelist.txt":
		var b bytes.Buffer
		for n := range published {
			for k := range 2 {
				if w.now(n, k) != "late" {
					b.WriteString(w.lines[w.names[n][k]])
				}
			}
		}
		content = b.Bytes()
	default:
		for n := range published {
			k := slices.Index(w.names[n][:], name)
			if k < 0 {
				continue
			}
			switch w.now(n, k) {
			case "":
				content = w.files[name]
			case "damaged":
				content = bytes.Clone(w.files[name])
				content[len(content)/2] ^= 1
			}
		}
	}
	if content == nil {
		http.NotFound(out, in)
		return
	}
	http.ServeContent(out, in, name, time.Time{}, bytes.NewReader(content))
}

// pipes is a listener without a network, whose connections wait in a way
// that lets the clock of a bubble go on.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// dying is a store whose process dies at a write: before it or after it.
type dying struct {
	ingest.Store
	writes int // until then; −1 for never
	after  bool
	die    func()
}

func (d *dying) Write(ctx context.Context, b *graph.Batch) (graph.Written, error) {
	if d.writes--; d.writes == -1 && !d.after {
		d.die()
		runtime.Goexit() // nothing of this run happens any more
	}
	w, err := d.Store.Write(ctx, b)
	if d.writes == -1 && d.after {
		d.die()
		runtime.Goexit()
	}
	return w, err
}

// life is one process of a watch: it opens the store and the records, runs
// until ctx is done or it dies, and counts its runs.
func (w *week) life(t *testing.T, ctx context.Context, folder string, net *pipes, resolver *resolve.Resolver, writes int, after bool) (runs int) {
	t.Helper()
	ctx, die := context.WithCancel(ctx)
	defer die()
	store, err := openStore(ctx, "cayley:"+filepath.Join(folder, "store"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	records, err := schedule.OpenFolder(filepath.Join(folder, "state"))
	if err != nil {
		t.Fatal(err)
	}
	client := fetch.New(fetch.Options{UserAgent: "faultline/test", Now: time.Now, Dial: net.dial})
	defer client.Close()
	every, err := schedule.Every(gdelt.SlotLength)
	if err != nil {
		t.Fatal(err)
	}
	c := config.Source{Name: "gdelt", Kind: config.GDELT, URL: "http://127.0.0.1/gdeltv2", Mentions: true, Since: w.first, When: every, Robots: true,
		Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	source, err := newSource(sourceTools{client: client, now: time.Now, cache: filepath.Join(folder, "cache")}, c)
	if err != nil {
		t.Fatal(err)
	}
	opts := schedule.Options{
		Store:   &dying{Store: &following{opened: store}, writes: writes, after: after, die: die},
		Job:     ingest.Job{Resolver: resolver, CoderID: "none", Version: "v", Now: time.Now, Workers: 1},
		Records: records, Parallel: 1, Retry: schedule.DefaultRetry, Random: func() float64 { return 0.5 },
		Log: slog.New(slog.DiscardHandler),
		Ran: func(r schedule.Run) {
			runs++
			if r.Err != nil && !errors.Is(r.Err, context.Canceled) {
				t.Errorf("at %v: %v", r.Started, r.Err)
			}
		},
	}
	entries := []schedule.Entry{{Name: c.Name, Of: identity(c), Source: source, When: every, Jitter: time.Minute}}
	var process sync.WaitGroup
	process.Go(func() { // dies alone
		s, err := schedule.New(ctx, opts, entries)
		if err == nil {
			err = s.Run(ctx)
		}
		if err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
	process.Wait()
	return runs
}

// graphOf is what a store holds, without loads and times of recording.
func graphOf(t *testing.T, spec string) map[string]map[string]string {
	t.Helper()
	store, err := openStore(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	verify(t, store)
	ctx := context.WithoutCancel(t.Context())
	return map[string]map[string]string{
		"actors": nodes(t, store.Actors(ctx, graph.ActorFilter{}), func(a *schema.Actor) string { return string(a.ID) }),
		"places": nodes(t, store.Places(ctx, graph.PlaceFilter{}), func(p *schema.Place) string { return string(p.ID) }),
		"events": nodes(t, store.Events(ctx, graph.EventFilter{}), func(e *schema.Event) string { return string(e.ID) }),
		"reports": nodes(t, store.Reports(ctx, graph.ReportFilter{}), func(r *schema.Report) string {
			r.LoadedIn = nil
			return string(r.ID)
		}),
		"claims": nodes(t, store.Claims(ctx, graph.ClaimFilter{}), func(c *schema.Claim) string {
			c.Recorded = time.Time{}
			return string(c.ID)
		}),
	}
}

// TestWeek simulates a week of GDELT of which a twentieth of the slots is
// late, missing or damaged at first, loaded by a watch that is stopped and
// killed at random moments, and wants the graph that a server without faults
// and an undisturbed watch make.
func TestWeek(t *testing.T) {
	actors, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	resolver := resolve.New(actors)
	slots := 672
	if testing.Short() {
		slots = 96 // a day
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	clean, rough := t.TempDir(), t.TempDir()
	run := func(disturbed bool, folder string) {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(time.Date(2024, time.March, 4, 0, 0, 0, 0, time.UTC)))
			random := rand.New(rand.NewPCG(seed, 1))
			w, err := newWeek(time.Now(), slots, random)
			if err != nil {
				t.Fatal(err)
			}
			net := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
			server := &http.Server{Handler: w}
			var served sync.WaitGroup
			served.Go(func() { _ = server.Serve(net) })
			defer served.Wait()
			defer server.Close()
			end := w.slot(slots).Add(4 * 24 * time.Hour) // defects last up to two days, and are tried again each twelve hours
			if !disturbed {
				time.Sleep(time.Until(w.slot(slots)))
				end = time.Now().Add(time.Hour)
			} else {
				w.spoil(random, 0.05)
			}
			lives, killed, runs := 0, 0, 0
			for time.Now().Before(end) {
				lives++
				length, writes := time.Until(end), -1
				if disturbed {
					length = min(length, time.Duration(random.Int64N(int64(10*time.Hour))))
					if random.IntN(2) == 0 {
						writes = random.IntN(30)
						killed++
					}
				}
				ctx, cancel := context.WithTimeout(t.Context(), length)
				runs += w.life(t, ctx, folder, net, resolver, writes, random.IntN(2) == 0)
				cancel()
				if disturbed && random.IntN(3) == 0 {
					time.Sleep(time.Duration(random.Int64N(int64(5 * time.Hour)))) // down
				}
			}
			time.Sleep(time.Minute) // of the bubble: closed stores end their last goroutine by a timer
			t.Logf("%d lives, up to %d of them killed, %d runs, %d defects", lives, killed, runs, len(w.defects))
		})
	}
	run(false, clean)
	want := graphOf(t, "cayley:"+filepath.Join(clean, "store"))
	if n := len(want["reports"]); n < slots*eventsOfSlot*3/4 {
		t.Fatalf("the clean week has only %d reports", n)
	}
	run(true, rough)
	compare(t, want, graphOf(t, "cayley:"+filepath.Join(rough, "store")))
	if t.Failed() {
		t.Logf("seed %d", seed)
	}
}
