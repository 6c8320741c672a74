// Package queries answers the questions: how do two actors stand with each
// other, since when, what turned, which relations are worst and which are
// getting worse, and who says so.
//
// A Record is one state of the read model (package series) with its actors
// sorted out: who is part of whom, and by which names they go. Record.Find
// recognises actors, Record.Relation tells of a pair, Record.Strain ranks
// all pairs, Record.Alarms runs through the history of one, and Record.Why
// leads back to the sentences in the store. A Record never changes, does no
// input or output but in Why, and may be used from many goroutines.
//
// # Sides
//
// An actor stands for itself and for all that is part_of it, so that Russia
// acts when its military does. An armed group of a country is no part of its
// state, however. Level chooses another roll-up.
//
// # What counts
//
// An event has happened when a claim that holds asserts it. What is only
// denied, planned, demanded or thought possible is counted apart and enters
// no measure.
//
// # Time
//
// Days are UTC. Windows are half-open. AsOf, where an option has it, is a
// point on the clock of recording: claims recorded later or retracted by
// then are left out. The present is always given by the caller.
package queries
