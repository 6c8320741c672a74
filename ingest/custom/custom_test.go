package custom

import (
	"strings"
	"testing"
)

const actorsFile = `# our own
actors:
  - id: northern-brigade
    name: Northern Brigade
    kind: armed-group
    country: SYR
    aliases: [Liwa al-Shamal, "NB"]
    part_of: {id: free-syrian-army, from: 2013, to: 2016-05}
    aligned_with: turkey
  - id: jane-example
    name: Jane Example
    kind: person
    offices:
      - {role: spokeswoman, of: northern-brigade, from: 2014-02-01}
roles:
  - {noun: drone operator, class: military}
`

func TestReadActors(t *testing.T) {
	got, err := ReadActors("actors.yaml", []byte(actorsFile))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Actors) != 2 || len(got.Roles) != 1 {
		t.Fatalf("%+v", got)
	}
	a := got.Actors[0]
	if a.Line != 3 || a.Name != "Northern Brigade" || len(a.Aliases) != 2 || len(a.Aligned) != 1 || a.Aligned[0].ID != "turkey" ||
		len(a.PartOf) != 1 || a.PartOf[0] != (Tie{Line: 8, ID: "free-syrian-army", From: "2013", To: "2016-05"}) {
		t.Errorf("%+v", a)
	}
	if o := got.Actors[1].Offices; len(o) != 1 || o[0].Role != "spokeswoman" || o[0].From != "2014-02-01" {
		t.Errorf("%+v", o)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"actors:\n  - name: X\n", "f.yaml:2: an actor has no id"},
		{"actors:\n  - id: x\n    alias: [y]\n", `f.yaml:3: an actor has no key "alias": did you mean "aliases"?`},
		{"actors:\n  - id: x\n    id: y\n", `twice`},
		{"actors:\n  - id: x\n    offices: [{role: king}]\n", "f.yaml:3: an office needs role and of"},
		{"actors:\n  - id: x\n    part_of: [{from: 2014}]\n", "f.yaml:3: part_of names no actor"},
		{"actors:\n  - id: x\n    replace: maybe\n", "f.yaml:3: replace must be true or false"},
		{"actors: {a: b}\n", "f.yaml:1: actors must be a list"},
		{"actors:\n  - id: [\n", "f.yaml:"},
		{"- a\n", "the file must be written as"},
		{"actors: &a []\nroles: *a\n", "anchors"},
		{"roles:\n  - plural: x\n", "f.yaml:2: a role has no noun"},
	} {
		_, err := ReadActors("f.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"events:\n  ASAULT:\n    verb: [drone]\n", `f.yaml:2: events has no key "ASAULT"`},
		{"events:\n  ASSAULT:\n    verbs: [drone]\n", `f.yaml:3: ASSAULT has no key "verbs": did you mean "verb"?`},
		{"never:\n  - {phrase: price war, type: WAR}\n", `f.yaml:2: "WAR" is no event type`},
		{"never:\n  - {type: ASSAULT}\n", "f.yaml:2: an entry of never has no words"},
		{"never: {a: 1}\n", "f.yaml:1: never must be a list"},
	} {
		_, err := ReadLexicon("f.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

func TestReadLexicon(t *testing.T) {
	got, err := ReadLexicon("lexicon.yaml", []byte("events:\n  ASSAULT:\n    verb: [drone, rain+rocket]\n    noun: swarm~on\nnever:\n  - War on drugs\n  - {phrase: price war, type: ASSAULT}\n"))
	if err != nil || len(got.Words) != 3 || got.Words[2].Line != 4 || len(got.Never) != 2 || got.Never[0].Words[0] != "war" || got.Never[1].Type != "ASSAULT" {
		t.Errorf("%+v %v", got, err)
	}
	for _, empty := range []string{"", "# nothing\n", "events:\nnever:\n"} {
		if _, err := ReadLexicon("lexicon.yaml", []byte(empty)); err != nil {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(actorsFile))
	f.Add([]byte("events:\n  ASSAULT:\n    verb: [drone]\nnever: [x, {phrase: y}]\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, err := range []error{func() error { _, err := ReadActors("f", data); return err }(), func() error { _, err := ReadLexicon("f", data); return err }()} {
			if err != nil && !strings.HasPrefix(err.Error(), "f:") {
				t.Errorf("%q: %v does not name the file", data, err)
			}
		}
	})
}
