// Package page reads reports that are a file each: plain text, and pages in
// HTML as browsers and crawlers save them.
//
// Of plain text everything is kept, so that offsets in the report are
// offsets in the file (but for a byte order mark and the encoding, which
// becomes UTF-8). A page in HTML is reduced to its article: paragraphs apart
// by blank lines, each that repeats kept once.
package page
