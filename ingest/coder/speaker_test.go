package coder

import (
	"testing"

	"faultline/ingest/coding"
	"faultline/schema"
)

func TestSpeaker(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct {
		name, tokens, trigger string
		who, verb             string // "" for nobody
	}{
		{"nobody", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj", "attacked", "", ""},
		{"at the start", "Syria/NNP/2/nsubj said=say/VBD/0/root Iran/NNP/4/nsubj attacked=attack/VBD/2/ccomp Israel/NNP/4/obj", "attacked", "Syria", "said"},
		{"at the end", "Iran/NNP/2/nsubj attacked=attack/VBD/6/ccomp Israel/NNP/2/obj ,/,/6/punct Syria/NNP/6/nsubj said=say/VBD/0/root", "attacked", "Syria", "said"},
		{"at the end, with a day", "Iran/NNP/2/nsubj attacked=attack/VBD/6/ccomp Israel/NNP/2/obj ,/,/6/punct Syria/NNP/6/nsubj said=say/VBD/0/root on/IN/8/case Monday/NNP/6/obl", "attacked", "Syria", "said"},
		{"inverted", "Iran/NNP/2/nsubj attacked=attack/VBD/5/ccomp Israel/NNP/2/obj ,/,/5/punct said=say/VBD/0/root Syria/NNP/5/nsubj", "attacked", "Syria", "said"},
		{"lost comma", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/4/compound Syria/NNP/2/obj said=say/VBD/2/dep", "attacked", "Syria", "said"},
		{"according to", "According/VBG/3/case to/IN/3/case Syria/NNP/6/obl ,/,/6/punct Iran/NNP/6/nsubj attacked=attack/VBD/0/root Israel/NNP/6/obj", "attacked", "Syria", "according to"},
		{"according to nobody", "According/VBG/3/case to/IN/3/case information/NN/6/obl ,/,/6/punct Iran/NNP/6/nsubj attacked=attack/VBD/0/root Israel/NNP/6/obj", "attacked", "", ""},
		{"according to a source", "According/VBG/3/case to/IN/3/case witnesses=witness/NNS/6/obl ,/,/6/punct Iran/NNP/6/nsubj attacked=attack/VBD/0/root Israel/NNP/6/obj", "attacked", "witnesses", "according to"},
		{"accused of", "Syria/NNP/2/nsubj accused=accuse/VBD/0/root Iran/NNP/2/obj of/IN/5/mark attacking=attack/VBG/2/advcl Israel/NNP/5/obj", "attacking", "Syria", "accused"},
		{"nearest of two", "Oman/NNP/2/nsubj said=say/VBD/0/root Syria/NNP/4/nsubj claimed=claim/VBD/2/ccomp Iran/NNP/6/nsubj attacked=attack/VBD/4/ccomp", "attacked", "Syria", "claimed"},
		{"of the outer act", "Oman/NNP/2/nsubj said=say/VBD/0/root Syria/NNP/4/nsubj claimed=claim/VBD/2/ccomp Iran/NNP/6/nsubj attacked=attack/VBD/4/ccomp", "claimed", "Oman", "said"},
		{"in a toll given by", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj in/IN/6/case a/DT/6/det toll/NN/2/obl given=give/VBN/6/acl by/IN/9/case Syria/NNP/7/obl:agent", "attacked", "Syria", "toll"},
		{"in a statement of its own", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj in/IN/6/case a/DT/6/det statement/NN/2/obl on/IN/8/case Friday/NNP/6/nmod", "attacked", "", ""},
		{"it went on", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj it/PRP/5/nsubj went=go/VBD/2/parataxis on/IN/5/compound:prt", "attacked", "Iran", "went on"},
		{"two apart", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj ;/:/6/punct Oman/NNP/6/nsubj said=say/VBD/2/appos so/RB/6/advmod ;/:/10/punct Syria/NNP/10/nsubj said=say/VBD/2/appos nothing/NN/10/obj whatsoever/RB/10/advmod at/IN/14/case all/DT/10/obl in/IN/16/case public/NN/10/obl there/RB/10/advmod on/IN/19/case Monday/NNP/10/obl", "attacked", "", ""},
	} {
		s := parsed(t, w, tc.tokens)
		m, verb := s.speaker(s.token(t, tc.trigger))
		who := ""
		if m != nil {
			who = m.Text
		}
		if who != tc.who || verb != tc.verb {
			t.Errorf("%s: %q: said by %q (%q), want %q (%q)", tc.name, s.doc.Text, who, verb, tc.who, tc.verb)
		}
	}
}

// TestSpeakerRemembered checks that "it said" means who spoke before.
func TestSpeakerRemembered(t *testing.T) {
	w := bench(t)
	s := parsed(t, w, "Syria/NNP/2/nsubj said=say/VBD/0/root Iran/NNP/4/nsubj attacked=attack/VBD/2/ccomp Israel/NNP/4/obj")
	first, _ := s.speaker(s.token(t, "attacked"))
	if first == nil || first.Actor.ID == "" {
		t.Fatalf("got %+v, want Syria", first)
	}
	next := &coding.Mention{Text: "it"}
	if got := s.known(next); got.Actor.ID != first.Actor.ID {
		t.Errorf("“it” is %q, want %q", got.Actor.ID, first.Actor.ID)
	}
	other := &coding.Mention{Text: "a fisherman"}
	if got := s.known(other); got.Actor.ID != "" {
		t.Errorf("“a fisherman” is %q, want nobody known", got.Actor.ID)
	}
}

// TestSpeakerAnonymous checks that who speaks again without a name goes by the
// words that first told who he is.
func TestSpeakerAnonymous(t *testing.T) {
	state := schema.Actor{ID: "actor:jordan", Kind: schema.State}
	person := schema.Actor{ID: "actor:anna-holm", Kind: schema.Person}
	for _, tc := range []struct {
		word    string
		speaker coding.Mention
		want    string // how the one is called whom the word means, "" if it does not mean him
	}{
		{"he", coding.Mention{Text: "Jordanian diplomat", Actor: state}, "Jordanian diplomat"},
		{"they", coding.Mention{Text: "Jordanian diplomats", Actor: state}, "Jordanian diplomats"},
		{"he", coding.Mention{Text: "Jordanian diplomats", Actor: state}, ""},
		{"it", coding.Mention{Text: "Jordanian diplomats", Actor: state}, ""},
		{"he", coding.Mention{Text: "Jordan", Actor: state}, ""},
		{"it", coding.Mention{Text: "Jordan", Actor: state}, "it"},
		{"she", coding.Mention{Text: "Anna Holm", Actor: person}, "she"},
		{"it", coding.Mention{Text: "Anna Holm", Actor: person}, ""},
	} {
		got := ""
		if new(sentence).refers(tc.word, &tc.speaker) {
			m := again(coding.Mention{Text: tc.word}, &tc.speaker)
			if got = m.Text; m.Actor.ID != tc.speaker.Actor.ID {
				t.Errorf("%q after %q: %q", tc.word, tc.speaker.Text, m.Actor.ID)
			}
		}
		if got != tc.want {
			t.Errorf("%q after %q: %q, want %q", tc.word, tc.speaker.Text, got, tc.want)
		}
	}
	// A noun keeps its own words if the speaker was not called by it.
	command := &coding.Mention{Text: "army command", Actor: state}
	if m := again(coding.Mention{Text: "The source"}, command); m.Text != "The source" {
		t.Errorf("“The source” became %q", m.Text)
	}
}

func TestIsSide(t *testing.T) {
	m := &coding.Mention{Span: coding.Span{Start: 4, End: 8}}
	side := []coding.Mention{*m}
	for _, tc := range []struct {
		claim coding.Claim
		want  bool
	}{
		{coding.Claim{Type: "ACCUSE", Initiators: side}, true},
		{coding.Claim{Type: "ACCUSE", Recipients: side}, false},
		{coding.Claim{Type: "ASSAULT", Initiators: side}, false}, // whoever says that he attacked is a source
	} {
		if got := isSide(m, tc.claim); got != tc.want {
			t.Errorf("%+v: %t, want %t", tc.claim, got, tc.want)
		}
	}
}

// What is announced does not speak.
func TestPassiveSignature(t *testing.T) {
	w := bench(t)
	text := "Russia masses its military near the border again as new military operations are announced."
	claims := w.code(coding.Document{Text: text, Published: published}).Claims
	if len(claims) == 0 {
		t.Fatalf("%q: no claim", text)
	}
	for _, c := range claims {
		if c.Speaker != nil {
			t.Errorf("%q: %s is said by %q", text, c.Type, c.Speaker.Text)
		}
	}
}
