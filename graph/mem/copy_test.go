package mem_test

import (
	"context"
	"errors"
	"testing"

	"faultline/graph"
	"faultline/graph/graphtest"
	"faultline/graph/mem"
	"faultline/schema"
)

// world is the small world with so many reports that a copy takes several
// batches; each report has two claims.
func world(t *testing.T) *mem.Store {
	t.Helper()
	s := mem.New()
	b := graphtest.World()
	proto := b.Claims[0]
	for i := range 1500 {
		r := b.Reports[0]
		r.ID = graph.ReportID("bulk", string(rune('A'+i)))
		b.Reports = append(b.Reports, r)
		for _, mark := range []string{"1", "2"} {
			c := proto
			c.Report, c.ID = r.ID, graph.ClaimID(r.ID, c.Event, mark)
			b.Claims = append(b.Claims, c)
		}
	}
	if _, err := s.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCopy(t *testing.T) {
	from, to := world(t), mem.New()
	var steps int
	did, err := graph.Copy(t.Context(), from, to, func(graph.Copied) { steps++ })
	if err != nil || did.Reports != 1503 || did.Claims != 3006 || did.Batches != steps || steps < 3 {
		t.Fatalf("%+v in %d steps, %v", did, steps, err)
	}
	graphtest.Equal(t, to, from)
	again, err := graph.Copy(t.Context(), from, to, nil)
	if err != nil || again.Batches != 0 || again.Claims != did.Claims {
		t.Errorf("copied again: %+v, %v", again, err)
	}
}

// dying writes some batches and then fails.
type dying struct {
	graph.Writer
	left int
}

var errDead = errors.New("the store is gone")

func (d *dying) Write(ctx context.Context, b *graph.Batch) (graph.Written, error) {
	if d.left--; d.left < 0 {
		return graph.Written{}, errDead
	}
	return d.Writer.Write(ctx, b)
}

// A copy that breaks off leaves no report without its claims, and is
// completed by running it again.
func TestCopyResumes(t *testing.T) {
	from := world(t)
	for left := range 4 {
		to := mem.New()
		if _, err := graph.Copy(t.Context(), from, &dying{to, left}, nil); !errors.Is(err, errDead) {
			t.Fatalf("%d batches: %v", left, err)
		}
		for r, err := range to.Reports(t.Context(), graph.ReportFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			f := graph.ClaimFilter{Reports: []schema.ReportID{r.ID}}
			got, _ := graph.All(to.Claims(t.Context(), f))
			want, _ := graph.All(from.Claims(t.Context(), f))
			if len(got) != len(want) {
				t.Fatalf("after %d batches report %s has %d claims of %d", left, r.ID, len(got), len(want))
			}
		}
		if _, err := graph.Copy(t.Context(), from, to, nil); err != nil {
			t.Fatal(err)
		}
		graphtest.Equal(t, to, from)
	}
}
