package series

import (
	"math"
	"time"
)

// Quoted reports whether some claim that holds of event i at an instant has
// a sentence, and is not only a row of coded data. The zero time means all
// that is recorded.
func (v *View) Quoted(i int, at time.Time) bool {
	limit := int64(math.MaxInt64)
	if !at.IsZero() {
		limit = at.UnixNano()
	}
	for _, c := range v.claims(i) {
		if c.holds(limit) && len(v.sketches.of(int(c.row))) > 0 {
			return true
		}
	}
	return false
}
