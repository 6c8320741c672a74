package gdelt

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/ingest/fetch"
	"faultline/ingest/report"
)

// mirror publishes slots as GDELT does, with a clock beside it.
type mirror struct {
	*httptest.Server
	mu       sync.Mutex
	now      time.Time
	newest   time.Time
	files    map[string][]byte // packed, by name
	hidden   map[string]bool   // not to be had, and not in the list
	unlisted map[string]bool   // in no list
	spoilt   map[string]bool   // damaged, while the list has the right MD5
	tails    bool              // the server can cut off the end of a list
	requests []string
	answer   func(name string, w http.ResponseWriter) bool // goes before
}

func newMirror(t testing.TB) *mirror {
	t.Helper()
	m := &mirror{files: map[string][]byte{}, hidden: map[string]bool{}, unlisted: map[string]bool{}, spoilt: map[string]bool{}, tails: true}
	m.Server = httptest.NewServer(m)
	t.Cleanup(func() { m.CloseClientConnections(); m.Close() })
	return m
}

func (m *mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	name := path.Base(r.URL.Path)
	if name == "robots.txt" {
		http.NotFound(w, r)
		return
	}
	m.requests = append(m.requests, name)
	if m.answer != nil && m.answer(name, w) {
		return
	}
	var content []byte
	switch name {
	case "lastupdate.txt", "lastupdate-translation.txt":
		content = m.list(m.newest, strings.Contains(name, "translation"))
	case "masterfilelist.txt", "masterfilelist-translation.txt":
		content = m.list(time.Time{}, strings.Contains(name, "translation"))
		if !m.tails {
			w.Write(content)
			return
		}
	default:
		var ok bool
		if content, ok = m.files[name]; !ok || m.hidden[name] {
			http.NotFound(w, r)
			return
		}
		if m.spoilt[name] {
			content = bytes.Clone(content)
			content[len(content)/2] ^= 1
		}
	}
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, md5.Sum(content)))
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}

// list names the files of one slot, or of all up to the newest.
func (m *mirror) list(slot time.Time, translated bool) []byte {
	names := []string{}
	for name := range m.files {
		_, at, tr, _ := parseName(name)
		if tr == translated && !m.hidden[name] && !m.unlisted[name] && (at.Equal(slot) || slot.IsZero() && !at.After(m.newest)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var b bytes.Buffer
	for _, name := range names {
		fmt.Fprintf(&b, "%d %x http://data.example.org/gdeltv2/%s\n", len(m.files[name]), md5.Sum(m.files[name]), name)
	}
	return b.Bytes()
}

// publish adds the files of a slot: events, and mentions of events by number
// and slot.
func (m *mirror) publish(t testing.TB, slot time.Time, translated bool, events []string, mentions []string) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	for kind, rows := range map[Kind][]string{Events: events, Mentions: mentions} {
		content := strings.Join(rows, "\n")
		if len(rows) > 0 {
			content += "\n"
		}
		m.files[path.Base(SlotURL("", slot, kind, translated))] = pack(t, content)
	}
	if slot.After(m.newest) {
		m.newest = slot
	}
}

func (m *mirror) clock() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *mirror) set(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = now
}

func (m *mirror) pass(ctx context.Context, d time.Duration) error { return ctx.Err() }

// change changes what the server has.
func (m *mirror) change(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}

// answers sets what goes before.
func (m *mirror) answers(f func(name string, w http.ResponseWriter) bool) {
	m.change(func() { m.answer = f })
}

func (m *mirror) asked() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.requests
	m.requests = nil
	return list
}

func (m *mirror) source() *Source {
	c := fetch.New(fetch.Options{UserAgent: "faultline/test", Now: m.clock, Wait: m.pass})
	return &Source{
		Client: c, Base: m.URL + "/gdeltv2", Mentions: true, Now: m.clock,
		Policy: fetch.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Interval: -1},
	}
}

func stamp(t time.Time) string { return t.Format("20060102150405") }

func eventAt(id int, slot time.Time) string {
	return event{id: fmt.Sprint(id), added: stamp(slot), day: slot.Format("20060102"), url: fmt.Sprintf("https://a.example/%d", id)}.row()
}

func mentionAt(id int, of, slot time.Time, n int) string {
	return mention(fmt.Sprint(id), stamp(of), stamp(slot), "1", "b.example", fmt.Sprintf("https://b.example/%d/%d", id, n), "1", "-1", "5", "9", "60", "0", "")
}

// polled polls with a state that has been saved and read again.
func polled(t testing.TB, s *Source, st State) (keys []string, skips map[string]int, next State, err error) {
	t.Helper()
	b, err := json.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	var read State
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	skips = map[string]int{}
	next, err = s.Poll(context.Background(), read, report.Sink{
		Report: func(r report.Report) error { keys = append(keys, r.Key); return nil },
		Skip:   func(s report.Skip) error { skips[s.Reason]++; return nil },
	})
	return keys, skips, next, err
}

func quarter(n int) time.Time {
	return time.Date(2021, 3, 5, 12, 0, 0, 0, time.UTC).Add(time.Duration(n) * SlotLength)
}

func TestPollFollows(t *testing.T) {
	m := newMirror(t)
	s := m.source()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		m.publish(t, quarter(n), false, []string{eventAt(n, quarter(n))}, []string{mentionAt(n, quarter(n), quarter(n), 1)})
	}
	m.set(quarter(2).Add(time.Minute))
	keys, _, st, err := polled(t, s, State{})
	own := func(n int) string { return fmt.Sprintf("%d\thttps://a.example/%d", n, n) }
	said := func(n, k int) string { return fmt.Sprintf("%d\thttps://b.example/%d/%d\t1\t-1\t5\t9", n, n, k) }
	if err != nil || !reflect.DeepEqual(keys, []string{own(2), said(2, 1)}) { // the newest alone
		t.Fatalf("%q %v", keys, err)
	}
	if got := m.asked(); !reflect.DeepEqual(got, []string{"lastupdate.txt", "20210305123000.export.CSV.zip", "20210305123000.mentions.CSV.zip"}) {
		t.Errorf("asked %q", got)
	}
	keys, skips, next, err := polled(t, s, st)
	if err != nil || len(keys) > 0 || len(skips) > 0 || !reflect.DeepEqual(next, st) || next.Behind() {
		t.Errorf("idle: %q %v %+v %v", keys, skips, next, err)
	}
	if got := m.asked(); !reflect.DeepEqual(got, []string{"lastupdate.txt"}) {
		t.Errorf("idle asked %q", got)
	}
	// Downtime: the list of all files fills the gap, MD5s and all.
	for n := 3; n < 8; n++ {
		m.publish(t, quarter(n), false, []string{eventAt(n, quarter(n))}, []string{mentionAt(2, quarter(2), quarter(n), n), mentionAt(n-1, quarter(n-1), quarter(n), n), mentionAt(0, quarter(0), quarter(n), n)})
	}
	m.set(quarter(7).Add(time.Minute))
	s.MaxSlots = 3
	keys, skips, st, err = polled(t, s, st)
	want := []string{own(3), said(2, 3), said(2, 3), own(4), said(2, 4), said(3, 4), own(5), said(2, 5), said(4, 5)}
	if err != nil || !reflect.DeepEqual(keys, want) || !st.Behind() || skips[ReasonNoEvent] != 3 {
		t.Errorf("%q %v %v", keys, skips, err)
	}
	// A restart reads the events again that mentions need.
	m.asked()
	s = m.source()
	keys, _, st, err = polled(t, s, st)
	if err != nil || !reflect.DeepEqual(keys, []string{own(6), said(2, 6), said(5, 6), own(7), said(2, 7), said(6, 7)}) || st.Behind() {
		t.Errorf("%q %v", keys, err)
	}
	asked := strings.Join(m.asked(), " ")
	for _, name := range []string{stamp(quarter(2)) + ".export", stamp(quarter(5)) + ".export", "masterfilelist.txt"} {
		if strings.Count(asked, name) != 1 {
			t.Errorf("%s: asked %s", name, asked)
		}
	}
}

func TestSince(t *testing.T) {
	for _, tails := range []bool{true, false} {
		m := newMirror(t)
		m.tails = tails
		for n := range 400 {
			m.publish(t, quarter(n), false, []string{eventAt(n, quarter(n))}, nil)
		}
		m.set(quarter(400))
		s := m.source()
		s.Since = quarter(300).Add(time.Second)
		s.MaxSlots = 50
		var st State
		n := 301
		for first := true; first || st.Behind(); first = false {
			keys, _, next, err := polled(t, s, st)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range keys {
				if want := fmt.Sprintf("%d\thttps://a.example/%d", n, n); k != want {
					t.Fatalf("%q, want %q", k, want)
				}
				n++
			}
			st = next
		}
		if n != 400 {
			t.Errorf("%d", n)
		}
	}
	m := newMirror(t)
	m.publish(t, quarter(0), false, []string{eventAt(1, quarter(0))}, nil)
	m.set(quarter(0))
	s := m.source()
	s.Since = time.Date(1979, 1, 1, 0, 0, 0, 0, time.UTC)
	s.MaxSlots = 2
	if _, _, st, err := polled(t, s, State{}); err != nil || !st.English.First.Equal(firstSlot) || len(st.English.Missing) != 2 {
		t.Errorf("%+v %v", st, err)
	}
}

func TestGaps(t *testing.T) {
	name := func(n int, kind Kind) string { return path.Base(SlotURL("", quarter(n), kind, false)) }
	for what, fault := range map[string]func(m *mirror, on bool){
		"missing events":   func(m *mirror, on bool) { m.hidden[name(2, Events)] = on },
		"missing mentions": func(m *mirror, on bool) { m.hidden[name(2, Mentions)] = on },
		"unlisted":         func(m *mirror, on bool) { m.unlisted[name(2, Events)] = on },
		"wrong MD5":        func(m *mirror, on bool) { m.spoilt[name(2, Events)] = on },
		"damaged mentions": func(m *mirror, on bool) { m.spoilt[name(2, Mentions)] = on },
		"500": func(m *mirror, on bool) {
			m.answer = nil
			if on {
				m.answer = func(n string, w http.ResponseWriter) bool {
					if n == name(2, Events) {
						w.WriteHeader(500)
					}
					return n == name(2, Events)
				}
			}
		},
	} {
		m := newMirror(t)
		for n := range 6 {
			m.publish(t, quarter(n), false, []string{eventAt(n, quarter(n))}, []string{mentionAt(max(n-1, 0), quarter(max(n-1, 0)), quarter(n), n)})
		}
		s := m.source()
		s.Since = quarter(0)
		m.set(quarter(5))
		all, _, _, err := polled(t, s, State{})
		if err != nil || len(all) != 12 {
			t.Fatal(all, err)
		}
		m.change(func() { fault(m, true) })
		s = m.source()
		s.Since = quarter(0)
		keys, skips, st, err := polled(t, s, State{})
		if err != nil || len(keys) != 9 || skips[ReasonMissing] != 1 || len(st.English.Missing) != 1 || st.Behind() {
			t.Errorf("%s: %q %v %+v %v", what, keys, skips, st, err)
		}
		m.asked()
		_, skips, next, err := polled(t, s, st) // too early to ask again
		if got := m.asked(); err != nil || len(skips) > 0 || !reflect.DeepEqual(got, []string{"lastupdate.txt"}) || !reflect.DeepEqual(st, next) {
			t.Errorf("%s: asked %q", what, got)
		}
		m.set(quarter(6))
		_, skips, st, err = polled(t, s, st)
		if err != nil || len(skips) > 0 || st.English.Missing[0].Tries != 2 {
			t.Errorf("%s: %v %+v %v", what, skips, st, err)
		}
		m.change(func() { fault(m, false) })
		m.set(quarter(20))
		late, _, st, err := polled(t, s, st)
		if err != nil || len(st.English.Missing) > 0 || len(st.English.Waiting) > 0 {
			t.Errorf("%s: %+v %v", what, st, err)
		}
		got := append(keys, late...)
		slices.Sort(got)
		slices.Sort(all)
		if !reflect.DeepEqual(got, all) {
			t.Errorf("%s:\n got %q\nwant %q", what, got, all)
		}
	}
}

func TestGivenUp(t *testing.T) {
	m := newMirror(t)
	for n := range 4 {
		m.publish(t, quarter(n), false, []string{eventAt(n, quarter(n))}, []string{mentionAt(1, quarter(1), quarter(n), n)})
	}
	m.change(func() { m.hidden[path.Base(SlotURL("", quarter(1), Events, false))] = true })
	s := m.source()
	s.Since = quarter(0)
	var st State
	lost, tries := 0, 0
	for day := range 20 {
		m.set(quarter(4).Add(time.Duration(day) * 24 * time.Hour))
		_, skips, next, err := polled(t, s, st)
		if err != nil {
			t.Fatal(err)
		}
		st = next
		lost += skips[ReasonLost]
		for _, g := range st.English.Missing {
			tries = g.Tries
		}
	}
	if lost != 1 || tries < 10 || len(st.English.Missing) > 0 || len(st.English.Waiting) > 0 {
		t.Errorf("lost %d, %d tries, %+v", lost, tries, st)
	}
}

// Trouble with the server ends the poll, not the stream.
func TestServerTrouble(t *testing.T) {
	m := newMirror(t)
	for n := range 5 {
		m.publish(t, quarter(n), false, []string{eventAt(n, quarter(n))}, nil)
	}
	m.set(quarter(5))
	stop := make(chan struct{})
	defer close(stop)
	fresh := func() *Source {
		s := m.source()
		s.Since = quarter(0)
		return s
	}
	answers := func(code int, only string) func(string, http.ResponseWriter) bool {
		return func(name string, w http.ResponseWriter) bool {
			if !strings.Contains(name, only) {
				return false
			}
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(code)
			return true
		}
	}
	m.answers(answers(503, "lastupdate"))
	_, _, st, err := polled(t, fresh(), State{})
	if at, ok := fetch.RetryAt(err); !ok || !at.Equal(quarter(5).Add(10*time.Minute)) || !reflect.DeepEqual(st, State{}) {
		t.Errorf("%v %+v", err, st)
	}
	m.answers(answers(429, stamp(quarter(2))))
	keys, _, st, err := polled(t, fresh(), State{})
	if _, ok := fetch.RetryAt(err); !ok || len(keys) != 2 || !st.English.Through.Equal(quarter(1)) || len(st.English.Missing) > 0 {
		t.Errorf("%q %v %+v", keys, err, st)
	}
	m.answers(answers(404, "masterfilelist"))
	keys, _, st, err = polled(t, fresh(), State{})
	if !errors.Is(err, errList) || len(keys) != 1 || len(st.English.Missing) != 4 { // the newest one goes on
		t.Errorf("%q %v %+v", keys, err, st)
	}
	m.answers(func(name string, w http.ResponseWriter) bool { io.WriteString(w, "<html>Maintenance"); return true })
	if _, _, _, err = polled(t, fresh(), State{}); !errors.Is(err, errList) {
		t.Error(err)
	}
	m.answers(func(name string, w http.ResponseWriter) bool {
		if strings.Contains(name, "export") {
			panic(http.ErrAbortHandler)
		}
		return false
	})
	keys, _, st, err = polled(t, fresh(), State{})
	if !fetch.Temporary(err) || len(keys) > 0 || len(st.English.Missing) != failuresMax || !st.Behind() {
		t.Errorf("%q %v %+v", keys, err, st)
	}
	m.answers(nil)
	full := errors.New("full")
	got, err := fresh().Poll(context.Background(), State{}, report.Sink{Report: func(report.Report) error { return full }, Skip: func(report.Skip) error { return nil }})
	if err != full || !got.English.Through.Equal(quarter(-1)) {
		t.Errorf("%v %+v", err, got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	got, err = fresh().Poll(ctx, State{}, report.Sink{Report: func(report.Report) error {
		if n++; n == 3 {
			cancel()
		}
		return nil
	}, Skip: func(report.Skip) error { return nil }})
	if err != context.Canceled || got.English.Through.After(quarter(2)) || len(got.English.Missing) > 0 {
		t.Errorf("%v %+v", err, got)
	}
	m.set(quarter(0).Add(-2 * time.Hour)) // files of the future
	if _, skips, _, err := polled(t, fresh(), State{}); !errors.Is(err, errList) || skips[ReasonFuture] == 0 {
		t.Errorf("%v %v", skips, err)
	}
}

func TestStreams(t *testing.T) {
	m := newMirror(t)
	for n := range 2 {
		m.publish(t, quarter(n), false, []string{eventAt(n, quarter(n))}, nil)
		m.publish(t, quarter(n), true, []string{eventAt(100+n, quarter(n))}, []string{mention(fmt.Sprint(100+n), stamp(quarter(n)), stamp(quarter(n)), "1", "c.example", "https://c.example/", "1", "-1", "5", "9", "60", "0", "srclc:spa;eng:GT-SPA 1.0")})
	}
	m.set(quarter(1))
	for _, c := range []struct {
		english, translated bool
		want                int
	}{{false, false, 1}, {true, false, 1}, {false, true, 2}, {true, true, 3}} {
		s := m.source()
		s.English, s.Translated = c.english, c.translated
		keys, _, _, err := polled(t, s, State{})
		if err != nil || len(keys) != c.want {
			t.Errorf("%+v: %q %v", c, keys, err)
		}
	}
	// One stream in trouble does not stop the other.
	m.answers(func(name string, w http.ResponseWriter) bool {
		if name == "lastupdate.txt" {
			w.WriteHeader(500)
		}
		return name == "lastupdate.txt"
	})
	s := m.source()
	s.English, s.Translated = true, true
	keys, _, st, err := polled(t, s, State{})
	if err == nil || len(keys) != 2 || st.Translated.Through.IsZero() {
		t.Errorf("%q %v", keys, err)
	}
}

func TestSourceFilters(t *testing.T) {
	m := newMirror(t)
	m.publish(t, quarter(0), false, []string{
		eventAt(1, quarter(0)), event{id: "2", actor1: actor("USA", "x", "USA"), actor2: actor("CAN", "y", "CAN"), added: stamp(quarter(0))}.row(),
	}, []string{mentionAt(1, quarter(0), quarter(0), 1), mentionAt(2, quarter(0), quarter(0), 2)})
	m.set(quarter(0))
	s := m.source()
	s.Filter.Countries = []string{"MLI"}
	keys, skips, _, err := polled(t, s, State{})
	if err != nil || len(keys) != 2 || skips[ReasonFiltered] != 1 || skips[ReasonNoEvent] != 1 {
		t.Errorf("%q %v %v", keys, skips, err)
	}
}

func TestCache(t *testing.T) {
	m := newMirror(t)
	dir := t.TempDir()
	fresh := func() *Source {
		s := m.source()
		s.Cache, s.Window = dir, time.Hour
		return s
	}
	var st State
	m.publish(t, quarter(0), false, []string{eventAt(0, quarter(0))}, nil)
	for n := 1; n < 8; n++ {
		m.publish(t, quarter(n), false, []string{eventAt(n, quarter(n))}, []string{mentionAt(n-1, quarter(n-1), quarter(n), n), mentionAt(0, quarter(0), quarter(n), n)})
		m.set(quarter(n))
		m.asked()
		keys, skips, next, err := polled(t, fresh(), st)
		if want := 3; err != nil || n > 1 && n <= 4 && skips[ReasonLongAgo] > 0 || n > 4 && skips[ReasonLongAgo] != 1 || len(keys) > want {
			t.Errorf("%d: %q %v %v", n, keys, skips, err)
		}
		if got := strings.Join(m.asked(), " "); n > 1 && strings.Count(got, "export") != 1 {
			t.Errorf("%d: asked %s", n, got)
		}
		st = next
	}
	kept, err := os.ReadDir(dir)
	if err != nil || len(kept) != 5 { // an hour
		t.Errorf("%v %v", kept, err)
	}
	// A damaged file in the folder is fetched again.
	if err := os.WriteFile(dir+"/"+kept[4].Name(), []byte("PK"), 0o644); err != nil {
		t.Fatal(err)
	}
	m.publish(t, quarter(8), false, nil, []string{mentionAt(7, quarter(7), quarter(8), 8)})
	if keys, _, _, err := polled(t, fresh(), st); err != nil || len(keys) != 1 {
		t.Errorf("%q %v", keys, err)
	}
}

// A week with 5 % of the files missing, late or damaged and restarts in
// between yields what a week without trouble does.
func TestWeek(t *testing.T) {
	const slots = 672
	m := newMirror(t)
	random := rand.New(rand.NewPCG(1, 2))
	var events, mentions [slots][]string
	for n := range slots {
		for k := range 2 {
			events[n] = append(events[n], eventAt(10*n+k, quarter(n)))
		}
		for k := range 4 {
			of := n - min(int(random.ExpFloat64()*8), n)
			mentions[n] = append(mentions[n], mentionAt(10*of+k%2, quarter(of), quarter(n), k))
		}
	}
	clean := map[string]bool{}
	run := func(faulty bool, into map[string]bool) State {
		m.change(func() { m.files, m.newest = map[string][]byte{}, time.Time{} })
		trouble := map[string]int{} // the slot from which on the file is sound
		s := m.source()
		s.Since = quarter(0)
		var st State
		for n := 0; n < slots+200; n++ {
			if n < slots {
				m.publish(t, quarter(n), false, events[n], mentions[n])
				for _, kind := range []Kind{Events, Mentions} {
					if faulty && random.IntN(20) == 0 {
						name := path.Base(SlotURL("", quarter(n), kind, false))
						trouble[name] = n + 1 + random.IntN(150)
						m.change(func() { []map[string]bool{m.hidden, m.unlisted, m.spoilt}[random.IntN(3)][name] = true })
					}
				}
			}
			for name, until := range trouble {
				if n >= until {
					m.change(func() {
						delete(m.hidden, name)
						delete(m.unlisted, name)
						delete(m.spoilt, name)
					})
				}
			}
			m.set(quarter(n).Add(2 * time.Minute))
			if faulty && random.IntN(4) == 0 {
				continue // down
			}
			if faulty && random.IntN(10) == 0 {
				s = m.source() // restarted
				s.Since = quarter(0)
			}
			stop := -1
			if faulty && random.IntN(10) == 0 {
				stop = random.IntN(20) // killed: what was yielded is in the store, the state is the old one
			}
			killed := errors.New("killed")
			next, err := s.Poll(context.Background(), st, report.Sink{
				Report: func(r report.Report) error {
					if stop--; stop == 0 {
						return killed
					}
					into[r.Key] = true
					return nil
				},
				Skip: func(report.Skip) error { return nil },
			})
			if err == killed {
				s = m.source()
				s.Since = quarter(0)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			st = next
		}
		return st
	}
	run(false, clean)
	got := map[string]bool{}
	st := run(true, got)
	if len(st.English.Missing) > 0 || len(st.English.Waiting) > 0 || len(clean) < slots*4 {
		t.Errorf("%+v, %d reports", st, len(clean))
	}
	if !reflect.DeepEqual(got, clean) {
		t.Errorf("%d reports, want %d", len(got), len(clean))
	}
}

func TestSourceValidate(t *testing.T) {
	good := newMirror(t).source()
	for name, change := range map[string]func(*Source){
		"client": func(s *Source) { s.Client = nil }, "clock": func(s *Source) { s.Now = nil }, "window": func(s *Source) { s.Window = -1 },
		"slots": func(s *Source) { s.MaxSlots = -1 }, "base": func(s *Source) { s.Base = "data" }, "country": func(s *Source) { s.Filter.Countries = []string{"Syria"} },
	} {
		s := *good
		change(&s)
		if err := s.Validate(); err == nil || !strings.HasPrefix(err.Error(), "gdelt: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzState(f *testing.F) {
	f.Add([]byte(`{"english":{"first":"2021-03-05T12:00:00Z","through":"2021-03-05T12:00:00Z","newest":"2021-03-05T13:00:00Z","missing":[{"slot":"2021-03-05T11:00:00Z"}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var st State
		if json.Unmarshal(b, &st) != nil {
			return
		}
		now := quarter(4)
		due := st.English.due(now, 96)
		if len(due) > 97+len(st.English.Missing) || !slices.IsSortedFunc(due, time.Time.Compare) {
			t.Errorf("%v", due)
		}
		for _, slot := range due {
			st.English.failed(slot, now)
			st.English.done(slot, []time.Time{slot})
		}
		if again := st.English.due(now, 96); st.English.behind() && len(due) > 0 && reflect.DeepEqual(again, due) {
			t.Errorf("%v again", due)
		}
		st.English.ready()
	})
}
