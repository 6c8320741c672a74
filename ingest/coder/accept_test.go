package coder

import (
	"math"
	"testing"

	"faultline/schema"
)

// Proposals of one word and type share one distribution with none; those of
// others do not.
func TestWeigh(t *testing.T) {
	var f features
	f.add("good")
	f.add("bad")
	m := models{accepts: newLinear(1, 0.1, f.list, []int8{20, -20})}
	good, bad := f.list[:1], f.list[1:]
	list := []proposal{
		{act: act{token: 1, pattern: pattern{Type: schema.Assault}}, accept: bad},
		{act: act{token: 1, pattern: pattern{Type: schema.Assault}}, accept: good},
		{act: act{token: 1, pattern: pattern{Type: schema.Accuse}}, accept: good},
		{act: act{token: 3, pattern: pattern{Type: schema.Accuse}}, accept: nil},
	}
	var ends []int
	for from := 0; from < len(list); {
		to := variantsFrom(list, from)
		m.weigh(list[from:to])
		ends = append(ends, to)
		from = to
	}
	if len(ends) != 3 || ends[0] != 2 || ends[1] != 3 || ends[2] != 4 {
		t.Errorf("groups end at %v", ends)
	}
	z := 1 + math.Exp(2) + math.Exp(-2)
	for i, want := range []float64{math.Exp(-2) / z, math.Exp(2) / z, math.Exp(2) / (1 + math.Exp(2)), 0.5} {
		if got := list[i].confidence; math.Abs(got-want) > 1e-6 {
			t.Errorf("proposal %d: confidence %.6f, want %.6f", i, got, want)
		}
	}
}

// What is joined to a likely party is as likely, what stands apart is not.
func TestInherit(t *testing.T) {
	w := bench(t)
	s := parsed(t, w, "Armenia/NNP/4/nsubj and/CC/3/cc Azerbaijan/NNP/1/conj attacked=attack/VBD/0/root Georgia/NNP/4/obj")
	a, b, c := s.token(t, "Armenia"), s.token(t, "Azerbaijan"), s.token(t, "Georgia")
	all := []party{{mention{head: a}, 0.9}, {mention{head: b}, 0.25}, {mention{head: c}, 0.25}}
	s.inherit(all)
	if all[0].p != 0.9 || all[1].p != likelySide || all[2].p != 0.25 {
		t.Errorf("got %v, %v, %v", all[0].p, all[1].p, all[2].p)
	}
	if s.joined(a, a) || !s.joined(b, a) || s.joined(a, c) {
		t.Error("joined is wrong")
	}
}

func TestReadings(t *testing.T) {
	who := func(head int, p float64) party { return party{mention{head: head}, p} }
	for _, tc := range []struct {
		name string
		all  []party
		want []int // parties in each reading
	}{
		{"nobody", nil, []int{0}},
		{"beyond doubt", []party{who(1, 0.9), who(2, 0.3)}, []int{1}},
		{"likely", []party{who(1, 0.6), who(2, 0.5)}, []int{2, 0}},
		{"doubtful", []party{who(1, 0.3), who(2, 0.35)}, []int{0, 1}},
	} {
		got := readings(tc.all)
		if len(got) != len(tc.want) {
			t.Errorf("%s: %d readings, want %d", tc.name, len(got), len(tc.want))
			continue
		}
		for i, r := range got {
			if len(r) != tc.want[i] {
				t.Errorf("%s: reading %d has %d parties, want %d", tc.name, i, len(r), tc.want[i])
			}
		}
	}
	if r := readings([]party{who(1, 0.3), who(2, 0.35)}); r[1][0].head != 2 {
		t.Error("the likeliest of the doubtful is taken")
	}
}

// The model of acceptance learns which of several variants is right, and
// that sometimes none is.
func TestChoiceLearns(t *testing.T) {
	w, g2 := make([]float64, 3), make([]float64, 3)
	some := choice{rows: [][]int32{{0}, {1}}, right: []bool{false, true}, weight: 1}
	none := choice{rows: [][]int32{{2}}, right: []bool{false}, weight: 1}
	for range 200 {
		some.learn(w, g2)
		none.learn(w, g2)
	}
	if !(w[1] > 0 && w[0] < w[1] && w[2] < 0) {
		t.Errorf("weights %.2f", w)
	}
}
