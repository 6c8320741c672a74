package coder

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
)

func BenchmarkFile(b *testing.B) {
	f, err := os.Open("/tmp/ce6000.jsonl")
	if err != nil {
		b.Skip(err)
	}
	a, _ := nlp.New()
	g, _ := gazetteer.Load()
	pl, _ := place.Load()
	c, err := New(Tools{Analyzer: a, Actors: g, Places: pl})
	if err != nil {
		b.Fatal(err)
	}
	var texts []string
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var o struct{ Text string }
		_ = json.Unmarshal(sc.Bytes(), &o)
		texts = append(texts, o.Text)
	}
	b.ResetTimer()
	n := 0
	for range b.N {
		for _, t := range texts {
			n += c(coding.Document{Text: t}).Sentences
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "sentences/s")
}
