// Package archive goes through zip and tar archives member by member, as
// streams: no archive is held in memory, and nothing is written to disk,
// whatever names the members have.
//
// A Meter, which all that is unpacked from one file runs through, ends what
// grows far beyond its packed size.
package archive
