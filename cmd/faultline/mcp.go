package main

import (
	"context"
	"errors"
	"io"
	"log/slog"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"

	"faultline/web/mcp"
	"faultline/web/question"
)

func newMCPCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "mcp",
		Short: "Answer an assistant over the Model Context Protocol",
		Long: `Gives an assistant the questions as tools, over standard input and output (Model
Context Protocol, stdio). Each answer comes with the sentences, outlets and links
behind it. It only reads. It ends when its input does.`,
		Example: `  faultline mcp --store cayley:./faultline.db`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runMCP(cmd.Context(), a) },
	}
}

func runMCP(ctx context.Context, a *app) error {
	store, err := a.openForQueries(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	g := question.Graph{Record: newRecord(store), View: store.series.View(), Store: store, Changes: changesOf(store)}
	server := mcp.New(mcp.Options{
		Graph: func() question.Graph {
			now := g // nothing else writes to the store while it is open
			now.Now = a.now()
			return now
		},
		Version: version(), Log: slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	err = server.Run(ctx, &sdk.IOTransport{Reader: io.NopCloser(a.stdin), Writer: keptOpen{a.stdout}})
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		return nil // the assistant has gone, or somebody ended it
	}
	return err
}

// keptOpen is a writer that others close.
type keptOpen struct{ io.Writer }

// Close does nothing.
func (keptOpen) Close() error { return nil }
