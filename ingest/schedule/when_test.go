package schedule

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestCron(t *testing.T) {
	for _, c := range []struct {
		expr, zone, after string
		want              []string
	}{
		{"*/15 * * * *", "UTC", "2024-03-01T11:52:10Z", []string{"2024-03-01T12:00:00Z", "2024-03-01T12:15:00Z"}},
		{"30 6 * * *", "Europe/Berlin", "2024-03-01T00:00:00Z", []string{"2024-03-01T05:30:00Z", "2024-03-02T05:30:00Z"}},
		{"30 6 * * *", "Europe/Berlin", "2024-07-01T00:00:00Z", []string{"2024-07-01T04:30:00Z"}},
		{"0 12 * * *", "Asia/Damascus", "2021-03-25T12:00:00Z", []string{"2021-03-26T09:00:00Z"}}, // clocks go forward on the 26th
		// 2:30 does not exist on 31 March 2024, and is there twice on 27 October.
		{"30 2 * * *", "Europe/Berlin", "2024-03-30T12:00:00Z", []string{"2024-03-31T01:30:00Z", "2024-04-01T00:30:00Z"}},
		{"30 2 * * *", "Europe/Berlin", "2024-10-26T12:00:00Z", []string{"2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z", "2024-10-28T01:30:00Z"}},
		{"0 0 1 * MON", "UTC", "2024-03-01T00:00:00Z", []string{"2024-03-04T00:00:00Z", "2024-03-11T00:00:00Z"}}, // either day will do
		{"@daily", "America/New_York", "2024-03-01T00:00:00Z", []string{"2024-03-01T05:00:00Z"}},
		{"0 0 29 2 *", "UTC", "2024-03-01T00:00:00Z", []string{"2028-02-29T00:00:00Z"}},
	} {
		w, err := Cron(c.expr, zone(t, c.zone), "n")
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		at, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			at = w.Next(at)
			if got := at.Format(time.RFC3339); got != want {
				t.Errorf("%s in %s after %s: %s, want %s", c.expr, c.zone, c.after, got, want)
				break
			}
		}
	}
}

func TestCronSpreadsByName(t *testing.T) {
	minutes := map[int]bool{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		w, err := Cron("H * * * *", time.UTC, name)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Cron("H * * * *", time.UTC, name)
		if err != nil || !again.Next(time.Unix(0, 0)).Equal(w.Next(time.Unix(0, 0))) {
			t.Errorf("%s: not the same minute twice, %v", name, err)
		}
		minutes[w.Next(time.Unix(0, 0)).Minute()] = true
	}
	if len(minutes) < 3 {
		t.Errorf("six names share %d minutes", len(minutes))
	}
}

func TestBadTimes(t *testing.T) {
	for expr, want := range map[string]string{
		"":                        "cron",
		"* * * *":                 "cron",
		"61 * * * *":              "61",
		"0 0 30 2 *":              "no such day",
		"@every 1h":               "interval",
		"TZ=Asia/Tokyo 0 0 * * *": "time zone",
		"a b c d e":               "cron",
	} {
		if w, err := Cron(expr, time.UTC, "n"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want an error with %q", expr, w, err, want)
		}
	}
	if _, err := Every(0); err == nil {
		t.Error("every 0 was taken")
	}
}

// FuzzCron wants expressions refused, or times that go forward.
func FuzzCron(f *testing.F) {
	for _, s := range []string{"*/15 * * * *", "30 6 1,15 * MON-FRI", "@weekly", "H H * * *", "0 0 29 2 *", "@every 5m", "TZ=UTC * * * * *"} {
		f.Add(s, int64(1_700_000_000))
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expr string, unix int64) {
		w, err := Cron(expr, berlin, "name")
		if err != nil {
			return
		}
		at := time.Unix(unix%4_000_000_000, 0)
		for range 3 {
			next := w.Next(at)
			if next.IsZero() {
				return // none within the years that are searched
			}
			if !next.After(at) {
				t.Fatalf("%q: after %v comes %v", expr, at, next)
			}
			at = next
		}
	})
}

func TestRetryDelays(t *testing.T) {
	r := Retry{First: time.Minute, Longest: 6 * time.Hour, Break: 5, Pause: time.Hour}
	for failures, want := range []time.Duration{1: time.Minute, 2: 2 * time.Minute, 3: 4 * time.Minute, 4: 8 * time.Minute,
		5: time.Hour, 6: 2 * time.Hour, 7: 4 * time.Hour, 8: 6 * time.Hour, 9: 6 * time.Hour, 100: 6 * time.Hour} {
		if failures == 0 || want == 0 {
			continue
		}
		if got := r.delay(failures, 0); got != want {
			t.Errorf("after %d failures %v, want %v", failures, got, want)
		}
		if got := r.delay(failures, 0.999); got <= want || got > want+want/5 {
			t.Errorf("after %d failures, spread, %v", failures, got)
		}
	}
	if d := (Retry{}).delay(40, 0); d < 0 || d > time.Second {
		t.Errorf("without settings %v", d)
	}
}
