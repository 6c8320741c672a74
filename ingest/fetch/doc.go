// Package fetch asks web servers for documents as a guest who wants to be
// asked back, and trusts nothing that they send.
//
//   - Polite: a truthful User-Agent, conditional requests, robots.txt with its
//     Crawl-delay, a shortest time between two requests to one host whatever
//     sources ask, Retry-After.
//   - Safe: no connection to loopback, private, link-local, carrier,
//     multicast or unspecified addresses unless the source allows the
//     network. The address that is connected to is the one that was checked,
//     on each redirect anew, so that neither a name that resolves anew nor a
//     redirect leads inside.
//   - Bounded: a document has a largest size, packed and unpacked, and a
//     longest time; redirects have a largest number.
//
// One Client serves all sources, as politeness is per host and not per
// source. What a single source may do is its Policy.
package fetch
