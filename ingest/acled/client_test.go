package acled

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"faultline/ingest/report"
	"faultline/schema"
)

// server answers as the API does, for one account and a number of rows.
type server struct {
	*httptest.Server
	rows     int
	logins   []string // grant types
	requests []string
	access   string
	refresh  string
	stuck    bool // answers page 1 always
	fail     func(page int) (code int, body string)
}

func newServer(t *testing.T, rows int) *server {
	s := &server{rows: rows}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("GET /api/acled/read", s.read)
	mux.HandleFunc("GET /api/deleted/read", func(w http.ResponseWriter, r *http.Request) {
		s.requests = append(s.requests, r.URL.RawQuery)
		fmt.Fprint(w, `{"status":200,"data":[{"event_id_cnty":"MLI1","deleted_timestamp":1621900000},{"event_id_cnty":"MLI2","deleted_timestamp":"1621900001"},{}]}`)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *server) token(w http.ResponseWriter, r *http.Request) {
	grant := r.FormValue("grant_type")
	s.logins = append(s.logins, grant)
	good := grant == "password" && r.FormValue("username") == "me@example.org" && r.FormValue("password") == "secret" ||
		grant == "refresh_token" && r.FormValue("refresh_token") == s.refresh && s.refresh != ""
	if !good || r.FormValue("client_id") != "acled" {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":"invalid_grant","message":"The user credentials were incorrect."}`)
		return
	}
	s.access, s.refresh = fmt.Sprint("access", len(s.logins)), fmt.Sprint("refresh", len(s.logins))
	fmt.Fprintf(w, `{"token_type":"Bearer","expires_in":86400,"access_token":%q,"refresh_token":%q}`, s.access, s.refresh)
}

func (s *server) read(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.requests = append(s.requests, q.Get("page"))
	if r.Header.Get("Authorization") != "Bearer "+s.access {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	limit, _ := strconv.Atoi(q.Get("limit"))
	page, _ := strconv.Atoi(q.Get("page"))
	if s.fail != nil {
		if code, body := s.fail(page); code != 0 {
			w.WriteHeader(code)
			fmt.Fprint(w, body)
			return
		}
	}
	if s.stuck {
		page = 1
	}
	data := []map[string]any{}
	for i := (page - 1) * limit; i < min(page*limit, s.rows); i++ {
		record := map[string]any{}
		for k, v := range event(map[string]string{"event_id_cnty": fmt.Sprint("MLI", i)}) {
			record[k] = v
		}
		if i%2 == 0 { // numbers as such
			record["fatalities"], record["latitude"], record["inter1"] = 3, 14.5, 1
		}
		data = append(data, record)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"status": 200, "success": true, "count": len(data), "data": data})
}

func (s *server) client(now func() time.Time) *Client {
	return &Client{HTTP: s.Client(), Base: s.URL, Username: "me@example.org", Password: "secret", Limit: 10, Now: now}
}

func clock(at *time.Time) func() time.Time { return func() time.Time { return *at } }

func TestPages(t *testing.T) {
	for rows, pages := range map[int]int{0: 1, 9: 1, 10: 2, 25: 3} {
		s := newServer(t, rows)
		at := time.Unix(1e9, 0)
		var reports []report.Report
		var skips []string
		if err := s.client(clock(&at)).Read(context.Background(), Query{}, sinkOf(&reports, &skips)); err != nil {
			t.Fatal(err)
		}
		if len(reports) != rows || len(skips) > 0 || len(s.requests) != pages || len(s.logins) != 1 {
			t.Errorf("%d rows: %d reports, %v, %v", rows, len(reports), skips, s.requests)
		}
		for i, r := range reports {
			// Rows of the API and of exports are the same reports.
			want := one(t, map[string]string{"event_id_cnty": fmt.Sprint("MLI", i)})
			if r.Origin.Line != i%10+1 || !strings.Contains(r.Origin.File, "page="+strconv.Itoa(i/10+1)) {
				t.Errorf("%v", r.Origin)
			}
			r.Origin = want.Origin
			if !reflect.DeepEqual(r, want) {
				t.Errorf("got  %+v\nwant %+v", r, want)
			}
		}
	}
}

func TestQueryIsSent(t *testing.T) {
	q := Query{
		Countries: []string{"Mali", "Burkina Faso"}, EventTypes: []string{"Battles"},
		Dated: true, From: schema.MakeDay(2025, 1, 1), To: schema.MakeDay(2025, 2, 1), Since: time.Unix(1700000000, 0),
	}
	want := "country=Mali%7CBurkina+Faso&event_date=2025-01-01%7C2025-02-01&event_date_where=BETWEEN&event_type=Battles&timestamp=1700000000&timestamp_where=%3E%3D"
	if got := q.values().Encode(); got != want {
		t.Error(got)
	}
	if got := (Query{}).values(); len(got) != 0 {
		t.Error(got)
	}
}

func TestTokens(t *testing.T) {
	s := newServer(t, 3)
	at := time.Unix(1e9, 0)
	c := s.client(clock(&at))
	read := func() error {
		var reports []report.Report
		var skips []string
		return c.Read(context.Background(), Query{}, sinkOf(&reports, &skips))
	}
	step := func(name string, want ...string) {
		t.Helper()
		if err := read(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(s.logins, want) {
			t.Errorf("%s: %v", name, s.logins)
		}
	}
	step("first", "password")
	step("again", "password")
	at = at.Add(24 * time.Hour)
	step("a day later", "password", "refresh_token")
	s.access = "withdrawn"
	step("withdrawn", "password", "refresh_token", "refresh_token")
	at = at.Add(15 * 24 * time.Hour)
	s.refresh = "" // too old
	step("weeks later", "password", "refresh_token", "refresh_token", "refresh_token", "password")

	c.access, c.refresh, c.Password = "", "", "wrong"
	err := read()
	var status *StatusError
	if !errors.As(err, &status) || status.Code != 401 || status.Temporary() ||
		err.Error() != s.URL+"/oauth/token: 401 Unauthorized: The user credentials were incorrect.: check user name and password" {
		t.Error(err)
	}
	if strings.Contains(err.Error(), "wrong") {
		t.Error("the error tells the password")
	}
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name      string
		code      int
		body      string
		temporary bool
		want      string
	}{
		{"no rights", 403, `{"message":"Access denied"}`, false, "403 Forbidden: Access denied: the account has no access to this data"},
		{"quota", 500, "", true, "500 Internal Server Error: the quota may be used up, or the account wrong"},
		{"maintenance", 503, "<html>", true, "503 Service Unavailable"},
		{"too many", 429, "", true, "429 Too Many Requests"},
	} {
		s := newServer(t, 25)
		s.fail = func(page int) (int, string) {
			if page < 3 {
				return 0, ""
			}
			return c.code, c.body
		}
		at := time.Unix(1e9, 0)
		var reports []report.Report
		var skips []string
		err := s.client(clock(&at)).Read(context.Background(), Query{}, sinkOf(&reports, &skips))
		var status *StatusError
		if !errors.As(err, &status) || status.Temporary() != c.temporary || !strings.HasSuffix(err.Error(), c.want) || len(reports) != 20 {
			t.Errorf("%s: %v after %d reports", c.name, err, len(reports))
		}
	}
	for name, body := range map[string]string{"no JSON": "<html>", "cut": `{"data":[{"a":1}`, "other status": `{"status":"403","data":null}`} {
		s := newServer(t, 25)
		s.fail = func(int) (int, string) { return 200, body }
		at := time.Unix(1e9, 0)
		var reports []report.Report
		var skips []string
		if err := s.client(clock(&at)).Read(context.Background(), Query{}, sinkOf(&reports, &skips)); err == nil {
			t.Error(name)
		}
	}
	s := newServer(t, 25)
	s.stuck = true
	at := time.Unix(1e9, 0)
	var reports []report.Report
	var skips []string
	if err := s.client(clock(&at)).Read(context.Background(), Query{}, sinkOf(&reports, &skips)); !errors.Is(err, errPaging) || len(reports) != 10 {
		t.Errorf("%v after %d", err, len(reports))
	}
	stop := errors.New("enough")
	s = newServer(t, 3)
	if err := s.client(clock(&at)).Read(context.Background(), Query{}, report.Sink{Report: func(report.Report) error { return stop }}); err != stop {
		t.Error(err)
	}
	s.fail = func(int) (int, string) { return 200, `{"data":[1,{"event_date":"x"}]}` }
	reports, skips = nil, nil
	if err := s.client(clock(&at)).Read(context.Background(), Query{}, sinkOf(&reports, &skips)); err != nil || len(skips) != 2 || !strings.Contains(skips[0], ReasonRecord) {
		t.Error(err, skips)
	}
}

func TestDeleted(t *testing.T) {
	s := newServer(t, 0)
	at := time.Unix(1e9, 0)
	var got []string
	err := s.client(clock(&at)).Deleted(context.Background(), time.Unix(1600000000, 0), func(id string, at time.Time) error {
		got = append(got, fmt.Sprint(id, " ", at.Unix()))
		return nil
	})
	if err != nil || !reflect.DeepEqual(got, []string{"MLI1 1621900000", "MLI2 1621900001"}) ||
		!strings.Contains(s.requests[0], "deleted_timestamp=1600000000&deleted_timestamp_where=%3E%3D") {
		t.Error(got, err, s.requests)
	}
}
