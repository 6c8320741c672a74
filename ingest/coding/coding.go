// Package coding is what a coder takes and gives: documents in, coded claims
// out, with every part still tied to the words it came from.
package coding

import "faultline/schema"

// Document is the text of one report as a coder reads it.
type Document struct {
	Text      string
	Title     string     // "" if unknown; helps to tell what the text is about
	Publisher string     // "" if unknown
	Published schema.Day // NoDay if unknown
}

// Coder reads the events out of a document. It is safe for concurrent use.
type Coder func(Document) Coded

// Coded is what a coder found: claims in the order of the text.
type Coded struct {
	Sentences int
	Claims    []Claim
}

// Claim is one coded event: what one sentence says that somebody did.
type Claim struct {
	Start, End int // the sentence, byte offsets in the document's text
	Type       schema.EventType
	Initiators []Mention
	Recipients []Mention
	Trigger    Span
	Status     schema.Status
	Speaker    *Mention // who is credited, nil if nobody but the report
	Day        schema.Day
	Precision  schema.Precision
	Date       Span // the words that date it, empty if the publication day does
	Place      *Location
	Confidence float64 // 0…1
	Reason     string  // which evidence decided, for people
}

// Span is a half-open range of byte offsets in the document's text.
type Span struct{ Start, End int }

// Mention is an actor as the text names it.
type Mention struct {
	Span
	Text  string
	Actor schema.Actor // whom it names; the zero Actor if it is not known who
}

// Location is a place as the text names it.
type Location struct {
	Span
	Text  string
	Place schema.Place
}
