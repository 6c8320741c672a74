package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"faultline/queries"
	"faultline/schema"
	"faultline/web/figure"
)

type timelineOptions struct {
	windowFlags
	sideFlags
	pictureFlags
	types     []string
	intensity float64
	any       bool
	limit     int
}

func newTimelineCommand(a *app) *cobra.Command {
	var opts timelineOptions
	cmd := &cobra.Command{
		Use:   "timeline A [B]",
		Short: "What happened, day by day",
		Long: `Lists the events of an actor, or between two actors, in order of day, with the
alarms of the pair where they were given. The newest are shown when there are
more than --limit.`,
		Example: `  faultline timeline turkey russia --from 2015-11-01
  faultline timeline hezbollah --intensity 5
  faultline timeline iran --type SANCTION,THREATEN`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTimeline(cmd.Context(), a, opts, args)
		},
	}
	opts.windowFlags.register(cmd)
	cmd.Flags().StringSliceVar(&opts.types, "type", nil, "only events of these types, such as ASSAULT")
	cmd.Flags().Float64Var(&opts.intensity, "intensity", 0, "only events of at least this absolute intensity, 0 to 10")
	opts.sideFlags.register(cmd, queries.LevelParent)
	opts.pictureFlags.register(cmd, "the events by day and intensity", "who acts on whom")
	cmd.Flags().BoolVar(&opts.any, "any", false, "what has not happened too: denied, planned, demanded, thought possible")
	cmd.Flags().IntVar(&opts.limit, "limit", 50, "how many events to list, 0 for all")
	return cmd
}

func runTimeline(ctx context.Context, a *app, opts timelineOptions, names []string) error {
	o := queries.EventOptions{Intensity: opts.intensity, Any: opts.any, Limit: opts.limit}
	var err error
	if o.Window, err = opts.window(); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	if opts.limit < 0 {
		return usageError("--limit must not be negative")
	}
	if opts.limit == 0 {
		o.Limit = -1
	}
	if o.Level, err = opts.rollUp(); err != nil {
		return err
	}
	for _, name := range opts.types {
		t := schema.EventType(strings.ToUpper(name))
		if err := t.Validate(); err != nil {
			return usageError("--type: %w", err)
		}
		o.Types = append(o.Types, t)
	}
	if err := opts.check(); err != nil {
		return err
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
	ids, err := findAll(rec, names)
	if err != nil {
		return err
	}
	list, err := rec.Events(ids[0], append(ids, "")[1], o)
	if err != nil {
		return err
	}
	title := listTitle(list)
	if err := opts.drawPlot(a, inFormat(func() *figure.Figure { return figure.Timeline(title, list) })); err != nil {
		return err
	}
	if err := opts.drawGraph(a, figure.Acts(title, list.Events, edges), nil); err != nil {
		return err
	}
	if a.json {
		return printJSON(a.stdout, list)
	}
	printEventList(a, list)
	return nil
}

func listTitle(list queries.EventList) string {
	if list.B == nil {
		return titleOf(list.Window, list.A.Name)
	}
	return titleOf(list.Window, list.A.Name, list.B.Name)
}

func printEventList(a *app, list queries.EventList) {
	st := newStyle(a.stdout)
	fmt.Fprintln(a.stdout, st.bold(listTitle(list)))
	if list.Total == 0 {
		fmt.Fprintln(a.stdout, "No events.")
		return
	}
	if list.Total > len(list.Events) {
		fmt.Fprintf(a.stdout, "the last %s of %s events; see all with --limit 0\n", count(len(list.Events)), count(list.Total))
	}
	alarms := list.Alarms
	t := newTable(a.stdout)
	for _, e := range list.Events {
		for len(alarms) > 0 && alarms[0].Day < e.Day {
			printAlarm(t, alarms[0])
			alarms = alarms[1:]
		}
		note := witnesses(e)
		if e.Status != schema.Asserted {
			note = string(e.Status) + ", " + note
		}
		if e.Denied > 0 {
			note += fmt.Sprintf(", denied by %d", e.Denied)
		}
		name, _, _ := strings.Cut(plain(e.Name), " · ")
		t.row(e.Day.String(), eventHandle(e.ID), string(e.Type), fmt.Sprintf("%+.1f", e.Intensity), name, note)
	}
	for _, x := range alarms {
		printAlarm(t, x)
	}
	t.flush()
}

func printAlarm(t *table, x queries.Alarm) {
	t.row(x.Day.String(), "▲ "+string(x.Grade), "ALARM", "", fmt.Sprintf("R %.1f: %d hostile%s in 30 days, %.1f expected; turned on %s",
		x.Surprise, x.Hostile, severe(x), x.Expected, x.Turned), "")
}
