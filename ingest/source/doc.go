// Package source opens what the user names (files, folders, standard input,
// packed with gzip or not, and the files in zip and tar archives), finds out
// which format each input has, and yields its reports in order. Each format
// is read by a package of its own.
//
// Find looks at the paths and fails before anything is read; Read then goes
// through to the end: input that is damaged, of no known format, or unpacks
// to far more than it should is skipped by reason, never an error.
package source
