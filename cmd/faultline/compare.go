package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"faultline/queries"
	"faultline/schema"
)

type compareOptions struct {
	windowFlags
	sideFlags
	of    []string
	limit int
}

func newCompareCommand(a *app) *cobra.Command {
	var opts compareOptions
	cmd := &cobra.Command{
		Use:   "compare WINDOW1 WINDOW2",
		Short: "Whose relations changed most from one time to another",
		Long: `Ranks relations by how clearly their rates of conflict or of cooperation changed
from one window to another, with the ratios of the rates and what that makes of
the relation: worse, better, closer, remoter, busier or quieter.

A window is a year, a month, or two days with the second one left out:
2014, 2014-03, 2014-03-01..2014-06-01.`,
		Example: `  faultline compare 2013 2014
  faultline compare 2014-01..2014-03 2015-01..2015-03 --of russia`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCompare(cmd.Context(), a, opts, args[0], args[1])
		},
	}
	opts.registerAsOf(cmd)
	opts.sideFlags.register(cmd, queries.LevelParent)
	cmd.Flags().StringSliceVar(&opts.of, "of", nil, "only relations of these actors")
	cmd.Flags().IntVar(&opts.limit, "limit", 15, "how many relations to list, 0 for all")
	return cmd
}

func runCompare(ctx context.Context, a *app, opts compareOptions, before, after string) error {
	o := queries.CompareOptions{Limit: listLimit(opts.limit)}
	var err error
	if o.Before, err = parseWindow(before); err != nil {
		return err
	}
	if o.After, err = parseWindow(after); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	if opts.limit < 0 {
		return usageError("--limit must not be negative")
	}
	if o.Level, err = opts.rollUp(); err != nil {
		return err
	}
	return answer(ctx, a, opts.sideFlags, func(rec *queries.Record) (c queries.Comparison, err error) {
		if o.Of, err = findAll(rec, opts.of); err != nil {
			return c, err
		}
		return rec.Compare(o)
	}, printComparison)
}

// parseWindow reads a year, a month, or two of year, month or day with two
// dots between, the second of which is left out when it is a day.
func parseWindow(text string) (queries.Window, error) {
	from, to, two := strings.Cut(text, "..")
	if !two {
		to = from
	}
	first, _, err := parseSpan(from)
	if err != nil {
		return queries.Window{}, usageError("window %q: %w", text, err)
	}
	_, end, err := parseSpan(to)
	if err != nil {
		return queries.Window{}, usageError("window %q: %w", text, err)
	}
	if end <= first {
		return queries.Window{}, usageError("window %q ends before it begins", text)
	}
	return queries.Window{From: first, To: end}, nil
}

// parseSpan gives the first day of a year or month and the first after it;
// of a day, the day twice.
func parseSpan(text string) (from, to schema.Day, err error) {
	for _, span := range []struct {
		layout        string
		years, months int
	}{{"2006", 1, 0}, {"2006-01", 0, 1}, {time.DateOnly, 0, 0}} {
		if t, err := time.Parse(span.layout, text); err == nil {
			return schema.DayOf(t), schema.DayOf(t.AddDate(span.years, span.months, 0)), nil
		}
	}
	return 0, 0, fmt.Errorf("%q is no year, month or day: want 2014, 2014-03 or 2014-03-01", text)
}

func printComparison(a *app, c queries.Comparison) {
	st := newStyle(a.stdout)
	fmt.Fprintf(a.stdout, "%s\n", st.bold(fmt.Sprintf("From %s … to %s", period(c.Before), period(c.After))))
	fmt.Fprintf(a.stdout, "%s relations had events in either\n\n", count(c.Relations))
	if len(c.Rows) == 0 {
		fmt.Fprintln(a.stdout, "None changed.")
		return
	}
	t := newTable(a.stdout)
	t.row("relation", "", "evidence", "conflict", "then", "×", "cooperation", "then", "×", "by")
	for _, r := range c.Rows {
		event := ""
		if len(r.Events) > 0 {
			event = plain(r.Events[0].Name)
		}
		t.row(plain(r.A.Name)+" – "+plain(r.B.Name), string(r.Verdict), fmt.Sprintf("%.1f", r.Evidence),
			count(r.Before.Conflict.Total()), count(r.After.Conflict.Total()), fmt.Sprintf("%.1f", r.Conflict),
			count(r.Before.Cooperation.Total()), count(r.After.Cooperation.Total()), fmt.Sprintf("%.1f", r.Cooperation), event)
	}
	t.flush()
	top := c.Rows[0]
	fmt.Fprintf(a.stdout, "\nNext:  faultline relation %s %s\n", plain(top.A.ID.Slug()), plain(top.B.ID.Slug()))
}
