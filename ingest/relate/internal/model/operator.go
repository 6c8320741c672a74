package model

import (
	"slices"
	"strings"

	"faultline/ingest/nlp"
)

// An operator is a word that makes something else of the act below it: to
// agree to strike is no strike, to end a blockade is to yield.
var operators = func() map[string]string {
	m := map[string]string{}
	for op, words := range map[string]string{
		"future": "will would shall plan intend ready prepare willing prepared set expect hope consider propose about 'll going",
		"offer":  "agree offer pledge promise commit volunteer committed accept consent commitment",
		"vow":    "vow threaten swear warn threat",
		"stop": "end stop halt suspend cease lift drop revoke cancel ease reduce waive remove relax scrap abandon discontinue " +
			"terminate repeal withdraw cut delay postpone freeze break quit leave pause abolish overturn",
		"fail":  "fail refuse decline reject deny oppose block veto unable unwilling impossible failure refusal",
		"ask":   "ask urge demand call request appeal press insist seek want require order tell invite plead",
		"say":   "say announce declare state add report claim note suggest reveal confirm admit",
		"begin": "begin start launch resume continue keep renew extend increase expand step raise intensify impose",
		"let":   "allow let permit approve authorize enable grant give open",
		"meet":  "hold host attend",
	} {
		for _, w := range strings.Fields(words) {
			m[w] = op
		}
	}
	return m
}()

// act splits the chain into operators and the words they work on.
func (p *Pair) act() (ops []string, content []int) {
	add := func(op string) {
		if !slices.Contains(ops, op) {
			ops = append(ops, op)
		}
	}
	for n, i := range p.chain {
		neg, modal, _ := p.manner(i)
		if op := operators[modal]; op != "" {
			add(op)
		} else if modal != "" {
			add("modal")
		}
		if neg {
			add("not")
		}
		op := operators[p.lemma[i]]
		if op != "" && p.tok[i].Tag != nlp.NOUN || n == 0 && op != "" {
			add(op)
			continue
		}
		content = append(content, i)
	}
	return ops, content
}

// operations describe what operators make of what.
func (k *Knowledge) operations(p *Pair, f *bag) {
	ops, content := p.act()
	op := strings.Join(ops, " ")
	f.add("ops", op)
	// What an operator works on may be an object, "ended the siege of".
	for _, i := range p.chain {
		for _, c := range p.kids[i] {
			switch p.tok[c].Universal() {
			case "obj", "obl", "xcomp", "nmod", "compound":
				if p.role[c] == outside && !slices.Contains(content, c) && !slices.Contains(p.chain, c) {
					content = append(content, c)
				}
			}
		}
	}
	seen := map[string]bool{}
	for n, i := range content {
		first := "later"
		if n == 0 {
			first = "first"
		}
		f.add("opw", op, p.lemma[i])
		f.add("opf", op, first, p.lemma[i])
		for _, c := range k.clusters(p.lemma[i]) {
			f.add("opk", op, c)
		}
		for _, ph := range k.Dictionary.match(p, i) {
			class := Classes[ph.Class]
			side := "friendly"
			if Quads[ph.Class] > 2 {
				side = "hostile"
			}
			for _, feature := range []string{"c" + class, "s" + side, first + side} {
				if !seen[feature] {
					seen[feature] = true
					f.add("opd", op, feature)
					for _, o := range ops {
						f.add("opo", o, feature)
					}
				}
			}
		}
	}
}
