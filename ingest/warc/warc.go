package warc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"faultline/ingest/archive"
	"faultline/ingest/page"
	"faultline/ingest/report"
)

// Reasons to skip a record, besides those of package page.
const (
	ReasonDamaged   = "record is damaged"
	ReasonStatus    = "response is no page"
	ReasonType      = "response is no HTML"
	ReasonAddress   = "record has no address"
	ReasonRepeated  = "record repeats a page of another archive"
	ReasonTruncated = "record is truncated"
	ReasonCut       = "archive breaks off"
)

// Options say how pages are read.
type Options struct {
	Page  page.Options   // address, content type and time of the fetch are the record's
	Meter *archive.Meter // of what is unpacked; nil is one with the default limits
}

// Read yields a report for each page of r, and a skip for each that is not
// one. The error is sink's, ctx's, or that of reading r.
func Read(ctx context.Context, r io.Reader, file string, opts Options, sink report.Sink) error {
	if opts.Meter == nil {
		opts.Meter = archive.NewMeter(archive.Limits{})
		r = opts.Meter.Packed(r)
	}
	in := &reader{file: file, opts: opts, sink: sink}
	src := &source{r: r}
	return in.read(ctx, newMembers(src, opts.Meter), src)
}

// source remembers how the input itself ended, to tell that from damage.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

type reader struct {
	file   string
	opts   Options
	sink   report.Sink
	record int   // number of the current record
	stop   error // of the sink
}

func (in *reader) skip(reason, detail string) error {
	in.stop = in.sink.Skip(report.Skip{Origin: report.Origin{File: in.file, Line: in.record}, Reason: reason, Detail: detail})
	return in.stop
}

// read goes through the members, of which each is one record, or many.
func (in *reader) read(ctx context.Context, m *members, src *source) error {
	for {
		number := in.record
		content, err := m.next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = in.records(ctx, content)
		}
		switch {
		case in.stop != nil:
			return in.stop
		case ctx.Err() != nil:
			return ctx.Err()
		case src.err != nil:
			return src.err
		case err == nil || err == io.EOF:
			continue
		case errors.Is(err, archive.ErrTotal):
			return in.skip(ReasonDamaged, err.Error())
		}
		if in.record == number { // damaged where it begins
			in.record++
		}
		if m.ended() {
			return in.skip(ReasonCut, plain(err))
		}
		if err := in.skip(ReasonDamaged, plain(err)); err != nil {
			return err
		}
		if !m.resync() {
			return src.err
		}
	}
}

// records reads all records of one member.
func (in *reader) records(ctx context.Context, r *bufio.Reader) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		for { // blank lines end the record before
			b, err := r.ReadByte()
			if err != nil {
				return err
			}
			if b != '\r' && b != '\n' {
				_ = r.UnreadByte()
				break
			}
		}
		in.record++
		if start, _ := r.Peek(5); string(start) != "WARC/" {
			return fmt.Errorf("want a record, have %.20q", start)
		}
		_, head, err := readHeader(r)
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(head["content-length"], 10, 64)
		if err != nil || size < 0 {
			return fmt.Errorf("length of the record does not parse: %.20q", head["content-length"])
		}
		block := &io.LimitedReader{R: r, N: size}
		if err := in.take(ctx, head, block); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, block); err != nil {
			return err
		}
		if block.N > 0 {
			return io.ErrUnexpectedEOF
		}
	}
}

// take reads one record. The error is that of reading its block, or the
// sink's.
func (in *reader) take(ctx context.Context, head fields, block io.Reader) error {
	kind := strings.ToLower(head["warc-type"])
	switch kind {
	case "response", "resource", "conversion":
	case "revisit":
		return in.skip(ReasonRepeated, head["warc-target-uri"])
	default:
		return nil
	}
	opts := in.opts.Page
	opts.URL = strings.Trim(head["warc-target-uri"], "<> ")
	opts.Fetched, _ = time.Parse(time.RFC3339Nano, head["warc-date"])
	opts.ContentType = head["content-type"]
	if u, err := url.Parse(opts.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" {
		if u != nil && err == nil && u.Scheme != "" {
			return nil // a look-up of a name, a picture of the screen
		}
		return in.skip(ReasonAddress, fmt.Sprintf("%.80q", opts.URL))
	}
	body := bufio.NewReader(block)
	if kind == "response" && !strings.HasPrefix(strings.ToLower(opts.ContentType), "text/") {
		status, response, err := readHeader(body)
		if err != nil {
			return in.skip(ReasonDamaged, plain(err))
		}
		if code := statusCode(status); code != 200 {
			return in.skip(ReasonStatus, fmt.Sprintf("status %d", code))
		}
		opts.ContentType = response["content-type"]
		decoded, closer := decode(body, response, in.opts.Meter)
		defer closer()
		if decoded != io.Reader(body) {
			body = bufio.NewReader(&packedBody{decoded})
		}
	}
	if err := in.page(ctx, body, kind, opts); err != nil {
		var inner *bodyError
		if in.stop != nil || !errors.As(err, &inner) || errors.Is(err, archive.ErrTotal) {
			return err
		}
		return in.skip(ReasonDamaged, plain(inner))
	}
	if why := head["warc-truncated"]; why != "" {
		return in.skip(ReasonTruncated, why)
	}
	return nil
}

// page reads the body of a record.
func (in *reader) page(ctx context.Context, body *bufio.Reader, kind string, opts page.Options) error {
	at := report.Origin{File: in.file, Line: in.record}
	sink := report.Sink{
		Report: func(r report.Report) error {
			r.Origin = at
			in.stop = in.sink.Report(r)
			return in.stop
		},
		Skip: func(s report.Skip) error {
			s.Origin = at
			in.stop = in.sink.Skip(s)
			return in.stop
		},
	}
	read := page.ReadHTML
	switch what := mediaType(body, opts.ContentType); {
	case what == "text/html", what == "application/xhtml+xml":
	case what == "text/plain" && kind == "conversion":
		read = page.ReadText
	default:
		return in.skip(ReasonType, fmt.Sprintf("%.60s", what))
	}
	return read(ctx, body, in.file, opts, sink)
}

// statusCode is the status in the first line of a response of any version of
// HTTP, 0 if it has none.
func statusCode(line string) int {
	_, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.Atoi(code)
	if err != nil || !strings.HasPrefix(line, "HTTP/") {
		return 0
	}
	return n
}

func plain(err error) string { return fmt.Sprintf("%.120s", err) }
