// Package acled reads the data of the Armed Conflict Location and Event Data
// project (ACLED): the CSV files that its site exports, and the pages of its
// API.
//
//   - Read: a CSV export, old or new, with columns by name.
//   - Client: the API, with an OAuth token for the user's account.
//
// The order of actor1 and actor2 carries no direction. It is found where the
// kinds of the sides tell it: civilians and protesters are attacked, state
// forces arrest. Otherwise both act: a battle is fought by both. Each source
// that a row cites is a claim of its own, with the row's notes for a
// sentence.
//
// ACLED's terms ask for attribution and forbid to pass rows on. Rows are
// edited and deleted after they are published: the version of a report is
// its content, and the API lists what was deleted.
package acled
