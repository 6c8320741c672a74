package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func all(t testing.TB, r io.Reader, comma byte) (rows []string, err error) {
	t.Helper()
	in := New(r, "f", comma)
	for {
		row, err := in.Next(context.Background())
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		s := fmt.Sprintf("%d:%q", row.Origin.Line, row.Cells)
		if row.TooLong > 0 {
			s = fmt.Sprintf("%d: %d bytes", row.Origin.Line, row.TooLong)
		}
		rows = append(rows, s)
	}
}

func TestRows(t *testing.T) {
	long := strings.Repeat("x", maxBytes+5)
	many := strings.Repeat("b,c\n", maxLines+10)
	for _, c := range []struct {
		name  string
		in    string
		comma byte
		want  []string
	}{
		{"plain", "a,b\n\n1,2\r\n", ',', []string{`1:["a" "b"]`, `3:["1" "2"]`}},
		{"byte order mark, no end", "\ufeffa,b\n1,", ',', []string{`1:["a" "b"]`, `2:["1" ""]`}},
		{"quoted", `"a, b","c ""d"" e","",x` + "\n", ',', []string{`1:["a, b" "c \"d\" e" "" "x"]`}},
		{"over lines", "a,\"b\n\nc\",d\ne,f,g\n", ',', []string{`1:["a" "b\n\nc" "d"]`, `4:["e" "f" "g"]`}},
		{"mark within", `a"b,"c"d",e` + "\n", ',', []string{`1:["a\"b" "c\"d" "e"]`}},
		{"never closed", "\"a,b\nc,d\n", ',', []string{`1:["\"a" "b"]`, `2:["c" "d"]`}},
		{"never closed, long", "\"a,b\n" + many, ',', nil},
		{"guess semicolon", "a;b,c;d\n1;2;3\n", 0, []string{`1:["a" "b,c" "d"]`, `2:["1" "2" "3"]`}},
		{"guess tab", "a\tb\n'1\t\"2\n3\t4\n", 0, []string{`1:["a" "b"]`, `2:["'1" "\"2"]`, `3:["3" "4"]`}},
		{"Windows-1252", "S\xe3o,\x93x\x94\n", ',', []string{`1:["São" "“x”"]`}},
		{"too long", "a,b\n" + long + "\nc,d\n", ',', []string{`1:["a" "b"]`, fmt.Sprintf("2: %d bytes", maxBytes+6), `3:["c" "d"]`}},
		{"blank", " \n\n", ',', nil},
	} {
		got, err := all(t, strings.NewReader(c.in), c.comma)
		if c.want == nil && c.in[0] == '"' {
			if len(got) != maxLines+11 || got[0] != `1:["\"a" "b"]` || err != nil {
				t.Errorf("%s: %d rows, %v", c.name, len(got), err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v %v, want %v", c.name, got, err, c.want)
		}
	}
}

func TestInputFails(t *testing.T) {
	broken := errors.New("broken")
	for in, want := range map[string]int{"a,b\nc,d\n": 2, "a,b\n\"c,d\n": 2, "a,b\n\"c\ne": 2} {
		got, err := all(t, io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), ',')
		if len(got) != want || !errors.Is(err, broken) {
			t.Errorf("%q: %v %v", in, got, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := New(strings.NewReader("a\n"), "f", ',').Next(ctx); err != context.Canceled {
		t.Error(err)
	}
}

func TestColumns(t *testing.T) {
	c := ColumnsOf([]string{" EVENT_ID_CNTY", "Event Date", "event date", ""})
	cells := []string{" X1 ", "d"}
	if c.Cell(cells, "event id cnty") != "X1" || c.Cell(cells, "date", "event date") != "d" || c.Cell(cells[:1], "event date") != "" ||
		c.Cell(cells, "nothing") != "" || !c.Has("event date") || c.Has("event date", "notes") {
		t.Error(c)
	}
}

func FuzzNext(f *testing.F) {
	f.Add("a,\"b\nc\",d\n\"e,f\n", byte(','))
	f.Add("a\t\"b\n", byte(0))
	f.Fuzz(func(t *testing.T, in string, comma byte) {
		if comma != 0 && comma != '\t' && comma != ';' {
			comma = ','
		}
		rows, err := all(t, strings.NewReader(in), comma)
		if err != nil || len(rows) > strings.Count(in, "\n")+1 {
			t.Errorf("%d rows of %q, %v", len(rows), in, err)
		}
	})
}

// A mark that is never closed costs a look ahead, not one for each row.
func BenchmarkUnclosed(b *testing.B) {
	in := strings.Repeat("\"a,b\n", 50_000)
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		if rows, err := all(b, strings.NewReader(in), ','); err != nil || len(rows) != 50_000 {
			b.Fatal(len(rows), err)
		}
	}
}
