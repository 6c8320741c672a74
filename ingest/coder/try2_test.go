package coder

import (
	"fmt"
	"os"
	"testing"

	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/schema"
)

func TestTry2(t *testing.T) {
	text := os.Getenv("TRY2")
	if text == "" {
		t.Skip()
	}
	a, _ := nlp.New()
	g, _ := gazetteer.Load()
	pl, _ := place.Load()
	c, _ := newCoder(Tools{Analyzer: a, Actors: g, Places: pl})
	m, _ := readModels(eventsModel, a)
	c.read(coding.Document{Text: text, Published: schema.MakeDay(2024, 11, 24)}, func(s *sentence, _ *setting) {
		var f features
		probs := make([]float64, 19)
		for i := range s.tok {
			if !s.eligible(i) {
				continue
			}
			s.triggerFeatures(c.lex, i, &f)
			m.triggers.scores(&f, probs)
			fmt.Print(s.tok[i].Text, " lemma=", s.lemma(i), " nfeat=", len(f.list))
			hit := 0
			for _, k := range f.list {
				if m.triggers.wide.row(k) >= 0 {
					hit++
				}
			}
			fmt.Print(" hits=", hit)
			for n, p := range probs {
				if p > 0.03 {
					name := "none"
					if n > 0 {
						name = string(schema.EventTypes()[n-1])
					}
					fmt.Printf(" %s=%.2f", name, p)
				}
			}
			fmt.Println()
		}
	})
}
