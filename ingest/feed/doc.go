// Package feed reads news feeds: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed,
// over HTTP, with the article behind each item if that is wanted.
//
//   - Parse reads a document, as forgiving as people's feeds need it: its
//     charset is found out, what is broken is repaired or left out item by
//     item, and nothing in it is expanded or followed.
//   - Source polls a feed. What it yields are reports whose Source is the
//     feed's address, whose Key is the item's GUID and whose Version is the
//     hash of title and text. A date makes no version: too many feeds date
//     everything anew. An item that changed is a new version; one that is
//     gone from the feed stays as it is.
//
// The State of a Source is a small value that the caller keeps between polls,
// to be saved once the reports are.
package feed
