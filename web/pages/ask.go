package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"faultline/queries"
	"faultline/schema"
	"faultline/web/live"
)

// asked reads the parameters of a request and remembers the first that is
// wrong.
type asked struct {
	values url.Values
	err    error
}

func ask(r *http.Request) *asked { return &asked{values: r.URL.Query()} }

func (a *asked) wrong(name, want string) {
	if a.err == nil {
		a.err = badAsk(fmt.Sprintf("%s “%s”: want %s.", name, a.values.Get(name), want))
	}
}

func (a *asked) text(name string) string { return strings.TrimSpace(a.values.Get(name)) }

func (a *asked) day(name string) schema.Day {
	text := a.text(name)
	if text == "" {
		return schema.NoDay
	}
	d, err := schema.ParseDay(text)
	if err != nil {
		a.wrong(name, "a day, YYYY-MM-DD")
		return schema.NoDay
	}
	return d
}

func (a *asked) window() queries.Window {
	w := queries.Window{From: a.day("from"), To: schema.NoDay}
	if to := a.day("to"); to != schema.NoDay {
		w.To = to + 1 // people mean the last day
		if w.From != schema.NoDay && w.From >= w.To {
			a.wrong("to", "a day that is not before from")
		}
	}
	return w
}

// asOf is the end of the day by which all must have been recorded, zero for
// now.
func (a *asked) asOf() time.Time {
	d := a.day("asof")
	if d == schema.NoDay {
		return time.Time{}
	}
	return d.Time().Add(24*time.Hour - time.Nanosecond)
}

func (a *asked) number(name string, standard, least, most int) int {
	text := a.text(name)
	if text == "" {
		return standard
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		a.wrong(name, fmt.Sprintf("a number from %d to %d", least, most))
		return standard
	}
	return n
}

func (a *asked) choice(name string, choices ...string) string {
	text := a.text(name)
	if text == "" {
		return choices[0]
	}
	if !slices.Contains(choices, text) {
		a.wrong(name, "one of "+strings.Join(choices, ", "))
		return choices[0]
	}
	return text
}

func (a *asked) level() queries.Level {
	return queries.Level(a.choice("level", string(queries.LevelParent), string(queries.LevelActor), string(queries.LevelCountry), string(queries.LevelBloc)))
}

// actorOf finds the actor of a part of a path.
func actorOf(s *live.State, r *http.Request, name string) (schema.Actor, error) {
	found, err := s.Record.Find("actor:" + r.PathValue(name))
	if err != nil {
		return schema.Actor{}, err
	}
	return found[0], nil
}

// paths of views

func actorPath(id schema.ActorID) string { return "/actor/" + url.PathEscape(id.Slug()) }

func relationPath(a, b schema.ActorID) string {
	if b < a {
		a, b = b, a
	}
	return "/relation/" + url.PathEscape(a.Slug()) + "/" + url.PathEscape(b.Slug())
}

func short[T ~string](id T) string {
	_, rest, _ := strings.Cut(string(id), ":")
	return rest
}

func eventPath(id schema.EventID) string   { return "/event/" + url.PathEscape(short(id)) }
func reportPath(id schema.ReportID) string { return "/report/" + url.PathEscape(short(id)) }

// fileName is a name to save under: of letters, digits and hyphens.
func fileName(parts ...string) string {
	var list []string
	for _, p := range parts {
		slug := strings.Map(func(r rune) rune {
			if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, schema.Slug(p))
		if slug != "" {
			list = append(list, slug)
		}
	}
	if len(list) == 0 {
		return "faultline"
	}
	name := strings.Join(list, "-")
	return name[:min(len(name), 80)]
}
