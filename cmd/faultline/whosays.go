package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"faultline/queries"
)

type whoSaysOptions struct {
	windowFlags
	sideFlags
	limit int
}

func newWhoSaysCommand(a *app) *cobra.Command {
	var opts whoSaysOptions
	cmd := &cobra.Command{
		Use:   "who-says A B",
		Short: "What outlets make of a relation",
		Long: `Compares what outlets, and blocs of outlets, report of a relation: how much, how
hostile, what only one side reports, and what is denied. The bloc of an outlet
is whom it is aligned with, else what it is part of, else its country. Tone is
the mean intensity of the events it reports, -10 to +10; slant is how far that
is from the mean of all. Copied are claims that share most of their words with
another outlet's of the same event.`,
		Example: `  faultline who-says israel hezbollah
  faultline who-says syria turkey --from 2016-01-01 --json`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runWhoSays(cmd.Context(), a, opts, args[0], args[1])
		},
	}
	opts.windowFlags.register(cmd)
	opts.sideFlags.register(cmd, queries.LevelParent)
	cmd.Flags().IntVar(&opts.limit, "limit", 5, "how many events of each list to show")
	return cmd
}

func runWhoSays(ctx context.Context, a *app, opts whoSaysOptions, nameA, nameB string) error {
	o := queries.CoverageOptions{Limit: opts.limit}
	var err error
	if o.Window, err = opts.window(); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	if opts.limit < 1 {
		return usageError("--limit must be positive")
	}
	if o.Level, err = opts.rollUp(); err != nil {
		return err
	}
	return answer(ctx, a, opts.sideFlags, func(rec *queries.Record) (c queries.Coverage, err error) {
		x, y, err := findPair(rec, nameA, nameB)
		if err != nil {
			return c, err
		}
		return rec.Coverage(x.ID, y.ID, o)
	}, printCoverage)
}

func printCoverage(a *app, c queries.Coverage) {
	st := newStyle(a.stdout)
	title := fmt.Sprintf("%s – %s", plain(c.A.Name), plain(c.B.Name))
	if p := period(c.Window); p != "" {
		title += ", " + p
	}
	fmt.Fprintln(a.stdout, st.bold(title))
	if len(c.Outlets) == 0 {
		fmt.Fprintln(a.stdout, "Nobody says anything.")
		return
	}
	fmt.Fprintf(a.stdout, "%s events, mean intensity %+.1f\n", count(c.Events), c.Tone)
	voices := func(name string, list []queries.Voice, blocs bool) {
		fmt.Fprintf(a.stdout, "\n%s\n", st.bold(name))
		t := newTable(a.stdout)
		t.indent = "  "
		second := "bloc"
		if blocs {
			second = "outlets"
		}
		t.row("", second, "events", "cooperation", "conflict", "by "+short(c.A.Name), "by "+short(c.B.Name), "tone", "slant", "alone", "copied", "denies", "denied")
		const most = 15
		for _, v := range list[:min(most, len(list))] {
			what := plain(v.Bloc)
			if blocs {
				what = count(v.Outlets)
			}
			t.row(plain(v.Name), what, count(v.Events), count(v.Cooperation), count(v.Conflict), fmt.Sprintf("%.0f%%", 100*v.ByA),
				fmt.Sprintf("%.0f%%", 100*v.ByB), fmt.Sprintf("%+.1f", v.Tone), fmt.Sprintf("%+.1f", v.Slant),
				count(v.OnlyHere), count(v.Copies), count(v.Denials), count(v.Doubted))
		}
		t.flush()
		if len(list) > most {
			fmt.Fprintf(a.stdout, "  … and %d more\n", len(list)-most)
		}
	}
	voices("Outlets", c.Outlets, false)
	if len(c.Blocs) > 1 {
		voices("Blocs", c.Blocs, true)
	}
	if len(c.OneSided) > 0 {
		fmt.Fprintf(a.stdout, "\n%s\n", st.bold("Only one side reports"))
		t := newTable(a.stdout)
		t.indent = "  "
		for _, x := range c.OneSided {
			t.row(plain(x.Bloc), eventHandle(x.Event.ID), string(x.Event.Type), fmt.Sprintf("%+.1f", x.Event.Intensity), plain(x.Event.Name))
		}
		t.flush()
	}
	if len(c.Denied) > 0 {
		fmt.Fprintf(a.stdout, "\n%s\n", st.bold("Denied"))
		for _, x := range c.Denied {
			fmt.Fprintf(a.stdout, "  %s  %s: says %s; denies %s\n", eventHandle(x.Event.ID), plain(x.Event.Name),
				plain(strings.Join(x.Asserted, ", ")), plain(strings.Join(x.Denied, ", ")))
		}
	}
}
