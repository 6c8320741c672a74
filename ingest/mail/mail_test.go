package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"faultline/ingest/page"
	"faultline/ingest/report"
)

const head = "From: Harbour Post <news@harbour.example>\nTo: reader@example.org\nSubject: Talks\nDate: Wed, 1 May 2024 12:00:00 +0200\nMessage-ID: <1@harbour.example>\nMIME-Version: 1.0\n"

// letter makes a letter of header lines and a body, with the line ends of
// mail.
func letterOf(fields, body string) string {
	return strings.ReplaceAll(head+fields+"\n"+body, "\n", "\r\n")
}

func sinkOf(reports *[]report.Report, skips *[]string) report.Sink {
	return report.Sink{
		Report: func(r report.Report) error { *reports = append(*reports, r); return nil },
		Skip:   func(s report.Skip) error { *skips = append(*skips, s.String()); return nil },
	}
}

func collect(t testing.TB, in string, box bool) (reports []report.Report, skips []string) {
	t.Helper()
	read := Read
	if box {
		read = ReadBox
	}
	for _, r := range []io.Reader{iotest.OneByteReader(strings.NewReader(in)), strings.NewReader(in)} {
		reports, skips = nil, nil
		if err := read(context.Background(), r, "f", page.Options{}, sinkOf(&reports, &skips)); err != nil {
			t.Fatal(err)
		}
	}
	return reports, skips
}

func TestLetter(t *testing.T) {
	got, skips := collect(t, letterOf("Content-Language: en\nArchived-At: <https://harbour.example/1>\n", "The sides met.\n"), false)
	want := []report.Report{{
		Source: "mail", Key: "1@harbour.example", Publisher: "Harbour Post", Title: "Talks", Language: "en", URL: "https://harbour.example/1",
		Published: time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC), Text: "The sides met.", Origin: report.Origin{File: "f"},
	}}
	if !reflect.DeepEqual(got, want) || len(skips) > 0 {
		t.Errorf("got  %+v %v\nwant %+v", got, skips, want)
	}
}

const (
	alternatives = "--b\nContent-Type: text/plain\n\nPlain words.\n--b\nContent-Type: text/html; charset=utf-8\n\n<style>p{}</style><p>The sides met.</p><p>They agreed.</p>\n--b--\n"
	multipart    = "Content-Type: multipart/alternative; boundary=b\n"
)

func TestTexts(t *testing.T) {
	for _, c := range []struct{ name, fields, body, want string }{
		{"quoted-printable", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "The caf=C3=A9 was =\nclosed.\n", "The café was closed."},
		{"base64", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", "VGhlIHNpZGVz\nIG1ldC4=\n", "The sides met."},
		{"windows-1251", "Content-Type: text/plain; charset=windows-1251\nContent-Transfer-Encoding: 8bit\n", "\xcf\xee\xf0\xf2 \xe7\xe0\xea\xf0\xfb\xf2.\n", "Порт закрыт."},
		{"UTF-8 declared as ASCII", "Content-Type: text/plain; charset=us-ascii\n", "The café was closed.\n", "The café was closed."},
		{"a charset that there is not", "Content-Type: text/plain; charset=x-none\n", "The caf\xe9.\n", "The café."},
		{"nothing declared", "", "The caf\xe9.\n", "The café."},
		{"flowed", "Content-Type: text/plain; format=flowed\n", "The sides \nmet in \nthe port.\n\n They agreed.\n", "The sides met in the port.\n\nThey agreed."},
		{"HTML", "Content-Type: text/html\n", "<p>The sides met.<p>They agreed.", "The sides met.\n\nThey agreed."},
		{"HTML goes before plain text", multipart, alternatives, "The sides met.\n\nThey agreed."},
		{"plain text where HTML is empty", multipart, strings.ReplaceAll(strings.ReplaceAll(alternatives, "The sides met.", ""), "They agreed.", ""), "Plain words."},
		{"within mixed and related", "Content-Type: multipart/mixed; boundary=m\n",
			"--m\n" + multipart + "\n" + alternatives + "--m\nContent-Type: image/png\nContent-Disposition: inline\n\nxxxx\n--m\nContent-Type: text/plain\n\nMore.\n--m--\n",
			"The sides met.\n\nThey agreed.\n\nMore."},
		{"forwarded", "Content-Type: multipart/mixed; boundary=m\n", "--m\nContent-Type: message/rfc822\n\nSubject: x\n\nThe sides met.\n--m--\n", "The sides met."},
		{"spoilt parameters of the type", "Content-Type: text/html; charset\n", "<p>The sides met.", "The sides met."},
		{"HTML nested too deep", "Content-Type: text/html\n", strings.Repeat("<div>", 2000) + "The sides met.", "The sides met."},
	} {
		reports, skips := collect(t, letterOf(c.fields, c.body), false)
		if len(reports) != 1 || len(skips) > 0 || strings.ReplaceAll(reports[0].Text, "\r", "") != c.want {
			t.Errorf("%s: %+v %v, want %q", c.name, reports, skips, c.want)
		}
	}
}

func TestFields(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		check          func(report.Report) bool
	}{
		{"encoded subject", "Subject: Talks", "Subject: =?koi8-r?B?8M/S1A==?= =?utf-8?q?_caf=C3=A9?=", func(r report.Report) bool { return r.Title == "Порт café" }},
		{"folded subject", "Subject: Talks", "Subject: Talks\n  go on", func(r report.Report) bool { return r.Title == "Talks go on" }},
		{"raw bytes in the subject", "Subject: Talks", "Subject: Caf\xe9", func(r report.Report) bool { return r.Title == "Café" }},
		{"encoded sender", "Harbour Post <", "=?utf-8?q?Harb=C3=B6ur?= <", func(r report.Report) bool { return r.Publisher == "Harböur" }},
		{"sender without a name", "Harbour Post <news@harbour.example>", "news@harbour.example", func(r report.Report) bool { return r.Publisher == "harbour.example" }},
		{"sender that does not parse", "Harbour Post <news@harbour.example>", "Harbour, Post: <news", func(r report.Report) bool { return r.Publisher == "Harbour, Post:" }},
		{"no sender", "From: Harbour Post <news@harbour.example>\n", "", func(r report.Report) bool { return r.Publisher == "" }},
		{"date with a zone's name", "Wed, 1 May 2024 12:00:00 +0200", "1 May 2024 10:00:00 GMT", func(r report.Report) bool { return r.Published.Hour() == 10 }},
		{"date with a comment", "+0200", "+0200 (CEST)", func(r report.Report) bool { return r.Published.Hour() == 10 }},
		{"no date", "Wed, 1 May 2024 12:00:00 +0200", "some day", func(r report.Report) bool { return r.Published.IsZero() }},
		{"no Message-ID", "Message-ID: <1@harbour.example>\n", "", func(r report.Report) bool { return r.Source == report.ByContent && r.Key != "" }},
	} {
		reports, skips := collect(t, strings.Replace(head, c.from, c.to, 1)+"\nThe sides met.\n", false)
		if len(reports) != 1 || len(skips) > 0 || !c.check(reports[0]) {
			t.Errorf("%s: %+v %v", c.name, reports, skips)
		}
	}
}

func TestSkips(t *testing.T) {
	deep := "The sides met."
	for i := range 20 {
		deep = fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n%s\n--b%d--\n", i, i, deep, i)
	}
	fields, body, _ := strings.Cut(deep, "\n\n")
	for _, c := range []struct{ name, in, want string }{
		{"no header", "no letter at all", "f: header of the letter does not parse: "},
		{"no text", letterOf("Content-Type: image/png\n", "xxxx"), "f: letter has no text: Talks"},
		{"attachment", letterOf("Content-Type: multipart/mixed; boundary=m\n", "--m\n\nThe sides met.\n--m\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"a.pdf\"\n\nxxxx\n--m--\n"),
			"f: attachment is not read: application/pdf a.pdf"},
		{"breaks off", letterOf(multipart, strings.Split(alternatives, "<p>They")[0]), "f: letter breaks off or is spoilt: "},
		{"too deep", letterOf(fields+"\n", body), "f: letter has too many parts: "},
		{"too many", letterOf("Content-Type: multipart/mixed; boundary=m\n", strings.Repeat("--m\n\nx\n", 1000)+"--m--\n"), "f: letter has too many parts: "},
		{"base64 is spoilt", letterOf("Content-Transfer-Encoding: base64\n", "VGhlIHNpZGVz%%%%\n"), "f: letter breaks off or is spoilt: "},
	} {
		_, skips := collect(t, c.in, false)
		if len(skips) == 0 || !strings.HasPrefix(skips[0], c.want) {
			t.Errorf("%s: %q, want %q", c.name, skips, c.want)
		}
	}
}

func TestBox(t *testing.T) {
	from := "From news@harbour.example Wed May  1 12:00:00 2024\n"
	second := strings.Replace(head, "<1@", "<2@", 1)
	in := from + head + "\nThe sides met.\nFrom here they went home.\n\nFrom there too.\n>From the port at 12:30 they left.\n\n" + from + second + "\n" + strings.Repeat("x", 200_000) + "\n"
	reports, skips := collect(t, in, true)
	if len(reports) != 2 || len(skips) > 0 || reports[0].Key != "1@harbour.example" || reports[1].Key != "2@harbour.example" || reports[1].Origin.Line != 15 ||
		reports[0].Text != "The sides met.\nFrom here they went home.\n\nFrom there too.\nFrom the port at 12:30 they left." || len(reports[1].Text) != 200_000 {
		t.Errorf("%.500q %v", fmt.Sprint(reports), skips)
	}
	if got, _ := collect(t, "\ufeff"+strings.ReplaceAll(in, "\n", "\r\n"), true); len(got) != 2 || got[1].Key != reports[1].Key {
		t.Errorf("with the line ends of mail: %.500q", fmt.Sprint(got))
	}
	// A letter that is none costs itself.
	reports, skips = collect(t, from+"no header\n\n"+from+second+"\nThe sides met.\n", true)
	if len(reports) != 1 || len(skips) != 1 || !strings.HasPrefix(skips[0], "f:1: ") {
		t.Errorf("%v %v", reports, skips)
	}
	if _, skips := collect(t, "Dear reader,\n\nhello.\n", true); !reflect.DeepEqual(skips, []string{"f:1: file is no mailbox: Dear reader,\n"}) {
		t.Errorf("%q", skips)
	}
	if reports, skips := collect(t, "", true); reports != nil || skips != nil {
		t.Errorf("%v %v", reports, skips)
	}
}

func TestIs(t *testing.T) {
	for in, want := range map[string]string{
		letterOf("", "x"): "letter",
		"From news@harbour.example Wed May  1 12:00:00 2024\n": "box",
		"From there they went to the port at noon.\n":          "",
		"From: the editor\nDate: today\n\nDear readers":        "",
		"Received: from x\n by y\nSubject: z\n\n":              "letter",
		"": "",
	} {
		got := ""
		switch {
		case IsBox([]byte(in)):
			got = "box"
		case IsLetter([]byte(in)):
			got = "letter"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// What is not text is not held.
func TestMemory(t *testing.T) {
	line := strings.Repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w", 1) + "\r\n"
	start := letterOf("Content-Type: multipart/mixed; boundary=m\n", "--m\n\nThe sides met.\n--m\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n")
	parts := []io.Reader{strings.NewReader(start)}
	for range 64 {
		parts = append(parts, strings.NewReader(strings.Repeat(line, 1<<20/len(line))))
	}
	parts = append(parts, strings.NewReader("--m--\r\n"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var reports []report.Report
	var skips []string
	err := Read(context.Background(), io.MultiReader(parts...), "f", page.Options{}, sinkOf(&reports, &skips))
	runtime.ReadMemStats(&after)
	if err != nil || len(reports) != 1 || len(skips) != 1 {
		t.Errorf("%v %v %v", reports, skips, err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 70<<20 { // the test itself makes 64 MiB
		t.Errorf("%d bytes were allocated", n)
	}
}

func TestInputFailsAndSinkStops(t *testing.T) {
	broken, stop := errors.New("broken"), errors.New("enough")
	box := "From a@b.example Wed May  1 12:00:00 2024\n" + head + "\nThe sides met.\n"
	for name, read := range map[string]func(context.Context, io.Reader, string, page.Options, report.Sink) error{"letter": Read, "box": ReadBox} {
		in := box
		if name == "letter" {
			in = head + "\nThe sides met.\n"
		}
		n := 0
		err := read(context.Background(), io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), "f", page.Options{}, report.Sink{
			Report: func(report.Report) error { n++; return nil }, Skip: func(report.Skip) error { return nil },
		})
		if err != broken || n != 1 {
			t.Errorf("%s: %v, %d reports", name, err, n)
		}
		err = read(context.Background(), strings.NewReader(in+"\n"+in), "f", page.Options{}, report.Sink{
			Report: func(report.Report) error { return stop }, Skip: func(report.Skip) error { return nil },
		})
		if err != stop {
			t.Errorf("%s: %v", name, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := read(ctx, strings.NewReader(in), "f", page.Options{}, sinkOf(new([]report.Report), new([]string))); err != context.Canceled {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(letterOf(multipart, alternatives))
	f.Add(letterOf("Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: quoted-printable\n", "=F0=CF=\n\xff"))
	f.Add("From a@b.example Wed May  1 12:00:00 2024\n" + head + "\nThe sides met.\n>From x\n\nFrom a@b.example Wed May  1 12:00:00 2024\n" + head + "\nx\n")
	f.Fuzz(func(t *testing.T, in string) {
		for _, box := range []bool{false, true} {
			reports, skips := collect(t, in, box)
			for _, r := range reports {
				if r.Key == "" || strings.TrimSpace(r.Text) == "" {
					t.Errorf("%+v", r)
				}
			}
			if !box && len(reports)+len(skips) == 0 {
				t.Error("nothing is said of the letter")
			}
		}
	})
}

func BenchmarkReadBox(b *testing.B) {
	var in strings.Builder
	for i := range 500 {
		fmt.Fprintf(&in, "From a@b.example Wed May  1 12:00:00 2024\n%s%s\n%s\n", strings.Replace(head, "<1@", fmt.Sprintf("<%d@", i), 1), multipart,
			strings.Replace(alternatives, "They agreed.", strings.Repeat("The delegations met in the harbour town. ", 50), 1))
	}
	b.SetBytes(int64(in.Len()))
	n := 0
	for b.Loop() {
		var reports []report.Report
		var skips []string
		if err := ReadBox(context.Background(), strings.NewReader(in.String()), "f", page.Options{}, sinkOf(&reports, &skips)); err != nil || len(skips) > 0 {
			b.Fatal(err, skips)
		}
		n += len(reports)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "letters/s")
}
