// Package annotation reads sentences whose events people have annotated: what
// the coder is trained on and measured with.
//
// The folder holds those that were annotated for this project. own.jsonl, on
// patterns that other texts lack, and war.jsonl, in the manner of reports from
// the Middle East's wars, were written for it; they are invented and tell
// nothing of what happened. portal.tsv has no text but places in the reports
// of Wikipedia's Current Events portal, most of them chosen because an earlier
// model was in doubt of what they tell.
package annotation

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"faultline/schema"
)

// Sentence is one sentence with the events that people read in it.
type Sentence struct {
	ID        string `json:"id"`
	Doc       string `json:"doc"` // the report that it is part of
	Publisher string `json:"publisher"`
	Published string `json:"published"` // YYYY-MM-DD
	Text      string `json:"text"`
	Items     []Item `json:"items"`
}

// Item is an annotated event.
type Item struct {
	Type       schema.EventType `json:"type"`
	Initiators []Named          `json:"initiators"`
	Recipients []Named          `json:"recipients"`
	Trigger    string           `json:"trigger"` // words of the sentence
	Status     schema.Status    `json:"status"`
	SaidBy     string           `json:"said_by"` // "" if nobody is credited
	Core       bool             `json:"core"`    // a careful analyst would certainly record it
}

// Named is an actor of an item.
type Named struct {
	Text string `json:"text"` // words of the sentence
	Name string `json:"name"`
}

// Read reads sentences, one JSON object a line; the error names the line.
func Read(r io.Reader) ([]Sentence, error) {
	var list []Sentence
	for dec, n := json.NewDecoder(r), 1; ; n++ {
		var s Sentence
		if err := dec.Decode(&s); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("annotated sentence %d: %w", n, err)
		}
		list = append(list, s)
	}
}

// ReadFiles reads files of sentences, one after the other. The error names
// the file.
func ReadFiles(paths ...string) ([]Sentence, error) {
	var all []Sentence
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		list, err := Read(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, list...)
	}
	return all, nil
}

// ReadOwn reads the sentences that were annotated for this project: the files
// of a folder, and the packed JSON lines of the portal's reports.
func ReadOwn(folder, reports string) ([]Sentence, error) {
	all, err := ReadFiles(filepath.Join(folder, "own.jsonl"), filepath.Join(folder, "war.jsonl"))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, "portal.tsv")
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	g, err := os.Open(reports)
	if err != nil {
		return nil, err
	}
	defer g.Close()
	z, err := gzip.NewReader(g)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", reports, err)
	}
	portal, err := readPortal(f, z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return append(all, portal...), nil
}
