package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	cron "github.com/netresearch/go-cron"
)

// When says at which times a source is polled. Make one with Every or Cron.
type When struct {
	text  string
	every time.Duration // 0 for cron
	cron  cron.Schedule
	zone  *time.Location
}

// shortest keeps a slip of the pen from flooding a server.
const shortest = time.Second

// Every polls so long after the start of the last poll.
func Every(d time.Duration) (When, error) {
	if d < shortest {
		return When{}, fmt.Errorf("every %v: want at least %v", d, shortest)
	}
	return When{text: "every " + d.String(), every: d}, nil
}

// Cron polls at the times of a cron expression in a time zone: minute, hour,
// day of month, month, day of week; when both days are given either will do.
// @hourly, @daily, @weekly, @monthly and @yearly stand for the usual ones. An
// H stands for a number that name decides, so that sources with one
// expression do not all come at once. When clocks are put forward, a time
// that is left out comes right after; when they are put back, one that is
// there twice comes once for each.
func Cron(expr string, zone *time.Location, name string) (When, error) {
	expr = strings.TrimSpace(expr)
	if strings.HasPrefix(expr, "TZ=") || strings.HasPrefix(expr, "CRON_TZ=") {
		return When{}, fmt.Errorf("cron %q: the time zone has a key of its own", expr)
	}
	if strings.HasPrefix(expr, "@every") {
		return When{}, fmt.Errorf("cron %q: give an interval instead", expr)
	}
	const fields = cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor | cron.DowOrDom | cron.Hash
	s, err := cron.MustNewParser(fields).WithHashKey(name).Parse(expr)
	if err != nil {
		return When{}, fmt.Errorf("cron %q: %w", expr, err)
	}
	w := When{text: fmt.Sprintf("cron %s (%s)", expr, zone), cron: s, zone: zone}
	if w.Next(time.Unix(0, 0)).IsZero() {
		return When{}, fmt.Errorf("cron %q: %w", expr, errNever)
	}
	return w, nil
}

var errNever = errors.New("there is no such day")

// Next is the first time after t, in UTC.
func (w When) Next(t time.Time) time.Time {
	if w.cron == nil {
		return t.UTC().Add(w.every)
	}
	next := w.cron.Next(t.In(w.zone))
	if next.IsZero() {
		return next
	}
	return next.UTC()
}

// String tells the times in words: "every 15m0s", "cron 30 6 * * * (UTC)".
func (w When) String() string { return w.text }
