// Package schedule polls sources at their times and loads what they bring.
//
// A Scheduler holds entries, each a Source with a When. It starts what is due,
// so many at a time and never a source beside itself, runs one ingest.Load
// for each poll, and keeps for each source where it stands (Record) in a
// Folder. A source's cursor is kept only after what it stands for was
// written: after a kill at any moment a report may be read twice, which
// changes nothing, and none is lost.
//
// A source that fails is tried again after a delay that doubles; one that
// keeps failing is let alone for longer (its circuit is open) and tried once
// now and then. Missed times are made up for by one run, as the source's own
// cursor knows what it missed.
package schedule
