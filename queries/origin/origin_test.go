package origin_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"faultline/queries/origin"
)

func TestOrigins(t *testing.T) {
	for _, test := range []struct {
		name      string
		sentences []string
		hashes    []string
		want      []int
	}{
		{"nothing", nil, nil, []int{}},
		{"copies with a new beginning", []string{
			"Two rockets hit the northern district of the town on Friday, killing three soldiers.",
			"BREAKING - Two rockets hit the northern district of the town on Friday, killing 3 soldiers",
			"The army said that three of its men had died when their post was shelled.",
		}, []string{"a", "b", "c"}, []int{0, 0, 1}},
		{"a sentence that quotes the whole of another", []string{
			"Rebels captured the crossing near the river after two days of fighting.",
			"According to a monitor, rebels captured the crossing near the river after two days of fighting, while residents left their homes in the villages around.",
		}, []string{"a", "b"}, []int{0, 0}},
		{"through a third", []string{
			"one two three four five six seven eight",
			"nine ten eleven twelve",
			"one two three four five six seven nine",
		}, []string{"a", "b", "c"}, []int{0, 1, 0}},
		{"one report", []string{"Alpha.", "", "Beta gamma."}, []string{"a", "a", "a"}, []int{0, 0, 0}},
		{"rows without sentences", []string{"", "", ""}, []string{"a", "b", ""}, []int{0, 1, 2}},
		{"short and alike in little", []string{"A met B.", "A met C."}, []string{"", ""}, []int{0, 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var list []origin.Witness
			texts := map[string]uint32{"": 0}
			for i, s := range test.sentences {
				h := test.hashes[i]
				if _, ok := texts[h]; !ok {
					texts[h] = uint32(len(texts))
				}
				list = append(list, origin.Witness{Text: texts[h], Sketch: origin.Of(s)})
			}
			got, n := origin.Number(list)
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if want := slices.Max(append([]int{-1}, test.want...)) + 1; n != want {
				t.Errorf("%d origins, want %d", n, want)
			}
		})
	}
}

func TestOneReport(t *testing.T) {
	got, n := origin.Number([]origin.Witness{{Report: 1}, {Report: 2}, {Report: 1}, {}, {}})
	if !slices.Equal(got, []int{0, 1, 0, 2, 3}) || n != 4 {
		t.Errorf("got %v, %d origins", got, n)
	}
}

// Sketches of long sentences estimate what a comparison of all shingles
// finds.
func TestSketchEstimates(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := func(n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint("w", r.IntN(5000))
		}
		return list
	}
	wrong, trials := 0, 0
	for range 400 {
		a := words(60 + r.IntN(40))
		b := slices.Clone(a)
		for range r.IntN(20) {
			b[r.IntN(len(b))] = "other"
		}
		exact := resemblance(a, b)
		if math.Abs(exact-0.5) < 0.2 {
			continue // too near to call
		}
		trials++
		if origin.Same(origin.Of(strings.Join(a, " ")), origin.Of(strings.Join(b, " "))) != (exact >= 0.5) {
			wrong++
		}
	}
	if trials < 100 || wrong > trials/20 {
		t.Errorf("%d of %d judged otherwise than by all shingles", wrong, trials)
	}
	if a := origin.Of(strings.Repeat("one two three four five ", 100)); len(a) > origin.MaxLen || a[0] != 5 {
		t.Errorf("sketch %v", a)
	}
}

func resemblance(a, b []string) float64 {
	set := func(words []string) map[string]bool {
		m := make(map[string]bool)
		for i := 0; i+3 <= len(words); i++ {
			m[strings.Join(words[i:i+3], " ")] = true
		}
		return m
	}
	x, y := set(a), set(b)
	common := 0
	for s := range x {
		if y[s] {
			common++
		}
	}
	return float64(common) / float64(len(x)+len(y)-common)
}
