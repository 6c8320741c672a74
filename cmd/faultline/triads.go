package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"faultline/queries"
)

type triadsOptions struct {
	windowFlags
	sideFlags
	of    []string
	least int
	limit int
}

func newTriadsCommand(a *app) *cobra.Command {
	var opts triadsOptions
	cmd := &cobra.Command{
		Use:   "triads",
		Short: "Friends of enemies: three relations that do not fit",
		Long: `Finds three actors whose relations do not fit each other: two friends of a third
that are foes, so that it must mediate or choose, and three that are all foes.
Only ties with a clear sign count: the 90 % interval of the share of conflict
lies on one side of a half. Tension is how clear the least clear of the three
is, 0 to 1.`,
		Example: `  faultline triads --from 2014-01-01
  faultline triads --of turkey --least 3`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTriads(cmd.Context(), a, opts)
		},
	}
	opts.windowFlags.register(cmd)
	opts.sideFlags.register(cmd, queries.LevelParent)
	cmd.Flags().StringSliceVar(&opts.of, "of", nil, "only triads with these actors")
	cmd.Flags().IntVar(&opts.least, "least", 5, "leave out ties of fewer events")
	cmd.Flags().IntVar(&opts.limit, "limit", 10, "how many triads to list, 0 for all")
	return cmd
}

func runTriads(ctx context.Context, a *app, opts triadsOptions) error {
	o := queries.TriadOptions{Least: opts.least, Limit: listLimit(opts.limit)}
	var err error
	if o.Window, err = opts.window(); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	if opts.least < 1 || opts.limit < 0 {
		return usageError("--least must be positive, and --limit not negative")
	}
	if o.Level, err = opts.rollUp(); err != nil {
		return err
	}
	return answer(ctx, a, opts.sideFlags, func(rec *queries.Record) (list queries.Triads, err error) {
		if o.Of, err = findAll(rec, opts.of); err != nil {
			return list, err
		}
		return rec.Triads(o)
	}, printTriads)
}

func printTriads(a *app, list queries.Triads) {
	st := newStyle(a.stdout)
	title := fmt.Sprintf("%s triads do not fit, %s do", count(list.Total), count(list.Balanced))
	if p := period(list.Window); p != "" {
		title += ", " + p
	}
	fmt.Fprintf(a.stdout, "%s\namong %s signed ties\n", st.bold(title), count(list.Ties))
	for _, x := range list.Triads {
		third := "friend of both"
		if x.Kind == queries.AllFoes {
			third = "foe of both"
		}
		fmt.Fprintf(a.stdout, "\n%s: %s – %s, and %s is a %s  (tension %.2f)\n", x.Kind,
			st.bold(plain(x.A.Name)), st.bold(plain(x.B.Name)), st.bold(plain(x.C.Name)), third, x.Tension)
		t := newTable(a.stdout)
		t.indent = "  "
		for _, s := range x.Sides {
			t.row(plain(s.A.Name)+" – "+plain(s.B.Name), string(s.Sign), fmt.Sprintf("%d cooperation", s.Cooperation.Total()),
				fmt.Sprintf("%d conflict", s.Conflict.Total()), fmt.Sprintf("share %.2f (%s)", s.Share, interval(s.Tie)))
		}
		t.flush()
	}
	if list.Total > len(list.Triads) {
		fmt.Fprintf(a.stdout, "\n… %d of %s; see more with --limit\n", len(list.Triads), count(list.Total))
	}
}
