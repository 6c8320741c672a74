package crowd

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"faultline/graph"
	"faultline/queries/series"
	"faultline/schema"
)

// Actors are those of a view, as rows name them.
func Actors(v *series.View) []schema.Actor {
	list := make([]schema.Actor, v.Actors())
	for n := range uint32(len(list)) {
		list[n] = v.Actor(n)
	}
	return list
}

// Resample yields n claims of as many events that are drawn from a view, each
// with the actors and the type of one and the day of another. The same n and
// seed give the same rows.
func Resample(v *series.View, n int, seed uint64) iter.Seq[series.Row] {
	r := rand.New(rand.NewPCG(seed, 2))
	recorded := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	ids := func(numbers []uint32) (list []schema.ActorID) {
		for _, a := range numbers {
			list = append(list, v.Actor(a).ID)
		}
		return list
	}
	return func(yield func(series.Row) bool) {
		seen := make(map[schema.EventID]bool, n)
		for made := 0; made < n; {
			i, j := r.IntN(v.Len()), r.IntN(v.Len())
			row := series.Row{
				Type: v.Type(i), Code: v.Code(i), Day: v.Day(j), Precision: v.Precision(j),
				Initiators: ids(v.Initiators(i)), Recipients: ids(v.Recipients(i)), Status: schema.Asserted, Publisher: "sample",
				Recorded: recorded.Add(time.Duration(made) * time.Millisecond),
			}
			row.Event = graph.EventID(schema.Event{Type: row.Type, Initiators: row.Initiators, Recipients: row.Recipients, Day: row.Day})
			if seen[row.Event] {
				continue
			}
			seen[row.Event] = true
			row.Report = graph.ReportID("sample", fmt.Sprint(seed, made))
			row.Claim = graph.ClaimID(row.Report, row.Event, "")
			made++
			if !yield(row) {
				return
			}
		}
	}
}
