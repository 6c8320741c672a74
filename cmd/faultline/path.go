package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"faultline/queries"
)

type pathOptions struct {
	windowFlags
	sign  string
	steps int
	paths int
}

func newPathCommand(a *app) *cobra.Command {
	var opts pathOptions
	cmd := &cobra.Command{
		Use:   "path A B",
		Short: "How two actors are connected",
		Long: `Finds how two actors are connected through what they did with others and through
affiliations, with the evidence of each step. The shortest way comes first; no
two ways share an actor in between. Peoples, media and outlets connect nobody.`,
		Example: `  faultline path hezbollah venezuela
  faultline path qatar israel --sign friend --from 2014-01-01`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPath(cmd.Context(), a, opts, args[0], args[1])
		},
	}
	opts.register(cmd)
	cmd.Flags().StringVar(&opts.sign, "sign", "", "only by events of one kind: friend (cooperation) or foe (conflict)")
	cmd.Flags().IntVar(&opts.steps, "steps", 4, "the most steps of a way")
	cmd.Flags().IntVar(&opts.paths, "paths", 3, "how many ways to find")
	return cmd
}

func runPath(ctx context.Context, a *app, opts pathOptions, nameA, nameB string) error {
	o := queries.PathOptions{Sign: queries.Sign(opts.sign), Steps: opts.steps, Paths: opts.paths}
	var err error
	if o.Window, err = opts.window(); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	if opts.steps < 1 || opts.paths < 1 {
		return usageError("--steps and --paths must be positive")
	}
	if o.Sign != "" && o.Sign != queries.Friend && o.Sign != queries.Foe {
		return usageError("--sign %q: want friend or foe", opts.sign)
	}
	return answer(ctx, a, sideFlags{}, func(rec *queries.Record) ([]queries.Path, error) {
		x, y, err := findPair(rec, nameA, nameB)
		if err != nil {
			return nil, err
		}
		return rec.Path(x.ID, y.ID, o)
	}, printPaths)
}

func printPaths(a *app, paths []queries.Path) {
	st := newStyle(a.stdout)
	if len(paths) == 0 {
		fmt.Fprintln(a.stdout, "They are not connected.")
		return
	}
	for i, p := range paths {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		names := plain(p.Steps[0].From.Name)
		for _, s := range p.Steps {
			names += " – " + plain(s.To.Name)
		}
		fmt.Fprintf(a.stdout, "%s  %s\n", st.bold(names), st.dim(fmt.Sprintf("length %.2f", p.Length)))
		for _, s := range p.Steps {
			fmt.Fprintf(a.stdout, "  %s – %s: %s\n", plain(s.From.Name), plain(s.To.Name), stepOf(s))
			printEvents(a, s.Events)
		}
	}
}

func stepOf(s queries.Step) string {
	events := fmt.Sprintf("%s of cooperation, %s of conflict", count(s.Cooperation), count(s.Conflict))
	switch s.Kind {
	case queries.ByPart:
		return "is part of it; " + events
	case queries.ByWhole:
		return "has it as a part; " + events
	case queries.ByAlignedWith:
		return "aligned; " + events
	}
	return events
}
