// Package config reads faultline.yaml, the file that tells a watch what to
// load, from where and when.
//
// Read and Parse name every fault with its line: unknown keys, wrong types,
// times that do not parse, two sources of one name. Secrets do not stand in
// the file; it names the environment variable or the file that has them.
// Sample writes a file with a comment for every key, from the same table
// (keys.go) that reads them.
package config
