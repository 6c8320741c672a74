// Command faultline builds and asks a knowledge graph of conflict events.
//
// Exit codes: 0 success, 1 failure, 2 wrong usage, 3 partial success (some
// input was skipped under --strict, or nothing of it could be used), 4 there are
// alarms (alerts).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// The exit codes of all commands.
const (
	exitFailure = 1
	exitUsage   = 2
	exitPartial = 3
	exitAlarms  = 4
)

// exitError is an error with an exit code of its own; without err it is an
// answer, not a failure.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// app is what commands get from the outside world.
type app struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	now    func() time.Time
	store  string // --store
	json   bool   // --json
}

func main() {
	os.Exit(run(os.Args[1:], &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, now: time.Now}))
}

// run executes one command line and returns its exit code.
func run(args []string, a *app) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var exit *exitError
	code := exitFailure
	if errors.As(err, &exit) {
		code = exit.code
	}
	switch {
	case exit != nil && exit.err == nil:
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(a.stderr, "faultline: stopped")
	case errors.Is(err, syscall.EPIPE): // the reader, head or less, has gone
		return code
	default:
		fmt.Fprintln(a.stderr, "faultline:", err)
	}
	if code == exitUsage {
		fmt.Fprintln(a.stderr, "Run 'faultline --help' or 'faultline COMMAND --help' for usage.")
	}
	return code
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "faultline",
		Short: "A knowledge graph of who did what to whom, who says so, and where relations crack",
		Long: `faultline reads reports and coded event data, turns actors and events into a
graph that keeps its provenance down to the sentence and the speaker, and
answers how relations stand and where they strain over time.

Start with:  faultline demo`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &exitError{exitUsage, err} })
	store := os.Getenv("FAULTLINE_STORE")
	if store == "" {
		store = "cayley:./faultline.db"
	}
	root.PersistentFlags().StringVar(&a.store, "store", store, "the graph: cayley:PATH or dgraph://HOST:9080 (or $FAULTLINE_STORE)")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print JSON for programs")
	root.AddCommand(
		newLoadCommand(a), newExtractCommand(a),
		newActorsCommand(a), newRelationCommand(a), newStrainCommand(a), newWhyCommand(a),
		newAlertsCommand(a), newTimelineCommand(a), newNetworkCommand(a), newTriadsCommand(a),
		newPathCommand(a), newCompareCommand(a), newWhoSaysCommand(a), newEvalCommand(a),
		newCopyCommand(a), newExportCommand(a), newRestoreCommand(a), newQueryCommand(a), newSchemaCommand(a), newDemoCommand(a),
		newInitCommand(a), newCheckCommand(a), newWatchCommand(a), newLoadsCommand(a), newRetractCommand(a), newServeCommand(a), newMCPCommand(a),
	)
	for _, c := range append(root.Commands(), root) {
		if check := c.Args; check != nil {
			c.Args = func(cmd *cobra.Command, args []string) error {
				if err := check(cmd, args); err != nil {
					if cmd != root {
						err = fmt.Errorf("%s: %w", cmd.Name(), err)
					}
					return &exitError{exitUsage, err}
				}
				return nil
			}
		}
	}
	return root
}

// version is the module's version, with the commit when built from a
// checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "devel"
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				v += "-" + s.Value[:12]
			}
		}
	}
	return v
}
