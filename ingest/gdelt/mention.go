package gdelt

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// MentionType is where a mention was found.
type MentionType int

// The types of mention, numbered as GDELT does.
const (
	MentionWeb          MentionType = 1 // the identifier is a URL
	MentionCitation     MentionType = 2 // the identifier is a citation
	MentionCORE         MentionType = 3 // a DOI
	MentionDTIC         MentionType = 4 // a DOI
	MentionJSTOR        MentionType = 5 // a DOI
	MentionNonTextual   MentionType = 6
	columnsMention                  = 16
	translationLanguage             = "srclc:"
)

// Mention is one row of a mentions file: an article that tells of an event.
type Mention struct {
	Event      int64     // GLOBALEVENTID, maybe of an event years ago
	EventTime  time.Time // when the event was added
	Time       time.Time // when the mention was found
	Type       MentionType
	Source     string // domain, for web pages
	Identifier string // URL, for web pages
	Sentence   int    // 1 is the first
	Actor1At   int    // offset of the actor in the English text, −1 if absent
	Actor2At   int
	ActionAt   int
	InRawText  bool
	Confidence int // 0…100, in tens
	Length     int // of the article, in characters
	Tone       float64
	Language   string // BCP 47, of the article before its translation; "en" if it was not translated
}

// ParseMention reads one row. The reason is "" when it is good.
func ParseMention(line string) (m Mention, reason, detail string) {
	var c [columnsMention]string
	if n := cells(line, c[:]); n != columnsMention {
		return m, ReasonMentionColumns, strconv.Itoa(n) + " cells"
	}
	id, err := strconv.ParseInt(c[0], 10, 64)
	if err != nil || id < 0 {
		return m, ReasonID, quote(c[0])
	}
	m.Event = id
	m.EventTime = timeOf(c[1]) // of no consequence
	if m.Time = timeOf(c[2]); m.Time.IsZero() {
		return m, ReasonAdded, quote(c[2])
	}
	m.Type = MentionType(number(c[3]))
	m.Source, m.Identifier = strings.TrimSpace(c[4]), strings.TrimSpace(c[5])
	if m.Source == "" && m.Identifier == "" {
		return m, ReasonNoSource, ""
	}
	m.Sentence = number(c[6])
	m.Actor1At, m.Actor2At, m.ActionAt = offset(c[7]), offset(c[8]), offset(c[9])
	m.InRawText = c[10] == "1"
	m.Confidence = min(number(c[11]), 100)
	m.Length, m.Tone = number(c[12]), float(c[13])
	m.Language = languageOf(c[14])
	return m, "", ""
}

func offset(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// languageOf reads "srclc:spa;eng:GT-SPA 1.0": the language that was
// translated, and by what.
func languageOf(s string) string {
	if s == "" {
		return "en"
	}
	_, rest, ok := strings.Cut(s, translationLanguage)
	if !ok {
		return ""
	}
	code, _, _ := strings.Cut(rest, ";")
	tag, err := language.Parse(code)
	if err != nil {
		return ""
	}
	return tag.String()
}
