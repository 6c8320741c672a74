package page

import (
	"context"
	"fmt"
	"io"
	"time"

	"faultline/graph"
	"faultline/ingest/report"
)

// Reasons to skip a file.
const (
	ReasonTooLarge = "file is too large for one report"
	ReasonBinary   = "file is no text"
	ReasonNoText   = "no text"
	ReasonNoHTML   = "HTML does not parse"
)

// Max is the size in bytes above which a file is no single report.
const Max = 16 << 20

// Options is what the caller knows of a page. The zero value says that
// nothing is known.
type Options struct {
	Published   time.Time // goes before a date that the page gives
	Fetched     time.Time // stands for a date that nothing gives
	Publisher   string    // of pages that do not name theirs
	URL         string    // where the page was fetched; resolves its canonical address
	ContentType string    // of the HTTP response, for its charset
}

// load reads all of r, and says so when it is too large. A read that fails
// midway returns what was read with the error.
func load(ctx context.Context, r io.Reader, file string, sink report.Sink) (b []byte, ok bool, err error) {
	b, err = io.ReadAll(io.LimitReader(&reader{ctx, r}, Max+1))
	if ended := ctx.Err(); ended != nil {
		return nil, false, ended
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", file, err)
	}
	if len(b) > Max {
		return nil, false, sink.Skip(report.Skip{Origin: report.Origin{File: file},
			Reason: ReasonTooLarge, Detail: fmt.Sprintf("more than %d bytes", Max)})
	}
	return b, true, err
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// name gives the report its key: its address, or else its content, so that
// copies under several file names are one report.
func name(rep *report.Report) {
	rep.Source, rep.Key = report.ByContent, graph.ContentHash(rep.Text)
	if rep.URL != "" {
		rep.Source, rep.Key = "url", rep.URL
	}
}
