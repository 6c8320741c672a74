// Command train fits the models that read events to annotated sentences:
//
//	go run ./ingest/coder/train ../shared/data/train/*.jsonl ingest/coder/train/own.jsonl
//
// own.jsonl are sentences written and annotated for this project, in the same
// form, on patterns that the others lack. It takes four minutes on a free core.
//
// It prints the cross-validated precision, recall and F1 for thresholds of
// acceptance and writes ingest/coder/events.model. The same input gives the
// same file.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"

	"faultline/ingest/coder"
	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
)

func main() {
	log.SetFlags(log.Ltime)
	out := flag.String("o", "ingest/coder/events.model", "where to write the models")
	folds := flag.Int("folds", 5, "parts of the cross-validation")
	seed := flag.Uint64("seed", 1, "of the order in which examples are seen")
	flag.Parse()
	if err := run(flag.Args(), *out, *folds, *seed); err != nil {
		log.Fatal(err)
	}
}

func run(files []string, out string, folds int, seed uint64) error {
	var data []coder.Annotated
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		list, err := coder.ReadAnnotated(f)
		f.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		data = append(data, list...)
	}
	tools := coder.Tools{}
	var err error
	if tools.Analyzer, err = nlp.New(); err != nil {
		return err
	}
	if tools.Actors, err = gazetteer.Load(); err != nil {
		return err
	}
	if tools.Places, err = place.Load(); err != nil {
		return err
	}
	model, err := coder.Train(tools, data, coder.TrainOptions{Folds: folds, Seed: seed, Log: log.Printf})
	if err != nil {
		return err
	}
	log.Printf("%s: %d kB", out, len(model)/1000)
	return os.WriteFile(out, model, 0o644)
}
