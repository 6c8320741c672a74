package question

import (
	"context"
	"maps"
)

// Asker puts a question to a graph, here or elsewhere. Its errors are those
// of Question.Ask.
type Asker func(ctx context.Context, q *Question, v Values) (Answer, error)

// Here asks the present state of a graph that is open here.
func Here(now func() Graph) Asker {
	return func(ctx context.Context, q *Question, v Values) (Answer, error) { return q.Ask(ctx, now(), v) }
}

// Given are all parameters, the defaults too, as Parse takes them.
func (v Values) Given() map[string][]string { return maps.Clone(v.given) }
