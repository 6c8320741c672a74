package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"faultline/graph/dgraph"
)

type composeFile struct {
	Services map[string]composeService
	Volumes  map[string]any
}

type composeService struct {
	Image       string
	Command     string
	Restart     string
	User        string
	Profiles    []string
	Ports       []string
	Volumes     []string
	Environment map[string]string
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck struct{ Test []string }
	ReadOnly    bool `yaml:"read_only"`
}

// TestCompose holds docker-compose.yml and the Dockerfile against what the
// program expects of its surroundings, as far as that can be told without
// running containers.
func TestCompose(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var file composeFile
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	images := map[string]string{
		// Versions up to v25.3.7 take queries that smuggle in others.
		"zero": "dgraph/dgraph:v25.3.8", "alpha": "dgraph/dgraph:v25.3.8", "alpha2": "dgraph/dgraph:v25.3.8", "alpha3": "dgraph/dgraph:v25.3.8",
		"ratel": "dgraph/ratel:v21.12.0", "faultline": "faultline:local",
	}
	for name, image := range images {
		s, ok := file.Services[name]
		if !ok {
			t.Errorf("service %s is missing", name)
			continue
		}
		if s.Image != image {
			t.Errorf("%s: image %s, want %s", name, s.Image, image)
		}
		if s.Restart != "unless-stopped" || len(s.Healthcheck.Test) == 0 {
			t.Errorf("%s: restart %q, health check %v", name, s.Restart, s.Healthcheck.Test)
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to others than this machine", name, p)
			}
		}
		for _, v := range s.Volumes {
			source, _, _ := strings.Cut(v, ":")
			if _, named := file.Volumes[source]; !named && !strings.HasPrefix(source, "./") {
				t.Errorf("%s: volume %s is not declared", name, source)
			}
		}
		for other := range s.DependsOn {
			if _, ok := file.Services[other]; !ok {
				t.Errorf("%s depends on %s, which is no service", name, other)
			}
		}
	}
	if len(file.Services) != len(images) {
		t.Errorf("%d services, want %d", len(file.Services), len(images))
	}

	wants := map[string][]string{ // ports that Ratel and people use
		"zero": {"127.0.0.1:6080:6080"}, "alpha": {"127.0.0.1:8080:8080", "127.0.0.1:9080:9080"}, "ratel": {"127.0.0.1:8000:8000"}, "faultline": {"127.0.0.1:9464:9464"},
	}
	for name, ports := range wants {
		if got := file.Services[name].Ports; !slices.Equal(got, ports) {
			t.Errorf("%s: ports %v, want %v", name, got, ports)
		}
	}
	for _, name := range []string{"alpha", "alpha2", "alpha3"} {
		s := file.Services[name]
		for _, part := range []string{"dgraph alpha", "--my=" + name + ":7080", "--zero=zero:5080", "whitelist="} {
			if !strings.Contains(s.Command, part) {
				t.Errorf("%s: the command %q lacks %q", name, s.Command, part)
			}
		}
		if ha := slices.Contains(s.Profiles, "ha"); ha != (name != "alpha") {
			t.Errorf("%s: profiles %v", name, s.Profiles)
		}
	}
	if !strings.Contains(file.Services["zero"].Command, "--replicas=3") {
		t.Error("zero: three Alphas would not hold the same data")
	}

	// The store that the service is given, and the one that the comment gives
	// for three Alphas, are stores that the program takes.
	spec := regexp.MustCompile(`\$\{FAULTLINE_STORE:-(.*)\}`).FindStringSubmatch(file.Services["faultline"].Environment["FAULTLINE_STORE"])
	three := regexp.MustCompile(`export FAULTLINE_STORE=(\S+)`).FindStringSubmatch(string(text))
	for want, found := range map[int][]string{1: spec, 3: three} {
		if found == nil {
			t.Errorf("no store for %d Alphas", want)
			continue
		}
		o, err := dgraph.ParseURL(found[1], func(string) string { return "" })
		if err != nil || len(o.Addrs) != want || o.Addrs[0] != "alpha:9080" {
			t.Errorf("%s: %+v, %v", found[1], o.Addrs, err)
		}
		for _, addr := range o.Addrs {
			host, _, _ := strings.Cut(addr, ":")
			if _, ok := file.Services[host]; !ok {
				t.Errorf("%s: there is no service %s", found[1], host)
			}
		}
	}
	if s := file.Services["faultline"]; !s.ReadOnly || !slices.Contains(s.Volumes, "./faultline.yaml:/etc/faultline/faultline.yaml:ro") {
		t.Errorf("faultline: %+v", s)
	}
}

// TestDockerfile wants the image's command to be one that the program has, as
// a user without rights.
func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^CMD \["(.*)"\]$`).FindStringSubmatch(string(text))
	if command == nil {
		t.Fatal("no CMD")
	}
	args := strings.Split(command[1], `", "`)
	cmd, rest, err := newRoot(&app{}).Find(args)
	if err != nil || cmd.Name() != "watch" {
		t.Fatalf("%v: %v, %v", args, cmd, err)
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.AddFlagSet(cmd.Flags())
	if err := flags.Parse(rest); err != nil || flags.NArg() > 0 {
		t.Errorf("%v: %v, left %v", args, err, flags.Args())
	}
	for _, line := range []string{"USER 65532:65532", "ENTRYPOINT [\"faultline\"]", "ENV " + envSeries + "=/var/lib/faultline/series", "ENV " + envState + "=/var/lib/faultline/state", "VOLUME /var/lib/faultline"} {
		if !strings.Contains(string(text), "\n"+line+"\n") {
			t.Errorf("the Dockerfile lacks %q", line)
		}
	}
	goMod, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(goMod)
	if version == nil || !strings.Contains(string(text), "FROM golang:"+string(version[1])+"-") {
		t.Errorf("the image builds with another Go than %s", version)
	}
	for _, port := range regexp.MustCompile(`(?m)^EXPOSE (\d+)$`).FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(command[1], ":"+port[1]) {
			t.Errorf("port %s is exposed, but %q does not open it", port[1], command[1])
		}
	}
}
