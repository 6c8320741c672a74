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

func TestTry(t *testing.T) {
	text := os.Getenv("TRY")
	if text == "" {
		t.Skip()
	}
	a, _ := nlp.New()
	g, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	pl, _ := place.Load()
	c, err := newCoder(Tools{Analyzer: a, Actors: g, Places: pl})
	if err != nil {
		t.Fatal(err)
	}
	m, err := readModels(eventsModel, a)
	if err != nil {
		t.Fatal(err)
	}
	c.read(coding.Document{Text: text, Published: schema.MakeDay(2024, 11, 24)}, func(s *sentence, _ *setting) {
		for i, k := range s.tok {
			fmt.Printf("%d %s/%s/%s<-%d %s [%s]  ", i, k.Text, k.Tag, k.Rel, k.Head, "", s.label(i))
		}
		fmt.Println()
		for _, p := range s.proposals(m, c.lex) {
			fmt.Printf("  %.2f t=%.2f %s %s a=%.2f r=%.2f la=%.2f lr=%.2f\n", p.confidence, p.trigger, s.tok[p.token].Text, p.Type, p.initiator, p.recipient, p.leftInitiator, p.leftRecipient)
			for _, x := range p.initiators {
				fmt.Printf("       I %s %s\n", s.text(x.first, x.last), x.actor.ID)
			}
			for _, x := range p.recipients {
				fmt.Printf("       R %s %s\n", s.text(x.first, x.last), x.actor.ID)
			}
		}
		s.remember()
	})
}
