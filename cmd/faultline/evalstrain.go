package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"faultline/queries"
)

type evalStrainOptions struct {
	windowFlags
	sideFlags
	days  int
	cases bool
	into  string
}

func newEvalStrainCommand(a *app) *cobra.Command {
	var opts evalStrainOptions
	cmd := &cobra.Command{
		Use:   "strain FILE",
		Short: "Detection of strain against known crises",
		Long: `Runs the detection of strain over the whole store and measures it against the
crises and quiet periods of a file, with three other methods beside it: the
z-score of the mean intensity, CUSUM on the share of conflict, and the volume
of events alone. A crisis is found when there is an alarm within 30 days of its
onset. Alarms are counted in all dyads of countries with at least 50 events.
With --from and --to, only the crises, quiet days and alarms of these days
count; what was before is known all the same.

FILE is JSON: {"crises": [{"id", "side_a", "side_b", "onset"}],
"quiet": [{"id", "side_a", "side_b", "start", "end"}]}.`,
		Example: `  faultline eval strain crises.json
  faultline eval strain crises.json --cases --json
  faultline eval strain crises.json --into docs/strain.md`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runEvalStrain(cmd.Context(), a, opts, args[0])
		},
	}
	opts.windowFlags.register(cmd)
	cmd.Flags().IntVar(&opts.days, "window", 30, "length of the window in days")
	opts.sideFlags.register(cmd, queries.LevelCountry)
	cmd.Flags().BoolVar(&opts.cases, "cases", false, "list every crisis")
	cmd.Flags().StringVar(&opts.into, "into", "", "rewrite the table of this Markdown file as well, between <!-- NAME --> and <!-- /NAME --> for the FILE's name")
	return cmd
}

func runEvalStrain(ctx context.Context, a *app, opts evalStrainOptions, path string) error {
	o := queries.EvaluationOptions{Days: opts.days}
	if opts.days <= 0 {
		return usageError("--window must be positive")
	}
	var err error
	if o.Level, err = opts.rollUp(); err != nil {
		return err
	}
	if o.Window, err = opts.window(); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	crises, err := queries.ReadCrises(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
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
	e, err := rec.Evaluate(crises, o)
	if err != nil {
		return err
	}
	if opts.into != "" {
		mark := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		if err := rewrite(opts.into, mark, e.Markdown()); err != nil {
			return err
		}
	}
	if a.json {
		return printJSON(a.stdout, e)
	}
	printStrainEvaluation(a, e, opts.cases)
	return nil
}

func printStrainEvaluation(a *app, e queries.Evaluation, cases bool) {
	st := newStyle(a.stdout)
	fmt.Fprintf(a.stdout, "%s\n", st.bold(fmt.Sprintf("%d crises, %s dyads over %.0f dyad-years, %.0f quiet years",
		e.Methods.Surprise.Crises, count(e.Dyads), e.DyadYears, e.QuietYears)))
	if len(e.Unknown) > 0 {
		fmt.Fprintf(a.stdout, "Nobody goes by: %s\n", plain(strings.Join(e.Unknown, ", ")))
	}
	fmt.Fprintln(a.stdout)
	t := newTable(a.stdout)
	t.row("method", "found", "share", "lag", "turn off", "alarms a year", "in quiet", "AUC", "first")
	days := func(d *float64) string {
		if d == nil {
			return "–"
		}
		return fmt.Sprintf("%.1f", *d)
	}
	for _, m := range []struct {
		name string
		queries.MethodScore
	}{{"surprise", e.Methods.Surprise}, {"z-score", e.Methods.ZScore}, {"CUSUM", e.Methods.CUSUM}, {"volume", e.Methods.Volume}} {
		t.row(m.name, count(m.Found), fmt.Sprintf("%.2f", m.FoundShare), days(m.MedianLag), days(m.TurnError),
			fmt.Sprintf("%.3f", m.AlarmsPer), fmt.Sprintf("%.3f", m.QuietPerYear), fmt.Sprintf("%.3f", m.RankAUC), count(m.Top1))
	}
	t.flush()
	fmt.Fprintln(a.stdout, "\nlag and turn are medians in days; alarms are per dyad and year, true ones included")
	if !cases {
		return
	}
	fmt.Fprintln(a.stdout)
	t.row("crisis", "onset", "alarm", "turned", "hostile", "R", "rank")
	for _, c := range e.Cases {
		alarm := "missed"
		if c.Found {
			alarm = c.Alarm.String()
		}
		t.row(plain(c.ID), c.Onset.String(), alarm, c.Turned.String(), count(c.Hostile), fmt.Sprintf("%.1f", c.Surprise), fmt.Sprintf("%.3f", c.Rank))
	}
	t.flush()
}
