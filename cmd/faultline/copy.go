package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"faultline/graph"
)

type copyOptions struct {
	from, to string
}

func newCopyCommand(a *app) *cobra.Command {
	var opts copyOptions
	cmd := &cobra.Command{
		Use:   "copy --from STORE --to STORE",
		Short: "Copy all of one graph into another, also of another kind",
		Long: `Copies every node of one store into another, which may be of another kind and
may hold something already: what is there twice is merged, nothing is doubled.
A copy that was stopped is completed by running it again.`,
		Example: `  faultline copy --from cayley:./faultline.db --to cayley:./backup.db`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runCopy(cmd.Context(), a, opts) },
	}
	cmd.Flags().StringVar(&opts.from, "from", "", "the store to read, for example cayley:./faultline.db")
	cmd.Flags().StringVar(&opts.to, "to", "", "the store to fill")
	return cmd
}

func runCopy(ctx context.Context, a *app, opts copyOptions) (err error) {
	if opts.from == "" || opts.to == "" || opts.from == opts.to {
		return usageError("want two different stores: --from STORE --to STORE")
	}
	if path, ok := strings.CutPrefix(opts.from, "cayley:"); ok {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("--from: %w", err)
		}
	}
	from, err := openStore(ctx, opts.from)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := openStore(ctx, opts.to)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()

	note := newNote(a.stderr)
	did, err := graph.Copy(ctx, from, to, func(c graph.Copied) {
		note.show("%s events, %s reports, %s claims", count(c.Events), count(c.Reports), count(c.Claims))
	})
	note.done()
	if err != nil {
		if errors.Is(err, context.Canceled) {
			fmt.Fprintln(a.stderr, "What was copied is whole; run the same copy again to complete it.")
		}
		return err
	}
	if a.json {
		return printJSON(a.stdout, did)
	}
	t := newTable(a.stdout)
	t.row("actors", count(did.Actors))
	t.row("places", count(did.Places))
	t.row("events", count(did.Events))
	t.row("reports", count(did.Reports))
	t.row("claims", count(did.Claims))
	t.row("relations", count(did.Relations))
	t.row("readings", count(did.Readings))
	t.row("loads", count(did.Loads))
	t.flush()
	if did.Batches == 0 {
		fmt.Fprintln(a.stdout, "Nothing new: the other store has all of it already.")
	}
	return nil
}
