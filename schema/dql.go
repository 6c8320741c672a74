package schema

import _ "embed"

//go:embed schema.dql
var dql string

// DQL is the schema of the graph for Dgraph: predicates with their types and
// indexes, and the types of nodes.
func DQL() string { return dql }

// DQLVersion is the number of the schema that DQL returns. It grows with every
// change that a store with the schema before it would have to be told of.
const DQLVersion = 1
