package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/graph/dgraph"
	"faultline/graph/dgraph/dgraphtest"
)

// BenchmarkDgraph loads the ICEWS sample into one Alpha on this machine, loads
// it again, and asks; then does the same with Cayley, so that the two can be
// compared on a machine that is busy with other things. Every command is a
// process of its own. Run it with 'make bench-dgraph'.
func BenchmarkDgraph(b *testing.B) {
	c := dgraphtest.Start(b, dgraphtest.Options{})
	b.Setenv(envSeries, b.TempDir())
	input := filepath.Join(dataFolder(b), "icews", "icews-2005-2015-sample.tsv.gz")
	for b.Loop() {
		c.Empty()
		stores := map[string]string{"dgraph": c.Spec(), "cayley": "cayley:" + filepath.Join(b.TempDir(), "graph.db")}
		for _, name := range slices.Sorted(maps.Keys(stores)) {
			timed := func(unit string, times int, args ...string) time.Duration {
				took := time.Duration(1 << 62)
				for range times { // the fastest
					begun := time.Now()
					runFaultline(b, append([]string{"--store", stores[name]}, args...)...)
					took = min(took, time.Since(begun))
				}
				if unit == "s" {
					b.ReportMetric(took.Seconds(), name+"-"+args[0]+"-s")
				} else {
					b.ReportMetric(float64(took.Milliseconds()), name+"-"+args[0]+"-ms")
				}
				return took
			}
			took := timed("s", 1, "load", input)
			begun := time.Now()
			runFaultline(b, "--store", stores[name], "load", input)
			b.ReportMetric(time.Since(begun).Seconds(), name+"-reload-s")
			if name == "dgraph" {
				n := countQuads(b, c)
				b.ReportMetric(float64(n), "nquads")
				b.ReportMetric(float64(n)/took.Seconds(), "nquads/s")
			}
			timed("ms", 5, "relation", "china", "japan")
			timed("ms", 5, "why", "china", "japan", "--limit", "3")
			timed("ms", 5, "strain", "--at", "2012-10-01")
		}
	}
}

// countQuads counts the N-Quads that make up all that a cluster holds.
func countQuads(b *testing.B, c *dgraphtest.Cluster) int {
	b.Helper()
	o, err := dgraphOptions(c.Spec())
	if err != nil {
		b.Fatal(err)
	}
	d, err := dgraph.Dial(context.Background(), o)
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	s, err := d.Schema(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	total := 0
	for name, typ := range s.Predicates {
		dql := fmt.Sprintf("{ n(func: has(%s)) { count(uid) } }", name)
		if strings.HasPrefix(typ, "[uid]") {
			dql = fmt.Sprintf("{ var(func: has(%s)) { c as count(%s) } n() { count: sum(val(c)) } }", name, name)
		}
		answer, err := d.Query(context.Background(), dql, nil)
		if err != nil {
			b.Fatal(err)
		}
		var got struct{ N []struct{ Count float64 } }
		if err := json.Unmarshal(answer, &got); err != nil {
			b.Fatal(err)
		}
		for _, n := range got.N {
			total += int(n.Count)
		}
	}
	answer, err := d.Query(context.Background(), "{ n(func: has(dgraph.type)) { count(uid) } }", nil)
	if err != nil {
		b.Fatal(err)
	}
	var got struct{ N []struct{ Count int } }
	if err := json.Unmarshal(answer, &got); err != nil {
		b.Fatal(err)
	}
	return total + got.N[0].Count
}
