package fetch

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	for name, c := range map[string]struct {
		file       string
		path       string
		refused    bool
		crawlDelay time.Duration
	}{
		"empty":             {"", "/x", false, 0},
		"all":               {"User-agent: *\nDisallow: /", "/x", true, 0},
		"nothing":           {"User-agent: *\nDisallow:", "/x", false, 0},
		"part":              {"User-agent: *\nDisallow: /private", "/private/x", true, 0},
		"other part":        {"User-agent: *\nDisallow: /private", "/public", false, 0},
		"longest rule":      {"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", false, 0},
		"own group":         {"User-agent: *\nDisallow: /\n\nUser-agent: Faultline\nDisallow: /x", "/y", false, 0},
		"own group refuses": {"User-agent: *\nDisallow:\n\nUser-agent: faultline/2.0\nDisallow: /x", "/x", true, 0},
		"other's group":     {"User-agent: otherbot\nDisallow: /", "/x", false, 0},
		"two agents":        {"User-agent: otherbot\nUser-agent: faultline\nDisallow: /", "/x", true, 0},
		"agent after empty": {"User-agent: otherbot\nDisallow:\nUser-agent: *\nDisallow: /x", "/x", true, 0},
		"wildcard":          {"User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", true, 0},
		"query":             {"User-agent: *\nDisallow: /*?print=", "/a?print=1", true, 0},
		"delay":             {"User-agent: *\nCrawl-delay: 2.5", "/x", false, 2500 * time.Millisecond},
		"long delay":        {"User-agent: *\nCrawl-delay: 1e300", "/x", false, crawlDelay},
		"mark, CR, case":    {"\ufeffUSER-AGENT: *\rDISALLOW: /x # all\r", "/x", true, 0},
		"rubbish around":    {"Disallow: /x\nCrawl-delay: 3\n<html>\nUser-agent: *\nCrawl-delay: fast\nNoindex: /\nDisallow: /y\nDisallow", "/y", true, 0},
		"rule before agent": {"Disallow: /x\nUser-agent: *\nDisallow: /y", "/x", false, 0},
		"page instead":      {"<html><body>User-agent: <b>*</b><p>Disallow: /</html>", "/x", false, 0},
		"endless":           {"User-agent: *\nDisallow: /x\n" + strings.Repeat("Disallow: /"+strings.Repeat("*a", 90)+"\n", 10_000), "/x", true, 0},
	} {
		asked := 0
		_, client := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				asked++
				io.WriteString(w, c.file)
				return
			}
			fmt.Fprint(w, "x")
		}))
		for range 2 {
			_, _, err := get(t, client, Request{URL: "http://a.example" + c.path})
			if errors.Is(err, ErrRobots) != c.refused || err != nil && (!c.refused || Temporary(err)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if asked != 1 {
			t.Errorf("%s: asked %d times", name, asked)
		}
		if g := parseRobots([]byte(c.file), "faultline"); g.CrawlDelay != c.crawlDelay {
			t.Errorf("%s: delay %v", name, g.CrawlDelay)
		}
	}
}

func TestRobotsStatus(t *testing.T) {
	code, asked, location := 0, 0, ""
	w, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			asked++
			if location != "" {
				w.Header().Set("Location", location)
			}
			w.WriteHeader(code)
		case "/rules":
			io.WriteString(w, "User-agent: *\nDisallow: /x")
		}
	}))
	for i, s := range []struct {
		code     int
		location string
		want     error // ErrTimeout stands for one that may pass
	}{
		{404, "", nil}, {403, "", nil}, {401, "", nil}, {410, "", nil},
		{500, "", ErrTimeout}, {503, "", ErrTimeout}, {429, "", ErrTimeout},
		{302, "/rules", ErrRobots}, {302, "/robots.txt", nil}, {302, "http://127.0.0.1/", ErrAddress},
	} {
		code, location = s.code, s.location
		asked = 0
		u := fmt.Sprintf("http://h%d.example/x", i)
		_, _, err := get(t, c, Request{URL: u})
		switch s.want {
		case ErrTimeout:
			if !Temporary(err) {
				t.Errorf("%d: %v", s.code, err)
			}
			// Soon the answer is the same without asking; later it is asked again.
			if _, _, err := get(t, c, Request{URL: u}); !Temporary(err) || asked != 1 {
				t.Errorf("%d again: %v, asked %d times", s.code, err, asked)
			}
			w.pass(robotsTrial)
			code = 404
			if _, _, err := get(t, c, Request{URL: u}); err != nil {
				t.Errorf("%d later: %v", s.code, err)
			}
		default:
			if !errors.Is(err, s.want) {
				t.Errorf("%d %s: %v, want %v", s.code, s.location, err, s.want)
			}
		}
	}
	// What a host says is asked for again the next day.
	code, location, asked = 404, "", 0
	for range 2 {
		if _, _, err := get(t, c, Request{URL: "http://daily.example/x"}); err != nil {
			t.Fatal(err)
		}
		w.pass(robotsAge)
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}

// Crawl-delay sets requests apart.
func TestCrawlDelay(t *testing.T) {
	w, c := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "User-agent: *\nCrawl-delay: 7\n")
	}))
	for range 3 {
		if _, _, err := get(t, c, Request{URL: "http://a.example/x"}); err != nil {
			t.Fatal(err)
		}
	}
	var total time.Duration
	for _, d := range w.waited {
		total += d
	}
	if total != 15*time.Second { // 1 after robots.txt, then 7 each
		t.Errorf("waited %v", w.waited)
	}
}

func FuzzRobots(f *testing.F) {
	for _, s := range []string{
		"User-agent: *\nDisallow: /x", "User-agent: faultline\nAllow: /*?a=$\nCrawl-delay: 1", "\ufeff\r\r:::\nuser-agent:", "Disallow: \xff*$*",
		"User-agent: *\nCrawl-delay: NaN\nCrawl-delay: 1e999\nDisallow: /" + strings.Repeat("*", 50),
	} {
		f.Add([]byte(s), "/x?a=1")
	}
	f.Fuzz(func(t *testing.T, b []byte, path string) {
		g := parseRobots(b, "faultline")
		if g.CrawlDelay < 0 || g.CrawlDelay > crawlDelay {
			t.Errorf("delay %v", g.CrawlDelay)
		}
		g.Test("/" + path)
		if g := parseRobots(append([]byte("User-agent: *\nDisallow: /\n\n"), b...), "faultline"); g == nil {
			t.Error("no rules")
		}
	})
}
