package model

import (
	"math"
	"slices"

	"faultline/ingest/nlp"
)

// The parts of the dense form: means of word vectors, then what the
// dictionaries say, then facts about the sentence.
const (
	poolPred = iota
	poolChain
	poolKids
	poolBetween
	poolAfter
	poolAll
	poolSource
	poolTarget
	poolContent
	poolLast
	pools

	denseFlags = 24
	// DenseDim is the size of the dense form of a pair.
	DenseDim = pools*Dim + 3*NumClasses + denseFlags
)

// Dense gives the vector of a pair.
func (k *Knowledge) Dense(p *Pair) []float32 {
	out := make([]float32, DenseDim)
	var pooled [pools][]int
	for i := range p.tok {
		t := &p.tok[i]
		switch p.role[i] {
		case inSource:
			pooled[poolSource] = append(pooled[poolSource], i)
			continue
		case inTarget:
			pooled[poolTarget] = append(pooled[poolTarget], i)
			continue
		}
		switch t.Tag {
		case nlp.PUNCT, nlp.DET, nlp.NUM, nlp.AUX, nlp.PRON, nlp.CCONJ:
			continue
		}
		pooled[poolAll] = append(pooled[poolAll], i)
		switch {
		case p.src.first >= 0 && p.tgt.first >= 0 && i > min(p.src.first, p.tgt.first) && i < max(p.src.first, p.tgt.first):
			pooled[poolBetween] = append(pooled[poolBetween], i)
		case p.tgt.first < 0 && i > p.src.last && i < p.src.last+12:
			pooled[poolBetween] = append(pooled[poolBetween], i)
		case p.tgt.first >= 0 && i > p.tgt.last && i < p.tgt.last+10:
			pooled[poolAfter] = append(pooled[poolAfter], i)
		}
	}
	if p.pred >= 0 {
		pooled[poolPred] = []int{p.pred}
		pooled[poolChain] = p.chain[1:]
		pooled[poolLast] = p.chain[len(p.chain)-1:]
		_, pooled[poolContent] = p.act()
		for _, v := range p.chain[:min(len(p.chain), 3)] {
			for _, c := range p.kids[v] {
				switch p.tok[c].Tag {
				case nlp.NOUN, nlp.VERB, nlp.ADJ, nlp.ADV, nlp.ADP, nlp.PROPN:
					if p.role[c] == outside {
						pooled[poolKids] = append(pooled[poolKids], c)
					}
				}
			}
		}
	}
	for n, list := range pooled {
		k.mean(p, list, out[n*Dim:][:Dim])
	}
	votes := out[pools*Dim:]
	for i := range p.tok {
		zone := 2
		if i == p.pred {
			zone = 0
		} else {
			for _, c := range p.chain {
				if c == i {
					zone = 1
				}
			}
		}
		if p.role[i] != outside {
			continue
		}
		found := k.Dictionary.match(p, i)
		for _, ph := range found {
			votes[zone*NumClasses+int(ph.Class)] += 1 / float32(len(found))
		}
	}
	for i := range votes[:3*NumClasses] {
		votes[i] = float32(math.Tanh(float64(votes[i])))
	}
	flags := out[pools*Dim+3*NumClasses:]
	set := func(i int, on bool) {
		if on {
			flags[i] = 1
		}
	}
	set(0, p.src.head < 0)
	set(1, p.tgt.head < 0)
	set(2, p.src.first >= 0 && p.tgt.first >= 0 && p.tgt.first < p.src.first)
	if p.pred >= 0 {
		neg, modal, passive := p.manner(p.pred)
		set(3, neg)
		set(4, modal != "")
		set(5, modal == "will")
		set(6, passive)
		for _, i := range p.chain[1:] {
			n, m, _ := p.manner(i)
			set(7, n)
			set(8, m != "")
		}
		set(9, len(p.chain) > 2)
		set(10, p.joint())
		ops, _ := p.act()
		for i, op := range [...]string{"future", "offer", "vow", "stop", "fail", "ask", "say", "begin", "let", "meet", "not", "modal"} {
			set(11+i, slices.Contains(ops, op))
		}
	}
	return out
}

// mean sets sum to the mean vector of the tokens that have one.
func (k *Knowledge) mean(p *Pair, list []int, sum []float32) {
	n := 0
	for _, i := range list {
		r := k.Vectors.row(p.lemma[i])
		if r < 0 {
			continue
		}
		k.Vectors.addTo(sum, r, 1)
		n++
	}
	if n == 0 {
		return
	}
	norm := float32(0)
	for _, x := range sum {
		norm += x * x
	}
	norm = float32(math.Sqrt(float64(norm))) + 1e-6
	for i := range sum {
		sum[i] *= 3 / norm
	}
}
