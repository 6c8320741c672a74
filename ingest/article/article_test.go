package article

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"faultline/ingest/fetch"
	"faultline/ingest/report"
)

const par = "The delegations of Norland and Sudland met in the harbour town on Sunday to talk about the border, said officials of both sides."

func pageOf(charset, text string) string {
	return `<!DOCTYPE html><html lang="en"><head>` + charset + `<title>Two sides meet</title><meta property="og:site_name" content="Harbour Post">
<link rel="canonical" href="/story"><meta property="article:published_time" content="2026-02-28T08:00:00Z"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Two sides meet</h1><p>` + text + `</p><p>` + par + `</p></article></body></html>`
}

// server answers by path; the client may ask it.
func server(t testing.TB, pages map[string]http.HandlerFunc) (string, *fetch.Client, fetch.Policy) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := pages[r.URL.Path]; h != nil {
			h(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := fetch.New(fetch.Options{UserAgent: "faultline/test", Now: func() time.Time { return now }})
	t.Cleanup(func() { c.Close(); s.CloseClientConnections(); s.Close() })
	return s.URL, c, fetch.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Interval: -1, Timeout: 10 * time.Second}
}

func serve(contentType, content string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, content)
	}
}

func TestGet(t *testing.T) {
	russian, _ := charmap.KOI8R.NewEncoder().String(pageOf("", "Войска отошли от реки."))
	arabic, _ := charmap.Windows1256.NewEncoder().String(pageOf(`<meta charset="windows-1256">`, "انسحبت القوات من النهر."))
	base, c, policy := server(t, map[string]http.HandlerFunc{
		"/page":    serve("text/html; charset=utf-8", pageOf("", "Guns fell silent.")),
		"/koi8":    serve("text/html; charset=koi8-r", russian),
		"/arabic":  serve("text/html", arabic),
		"/untyped": serve("", pageOf("", "Guns fell silent.")),
		"/plain":   serve("text/plain", par),
		"/octets":  serve("application/octet-stream", pageOf("", "Guns fell silent.")),
		"/cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			io.WriteString(w, pageOf("", "Guns fell silent."))
		},
		"/pdf":     serve("application/pdf", "%PDF-1.7"),
		"/picture": serve("text/html", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"),
		"/empty":   serve("text/html", ""),
		"/script":  serve("text/html", "<html><body><script>render()</script></body></html>"),
		"/tags":    serve("text/html", strings.Repeat("<b>x</b>", elementsMax)),
		"/deep":    serve("text/html", strings.Repeat("<div>", 20_000)+par),
		"/long":    serve("text/plain", strings.Repeat("Guns fell silent. ", TextMax/16)),
		"/large":   serve("text/html", strings.Repeat("x", MaxBytes+1)),
	})
	for path, c2 := range map[string]struct {
		text string
		err  error
	}{
		"/page": {"Guns fell silent.\n\n" + par, nil}, "/koi8": {"Войска отошли от реки.\n\n" + par, nil}, "/arabic": {"انسحبت القوات من النهر.\n\n" + par, nil},
		"/untyped": {"Guns fell silent.\n\n" + par, nil}, "/octets": {"Guns fell silent.\n\n" + par, nil}, "/plain": {par, nil}, "/cut": {"Guns fell silent.\n\n" + par, nil},
		"/pdf": {"", ErrKind}, "/picture": {"", ErrKind}, "/empty": {"", ErrText}, "/script": {"", ErrText}, "/tags": {"", fetch.ErrTooLarge}, "/deep": {"", ErrText},
		"/large": {"", fetch.ErrTooLarge}, "/long": {"", fetch.ErrTooLarge},
	} {
		got, err := Get(context.Background(), c, base+path, Options{Policy: policy})
		if !errors.Is(err, c2.err) || err == nil && c2.err != nil || got.Report.Text != c2.text {
			t.Errorf("%s: %.200q, %v", path, got.Report.Text, err)
		}
	}
	got, err := Get(context.Background(), c, base+"/page", Options{Policy: policy})
	want := report.Report{
		Source: "url", Key: base + "/story", URL: base + "/story", Publisher: "Harbour Post", Title: "Two sides meet", Language: "en",
		Published: time.Date(2026, 2, 28, 8, 0, 0, 0, time.UTC), Text: "Guns fell silent.\n\n" + par, Origin: report.Origin{File: base + "/page"},
	}
	want.Version = Version(want.Title, want.Text)
	if err != nil || !reflect.DeepEqual(got.Report, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got.Report, err, want)
	}
	got, err = Get(context.Background(), c, base+"/page", Options{Policy: policy, Publisher: "P", Language: "fr", Published: time.Unix(0, 0)})
	if r := got.Report; err != nil || r.Publisher != "P" || r.Language != "fr" || !r.Published.Equal(time.Unix(0, 0)) {
		t.Errorf("%+v %v", r, err)
	}
}

func TestPoll(t *testing.T) {
	text, etag := "Guns fell silent.", `"1"`
	pages := map[string]http.HandlerFunc{
		"/a": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", etag)
			if r.Header.Get("If-None-Match") == etag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			io.WriteString(w, pageOf("", text))
		},
		"/b":   serve("text/html", pageOf("", "Guns spoke again.")),
		"/pdf": serve("application/pdf", ""),
	}
	base, c, policy := server(t, pages)
	s := &Source{Client: c, URLs: []string{base + "/a", base + "/none", base + "/b", base + "/pdf"}, Policy: policy}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	poll := func(st State) (keys, skips []string, next State, err error) {
		t.Helper()
		b, _ := json.Marshal(st)
		var read State
		if err := json.Unmarshal(b, &read); err != nil {
			t.Fatal(err)
		}
		next, err = s.Poll(context.Background(), read, report.Sink{
			Report: func(r report.Report) error {
				keys = append(keys, strings.TrimPrefix(r.Key, base)+" "+r.Text[:len("Guns fell")])
				return nil
			},
			Skip: func(s report.Skip) error { skips = append(skips, s.Reason); return nil },
		})
		return keys, skips, next, err
	}
	keys, skips, st, err := poll(State{})
	if !reflect.DeepEqual(keys, []string{"/a Guns fell", "/b Guns spok"}) || !reflect.DeepEqual(skips, []string{ReasonFetch, ReasonPage}) || err != nil {
		t.Fatalf("%q %q %v", keys, skips, err)
	}
	keys, _, next, err := poll(st)
	if len(keys) != 0 || !reflect.DeepEqual(st, next) || err != nil {
		t.Errorf("idle: %q, %+v, %v", keys, next, err)
	}
	text, etag = "Guns fell, they say now.", `"2"`
	if keys, _, st, err = poll(next); !reflect.DeepEqual(keys, []string{"/a Guns fell"}) || err != nil {
		t.Errorf("changed: %q %v", keys, err)
	}
	etag = `"3"` // the same article with another page around it
	if keys, _, _, err = poll(st); len(keys) > 0 || err != nil {
		t.Errorf("%q", keys)
	}
	full := errors.New("full")
	st, err = s.Poll(context.Background(), State{}, report.Sink{Report: func(report.Report) error { return full }})
	if err != full || len(st.Pages) > 0 {
		t.Errorf("%+v %v", st, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Poll(ctx, State{}, report.Sink{}); err != context.Canceled {
		t.Error(err)
	}
	s.URLs = []string{base + "/none", base + "/gone"}
	if _, skips, _, err := poll(State{}); err == nil || len(skips) != 2 {
		t.Errorf("%q %v", skips, err)
	}
}

func TestValidate(t *testing.T) {
	c := fetch.New(fetch.Options{UserAgent: "x", Now: time.Now})
	for _, s := range []Source{{URLs: []string{"https://a.example/"}}, {Client: c}, {Client: c, URLs: []string{"https://a.example/", "b.example"}}} {
		if s.Validate() == nil {
			t.Error(fmt.Sprint(s.URLs))
		}
	}
}
