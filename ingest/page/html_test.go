package page

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const (
	par1 = "The delegations of Norland and Sudland met in the harbour town on Sunday to talk about the border, said officials of both sides who asked not to be named."
	par2 = "Norland's army, which had shelled two villages the week before, withdrew its guns from the hills above the river, the observers' mission reported on Monday."
	par3 = "“We do not trust them,” the mayor of the larger village told the Harbour Post, adding that nobody had returned to the houses near the river so far."
)

// article is a page as outlets publish it.
const articlePage = `<!DOCTYPE html>
<html lang="en_GB"><head>
<title>Two Sides Meet at Last - Harbour Post</title>
<meta property="og:title" content="Two Sides Meet at Last">
<meta property="og:site_name" content="Harbour Post">
<meta property="article:published_time" content="2024-11-24T10:15:00+02:00">
<link rel="canonical" href="/world/two-sides?id=7#top">
<script>var x = "<p>not this</p>";</script>
</head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav></header>
<article><h1>Two Sides Meet at Last</h1>
<figure><img src="a.jpg"><figcaption>Observers at the bridge on Friday. Photo: Harbour Post</figcaption></figure>
<p>` + par1 + `</p>
<p>` + par1 + `</p>
<p>Norland's <b>army</b>, which had&nbsp;shelled two
   villages the week before, with&shy;drew its guns from the hills above the river, the observers' <a href="/m">mission</a> reported on Monday.</p>
<div class="sponsor"><p>Buy our paper today!</p></div>
<p>` + par3 + `</p>
</article>
<aside><h2>Most read</h2><ul><li><a href="/x">Ten things about herring</a></li></ul></aside>
<footer>Copyright Harbour Post. All rights reserved. <time datetime="2001-01-01">2001</time></footer>
</body></html>`

func TestHTMLArticle(t *testing.T) {
	got, skip := one(t, ReadHTML, articlePage, Options{URL: "https://example.org/fetched"})
	if skip != "" {
		t.Fatal(skip)
	}
	for _, c := range []struct{ what, got, want string }{
		{"title", got.Title, "Two Sides Meet at Last"},
		{"publisher", got.Publisher, "Harbour Post"},
		{"date", got.Published.Format(time.RFC3339), "2024-11-24T08:15:00Z"},
		{"URL", got.URL, "https://example.org/world/two-sides?id=7"},
		{"source", got.Source, "url"},
		{"key", got.Key, got.URL},
		{"language", got.Language, "en-GB"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	paragraphs := strings.Split(got.Text, "\n\n")
	for _, p := range []string{par1, par2, par3} {
		n := 0
		for _, q := range paragraphs {
			if q == p {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d times: %s\nin: %q", n, p, paragraphs)
		}
	}
	for _, s := range []string{"Home", "herring", "Copyright", "not this", "Buy our paper"} {
		if strings.Contains(got.Text, s) {
			t.Errorf("text has %q: %s", s, got.Text)
		}
	}
}

func TestHTMLMetadata(t *testing.T) {
	body := "<p>" + par1 + "</p><p>" + par2 + "</p><p>" + par3 + "</p>"
	ld := func(s string) string { return `<script type="application/ld+json">` + s + `</script>` }
	given := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, head, top                string
		opts                           Options
		date, publisher, url, language string
	}{
		{name: "nothing"},
		{name: "only where it was fetched", opts: Options{URL: "https://example.org/a"}, url: "https://example.org/a"},
		{name: "caller's date", head: `<meta property="article:published_time" content="2024-11-24">`, opts: Options{Published: given}, date: "2020-01-02"},
		{name: "time element", top: `<time datetime="2024-11-24T10:00Z">today</time>`, date: "2024-11-24"},
		{name: "time element without attribute", top: `<time>November 24, 2024</time>`, date: "2024-11-24"},
		{name: "marked time wins", top: `<time datetime="2024-11-25">x</time><time pubdate datetime="2024-11-24">y</time>`, date: "2024-11-24"},
		{name: "marked item", top: `<time datetime="2024-11-25">x</time><span itemprop="datePublished" content="2024-11-24">y</span>`, date: "2024-11-24"},
		{name: "time beside the story", top: `<aside><time datetime="2024-11-24">x</time></aside>`},
		{name: "meta name", head: `<meta name="DC.date.issued" content="2024-11-24">`, date: "2024-11-24"},
		{name: "a date that does not parse", head: `<meta property="article:published_time" content="today"><meta name="pubdate" content="20241124">`, date: "2024-11-24"},
		{name: "linked data", head: ld(`{"@context":"https://schema.org","@type":"NewsArticle","datePublished":"2024-11-24T10:00:00Z","publisher":{"@type":"Organization","name":"Harbour Post"},"mainEntityOfPage":{"@id":"https://example.org/a"},"inLanguage":"fr"}`),
			date: "2024-11-24", publisher: "Harbour Post", url: "https://example.org/a", language: "fr"},
		{name: "linked graph", head: ld(`{"@graph":[{"@type":"WebSite","url":"https://example.org/"},{"@type":"WebPage","datePublished":"2024-11-23"},{"@type":["Article","Thing"],"datePublished":"2024-11-24","publisher":["Harbour Post"],"url":"https://example.org/a"}]}`),
			date: "2024-11-24", publisher: "Harbour Post", url: "https://example.org/a"},
		{name: "linked list, and another block", head: ld(`[{"@type":"BreadcrumbList"},{"@type":"Report","datePublished":"2024-11-24"}]`) + ld(`{"@type":"NewsArticle","datePublished":"2001-01-01"}`), date: "2024-11-24"},
		{name: "broken linked data", head: ld(`{"@type":"NewsArticle","datePublished":"2024-11-24",}`)},
		{name: "linked data of other types", head: ld(`{"@type":4,"datePublished":20241124}`)},
		{name: "outlet", head: `<meta property="og:site_name" content=" Harbour  Post ">`, publisher: "Harbour Post"},
		{name: "address that is the site's", head: `<link rel="canonical" href="https://example.org/"><meta property="og:url" content="https://example.org/a">`, url: "https://example.org/a"},
		{name: "address without a base", head: `<link rel="canonical" href="/a">`},
		{name: "address of no page", head: `<link rel="canonical" href="javascript:void(0)">`},
		{name: "locale", head: `<meta property="og:locale" content="ar_LB">`, language: "ar-LB"},
		{name: "no language", head: `<meta property="og:locale" content="default!">`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, skip := one(t, ReadHTML, "<!doctype html><html><head><title>Two Sides Meet</title>"+c.head+"</head><body><article><h1>Two Sides Meet</h1>"+c.top+body+"</article></body></html>", c.opts)
			if skip != "" {
				t.Fatal(skip)
			}
			date := ""
			if !got.Published.IsZero() {
				date = got.Published.Format(time.DateOnly)
			}
			if date != c.date || got.Publisher != c.publisher || got.URL != c.url || got.Language != c.language || got.Title != "Two Sides Meet" {
				t.Errorf("got %q, %q, %q, %q, %q; want %q, %q, %q, %q", date, got.Publisher, got.URL, got.Language, got.Title, c.date, c.publisher, c.url, c.language)
			}
			if (got.Source == "url") != (c.url != "") || !strings.Contains(got.Text, par2) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestHTMLText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"short", "<p>The sides met.</p><p>They left.</p>", "The sides met.\n\nThey left."},
		{"no tags", "The sides met.", "The sides met."},
		{"fragment", "<div>The sides <i>met</i>.<div>They left.</div>At once.</div>", "The sides met.\n\nThey left.\n\nAt once."},
		{"breaks", "<body>The sides met.<br><br>They left.<br>At once.</body>", "The sides met.\n\nThey left.\nAt once."},
		{"list", "<ul><li>The sides met.<li>They left.</ul>", "The sides met.\n\nThey left."},
		{"entities", "<p>Norland&#8217;s army &amp; Sudland&rsquo;s</p>", "Norland’s army & Sudland’s"},
		{"repeats", "<p>The sides met.</p><p>They left.</p><p> The  sides met.</p>", "The sides met.\n\nThey left."},
		{"not closed", "<html><body><p>The sides met.<p>They lef", "The sides met.\n\nThey lef"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, skip := one(t, ReadHTML, c.in, Options{}); got.Text != c.want {
				t.Errorf("got %q, skip %q; want %q", got.Text, skip, c.want)
			}
		})
	}
}

func TestHTMLCharset(t *testing.T) {
	for _, c := range []struct{ name, in, contentType, want string }{
		{"declared in the page", "<meta charset=windows-1251><p>\xcf\xf0\xe8\xe2\xe5\xf2</p>", "", "Привет"},
		{"declared by the server", "<p>\xcf\xf0\xe8\xe2\xe5\xf2</p>", "text/html; charset=windows-1251", "Привет"},
		{"nothing declared", "<p>The caf\xe9 \x93ours\x94</p>", "", "The café “ours”"},
		{"UTF-8 after a long head", "<head><style>" + strings.Repeat("a{} ", 500) + "</style></head><p>The café</p>", "", "The café"},
		{"UTF-8 declared otherwise", "<meta charset=iso-8859-1><p>The café</p>", "", "The café"},
		{"declared UTF-8, but is not", "<meta charset=utf-8><p>The caf\xe9</p>", "", "The café"},
		{"UTF-16", "\xff\xfe<\x00p\x00>\x00T\x00h\x00\xe9\x00", "", "Thé"},
		{"ISO-2022-JP", "<meta charset=iso-2022-jp><p>\x1b$BF|K\\\x1b(B</p>", "", "日本"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, skip := one(t, ReadHTML, c.in, Options{ContentType: c.contentType}); got.Text != c.want {
				t.Errorf("got %q, skip %q; want %q", got.Text, skip, c.want)
			}
		})
	}
}

// TestHTMLHeavy reads pages that are made to cost.
func TestHTMLHeavy(t *testing.T) {
	for name, in := range map[string]string{
		"deep":   strings.Repeat("<div>", 100_000) + "The sides met.",
		"wide":   strings.Repeat("<p>The sides met.</p>", 100_000),
		"inline": strings.Repeat("<b><i>", 2_000) + "The sides met.",
		"attrs":  "<p " + strings.Repeat("a ", 100_000) + ">The sides met.",
		"tables": strings.Repeat("<table><tr><td>", 2_000) + "The sides met.",
	} {
		start := time.Now()
		got, skip := one(t, ReadHTML, in, Options{})
		if skip == "" && got.Text != "The sides met." || skip != "" && !strings.HasPrefix(skip, "f: "+ReasonNoHTML) {
			t.Errorf("%s: got %.100q, skip %q", name, got.Text, skip)
		}
		t.Logf("%s: %v, skip %q", name, time.Since(start), skip)
	}
}

func FuzzReadHTML(f *testing.F) {
	f.Add(articlePage)
	f.Add("<p>The sides met.<br><br>They left.")
	f.Add(`<script type="application/ld+json">{"@graph":[[{"@type":[],"datePublished":"2024-11-24"}]]}</script><time datetime=2024>x`)
	f.Add("<table><td><ul><li><svg><title>x</title></svg><math><mi>y</table><template><p>z")
	f.Add("\xff\xfe<\x00p\x00>\x00T\x00")
	f.Fuzz(func(t *testing.T, in string) {
		got, skip := one(t, ReadHTML, in, Options{URL: "https://example.org/a"})
		if skip != "" {
			return
		}
		if !utf8.ValidString(got.Text) || strings.TrimSpace(got.Text) == "" || got.Key == "" {
			t.Errorf("%+v", got)
		}
		seen := make(map[string]bool)
		for _, p := range strings.Split(got.Text, "\n\n") {
			if seen[p] {
				t.Errorf("paragraph comes twice: %q", p)
			}
			seen[p] = true
		}
	})
}

func BenchmarkReadHTML(b *testing.B) {
	var in strings.Builder
	in.WriteString("<html><head><title>Talks</title></head><body><nav>Home</nav><article>")
	for i := range 40 {
		fmt.Fprintf(&in, "<p>%d. %s</p>", i, par1)
	}
	in.WriteString("</article></body></html>")
	b.SetBytes(int64(in.Len()))
	for b.Loop() {
		one(b, ReadHTML, in.String(), Options{})
	}
}
