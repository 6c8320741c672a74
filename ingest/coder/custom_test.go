package coder

import (
	"strings"
	"testing"

	"faultline/ingest/coding"
	"faultline/ingest/custom"
	"faultline/schema"
)

func ownWords(t *testing.T, text string) *Lexicon {
	t.Helper()
	c, err := custom.ReadLexicon("lexicon.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLexicon(c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestOwnWords checks that a word of the user acts without any training, and
// that his exclusions hold.
func TestOwnWords(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct{ name, lexicon, text, want string }{
		{"a verb of his own", "events:\n  ASSAULT:\n    verb: [zorch]\n", "Israel zorched Hezbollah on Friday.", "ASSAULT israel hezbollah"},
		{"with a preposition", "events:\n  THREATEN:\n    verb: [glower~at]\n", "Iran glowered at Israel.", "THREATEN iran israel"},
		{"mutual", "events:\n  EASE:\n    verb: [cosy+up=]\n    noun: [bromance=]\n", "The bromance between Russia and Turkey deepened.", "EASE russia+turkey -"},
		{"another meaning", "events:\n  AID:\n    verb: [attack]\n", "Israel attacked Hezbollah.", "AID israel hezbollah"},
		{"never", "never: [attacked Hezbollah]\n", "Israel attacked Hezbollah.", ""},
		{"never by lemma", "never: [attack hezbollah]\n", "Israel attacked Hezbollah.", ""},
		{"never of another type", "never: [{phrase: attack hezbollah, type: AID}]\n", "Israel attacked Hezbollah.", "ASSAULT israel hezbollah"},
		{"nothing", "", "Israel attacked Hezbollah.", "ASSAULT israel hezbollah"},
	} {
		c := *w.coder
		c.Own = ownWords(t, tc.lexicon)
		var got []string
		for _, cl := range c.code(coding.Document{Text: tc.text, Published: published}).Claims {
			sides := func(ms []coding.Mention) string {
				var ids []string
				for _, m := range ms {
					ids = append(ids, m.Actor.ID.Slug())
				}
				if len(ids) == 0 {
					return "-"
				}
				return strings.Join(ids, "+")
			}
			got = append(got, string(cl.Type)+" "+sides(cl.Initiators)+" "+sides(cl.Recipients))
			if strings.Contains(tc.lexicon, "events") && !strings.Contains(cl.Reason, "your lexicon: ") {
				t.Errorf("%s: the reason does not name the lexicon: %s", tc.name, cl.Reason)
			}
		}
		if strings.Join(got, "; ") != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestOwnWordsErrors(t *testing.T) {
	for _, tc := range []struct{ pattern, want string }{
		{"carry out", "lexicon.yaml:7: \"carry out\" has a blank: join the words by +"},
		{"a|b", "several patterns"},
		{"drone+", "has an empty part"},
		{"+drone", "has an empty part"},
		{">", "has an empty part"},
		{"Droned", "must be in lower case"},
	} {
		_, err := NewLexicon(custom.Lexicon{File: "lexicon.yaml", Words: []custom.Word{{Line: 7, Type: schema.Assault, Speech: "verb", Pattern: tc.pattern}}})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q: got %v, want %s", tc.pattern, err, tc.want)
		}
	}
}
