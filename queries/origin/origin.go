// Package origin tells copies of one story from independent ones. Outlets
// print what a wire service sends, with a word changed here and there; seven
// reports of that kind are one witness.
//
// A sentence is kept as a sketch: the smallest hashes of its shingles, the
// runs of three words. Of two sketches the share of shingles that both
// sentences have can be estimated (bottom-k sketches: Broder 1997, Cohen &
// Kaplan 2007); for sentences of up to 26 words, which is most of them, it is
// exact.
package origin

import (
	"slices"
	"strings"
	"unicode"

	"github.com/zeebo/xxh3"

	"faultline/schema"
)

const (
	shingle = 3   // words
	kept    = 24  // hashes of a sketch
	alike   = 0.5 // resemblance from which on two sentences have one origin
	holding = 0.8 // containment of the shorter sentence that counts as well
	few     = 6   // shingles below which a sentence contained says nothing
)

// Sketch stands for a sentence: the number of its shingles, then the
// smallest of their hashes in ascending order, MaxLen numbers at most. The
// sketch of an empty sentence is empty.
type Sketch []uint32

// MaxLen is the length of the longest sketch.
const MaxLen = 1 + kept

// Of makes the sketch of a sentence; case, accents and punctuation do not
// matter.
func Of(sentence string) Sketch {
	words := strings.FieldsFunc(schema.FoldAccents(strings.ToLower(sentence)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if len(words) == 0 {
		return nil
	}
	hashes := make([]uint32, 0, len(words))
	for i := 0; i == 0 || i+shingle <= len(words); i++ {
		run := words[i:min(len(words), i+shingle)]
		hashes = append(hashes, uint32(xxh3.HashString(strings.Join(run, " "))))
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return append(Sketch{uint32(len(hashes))}, hashes[:min(len(hashes), kept)]...)
}

// Same tells whether two sentences have one origin: they share half of their
// shingles, or one holds most of the other.
func Same(a, b Sketch) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	common, union := 0, 0
	x, y := a[1:], b[1:]
	// The smallest hashes of the union, of which both sketches know all.
	for union < kept && (len(x) > 0 || len(y) > 0) {
		switch {
		case len(y) == 0 || len(x) > 0 && x[0] < y[0]:
			x = x[1:]
		case len(x) == 0 || y[0] < x[0]:
			y = y[1:]
		default:
			x, y = x[1:], y[1:]
			common++
		}
		union++
	}
	resemblance := float64(common) / float64(union)
	if resemblance >= alike {
		return true
	}
	m, n := float64(a[0]), float64(b[0])
	shared := resemblance / (1 + resemblance) * (m + n) // of all shingles
	return min(m, n) >= few && shared >= holding*min(m, n)
}

// Witness is a sentence in a report.
type Witness struct {
	Report uint32 // sentences of one report have one origin; 0 is a report of its own
	Text   uint32 // and so have those of reports with the same text; 0 is unknown
	Sketch Sketch
}

// Number tells the origins of sentences apart: it gives each its number, from
// 0 on in order of their first sentence, and how many there are.
func Number(list []Witness) (numbers []int, origins int) {
	parent := make([]int, len(list))
	find := func(i int) int {
		for parent[i] != i {
			i = parent[i]
		}
		return i
	}
	for i := range list {
		parent[i] = i
		for j := range i {
			a, b := find(i), find(j)
			if a != b && list[i].Shares(list[j]) {
				parent[max(a, b)] = min(a, b)
			}
		}
	}
	numbers = make([]int, len(list))
	for i := range list {
		if root := find(i); root == i {
			numbers[i] = origins
			origins++
		} else {
			numbers[i] = numbers[root]
		}
	}
	return numbers, origins
}

// Shares tells whether two sentences have one origin.
func (w Witness) Shares(o Witness) bool {
	return w.Report == o.Report && w.Report != 0 || w.Text == o.Text && w.Text != 0 || Same(w.Sketch, o.Sketch)
}
