package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"faultline/queries/dql"
	"faultline/schema"
)

type queryOptions struct {
	vars []string
	show bool
}

func newQueryCommand(a *app) *cobra.Command {
	var opts queryOptions
	cmd := &cobra.Command{
		Use:   "query [NAME]",
		Short: "Run a named query on a Dgraph cluster; without a name, list them",
		Long: `Runs one of the queries that come with faultline on a Dgraph cluster. They are
written in Dgraph's query language and can be pasted into Ratel as they are; see
them with --show.

A variable is set by --var name=value. Actors may be given by name.`,
		Example: `  faultline query
  faultline query relation --show
  faultline --store dgraph://localhost:9080 query relation --var a=russia --var b=turkey`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listQueries(a)
			}
			return runQuery(cmd.Context(), a, opts, args[0])
		},
	}
	cmd.Flags().StringArrayVar(&opts.vars, "var", nil, "value of a variable, name=value; may be repeated")
	cmd.Flags().BoolVar(&opts.show, "show", false, "print the query, for Ratel, instead of running it")
	return cmd
}

func listQueries(a *app) error {
	list, err := dql.All()
	if err != nil {
		return err
	}
	if a.json {
		return printJSON(a.stdout, list)
	}
	st := newStyle(a.stdout)
	for _, q := range list {
		fmt.Fprintf(a.stdout, "%s  %s\n", st.bold(q.Name), q.Answers)
		t := newTable(a.stdout)
		t.indent = "    "
		for _, v := range q.Variables {
			t.row(v.Name, string(v.Sort), v.Meaning, st.dim(v.Default))
		}
		t.flush()
	}
	return nil
}

func runQuery(ctx context.Context, a *app, opts queryOptions, name string) (err error) {
	list, err := dql.All()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(q dql.Query) bool { return q.Name == name })
	if i < 0 {
		names := make([]string, len(list))
		for i, q := range list {
			names[i] = q.Name
		}
		return usageError("there is no query %q: want one of %s", name, strings.Join(names, ", "))
	}
	q := list[i]
	if opts.show {
		_, err := io.WriteString(a.stdout, q.Text)
		return err
	}
	if !isDgraph(a.store) {
		return usageError("named queries run on a Dgraph cluster: give --store dgraph://HOST:9080 (this one is %s)", a.store)
	}
	given, err := assignments(q, opts.vars)
	if err != nil {
		return err
	}
	store, err := a.openForQueries(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	cluster, ok := store.Store.(interface {
		Query(ctx context.Context, dql string, vars map[string]string) ([]byte, error)
	})
	if !ok {
		return fmt.Errorf("%s answers no queries of Dgraph", a.store)
	}
	vars, err := bind(store, q, given)
	if err != nil {
		return err
	}
	answer, err := cluster.Query(ctx, q.Text, vars)
	if err != nil {
		return fmt.Errorf("query %s: %w", name, err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, answer, "", "  "); err != nil {
		return fmt.Errorf("query %s: the answer is no JSON: %w", name, err)
	}
	out.WriteByte('\n')
	if a.json {
		_, err = out.WriteTo(a.stdout)
		return err
	}
	return printAnswer(a, answer)
}

// assignments reads name=value for variables of the query.
func assignments(q dql.Query, list []string) (map[string]string, error) {
	given := map[string]string{}
	for _, text := range list {
		name, value, ok := strings.Cut(text, "=")
		name = strings.TrimPrefix(name, "$")
		known := slices.ContainsFunc(q.Variables, func(v dql.Variable) bool { return v.Name == name })
		if !ok || !known {
			names := make([]string, len(q.Variables))
			for i, v := range q.Variables {
				names[i] = v.Name
			}
			return nil, usageError("--var %q: want name=value; the variables of %s are %s", text, q.Name, strings.Join(names, ", "))
		}
		given[name] = value
	}
	return given, nil
}

// bind turns what a person gives for variables into what the query wants.
func bind(store *opened, q dql.Query, given map[string]string) (map[string]string, error) {
	vars := map[string]string{}
	for _, v := range q.Variables {
		value, ok := given[v.Name]
		if !ok {
			continue
		}
		switch v.Sort {
		case dql.Actor:
			who, err := newRecord(store).Find(value)
			if err != nil {
				return nil, err
			}
			value = string(who[0].ID)
		case dql.Day:
			if _, err := schema.ParseDay(value); err != nil {
				return nil, usageError("--var %s: %w", v.Name, err)
			}
		}
		vars["$"+v.Name] = value
	}
	return vars, nil
}

// printAnswer prints each block of an answer as an outline: a line a node,
// with its own properties, and what is tied to it below.
func printAnswer(a *app, answer []byte) error {
	st := newStyle(a.stdout)
	dec := json.NewDecoder(bytes.NewReader(answer))
	dec.UseNumber()
	var blocks map[string][]map[string]any
	if err := dec.Decode(&blocks); err != nil {
		return err
	}
	names := make([]string, 0, len(blocks))
	for name := range blocks {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name == "_path_" { // chains of uids, for Ratel
			continue
		}
		fmt.Fprintf(a.stdout, "%s\n", st.bold(name))
		if len(blocks[name]) == 0 {
			fmt.Fprintln(a.stdout, "  nothing")
		}
		for _, node := range blocks[name] {
			printNode(a.stdout, st, node, "  ")
		}
	}
	return nil
}

func printNode(out io.Writer, st style, node map[string]any, indent string) {
	keys := make([]string, 0, len(node))
	for key := range node {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var own []string
	for _, key := range keys {
		switch v := node[key].(type) {
		case map[string]any, []any:
		default:
			if key != "name" && key != "uid" {
				own = append(own, fmt.Sprintf("%s %v", key, v))
			}
		}
	}
	title, _ := node["name"].(string)
	fmt.Fprintln(out, strings.TrimRight(indent+plain(title)+"  "+st.dim(plain(strings.Join(own, " · "))), " "))
	for _, key := range keys {
		below, ok := node[key].([]any)
		if one, is := node[key].(map[string]any); is && one["type"] == nil { // a location is no node
			below, ok = []any{one}, true
		}
		if !ok {
			continue
		}
		fmt.Fprintf(out, "%s  %s\n", indent, st.dim(key))
		for _, n := range below {
			if node, ok := n.(map[string]any); ok {
				printNode(out, st, node, indent+"    ")
			}
		}
	}
}
