package ingest

import (
	"context"
	"errors"

	"faultline/ingest/coding"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/schema"
)

// Extraction is coding without a store.
type Extraction struct {
	Source   Source
	Coder    coding.Coder
	Resolver *resolve.Resolver
	Workers  int
	Limit    int

	From, To schema.Day
	Windowed bool

	Coded   func(report.Report, []coding.Claim) error // called for each report, in the order of the input
	Skipped func(report.Skip)
}

// Extract codes the reports of the source and hands on what was found. It
// returns how many reports it coded.
func Extract(ctx context.Context, x Extraction) (reports int, err error) {
	in := intake{From: x.From, To: x.To, Windowed: x.Windowed, Limit: x.Limit, skip: x.Skipped}
	in.take = func(chunk []report.Report) error {
		out := make([]codedReport, len(chunk))
		parallel(x.Workers, len(chunk), func(i int) { out[i] = codeReport(chunk[i], x.Coder, x.Resolver) })
		for i, c := range out {
			for _, s := range c.skips {
				x.Skipped(s)
			}
			if err := x.Coded(chunk[i], c.claims); err != nil {
				return err
			}
		}
		return nil
	}
	err = in.read(ctx, x.Source)
	return in.reports, err
}

// errLimit stops the source when the limit is reached.
var errLimit = errors.New("limit reached")

// chunkReports is how many reports are coded together.
const chunkReports = 256

// intake takes reports from a source, keeps those of the window, and hands
// them on in chunks.
type intake struct {
	From, To schema.Day
	Windowed bool
	Limit    int

	take func([]report.Report) error
	skip func(report.Skip)

	reports int
	outside int
	chunk   []report.Report
}

func (in *intake) read(ctx context.Context, source Source) error {
	err := source(ctx, report.Sink{
		Report: func(r report.Report) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if in.Windowed && !in.inside(r) {
				in.outside++
				return nil
			}
			if in.Limit > 0 && in.reports >= in.Limit {
				return errLimit
			}
			in.reports++
			in.chunk = append(in.chunk, r)
			if len(in.chunk) < chunkReports {
				return nil
			}
			return in.flush()
		},
		Skip: func(s report.Skip) error {
			in.skip(s)
			return ctx.Err()
		},
	})
	if err != nil && !errors.Is(err, errLimit) {
		return err
	}
	return in.flush()
}

func (in *intake) flush() error {
	chunk := in.chunk
	in.chunk = in.chunk[:0]
	return in.take(chunk)
}

// inside reports whether the report was published (its row happened) in the
// window.
func (in *intake) inside(r report.Report) bool {
	day := schema.DayOf(r.Published)
	if len(r.Coded) > 0 {
		day = r.Coded[0].Day
	}
	return day != schema.NoDay && day >= in.From && day < in.To
}

// codedReport is what was found in one report.
type codedReport struct {
	claims    []coding.Claim
	sentences int
	skips     []report.Skip
}

// codeReport codes a report's text, or takes over what its source has coded.
func codeReport(r report.Report, coder coding.Coder, resolver *resolve.Resolver) codedReport {
	if r.Coded == nil {
		coded := coder(coding.Document{
			Text: r.Text, Title: r.Title, Publisher: r.Publisher, Published: schema.DayOf(r.Published),
		})
		return codedReport{claims: coded.Claims, sentences: coded.Sentences}
	}
	var c codedReport
	for _, row := range r.Coded {
		claim, err := resolver.Code(row)
		if err != nil {
			c.skips = append(c.skips, report.Skip{Origin: r.Origin, Reason: "row has no event", Detail: err.Error()})
			continue
		}
		c.claims = append(c.claims, claim)
	}
	return c
}
