package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"faultline/examples"
	"faultline/graph"
	"faultline/ingest"
	"faultline/ingest/coder"
	"faultline/ingest/gazetteer"
	"faultline/ingest/jsonl"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/queries"
	"faultline/schema"
)

func newDemoCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "See it work on bundled example reports, in a throw-away store",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), a) },
	}
}

// The demo asks about the day after which the examples' best-known crack is
// plain to see.
func demoDay() schema.Day { return schema.MakeDay(2015, 12, 15) }

func runDemo(ctx context.Context, a *app) (err error) {
	folder, err := os.MkdirTemp("", "faultline-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	store, err := openStore(ctx, "cayley:"+filepath.Join(folder, "demo.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	st := newStyle(a.stdout)
	sum, err := loadExamples(ctx, a, store)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%s\n", st.bold(fmt.Sprintf("Read %d short reports, 2011–2024: %d claims of %d events between %d actors.",
		sum.Reports, sum.Claims, sum.Events, sum.Actors)))
	fmt.Fprintln(a.stdout)
	rec := newRecord(store)
	worst, err := rec.Strain(queries.StrainOptions{At: demoDay(), Days: 90, Limit: 8, Rank: queries.ByLevel})
	if err != nil {
		return err
	}
	printDemoStrain(a, worst, st)
	if len(worst.Rows) == 0 {
		return errors.New("the examples hold no strained relation: the coder or the examples are broken")
	}
	first := worst.Rows[0]
	fmt.Fprintf(a.stdout, "\n%s\n", st.bold(fmt.Sprintf("Who says so? The sentences behind %s – %s:", first.A.Name, first.B.Name)))
	behind, err := rec.WhyPair(ctx, store, first.A.ID, first.B.ID, queries.WhyOptions{
		Window: worst.Window, Limit: 3, Strongest: true,
	})
	if err != nil {
		return err
	}
	for _, e := range behind {
		fmt.Fprintln(a.stdout)
		printExplained(a, e)
	}
	fmt.Fprintf(a.stdout, "\n%s\n", st.bold("Try next, on reports of your own:"))
	fmt.Fprint(a.stdout, `  faultline extract --pretty FILE      what is coded of a report, and why
  faultline load PATH…                 fill ./faultline.db from files and folders
  faultline strain                     what is getting worse
  faultline relation russia turkey     how two actors stand
  faultline why russia turkey          who says so
`)
	return nil
}

func loadExamples(ctx context.Context, a *app, store *opened) (ingest.Summary, error) {
	actors, err := gazetteer.Load()
	if err != nil {
		return ingest.Summary{}, err
	}
	code, err := newCoder(actors)
	if err != nil {
		return ingest.Summary{}, err
	}
	return ingest.Load(ctx, store, ingest.Job{
		Name: "examples", Digest: graph.ContentHash(string(examples.Reports)),
		Source: func(ctx context.Context, sink report.Sink) error {
			return jsonl.Read(ctx, bytes.NewReader(examples.Reports), "examples.jsonl", sink)
		},
		Coder: code, CoderID: coder.Version, Resolver: resolve.New(actors), Version: version(), Now: a.now, Workers: 2,
		Wrote: func(b *graph.Batch, w graph.Written) error { return store.series.Follow(ctx, store, b, w) },
	})
}

func printDemoStrain(a *app, s queries.Strain, st style) {
	fmt.Fprintln(a.stdout, st.bold(fmt.Sprintf("The most strained relations in the three months to %s (0 no hostility, 10 war):", s.Window.To-1)))
	t := newTable(a.stdout)
	t.indent = "  "
	t.row("relation", "level", "hostile", "cooperative", "example")
	for _, r := range s.Rows {
		example := ""
		if len(r.Events) > 0 {
			example = plain(r.Events[0].Name)
		}
		t.row(plain(r.A.Name)+" – "+plain(r.B.Name), fmt.Sprintf("%.1f", r.Level), count(r.Hostile), count(r.Cooperation), example)
	}
	t.flush()
}
