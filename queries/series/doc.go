// Package series keeps the columnar read model beside a graph store: what
// the questions over time need of every claim and actor, in one append-only
// file that opens in milliseconds.
//
// The store is the source of truth. A series may be deleted at any time;
// CatchUp builds it again. Whoever writes to a store calls Follow after each
// Write, and whoever asks calls CatchUp once and then View.
//
// # File
//
// A file is a sequence of blocks, one for each batch of the store (several,
// when much is caught up at once). All numbers are little-endian:
//
//	magic    4 bytes  "flsr"
//	version  uint16   2
//	reserved uint16   0
//	length   uint32   of the payload, in bytes
//	claims   uint32   rows in the payload
//	seq      uint64   the store's batch up to which the series is complete after this block
//	crc      uint32   Castagnoli, of the header before it and the payload
//	payload
//
// The payload holds the strings that are new (actor ids; outlets and
// places), the actors' profiles, then the columns of the claims; see
// encode. Strings are numbered through the file, so that a block can only be
// read after those before it.
//
// # Durability
//
// Append does not sync: what the system loses in a crash is a tail that
// CatchUp fetches again from the store. Close syncs. A block that is cut
// off, damaged or out of order ends the file; it and all after it are
// dropped when the series is next written.
package series
