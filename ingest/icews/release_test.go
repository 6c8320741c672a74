package icews

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"faultline/ingest/report"
	"faultline/schema"
)

const releaseHeader = "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tCAMEO Code\tIntensity\t" +
	"Target Name\tTarget Sectors\tTarget Country\tStory ID\tSentence Number\tPublisher\tCity\tDistrict\tProvince\tCountry\tLatitude\tLongitude\n"

// releaseRow makes a row of the 20 columns, changed where told.
func releaseRow(change map[int]string) string {
	cells := strings.Split("7001\t2018-06-01\tForeign Minister (Norland)\tExecutive,(National) Major Party,Finance / Trade\tNorland\t"+
		"Arrest, detain, or charge with legal action\t173\t-5\tJane \"Roe\"\tNA\tSudland\t47000001\t2\tThe Herald\tPort\tNA\tCoast\tSudland\t-1.5\t30", "\t")
	for i, s := range change {
		cells[i] = s
	}
	return strings.Join(cells, "\t") + "\n"
}

func TestRelease(t *testing.T) {
	day := schema.MakeDay(2018, 6, 1)
	got, skips, err := collect(t, strings.NewReader(releaseHeader+releaseRow(nil)))
	want := report.Report{
		Source: "icews", Key: "7001\t2018-06-01", Publisher: "The Herald", Published: day.Time(),
		Coded: []report.Row{{
			Initiator: "Foreign Minister (Norland)", InitiatorIs: report.Party{Country: "Norland"},
			Recipient: `Jane "Roe"`, RecipientIs: report.Party{Country: "Sudland"},
			Code: "173", Day: day, Detail: "story 47000001, sentence 2",
			Place: report.Place{Name: "Port, Coast, Sudland", Country: "Sudland", Latitude: -1.5, Longitude: 30, Located: true},
		}},
		Origin: report.Origin{File: "f", Line: 2},
	}
	if err != nil || len(skips) > 0 || len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("%v %v\ngot  %+v\nwant %+v", err, skips, got, want)
	}
}

func TestReleaseQuirks(t *testing.T) {
	for _, c := range []struct {
		name   string
		change map[int]string
		check  func(report.Report) bool
	}{
		{"American date", map[int]string{1: "12/1/2017"}, func(r report.Report) bool {
			return r.Key == "7001\t2017-12-01" && r.Published.Equal(time.Date(2017, 12, 1, 0, 0, 0, 0, time.UTC))
		}},
		{"code without its zero", map[int]string{6: "40", 5: "Consult"}, func(r report.Report) bool { return r.Coded[0].Code == "040" }},
		{"ambiguous code, the text decides", map[int]string{6: "18", 5: "Use unconventional violence"}, func(r report.Report) bool { return r.Coded[0].Code == "180" }},
		{"no code", map[int]string{6: "NA", 5: "Make a visit"}, func(r report.Report) bool { return r.Coded[0].Code == "042" }},
		{"no place", map[int]string{14: "NA", 16: "NA", 17: "NA", 18: "NA", 19: ""}, func(r report.Report) bool { return r.Coded[0].Place == report.Place{} }},
		{"organisation without a country", map[int]string{8: "United Nations", 10: ""}, func(r report.Report) bool { return r.Coded[0].RecipientIs.Country == "" }},
		{"no publisher", map[int]string{13: ""}, func(r report.Report) bool { return r.Publisher == "ICEWS" }},
		{"Latin-1", map[int]string{8: "Jos\xe9"}, func(r report.Report) bool { return r.Coded[0].Recipient == "José" }},
		{"too many tabs", map[int]string{19: "30\t\t"}, func(r report.Report) bool { return r.Coded[0].Place.Located }},
		{"no event id", map[int]string{0: ""}, func(r report.Report) bool { return strings.Count(r.Key, "\t") == 19 }},
	} {
		got, skips, err := collect(t, strings.NewReader(releaseHeader+releaseRow(c.change)))
		if err != nil || len(got) != 1 || len(skips) > 0 || !c.check(got[0]) {
			t.Errorf("%s: %+v %v %v", c.name, got, skips, err)
		}
	}
	// 19 columns, without the code, in another order and in capitals.
	in := "SOURCE NAME\tTARGET NAME\tEVENT DATE\tEVENT ID\tEVENT TEXT\nNorland\tSudland\t12/1/2017\t8\tAccuse\n"
	got, skips, err := collect(t, strings.NewReader(in))
	if err != nil || len(skips) > 0 || len(got) != 1 || got[0].Coded[0].Code != "112" || got[0].Key != "8\t2017-12-01" {
		t.Errorf("%+v %v %v", got, skips, err)
	}
}

func TestReleaseSkips(t *testing.T) {
	for want, row := range map[string]string{
		`f:2: row is shorter than its header: 3 cells, the header has 20`: "7001\t2018-06-01\tNorland\n",
		`f:2: date does not parse: "2018"`:                                releaseRow(map[int]string{1: "2018"}),
		`f:2: source or target is empty: event 7001`:                      releaseRow(map[int]string{8: "NA"}),
		`f:2: unknown relation: "999", "Send greetings"`:                  releaseRow(map[int]string{6: "999", 5: "Send greetings"}),
		`f:2: code is ambiguous without its leading zero: "18"`:           releaseRow(map[int]string{6: "18", 5: ""}),
		`f:2: plain statement, no event (CAMEO 01): "010"`:                releaseRow(map[int]string{6: "010"}),
	} {
		got, skips, err := collect(t, strings.NewReader(releaseHeader+row))
		if err != nil || len(got) > 0 || len(skips) != 1 || skips[0] != want {
			t.Errorf("%v %v %v; want %s", got, skips, err, want)
		}
	}
}

func TestRealRelease(t *testing.T) {
	f := data(t, "formats/icews_events_2018_sample.tsv")
	defer f.Close()
	got, skips, err := collect(t, f)
	if err != nil || len(got)+len(skips) != 19 {
		t.Errorf("%d reports, %d skips, %v", len(got), len(skips), err)
	}
	for _, s := range skips {
		if !strings.Contains(s, ReasonStatement) {
			t.Error(s)
		}
	}
}

func FuzzRelease(f *testing.F) {
	f.Add(releaseRow(nil))
	f.Add(releaseRow(map[int]string{6: "18"}))
	f.Fuzz(func(t *testing.T, in string) {
		got, skips, err := collect(t, strings.NewReader(releaseHeader+in))
		if err != nil || len(got)+len(skips) > strings.Count(in, "\n")+1 {
			t.Fatal(len(got), len(skips), err)
		}
		for _, r := range got {
			if row := r.Coded[0]; row.Initiator == "" || row.Recipient == "" || row.Day == schema.NoDay || r.Key == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}

func BenchmarkRelease(b *testing.B) {
	var in strings.Builder
	in.WriteString(releaseHeader)
	for i := range 10_000 {
		in.WriteString(releaseRow(map[int]string{0: fmt.Sprint(i)}))
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		got, skips, err := collect(b, strings.NewReader(in.String()))
		if n += len(got); err != nil || len(skips) > 0 {
			b.Fatal(err, skips)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
