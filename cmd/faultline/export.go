package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"faultline/export"
	"faultline/graph"
	"faultline/graph/dgraph"
	"faultline/schema"
)

type exportOptions struct {
	format   string
	out      string
	actors   []string
	from, to string
}

func newExportCommand(a *app) *cobra.Command {
	var opts exportOptions
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the graph, or a part of it, for other tools",
		Long: `Writes the graph to standard output or a file, packed with gzip when its name
ends in .gz. Formats:

  nquads     RDF, provenance in PROV-O, each claim a named graph
  jsonl      one node a line
  rdf        for 'dgraph bulk' and 'dgraph live -U xid'; the schema is written
             beside it: graph.rdf.gz goes with graph.schema
  jsonld     the data set of nquads as JSON-LD
  csv        a row a claim, in the columns of ICEWS event data
  graphml    actors and events as a network, for yEd, Gephi, NetworkX
  gexf       the same with Gephi's timeline: who did how much to whom, and when
  cytoscape  the same for Cytoscape
  stix       STIX 2.1: identities, relationships, reports
  ftm        FollowTheMoney: actors, events, articles
  dot        a picture for Graphviz, of the heaviest bonds
  mermaid    a picture for Markdown, of the heaviest bonds

nquads and jsonl hold everything; 'faultline restore' reads them back.`,
		Example: `  faultline export --format nquads --out graph.nq.gz
  faultline export --format jsonl --actor russia --from 2015-11-01 --to 2016-01-01`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runExport(cmd.Context(), a, opts) },
	}
	cmd.Flags().StringVar(&opts.format, "format", "nquads", "one of "+strings.Join(exportFormats(), ", "))
	cmd.Flags().StringVarP(&opts.out, "out", "o", "", "file to write, '' or - for standard output")
	cmd.Flags().StringArrayVar(&opts.actors, "actor", nil, "only events of this actor, and what belongs to them; may be repeated")
	cmd.Flags().StringVar(&opts.from, "from", "", "only events of this day or later, YYYY-MM-DD")
	cmd.Flags().StringVar(&opts.to, "to", "", "only events before this day, YYYY-MM-DD")
	return cmd
}

// An exporter writes the selected part of a graph and returns how many quads,
// lines or nodes that took.
type exporter func(context.Context, io.Writer, graph.Reader, export.Selection) (int, error)

// exporters are the formats, with what each counts.
func exporters() map[string]struct {
	write  exporter
	counts string
} {
	return map[string]struct {
		write  exporter
		counts string
	}{
		"nquads":    {export.NQuads, "quads"},
		"rdf":       {exportRDF, "quads"},
		"jsonl":     {export.JSONL, "nodes"},
		"jsonld":    {export.JSONLD, "nodes"},
		"csv":       {export.CSV, "rows"},
		"graphml":   {export.GraphML, "edges"},
		"gexf":      {export.GEXF, "edges"},
		"cytoscape": {export.Cytoscape, "edges"},
		"stix":      {export.STIX, "objects"},
		"ftm":       {export.FTM, "entities"},
		"dot":       {export.DOT, "edges"},
		"mermaid":   {export.Mermaid, "edges"},
	}
}

// exportRDF writes what Dgraph's loaders take.
func exportRDF(ctx context.Context, out io.Writer, r graph.Reader, s export.Selection) (int, error) {
	w := dgraph.NewRDF(out)
	err := export.Walk(ctx, r, s, export.Visitor{
		Load: w.Load, Actor: w.Actor, Place: w.Place, Event: w.Event, Report: w.Report, Claim: w.Claim, Reading: w.Reading, Relation: w.Relation,
	})
	if err != nil {
		return 0, err
	}
	return w.Close()
}

// writeSchema puts the schema beside an exported file: graph.schema beside
// graph.rdf.gz.
func writeSchema(out string) error {
	base := strings.TrimSuffix(strings.TrimSuffix(out, ".gz"), ".rdf")
	return os.WriteFile(base+".schema", []byte(schema.DQL()), 0o644)
}

func exportFormats() []string { return slices.Sorted(maps.Keys(exporters())) }

func runExport(ctx context.Context, a *app, opts exportOptions) (err error) {
	format, ok := exporters()[opts.format]
	if !ok {
		return usageError("--format %q: want one of %s", opts.format, strings.Join(exportFormats(), ", "))
	}
	var sel export.Selection
	if opts.from != "" || opts.to != "" {
		sel.Dated = true
		w := inputFlags{from: opts.from, to: opts.to}
		if sel.From, sel.To, _, err = w.window(); err != nil {
			return err
		}
	}
	store, err := a.openForQueries(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if sel.Actors, err = namedActors(ctx, store, opts.actors); err != nil {
		return err
	}
	out, closeOut, err := a.output(opts.out)
	if err != nil {
		return err
	}
	started := time.Now()
	n, err := format.write(ctx, out, store, sel)
	if err = errors.Join(err, closeOut(err == nil)); err != nil {
		return err
	}
	if opts.out != "" && opts.out != "-" {
		if opts.format == "rdf" {
			if err := writeSchema(opts.out); err != nil {
				return err
			}
		}
		fmt.Fprintf(a.stderr, "%s: %s %s in %.1f s\n", opts.out, count(n), format.counts, time.Since(started).Seconds())
	}
	return nil
}

// namedActors finds the actors that names mean, with all that are part of
// them.
func namedActors(ctx context.Context, store *opened, names []string) ([]schema.ActorID, error) {
	if len(names) == 0 {
		return nil, nil
	}
	found, err := newRecord(store).Find(names...)
	if err != nil {
		return nil, err
	}
	parts := map[schema.ActorID][]schema.ActorID{}
	for n, err := range store.Actors(ctx, graph.ActorFilter{}) {
		if err != nil {
			return nil, err
		}
		for _, whole := range n.PartOf {
			parts[whole] = append(parts[whole], n.ID)
		}
	}
	var ids []schema.ActorID
	for _, n := range found {
		ids = append(ids, n.ID)
	}
	for i := 0; i < len(ids); i++ {
		for _, id := range parts[ids[i]] {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, nil
}

// output opens what --out names. The file is packed when its name says so; it
// is complete under its name or not there: until closed well it is called
// NAME.part.
func (a *app) output(name string) (io.Writer, func(ok bool) error, error) {
	if name == "" || name == "-" {
		return a.stdout, func(bool) error { return nil }, nil
	}
	file, err := os.Create(name + ".part")
	if err != nil {
		return nil, nil, err
	}
	out := io.Writer(file)
	packed := io.Closer(io.NopCloser(nil))
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(file)
		out, packed = z, z
	}
	return out, func(ok bool) error {
		err := errors.Join(packed.Close(), file.Close())
		if err == nil && ok {
			return os.Rename(file.Name(), name)
		}
		return errors.Join(err, os.Remove(file.Name()))
	}, nil
}

func newRestoreCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE…",
		Short: "Read exported graphs (nquads, jsonl) back into the store",
		Long: `Reads what 'faultline export' wrote as nquads or jsonl, packed with gzip or not,
into the store, and merges it with what is there. Restoring twice adds nothing.`,
		Example: `  faultline --store cayley:./second.db restore graph.nq.gz`,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runRestore(cmd.Context(), a, args) },
	}
}

func runRestore(ctx context.Context, a *app, files []string) (err error) {
	store, err := openStore(ctx, a.store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	total := export.Restored{Skipped: map[string]int{}}
	for _, name := range files {
		did, err := restoreFile(ctx, a, store, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		total.Nodes += did.Nodes
		total.Batches += did.Batches
		for reason, n := range did.Skipped {
			total.Skipped[reason] += n
		}
	}
	if a.json {
		err = printJSON(a.stdout, total)
	} else {
		fmt.Fprintf(a.stdout, "%s nodes read\n", count(total.Nodes))
		if total.Batches == 0 {
			fmt.Fprintln(a.stdout, "Nothing new: the store has all of it already.")
		}
	}
	if err == nil && len(total.Skipped) > 0 {
		return &exitError{exitPartial, fmt.Errorf("some lines were skipped: %v", total.Skipped)}
	}
	return err
}

func restoreFile(ctx context.Context, a *app, store *opened, name string) (export.Restored, error) {
	in := io.NopCloser(a.stdin)
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return export.Restored{}, err
		}
		in = file
	}
	defer in.Close()
	var text io.Reader = in
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(in)
		if err != nil {
			return export.Restored{}, err
		}
		text = z
	}
	told := 0
	return export.Restore(ctx, text, store, func(line int, reason string, err error) {
		if told++; told <= 3 {
			fmt.Fprintf(a.stderr, "%s:%d: %s: %s\n", name, line, reason, plain(fmt.Sprint(err)))
		}
	})
}
