// Package warc reads the pages of web archives (WARC 0.17 to 1.1), packed
// with gzip record by record, as crawlers write them, or as a whole, or not
// packed.
//
// Responses and resources in HTML become reports by package page, with the
// address that they were fetched from; a page that does not tell its date
// has that of the fetch. Conversions to plain text are reports as well. Other
// records are about the crawl and left out; pages that are not read are
// skipped by reason. In origins the line is the number of the record.
//
// What stands in an archive is not trusted: lengths, charsets and encodings
// of the stored response are looked up in the body. Behind damage, reading
// goes on with the next record that can be found.
package warc
