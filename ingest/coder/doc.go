// Package rules is a coder that reads events out of syntax: a lexicon of
// action words says what is done, the dependency tree says by whom and to
// whom, and the gazetteer says who they are.
//
// A document is read sentence by sentence. For each, the sides are found
// (mention.go), then the action words (lexicon.go, trigger.go) and what they
// govern (roles.go), then whether the act happened (status.go), who says so
// (speaker.go), and when and where (setting.go).
package coder
