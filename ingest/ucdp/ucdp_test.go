package ucdp

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"faultline/ingest/report"
	"faultline/schema"
)

func collect(t testing.TB, in string) (reports []report.Report, skips []string) {
	t.Helper()
	err := Read(context.Background(), strings.NewReader(in), "f", report.Sink{
		Report: func(r report.Report) error { reports = append(reports, r); return nil },
		Skip:   func(s report.Skip) error { skips = append(skips, s.String()); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return reports, skips
}

// row makes a row of the 49 columns, changed where told.
func row(change map[string]string) string {
	cells := map[string]string{
		"id": "5001", "relid": "NOR-2019-1-1-2.5", "year": "2019", "active_year": "1", "type_of_violence": "1",
		"side_a": "Government of Mali", "side_b": "Free Movement", "number_of_sources": "2",
		"source_article": `"The Herald,2019-03-06,Clash in Port";"Agency,2019-03-07,Two dead"`,
		"source_office":  "The Herald;Agency", "source_date": "2019-03-06;2019-03-07", "source_headline": "Clash in Port;Two dead",
		"source_original": "army", "where_prec": "1", "where_coordinates": "Port town", "adm_1": "Coast region",
		"latitude": "14.5", "longitude": "-4.25", "geom_wkt": "POINT (-4.25 14.5)", "country": "Mali", "event_clarity": "1", "date_prec": "1",
		"date_start": "2019-03-06 00:00:00.000", "date_end": "2019-03-06 00:00:00.000", "best": "2", "high": "4", "low": "1",
	}
	for k, v := range change {
		cells[k] = v
	}
	var out []string
	for _, name := range Header() {
		out = append(out, `"`+strings.ReplaceAll(cells[name], `"`, `""`)+`"`)
	}
	return strings.Join(out, ",") + "\n"
}

func header() string { return strings.Join(Header(), ",") + "\n" }

func one(t testing.TB, change map[string]string) report.Report {
	t.Helper()
	reports, skips := collect(t, header()+row(change))
	if len(reports) != 1 || len(skips) > 0 {
		t.Fatalf("%v: %v %v", change, reports, skips)
	}
	return reports[0]
}

func TestEvent(t *testing.T) {
	day := schema.MakeDay(2019, 3, 6)
	r := report.Row{
		Initiator: "Government of Mali", InitiatorIs: report.Party{Role: "Mali", Kind: schema.State},
		Recipient: "Free Movement", RecipientIs: report.Party{Names: []string{"Free Movement"}, Kind: schema.ArmedGroup},
		Joint: true, Type: schema.Assault, Day: day, Precision: schema.PrecisionDay,
		Place:   report.Place{Name: "Port town, Coast region, Mali", Country: "Mali", Latitude: 14.5, Longitude: -4.25, Located: true},
		Speaker: "The Herald", End: 13, Detail: "state-based violence, 2 dead (1 to 4), according to army",
	}
	second := r
	second.Speaker, second.Start, second.End = "Agency", 14, 22
	want := report.Report{
		Source: "ucdp", Publisher: "UCDP", Key: "5001", Published: day.Time(), Cites: []string{"The Herald", "Agency"},
		Version: "1\tGovernment of Mali\tFree Movement\t2019-03-06\t2019-03-06\t2\t1\t4\t14.5\t-4.25",
		Text:    "Clash in Port\nTwo dead", Coded: []report.Row{r, second}, Origin: report.Origin{File: "f", Line: 2},
	}
	if got := one(t, nil); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestQuirks(t *testing.T) {
	for _, c := range []struct {
		name   string
		change map[string]string
		check  func(report.Report) bool
	}{
		{"cells over several lines", map[string]string{"source_headline": "Clash\nin Port;Two\n\ndead", "where_description": "a\nb"}, func(r report.Report) bool {
			return r.Text == "Clash in Port\nTwo dead"
		}},
		{"sources not coded", map[string]string{"number_of_sources": "-1", "source_office": "", "source_headline": "", "source_date": "", "source_article": `"Agency 1989-05-17 "REBELS BLOW UP LINES`}, func(r report.Report) bool {
			return len(r.Coded) == 1 && r.Cites == nil && r.Text[r.Coded[0].Start:r.Coded[0].End] == `Agency 1989-05-17 "REBELS BLOW UP LINES` && r.Coded[0].Speaker == ""
		}},
		{"headlines do not pair", map[string]string{"source_headline": "One; two; three"}, func(r report.Report) bool {
			return len(r.Coded) == 2 && r.Text == "One; two; three" && r.Coded[1].Start == 0 && r.Coded[1].End == len(r.Text)
		}},
		{"office twice", map[string]string{"source_office": "SOHR;SOHR", "source_headline": "A;A"}, func(r report.Report) bool { return len(r.Coded) == 1 }},
		{"best above high, low above best", map[string]string{"best": "5", "high": "3", "low": "7"}, func(r report.Report) bool {
			return strings.Contains(r.Coded[0].Detail, "5 dead,")
		}},
		{"best 0", map[string]string{"best": "0", "high": "7961", "low": "0"}, func(r report.Report) bool {
			return strings.Contains(r.Coded[0].Detail, "0 dead (0 to 7961)")
		}},
		{"non-state", map[string]string{"type_of_violence": "2", "side_a": "SNA"}, func(r report.Report) bool {
			return r.Coded[0].Joint && r.Coded[0].InitiatorIs.Kind == schema.ArmedGroup
		}},
		{"one-sided", map[string]string{"type_of_violence": "3", "side_b": "Civilians"}, func(r report.Report) bool {
			return !r.Coded[0].Joint && r.Coded[0].RecipientIs.Role == "Civilians (Mali)" && r.Coded[0].Recipient == "Civilians (Mali)"
		}},
		{"former name", map[string]string{"side_a": "Government of Russia (Soviet Union)"}, func(r report.Report) bool { return r.Coded[0].InitiatorIs.Role == "Russia" }},
		{"days", map[string]string{"date_prec": "2", "date_end": "2019-03-08"}, func(r report.Report) bool {
			return r.Coded[0].Precision == schema.PrecisionWeek && r.Coded[0].Day == schema.MakeDay(2019, 3, 4) && strings.Contains(r.Coded[0].Detail, "2019-03-06 to 2019-03-08")
		}},
		{"month", map[string]string{"date_prec": "4"}, func(r report.Report) bool {
			return r.Coded[0].Precision == schema.PrecisionMonth && r.Coded[0].Day == schema.MakeDay(2019, 3, 1)
		}},
		{"year", map[string]string{"date_prec": "5", "date_end": "2019-12-31"}, func(r report.Report) bool {
			return r.Coded[0].Precision == schema.PrecisionYear && r.Coded[0].Day == schema.MakeDay(2019, 1, 1) && r.Published.Equal(time.Date(2019, 12, 31, 0, 0, 0, 0, time.UTC))
		}},
		{"country only", map[string]string{"where_prec": "6"}, func(r report.Report) bool { return r.Coded[0].Place.Name == "Mali" }},
		{"division for a place", map[string]string{"where_coordinates": "Coast region"}, func(r report.Report) bool { return r.Coded[0].Place.Name == "Coast region, Mali" }},
		{"letters with marks", map[string]string{"side_b": "Şırnak"}, func(r report.Report) bool { return r.Coded[0].Recipient == "Şırnak" }},
		{"aggregated", map[string]string{"event_clarity": "2", "relid": "x"}, func(r report.Report) bool { return strings.Contains(r.Coded[0].Detail, "aggregated") }},
	} {
		if r := one(t, c.change); !c.check(r) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

func TestHeaders(t *testing.T) {
	// A candidate release without a header.
	reports, skips := collect(t, row(nil)+row(map[string]string{"id": "5002"}))
	if len(reports) != 2 || len(skips) > 0 || reports[0].Key != "5001" {
		t.Errorf("%v %v", reports, skips)
	}
	// Capitals, another order, a mark before it.
	reports, skips = collect(t, "\ufeffDATE_START,ID,SIDE_B,SIDE_A,TYPE_OF_VIOLENCE\n2019-03-06,7,B,A,2\n")
	if len(reports) != 1 || len(skips) > 0 || reports[0].Key != "7" {
		t.Errorf("%v %v", reports, skips)
	}
	_, skips = collect(t, "a,b\n1,2\n")
	if len(skips) != 1 || skips[0] != `f:1: table is no UCDP GED: "a,b"` {
		t.Error(skips)
	}
}

func TestSkips(t *testing.T) {
	for want, change := range map[string]map[string]string{
		`f:2: event has no id: "NOR-2019-1-1-2.5"`:        {"id": ""},
		`f:2: date does not parse: event 5001: "6 March"`: {"date_start": "6 March"},
		`f:2: event has no sides: event 5001`:             {"side_b": ""},
		`f:2: unknown type of violence: event 5001: "4"`:  {"type_of_violence": "4"},
	} {
		if _, skips := collect(t, header()+row(change)); len(skips) != 1 || skips[0] != want {
			t.Errorf("%v, want %s", skips, want)
		}
	}
	if _, skips := collect(t, header()+"1,2\n"); len(skips) != 1 || skips[0] != "f:2: row is shorter than its header: 2 cells, want 49" {
		t.Error(skips)
	}
}

func TestRealRows(t *testing.T) {
	dir := os.Getenv("FAULTLINE_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	b, err := os.ReadFile(filepath.Join(dir, "formats", "ucdp_ged_231_reserialised.csv"))
	if err != nil {
		t.Skipf("evaluation data: %v", err)
	}
	reports, skips := collect(t, string(b))
	if len(reports) != 20 || len(skips) > 0 {
		t.Errorf("%d reports, %v", len(reports), skips)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(row(nil))
	f.Add(row(map[string]string{"source_office": ";;", "source_headline": ";a;", "date_prec": "5"}))
	f.Fuzz(func(t *testing.T, in string) {
		reports, _ := collect(t, header()+in)
		for _, r := range reports {
			for _, c := range r.Coded {
				if c.Start < 0 || c.End < c.Start || c.End > len(r.Text) || c.Day == schema.NoDay {
					t.Errorf("%+v", r)
				}
			}
			if len(r.Coded) == 0 {
				t.Errorf("%+v", r)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var in strings.Builder
	in.WriteString(header())
	for i := range 5_000 {
		in.WriteString(row(map[string]string{"id": fmt.Sprint(i)}))
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		reports, skips := collect(b, in.String())
		if n += len(reports); len(skips) > 0 {
			b.Fatal(skips)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
