package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
)

const (
	robotsBytes  = 512 << 10        // read of a robots.txt; RFC 9309 wants at least 500 KiB
	robotsLine   = 2 << 10          // of its lines, in bytes
	robotsLines  = 2_000            // of its rules
	robotsStars  = 8                // wildcards of a rule
	robotsAge    = 24 * time.Hour   // how long it is believed
	robotsTrial  = 10 * time.Minute // how long a server in trouble is left alone
	robotsHosts  = 10_000           // remembered
	crawlDelay   = time.Minute      // the longest one that is kept
	robotsAccept = "text/plain, */*;q=0.1"
)

// robots remembers what hosts say in robots.txt.
type robots struct {
	mu    sync.Mutex
	hosts map[string]*robotsHost
}

// robotsHost is what one host says.
type robotsHost struct {
	lock  chan struct{} // held while it is asked
	until time.Time     // when it is asked again
	group *robotstxt.Group
	err   error // the host could not be asked
}

// host finds the entry of a host, made anew if there is none.
func (r *robots) host(key string, now time.Time) *robotsHost {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hosts == nil {
		r.hosts = map[string]*robotsHost{}
	}
	h := r.hosts[key]
	if h == nil {
		if len(r.hosts) >= robotsHosts {
			clear(r.hosts) // they are asked again
		}
		h = &robotsHost{lock: make(chan struct{}, 1)}
		r.hosts[key] = h
	}
	return h
}

// allows asks robots.txt whether an address may be fetched, and how far
// apart requests are to be. A missing file allows all; a server in trouble
// is left alone, as RFC 9309 has it.
func (c *Client) allows(ctx context.Context, u *url.URL, policy Policy) (time.Duration, error) {
	h := c.robots.host(strings.ToLower(u.Scheme+"://"+u.Host), c.opts.Now())
	select {
	case h.lock <- struct{}{}:
		defer func() { <-h.lock }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if now := c.opts.Now(); !now.Before(h.until) {
		group, err := c.askRobots(ctx, u, policy)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if errors.Is(err, ErrAddress) {
			return 0, err // another source may be allowed to
		}
		h.group, h.err, h.until = group, err, now.Add(robotsAge)
		if err != nil {
			h.until = now.Add(robotsTrial)
			if at, ok := RetryAt(err); ok {
				h.until = at
			}
		}
	}
	if h.err != nil {
		return 0, h.err
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if !h.group.Test(path) {
		return 0, fmt.Errorf("%s: %w", u.Redacted(), ErrRobots)
	}
	return min(h.group.CrawlDelay, crawlDelay), nil
}

// askRobots fetches a host's robots.txt.
func (c *Client) askRobots(ctx context.Context, u *url.URL, policy Policy) (*robotstxt.Group, error) {
	policy.IgnoreRobots, policy.MaxBytes = true, robotsBytes
	at := url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	resp, err := c.Get(ctx, Request{URL: at.String(), Accept: robotsAccept, Policy: policy})
	var status *StatusError
	switch {
	case errors.As(err, &status) && !status.Temporary(), errors.Is(err, ErrRedirects):
		return parseRobots(nil, c.token), nil
	case err != nil:
		return nil, fmt.Errorf("robots.txt cannot be had: %w", err)
	}
	defer resp.Close()
	b, err := resp.ReadAll()
	if err != nil && !errors.Is(err, ErrTooLarge) {
		return nil, fmt.Errorf("robots.txt cannot be had: %w", err)
	}
	return parseRobots(b, c.token), nil
}

// parseRobots reads the rules of robots.txt for an agent. Whatever is no
// rule is passed over, as the parser would refuse the whole file for it.
func parseRobots(b []byte, agent string) *robotstxt.Group {
	var kept bytes.Buffer
	named, n := false, 0
	for line := range bytes.SplitSeq(bytes.TrimPrefix(b, []byte("\ufeff")), []byte("\n")) {
		for line := range bytes.SplitSeq(line, []byte("\r")) {
			if len(line) > robotsLine || n >= robotsLines {
				continue
			}
			text, _, _ := strings.Cut(string(line), "#")
			field, value, ok := strings.Cut(text, ":")
			field, value = strings.ToLower(strings.TrimSpace(field)), strings.TrimSpace(value)
			if !ok || value == "" || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r == '\u007f' || r == '\ufffd' }) {
				if named && (field == "disallow" || field == "allow") && ok && value == "" {
					// An empty rule allows all, and ends the list of agents.
					kept.WriteString("Allow: /\n")
				}
				continue
			}
			switch field {
			case "user-agent":
				named = true
				name, _, _ := strings.Cut(value, "/") // some add a version
				value = name
			case "allow", "disallow":
				if !named {
					continue
				}
				if parts := strings.SplitN(value, "*", robotsStars+2); len(parts) > robotsStars+1 {
					// Patterns cost time with each request; the beginning is enough.
					value = strings.Join(parts[:robotsStars+1], "*")
				}
			case "crawl-delay":
				seconds, err := strconv.ParseFloat(value, 64)
				if !named || err != nil || !(seconds >= 0) {
					continue
				}
				value = strconv.FormatFloat(min(seconds, crawlDelay.Seconds()), 'f', -1, 64)
			default:
				continue
			}
			n++
			fmt.Fprintf(&kept, "%s: %s\n", field, value)
		}
	}
	data, err := robotstxt.FromBytes(kept.Bytes())
	if err != nil { // a rule that is no pattern
		return &robotstxt.Group{}
	}
	return data.FindGroup(agent)
}

// discard reads the little that is left of an answer, so that its connection
// can be used again.
func discard(r io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, r, 4<<10)
	r.Close()
}
