package pages

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"faultline/queries"
	"faultline/schema"
)

// functions are what templates can say.
func (p *Pages) functions() template.FuncMap {
	return template.FuncMap{
		"static":   p.staticPath,
		"actor":    actorPath,
		"relation": relationPath,
		"event":    eventPath,
		"report":   reportPath,
		"load":     func(id schema.LoadID) string { return "/loads/" + url.PathEscape(short(id)) },
		"count":    count,
		"one":      func(x float64) string { return fmt.Sprintf("%.1f", x) },
		"two":      func(x float64) string { return fmt.Sprintf("%.2f", x) },
		"signed":   func(x float64) string { return strings.Replace(fmt.Sprintf("%+.1f", x), "-", "−", 1) },
		"percent":  func(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) },
		"before":   func(d schema.Day) schema.Day { return d - 1 },
		"day":      dayText,
		"clock":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") },
		"date":     func(t time.Time) string { return t.UTC().Format("2006-01-02") },
		"brief":    brief,
		"outward":  outward,
		"list":     func(items ...any) []any { return items },
		"join":     strings.Join,
		"first":    func(list []queries.ActorRef, n int) []queries.ActorRef { return list[:min(n, len(list))] },
		"after":    func(list []queries.ActorRef, n int) []queries.ActorRef { return list[min(n, len(list)):] },
		"named":    func(label string, events []queries.EventRef) namedEvents { return namedEvents{label, events} },
		"lower":    func(s any) string { return strings.ToLower(fmt.Sprint(s)) },
		"plural": func(n int, one, many string) string {
			if n == 1 {
				return "1 " + one
			}
			return count(n) + " " + many
		},
	}
}

// namedEvents are a table of events, with a name that no other on the page
// has.
type namedEvents struct {
	Label  string
	Events []queries.EventRef
}

// count writes a number with commas.
func count(n any) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// dayText writes a day as exactly as it is known.
func dayText(d schema.Day, precision schema.Precision) string {
	switch {
	case d == schema.NoDay:
		return "undated"
	case precision == schema.PrecisionMonth:
		return d.Time().Format("2006-01")
	case precision == schema.PrecisionYear:
		return d.Time().Format("2006")
	}
	return d.String()
}

// brief is the name of an event without its day, which stands beside it.
func brief(e queries.EventRef) string {
	if i := strings.LastIndex(e.Name, " · "); i > 0 {
		return e.Name[:i]
	}
	return e.Name
}

// outward is an address that a browser may be sent to; "" for one that is
// none of the web, which is then shown as text.
func outward(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// piece is a part of a sentence with the role that it plays.
type piece struct{ Role, Text string }

// pieces cuts a sentence at its marks. Of marks that overlap the first one
// that begins counts, of those the longer.
func pieces(sentence string, marks []schema.Mark) []piece {
	var list []piece
	at := 0
	for at < len(sentence) {
		var next *schema.Mark
		for i := range marks {
			m := &marks[i]
			if m.Start < at || m.End <= m.Start || m.End > len(sentence) {
				continue
			}
			if next == nil || m.Start < next.Start || m.Start == next.Start && m.End > next.End {
				next = m
			}
		}
		if next == nil {
			break
		}
		if next.Start > at {
			list = append(list, piece{"", sentence[at:next.Start]})
		}
		list = append(list, piece{string(next.Role), sentence[next.Start:next.End]})
		at = next.End
	}
	if at < len(sentence) {
		list = append(list, piece{"", sentence[at:]})
	}
	return list
}

// row of an event in a table to take along.
func eventHead() []string {
	return []string{"id", "date", "type", "code", "intensity", "status", "name", "initiators", "recipients", "claims", "reports", "outlets", "origins", "denied"}
}

func eventRow(e queries.EventRef) []string {
	names := func(list []queries.ActorRef) string {
		var ids []string
		for _, a := range list {
			ids = append(ids, a.ID.Slug())
		}
		return strings.Join(ids, " ")
	}
	return []string{
		string(e.ID), dayText(e.Day, e.Precision), string(e.Type), string(e.Code), fmt.Sprint(e.Intensity), string(e.Status), e.Name,
		names(e.Initiators), names(e.Recipients), fmt.Sprint(e.Claims), fmt.Sprint(e.Reports), fmt.Sprint(e.Outlets), fmt.Sprint(e.Origins), fmt.Sprint(e.Denied),
	}
}

func eventTable(list []queries.EventRef) [][]string {
	table := [][]string{eventHead()}
	for _, e := range list {
		table = append(table, eventRow(e))
	}
	return table
}
