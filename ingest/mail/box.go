package mail

import (
	"bufio"
	"bytes"
	"context"
	"io"

	"faultline/ingest/page"
	"faultline/ingest/report"
)

// IsBox reports whether an input that begins with head is a mailbox.
func IsBox(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return begins(line)
}

// begins reports whether a line parts letters: "From", a sender, and a date
// with a time of day, which a sentence that begins so lacks.
func begins(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("From "))
	if !ok || len(line) > 1000 {
		return false
	}
	words := bytes.Fields(rest)
	if len(words) < 5 {
		return false
	}
	for _, w := range words[1:] {
		if len(w) >= 4 && bytes.IndexByte(w, ':') > 0 && w[0] >= '0' && w[0] <= '9' {
			return true
		}
	}
	return false
}

// ReadBox yields a report for each letter of a mailbox, in origins by the
// line that it begins at. Letters begin behind a blank line; a sign that
// keeps a line of text from parting letters (>From) is taken off. The error
// is sink's, ctx's or that of reading r.
func ReadBox(ctx context.Context, r io.Reader, file string, opts page.Options, sink report.Sink) error {
	src := &source{ctx: ctx, r: r}
	b := &box{in: bufio.NewReaderSize(src, 64<<10), blank: true}
	first, err := b.line()
	for err == nil && b.blank {
		first, err = b.line()
	}
	if err == nil && !b.parted {
		return sink.Skip(report.Skip{Origin: report.Origin{File: file, Line: 1}, Reason: ReasonNoBox, Detail: string(first[:min(len(first), 60)])})
	}
	for b.parted && src.err == nil {
		b.parted = false
		at := report.Origin{File: file, Line: b.lines}
		b.rest = nil
		if err := read(b, at, opts, sink); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, b); err != nil && src.err == nil {
			return err
		}
	}
	return src.err
}

// box reads a mailbox; as a Reader it ends with the letter.
type box struct {
	in     *bufio.Reader
	lines  int    // number of the line last read
	blank  bool   // the line before was
	within bool   // in the middle of a line longer than the buffer
	parted bool   // the line last read begins a letter
	rest   []byte // of the line last read
	err    error
}

// line reads a line, or a piece of a long one, and sees whether it begins a
// letter.
func (b *box) line() ([]byte, error) {
	if b.err != nil {
		return nil, b.err
	}
	part, err := b.in.ReadSlice('\n')
	if err != nil && err != bufio.ErrBufferFull {
		b.err = err
	}
	if len(part) == 0 {
		return nil, b.err
	}
	started := !b.within
	b.within = err == bufio.ErrBufferFull
	if !started {
		b.blank = false
		return part, nil
	}
	b.lines++
	if b.lines == 1 {
		part = bytes.TrimPrefix(part, []byte("\ufeff"))
	}
	b.parted = b.blank && begins(part)
	b.blank = len(bytes.TrimRight(part, "\r\n")) == 0
	if unquoted := bytes.TrimLeft(part, ">"); len(unquoted) < len(part) && bytes.HasPrefix(unquoted, []byte("From ")) {
		part = part[1:]
	}
	return part, nil
}

func (b *box) Read(p []byte) (int, error) {
	for len(b.rest) == 0 {
		if b.parted {
			return 0, io.EOF
		}
		line, err := b.line()
		if err != nil {
			return 0, err
		}
		if b.parted {
			return 0, io.EOF
		}
		b.rest = line
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}
