package resolve

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/report"
	"faultline/schema"
)

func resolver(t testing.TB) *Resolver {
	t.Helper()
	g, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	return New(g)
}

func TestParties(t *testing.T) {
	v := resolver(t)
	day := schema.MakeDay(2015, 6, 1)
	for _, c := range []struct {
		name  string
		party report.Party
		want  string // slug, kind and country
	}{
		{"OBAMA", report.Party{Code: "USAGOV"}, "united-states state USA"},
		{"JERUSALEM", report.Party{Code: "ISR"}, "israel state ISR"},
		{"", report.Party{Code: "SYRREB"}, "syria-rebels armed-group SYR"},
		{"", report.Party{Code: "IRQMIL"}, "iraq-military military IRQ"},
		{"", report.Party{Code: "PALINS"}, "palestine-rebels armed-group PSE"},
		{"", report.Party{Code: "IGOUNO"}, "united-nations organisation "},
		{"", report.Party{Code: "IGOUNOREFHCR"}, "unhcr organisation "},
		{"", report.Party{Code: "EUREEC"}, "european-union organisation "},
		{"", report.Party{Code: "IMGMUSALQ"}, "al-qaeda armed-group "},
		{"", report.Party{Code: "LBNREBHEZ"}, "hezbollah armed-group LBN"},
		{"", report.Party{Code: "EUR"}, "europe organisation "},
		{"", report.Party{Code: "GZS"}, "gaza government PSE"},
		{"", report.Party{Code: "KSV"}, "kosovo state XKX"},
		{"", report.Party{Code: "PRI"}, "puerto-rico government PRI"},
		{"POLICE", report.Party{Code: "COP"}, "unspecified-police government? "},
		{"", report.Party{Code: "GIN"}, "guinea state GIN"},
		{"KURD", report.Party{Code: "KUR", Role: "KURDS", Kind: schema.Population}, "kurds population "},
		{"ZZZ TRIBE", report.Party{Code: "zzz", Kind: schema.Population}, "zzz-tribe population? "},
		{"Military Forces of Sudan (2011-2019)", report.Party{Role: "Military (Sudan)"}, "sudan-military military SDN"},
		{"Hill Communal Militia (Mali)", report.Party{Names: []string{"Hill Communal Militia"}, Country: "Mali", Kind: schema.ArmedGroup}, "hill-communal-militia-mali armed-group? MLI"},
		{"JNIM: Group", report.Party{Names: []string{"JNIM: Group", "Group", "JNIM"}}, "jnim armed-group MLI"},
		{"Some Movement", report.Party{Country: "Nowhere"}, "some-movement organisation? "},
		{"Some Movement", report.Party{Country: "FRA"}, "some-movement organisation? FRA"},
		{"Military (Mali)", report.Party{}, "mali-military military MLI"},
		{"", report.Party{Code: "zzz"}, ""},
		{"", report.Party{}, ""},
	} {
		a, ok := v.party(c.name, c.party, day)
		got := ""
		if ok {
			kind := string(a.Kind)
			if a.Unreviewed {
				kind += "?"
			}
			got = a.ID.Slug() + " " + kind + " " + a.Country
			if err := a.Validate(); err != nil {
				t.Error(err)
			}
		}
		if got != c.want {
			t.Errorf("%q %+v: got %q, want %q", c.name, c.party, got, c.want)
		}
	}
}

func TestCode(t *testing.T) {
	v := resolver(t)
	day := schema.MakeDay(2015, 6, 1)
	c, err := v.Code(report.Row{
		Initiator: "Mali", Recipient: "Niger", Joint: true, Type: schema.Assault, Day: day, Precision: schema.PrecisionMonth,
		Place: report.Place{Name: "Gao, Gao, Mali", Country: "Mali", Latitude: 16, Longitude: 0, Located: true},
		Start: 2, End: 7, Speaker: "The Herald", Confidence: 0.4, Detail: "2 dead",
	})
	if err != nil || c.Type != schema.Assault || len(c.Initiators) != 2 || c.Recipients != nil || c.Precision != schema.PrecisionMonth ||
		c.Place == nil || c.Place.Place.ID != "place:gao-gao-mali" || c.Place.Place.Country != "MLI" || c.Place.Place.Name != "Gao" ||
		c.Start != 2 || c.End != 7 || c.Speaker.Text != "The Herald" || c.Confidence != 0.4 || c.Reason != "coded by the source: 2 dead" {
		t.Errorf("%+v %v", c, err)
	}
	for want, row := range map[string]report.Row{
		`CAMEO code "" has no event type`:    {Initiator: "Mali", Day: day},
		`CAMEO code "010" has no event type`: {Initiator: "Mali", Code: "010", Day: day},
		"the row names no actor":             {Code: "042", Day: day},
	} {
		if _, err := v.Code(row); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, p := range []report.Place{
		{}, {Name: "Gao", Country: "MLI"}, {Name: "??", Located: true}, {Name: "Gao", Latitude: math.NaN(), Located: true}, {Name: "Gao", Longitude: 181, Located: true},
	} {
		if got := v.place(p); got != nil {
			t.Errorf("%+v gives %+v", p, got)
		}
	}
}

// Rows of the reduced ICEWS form have the ids that stores already hold.
func TestIDsOfICEWSStay(t *testing.T) {
	v := resolver(t)
	r := report.Report{
		Source: "icews", Publisher: "ICEWS", Key: "Norland\t042\tMilitary (Mali)\t2014-03-05", Published: time.Date(2014, 3, 5, 0, 0, 0, 0, time.UTC),
		Coded: []report.Row{{Initiator: "Norland", Recipient: "Military (Mali)", Code: "042", Day: schema.MakeDay(2014, 3, 5)}},
	}
	c, err := v.Code(r.Coded[0])
	if err != nil || c.Reason != "coded by the source as CAMEO 042, Make a visit" || c.Confidence != 1 {
		t.Fatal(c, err)
	}
	n := v.Resolve(r, []coding.Claim{c}, "icews", time.Unix(1e9, 0))
	got := strings.Join([]string{string(n.Report.ID), string(n.Events[0].ID), string(n.Claims[0].ID), string(n.Claims[0].Event)}, " ")
	const want = "report:229f4793-2012-51cd-8d1c-974c184ba458 event:03b04af5-78ca-5e93-9d5b-af49621f4069 " +
		"claim:a604b9b4-e695-5146-a2c3-51c3b9e97d32 event:03b04af5-78ca-5e93-9d5b-af49621f4069"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A row's sources are claims of one event, with the note for a sentence.
func TestSourcesAreClaims(t *testing.T) {
	v := resolver(t)
	row := report.Row{Initiator: "Mali", Recipient: "Niger", Type: schema.Assault, Day: schema.MakeDay(2015, 6, 1), Speaker: "The Herald", End: 5}
	second := row
	second.Speaker, second.Start, second.End = "Agency", 6, 10
	r := report.Report{Source: "acled", Publisher: "ACLED", Key: "MLI1", Version: "a", Text: "Notes more", Coded: []report.Row{row, second}}
	var n Nodes
	for range 2 { // the same twice
		var claims []coding.Claim
		for _, row := range r.Coded {
			c, err := v.Code(row)
			if err != nil {
				t.Fatal(err)
			}
			claims = append(claims, c)
		}
		n = v.Resolve(r, claims, "acled", time.Unix(1e9, 0))
	}
	if len(n.Claims) != 2 || n.Claims[0].Event != n.Claims[1].Event || n.Claims[0].ID == n.Claims[1].ID ||
		n.Claims[0].Sentence != "Notes" || n.Claims[1].Sentence != "more" || n.Claims[0].Speaker != "The Herald" || n.Claims[1].SaidBy != "actor:agency" {
		t.Errorf("%+v", n.Claims)
	}
	for _, c := range n.Claims {
		if err := c.Validate(); err != nil {
			t.Error(err)
		}
	}
	edited := r
	edited.Version = "b"
	if ReportID(r) == ReportID(edited) {
		t.Error("an edited row is no new version")
	}
}

// Whatever a row says, its nodes can be stored.
func FuzzCode(f *testing.F) {
	v := resolver(f)
	f.Add("OBAMA", "USAGOV", "Military (Sudan)", "Mali", ", Mali", "The Herald", 12.0, -8.0, true)
	f.Add("", "IGOUNO", "", "", "\u0091", " ", 91.0, 0.0, false)
	f.Fuzz(func(t *testing.T, name, code, role, country, where, speaker string, lat, lon float64, joint bool) {
		for _, s := range []*string{&name, &code, &role, &country, &where, &speaker} {
			*s = strings.ToValidUTF8(*s, "?") // as the readers do
		}
		p := report.Party{Code: code, Role: role, Names: []string{name}, Country: country, Kind: schema.ArmedGroup}
		row := report.Row{
			Initiator: name, InitiatorIs: p, Recipient: code, RecipientIs: report.Party{Role: role, Country: country}, Joint: joint,
			Type: schema.Assault, Day: schema.MakeDay(2015, 6, 1), Speaker: speaker,
			Place: report.Place{Name: where, Country: country, Latitude: lat, Longitude: lon, Located: true},
		}
		c, err := v.Code(row)
		if err != nil {
			return
		}
		r := report.Report{Source: "x", Publisher: speaker, Key: name, Cites: []string{speaker}, Coded: []report.Row{row}}
		n := v.Resolve(r, []coding.Claim{c}, "x", time.Unix(1e9, 0))
		err = n.Report.Validate()
		for _, a := range n.Actors {
			err = errors.Join(err, a.Validate())
		}
		for _, p := range n.Places {
			err = errors.Join(err, p.Validate())
		}
		for _, e := range n.Events {
			err = errors.Join(err, e.Validate())
		}
		for _, c := range n.Claims {
			err = errors.Join(err, c.Validate())
		}
		if err != nil {
			t.Error(err)
		}
	})
}
