package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"
)

// Errors of a request; the errors returned wrap them and name the address.
var (
	ErrScheme    = errors.New("only http and https addresses are fetched")
	ErrAddress   = errors.New("address is of no public network; allow the network in the source if this is meant")
	ErrRobots    = errors.New("robots.txt forbids it")
	ErrRedirects = errors.New("too many redirects")
	ErrTooLarge  = errors.New("document is too large")
	ErrTimeout   = errors.New("no complete answer in time")
	ErrEncoding  = errors.New("content encoding is unknown")
)

// AddressError is a host that resolves to no address that may be reached. It
// wraps ErrAddress.
type AddressError struct {
	Host string
	Addr netip.Addr // the first one refused
}

// Error names the host and what it resolves to.
func (e *AddressError) Error() string { return fmt.Sprintf("%s (%s): %v", e.Host, e.Addr, ErrAddress) }

// Unwrap returns ErrAddress.
func (e *AddressError) Unwrap() error { return ErrAddress }

// StatusError is an answer that is no document.
type StatusError struct {
	URL   string
	Code  int       // of HTTP
	Until time.Time // when the server wants to be asked again; zero if it does not say
}

// Error tells address and status.
func (e *StatusError) Error() string {
	s := fmt.Sprintf("%s: %d %s", e.URL, e.Code, http.StatusText(e.Code))
	if !e.Until.IsZero() {
		s += ", not before " + e.Until.UTC().Format(time.RFC3339)
	}
	return s
}

// Temporary reports whether the same request may succeed later.
func (e *StatusError) Temporary() bool {
	switch e.Code {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return e.Code >= 500 && e.Code != http.StatusNotImplemented
}

// BusyError is a host that is not asked now: it said so itself by
// Retry-After, or too many requests wait for it already.
type BusyError struct {
	Host  string
	Until time.Time
}

// Error names the host and the time.
func (e *BusyError) Error() string {
	return fmt.Sprintf("%s is not to be asked before %s", e.Host, e.Until.UTC().Format(time.RFC3339))
}

// RetryAt returns the time that a server gave for the next attempt, if err
// has one.
func RetryAt(err error) (time.Time, bool) {
	var busy *BusyError
	if errors.As(err, &busy) {
		return busy.Until, true
	}
	var status *StatusError
	if errors.As(err, &status) && !status.Until.IsZero() {
		return status.Until, true
	}
	return time.Time{}, false
}

// Temporary reports whether the same request may succeed later without
// anybody changing anything: the network failed, the server was in trouble
// or busy. It is false for what the server or the rules refuse, and for the
// end of the caller's context.
func Temporary(err error) bool {
	var status *StatusError
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return false
	case errors.Is(err, ErrScheme), errors.Is(err, ErrAddress), errors.Is(err, ErrRobots),
		errors.Is(err, ErrRedirects), errors.Is(err, ErrTooLarge), errors.Is(err, ErrEncoding):
		return false
	case errors.As(err, &status):
		return status.Temporary()
	}
	return true
}
