package graph

import (
	"context"
	"iter"

	"faultline/schema"
)

// Copied is how far a Copy has come, in nodes read.
type Copied struct {
	Actors    int `json:"actors"`
	Places    int `json:"places"`
	Events    int `json:"events"`
	Reports   int `json:"reports"`
	Claims    int `json:"claims"`
	Relations int `json:"relations"`
	Readings  int `json:"readings"`
	Loads     int `json:"loads"`
	Batches   int `json:"batches"` // that added something
}

// copyNodes bounds a batch of a copy.
const copyNodes = 1200

// Copy writes all nodes of one store into another, which may hold some of
// them, or others, already. A copy that was stopped is completed by running it
// again: what the other store has is passed over. A report goes into
// one batch with all of its claims, so that a load into the unfinished copy
// takes no report for known whose claims are missing. progress may be nil.
func Copy(ctx context.Context, from Reader, to Writer, progress func(Copied)) (Copied, error) {
	c := copier{from: from, to: to, progress: progress}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error {
			return each(ctx, &c, from.Actors(ctx, ActorFilter{}), func(n schema.Actor) { c.batch.Actors = append(c.batch.Actors, n); c.done.Actors++ })
		},
		func(ctx context.Context) error {
			return each(ctx, &c, from.Places(ctx, PlaceFilter{}), func(n schema.Place) { c.batch.Places = append(c.batch.Places, n); c.done.Places++ })
		},
		func(ctx context.Context) error {
			return each(ctx, &c, from.Events(ctx, EventFilter{}), func(n schema.Event) { c.batch.Events = append(c.batch.Events, n); c.done.Events++ })
		},
		c.reports,
		func(ctx context.Context) error {
			return each(ctx, &c, from.Readings(ctx, ReadingFilter{}), func(n schema.Reading) { c.batch.Readings = append(c.batch.Readings, n); c.done.Readings++ })
		},
		func(ctx context.Context) error {
			return each(ctx, &c, from.Relations(ctx, RelationFilter{}), func(n schema.Relation) { c.batch.Relations = append(c.batch.Relations, n); c.done.Relations++ })
		},
		func(ctx context.Context) error {
			return each(ctx, &c, from.Loads(ctx, LoadFilter{}), func(n schema.Load) { c.batch.Loads = append(c.batch.Loads, n); c.done.Loads++ })
		},
		c.flush,
	} {
		if err := step(ctx); err != nil {
			return c.done, err
		}
	}
	return c.done, nil
}

// copier is a copy under way.
type copier struct {
	from     Reader
	to       Writer
	progress func(Copied)
	batch    Batch
	done     Copied
}

// each takes the nodes of one kind into the batch, and writes it when it is
// full.
func each[T any](ctx context.Context, c *copier, nodes iter.Seq2[T, error], take func(T)) error {
	for n, err := range nodes {
		if err != nil {
			return err
		}
		take(n)
		if c.batch.Len() >= copyNodes {
			if err := c.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// reports copies reports with their claims, some hundred reports at a time.
func (c *copier) reports(ctx context.Context) error {
	const page = 256
	var reports []schema.Report
	take := func() error {
		if len(reports) == 0 {
			return nil
		}
		claims := map[schema.ReportID][]schema.Claim{}
		ids := make([]schema.ReportID, len(reports))
		for i, r := range reports {
			ids[i] = r.ID
		}
		for n, err := range c.from.Claims(ctx, ClaimFilter{Reports: ids}) {
			if err != nil {
				return err
			}
			claims[n.Report] = append(claims[n.Report], n)
		}
		for _, r := range reports {
			c.batch.Reports = append(c.batch.Reports, r)
			c.batch.Claims = append(c.batch.Claims, claims[r.ID]...)
			c.done.Reports++
			c.done.Claims += len(claims[r.ID])
			if c.batch.Len() >= copyNodes {
				if err := c.flush(ctx); err != nil {
					return err
				}
			}
		}
		reports = reports[:0]
		return nil
	}
	for n, err := range c.from.Reports(ctx, ReportFilter{}) {
		if err != nil {
			return err
		}
		if reports = append(reports, n); len(reports) == page {
			if err := take(); err != nil {
				return err
			}
		}
	}
	return take()
}

// flush writes the batch.
func (c *copier) flush(ctx context.Context) error {
	if c.batch.Len() == 0 {
		return nil
	}
	w, err := c.to.Write(ctx, &c.batch)
	if err != nil {
		return err
	}
	if w.Seq > 0 {
		c.done.Batches++
	}
	c.batch = Batch{}
	if c.progress != nil {
		c.progress(c.done)
	}
	return nil
}
