package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"faultline/queries"
	"faultline/schema"
)

type whyOptions struct {
	windowFlags
	limit     int
	strongest bool
	any       bool
}

func newWhyCommand(a *app) *cobra.Command {
	var opts whyOptions
	cmd := &cobra.Command{
		Use:   "why EVENT | A B",
		Short: "Who says so: the claims behind an event, or behind the events of two actors",
		Long: `Shows each claim of an event: its sentence, report, outlet, link, who said it,
its status, and why the coder took it so. An event is named by its id or the
first digits of it, as relation and strain print them. With two actors, the
newest events between them are explained.`,
		Example: `  faultline why 5f2c01aa
  faultline why russia turkey --from 2015-11-01 --to 2016-01-01`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runWhy(cmd.Context(), a, opts, args)
		},
	}
	opts.register(cmd)
	cmd.Flags().IntVar(&opts.limit, "limit", 5, "how many events to explain")
	cmd.Flags().BoolVar(&opts.strongest, "strongest", false, "the most severe events first, not the newest")
	cmd.Flags().BoolVar(&opts.any, "any", false, "also what has not happened: denied, planned, demanded, thought possible")
	return cmd
}

func runWhy(ctx context.Context, a *app, opts whyOptions, args []string) error {
	o := queries.WhyOptions{Limit: opts.limit, Strongest: opts.strongest, Any: opts.any}
	var err error
	if o.Window, err = opts.window(); err != nil {
		return err
	}
	if o.AsOf, err = opts.recordedBy(); err != nil {
		return err
	}
	if opts.limit < 1 {
		return usageError("--limit must be positive")
	}
	store, err := a.openForQueries(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := explain(ctx, store, newRecord(store), o, args)
	if err != nil {
		return err
	}
	if a.json {
		return printJSON(a.stdout, list)
	}
	if len(list) == 0 {
		fmt.Fprintln(a.stdout, "No events between them.")
		return nil
	}
	for i, e := range list {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		printExplained(a, e)
	}
	return nil
}

func explain(ctx context.Context, store *opened, rec *queries.Record, o queries.WhyOptions, args []string) ([]queries.Explained, error) {
	if len(args) == 2 {
		x, y, err := findPair(rec, args[0], args[1])
		if err != nil {
			return nil, err
		}
		return rec.WhyPair(ctx, store, x.ID, y.ID, o)
	}
	id, err := rec.Event(args[0])
	if err != nil {
		return nil, err
	}
	e, err := rec.Why(ctx, store, id, o)
	return []queries.Explained{e}, err
}

func printExplained(a *app, e queries.Explained) {
	st := newStyle(a.stdout)
	fmt.Fprintf(a.stdout, "%s  %s\n", st.bold(plain(e.Event.Name)), st.dim(string(e.Event.ID)))
	code := ""
	if f, ok := e.Event.Code.Facts(); ok {
		code = fmt.Sprintf(" · CAMEO %s %s", f.Code, f.Name)
	}
	fmt.Fprintf(a.stdout, "%s · %s · intensity %+.1f · %s%s\n", e.Event.Type, e.Event.Quad, e.Event.Intensity, e.Event.Status, code)
	fmt.Fprintf(a.stdout, "%d claim%s, %d report%s, %d origin%s, by %s\n", len(e.Claims), plural(len(e.Claims)), e.Reports, plural(e.Reports),
		e.Origins, plural(e.Origins), outlets(e.Outlets))
	for _, c := range e.Claims {
		printProof(a, c, st)
	}
}

func outlets(list []string) string {
	if len(list) == 0 {
		return "nobody named"
	}
	if len(list) > 6 {
		list = append(slices.Clone(list[:6]), fmt.Sprintf("%d more", len(list)-6))
	}
	return plain(strings.Join(list, ", "))
}

func printProof(a *app, c queries.ClaimProof, st style) {
	fmt.Fprintln(a.stdout)
	if c.Sentence != "" {
		fmt.Fprintf(a.stdout, "  “%s”\n", markedClaim(c, st))
	}
	parts := []string{plain(c.Outlet)}
	if !c.Published.IsZero() {
		parts = append(parts, c.Published.Format("2006-01-02"))
	}
	if c.Title != "" {
		parts = append(parts, plain(c.Title))
	}
	fmt.Fprintf(a.stdout, "    in      %s\n", strings.Join(parts, " · "))
	if c.URL != "" {
		fmt.Fprintf(a.stdout, "    link    %s\n", plain(c.URL))
	}
	if c.Speaker != "" {
		who := plain(c.Speaker)
		if c.SaidBy != nil && c.SaidBy.Name != c.Speaker {
			who += " (" + plain(c.SaidBy.Name) + ")"
		}
		fmt.Fprintf(a.stdout, "    said by %s\n", who)
	}
	status := fmt.Sprintf("%s, confidence %.2f", c.Status, c.Confidence)
	if !c.Retracted.IsZero() {
		status += ", retracted " + c.Retracted.Format("2006-01-02")
	}
	fmt.Fprintf(a.stdout, "    claim   %s\n", status)
	if c.Reason != "" {
		fmt.Fprintf(a.stdout, "    why     %s (%s)\n", plain(c.Reason), plain(c.Coder))
	}
	if c.CopyOf != "" {
		fmt.Fprintf(a.stdout, "    copy of %s\n", c.CopyOf)
	}
}

// markedClaim marks the parts of a stored sentence.
func markedClaim(c queries.ClaimProof, st style) string {
	marks := slices.Clone(c.Marks)
	slices.SortStableFunc(marks, func(a, b schema.Mark) int { return a.Start - b.Start })
	var b strings.Builder
	at := 0
	for _, m := range marks {
		if m.Start < at || m.End > len(c.Sentence) || m.End < m.Start {
			continue
		}
		b.WriteString(plain(c.Sentence[at:m.Start]))
		word := plain(c.Sentence[m.Start:m.End])
		switch {
		case m.Role == schema.MarkTrigger && st.on:
			word = st.wrap("33", word)
		case m.Role == schema.MarkTrigger:
			word = "*" + word + "*"
		case m.Role == schema.MarkInitiator || m.Role == schema.MarkRecipient:
			if st.on {
				word = st.wrap("36", word)
			} else {
				word = "[" + word + "]"
			}
		}
		b.WriteString(word)
		at = m.End
	}
	b.WriteString(plain(c.Sentence[at:]))
	return b.String()
}
