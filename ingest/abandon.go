package ingest

import (
	"context"
	"errors"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// Abandon marks a load as stopped that a killed process left running, and
// that will not be run again. One that is not in the store, or has ended, is
// left as it is. Of the job its clock and Wrote are used.
func Abandon(ctx context.Context, store Store, job Job, id schema.LoadID) error {
	load, err := graph.One(store.Loads(ctx, graph.LoadFilter{IDs: []schema.LoadID{id}}), id)
	if errors.Is(err, graph.ErrNotFound) {
		return nil // nothing of it was written
	}
	if err != nil || load.Outcome != schema.Running {
		return err
	}
	load.Outcome, load.Finished = schema.Stopped, job.Now().UTC().Truncate(time.Millisecond)
	b := graph.Batch{Loads: []schema.Load{load}}
	w, err := store.Write(ctx, &b)
	if err == nil && job.Wrote != nil {
		err = job.Wrote(&b, w)
	}
	return err
}
