package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"faultline/queries"
	"faultline/schema"
	"faultline/web/figure"
)

type networkOptions struct {
	windowFlags
	sideFlags
	pictureFlags
	least int
	limit int
}

func newNetworkCommand(a *app) *cobra.Command {
	var opts networkOptions
	cmd := &cobra.Command{
		Use:   "network A",
		Short: "Whom an actor works with and against",
		Long: `Lists the ties of an actor: how much cooperation and conflict there was with
each other one, the share of conflict with its 90 % interval, and what that
makes of the tie: friend, foe or, when the interval spans a half, mixed.`,
		Example: `  faultline network turkey --from 2015-01-01
  faultline network hezbollah --least 5 --json
  faultline network iran --graph iran.svg`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runNetwork(cmd.Context(), a, opts, args[0])
		},
	}
	opts.windowFlags.register(cmd)
	opts.sideFlags.register(cmd, queries.LevelParent)
	cmd.Flags().IntVar(&opts.least, "least", 2, "leave out ties of fewer events")
	opts.pictureFlags.register(cmd, "the ties as bars", "the network")
	cmd.Flags().IntVar(&opts.limit, "limit", 20, "how many ties to list, 0 for all")
	return cmd
}

func runNetwork(ctx context.Context, a *app, opts networkOptions, name string) error {
	o := queries.NetworkOptions{Least: opts.least, Limit: listLimit(opts.limit)}
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
	if err := opts.check(); err != nil {
		return err
	}
	return answer(ctx, a, opts.sideFlags, func(rec *queries.Record) (n queries.Network, err error) {
		ids, err := findAll(rec, []string{name})
		if err != nil {
			return n, err
		}
		if n, err = rec.Network(ids[0], o); err != nil {
			return n, err
		}
		return n, opts.drawNetwork(a, n)
	}, printNetwork)
}

func (o *networkOptions) drawNetwork(a *app, n queries.Network) error {
	title := titleOf(n.Window, n.Of.Name)
	if err := o.drawPlot(a, inFormat(func() *figure.Figure { return figure.Dealings(title, n) })); err != nil {
		return err
	}
	nowhere := func(schema.ActorID) string { return "" } // a file has no links
	return o.drawGraph(a, figure.Neighbours(n), func() *figure.Figure { return figure.Network(n, nowhere, nowhere) })
}

// listLimit makes of the flag, 0 for all, the option of a question, where 0
// is the default and less is all.
func listLimit(flag int) int {
	if flag == 0 {
		return -1
	}
	return flag
}

func printNetwork(a *app, n queries.Network) {
	st := newStyle(a.stdout)
	fmt.Fprintln(a.stdout, st.bold(titleOf(n.Window, n.Of.Name)))
	if n.Total == 0 {
		fmt.Fprintln(a.stdout, "No ties.")
		return
	}
	fmt.Fprintf(a.stdout, "%s ties\n\n", count(n.Total))
	t := newTable(a.stdout)
	t.row("with", "", "cooperation", "conflict", "share", "90 %", "last", "strongest")
	for _, x := range n.Ties {
		sign := string(x.Sign)
		if x.Aligned {
			sign += ", aligned"
		}
		event := ""
		if len(x.Strongest) > 0 {
			event = plain(x.Strongest[0].Name)
		}
		t.row(plain(x.With.Name), sign, count(x.Cooperation.Total()), count(x.Conflict.Total()), fmt.Sprintf("%.2f", x.Share),
			interval(x.Tie), x.Last.String(), event)
	}
	t.flush()
	if n.Total > len(n.Ties) {
		fmt.Fprintf(a.stdout, "… %d of %s; see more with --limit\n", len(n.Ties), count(n.Total))
	}
	fmt.Fprintf(a.stdout, "\nNext:  faultline relation %s %s\n", plain(n.Of.ID.Slug()), plain(n.Ties[0].With.ID.Slug()))
}

func interval(t queries.Tie) string { return fmt.Sprintf("%.2f–%.2f", t.Low, t.High) }
