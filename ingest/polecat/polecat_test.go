package polecat

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

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

func names() []string {
	return strings.Split("Event ID,Event Date,Event Type,Event Mode,Intensity,Quad Code,Contexts,Actor Name,Actor Country,Actor COW,"+
		"Primary Actor Sector,Actor Sectors,Actor Title,Actor Name Raw,Wikipedia Actor ID,Recipient Name,Recipient Country,Recipient COW,"+
		"Primary Recipient Sector,Recipient Sectors,Recipient Title,Recipient Name Raw,Wikipedia Recipient ID,Placename,City,District,"+
		"Province,Country,Latitude,Longitude,GeoNames ID,Raw Placename,Feature Type,Source,Publication Date,Story People,"+
		"Story Organizations,Story Locations,Language,Version", ",")
}

func header() string { return strings.Join(names(), "\t") + "\n" }

func row(change map[string]string) string {
	cells := map[string]string{
		"Event ID": "20230103-7-abc_PROTEST_R", "Event Date": "2023-01-03", "Event Type": "PROTEST", "Event Mode": "riot", "Intensity": "-6.5",
		"Quad Code": "MATERIAL CONFLICT", "Contexts": "legislative;human_rights",
		"Actor Name": "Mali Teachers' Union", "Actor Country": "MLI; FRA", "Primary Actor Sector": "LAB", "Actor Name Raw": "Teachers' Union",
		"Recipient Name": "None", "Recipient Country": "MLI", "Primary Recipient Sector": "GOV", "Recipient Name Raw": "",
		"City": "Bamako", "Province": "Bamako", "Country": "MLI", "Latitude": "12.65", "Longitude": "-8",
		"Source": "The Herald", "Publication Date": "2023-01-04", "Language": "English", "Version": "Vers001",
	}
	for k, v := range change {
		cells[k] = v
	}
	var out []string
	for _, name := range names() {
		out = append(out, cells[name])
	}
	return strings.Join(out, "\t") + "\n"
}

func TestEvent(t *testing.T) {
	reports, skips := collect(t, header()+row(nil))
	want := []report.Report{{
		Source: "polecat", Publisher: "The Herald", Key: "20230103-7-abc_PROTEST_R", Language: "en", Published: schema.MakeDay(2023, 1, 4).Time(),
		Coded: []report.Row{{
			Initiator: "Mali Teachers' Union", InitiatorIs: report.Party{Names: []string{"Mali Teachers' Union", "Teachers' Union"}, Country: "MLI", Kind: schema.Organisation},
			RecipientIs: report.Party{Code: "MLIGOV", Country: "MLI", Kind: schema.Government},
			Type:        schema.Protest, Day: schema.MakeDay(2023, 1, 3), Precision: schema.PrecisionDay,
			Place:  report.Place{Name: "Bamako, MLI", Country: "MLI", Latitude: 12.65, Longitude: -8, Located: true},
			Detail: "mode riot, contexts legislative;human_rights, intensity -6.5",
		}},
		Origin: report.Origin{File: "f", Line: 2},
	}}
	if !reflect.DeepEqual(reports, want) || len(skips) > 0 {
		t.Errorf("got  %+v %v\nwant %+v", reports, skips, want)
	}
}

func TestQuirks(t *testing.T) {
	for _, c := range []struct {
		name, in string
		check    func(report.Report) bool
	}{
		{"intensity under its other name", strings.Replace(header(), "\tIntensity", "\tEvent Intensity", 1) + row(nil), func(r report.Report) bool {
			return strings.HasSuffix(r.Coded[0].Detail, "intensity -6.5")
		}},
		{"trailing tabs", strings.TrimSpace(header()) + "\t\t\n" + strings.TrimSpace(row(nil)) + "\t\t\n", func(r report.Report) bool { return r.Language == "en" }},
		{"cells cut off at the end", header() + strings.Split(row(nil), "\tThe Herald")[0] + "\n", func(r report.Report) bool { return r.Publisher == "POLECAT" }},
		{"Latin-1", header() + row(map[string]string{"City": "S\xe3o"}), func(r report.Report) bool { return strings.HasPrefix(r.Coded[0].Place.Name, "São") }},
		{"a quotation mark is not closed", header() + row(map[string]string{"Actor Name": `"Group`}), func(r report.Report) bool { return r.Coded[0].Initiator == `"Group` }},
		{"quoted cell", header() + row(map[string]string{"Actor Name": `"The ""Group"""`}), func(r report.Report) bool { return r.Coded[0].Initiator == `The "Group"` }},
		{"None for everything", header() + row(map[string]string{"Country": "None", "Province": "None", "City": "None", "Latitude": "None", "Contexts": "None", "Language": "None"}), func(r report.Report) bool {
			return r.Coded[0].Place.Name == "" && !r.Coded[0].Place.Located && r.Coded[0].Detail == "mode riot, intensity -6.5" && r.Language == ""
		}},
		{"type in small letters", header() + row(map[string]string{"Event Type": "assault"}), func(r report.Report) bool { return r.Coded[0].Type == schema.Assault }},
		{"one side", header() + row(map[string]string{"Recipient Country": "", "Primary Recipient Sector": ""}), func(r report.Report) bool { return r.Coded[0].RecipientIs.Code == "" }},
		{"sector of another list", header() + row(map[string]string{"Primary Recipient Sector": "Party leader"}), func(r report.Report) bool { return r.Coded[0].RecipientIs.Code == "MLI" }},
		{"no id", header() + row(map[string]string{"Event ID": "None"}), func(r report.Report) bool { return strings.HasPrefix(r.Key, "2023-01-03\tPROTEST\t") }},
		{"language as a code", header() + row(map[string]string{"Language": "ara"}), func(r report.Report) bool { return r.Language == "ar" }},
	} {
		reports, skips := collect(t, c.in)
		if len(reports) != 1 || len(skips) > 0 || !c.check(reports[0]) {
			t.Errorf("%s: %+v %v", c.name, reports, skips)
		}
	}
}

func TestSkips(t *testing.T) {
	for want, in := range map[string]string{
		`f:2: date does not parse: event 20230103-7-abc_PROTEST_R: "soon"`:  header() + row(map[string]string{"Event Date": "soon"}),
		`f:2: unknown event type: event 20230103-7-abc_PROTEST_R: "STRAIN"`: header() + row(map[string]string{"Event Type": "STRAIN"}),
		`f:2: unknown event type: event 20230103-7-abc_PROTEST_R: ""`:       header() + row(map[string]string{"Event Type": "None"}),
		`f:2: event has no actors: event 20230103-7-abc_PROTEST_R`: header() + row(map[string]string{
			"Actor Name": "", "Actor Country": "None", "Primary Actor Sector": "None", "Actor Name Raw": "", "Recipient Country": "", "Primary Recipient Sector": ""}),
		`f:2: row is shorter than its header: 3 cells, want 16`: header() + "a\tb\tc\n",
		`f:1: table is no POLECAT file: "a\tb"`:                 "a\tb\n",
	} {
		if reports, skips := collect(t, in); len(reports) > 0 || len(skips) != 1 || skips[0] != want {
			t.Errorf("%v, want %s", skips, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(row(nil))
	f.Add(row(map[string]string{"Actor Name": `"`, "Actor Country": ";;", "Language": "zz"}))
	f.Fuzz(func(t *testing.T, in string) {
		reports, _ := collect(t, header()+in)
		for _, r := range reports {
			if row := r.Coded[0]; row.Day == schema.NoDay || row.Type.Validate() != nil || r.Key == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var in strings.Builder
	in.WriteString(header())
	for i := range 5_000 {
		in.WriteString(row(map[string]string{"Event ID": fmt.Sprint(i)}))
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
