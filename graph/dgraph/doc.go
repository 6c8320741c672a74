// Package dgraph keeps a conflict graph on a Dgraph cluster, so that several
// machines can fill and ask it, and Ratel can show it.
//
// # In the cluster
//
// A node of the graph is a node of Dgraph. Its id is the predicate xid, its
// kind the dgraph.type, and every other statement of the vocabulary a
// predicate of the same name; schema/schema.dql has their types and indexes. A
// node that is only referred to has an xid and nothing else. Where several
// values of a predicate merge to one, only the one is kept.
//
// The node faultline:store has the number of the last batch. Every batch has a
// node too, faultline:batch:7, with a token that its writer made up; and a
// claim has the number of the batch that last added or changed it.
//
// # Writing
//
// A batch is one transaction, which reads what the cluster says of the
// batch's nodes, merges, and writes what is new together with the next batch
// number. All writers write that number, so of two transactions at once the
// later one to commit is aborted; it begins anew and sees what the other one
// wrote. Nothing is written twice, however many write.
//
// When a commit is not answered (a server died, a wire broke) nobody knows
// whether it took place. The next attempt looks for the token of the batch
// first, and if it is there the batch is written. A commit that is still on
// its way then conflicts with the attempt, and one of the two is aborted.
//
// Values travel as typed fields of the protocol, and ids in queries as
// variables. Nothing of a value is ever part of a query's text.
//
// # Servers that are away
//
// Each transaction goes to one of the given servers; an attempt that fails
// because the server is away, not ready or overloaded is repeated, with longer
// and longer pauses, until Options.Patience has passed.
package dgraph
