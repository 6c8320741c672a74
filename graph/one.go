package graph

import (
	"fmt"
	"iter"
)

// One returns the first node of a sequence that was asked for by id, and
// ErrNotFound with the id when there is none.
func One[T any, ID ~string](seq iter.Seq2[T, error], id ID) (T, error) {
	for n, err := range seq {
		return n, err
	}
	var none T
	return none, fmt.Errorf("%s: %w", id, ErrNotFound)
}

// All collects a sequence, up to the first error.
func All[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var list []T
	for n, err := range seq {
		if err != nil {
			return list, err
		}
		list = append(list, n)
	}
	return list, nil
}
