package main

import (
	"context"
	"time"

	"faultline/queries"
)

// keepReadings writes into the store how strained the relations are of which
// it has learned since: as nodes, so that other tools that look at the graph
// see strain too. What no longer holds is closed.
func keepReadings(ctx context.Context, store *opened, since, now time.Time) error {
	batches, err := newRecord(store).Readings(ctx, store, queries.ReadingOptions{Since: since, Now: now})
	if err != nil {
		return err
	}
	for i := range batches {
		w, err := store.Write(ctx, &batches[i])
		if err != nil {
			return err
		}
		if err := store.series.Follow(ctx, store, &batches[i], w); err != nil {
			return err
		}
	}
	return nil
}
