package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"faultline/ingest"
	"faultline/schema"
)

type retractOptions struct {
	load   string
	report string
	source string
	dryRun bool
}

func newRetractCommand(a *app) *cobra.Command {
	var opts retractOptions
	cmd := &cobra.Command{
		Use:   "retract --load ID | --report URL | --source NAME",
		Short: "Take back what came with a load, a report or a source",
		Long: `Closes the claims that came with a load, with a report (its address, all versions
of it, or its id), or with all loads of a source. Events that no other claim
stands for vanish from answers; answers as of an earlier day keep them. What was
taken back does not come again when its source still has it.

A source that is still in the configuration goes on bringing what is new: take
it out there, or switch it off by enabled: false.`,
		Example: `  faultline retract --load 3f2a91c4 --dry-run
  faultline retract --report https://example.org/hoax
  faultline retract --source harbour-post`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if opts.load == "" && opts.report == "" && opts.source == "" {
				return usageError("say what: --load ID, --report URL or --source NAME")
			}
			for _, two := range [][2]string{{"load", "report"}, {"load", "source"}, {"report", "source"}} {
				if err := exclusive(cmd, two[0], two[1]); err != nil {
					return err
				}
			}
			return runRetract(cmd.Context(), a, opts)
		},
	}
	cmd.Flags().StringVar(&opts.load, "load", "", "id of a load, or the beginning of it")
	cmd.Flags().StringVar(&opts.report, "report", "", "address or id of a report")
	cmd.Flags().StringVar(&opts.source, "source", "", "name of a source, as 'faultline loads' has it")
	cmd.Flags().BoolVar(&opts.dryRun, "dry-run", false, "only tell what it would do")
	return cmd
}

func runRetract(ctx context.Context, a *app, opts retractOptions) error {
	store, err := a.openForQueries(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w := ingest.Withdrawal{At: a.now().UTC().Truncate(time.Second), DryRun: opts.dryRun}
	switch {
	case opts.load != "":
		id, err := findLoad(ctx, store, opts.load)
		if err != nil {
			return err
		}
		w.Loads = []schema.LoadID{id}
	case strings.HasPrefix(opts.report, "report:"):
		w.Reports = []schema.ReportID{schema.ReportID(opts.report)}
	case opts.report != "":
		w.URLs = []string{opts.report}
	default:
		w.Sources = []string{opts.source}
	}
	target := &following{opened: store}
	r, err := ingest.Retract(ctx, target, w)
	if err == nil && !w.DryRun && r.Claims > 0 {
		err = target.keepReadings(ctx, w.At, a.now())
	}
	if err != nil {
		return err
	}
	if a.json {
		return printJSON(a.stdout, r)
	}
	t := newTable(a.stdout)
	t.row("reports", count(r.Reports), withdrawnNote(r))
	t.row("claims", count(r.Claims), "closed")
	t.row("events", count(r.Events), fmt.Sprintf("touched, of which %s vanish", count(r.Vanished)))
	t.flush()
	if opts.dryRun {
		fmt.Fprintln(a.stdout, "Dry run: nothing was written.")
	}
	return nil
}

func withdrawnNote(r ingest.Retraction) string {
	if r.Withdrawn == 0 {
		return "withdrawn"
	}
	return fmt.Sprintf("withdrawn; %s were before", count(r.Withdrawn))
}
