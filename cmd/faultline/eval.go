package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"faultline/ingest"
	"faultline/ingest/coding"
	"faultline/ingest/evaluate"
	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/ingest/relate"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/ingest/source"
)

func newEvalCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure the coder, the relation classifier and the detection of strain",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	cmd.AddCommand(newEvalEventsCommand(a), newEvalRelationsCommand(a), newEvalStrainCommand(a))
	for _, c := range cmd.Commands() {
		check := c.Args
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return &exitError{exitUsage, fmt.Errorf("eval %s: %w", cmd.Name(), err)}
			}
			return nil
		}
	}
	return cmd
}

type evalOptions struct {
	predictions   string
	errors        int
	byType        bool
	bySource      bool
	minConfidence float64
	workers       int
	into          string
}

func newEvalEventsCommand(a *app) *cobra.Command {
	opts := evalOptions{workers: 2}
	cmd := &cobra.Command{
		Use:   "events GOLD…",
		Short: "Precision and recall of coded events",
		Long: `Codes the texts of annotated files (JSON lines) and compares the claims with the
annotations. A file holds sentences (member "items") or whole documents (member
"events"). Precision asks of each claim whether it matches an annotated event;
recall asks of each core event whether a claim matches it.

For sentences: full compares the type and both sides, quad the class of the type
and both sides, dyad the sides alone. For documents the actors' names are
compared, and on matched events date, place and speaker.`,
		Example: `  faultline eval events gold/*.jsonl
  faultline eval events --by-type --errors 20 gold/current-events.jsonl
  faultline eval events --predictions claims.jsonl gold/current-events.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runEvalEvents(cmd.Context(), a, opts, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&opts.predictions, "predictions", "", "measure the claims in this file, as extract prints them, instead of coding")
	f.IntVar(&opts.errors, "errors", 0, "show this many errors of each file, sure ones first")
	f.BoolVar(&opts.byType, "by-type", false, "tell types apart")
	f.BoolVar(&opts.bySource, "by-source", false, "tell publishers apart")
	f.Float64Var(&opts.minConfidence, "min-confidence", 0, "leave out claims of less confidence, 0 to 1")
	f.StringVar(&opts.into, "into", "", "rewrite the tables between the marks of this Markdown file as well")
	f.IntVar(&opts.workers, "workers", opts.workers, "how many reports are coded at a time")
	return cmd
}

func runEvalEvents(ctx context.Context, a *app, opts evalOptions, paths []string) error {
	if opts.errors < 0 || opts.workers < 1 || !(opts.minConfidence >= 0 && opts.minConfidence <= 1) {
		return usageError("--errors must not be negative, --workers at least 1, --min-confidence between 0 and 1")
	}
	claimsOf, err := predictor(ctx, a, opts)
	if err != nil {
		return err
	}
	var files []evaluate.File
	for _, path := range paths {
		gold, err := readGold(path)
		if err != nil {
			return err
		}
		claims, err := claimsOf(path)
		if err != nil {
			return err
		}
		claims = sureClaims(claims, opts.minConfidence)
		name := strings.TrimSuffix(filepath.Base(path), ".jsonl")
		file := evaluate.File{Name: name}
		if gold.Documents != nil {
			s := evaluate.Documents(gold.Documents, claims)
			file.Documents = &s
		} else {
			s := evaluate.Sentences(gold.Sentences, claims, name)
			file.Sentences = &s
		}
		files = append(files, file)
	}
	if opts.into != "" {
		if err := rewrite(opts.into, "events", evaluate.Markdown(files)); err != nil {
			return err
		}
	}
	if a.json {
		return printJSON(a.stdout, files)
	}
	out := bufio.NewWriter(a.stdout)
	printEvaluation(out, opts, files)
	return out.Flush()
}

// rewrite puts tables between the marks of a Markdown file.
func rewrite(path, mark, tables string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := evaluate.Replace(string(b), mark, tables)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

func readGold(path string) (evaluate.Gold, error) {
	f, err := os.Open(path)
	if err != nil {
		return evaluate.Gold{}, err
	}
	defer f.Close()
	gold, err := evaluate.ReadGold(f)
	if err != nil {
		return gold, fmt.Errorf("%s: %w", path, err)
	}
	return gold, nil
}

func sureClaims(claims []evaluate.Claim, least float64) []evaluate.Claim {
	return slices.DeleteFunc(slices.Clone(claims), func(c evaluate.Claim) bool { return c.Confidence < least })
}

// predictor gives the claims to be measured: those of the predictions file,
// else what the coder reads in the annotated file.
func predictor(ctx context.Context, a *app, opts evalOptions) (func(path string) ([]evaluate.Claim, error), error) {
	if opts.predictions != "" {
		f, err := os.Open(opts.predictions)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		claims, err := evaluate.ReadClaims(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", opts.predictions, err)
		}
		return func(string) ([]evaluate.Claim, error) { return claims, nil }, nil
	}
	actors, err := gazetteer.Load()
	if err != nil {
		return nil, err
	}
	coder, err := newCoder(actors)
	if err != nil {
		return nil, err
	}
	return func(path string) ([]evaluate.Claim, error) {
		in, err := source.Find([]string{path}, source.Options{Format: "jsonl"})
		if err != nil {
			return nil, err
		}
		// Through the printed form, so that the figures are those of the
		// claims as extract prints them.
		var lines bytes.Buffer
		print := printClaims(&lines)
		_, err = ingest.Extract(ctx, ingest.Extraction{
			Source: in.Read, Coder: coder, Resolver: resolve.New(actors), Workers: opts.workers,
			Coded:   func(r report.Report, claims []coding.Claim) error { return print(r, claims) },
			Skipped: func(s report.Skip) { fmt.Fprintln(a.stderr, "skipped", plain(s.String())) },
		})
		if err != nil {
			return nil, err
		}
		return evaluate.ReadClaims(&lines)
	}, nil
}

func printEvaluation(out io.Writer, opts evalOptions, files []evaluate.File) {
	var sentences []evaluate.SentenceScore
	var documents []evaluate.DocumentScore
	t := newTable(out)
	for _, f := range files {
		if s := f.Sentences; s != nil {
			if len(sentences) == 0 {
				t.row("sentences", "", "core", "claims", "precision", "recall", "F1", "quad F1", "dyad F1", "silent¹", "status²", "speaker³", "miscal.⁴")
			}
			sentences = append(sentences, *s)
			sentenceRow(t, f.Name, *s)
		}
	}
	if len(sentences) > 1 {
		sentenceRow(t, "together", evaluate.Together(sentences))
	}
	t.flush()
	if len(sentences) > 0 {
		fmt.Fprint(out, `¹ sentences without events that get a claim  ² equal, of right claims  ³ equal, of right claims whose
sentence credits somebody  ⁴ mean distance of confidence from the share right
`)
	}
	t = newTable(out)
	for _, f := range files {
		if d := f.Documents; d != nil {
			if len(documents) == 0 {
				if len(sentences) > 0 {
					fmt.Fprintln(out)
				}
				t.row("documents", "", "core", "claims", "precision", "recall", "F1", "date", "place", "speaker", "status")
			}
			documents = append(documents, *d)
			documentRow(t, f.Name, *d)
		}
	}
	if len(documents) > 1 {
		documentRow(t, "together", evaluate.TogetherDocuments(documents))
	}
	t.flush()
	if len(sentences) > 0 {
		all := evaluate.Together(sentences)
		fmt.Fprintln(out, "\nConfidence")
		curveTable(out, all)
		fmt.Fprintln(out)
		binTable(out, all)
		if opts.byType {
			fmt.Fprintln(out, "\nTypes, in sentences")
			rowTable(out, "type", all.ByType)
		}
		if opts.bySource {
			fmt.Fprintln(out, "\nSources")
			rowTable(out, "source", all.BySource)
		}
	}
	if len(documents) > 0 && opts.byType {
		fmt.Fprintln(out, "\nTypes, in documents")
		rowTable(out, "type", evaluate.TogetherDocuments(documents).ByType)
	}
	if opts.errors > 0 {
		for _, f := range files {
			printErrors(out, f, opts.errors)
		}
	}
}

func sentenceRow(t *table, name string, s evaluate.SentenceScore) {
	t.row(name, count(s.Sentences), count(s.CoreItems), count(s.Predictions), decimals(s.Full.Precision()), decimals(s.Full.Recall()),
		decimals(s.Full.F1()), decimals(s.Quad.F1()), decimals(s.Dyad.F1()), s.Silent.String(), s.Status.String(), s.Speaker.String(), decimals(s.Miscalibration()))
}

func documentRow(t *table, name string, d evaluate.DocumentScore) {
	t.row(name, count(d.Documents), count(d.CoreEvents), count(d.Predictions), decimals(d.Events.Precision()), decimals(d.Events.Recall()),
		decimals(d.Events.F1()), d.Date.String(), d.Place.String(), d.Speaker.String(), d.Status.String())
}

func decimals(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) }

// outOf is a share, "-" of nothing.
func outOf(n, all int) string {
	if all == 0 {
		return "-"
	}
	return decimals(float64(n) / float64(all))
}

func curveTable(out io.Writer, s evaluate.SentenceScore) {
	t := newTable(out)
	t.row("at least", "claims", "precision", "recall", "F1")
	for i, p := range s.Curve {
		if i%2 == 0 {
			t.row(fmt.Sprintf("%.2f", p.Confidence), count(p.Predicted), decimals(p.Precision()), decimals(p.Recall()), decimals(p.F1()))
		}
	}
	t.flush()
}

func binTable(out io.Writer, s evaluate.SentenceScore) {
	t := newTable(out)
	t.row("confidence", "claims", "mean", "share right")
	for _, b := range s.Bins {
		t.row(fmt.Sprintf("%.1f to %.1f", b.From, b.To), count(b.Of), decimals(b.Mean), decimals(b.Value()))
	}
	t.flush()
}

func rowTable(out io.Writer, name string, rows []evaluate.Row) {
	t := newTable(out)
	t.row(name, "precision", "", "recall", "", "F1")
	for _, r := range rows {
		if r.Predicted+r.Core == 0 {
			continue
		}
		t.row(plain(r.Name), outOf(r.Right, r.Predicted), fmt.Sprintf("%d/%d", r.Right, r.Predicted),
			outOf(r.Found, r.Core), fmt.Sprintf("%d/%d", r.Found, r.Core), decimals(r.F1()))
	}
	t.flush()
}

// printErrors shows the worst errors of a file: half of them claims that are
// wrong, half events that were missed.
func printErrors(out io.Writer, f evaluate.File, most int) {
	var errs []evaluate.Error
	if f.Sentences != nil {
		errs = f.Sentences.Errors
	} else {
		errs = f.Documents.Errors
	}
	fmt.Fprintf(out, "\nErrors in %s\n", f.Name)
	surplus, missed := 0, 0
	for _, e := range errs {
		n, limit := &surplus, int(math.Ceil(float64(most)/2))
		if e.Missed {
			n, limit = &missed, most-surplus
		}
		if *n < limit {
			*n++
			fmt.Fprintln(out, plain(e.String()))
		}
	}
}

func newEvalRelationsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "relations FILE.tsv",
		Short: "Tell the relation between given actors, and measure it",
		Long: `Reads tab-separated rows with a header and at least the columns sentence, source
and target (- reads standard input), tells what the source does to the target,
and prints the rows with the columns predicted_type and predicted_quad added. A
column marked_sentence, with <s>…</s> and <t>…</t> around the two, tells which of
several occurrences is meant. When the table has the columns type and quad,
macro-averaged F1 goes to standard error.`,
		Example: `  faultline eval relations pairs.tsv >told.tsv`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runEvalRelations(a, args[0])
		},
	}
}

func runEvalRelations(a *app, path string) error {
	in := a.stdin
	if path != source.Stdin {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	analyzer, err := nlp.New()
	if err != nil {
		return err
	}
	classifier, err := relate.New(analyzer)
	if err != nil {
		return err
	}
	score, err := classifier.Table(in, a.stdout)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return printRelations(a, score)
}

func printRelations(a *app, s relate.Score) error {
	if a.json {
		return json.NewEncoder(a.stderr).Encode(s)
	}
	fmt.Fprintf(a.stderr, "%s rows", count(s.Rows))
	if s.HasTypes {
		fmt.Fprintf(a.stderr, "; types: macro-F1 %.4f, accuracy %.4f", s.Types, s.Accuracy)
	}
	if s.HasQuads {
		fmt.Fprintf(a.stderr, "; quad classes: macro-F1 %.4f", s.Quads)
	}
	if s.Skipped > 0 {
		fmt.Fprintf(a.stderr, "; not measured: %s rows whose type or quad class is unknown", count(s.Skipped))
	}
	_, err := fmt.Fprintln(a.stderr)
	return err
}
