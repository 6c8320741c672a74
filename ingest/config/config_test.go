package config

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/ingest/schedule"
)

func parse(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse("faultline.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestParse(t *testing.T) {
	c := parse(t, `
store: cayley:./graph.db
timezone: Europe/Berlin
parallel: 7
metrics: :9464
log: json
log_level: debug
interval: 2s
break_pause: 2d
defaults:
  every: 30m
  full_text: true
  jitter: 10s
sources:
  - name: harbour-post
    kind: feed
    url: https://example.org/feed.xml
    allow_networks: [127.0.0.1, 10.1.2.3/8]
    max_bytes: 20MiB
    token_env: HARBOUR_TOKEN
  - {name: hill, kind: feed, url: "https://example.com/x", cron: "30 6 * * *", full_text: false, robots: ignore, enabled: false}
  - name: tokyo
    kind: gdelt
    cron: 0 9 * * *
    timezone: Asia/Tokyo
    streams: [english, translated]
    codes: ["19", "0233"]
    since: 2026-11-01
  - name: acled
    kind: acled
    username_env: ACLED_USERNAME
    password_file: secret/acled
  - name: inbox
    kind: folder
    path: ./inbox
    every: 1m
    map: {title: Headline, text: Body}
`)
	if c.Store != "cayley:./graph.db" || c.Parallel != 7 || c.LogFormat != "json" || c.Interval != 2*time.Second || c.Retry.Pause != 48*time.Hour ||
		c.Retry.First != schedule.DefaultRetry.First || c.Metrics != ":9464" || c.Zone.String() != "Europe/Berlin" || len(c.Sources) != 5 {
		t.Errorf("%+v", c)
	}
	harbour, hill, tokyo, acled, inbox := c.Sources[0], c.Sources[1], c.Sources[2], c.Sources[3], c.Sources[4]
	if harbour.Line != 15 || !harbour.FullText || harbour.When.String() != "every 30m0s" || harbour.Jitter != 10*time.Second || !harbour.Robots || !harbour.Enabled ||
		harbour.MaxBytes != 20<<20 || harbour.Token.Env != "HARBOUR_TOKEN" || len(harbour.Networks) != 2 || harbour.Networks[1].String() != "10.0.0.0/8" {
		t.Errorf("%+v", harbour)
	}
	if hill.FullText || hill.Robots || hill.Enabled || hill.When.String() != "cron 30 6 * * * (Europe/Berlin)" {
		t.Errorf("%+v", hill)
	}
	if next := tokyo.When.Next(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)); next.Hour() != 0 || next.Day() != 2 || tokyo.FullText ||
		len(tokyo.Codes) != 2 || tokyo.Since.Day() != 1 || len(tokyo.Streams) != 2 {
		t.Errorf("%+v, next %v", tokyo, next)
	}
	if acled.Username.Env != "ACLED_USERNAME" || acled.Password.File != "secret/acled" || inbox.Path != "./inbox" || inbox.Map["text"] != "Body" {
		t.Errorf("%+v, %+v", acled, inbox)
	}
}

func TestPathsAreRelativeToTheFile(t *testing.T) {
	c, err := Parse("/etc/faultline/faultline.yaml", []byte("store: cayley:graph.db\nstate: /var/state\nsources:\n  - {name: a, kind: folder, path: inbox}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Store != "cayley:/etc/faultline/graph.db" || c.State != "/var/state" || c.Sources[0].Path != "/etc/faultline/inbox" {
		t.Errorf("%+v", c)
	}
}

// TestFaults wants each fault with its line, and no other.
func TestFaults(t *testing.T) {
	const good = "sources:\n  - {name: a, kind: feed, url: https://example.org/a}\n"
	feed := func(line string) string {
		return "sources:\n  - name: a\n    kind: feed\n    url: https://example.org/a\n    " + line + "\n"
	}
	for _, c := range []struct {
		text string
		want []string // "line: part of the text"
	}{
		{"", []string{"0: empty"}},
		{"# nothing\n", []string{"0: empty"}},
		{"a: [", []string{"1: did not find"}},
		{"- a\n", []string{"1: want keys with values"}},
		{"store: x:y\n", []string{"0: sources is missing"}},
		{"stroe: cayley:x\n" + good, []string{`1: unknown key "stroe": is it store?`}},
		{"parallel: many\n" + good, []string{`1: parallel: want a whole number from 1 to 64, got "many"`}},
		{"parallel: 0\n" + good, []string{"1: parallel: want a whole number"}},
		{"parallel: 2\nparallel: 3\n" + good, []string{"2: parallel: stands in line 1 already"}},
		{"timezone: Mars/Olympus\n" + good, []string{`1: timezone: "Mars/Olympus" is no time zone`}},
		{"log: xml\n" + good, []string{"1: log: want one of text, json"}},
		{"metrics: 9464\n" + good, []string{"1: metrics: \"9464\": want host:port"}},
		{"password: hunter2\n" + good, []string{"1: password: secrets do not stand in this file"}},
		{"sources: a\n", []string{`1: sources: want a list, each beginning with '- name: …'; got "a"`}},
		{"sources:\n", []string{"1: sources: want a list, each beginning with '- name: …'; got nothing"}},
		{"sources:\n  - a\n", []string{"2: source: want keys with values"}},
		{"sources:\n  - kind: feed\n", []string{"2: source: name is missing"}},
		{"sources:\n  - name: a\n", []string{"2: source a: kind is missing: one of feed, pages, gdelt, acled, folder"}},
		{"sources:\n  - name: A b\n    kind: feed\n", []string{`2: name: "A b": want small letters`}},
		{"sources:\n  - name: a\n    kind: fed\n", []string{`3: kind: want one of feed, pages, gdelt, acled, folder, got "fed"`}},
		{"sources:\n  - name: a\n    kind: feed\n", []string{"2: source a: url is missing"}},
		{"sources:\n  - {name: a, kind: acled}\n  - {name: b, kind: folder}\n  - {name: c, kind: pages}\n",
			[]string{"2: source a: username_env", "3: source b: path is missing", "4: source c: urls is missing"}},
		{good + "  - {name: a, kind: gdelt}\n", []string{"3: source a: a source in line 2 has this name"}},
		{feed("evry: 5m"), []string{`5: unknown key "evry": is it every?`}},
		{feed("every: 15min"), []string{`5: source a: every: want a time such as 30s, 15m, 6h or 1d, got "15min"`}},
		{feed("every: 0s"), []string{"5: source a: every: 0s: want from 1s"}},
		{feed("every: [1m]"), []string{"5: source a: every: want a time such as 30s, 15m, 6h or 1d, got a list"}},
		{feed("cron: 61 * * * *"), []string{"2: source a: cron \"61 * * * *\""}},
		{feed("cron: 0 0 30 2 *"), []string{"no such day"}},
		{feed("cron: '@daily'\n    every: 5m"), []string{"2: source a: every and cron: give one of the two"}},
		{feed("full_text: yes please"), []string{`5: source a: full_text: want true or false, got "yes please"`}},
		{feed("mentions: true"), []string{"5: source a: mentions is not for sources of kind feed, but for gdelt"}},
		{feed("allow_networks: [localhost]"), []string{`5: source a: allow_networks: "localhost": want networks`}},
		{feed("token: abc"), []string{"5: token: secrets do not stand in this file"}},
		{feed("token_env: abc-def"), []string{"5: source a: token_env: want the name of an environment variable"}},
		{feed("url: ftp://example.org"), []string{"5: source: url: stands in line 4 already"}},
		{"sources:\n  - {name: a, kind: feed, url: ftp://example.org}\n", []string{`2: source a: url: "ftp://example.org": want an address`, "2: source a: url is missing"}},
		{"sources:\n  - {name: a, kind: feed, url: 'https://me:pw@example.org'}\n", []string{"2: source a: url: the address of example.org has a user", "2: source a: url is missing"}},
		{"sources:\n  - {name: a, kind: gdelt, codes: [19x]}\n", []string{`2: source a: codes: "19x"`}},
		{"sources:\n  - {name: a, kind: folder, path: x, format: docx}\n", []string{"2: source a: format:"}},
		{"defaults:\n  name: x\n  every: never\n  speed: 3\n" + good,
			[]string{"2: defaults: name is each source's own", "3: every: want a time", `4: unknown key "speed"`}},
		{"a: &x [*x, *x]\n" + good, []string{`1: unknown key "a"`}},
		{"defaults: &d {every: 5m}\nsources:\n  - *d\n", []string{"3: source: want keys with values, got an alias"}},
		{feed("? [a]\n    : b"), []string{"5: source: a key must be a word"}},
	} {
		_, err := Parse("f.yaml", []byte(c.text))
		if err == nil {
			t.Errorf("%q was taken", c.text)
			continue
		}
		got := strings.Split(err.Error(), "\n")
		if len(got) != len(c.want) {
			t.Errorf("%q:\ngot  %q\nwant %q", c.text, got, c.want)
			continue
		}
		for i, want := range c.want {
			want = strings.TrimPrefix(want, "0: ")
			if !strings.Contains(strings.ReplaceAll(got[i], "f.yaml:", ""), want) || !strings.HasPrefix(got[i], "f.yaml:") {
				t.Errorf("%q:\ngot  %q\nwant %q", c.text, got[i], want)
			}
		}
		var f *Fault
		if !errors.As(err, &f) {
			t.Errorf("%q: %T is no fault", c.text, err)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.yaml")); err == nil || !strings.Contains(err.Error(), "faultline init") {
		t.Error(err)
	}
}

// TestSampleHasEveryKey takes the # from all lines of samples, and wants them
// to be good, with every key and a comment for each.
func TestSampleHasEveryKey(t *testing.T) {
	for _, feeds := range [][]string{nil, {"https://www.example.org/feed.xml", "http://127.0.0.1:8080/a", "http://127.0.0.1:8080/b"}} {
		text, err := Sample(feeds)
		if err != nil {
			t.Fatal(err)
		}
		c := parse(t, text)
		if want := max(1, len(feeds)); len(c.Sources) != want || c.Store != "cayley:./faultline.db" {
			t.Errorf("%+v", c)
		}
		if len(feeds) > 0 {
			if s := c.Sources[0]; s.Name != "example-org" || s.URL != feeds[0] || !s.FullText || len(s.Networks) != 0 {
				t.Errorf("%+v", s)
			}
			if s := c.Sources[2]; s.Name != "127-0-0-1-2" || s.Networks[0].String() != "127.0.0.1/32" {
				t.Errorf("%+v", s)
			}
		}
		seen := map[string]bool{}
		var all []string
		keyLine := regexp.MustCompile(`^#?( *(?:- )?)([a-z_]+):( .*)?  # \S`)
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			m := keyLine.FindStringSubmatch(line)
			switch {
			case m == nil && strings.HasPrefix(line, "#") && strings.HasSuffix(line, ":"), strings.HasPrefix(line, "#  every: "): // defaults
			case m == nil && !strings.HasPrefix(strings.TrimSpace(line), "#") && line != "" && line != "sources:":
				t.Errorf("a line without a comment: %q", line)
			case m != nil:
				seen[m[2]] = true
			}
			if m != nil && m[2] != "cron" {
				line = strings.TrimPrefix(line, "#")
			}
			all = append(all, line)
		}
		var names []string
		for _, k := range globalKeys() {
			names = append(names, k.name)
		}
		names = append(names, sourceNames("")...)
		for _, name := range names {
			if !seen[name] {
				t.Errorf("the sample of %q lacks %s", feeds, name)
			}
		}
		full := parse(t, strings.Join(all, "\n"))
		kinds := map[Kind]bool{}
		for _, s := range full.Sources {
			kinds[s.Kind] = true
		}
		if len(kinds) != len(Kinds()) {
			t.Errorf("the sample of %q has the kinds %v", feeds, kinds)
		}
	}
	for _, bad := range []string{"", "example.org/feed", "ftp://example.org", "https://me:pw@example.org/", "https://example.org/#\nstore: x"} {
		if text, err := Sample([]string{bad}); err == nil {
			t.Errorf("%q was taken: %s", bad, text[:40])
		}
	}
}

func TestSecrets(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "secret")
	if err := os.WriteFile(file, []byte("from file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(name string) (string, bool) { return "from env", name == "SET" }
	for _, c := range []struct {
		secret Secret
		want   string
		fails  bool
	}{
		{Secret{}, "", false},
		{Secret{Env: "SET"}, "from env", false},
		{Secret{Env: "UNSET"}, "", true},
		{Secret{File: file}, "from file", false},
		{Secret{File: empty}, "", true},
		{Secret{File: filepath.Join(dir, "none")}, "", true},
	} {
		if got, err := c.secret.Get(env); got != c.want || (err != nil) != c.fails {
			t.Errorf("%+v: %q, %v", c.secret, got, err)
		}
	}
}

// FuzzParse wants any text to be a configuration or faults of its lines.
func FuzzParse(f *testing.F) {
	sample, err := Sample(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sample)
	for _, s := range []string{"", "a: b", "sources: [{name: a, kind: feed, url: 'http://x'}]", "sources:\n - name: a\n   kind: gdelt\n   since: 2024-01-01\n   every: 1d",
		"defaults: {every: 1h}\nsources: []", "x: &a [*a]", "? {a: b}\n: c", "sources: [{name: a, kind: folder, path: p, map: {a: b}}]", "!!binary x: y", "\r\r\r\r00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("f.yaml", []byte(text))
		if (c == nil) == (err == nil) {
			t.Fatalf("%v, %v", c, err)
		}
		lines := 2
		for _, r := range text {
			if strings.ContainsRune("\n\r\u0085\u2028\u2029", r) { // all of them end a line of YAML
				lines++
			}
		}
		if err != nil {
			for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
				var fault *Fault
				if !errors.As(e, &fault) || fault.Line < 0 || fault.Line > lines {
					t.Fatalf("%v of %d lines", e, lines)
				}
			}
			return
		}
		names := map[string]bool{}
		for _, s := range c.Sources {
			if names[s.Name] || !slices.Contains(Kinds(), s.Kind) || s.When.String() == "" {
				t.Fatalf("%+v", s)
			}
			names[s.Name] = true
		}
	})
}
