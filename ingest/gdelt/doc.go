// Package gdelt reads the event data of the GDELT Project
// (https://www.gdeltproject.org): coded events, and the mentions of each
// event in articles.
//
//   - Read: events of GDELT 2.0 (61 columns) and 1.0 (57 or 58), told apart
//     by the number of columns of each row.
//   - ReadMentions: mentions (16 columns). A mention names its event only by
//     number, so that it takes the events at hand in a Recent.
//   - ReadList: lastupdate.txt and masterfilelist.txt; Unpack: a file of the
//     list, checked against its MD5.
//
// Nothing in the files is quoted and nothing is trimmed but single cells. An
// event's report is the article it was first found in, at SOURCEURL; each
// mention is a report of its own, with its outlet and link.
//
// Dates: a row's day is that of SQLDATE, which GDELT resolves from words like
// "a year ago" and is often a day, a week, a month or a year before the row
// was added. It arrived at DATEADDED.
//
// Identity: GLOBALEVENTID and the article's URL make an event's report;
// mentions add the sentence and the offsets of its parts, as one sentence may
// come twice with its sides exchanged. Rows of one article that differ only
// in their places are one event with several places in the graph.
//
// Format: GDELT Event Codebook V2.0 and V1.03, corrected by what the files
// have.
package gdelt
