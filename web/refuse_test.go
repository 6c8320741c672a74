package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"faultline/web"
)

// What is refused before it gets to the API is a problem there, and a line of
// text on pages.
func TestRefusals(t *testing.T) {
	broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") })
	d := newDesk(t, func(o *web.Options) { o.API, o.Rate = broken, 1 })
	closed := newDesk(t, func(o *web.Options) { o.API, o.Token = broken, "a token of some length" })
	for _, c := range []struct {
		name   string
		desk   *desk
		change func(*http.Request)
		status int
		kind   string
	}{
		{"another name", d, func(r *http.Request) { r.Host = "evil.example" }, http.StatusMisdirectedRequest, "wrong-host"},
		{"a long address", d, func(r *http.Request) { r.URL.RawQuery = strings.Repeat("x", 5000) }, http.StatusRequestURITooLong, "address-too-long"},
		{"no token", closed, func(*http.Request) {}, http.StatusUnauthorized, "token-needed"},
		{"a page from elsewhere", d, func(r *http.Request) { r.Method = http.MethodPost; r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden, "wrong-origin"},
		{"haste", d, func(r *http.Request) { r.RemoteAddr = "192.0.2.1:5" }, http.StatusTooManyRequests, "too-many-requests"},
		{"a panic", d, func(*http.Request) {}, http.StatusInternalServerError, "failure"},
	} {
		for _, path := range []string{"/api/v1/strain", "/about"} {
			var w *httptest.ResponseRecorder
			for range 5 { // in haste
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.Host, r.RemoteAddr = "localhost", "127.0.0.1:9"
				c.change(r)
				w = httptest.NewRecorder()
				c.desk.server.ServeHTTP(w, r)
			}
			api := path != "/about"
			if !api && c.status == http.StatusInternalServerError {
				continue
			}
			var problem struct {
				Type, Title, Detail string
				Status              int
			}
			err := json.Unmarshal(w.Body.Bytes(), &problem)
			if w.Code != c.status || (err == nil) != api || api != (w.Header().Get("Content-Type") == "application/problem+json") {
				t.Errorf("%s, %s: %d %s %s", c.name, path, w.Code, w.Header().Get("Content-Type"), w.Body)
			}
			if api && (problem.Type != "/api/v1/problems#"+c.kind || problem.Status != c.status || problem.Title == "" || problem.Detail == "" || strings.Contains(w.Body.String(), "secret")) {
				t.Errorf("%s: %s", c.name, w.Body)
			}
		}
	}
}
