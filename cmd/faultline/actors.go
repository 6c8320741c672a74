package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"faultline/schema"
)

func newActorsCommand(a *app) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "actors [PATTERN]",
		Short: "List the actors of the graph",
		Long: `Lists the actors whose id, name or an alias contains the pattern (all without
one), those with most events first. Case, accents and punctuation do not matter.`,
		Example: "  faultline actors hezb",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runActors(cmd.Context(), a, strings.Join(args, ""), limit)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 40, "how many to list, 0 for all")
	cmd.AddCommand(newActorsImportCommand(a))
	return cmd
}

func runActors(ctx context.Context, a *app, pattern string, limit int) error {
	if limit < 0 {
		return usageError("--limit must not be negative")
	}
	store, err := a.openForQueries(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list := newRecord(store).Actors(pattern)
	all := len(list)
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	if a.json {
		return printJSON(a.stdout, list)
	}
	if all == 0 {
		return fmt.Errorf("no actor matches %q", pattern)
	}
	t := newTable(a.stdout)
	t.row("actor", "name", "kind", "country", "part of", "events", "first", "last")
	for _, x := range list {
		kind := string(x.Kind)
		if x.Unreviewed {
			kind += "?"
		}
		t.row(plain(x.ID.Slug()), plain(x.Name), kind, x.Country, slugs(x.PartOf), count(x.Events), x.First.String(), x.Last.String())
	}
	t.flush()
	if all > len(list) {
		fmt.Fprintf(a.stdout, "… %s of %s; see more with --limit\n", count(len(list)), count(all))
	}
	return nil
}

func slugs(ids []schema.ActorID) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = plain(id.Slug())
	}
	if len(list) > 2 {
		list = append(list[:2], "…")
	}
	return strings.Join(list, ", ")
}
