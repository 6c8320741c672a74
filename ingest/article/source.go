package article

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"faultline/ingest/fetch"
	"faultline/ingest/report"
)

// Reasons to skip a page.
const (
	ReasonFetch = "page cannot be fetched"
	ReasonPage  = "page holds no article"
)

// Source is a list of pages.
type Source struct {
	Client    *fetch.Client
	URLs      []string
	Publisher string // of all pages; "" for what each says
	Language  string // BCP 47; "" for what each says
	Header    http.Header
	Policy    fetch.Policy
}

// State is what is known of the pages from the last poll. Its zero value is
// that of a source never polled.
type State struct {
	Pages map[string]Seen `json:"pages,omitempty"` // by address, as the source lists it
}

// Seen is what is known of one page.
type Seen struct {
	Validators fetch.Validators `json:"validators,omitzero"`
	Version    string           `json:"version,omitempty"`
}

// Validate names what is wrong with the source, if something is.
func (s *Source) Validate() error {
	switch {
	case s.Client == nil:
		return errors.New("pages: no client")
	case len(s.URLs) == 0:
		return errors.New("pages: no addresses: list one or more under urls")
	}
	for _, a := range s.URLs {
		if u, err := url.Parse(a); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("pages: %.200q: want an address that begins with http:// or https://", a)
		}
	}
	return nil
}

// Poll yields the pages that are new or have changed since st, in the order
// of the list, each as a report with the page's address as its key. A page
// that cannot be had is skipped by reason; when none can, the error is theirs.
// The State returned tells what was yielded, whatever the error.
func (s *Source) Poll(ctx context.Context, st State, sink report.Sink) (State, error) {
	next := State{Pages: make(map[string]Seen, len(s.URLs))}
	for _, a := range s.URLs {
		if seen, ok := st.Pages[a]; ok {
			next.Pages[a] = seen
		}
	}
	var failed []error
	for _, a := range s.URLs {
		seen := next.Pages[a]
		found, err := Get(ctx, s.Client, a, Options{
			Publisher: s.Publisher, Language: s.Language, Header: s.Header, Validators: seen.Validators, Policy: s.Policy,
		})
		switch {
		case ctx.Err() != nil:
			return next, ctx.Err()
		case err != nil:
			failed = append(failed, err)
			reason := ReasonFetch
			if errors.Is(err, ErrKind) || errors.Is(err, ErrText) {
				reason = ReasonPage
			}
			skip := report.Skip{Origin: report.Origin{File: a}, Reason: reason, Detail: fmt.Sprintf("%.200s", err)}
			if err := sink.Skip(skip); err != nil {
				return next, err
			}
			continue
		case found.Unchanged:
			continue
		}
		rep := found.Report
		if rep.Version != seen.Version {
			rep.Source, rep.Key, rep.Origin = "url", a, report.Origin{File: a}
			if err := sink.Report(rep); err != nil {
				return next, err
			}
		}
		next.Pages[a] = Seen{Validators: found.Validators, Version: rep.Version}
	}
	if len(failed) == len(s.URLs) {
		return next, errors.Join(failed...)
	}
	return next, nil
}
