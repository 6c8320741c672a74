package main

import (
	"fmt"
	"sync"

	"faultline/ingest/coder"
	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
)

// newCoder makes the coder of texts with its models and gazetteers. Loading
// them takes most of the start-up, so they are loaded beside each other.
func newCoder(actors *gazetteer.Gazetteer) (coding.Coder, error) {
	tools := coder.Tools{Actors: actors}
	var wg sync.WaitGroup
	var errNLP, errPlace error
	wg.Go(func() { tools.Analyzer, errNLP = nlp.New() })
	wg.Go(func() { tools.Places, errPlace = place.Load() })
	wg.Wait()
	if errNLP != nil {
		return nil, fmt.Errorf("loading the language models: %w", errNLP)
	}
	if errPlace != nil {
		return nil, fmt.Errorf("loading the places: %w", errPlace)
	}
	return coder.New(tools)
}
