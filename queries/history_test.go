package queries

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"faultline/graph"
	"faultline/queries/series"
	"faultline/schema"
)

// record makes a Record of asserted events between a and b, a row for each
// day of a list.
func record(t testing.TB, days []schema.Day) *Record {
	t.Helper()
	rows := series.Rows{Actors: []schema.Actor{
		{ID: "actor:a", Name: "A", Kind: schema.State, Country: "AAA"},
		{ID: "actor:b", Name: "B", Kind: schema.State, Country: "BBB"},
	}}
	for _, d := range days {
		e := schema.Event{Type: schema.Accuse, Day: d, Initiators: []schema.ActorID{"actor:a"}, Recipients: []schema.ActorID{"actor:b"}}
		e.ID = graph.EventID(e)
		rows.Claims = append(rows.Claims, series.Row{
			Event: e.ID, Claim: graph.ClaimID("report:1", e.ID, ""), Type: e.Type, Day: d, Precision: schema.PrecisionDay,
			Initiators: e.Initiators, Recipients: e.Recipients, Status: schema.Asserted, Publisher: "wire",
			Recorded: time.Unix(1, 0),
		})
	}
	s, err := series.Open("")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Append(1, rows); err != nil {
		t.Fatal(err)
	}
	return NewRecord(s.View(), nil)
}

func days(list ...string) (days []schema.Day) {
	for _, s := range list {
		d, err := schema.ParseDay(s)
		if err != nil {
			panic(err)
		}
		days = append(days, d)
	}
	return days
}

func TestExposure(t *testing.T) {
	// Two events 60 days apart, a gap of two years, two events on one day.
	list := days("2020-01-10", "2020-03-10", "2022-03-05", "2022-03-05")
	r := record(t, list)
	end := list[3] + 30
	x := r.exposed(end, time.Time{})
	counts := func(d schema.Day) bool { return d >= list[0] && d <= list[1] || d >= list[2] }
	for _, start := range days("2020-01-01", "2020-01-10", "2020-01-11", "2020-02-01", "2020-03-10", "2020-03-11", "2021-01-01", "2022-03-05", "2022-03-06", "2022-04-03") {
		want := 0.0
		for d := list[0]; d < start; d++ {
			if counts(d) {
				want += math.Exp2(-float64(start-d) / 720)
			}
		}
		if got := x.before(start); math.Abs(got-want) > 1e-9 {
			t.Errorf("exposure before %s: got %v, want %v", start, got, want)
		}
	}
	// The end is far: all after the last event is a gap.
	far := list[3] + 400
	if got, want := r.exposed(far, time.Time{}).before(far), r.exposed(end, time.Time{}).before(list[3]+1)*math.Exp2(-399.0/720); math.Abs(got-want) > 1e-9 {
		t.Errorf("exposure long after the last event: %v, want %v", got, want)
	}
	if got := record(t, nil).exposed(end, time.Time{}).before(end); got != 0 {
		t.Errorf("exposure of an empty record: %v", got)
	}
}

// With one past event the reading follows from the formulas by hand.
func TestReading(t *testing.T) {
	list := days("2020-01-01", "2020-12-20", "2020-12-24", "2020-12-30")
	end := list[3] + 2
	m := read(list, end-30, end, record(t, list).exposed(end, time.Time{}))
	w := math.Exp2(-float64(end-30-list[0]) / 720)
	exposure := 0.0
	for d := list[0]; d < end-30; d++ { // the window starts on 2 December
		exposure += math.Exp2(-float64(end-30-d) / 720)
	}
	expected := 30 * (0.6 + w) / (150 + exposure)
	if m.hostile != 3 || math.Abs(m.expected-expected) > 1e-9 {
		t.Fatalf("h = %d, μ = %v; want 3, %v", m.hostile, m.expected, expected)
	}
	// Of its 11 past windows one has an event, of weight v.
	var n, v float64
	for k := 1; k <= 11; k++ {
		n += math.Exp2(-30 * float64(k) / 720)
	}
	v = math.Exp2(-330.0 / 720)
	if list[0] < end-30-330 {
		v = 0
	}
	phi := 0.1
	if v > 0 {
		mean := v / n
		phi = (n*math.Max(0, (v/n-mean*mean-mean)/(mean*mean)) + 0.6) / (n + 6)
	}
	size := 1 / (1/(0.6+w) + expected/(expected+10)*phi)
	if math.Abs(m.size-size) > 1e-9 || math.Abs(m.surprise-surprise(3, size, expected)) > 1e-9 {
		t.Errorf("size %v, R %v; want %v, %v", m.size, m.surprise, size, surprise(3, size, expected))
	}
	low, mid, high := m.ratio()
	if want := 3.5 / (expected + 0.5); math.Abs(mid-want) > 1e-9 || math.Abs(low*high-mid*mid) > 1e-9 || low >= mid {
		t.Errorf("ratio %v (%v..%v), want %v", mid, low, high, want)
	}
}

// alarms runs with sums that it carries along; each day must come out as if
// it were read alone.
func TestAlarmsReadEveryDay(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var list []schema.Day
	for d := schema.Day(15000); d < 16500; d++ {
		p := 0.02
		if d%500 > 400 {
			p = 0.3
		}
		if r.Float64() < p {
			list = append(list, d)
		}
	}
	rec := record(t, list)
	first, end := list[0], list[len(list)-1]+1
	x := rec.exposed(end, time.Time{})
	var want []Alarm
	last, peak, weak := first-1000, 0, false
	for d := first; d < end; d++ {
		m := read(list, d-29, d+1, x)
		if m.hostile < 2 || m.surprise < 2 {
			continue
		}
		again := d-last <= 30
		last = d
		if again && m.hostile < 3*peak && (!weak || m.surprise < 5) {
			continue
		}
		peak, weak = m.hostile, m.surprise < 2.5
		want = append(want, Alarm{d, m.hostile, 0, m.expected, m.surprise, gradeOf(m.surprise, m.hostile), again, turn(list, d+1, x)})
	}
	got := alarms(list, list, first, end, 30, x)
	if len(want) < 3 {
		t.Fatalf("only %d alarms: the test tells nothing", len(want))
	}
	if !slices.EqualFunc(got, want, func(a, b Alarm) bool {
		return a.Day == b.Day && a.Hostile == b.Hostile && a.Grade == b.Grade && a.Again == b.Again && a.Turned == b.Turned &&
			math.Abs(a.Surprise-b.Surprise) < 1e-6 && math.Abs(a.Expected-b.Expected) < 1e-9
	}) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// A watch that grows is an alarm again before there are three times as many
// events; an alert that grows as much is not.
func TestWatchGrows(t *testing.T) {
	var list []schema.Day
	for d := schema.Day(15000); d < 17000; d += 40 {
		list = append(list, d)
	}
	const crisis = 17000
	for _, tc := range []struct {
		name  string
		burst []schema.Day // days of the crisis
		want  []bool       // of the alarms, whether again
	}{
		{"a watch", []schema.Day{0, 2, 4, 6, 7, 8, 9, 10, 11, 12}, []bool{false, true}},
		{"an alert", []schema.Day{0, 0, 0, 0, 0, 6, 7, 8, 9, 10}, []bool{false}},
	} {
		days := slices.Clone(list)
		for _, d := range tc.burst {
			days = append(days, crisis+d)
		}
		end := days[len(days)-1] + 1
		x := record(t, days).exposed(end, time.Time{})
		var got []bool
		for _, a := range alarms(days, days, days[0], end, 30, x) {
			if a.Day >= crisis {
				got = append(got, a.Again)
				t.Logf("%s: %+v", tc.name, a)
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: alarms again %v, want %v", tc.name, got, tc.want)
		}
	}
}

// Hundreds of events a month that swing by a third are seldom an alarm,
// though a Poisson rate so well known would make most of them one.
func TestDenseDataVaries(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var list []schema.Day
	for month := range 60 {
		n := int(500 * math.Exp(0.35*r.NormFloat64()))
		for i := range n {
			list = append(list, schema.Day(15000+30*month+i*30/n))
		}
	}
	x := exposure{first: 15000, sum: make([]float64, 1801)}
	for i := range 1800 {
		x.sum[i+1] = (x.sum[i] + 1) * decay(1)
	}
	alarming, naive := 0, 0
	for month := 24; month < 60; month++ {
		start := schema.Day(15000 + 30*month)
		m := read(list, start, start+30, x)
		if m.surprise >= 2 {
			alarming++
		}
		count := 0.6
		for _, d := range list {
			if d < start {
				count += decay(int(start - d))
			}
		}
		if surprise(m.hostile, count, m.expected) >= 2 {
			naive++
		}
	}
	if alarming > 6 || naive < 3*alarming {
		t.Errorf("%d of 36 months alarm, %d without the dispersion", alarming, naive)
	}
}

func TestTurn(t *testing.T) {
	list := days("2020-01-01", "2020-02-01", "2021-11-20", "2021-12-20", "2021-12-21", "2021-12-22")
	end := list[5] + 1
	x := record(t, list).exposed(end, time.Time{})
	if got := turn(list, end, x); got != list[3] {
		t.Errorf("turned on %s, want %s", got, list[3])
	}
}

func TestSqueeze(t *testing.T) {
	var list []Bucket
	for i := range 10 {
		list = append(list, Bucket{Window: Window{schema.Day(i), schema.Day(i + 1)}, Quiet: i < 3, Conflict: Tally{AToB: 1}, Cooperation: Tally{Mutual: i}})
	}
	got := Squeeze(list, 4)
	want := []Bucket{
		{Window{0, 3}, true, Tally{Mutual: 3}, Tally{AToB: 3}},
		{Window{3, 6}, false, Tally{Mutual: 12}, Tally{AToB: 3}},
		{Window{6, 9}, false, Tally{Mutual: 21}, Tally{AToB: 3}},
		{Window{9, 10}, false, Tally{Mutual: 9}, Tally{AToB: 1}},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := Squeeze(list, 10); !slices.Equal(got, list) {
		t.Errorf("squeezed what fits: %v", got)
	}
}

func TestUnits(t *testing.T) {
	for d := schema.Day(-800); d < 800; d++ {
		for _, u := range []Unit{UnitWeek, UnitMonth} {
			n := u.number(d)
			if from, to := u.start(n), u.start(n+1); d < from || d >= to {
				t.Fatalf("%s: %s is not in [%s, %s)", u, d, from, to)
			}
		}
		if from := UnitWeek.start(UnitWeek.number(d)); from.Time().Weekday() != time.Monday {
			t.Fatalf("week of %s starts on %s", d, from)
		}
	}
}
