package schema

import (
	"testing"
	"time"
)

func TestCAMEOTable(t *testing.T) {
	for code, want := range map[Code]CodeFacts{
		"190":  {Code: "190", Quad: MaterialConflict, Goldstein: -10, Type: Assault},
		"042":  {Code: "042", Quad: VerbalCooperation, Goldstein: 1.9, Type: Consult},
		"010":  {Code: "010", Quad: VerbalCooperation, Goldstein: 0, Type: ""},
		"020":  {Code: "020", Quad: VerbalCooperation, Goldstein: 3, Type: Request},
		"1909": {Code: "190", Quad: MaterialConflict, Goldstein: -10, Type: Assault}, // an unknown detail of a known code
	} {
		got, ok := code.Facts()
		got.Name = ""
		if !ok || got != want {
			t.Errorf("%s: %+v, %t, want %+v", code, got, ok, want)
		}
	}
	if _, ok := Code("99").Facts(); ok {
		t.Error("code 99 has facts")
	}
	if n := len(cameo()); n != 312 {
		t.Errorf("%d codes, want 312", n)
	}
	for code, f := range cameo() {
		if f.Type != "" && f.Type.Validate() != nil || f.Quad < 1 || f.Quad > 4 || f.Goldstein < -10 || f.Goldstein > 10 || f.Name == "" {
			t.Errorf("%s: %+v", code, f)
		}
	}
}

func TestDay(t *testing.T) {
	for _, text := range []string{"1899-12-31", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"} {
		d, err := ParseDay(text)
		if err != nil || d.String() != text || DayOf(d.Time().Add(23*time.Hour)) != d {
			t.Errorf("%s: %v, %v", text, d, err)
		}
	}
	if _, err := ParseDay("2023-02-29"); err == nil {
		t.Error("2023-02-29 is a day")
	}
	if NoDay.String() != "" || DayOf(time.Time{}) != NoDay {
		t.Error("no day is some day")
	}
}

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Deir ez-Zôr":            "deir-ez-zor",
		"Sana'a":                 "sanaa",
		"Recep Tayyip Erdoğan":   "recep-tayyip-erdogan",
		"  Łódź (Poland) ":       "lodz-poland",
		"Straße":                 "strasse",
		"حزب الله":               "حزب-الله",
		"":                       "",
		"Ümit & Söhne GmbH, 2nd": "umit-sohne-gmbh-2nd",
	} {
		if got := Slug(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestKey(t *testing.T) {
	a := Event{Type: Assault, Initiators: []ActorID{"actor:b", "actor:a"}, Recipients: []ActorID{"actor:c"}, Day: MakeDay(2024, 1, 2)}
	b := Event{Type: Assault, Initiators: []ActorID{"actor:a", "actor:b", "actor:a"}, Recipients: []ActorID{"actor:c"}, Day: MakeDay(2024, 1, 2), Status: Denied}
	if a.Key() != b.Key() {
		t.Errorf("%q and %q are one event", a.Key(), b.Key())
	}
	for name, other := range map[string]Event{
		"type":  {Type: Coerce, Initiators: a.Initiators, Recipients: a.Recipients, Day: a.Day},
		"day":   {Type: Assault, Initiators: a.Initiators, Recipients: a.Recipients, Day: a.Day + 1},
		"sides": {Type: Assault, Initiators: a.Recipients, Recipients: a.Initiators, Day: a.Day},
	} {
		if other.Key() == a.Key() {
			t.Errorf("another %s gives the same key %q", name, a.Key())
		}
	}
}

func TestLabel(t *testing.T) {
	day := MakeDay(2024, 11, 22)
	for want, e := range map[string]struct {
		event                  Event
		initiators, recipients []string
	}{
		"Russia asks IRGC · 2024-11-22":           {Event{Type: Request, Day: day}, []string{"Russia"}, []string{"IRGC"}},
		"Russia and Iran meet Turkey · 2024-11":   {Event{Type: Consult, Day: MakeDay(2024, 11, 1), Precision: PrecisionMonth}, []string{"Russia", "Iran"}, []string{"Turkey"}},
		"A and 2 others fight":                    {Event{Type: Assault, Day: NoDay}, []string{"A", "B", "C"}, nil},
		"somebody attacks civilians · 2024-11-22": {Event{Type: Assault, Day: day}, nil, []string{"civilians"}},
		"militia retreats · 2024-11-22":           {Event{Type: Retreat, Day: day}, []string{"militia"}, nil},
	} {
		if got := e.event.Label(e.initiators, e.recipients); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestMergeDoesNotDependOnOrder(t *testing.T) {
	events := NewNouns().Event
	a := Event{ID: "event:1", Name: "n", Type: Assault, Code: "180", Initiators: []ActorID{"actor:a"}, Day: 1, Precision: PrecisionMonth, Status: Planned, At: []PlaceID{"place:b"}}
	b := Event{ID: "event:1", Name: "n", Type: Assault, Code: "190", Initiators: []ActorID{"actor:a"}, Day: 1, Precision: PrecisionDay, Status: Asserted, At: []PlaceID{"place:a"}}
	ab, ba := events.Merge(a, b), events.Merge(b, a)
	if ab.Status != Asserted || ab.Precision != PrecisionDay || ab.Code != "190" || len(ab.At) != 2 || ab.At[0] != "place:a" {
		t.Errorf("%+v", ab)
	}
	if ab.Key() != ba.Key() || ab.Status != ba.Status || ab.Code != ba.Code || ab.At[1] != ba.At[1] {
		t.Errorf("%+v and %+v differ", ab, ba)
	}
}
