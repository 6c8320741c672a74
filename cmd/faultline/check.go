package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"faultline/ingest/config"
	"faultline/ingest/fetch"
	"faultline/ingest/report"
)

type checkOptions struct {
	configFlag
	timeout time.Duration
}

func newCheckCommand(a *app) *cobra.Command {
	var opts checkOptions
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Try every source of a configuration once, and write nothing",
		Long: `Reads the configuration, and polls every source until it has given a few reports.
Nothing is written, neither to the graph nor to what is remembered of the
sources; a watch may run beside it. Exit code 1 tells that a source failed.`,
		Example: `  faultline check -c faultline.yaml`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Read(opts.path)
			if err != nil {
				return err
			}
			return runCheck(cmd.Context(), a, opts, c)
		},
	}
	opts.register(cmd)
	cmd.Flags().DurationVar(&opts.timeout, "timeout", 2*time.Minute, "a source that has given nothing by then has failed")
	return cmd
}

// checked is what a check found of one source.
type checked struct {
	Source  string    `json:"source"`
	Kind    string    `json:"kind"`
	Result  string    `json:"result"` // ok, nothing new, failed, off
	Reports int       `json:"reports"`
	Skipped int       `json:"skipped"`
	Example string    `json:"example,omitempty"`
	Seconds float64   `json:"seconds"`
	When    string    `json:"when"`
	Next    time.Time `json:"next,omitzero"`
	Error   string    `json:"error,omitempty"`
}

func runCheck(ctx context.Context, a *app, opts checkOptions, c *config.Config) error {
	tools := sourceTools{client: newFetchClient(a, c), now: a.now}
	defer tools.client.Close()
	list := make([]checked, len(c.Sources))
	slots := make(chan struct{}, c.Parallel)
	var polls sync.WaitGroup
	for i, s := range c.Sources {
		slots <- struct{}{}
		polls.Go(func() {
			defer func() { <-slots }()
			list[i] = checkSource(ctx, tools, s, opts.timeout)
		})
	}
	polls.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	failed := 0
	for _, r := range list {
		if r.Result == "failed" {
			failed++
		}
	}
	if a.json {
		if err := printJSON(a.stdout, list); err != nil {
			return err
		}
	} else {
		printChecked(a, list)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d sources failed", failed, len(list))
	}
	return nil
}

// enoughReports is how many reports tell that a source works.
const enoughReports = 5

var errEnough = errors.New("enough reports")

// checkSource polls a source until it has given enough.
func checkSource(ctx context.Context, tools sourceTools, s config.Source, timeout time.Duration) checked {
	r := checked{Source: s.Name, Kind: string(s.Kind), When: s.When.String()}
	if !s.Enabled {
		r.Result = "off"
		return r
	}
	began := tools.now()
	r.Next = s.When.Next(began)
	source, err := newSource(tools, s)
	if err == nil {
		ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("nothing came of it within %v", timeout))
		defer cancel()
		_, err = source.Poll(ctx, nil, report.Sink{
			Report: func(rep report.Report) error {
				if r.Example == "" {
					r.Example = exampleOf(rep)
				}
				if r.Reports++; r.Reports >= enoughReports {
					return errEnough
				}
				return nil
			},
			Skip: func(k report.Skip) error {
				if r.Skipped++; r.Skipped == 1 {
					r.Error = "skipped " + k.String()
				}
				return nil
			},
		})
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}
	r.Seconds = tools.now().Sub(began).Seconds()
	switch {
	case errors.Is(err, errEnough), err == nil && r.Reports > 0:
		r.Result, r.Error = "ok", ""
	case err == nil:
		r.Result = "nothing new"
	default:
		r.Result, r.Error = "failed", err.Error()
		if errors.Is(err, fetch.ErrAddress) {
			r.Error += ": if it is yours, allow it by allow_networks"
		}
	}
	return r
}

// exampleOf tells a report in few words.
func exampleOf(r report.Report) string {
	switch {
	case r.Title != "":
		return r.Title
	case len(r.Coded) > 0:
		return fmt.Sprintf("%s %s %s %s, %s", r.Coded[0].Initiator, r.Coded[0].Code, r.Coded[0].Type, r.Coded[0].Recipient, r.Coded[0].Day)
	}
	return r.URL
}

func printChecked(a *app, list []checked) {
	t := newTable(a.stdout)
	t.row("source", "kind", "result", "seconds", "when", "for example")
	for _, r := range list {
		t.row(r.Source, r.Kind, r.Result, fmt.Sprintf("%.1f", r.Seconds), r.When, fmt.Sprintf("%.60s", plain(r.Example)))
	}
	t.flush()
	for _, r := range list {
		if r.Error != "" {
			fmt.Fprintf(a.stdout, "%s: %s\n", r.Source, plain(r.Error))
		}
	}
}
