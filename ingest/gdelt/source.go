package gdelt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"faultline/ingest/fetch"
	"faultline/ingest/report"
)

// BaseURL is where GDELT 2.0 keeps its lists and files.
const BaseURL = "http://data.gdeltproject.org/gdeltv2"

// Reasons to skip a file.
const (
	ReasonMissing = "file is missing or damaged: tried again later"
	ReasonLost    = "file is missing or damaged for good"
)

// Defaults of a Source.
const (
	DefaultWindow   = 24 * time.Hour
	DefaultMaxSlots = 96
)

const (
	packedMax   = 32 << 20 // of a file, in bytes; the largest so far have some hundred thousand
	unpackedMax = 96 << 20
	failuresMax = 2 // of the server in a row after which a poll ends
)

// firstSlot is the first one of the translated stream; the English one
// begins a slot later.
var firstSlot = time.Date(2015, 2, 18, 22, 45, 0, 0, time.UTC)

// Source follows GDELT 2.0 as it is published, every quarter of an hour.
// Each file is checked against the list's MD5. A slot that is missing, late
// or damaged is noticed and tried again for two weeks, while the others go
// on.
//
// A mention names the slot of its event; if that was read before this Source
// was made, its file is read again, so that what comes out does not depend
// on when polls were made and where they broke off.
type Source struct {
	Client     *fetch.Client
	Base       string // folder of lists and files; "" is BaseURL
	English    bool   // without Translated implied
	Translated bool
	Mentions   bool      // also what other articles say of the events
	Since      time.Time // the slot to begin with; zero is the newest one
	Filter     Filter
	Dedup      Dedup
	Window     time.Duration // of mentions: how long ago their events may have been added; 0 is DefaultWindow
	Cache      string        // folder that keeps files of events for later mentions; "" asks the server again after a restart
	MaxSlots   int           // of one poll; 0 is DefaultMaxSlots
	Policy     fetch.Policy
	Now        func() time.Time

	streams [2]stream // English, translated
}

// stream is what a Source remembers of one stream between polls. All of it
// can be found out again.
type stream struct {
	translated bool
	listed     map[time.Time][]File           // events and mentions by slot
	events     map[time.Time]map[int64]string // rows that pass the filter, by slot and number
}

// Validate names what is wrong with the source, if something is.
func (s *Source) Validate() error {
	switch {
	case s.Client == nil:
		return errors.New("gdelt: no client")
	case s.Now == nil:
		return errors.New("gdelt: no clock")
	case s.Window < 0:
		return fmt.Errorf("gdelt: window %v: want a time above 0", s.Window)
	case s.MaxSlots < 0:
		return fmt.Errorf("gdelt: %d slots: want a number above 0", s.MaxSlots)
	}
	if u, err := url.Parse(s.base()); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("gdelt: base %.200q: want an address that begins with http:// or https://", s.Base)
	}
	for _, c := range s.Filter.Countries {
		if len(c) != 3 || strings.ToUpper(c) != c {
			return fmt.Errorf("gdelt: country %q: want ISO 3166 alpha-3, as SYR", c)
		}
	}
	return nil
}

func (s *Source) base() string {
	if s.Base == "" {
		return BaseURL
	}
	return strings.TrimSuffix(s.Base, "/")
}

func (s *Source) window() time.Duration {
	if s.Window == 0 {
		return DefaultWindow
	}
	return s.Window
}

// Poll yields the events, and mentions, of the slots that are new since st
// or that were missing then, in the order of slots, English first. The State
// returned tells what was yielded, whatever the error: it is to be kept once
// the reports are, and never before. The error is sink's, ctx's, or what
// went wrong with the server.
func (s *Source) Poll(ctx context.Context, st State, sink report.Sink) (State, error) {
	var failed []error
	for i, state := range [...]*Stream{&st.English, &st.Translated} {
		translated := i == 1
		if translated && !s.Translated || !translated && !s.English && s.Translated {
			continue
		}
		s.streams[i].translated = translated
		p := poll{source: s, stream: &s.streams[i], state: state, sink: sink}
		err := p.run(ctx)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return st, ctx.Err()
		case p.sunk:
			return st, err
		default:
			failed = append(failed, err)
		}
	}
	return st, errors.Join(failed...)
}

// poll is one poll of one stream.
type poll struct {
	*stream
	source *Source
	state  *Stream
	sink   report.Sink
	sunk   bool // the sink has failed

	consulted time.Time // the master list was read back to here; zero if it was not
	noList    error     // the server has no master list
}

func (p *poll) run(ctx context.Context) error {
	now := p.source.Now().UTC()
	max := p.source.MaxSlots
	if max == 0 {
		max = DefaultMaxSlots
	}
	for _, slot := range p.state.due(now, max) {
		delete(p.listed, slot) // the list may say something else by now
	}
	if err := p.latest(ctx, now, max); err != nil {
		return err
	}
	failures := 0
	for _, slot := range p.state.due(now, max) {
		err := p.slot(ctx, slot)
		if err == nil {
			failures = 0
			continue
		}
		if p.sunk || ctx.Err() != nil {
			return err
		}
		if _, wants := fetch.RetryAt(err); wants || errors.Is(err, errList) {
			return err // the slot was not asked for
		}
		if err := p.fail(slot, now, err); err != nil {
			return err
		}
		if !gone(err) {
			if failures++; failures == failuresMax {
				return err
			}
		}
	}
	for _, w := range p.state.ready() {
		if err := p.catchUp(ctx, w); err != nil {
			return err
		}
	}
	p.forget()
	return p.noList
}

// gone reports whether the file is at fault and not the server.
func gone(err error) bool {
	var status *fetch.StatusError
	return errors.Is(err, ErrChecksum) || errors.Is(err, ErrArchive) || errors.Is(err, ErrTooLarge) ||
		errors.Is(err, errUnlisted) || !fetch.Temporary(err) || errors.As(err, &status)
}

// fail notes a slot that could not be had.
func (p *poll) fail(slot, now time.Time, why error) error {
	noticed, lost := p.state.failed(slot, now)
	if !noticed && !lost {
		return nil
	}
	reason := ReasonMissing
	if lost {
		reason = ReasonLost
	}
	return p.skip(report.Skip{
		Origin: report.Origin{File: SlotURL(p.source.base(), slot, Events, p.translated)}, Reason: reason, Detail: fmt.Sprintf("%.200s", why),
	})
}

func (p *poll) skip(s report.Skip) error {
	err := p.sink.Skip(s)
	p.sunk = p.sunk || err != nil
	return err
}

// taking is the sink, its failures noted.
func (p *poll) taking() report.Sink {
	return report.Sink{
		Skip: p.skip,
		Report: func(r report.Report) error {
			err := p.sink.Report(r)
			p.sunk = p.sunk || err != nil
			return err
		},
	}
}

// slot reads the files of one slot: events, then mentions.
func (p *poll) slot(ctx context.Context, slot time.Time) error {
	events, err := p.fetch(ctx, slot, Events)
	if err != nil {
		return err
	}
	var mentions []byte
	var waits []time.Time
	if p.source.Mentions {
		if mentions, err = p.fetch(ctx, slot, Mentions); err != nil {
			return err
		}
		p.keep(slot, events)
		if waits, err = p.lookUp(ctx, slot, mentions); err != nil {
			return err
		}
	}
	opts := p.options()
	at := func(kind Kind) string { return SlotURL(p.source.base(), slot, kind, p.translated) }
	if err := Read(ctx, bytes.NewReader(events), at(Events), opts, p.taking()); err != nil {
		return err
	}
	if p.source.Mentions {
		if err := ReadMentions(ctx, bytes.NewReader(mentions), at(Mentions), opts, p.taking()); err != nil {
			return err
		}
	}
	p.state.done(slot, waits)
	return nil
}

// catchUp reads again the mentions of a slot, of which those of events of a
// missing slot had no event.
func (p *poll) catchUp(ctx context.Context, w Wait) error {
	err := p.load(ctx, w.Missing)
	var mentions []byte
	if err == nil {
		mentions, err = p.fetch(ctx, w.Slot, Mentions)
	}
	if err != nil {
		if gone(err) && ctx.Err() == nil { // it was there before: somebody took it away
			p.state.caught(w)
			return p.skip(report.Skip{
				Origin: report.Origin{File: SlotURL(p.source.base(), w.Slot, Mentions, p.translated)}, Reason: ReasonLost, Detail: fmt.Sprintf("%.200s", err),
			})
		}
		return err
	}
	var rows bytes.Buffer
	for line := range bytes.Lines(mentions) {
		if m, reason, _ := ParseMention(strings.TrimRight(string(line), "\r\n")); reason == "" && m.EventTime.Equal(w.Missing) {
			rows.Write(line)
		}
	}
	file := SlotURL(p.source.base(), w.Slot, Mentions, p.translated)
	if err := ReadMentions(ctx, &rows, file, p.options(), p.taking()); err != nil {
		return err
	}
	p.state.caught(w)
	return nil
}

func (p *poll) options() Options {
	return Options{
		Filter: p.source.Filter, Dedup: p.source.Dedup, Window: p.source.window(),
		find: func(m *Mention) (e Event, ok bool) {
			row, ok := p.events[m.EventTime][m.Event]
			if !ok {
				return e, false
			}
			e, reason, _ := ParseEvent(row)
			return e, reason == ""
		},
	}
}

// keep remembers the events of a slot that mentions may tell of.
func (p *poll) keep(slot time.Time, content []byte) {
	opts := p.options()
	rows := map[int64]string{}
	for line := range bytes.Lines(content) {
		row := strings.ToValidUTF8(strings.TrimRight(string(line), "\r\n"), "\ufffd")
		if e, reason, _ := ParseEvent(row); reason == "" {
			if reason, _ := opts.refuses(&e); reason == "" {
				rows[e.ID] = row
			}
		}
	}
	if p.events == nil {
		p.events = map[time.Time]map[int64]string{}
	}
	p.events[slot] = rows
}

// lookUp makes sure of the events that mentions tell of, and returns those
// missing slots that have some.
func (p *poll) lookUp(ctx context.Context, slot time.Time, mentions []byte) (waits []time.Time, err error) {
	need := map[time.Time]bool{}
	for line := range bytes.Lines(mentions) {
		m, reason, _ := ParseMention(strings.TrimRight(string(line), "\r\n"))
		if reason != "" || m.EventTime.Before(p.state.First) || m.EventTime.After(slot) || m.Time.Sub(m.EventTime) > p.source.window() ||
			!m.EventTime.Equal(m.EventTime.Truncate(SlotLength)) {
			continue
		}
		need[m.EventTime] = true
	}
	for t := range need {
		waits = append(waits, t)
	}
	slices.SortFunc(waits, time.Time.Compare)
	missing := waits[:0]
	for _, t := range waits {
		switch {
		case t.Equal(slot) || p.events[t] != nil:
		case p.state.missing(t):
			missing = append(missing, t)
		default:
			if err := p.load(ctx, t); err != nil {
				if !gone(err) || ctx.Err() != nil {
					return nil, err
				}
				p.keep(t, nil) // it was there when it was read: its mentions are skipped
			}
		}
	}
	return missing, nil
}

// load reads the events of a slot for mentions of them.
func (p *poll) load(ctx context.Context, slot time.Time) error {
	if p.events[slot] != nil {
		return nil
	}
	content, err := p.fetch(ctx, slot, Events)
	if err == nil {
		p.keep(slot, content)
	}
	return err
}

// forget lets go of what no later mention can ask for.
func (p *poll) forget() {
	before := p.state.Through.Add(-p.source.window())
	for slot := range p.events {
		if slot.Before(before) {
			delete(p.events, slot)
		}
	}
	for slot := range p.listed {
		if slot.Before(before) && !p.state.missing(slot) {
			delete(p.listed, slot)
		}
	}
	p.source.prune(before)
}

// fetch returns the content of a file of a slot, checked.
func (p *poll) fetch(ctx context.Context, slot time.Time, kind Kind) ([]byte, error) {
	f, err := p.file(ctx, slot, kind)
	if err != nil {
		return nil, err
	}
	if b, ok := p.source.cached(f); ok {
		return b, nil
	}
	policy := p.source.Policy
	policy.MaxBytes = packedMax
	resp, err := p.source.Client.Get(ctx, fetch.Request{URL: f.URL, Policy: policy})
	if err != nil {
		return nil, err
	}
	defer resp.Close()
	packed, err := resp.ReadAll()
	if err != nil {
		return nil, err
	}
	content, err := f.content(packed)
	if err == nil && kind == Events && p.source.Mentions {
		p.source.cache(f, packed)
	}
	return content, err
}

// content is the one file in a packed one, read to its end, so that damage
// shows before anything is yielded.
func (f File) content(packed []byte) ([]byte, error) {
	r, err := f.Unpack(packed, unpackedMax)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	switch {
	case err == nil:
		return b, nil
	case errors.Is(err, ErrTooLarge):
		return nil, err
	}
	return nil, fmt.Errorf("%s: %w: %v", f.URL, ErrArchive, err)
}
