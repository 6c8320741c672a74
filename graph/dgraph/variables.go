package dgraph

import (
	"strconv"
	"strings"
)

// variables gathers the values of a query, which its text refers to by
// variables only.
type variables struct {
	values map[string]string
}

// text adds a value and returns the variable that stands for it.
func (v *variables) text(value string) string {
	if v.values == nil {
		v.values = make(map[string]string)
	}
	name := "$v" + strconv.Itoa(len(v.values))
	v.values[name] = value
	return name
}

// list adds values and returns the list of their variables.
func (v *variables) list(values []string) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, value := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(v.text(value))
	}
	b.WriteByte(']')
	return b.String()
}

// uids adds one variable for a list of uids.
func (v *variables) uids(list []string) string {
	return v.text("[" + strings.Join(list, ", ") + "]")
}

// declare puts the declaration of all variables before a query's blocks.
func (v *variables) declare(blocks string) string {
	if len(v.values) == 0 {
		return blocks
	}
	var b strings.Builder
	b.WriteString("query q(")
	for i := range len(v.values) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$v" + strconv.Itoa(i) + ": string")
	}
	b.WriteString(") ")
	b.WriteString(blocks)
	return b.String()
}
