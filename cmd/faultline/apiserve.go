package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"faultline/graph"
	"faultline/ingest"
	"faultline/ingest/coder"
	"faultline/ingest/jsonl"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/schema"
	"faultline/web/api"
	"faultline/web/live"
	"faultline/web/question"
)

// newAPI makes the HTTP API of a graph. What is sent is coded by coder, which
// is asked for when the first report comes, and goes into target, which is of
// the same store; token is asked of who sends it, "" refuses all.
func newAPI(a *app, target *following, g *live.Graph, coder func() (*ownCoder, error), token string, log *slog.Logger) http.Handler {
	p := &posting{app: a, target: target, graph: g, coder: sync.OnceValues(coder)}
	lists := new(question.Lists)
	return api.New(api.Options{
		Graph: func() question.Graph {
			s := g.Now()
			return question.Graph{Record: s.Record, View: s.View, Store: g.Store, Now: a.now(), Changes: changesOf(g.Store), Lists: lists}
		},
		Version: version(), Log: log, Token: token, Load: p.load, Retract: p.retract,
	})
}

// changesOf tells what loads did to a store.
func changesOf(store graph.Reader) func(context.Context, schema.LoadID, int) (question.Change, error) {
	return func(ctx context.Context, id schema.LoadID, pairs int) (question.Change, error) {
		full, err := findLoad(ctx, store, string(id))
		if err != nil {
			var usage *exitError
			if errors.As(err, &usage) {
				err = &question.Refused{Err: err}
			}
			return question.Change{}, err
		}
		c, err := ingest.Changes(ctx, store, full, pairs)
		if err != nil {
			return question.Change{}, err
		}
		out := question.Change{
			Load: c.Load, Reports: c.Reports, Withdrawn: c.Withdrawn, Claims: c.Claims, Open: c.Open, Closed: c.Closed, Touched: c.Touched,
			Pairs: make([]question.PairChange, len(c.Pairs)),
		}
		for i, p := range c.Pairs {
			out.Pairs[i] = question.PairChange(p)
		}
		return out, nil
	}
}

// posting writes what is sent to the API.
type posting struct {
	app    *app
	target *following
	graph  *live.Graph
	coder  func() (*ownCoder, error)
}

// sentBy is the source of the reports that are sent to the API.
const sentBy = "api"

func (p *posting) load(ctx context.Context, r api.Report) (api.Loaded, error) {
	line, err := json.Marshal(r)
	if err != nil {
		return api.Loaded{}, err
	}
	var list []report.Report
	var skip *report.Skip
	err = jsonl.Read(ctx, bytes.NewReader(line), sentBy, report.Sink{
		Report: func(r report.Report) error { list = append(list, r); return nil },
		Skip:   func(s report.Skip) error { skip = &s; return nil },
	})
	switch {
	case err != nil:
		return api.Loaded{}, err
	case skip != nil:
		return api.Loaded{}, &api.Unusable{Reason: strings.TrimSuffix(skip.Reason+": "+skip.Detail, ": ")}
	}
	own, err := p.coder()
	if err != nil {
		return api.Loaded{}, err
	}
	digest := sha256.Sum256(line)
	started := p.app.now().UTC()
	sum, err := ingest.Load(ctx, p.target, ingest.Job{
		Name: sentBy, Digest: hex.EncodeToString(digest[:]),
		Source: func(_ context.Context, sink report.Sink) error {
			for _, r := range list {
				if err := sink.Report(r); err != nil {
					return err
				}
			}
			return nil
		},
		Coder: own.code, CoderID: coder.Version, Resolver: resolve.New(own.actors), Version: version(), Now: p.app.now, Workers: 1,
	})
	if err == nil && sum.New > 0 {
		err = p.target.keepReadings(context.WithoutCancel(ctx), started, p.app.now())
		p.graph.Fresh()
	}
	return api.Loaded(sum), err
}

func (p *posting) retract(ctx context.Context, asked api.Withdrawal) (api.Retracted, error) {
	w := ingest.Withdrawal{At: p.app.now().UTC().Truncate(time.Second), DryRun: asked.DryRun}
	switch {
	case asked.Load != "":
		id, err := findLoad(ctx, p.target, asked.Load)
		if err != nil {
			var usage *exitError
			if errors.As(err, &usage) {
				err = &question.Refused{Err: err}
			}
			return api.Retracted{}, err
		}
		w.Loads = []schema.LoadID{id}
	case strings.HasPrefix(asked.Report, string(schema.KindReport)+":"):
		w.Reports = []schema.ReportID{schema.ReportID(asked.Report)}
	case asked.Report != "":
		w.URLs = []string{asked.Report}
	default:
		w.Sources = []string{asked.Source}
	}
	r, err := ingest.Retract(ctx, p.target, w)
	if errors.Is(err, ingest.ErrNothing) {
		err = fmt.Errorf("%w (%w)", err, graph.ErrNotFound)
	}
	if err == nil && !w.DryRun && r.Claims > 0 {
		err = p.target.keepReadings(context.WithoutCancel(ctx), w.At, p.app.now())
		p.graph.Fresh()
	}
	return api.Retracted(r), err
}
