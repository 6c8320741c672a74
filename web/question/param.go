package question

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"faultline/schema"
)

// Kind is what the values of a parameter look like.
type Kind string

// The kinds of parameters.
const (
	Text    Kind = "text"
	Day     Kind = "day"     // YYYY-MM-DD
	Span    Kind = "span"    // a year, a month, or two of year, month or day with two dots between
	Number  Kind = "number"  // whole
	Decimal Kind = "decimal" // with a fraction
	Flag    Kind = "flag"    // true or false
)

// The most that a request may give.
const (
	MaxText   = 1000 // bytes of a value
	MaxValues = 50   // values of a parameter
	MaxItems  = 1000 // items of a list
)

// Param is a parameter of a question.
type Param struct {
	Name     string
	About    string
	Kind     Kind
	InPath   bool
	Required bool
	Many     bool     // may be given several times
	Choices  []string // of Text, all that it may be; empty for anything
	Default  string   // "" for none
	Least    float64  // of Number and Decimal
	Most     float64
}

// Wrong is a parameter that cannot be taken.
type Wrong struct {
	Parameter string `json:"parameter"`
	Detail    string `json:"detail"`
}

// WrongParams is the error of Parse: all that is wrong, in the order of the
// parameters' names.
type WrongParams []Wrong

// Error tells all of it.
func (w WrongParams) Error() string {
	list := make([]string, len(w))
	for i, x := range w {
		list[i] = x.Parameter + ": " + x.Detail
	}
	return strings.Join(list, "; ")
}

// Values are parameters that have been checked.
type Values struct {
	question *Question
	given    map[string][]string
}

// Parse checks what is given to a question, and fills in the defaults. The
// error is a WrongParams.
func (q *Question) Parse(given map[string][]string) (Values, error) {
	v := Values{question: q, given: make(map[string][]string, len(q.Params))}
	var wrong WrongParams
	refuse := func(name, format string, args ...any) {
		wrong = append(wrong, Wrong{name, fmt.Sprintf(format, args...)})
	}
	known := make(map[string]bool)
	for i := range q.Params {
		p := &q.Params[i]
		known[p.Name] = true
		list := slices.DeleteFunc(slices.Clone(given[p.Name]), func(s string) bool { return strings.TrimSpace(s) == "" })
		switch {
		case len(list) == 0 && p.Required:
			refuse(p.Name, "is missing: %s", p.About)
			continue
		case len(list) == 0 && p.Default != "":
			list = []string{p.Default}
		case len(list) > 1 && !p.Many:
			refuse(p.Name, "is given %d times, want it once", len(list))
			continue
		case len(list) > MaxValues:
			refuse(p.Name, "has %d values, at most %d", len(list), MaxValues)
			continue
		}
		for j, s := range list {
			list[j] = strings.TrimSpace(s)
			if err := p.check(list[j]); err != nil {
				refuse(p.Name, "%v", err)
				break
			}
		}
		v.given[p.Name] = list
	}
	for name := range given {
		if !known[name] {
			refuse(clip(name), "is not known: want %s", strings.Join(q.names(), ", "))
		}
	}
	if len(wrong) == 0 {
		wrong = v.windows()
	}
	if len(wrong) > 0 {
		slices.SortStableFunc(wrong, func(a, b Wrong) int { return strings.Compare(a.Parameter, b.Parameter) })
		return Values{}, wrong
	}
	return v, nil
}

func (q *Question) names() []string {
	list := make([]string, len(q.Params))
	for i, p := range q.Params {
		list[i] = p.Name
	}
	return list
}

// clip shortens what is told back.
func clip(s string) string {
	const most = 80
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	for i := range s {
		if i > most {
			return s[:i] + "…"
		}
	}
	return s
}

func (p *Param) check(s string) error {
	if len(s) > MaxText || !utf8.ValidString(s) {
		return fmt.Errorf("want UTF-8 of at most %d bytes", MaxText)
	}
	switch p.Kind {
	case Day:
		_, err := schema.ParseDay(s)
		return err
	case Span:
		_, err := parseSpan(s)
		return err
	case Number:
		n, err := strconv.Atoi(s)
		if err != nil || float64(n) < p.Least || float64(n) > p.Most {
			return fmt.Errorf("%q: want a whole number from %v to %v", clip(s), p.Least, p.Most)
		}
	case Decimal:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(n) || n < p.Least || n > p.Most {
			return fmt.Errorf("%q: want a number from %v to %v", clip(s), p.Least, p.Most)
		}
	case Flag:
		if s != "true" && s != "false" {
			return fmt.Errorf("%q: want true or false", clip(s))
		}
	}
	if len(p.Choices) > 0 && !slices.Contains(p.Choices, s) {
		return fmt.Errorf("%q: want one of %s", clip(s), strings.Join(p.Choices, ", "))
	}
	return nil
}

// windows checks parameters against each other.
func (v Values) windows() (wrong WrongParams) {
	if from, to := v.day("from"), v.day("to"); from != schema.NoDay && to != schema.NoDay && to <= from {
		wrong = append(wrong, Wrong{"to", fmt.Sprintf("%s is not after from, %s", to, from)})
	}
	for _, two := range [][2]string{{"at", "from"}, {"at", "to"}, {"window", "from"}, {"since", "from"}} {
		if v.is(two[0]) && v.is(two[1]) {
			wrong = append(wrong, Wrong{two[0], "is given beside " + two[1] + ": give one of the two"})
		}
	}
	return wrong
}

// Text is the value of a parameter, "" for none.
func (v Values) Text(name string) string { return v.text(name) }

// is reports whether a parameter is given, or has a default.
func (v Values) is(name string) bool { return len(v.given[name]) > 0 }

func (v Values) text(name string) string {
	if list := v.given[name]; len(list) > 0 {
		return list[0]
	}
	return ""
}

func (v Values) list(name string) []string { return v.given[name] }

func (v Values) flag(name string) bool { return v.text(name) == "true" }

func (v Values) number(name string) int {
	n, _ := strconv.Atoi(v.text(name))
	return n
}

func (v Values) decimal(name string) float64 {
	n, _ := strconv.ParseFloat(v.text(name), 64)
	return n
}

func (v Values) day(name string) schema.Day {
	d, err := schema.ParseDay(v.text(name))
	if err != nil {
		return schema.NoDay
	}
	return d
}

// AsOf is the end of the day by which all must have been recorded, zero when
// none is given.
func (v Values) AsOf() time.Time {
	d := v.day("as_of")
	if d == schema.NoDay {
		return time.Time{}
	}
	return d.Time().Add(24*time.Hour - time.Nanosecond)
}
