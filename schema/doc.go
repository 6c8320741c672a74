// Package schema holds the nouns of the conflict graph: actors, events,
// claims, reports, places, relations and loads, their identifiers, the event
// types with their codes and intensities, and the vocabulary of predicates
// that carries them into a store.
//
// Claims and events are apart. An Event is one interaction (type, sides,
// day); it exists because Claims assert it, each of them one sentence of one
// Report with a speaker and a status. Nothing here knows how nodes are
// stored or where they come from. The package imports the standard library
// only.
package schema
