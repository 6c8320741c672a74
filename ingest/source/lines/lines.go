// Package lines reads text by lines of bounded length, for formats that hold
// one report a line. It forgives what files in the wild have: a byte order
// mark, CRLF, a last line without an end, a line far too long, an input that
// breaks off.
package lines

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"faultline/ingest/report"
)

// Max is the length in bytes above which a line is passed over unread: no
// report comes near it, and whatever has such a line is no list of reports.
const Max = 16 << 20

// Line is one line of the input.
type Line struct {
	Origin report.Origin
	Text   []byte // without its end; valid until the next call of Next
	// TooLong is the size in bytes, end included, of a line that is longer
	// than the limit, whose Text is empty; else 0.
	TooLong int64
	// Cut says that the input broke off within this line. The next call of
	// Next returns the error, which accounts for what is missing.
	Cut bool
}

// Error is a failure of the input itself, at a line.
type Error struct {
	Origin report.Origin
	Err    error
}

// Error returns file:line and the failure.
func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Origin, e.Err) }

// Unwrap returns the failure.
func (e *Error) Unwrap() error { return e.Err }

// Reader reads lines. It is not safe for concurrent use.
type Reader struct {
	in   *bufio.Reader
	file string
	max  int
	line int
	long []byte // of a line longer than the buffer
	err  error  // of the input, to be returned next
}

// New returns a reader of the lines of r, which file names in origins and
// errors. Lines above max bytes are passed over without being held.
func New(r io.Reader, file string, max int) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, 64<<10), file: file, max: max}
}

// Next returns the next line. The error is io.EOF after the last one, ctx's
// when ctx has ended, and an *Error when reading failed.
func (r *Reader) Next(ctx context.Context) (Line, error) {
	r.line++
	at := report.Origin{File: r.file, Line: r.line}
	line := Line{Origin: at}
	r.long = r.long[:0]
	var size int64
	held := int64(r.max) + int64(len("\ufeff\r\n"))
	for {
		if err := ctx.Err(); err != nil {
			return Line{}, err
		}
		if r.err != nil {
			return Line{}, r.err
		}
		part, err := r.in.ReadSlice('\n')
		size += int64(len(part))
		switch {
		case size > held: // longer than the limit for certain
			r.long = nil
		case err == nil && len(r.long) == 0:
			line.Text = part
		default:
			r.long = append(r.long, part...)
			line.Text = r.long
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil {
			r.err = err
			if err != io.EOF {
				r.err = &Error{Origin: at, Err: err}
				line.Cut = true
			}
			if size == 0 {
				return Line{}, r.err
			}
		}
		break
	}
	if size <= held {
		line.Text = trim(line.Text, r.line == 1)
	}
	if size > held || len(line.Text) > r.max {
		line.Text, line.TooLong = nil, size
	}
	return line, nil
}

// trim takes off the end of line, and the byte order mark of the first.
func trim(b []byte, first bool) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	b = bytes.TrimSuffix(b, []byte("\r"))
	if first {
		b = bytes.TrimPrefix(b, []byte("\ufeff"))
	}
	return b
}

// Decode returns text as valid UTF-8: what is none is taken as Windows-1252,
// as older tables are written.
func Decode(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	s, err := charmap.Windows1252.NewDecoder().String(string(b))
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return s
}
