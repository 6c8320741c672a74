// Package custom reads what users add to faultline without programming:
// actors.yaml, actors and role nouns of their own, and lexicon.yaml, words
// that mean events and phrases that never do. Both files are checked whole;
// every error names file and line and what to do.
//
// The forms are described in docs/actors.md. What a file may hold is decided
// here, what it means by packages gazetteer and coder.
package custom
