package queries_test

import (
	"testing"

	"faultline/queries"
	"faultline/queries/internal/crowd"
	"faultline/queries/series"
	"faultline/schema"
)

// Questions about 100,000 claims between 3,000 actors.
func BenchmarkQuestions(b *testing.B) {
	s, err := series.Open("")
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Append(1, crowd.Rows(100_000)); err != nil {
		b.Fatal(err)
	}
	v := s.View()
	r := queries.NewRecord(v, nil)
	at := v.Day(v.Len() - 1)
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, bench := range []struct {
		name string
		ask  func()
	}{
		{"NewRecord", func() { queries.NewRecord(v, nil) }},
		{"NewRecord+Find", func() {
			_, err := queries.NewRecord(v, nil).Find("alias 77", "Actor 3")
			check(err)
		}},
		{"FindNearest", func() { r.Find("actr 77") }},
		{"Actors", func() { r.Actors("9") }},
		{"Relation", func() {
			_, err := r.Relation("actor:actor-1", "actor:actor-2", queries.RelationOptions{})
			check(err)
		}},
		{"Strain/whole", func() {
			_, err := r.Strain(queries.StrainOptions{At: at})
			check(err)
		}},
		{"Strain/actor", func() {
			_, err := r.Strain(queries.StrainOptions{At: at, Level: queries.LevelActor})
			check(err)
		}},
		{"Strain/as-of", func() {
			_, err := r.Strain(queries.StrainOptions{At: at, AsOf: schema.Day(20200).Time()})
			check(err)
		}},
		{"StrainOf", func() {
			_, err := r.StrainOf("actor:actor-1", "actor:actor-2", queries.StrainOptions{At: at})
			check(err)
		}},
		{"Alarms", func() {
			_, err := r.Alarms("actor:actor-1", "actor:actor-2", queries.Window{}, queries.StrainOptions{})
			check(err)
		}},
		{"Alerts/30 days", func() {
			_, err := r.Alerts(queries.AlertOptions{Window: queries.Since(at - 30)})
			check(err)
		}},
		{"Alerts/all", func() {
			_, err := r.Alerts(queries.AlertOptions{Limit: 20})
			check(err)
		}},
		{"Events", func() {
			_, err := r.Events("actor:actor-1", "", queries.EventOptions{})
			check(err)
		}},
		{"Network", func() {
			_, err := r.Network("actor:actor-1", queries.NetworkOptions{})
			check(err)
		}},
		{"Triads", func() {
			_, err := r.Triads(queries.TriadOptions{})
			check(err)
		}},
		{"Path", func() {
			_, err := r.Path("actor:actor-1", "actor:actor-2999", queries.PathOptions{})
			check(err)
		}},
		{"Compare", func() {
			_, err := r.Compare(queries.CompareOptions{Before: queries.Window{From: at - 730, To: at - 365}, After: queries.Window{From: at - 365, To: at}})
			check(err)
		}},
		{"Coverage", func() {
			_, err := r.Coverage("actor:actor-1", "actor:actor-2", queries.CoverageOptions{})
			check(err)
		}},
		{"EventPrefix", func() { r.Event("event:00000000") }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				bench.ask()
			}
		})
	}
}
