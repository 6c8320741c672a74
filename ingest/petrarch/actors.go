package petrarch

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"faultline/ingest/report"
	"faultline/schema"
)

// Actor is one record of an actor dictionary. Names are as the dictionary
// has them, in capitals, with blanks between the words.
type Actor struct {
	Origin   report.Origin
	Name     string
	Synonyms []string
	Roles    []Role // in the order of the file
}

// Role is a code of an actor, for a time.
type Role struct {
	Code string     // CAMEO; "" says that the actor is not to be coded then
	From schema.Day // first day, NoDay when always before To
	To   schema.Day // first day after, NoDay when always since From; a role with neither holds when no other does
}

// Always reports whether the role is the one that holds when no other does.
func (r Role) Always() bool { return r.From == schema.NoDay && r.To == schema.NoDay }

// ReadActors reads an actor dictionary. What cannot be read is skipped by
// reason: of a code with a bad date only this code. The error is that of
// either function, ctx's, or a *lines.Error when reading failed.
func ReadActors(ctx context.Context, r io.Reader, file string, found func(Actor) error, skip func(report.Skip) error) error {
	var a *Actor
	flush := func() error {
		if a == nil {
			return nil
		}
		done := *a
		a = nil
		if len(done.Roles) == 0 {
			return skip(report.Skip{Origin: done.Origin, Reason: ReasonNoCode, Detail: fmt.Sprintf("%.60q", done.Name)})
		}
		return found(done)
	}
	err := text(ctx, r, file, func(at report.Origin, line string) error {
		bad := func(reason, detail string) error {
			return skip(report.Skip{Origin: at, Reason: reason, Detail: fmt.Sprintf("%.80q", detail)})
		}
		synonym := strings.HasPrefix(strings.TrimLeft(line, " "), "+")
		codes := strings.HasPrefix(line, "\t") || strings.HasPrefix(strings.TrimLeft(line, " "), "[")
		rest, parts, closed := brackets(line, "[", "]")
		names := phrases(rest)
		switch {
		case (synonym || codes) && a == nil:
			return bad(ReasonOrphan, line)
		case synonym:
			a.Synonyms = append(a.Synonyms, names...)
		case codes:
		case len(names) == 0:
			return bad(ReasonNoPhrase, line)
		default:
			if err := flush(); err != nil {
				return err
			}
			a = &Actor{Origin: at, Name: names[0], Synonyms: append([]string(nil), names[1:]...)}
		}
		if !closed {
			if err := bad(ReasonBracket, line); err != nil {
				return err
			}
		}
		for _, part := range parts {
			role, reason := roleOf(part)
			if reason != "" {
				if err := bad(reason, part); err != nil {
					return err
				}
				continue
			}
			a.Roles = append(a.Roles, role)
		}
		return nil
	}, skip)
	if err != nil {
		return err
	}
	return flush()
}

// roleOf reads "AFGGOV", "AFGGOV 880101-891231", "AFGGOV >011222", "---".
func roleOf(s string) (r Role, reason string) {
	r.From, r.To = schema.NoDay, schema.NoDay
	code, dates, _ := strings.Cut(s, " ")
	dates = strings.Join(strings.Fields(dates), "") // "> 140608"
	if i := strings.IndexAny(code, "<>"); i >= 0 {
		code, dates = code[:i], code[i:]+dates
	}
	if code == "" {
		return r, ReasonNoCode
	}
	if strings.Trim(code, "-") != "" {
		r.Code = code
	}
	if dates == "" {
		return r, ""
	}
	from, to, between := strings.Cut(dates, "-")
	var ok bool
	switch {
	case strings.HasPrefix(dates, "<"):
		if r.To, ok = dayOf(dates[1:]); !ok {
			return r, ReasonDate
		}
		r.To++
	case strings.HasPrefix(dates, ">"):
		if r.From, ok = dayOf(dates[1:]); !ok {
			return r, ReasonDate
		}
	case between:
		var ok2 bool
		r.From, ok = dayOf(from)
		r.To, ok2 = dayOf(to)
		if !ok || !ok2 {
			return r, ReasonDate
		}
		if r.To++; r.To <= r.From {
			return r, ReasonInverted
		}
	default: // a day alone
		return r, ReasonDate
	}
	return r, ""
}

// dayOf reads YYYYMMDD, whatever digits follow, and YYMMDD.
func dayOf(s string) (schema.Day, bool) {
	for _, r := range s {
		if r < '0' || r > '9' {
			return schema.NoDay, false
		}
	}
	switch {
	case len(s) > 7:
		s = s[:8]
	case len(s) != 6:
		return schema.NoDay, false
	case s[:2] <= "30":
		s = "20" + s
	default:
		s = "19" + s
	}
	t, err := time.Parse("20060102", s)
	if err != nil || t.Year() < 1000 {
		return schema.NoDay, false
	}
	return schema.DayOf(t), true
}
