package graphtest

import (
	"slices"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// The actors, places and loads of the small world.
const (
	Russia    schema.ActorID = "actor:russia"
	IRGC      schema.ActorID = "actor:irgc"
	Hezbollah schema.ActorID = "actor:hezbollah"
	SDF       schema.ActorID = "actor:sdf"
	Courier   schema.ActorID = "actor:euphrates-courier"

	Syria    schema.PlaceID = "place:syria"
	AlBukmal schema.PlaceID = "place:al-bukmal"
	Ushuaia  schema.PlaceID = "place:ushuaia"
)

// FirstLoad and SecondLoad are the loads that brought the reports.
func FirstLoad() schema.LoadID { return graph.LoadID("wire", "1") }

// SecondLoad read one of the first load's reports again.
func SecondLoad() schema.LoadID { return graph.LoadID("wire", "2") }

func bothLoads() []schema.LoadID {
	ids := []schema.LoadID{FirstLoad(), SecondLoad()}
	slices.Sort(ids)
	return ids
}

func at(y int, m time.Month, d, hour int) time.Time {
	return time.Date(y, m, d, hour, 30, 0, 0, time.UTC)
}

func event(t schema.EventType, from, to schema.ActorID, y int, m time.Month, d int) schema.Event {
	e := schema.Event{Type: t, Day: schema.MakeDay(y, m, d), Precision: schema.PrecisionDay, Status: schema.Asserted}
	if from != "" {
		e.Initiators = []schema.ActorID{from}
	}
	if to != "" {
		e.Recipients = []schema.ActorID{to}
	}
	e.Name = string(t) + " " + from.Slug() + " " + to.Slug()
	e.ID = graph.EventID(e)
	return e
}

func claim(e schema.Event, r schema.Report, sentence string) schema.Claim {
	return schema.Claim{
		ID: graph.ClaimID(r.ID, e.ID, sentence), Name: r.Name, Event: e.ID, Report: r.ID, Sentence: sentence,
		Status: schema.Asserted, Confidence: 0.75, Coder: "rules/1", Recorded: at(2024, 12, 2, 6),
	}
}

// World is a small graph: five actors, five events of four years, told by
// six claims in three reports, and two relations, one of them with readings. Each call returns it anew.
func World() *graph.Batch {
	b := &graph.Batch{
		Loads: []schema.Load{
			{ID: FirstLoad(), Name: "wire, first", Source: "wire.xml", Started: at(2024, 12, 2, 5), Version: "1", Outcome: schema.Running},
			{ID: SecondLoad(), Name: "wire, second", Source: "wire.xml", Started: at(2024, 12, 3, 5), Version: "1", Outcome: schema.Complete,
				Finished: at(2024, 12, 3, 6), Counts: schema.Counts{Reports: 2, Sentences: 40, Claims: 3, Events: 2, Actors: 4, Places: 1},
				Skipped: []string{"no date: 2", "not English: 1"}},
		},
		Actors: []schema.Actor{
			{ID: Russia, Name: "Russia", Kind: schema.State, Country: "RUS", Aliases: []string{"Kremlin", "Moscow"}},
			{ID: IRGC, Name: "IRGC", Kind: schema.Military, Country: "IRN", Aliases: []string{"Revolutionary Guards"}},
			{ID: Hezbollah, Name: "Hezbollah", Kind: schema.ArmedGroup, Country: "LBN", AlignedWith: []schema.ActorID{IRGC}},
			{ID: SDF, Name: "SDF", Kind: schema.ArmedGroup, PartOf: []schema.ActorID{"actor:aanes"}, Unreviewed: true},
			{ID: Courier, Name: "Euphrates Courier", Kind: schema.Outlet},
		},
		Places: []schema.Place{
			{ID: Syria, Name: "Syria", Country: "SYR", Latitude: 35, Longitude: 38.5},
			{ID: AlBukmal, Name: "Al-Bukmal", Country: "SYR", Latitude: 34.4536, Longitude: 40.9367, Within: Syria},
			{ID: Ushuaia, Name: "Ushuaia", Country: "ARG", Latitude: -54.8019, Longitude: -68.303},
		},
		Reports: []schema.Report{
			{ID: graph.ReportID("wire", "a"), Name: "Courier 2 Dec", Title: "Guards told to leave", URL: "https://courier.example/a?x=1&y=2", Author: "A. Writer",
				Published: at(2024, 12, 1, 21), Language: "en", Hash: graph.ContentHash("a"), PublishedBy: Courier, LoadedIn: []schema.LoadID{FirstLoad()}, Item: "wire a"},
			{ID: graph.ReportID("wire", "b"), Name: "Courier 3 Dec", Hash: graph.ContentHash("b"), PublishedBy: Courier,
				Cites: []schema.ActorID{Hezbollah, Russia}, LoadedIn: bothLoads()},
			{ID: graph.ReportID("wire", "c"), Name: "Archive 1969", Published: at(1969, 7, 3, 0), Hash: graph.ContentHash("c"), LoadedIn: []schema.LoadID{SecondLoad()}, Item: "wire c",
				Retracted: at(2024, 12, 9, 9)},
		},
	}
	leave := event(schema.Request, Russia, IRGC, 2024, 11, 22)
	leave.Code, leave.At = "0256", []schema.PlaceID{AlBukmal}
	meet := event(schema.Consult, Russia, Hezbollah, 2024, 11, 23)
	meet.Initiators, meet.Recipients = []schema.ActorID{Hezbollah, Russia}, nil
	meet.ID = graph.EventID(meet)
	raid := event(schema.Assault, IRGC, SDF, 2024, 11, 29)
	raid.Status = schema.Denied
	old := event(schema.Aid, Russia, "", 1968, 3, 1)
	old.Precision = schema.PrecisionMonth
	undated := event(schema.Accuse, SDF, Russia, 2024, 1, 1)
	undated.Day, undated.Precision = schema.NoDay, schema.PrecisionUnknown
	undated.ID = graph.EventID(undated)
	b.Events = []schema.Event{leave, meet, raid, old, undated}

	r := b.Reports
	strained := schema.Reading{Name: "IRGC – Russia · 2024-11 · 2.4", From: schema.MakeDay(2024, 11, 1), To: schema.MakeDay(2024, 12, 1),
		Hostile: 3, Cooperative: 1, Expected: 0.25, Surprise: 2.4, Grade: 2, Recorded: at(2024, 12, 2, 6)}
	ease := schema.Reading{Name: "IRGC – Russia · 2024-12 · 0.0", From: schema.MakeDay(2024, 12, 1), To: schema.MakeDay(2025, 1, 1),
		Recorded: at(2025, 1, 2, 6), Retracted: at(2025, 1, 3, 6)}
	tie := schema.MakeRelationID(Russia, IRGC)
	strained.ID, ease.ID = graph.ReadingID(tie, strained), graph.ReadingID(tie, ease)
	b.Readings = []schema.Reading{strained, ease}
	both := []schema.ReadingID{strained.ID, ease.ID}
	slices.Sort(both)
	b.Relations = []schema.Relation{
		{ID: tie, Name: "IRGC – Russia", Parties: []schema.ActorID{IRGC, Russia}, Readings: both},
		{ID: schema.MakeRelationID(Hezbollah, SDF), Name: "Hezbollah – SDF", Parties: []schema.ActorID{Hezbollah, SDF}},
	}

	order := claim(leave, r[0], "Russian officers told the Guards to leave the crossing.")
	order.SaidBy, order.Speaker, order.Trigger = Courier, "a local source", "told to leave"
	order.Start, order.End, order.Code, order.Reason = 120, 175, "0256", "rule 12"
	order.Marks = []schema.Mark{{Role: schema.MarkInitiator, Start: 0, End: 16}, {Role: schema.MarkTrigger, Start: 17, End: 21}}
	denied := claim(raid, r[1], "The Guards deny that they shelled SDF posts.")
	denied.Status, denied.Confidence = schema.Denied, 1
	row := claim(old, r[2], "")
	row.Confidence, row.Retracted = 0, at(2024, 12, 9, 9)
	b.Claims = []schema.Claim{
		order,
		claim(leave, r[1], "The Guards were asked to go, the paper repeated."),
		claim(meet, r[1], "Hezbollah and Russian envoys met."),
		denied,
		row,
		claim(undated, r[1], "The SDF has long blamed Moscow."),
	}
	return b
}
