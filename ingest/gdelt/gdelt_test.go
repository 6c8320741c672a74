package gdelt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"faultline/ingest/report"
	"faultline/schema"
)

// blank is an actor or a place of which nothing is known.
var (
	noActor = strings.Repeat("\t", 9)
	noPlace = "0" + strings.Repeat("\t", 7)
)

// actor makes the ten cells of an actor.
func actor(code, name, country string) string {
	return code + "\t" + name + "\t" + country + strings.Repeat("\t", 7)
}

// event makes a row of 61 cells.
type event struct {
	id, day, actor1, actor2, root, code, mentions string
	place1, place2, place                         string
	added, url                                    string
}

func (e event) row() string {
	or := func(s *string, d string) {
		if *s == "" {
			*s = d
		}
	}
	or(&e.id, "900000001")
	or(&e.day, "20210305")
	or(&e.actor1, actor("FRAGOV", "PARIS OFFICIALS", "FRA"))
	or(&e.actor2, actor("MLI", "MALI", "MLI"))
	or(&e.root, "1")
	or(&e.code, "042")
	or(&e.mentions, "4")
	or(&e.place1, noPlace)
	or(&e.place2, noPlace)
	or(&e.place, noPlace)
	or(&e.added, "20210305121500")
	or(&e.url, "https://www.example.org:443/a?b=1")
	return strings.Join([]string{
		e.id, e.day, "202103", "2021", "2021.17", e.actor1, e.actor2, e.root, e.code, "042", "04", "1", "1.9",
		e.mentions, "1", e.mentions, "-2.04081632653061", e.place1, e.place2, e.place, e.added, e.url,
	}, "\t")
}

// old makes a row of version 1.0, with a URL or without one.
func (e event) old(withURL bool) string {
	cut := func(s string) string { // ADM2 away
		c := strings.Split(s, "\t")
		return strings.Join(append(c[:4:4], c[5:]...), "\t")
	}
	c := strings.Split(e.row(), "\t")
	row := strings.Join(c[:35], "\t") + "\t" + cut(strings.Join(c[35:43], "\t")) + "\t" +
		cut(strings.Join(c[43:51], "\t")) + "\t" + cut(strings.Join(c[51:59], "\t")) + "\t" + c[59][:8]
	if withURL {
		row += "\t" + c[60]
	}
	return row
}

func collect(t testing.TB, read func(context.Context, io.Reader, string, Options, report.Sink) error, in string, opts Options) (reports []report.Report, skips []string) {
	t.Helper()
	err := read(context.Background(), strings.NewReader(in), "f", opts, report.Sink{
		Report: func(r report.Report) error { reports = append(reports, r); return nil },
		Skip:   func(s report.Skip) error { skips = append(skips, s.String()); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return reports, skips
}

func one(t testing.TB, row string) report.Report {
	t.Helper()
	reports, skips := collect(t, Read, row+"\n", Options{})
	if len(reports) != 1 || len(skips) > 0 {
		t.Fatalf("%q: %v, %v", row, reports, skips)
	}
	return reports[0]
}

func TestEvent(t *testing.T) {
	got := one(t, event{place: "4\tGao, Gao, Mali\tML\tML01\t1900\t16.27\t0\t-1000"}.row())
	want := report.Report{
		Source: "gdelt", Key: "900000001\thttps://www.example.org:443/a?b=1", Publisher: "example.org",
		Published: time.Date(2021, 3, 5, 12, 15, 0, 0, time.UTC), URL: "https://www.example.org:443/a?b=1",
		Coded: []report.Row{{
			Initiator: "PARIS OFFICIALS", InitiatorIs: report.Party{Code: "FRAGOV", Country: "FRA", Kind: schema.Population},
			Recipient: "MALI", RecipientIs: report.Party{Code: "MLI", Country: "MLI", Kind: schema.Population},
			Code: "042", Day: schema.MakeDay(2021, 3, 5), Detail: "4 mentions, tone -2.0",
			Place: report.Place{Name: "Gao, Gao, Mali", Country: "MLI", Latitude: 16.27, Longitude: 0, Located: true},
		}},
		Origin: report.Origin{File: "f", Line: 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestWidths(t *testing.T) {
	e := event{url: "BBC Monitoring", place: "4\tGao, Gao, Mali\tML\tML01\t\t16.27\t-0.05\t-1000"}
	for name, c := range map[string]struct{ row, key, publisher string }{
		"61": {e.row(), "900000001\tBBC Monitoring", "BBC Monitoring"},
		"58": {e.old(true), "900000001\tBBC Monitoring", "BBC Monitoring"},
		"57": {e.old(false), "900000001\t", ""},
	} {
		r := one(t, c.row)
		if r.Key != c.key || r.Publisher != c.publisher || r.URL != "" || r.Coded[0].Place.Latitude != 16.27 || r.Coded[0].Place.Longitude != -0.05 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := one(t, e.old(true)); !r.Published.Equal(time.Date(2021, 3, 5, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("day of arrival: %v", r.Published)
	}
	for _, n := range []int{2, 16, 56, 59, 60, 62, 120} {
		_, skips := collect(t, Read, strings.Repeat("\t", n-1), Options{})
		if want := fmt.Sprintf("f:1: row does not have 57, 58 or 61 cells: %d cells", n); len(skips) != 1 || skips[0] != want {
			t.Errorf("%d cells: %v", n, skips)
		}
	}
}

func TestEventQuirks(t *testing.T) {
	for _, c := range []struct {
		name  string
		e     event
		check func(Event) bool
	}{
		{"country without name and coordinates", event{place: "1\t\tYI\tYI\t\t\t\tYI"},
			func(e Event) bool { return e.Place.Type == GeoCountry && e.Place.Country == "YI" && !e.Place.Located }},
		{"FIPS is not ISO", event{place: "1\tAustralia\tAS\tAS\t\t-27\t133\tAS"},
			func(e Event) bool { p := e.Place.place(); return p.Country == "AUS" && p.Latitude == -27 && p.Located }},
		{"alphanumeric division", event{place: "4\tLondon, London, City of, United Kingdom\tUK\tUKH9\t\t51.5\t-0.116667\t-2601889"},
			func(e Event) bool {
				return e.Place.ADM1 == "UKH9" && e.Place.Name == "London, London, City of, United Kingdom"
			}},
		{"sea", event{place: "4\tBlack Sea, Oceans (general), Oceans\tOS\tOS00\t\t43\t35\t-1"},
			func(e Event) bool { return e.Place.place().Country == "" && e.Place.Located }},
		{"state's feature is text", event{place: "2\tIowa, United States\tUS\tUSIA\t\t42.0046\t-93.214\tIA"},
			func(e Event) bool { return e.Place.Feature == "IA" && e.Place.Type == GeoUSState }},
		{"province of three parts", event{place: "5\tHampshire, Hampshire, United Kingdom\tUK\tUKF2\t40\t51\t-1\t-2"},
			func(e Event) bool { return e.Place.Type == GeoProvince && e.Place.ADM2 == "40" }},
		{"ADM2 in one block only", event{place: "3\tX, Minnesota, United States\tUS\tUSMN\tMN143\t44\t-94\t1", place1: "3\tX, Minnesota, United States\tUS\tUSMN\t\t44\t-94\t1"},
			func(e Event) bool { return e.Place.ADM2 == "MN143" && e.Place1.ADM2 == "" && e.Place1.Located }},
		{"mojibake and C1", event{place: "4\tTa\u0091izz, Bolír, Yemen\tYM\tYM25\t1\t13.5\t44\t3"},
			func(e Event) bool { return e.Place.Name == "Ta\u0091izz, Bolír, Yemen" }},
		{"invalid latitude", event{place: "4\tX\tYM\tYM25\t1\t93\t44\t3"},
			func(e Event) bool { return !e.Place.Located }},
		{"old place that is missing", event{place: "\t\t\t\t\t0\t0\t0"},
			func(e Event) bool { return !e.Place.Located && e.Place.Type == GeoNone }},
		{"a year ago", event{day: "20200305"},
			func(e Event) bool { return e.Day == schema.MakeDay(2020, 3, 5) && e.Added.Year() == 2021 }},
		{"a later day than the arrival", event{day: "20210405"}, func(e Event) bool { return e.Day == schema.MakeDay(2021, 4, 5) }},
		{"code with its zero", event{code: "0233"}, func(e Event) bool { return e.Code == "0233" }},
		{"number 0", event{id: "0"}, func(e Event) bool { return e.ID == 0 }},
		{"leading blank", event{actor2: actor(" UIS", "THE INTERNATIONAL COMMUNITY", "")}, func(e Event) bool { return e.Actor2.Code == "UIS" }},
		{"digits in a code", event{actor2: actor("CHRPRO210", "CHURCH", "")}, func(e Event) bool { return e.Actor2.Code == "CHRPRO210" }},
		{"place for an actor", event{actor2: actor("ISR", "JERUSALEM", "ISR")}, func(e Event) bool { return e.Actor2.Name == "JERUSALEM" }},
		{"quotation marks are data", event{actor2: actor("ISR", `"A"`, "ISR")}, func(e Event) bool { return e.Actor2.Name == `"A"` }},
		{"one actor only", event{actor1: noActor}, func(e Event) bool { return e.Actor1 == Actor{} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, reason, detail := ParseEvent(c.e.row())
			if reason != "" || !c.check(e) {
				t.Errorf("%+v, %s %s", e, reason, detail)
			}
			one(t, c.e.row())
		})
	}
	t.Run("Goldstein blank or without fraction", func(t *testing.T) {
		for cell, want := range map[string]float64{"": 0, "1": 1, "-10.0": -10, "x": 0, "NaN": 0} {
			c := strings.Split(event{}.row(), "\t")
			c[30] = cell
			if e, reason, _ := ParseEvent(strings.Join(c, "\t")); reason != "" || e.Goldstein != want {
				t.Errorf("%q: %v %s", cell, e.Goldstein, reason)
			}
		}
	})
}

func TestEventSkips(t *testing.T) {
	for _, c := range []struct {
		name, row, want string
	}{
		{"id", event{id: "x1"}.row(), `f:1: event number does not parse: "x1"`},
		{"date", event{day: "20210231"}.row(), `f:1: date does not parse: "20210231"`},
		{"short date", event{day: "2021"}.row(), `f:1: date does not parse: "2021"`},
		{"arrival", event{added: "20210305126500"}.row(), `f:1: time of arrival does not parse: "20210305126500"`},
		{"code", event{code: "999"}.row(), `f:1: unknown CAMEO code: "999"`},
		{"statement", event{code: "010"}.row(), `f:1: plain statement, no event (CAMEO 01): 010`},
		{"nobody", event{actor1: noActor, actor2: noActor}.row(), `f:1: neither actor is known: 900000001`},
		{"long", strings.Repeat("x", rowMax+9), `f:1: line is too long: 1048585 bytes, at most 1048576`},
	} {
		reports, skips := collect(t, Read, c.row, Options{})
		if len(reports) > 0 || len(skips) != 1 || skips[0] != c.want {
			t.Errorf("%s: %v, %v; want %s", c.name, reports, skips, c.want)
		}
	}
	// Bytes that are no UTF-8 and blank lines stop nothing.
	reports, skips := collect(t, Read, "\n"+event{actor2: actor("ISR", "\xff\xfe", "ISR")}.row()+"\n\n", Options{})
	if len(reports) != 1 || len(skips) > 0 || reports[0].Coded[0].Recipient != "\ufffd" {
		t.Errorf("%v, %v", reports, skips)
	}
}

func TestDedup(t *testing.T) {
	in := strings.Join([]string{
		event{}.row(), event{}.row(), // a row twice
		event{id: "2", place: "4\tGao, Gao, Mali\tML\tML01\t1900\t16.27\t0\t-1"}.row(), // another place
		event{id: "3", code: "043"}.row(),
		event{id: "4", url: "https://example.net/"}.row(),
		event{id: "5", actor2: actor("MLI", "BAMAKO", "MLI")}.row(),
	}, "\n")
	reports, skips := collect(t, Read, in, Options{})
	if len(reports) != 5 || len(skips) != 1 || skips[0] != "f:2: row repeats an event number: 900000001" {
		t.Errorf("by number: %d, %v", len(reports), skips)
	}
	reports, skips = collect(t, Read, in, Options{Dedup: DedupArticle})
	if len(reports) != 3 || len(skips) != 3 || skips[1] != "f:3: row repeats an act of the same article: 2" {
		t.Errorf("by article: %d, %v", len(reports), skips)
	}
}

func TestFilter(t *testing.T) {
	in := event{place: "1\tNiger\tNG\tNG\t\t16\t8\tNG"}.row()
	for _, c := range []struct {
		f    Filter
		want bool
	}{
		{Filter{}, true},
		{Filter{Countries: []string{"MLI"}}, true},
		{Filter{Countries: []string{"NER"}}, true}, // where it happened
		{Filter{Countries: []string{"NGA"}}, false},
		{Filter{Actors: []string{"FRAGOV"}}, true},
		{Filter{Actors: []string{"FRAMIL", "MLI"}}, true},
		{Filter{Actors: []string{"FRAMIL"}}, false},
		{Filter{Codes: []schema.Code{"04"}}, true},
		{Filter{Codes: []schema.Code{"19"}}, false},
		{Filter{MinMentions: 4, RootOnly: true}, true},
		{Filter{MinMentions: 5}, false},
	} {
		reports, skips := collect(t, Read, in, Options{Filter: c.f})
		if (len(reports) == 1) != c.want || len(reports)+len(skips) != 1 {
			t.Errorf("%+v: %v", c.f, skips)
		}
	}
	if reports, _ := collect(t, Read, event{root: "0"}.row(), Options{Filter: Filter{RootOnly: true}}); len(reports) > 0 {
		t.Error("not in the lead paragraph, but taken")
	}
}

// mention makes a row of 16 cells.
func mention(id, event, time, kind, source, url, sentence, o1, o2, o3, confidence, tone, translation string) string {
	return strings.Join([]string{id, event, time, kind, source, url, sentence, o1, o2, o3, "1", confidence, "1200", tone, translation, ""}, "\t")
}

func TestMentions(t *testing.T) {
	opts := Options{Recent: NewRecent(0)}
	own := "https://www.example.org:443/a?b=1"
	if reports, _ := collect(t, Read, event{}.row()+"\n"+event{id: "7", code: "010"}.row(), opts); len(reports) != 1 {
		t.Fatal("the event")
	}
	slot := "20210305121500"
	in := strings.Join([]string{
		mention("900000001", slot, slot, "1", "example.org", own, "3", "10", "-1", "20", "60", "0", ""),
		mention("900000001", slot, slot, "1", "example.org", own, "3", "-1", "10", "20", "60", "0", ""),
		mention("900000001", slot, slot, "1", "www.Example.net", "http://example.net/index.php/^x%5E", "1", "5", "9", "7", "100", "-1.5", "srclc:spa;eng:GT-SPA 1.0"),
		mention("900000001", slot, "20210306001500", "2", "BBC Monitoring", "BBC Monitoring", "1", "5", "9", "7", "20", "-1.5", "srclc:ces;eng:Moses 2.1.1 / MosesCore Europarl cs-en / GT-CES 1.0"),
		mention("7", slot, slot, "1", "example.net", "http://example.net/", "1", "5", "9", "7", "100", "1", ""),
		mention("42", "20200305121500", slot, "1", "example.net", "http://example.net/", "1", "5", "9", "7", "100", "1", ""),
		mention("900000001", slot, slot, "1", "", "", "1", "5", "9", "7", "100", "1", ""),
		mention("900000001", slot, "yesterday", "1", "x", "", "1", "5", "9", "7", "100", "1", ""),
		strings.TrimRight(mention("900000001", slot, slot, "1", "example.org", own, "3", "10", "-1", "20", "60", "0", ""), "\t"),
	}, "\n")
	reports, skips := collect(t, ReadMentions, in, opts)
	wantSkips := []string{
		"f:5: plain statement, no event (CAMEO 01): 010",
		"f:6: mention of an event that was not read: 42",
		"f:7: mention without an article",
		`f:8: time of arrival does not parse: "yesterday"`,
		"f:9: mention does not have 16 cells: 14 cells",
	}
	if !reflect.DeepEqual(skips, wantSkips) {
		t.Errorf("skips %q", skips)
	}
	want := []struct {
		key, publisher, url, language string
		confidence                    float64
	}{
		{"900000001\t" + own, "example.org", own, "en", 0.6}, // the event's own report
		{"900000001\t" + own + "\t3\t-1\t10\t20", "example.org", own, "en", 0.6},
		{"900000001\thttp://example.net/index.php/^x%5E\t1\t5\t9\t7", "example.net", "http://example.net/index.php/^x%5E", "es", 1},
		{"900000001\tBBC Monitoring\t1\t5\t9\t7", "BBC Monitoring", "", "cs", 0.2},
	}
	if len(reports) != len(want) {
		t.Fatalf("%d reports", len(reports))
	}
	for i, w := range want {
		r := reports[i]
		row := r.Coded[0]
		if r.Key != w.key || r.Publisher != w.publisher || r.URL != w.url || r.Language != w.language || row.Confidence != w.confidence ||
			row.Code != "042" || row.InitiatorIs.Code != "FRAGOV" || row.Day != schema.MakeDay(2021, 3, 5) {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if _, skips := collect(t, ReadMentions, in, Options{}); len(skips) != 9 {
		t.Errorf("without events: %d skips", len(skips))
	}
}

func TestRecent(t *testing.T) {
	r := NewRecent(2)
	for _, id := range []string{"1", "2", "2", "3"} {
		if _, err := r.ReadFrom(strings.NewReader(event{id: id}.row() + "\nno row\n")); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := r.Event(1); ok || r.Len() != 2 {
		t.Error("the oldest event is still there")
	}
	var saved bytes.Buffer
	if _, err := r.WriteTo(&saved); err != nil || saved.String() != (event{id: "2"}).row()+"\n"+(event{id: "3"}).row()+"\n" {
		t.Errorf("%v %q", err, saved.String())
	}
	if e, ok := r.Event(3); !ok || e.ID != 3 {
		t.Errorf("%+v", e)
	}
	if _, err := r.ReadFrom(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

// Real rows all read, and only for known reasons not.
func TestRealRows(t *testing.T) {
	dir := os.Getenv("FAULTLINE_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	recent := NewRecent(0)
	total := 0
	for _, name := range []string{
		"gdelt1_events_20141124.tsv", "gdelt1_events_mixed_57_58_columns.tsv", "gdelt2_events_20191024143000.tsv",
		"gdelt2_events_first_slot_20150218230000.tsv", "gdelt2_events_translation.tsv",
		"gdelt2_mentions.tsv", "gdelt2_mentions_translation.tsv",
	} {
		f, err := os.Open(filepath.Join(dir, "formats", name))
		if err != nil {
			t.Skipf("evaluation data: %v", err)
		}
		defer f.Close()
		read := Read
		if strings.Contains(name, "mentions") {
			read = ReadMentions
		}
		err = read(context.Background(), f, name, Options{Recent: recent}, report.Sink{
			Report: func(report.Report) error { total++; return nil },
			Skip: func(s report.Skip) error {
				switch s.Reason {
				case ReasonStatement, ReasonNoEvent:
					total++
				default:
					t.Error(s)
				}
				return nil
			},
		})
		if err != nil {
			t.Error(err)
		}
	}
	if total != 20+20+20+11+20+12+20 {
		t.Errorf("%d rows", total)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(event{}.row())
	f.Add(event{place: "1\t\tYI\tYI\t\t\t\tYI"}.old(false))
	f.Fuzz(func(t *testing.T, in string) {
		reports, skips := collect(t, Read, in, Options{Recent: NewRecent(3)})
		if n := strings.Count(in, "\n") + 1; len(reports)+len(skips) > n {
			t.Errorf("%d reports, %d skips of %d lines", len(reports), len(skips), n)
		}
		for _, r := range reports {
			row := r.Coded[0]
			if row.Day == schema.NoDay || r.Published.IsZero() || row.Place.Latitude < -90 || row.Place.Latitude > 90 {
				t.Errorf("%+v", r)
			}
		}
	})
}

func FuzzReadMentions(f *testing.F) {
	f.Add(mention("900000001", "20210305121500", "20210305121500", "1", "x", "http://x/", "3", "10", "-1", "20", "60", "0", "srclc:spa;eng:x"))
	opts := Options{Recent: NewRecent(0)}
	collect(f, Read, event{}.row(), opts)
	f.Fuzz(func(t *testing.T, in string) {
		reports, _ := collect(t, ReadMentions, in, opts)
		for _, r := range reports {
			if c := r.Coded[0].Confidence; c < 0 || c > 1 {
				t.Errorf("%+v", r)
			}
		}
	})
}

// file makes a file of events as GDELT has them: all distinct.
func file(rows int) string {
	var b strings.Builder
	for i := range rows {
		b.WriteString(event{
			id: fmt.Sprint(900000000 + i), code: [...]string{"042", "190", "0214", "051"}[i%4], url: fmt.Sprintf("https://news%d.example.org/2021/03/05/some-article-with-a-long-name-%d", i%97, i),
			place1: "4\tBamako, Bamako, Mali\tML\tML01\t19412\t12.65\t-8\t-1000", place2: "1\tMali\tML\tML\t\t17\t-4\tML", place: "4\tBamako, Bamako, Mali\tML\tML01\t19412\t12.65\t-8\t-1000",
		}.row() + "\n")
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	in := file(10_000)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		err := Read(context.Background(), strings.NewReader(in), "f", Options{}, report.Sink{
			Report: func(report.Report) error { n++; return nil },
			Skip:   func(report.Skip) error { return errors.New("skipped") },
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkReadMentions(b *testing.B) {
	recent := NewRecent(0)
	if _, err := recent.ReadFrom(strings.NewReader(file(10_000))); err != nil {
		b.Fatal(err)
	}
	var in strings.Builder
	for i := range 10_000 {
		in.WriteString(mention(fmt.Sprint(900000000+i), "20210305121500", "20210305123000", "1", "example.net",
			fmt.Sprintf("https://example.net/%d", i), "3", "10", "-1", "20", "60", "0", "srclc:spa;eng:GT-SPA 1.0") + "\n")
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		err := ReadMentions(context.Background(), strings.NewReader(in.String()), "f", Options{Recent: recent}, report.Sink{
			Report: func(report.Report) error { n++; return nil },
			Skip:   func(s report.Skip) error { return errors.New(s.String()) },
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
