// Package graphtest holds the tests that every store of the conflict graph
// passes, whatever keeps it: the contract of package graph, sentence by
// sentence, on a small world of a few actors.
//
//	func TestStore(t *testing.T) {
//		graphtest.Run(t, func(t *testing.T) graph.Store { return mem.New() })
//	}
//
// A store that outlives the process also runs Reopen.
package graphtest
