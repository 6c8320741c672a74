package dgraphtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// The server that is built. Its command cannot be installed by 'go install',
// for it lists versions that do not resolve.
const (
	serverModule  = "github.com/hypermodeinc/dgraph/v25"
	serverVersion = "v25.0.0"
)

// The environment variables that tests heed.
const (
	EnvTest   = "FAULTLINE_DGRAPH_TEST"   // run the tests that need a server
	EnvBinary = "FAULTLINE_DGRAPH_BINARY" // a dgraph program to use, instead of building one
)

// Binary returns the path of the dgraph program: server, live loader and bulk
// loader in one. It skips the test unless EnvTest is set, and builds the
// program if it is not in the cache yet.
func Binary(t testing.TB) string {
	t.Helper()
	if os.Getenv(EnvTest) == "" {
		t.Skip("needs a Dgraph server: run 'make test-dgraph'")
	}
	path, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Build returns the path of the dgraph program, and builds it first if it is
// not in the cache yet.
func Build() (string, error) {
	if path := os.Getenv(EnvBinary); path != "" {
		return path, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "faultline-dgraph-"+serverVersion)
	path := filepath.Join(dir, "dgraph")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	module, err := os.MkdirTemp(dir, "module")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(module)
	built := filepath.Join(module, "dgraph")
	if err := build(module, built); err != nil {
		return "", fmt.Errorf("building %s %s: %w", serverModule, serverVersion, err)
	}
	return path, os.Rename(built, path) // two builds at once make the same
}

// build makes a module whose only purpose is the server, with the server's
// own list of requirements, so that ours stays clean of them.
func build(dir, out string) error {
	listing, err := goTool(dir, "mod", "download", "-json", serverModule+"@"+serverVersion)
	if err != nil {
		return err
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(listing, &m); err != nil {
		return err
	}
	gomod, err := os.ReadFile(filepath.Join(m.Dir, "go.mod"))
	if err != nil {
		return err
	}
	gomod = regexp.MustCompile(`(?m)^module .*$`).ReplaceAll(gomod, []byte("module dgraphserver"))
	gomod = fmt.Appendf(gomod, "\nrequire %s %s\n", serverModule, serverVersion)
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), gomod, 0o644); err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(m.Dir, "go.sum"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644); err != nil {
		return err
	}
	_, err = goTool(dir, "build", "-mod=mod", "-trimpath", "-ldflags=-s -w", "-o", out, serverModule+"/dgraph")
	return err
}

func goTool(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("go %s: %w\n%s", args[0], err, exit.Stderr)
	}
	return out, err
}
