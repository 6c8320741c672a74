package petrarch

import (
	"context"
	"fmt"
	"io"
	"strings"

	"faultline/ingest/report"
)

// Agent is one line of an agent dictionary: a role noun.
type Agent struct {
	Origin report.Origin
	Noun   string // in capitals, with blanks between the words
	Plural string // the irregular plural; "" when regular or none
	One    bool   // it has no plural
	Code   string // CAMEO
	Before bool   // the code stands before the actor's: NGO~
}

// ReadAgents reads an agent dictionary. A line with a set of words gives an
// agent for each of them; the set must be defined before. The error is that
// of either function, ctx's, or a *lines.Error when reading failed.
func ReadAgents(ctx context.Context, r io.Reader, file string, found func(Agent) error, skip func(report.Skip) error) error {
	sets := map[string][]string{}
	return text(ctx, r, file, func(at report.Origin, line string) error {
		line = strings.TrimSpace(line)
		if name, members, ok := setOf(line); ok {
			sets[name] = members
			return nil
		}
		agents, reason := agentsOf(line, sets)
		if reason != "" {
			return skip(report.Skip{Origin: at, Reason: reason, Detail: fmt.Sprintf("%.80q", line)})
		}
		for _, a := range agents {
			a.Origin = at
			if err := found(a); err != nil {
				return err
			}
		}
		return nil
	}, skip)
}

// setOf reads "!PERSON! = MAN, MEN, WOMAN".
func setOf(line string) (name string, members []string, ok bool) {
	if !strings.HasPrefix(line, "!") {
		return "", nil, false
	}
	name, list, ok := strings.Cut(line[1:], "!")
	list = strings.TrimSpace(list)
	if !ok || !strings.HasPrefix(list, "=") {
		return "", nil, false
	}
	for m := range strings.SplitSeq(list[1:], ",") {
		if m = strings.TrimSpace(strings.ReplaceAll(m, "_", " ")); m != "" {
			members = append(members, m)
		}
	}
	return name, members, true
}

func agentsOf(line string, sets map[string][]string) (_ []Agent, reason string) {
	rest, codes, closed := brackets(line, "[", "]")
	switch {
	case !closed:
		return nil, ReasonBracket
	case len(codes) == 0:
		return nil, ReasonNoCode
	}
	rest, plurals, closed := brackets(rest, "{", "}")
	if !closed {
		return nil, ReasonPlural
	}
	var a Agent
	code := codes[0]
	if a.Code, a.Before = strings.CutSuffix(code, "~"); !a.Before {
		a.Code = strings.TrimPrefix(code, "~")
	}
	if a.Code = strings.TrimSpace(a.Code); strings.Trim(a.Code, "-") == "" {
		return nil, ReasonNoCode
	}
	if len(plurals) > 0 {
		if p := phrases(plurals[0]); len(p) > 0 {
			a.Plural = p[0]
		} else {
			a.One = true
		}
	}
	nouns, reason := expand(rest, sets)
	if reason != "" {
		return nil, reason
	}
	if len(nouns) > 1 || strings.Contains(rest, "!") {
		a.Plural, a.One = "", true // the set has the plurals
	}
	var all []Agent
	for _, noun := range nouns {
		if p := phrases(noun); len(p) > 0 {
			a.Noun = p[0]
			all = append(all, a)
		}
	}
	if all == nil {
		return nil, ReasonNoPhrase
	}
	return all, ""
}

// expand puts the members of a set in its place. Two sets in one noun are a
// slip of a replacement ("AD!MINIST!RATION").
func expand(noun string, sets map[string][]string) (nouns []string, reason string) {
	before, rest, found := strings.Cut(noun, "!")
	if !found {
		return []string{noun}, ""
	}
	name, after, closed := strings.Cut(rest, "!")
	members, defined := sets[name]
	switch {
	case strings.Contains(after, "!"):
		return nil, ReasonSets
	case !closed || !defined:
		return nil, ReasonSet
	}
	for _, m := range members {
		nouns = append(nouns, before+m+after)
	}
	return nouns, ""
}
