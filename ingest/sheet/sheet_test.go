package sheet

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"faultline/ingest/report"
	"faultline/ingest/table"
)

func collect(t testing.TB, in, mapping string) (reports []report.Report, skips []string) {
	t.Helper()
	m, err := ParseMapping(mapping)
	if err != nil {
		t.Fatal(err)
	}
	err = Read(context.Background(), strings.NewReader(in), "dir/list.csv.gz", m, report.Sink{
		Report: func(r report.Report) error { reports = append(reports, r); return nil },
		Skip:   func(s report.Skip) error { skips = append(skips, s.String()); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return reports, skips
}

func TestMapping(t *testing.T) {
	in := "No;Headline;Body;Date;Outlet;Link;Lang;Agencies\n7;Talks;\"The sides met.\n\nThey \"\"agreed\"\"; then they left.\";1 May 2024;Harbour Post;https://example.org/7;en;AFP; \n"
	in = strings.Replace(in, ";AFP; ", ";\"AFP; Reuters;\"", 1)
	got, skips := collect(t, in, "id=no,title=HEADLINE,text=Body,published=Date,publisher=Outlet,url=Link,language=Lang,cites=agencies")
	want := []report.Report{{
		Source: "list.csv", Key: "7", Title: "Talks", Text: "The sides met.\n\nThey \"agreed\"; then they left.", Published: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC),
		Publisher: "Harbour Post", URL: "https://example.org/7", Language: "en", Cites: []string{"AFP", "Reuters"}, Origin: report.Origin{File: "dir/list.csv.gz", Line: 2},
	}}
	if !reflect.DeepEqual(got, want) || len(skips) > 0 {
		t.Errorf("got  %+v %v\nwant %+v", got, skips, want)
	}
}

func TestForms(t *testing.T) {
	long := strings.Repeat("The sides met.\n", 1000)
	for _, c := range []struct {
		name, in, mapping string
		check             func(report.Report) bool
	}{
		{"usual names", "title,text,date\nTalks,The sides met.,2024-05-01\n", "", func(r report.Report) bool { return r.Title == "Talks" && r.Published.Year() == 2024 }},
		{"a byte order mark, capitals, underscores", "\ufeffTITLE,FULL_TEXT,PUBLISHED_AT\nTalks,The sides met.,2024-05-01\n", "", func(r report.Report) bool { return r.Title == "Talks" && r.Published.Year() == 2024 }},
		{"tabs, quoted", "title\ttext\nTalks\t\"The sides\tmet.\nThey agreed.\"\n", "", func(r report.Report) bool { return r.Text == "The sides\tmet.\nThey agreed." }},
		{"quoted header with a comma", "\"Title, English\",Body\nTalks,The sides met.\n", `"title=Title, English",text=Body`, func(r report.Report) bool { return r.Title == "Talks" }},
		{"Windows-1252", "title,text\nCaf\xe9,The caf\xe9.\n", "", func(r report.Report) bool { return r.Title == "Café" && r.Text == "The café." }},
		{"a field is nowhere", "id,text\n7,The sides met.\n", "id=", func(r report.Report) bool { return r.Source == report.ByContent }},
		{"by its address", "url,text\nhttps://example.org/,The sides met.\n", "", func(r report.Report) bool { return r.Source == "url" && r.Key == "https://example.org/" }},
		{"cells left out at the end", "text,title,url\nThe sides met.\n", "", func(r report.Report) bool { return r.Text == "The sides met." }},
		{"cells too many", "text,title\nThe sides met.,Talks,x,y\n", "", func(r report.Report) bool { return r.Title == "Talks" }},
		{"an article of many lines", "title,text\nTalks,\"" + long + "\"\n", "", func(r report.Report) bool { return r.Text == strings.TrimSpace(long) }},
		{"a mark that is not closed", "title,text\n\"Talks,The sides met.\n", "", func(r report.Report) bool { return r.Title == `"Talks` }},
	} {
		reports, skips := collect(t, c.in, c.mapping)
		if len(reports) != 1 || len(skips) > 0 || !c.check(reports[0]) {
			t.Errorf("%s: %.500q %v", c.name, fmt.Sprint(reports), skips)
		}
	}
}

func TestSkips(t *testing.T) {
	for _, c := range []struct{ in, mapping, want string }{
		{"title,text,date\nTalks,,2024-05-01\n", "", "dir/list.csv.gz:2: no text"},
		{"title,text,date\nTalks,x,soon\n", "", `dir/list.csv.gz:2: date does not parse: "soon"`},
		{"title,text,date\nTalks,x,03/04/2024\n", "", `dir/list.csv.gz:2: date does not parse: "03/04/2024"`},
		{"title,text\nTalks,x\n", "text=Body", `dir/list.csv.gz:1: table lacks a column of the mapping: "Body"`},
		{"a,b\n1,2\n", "", "dir/list.csv.gz:1: table has no column of texts: 2 columns"},
		{"text\n" + strings.Repeat("x", 2<<20) + "\n", "", "dir/list.csv.gz:2: line is too long: 2097153 bytes, at most 1048576"},
	} {
		reports, skips := collect(t, c.in, c.mapping)
		if len(reports) > 0 || len(skips) != 1 || skips[0] != c.want {
			t.Errorf("%.60q: %v %q, want %q", c.in, reports, skips, c.want)
		}
	}
}

func TestParseMapping(t *testing.T) {
	for in, want := range map[string]string{
		"titel=x": "is no field", "title": "want field=column", "text=a,text=b": "mapped twice", "text=": "must have a column", `"text=a`: "is no mapping",
	} {
		if m, err := ParseMapping(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %s", in, m, err, want)
		}
	}
	if m, err := ParseMapping(" "); m != nil || err != nil {
		t.Error(m, err)
	}
}

func TestIs(t *testing.T) {
	for _, c := range []struct {
		header string
		m      Mapping
		want   bool
	}{
		{"title,text", nil, true}, {"text", nil, false}, {"title,date", nil, false}, {"a,b", Mapping{"text": "B"}, true}, {"a,b", Mapping{"text": "c"}, false},
		{"url,body", nil, true},
	} {
		if got := c.m.Is(table.Header(c.header, ',')); got != c.want {
			t.Errorf("%s, %v: %t", c.header, c.m, got)
		}
	}
}

func TestSinkStops(t *testing.T) {
	stop := errors.New("enough")
	for _, in := range []string{"title,text\na,b\nc,d\n", "title,text\na,\nc,d\n", "a,b\n"} {
		err := Read(context.Background(), strings.NewReader(in), "f", nil, report.Sink{
			Report: func(report.Report) error { return stop }, Skip: func(report.Skip) error { return stop },
		})
		if err != stop {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("title,text\na,\"b\nc\"\n", "")
	f.Add("T\tB\n\"a\tb\n", "text=B,title=T")
	f.Fuzz(func(t *testing.T, in, mapping string) {
		if _, err := ParseMapping(mapping); err != nil {
			return
		}
		reports, _ := collect(t, in, mapping)
		for _, r := range reports {
			if r.Key == "" || strings.TrimSpace(r.Text) == "" || r.Origin.Line == 0 {
				t.Errorf("%+v", r)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var in strings.Builder
	in.WriteString("id,title,text,published,publisher,url\n")
	for i := range 1000 {
		fmt.Fprintf(&in, "%d,Talks,\"%s\",2024-05-01,Harbour Post,https://example.org/%d\n", i, strings.Repeat("The delegations of both sides, it says, met in the \"\"harbour\"\" town.\n", 5), i)
	}
	b.SetBytes(int64(in.Len()))
	n := 0
	for b.Loop() {
		reports, _ := collect(b, in.String(), "")
		n += len(reports)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
