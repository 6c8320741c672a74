package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"faultline/ingest/nlp"
	"faultline/ingest/relate/internal/model"
	"faultline/schema"
)

// The dictionaries that phrases come from.
const (
	bookPatterns = 0 // patterns of the PETRARCH dictionary
	bookVerbs    = 1 // its verbs alone
	bookLexicon  = 2 // the lexicon of the event coder
)

var (
	codePart  = regexp.MustCompile(`\[([-0-9A-Z:]+)\]`)
	forms     = regexp.MustCompile(`\{[^}]*\}`)
	nonLetter = regexp.MustCompile(`[^A-Z0-9_&' -]+`)
)

// readPetrarch reads a verb dictionary in the format of the PETRARCH coders.
func readPetrarch(path string, a *nlp.Analyzer) ([]model.Phrase, []model.WordSet, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	var phrases []model.Phrase
	var sets []model.WordSet
	var verbs []string // of the block
	var block string   // its code
	started := false
	lines := bufio.NewScanner(zr)
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "#")
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "---"):
			started = true
			verbs, block = nil, code(line)
			name := strings.Fields(strings.Trim(codePart.ReplaceAllString(line, ""), "- "))
			if len(name) > 0 {
				verbs = append(verbs, lemma(a, name[0], "VB"))
			}
		case strings.HasPrefix(line, "&"):
			sets = append(sets, model.WordSet{Name: strings.ToLower(strings.TrimSpace(line))})
		case strings.HasPrefix(line, "+") && !started:
			if n := len(sets); n > 0 {
				for _, w := range strings.Fields(forms.ReplaceAllString(line[1:], "")) {
					if w = strings.Trim(w, "_"); !strings.Contains(w, "_") {
						sets[n-1].Words = append(sets[n-1].Words, lemma(a, w, "NNS"))
					}
				}
			}
		case strings.HasPrefix(line, "- "):
			class := classOf(code(line))
			if class < 0 {
				continue
			}
			words := patternWords(codePart.ReplaceAllString(line[2:], ""), a)
			for _, v := range verbs {
				if len(words) > 0 {
					phrases = append(phrases, model.Phrase{Head: v, With: words, Class: int8(class), Book: bookPatterns})
				}
			}
		default:
			c := code(line)
			if c == "" {
				c = block
			}
			parts := strings.Fields(forms.ReplaceAllString(codePart.ReplaceAllString(line, ""), ""))
			if len(parts) == 0 {
				continue
			}
			parts = strings.Split(strings.Trim(parts[0], "_+"), "_")
			head := lemma(a, parts[0], "VB")
			var with []string
			for _, w := range parts[1:] {
				with = append(with, strings.ToLower(w))
			}
			if len(with) == 0 {
				verbs = append(verbs, head)
			}
			if class := classOf(c); class >= 0 {
				phrases = append(phrases, model.Phrase{Head: head, With: with, Class: int8(class), Book: bookVerbs})
			}
		}
	}
	return phrases, sets, lines.Err()
}

func code(line string) string {
	m := codePart.FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	c, _, _ := strings.Cut(strings.Trim(m[1], ":"), ":")
	return c
}

// classOf is the relation type of a CAMEO code, −1 if it has none. Appeals
// (02), which PLOVER left out, are closest to requests.
func classOf(c string) int {
	if strings.HasPrefix(c, "02") {
		return model.Class("REQUEST")
	}
	f, ok := schema.Code(c).Facts()
	if !ok {
		return -1
	}
	return model.Class(string(f.Type))
}

func lemma(a *nlp.Analyzer, word, xpos string) string {
	return strings.ToLower(a.Lemma(strings.ToLower(word), xpos))
}

func patternWords(s string, a *nlp.Analyzer) []string {
	var out []string
	for _, w := range strings.Fields(nonLetter.ReplaceAllString(s, " ")) {
		switch {
		case w[0] == '&':
			out = append(out, strings.ToLower(w))
		case len(w) > 1 || w == "A":
			for _, part := range strings.Split(strings.Trim(w, "_"), "_") {
				if part != "" {
					out = append(out, lemma(a, part, "NNS"))
				}
			}
		}
	}
	return slices.DeleteFunc(out, func(w string) bool { return w == "a" || w == "the" || w == "&" || w == "-" })
}

// readLexicon reads the lexicon of the event coder.
func readLexicon(path string) ([]model.Phrase, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []model.Phrase
	for n, line := range strings.Split(string(b), "\n") {
		f := strings.Split(line, "\t")
		if line == "" || line[0] == '#' {
			continue
		}
		if len(f) != 3 {
			return nil, fmt.Errorf("%s:%d: want three columns", path, n+1)
		}
		class := model.Class(f[0])
		if class < 0 {
			continue
		}
		for _, entry := range strings.Split(f[2], " | ") {
			entry = strings.TrimRight(strings.TrimSpace(entry), "<>=?")
			i := strings.IndexAny(entry, "+~")
			head, rest := entry, ""
			if i >= 0 {
				head, rest = entry[:i], entry[i:]
			}
			with := [][]string{nil}
			for rest != "" {
				mark := rest[0]
				part := rest[1:]
				if i := strings.IndexAny(part, "+~"); i >= 0 {
					part, rest = part[:i], part[i:]
				} else {
					rest = ""
				}
				if mark == '~' && f[1] == "noun" {
					continue // what introduces the recipient
				}
				var more [][]string
				for _, w := range with {
					for _, alternative := range strings.Split(part, "/") {
						more = append(more, append(slices.Clone(w), alternative))
					}
				}
				with = more
			}
			for _, w := range with {
				h := head
				if f[1] == "noun" && len(w) > 0 { // the last word of a compound is its head
					h, w = w[len(w)-1], append([]string{head}, w[:len(w)-1]...)
				}
				out = append(out, model.Phrase{Head: h, With: w, Class: int8(class), Book: bookLexicon})
			}
		}
	}
	return out, nil
}
