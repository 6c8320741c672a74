package schedule

import "time"

// Retry says when a source that failed is tried again.
type Retry struct {
	First   time.Duration // after one failure; then twice as long each time
	Longest time.Duration // the delay grows no further
	Break   int           // after so many failures in a row the circuit opens
	Pause   time.Duration // an open circuit lets a source alone at least so long
}

// DefaultRetry is for sources on the open net: four attempts within a
// quarter of an hour, then hours apart.
var DefaultRetry = Retry{First: time.Minute, Longest: 6 * time.Hour, Break: 5, Pause: time.Hour}

// open tells whether the circuit is open after so many failures.
func (r Retry) open(failures int) bool { return r.Break > 0 && failures >= r.Break }

// delay is the time to the next attempt after so many failures; u in [0, 1)
// spreads the attempts of several sources over a fifth of it.
func (r Retry) delay(failures int, u float64) time.Duration {
	d := min(max(r.First, time.Second), r.Longest)
	if r.open(failures) {
		d = max(r.Pause, time.Second)
		failures -= r.Break - 1
	}
	for range failures - 1 {
		if d >= r.Longest {
			break
		}
		d *= 2
	}
	d = min(d, max(r.Longest, r.Pause))
	return d + time.Duration(u*float64(d)/5)
}
