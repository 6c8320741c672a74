package coder

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/schema"
)

func TestTry(t *testing.T) {
	f := os.Getenv("TRY")
	if f == "" {
		t.Skip()
	}
	a, err := nlp.New()
	if err != nil {
		t.Fatal(err)
	}
	g, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Tools{Analyzer: a, Actors: g})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := os.Open(f)
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 1<<24)
	out, _ := os.Create(os.Getenv("OUT"))
	for sc.Scan() {
		var o struct{ ID, Text, Published string }
		if err := json.Unmarshal(sc.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		d, _ := schema.ParseDay(o.Published)
		for _, cl := range c(coding.Document{Text: o.Text, Published: d}).Claims {
			type m struct {
				Text  string `json:"text"`
				Actor string `json:"actor"`
				Name  string `json:"name"`
			}
			conv := func(ms []coding.Mention) []m {
				out := []m{}
				for _, x := range ms {
					out = append(out, m{x.Text, string(x.Actor.ID), x.Actor.Name})
				}
				return out
			}
			b, _ := json.Marshal(map[string]any{"report": o.ID, "type": cl.Type, "initiators": conv(cl.Initiators), "recipients": conv(cl.Recipients), "status": cl.Status, "confidence": cl.Confidence, "reason": cl.Reason, "date": cl.Day.String(), "trigger": o.Text[cl.Trigger.Start:cl.Trigger.End]})
			fmt.Fprintln(out, string(b))
		}
	}
}
