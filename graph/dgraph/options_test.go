package dgraph_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/graph/dgraph"
)

func TestParseURL(t *testing.T) {
	dir := t.TempDir()
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte("from a file\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		url   string
		env   map[string]string
		check func(dgraph.Options) bool
	}{
		{"dgraph://localhost", nil, func(o dgraph.Options) bool { return slices.Equal(o.Addrs, []string{"localhost:9080"}) && o.TLS == nil }},
		{"dgraph://a:1,b,[::1]:9", nil, func(o dgraph.Options) bool { return slices.Equal(o.Addrs, []string{"a:1", "b:9080", "[::1]:9"}) }},
		{"dgraph://[::1]/", nil, func(o dgraph.Options) bool { return slices.Equal(o.Addrs, []string{"[::1]:9080"}) }},
		{"dgraph://a?timeout=5s&patience=1m&tls=system&server=dgraph.example", nil, func(o dgraph.Options) bool {
			return o.Timeout == 5*time.Second && o.Patience == time.Minute && o.TLS.ServerName == "dgraph.example"
		}},
		{"dgraph://analyst@a?namespace=3", map[string]string{dgraph.EnvPassword: "x"}, func(o dgraph.Options) bool {
			return o.User == "analyst" && o.Password == "x" && o.Namespace == 3
		}},
		{"dgraph://a", map[string]string{dgraph.EnvUser: "u@example", dgraph.EnvPasswordFile: password}, func(o dgraph.Options) bool {
			return o.User == "u@example" && o.Password == "from a file"
		}},
		{"dgraph://u%40example@a", map[string]string{dgraph.EnvPassword: "x"}, func(o dgraph.Options) bool { return o.User == "u@example" }},
		{"dgraph://a", map[string]string{dgraph.EnvTLS: "system"}, func(o dgraph.Options) bool { return o.TLS != nil }},
	}
	for _, test := range tests {
		o, err := dgraph.ParseURL(test.url, func(name string) string { return test.env[name] })
		if err != nil || !test.check(o) {
			t.Errorf("%s %v: %+v, %v", test.url, test.env, o, err)
		}
		if strings.Contains(o.String(), o.Password) && o.Password != "" {
			t.Errorf("%s: the name %s has the password", test.url, o)
		}
	}
	bad := map[string]string{
		"dgraph:a":                    "want dgraph://",
		"dgraph://":                   "is no host",
		"dgraph://a,,b":               "is no host",
		"dgraph://a:1:2":              "too many colons",
		"dgraph://a?tls":              "", // no value: as if it were not there
		"dgraph://a?tls=missing.pem":  "missing.pem",
		"dgraph://a?tls=" + password:  "no certificate",
		"dgraph://a?cert=x":           "needs tls",
		"dgraph://a?namespace=-1":     "namespace=-1",
		"dgraph://a?timeout=5":        "timeout=5",
		"dgraph://a?namespace=1":      "needs a user",
		"dgraph://u@a":                "needs a password",
		"dgraph://u:hush@a":           "does not belong on the command line",
		"dgraph://u%zz@a":             "invalid URL escape",
		"dgraph://a?colour=red":       "no such setting",
		"dgraph://a?tls=system&key=x": "cert and key",
	}
	for url, want := range bad {
		_, err := dgraph.ParseURL(url, func(string) string { return "" })
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", url, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error that says %q", url, err, want)
		} else if strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: the message repeats the password: %v", url, err)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	f.Add("dgraph://u@a:1,b?tls=system&namespace=2")
	f.Add("dgraph://[::1]:9080/?timeout=1s")
	f.Fuzz(func(t *testing.T, url string) {
		if strings.Contains(url, "tls=") || strings.Contains(url, "%") {
			return // would read files
		}
		o, err := dgraph.ParseURL(url, func(name string) string { return map[string]string{dgraph.EnvPassword: "x"}[name] })
		if err == nil && len(o.Addrs) == 0 {
			t.Errorf("%q: no address and no error", url)
		}
	})
}
