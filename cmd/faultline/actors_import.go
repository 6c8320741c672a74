package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"faultline/ingest/gazetteer"
	"faultline/ingest/petrarch"
	"faultline/ingest/report"
	"faultline/schema"
)

type importOptions struct {
	yaml    string
	dryRun  bool
	verbose bool
}

func newActorsImportCommand(a *app) *cobra.Command {
	var opts importOptions
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Add the actors of a dictionary to those that are known by name",
		Long: `Reads actor and agent dictionaries in the format of TABARI and PETRARCH, packed
with gzip or not, and writes what faultline did not know (actors with synonyms
and dated roles, role nouns with plurals) as data files into a folder beside the
store, STORE.actors/NAME, where NAME is the file's. Importing a file of the same
name again replaces it; deleting the folder undoes it.

With --yaml FILE it writes them as a file in the form of actors.yaml instead, to
be edited by hand (see docs/actors.md).`,
		Example: "  faultline actors import Phoenix.Countries.actors.txt Phoenix.agents.txt",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError("actors import: name at least one dictionary")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.yaml != "" && len(args) > 1 {
				return usageError("actors import --yaml writes one dictionary to one file: name one")
			}
			for _, file := range args {
				if err := runActorsImport(cmd.Context(), a, opts, file); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&opts.yaml, "yaml", "", "write this file in the form of actors.yaml, and no folder")
	cmd.Flags().BoolVar(&opts.dryRun, "dry-run", false, "read and count, but write nothing")
	cmd.Flags().BoolVarP(&opts.verbose, "verbose", "v", false, "name everything that is skipped or left out")
	return cmd
}

// imported is what an import did, for programs.
type imported struct {
	File     string         `json:"file"`
	Layer    string         `json:"layer"` // the folder
	New      int            `json:"actors_new"`
	Extended int            `json:"actors_extended"`
	Known    int            `json:"actors_known"`
	Nouns    int            `json:"nouns_new"`
	Actors   int            `json:"actors,omitempty"`  // known by name now
	Skipped  map[string]int `json:"skipped,omitempty"` // lines and names passed over, by reason
}

func runActorsImport(ctx context.Context, a *app, opts importOptions, file string) error {
	dir, err := actorsDir(a.store)
	if err != nil {
		return err
	}
	sum := imported{File: file, Layer: filepath.Join(dir, layerName(file)), Skipped: map[string]int{}}
	var examples []string
	skip := func(s report.Skip) error {
		sum.Skipped[s.Reason]++
		if opts.verbose || len(examples) < 3 {
			examples = append(examples, plain(s.String()))
		}
		return nil
	}
	actors, agents, err := readDictionary(ctx, file, skip)
	if err != nil {
		return err
	}
	if len(actors)+len(agents) == 0 {
		return &exitError{exitPartial, fmt.Errorf("%s: no actor and no agent found: want a dictionary in the format of PETRARCH", file)}
	}
	below, above, err := actorLayers(dir, layerName(file))
	if err != nil {
		return err
	}
	layer, err := petrarch.Build(below, actors, agents)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if len(above) > 0 {
		if _, err := gazetteer.Parse(append(append(below, petrarch.FS(layer.Files)), above...)...); err != nil {
			return fmt.Errorf("%s does not fit the dictionaries imported before: %w", file, err)
		}
	}
	sum.New, sum.Extended, sum.Known, sum.Nouns = layer.New, layer.Extended, layer.Known, layer.Nouns
	for _, s := range layer.Left {
		_ = skip(s) // only counts
	}
	if opts.yaml != "" {
		sum.Layer = opts.yaml
	}
	if !opts.dryRun && opts.yaml != "" {
		if err := writeOwn(opts.yaml, file, layer); err != nil {
			return err
		}
	} else if !opts.dryRun {
		if err := writeLayer(sum.Layer, layer.Files); err != nil {
			return err
		}
		g, err := a.loadActors() // as loads will
		if err != nil {
			return err
		}
		sum.Actors = len(g.All())
	}
	return printImport(a, opts, sum, examples)
}

func printImport(a *app, opts importOptions, sum imported, examples []string) error {
	if a.json {
		return printJSON(a.stdout, sum)
	}
	t := newTable(a.stdout)
	t.row("actors", count(sum.New), "new")
	t.row("", count(sum.Extended), "known, with new names")
	t.row("", count(sum.Known), "known with all names")
	t.row("role nouns", count(sum.Nouns), "new")
	skips := 0
	for _, reason := range slices.Sorted(maps.Keys(sum.Skipped)) {
		t.row("skipped", count(sum.Skipped[reason]), reason)
		skips += sum.Skipped[reason]
	}
	t.flush()
	for _, e := range examples {
		fmt.Fprintln(a.stderr, "skipped", e)
	}
	if n := skips - len(examples); n > 0 {
		fmt.Fprintf(a.stderr, "… and %s more; see them all with --verbose\n", count(n))
	}
	if opts.dryRun {
		fmt.Fprintln(a.stdout, "Dry run: nothing was written.")
		return nil
	}
	if opts.yaml != "" {
		_, err := fmt.Fprintf(a.stdout, "Written to %s.\n", plain(sum.Layer))
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "Written to %s; %s actors are known by name now.\n", plain(sum.Layer), count(sum.Actors))
	return err
}

// readDictionary reads a dictionary of either kind: the codes of agents have
// a tilde where the actor's code is to stand.
func readDictionary(ctx context.Context, file string, skip func(report.Skip) error) (actors []petrarch.Actor, agents []petrarch.Agent, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, fmt.Errorf("dictionary: %w", err)
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<16)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
		in = bufio.NewReaderSize(z, 1<<16)
	}
	const most = 64 << 20 // many times the largest dictionary
	content, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(content) > most {
		return nil, nil, fmt.Errorf("%s: has more than %d bytes: is it a dictionary?", file, most)
	}
	if bytes.Contains(content, []byte("[~")) || bytes.Contains(content, []byte("~]")) {
		err = petrarch.ReadAgents(ctx, bytes.NewReader(content), file, func(x petrarch.Agent) error { agents = append(agents, x); return nil }, skip)
	} else {
		err = petrarch.ReadActors(ctx, bytes.NewReader(content), file, func(x petrarch.Actor) error { actors = append(actors, x); return nil }, skip)
	}
	return actors, agents, err
}

// actorsDir is the folder of the imported dictionaries, beside the store.
func actorsDir(store string) (string, error) {
	_, path, ok := strings.Cut(store, ":")
	if !ok || path == "" || strings.HasPrefix(path, "//") {
		return "", usageError("--store %q has no place on disk for dictionaries: want cayley:PATH, for example cayley:./faultline.db", store)
	}
	return filepath.Clean(path) + ".actors", nil
}

// layerName is the name of a dictionary's folder: Phoenix.agents.txt.gz
// gives phoenix-agents.
func layerName(file string) string {
	base := strings.TrimSuffix(filepath.Base(file), ".gz")
	if name := schema.Slug(strings.TrimSuffix(base, filepath.Ext(base))); name != "" {
		return name
	}
	return "dictionary"
}

// actorLayers are the layers of the gazetteer below and above the dictionary
// of a name: what is compiled in, then the imported dictionaries by name.
func actorLayers(dir, name string) (below, above []fs.FS, err error) {
	below = []fs.FS{gazetteer.Builtin()}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("imported dictionaries: %w", err)
	}
	for _, e := range entries { // sorted by name
		switch {
		case !e.IsDir() || strings.HasPrefix(e.Name(), "."):
		case name == "" || e.Name() < name:
			below = append(below, os.DirFS(filepath.Join(dir, e.Name())))
		case e.Name() > name:
			above = append(above, os.DirFS(filepath.Join(dir, e.Name())))
		}
	}
	return below, above, nil
}

// writeOwn writes a dictionary in the form of actors.yaml. It does not
// overwrite what somebody may have edited.
func writeOwn(path, dictionary string, layer *petrarch.Layer) error {
	text, err := layer.Own().Format("Actors of " + filepath.Base(dictionary))
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: move it, or write to another file and join them", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// writeLayer replaces a folder of data files whole.
func writeLayer(dir string, files map[string][]byte) (err error) {
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(parent, ".import-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(fresh)) }()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(fresh, name), files[name], 0o644); err != nil {
			return err
		}
	}
	if err := os.Chmod(fresh, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(fresh, dir)
}
