package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"faultline/ingest/config"
)

type initOptions struct {
	configFlag
	force bool
}

func newInitCommand(a *app) *cobra.Command {
	var opts initOptions
	cmd := &cobra.Command{
		Use:   "init [URL…]",
		Short: "Write a configuration for watch, with a comment for every key",
		Long: `Writes faultline.yaml, the configuration of 'faultline watch', with a comment for
every key. It loads the feeds at the URLs that are given, or GDELT when there are
none; examples of all other kinds of source stand in it as comments.`,
		Example: `  faultline init
  faultline init https://example.org/feed.xml https://example.com/atom
  faultline init -c /etc/faultline/faultline.yaml`,
		RunE: func(_ *cobra.Command, args []string) error { return runInit(a, opts, args) },
	}
	opts.register(cmd)
	cmd.Flags().BoolVar(&opts.force, "force", false, "replace a file that is there")
	return cmd
}

func runInit(a *app, opts initOptions, feeds []string) (err error) {
	text, err := config.Sample(feeds)
	if err != nil {
		return usageError("%w", err)
	}
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if opts.force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(opts.path, how, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: --force replaces it", opts.path)
	} else if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, `Wrote %s.

  faultline check -c %[1]s           try every source once
  faultline watch -c %[1]s --once    load every source once
  faultline watch -c %[1]s           load them at their times
`, opts.path)
	return nil
}
