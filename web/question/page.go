package question

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
)

// cursor is a place in a list: after so many items, the last of which has
// the key. It belongs to one question.
type cursor struct {
	Offset int    `json:"o"`
	Key    string `json:"k"`
	Of     uint64 `json:"q"`
}

// whole tells questions apart, whatever part of their lists is asked for.
func (v Values) whole() string {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(v.given)), func(name string) bool { return name == "cursor" || name == "limit" })
	var b strings.Builder
	b.WriteString(v.question.Path)
	for _, name := range names {
		for _, s := range v.given[name] {
			b.WriteString("\x00" + name + "\x00" + s)
		}
	}
	return b.String()
}

func (v Values) digest() uint64 {
	h := fnv.New64a()
	h.Write([]byte(v.whole()))
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

// part is what a page shows of a list: the items from one up to another.
type part struct {
	from, to int
	next     string // cursor of what follows, "" at the end
}

// cut asks for the document that has a list, and finds the part of it that
// is wanted. ask gives the list with its first n items, all when n is
// negative; what follows a cursor is cut from the whole. When what is before
// the cursor has moved, the item of its key is looked for. The document may
// be shared: its list must not be changed.
func cut[D, T any](g Graph, v Values, list func(*D) *[]T, key func(T) string, ask func(n int) (D, error)) (d D, p part, err error) {
	c, err := v.cursor()
	if err != nil {
		return d, p, err
	}
	limit := v.number("limit")
	if c.Offset == 0 {
		d, err = ask(limit + 1)
	} else {
		d, err = recall(g, v, func() (D, error) { return ask(-1) })
	}
	if err != nil {
		return d, p, err
	}
	all := *list(&d)
	p.from = c.Offset
	if c.Offset > 0 && (len(all) < c.Offset || key(all[c.Offset-1]) != c.Key) {
		if p.from = 1 + slices.IndexFunc(all, func(x T) bool { return key(x) == c.Key }); p.from == 0 {
			return d, p, ErrMoved
		}
	}
	if p.to = min(p.from+limit, len(all)); p.to < len(all) {
		p.next = v.write(p.to, key(all[p.to-1]))
	}
	return d, p, nil
}

// ranked answers with the document of cut, and only the part of its list
// that is wanted.
func ranked[D, T any](g Graph, v Values, list func(*D) *[]T, key func(T) string, ask func(n int) (D, error)) (Answer, error) {
	d, p, err := cut(g, v, list, key, ask)
	if err == nil {
		l := list(&d)
		*l = (*l)[p.from:p.to]
	}
	said, err := answer(d, err)
	said.Next = p.next
	return said, err
}

// itself is the list of a document that is one.
func itself[T any](list *[]T) *[]T { return list }
