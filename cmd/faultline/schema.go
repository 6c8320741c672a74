package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"faultline/graph/dgraph"
	"faultline/schema"
)

func newSchemaCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Give a Dgraph cluster the schema of the graph, show it, check it",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError("schema: want apply, show or check")
		},
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "apply",
			Short: "Give the cluster the schema",
			Long: `Gives the cluster that --store names the schema of this version: predicates,
indexes and types. Applying it again changes nothing. A cluster that holds
something else, or the graph of a newer version, is refused.

The first load into an empty cluster does this by itself.`,
			Example: `  faultline --store dgraph://localhost:9080 schema apply`,
			Args:    cobra.NoArgs,
			RunE:    func(cmd *cobra.Command, _ []string) error { return runSchemaApply(cmd.Context(), a) },
		},
		newSchemaShowCommand(a),
		&cobra.Command{
			Use:   "check",
			Short: "Say what differs between the cluster's schema and that of this version",
			Long: `Compares the schema of the cluster that --store names with that of this
version, and names each difference. The exit code is 1 when there are any.`,
			Example: `  faultline --store dgraph://localhost:9080 schema check`,
			Args:    cobra.NoArgs,
			RunE:    func(cmd *cobra.Command, _ []string) error { return runSchemaCheck(cmd.Context(), a) },
		},
	)
	return cmd
}

func newSchemaShowCommand(a *app) *cobra.Command {
	var live bool
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print the schema of this version, or that of the cluster",
		Example: `  faultline schema show > schema.dql
  faultline --store dgraph://localhost:9080 schema show --live`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !live {
				_, err := fmt.Fprint(a.stdout, schema.DQL())
				return err
			}
			return withCluster(cmd.Context(), a, func(ctx context.Context, c *dgraph.Cluster) error {
				has, err := c.Schema(ctx)
				if err == nil {
					_, err = fmt.Fprint(a.stdout, has)
				}
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&live, "live", false, "that of the cluster")
	return cmd
}

// withCluster connects to the cluster that --store names.
func withCluster(ctx context.Context, a *app, do func(context.Context, *dgraph.Cluster) error) error {
	if !isDgraph(a.store) {
		return usageError("--store %q: only Dgraph has a schema: want dgraph://HOST:9080", a.store)
	}
	o, err := dgraphOptions(a.store)
	if err != nil {
		return err
	}
	c, err := dgraph.Dial(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, c), c.Close())
}

func runSchemaApply(ctx context.Context, a *app) error {
	return withCluster(ctx, a, func(ctx context.Context, c *dgraph.Cluster) error {
		if err := c.Apply(ctx); err != nil {
			return err
		}
		_, err := fmt.Fprintf(a.stdout, "%s has the schema, version %d.\n", c, schema.DQLVersion)
		return err
	})
}

func runSchemaCheck(ctx context.Context, a *app) error {
	return withCluster(ctx, a, func(ctx context.Context, c *dgraph.Cluster) error {
		differences, err := c.Check(ctx)
		if errors.Is(err, dgraph.ErrEmpty) {
			return fmt.Errorf("%w: run 'faultline schema apply'", err)
		} else if err != nil {
			return err
		}
		if a.json {
			if differences == nil {
				differences = []string{}
			}
			err = printJSON(a.stdout, differences)
		} else if len(differences) == 0 {
			_, err = fmt.Fprintf(a.stdout, "%s has the schema, version %d.\n", c, schema.DQLVersion)
		}
		if !a.json {
			for _, d := range differences {
				fmt.Fprintln(a.stdout, d)
			}
		}
		if err == nil && len(differences) > 0 {
			err = &exitError{exitFailure, fmt.Errorf("the schema differs in %d points: run 'faultline schema apply'", len(differences))}
		}
		return err
	})
}
