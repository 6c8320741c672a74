package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"faultline/ingest/acled"
	"faultline/ingest/article"
	"faultline/ingest/config"
	"faultline/ingest/feed"
	"faultline/ingest/fetch"
	"faultline/ingest/folder"
	"faultline/ingest/gdelt"
	"faultline/ingest/page"
	"faultline/ingest/report"
	"faultline/ingest/schedule"
	"faultline/ingest/sheet"
	"faultline/ingest/source"
)

// polled is a source whose state is an S.
type polled[S any] func(context.Context, S, report.Sink) (S, schedule.Polled, error)

// Poll implements schedule.Source. A cursor that is none of S, of another
// version of the program, counts as none: what is read again is known.
func (p polled[S]) Poll(ctx context.Context, cursor json.RawMessage, sink report.Sink) (schedule.Polled, error) {
	var state S
	if cursor != nil {
		if err := json.Unmarshal(cursor, &state); err != nil {
			var none S
			state = none
		}
	}
	state, out, err := p(ctx, state, sink)
	b, failed := json.Marshal(state)
	if failed != nil {
		return out, fmt.Errorf("keeping the state: %w", failed)
	}
	if out.Cursor = b; bytes.Equal(b, cursor) {
		out.Cursor = cursor
	}
	if at, ok := fetch.RetryAt(err); ok {
		out.NotBefore = at
	}
	return out, err
}

// simple is a Poll that gives nothing but its state.
func simple[S any](poll func(context.Context, S, report.Sink) (S, error)) schedule.Source {
	return polled[S](func(ctx context.Context, st S, sink report.Sink) (S, schedule.Polled, error) {
		st, err := poll(ctx, st, sink)
		return st, schedule.Polled{}, err
	})
}

// sourceTools are what sources are made with.
type sourceTools struct {
	client *fetch.Client
	now    func() time.Time
	cache  string // folder for what sources keep besides their state, "" for none
}

// newSource makes the source that a configuration describes. This is the one
// place that chooses implementations.
func newSource(tools sourceTools, c config.Source) (schedule.Source, error) {
	policy := fetch.Policy{
		Allow: c.Networks, IgnoreRobots: !c.Robots, Interval: c.Interval, Timeout: c.Timeout, MaxBytes: c.MaxBytes,
	}
	header := http.Header{}
	token, err := c.Token.Get(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	switch c.Kind {
	case config.Feed:
		s := &feed.Source{
			Client: tools.client, URL: c.URL, FullText: c.FullText, Publisher: c.Publisher, Language: c.Language,
			Header: header, Policy: policy, Now: tools.now,
		}
		return simple(s.Poll), s.Validate()
	case config.Pages:
		s := &article.Source{
			Client: tools.client, URLs: c.URLs, Publisher: c.Publisher, Language: c.Language, Header: header, Policy: policy,
		}
		return simple(s.Poll), s.Validate()
	case config.GDELT:
		return newGDELT(tools, c, policy)
	case config.ACLED:
		return newACLED(tools, c, policy)
	case config.Folder:
		s := &folder.Source{
			Path: c.Path, Now: tools.now,
			Options: source.Options{Format: source.Format(c.Format), Page: page.Options{Publisher: c.Publisher}, Map: sheet.Mapping(c.Map), Charset: c.Charset},
		}
		return simple(s.Poll), s.Validate()
	}
	return nil, fmt.Errorf("there is no source of kind %q", c.Kind)
}

func newGDELT(tools sourceTools, c config.Source, policy fetch.Policy) (schedule.Source, error) {
	s := &gdelt.Source{
		Client: tools.client, Base: c.URL, Mentions: c.Mentions, Since: c.Since,
		Filter: gdelt.Filter{
			Countries: c.Countries, Actors: c.Actors, Codes: c.Codes, MinMentions: c.MinMentions, RootOnly: c.RootOnly,
		},
		Window: c.Window, MaxSlots: c.MaxSlots, Policy: policy, Now: tools.now,
	}
	for _, stream := range c.Streams {
		s.English = s.English || stream == "english"
		s.Translated = s.Translated || stream == "translated"
	}
	if c.Dedup == "article" {
		s.Dedup = gdelt.DedupArticle
	}
	if tools.cache != "" {
		s.Cache = filepath.Join(tools.cache, c.Name)
	}
	return polled[gdelt.State](func(ctx context.Context, st gdelt.State, sink report.Sink) (gdelt.State, schedule.Polled, error) {
		st, err := s.Poll(ctx, st, sink)
		return st, schedule.Polled{More: st.Behind()}, err
	}), s.Validate()
}

func newACLED(tools sourceTools, c config.Source, policy fetch.Policy) (schedule.Source, error) {
	username, err := c.Username.Get(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	password, err := c.Password.Get(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	base := c.URL
	if base == "" {
		base = acled.BaseURL
	}
	s := &acled.Poller{
		Client: &acled.Client{HTTP: tools.client.HTTP(policy), Base: base, Username: username, Password: password, Now: tools.now},
		Query:  acled.Query{Countries: c.Countries, EventTypes: c.EventTypes, Since: c.Since},
		Now:    tools.now,
	}
	return polled[acled.State](func(ctx context.Context, st acled.State, sink report.Sink) (acled.State, schedule.Polled, error) {
		st, deleted, err := s.Poll(ctx, st, sink)
		return st, schedule.Polled{Withdrawn: deleted}, err
	}), s.Validate()
}

// identity is what a source polls, as far as its state depends on it.
func identity(c config.Source) string {
	switch c.Kind {
	case config.GDELT:
		return fmt.Sprintf("gdelt %s %v", c.URL, c.Streams)
	case config.ACLED:
		return fmt.Sprintf("acled %s %q %q", c.URL, c.Countries, c.EventTypes)
	case config.Folder:
		return "folder " + c.Path
	case config.Pages:
		return "pages"
	}
	return fmt.Sprintf("%s %s %v", c.Kind, c.URL, c.FullText)
}
