package main

import (
	"sort"

	"faultline/ingest/nlp/internal/model"
)

// learnLemmas finds, for every Penn tag and suffix, the most frequent edit
// from form to lemma, and lists the forms that the edits get wrong.
func learnLemmas(trees []sentence) model.Lemmas {
	type pair struct{ key, xpos string }
	count := map[pair]map[string]int{}
	for _, s := range trees {
		for _, w := range s.words {
			if w.rel == "goeswith" || w.lemma == "_" || w.lemma == "" || len(w.form) > 30 {
				continue
			}
			p := pair{model.LemmaKey(w.form, w.xpos), w.xpos}
			if count[p] == nil {
				count[p] = map[string]int{}
			}
			count[p][w.lemma]++
		}
	}
	gold := map[pair]string{}
	rules := map[pair]map[model.Rule]int{}
	for p, c := range count {
		best := ""
		for l, n := range c {
			if n > c[best] || n == c[best] && l < best {
				best = l
			}
		}
		gold[p] = best
		k := 0
		for k < len(p.key) && k < len(best) && p.key[k] == best[k] {
			k++
		}
		r := model.Rule{Cut: len(p.key) - k, Add: best[k:]}
		for n := 0; n <= min(model.MaxSuffix, len(p.key)); n++ {
			if r.Cut > n+2 {
				continue
			}
			s := pair{p.key[len(p.key)-n:], p.xpos}
			if rules[s] == nil {
				rules[s] = map[model.Rule]int{}
			}
			rules[s][r]++
		}
	}
	l := model.Lemmas{Words: map[string]string{}, Rules: map[string]model.Rule{}}
	// Short suffixes first; a longer one is kept only when it changes the rule.
	var order []pair
	for s := range rules {
		order = append(order, s)
	}
	sort.Slice(order, func(i, j int) bool {
		a, b := order[i], order[j]
		if len(a.key) != len(b.key) {
			return len(a.key) < len(b.key)
		}
		return a.key+a.xpos < b.key+b.xpos
	})
	for _, s := range order {
		var best model.Rule
		top, total := 0, 0
		for r, n := range rules[s] {
			total += n
			if n > top || n == top && (r.Cut < best.Cut || r.Cut == best.Cut && r.Add < best.Add) {
				best, top = r, n
			}
		}
		if len(s.key) > 0 && (total < 2 || top*10 < total*6) {
			continue
		}
		inherited := false
		for n := len(s.key) - 1; n >= 0; n-- {
			if r, ok := l.Rules[s.key[len(s.key)-n:]+"\t"+s.xpos]; ok {
				inherited = r == best
				break
			}
		}
		if !inherited {
			l.Rules[s.key+"\t"+s.xpos] = best
		}
	}
	for p, lemma := range gold {
		if l.ByRule(p.key, p.xpos) != lemma {
			l.Words[p.key+"\t"+p.xpos] = lemma
		}
	}
	return l
}
