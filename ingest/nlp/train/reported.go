package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// News often ends a sentence with its source: "Two men were hit, the agency
// reported." The treebanks have few such sentences, and without its comma the
// source is easily taken for a part of what it says. reported makes more.

// sources are noun phrases, each word with its universal tag, Penn tag, head
// (counted within the phrase from 0; -1 is the verb) and relation.
var sources = phrases(
	"he/PRON/PRP/-1/nsubj",
	"she/PRON/PRP/-1/nsubj",
	"it/PRON/PRP/-1/nsubj",
	"they/PRON/PRP/-1/nsubj",
	"SANA/PROPN/NNP/-1/nsubj",
	"Reuters/PROPN/NNP/-1/nsubj",
	"Interfax/PROPN/NNP/-1/nsubj",
	"activists/NOUN/NNS/-1/nsubj",
	"residents/NOUN/NNS/-1/nsubj",
	"witnesses/NOUN/NNS/-1/nsubj",
	"officials/NOUN/NNS/-1/nsubj",
	"medics/NOUN/NNS/-1/nsubj",
	"sources/NOUN/NNS/-1/nsubj",
	"the/DET/DT/1/det army/NOUN/NN/-1/nsubj",
	"the/DET/DT/1/det group/NOUN/NN/-1/nsubj",
	"the/DET/DT/1/det agency/NOUN/NN/-1/nsubj",
	"the/DET/DT/1/det ministry/NOUN/NN/-1/nsubj",
	"the/DET/DT/1/det Observatory/PROPN/NNP/-1/nsubj",
	"the/DET/DT/1/det president/NOUN/NN/-1/nsubj",
	"the/DET/DT/1/det statement/NOUN/NN/-1/nsubj",
	"a/DET/DT/1/det monitor/NOUN/NN/-1/nsubj",
	"a/DET/DT/1/det spokesman/NOUN/NN/-1/nsubj",
	"state/NOUN/NN/1/compound media/NOUN/NNS/-1/nsubj",
	"state/NOUN/NN/1/compound television/NOUN/NN/-1/nsubj",
	"security/NOUN/NN/1/compound sources/NOUN/NNS/-1/nsubj",
	"rescue/NOUN/NN/1/compound workers/NOUN/NNS/-1/nsubj",
	"local/ADJ/JJ/1/amod sources/NOUN/NNS/-1/nsubj",
	"two/NUM/CD/1/nummod officials/NOUN/NNS/-1/nsubj",
	"a/DET/DT/2/det military/ADJ/JJ/2/amod source/NOUN/NN/-1/nsubj",
	"a/DET/DT/2/det medical/ADJ/JJ/2/amod source/NOUN/NN/-1/nsubj",
	"a/DET/DT/2/det rebel/NOUN/NN/2/compound commander/NOUN/NN/-1/nsubj",
	"a/DET/DT/2/det monitoring/NOUN/NN/2/compound group/NOUN/NN/-1/nsubj",
	"an/DET/DT/2/det opposition/NOUN/NN/2/compound group/NOUN/NN/-1/nsubj",
	"the/DET/DT/2/det defense/NOUN/NN/2/compound ministry/NOUN/NN/-1/nsubj",
	"the/DET/DT/2/det news/NOUN/NN/2/compound agency/NOUN/NN/-1/nsubj",
	"the/DET/DT/3/det state/NOUN/NN/3/compound news/NOUN/NN/3/compound agency/NOUN/NN/-1/nsubj",
	"the/DET/DT/2/det news/NOUN/NN/2/compound agency/NOUN/NN/-1/nsubj SANA/PROPN/NNP/2/appos",
	"the/DET/DT/3/det Russian/ADJ/JJ/3/amod foreign/ADJ/JJ/3/amod ministry/NOUN/NN/-1/nsubj",
	"the/DET/DT/2/det Syrian/ADJ/JJ/2/amod Observatory/PROPN/NNP/-1/nsubj for/ADP/IN/5/case Human/ADJ/JJ/5/amod Rights/PROPN/NNPS/2/nmod",
	"a/DET/DT/1/det spokesman/NOUN/NN/-1/nsubj for/ADP/IN/4/case the/DET/DT/4/det group/NOUN/NN/1/nmod",
	"the/DET/DT/1/det head/NOUN/NN/-1/nsubj of/ADP/IN/4/case the/DET/DT/4/det council/NOUN/NN/1/nmod",
	"a/DET/DT/2/det security/NOUN/NN/2/compound source/NOUN/NN/-1/nsubj and/CCONJ/CC/4/cc residents/NOUN/NNS/2/conj",
	"the/DET/DT/1/det ministry/NOUN/NN/3/nmod:poss 's/PART/POS/1/case spokesman/NOUN/NN/-1/nsubj",
)

func phrases(list ...string) [][]word {
	var out [][]word
	for _, p := range list {
		var ws []word
		for _, f := range strings.Fields(p) {
			c := strings.Split(f, "/")
			h, _ := strconv.Atoi(c[3])
			ws = append(ws, word{c[0], "_", c[1], c[2], h, c[4]})
		}
		out = append(out, ws)
	}
	return out
}

var (
	sayings  = []word{{form: "said", xpos: "VBD"}, {form: "said", xpos: "VBD"}, {form: "said", xpos: "VBD"}, {form: "reported", xpos: "VBD"}, {form: "says", xpos: "VBZ"}, {form: "claimed", xpos: "VBD"}, {form: "added", xpos: "VBD"}, {form: "announced", xpos: "VBD"}, {form: "confirmed", xpos: "VBD"}, {form: "reports", xpos: "VBZ"}, {form: "claims", xpos: "VBZ"}}
	weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)

// reported adds a source to the end of a plain statement; other sentences
// come back unchanged.
func reported(s sentence, rng *rand.Rand) sentence {
	n := len(s.words)
	if n < 5 || n > 45 || s.words[n-1].form != "." || s.words[n-1].rel != "punct" {
		return s
	}
	root, subject := -1, false
	for i, w := range s.words {
		if w.head < 0 {
			root = i
		}
		if w.upos == "PUNCT" && strings.ContainsAny(w.form, "\"“”‘’?!:") {
			return s
		}
	}
	for _, w := range s.words {
		if w.head == root && strings.HasPrefix(w.rel, "nsubj") {
			subject = true
		}
		if w.head == root && w.rel == "ccomp" {
			return s
		}
	}
	if !subject || s.words[root].upos != "VERB" {
		return s
	}
	out := sentence{words: append([]word(nil), s.words[:n-1]...)}
	for i := range out.words {
		if out.words[i].head == n-1 {
			return s // something hangs on the full stop
		}
	}
	if rng.IntN(2) == 0 {
		out.words = append(out.words, word{",", ",", "PUNCT", ",", root, "punct"})
	}
	phrase := sources[rng.IntN(len(sources))]
	base := len(out.words)
	verb := base + len(phrase)
	for _, w := range phrase {
		if w.head < 0 {
			w.head = verb
		} else {
			w.head += base
		}
		out.words = append(out.words, w)
	}
	say := sayings[rng.IntN(len(sayings))]
	say.upos, say.head, say.rel = "VERB", -1, "root"
	out.words = append(out.words, say)
	if rng.IntN(5) == 0 {
		out.words = append(out.words,
			word{"on", "on", "ADP", "IN", verb + 2, "case"},
			word{weekdays[rng.IntN(len(weekdays))], "_", "PROPN", "NNP", verb, "obl"})
	}
	out.words = append(out.words, word{".", ".", "PUNCT", ".", verb, "punct"})
	out.words[root].head, out.words[root].rel = verb, "ccomp"
	return out
}
