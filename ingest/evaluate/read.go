package evaluate

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"faultline/ingest/annotation"
	"faultline/schema"
)

// Actor is a side of a claim as predictions have it.
type Actor struct {
	Text  string `json:"text"`
	Actor string `json:"actor"` // id
	Name  string `json:"name"`  // canonical name
}

// Claim is a prediction: the parts of a coded claim that are measured. The
// names of members are those that extract prints.
type Claim struct {
	Report     string           `json:"report"`
	Sentence   string           `json:"sentence"`
	Type       schema.EventType `json:"type"`
	Initiators []Actor          `json:"initiators"`
	Recipients []Actor          `json:"recipients"`
	Status     schema.Status    `json:"status"`
	SaidBy     *Actor           `json:"said_by"`
	Date       string           `json:"date"` // "" if unknown
	Place      *Location        `json:"place"`
	Confidence float64          `json:"confidence"`
}

// Location is the place of a claim.
type Location struct {
	Text string `json:"text"`
	Name string `json:"name"`
}

// Party is an actor as the document form has it.
type Party struct {
	Name  string   `json:"name"`  // canonical
	Texts []string `json:"texts"` // words of the report that name it, pronouns included
}

// Event is an annotated event of a document.
type Event struct {
	Type       schema.EventType `json:"type"`
	Status     schema.Status    `json:"status"`
	Core       bool             `json:"core"`
	Initiators []Party          `json:"initiators"`
	Recipients []Party          `json:"recipients"`
	Date       string           `json:"date"` // "" if unknown
	Precision  schema.Precision `json:"precision"`
	Place      string           `json:"place"`   // "" if unknown
	SaidBy     string           `json:"said_by"` // "" if nobody is credited
	Evidence   string           `json:"evidence"`
}

// Document is an annotated report.
type Document struct {
	ID        string  `json:"id"`
	Publisher string  `json:"publisher"`
	Text      string  `json:"text"`
	Events    []Event `json:"events"`
}

// Gold is an annotated file; one of the two forms is set.
type Gold struct {
	Sentences []annotation.Sentence
	Documents []Document
}

// ReadGold reads JSON lines of either form, told apart by the member "items"
// or "events". The error names the line.
func ReadGold(r io.Reader) (Gold, error) {
	var g Gold
	seen := map[string]bool{}
	err := eachLine(r, func(line []byte) error {
		var form struct {
			ID     *string
			Text   *string
			Items  *json.RawMessage
			Events *json.RawMessage
		}
		if err := json.Unmarshal(line, &form); err != nil {
			return err
		}
		if form.ID == nil || form.Text == nil {
			return errors.New("an annotated text needs an id and a text")
		}
		if seen[*form.ID] {
			return fmt.Errorf("id %q is there twice", *form.ID)
		}
		seen[*form.ID] = true
		switch {
		case form.Items != nil && g.Documents == nil:
			var s annotation.Sentence
			if err := json.Unmarshal(line, &s); err != nil {
				return err
			}
			for _, it := range s.Items {
				if err := it.Type.Validate(); err != nil {
					return err
				}
			}
			g.Sentences = append(g.Sentences, s)
		case form.Events != nil && g.Sentences == nil:
			var d Document
			if err := json.Unmarshal(line, &d); err != nil {
				return err
			}
			for _, e := range d.Events {
				if err := e.Type.Validate(); err != nil {
					return err
				}
			}
			g.Documents = append(g.Documents, d)
		case form.Items == nil && form.Events == nil:
			return errors.New(`no annotation: want a member "items" (sentences) or "events" (documents)`)
		default:
			return errors.New("sentences and documents in one file")
		}
		return nil
	})
	if err == nil && g.Sentences == nil && g.Documents == nil {
		err = errors.New("no annotated texts")
	}
	return g, err
}

// ReadClaims reads JSON lines as extract prints them. The error names the
// line.
func ReadClaims(r io.Reader) ([]Claim, error) {
	var out []Claim
	err := eachLine(r, func(line []byte) error {
		var c Claim
		if err := json.Unmarshal(line, &c); err != nil {
			return err
		}
		out = append(out, c)
		return nil
	})
	return out, err
}

// maxLine bounds a line of JSON, in bytes.
const maxLine = 16 << 20

func eachLine(r io.Reader, f func([]byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		if err := f(line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: %w", n+1, err)
	}
	return nil
}
