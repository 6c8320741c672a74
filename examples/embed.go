// Package examples holds a few dozen short reports, written for faultline, on
// real and dated events between 2011 and 2024. They come with the program, so
// that it can show what it does before it is given anything to read.
package examples

import _ "embed"

// Reports are the examples as JSON Lines.
//
//go:embed reports.jsonl
var Reports []byte
