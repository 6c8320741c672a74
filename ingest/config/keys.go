package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"faultline/ingest/sheet"
	"faultline/ingest/source"
	"faultline/schema"
)

// key is one key of the file: how it is read, and what a person is told of
// it.
type key[T any] struct {
	name   string
	kinds  []Kind // of source that have it; nil is all
	need   bool   // must be given
	sample string // a value for the sample file
	doc    string
	set    func(*reader, *T, *yaml.Node) error
}

func (k key[T]) fits(kind Kind) bool { return k.kinds == nil || slices.Contains(k.kinds, kind) }

func find[T any](list []key[T], name string) *key[T] {
	for i := range list {
		if list[i].name == name {
			return &list[i]
		}
	}
	return nil
}

func globalNames() []string {
	names := []string{"defaults", "sources"}
	for _, k := range globalKeys() {
		names = append(names, k.name)
	}
	return names
}

// sourceNames are the keys of a kind of source, of all kinds when it is "".
func sourceNames(kind Kind) []string {
	var names []string
	for _, k := range sourceKeys() {
		if kind == "" || k.fits(kind) {
			names = append(names, k.name)
		}
	}
	return names
}

// put makes a setter of a parser and a field.
func put[T, V any](parse func(*yaml.Node) (V, error), at func(*T) *V) func(*reader, *T, *yaml.Node) error {
	return func(_ *reader, t *T, n *yaml.Node) error {
		v, err := parse(n)
		if err == nil {
			*at(t) = v
		}
		return err
	}
}

// putPath is put for a path that is relative to the file.
func putPath[T any](at func(*T) *string) func(*reader, *T, *yaml.Node) error {
	return func(r *reader, t *T, n *yaml.Node) error {
		v, err := r.path(n)
		if err == nil {
			*at(t) = v
		}
		return err
	}
}

func spans(least, most time.Duration) func(*yaml.Node) (time.Duration, error) {
	return func(n *yaml.Node) (time.Duration, error) { return span(n, least, most) }
}

// pause reads a time between requests; 0s is none, told by a negative one.
func pause(n *yaml.Node) (time.Duration, error) {
	d, err := span(n, 0, time.Hour)
	if err == nil && d == 0 {
		d = -1
	}
	return d, err
}

func numbers(least, most int64) func(*yaml.Node) (int, error) {
	return func(n *yaml.Node) (int, error) {
		v, err := number(n, least, most)
		return int(v), err
	}
}

func choices(of ...string) func(*yaml.Node) (string, error) {
	return func(n *yaml.Node) (string, error) { return choice(n, of...) }
}

const (
	day  = 24 * time.Hour
	year = 366 * day
)

// globalKeys are the keys at the top of the file, in the order of the sample.
func globalKeys() []key[Config] {
	return []key[Config]{
		{"store", nil, false, "cayley:./faultline.db", "the graph; --store and $FAULTLINE_STORE come first",
			func(r *reader, c *Config, n *yaml.Node) error {
				s, err := text(n)
				if err != nil {
					return err
				}
				if scheme, path, ok := strings.Cut(s, ":"); ok && scheme == "cayley" && path != "" {
					s = scheme + ":" + r.joined(path)
				}
				c.Store = s
				return nil
			}},
		{"state", nil, false, "./state", "folder that remembers how far each source was read; else it lies in the store's folder",
			putPath(func(c *Config) *string { return &c.State })},
		{"timezone", nil, false, "UTC", "of cron expressions: a name such as Europe/Berlin",
			put(location, func(c *Config) **time.Location { return &c.Zone })},
		{"parallel", nil, false, "4", "how many sources are loaded beside each other",
			put(numbers(1, 64), func(c *Config) *int { return &c.Parallel })},
		{"workers", nil, false, "2", "how many reports each load codes at a time; else one for each processor",
			put(numbers(1, 256), func(c *Config) *int { return &c.Workers })},
		{"metrics", nil, false, "localhost:9464", "address of /metrics, /healthz and /readyz; else there is none",
			put(listen, func(c *Config) *string { return &c.Metrics })},
		{"log", nil, false, "text", "form of the log: text or json",
			put(choices("text", "json"), func(c *Config) *string { return &c.LogFormat })},
		{"log_level", nil, false, "info", "debug (also runs that brought nothing), info, warn or error",
			put(level, func(c *Config) *slog.Level { return &c.LogLevel })},
		{"user_agent", nil, false, `"our-desk/1.0 (+https://example.org/bot)"`, "what servers are told; say how to reach you",
			put(text, func(c *Config) *string { return &c.UserAgent })},
		{"interval", nil, false, "1s", "at least so long between two requests to one host, over all sources; 0s is none",
			put(pause, func(c *Config) *time.Duration { return &c.Interval })},
		{"retry_first", nil, false, "1m", "a source that failed is tried again after so long, then after twice as long, …",
			put(spans(time.Second, day), func(c *Config) *time.Duration { return &c.Retry.First })},
		{"retry_longest", nil, false, "6h", "… but not longer than this",
			put(spans(time.Second, 30*day), func(c *Config) *time.Duration { return &c.Retry.Longest })},
		{"break_after", nil, false, "5", "after so many failures in a row a source is let alone …",
			put(numbers(1, 1000), func(c *Config) *int { return &c.Retry.Break })},
		{"break_pause", nil, false, "1h", "… for so long, then tried once, then for twice as long, …",
			put(spans(time.Second, 30*day), func(c *Config) *time.Duration { return &c.Retry.Pause })},
	}
}

// sourceKeys are the keys of a source, in the order of the sample.
func sourceKeys() []key[Source] {
	net := []Kind{Feed, Pages, GDELT, ACLED}
	texty := []Kind{Feed, Pages, Folder}
	coded := []Kind{GDELT, ACLED}
	return []key[Source]{
		{"name", nil, true, "", "in loads, logs and metrics: small letters, digits, - and _",
			func(_ *reader, s *Source, n *yaml.Node) error { return setName(s, n) }},
		{"kind", nil, true, "", "feed, pages, gdelt, acled or folder",
			func(_ *reader, s *Source, n *yaml.Node) error { return setKind(s, n) }},
		{"enabled", nil, false, "true", "false switches the source off and forgets nothing",
			put(yes, func(s *Source) *bool { return &s.Enabled })},

		{"url", []Kind{Feed, ACLED}, true, "https://example.org/feed.xml", "of the feed",
			put(address, func(s *Source) *string { return &s.URL })},
		{"urls", []Kind{Pages}, true, "[https://example.org/statements, https://example.org/news]", "of the pages",
			put(addresses, func(s *Source) *[]string { return &s.URLs })},
		{"base", []Kind{GDELT}, false, "http://data.gdeltproject.org/gdeltv2", "where its files are; for a mirror",
			put(address, func(s *Source) *string { return &s.URL })},
		{"path", []Kind{Folder}, true, "./inbox", "the folder; what is put there is loaded, and loaded again when it changes",
			putPath(func(s *Source) *string { return &s.Path })},

		{"every", nil, false, "15m", "how often it is polled: 30s, 15m, 6h, 1d; or give cron",
			put(spans(time.Second, year), func(s *Source) *time.Duration { return &s.Every })},
		{"cron", nil, false, `"30 6 * * MON-FRI"`, "minute, hour, day of month, month, day of week; H is a number made of the name",
			put(text, func(s *Source) *string { return &s.Cron })},
		{"timezone", nil, false, "Europe/Berlin", "of cron",
			put(location, func(s *Source) **time.Location { return &s.Zone })},
		{"jitter", nil, false, "1m", "up to so long is added to each time, so that sources do not all come at once",
			put(spans(0, day), func(s *Source) *time.Duration { return &s.Jitter })},
		{"stall", nil, false, "10m", "a poll of which nothing comes for so long has failed",
			put(spans(time.Second, day), func(s *Source) *time.Duration { return &s.Stall })},

		{"full_text", []Kind{Feed}, false, "true", "read the article behind each item, not only what the feed has of it",
			put(yes, func(s *Source) *bool { return &s.FullText })},
		{"publisher", texty, false, "Harbour Post", "the outlet, in place of what the source says",
			put(text, func(s *Source) *string { return &s.Publisher })},
		{"language", []Kind{Feed, Pages}, false, "en", "of the texts, in place of what they say",
			put(language, func(s *Source) *string { return &s.Language })},
		{"format", []Kind{Folder}, false, "jsonl", "of the files; else each is recognised: " + joined(source.Formats()),
			put(format, func(s *Source) *string { return &s.Format })},
		{"charset", []Kind{Folder}, false, "windows-1256", "of files that are no UTF-8 and do not say; else windows-1252",
			put(text, func(s *Source) *string { return &s.Charset })},
		{"map", []Kind{Folder}, false, "{title: Headline, text: Body, published: Date}", "of CSV files: which column is what",
			put(columns, func(s *Source) *map[string]string { return &s.Map })},

		{"username_env", []Kind{ACLED}, true, "ACLED_USERNAME", "environment variable with the account's e-mail address",
			put(variable, func(s *Source) *string { return &s.Username.Env })},
		{"username_file", []Kind{ACLED}, false, "./acled-username", "or a file with it",
			putPath(func(s *Source) *string { return &s.Username.File })},
		{"password_env", []Kind{ACLED}, true, "ACLED_PASSWORD", "environment variable with the password",
			put(variable, func(s *Source) *string { return &s.Password.Env })},
		{"password_file", []Kind{ACLED}, false, "./acled-password", "or a file with it",
			putPath(func(s *Source) *string { return &s.Password.File })},

		{"streams", []Kind{GDELT}, false, "[english, translated]", "which files; else english",
			put(streams, func(s *Source) *[]string { return &s.Streams })},
		{"mentions", []Kind{GDELT}, false, "true", "also each mention of an event, a claim with its outlet and link",
			put(yes, func(s *Source) *bool { return &s.Mentions })},
		{"since", coded, false, "2026-11-01", "begin here; else GDELT begins with the newest file, ACLED with all there is",
			put(instant, func(s *Source) *time.Time { return &s.Since })},
		{"countries", coded, false, "[SYR, TUR, RUS]", "only events with an actor or place there; GDELT: ISO codes, ACLED: English names",
			put(texts, func(s *Source) *[]string { return &s.Countries })},
		{"actors", []Kind{GDELT}, false, "[SYRREB, IGOUNO]", "only events with an actor whose CAMEO code begins so",
			put(texts, func(s *Source) *[]string { return &s.Actors })},
		{"codes", []Kind{GDELT}, false, `["18", "19", "20"]`, "only events whose CAMEO code begins so",
			put(codes, func(s *Source) *[]schema.Code { return &s.Codes })},
		{"event_types", []Kind{ACLED}, false, "[Battles, Protests]", "only events of these types",
			put(texts, func(s *Source) *[]string { return &s.EventTypes })},
		{"min_mentions", []Kind{GDELT}, false, "3", "only events mentioned so often in their first quarter of an hour",
			put(numbers(0, 1_000_000), func(s *Source) *int { return &s.MinMentions })},
		{"root_only", []Kind{GDELT}, false, "true", "only events of an article's first paragraph",
			put(yes, func(s *Source) *bool { return &s.RootOnly })},
		{"dedup", []Kind{GDELT}, false, "article", "article takes each act of an article once; id takes all rows",
			put(choices("id", "article"), func(s *Source) *string { return &s.Dedup })},
		{"window", []Kind{GDELT}, false, "24h", "mentions of events up to so old are understood",
			put(spans(0, 30*day), func(s *Source) *time.Duration { return &s.Window })},
		{"max_slots", []Kind{GDELT}, false, "96", "how many quarters of an hour one load takes when there is much to catch up",
			put(numbers(1, 10_000), func(s *Source) *int { return &s.MaxSlots })},

		{"token_env", []Kind{Feed, Pages}, false, "HARBOUR_TOKEN", "environment variable with a token that the server wants (Authorization: Bearer)",
			put(variable, func(s *Source) *string { return &s.Token.Env })},
		{"token_file", []Kind{Feed, Pages}, false, "./harbour-token", "or a file with it",
			putPath(func(s *Source) *string { return &s.Token.File })},
		{"allow_networks", net, false, "[10.0.0.0/8]", "private networks that this source may reach; else none",
			put(networks, func(s *Source) *[]netip.Prefix { return &s.Networks })},
		{"robots", net, false, "obey", "obey or ignore robots.txt; ignore only what is your own",
			func(_ *reader, s *Source, n *yaml.Node) error {
				v, err := choice(n, "obey", "ignore")
				s.Robots = v == "obey" || err != nil
				return err
			}},
		{"interval", net, false, "5s", "at least so long between two requests to one host",
			put(pause, func(s *Source) *time.Duration { return &s.Interval })},
		{"timeout", net, false, "1m", "of one request",
			put(spans(time.Second, time.Hour), func(s *Source) *time.Duration { return &s.Timeout })},
		{"max_bytes", net, false, "10MiB", "larger documents are refused",
			put(bytesOf, func(s *Source) *int64 { return &s.MaxBytes })},
	}
}

func setName(s *Source, n *yaml.Node) error {
	v, err := text(n)
	if err != nil {
		return err
	}
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`).MatchString(v) {
		return fmt.Errorf("%.80q: want small letters, digits, - and _, at most 63", v)
	}
	s.Name = v
	return nil
}

func setKind(s *Source, n *yaml.Node) error {
	of := make([]string, 0, 5)
	for _, k := range Kinds() {
		of = append(of, string(k))
	}
	v, err := choice(n, of...)
	s.Kind = Kind(v)
	return err
}

func listen(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err != nil {
		return "", err
	}
	if _, port, err := net.SplitHostPort(s); err != nil || port == "" {
		return "", fmt.Errorf("%q: want host:port or :port", s)
	}
	return s, nil
}

func level(n *yaml.Node) (l slog.Level, err error) {
	s, err := choice(n, "debug", "info", "warn", "error")
	if err == nil {
		err = l.UnmarshalText([]byte(s))
	}
	return l, err
}

func addresses(n *yaml.Node) ([]string, error) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return nil, fmt.Errorf("want a list of addresses, got %s", kindOf(n))
	}
	var list []string
	for _, c := range n.Content {
		a, err := address(c)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

func variable(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err == nil && !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(s) {
		err = errors.New("want the name of an environment variable, not the secret itself")
	}
	return s, err
}

func streams(n *yaml.Node) ([]string, error) {
	list, err := texts(n)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if s != "english" && s != "translated" {
			return nil, fmt.Errorf("%q: want english and translated, or one of them", s)
		}
	}
	return list, nil
}

func codes(n *yaml.Node) ([]schema.Code, error) {
	list, err := texts(n)
	if err != nil {
		return nil, err
	}
	var out []schema.Code
	for _, s := range list {
		if !regexp.MustCompile(`^[0-9]{2,4}$`).MatchString(s) {
			return nil, fmt.Errorf("%q: want the first two to four digits of CAMEO codes, in quotes", s)
		}
		out = append(out, schema.Code(s))
	}
	return out, nil
}

func language(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err == nil && !regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`).MatchString(s) {
		err = fmt.Errorf("%q: want a language such as en or pt-BR", s)
	}
	return s, err
}

func format(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err == nil {
		err = source.Format(s).Validate()
	}
	return s, err
}

func columns(n *yaml.Node) (map[string]string, error) {
	if n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("want {title: Headline, …}, got %s", kindOf(n))
	}
	m := map[string]string{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		field, err := text(n.Content[i])
		if err != nil {
			return nil, err
		}
		column, err := text(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		m[field] = column
	}
	return m, sheet.Mapping(m).Validate()
}
