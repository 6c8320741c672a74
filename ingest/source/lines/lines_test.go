package lines

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"faultline/ingest/report"
)

// all reads everything into one text: number, content, and marks for lines
// that are too long or cut.
func all(t *testing.T, r io.Reader, max int) (string, error) {
	t.Helper()
	in := New(r, "f", max)
	var b strings.Builder
	for {
		l, err := in.Next(context.Background())
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		b.WriteString(strconv.Itoa(l.Origin.Line) + "=" + string(l.Text))
		if l.TooLong > 0 {
			b.WriteString("(long " + strconv.FormatInt(l.TooLong, 10) + ")")
		}
		if l.Cut {
			b.WriteString("(cut)")
		}
		b.WriteString(";")
	}
}

func TestNext(t *testing.T) {
	big := strings.Repeat("x", 200<<10) // above the buffer
	for _, c := range []struct {
		name, in string
		max      int
		want     string
	}{
		{"empty", "", 10, ""},
		{"one", "a\n", 10, "1=a;"},
		{"no end", "a\nb", 10, "1=a;2=b;"},
		{"blank lines", "\n\na\n\n", 10, "1=;2=;3=a;4=;"},
		{"CRLF", "a\r\nb\r\n", 10, "1=a;2=b;"},
		{"mark", "\ufeffa\n\ufeffb\n", 10, "1=a;2=\ufeffb;"},
		{"at the limit", "12345\n12345\r\n123456\n", 5, "1=12345;2=12345;3=(long 7);"},
		{"far too long", big + "\nb\n", 10, "1=(long 204801);2=b;"},
		{"too long at the end", "a\n" + big, 10, "1=a;2=(long 204800);"},
		{"longer than the buffer", big + "\n" + big + "y\r\nb", 1 << 20, "1=" + big + ";2=" + big + "y;3=b;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in)), iotest.DataErrReader(strings.NewReader(c.in))} {
				if got, err := all(t, r, c.max); err != nil || got != c.want {
					t.Errorf("got %.200q, %v\nwant %.200q", got, err, c.want)
				}
			}
		})
	}
}

func TestFailure(t *testing.T) {
	broken := errors.New("broken")
	for in, want := range map[string]string{
		"a\nb":   "1=a;2=b(cut);",
		"a\nb\n": "1=a;2=b;",
		"":       "",
	} {
		got, err := all(t, io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), 10)
		var at *Error
		if got != want || !errors.As(err, &at) || !errors.Is(err, broken) {
			t.Fatalf("%q: got %q, %v; want %q and the failure", in, got, err, want)
		}
		if line := strings.Count(in, "\n") + 1; at.Origin != (report.Origin{File: "f", Line: line}) {
			t.Errorf("%q: failure at %v, want line %d", in, at.Origin, line)
		}
	}
}

// endless is a line that never ends, and counts what is taken of it.
type endless struct {
	left int64
	stop func()
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	if e.left -= int64(len(p)); e.left < 0 && e.stop != nil {
		e.stop()
	}
	return len(p), nil
}

func TestCancelWithinLine(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	in := New(&endless{1 << 20, cancel}, "f", 1000)
	if _, err := in.Next(ctx); err != context.Canceled {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestTooLongIsNotHeld(t *testing.T) {
	r := io.MultiReader(io.LimitReader(&endless{}, 50<<20), strings.NewReader("\nb\n"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := all(t, r, 1<<20)
	runtime.ReadMemStats(&after)
	if want := "1=(long 52428801);2=b;"; got != want || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 12<<20 {
		t.Errorf("%d bytes were allocated for a line of 50 MB and a limit of 1 MB", n)
	}
}

func FuzzNext(f *testing.F) {
	f.Add("a\r\n\nb", 3)
	f.Add("\ufeff12345\n", 5)
	f.Fuzz(func(t *testing.T, s string, max int) {
		if max < 0 || max > 1<<20 {
			return
		}
		in := New(iotest.HalfReader(strings.NewReader(s)), "f", max)
		want := strings.Split(strings.TrimPrefix(s, "\ufeff"), "\n")
		if strings.HasSuffix(s, "\n") || s == "" {
			want = want[:len(want)-1]
		}
		for i := 0; ; i++ {
			l, err := in.Next(context.Background())
			if err == io.EOF {
				if i != len(want) {
					t.Fatalf("%d lines, want %d", i, len(want))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			w := strings.TrimSuffix(want[i], "\r")
			if l.TooLong == 0 && string(l.Text) != w || l.TooLong > 0 && len(l.Text) > 0 || len(l.Text) > max || l.Origin.Line != i+1 {
				t.Fatalf("line %d: %q (%d), want %q", i+1, l.Text, l.TooLong, w)
			}
			if l.TooLong > 0 && len(want[i]) <= max {
				t.Fatalf("line %d of %d bytes is too long for %d", i+1, len(want[i]), max)
			}
		}
	})
}
