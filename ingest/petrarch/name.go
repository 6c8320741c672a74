package petrarch

import (
	"strings"
	"unicode"
)

// written gives the forms of a name as text has them: in capitals and small
// letters, and what stands in brackets apart when it is an abbreviation. A
// word of capitals that is an abbreviation keeps them, since then it only
// matches in capitals.
func written(name string, others []string) []string {
	var forms []string
	for {
		before, rest, open := strings.Cut(name, "(")
		inside, after, closed := strings.Cut(rest, ")")
		if !open || !closed {
			break
		}
		if abbr := strings.TrimSpace(inside); abbr != "" && len(abbr) <= 8 && !strings.Contains(abbr, " ") {
			forms = append(forms, abbr)
		}
		name = strings.TrimSpace(before) + " " + strings.TrimSpace(after)
	}
	name = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch r {
		case '|', '@', '"', '(', ')':
			return ' '
		}
		return r
	}, name)), " ")
	if name == "" {
		return forms
	}
	if abbreviation(name, others) {
		return append([]string{name}, forms...)
	}
	return append([]string{titled(name)}, forms...)
}

// abbreviation reports a single short word that cannot be spoken, or that
// the first letters of another name of the actor make up.
func abbreviation(name string, others []string) bool {
	if strings.Contains(name, " ") || len(name) > 7 || name != strings.ToUpper(name) {
		return false
	}
	letters := strings.ReplaceAll(strings.ReplaceAll(name, ".", ""), "-", "")
	if len(letters) > 1 && !strings.ContainsAny(letters, "AEIOUY") {
		return true
	}
	for _, other := range others {
		initials, all := "", ""
		for _, w := range words(other) {
			all += w[:1]
			if !small(w) {
				initials += w[:1]
			}
		}
		if len(letters) > 1 && (letters == initials || letters == all) {
			return true
		}
	}
	return false
}

func words(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '-' || r == '(' || r == ')' })
}

// small reports a word that a title leaves small.
func small(word string) bool {
	switch strings.ToUpper(word) {
	case "OF", "THE", "AND", "FOR", "IN", "ON", "TO", "DE", "DES", "DU", "LA", "LES", "Y", "E", "AT", "AGAINST", "WITH":
		return true
	}
	return false
}

// titled writes a name of capitals as names are written.
func titled(name string) string {
	var b strings.Builder
	for i, word := range strings.Fields(name) {
		if i > 0 {
			b.WriteByte(' ')
			if small(word) {
				b.WriteString(strings.ToLower(word))
				continue
			}
		}
		up := true
		for j, r := range word {
			if up {
				b.WriteRune(unicode.ToUpper(r))
			} else {
				b.WriteRune(unicode.ToLower(r))
			}
			// After an apostrophe only in O'Neill and D'Ivoire.
			up = r == '-' || r == '.' || r == '\'' && j == 1
		}
	}
	return b.String()
}

// body reports a name that says it is an organisation's.
func body(name string) bool {
	for _, w := range words(name) {
		switch strings.ToUpper(w) {
		case "OF", "FOR", "ASSEMBLY", "PARTY", "FRONT", "ARMY", "ARMED", "MINISTRY", "COUNCIL", "GOVERNMENT", "MOVEMENT", "UNION",
			"ORGANIZATION", "ORGANISATION", "COMMITTEE", "COMMISSION", "AGENCY", "GROUP", "FORCE", "FORCES", "COALITION", "ALLIANCE",
			"BRIGADE", "BRIGADES", "PARLIAMENT", "SENATE", "CONGRESS", "COURT", "POLICE", "BANK", "UNIVERSITY", "INSTITUTE", "CENTER",
			"CENTRE", "ASSOCIATION", "SOCIETY", "COMPANY", "CORPORATION", "FOUNDATION", "FEDERATION", "CONFEDERATION", "LEAGUE",
			"REPUBLIC", "REPUBLICS", "STATE", "STATES", "TIMES", "NEWS", "TELEVISION", "RADIO", "OFFICE", "DEPARTMENT", "SERVICE",
			"GUARD", "MILITIA", "REBELS", "TROOPS", "TRIBUNAL", "PROGRAM", "PROGRAMME", "FUND", "NATIONAL", "INTERNATIONAL",
			"LIBERATION", "REVOLUTIONARY", "PEOPLES", "RED", "SUMMIT", "CONTINGENT", "MISSION", "SECRETARIAT", "REGIME", "NETWORK":
			return true
		}
	}
	return false
}
