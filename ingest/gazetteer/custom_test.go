package gazetteer

import (
	"strings"
	"testing"

	"faultline/ingest/custom"
	"faultline/schema"
)

func withOwn(t *testing.T, text string) (*Gazetteer, error) {
	t.Helper()
	own, err := custom.ReadActors("mine/actors.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return ParseWith([]custom.Actors{own}, Builtin())
}

func TestCustomActors(t *testing.T) {
	g, err := withOwn(t, `
actors:
  - id: northern-brigade
    name: Northern Brigade
    kind: armed-group
    country: SYR
    aliases: [Liwa al-Shamal, Reuters]
    adjectives: [Shamali]
    part_of: [{id: free-syrian-army, from: 2013, to: 2016-05}]
    aligned_with: [turkey]
  - id: hezbollah
    aliases: [the men of the south]
  - id: bbc
    replace: true
    name: Our Broadcaster
    kind: outlet
    country: GBR
  - id: jane-example
    name: Jane Example
    kind: person
    country: SYR
    offices: [{role: spokesman, of: northern-brigade, from: 2014-02}]
roles:
  - {noun: drone operator, class: military, suffix: military}
`)
	if err != nil {
		t.Fatal(err)
	}
	day := schema.MakeDay
	for name, want := range map[string]schema.ActorID{
		"Liwa al-Shamal": "actor:northern-brigade", "men of the south": "actor:hezbollah", "Hezbollah": "actor:hezbollah",
		"Reuters": "actor:northern-brigade", "Our Broadcaster": "actor:bbc", "Jane Example": "actor:jane-example",
	} {
		if ids := g.Named(name); len(ids) == 0 || ids[0] != want {
			t.Errorf("%q is %v, want %s", name, ids, want)
		}
	}
	if ids := g.Named("British Broadcasting Corporation"); len(ids) != 0 {
		t.Errorf("the replaced actor keeps its alias: %v", ids)
	}
	e, _ := g.Actor("actor:northern-brigade")
	if in := e.On(day(2014, 1, 1)); len(in.PartOf) != 1 || len(in.AlignedWith) != 1 {
		t.Errorf("2014: %+v", in)
	}
	if in := e.On(day(2017, 1, 1)); len(in.PartOf) != 0 {
		t.Errorf("2017: %+v", in)
	}
	if id, ok := g.HolderAt("spokesman", "actor:northern-brigade", day(2015, 1, 1)); !ok || id != "actor:jane-example" {
		t.Errorf("the spokesman is %v", id)
	}
	if a, ok := g.RoleActor("actor:turkey", "drone operators"); !ok || a.ID != "actor:turkey-military" && a.Kind != schema.Military {
		t.Errorf("Turkish drone operators are %+v", a)
	}
}

func TestCustomErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"actors:\n  - id: Northern Brigade\n    name: X\n    kind: outlet\n", `mine/actors.yaml:2: "Northern Brigade" is no id`},
		{"actors:\n  - id: nobody-yet\n    kind: outlet\n", "mine/actors.yaml:2: nobody-yet is not known yet and needs a name"},
		{"actors:\n  - id: nobody-yet\n    name: X\n", "needs a kind"},
		{"actors:\n  - id: nobody-yet\n    name: X\n    kind: band\n", "mine/actors.yaml:2: nobody-yet: "},
		{"actors:\n  - id: nobody-yet\n    name: X\n    kind: outlet\n    country: Syria\n", "no ISO 3166 alpha-3 code"},
		{"actors:\n  - id: nobody-yet\n    name: X\n    kind: outlet\n    part_of: [{id: siria}]\n", "refers to siria, which no row has: did you mean syria?"},
		{"actors:\n  - id: nobody-yet\n    name: X\n    kind: outlet\n    part_of: [{id: syria, from: soon}]\n", "mine/actors.yaml:5: \"soon\" is no date"},
		{"actors:\n  - id: hezbollah\n    offices: [{role: leader, of: syria}]\n", "is no person"},
		{"actors:\n  - id: iran\n  - id: iran\n", "mine/actors.yaml:3: iran is also at mine/actors.yaml:2"},
		{"roles:\n  - {noun: droner}\n", "mine/actors.yaml:2: the role \"droner\" has no class"},
	} {
		_, err := withOwn(t, c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}
