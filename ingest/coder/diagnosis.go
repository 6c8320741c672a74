package coder

import "slices"

// diagnose logs where annotated items are lost on their way through the
// models: how many have a trigger that may be one, a proposal of their type,
// and among such proposals one with the right side.
func (tr *trainer) diagnose() {
	var core, eligible, typed, initiators, recipients int
	for _, tc := range tr.cases[:tr.measured] {
		for i := range tc.Items {
			it := &tc.Items[i]
			if !it.Core {
				continue
			}
			core++
			if slices.ContainsFunc(tc.sentences, func(s *sentence) bool { return s.triggerToken(it) >= 0 }) {
				eligible++
			}
			has := func(f func(p proposal) bool) int {
				if slices.ContainsFunc(tc.proposed, func(p proposal) bool { return p.Type == it.Type && f(p) }) {
					return 1
				}
				return 0
			}
			typed += has(func(proposal) bool { return true })
			initiators += has(func(p proposal) bool {
				return overlap(tc.spans(p.sentence, p.initiators), tc.namedSpans(it.Initiators))
			})
			recipients += has(func(p proposal) bool {
				return overlap(tc.spans(p.sentence, p.recipients), tc.namedSpans(it.Recipients))
			})
		}
	}
	tr.o.Log("of %d core items %d have a trigger, %d a proposal of their type, %d with the right initiator, %d recipient",
		core, eligible, typed, initiators, recipients)
}
