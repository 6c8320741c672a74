package schema

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Code is a CAMEO event code: two to four digits, leading zero included. The
// first two are its root category.
type Code string

// CodeFacts are what the CAMEO table says of one code.
type CodeFacts struct {
	Code      Code
	Name      string    // "Use conventional military force"
	Quad      QuadClass // of the code; appeals (02) are cooperation though REQUEST is not
	Goldstein float64   // −10…+10
	Type      EventType // "" for plain statements (01), which are no interaction
}

//go:embed cameo.tsv
var cameoTable string

var cameo = sync.OnceValue(func() map[Code]CodeFacts {
	table := make(map[Code]CodeFacts, 320)
	for n, line := range strings.Split(cameoTable, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		quad, err1 := strconv.Atoi(f[2])
		score, err2 := strconv.ParseFloat(f[3], 64)
		if err1 != nil || err2 != nil || len(f) != 5 {
			panic(fmt.Sprintf("schema: cameo.tsv:%d: %q", n+1, line)) // embedded; a test reads it whole
		}
		c := CodeFacts{Code: Code(f[0]), Name: f[1], Quad: QuadClass(quad), Goldstein: score, Type: EventType(f[4])}
		if f[4] == "-" {
			c.Type = ""
		}
		table[c.Code] = c
	}
	return table
})

// Facts looks the code up in the CAMEO table. A code that only a data set's
// own extension knows falls back to its base and root codes.
func (c Code) Facts() (CodeFacts, bool) {
	for ; len(c) >= 2; c = c[:len(c)-1] {
		if f, ok := cameo()[c]; ok {
			return f, true
		}
	}
	return CodeFacts{}, false
}

// stronger returns the code of larger absolute intensity, and of equals the
// smaller, so that the order of claims does not matter.
func (c Code) stronger(d Code) Code {
	if c == "" || d == "" {
		return max(c, d)
	}
	cf, _ := c.Facts()
	df, _ := d.Facts()
	switch a, b := abs(cf.Goldstein), abs(df.Goldstein); {
	case a > b:
		return c
	case b > a:
		return d
	}
	return min(c, d)
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
