package question

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"slices"
	"sort"
)

// cursor is a place in a list: after so many items, the last of which has
// the key. It belongs to one question.
type cursor struct {
	Offset int    `json:"o"`
	Key    string `json:"k"`
	Of     uint64 `json:"q"`
}

// digest tells questions apart, whatever part of their lists is asked for.
func (v Values) digest() uint64 {
	h := fnv.New64a()
	h.Write([]byte(v.question.Path))
	names := make([]string, 0, len(v.given))
	for name := range v.given {
		if name != "cursor" && name != "limit" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		for _, s := range v.given[name] {
			h.Write([]byte("\x00" + name + "\x00" + s))
		}
	}
	return h.Sum64()
}

func (v Values) write(offset int, key string) string {
	b, _ := json.Marshal(cursor{offset, key, v.digest()}) // of numbers and text: cannot fail
	return base64.RawURLEncoding.EncodeToString(b)
}

// cursor is the place from which to go on, zero for the beginning.
func (v Values) cursor() (c cursor, err error) {
	text := v.text("cursor")
	if text == "" {
		return c, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	switch {
	case err != nil || c.Offset < 1 || c.Offset > 1<<30:
		return cursor{}, WrongParams{{"cursor", "is none that an answer has given"}}
	case c.Of != v.digest():
		return cursor{}, WrongParams{{"cursor", "belongs to another question: the other parameters must stay as they were"}}
	}
	return c, nil
}

// page cuts a list that ask gives the first n items of, all when n is
// negative. When what is before the cursor has moved, the item of its key is
// looked for.
func page[T any](v Values, key func(T) string, ask func(n int) ([]T, error)) (part []T, next string, err error) {
	c, err := v.cursor()
	if err != nil {
		return nil, "", err
	}
	limit := v.number("limit")
	list, err := ask(c.Offset + limit + 1)
	if err != nil {
		return nil, "", err
	}
	if c.Offset > 0 && (len(list) < c.Offset || key(list[c.Offset-1]) != c.Key) {
		if list, err = ask(-1); err != nil {
			return nil, "", err
		}
		c.Offset = 1 + slices.IndexFunc(list, func(x T) bool { return key(x) == c.Key })
		if c.Offset == 0 {
			return nil, "", ErrMoved
		}
	}
	end := min(c.Offset+limit, len(list))
	if end < len(list) {
		next = v.write(end, key(list[end-1]))
	}
	return list[c.Offset:end], next, nil
}
