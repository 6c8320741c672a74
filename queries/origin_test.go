package queries

import (
	"slices"
	"testing"
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
			if got := origins(test.sentences, test.hashes); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
