// Package mem keeps a conflict graph in memory: for tests, and for commands
// that code text without keeping it. Nothing outlives the process. A node
// takes about a kilobyte; use package cayley for what should last or grow.
package mem
