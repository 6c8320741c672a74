package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"faultline/schema"
)

// Report is a report that is sent to be coded and loaded.
type Report struct {
	ID        string   `json:"id,omitempty"`        // what names it for its source; without one it is known by its URL, else by its content
	Published string   `json:"published,omitempty"` // YYYY-MM-DD, or a time as RFC 3339 has it
	Publisher string   `json:"publisher,omitempty"` // the outlet
	Cites     []string `json:"cites,omitempty"`     // outlets that it names as its sources
	Title     string   `json:"title,omitempty"`
	URL       string   `json:"url,omitempty"`
	Language  string   `json:"language,omitempty"` // BCP 47
	Text      string   `json:"text"`
}

// Unusable is the error of a report that cannot be coded.
type Unusable struct{ Reason string }

// Error tells why.
func (e *Unusable) Error() string { return e.Reason }

// Loaded is what a load did.
type Loaded struct {
	Load      schema.LoadID  `json:"load"`
	Outcome   schema.Outcome `json:"outcome"`
	Reports   int            `json:"reports"`       // read
	Known     int            `json:"reports_known"` // of them in the store before
	New       int            `json:"reports_new"`
	Outside   int            `json:"outside_window"`
	Skipped   map[string]int `json:"skipped,omitempty"` // input passed over, by reason
	Sentences int            `json:"sentences"`
	Claims    int            `json:"claims_new"`
	Events    int            `json:"events_new"`
	EventsOld int            `json:"events_known"` // new claims of events in the store before
	Actors    int            `json:"actors_new"`
	Places    int            `json:"places_new"`
	Replaced  int            `json:"reports_replaced"` // new reports that are versions of known ones
	Closed    int            `json:"claims_closed"`    // of the versions that were replaced
	Seconds   float64        `json:"seconds"`
}

// Withdrawal says what is taken back: one of load, report and source.
type Withdrawal struct {
	Load   string `json:"load,omitempty"`   // id of a load, or the beginning of it
	Report string `json:"report,omitempty"` // address or id of a report
	Source string `json:"source,omitempty"` // name of a source, as the loads have it
	DryRun bool   `json:"dry_run,omitempty"`
}

// Retracted is what a withdrawal does.
type Retracted struct {
	Reports   int `json:"reports"`           // withdrawn now
	Withdrawn int `json:"reports_withdrawn"` // that it names and that were withdrawn before
	Claims    int `json:"claims_closed"`
	Events    int `json:"events_touched"`  // that the closed claims are of
	Vanished  int `json:"events_vanished"` // of them without an open claim left
}

// write is a route that changes the graph.
type write struct {
	path    string
	name    string
	title   string
	about   string
	takes   reflect.Type
	gives   reflect.Type
	created bool // it can answer 201
	serve   func(*api, http.ResponseWriter, *http.Request) error
}

func writes() []write {
	return []write{
		{
			path: "loads", name: "postLoad", title: "Load a report",
			about: "Codes one report and writes what it claims into the graph. A report that the graph has already changes nothing and is answered with 200.",
			takes: reflect.TypeFor[Report](), gives: reflect.TypeFor[Loaded](), created: true, serve: (*api).load,
		},
		{
			path: "retractions", name: "postRetraction", title: "Take back a load, a report or a source",
			about: "Closes the claims that came with a load, with a report or with all loads of a source. Answers as of an earlier day keep them. With dry_run it only counts.",
			takes: reflect.TypeFor[Withdrawal](), gives: reflect.TypeFor[Retracted](), serve: (*api).retract,
		},
	}
}

// guarded lets through who has the token, one at a time.
func (a *api) guarded(serve func(*api, http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if a.options.Token == "" || a.options.Load == nil || a.options.Retract == nil {
			send(w, problem{Kind: readOnly, Detail: "It was started without a token for writing."})
			return
		}
		given, ok := bearer(r)
		if want := sha256.Sum256([]byte(a.options.Token)); !ok || subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="faultline"`)
			send(w, problem{Kind: noToken, Detail: "Send it as Authorization: Bearer TOKEN."})
			return
		}
		select {
		case a.writing <- struct{}{}:
			defer func() { <-a.writing }()
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		if err := serve(a, w, r); err != nil {
			a.fail(w, r, err)
		}
	}
}

// bearer is the digest of the token of a request, so that tokens of any
// length take the same time to compare.
func bearer(r *http.Request) (sum [sha256.Size]byte, ok bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return sum, false
	}
	return sha256.Sum256([]byte(strings.TrimSpace(token))), true
}

// body reads a JSON object of the fields of T, and nothing after it. It has
// answered when ok is false.
func body[T any](a *api, w http.ResponseWriter, r *http.Request) (x T, ok bool) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		send(w, problem{Kind: wrongMedia, Detail: "Send it as Content-Type: application/json."})
		return x, false
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, a.options.MaxBody))
	var tooMuch *http.MaxBytesError
	switch {
	case errors.As(err, &tooMuch):
		send(w, problem{Kind: tooLarge, Detail: fmt.Sprintf("At most %d bytes are taken.", tooMuch.Limit)})
		return x, false
	case err != nil:
		return x, false // the caller has gone
	case !utf8.Valid(b):
		send(w, problem{Kind: wrongBody, Detail: "It is not UTF-8."})
		return x, false
	}
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&x); err != nil {
		send(w, problem{Kind: wrongBody, Detail: strings.TrimPrefix(err.Error(), "json: ")})
		return x, false
	}
	if strings.TrimSpace(string(b[dec.InputOffset():])) != "" {
		send(w, problem{Kind: wrongBody, Detail: "There is more after the JSON object."})
		return x, false
	}
	return x, true
}

func (a *api) load(w http.ResponseWriter, r *http.Request) error {
	report, ok := body[Report](a, w, r)
	if !ok {
		return nil
	}
	if strings.TrimSpace(report.Text) == "" {
		return &Unusable{"It has no text."}
	}
	done, err := a.options.Load(r.Context(), report)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if done.New > 0 {
		status = http.StatusCreated
		w.Header().Set("Location", Root+"loads/"+strings.TrimPrefix(string(done.Load), string(schema.KindLoad)+":"))
	}
	a.sendJSON(w, r, status, done)
	return nil
}

func (a *api) retract(w http.ResponseWriter, r *http.Request) error {
	withdrawal, ok := body[Withdrawal](a, w, r)
	if !ok {
		return nil
	}
	named := 0
	for _, s := range []string{withdrawal.Load, withdrawal.Report, withdrawal.Source} {
		if s != "" {
			named++
		}
	}
	if named != 1 {
		send(w, problem{Kind: wrongBody, Detail: "Name one of load, report and source."})
		return nil
	}
	done, err := a.options.Retract(r.Context(), withdrawal)
	if err != nil {
		return err
	}
	a.sendJSON(w, r, http.StatusOK, done)
	return nil
}
