// Package export writes the graph, or a part of it, for other tools, and
// reads back what it wrote in the two forms that lose nothing.
//
// N-Quads and JSON Lines hold every node with everything that is said of it;
// Restore reads both. The other forms are views for neighbours of the
// field: each says in its own file what of the graph it shows.
package export
