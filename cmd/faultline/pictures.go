package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"faultline/queries/picture"
	"faultline/web/figure"
)

// pictureFlags are --plot and --graph of the questions: files to draw into.
type pictureFlags struct{ plot, graph string }

func (f *pictureFlags) register(cmd *cobra.Command, plot, graph string) {
	cmd.Flags().StringVar(&f.plot, "plot", "", "draw "+plot+" into FILE.svg or FILE.png")
	cmd.Flags().StringVar(&f.graph, "graph", "", "draw "+graph+" into FILE.svg or FILE.png, or write it as FILE.dot (Graphviz) or FILE.mmd (Mermaid)")
}

// check refuses endings that are no format, before anything is read.
func (f *pictureFlags) check() error {
	for _, x := range []struct {
		flag, file string
		formats    []string
	}{{"plot", f.plot, []string{"svg", "png"}}, {"graph", f.graph, []string{"svg", "png", "dot", "mmd"}}} {
		if x.file != "" && !slices.Contains(x.formats, ending(x.file)) {
			return usageError("--%s %s: want a file that ends in .%s", x.flag, x.file, strings.Join(x.formats, ", ."))
		}
	}
	return nil
}

func ending(file string) string { return strings.ToLower(strings.TrimPrefix(filepath.Ext(file), ".")) }

// drawPlot draws into the file of --plot, if there is one.
func (f *pictureFlags) drawPlot(a *app, draw func(io.Writer, picture.Format) error) error {
	if f.plot == "" {
		return nil
	}
	return a.drawInto(f.plot, func(w io.Writer) error { return draw(w, picture.Format(ending(f.plot))) })
}

// drawGraph draws into the file of --graph, if there is one; draw is for
// pictures, nil for that of the ties.
func (f *pictureFlags) drawGraph(a *app, ties figure.Ties, draw func() *figure.Figure) error {
	if f.graph == "" {
		return nil
	}
	if draw == nil {
		draw = ties.Draw
	}
	return a.drawInto(f.graph, func(w io.Writer) error {
		switch format := ending(f.graph); format {
		case "dot":
			return ties.DOT(w)
		case "mmd":
			return ties.Mermaid(w)
		default:
			return inFormat(draw)(w, picture.Format(format))
		}
	})
}

// inFormat draws a figure as one of the formats.
func inFormat(draw func() *figure.Figure) func(io.Writer, picture.Format) error {
	return func(w io.Writer, f picture.Format) error {
		if f == picture.PNG {
			return draw().PNG(w)
		}
		return draw().SVG(w)
	}
}

// drawInto makes a file that is complete or not there.
func (a *app) drawInto(file string, draw func(io.Writer) error) error {
	out, done, err := a.output(file)
	if err != nil {
		return err
	}
	err = draw(out)
	if err = errors.Join(err, done(err == nil)); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// edges is how many ties a graph has at most, so that it can be read.
const edges = 24
