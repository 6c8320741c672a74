// Package article reads articles on the web: the page at an address, reduced
// to its title, its text and what it says of outlet, language and time.
//
// Get reads one; Source is a list of addresses that are looked at again and
// again. A page that changed is a new version of the same report, known by
// the hash of its title and text, so that new advertisements make none.
package article
