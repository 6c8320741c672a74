package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"faultline/ingest/gazetteer"
	"faultline/queries"
	"faultline/queries/series"
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

// sideFlags are --level and --group of the questions: whom actors count for.
type sideFlags struct {
	level  string
	groups []string
}

func (f *sideFlags) register(cmd *cobra.Command, level queries.Level) {
	cmd.Flags().StringVar(&f.level, "level", string(level),
		"roll-up: actor, parent (with all that is part of it), country, or bloc (with those who are aligned with it)")
	f.registerGroup(cmd)
}

func (f *sideFlags) registerGroup(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.groups, "group", nil,
		"actors that count as one: NAME=A,B,C, or a file of such lines; can be given again")
}

func (f *sideFlags) rollUp() (queries.Level, error) {
	l := queries.Level(f.level)
	if err := l.Validate(); err != nil {
		return "", usageError("--level: %w", err)
	}
	return l, nil
}

// record is that of a store, with the groups.
func (f *sideFlags) record(store *opened) (*queries.Record, error) {
	rec := newRecord(store)
	if len(f.groups) == 0 {
		return rec, nil
	}
	var groups []queries.Group
	for _, text := range f.groups {
		lines := []string{text}
		if !strings.Contains(text, "=") {
			b, err := os.ReadFile(text)
			if err != nil {
				return nil, usageError("--group %q: want NAME=A,B,C or a file of such lines: %w", text, err)
			}
			lines = strings.Split(string(b), "\n")
		}
		for i, line := range lines {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			name, members, ok := strings.Cut(line, "=")
			if !ok {
				return nil, usageError("--group %s:%d: %q: want NAME=A,B,C", text, i+1, line)
			}
			g := queries.Group{Name: strings.TrimSpace(name)}
			found, err := rec.Find(strings.FieldsFunc(members, func(r rune) bool { return r == ',' })...)
			if err != nil {
				return nil, fmt.Errorf("--group %s: %w", g.Name, err)
			}
			for _, actor := range found {
				g.Members = append(g.Members, actor.ID)
			}
			groups = append(groups, g)
		}
	}
	with, err := rec.WithGroups(groups)
	if err != nil {
		return nil, usageError("--group: %w", err)
	}
	return with, nil
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
func newRecord(store *opened) *queries.Record { return recordOf(store, store.series.View()) }

// recordOf is newRecord for a state of the read model that the caller has.
func recordOf(store *opened, view *series.View) *queries.Record {
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
	return queries.NewRecord(view, namer).WithTenures(func(person schema.ActorID) []queries.Tenure {
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

// titleOf names what is told of a window: "A – B, 2014-01-01 to 2014-12-31".
func titleOf(w queries.Window, names ...string) string {
	title := plain(strings.Join(names, " – "))
	if p := period(w); p != "" {
		title += ", " + p
	}
	return title
}

// answer opens the store, asks its record, and prints what it says: as JSON
// for programs, through print for people.
func answer[T any](ctx context.Context, a *app, sides sideFlags, ask func(*queries.Record) (T, error), print func(*app, T)) error {
	store, err := a.openForQueries(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	rec, err := sides.record(store)
	if err != nil {
		return err
	}
	said, err := ask(rec)
	if err != nil {
		return err
	}
	if a.json {
		return printJSON(a.stdout, said)
	}
	print(a, said)
	return nil
}
