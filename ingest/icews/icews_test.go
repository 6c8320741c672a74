package icews

import (
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

	"faultline/ingest/report"
	"faultline/schema"
)

func collect(t testing.TB, r io.Reader) (reports []report.Report, skips []string, err error) {
	t.Helper()
	err = Read(context.Background(), r, "f", report.Sink{
		Report: func(r report.Report) error { reports = append(reports, r); return nil },
		Skip:   func(s report.Skip) error { skips = append(skips, s.String()); return nil },
	})
	return reports, skips, err
}

func TestReport(t *testing.T) {
	day := schema.MakeDay(2014, 3, 5)
	for _, c := range []struct {
		name, in string
		key      string
		want     report.Row
	}{
		{"by name", "Norland\tMake a visit\tSudland\t2014-03-05\n",
			"Norland\tMake a visit\tSudland\t2014-03-05", report.Row{Initiator: "Norland", Recipient: "Sudland", Code: "042", Day: day}},
		{"by code", "Norland\t042\tSudland\t2014-03-05",
			"Norland\t042\tSudland\t2014-03-05", report.Row{Initiator: "Norland", Recipient: "Sudland", Code: "042", Day: day}},
		{"zero lost, blanks, CRLF", " Norland \t42\tSudland\t2014-03-05 \r\n",
			"Norland\t42\tSudland\t2014-03-05", report.Row{Initiator: "Norland", Recipient: "Sudland", Code: "042", Day: day}},
		{"American date", "Norland\t042\tSudland\t3/5/2014\n",
			"Norland\t042\tSudland\t3/5/2014", report.Row{Initiator: "Norland", Recipient: "Sudland", Code: "042", Day: day}},
		{"marks and quotes are data", "\ufeff\"Army\" (Nørland)\tAccuse\tO'Neil\t2014-03-05\n",
			"\"Army\" (Nørland)\tAccuse\tO'Neil\t2014-03-05", report.Row{Initiator: "\"Army\" (Nørland)", Recipient: "O'Neil", Code: "112", Day: day}},
		{"Windows-1252", "N\xf8rland\tAccuse\tSudland\t2014-03-05\n",
			"Nørland\tAccuse\tSudland\t2014-03-05", report.Row{Initiator: "Nørland", Recipient: "Sudland", Code: "112", Day: day}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, skips, err := collect(t, strings.NewReader(c.in))
			if err != nil || len(skips) > 0 || len(got) != 1 {
				t.Fatalf("got %v, skips %v, %v", got, skips, err)
			}
			want := report.Report{Source: "icews", Publisher: "ICEWS", Key: c.key, Published: day.Time(),
				Coded: []report.Row{c.want}, Origin: report.Origin{File: "f", Line: 1}}
			if !reflect.DeepEqual(got[0], want) {
				t.Errorf("got  %+v\nwant %+v", got[0], want)
			}
		})
	}
}

func TestSkip(t *testing.T) {
	const good = "Norland\tAccuse\tSudland\t2014-03-05\n"
	for _, c := range []struct{ name, line, want string }{
		{"three cells", "Norland\tAccuse\tSudland", "f:2: row does not have 4 cells: 3 cells"},
		{"one cell", "Norland", "f:2: row does not have 4 cells: 1 cells"},
		{"five cells", good[:len(good)-1] + "\t", "f:2: row does not have 4 cells: 5 cells"},
		{"seven cells", good[:len(good)-1] + "\t\t1\t", "f:2: row does not have 4 cells: 7 cells"},
		{"no source", " \tAccuse\tSudland\t2014-03-05", `f:2: source or target is empty: " \tAccuse\tSudland\t2014-03-05"`},
		{"no target", "Norland\tAccuse\t\t2014-03-05", `f:2: source or target is empty: "Norland\tAccuse\t\t2014-03-05"`},
		{"date", "Norland\tAccuse\tSudland\t2014-02-30", `f:2: date does not parse: "2014-02-30"`},
		{"no date", "Norland\tAccuse\tSudland\t", `f:2: date does not parse: ""`},
		{"cut year", "Norland\tAccuse\tSudland\t1/2/20", `f:2: date does not parse: "1/2/20"`},
		{"year", "Norland\tAccuse\tSudland\t0201-02-03", `f:2: date does not parse: "0201-02-03"`},
		{"relation", "Norland\tSend greetings\tSudland\t2014-03-05", `f:2: unknown relation: "Send greetings"`},
		{"no relation", "Norland\t\tSudland\t2014-03-05", `f:2: unknown relation: ""`},
		{"code", "Norland\t9999\tSudland\t2014-03-05", `f:2: unknown relation: "9999"`},
		{"two readings", "Norland\t18\tSudland\t2014-03-05", `f:2: code is ambiguous without its leading zero: "18"`},
		{"statement", "Norland\tMake statement\tSudland\t2014-03-05", `f:2: plain statement, no event (CAMEO 01): "Make statement"`},
		{"statement's code", "Norland\t012\tSudland\t2014-03-05", `f:2: plain statement, no event (CAMEO 01): "012"`},
		{"a header further down", "source\trelation\ttarget\tdate", `f:2: unknown relation: "relation"`},
		{"too long", strings.Repeat("x", rowMax+1), "f:2: line is too long: 1048578 bytes, at most 1048576"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, skips, err := collect(t, strings.NewReader(good+c.line+"\n\n"+good))
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 2 || got[0].Origin.Line != 1 || got[1].Origin.Line != 4 {
				t.Errorf("the good lines: %v", got)
			}
			if len(skips) != 1 || skips[0] != c.want {
				t.Errorf("got  %v\nwant %v", skips, c.want)
			}
		})
	}
}

func TestHeader(t *testing.T) {
	for _, head := range []string{"source\trelation\ttarget\tdate", "Source Name\tEvent Text\tTarget Name\tEvent Date", "id\tdate\ta\tb\tc"} {
		got, skips, err := collect(t, strings.NewReader("\r\n"+head+"\r\nNorland\tAccuse\tSudland\t2014-03-05\r\n"))
		if err != nil || len(got) != 1 || len(skips) != 1 || !strings.HasPrefix(skips[0], "f:2: header line: ") {
			t.Errorf("%q: got %v, %v, %v", head, got, skips, err)
		}
	}
}

func TestCodeOf(t *testing.T) {
	for in, want := range map[string]schema.Code{
		"190": "190", "042": "042", "42": "042", "0214": "0214", "214": "0214", "1031": "1031", "20": "", "10": "",
		"21": "021", "04": "04", "4": "04", "200": "200", "204": "204", "2041": "2041", "112": "112", "010": "010", "01": "01",
		"999": "", "0": "", "00": "", "00042": "", "19999": "", "-42": "", "4.2": "",
		"Consult": "040", "Yield": "080", "Reject": "120", // names of roots as well
		"Make_a_visit": "042", "MAKE A VISIT": "042", "Meet at a ‘third’ location": "044", "Fight with artillery and tanks": "194",
		"Impose embargo boycott or sanctions": "163",
	} {
		got, err := codeOf(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("codeOf(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

// data opens a file of the evaluation data, which the project does not hold.
func data(t testing.TB, name string) *os.File {
	t.Helper()
	dir := os.Getenv("FAULTLINE_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("evaluation data: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestAllRelations(t *testing.T) {
	b, err := io.ReadAll(data(t, "cameo/icews-relations.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(b)), "\n")[1:]
	if len(rows) != 226 {
		t.Errorf("%d relations, want 226", len(rows))
	}
	for _, row := range rows {
		cells := strings.Split(row, "\t")
		if got, err := codeOf(cells[0]); string(got) != cells[1] || err != nil {
			t.Errorf("codeOf(%q) = %q, %v; want %s", cells[0], got, err, cells[1])
		}
	}
}

func TestInputFails(t *testing.T) {
	broken := errors.New("broken")
	for in, want := range map[string]int{
		"Norland\tAccuse\tSudland\t2014-03-05\nNorland\tAcc":                         1,
		"Norland\tAccuse\tSudland\t2014-03-05\nNorland\tAccuse\tSudland\t2014-03-0":  1,
		"Norland\tAccuse\tSudland\t2014-03-05\nNorland\tAccuse\tSudland\t2014-03-05": 2,
	} {
		got, skips, err := collect(t, io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)))
		if len(got) != want || len(skips) != 0 || !errors.Is(err, broken) || err.Error() != "f:2: broken" {
			t.Errorf("%q: got %v, %v, %v; want %d reports and the failure", in, got, skips, err, want)
		}
	}
}

func TestSinkAndContextStop(t *testing.T) {
	const in = "Norland\tAccuse\tSudland\t2014-03-05\nbad\nNorland\tAccuse\tSudland\t2014-03-06\n"
	stop := errors.New("enough")
	ctx, cancel := context.WithCancel(context.Background())
	for _, c := range []struct {
		name         string
		report, skip func() error
		want         error
		calls        int
	}{
		{"report", func() error { return stop }, func() error { return nil }, stop, 1},
		{"skip", func() error { return nil }, func() error { return stop }, stop, 2},
		{"context", func() error { return nil }, func() error { cancel(); return nil }, context.Canceled, 2},
	} {
		n := 0
		err := Read(ctx, strings.NewReader(in), "f", report.Sink{
			Report: func(report.Report) error { n++; return c.report() },
			Skip:   func(report.Skip) error { n++; return c.skip() },
		})
		if err != c.want || n != c.calls {
			t.Errorf("%s: got %v after %d calls, want %v after %d", c.name, err, n, c.want, c.calls)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Norland\tAccuse\tSudland\t2014-03-05\n")
	f.Add("\ufeffsource\trelation\ttarget\tdate\r\nNorland\t42\tSudland\t3/5/2014\r\n\na\tb\n")
	f.Add("N\xf8rland\t010\tSudland\t2014-03-05")
	f.Fuzz(func(t *testing.T, in string) {
		got, skips, err := collect(t, strings.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(in, "\n") + 1; len(got)+len(skips) > lines {
			t.Errorf("%d reports and %d skips of %d lines", len(got), len(skips), lines)
		}
		for _, r := range got {
			row := r.Coded[0]
			facts, ok := row.Code.Facts()
			if row.Initiator == "" || row.Recipient == "" || !ok || facts.Type == "" || row.Day == schema.NoDay || strings.Count(r.Key, "\t") != 3 {
				t.Errorf("report %+v", r)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var in strings.Builder
	names := []string{"Make a visit", "Accuse", "Make statement", "Use conventional military force"}
	for i := range 10_000 {
		fmt.Fprintf(&in, "Army (Norland)\t%s\tSudland %d\t2014-03-05\n", names[i%4], i)
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		err := Read(context.Background(), strings.NewReader(in.String()), "f", report.Sink{
			Report: func(report.Report) error { n++; return nil },
			Skip:   func(report.Skip) error { n++; return nil },
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
