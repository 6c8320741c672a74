package web_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"faultline/web"
)

// views are the addresses of all pages of the small graph.
func (d *desk) views() []string {
	return []string{
		"/", "/?rank=level&days=60", "/?of=ruritania&at=2024-06-20", "/?country=RUR", "/?cracks=1&asof=2024-06-30",
		"/relation/grunland/ruritania", "/relation/grunland/ruritania?from=2024-01-01&to=2024-06-30&type=ASSAULT&by=week&level=actor", "/relation/evil/evil-state",
		"/actor/ruritania", "/actor/strelsau", "/actor/evil", "/actor/evil-state", "/actor/formula", "/actors", "/actors?q=" + url.QueryEscape(evilName),
		"/event/" + strings.TrimPrefix(string(d.events[len(d.events)-1]), "event:"), "/event/" + strings.TrimPrefix(string(d.events[50]), "event:"),
		"/map", "/map?place=zenda", "/map?of=ruritania&box=25,12,64,42", "/search", "/search?q=shelled", "/search?q=" + url.QueryEscape(`"a town" `+evilTitle), "/loads", "/about",
	}
}

// Every view is there as a page, as data and as pictures, and what hostile
// sources say is text in all of them.
func TestViews(t *testing.T) {
	d := newDesk(t)
	event := d.get(d.views()[15]).Body.String()
	report := regexp.MustCompile(`/report/[0-9a-f-]+`).FindString(event)
	load := regexp.MustCompile(`/loads/[0-9a-f-]+`).FindString(d.get("/loads").Body.String())
	if report == "" || load == "" {
		t.Fatalf("no link to a report (%q) or a load (%q)", report, load)
	}
	for _, view := range append(d.views(), report, load) {
		w := d.get(view)
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", view, w.Code)
			continue
		}
		body := w.Body.String()
		for _, wrong := range []string{"<script>window", "<img src=x", "<svg onload", "<b onmouse", `href="javascript`, "<i>", "style=", "ZgotmplZ", "<no value>", "http://www.w3.org"} {
			if strings.Contains(body, wrong) {
				t.Errorf("%s: has %s", view, wrong)
			}
		}
		if view == "/about" {
			continue
		}
		join := "?"
		if strings.Contains(view, "?") {
			join = "&"
		}
		for _, format := range []string{"json", "csv", "svg", "png"} {
			w := d.get(view + join + "format=" + format)
			if w.Code != http.StatusOK {
				t.Errorf("%s as %s: %d %s", view, format, w.Code, w.Body.String())
				continue
			}
			if h := w.Header().Get("Content-Disposition"); !strings.HasPrefix(h, `attachment; filename="`) || !strings.HasSuffix(h, "."+format+`"`) {
				t.Errorf("%s as %s: %s", view, format, h)
			}
			var err error
			switch format {
			case "json":
				err = json.Unmarshal(w.Body.Bytes(), new(any))
			case "csv":
				var rows [][]string
				rows, err = csv.NewReader(w.Body).ReadAll()
				for _, row := range rows {
					for _, cell := range row {
						if strings.HasPrefix(cell, "=") {
							t.Errorf("%s: a spreadsheet would run %s", view, cell)
						}
					}
				}
			case "svg":
				for x := xml.NewDecoder(w.Body); err == nil; {
					var token xml.Token
					token, err = x.Token()
					if start, ok := token.(xml.StartElement); ok && (start.Name.Local == "script" || start.Name.Local == "img" || start.Name.Local == "b") {
						t.Errorf("%s: the picture has <%s>", view, start.Name.Local)
					}
				}
				if err == io.EOF {
					err = nil
				}
			case "png":
				_, err = png.Decode(w.Body)
			}
			if err != nil {
				t.Errorf("%s as %s: %v", view, format, err)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct {
		address string
		status  int
		says    string
	}{
		{"/nowhere", 404, "no page"},
		{"/actor/ruritanai", 404, "Ruritania"},
		{"/actor/" + url.PathEscape(evilName+"zzz"), 404, "No actor"},
		{"/relation/ruritania/ruritania", 400, "Sorry"},
		{"/relation?a=ruritania", 400, "both"},
		{"/event/00000000-0000-0000-0000-000000000000", 404, "no event"},
		{"/report/none", 404, "no report"},
		{"/loads/none", 404, "no load"},
		{"/?at=yesterday", 400, "YYYY-MM-DD"},
		{"/?days=0", 400, "number"},
		{"/?level=planet", 400, "bloc"},
		{"/?country=%3Cscript%3E", 400, "three letters"},
		{"/relation/grunland/ruritania?from=2024-02-01&to=2024-01-01", 400, "before"},
		{"/relation/grunland/ruritania?type=HUG", 400, "ASSAULT"},
		{"/map?box=1,2,3", 400, "degrees"},
		{"/map?box=NaN,0,NaN,1", 400, "degrees"},
		{"/map?place=nowhere", 404, "No events"},
		{"/?format=pdf", 400, "want json"},
		{"/search?q=" + strings.Repeat("x", 301), 400, "fewer"},
		{"/" + strings.Repeat("x", 3000), 414, "too long"},
		{"/static/none.css", 404, "no file"},
	} {
		w := d.get(c.address)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || strings.Contains(w.Body.String(), "<script>") {
			t.Errorf("%.60s: %d, want %d with %q:\n%s", c.address, w.Code, c.status, c.says, w.Body.String())
		}
	}
	if w := d.get("/relation?a=Gr%C3%BCnland&b=Kingdom+of+Ruritania"); w.Code != 303 || w.Header().Get("Location") != "/relation/grunland/ruritania" {
		t.Errorf("two names lead to %d %s", w.Code, w.Header().Get("Location"))
	}
	id := strings.TrimPrefix(string(d.events[0]), "event:")
	if w := d.get("/event/" + id[:8]); w.Code != 303 || w.Header().Get("Location") != "/event/"+id {
		t.Errorf("the beginning of an id leads to %d %s", w.Code, w.Header().Get("Location"))
	}
}

// A disputed event has those who say so and those who deny it side by side.
func TestDenial(t *testing.T) {
	d := newDesk(t)
	body := d.get("/event/" + strings.TrimPrefix(string(d.events[len(d.events)-1]), "event:")).Body.String()
	for _, want := range []string{"Who says so", "Who denies it", "Der Bote", `<mark class="trigger"`, "javascript:window.hacked=1</dd>"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the page of the event", want)
		}
	}
}

func TestHeaders(t *testing.T) {
	w := newDesk(t).get("/")
	csp := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("policy: %s", csp)
	}
	for _, name := range []string{"X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Etag"} {
		if w.Header().Get(name) == "" {
			t.Errorf("%s is not set", name)
		}
	}
}

func TestCaching(t *testing.T) {
	d := newDesk(t)
	plain := d.get("/")
	if w := d.get("/", "If-None-Match", plain.Header().Get("Etag")); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("asked again: %d with %d bytes", w.Code, w.Body.Len())
	}
	packed := d.get("/", "Accept-Encoding", "gzip")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len()*2 > plain.Body.Len() {
		t.Errorf("packed: %q, %d of %d bytes", packed.Header().Get("Content-Encoding"), packed.Body.Len(), plain.Body.Len())
	}
	style := regexp.MustCompile(`/static/style-[^"]+`).FindString(plain.Body.String())
	if w := d.get(style, "Accept-Encoding", "gzip"); w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("%s: %d %v", style, w.Code, w.Header())
	}
	// What is new shows, and has another tag.
	d.write(d.happened("ASSAULT", "actor:evil", "actor:grunland", 19900, "asserted", "A new attack.", "actor:bote"))
	d.graph.Fresh()
	if w := d.get("/", "If-None-Match", plain.Header().Get("Etag")); w.Code != http.StatusOK {
		t.Errorf("after a write: %d", w.Code)
	}
}

func TestWhoMayAsk(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct {
		host string
		want int
	}{{"localhost:8460", 200}, {"127.0.0.1", 200}, {"[::1]:8460", 200}, {"evil.example:8460", 421}, {"localhost.evil.example", 421}} {
		if w := d.get("/about", "Host", c.host); w.Code != c.want {
			t.Errorf("called %s: %d, want %d", c.host, w.Code, c.want)
		}
	}
	const token = "a token of some length"
	d = newDesk(t, func(o *web.Options) { o.Token = token })
	for _, c := range []struct {
		header string
		want   int
	}{{"", 401}, {"Bearer " + token, 200}, {"Bearer " + token + "x", 401}, {"Basic bm9ib2R5OmEgdG9rZW4gb2Ygc29tZSBsZW5ndGg=", 200}, {"Basic bm9ib2R5Og==", 401}} {
		if w := d.get("/about", "Host", "graph.example", "Authorization", c.header); w.Code != c.want {
			t.Errorf("%q: %d, want %d", c.header, w.Code, c.want)
		}
	}
	for _, c := range []struct {
		address, token string
		refused        bool
	}{{"localhost:0", "", false}, {"127.0.0.1:0", "", false}, {"[::1]:0", token, false}, {"0.0.0.0:0", "", true}, {":0", "", true}, {"graph.example:0", "", true}, {"0.0.0.0:0", token, false}, {"nonsense", token, true}} {
		l, err := web.Listen(c.address, c.token)
		if err == nil {
			err = nil
			_ = l.Close()
		} else if _, ok := err.(*net.OpError); ok && !c.refused { // a machine without IPv6
			continue
		}
		if (err != nil) != c.refused {
			t.Errorf("listening at %s with token %q: %v", c.address, c.token, err)
		}
	}
}

func TestMethods(t *testing.T) {
	d := newDesk(t)
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("x"))
	r.Host, r.RemoteAddr = "localhost", "127.0.0.1:9"
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("a POST to a page: %d", w.Code)
	}
}

// An address elsewhere is slowed down, this machine is not.
func TestPace(t *testing.T) {
	d := newDesk(t, func(o *web.Options) { o.Rate = 2 })
	ask := func(from string) int {
		r := httptest.NewRequest(http.MethodGet, "/about", nil)
		r.Host, r.RemoteAddr = "localhost", from
		w := httptest.NewRecorder()
		d.server.ServeHTTP(w, r)
		return w.Code
	}
	for i := range 20 {
		if got, want := ask("192.0.2.1:5"), map[bool]int{true: 200, false: 429}[i < 8]; got != want {
			t.Errorf("request %d: %d, want %d", i, got, want)
		}
	}
	if ask("192.0.2.2:5") != 200 || ask("127.0.0.1:5") != 200 {
		t.Error("others are slowed down too")
	}
}

func TestBody(t *testing.T) {
	read := func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		}
	}
	d := newDesk(t, func(o *web.Options) { o.API, o.MaxBody = http.HandlerFunc(read), 100 })
	for size, want := range map[int]int{100: 200, 101: 413} {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/loads", bytes.NewReader(make([]byte, size)))
		r.Host = "localhost"
		w := httptest.NewRecorder()
		d.server.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("a body of %d bytes: %d, want %d", size, w.Code, want)
		}
		r = httptest.NewRequest(http.MethodPost, "/api/v1/loads", nil)
		r.Host = "localhost"
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		w = httptest.NewRecorder()
		if d.server.ServeHTTP(w, r); w.Code != http.StatusForbidden {
			t.Errorf("a write from another site's page: %d", w.Code)
		}
	}
}

// A panic is an answer of 500, and the server goes on.
func TestPanic(t *testing.T) {
	d := newDesk(t, func(o *web.Options) {
		o.API = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") })
	})
	if w := d.get("/api/v1/"); w.Code != 500 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body.String())
	}
}

// What is being answered when the server ends is answered to the end.
func TestGrace(t *testing.T) {
	began, end := make(chan struct{}), make(chan struct{})
	d := newDesk(t, func(o *web.Options) {
		o.API = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(began)
			<-end
			_, _ = io.WriteString(w, "whole")
		})
	})
	l, err := web.Listen("127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	served := make(chan error, 1)
	go func() { served <- d.server.Serve(ctx, l) }()
	got := make(chan string, 1)
	go func() {
		resp, err := http.Get("http://" + l.Addr().String() + "/api/v1/")
		if err != nil {
			got <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		got <- string(b)
	}()
	<-began
	stop()
	close(end)
	if s := <-got; s != "whole" {
		t.Errorf("the answer was %q", s)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// The examples of the documentation work.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/serve.md")
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	examples := regexp.MustCompile(`(?m)^curl -s 'http://localhost:8460(/[^']*)'$`).FindAllSubmatch(text, -1)
	if len(examples) < 4 {
		t.Errorf("%d examples", len(examples))
	}
	for _, m := range examples {
		if w := d.get(string(m[1])); w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: %d", m[1], w.Code)
		}
	}
}
