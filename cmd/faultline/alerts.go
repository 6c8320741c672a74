package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"faultline/queries"
	"faultline/schema"
)

type alertsOptions struct {
	windowFlags
	sideFlags
	since  string
	days   int
	of     []string
	grade  string
	cracks bool
	limit  int
}

func newAlertsCommand(a *app) *cobra.Command {
	var opts alertsOptions
	cmd := &cobra.Command{
		Use:   "alerts --since DAY",
		Short: "Which relations have raised an alarm, and what caused it",
		Long: `Lists the alarms that relations have given since a day, each as seen from its
own evening: how many hostile events there were in the window, how many were to
be expected, since when, and the events that caused it. An alarm needs a
surprise of 2 and two hostile events; severe acts between organs of two states
count twice, so that the first shot is enough. Inside an alarm there is another
one each time there are three times as many.

For scheduled use, the exit code is 4 when there are alarms and 0 when there
are none.`,
		Example: `  faultline alerts --since 2015-11-01 --to 2015-12-01
  faultline alerts --since 2015-12-24 --grade warning --json || notify`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := exclusive(cmd, "since", "from"); err != nil {
				return err
			}
			return runAlerts(cmd.Context(), a, opts)
		},
	}
	cmd.Flags().StringVar(&opts.since, "since", "", "first day, YYYY-MM-DD (the last 7 days of news if not given)")
	opts.windowFlags.register(cmd)
	cmd.Flags().IntVar(&opts.days, "window", 30, "length of the window that is measured, in days")
	opts.sideFlags.register(cmd, queries.LevelParent)
	cmd.Flags().StringSliceVar(&opts.of, "of", nil, "only relations of these actors")
	cmd.Flags().StringVar(&opts.grade, "grade", "", "only alarms of this grade or higher: watch, warning or alert")
	cmd.Flags().BoolVar(&opts.cracks, "cracks", false, "only cracks: allies and partners")
	cmd.Flags().IntVar(&opts.limit, "limit", 20, "how many alarms to list, 0 for all")
	return cmd
}

func runAlerts(ctx context.Context, a *app, opts alertsOptions) error {
	o := queries.AlertOptions{
		Days: opts.days, Grade: queries.Grade(opts.grade), Cracks: opts.cracks, Limit: opts.limit,
	}
	if opts.since != "" {
		if _, err := schema.ParseDay(opts.since); err != nil {
			return usageError("--since: %w", err)
		}
		opts.from = opts.since
	}
	var err error
	if o.Window, err = opts.window(); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	if opts.days <= 0 || opts.limit < 0 {
		return usageError("--window must be positive, and --limit not negative")
	}
	if o.Level, err = opts.rollUp(); err != nil {
		return err
	}
	if err := o.Grade.Validate(); err != nil {
		return usageError("--grade: %w", err)
	}
	store, err := a.openForQueries(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	rec, err := opts.record(store)
	if err != nil {
		return err
	}
	if o.Window.From == schema.NoDay {
		last, err := lastDay(a, rec)
		if err != nil {
			return err
		}
		o.Window.From = min(last, o.Window.To-1) - 6
		if o.Window.To == schema.NoDay {
			o.Window.From = last - 6
		}
	}
	if o.Of, err = findAll(rec, opts.of); err != nil {
		return err
	}
	list, err := rec.Alerts(o)
	if err != nil {
		return err
	}
	if a.json {
		err = printJSON(a.stdout, list)
	} else {
		printAlerts(a, list)
	}
	if err == nil && list.Total > 0 {
		return &exitError{code: exitAlarms}
	}
	return err
}

// lastDay is the day up to which the store has news.
func lastDay(a *app, rec *queries.Record) (schema.Day, error) {
	day, ok := rec.News(schema.DayOf(a.now()))
	if !ok {
		return day, fmt.Errorf("the store has no events with a day")
	}
	return day, nil
}

// findAll finds actors by name, none for no names.
func findAll(r *queries.Record, names []string) ([]schema.ActorID, error) {
	if len(names) == 0 {
		return nil, nil
	}
	found, err := r.Find(names...)
	var ids []schema.ActorID
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	return ids, err
}

func printAlerts(a *app, list queries.Alerts) {
	st := newStyle(a.stdout)
	title := fmt.Sprintf("%s alarm%s", count(list.Total), plural(list.Total))
	if p := period(list.Window); p != "" {
		title += ", " + p
	}
	fmt.Fprintln(a.stdout, st.bold(title))
	for _, x := range list.Alerts {
		what := string(x.Grade)
		if x.Crack {
			what += ", crack"
		}
		if x.Again {
			what += ", escalates"
		}
		fmt.Fprintf(a.stdout, "\n%s  %s – %s  %s\n", x.Day, st.bold(plain(x.A.Name)), st.bold(plain(x.B.Name)), what)
		fmt.Fprintf(a.stdout, "  R %.1f: %d hostile event%s%s, %.1f expected, %s; turned on %s\n", x.Surprise, x.Hostile, plural(x.Hostile), severe(x.Alarm),
			x.Expected, whoTo(x.Direction, x.A, x.B), x.Turned)
		printEvents(a, x.Events)
	}
	if list.Total > len(list.Alerts) {
		fmt.Fprintf(a.stdout, "\n… %d of %s; see more with --limit\n", len(list.Alerts), count(list.Total))
	}
	if len(list.Alerts) > 0 {
		top := list.Alerts[0]
		fmt.Fprintf(a.stdout, "\nNext:  faultline relation %s %s\n", plain(top.A.ID.Slug()), plain(top.B.ID.Slug()))
	}
}

// severe tells how many hostile events of an alarm count twice.
func severe(x queries.Alarm) string {
	if x.Severe == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d severe)", x.Severe)
}

// whoTo tells a direction for people.
func whoTo(d queries.Direction, a, b queries.ActorRef) string {
	switch d {
	case queries.AToB:
		return "by " + short(a.Name)
	case queries.BToA:
		return "by " + short(b.Name)
	}
	return "by both"
}
