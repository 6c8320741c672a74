// Package source opens what the user names (files, folders, standard input,
// packed with gzip or not), finds out which format each input has, and
// yields its reports in order. Each format is read by a package of its own.
//
// Find looks at the paths and fails before anything is read; Read then goes
// through to the end: input that is damaged or of no known format is skipped
// by reason, never an error.
package source
