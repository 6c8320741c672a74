// Package dgraphtest builds, starts, kills and restarts real Dgraph servers
// for tests.
//
// The server is a Go module, so that nothing but Go and the module proxy is
// needed: Binary builds it once, which takes minutes, into the user's cache
// folder. FAULTLINE_DGRAPH_BINARY names a server to use instead.
//
// Tests with a server take long. They are skipped unless FAULTLINE_DGRAPH_TEST
// is set, as 'make test-dgraph' does.
package dgraphtest
