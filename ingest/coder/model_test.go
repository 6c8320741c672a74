package coder

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"faultline/ingest/nlp"
)

// vectors are made-up word vectors.
func vectors(word string, out *[nlp.VectorSize]float32) bool {
	if word == "" || word[0] == '?' {
		return false
	}
	for i := range out {
		out[i] = float32((int(word[i%len(word)])*31+i*7)%17)/17 - 0.5
	}
	return true
}

// modelOf is a small model with weights that follow from n.
func linearOf(classes, rows int) *linear {
	keys, weights := make([]uint32, rows), make([]int8, rows*classes)
	for i := range keys {
		keys[i] = uint32(i*i*2654435761 + i)
	}
	for i := range weights {
		weights[i] = int8(i*37 - 128)
	}
	return newLinear(classes, 0.125, keys, weights)
}

func networkOf(slots, hidden, classes int) *network {
	n := newNetwork(slots, hidden, classes, vectors)
	for p, part := range [][]float32{n.in, n.bias, n.out} {
		for i := range part {
			part[i] = float32((i*13+p)%19)/16 - 0.5 // exact in 16 bits
		}
	}
	return n
}

func TestLinearTable(t *testing.T) {
	// Keys that all want the same place, and the largest and smallest.
	keys := []uint32{0, 8, 16, 24, math.MaxUint32, 7}
	m := newLinear(2, 1, keys, []int8{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -128, 127})
	for n, key := range keys {
		if r := m.row(key); r != int32(2*n) {
			t.Errorf("key %d is in row %d, want %d", key, r, 2*n)
		}
	}
	for _, key := range []uint32{1, 32, 15, math.MaxUint32 - 1} {
		if r := m.row(key); r >= 0 {
			t.Errorf("key %d, which is not there, is in row %d", key, r)
		}
	}
	var out [2]float64
	m.sum([]uint32{0, 24, 99, 7}, out[:])
	if out != [2]float64{1 + 7 - 128, 2 + 8 + 127} {
		t.Errorf("sums %v", out)
	}
	m.sum(nil, out[:])
	if out != [2]float64{} {
		t.Errorf("sums of no features %v, want none left over", out)
	}
	if r := newLinear(3, 1, nil, nil).row(5); r >= 0 {
		t.Errorf("a model without features has row %d", r)
	}
}

func TestLinearRoundTrip(t *testing.T) {
	for _, size := range [][2]int{{1, 0}, {2, 1}, {3, 7}, {19, 500}, {maxClasses, 64}} {
		m := linearOf(size[0], size[1])
		b := m.append([]byte("before"))
		got, rest, err := readLinear(append(b[len("before"):], "after"...))
		if err != nil || string(rest) != "after" {
			t.Errorf("%v: rest %q, error %v", size, rest, err)
			continue
		}
		if got.classes != m.classes || got.scale != m.scale {
			t.Errorf("%v: %d classes, scale %v", size, got.classes, got.scale)
		}
		want, have := make([]float64, m.classes), make([]float64, m.classes)
		for _, s := range m.slots {
			m.sum([]uint32{s.key}, want)
			got.sum([]uint32{s.key}, have)
			if !slices.Equal(want, have) {
				t.Errorf("%v: key %d has %v, want %v", size, s.key, have, want)
			}
		}
	}
}

func TestNetworkRoundTrip(t *testing.T) {
	n := networkOf(3, 5, 4)
	b := n.append(nil)
	got, rest, err := readNetwork(append(b, "after"...), vectors)
	if err != nil || string(rest) != "after" {
		t.Fatalf("rest %q, error %v", rest, err)
	}
	for _, words := range [][]string{nil, {"attack"}, {"attack", "", "army"}, {"?", "army", "?"}} {
		want, have := make([]float64, 4), make([]float64, 4)
		n.add(words, want)
		got.add(words, have)
		if !slices.Equal(want, have) {
			t.Errorf("%q: %v, want %v", words, have, want)
		}
		again := make([]float64, 4)
		got.add(words, again) // now from the cache
		if !slices.Equal(again, have) {
			t.Errorf("%q: %v the second time, %v the first", words, again, have)
		}
	}
}

func TestDamagedModels(t *testing.T) {
	whole := linearOf(3, 7).append(nil)
	for n := range whole {
		if _, _, err := readLinear(whole[:n]); !errors.Is(err, errModel) {
			t.Fatalf("the first %d of %d bytes of a linear model: error %v", n, len(whole), err)
		}
	}
	for _, head := range [][]byte{
		{0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4},       // no classes
		{33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4},      // too many
		{1, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 1, 2, 3},  // more rows than bytes
		{1, 0, 0, 0, 255, 255, 255, 127, 0, 0, 0, 0, 1, 2, 3},  // the same, signed
		{255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 34}, // negative where int is short
	} {
		if _, _, err := readLinear(head); !errors.Is(err, errModel) {
			t.Errorf("% x: error %v", head, err)
		}
	}
	whole = networkOf(2, 3, 4).append(nil)
	for n := 0; n < len(whole); n += 1 + n/8 {
		if _, _, err := readNetwork(whole[:n], vectors); !errors.Is(err, errModel) {
			t.Fatalf("the first %d of %d bytes of a network: error %v", n, len(whole), err)
		}
	}
	for at, most := range map[int]byte{0: 16, 4: 64, 8: maxClasses} {
		for _, v := range []byte{0, most + 1, 255} {
			bad := slices.Clone(whole)
			bad[at] = v
			if _, _, err := readNetwork(bad, vectors); !errors.Is(err, errModel) {
				t.Errorf("byte %d is %d: error %v", at, v, err)
			}
		}
	}
}

// unpacked is the embedded model file without its compression.
func unpacked(t *testing.T) []byte {
	t.Helper()
	z, err := zlib.NewReader(bytes.NewReader(eventsModel))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func packed(b []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

func TestEventsModel(t *testing.T) {
	w := bench(t)
	m := w.models
	if m.threshold <= 0 || m.threshold >= 1 {
		t.Errorf("acceptance begins at %v", m.threshold)
	}
	for _, c := range []struct {
		name        string
		got, wanted int
	}{
		{"topics", m.topics.classes, 2},
		{"triggers", m.triggers.wide.classes, 19},
		{"triggers, network", m.triggers.deep.classes, 19},
		{"triggers, slots", m.triggers.deep.slots, triggerSlots},
		{"arguments", m.arguments.wide.classes, int(sideClasses)},
		{"arguments, network", m.arguments.deep.classes, int(sideClasses)},
		{"arguments, slots", m.arguments.deep.slots, argumentSlots},
		{"accepts", m.accepts.classes, 1},
	} {
		if c.got != c.wanted {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.wanted)
		}
	}
	// What is read and packed again says the same.
	again, err := readModels(m.pack(), w.Analyzer)
	if err != nil {
		t.Fatal(err)
	}
	if again.threshold != m.threshold {
		t.Errorf("threshold %v, want %v", again.threshold, m.threshold)
	}
	first := m.pack()
	if second := again.pack(); !bytes.Equal(first, second) {
		t.Errorf("packing again gives %d other bytes", len(second))
	}
}

func TestEventsModelDamaged(t *testing.T) {
	w := bench(t)
	b := unpacked(t)
	for _, file := range [][]byte{nil, []byte("no model"), eventsModel[:len(eventsModel)/2], packed(nil), packed(b[:len(b)/3]), packed(b[:len(b)-200]), packed(append(slices.Clone(b), 'x'))} {
		if _, err := readModels(file, w.Analyzer); !errors.Is(err, errModel) {
			t.Errorf("a file of %d bytes: error %v", len(file), err)
		}
	}
}

func TestFeatureHash(t *testing.T) {
	var f features
	f.add("ab", "c")
	f.add("a", "bc")
	f.add("abc")
	f.add("ab", "c")
	if f.list[0] == f.list[1] || f.list[0] == f.list[2] || f.list[1] == f.list[2] {
		t.Error("parts that join to the same text are the same feature")
	}
	if f.list[0] != f.list[3] {
		t.Error("the same parts are two features")
	}
	f.reset()
	if len(f.list)+len(f.words) != 0 {
		t.Error("reset leaves features")
	}
}

func FuzzReadLinear(f *testing.F) {
	f.Add(linearOf(2, 3).append(nil))
	f.Add(linearOf(19, 0).append(nil))
	f.Add([]byte{1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 1, 2})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, rest, err := readLinear(b)
		if err != nil {
			return
		}
		if len(rest) > len(b) {
			t.Fatal("the rest is longer than the whole")
		}
		out := make([]float64, m.classes)
		for i := 0; i+4 <= len(b); i += 4 {
			m.sum([]uint32{uint32(b[i]), uint32(b[i])<<24 | uint32(b[i+1])<<16 | uint32(b[i+2])<<8 | uint32(b[i+3])}, out)
		}
	})
}

func FuzzReadNetwork(f *testing.F) {
	f.Add(networkOf(1, 2, 2).append(nil))
	f.Add([]byte{1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		n, rest, err := readNetwork(b, vectors)
		if err != nil {
			return
		}
		if len(rest) > len(b) {
			t.Fatal("the rest is longer than the whole")
		}
		words := make([]string, n.slots)
		for i := range words {
			words[i] = "word"
		}
		n.add(words, make([]float64, n.classes))
	})
}

// Networks that are made one give the mean of their scores.
func TestJoinedNetworks(t *testing.T) {
	a, b := networkOf(3, 5, 4), networkOf(3, 5, 4)
	for i := range b.in {
		b.in[i] *= -0.5
	}
	for i := range b.out {
		b.out[i] += 0.25
	}
	both := joined([]*network{a, b})
	for _, words := range [][]string{nil, {"attack"}, {"attack", "army", "?"}} {
		of := func(n *network) []float64 {
			scores := make([]float64, 4)
			n.add(words, scores)
			return scores
		}
		x, y, z := of(a), of(b), of(both)
		for c := range z {
			if math.Abs(z[c]-(x[c]+y[c])/2) > 1e-4 {
				t.Errorf("%q, class %d: %v, want the mean of %v and %v", words, c, z[c], x[c], y[c])
			}
		}
	}
}
