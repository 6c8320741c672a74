package graphtest

import (
	"testing"

	"faultline/graph"
)

// Equal fails the test unless two stores hold the same nodes. In how many
// batches they came does not matter.
func Equal(t *testing.T, got, want graph.Reader) {
	t.Helper()
	g, w := contents(t, got), contents(t, want)
	same(t, "actors", g.Actors, w.Actors)
	same(t, "places", g.Places, w.Places)
	same(t, "reports", g.Reports, w.Reports)
	same(t, "events", g.Events, w.Events)
	same(t, "claims", g.Claims, w.Claims)
	same(t, "loads", g.Loads, w.Loads)
	same(t, "relations", g.Relations, w.Relations)
	same(t, "readings", g.Readings, w.Readings)
}
