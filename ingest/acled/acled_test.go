package acled

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"faultline/ingest/report"
	"faultline/schema"
)

func sinkOf(reports *[]report.Report, skips *[]string) report.Sink {
	return report.Sink{
		Report: func(r report.Report) error { *reports = append(*reports, r); return nil },
		Skip:   func(s report.Skip) error { *skips = append(*skips, s.String()); return nil },
	}
}

func collect(t testing.TB, in string) (reports []report.Report, skips []string) {
	t.Helper()
	if err := Read(context.Background(), strings.NewReader(in), "f", sinkOf(&reports, &skips)); err != nil {
		t.Fatal(err)
	}
	return reports, skips
}

func names() []string {
	return strings.Fields(`event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1
		actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location latitude longitude
		geo_precision source source_scale notes fatalities tags timestamp`)
}

func header() string { return strings.Join(names(), ",") + "\n" }

// event makes the cells of an event, changed where told.
func event(change map[string]string) map[string]string {
	cells := map[string]string{
		"event_id_cnty": "MLI77", "event_date": "2021-05-16", "year": "2021", "time_precision": "1", "disorder_type": "Political violence",
		"event_type": "Battles", "sub_event_type": "Armed clash", "actor1": "Military Forces of Mali (2020-2021)", "inter1": "1",
		"actor2": "FLM: Free Movement (Mali)", "assoc_actor_2": "Some Group; Another", "inter2": "2", "interaction": "12", "iso": "466", "country": "Mali",
		"admin1": "Mopti", "location": "Port, Old", "latitude": "14.5", "longitude": "-4.2", "geo_precision": "2",
		"source": "The Herald; Agency", "notes": "On 16 May 2021, soldiers and fighters clashed in Port. [size=no report]", "fatalities": "3", "timestamp": "1621900000",
	}
	for k, v := range change {
		cells[k] = v
	}
	return cells
}

func row(change map[string]string) string {
	cells := event(change)
	var out []string
	for _, name := range names() {
		out = append(out, `"`+strings.ReplaceAll(cells[name], `"`, `""`)+`"`)
	}
	return strings.Join(out, ",") + "\n"
}

func one(t testing.TB, change map[string]string) report.Report {
	t.Helper()
	reports, skips := collect(t, header()+row(change))
	if len(reports) != 1 || len(skips) > 0 {
		t.Fatalf("%v: %v %v", change, reports, skips)
	}
	return reports[0]
}

func TestEvent(t *testing.T) {
	day := schema.MakeDay(2021, 5, 16)
	notes := "On 16 May 2021, soldiers and fighters clashed in Port. [size=no report]"
	r := report.Row{
		Initiator:   "Military Forces of Mali (2020-2021)",
		InitiatorIs: report.Party{Role: "Military (Mali)", Country: "Mali", Kind: schema.Military},
		Recipient:   "FLM: Free Movement (Mali)",
		RecipientIs: report.Party{Names: []string{"FLM: Free Movement (Mali)", "FLM: Free Movement", "Free Movement", "FLM"}, Country: "Mali", Kind: schema.ArmedGroup},
		Joint:       true, Type: schema.Assault, Day: day, Precision: schema.PrecisionDay,
		Place:  report.Place{Name: "Port, Old, Mopti, Mali", Country: "Mali", Latitude: 14.5, Longitude: -4.2, Located: true},
		Detail: "Battles, Armed clash, FLM: Free Movement (Mali) with Some Group; Another, 3 dead, place of precision 2",
		End:    len(notes), Speaker: "The Herald",
	}
	second := r
	second.Speaker = "Agency"
	want := report.Report{
		Source: "acled", Publisher: "ACLED", Key: "MLI77", Published: day.Time(), Text: notes, Cites: []string{"The Herald", "Agency"},
		Version: "2021-05-16\tBattles\tArmed clash\tMilitary Forces of Mali (2020-2021)\tFLM: Free Movement (Mali)\t3\t14.5\t-4.2\tThe Herald; Agency\t" + notes,
		Coded:   []report.Row{r, second}, Origin: report.Origin{File: "f", Line: 2},
	}
	if got := one(t, nil); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDeeds(t *testing.T) {
	for _, c := range []struct {
		kind, sub, actor1, inter1, actor2, inter2 string
		want                                      string // type initiator → recipient, = for joint
	}{
		{"Battles", "Armed clash", "A", "2", "B", "1", "ASSAULT A = B"},
		{"Battles", "Government regains territory", "A", "1", "B", "2", "ASSAULT A = B"},
		{"Explosions/Remote violence", "Air/drone strike", "A", "1", "Civilians (Mali)", "7", "ASSAULT A → Civilians (Mali)"},
		{"Explosions/Remote violence", "Air/drone strike", "Civilians (Mali)", "Civilians", "A", "State Forces", "ASSAULT A → Civilians (Mali)"},
		{"Explosions/Remote violence", "Remote explosive/landmine/IED", "A", "Rebel Groups", "B", "State Forces", "ASSAULT A = B"},
		{"Explosions/Remote violence", "Grenade", "Civilians (Mali)", "", "A", "", "ASSAULT A → Civilians (Mali)"}, // columns missing
		{"Strategic developments", "Arrests", "A", "", "Police Forces of Mali (2021-)", "", "COERCE Police Forces of Mali (2021-) → A"},
		{"Explosions/Remote violence", "Grenade", "A", "3", "", "0", "ASSAULT A → "},
		{"Violence against civilians", "Attack", "Civilians (Mali)", "7", "", "0", "ASSAULT  → Civilians (Mali)"},
		{"Violence against civilians", "Abduction/forced disappearance", "A", "3", "Civilians (Mali)", "7", "COERCE A → Civilians (Mali)"},
		{"Protests", "Peaceful protest", "Protesters (Mali)", "6", "", "", "PROTEST Protesters (Mali) → "},
		{"Protests", "Protest with intervention", "A", "1", "Protesters (Mali)", "6", "PROTEST Protesters (Mali) → "},
		{"Protests", "Excessive force against protesters", "Protesters (Mali)", "6", "A", "1", "ASSAULT A → Protesters (Mali)"},
		{"Riots", "Violent demonstration", "A", "1", "Rioters (Mali)", "5", "PROTEST Rioters (Mali) → A"},
		{"Riots", "Mob violence", "Rioters (Mali)", "5", "Civilians (Mali)", "7", "ASSAULT Rioters (Mali) → Civilians (Mali)"},
		{"Riots", "Violent demonstration", "Rioters (Mali)", "5", "Protesters (Mali)", "6", "PROTEST Rioters (Mali) = Protesters (Mali)"},
		{"Strategic developments", "Arrests", "A", "2", "B", "1", "COERCE B → A"},
		{"Strategic developments", "Agreement", "A", "2", "B", "1", "AGREE A = B"},
		{"Strategic developments", "Looting/property destruction", "Civilians (Mali)", "7", "B", "2", "COERCE B → Civilians (Mali)"},
		{"Strategic developments", "Headquarters or base established", "A", "2", "", "", "MOBILIZE A → "},
		{"Battle-No change of territory", "", "A", "2", "B", "1", "ASSAULT A = B"},
		{"Strategic developments", "Change to group/activity", "A", "2", "", "", ""},
		{"Strategic developments", "Other", "A", "2", "", "", ""},
		{"Something new", "Else", "A", "2", "B", "1", ""},
	} {
		r, ok := deed(c.kind, c.sub, actorOf(c.actor1, c.inter1), actorOf(c.actor2, c.inter2))
		got := ""
		if ok {
			arrow := "→"
			if r.Joint {
				arrow = "="
			}
			got = fmt.Sprintf("%s %s %s %s", r.Type, r.Initiator, arrow, r.Recipient)
		}
		if got != c.want {
			t.Errorf("%v: %q", c, got)
		}
	}
}

func TestActors(t *testing.T) {
	for name, want := range map[string]report.Party{
		"Military Forces of Sudan (2011-2019, Omar al-Bashir)": {Role: "Military (Sudan)", Country: "Sudan"},
		"Military Forces of Syria (2000-2024) Tigers":          {Role: "Military (Syria)", Country: "Syria"},
		"Police Forces of Mali":                                {Role: "Police (Mali)", Country: "Mali"},
		"Government of Mali (2021-)":                           {Role: "Mali", Country: "Mali"},
		"Protesters (Mali)":                                    {Role: "Protesters (Mali)", Country: "Mali"},
		"Refugees/IDPs (Mali)":                                 {Role: "Refugees (Mali)", Country: "Mali"},
		"Unidentified Armed Group (Mali)":                      {Role: "Armed Group (Mali)", Country: "Mali"},
		"Hill Communal Militia (Mali)":                         {Names: []string{"Hill Communal Militia (Mali)", "Hill Communal Militia"}, Country: "Mali"},
		"Al Shabaab":                                           {Names: []string{"Al Shabaab"}},
	} {
		want.Kind = schema.Organisation
		if got := (actor{name: name}).party(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestQuirks(t *testing.T) {
	for _, c := range []struct {
		name   string
		change map[string]string
		check  func(report.Report) bool
	}{
		{"date of the site", map[string]string{"event_date": "16 May 2021"}, func(r report.Report) bool { return r.Coded[0].Day == schema.MakeDay(2021, 5, 16) }},
		{"date of the old codebook", map[string]string{"event_date": "16-05-2021"}, func(r report.Report) bool { return r.Coded[0].Day == schema.MakeDay(2021, 5, 16) }},
		{"week", map[string]string{"time_precision": "2"}, func(r report.Report) bool {
			return r.Coded[0].Precision == schema.PrecisionWeek && r.Coded[0].Day == schema.MakeDay(2021, 5, 10)
		}},
		{"month", map[string]string{"time_precision": "3"}, func(r report.Report) bool {
			return r.Coded[0].Precision == schema.PrecisionMonth && r.Coded[0].Day == schema.MakeDay(2021, 5, 1)
		}},
		{"no source", map[string]string{"source": ""}, func(r report.Report) bool { return len(r.Coded) == 1 && r.Coded[0].Speaker == "" && r.Cites == nil }},
		{"source twice", map[string]string{"source": "Agency; Agency;"}, func(r report.Report) bool { return len(r.Coded) == 1 }},
		{"no id", map[string]string{"event_id_cnty": ""}, func(r report.Report) bool { return strings.HasPrefix(r.Key, "2021-05-16\tBattles") && r.Version == "" }},
		{"edited", map[string]string{"fatalities": "4"}, func(r report.Report) bool { return r.Key == "MLI77" && r.Version != one(t, nil).Version }},
		{"only the time of change differs", map[string]string{"timestamp": "1"}, func(r report.Report) bool { return r.Version == one(t, nil).Version }},
		{"disorder type misspelt", map[string]string{"disorder_type": "Demostrations"}, func(r report.Report) bool { return r.Key == "MLI77" }},
		{"notes over lines", map[string]string{"notes": "One.\nTwo \"three\"."}, func(r report.Report) bool { return r.Text == `One. Two "three".` }},
		{"fatalities with a fraction", map[string]string{"fatalities": "3.0"}, func(r report.Report) bool { return strings.Contains(r.Coded[0].Detail, "3 dead") }},
		{"no place", map[string]string{"latitude": "", "location": ""}, func(r report.Report) bool { return !r.Coded[0].Place.Located }},
	} {
		if r := one(t, c.change); !c.check(r) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

func TestHeaders(t *testing.T) {
	for name, in := range map[string]string{
		"capitals and a mark": "\ufeff" + strings.ToUpper(header()) + row(nil),
		"without timestamp":   strings.Replace(header(), ",timestamp", "", 1) + strings.Replace(row(nil), `,"1621900000"`, "", 1),
		"old ids":             strings.Replace("data_id,event_id_no_cnty,iso3,"+header(), "event_id_cnty", "x", 1) + "9,77,MLI," + row(nil),
		"semicolons":          "event_id_cnty;event_date;event_type;actor1\nMLI77;2021-05-16;Battles;A\n",
	} {
		reports, skips := collect(t, in)
		if len(reports) != 1 || len(skips) > 0 || reports[0].Key != "MLI77" && reports[0].Key != "9 MLI" {
			t.Errorf("%s: %v %v", name, reports, skips)
		}
	}
	if _, skips := collect(t, "a,b\n1,2\n"); len(skips) != 1 || skips[0] != `f:1: table is no ACLED export: "a,b"` {
		t.Error(skips)
	}
}

func TestSkips(t *testing.T) {
	for want, change := range map[string]map[string]string{
		`f:2: date does not parse: event MLI77: "May"`:                            {"event_date": "May"},
		`f:2: event has no actors: event MLI77`:                                   {"actor1": "", "actor2": ""},
		`f:2: kind of event has no event type: "Strategic developments", "Other"`: {"event_type": "Strategic developments", "sub_event_type": "Other"},
	} {
		if _, skips := collect(t, header()+row(change)); len(skips) != 1 || skips[0] != want {
			t.Errorf("%v, want %s", skips, want)
		}
	}
	if _, skips := collect(t, header()+"1,2\n"); len(skips) != 1 || skips[0] != "f:2: row is shorter than its header: 2 cells, want 31" {
		t.Error(skips)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(row(nil))
	f.Add(row(map[string]string{"actor1": "Military Forces of (2", "source": ";;"}))
	f.Fuzz(func(t *testing.T, in string) {
		reports, _ := collect(t, header()+in)
		for _, r := range reports {
			for _, c := range r.Coded {
				if c.End > len(r.Text) || c.Day == schema.NoDay || c.Type.Validate() != nil || c.Initiator+c.Recipient == "" {
					t.Errorf("%+v", r)
				}
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var in strings.Builder
	in.WriteString(header())
	for i := range 5_000 {
		in.WriteString(row(map[string]string{"event_id_cnty": fmt.Sprint("MLI", i)}))
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		reports, skips := collect(b, in.String())
		if n += len(reports); len(skips) > 0 {
			b.Fatal(skips)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
