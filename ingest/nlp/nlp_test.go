package nlp

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"faultline/ingest/neural"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var shared = sync.OnceValues(New)

func analyzer(t testing.TB) *Analyzer {
	t.Helper()
	a, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// news returns the texts of a file of reports, every step-th of them.
func news(t testing.TB, name string, step int) []string {
	t.Helper()
	dir := os.Getenv("FAULTLINE_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	f, err := os.Open(filepath.Join(dir, "reports", name))
	if err != nil {
		t.Skipf("evaluation data is absent (set FAULTLINE_DATA): %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<24)
	var out []string
	for i := 0; sc.Scan(); i++ {
		var r struct{ Text string }
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if i%step == 0 {
			out = append(out, r.Text)
		}
	}
	return out
}

func TestLoadIsFast(t *testing.T) {
	begin := time.Now()
	if _, err := New(); err != nil {
		t.Fatal(err)
	}
	// Start-up should take well under 150 ms; the limit here allows for a
	// busy machine.
	if d := time.Since(begin); d > 600*time.Millisecond {
		t.Errorf("loading took %v", d)
	}
}

// find returns the first token of that text.
func find(s *Sentence, word string) *Token {
	for i := range s.Tokens {
		if s.Tokens[i].Text == word {
			return &s.Tokens[i]
		}
	}
	return nil
}

func TestAnalyze(t *testing.T) {
	type arc struct{ word, head, rel, xpos, lemma string }
	tests := []struct {
		text string
		arcs []arc
	}{
		{"Rebels attacked the army base on Friday.", []arc{
			{"Rebels", "attacked", "nsubj", "NNS", "rebel"}, {"attacked", "", "root", "VBD", "attack"},
			{"base", "attacked", "obj", "NN", "base"}, {"Friday", "attacked", "obl", "NNP", "Friday"}}},
		{"Twelve soldiers were killed by militants near Aleppo, the ministry said.", []arc{
			{"soldiers", "killed", "nsubj:pass", "NNS", "soldier"}, {"killed", "said", "ccomp", "VBN", "kill"},
			{"militants", "killed", "obl:agent", "NNS", "militant"}, {"ministry", "said", "nsubj", "NN", "ministry"}}},
		{"Turkeys army shelled the town.", []arc{
			{"Turkeys", "army", "nmod:poss", "NNP+POS", "Turkey"}, {"army", "shelled", "nsubj", "NN", "army"}}},
		{"Nine men were hit near Homs a monitoring group said.", []arc{
			{"hit", "said", "ccomp", "VBN", "hit"}, {"group", "said", "nsubj", "NN", "group"}, {"said", "", "root", "VBD", "say"}}},
		{"Moscow's envoy didn't meet the Iranian delegation.", []arc{
			{"Moscow", "envoy", "nmod:poss", "NNP", "Moscow"}, {"n't", "meet", "advmod", "RB", "not"},
			{"delegation", "meet", "obj", "NN", "delegation"}}},
	}
	a := analyzer(t)
	for _, tt := range tests {
		ss := a.Analyze(tt.text)
		if len(ss) != 1 {
			t.Errorf("%q: %d sentences", tt.text, len(ss))
			continue
		}
		for _, w := range tt.arcs {
			k := find(&ss[0], w.word)
			if k == nil {
				t.Errorf("%q: no token %q", tt.text, w.word)
				continue
			}
			head := ""
			if k.Head >= 0 {
				head = ss[0].Tokens[k.Head].Text
			}
			if got := (arc{k.Text, head, k.Rel, k.XPOS, k.Lemma}); got != w {
				t.Errorf("%q: got %v, want %v", tt.text, got, w)
			}
		}
	}
}

// TestReportedWithoutComma finds the source at the end of sentences that lost
// the comma before it.
func TestReportedWithoutComma(t *testing.T) {
	a := analyzer(t)
	for _, tt := range []struct{ text, said, source, verb, actor string }{
		{"Two soldiers were killed in the shelling the agency said.", "said", "agency", "killed", "soldiers"},
		{"Turkeys military shelled Kurdish positions near Afrin on Sunday a spokesman for the group said.", "said", "spokesman", "shelled", "military"},
		{"The rebels had captured three villages activists reported.", "reported", "activists", "captured", "rebels"},
		{"Government forces took control of the town of Saraqeb state media reported on Monday.", "reported", "media", "took", "forces"},
		{"The convoy was attacked by gunmen near the border he said.", "said", "he", "attacked", "convoy"},
		{"Israel struck a weapons depot near Damascus airport SANA reported.", "reported", "SANA", "struck", "Israel"},
	} {
		s := a.Analyze(tt.text)[0]
		said := find(&s, tt.said)
		if said.Head >= 0 {
			t.Errorf("%q: the root is not %q", tt.text, tt.said)
		}
		for _, arc := range [][3]string{{tt.source, tt.said, "nsubj"}, {tt.verb, tt.said, "ccomp"}, {tt.actor, tt.verb, "nsubj"}} {
			k := find(&s, arc[0])
			if k.Head < 0 || s.Tokens[k.Head].Text != arc[1] || !strings.HasPrefix(k.Rel, arc[2]) {
				t.Errorf("%q: %q is %s of token %d, want %s of %q", tt.text, arc[0], k.Rel, k.Head, arc[2], arc[1])
			}
		}
	}
}

func TestAnalyzeIsDeterministicAndConcurrent(t *testing.T) {
	a := analyzer(t)
	text := "The council met on Monday. Officials from both sides, who had refused to talk, left early.\n\nNobody spoke."
	dump := func() string {
		b, err := json.Marshal(a.Analyze(text))
		if err != nil {
			t.Error(err)
		}
		return string(b)
	}
	want := dump()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if dump() != want {
					t.Error("two analyses of one text differ")
				}
			}
		})
	}
	wg.Wait()
}

func TestParseLongSentence(t *testing.T) {
	s := Sentence{Tokens: make([]Token, 1000)}
	for i := range s.Tokens {
		s.Tokens[i].Text = "word"
	}
	analyzer(t).Parse(&s)
	checkTree(t, &s)
	analyzer(t).Parse(&Sentence{})
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"The army left.", "\xff\x00 ' '' ... !!", "a b c", "“No,” he said. U.S. U.N."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range analyzer(t).Analyze(text) {
			checkTree(t, &s)
			for _, k := range s.Tokens {
				if k.Tag == 0 || k.Rel == "" || k.Lemma == "" || text[k.Start:k.End] != k.Text {
					t.Fatalf("incomplete token %+v", k)
				}
			}
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAnalyze measures the whole analysis of news on one core.
func BenchmarkAnalyze(b *testing.B) {
	texts := news(b, "current-events-2002-2026.jsonl.gz", 20)
	a := analyzer(b)
	benchmarkTexts(b, texts, func(text string) (sentences, tokens int) {
		for s := range a.Sentences(text) {
			sentences++
			tokens += len(s.Tokens)
		}
		return
	})
}

func BenchmarkTokenize(b *testing.B) {
	texts := news(b, "current-events-2002-2026.jsonl.gz", 20)
	benchmarkTexts(b, texts, func(text string) (sentences, tokens int) {
		for s := range Tokenize(text) {
			sentences++
			tokens += len(s.Tokens)
		}
		return
	})
}

func benchmarkTexts(b *testing.B, texts []string, f func(string) (int, int)) {
	ns, nt, bytes := 0, 0, 0
	b.ResetTimer()
	for b.Loop() {
		for _, t := range texts {
			s, k := f(t)
			ns += s
			nt += k
			bytes += len(t)
		}
	}
	d := b.Elapsed().Seconds()
	b.ReportMetric(float64(ns)/d, "sentences/s")
	b.ReportMetric(float64(nt)/d, "tokens/s")
	b.ReportMetric(float64(bytes)/d/1e6, "MB/s")
}

// TestVerbLemma takes forms of which the learned lemma may be wrong.
func TestVerbLemma(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range [][3]string{ // form, learned lemma, lemma
		{"bombed", "bom", "bomb"}, {"shelled", "shel", "shell"}, {"raided", "raide", "raid"},
		{"severed", "sever", "sever"}, {"barred", "bar", "bar"}, {"robbed", "rob", "rob"}, {"planned", "plan", "plan"},
		{"besieged", "besiege", "besiege"}, {"passes", "pass", "pass"}, {"denied", "deny", "deny"}, {"fled", "flee", "flee"},
	} {
		if got := a.VerbLemma(test[0], test[1]); got != test[2] {
			t.Errorf("%s (%s): %s, want %s", test[0], test[1], got, test[2])
		}
	}
}

// TestFormsAnalyzeAlike compares whole analyses.
func TestFormsAnalyzeAlike(t *testing.T) {
	if neural.Fastest() != neural.Vectors {
		t.Skip("this processor has no AVX2")
	}
	m := analyzer(t).net.m
	words, vectors := &Analyzer{newNetwork(m, neural.Words)}, &Analyzer{newNetwork(m, neural.Vectors)}
	for _, text := range []string{
		"Fighters took the village on Tuesday. The ministry, which had denied the report, said its troops left; nobody was hurt.",
		"Turkeys army shelled two towns a monitor said.", "No", "10 May 2012 - Two dead in Homs", "??? ,,, ...",
	} {
		a, _ := json.Marshal(words.Analyze(text))
		b, _ := json.Marshal(vectors.Analyze(text))
		if string(a) != string(b) {
			t.Errorf("%q: words give\n%s\nvectors\n%s", text, a, b)
		}
	}
}
