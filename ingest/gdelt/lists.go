package gdelt

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"time"

	"faultline/ingest/fetch"
	"faultline/ingest/report"
)

// ReasonFuture is a file that is listed before its time.
const ReasonFuture = "slot lies in the future"

var (
	errUnlisted = errors.New("the list of files does not have it")
	errList     = errors.New("the list of files cannot be had")
)

const (
	latestMax  = 1 << 20 // of lastupdate.txt, in bytes
	masterMax  = 1 << 30 // of masterfilelist.txt, which has over 100 MB
	masterTime = 15 * time.Minute
	slotBytes  = 450                 // of a slot's three lines, and some more
	spanMax    = 60 * 24 * time.Hour // of what is kept of a list
	aheadMax   = time.Hour           // of the clock
)

// latest asks for the newest files, and begins with a stream never read.
func (p *poll) latest(ctx context.Context, now time.Time, max int) error {
	policy := p.source.Policy
	policy.MaxBytes = latestMax
	name := "lastupdate.txt"
	if p.translated {
		name = "lastupdate-translation.txt"
	}
	req := fetch.Request{URL: p.source.base() + "/" + name, Policy: policy}
	if !p.state.Through.IsZero() && len(p.state.due(now, max)) == 0 && len(p.state.ready()) == 0 {
		req.Validators = fetch.Validators{ETag: p.state.ETag, Modified: p.state.Changed}
	}
	resp, err := p.source.Client.Get(ctx, req)
	if err != nil {
		return err
	}
	defer resp.Close()
	if resp.Unchanged {
		return nil
	}
	b, err := resp.ReadAll()
	if err != nil {
		return err
	}
	var newest time.Time
	err = ReadList(ctx, bytes.NewReader(b), req.URL, func(f File) error {
		if f.Translated != p.translated {
			return nil
		}
		if f.Slot.After(now.Add(aheadMax)) {
			return p.skip(report.Skip{Origin: report.Origin{File: req.URL}, Reason: ReasonFuture, Detail: f.Slot.Format(time.RFC3339)})
		}
		if f.Slot.After(newest) {
			newest = f.Slot
		}
		p.add(f)
		return nil
	}, p.skip)
	switch {
	case err != nil:
		return err
	case newest.IsZero():
		return fmt.Errorf("%s: %w: it names no file of this stream", req.URL, errList)
	}
	p.state.ETag, p.state.Changed = resp.Validators.ETag, resp.Validators.Modified
	if newest.After(p.state.Newest) {
		p.state.Newest = newest
	}
	if p.state.Through.IsZero() {
		first := newest
		if since := p.source.Since.UTC(); !since.IsZero() {
			first = since.Truncate(SlotLength)
			if first.Before(since) {
				first = first.Add(SlotLength)
			}
			if first.Before(firstSlot) {
				first = firstSlot
			}
		}
		p.state.First, p.state.Through = first, first.Add(-SlotLength)
	}
	return nil
}

// add notes a file of a list. It is fetched from the server that the source
// names, whatever server the list does.
func (p *poll) add(f File) {
	if f.Kind != Events && f.Kind != Mentions {
		return
	}
	f.URL = p.source.base() + "/" + path.Base(f.URL)
	if p.listed == nil {
		p.listed = map[time.Time][]File{}
	}
	for i, g := range p.listed[f.Slot] {
		if g.Kind == f.Kind {
			p.listed[f.Slot][i] = f
			return
		}
	}
	p.listed[f.Slot] = append(p.listed[f.Slot], f)
}

// file finds a file of a slot in the lists.
func (p *poll) file(ctx context.Context, slot time.Time, kind Kind) (File, error) {
	for range 2 {
		for _, f := range p.listed[slot] {
			if f.Kind == kind {
				return f, nil
			}
		}
		if !p.consulted.IsZero() && !slot.Before(p.consulted) {
			break
		}
		if err := p.consult(ctx, slot); err != nil {
			return File{}, err
		}
	}
	name := path.Base(SlotURL(p.source.base(), slot, kind, p.translated))
	return File{}, fmt.Errorf("%s: %w", name, errUnlisted)
}

// consult reads the list of all files, back to a slot and as far before as
// its mentions go. Only the end of the list is asked for, if the server can
// cut it off.
func (p *poll) consult(ctx context.Context, slot time.Time) error {
	from := slot
	if p.source.Mentions {
		from = from.Add(-p.source.window())
	}
	if from.Before(p.state.First) {
		from = p.state.First
	}
	if slot.Before(from) {
		from = slot
	}
	tail := int64(p.state.Newest.Sub(from)/SlotLength+1)*slotBytes + 8<<10
	for try := range 4 {
		if try == 3 {
			tail = 0
		}
		reached, err := p.master(ctx, from, tail)
		var status *fetch.StatusError
		switch {
		case errors.As(err, &status) && !status.Temporary() && status.Code != 416: // a range that is longer than the list
			p.noList = fmt.Errorf("%w: %w", errList, err)
			p.consulted = from
			return nil
		case errors.As(err, &status) && status.Code == 416:
			tail = 0
			continue
		case err != nil:
			return fmt.Errorf("%w: %w", errList, err)
		case reached || tail == 0:
			p.consulted = from
			return nil
		}
		tail *= 4
	}
	return nil
}

// master reads the list of all files, or its tail, and reports whether it
// went back to a slot.
func (p *poll) master(ctx context.Context, from time.Time, tail int64) (reached bool, err error) {
	policy := p.source.Policy
	policy.MaxBytes, policy.Timeout = masterMax, max(policy.Timeout, masterTime)
	name := "masterfilelist.txt"
	if p.translated {
		name = "masterfilelist-translation.txt"
	}
	req := fetch.Request{URL: p.source.base() + "/" + name, Policy: policy, Tail: tail}
	resp, err := p.source.Client.Get(ctx, req)
	if err != nil {
		return false, err
	}
	defer resp.Close()
	in := bufio.NewReaderSize(resp.Body, 64<<10)
	if resp.Partial { // the first line is what is left of one
		for {
			if _, err := in.ReadSlice('\n'); err == nil || err == io.EOF {
				break
			} else if err != bufio.ErrBufferFull {
				return false, err
			}
		}
	}
	until := from.Add(spanMax)
	err = ReadList(ctx, in, req.URL, func(f File) error {
		if f.Translated != p.translated {
			return nil
		}
		if !f.Slot.After(from) {
			reached = true
		}
		if !f.Slot.Before(from) && f.Slot.Before(until) {
			p.add(f)
		}
		return nil
	}, func(report.Skip) error { return nil }) // a file that is needed shows as a gap
	return reached || !resp.Partial, err
}

// The folder that keeps files of events is a convenience: what fails there
// costs a request.

// cached returns a file of the folder, if it is there and sound.
func (s *Source) cached(f File) ([]byte, bool) {
	if s.Cache == "" || f.Kind != Events {
		return nil, false
	}
	packed, err := os.ReadFile(filepath.Join(s.Cache, path.Base(f.URL)))
	if err != nil {
		return nil, false
	}
	content, err := f.content(packed)
	return content, err == nil
}

// cache keeps a file in the folder.
func (s *Source) cache(f File, packed []byte) {
	if s.Cache == "" {
		return
	}
	if os.MkdirAll(s.Cache, 0o755) != nil {
		return
	}
	to := filepath.Join(s.Cache, path.Base(f.URL))
	if os.WriteFile(to+".part", packed, 0o644) == nil {
		_ = os.Rename(to+".part", to)
	}
}

// prune takes files of slots before a time out of the folder.
func (s *Source) prune(before time.Time) {
	if s.Cache == "" {
		return
	}
	entries, err := os.ReadDir(s.Cache)
	if err != nil {
		return
	}
	for _, e := range entries {
		if kind, slot, _, ok := parseName(e.Name()); ok && kind == Events && slot.Before(before) {
			_ = os.Remove(filepath.Join(s.Cache, e.Name()))
		}
	}
}
