package graph_test

import (
	"testing"

	"faultline/graph"
)

func TestRecent(t *testing.T) {
	const most = 8
	r := graph.NewRecent[int, int](most)
	held := func(upTo int) (n int) {
		for k := range upTo {
			if v, ok := r.Get(k); ok {
				if v != -k {
					t.Errorf("%d has %d", k, v)
				}
				n++
			}
		}
		return n
	}
	for k := range 100 {
		r.Put(k, -k)
		for last := max(0, k-most+1); last <= k; last++ {
			if v, ok := r.Get(last); !ok || v != -last {
				t.Fatalf("after %d, %d has %d, %t", k, last, v, ok)
			}
		}
		r.Get(0) // what is used stays
	}
	if v, ok := r.Get(0); !ok || v != 0 {
		t.Error("what was used all the time is forgotten")
	}
	if n := held(100); n < most || n > 2*most {
		t.Errorf("%d values are held, want %d to %d", n, most, 2*most)
	}
	r.Forget(99)
	if _, ok := r.Get(99); ok {
		t.Error("99 is held after Forget")
	}
	r.Forget(1000)
}
