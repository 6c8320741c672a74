package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// reader collects what is wrong in a file while it reads it.
type reader struct {
	file   string
	folder string
	faults []*Fault
}

func (r *reader) fault(line int, format string, args ...any) {
	r.faults = append(r.faults, &Fault{r.file, line, fmt.Sprintf(format, args...)})
}

// maxFile is far above any file that a person writes.
const maxFile = 4 << 20

// read reads the whole text into c.
func (r *reader) read(c *Config, text []byte) {
	if len(text) > maxFile {
		r.fault(0, "%d bytes, at most %d", len(text), maxFile)
		return
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		line, what := yamlLine(err)
		r.fault(line, "%s", what)
		return
	}
	if len(doc.Content) == 0 {
		r.fault(0, "the file is empty: write one with 'faultline init'")
		return
	}
	root := doc.Content[0]
	var sources, defaults *yaml.Node
	r.mapping(root, "", func(key, value *yaml.Node) {
		switch key.Value {
		case "sources":
			sources = value
		case "defaults":
			defaults = value
		default:
			k := find(globalKeys(), key.Value)
			if k == nil {
				r.unknown(key, globalNames())
				return
			}
			r.apply(key, k.set(r, c, value))
		}
	})
	r.sources(c, sources, defaults)
	if sources == nil && root.Kind == yaml.MappingNode {
		r.fault(0, "sources is missing: there is nothing to load")
	}
}

// yamlLine takes the line out of an error of the YAML parser.
func yamlLine(err error) (line int, what string) {
	what = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(what, "line "); ok {
		if n, rest, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(n); err == nil {
				return line, rest
			}
		}
	}
	return 0, what
}

// mapping calls each for the keys of a mapping, each key once.
func (r *reader) mapping(n *yaml.Node, of string, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.fault(n.Line, "%swant keys with values, got %s", of, kindOf(n))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.fault(key.Line, "%sa key must be a word", of)
			continue
		}
		if first := seen[key.Value]; first != 0 {
			r.fault(key.Line, "%s%s: stands in line %d already", of, key.Value, first)
			continue
		}
		seen[key.Value] = key.Line
		each(key, value)
	}
}

// apply notes the error of a key, if there is one.
func (r *reader) apply(key *yaml.Node, err error) {
	if err != nil {
		r.fault(key.Line, "%s: %v", key.Value, err)
	}
}

func (r *reader) unknown(key *yaml.Node, known []string) {
	if strings.Contains(key.Value, "password") || strings.Contains(key.Value, "token") || strings.Contains(key.Value, "secret") {
		r.fault(key.Line, "%s: secrets do not stand in this file: name an environment variable (…_env) or a file (…_file)", key.Value)
		return
	}
	hint := ""
	if near := nearest(key.Value, known); near != "" {
		hint = ": is it " + near + "?"
	}
	r.fault(key.Line, "unknown key %s%s", strconv.Quote(key.Value), hint)
}

// sources reads the list of sources, over the defaults.
func (r *reader) sources(c *Config, list, defaults *yaml.Node) {
	if defaults != nil {
		r.mapping(defaults, "defaults: ", func(key, value *yaml.Node) {
			switch k := find(sourceKeys(), key.Value); {
			case key.Value == "name" || key.Value == "kind":
				r.fault(key.Line, "defaults: %s is each source's own", key.Value)
			case k == nil:
				r.unknown(key, sourceNames(""))
			default:
				r.apply(key, k.set(r, &Source{}, value))
			}
		})
		if defaults.Kind != yaml.MappingNode {
			defaults = nil
		}
	}
	if list == nil {
		return
	}
	if list.Kind != yaml.SequenceNode {
		r.fault(list.Line, "sources: want a list, each beginning with '- name: …'; got %s", kindOf(list))
		return
	}
	names := map[string]int{}
	for _, n := range list.Content {
		s, ok := r.source(n, defaults)
		if !ok {
			continue
		}
		if first := names[s.Name]; first != 0 {
			r.fault(s.Line, "source %s: a source in line %d has this name", s.Name, first)
			continue
		}
		names[s.Name] = s.Line
		before := len(r.faults)
		r.finish(c, &s)
		if len(r.faults) == before {
			c.Sources = append(c.Sources, s)
		}
	}
}

// source reads one source; it is false when it has no name or kind.
func (r *reader) source(n, defaults *yaml.Node) (Source, bool) {
	s := Source{Line: n.Line, Enabled: true, Robots: true}
	var kind *yaml.Node
	timed := false // it has times of its own
	before := len(r.faults)
	r.mapping(n, "source: ", func(key, value *yaml.Node) {
		switch key.Value {
		case "every", "cron":
			timed = true
		case "name":
			r.apply(key, setName(&s, value))
		case "kind":
			kind = value
			r.apply(key, setKind(&s, value))
		}
	})
	switch {
	case n.Kind != yaml.MappingNode || len(r.faults) > before:
		return s, false
	case s.Name == "":
		r.fault(n.Line, "source: name is missing")
		return s, false
	case kind == nil:
		r.fault(n.Line, "source %s: kind is missing: one of %s", s.Name, joined(Kinds()))
		return s, false
	}
	if defaults != nil {
		for i := 0; i+1 < len(defaults.Content); i += 2 {
			name := defaults.Content[i].Value
			if timed && (name == "every" || name == "cron") {
				continue
			}
			if k := find(sourceKeys(), name); k != nil && k.fits(s.Kind) {
				_ = k.set(r, &s, defaults.Content[i+1]) // its faults are told once, of the defaults
			}
		}
	}
	r.again(n, func(key, value *yaml.Node) {
		k := find(sourceKeys(), key.Value)
		switch {
		case k == nil:
			r.unknown(key, sourceNames(s.Kind))
		case !k.fits(s.Kind):
			r.fault(key.Line, "source %s: %s is not for sources of kind %s, but for %s", s.Name, k.name, s.Kind, joined(k.kinds))
		default:
			if err := k.set(r, &s, value); err != nil {
				r.fault(key.Line, "source %s: %s: %v", s.Name, k.name, err)
			}
		}
	})
	return s, true
}

// again goes over a mapping that has been checked.
func (r *reader) again(n *yaml.Node, each func(key, value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.Kind == yaml.ScalarNode && !seen[key.Value] {
			seen[key.Value] = true
			each(key, n.Content[i+1])
		}
	}
}

func joined[S ~string](list []S) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias, which this file does not have"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return strconv.Quote(n.Value)
	}
	return "nothing"
}

// The values of keys.

func text(n *yaml.Node) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
		return "", fmt.Errorf("want a text, got %s", kindOf(n))
	}
	return n.Value, nil
}

func texts(n *yaml.Node) ([]string, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("want a list such as [a, b], got %s", kindOf(n))
	}
	var list []string
	for _, c := range n.Content {
		s, err := text(c)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

func yes(n *yaml.Node) (bool, error) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!bool" {
		switch strings.ToLower(n.Value) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
	}
	return false, fmt.Errorf("want true or false, got %s", kindOf(n))
}

func number(n *yaml.Node, least, most int64) (int64, error) {
	v, err := strconv.ParseInt(n.Value, 10, 64)
	if n.Kind != yaml.ScalarNode || err != nil || v < least || v > most {
		return 0, fmt.Errorf("want a whole number from %d to %d, got %s", least, most, kindOf(n))
	}
	return v, nil
}

// span reads a duration; besides Go's units it knows d for days.
func span(n *yaml.Node, least, most time.Duration) (time.Duration, error) {
	s := n.Value
	d, err := time.ParseDuration(s)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var k int64
		if k, err = strconv.ParseInt(days, 10, 16); err == nil {
			d = time.Duration(k) * 24 * time.Hour
		}
	}
	if n.Kind != yaml.ScalarNode || err != nil {
		return 0, fmt.Errorf("want a time such as 30s, 15m, 6h or 1d, got %s", kindOf(n))
	}
	if d < least || d > most {
		return 0, fmt.Errorf("%s: want from %v to %v", s, least, most)
	}
	return d, nil
}

func bytesOf(n *yaml.Node) (int64, error) {
	s, unit := n.Value, int64(1)
	for _, u := range []struct {
		suffix string
		bytes  int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}} {
		if rest, ok := strings.CutSuffix(s, u.suffix); ok {
			s, unit = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	v, err := strconv.ParseInt(s, 10, 32)
	if n.Kind != yaml.ScalarNode || err != nil || v < 1 {
		return 0, fmt.Errorf("want a size such as 500KiB or 20MiB, got %s", kindOf(n))
	}
	return v * unit, nil
}

func location(n *yaml.Node) (*time.Location, error) {
	s, err := text(n)
	if err != nil {
		return nil, err
	}
	if s == "Local" {
		return nil, errors.New("want a name such as Europe/Berlin: the local time differs from machine to machine")
	}
	z, err := time.LoadLocation(s)
	if err != nil {
		return nil, fmt.Errorf("%q is no time zone: want a name such as Europe/Berlin or UTC", s)
	}
	return z, nil
}

func instant(n *yaml.Node) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, n.Value); n.Kind == yaml.ScalarNode && err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("want a day such as 2024-03-01 or a time such as 2024-03-01T12:00:00Z, got %s", kindOf(n))
}

func address(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("%q: want an address such as https://example.org/feed.xml", s)
	}
	if u.User != nil {
		return "", fmt.Errorf("the address of %s has a user or password: secrets do not stand in this file", u.Host)
	}
	return s, nil
}

func networks(n *yaml.Node) ([]netip.Prefix, error) {
	list, err := texts(n)
	if err != nil {
		return nil, err
	}
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if a, e := netip.ParseAddr(s); e == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q: want networks such as 127.0.0.0/8 or 10.1.2.3", s)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func choice(n *yaml.Node, of ...string) (string, error) {
	if n.Kind == yaml.ScalarNode && slices.Contains(of, n.Value) {
		return n.Value, nil
	}
	return "", fmt.Errorf("want one of %s, got %s", strings.Join(of, ", "), kindOf(n))
}

// path joins a path to the file's folder.
func (r *reader) path(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err != nil {
		return "", err
	}
	return r.joined(s), nil
}

func (r *reader) joined(path string) string {
	if filepath.IsAbs(path) || r.folder == "." {
		return path
	}
	return filepath.Join(r.folder, path)
}

// nearest is the known word that is closest to one that may be misspelt, ""
// if none is close.
func nearest(word string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := edits(word, k); d < least && d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// edits is the Levenshtein distance.
func edits(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next := min(row[j+1]+1, row[j]+1, diagonal+cost)
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
