package custom

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"faultline/schema"
)

// Lexicon is the content of a lexicon.yaml.
type Lexicon struct {
	File  string
	Words []Word
	Never []Phrase
}

// Word is one entry of events: a pattern in the notation of the coder.
type Word struct {
	Line    int
	Type    schema.EventType
	Speech  string // verb, noun or adjective
	Pattern string
}

// Phrase is one entry of never: words that are no event, or none of a type.
type Phrase struct {
	Line  int
	Words []string         // lower case
	Type  schema.EventType // "" for any
}

// The keys of lexicon.yaml.
var (
	lexiconKeys = []string{"events", "never"}
	speechKeys  = []string{"verb", "noun", "adjective"}
	phraseKeys  = []string{"phrase", "type"}
)

// ReadLexicon reads a lexicon.yaml. name is the file's path, for errors; all
// errors are returned, joined. Patterns are not yet checked: the coder does
// that.
func ReadLexicon(name string, data []byte) (Lexicon, error) {
	f := file{name: name}
	out := Lexicon{File: name}
	top := f.root(data)
	if top == nil {
		return out, f.err()
	}
	types := make([]string, 0, 18)
	for _, t := range schema.EventTypes() {
		types = append(types, string(t))
	}
	f.fields(top, "the file", lexiconKeys, func(key string, _, v *yaml.Node) {
		if key == "never" {
			for _, item := range f.items(v, key) {
				if p, ok := f.phrase(item, types); ok {
					out.Never = append(out.Never, p)
				}
			}
			return
		}
		f.fields(v, "events", types, func(typ string, _, v *yaml.Node) {
			f.fields(v, typ, speechKeys, func(speech string, _, v *yaml.Node) {
				for _, item := range f.items(v, speech) {
					if p := f.text(item, "each "+speech); p != "" {
						out.Words = append(out.Words, Word{Line: item.Line, Type: schema.EventType(typ), Speech: speech, Pattern: p})
					}
				}
			})
		})
	})
	return out, f.err()
}

func (f *file) phrase(n *yaml.Node, types []string) (Phrase, bool) {
	p := Phrase{Line: n.Line}
	words := ""
	if n.Kind == yaml.ScalarNode {
		words = f.text(n, "each of never")
	} else if !f.fields(n, "an entry of never", phraseKeys, func(key string, _, v *yaml.Node) {
		switch s := f.text(v, key); key {
		case "phrase":
			words = s
		case "type":
			p.Type = schema.EventType(s)
			if p.Type.Validate() != nil {
				f.fail(v.Line, "%q is no event type%s", s, suggestion(s, types))
			}
		}
	}) {
		return p, false
	}
	if p.Words = strings.Fields(strings.ToLower(words)); len(p.Words) == 0 {
		f.fail(n.Line, "an entry of never has no words, for example - war on drugs")
		return p, false
	}
	return p, true
}
