package coder

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

func (tr *trainer) diagnose() {
	var core, eligible, anyTrig, typed, anyTyped, sideI, sideR int
	for _, tc := range tr.cases {
		for i := range tc.Items {
			it := &tc.Items[i]
			if !it.Core {
				continue
			}
			core++
			found := false
			for _, s := range tc.sentences {
				t := s.triggerToken(it)
				if t < 0 {
					continue
				}
				if !found {
					eligible++
					found = true
				}
			}
			if slices.ContainsFunc(tc.proposed, func(p proposal) bool { return p.Type == it.Type }) {
				anyTyped++
			} else {
				continue
			}
			for _, s := range tc.sentences {
				t := s.triggerToken(it)
				if slices.ContainsFunc(tc.proposed, func(p proposal) bool { return p.token == t && p.Type == it.Type }) {
					typed++
					break
				}
			}
			gi, gr := tc.namedSpans(it.Initiators), tc.namedSpans(it.Recipients)
			if slices.ContainsFunc(tc.proposed, func(p proposal) bool { return p.Type == it.Type && overlap(tc.spans(p.sentence, p.initiators), gi) }) {
				sideI++
			}
			if slices.ContainsFunc(tc.proposed, func(p proposal) bool { return p.Type == it.Type && overlap(tc.spans(p.sentence, p.recipients), gr) }) {
				sideR++
			}
		}
	}
	_ = anyTrig
	tr.o.Log("core %d eligible %d type proposed anywhere %d at trigger %d; initiators ok %d recipients ok %d", core, eligible, anyTyped, typed, sideI, sideR)
}

func (tr *trainer) dump(accepts *linear, threshold float64, path string) {
	f, _ := os.Create(path)
	defer f.Close()
	for _, tc := range tr.cases {
		kept := tc.judged(accepts, threshold)
		for _, a := range kept {
			s := tc.sentences[a.sentence]
			conv := func(ms []mention) []map[string]string {
				out := []map[string]string{}
				for _, m := range ms {
					if m.last < len(s.tok) {
						out = append(out, map[string]string{"text": s.text(m.first, m.last)})
					}
				}
				return out
			}
			trig := ""
			if a.token < len(s.tok) {
				trig = s.tok[a.token].Text
			}
			b, _ := json.Marshal(map[string]any{"report": tc.ID, "type": a.Type, "initiators": conv(a.initiators), "recipients": conv(a.recipients), "trigger": trig, "reason": fmt.Sprintf("%.2f", a.confidence) + " " + strings.Join(a.how, ";")})
			fmt.Fprintln(f, string(b))
		}
	}
}
