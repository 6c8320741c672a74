package queries_test

import (
	"testing"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
)

func TestNews(t *testing.T) {
	end := schema.MakeDay(2024, 6, 30)
	days := func(n int, every schema.Day, last schema.Day, more ...schema.Day) (list []schema.Day) {
		for i := range n {
			list = append(list, last-every*schema.Day(i))
		}
		return append(list, more...)
	}
	for _, c := range []struct {
		name  string
		days  []schema.Day
		today schema.Day
		want  schema.Day
		none  bool
	}{
		{"nothing", nil, end, schema.NoDay, true},
		{"only undated", []schema.Day{schema.NoDay}, end, schema.NoDay, true},
		{"one", []schema.Day{end - 400}, end, end - 400, false},
		{"a few, far between", []schema.Day{end - 4000, end - 900, end - 3}, end, end - 3, false},
		{"many, and one too late", days(2000, 1, end-200, end-2), end, end - 200, false},
		{"many, one of them tomorrow", days(2000, 1, end-5, end+1), end, end - 5, false},
		{"few a year for long", days(500, 40, end-1), end, end - 1, false},
		{"all to come", []schema.Day{end + 5}, end, end, false},
	} {
		var b graph.Batch
		for _, day := range c.days {
			e := schema.Event{Name: "x", Type: schema.Consult, Day: day, Precision: schema.PrecisionDay, Status: schema.Asserted, Initiators: []schema.ActorID{"actor:a", "actor:b"}}
			if day == schema.NoDay {
				e.Precision = schema.PrecisionUnknown
			}
			e.ID = graph.EventID(e)
			r := schema.Report{ID: graph.ReportID("news", day.String()), Name: "r", Hash: day.String()}
			b.Events, b.Reports = append(b.Events, e), append(b.Reports, r)
			b.Claims = append(b.Claims, schema.Claim{ID: graph.ClaimID(r.ID, e.ID, ""), Name: "c", Event: e.ID, Report: r.ID, Status: schema.Asserted, Coder: "test", Recorded: end.Time()})
		}
		store := mem.New()
		if len(c.days) > 0 {
			if _, err := store.Write(t.Context(), &b); err != nil {
				t.Fatal(c.name, err)
			}
		}
		s, err := series.Open("")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.CatchUp(t.Context(), store, nil); err != nil {
			t.Fatal(err)
		}
		got, ok := queries.NewRecord(s.View(), nil).News(c.today)
		if got != c.want || ok == c.none {
			t.Errorf("%s: %s %v, want %s", c.name, got, ok, c.want)
		}
	}
}
