// Package graph is the contract between what fills the conflict graph, what
// asks it, and the stores that keep it.
//
// A store implements Writer and Reader. graphtest holds the one suite of
// tests that all of them pass; mem keeps the graph in memory, cayley in an
// embedded quad store on disk.
package graph
