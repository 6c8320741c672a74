package coder

import (
	"reflect"
	"strings"
	"testing"

	"faultline/ingest/nlp"
	"faultline/schema"
)

func TestParseLexicon(t *testing.T) {
	verb := func(l string) lexKey { return lexKey{nlp.VERB, l} }
	noun := func(l string) lexKey { return lexKey{nlp.NOUN, l} }
	for _, tc := range []struct {
		line string
		key  lexKey
		want pattern
	}{
		{"ASSAULT\tverb\tattack", verb("attack"), pattern{Type: schema.Assault, text: "attack"}},
		{"ASSAULT\tverb\tclash=", verb("clash"), pattern{Type: schema.Assault, Joint: true, text: "clash="}},
		{"RETREAT\tverb\twithdraw>", verb("withdraw"), pattern{Type: schema.Retreat, Alone: true, text: "withdraw>"}},
		{"ASSAULT\tverb\tsuffer+loss/casualty<", verb("suffer"), pattern{Type: schema.Assault, Reverse: true, With: []string{"loss", "casualty"}, text: "suffer+loss/casualty<", specific: 2}},
		{"THREATEN\tverb\twarn?", verb("warn"), pattern{Type: schema.Threaten, Guarded: true, text: "warn?"}},
		{"AGREE\tnoun\tdeal=?", noun("deal"), pattern{Type: schema.Agree, Joint: true, Guarded: true, text: "deal=?"}},
		{"REQUEST\tverb\tcall~on", verb("call"), pattern{Type: schema.Request, Prep: []string{"on"}, text: "call~on", specific: 1}},
		{"ACCUSE\tverb\tlash~out~at", verb("lash"), pattern{Type: schema.Accuse, Prep: []string{"out", "at"}, text: "lash~out~at", specific: 1}},
		{"REJECT\tverb\twithdraw~from+talk/treaty", verb("withdraw"), pattern{Type: schema.Reject, Prep: []string{"from"}, With: []string{"talk", "treaty"}, text: "withdraw~from+talk/treaty", specific: 3}},
		{"ASSAULT\tnoun\tdrone+strike~on", noun("strike"), pattern{Type: schema.Assault, With: []string{"drone"}, Prep: []string{"on"}, text: "drone+strike~on", specific: 3}},
		{"STRAIN\tadjective\ttense=", lexKey{nlp.ADJ, "tense"}, pattern{Type: schema.Strain, Joint: true, text: "tense="}},
	} {
		lex, err := parseLexicon("# note\n\n" + tc.line + "\n")
		if err != nil {
			t.Errorf("%q: %v", tc.line, err)
			continue
		}
		if got := lex[tc.key]; len(got) != 1 || !reflect.DeepEqual(got[0], tc.want) {
			t.Errorf("%q: got %+v, want %+v", tc.line, got, tc.want)
		}
	}
}

func TestParseLexiconSeveral(t *testing.T) {
	lex, err := parseLexicon("ASSAULT\tverb\tattack | raid+village\nCOERCE\tverb\traid")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(lex[lexKey{nlp.VERB, "raid"}]); n != 2 {
		t.Errorf("raid has %d patterns, want 2", n)
	}
	if n := len(lex[lexKey{nlp.VERB, "attack"}]); n != 1 {
		t.Errorf("attack has %d patterns, want 1", n)
	}
}

func TestParseLexiconErrors(t *testing.T) {
	for _, tc := range []struct{ file, want string }{
		{"ASSAULT\tverb", "lexicon:1: want type"},
		{"ASSAULT verb attack", "lexicon:1: want type"},
		{"ASSAULT\tverb\tattack\tkill", "lexicon:1: want type"},
		{"# note\nHIT\tverb\tattack", "lexicon:2: \"HIT\""},
		{"ASSAULT\tadverb\tviolently", "lexicon:1: \"adverb\""},
		{"ASSAULT\tverb\tattack | ", "lexicon:1: empty"},
		{"ASSAULT\tverb\t=>", "lexicon:1: empty"},
		{"ASSAULT\tverb\t+rocket", "lexicon:1: empty"},
	} {
		if _, err := parseLexicon(tc.file); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q: error %v, want it to say %q", tc.file, err, tc.want)
		}
	}
}

// TestLexicon checks the lexicon itself: it parses, has all types, and no
// pattern twice.
func TestLexicon(t *testing.T) {
	lex, err := parseLexicon(lexiconFile)
	if err != nil {
		t.Fatal(err)
	}
	types := map[schema.EventType]bool{}
	for key, list := range lex {
		seen := map[string]bool{}
		for _, p := range list {
			types[p.Type] = true
			id := string(p.Type) + " " + p.text
			if seen[id] {
				t.Errorf("%s: %q stands twice", key.lemma, id)
			}
			seen[id] = true
			if key.lemma != strings.ToLower(key.lemma) {
				t.Errorf("%q is not in lower case: it never matches", key.lemma)
			}
		}
	}
	for _, typ := range schema.EventTypes() {
		if !types[typ] {
			t.Errorf("no pattern of %s", typ)
		}
	}
}

func FuzzParseLexicon(f *testing.F) {
	f.Add("ASSAULT\tverb\tattack | clash= | raid+a/b~on")
	f.Add("AGREE\tnoun\tdeal=?><")
	f.Add("AGREE\tnoun\t+~+~")
	f.Fuzz(func(t *testing.T, file string) {
		lex, err := parseLexicon(file)
		if err != nil {
			return
		}
		for key, list := range lex {
			if key.lemma == "" || len(list) == 0 {
				t.Errorf("%q: key %+v with %d patterns", file, key, len(list))
			}
		}
	})
}

func TestVerbLemma(t *testing.T) {
	w := bench(t)
	for _, tc := range [][3]string{
		{"bombed", "bom", "bomb"},
		{"shelling", "shell", "shell"},
		{"accused", "accus", "accuse"},
		{"stabbed", "stabb", "stab"},
		{"denied", "deni", "deny"},
		{"fled", "flee", "flee"},
		{"walked", "walk", "walk"}, // no action word: as the analyzer has it
		{"s", "s", "s"},
	} {
		if got := w.verbLemma(tc[0], tc[1]); got != tc[2] {
			t.Errorf("%q with %q is %q, want %q", tc[0], tc[1], got, tc[2])
		}
	}
}
