// Package crowd makes large made-up graphs for benchmarks.
package crowd

import (
	"fmt"
	"math/rand/v2"
	"time"

	"faultline/graph"
	"faultline/queries/series"
	"faultline/schema"
)

// actors is how many there are: a hundred states, and bodies of theirs.
const actors = 3000

// Rows makes n claims over ten years from 2013-10-22 on, a fifth of them of
// the event before. Some actors are met far more often than others. The same
// n gives the same rows.
func Rows(n int) series.Rows {
	r := rand.New(rand.NewPCG(1, 2))
	types := schema.EventTypes()
	var rows series.Rows
	for i := range actors {
		a := schema.Actor{
			ID: schema.MakeActorID(fmt.Sprintf("actor-%d", i)), Name: fmt.Sprintf("Actor %d", i), Kind: schema.State,
			Country: fmt.Sprintf("C%02d", i%100), Aliases: []string{fmt.Sprintf("Alias %d", i), fmt.Sprintf("Other %d", i)},
		}
		if i >= 100 {
			a.Kind, a.PartOf = schema.Military, []schema.ActorID{rows.Actors[i%100].ID}
		}
		rows.Actors = append(rows.Actors, a)
	}
	side := func() []schema.ActorID {
		return []schema.ActorID{rows.Actors[int(r.ExpFloat64()*300)%actors].ID}
	}
	recorded := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		row := series.Row{
			Type: types[r.IntN(len(types))], Day: schema.Day(16000 + i*3650/n), Precision: schema.PrecisionDay,
			Initiators: side(), Recipients: side(), Status: schema.Asserted,
			Publisher: fmt.Sprintf("actor:outlet-%d", r.IntN(50)), Recorded: recorded.Add(time.Duration(i) * time.Second),
		}
		if i > 0 && r.IntN(5) == 0 {
			p := rows.Claims[len(rows.Claims)-1]
			row.Type, row.Day, row.Initiators, row.Recipients = p.Type, p.Day, p.Initiators, p.Recipients
		}
		row.Event = graph.EventID(schema.Event{Type: row.Type, Initiators: row.Initiators, Recipients: row.Recipients, Day: row.Day})
		row.Claim = graph.ClaimID(graph.ReportID("crowd", fmt.Sprint(i)), row.Event, "")
		rows.Claims = append(rows.Claims, row)
	}
	return rows
}
