package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"faultline/queries"
	"faultline/queries/picture"
	"faultline/schema"
	"faultline/web/figure"
)

type relationOptions struct {
	windowFlags
	sideFlags
	pictureFlags
	by    string
	limit int
}

func newRelationCommand(a *app) *cobra.Command {
	var opts relationOptions
	cmd := &cobra.Command{
		Use:   "relation A B",
		Short: "How two actors stand with each other",
		Long: `Shows how two actors stand: a timeline of cooperation and conflict in both
directions, the strain over time with its alarms, the phases that the relation
went through and what turned it, counts, and the strongest and the most recent
events. An actor stands for all
that is part of it: Russia acts when its military or its president does. Names
are found by id, name or alias.`,
		Example: `  faultline relation russia turkey
  faultline relation hezbollah israel --from 2015-01-01 --by week
  faultline relation russia turkey --plot history.svg --graph acts.mmd`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRelation(cmd.Context(), a, opts, args[0], args[1])
		},
	}
	opts.windowFlags.register(cmd)
	cmd.Flags().StringVar(&opts.by, "by", "auto", "length of the timeline's steps: week, month or auto")
	opts.sideFlags.register(cmd, queries.LevelParent)
	opts.pictureFlags.register(cmd, "the history", "who on both sides acts on whom")
	cmd.Flags().IntVar(&opts.limit, "limit", 8, "how many events to list")
	return cmd
}

func runRelation(ctx context.Context, a *app, opts relationOptions, nameA, nameB string) error {
	o := queries.RelationOptions{By: queries.Unit(opts.by), Limit: opts.limit}
	var err error
	if o.Window, err = opts.window(); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	if err := o.By.Validate(); err != nil {
		return usageError("--by: %w", err)
	}
	if o.Level, err = opts.rollUp(); err != nil {
		return err
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
	x, y, err := findPair(rec, nameA, nameB)
	if err != nil {
		return err
	}
	rel, err := rec.Relation(x.ID, y.ID, o)
	if err != nil {
		return err
	}
	if err := opts.drawPlot(a, func(w io.Writer, f picture.Format) error { return picture.Relation(w, rel, f) }); err != nil {
		return err
	}
	if opts.graph != "" {
		all, err := rec.Events(x.ID, y.ID, queries.EventOptions{Window: o.Window, Level: o.Level, AsOf: o.AsOf, Limit: -1})
		if err != nil {
			return err
		}
		if err := opts.drawGraph(a, figure.Acts(titleOf(rel.Window, rel.A.Name, rel.B.Name), all.Events, edges), nil); err != nil {
			return err
		}
	}
	if a.json {
		return printJSON(a.stdout, rel)
	}
	printRelation(a, rel)
	return nil
}

// bars is how many columns a timeline takes.
const bars = 60

func printRelation(a *app, r queries.Relation) {
	st := newStyle(a.stdout)
	fmt.Fprintln(a.stdout, st.bold(titleOf(r.Window, r.A.Name, r.B.Name)))
	if r.Events == 0 {
		fmt.Fprintln(a.stdout, "No events between them.")
		return
	}
	fmt.Fprintf(a.stdout, "%s events from %s to %s, %s claims, %s origins, %s outlets\n\n",
		count(r.Events), r.First, r.Last, count(r.Claims), count(r.Origins), count(r.Outlets))
	t := newTable(a.stdout)
	t.indent = "  "
	t.row("", short(r.A.Name)+" →", short(r.B.Name)+" →", "mutual", "all")
	for _, line := range []struct {
		name string
		n    queries.Tally
	}{{"cooperation", r.Cooperation}, {"conflict", r.Conflict}} {
		t.row(line.name, count(line.n.AToB), count(line.n.BToA), count(line.n.Mutual), count(line.n.Total()))
	}
	t.flush()
	printTypes(a, r)
	printTimeline(a, r, st)
	printPhases(a, r, st)
	fmt.Fprintf(a.stdout, "\n%s\n", st.bold("Strongest"))
	printEvents(a, r.Strongest)
	fmt.Fprintf(a.stdout, "\n%s\n", st.bold("Most recent"))
	printEvents(a, r.Recent)
	if n := r.NotHappened; n != (queries.StatusCounts{}) {
		fmt.Fprintf(a.stdout, "\nNot counted: %d denied, %d planned, %d demanded, %d only thought possible.\n",
			n.Denied, n.Planned, n.Demanded, n.Hypothetical)
	}
	fmt.Fprintf(a.stdout, "\nWho says so?  faultline why %s\n", eventHandle(r.Strongest[0].ID))
}

// printTypes lists how often each type occurs, cooperation before conflict.
func printTypes(a *app, r queries.Relation) {
	parts := make([]string, len(r.Types))
	for i, t := range r.Types {
		parts[i] = fmt.Sprintf("%s %s", t.Type, count(t.Total()))
	}
	fmt.Fprintf(a.stdout, "  %s\n", strings.Join(parts, " · "))
}

// printTimeline draws cooperation and conflict as two lines of bars on one
// scale.
func printTimeline(a *app, r queries.Relation, st style) {
	buckets := queries.Squeeze(r.Timeline, bars)
	if len(buckets) < 2 {
		return
	}
	top := 1
	for _, b := range buckets {
		top = max(top, b.Cooperation.Total(), b.Conflict.Total())
	}
	var coop, conflict strings.Builder
	for _, b := range buckets {
		if b.Quiet {
			coop.WriteRune('┄')
			conflict.WriteRune('┄')
			continue
		}
		coop.WriteRune(barOf(b.Cooperation.Total(), top))
		conflict.WriteRune(barOf(b.Conflict.Total(), top))
	}
	good := directions(r, buckets, top, func(b queries.Bucket) queries.Tally { return b.Cooperation })
	bad := directions(r, buckets, top, func(b queries.Bucket) queries.Tally { return b.Conflict })
	wide := utf8.RuneCountInString("cooperation")
	for _, d := range slices.Concat(good, bad) {
		wide = max(wide, utf8.RuneCountInString(d.label))
	}
	line := func(label, color, text string) {
		pad := strings.Repeat(" ", wide-utf8.RuneCountInString(label))
		fmt.Fprintf(a.stdout, "  %s%s  %s\n", label, pad, st.wrap(color, text))
	}
	fmt.Fprintln(a.stdout)
	line("cooperation", "36", coop.String())
	for _, d := range good {
		line(d.label, "36", d.bars)
	}
	line("conflict", "31", conflict.String())
	for _, d := range bad {
		line(d.label, "31", d.bars)
	}
	line("strain", "33", strainBars(r, buckets))
	first, last := month(buckets[0].From), month(buckets[len(buckets)-1].To-1)
	gap := max(1, len(buckets)-len(first)-len(last))
	line("", "", first+strings.Repeat(" ", gap)+last)
	step := string(r.By)
	if n := len(r.Timeline); n > len(buckets) {
		step = fmt.Sprintf("%d %ss", (n+bars-1)/bars, r.By)
	}
	line("", "2", fmt.Sprintf("one bar is %s; the highest is %d events; ┄ is a quiet year or more; ▲ is an alarm", step, top))
}

// direction is a series by who acts.
type direction struct{ label, bars string }

// directions draws a series by who acts, when both sides do. What is mutual
// is by both.
func directions(r queries.Relation, buckets []queries.Bucket, top int, of func(queries.Bucket) queries.Tally) []direction {
	var lines [2]strings.Builder
	var sums [2]int
	for _, b := range buckets {
		t := of(b)
		for i, n := range [2]int{t.AToB + t.Mutual, t.BToA + t.Mutual} {
			sums[i] += n
			if b.Quiet {
				lines[i].WriteRune('┄')
			} else {
				lines[i].WriteRune(barOf(n, top))
			}
		}
	}
	if sums[0] == 0 || sums[1] == 0 {
		return nil
	}
	return []direction{{" by " + short(r.A.Name), lines[0].String()}, {" by " + short(r.B.Name), lines[1].String()}}
}

// strainBars draws the highest surprise of each bucket, up to 6, and a mark
// where there was an alarm.
func strainBars(r queries.Relation, buckets []queries.Bucket) string {
	const most = 6.0
	var b strings.Builder
	for _, bucket := range buckets {
		highest := 0.0
		for _, p := range r.Curve {
			if bucket.Contains(p.Day) {
				highest = max(highest, p.Surprise)
			}
		}
		alarm := slices.ContainsFunc(r.Alarms, func(x queries.Alarm) bool { return bucket.Contains(x.Day) })
		switch {
		case bucket.Quiet:
			b.WriteRune('┄')
		case alarm:
			b.WriteRune('▲')
		default:
			b.WriteRune(barOf(int(100*min(highest, most)), int(100*most)))
		}
	}
	return b.String()
}

// printPhases tells how the relation went: its phases with what turned it,
// and its alarms.
func printPhases(a *app, r queries.Relation, st style) {
	if len(r.Phases) > 0 {
		fmt.Fprintf(a.stdout, "\n%s\n", st.bold("Phases"))
		t := newTable(a.stdout)
		t.indent = "  "
		t.row("from", "to", "", "conflict", "cooperation", "a month; turned by")
		for _, p := range r.Phases {
			by := make([]string, len(p.Turn))
			for i, e := range p.Turn {
				by[i] = fmt.Sprintf("%s (%s)", plain(e.Name), eventHandle(e.ID))
			}
			t.row(p.From.String(), (p.To - 1).String(), string(p.Character), fmt.Sprintf("%.1f", p.Conflict), fmt.Sprintf("%.1f", p.Cooperation),
				strings.Join(by[:min(2, len(by))], "; "))
		}
		t.flush()
	}
	if len(r.Alarms) > 0 {
		fmt.Fprintf(a.stdout, "\n%s\n", st.bold("Alarms"))
		t := newTable(a.stdout)
		t.indent = "  "
		t.row("date", "grade", "R", "hostile", "severe", "expected", "turned")
		list := r.Alarms
		if len(list) > alarmsShown {
			fmt.Fprintf(a.stdout, "  the last %d of %d\n", alarmsShown, len(list))
			list = list[len(list)-alarmsShown:]
		}
		for _, x := range list {
			t.row(x.Day.String(), string(x.Grade), fmt.Sprintf("%.1f", x.Surprise), count(x.Hostile), count(x.Severe), fmt.Sprintf("%.1f", x.Expected), x.Turned.String())
		}
		t.flush()
	}
	if len(r.Disputed) > 0 {
		fmt.Fprintf(a.stdout, "\n%s\n", st.bold("Denied by others"))
		printEvents(a, r.Disputed)
	}
}

// alarmsShown is how many alarms relation lists.
const alarmsShown = 8

// barOf is a bar of eight heights; any event at all shows.
func barOf(n, top int) rune {
	if n == 0 {
		return ' '
	}
	return []rune("▁▂▃▄▅▆▇█")[(n*8-1)/top]
}

func month(d schema.Day) string { return d.Time().Format("2006-01") }

func short(name string) string {
	r := []rune(plain(name))
	if len(r) > 24 {
		return string(r[:23]) + "…"
	}
	return string(r)
}

// printEvents lists events with the handle that why takes.
func printEvents(a *app, events []queries.EventRef) {
	t := newTable(a.stdout)
	t.indent = "  "
	for _, e := range events {
		t.row(eventHandle(e.ID), string(e.Type), fmt.Sprintf("%+.1f", e.Intensity), plain(e.Name), witnesses(e))
	}
	t.flush()
}

// witnesses tells how many stand behind an event: "7 reports, 2 origins".
func witnesses(e queries.EventRef) string {
	note := fmt.Sprintf("%d claim%s", e.Claims, plural(e.Claims))
	if e.Reports > 1 {
		note = fmt.Sprintf("%d reports, %d origin%s", e.Reports, e.Origins, plural(e.Origins))
	}
	if e.Outlets > 1 {
		note += fmt.Sprintf(", %d outlets", e.Outlets)
	}
	return note
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// eventHandle is the short form of an event's id that commands take.
func eventHandle(id schema.EventID) string {
	h := strings.TrimPrefix(string(id), "event:")
	return h[:min(8, len(h))]
}
