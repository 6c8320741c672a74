package coder

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"faultline/ingest/coding"
	"faultline/schema"
)

// corpus are the sentences of the cases, as documents of ten.
func corpus(tb testing.TB) []coding.Document {
	var docs []coding.Document
	var text []string
	for i, c := range loadCases(tb) {
		text = append(text, c.text)
		if i%10 == 9 {
			docs = append(docs, coding.Document{Text: strings.Join(text, " "), Title: text[0], Published: published})
			text = text[:0]
		}
	}
	return docs
}

// check reports what no coding may have, whatever the text is.
func check(tb testing.TB, d coding.Document, got coding.Coded) {
	tb.Helper()
	valid := utf8.ValidString(d.Text)
	span := func(what string, start, end int) {
		if start < 0 || end < start || end > len(d.Text) {
			tb.Fatalf("%s: %d to %d, outside the text of %d bytes", what, start, end, len(d.Text))
		}
		if valid && (start < len(d.Text) && !utf8.RuneStart(d.Text[start]) || end < len(d.Text) && !utf8.RuneStart(d.Text[end])) {
			tb.Fatalf("%s: %d to %d cuts a character", what, start, end)
		}
	}
	mention := func(what string, m coding.Mention, c *coding.Claim) {
		span(what, m.Start, m.End)
		if m.Text == "" {
			tb.Fatalf("%s has no text", what)
		}
		if m.End > m.Start && (m.Start < c.Start || m.End > c.End) {
			tb.Fatalf("%s “%s” is outside its sentence", what, m.Text)
		}
		if m.End > m.Start && d.Text[m.Start:m.End] != m.Text {
			tb.Fatalf("%s is “%s” at the place of “%s”", what, m.Text, d.Text[m.Start:m.End])
		}
	}
	last := 0
	for i := range got.Claims {
		c := &got.Claims[i]
		span("sentence", c.Start, c.End)
		if c.Start < last {
			tb.Fatalf("claim %d begins at %d, before the one ahead of it", i, c.Start)
		}
		last = c.Start
		if err := c.Type.Validate(); err != nil {
			tb.Fatal(err)
		}
		if err := c.Status.Validate(); err != nil {
			tb.Fatal(err)
		}
		if err := c.Precision.Validate(); err != nil {
			tb.Fatal(err)
		}
		if !(c.Confidence >= 0 && c.Confidence <= 1) {
			tb.Fatalf("confidence %v", c.Confidence)
		}
		if len(c.Initiators)+len(c.Recipients) == 0 {
			tb.Fatal("a claim without sides")
		}
		if c.Reason == "" {
			tb.Fatal("a claim without a reason")
		}
		span("trigger", c.Trigger.Start, c.Trigger.End)
		if c.Trigger.Start < c.Start || c.Trigger.End > c.End || c.Trigger.Start == c.Trigger.End {
			tb.Fatalf("trigger %v of the sentence %d to %d", c.Trigger, c.Start, c.End)
		}
		span("date", c.Date.Start, c.Date.End)
		for _, m := range c.Initiators {
			mention("initiator", m, c)
		}
		for _, m := range c.Recipients {
			mention("recipient", m, c)
		}
		if c.Speaker != nil {
			mention("speaker", *c.Speaker, c)
		}
		if c.Place != nil {
			span("place", c.Place.Start, c.Place.End)
		}
	}
	if got.Sentences < 0 || len(got.Claims) > 0 && got.Sentences == 0 {
		tb.Fatalf("%d claims of %d sentences", len(got.Claims), got.Sentences)
	}
}

func TestCode(t *testing.T) {
	w := bench(t)
	claims := 0
	for _, d := range corpus(t) {
		got := w.code(d)
		check(t, d, got)
		claims += len(got.Claims)
	}
	if claims == 0 {
		t.Error("no claims at all")
	}
}

// TestCodeSources checks awkward texts that have come up.
func TestCodeSources(t *testing.T) {
	w := bench(t)
	for _, text := range awkward {
		d := coding.Document{Text: text, Published: published}
		check(t, d, w.code(d))
	}
}

var awkward = []string{
	"The Prime Minister of Macedonia Nikola Gruevski claims the day for his party.",
	"",
	" \n\t ",
	".",
	"Iran",
	"“”‘’—…",
	"Iran attacked Israel.Israel attacked Iran.",
	"IRAN ATTACKS ISRAEL: 20 KILLED",
	"Turkeys military killed Syrias soldiers on 31 February 2024",
	"Иран атаковал Израиль. هاجمت إيران إسرائيل. 伊朗袭击以色列。",
	"Erdoğan’s troops — “backed” by Türkiye — shelled Ra’s al-ʿAyn; 5️⃣ wounded.",
	"Iran \xff\xfe attacked \x80 Israel.",
	"Iran\x00attacked\x00Israel",
	"e\u0301\u0301\u0301 Iran attacked Israe\u0301l",
	"<p>Iran attacked Israel</p> &amp; http://example.org/iran?attacked=israel",
	"He said she said they said it said he attacked them.",
	"Hezbollah and Hamas and Fatah and Israel and Iran and Syria and Iraq clashed with and met and attacked and accused each other.",
	"who whom whose which that who attacked",
	"1981 1982 1983 Monday Tuesday last year next week attacked",
	"Iran attacked Israel in in in of of of by by by near near near.",
	"- - - Iran - - attacked - - Israel - - -",
	strings.Repeat("(", 300),
	strings.Repeat("Iran ", 100),
}

// TestCodeAgain checks that the same document gives the same coding, from
// many goroutines at once as well.
func TestCodeAgain(t *testing.T) {
	w := bench(t)
	fresh, err := New(w.Tools)
	if err != nil {
		t.Fatal(err)
	}
	docs := corpus(t)
	want := make([]coding.Coded, len(docs))
	for i, d := range docs {
		want[i] = w.code(d)
	}
	for i, d := range docs {
		if got := w.code(d); !reflect.DeepEqual(got, want[i]) {
			t.Errorf("document %d comes out otherwise the second time", i)
		}
	}
	var wg sync.WaitGroup
	for start := range 4 {
		wg.Go(func() {
			for n := range 12 { // each shares some with the next
				i := (n + start*8) % len(docs)
				if got := fresh(docs[i]); !reflect.DeepEqual(got, want[i]) {
					t.Errorf("document %d comes out otherwise among others", i)
				}
			}
		})
	}
	wg.Wait()
}

// TestCodeAlone checks that a document does not depend on the one before.
func TestCodeAlone(t *testing.T) {
	w := bench(t)
	d := coding.Document{Text: "The group attacked soldiers. It said he accused them.", Published: published}
	before := w.code(d)
	w.code(coding.Document{Text: "Hezbollah said Hassan Nasrallah met the Iranian army in Beirut.", Published: published})
	if after := w.code(d); !reflect.DeepEqual(before, after) {
		t.Errorf("got %+v, before %+v", after, before)
	}
}

func TestCodeRepeated(t *testing.T) {
	w := bench(t)
	once := "Iran attacked Israel on Friday."
	a := w.code(coding.Document{Text: once, Published: published})
	b := w.code(coding.Document{Text: once + "\n\n" + once, Published: published})
	if len(a.Claims) != 1 || len(b.Claims) != 1 || b.Sentences != 2 {
		t.Errorf("once %d claims, twice %d of %d sentences; want 1, 1 of 2", len(a.Claims), len(b.Claims), b.Sentences)
	}
}

// TestCodeLong checks that one long sentence does not take far more than the
// same words in short ones. Allocations stand for time: they do not depend
// on what else the machine does.
func TestCodeLong(t *testing.T) {
	w := bench(t)
	clause := "Iranian soldiers attacked rebels near Homs and Turkish police arrested protesters in Ankara"
	join := func(n int, sep string) coding.Document {
		return coding.Document{Text: strings.Repeat(clause+sep, n-1) + clause + ".", Published: published}
	}
	cost := func(d coding.Document) float64 {
		w.code(d)
		return testing.AllocsPerRun(2, func() { w.code(d) })
	}
	const clauses = 30 // of 13 words: about as long as sentences get
	one := cost(join(1, ""))
	long := cost(join(clauses, ", and "))
	if each := long / clauses; each > 12*one {
		t.Errorf("a clause of a sentence of %d takes %.0f allocations, a sentence of one takes %.0f", clauses, each, one)
	}
	// Beyond the longest sentence, time is linear in the text.
	twice := cost(join(2*clauses, ", and "))
	if twice > 3*long {
		t.Errorf("twice the text takes %.1f times the allocations", twice/long)
	}
}

func FuzzCode(f *testing.F) {
	for _, text := range awkward {
		f.Add(text)
	}
	for i, c := range loadCases(f) {
		if i%17 == 0 {
			f.Add(c.text)
		}
	}
	w := bench(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		d := coding.Document{Text: text, Published: published}
		got := w.code(d)
		check(t, d, got)
		if again := w.code(d); !reflect.DeepEqual(got, again) {
			t.Fatal("the same text comes out otherwise the second time")
		}
		w.code(coding.Document{Text: text, Title: text, Published: schema.NoDay})
	})
}

func BenchmarkCode(b *testing.B) {
	w := bench(b)
	docs := corpus(b)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n = 0
		for _, d := range docs {
			n += w.code(d).Sentences
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "sentences/s")
}

// BenchmarkCodeLong codes one sentence that is as long as sentences get.
func BenchmarkCodeLong(b *testing.B) {
	w := bench(b)
	d := coding.Document{Text: strings.Repeat("Iranian soldiers attacked rebels near Homs and Turkish police arrested protesters in Ankara, and ", 28) + "left.", Published: published}
	for b.Loop() {
		w.code(d)
	}
	b.ReportMetric(float64(len(strings.Fields(d.Text)))*float64(b.N)/b.Elapsed().Seconds(), "words/s")
}

// BenchmarkCodeMany codes reports of more and more sentences, a claim in each
// and no two alike: a sentence costs the same in all of them.
func BenchmarkCodeMany(b *testing.B) {
	w := bench(b)
	towns := []string{"Homs", "Aleppo", "Palmyra"}
	for _, n := range []int{1000, 4000, 16000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var text strings.Builder
			for i := range n {
				fmt.Fprintf(&text, "The Brigade of Zor%d attacked soldiers near %s on %d March. ", i, towns[i%len(towns)], i%28+1)
			}
			d := coding.Document{Text: text.String(), Published: published}
			claims := 0
			for b.Loop() {
				claims = len(w.code(d).Claims)
			}
			if claims < n/2 {
				b.Fatalf("%d claims in %d sentences", claims, n)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/sentence")
		})
	}
}
