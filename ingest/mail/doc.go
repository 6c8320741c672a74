// Package mail reads newsletters: letters by themselves (.eml), and
// mailboxes of them (mbox).
//
// A letter is one report. Its text is that of the HTML part, or of the plain
// one if there is none; its publisher is the sender's name, its date that of
// the letter, and its key the Message-ID, so that copies in several mailboxes
// are one report. Attachments are skipped by reason; pictures and the like,
// which a letter shows, are no text.
package mail
