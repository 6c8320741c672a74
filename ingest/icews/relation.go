package icews

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"faultline/schema"
)

var (
	errUnknown   = errors.New("no CAMEO code")
	errAmbiguous = errors.New("leading zero lost")
)

// codeOf returns the CAMEO code that a relation names, by its name or its
// digits. Spreadsheets take the leading zero of codes away; it is put back
// where only one reading is left. 10 to 20 have two, of which one is a
// comment and the other a hostile act (18: empathy or assault), and are an
// error.
func codeOf(relation string) (schema.Code, error) {
	if !isCode(relation) {
		if c, ok := relations()[relation]; ok {
			return c, nil
		}
		if c, ok := relations()[fold(relation)]; ok {
			return c, nil
		}
		return "", errUnknown
	}
	asIs, padded := schema.Code(relation), schema.Code("0"+relation)
	if len(relation) == 2 && exact(asIs) && exact(padded) {
		return "", errAmbiguous
	}
	if _, ok := asIs.Facts(); ok && len(asIs) <= 4 {
		return asIs, nil
	}
	if exact(padded) {
		return padded, nil
	}
	return "", errUnknown
}

func isCode(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// exact reports whether the table has the code itself.
func exact(c schema.Code) bool {
	f, ok := c.Facts()
	return ok && f.Code == c
}

// relations maps the names of all codes, as they are and folded. A root
// category and its base code share a name; events have the base code.
var relations = sync.OnceValue(func() map[string]schema.Code {
	names := make(map[string]schema.Code, 600)
	for digits := 2; digits <= 4; digits++ { // longer codes come later and win
		for n, end := 0, pow10(digits); n < end; n++ {
			c := schema.Code(fmt.Sprintf("%0*d", digits, n))
			if f, ok := c.Facts(); ok && f.Code == c {
				names[f.Name], names[fold(f.Name)] = c, c
			}
		}
	}
	return names
})

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// fold reduces a name to its letters in lower case: releases differ in
// capitals, quotation marks, hyphens and blanks ("Make_a_visit").
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
