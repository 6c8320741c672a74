package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"faultline/ingest/schedule"
	"faultline/schema"
)

// Kind is what sort of source it is.
type Kind string

// The kinds of source.
const (
	Feed   Kind = "feed"   // RSS, Atom or JSON Feed
	Pages  Kind = "pages"  // web pages at fixed addresses
	GDELT  Kind = "gdelt"  // GDELT 2.0, a file each quarter of an hour
	ACLED  Kind = "acled"  // the API of ACLED
	Folder Kind = "folder" // files that are put into a folder
)

// Kinds returns all kinds.
func Kinds() []Kind { return []Kind{Feed, Pages, GDELT, ACLED, Folder} }

// Config is a whole file. Paths in it are relative to the file's folder, and
// have been joined to it.
type Config struct {
	Store     string // "" if the file does not say
	State     string // folder of what is remembered of the sources; "" is in the store
	Zone      *time.Location
	Parallel  int    // loads beside each other
	Workers   int    // reports coded at a time, in each load; 0 is as many as there are processors
	Metrics   string // address to listen at, "" for none
	LogFormat string // "text" or "json"
	LogLevel  slog.Level
	UserAgent string        // "" is the program's own
	Interval  time.Duration // between two requests to one host: 0 is the program\'s own, below 0 none
	Retry     schedule.Retry
	Sources   []Source
}

// Source is one source. Which fields count depends on its kind.
type Source struct {
	Line    int // where it stands in the file
	Name    string
	Kind    Kind
	Enabled bool

	// When it is polled.
	Every  time.Duration
	Cron   string
	Zone   *time.Location // nil is the file's
	When   schedule.When  // of the three above
	Jitter time.Duration
	Stall  time.Duration

	// Of the net.
	URL       string   // of a feed or an API; GDELT's folder
	URLs      []string // of pages
	Networks  []netip.Prefix
	Robots    bool          // robots.txt is kept to
	Interval  time.Duration // between two requests to one host: 0 is the file's, below 0 none
	Timeout   time.Duration // of a request, 0 is a minute
	MaxBytes  int64         // of a document, 0 is 10 MiB
	FullText  bool
	Publisher string
	Language  string
	Token     Secret // sent as a bearer token

	// Of coded sources.
	Username    Secret
	Password    Secret
	Streams     []string
	Mentions    bool
	Since       time.Time
	Countries   []string
	Actors      []string
	Codes       []schema.Code
	MinMentions int
	RootOnly    bool
	Dedup       string
	Window      time.Duration
	MaxSlots    int
	EventTypes  []string

	// Of folders.
	Path    string
	Format  string
	Charset string
	Map     map[string]string // field of a report to column
}

// Fault is something wrong in a file.
type Fault struct {
	File string
	Line int // 1-based; 0 for the file as a whole
	Text string
}

// Error gives file, line and what is wrong.
func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// Read reads a file. The error joins a *Fault for all that is wrong in it.
func Read(path string) (*Config, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such file: write one with 'faultline init'", path)
	}
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return Parse(path, b)
}

// Parse reads the text of a file at a path.
func Parse(path string, text []byte) (*Config, error) {
	c := &Config{
		Zone: time.UTC, Parallel: 4, LogFormat: "text", LogLevel: slog.LevelInfo, Retry: schedule.DefaultRetry,
	}
	r := &reader{file: path, folder: filepath.Dir(path)}
	r.read(c, text)
	if len(r.faults) == 0 {
		return c, nil
	}
	slices.SortStableFunc(r.faults, func(a, b *Fault) int { return a.Line - b.Line })
	errs := make([]error, len(r.faults))
	for i, f := range r.faults {
		errs[i] = f
	}
	return nil, errors.Join(errs...)
}

// finish checks what no single key can tell, and works out the times.
func (r *reader) finish(c *Config, s *Source) {
	fault := func(format string, args ...any) {
		r.fault(s.Line, "source %s: %s", s.Name, fmt.Sprintf(format, args...))
	}
	switch s.Kind {
	case Feed:
		if s.URL == "" {
			fault("url is missing")
		}
	case Pages:
		if len(s.URLs) == 0 {
			fault("urls is missing")
		}
	case ACLED:
		if s.Username.IsZero() || s.Password.IsZero() {
			fault("username_env or username_file, and password_env or password_file, are missing")
		}
	case Folder:
		if s.Path == "" {
			fault("path is missing")
		}
	}
	zone := s.Zone
	if zone == nil {
		zone = c.Zone
	}
	var err error
	switch {
	case s.Every != 0 && s.Cron != "":
		fault("every and cron: give one of the two")
	case s.Cron != "":
		s.When, err = schedule.Cron(s.Cron, zone, s.Name)
	default:
		if s.Every == 0 {
			s.Every = 15 * time.Minute
		}
		s.When, err = schedule.Every(s.Every)
	}
	if err != nil {
		fault("%v", err)
	}
}

// Secret names what has a secret: an environment variable or a file.
type Secret struct {
	Env  string
	File string
}

// IsZero reports whether the secret is not given.
func (s Secret) IsZero() bool { return s == Secret{} }

// Get reads the secret: from the environment as lookup has it, or from the
// file, whose last line break does not count. A secret that is not given is
// "". The error names where it should be, never what is there.
func (s Secret) Get(lookup func(string) (string, bool)) (string, error) {
	switch {
	case s.Env != "":
		v, ok := lookup(s.Env)
		if !ok || v == "" {
			return "", fmt.Errorf("the environment variable %s is not set", s.Env)
		}
		return v, nil
	case s.File != "":
		b, err := os.ReadFile(s.File)
		if err != nil {
			return "", fmt.Errorf("reading a secret: %w", err)
		}
		v := strings.TrimRight(string(b), "\r\n")
		if v == "" {
			return "", fmt.Errorf("%s: the secret is empty", s.File)
		}
		return v, nil
	}
	return "", nil
}
