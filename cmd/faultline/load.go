package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/ingest"
	"faultline/ingest/coder"
	"faultline/ingest/page"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/ingest/sheet"
	"faultline/ingest/source"
	"faultline/schema"
)

// inputFlags say what to read; load and extract share them.
type inputFlags struct {
	format    string
	from, to  string
	limit     int
	published string
	publisher string
	columns   string
	charset   string
	workers   int
}

func (f *inputFlags) register(cmd *cobra.Command) {
	formats := make([]string, 0, 4)
	for _, name := range source.Formats() {
		formats = append(formats, string(name))
	}
	cmd.Flags().StringVar(&f.format, "format", "", "format of the input: "+strings.Join(formats, ", ")+" (recognised if not given)")
	cmd.Flags().StringVar(&f.from, "from", "", "only what was published (coded events: happened) on this day or later, YYYY-MM-DD")
	cmd.Flags().StringVar(&f.to, "to", "", "only what was published before this day, YYYY-MM-DD")
	cmd.Flags().IntVar(&f.limit, "limit", 0, "stop after this many reports")
	cmd.Flags().StringVar(&f.published, "published", "", "publication day of text and HTML files, before what they tell themselves, YYYY-MM-DD")
	cmd.Flags().StringVar(&f.publisher, "publisher", "", "outlet of text and HTML files that do not name theirs")
	cmd.Flags().StringVar(&f.columns, "map", "", "columns of tables of reports: title=Headline,text=Body,published=Date (usual names are known)")
	cmd.Flags().StringVar(&f.charset, "charset", "", "charset of input that is no UTF-8 and does not declare its own: windows-1256, koi8-r, … (windows-1252 if not given)")
	cmd.Flags().IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "how many reports are coded at a time")
}

// input finds what the flags and paths name.
func (f *inputFlags) input(a *app, paths []string) (*source.Input, error) {
	opts := source.Options{Format: source.Format(f.format), Stdin: a.stdin, Page: page.Options{Publisher: f.publisher}}
	if err := opts.Format.Validate(); err != nil {
		return nil, usageError("--format: %w", err)
	}
	if f.limit < 0 || f.workers < 1 {
		return nil, usageError("--limit must not be negative, and --workers at least 1")
	}
	if f.published != "" {
		day, err := schema.ParseDay(f.published)
		if err != nil {
			return nil, usageError("--published: %w", err)
		}
		opts.Page.Published = day.Time()
	}
	columns, err := sheet.ParseMapping(f.columns)
	if err != nil {
		return nil, usageError("--map: %w", err)
	}
	opts.Map, opts.Charset = columns, f.charset
	if err := opts.Validate(); err != nil {
		return nil, usageError("--charset: %w", err)
	}
	return source.Find(paths, opts)
}

// window reads --from and --to; either may be open.
func (f *inputFlags) window() (from, to schema.Day, windowed bool, err error) {
	from, to = schema.NoDay+1, schema.MakeDay(9999, time.December, 31)
	for _, bound := range []struct {
		flag, value string
		day         *schema.Day
	}{{"--from", f.from, &from}, {"--to", f.to, &to}} {
		if bound.value == "" {
			continue
		}
		windowed = true
		if *bound.day, err = schema.ParseDay(bound.value); err != nil {
			return from, to, true, usageError("%s: %w", bound.flag, err)
		}
	}
	if to <= from {
		return from, to, true, usageError("--to %s is not after --from %s", f.to, f.from)
	}
	return from, to, windowed, nil
}

type loadOptions struct {
	inputFlags
	ownFlags
	dryRun  bool
	strict  bool
	verbose bool
}

func newLoadCommand(a *app) *cobra.Command {
	var opts loadOptions
	cmd := &cobra.Command{
		Use:   "load PATH…",
		Short: "Read reports and coded events into the graph",
		Long: `Reads reports (JSON Lines, text, HTML, tables, letters and mailboxes, web
archives) and coded events (GDELT, ICEWS, POLECAT, ACLED, UCDP) from files,
folders and standard input (-), packed with gzip or in zip and tar archives or
not, codes what needs coding, and writes actors, events, claims, reports, places and one Load into
the store.

Loading the same input again adds nothing. A load that was stopped or killed is
completed by running it again.`,
		Example: `  faultline load reports.jsonl.gz
  faultline load --publisher "Asharq Al-Awsat" --published 2024-11-24 article.txt
  faultline load --map title=Headline,text=Body,published=Date articles.csv
  faultline load crawl.warc.gz newsletters.mbox archive.zip
  faultline load --from 2015-01-01 --to 2016-01-01 icews.tsv.gz
  curl -s https://example.org/export.jsonl | faultline load -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runLoad(cmd.Context(), a, opts, args)
		},
	}
	opts.inputFlags.register(cmd)
	opts.ownFlags.register(cmd)
	cmd.Flags().BoolVar(&opts.dryRun, "dry-run", false, "code and count, but write nothing")
	cmd.Flags().BoolVar(&opts.strict, "strict", false, "exit with code 3 when any input was skipped")
	cmd.Flags().BoolVarP(&opts.verbose, "verbose", "v", false, "name every input that is skipped")
	return cmd
}

func runLoad(ctx context.Context, a *app, opts loadOptions, paths []string) error {
	in, err := opts.input(a, paths)
	if err != nil {
		return err
	}
	job := ingest.Job{
		Name: sourceName(paths), Source: in.Read, CoderID: coder.Version, Version: version(),
		Now: a.now, Workers: opts.workers, Limit: opts.limit,
	}
	if job.From, job.To, job.Windowed, err = opts.window(); err != nil {
		return err
	}
	store, err := a.openForLoad(ctx, opts.dryRun)
	if err != nil {
		return err
	}
	defer store.Close()
	own, err := a.ownCoder(opts.ownFlags)
	if err != nil {
		return err
	}
	job.Resolver, job.Coder = resolve.New(own.actors), own.code
	if job.Digest, err = in.Digest(ctx); err != nil {
		return err
	}
	bar := newBar(a.stderr, in.Size())
	job.Progress = func(s ingest.Summary) {
		bar.show(in.Offset(), fmt.Sprintf("%d reports, %d claims", s.Reports, s.Claims))
	}
	var examples []string
	job.Skipped = func(s report.Skip) {
		if opts.verbose {
			bar.line("skipped %s", s)
		} else if len(examples) < 3 {
			examples = append(examples, s.String())
		}
	}
	target := ingest.Store(store)
	if opts.dryRun {
		target = &dryStore{store, map[string]bool{}}
	} else {
		job.Wrote = func(b *graph.Batch, w graph.Written) error {
			return store.series.Follow(context.WithoutCancel(ctx), store, b, w)
		}
	}
	started := a.now().UTC().Truncate(time.Second)
	sum, err := ingest.Load(ctx, target, job)
	bar.done()
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if !opts.dryRun && sum.New > 0 {
		if e := keepReadings(context.WithoutCancel(ctx), store, started, a.now()); e != nil {
			return e
		}
	}
	if a.json {
		if e := printJSON(a.stdout, sum); e != nil {
			return e
		}
	} else {
		printLoad(a, opts, sum, examples)
	}
	if n := own.left.Load(); n > 0 {
		fmt.Fprintf(a.stderr, "left out %s claims of less confidence than %v\n", count(int(n)), opts.least)
	}
	return loadOutcome(opts, sum, err)
}

// openForLoad opens the store to be filled; a dry run makes none.
func (a *app) openForLoad(ctx context.Context, dry bool) (*opened, error) {
	if dry {
		store, err := a.openForQueries(ctx)
		if errors.Is(err, errNoStore) {
			return openMemory(mem.New())
		}
		return store, err
	}
	return openStore(ctx, a.store)
}

// sourceName names a load for people, by its paths' last parts.
func sourceName(paths []string) string {
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = filepath.Base(filepath.Clean(p))
		if p == source.Stdin {
			names[i] = "standard input"
		}
	}
	return strings.Join(names, ", ")
}

// loadOutcome turns a summary into the exit code.
func loadOutcome(opts loadOptions, sum ingest.Summary, err error) error {
	switch {
	case err != nil:
		return err
	case sum.Skips() > 0 && sum.Reports == 0:
		return &exitError{exitPartial, errors.New("nothing could be used: everything was skipped")}
	case sum.Skips() > 0 && opts.strict:
		return &exitError{exitPartial, fmt.Errorf("%d inputs were skipped", sum.Skips())}
	}
	return nil
}

func printLoad(a *app, opts loadOptions, s ingest.Summary, examples []string) {
	t := newTable(a.stdout)
	t.row("reports read", count(s.Reports), knownNote(s))
	if s.Outside > 0 {
		t.row("  outside the window", count(s.Outside))
	}
	reasons := make([]string, 0, len(s.Skipped))
	for reason := range s.Skipped {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	for _, reason := range reasons {
		t.row("skipped", count(s.Skipped[reason]), reason)
	}
	t.row("sentences", count(s.Sentences))
	t.row("claims", count(s.Claims), "new")
	if s.Replaced > 0 {
		t.row("  closed", count(s.Closed), fmt.Sprintf("of earlier versions of %s reports", count(s.Replaced)))
	}
	t.row("events", count(s.Events), fmt.Sprintf("new, %s known got more claims", count(s.EventsOld)))
	t.row("actors", count(s.Actors), "new")
	t.row("places", count(s.Places), "new")
	rate := ""
	if s.Seconds > 0.1 {
		rate = fmt.Sprintf("%s reports/s", count(int(float64(s.Reports)/s.Seconds)))
	}
	t.row("seconds", fmt.Sprintf("%.1f", s.Seconds), rate)
	t.flush()
	for _, e := range examples {
		fmt.Fprintln(a.stderr, "skipped", e)
	}
	if n := s.Skips(); n > len(examples) && len(examples) > 0 {
		fmt.Fprintf(a.stderr, "… and %s more; see them all with --verbose\n", count(n-len(examples)))
	}
	switch {
	case opts.dryRun:
		fmt.Fprintln(a.stdout, "Dry run: nothing was written.")
	case s.Outcome == schema.Stopped:
		fmt.Fprintln(a.stdout, "Stopped. What was written is whole; run the same load again to complete it.")
	case s.New == 0 && s.Known > 0:
		fmt.Fprintln(a.stdout, "Nothing new: the store has all of it already.")
	}
}

func knownNote(s ingest.Summary) string {
	if s.Known == 0 {
		return ""
	}
	return fmt.Sprintf("%s in the store before", count(s.Known))
}
