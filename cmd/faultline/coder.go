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

// newCoder makes the coder of texts with its models and gazetteers.
func newCoder(actors *gazetteer.Gazetteer) (coding.Coder, error) {
	tools, err := loadModels()
	if err != nil {
		return nil, err
	}
	tools.Actors = actors
	return coder.New(tools)
}

// loadModels loads what the coder works with but for the actors. It takes
// most of the start-up, so its parts are loaded beside each other.
func loadModels() (tools coder.Tools, err error) {
	var wg sync.WaitGroup
	var errNLP, errPlace error
	wg.Go(func() { tools.Analyzer, errNLP = nlp.New() })
	wg.Go(func() { tools.Places, errPlace = place.Load() })
	wg.Wait()
	if errNLP != nil {
		return tools, fmt.Errorf("loading the language models: %w", errNLP)
	}
	if errPlace != nil {
		return tools, fmt.Errorf("loading the places: %w", errPlace)
	}
	return tools, nil
}
