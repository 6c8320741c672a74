// Package coder reads events out of text: who does what to whom, whether it
// happened, who says so, when and where.
//
// A document is read sentence by sentence (coder.go). In each, actors are
// found (match.go, mention.go) and places (setting.go). Then trained models
// (models.go) decide: what act a word stands for and which parties are its
// sides (propose.go), and which of the events that come out are right
// (accept.go). Their features (features.go, accept.go) are the words, the
// dependency tree (tree.go), what a lexicon of action words says (lexicon.go,
// trigger.go) and whom the syntax makes a side (roles.go); linear.go and
// deep.go are the kinds of model. What is
// left follows by rules: status.go, speaker.go, setting.go. Last, claims of
// one event complete each other (share.go).
//
// trainer.go and judge.go fit the models to annotated sentences; the command
// train runs them.
package coder
