package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"

	"faultline/graph"
	"faultline/web/api"
	"faultline/web/mcp"
	"faultline/web/question"
)

type mcpOptions struct {
	server string
	tokenFlag
}

func newMCPCommand(a *app) *cobra.Command {
	var opts mcpOptions
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Answer an assistant over the Model Context Protocol",
		Long: `Gives an assistant the questions as tools, over standard input and output (Model
Context Protocol, stdio). Each answer comes with the sentences, outlets and links
behind it. It only reads. It ends when its input does.

An embedded store is open in one process at a time. While 'faultline serve' has
it, --server asks that server instead of the store.`,
		Example: `  faultline mcp --store cayley:./faultline.db
  faultline mcp --server http://localhost:8460`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runMCP(cmd.Context(), a, opts) },
	}
	cmd.Flags().StringVar(&opts.server, "server", "", "address of a running 'faultline serve', to ask it instead of the store")
	opts.tokenFlag.register(cmd)
	return cmd
}

func runMCP(ctx context.Context, a *app, opts mcpOptions) error {
	ask, done, err := opts.asker(ctx, a)
	if err != nil {
		return err
	}
	defer done()
	server := mcp.New(mcp.Options{
		Ask: ask, Version: version(), Log: slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	err = server.Run(ctx, &sdk.IOTransport{Reader: io.NopCloser(a.stdin), Writer: keptOpen{a.stdout}})
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		return nil // the assistant has gone, or somebody ended it
	}
	return err
}

// asker asks the server that is named, else the store, which done closes.
func (o *mcpOptions) asker(ctx context.Context, a *app) (ask question.Asker, done func(), err error) {
	if o.server != "" {
		client, err := o.client(ctx)
		if err != nil {
			return nil, nil, err
		}
		return client.Ask, client.HTTP.CloseIdleConnections, nil
	}
	store, err := a.openForQueries(ctx)
	if errors.Is(err, graph.ErrLocked) {
		return nil, nil, fmt.Errorf("%w: if it is faultline serve that has it open, ask that: faultline mcp --server http://localhost:8460", err)
	}
	if err != nil {
		return nil, nil, err
	}
	g := question.Graph{Record: newRecord(store), View: store.series.View(), Store: store, Changes: changesOf(store), Lists: new(question.Lists)}
	now := func() question.Graph {
		g := g // nothing else writes to the store while it is open
		g.Now = a.now()
		return g
	}
	return question.Here(now), func() { _ = store.Close() }, nil // nothing was written
}

// client makes sure that a server answers.
func (o *mcpOptions) client(ctx context.Context) (*api.Client, error) {
	u, err := url.Parse(o.server)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usageError("--server %q: want an address such as http://localhost:8460", o.server)
	}
	token, err := o.token()
	if err != nil {
		return nil, err
	}
	c := &api.Client{Server: u, Token: token, HTTP: &http.Client{Timeout: time.Minute}}
	for _, q := range question.Tools() {
		if q.Name != "actors" {
			continue
		}
		v, err := q.Parse(map[string][]string{"limit": {"1"}})
		if err == nil {
			_, err = c.Ask(ctx, &q, v)
		}
		if err != nil {
			return nil, fmt.Errorf("--server %s: %w", o.server, err)
		}
	}
	return c, nil
}

// keptOpen is a writer that others close.
type keptOpen struct{ io.Writer }

// Close does nothing.
func (keptOpen) Close() error { return nil }
