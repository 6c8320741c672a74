package evaluate

import (
	"strings"

	"faultline/ingest/annotation"
)

type span struct{ start, end int }

// spans are the occurrences of the actors' words in the text.
func spans[T Actor | annotation.Named](text string, actors []T) []span {
	var out []span
	for _, a := range actors {
		t := named(a).Text
		for at := 0; t != ""; {
			i := strings.Index(text[at:], t)
			if i < 0 {
				break
			}
			out = append(out, span{at + i, at + i + len(t)})
			at += i + 1
		}
	}
	return out
}

// overlap reports whether some spans share characters, or there are none on
// either side.
func overlap(a, b []span) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == 0 && len(b) == 0
	}
	for _, x := range a {
		for _, y := range b {
			if x.start < y.end && y.start < x.end {
				return true
			}
		}
	}
	return false
}

// agree reports whether claim and item name the same sides. Of a reciprocal
// item, several initiators without recipient, the claim may put some on the
// other side.
func agree(text string, c *Claim, it *annotation.Item) bool {
	pi, pr := spans(text, c.Initiators), spans(text, c.Recipients)
	gi, gr := spans(text, it.Initiators), spans(text, it.Recipients)
	if overlap(pi, gi) && overlap(pr, gr) {
		return true
	}
	return len(it.Recipients) == 0 && len(it.Initiators) > 1 && overlap(pi, gi) && (len(pr) == 0 || overlap(pr, gi))
}
