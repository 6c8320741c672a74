// Package cayley keeps a conflict graph on disk, in a Cayley quad store over
// LevelDB, inside the process and without a server.
//
// # On disk
//
// A store is a folder. It holds the file FAULTLINE, which names the format,
// and LevelDB's own files beside it. One process at a time has it open; a
// second one gets graph.ErrLocked at once.
//
// Each statement of the vocabulary is one quad without label: the subject is
// the node's id as an IRI, the predicate the vocabulary's name as an IRI, the
// object an IRI, String, Int, Float or Time. Quads are only ever added. Where
// a node gained a second value of a predicate that has one (a stronger
// status), both quads are there, and package schema folds them
// when the node is read. Two things come on top: every claim has a quad
// (claim, batch, n) with the number of the batch that added it, and every
// batch a quad (faultline:store, batch, n), by which the store's head is
// found.
//
// # Atomicity
//
// A batch is one call of Cayley's ApplyDeltas, which is one LevelDB
// transaction. LevelDB writes it to table files of its own, which nothing
// refers to until one record of the manifest, synced to disk, adds them all:
// after a crash the store has the whole batch or nothing of it.
//
// # Caveats
//
// Cayley caches the ids of values before they are committed, and keeps its
// index entries of a batch that failed. So after a write that failed inside
// Cayley (a full disk) the next write opens the files anew.
//
// Cayley hashes a point in time by its second, so that two times within one
// second would be one value. Times with a fraction of a second are therefore
// kept as typed strings.
//
// A text is kept once, however many nodes have it.
//
// LevelDB's look-ups would be half the cost of a load; type keys spares most
// of them. A load into a store that was empty when it was opened profits
// most.
package cayley
