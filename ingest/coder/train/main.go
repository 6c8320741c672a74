// Command train fits the models that read events to annotated sentences:
//
//	GOEXPERIMENT=simd go run ./ingest/coder/train ../shared/data/train/*.jsonl
//
// Those are cross-validated: it prints precision, recall and F1 for thresholds
// of acceptance. It trains besides, without measuring them, on the sentences of
// ingest/annotation.
//
// It writes ingest/coder/events.model. The same input and build give the same
// file, in three quarters of an hour on two cores. Without GOEXPERIMENT=simd it works
// too, several times slower.
package main

import (
	"flag"
	"log"
	"os"

	"faultline/ingest/annotation"
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
	own := flag.String("own", "ingest/annotation", "folder of own.jsonl, war.jsonl and portal.tsv")
	reports := flag.String("reports", "../shared/data/reports/current-events-2002-2026.jsonl.gz", "the reports that portal.tsv tells of")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("usage: train [flags] ANNOTATED.jsonl…")
	}
	if err := run(flag.Args(), *own, *reports, *out, *folds, *seed); err != nil {
		log.Fatal(err)
	}
}

func run(files []string, own, reports, out string, folds int, seed uint64) error {
	data, err := annotation.ReadFiles(files...)
	if err != nil {
		return err
	}
	more, err := annotation.ReadOwn(own, reports)
	if err != nil {
		return err
	}
	tools := coder.Tools{}
	if tools.Analyzer, err = nlp.New(); err != nil {
		return err
	}
	if tools.Actors, err = gazetteer.Load(); err != nil {
		return err
	}
	if tools.Places, err = place.Load(); err != nil {
		return err
	}
	model, err := coder.Train(tools, data, more, coder.TrainOptions{Folds: folds, Seed: seed, Log: log.Printf})
	if err != nil {
		return err
	}
	log.Printf("%s: %d kB", out, len(model)/1000)
	return os.WriteFile(out, model, 0o644)
}
