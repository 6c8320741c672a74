// Package evaluate measures coded events against annotated texts.
//
// There are two forms of annotation. In the sentence form ([Sentences]) each
// text is one sentence, and actors are the words that name them; a claim is
// right when its type is equal and both sides touch the annotated words. In
// the document form ([Documents]) each text is a whole report whose events
// are resolved: canonical actors, day, place and speaker.
//
// In both, precision asks of every claim whether it matches some annotated
// event, arguable ones included; recall asks of every certain (core) event
// whether some claim matches it.
package evaluate
