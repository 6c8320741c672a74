package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"faultline/graph"
	"faultline/ingest"
	"faultline/schema"
)

type loadsOptions struct {
	source string
	since  string
	limit  int
}

func newLoadsCommand(a *app) *cobra.Command {
	var opts loadsOptions
	cmd := &cobra.Command{
		Use:   "loads",
		Short: "What was loaded, when, from where",
		Long: `Lists the loads, the latest first: every run of 'faultline load', and every run of
a watched source that brought something. 'faultline loads show ID' tells more of one.`,
		Example: `  faultline loads --source gdelt --limit 50
  faultline loads show 3f2a91c4`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runLoads(cmd.Context(), a, opts) },
	}
	cmd.Flags().StringVar(&opts.source, "source", "", "only those of this source")
	cmd.Flags().StringVar(&opts.since, "since", "", "only those that began on this day or later, YYYY-MM-DD")
	cmd.Flags().IntVar(&opts.limit, "limit", 20, "how many to list, 0 for all")
	pairs := 10
	show := &cobra.Command{
		Use:   "show ID",
		Short: "What one load read, skipped and changed",
		Long: `Tells of one load, by its id or the beginning of it, what it read, what it passed
over and why, what it changed in the graph, and which pairs of actors it touched most.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runLoadsShow(cmd.Context(), a, args[0], pairs) },
	}
	show.Flags().IntVar(&pairs, "pairs", pairs, "how many pairs of actors to list")
	cmd.AddCommand(show)
	return cmd
}

func runLoads(ctx context.Context, a *app, opts loadsOptions) error {
	var since time.Time
	if opts.since != "" {
		day, err := schema.ParseDay(opts.since)
		if err != nil {
			return usageError("--since: %w", err)
		}
		since = day.Time()
	}
	if opts.limit < 0 {
		return usageError("--limit must not be negative")
	}
	store, err := openExisting(ctx, a.store)
	if err != nil {
		return err
	}
	defer store.Close()
	list := []schema.Load{} // for JSON a list even when empty
	for l, err := range store.Loads(ctx, graph.LoadFilter{}) {
		if err != nil {
			return err
		}
		if (opts.source == "" || l.Source == opts.source) && !l.Started.Before(since) {
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(x, y schema.Load) int { return y.Started.Compare(x.Started) })
	all := len(list)
	if opts.limit > 0 {
		list = list[:min(opts.limit, all)]
	}
	if a.json {
		return printJSON(a.stdout, list)
	}
	if all == 0 {
		fmt.Fprintln(a.stdout, "No loads.")
		return nil
	}
	t := newTable(a.stdout)
	t.row("id", "began", "source", "result", "reports", "claims", "events", "skipped")
	for _, l := range list {
		t.row(loadHandle(l.ID), l.Started.Format(time.DateTime), plain(l.Source), string(l.Outcome),
			count(int(l.Counts.Reports)), count(int(l.Counts.Claims)), count(int(l.Counts.Events)), count(skipsOf(l)))
	}
	t.flush()
	if all > len(list) {
		fmt.Fprintf(a.stdout, "… and %s more; see them with --limit 0\n", count(all-len(list)))
	}
	return nil
}

// skipsOf adds up what a load passed over.
func skipsOf(l schema.Load) int {
	n := 0
	for _, s := range l.Skipped {
		_, k := cutSkip(s)
		n += k
	}
	return n
}

// cutSkip takes a reason and its count apart.
func cutSkip(s string) (reason string, n int) {
	i := strings.LastIndex(s, ": ")
	if i < 0 {
		return s, 0
	}
	if _, err := fmt.Sscanf(s[i+2:], "%d", &n); err != nil {
		return s, 0
	}
	return s[:i], n
}

// loadHandle is the short form of a load's id that commands take.
func loadHandle(id schema.LoadID) string {
	h := strings.TrimPrefix(string(id), "load:")
	return h[:min(8, len(h))]
}

// findLoad finds the load whose id begins so.
func findLoad(ctx context.Context, store graph.Reader, handle string) (schema.LoadID, error) {
	want := strings.TrimPrefix(handle, "load:")
	if len(want) < 4 {
		return "", usageError("%q: give at least four characters of a load's id; 'faultline loads' lists them", handle)
	}
	var found []schema.LoadID
	for l, err := range store.Loads(ctx, graph.LoadFilter{}) {
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(string(l.ID), "load:"+want) {
			found = append(found, l.ID)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("load %s: %w: 'faultline loads' lists them", handle, graph.ErrNotFound)
	case 1:
		return found[0], nil
	}
	return "", usageError("%d loads begin with %s: give more of the id", len(found), handle)
}

func runLoadsShow(ctx context.Context, a *app, handle string, pairs int) error {
	store, err := openExisting(ctx, a.store)
	if err != nil {
		return err
	}
	defer store.Close()
	id, err := findLoad(ctx, store, handle)
	if err != nil {
		return err
	}
	c, err := ingest.Changes(ctx, store, id, pairs)
	if err != nil {
		return err
	}
	if a.json {
		return printJSON(a.stdout, c)
	}
	printChange(a, c)
	return nil
}

func printChange(a *app, c ingest.Change) {
	l := c.Load
	st := newStyle(a.stdout)
	fmt.Fprintf(a.stdout, "%s  %s\n", st.bold(plain(l.Source)), l.ID)
	took := "has not ended: it runs, or was killed"
	if !l.Finished.IsZero() {
		took = fmt.Sprintf("took %v", l.Finished.Sub(l.Started).Round(100*time.Millisecond))
	}
	fmt.Fprintf(a.stdout, "%s · began %s, %s · faultline %s\n\n", l.Outcome, l.Started.Format(time.DateTime), took, l.Version)
	t := newTable(a.stdout)
	t.indent = "  "
	note := func(n int, format string) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf(format, count(n))
	}
	t.row("reports", count(c.Reports), note(c.Withdrawn, "%s of them withdrawn since"))
	t.row("sentences", count(int(l.Counts.Sentences)))
	t.row("claims", count(c.Claims), note(c.Claims-c.Open, "%s of them closed since"))
	t.row("events", count(c.Touched), fmt.Sprintf("%s of them new", count(int(l.Counts.Events))))
	t.row("actors", count(int(l.Counts.Actors)), "new")
	t.row("places", count(int(l.Counts.Places)), "new")
	if c.Closed > 0 {
		t.row("closed", count(c.Closed), "claims of earlier versions of the reports")
	}
	for _, s := range l.Skipped {
		reason, n := cutSkip(s)
		t.row("skipped", count(n), plain(reason))
	}
	t.flush()
	if len(c.Pairs) == 0 {
		return
	}
	fmt.Fprintf(a.stdout, "\n%s\n", st.bold("Most touched"))
	t.indent = "  "
	t.row("relation", "events", "claims")
	for _, p := range c.Pairs {
		t.row(plain(p.A.Name)+" – "+plain(p.B.Name), count(p.Events), count(p.Claims))
	}
	t.flush()
	fmt.Fprintf(a.stdout, "\nTake it all back:  faultline retract --load %s --dry-run\n", loadHandle(l.ID))
}
