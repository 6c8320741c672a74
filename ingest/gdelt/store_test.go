package gdelt_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/graph/cayley"
	"faultline/ingest"
	"faultline/ingest/fetch"
	"faultline/ingest/gazetteer"
	"faultline/ingest/gdelt"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
)

// quarterFile is an export file of a quarter of an hour, packed, of as many
// events; each article tells of five, as in real ones.
func quarterFile(b *testing.B, slot time.Time, events int) []byte {
	b.Helper()
	countries := strings.Fields("USA RUS UKR TUR SYR IRQ IRN ISR LBN EGY FRA GBR DEU CHN IND PAK AFG SDN MLI NGA ETH KEN")
	roles := strings.Fields("GOV MIL REB OPP COP CVL")
	codes := strings.Fields("042 190 0214 051 112 173 036 111 193 057")
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create(slot.Format("20060102150405") + ".export.CSV")
	if err != nil {
		b.Fatal(err)
	}
	side := func(n int) string {
		c := countries[n%len(countries)]
		r := roles[n/len(countries)%len(roles)]
		return c + r + "\t" + c + " " + r + "\t" + c + strings.Repeat("\t", 5) + r + "\t\t"
	}
	const place = "4\tBamako, Bamako, Mali\tML\tML01\t19412\t12.65\t-8\t-1000"
	for i := range events {
		day := slot.Format("20060102")
		fmt.Fprintf(w, "%d\t%s\t202103\t2021\t2021.17\t%s\t%s\t1\t%s\t042\t04\t1\t1.9\t4\t1\t4\t-2.04\t%s\t%s\t%s\t%s\thttps://news%d.example.org/%d/some-article-with-a-long-name-%d\n",
			slot.Unix()+int64(i), day, side(i), side(i*i/3+int(slot.Unix()/900)+7), codes[i*i%len(codes)], place, place, place, slot.Format("20060102150405"), i%97, slot.Unix(), i/5)
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkFileToStore takes one file of 1,500 events from the server into
// the embedded store: the list, MD5, reading, resolution and writing.
func BenchmarkFileToStore(b *testing.B) {
	actors, err := gazetteer.Load()
	if err != nil {
		b.Fatal(err)
	}
	resolver := resolve.New(actors)
	store, err := cayley.Open(filepath.Join(b.TempDir(), "store"), cayley.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	slot := time.Date(2021, 3, 5, 12, 0, 0, 0, time.UTC)
	var file []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch filepath.Base(r.URL.Path) {
		case "robots.txt":
			http.NotFound(w, r)
		case "lastupdate.txt":
			fmt.Fprintf(w, "%d %x http://data.example.org/%s.export.CSV.zip\n", len(file), md5.Sum(file), slot.Format("20060102150405"))
		default:
			_, _ = io.Copy(w, bytes.NewReader(file))
		}
	}))
	defer server.Close()
	now := func() time.Time { return slot.Add(time.Minute) }
	client := fetch.New(fetch.Options{UserAgent: "faultline/benchmark", Now: now})
	defer client.Close()
	s := &gdelt.Source{
		Client: client, Base: server.URL, Now: now,
		Policy: fetch.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Interval: -1},
	}
	var state gdelt.State
	events := 0
	for b.Loop() {
		b.StopTimer()
		slot = slot.Add(gdelt.SlotLength)
		file = quarterFile(b, slot, 1500)
		b.StartTimer()
		sum, err := ingest.Load(context.Background(), store, ingest.Job{
			Name: "gdelt", Digest: slot.String(), Resolver: resolver, Version: "benchmark", Now: time.Now, Workers: 2,
			Source: func(ctx context.Context, sink report.Sink) (err error) {
				state, err = s.Poll(ctx, state, sink)
				return err
			},
		})
		if err != nil || sum.Reports != 1500 || sum.New != 1500 {
			b.Fatalf("%s %v %v", sum, sum.Skipped, err)
		}
		events += sum.Events
	}
	b.ReportMetric(float64(events)/float64(b.N), "events")
}
