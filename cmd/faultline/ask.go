package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"faultline/ingest/gazetteer"
	"faultline/queries"
	"faultline/schema"
)

// windowFlags are --from, --to and --as-of of the questions.
type windowFlags struct{ from, to, asOf string }

func (f *windowFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.from, "from", "", "first day, YYYY-MM-DD")
	cmd.Flags().StringVar(&f.to, "to", "", "first day after the window, YYYY-MM-DD")
	f.registerAsOf(cmd)
}

func (f *windowFlags) registerAsOf(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "answer from what was recorded by the end of this day, YYYY-MM-DD")
}

func (f *windowFlags) window() (queries.Window, error) {
	w := queries.Window{From: schema.NoDay, To: schema.NoDay}
	var err error
	if f.from != "" {
		if w.From, err = schema.ParseDay(f.from); err != nil {
			return w, usageError("--from: %w", err)
		}
	}
	if f.to != "" {
		if w.To, err = schema.ParseDay(f.to); err != nil {
			return w, usageError("--to: %w", err)
		}
	}
	if w.To != schema.NoDay && w.From >= w.To {
		return w, usageError("--to %s is not after --from %s", f.to, f.from)
	}
	return w, nil
}

// exclusive reports two flags that are given together and must not be.
func exclusive(cmd *cobra.Command, a, b string) error {
	if cmd.Flags().Changed(a) && cmd.Flags().Changed(b) {
		return usageError("--%s and --%s: give one of the two", a, b)
	}
	return nil
}

// recordedBy is the moment that --as-of means, zero for now.
func (f *windowFlags) recordedBy() (time.Time, error) {
	if f.asOf == "" {
		return time.Time{}, nil
	}
	day, err := schema.ParseDay(f.asOf)
	if err != nil {
		return time.Time{}, usageError("--as-of: %w", err)
	}
	return day.Time().Add(24*time.Hour - time.Nanosecond), nil
}

// newRecord makes the store's read model ready to be asked, with the
// gazetteer to recognise actors that the store has not met, and to tell who
// held which office when.
func newRecord(store *opened) *queries.Record {
	known := func(id schema.ActorID) (e gazetteer.Entry, ok bool) {
		actors, err := store.actors()
		if err != nil {
			return e, false // the store's own names still serve
		}
		return actors.Actor(id)
	}
	namer := func(name string) []schema.Actor {
		actors, err := store.actors()
		if err != nil {
			return nil
		}
		var found []schema.Actor
		for _, id := range actors.Named(name) {
			if e, ok := actors.Actor(id); ok {
				found = append(found, e.Actor)
			}
		}
		return found
	}
	return queries.NewRecord(store.series.View(), namer).WithTenures(func(person schema.ActorID) []queries.Tenure {
		e, _ := known(person)
		var list []queries.Tenure
		for _, o := range e.Offices {
			list = append(list, queries.Tenure{At: o.At, Window: queries.Window{From: o.From, To: o.To}})
		}
		return list
	})
}

// findPair finds two actors by name.
func findPair(r *queries.Record, a, b string) (x, y schema.Actor, err error) {
	found, err := r.Find(a, b)
	if err != nil {
		return x, y, err
	}
	return found[0], found[1], nil
}

// period tells a window for people.
func period(w queries.Window) string {
	switch {
	case w.From == schema.NoDay && w.To == schema.NoDay:
		return ""
	case w.From == schema.NoDay:
		return "before " + w.To.String()
	case w.To == schema.NoDay:
		return "since " + w.From.String()
	}
	return fmt.Sprintf("%s to %s", w.From, w.To-1)
}

// answer opens the store, asks its record, and prints what it says: as JSON
// for programs, through print for people.
func answer[T any](ctx context.Context, a *app, ask func(*queries.Record) (T, error), print func(*app, T)) error {
	store, err := a.openForQueries(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	said, err := ask(newRecord(store))
	if err != nil {
		return err
	}
	if a.json {
		return printJSON(a.stdout, said)
	}
	print(a, said)
	return nil
}
