package schema

import (
	"fmt"
	"math"
	"sync"
	"unicode/utf8"
)

var vocabulary = sync.OnceValue(NewNouns)

// keeps reports the first value of the node that a store could not give back
// as it is.
func (n *Noun[T, ID]) keeps(node *T) error {
	var err error
	for _, f := range n.fields {
		f.put(node, func(v Value) {
			if e := v.validate(); e != nil && err == nil {
				err = fmt.Errorf("%s: %w", f.Predicate, e)
			}
		})
	}
	return err
}

// validate reports a value that some store cannot hold: text that is not
// UTF-8, a reference that is no id, a negative count, a number that is not
// finite, a time outside the years 1…9999.
func (v Value) validate() error {
	switch v.Sort {
	case SortText, SortRef:
		if !utf8.ValidString(v.Text) {
			return fmt.Errorf("%q is not UTF-8", v.Text)
		}
		if v.Sort == SortRef {
			_, err := KindOf(v.Text)
			return err
		}
	case SortInt:
		if v.Int < 0 {
			return fmt.Errorf("%d is negative", v.Int)
		}
	case SortFloat:
		if math.IsNaN(v.Float) || math.IsInf(v.Float, 0) {
			return fmt.Errorf("%v is no number", v.Float)
		}
	case SortTime:
		if y := v.Time.Year(); y < 1 || y > 9999 {
			return fmt.Errorf("%v is outside the years 1…9999", v.Time)
		}
	}
	return nil
}
