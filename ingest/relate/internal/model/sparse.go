package model

import (
	"slices"
	"strconv"

	"faultline/ingest/nlp"
)

// Knowledge is what features are made with besides the sentence.
type Knowledge struct {
	Dictionary Dictionary
	Vectors    Vectors
	names      [][]string // of the clusters of each vector
}

type bag struct{ list []uint32 }

// add hashes a feature (FNV-1a over its parts).
func (b *bag) add(parts ...string) {
	h := uint32(2166136261)
	for _, s := range parts {
		for i := 0; i < len(s); i++ {
			h = (h ^ uint32(s[i])) * 16777619
		}
		h = (h ^ 0xff) * 16777619
	}
	h ^= h >> 15
	b.list = append(b.list, h)
}

// word is a token as n-grams see it: the sides are one word each.
func (p *Pair) word(i int) string {
	switch {
	case i < 0:
		return "<"
	case i >= len(p.tok):
		return ">"
	case p.role[i] == inSource:
		return "SRC"
	case p.role[i] == inTarget:
		return "TGT"
	case p.tok[i].Tag == nlp.NUM:
		return "NUM"
	}
	return p.lemma[i]
}

// reduced lists the sentence's words, each side as one.
func (p *Pair) reduced() (words []string, at []int) {
	for i := range p.tok {
		w := p.word(i)
		if p.role[i] != outside && i > 0 && p.role[i-1] == p.role[i] {
			continue
		}
		if p.tok[i].Tag == nlp.PUNCT && p.role[i] == outside && w != "," {
			continue
		}
		words, at = append(words, w), append(at, i)
	}
	return words, at
}

// Sparse lists the features of a pair, sorted, each once.
func (k *Knowledge) Sparse(p *Pair) []uint32 {
	var f bag
	f.add("bias")
	k.ngrams(p, &f)
	k.tree(p, &f)
	k.phrases(p, &f)
	k.sides(p, &f)
	k.operations(p, &f)
	slices.Sort(f.list)
	return slices.Compact(f.list)
}

func (k *Knowledge) ngrams(p *Pair, f *bag) {
	words, at := p.reduced()
	s, t := slices.Index(words, "SRC"), slices.Index(words, "TGT")
	get := func(i int) string {
		if i < 0 || i >= len(words) {
			return "|"
		}
		return words[i]
	}
	for i := range words {
		f.add("a1", words[i])
		f.add("a2", words[i], get(i+1))
		if i+2 < len(words) {
			f.add("a3", words[i], words[i+1], words[i+2])
			f.add("a13", words[i], words[i+2])
		}
		if p.role[at[i]] == outside {
			for n, c := range k.clusters(words[i]) {
				f.add("ka", c)
				if next := k.clusters(get(i + 1)); next != nil {
					f.add("ka2", c, next[n])
				}
			}
		}
		zone := "away"
		switch {
		case s >= 0 && t >= 0 && i > min(s, t) && i < max(s, t):
			zone = "between"
		case s >= 0 && t < 0 && i > s && i < s+10:
			zone = "between"
		case t >= 0 && i > t:
			zone = "after"
		}
		f.add("z1", zone, words[i])
		f.add("z2", zone, words[i], get(i+1))
		if zone == "between" {
			f.add("z3", words[i], get(i+1), get(i+2))
			for _, c := range k.clusters(words[i]) {
				f.add("kz", c)
			}
		}
	}
	for _, side := range []struct {
		name string
		at   int
	}{{"s", s}, {"t", t}} {
		if side.at < 0 {
			continue
		}
		for d := 1; d <= 3; d++ {
			f.add("n"+side.name+"+"+strconv.Itoa(d), get(side.at+d))
			f.add("n"+side.name+"-"+strconv.Itoa(d), get(side.at-d))
		}
		f.add("nn+"+side.name, get(side.at+1), get(side.at+2))
		f.add("nn-"+side.name, get(side.at-2), get(side.at-1))
		f.add("nnn+"+side.name, get(side.at+1), get(side.at+2), get(side.at+3))
		f.add("nnn-"+side.name, get(side.at-3), get(side.at-2), get(side.at-1))
	}
	switch {
	case s < 0:
		f.add("no source")
	case t < 0:
		f.add("no target")
	case p.joint():
		f.add("joint", p.predLemma())
		fallthrough
	default:
		d := t - s
		order := "+"
		if d < 0 {
			d, order = -d, "-"
		}
		f.add("dist", order, strconv.Itoa(min(d, 12)/2))
		f.add("order", order)
	}
}

func (k *Knowledge) tree(p *Pair, f *bag) {
	if p.pred < 0 {
		return
	}
	l, pred := p.lemma, p.pred
	rel := "none"
	if p.src.head >= 0 {
		rel = p.tok[p.src.head].Rel
	}
	f.add("p", l[pred])
	f.add("prel", l[pred], rel)
	f.add("srel", rel)
	f.add("px", l[pred], p.tok[pred].XPOS)
	neg, modal, passive := p.manner(pred)
	flags := strconv.FormatBool(neg) + modal + strconv.FormatBool(passive)
	f.add("flags", flags)
	f.add("pflags", l[pred], flags)
	if neg {
		f.add("negated")
	}
	for _, c := range k.clusters(l[pred]) {
		f.add("kp", c)
		f.add("kpflags", c, flags)
	}
	trel, tprep := "none", ""
	if p.tgt.head >= 0 {
		trel, tprep = p.tok[p.tgt.head].Rel, p.preposition(p.tgt.head)
	}
	f.add("trel", trel, tprep)
	f.add("ptrel", l[pred], trel, tprep)
	way := ""
	for n, i := range p.chain {
		f.add("c", l[i])
		f.add("cr", l[i], p.tok[i].Rel)
		f.add("c"+strconv.Itoa(min(n, 4)), l[i])
		ng, md, _ := p.manner(i)
		if ng || md != "" {
			f.add("cneg", l[i], strconv.FormatBool(ng), md)
		}
		for m, c := range k.clusters(l[i]) {
			f.add("kc", c)
			f.add("kc"+strconv.Itoa(min(n, 3)), c)
			if n > 0 {
				if before := k.clusters(l[p.chain[n-1]]); before != nil {
					f.add("kc2", before[m], c)
				}
				f.add("lkc", l[p.chain[n-1]], c)
			}
		}
		if n > 0 {
			f.add("c2", l[p.chain[n-1]], l[i])
			f.add("pc", l[pred], l[i])
			f.add("way", p.tok[i].Rel, l[i])
		}
		if n > 1 {
			f.add("c3", l[p.chain[n-2]], l[p.chain[n-1]], l[i])
		}
		if n < 5 {
			way += ">" + p.tok[i].Rel
		}
	}
	f.add("path", way)
	for _, v := range p.chain[:min(len(p.chain), 3)] {
		for _, c := range p.kids[v] {
			t := &p.tok[c]
			if t.Tag == nlp.PUNCT || slices.Contains(p.chain, c) {
				continue
			}
			w := p.word(c)
			prep := ""
			if t.Universal() == "obl" || t.Universal() == "nmod" {
				prep = p.preposition(c)
			}
			f.add("k", t.Rel, prep, w)
			f.add("vk", l[v], t.Rel, prep, w)
			f.add("vkr", l[v], t.Rel, prep)
			if p.role[c] == outside {
				for _, kc := range k.clusters(l[c]) {
					f.add("kk", t.Universal(), kc)
					f.add("vkk", l[v], t.Universal(), kc)
				}
			}
			if t.Universal() == "obj" || t.Universal() == "obl" || t.Universal() == "xcomp" || t.Universal() == "nsubj" {
				for _, g := range p.kids[c] {
					if gt := &p.tok[g]; gt.Tag != nlp.PUNCT && gt.Tag != nlp.DET {
						f.add("g", t.Universal(), gt.Universal(), p.word(g))
						f.add("vg", l[v], t.Universal(), p.word(g))
					}
				}
			}
		}
	}
	f.add("root", l[p.root()])
}

func (p *Pair) root() int {
	for i := range p.tok {
		if p.tok[i].Head < 0 {
			return i
		}
	}
	return 0
}

// phrases add what the dictionaries say of the words, by where these stand.
func (k *Knowledge) phrases(p *Pair, f *bag) {
	for i := range p.tok {
		zone := "any"
		switch {
		case i == p.pred:
			zone = "pred"
		case slices.Contains(p.chain, i):
			zone = "chain"
		case p.role[i] != outside:
			zone = "side"
		}
		for _, ph := range k.Dictionary.match(p, i) {
			class, book := Classes[ph.Class], strconv.Itoa(int(ph.Book))
			f.add("d", zone, class, book)
			f.add("ds", zone, class, book, strconv.Itoa(min(len(ph.With), 2)))
			if zone != "side" {
				f.add("dd", class)
			}
			if zone == "pred" || zone == "chain" {
				neg, modal, _ := p.manner(i)
				f.add("dn", class, strconv.FormatBool(neg), modal)
				f.add("dc", class)
				if i != p.pred {
					f.add("dp", p.lemma[p.pred], class)
				}
			}
		}
	}
}

// sides describe who the two are.
func (k *Knowledge) sides(p *Pair, f *bag) {
	for _, side := range []struct {
		name string
		of   party
	}{{"s", p.src}, {"t", p.tgt}} {
		if side.of.head < 0 {
			continue
		}
		h := side.of.head
		f.add("h"+side.name, p.lemma[h])
		f.add("ht"+side.name, p.tok[h].Tag.String())
		for _, c := range k.clusters(p.lemma[h]) {
			f.add("kh"+side.name, c)
			if p.pred >= 0 {
				f.add("kph"+side.name, p.lemma[p.pred], c)
			}
		}
		for i := side.of.first; i <= side.of.last; i++ {
			f.add("w"+side.name, p.lemma[i])
		}
	}
}

// clusters are the names of a word's clusters, one of each clustering; none
// if it has no vector.
func (k *Knowledge) clusters(word string) []string {
	if r := k.Vectors.row(word); r >= 0 {
		return k.names[r]
	}
	return nil
}

// Prepare must be called once when all is filled in.
func (k *Knowledge) Prepare() {
	v := &k.Vectors
	k.names = make([][]string, len(v.Words))
	n := len(v.Cluster) / max(1, len(v.Words))
	for r := range k.names {
		for i, c := range v.Cluster[r*n:][:n] {
			k.names[r] = append(k.names[r], string(rune('a'+i))+strconv.Itoa(int(c)))
		}
	}
}
