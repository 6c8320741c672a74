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

type strainOptions struct {
	windowFlags
	sideFlags
	pictureFlags
	at     string
	days   int
	rank   string
	of     []string
	limit  int
	cracks bool
}

func newStrainCommand(a *app) *cobra.Command {
	var opts strainOptions
	cmd := &cobra.Command{
		Use:   "strain",
		Short: "Which relations are worst, and which are getting worse",
		Long: `Ranks relations at a date. By change (the default): how surprising the hostile
events of the window are against the relation's own past, with the number that
was to be expected, the ratio of rates with its 90 % interval, and a grade. By
level: how hostile the relation is now, 0 to 10.

Surprise R is −log10 of the probability of so many hostile events by chance:
2 watch, 2.5 warning, 3 alert. A crack is a graded relation between allies or
partners whose past was cooperation.`,
		Example: `  faultline strain --at 2015-12-15
  faultline strain --rank level --window 90
  faultline strain --of turkey --level country`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, two := range [][2]string{{"at", "from"}, {"at", "to"}, {"window", "from"}} {
				if err := exclusive(cmd, two[0], two[1]); err != nil {
					return err
				}
			}
			return runStrain(cmd.Context(), a, opts)
		},
	}
	opts.windowFlags.register(cmd)
	cmd.Flags().StringVar(&opts.at, "at", "", "last day of the window, YYYY-MM-DD (up to when there is news, if not given)")
	cmd.Flags().IntVar(&opts.days, "window", 30, "length of the window in days")
	cmd.Flags().StringVar(&opts.rank, "rank", "change", "order: change (getting worse) or level (worst)")
	opts.sideFlags.register(cmd, queries.LevelParent)
	cmd.Flags().StringSliceVar(&opts.of, "of", nil, "only relations of these actors")
	cmd.Flags().IntVar(&opts.limit, "limit", 15, "how many relations to list, 0 for all")
	opts.pictureFlags.register(cmd, "the ranking", "the relations as a network")
	cmd.Flags().BoolVar(&opts.cracks, "cracks", false, "only cracks: allies and partners")
	return cmd
}

func runStrain(ctx context.Context, a *app, opts strainOptions) error {
	o := queries.StrainOptions{
		Days: opts.days, Rank: queries.Rank(opts.rank), Limit: opts.limit, Cracks: opts.cracks, At: schema.NoDay,
	}
	if opts.limit == 0 {
		o.Limit = -1
	}
	if opts.days <= 0 || opts.limit < 0 {
		return usageError("--window must be positive, and --limit not negative")
	}
	if o.Rank != queries.ByChange && o.Rank != queries.ByLevel {
		return usageError("--rank %q: want change or level", opts.rank)
	}
	if err := opts.check(); err != nil {
		return err
	}
	var err error
	if o.Level, err = opts.rollUp(); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	if opts.at != "" {
		if o.At, err = schema.ParseDay(opts.at); err != nil {
			return usageError("--at: %w", err)
		}
	}
	window, err := opts.window()
	if err != nil {
		return err
	}
	if window.To != schema.NoDay {
		o.At = window.To - 1
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
	if o.At == schema.NoDay {
		if o.At, err = lastDay(a, rec); err != nil {
			return err
		}
	}
	if window.From != schema.NoDay {
		if o.Days = int(o.At + 1 - window.From); o.Days <= 0 {
			return usageError("--from %s is after the last event, %s", window.From, o.At)
		}
	}
	if len(opts.of) > 0 {
		found, err := rec.Find(opts.of...)
		if err != nil {
			return err
		}
		for _, f := range found {
			o.Of = append(o.Of, f.ID)
		}
	}
	s, err := rec.Strain(o)
	if err != nil {
		return err
	}
	title := titleOf(s.Window, ranking(s))
	if err := opts.drawPlot(a, inFormat(func() *figure.Figure { return figure.Strain(ranking(s), s) })); err != nil {
		return err
	}
	if err := opts.drawGraph(a, figure.Strained(title, s), nil); err != nil {
		return err
	}
	if a.json {
		return printJSON(a.stdout, s)
	}
	printStrain(a, s)
	return nil
}

// ranking names the order of a ranking.
func ranking(s queries.Strain) string {
	if s.Rank == queries.ByLevel {
		return "Worst"
	}
	return "Getting worse"
}

func printStrain(a *app, s queries.Strain) {
	st := newStyle(a.stdout)
	fmt.Fprintf(a.stdout, "%s, %s\n", st.bold(ranking(s)), period(s.Window))
	fmt.Fprintf(a.stdout, "%s relations had events; of these %s had fewer than two hostile ones, too little to judge\n\n",
		count(s.Relations), count(s.TooLittle))
	if len(s.Rows) == 0 {
		fmt.Fprintln(a.stdout, "None.")
		return
	}
	t := newTable(a.stdout)
	t.row("relation", "grade", "R", "hostile", "by", "expected", "×", "90 %", "trend", "level", "cooperation", "usual", "all", "turned")
	for _, r := range s.Rows {
		grade := string(r.Grade)
		if r.Crack {
			grade += " crack"
		}
		surprise, ratio, interval := fmt.Sprintf("%.1f", r.Surprise), fmt.Sprintf("%.1f", r.Ratio), fmt.Sprintf("%.1f–%.1f", r.RatioLow, r.RatioHigh)
		if r.TooLittle {
			grade, surprise, ratio, interval = "too little data", "–", "–", "–"
		}
		t.row(plain(r.A.Name)+" – "+plain(r.B.Name), grade, surprise, count(r.Hostile), strings.TrimPrefix(whoTo(r.Direction, r.A, r.B), "by "),
			fmt.Sprintf("%.1f", r.Expected), ratio, interval, string(r.Trend), fmt.Sprintf("%.1f", r.Level), count(r.Cooperation), fmt.Sprintf("%.1f", r.CooperationUsual),
			count(r.Volume), r.Turned.String())
	}
	t.flush()
	top := s.Rows[0]
	if len(top.Events) > 0 {
		fmt.Fprintf(a.stdout, "\n%s\n", st.bold(plain(top.A.Name)+" – "+plain(top.B.Name)))
		if top.First != nil {
			fmt.Fprintf(a.stdout, "  first: %s (%s)\n", plain(top.First.Name), eventHandle(top.First.ID))
		}
		printEvents(a, top.Events)
	}
	fmt.Fprintf(a.stdout, "\nNext:  faultline relation %s %s\n       faultline why %s %s\n",
		plain(top.A.ID.Slug()), plain(top.B.ID.Slug()), plain(top.A.ID.Slug()), plain(top.B.ID.Slug()))
}
