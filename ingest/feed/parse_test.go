package feed

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"faultline/ingest/fetch"
)

const at = "https://post.example/feeds/world.xml"

// rss makes a channel of items.
func rssDoc(items string) string {
	return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Harbour Post</title><link>https://post.example/</link><language>en-gb</language>
<image><title>Logo</title><link>https://post.example/logo</link><url>https://post.example/logo.png</url></image>
<ttl>often</ttl>
` + items + `</channel></rss>`
}

func atomDoc(entries string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Harbour Post</title><id>tag:post.example,2026:all</id>` +
		`<updated>2026-03-01T00:00:00Z</updated><link rel="alternate" href="https://post.example/"/>` + entries + `</feed>`
}

func jsonDoc(items string) string {
	return `{"version":"https://jsonfeed.org/version/1.1","title":"Harbour Post","home_page_url":"https://post.example/","items":[` + items + `]}`
}

func items(t testing.TB, doc string) []Item {
	t.Helper()
	d, err := Parse([]byte(doc), "", at)
	if err != nil {
		t.Fatalf("%v: %.300s", err, doc)
	}
	return d.Items
}

// item reads a document of one item.
func item(t testing.TB, doc string) Item {
	t.Helper()
	list := items(t, doc)
	if len(list) != 1 {
		t.Fatalf("%d items: %.300s", len(list), doc)
	}
	return list[0]
}

func TestFormats(t *testing.T) {
	published := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		doc  string
		want Document
	}{
		"RSS 2.0": {rssDoc(`<item><guid isPermaLink="false">n1</guid><title>Guns fall silent</title><link>https://post.example/n1</link>
<description>&lt;p&gt;Short.&lt;/p&gt;</description><content:encoded><![CDATA[<p>Guns fell silent on Sunday.</p><p>Nobody knows why.</p>]]></content:encoded>
<dc:creator>A. Writer</dc:creator><pubDate>Sun, 01 Mar 2026 10:30:00 +0100</pubDate></item>`),
			Document{Title: "Harbour Post", Language: "en-GB", Items: []Item{{
				GUID: "n1", Link: "https://post.example/n1", Title: "Guns fall silent", Text: "Guns fell silent on Sunday.\n\nNobody knows why.",
				Author: "A. Writer", Published: published}}}},
		"RSS 0.91": {`<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Harbour Post</title><link>https://post.example/</link><language>en</language>
<item><title>Guns fall silent</title><link>https://post.example/n1</link><description>Short.</description></item></channel></rss>`,
			Document{Title: "Harbour Post", Language: "en", Items: []Item{{Link: "https://post.example/n1", Title: "Guns fall silent", Text: "Short."}}}},
		"RSS 1.0": {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://post.example/"><title>Harbour Post</title><link>https://post.example/</link><dc:language>fr</dc:language></channel>
<item rdf:about="https://post.example/n1"><title>Guns fall silent</title><link>https://post.example/n1</link><description>Short.</description><dc:date>2026-03-01T09:30:00Z</dc:date></item></rdf:RDF>`,
			Document{Title: "Harbour Post", Language: "fr", Items: []Item{{Link: "https://post.example/n1", Title: "Guns fall silent", Text: "Short.", Published: published, Updated: published}}}},
		"Atom": {atomDoc(`<entry><id>tag:n1</id><title type="html">Guns &amp;amp; roses</title><link href="https://post.example/n1"/><author><name>A. Writer</name></author>
<published>2026-03-01T09:30:00Z</published><updated>2026-03-01T10:30:00Z</updated><summary>Short.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content><source><title>Wire Service</title></source></entry>`),
			Document{Title: "Harbour Post", Language: "en", Items: []Item{{GUID: "tag:n1", Link: "https://post.example/n1", Title: "Guns & roses", Text: "One.\n\nTwo.",
				Author: "A. Writer", Publisher: "Wire Service", Published: published, Updated: published.Add(time.Hour)}}}},
		"JSON Feed": {jsonDoc(`{"id":"n1","url":"/n1","title":"Guns fall silent","content_html":"<p>One.</p><p>Two.</p>","date_published":"2026-03-01T09:30:00Z","authors":[{"name":"A. Writer"}],"language":"de"}`),
			Document{Title: "Harbour Post", Items: []Item{{GUID: "n1", Link: "https://post.example/n1", Title: "Guns fall silent", Text: "One.\n\nTwo.",
				Author: "A. Writer", Language: "de", Published: published}}}},
	} {
		got, err := Parse([]byte(c.doc), "", at)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

// The quirks of real feeds, by their numbers in the notes on formats.
func TestItemQuirks(t *testing.T) {
	guid := func(s string) string { return `<title>T</title><guid` + s + `</guid>` }
	for name, c := range map[string]struct {
		doc  string
		want Item
	}{
		"2 GUID alone is the link":       {rssDoc(`<item>` + guid(">https://post.example/n1") + `</item>`), Item{GUID: "https://post.example/n1", Link: "https://post.example/n1", Title: "T", Text: "T"}},
		"2 GUID that is no link":         {rssDoc(`<item>` + guid(` isPermaLink="false">https://post.example/n1`) + `</item>`), Item{GUID: "https://post.example/n1", Title: "T", Text: "T"}},
		"3 isPermaLink with a bad value": {rssDoc(`<item>` + guid(` isPermaLink="yes!">https://post.example/n1`) + `</item>`), Item{GUID: "https://post.example/n1", Link: "https://post.example/n1", Title: "T", Text: "T"}},
		"4 neither link nor GUID":        {rssDoc(`<item><title>T</title></item>`), Item{Title: "T", Text: "T"}},
		"5 relative link":                {rssDoc(`<item><title>T</title><link>/n1?a=1</link></item>`), Item{Link: "https://post.example/n1?a=1", Title: "T", Text: "T"}},
		"5 xml:base": {atomDoc(`<entry xml:base="https://other.example/x/"><title>T</title><link href="n1"/></entry>`),
			Item{Link: "https://other.example/x/n1", Title: "T", Text: "T"}},
		"5 malformed base": {atomDoc(`<entry xml:base="http:///host"><title>T</title><link href="https://post.example/n1"/></entry>`),
			Item{Link: "https://post.example/n1", Title: "T", Text: "T"}},
		"5 unsafe base":            {atomDoc(`<entry xml:base="javascript:alert(1)"><title>T</title><link href="n1"/></entry>`), Item{Title: "T", Text: "T"}},
		"5 unsafe link":            {rssDoc(`<item><title>T</title><link>javascript:alert(1)</link></item>`), Item{Title: "T", Text: "T"}},
		"6 bare & in a link":       {rssDoc(`<item><title>T</title><link>https://post.example/n?a=1&b=2&copy=3</link></item>`), Item{Link: "https://post.example/n?a=1&b=2&copy=3", Title: "T", Text: "T"}},
		"7 title encoded twice":    {rssDoc(`<item><title>Norland&amp;#39;s guns</title></item>`), Item{Title: "Norland's guns", Text: "Norland's guns"}},
		"8 naked markup":           {rssDoc(`<item><title>T</title><description>Guns <b>fell</b> silent<br/>on Sunday.</description></item>`), Item{Title: "T", Text: "Guns fell silent\non Sunday."}},
		"9 doubly escaped is text": {rssDoc(`<item><title>&amp;lt;ACME&amp;gt; pays</title></item>`), Item{Title: "<ACME> pays", Text: "<ACME> pays"}},
		"10 control character":     {rssDoc("<item><title>Guns\x10 fall</title></item>"), Item{Title: "Guns fall", Text: "Guns fall"}},
		"10 encoding that is none": {strings.Replace(rssDoc(`<item><title>Tür</title></item>`), "utf-8", "invalid", 1), Item{Title: "Tür", Text: "Tür"}},
		"15 undeclared prefix":     {rssDoc(`<item><title>T</title><itunes:title>X</itunes:title><foo:bar>Y</foo:bar></item>`), Item{Title: "T", Text: "T"}},
		"16 own entity":            {`<!DOCTYPE rss [<!ENTITY acme "ACME &amp; Sons">]>` + strings.TrimPrefix(rssDoc(`<item><title>T</title><description>By &acme;.</description></item>`), `<?xml version="1.0" encoding="utf-8"?>`), Item{Title: "T", Text: "By &acme;."}},
		"17 leading blanks":        {"\n\n \t" + rssDoc(`<item><title>T</title></item>`), Item{Title: "T", Text: "T"}},
		"17 JSON after blanks":     {strings.Repeat(" \n", 5000) + jsonDoc(`{"id":"1","title":"T"}`), Item{GUID: "1", Title: "T", Text: "T"}},
		"17 long comment first":    {"<!-- " + strings.Repeat("x ", 5000) + " -->" + rssDoc(`<item><title>T</title></item>`)[39:], Item{Title: "T", Text: "T"}},
		"19 image within the item": {rssDoc(`<item><title>T</title><link>https://post.example/n1</link><image><title>Picture</title><link>https://post.example/p</link></image></item>`), Item{Link: "https://post.example/n1", Title: "T", Text: "T"}},
		"20 empty second title":    {rssDoc(`<item><title>T</title><dc:title/></item>`), Item{Title: "T", Text: "T"}},
		"23 original link": {strings.Replace(rssDoc(`<item><title>T</title><link>https://clicks.example/1</link><feedburner:origLink>https://post.example/n1</feedburner:origLink></item>`),
			"<rss ", `<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" `, 1), Item{Link: "https://post.example/n1", Title: "T", Text: "T"}},
		"23 several atom:links":    {rssDoc(`<item><title>T</title><atom:link rel="payment" href="https://pay.example/"/><atom:link rel="alternate" href="https://post.example/n1"/></item>`), Item{Link: "https://post.example/n1", Title: "T", Text: "T"}},
		"23 links of an entry":     {atomDoc(`<entry><title>T</title><link rel="payment" href="https://pay.example/"/><link rel="alternate" href="https://post.example/n1"/></entry>`), Item{Link: "https://post.example/n1", Title: "T", Text: "T"}},
		"24 enclosures":            {rssDoc(`<item><title>T</title><enclosure url="" length="invalid" type="x"/><enclosure url="a" length="-1"/><enclosure url="a"/></item>`), Item{Title: "T", Text: "T"}},
		"25 authors are an object": {jsonDoc(`{"id":"1","title":"T","authors":{"name":"A. Writer"}}`), Item{GUID: "1", Title: "T", Text: "T", Author: "A. Writer"}},
		"25 old author":            {jsonDoc(`{"id":"1","title":"T","author":{"name":"A. Writer"}}`), Item{GUID: "1", Title: "T", Text: "T", Author: "A. Writer"}},
		"25 author is null":        {jsonDoc(`{"id":"1","title":"T","authors":[null]},null`), Item{GUID: "1", Title: "T", Text: "T"}},
		"25 external link alone":   {jsonDoc(`{"id":"1","title":"T","external_url":"https://wire.example/n1"}`), Item{GUID: "1", Link: "https://wire.example/n1", Title: "T", Text: "T"}},
		"25 no title, no id":       {jsonDoc(`{"content_text":"Guns fell silent.\r\n Really. "}`), Item{Text: "Guns fell silent.\nReally."}},
		"25 number as id":          {jsonDoc(`{"id":7,"title":"T"}`), Item{GUID: "7", Title: "T", Text: "T"}},
		"25 number as title":       {jsonDoc(`{"id":7.5,"title":12,"summary":["x"],"tags":"a"}`), Item{GUID: "7.5", Title: "12", Text: "12"}},
		"25 bad date":              {jsonDoc(`{"id":"1","title":"T","date_published":"soon"}`), Item{GUID: "1", Title: "T", Text: "T"}},
		"25 id of an entry":        {atomDoc(`<entry><id>https://post.example/n1</id><title>T</title></entry>`), Item{GUID: "https://post.example/n1", Link: "https://post.example/n1", Title: "T", Text: "T"}},
		"25 id is mail":            {atomDoc(`<entry><id>mailto:n1@post.example</id><title>T</title></entry>`), Item{GUID: "mailto:n1@post.example", Title: "T", Text: "T"}},
		"25 xhtml title":           {atomDoc(`<entry><id>1</id><title type="xhtml"><b>Guns</b> fall</title></entry>`), Item{GUID: "1", Title: "Guns fall", Text: "Guns fall"}},
		"source of an item":        {rssDoc(`<item><title>T</title><source url="https://wire.example/f">Wire Service</source></item>`), Item{Title: "T", Text: "T", Publisher: "Wire Service"}},
	} {
		if got := item(t, c.doc); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

// 1: a feed that gives all its items one GUID is keyed by links.
func TestOneGUID(t *testing.T) {
	d, err := Parse([]byte(rssDoc(`<item><guid>g</guid><title>A</title><link>https://post.example/a</link></item><item><guid>g</guid><title>B</title><link>https://post.example/b</link></item>`)), "", at)
	if err != nil || !d.repeatsGUIDs() {
		t.Fatalf("%+v %v", d, err)
	}
	if a, b := d.Items[0].key(true), d.Items[1].key(true); a == b {
		t.Errorf("%q, %q", a, b)
	}
	if (&Document{Items: []Item{{GUID: "g", Link: "x"}, {GUID: "g", Link: "x"}, {Link: "y"}, {Link: "z"}}}).repeatsGUIDs() {
		t.Error("an item that stands twice")
	}
}

// 11 to 13, 18: what says which charset a document has, and lies.
func TestCharsets(t *testing.T) {
	encode := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	doc := func(charset, title string) string {
		return `<?xml version="1.0"` + charset + `?><rss version="2.0"><channel><title>x</title><item><title>` + title + `</title></item></channel></rss>`
	}
	as := func(name string) string { return ` encoding="` + name + `"` }
	const latin, russian, arabic, japan = "Türkei, São Tomé – “gut”", "Войска отошли от реки", "انسحبت القوات من النهر", "軍は川から撤退した"
	big, little := unicode.UTF16(unicode.BigEndian, unicode.UseBOM), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	for name, c := range map[string]struct{ doc, header, want string }{
		"UTF-8":                            {doc(as("UTF-8"), russian), "text/xml", russian},
		"no declaration":                   {doc("", russian), "", russian},
		"text/plain":                       {doc("", latin), "text/plain", latin},
		"text/xml without charset":         {doc(as("utf-8"), latin), "text/xml", latin},
		"KOI8-R":                           {encode(charmap.KOI8R, doc(as("KOI8-R"), russian)), "text/xml", russian},
		"KOI8-R by header":                 {encode(charmap.KOI8R, doc("", russian)), "text/xml; charset=koi8-r", russian},
		"windows-1256":                     {encode(charmap.Windows1256, doc(as("windows-1256"), arabic)), "", arabic},
		"windows-1251, header says Latin":  {encode(charmap.Windows1251, doc(as("windows-1251"), russian)), "text/xml; charset=ISO-8859-1", russian},
		"header against prolog":            {encode(charmap.KOI8R, doc(as("windows-1251"), russian)), "text/xml; charset=koi8-r", russian},
		"header says UTF-8":                {encode(charmap.KOI8R, doc(as("koi8-r"), russian)), "text/xml; charset=utf-8", russian},
		"UTF-8, header says KOI8-R":        {doc("", russian), "text/xml; charset=koi8-r", russian},
		"UTF-8, prolog says Latin":         {doc(as("iso-8859-1"), latin), "", latin},
		"Latin, prolog says UTF-8":         {encode(charmap.Windows1252, doc(as("utf-8"), latin)), "", latin},
		"Latin, nothing said":              {encode(charmap.Windows1252, doc("", latin)), "", latin},
		"windows-1252 in Latin":            {encode(charmap.Windows1252, doc(as("iso-8859-1"), latin)), "", latin},
		"unknown charset":                  {doc(as("klingon"), latin), "text/xml; charset=klingon", latin},
		"UTF-8 with mark":                  {"\ufeff" + doc(as("windows-1251"), russian), "text/xml; charset=koi8-r", russian},
		"bad bytes after a mark":           {"\ufeff" + doc("", "Tür\xff"), "", "Tür\ufffd"},
		"one bad byte":                     {doc("", russian+"\xff"), "", russian + "\ufffd"},
		"UTF-16 with mark, big":            {encode(big, doc(as("utf-16"), russian)), "", russian},
		"UTF-16 with mark, little":         {encode(little, doc(as("utf-16"), russian)), "text/xml; charset=utf-8", russian},
		"UTF-16 without mark, big":         {encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), doc("", russian)), "", russian},
		"UTF-16 without mark, little":      {encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), doc("", russian)), "", russian},
		"UTF-32 with mark":                 {encode(utf32.UTF32(utf32.BigEndian, utf32.UseBOM), doc("", russian)), "", russian},
		"UTF-32 without mark, little":      {encode(utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), doc("", russian)), "", russian},
		"prolog says UTF-16 and is not":    {doc(as("utf-16"), russian), "", russian},
		"Shift JIS":                        {encode(japanese.ShiftJIS, doc(as("shift_jis"), japan)), "", japan},
		"ISO-2022-JP":                      {encode(japanese.ISO2022JP, doc(as("iso-2022-jp"), japan)), "", japan},
		"windows-1252 numbered":            {doc("", "&#147;gut&#148; &#x96; so"), "", "“gut” – so"},
		"prolog in single quotes and last": {encode(charmap.KOI8R, `<?xml version='1.0' standalone='yes' encoding='koi8-r' ?>`+doc("", russian)[21:]), "", russian},
	} {
		d, err := Parse([]byte(c.doc), c.header, at)
		if err != nil || len(d.Items) != 1 {
			t.Errorf("%s: %v, %d items", name, err, len(d.Items))
			continue
		}
		if got := d.Items[0].Title; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// 14: what can be read of a broken document is read.
func TestBroken(t *testing.T) {
	one, two := `<item><title>One</title><content:encoded><![CDATA[<p>First.</p>]]></content:encoded></item>`, `<item><title>Two</title></item>`
	whole := rssDoc(one + two)
	upto := func(s string) string { return whole[:strings.Index(whole, s)+len(s)] }
	for name, c := range map[string]struct {
		doc   string
		items []string // texts
		lost  int
	}{
		"end is missing":          {upto("Two</title></item>"), []string{"First.", "Two"}, 0},
		"cut within an item":      {upto("<title>Two"), []string{"First."}, 1},
		"cut within CDATA":        {upto("First.</p>") + "", nil, 0},
		"item that does not end":  {rssDoc(`<item><title>Lost` + two), []string{"Two"}, 1},
		"wrong end":               {rssDoc(one + `<item><title>Lost</titel></foo></bar></item>` + two), []string{"First.", "Two"}, -1},
		"attribute without value": {rssDoc(one + `<item><title a= <b>>x</title></item>` + two), []string{"First.", "Two"}, 1},
		"rubbish after":           {whole + "<script>x</script", []string{"First.", "Two"}, 0},
		"entries":                 {atomDoc(`<entry><id>1</id><title>One</title></entry><entry><id>2</id><title>Tw`), []string{"One"}, 1},
		"RDF":                     {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>x</title></channel><item><title>One</title></item><item>`, []string{"One"}, 1},
		"deep item":               {rssDoc(one + `<item><title>Deep</title>` + strings.Repeat("<x>", 2*depthMax) + `</item>` + two), []string{"First.", "Two"}, 1},
	} {
		d, err := Parse([]byte(c.doc), "", at)
		if c.items == nil {
			if !errors.Is(err, ErrNoFeed) {
				t.Errorf("%s: %v, %+v", name, err, d)
			}
			continue
		}
		var got []string
		for _, it := range d.Items {
			if it.Title != "Lost" { // which may be there or not
				got = append(got, it.Text)
			}
		}
		if err != nil || !reflect.DeepEqual(got, c.items) || c.lost >= 0 && len(d.Skipped) != c.lost {
			t.Errorf("%s: %q, %v, %v; want %q and %d lost", name, got, d.Skipped, err, c.items, c.lost)
		}
	}
	for name, c := range map[string]struct {
		doc  string
		want error
	}{
		"empty": {"", ErrEmpty}, "blanks": {" \n\t", ErrEmpty}, "text": {"not found", ErrNoFeed}, "page": {"<!DOCTYPE html><html><head>", ErrHTML},
		"page in capitals": {"<HTML><BODY>x", ErrHTML}, "other XML": {"<?xml version='1.0'?><urlset/>", ErrNoFeed}, "null": {"null", ErrNoFeed}, "JSON": {`{"a":1}`, ErrNoFeed},
		"cut JSON": {jsonDoc(`{"id":"1"`)[:120], ErrNoFeed}, "JSON items": {`{"version":"https://jsonfeed.org/version/1","items":{}}`, ErrNoFeed}, "list": {"[]", ErrNoFeed},
		"picture": {"\x89PNG\r\n\x1a\n\x00\x00", ErrNoFeed}, "no element": {"<!-- x", ErrNoFeed},
	} {
		if _, err := Parse([]byte(c.doc), "", at); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d, err := Parse([]byte(rssDoc("<item></item>"+two)), "", at)
	if err != nil || len(d.Items) != 1 || len(d.Skipped) != 1 || d.Skipped[0].Reason != ReasonEmpty {
		t.Errorf("item without anything: %+v %v", d, err)
	}
}

// Documents that are made to cost more than they should.
func TestBombs(t *testing.T) {
	laughs := `<!DOCTYPE rss [<!ENTITY l0 "ha">`
	for i := range 9 {
		laughs += fmt.Sprintf(`<!ENTITY l%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	laughs += `]>` + `<rss version="2.0"><channel><title>x</title><item><title>&l9;</title></item></channel></rss>`
	if got := item(t, laughs); got.Title != "&l9;" {
		t.Errorf("billion laughs: %.100q", got.Title)
	}
	external := `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % y SYSTEM "http://127.0.0.1/"> %y;]><rss version="2.0"><channel><item><title>a&x;</title></item></channel></rss>`
	if got := item(t, external); got.Title != "a&x;" {
		t.Errorf("external entity: %.100q", got.Title)
	}
	for name, level := range map[string]string{
		"nested": "<a>", "nested with attributes": `<a b="/>">`, "nested extensions": "<x:a xmlns:x='u'>", "nested CDATA marks": "<a><![CDATA[]]>",
	} {
		deep := strings.Repeat(level, 1<<20/len(level))
		if level == "<a>" {
			deep = strings.Repeat(deep, 8) // enough to overflow the stack of who follows it
		}
		for _, before := range []string{
			"<rss><channel><item><title>T</title>", "<rss>", `<!X '<!--' ><rss><channel><item>`, "<feed><entry><title>", "<rdf:RDF><item><description>",
		} {
			if d, err := Parse([]byte(before+deep), "", at); err == nil {
				t.Errorf("%s after %s: %d items", name, before, len(d.Items))
			}
			deep = deep[:min(len(deep), 1<<20)] // once is enough
		}
	}
	if _, err := Parse([]byte(strings.Repeat(`{"a":`, 1<<20)), "", at); !errors.Is(err, fetch.ErrTooLarge) {
		t.Error(err)
	}
	if _, err := Parse([]byte(strings.Repeat(`{"a":`, membersMax)), "", at); !errors.Is(err, ErrNoFeed) {
		t.Error(err)
	}
	if _, err := Parse([]byte(jsonDoc(`{"id":`+strings.Repeat("[", 1<<20))), "", at); !errors.Is(err, ErrNoFeed) {
		t.Error(err)
	}
	many := rssDoc(strings.Repeat("<item><title>T</title></item>", itemsMax+1))
	if d, err := Parse([]byte(many), "", at); err != nil || len(d.Items) != itemsMax || d.Skipped[0].Reason != ReasonMany {
		t.Errorf("%d items, %v, %v", len(d.Items), d.Skipped, err)
	}
	if d, err := Parse([]byte(many[:len(many)-10]), "", at); err != nil || len(d.Items) != itemsMax || d.Skipped[0].Reason != ReasonMany {
		t.Errorf("%d items, %v, %v", len(d.Items), d.Skipped, err)
	}
}

// 21, 22.
func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"Sun, 01 Mar 2026 09:30:00 GMT":                "2026-03-01T09:30:00Z",
		"Sun, 1 Mar 2026 09:30:00 +0100":               "2026-03-01T08:30:00Z",
		"Sun, 01 Mar 2026 01:11 PM EDT":                "2026-03-01T17:11:00Z",
		"March 1, 2026 at 01:11 PM EDT":                "2026-03-01T17:11:00Z",
		"2026-03-01T09:30:00Z":                         "2026-03-01T09:30:00Z",
		"2026-03-01T09:30:00.123456+02:00":             "2026-03-01T07:30:00.123456Z",
		"2026-03-01T09:30:00-05:00Z":                   "2026-03-01T14:30:00Z",
		"2026-03-01 09:30":                             "2026-03-01T09:30:00Z",
		"20260301":                                     "2026-03-01T00:00:00Z",
		"1520932969":                                   "2018-03-13T09:22:49Z",
		"Thurs, 23rd Jun 2016 10:00:00 GMT":            "2016-06-23T10:00:00Z",
		"Di, 23 Jan 2018 10:00:00 +0100":               "2018-01-23T09:00:00Z",
		"Do, 29 Mär 2018 10:00:00 +0200":               "2018-03-29T08:00:00Z",
		"mer, 9 avr 2014 10:00:00 +0200":               "2014-04-09T08:00:00Z",
		"dim. 6 juil. 2014 10:00:00 +0200":             "2014-07-06T08:00:00Z",
		"15 août 2021":                                 "2021-08-15T00:00:00Z",
		"12 dic 2020 10:00":                            "2020-12-12T10:00:00Z",
		"30.10.23":                                     "2023-10-30T00:00:00Z",
		"30.10.2023 17:05":                             "2023-10-30T17:05:00Z",
		"Mon, 26 Jan 04 16:31:00 GMT":                  "2004-01-26T16:31:00Z",
		"Wed, 3 Jun 2015 09:42:00 America/Los_Angeles": "2015-06-03T16:42:00Z",
		"Thu, 4 Jun 2015 09:42:00 Etc/GMT":             "2015-06-04T09:42:00Z",
		"2004년 05월 28일 오후 11:31:25":                    "2004-05-28T23:31:25Z",
		"2004-05-25 오전 11:23:17":                       "2004-05-25T11:23:17Z",
		"2004-július-13T9:15-05:00":                    "2004-07-13T14:15:00Z",
		"Κυρ, 11 Ιούλ 2004 12:00:00 EST":               "2004-07-11T17:00:00Z",
		"Вс, 01 мар 2026 09:30:00 +0300":               "2026-03-01T06:30:00Z",
		"Thu, 04 Jun 2015 09:42:00 +15:00":             "2015-06-04T09:42:00Z", // a zone that is none
		"2015-06-04T09:42:00+zz:00":                    "2015-06-04T09:42:00Z",
		"Tue, 15 Jun 2010\xa0 10:00:00 GMT":            "",
		"03/04/2015":                                   "", // March or April
		"yesterday":                                    "",
		"0000-00-00":                                   "",
		"":                                             "",
	} {
		got := ""
		if d := dateOf(in); !d.IsZero() {
			got = d.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for _, s := range []string{"soon", "32 Foo 2015", strings.Repeat("1", 500), "\xff\xfe"} {
		if d := item(t, rssDoc(`<item><title>T</title><pubDate>`+s+`</pubDate></item>`)); !d.Published.IsZero() {
			t.Errorf("%q: %v", s, d.Published)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		rssDoc(`<item><guid>1</guid><title>T</title><link>/a</link><pubDate>Sun, 01 Mar 2026 09:30:00 GMT</pubDate></item>`),
		rssDoc(`<item><title>A</title><description><![CDATA[<p>x`), atomDoc(`<entry xml:base="x:y"><id>1</id><title>T</title><link href="n"/></entry>`),
		jsonDoc(`{"id":1,"authors":{"name":"x"},"content_text":"x"}`), "\xff\xfe<\x00?\x00", "<!DOCTYPE rss [<!ENTITY a \"b\">]><rss><channel><item>&a;",
		"<rss><channel><item/><item></item", strings.Repeat("<a>", 600),
	} {
		f.Add([]byte(s), "text/xml; charset=koi8-r")
		f.Add([]byte(s), "")
	}
	f.Fuzz(func(t *testing.T, b []byte, contentType string) {
		d, err := Parse(b, contentType, at)
		if err != nil && (len(d.Items) > 0 || len(err.Error()) > 2000) {
			t.Errorf("%d items and %v", len(d.Items), err)
		}
		for _, it := range d.Items {
			if it.Text == "" || it.key(false) == "" || it.Link != "" && !strings.HasPrefix(it.Link, "http") || !utf8.ValidString(it.Text+it.Title+it.GUID) {
				t.Errorf("%+v", it)
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"Sun, 01 Mar 2026 09:30:00 GMT", "2004년 05월 28일 오후 11:31:25", "Do, 29 Mär 2018 10:00:00 +0200", "30.10.23", "x America/Los_Angeles"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := dateOf(s); !d.IsZero() && (d.Year() < 1899 || d.Year() > 2200) {
			t.Errorf("%q: %v", s, d)
		}
	})
}
