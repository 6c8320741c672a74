package nlp

import (
	"slices"
	"strings"

	"faultline/ingest/nlp/internal/model"
)

// VectorSize is the length of a word's vector.
const VectorSize = model.VecDim

// Vector gives the pretrained vector of a word, and false for a word that has
// none. It tells what a word means by the company it keeps, where a tree
// tells what it does.
func (a *Analyzer) Vector(word string, out *[VectorSize]float32) bool {
	m := a.net.m
	row, ok := m.Vecs[model.Normal(word)]
	if !ok {
		return false
	}
	scale := m.Vec.Scale[row]
	for i, v := range m.Vec.V[int(row)*VectorSize:][:VectorSize] {
		out[i] = float32(v) * scale
	}
	return true
}

// irregular are verb forms that the treebanks are too small to have shown.
const irregular = " fled:flee shot:shoot fought:fight struck:strike sought:seek withdrew:withdraw withdrawn:withdraw " +
	"overthrew:overthrow overthrown:overthrow slew:slay slain:slay forbade:forbid forbidden:forbid swore:swear sworn:swear " +
	"drove:drive driven:drive broke:break broken:break gave:give given:give took:take taken:take held:hold met:meet led:lead " +
	"beat:beat beaten:beat shook:shake shaken:shake threw:throw thrown:throw blew:blow blown:blow fell:fall fallen:fall " +
	"hid:hide hidden:hide freed:free freeing:free hit:hit sent:send spoke:speak spoken:speak torn:tear tore:tear stole:steal stolen:steal "

// VerbLemma gives the dictionary form of a verb for which a suffix rule has
// made a word that does not exist ("bombed" is no form of "bom"): of the ways
// to take the ending off, the first that leaves a known word.
func (a *Analyzer) VerbLemma(form, lemma string) string {
	low := strings.ToLower(form)
	if i := strings.Index(irregular, " "+low+":"); i >= 0 {
		rest := irregular[i+len(low)+2:]
		return rest[:strings.IndexByte(rest, ' ')]
	}
	common := func(w string) bool { _, ok := a.net.m.Word[w]; return ok && len(w) > 1 }
	known := func(w string) bool { _, ok := a.net.m.Vecs[w]; return ok && len(w) > 1 }
	for _, end := range []string{"ing", "ed", "es", "s"} {
		stem, ok := strings.CutSuffix(low, end)
		if !ok || len(stem) < 2 {
			continue
		}
		if known(lemma) && (lemma == stem || lemma == stem+"e") {
			return lemma
		}
		tries := []string{stem, stem + "e"}
		if n := len(stem); stem[n-1] == stem[n-2] {
			tries = []string{stem, stem[:n-1]}
		} else if stem[n-1] == 'i' {
			tries = []string{stem[:n-1] + "y"}
		}
		// The words of the treebanks first: among the rarer ones are names that
		// look like stems.
		if i := slices.IndexFunc(tries, common); i >= 0 {
			return tries[i]
		}
		if known(lemma) && slices.Contains(tries, lemma) {
			return lemma
		}
		if i := slices.IndexFunc(tries, known); i >= 0 {
			return tries[i]
		}
	}
	return lemma
}
