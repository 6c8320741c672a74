package page

import "testing"

func TestAuthor(t *testing.T) {
	body := "<p>" + par1 + "</p><p>" + par2 + "</p>"
	for name, c := range map[string]struct{ head, top, want string }{
		"none":        {"", "", ""},
		"name":        {`<meta name="author" content=" Ada  Writer ">`, "", "Ada Writer"},
		"profile":     {`<meta property="article:author" content="https://social.example/ada"><meta name="byl" content="By Ada Writer">`, "", "Ada Writer"},
		"linked data": {`<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-03-01","author":[{"@type":"Person","name":"Ada Writer"},{"name":"B"}]}</script>`, "", "Ada Writer"},
		"line":        {"", `<p class="byline" rel="author">By Ada Writer</p>`, "Ada Writer"},
	} {
		got, skip := one(t, ReadHTML, "<html><head><title>T</title>"+c.head+"</head><body><article><h1>T</h1>"+c.top+body+"</article></body></html>", Options{})
		if skip != "" || got.Author != c.want {
			t.Errorf("%s: %q, want %q %s", name, got.Author, c.want, skip)
		}
	}
}
