package model

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

func small() *Model {
	m := &Model{
		Tags: []TagPair{{8, "NN"}, {16, "VBD"}},
		Rels: []string{"nsubj", "root"},
		Vecs: map[string]int32{"army": 0, "fire": 1},
		Vec:  Bytes{Rows: 2, Cols: VecDim, V: make([]int8, 2*VecDim), Scale: []float32{0.5, 0.25}},
		Word: map[string]int32{"army": 0},
		Lem: Lemmas{
			Words: map[string]string{"went\tVBD": "go"},
			Rules: map[string]Rule{"s\tNNS": {1, ""}, "ies\tNNS": {3, "y"}, "ed\tVBD": {2, ""}},
		},
	}
	m.Vec.V[3], m.Vec.V[VecDim] = -7, 127
	m.Net = NewNet(1, 2, 2)
	for i, t := range m.Net.All() {
		for j := range t.V {
			t.V[j] = float32(math.Sin(float64(i + 3*j)))
		}
	}
	return m
}

func TestWriteRead(t *testing.T) {
	m := small()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := Read(b.String())
	if err != nil {
		t.Fatal(err)
	}
	if got.Rels[1] != "root" || got.Tags[1] != m.Tags[1] || got.Vecs["fire"] != 1 || got.Word["army"] != 0 {
		t.Errorf("labels or words differ: %+v", got)
	}
	if got.Vec.V[3] != -7 || got.Vec.V[VecDim] != 127 || got.Vec.Scale[1] != 0.25 {
		t.Error("vectors differ")
	}
	for i, w := range m.Net.All() {
		r := got.Net.All()[i]
		if r.Rows != w.Rows || r.Cols != w.Cols {
			t.Fatalf("tensor %d is %dx%d, want %dx%d", i, r.Rows, r.Cols, w.Rows, w.Cols)
		}
		for j := range w.V {
			if d := math.Abs(float64(r.V[j] - w.V[j])); d > 0.005 {
				t.Fatalf("tensor %d element %d: %v, want %v", i, j, r.V[j], w.V[j])
			}
		}
	}
	for _, l := range []struct{ form, xpos, want string }{
		{"went", "VBD", "go"}, {"Armies", "NNS", "army"}, {"tanks", "NNS", "tank"}, {"fired", "VBD", "fir"},
		{"Homs", "NNP", "Homs"}, {"ALEPPO", "NNP", "Aleppo"}, {"Turkeys", "NNP+POS", "Turkey"}, {"groups", "NN+POS", "group"},
	} {
		if got := got.Lem.Of(l.form, l.xpos); got != l.want {
			t.Errorf("lemma of %s/%s is %q, want %q", l.form, l.xpos, got, l.want)
		}
	}
}

// FuzzRead cuts and changes a model file: Read must report it, not crash.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := small().Write(&b); err != nil {
		f.Fatal(err)
	}
	whole := b.String()
	f.Add(0, byte(1), 100)
	f.Add(9, byte(255), 5000)
	f.Add(20, byte(64), len(whole))
	f.Fuzz(func(t *testing.T, at int, flip byte, length int) {
		if at < 0 || length < 0 || length > len(whole) || at >= length {
			return
		}
		d := []byte(whole[:length])
		d[at] ^= flip
		if _, err := Read(string(d)); err == nil && length < len(whole) {
			t.Errorf("a file cut to %d bytes was accepted", length)
		}
	})
}

func TestOf(t *testing.T) {
	m := small()
	for _, w := range []string{"", "a", "Army", "\xff\xfe", strings.Repeat("é", 100), "’s", "2014", "100,000"} {
		f := m.Of(w)
		for _, g := range f.Grams {
			if g < 0 || g >= Grams {
				t.Errorf("%q: n-gram row %d", w, g)
			}
		}
		for _, s := range f.Shape {
			if s < 0 || s >= Shapes {
				t.Errorf("%q: shape row %d", w, s)
			}
		}
	}
	if f := m.Of("Army"); f.Vec != 0 || f.Word != 0 {
		t.Errorf("Army: %+v, want the rows of army", f)
	}
}

func TestDistBucket(t *testing.T) {
	last := 0
	for d := 1; d < 500; d++ {
		b, n := DistBucket(d), DistBucket(-d)
		if b < last || b > 10 || n != b+10 || n >= DistRoot {
			t.Fatalf("distance %d: buckets %d and %d", d, b, n)
		}
		last = b
	}
}
