package acled

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"faultline/ingest/report"
	"faultline/schema"
)

// BaseURL is where the API is.
const BaseURL = "https://acleddata.com"

// The paths below BaseURL.
const (
	pathToken   = "/oauth/token"
	pathRead    = "/api/acled/read"
	pathDeleted = "/api/deleted/read"
)

const (
	pageRows  = 5000      // of a page, when not told otherwise
	pageBytes = 256 << 20 // no page is larger
	pagesMax  = 10_000
)

// Client reads the API for one account. It is not safe for concurrent use.
type Client struct {
	HTTP     *http.Client
	Base     string // BaseURL, without a slash at the end
	Username string // the account's e-mail address
	Password string
	Limit    int // rows of a page; 5000 if 0
	Now      func() time.Time

	access, refresh string
	expires         time.Time
}

// Query says which events are asked for. Its zero value asks for all.
type Query struct {
	Countries  []string   // English names
	EventTypes []string   // "Battles"
	From, To   schema.Day // of the event, both included; without From and To any, which the zero Query has
	Dated      bool       // From and To count
	Since      time.Time  // changed at or after; zero for any time
}

// StatusError is an answer of the API that is no success.
type StatusError struct {
	URL     string // without the account
	Code    int    // HTTP status
	Message string // the API's own, "" if it gives none
}

// Error tells the answer and what to do about it.
func (e *StatusError) Error() string {
	hint := ""
	switch {
	case e.Code == http.StatusUnauthorized:
		hint = ": check user name and password"
	case e.Code == http.StatusForbidden:
		hint = ": the account has no access to this data"
	case e.Code == http.StatusInternalServerError:
		hint = ": the quota may be used up, or the account wrong"
	}
	if e.Message != "" {
		hint = ": " + e.Message + hint
	}
	return fmt.Sprintf("%s: %d %s%s", e.URL, e.Code, http.StatusText(e.Code), hint)
}

// Temporary reports whether the same request may succeed later.
func (e *StatusError) Temporary() bool {
	return e.Code >= 500 || e.Code == http.StatusTooManyRequests
}

// Read yields the events of the query, page by page, as Read does those of
// a file; the origin of an event is its page and its number there. The error
// is sink's, ctx's, a *StatusError, or one of the connection. What was
// yielded before an error is good.
func (c *Client) Read(ctx context.Context, q Query, sink report.Sink) error {
	return c.pages(ctx, pathRead, q.values(), func(at report.Origin, record map[string]any) error {
		cells := make(map[string]string, len(record))
		for name, v := range record {
			cells[strings.ToLower(strings.ReplaceAll(name, "_", " "))] = text(v)
		}
		rep, reason, detail := parse(func(names ...string) string {
			for _, name := range names {
				if s, ok := cells[name]; ok {
					return strings.TrimSpace(s)
				}
			}
			return ""
		})
		if record == nil {
			reason, detail = ReasonRecord, ""
		}
		if reason != "" {
			return sink.Skip(report.Skip{Origin: at, Reason: reason, Detail: detail})
		}
		rep.Origin = at
		return sink.Report(rep)
	})
}

// Deleted calls found for each event that was deleted at or after a time;
// the id is the key of its report.
func (c *Client) Deleted(ctx context.Context, since time.Time, found func(id string, at time.Time) error) error {
	v := url.Values{}
	if !since.IsZero() {
		v.Set("deleted_timestamp", strconv.FormatInt(since.Unix(), 10))
		v.Set("deleted_timestamp_where", ">=")
	}
	return c.pages(ctx, pathDeleted, v, func(_ report.Origin, record map[string]any) error {
		id := text(record["event_id_cnty"])
		if id == "" {
			return nil
		}
		seconds, err := strconv.ParseInt(text(record["deleted_timestamp"]), 10, 64)
		at := time.Time{}
		if err == nil {
			at = time.Unix(seconds, 0).UTC()
		}
		return found(id, at)
	})
}

func (q Query) values() url.Values {
	v := url.Values{}
	if len(q.Countries) > 0 {
		v.Set("country", strings.Join(q.Countries, "|"))
	}
	if len(q.EventTypes) > 0 {
		v.Set("event_type", strings.Join(q.EventTypes, "|"))
	}
	if q.Dated {
		v.Set("event_date", q.From.String()+"|"+q.To.String())
		v.Set("event_date_where", "BETWEEN")
	}
	if !q.Since.IsZero() {
		v.Set("timestamp", strconv.FormatInt(q.Since.Unix(), 10))
		v.Set("timestamp_where", ">=")
	}
	return v
}

// text is a value of JSON as a cell: numbers come as such and as strings.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// errPaging is a server that does not turn the page.
var errPaging = errors.New("the API answers every page with the same rows")

// pages reads until a page is short. The limit is always sent: the default
// has changed over the years.
func (c *Client) pages(ctx context.Context, path string, v url.Values, row func(report.Origin, map[string]any) error) error {
	limit := c.Limit
	if limit <= 0 {
		limit = pageRows
	}
	v.Set("_format", "json")
	v.Set("limit", strconv.Itoa(limit))
	before := ""
	for page := 1; page <= pagesMax; page++ {
		v.Set("page", strconv.Itoa(page))
		address := c.Base + path + "?" + v.Encode()
		data, err := c.page(ctx, address)
		if err != nil {
			return err
		}
		if len(data) == 0 {
			return nil
		}
		if first := string(data[0]); first == before {
			return fmt.Errorf("%s: %w", address, errPaging)
		} else {
			before = first
		}
		for i, raw := range data {
			if err := ctx.Err(); err != nil {
				return err
			}
			var record map[string]any
			d := json.NewDecoder(strings.NewReader(string(raw)))
			d.UseNumber()
			if d.Decode(&record) != nil {
				record = nil
			}
			if err := row(report.Origin{File: address, Line: i + 1}, record); err != nil {
				return err
			}
		}
		if len(data) < limit {
			return nil
		}
	}
	return fmt.Errorf("%s%s: more than %d pages", c.Base, path, pagesMax)
}

// page fetches one page; a token that has run out before its time is
// renewed once.
func (c *Client) page(ctx context.Context, address string) ([]json.RawMessage, error) {
	for attempt := 0; ; attempt++ {
		if err := c.authorize(ctx); err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+c.access)
		req.Header.Set("Accept", "application/json")
		var answer struct {
			Status json.RawMessage
			Data   []json.RawMessage
		}
		err = c.do(req, address, &answer)
		var status *StatusError
		if errors.As(err, &status) && status.Code == http.StatusUnauthorized && attempt == 0 {
			c.access = ""
			continue
		}
		if err != nil {
			return nil, err
		}
		if s := strings.Trim(string(answer.Status), `"`); s != "" && s != "200" && s != "null" {
			code, _ := strconv.Atoi(s)
			return nil, &StatusError{URL: address, Code: code, Message: "in the answer itself"}
		}
		return answer.Data, nil
	}
}

// authorize gets a token, or renews it shortly before it runs out.
func (c *Client) authorize(ctx context.Context) error {
	const margin = time.Minute
	if c.access != "" && c.Now().Add(margin).Before(c.expires) {
		return nil
	}
	if c.refresh != "" {
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {c.refresh}, "client_id": {"acled"}}
		c.refresh = ""
		err := c.token(ctx, form)
		var status *StatusError
		if !errors.As(err, &status) || status.Temporary() {
			return err
		}
		// The token is too old: log in again.
	}
	return c.token(ctx, url.Values{
		"grant_type": {"password"}, "username": {c.Username}, "password": {c.Password}, "client_id": {"acled"},
	})
}

func (c *Client) token(ctx context.Context, form url.Values) error {
	address := c.Base + pathToken
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer struct {
		Access  string      `json:"access_token"`
		Refresh string      `json:"refresh_token"`
		Seconds json.Number `json:"expires_in"`
	}
	if err := c.do(req, address, &answer); err != nil {
		return err
	}
	if answer.Access == "" {
		return fmt.Errorf("%s: the answer has no access_token", address)
	}
	seconds, err := answer.Seconds.Int64()
	if err != nil || seconds <= 0 {
		seconds = 86400 // as documented
	}
	c.access, c.refresh = answer.Access, answer.Refresh
	c.expires = c.Now().Add(time.Duration(seconds) * time.Second)
	return nil
}

// do sends a request and decodes its answer.
func (c *Client) do(req *http.Request, address string, into any) error {
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body := &io.LimitedReader{R: resp.Body, N: pageBytes}
	if resp.StatusCode != http.StatusOK {
		body.N = 4096
		b, _ := io.ReadAll(body)
		var said struct{ Message, Error string }
		_ = json.Unmarshal(b, &said) // often no JSON
		if said.Message == "" {
			said.Message = said.Error
		}
		return &StatusError{URL: address, Code: resp.StatusCode, Message: fmt.Sprintf("%.200s", said.Message)}
	}
	if err := json.NewDecoder(body).Decode(into); err != nil {
		if body.N <= 0 {
			return fmt.Errorf("%s: the answer has more than %d bytes: set a smaller limit", address, pageBytes)
		}
		return fmt.Errorf("%s: the answer is no JSON as expected: %w", address, err)
	}
	return nil
}
