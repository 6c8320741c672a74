package feed

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"faultline/ingest/source/published"
)

// months are the names of months in feeds that do not write English, without
// dots, in lower case, by their first letters.
var months = []struct{ name, english string }{
	{"janv", "Jan"}, {"jän", "Jan"}, {"jan", "Jan"}, {"ene", "Jan"}, {"gen", "Jan"}, {"ιαν", "Jan"}, {"янв", "Jan"}, {"oca", "Jan"}, {"sty", "Jan"},
	{"févr", "Feb"}, {"fév", "Feb"}, {"fev", "Feb"}, {"feb", "Feb"}, {"φεβ", "Feb"}, {"фев", "Feb"}, {"şub", "Feb"}, {"lut", "Feb"},
	{"mär", "Mar"}, {"mars", "Mar"}, {"mrt", "Mar"}, {"már", "Mar"}, {"mar", "Mar"}, {"maa", "Mar"}, {"μαρ", "Mar"}, {"μάρ", "Mar"}, {"мар", "Mar"},
	{"avr", "Apr"}, {"abr", "Apr"}, {"ápr", "Apr"}, {"apr", "Apr"}, {"απρ", "Apr"}, {"апр", "Apr"}, {"nis", "Apr"}, {"kwi", "Apr"},
	{"mai", "May"}, {"mei", "May"}, {"máj", "May"}, {"may", "May"}, {"mag", "May"}, {"maj", "May"}, {"μαϊ", "May"}, {"μάι", "May"}, {"μαΐ", "May"}, {"мая", "May"}, {"май", "May"},
	{"juin", "Jun"}, {"jún", "Jun"}, {"jun", "Jun"}, {"giu", "Jun"}, {"ιουν", "Jun"}, {"ιούν", "Jun"}, {"июн", "Jun"}, {"haz", "Jun"}, {"cze", "Jun"},
	{"juil", "Jul"}, {"júl", "Jul"}, {"jul", "Jul"}, {"lug", "Jul"}, {"ιουλ", "Jul"}, {"ιούλ", "Jul"}, {"июл", "Jul"}, {"tem", "Jul"}, {"lip", "Jul"},
	{"août", "Aug"}, {"aoû", "Aug"}, {"aug", "Aug"}, {"ago", "Aug"}, {"αύγ", "Aug"}, {"αυγ", "Aug"}, {"авг", "Aug"}, {"ağu", "Aug"}, {"sie", "Aug"},
	{"szept", "Sep"}, {"sept", "Sep"}, {"sep", "Sep"}, {"set", "Sep"}, {"σεπ", "Sep"}, {"сен", "Sep"}, {"eyl", "Sep"}, {"wrz", "Sep"},
	{"okt", "Oct"}, {"oct", "Oct"}, {"ott", "Oct"}, {"out", "Oct"}, {"οκτ", "Oct"}, {"окт", "Oct"}, {"eki", "Oct"}, {"paź", "Oct"},
	{"nov", "Nov"}, {"νοε", "Nov"}, {"νοέ", "Nov"}, {"ноя", "Nov"}, {"kas", "Nov"}, {"lis", "Nov"},
	{"déc", "Dec"}, {"dez", "Dec"}, {"dec", "Dec"}, {"dic", "Dec"}, {"δεκ", "Dec"}, {"дек", "Dec"}, {"ara", "Dec"}, {"gru", "Dec"},
}

var (
	koreanDate = regexp.MustCompile(`^(\d{4})\s*년\s*(\d{1,2})\s*월\s*(\d{1,2})\s*일?\s*(오전|오후)?\s*(?:(\d{1,2}:\d{2}(?::\d{2})?))?`)
	dottedDate = regexp.MustCompile(`^(\d{4})[.\-/]\s?(\d{1,2}|[\p{L}]{3,12}\.?)[.\-/]\s?(\d{1,2})\.?(?:[T ]\s*(오전|오후)?\s*(\d{1,2}:\d{2}(?::\d{2})?))?\s*([+-]\d{2}:?\d{2}|Z)?$`)
	shortYear  = regexp.MustCompile(`^(\d{1,2})[. ]([\p{L}]{3}|\d{1,2})[. ](\d{2})((?: .*)?)$`)
	doubleZone = regexp.MustCompile(`([+-]\d{2}:?\d{2})Z$`)
	zoneName   = regexp.MustCompile(`\s+([A-Z][A-Za-z]+/[A-Za-z_/]+)$`)
	badZone    = regexp.MustCompile(`\s*[+-](?:zz:\d{2}|[0-9a-zA-Z]{2}:?[0-9a-zA-Z]{2})$`)
)

// dateOf reads a date in the ways that feeds write it; zero when it cannot
// be read. A zone that does not exist counts as none.
func dateOf(s string) time.Time {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 100 {
		return time.Time{}
	}
	if t, err := published.Parse(s); err == nil {
		return t.UTC()
	}
	s = doubleZone.ReplaceAllString(s, "$1")
	zone := time.UTC
	if m := zoneName.FindStringSubmatchIndex(s); m != nil {
		if z, err := time.LoadLocation(s[m[2]:m[3]]); err == nil {
			zone = z
		}
		s = s[:m[0]]
	}
	for _, form := range [...]string{s, badZone.ReplaceAllString(s, "")} {
		for _, form := range [...]string{form, english(form)} {
			if t, err := published.Parse(form); err == nil {
				if zone != time.UTC {
					t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
				}
				return t.UTC()
			}
		}
	}
	return time.Time{}
}

// english writes a date of another language in English.
func english(s string) string {
	if m := koreanDate.FindStringSubmatch(s); m != nil {
		return m[1] + "-" + two(m[2]) + "-" + two(m[3]) + clock(m[5], m[4])
	}
	if m := dottedDate.FindStringSubmatch(s); m != nil {
		month := m[2]
		if n := monthOf(month); n != "" {
			month = monthNumber(n)
		}
		out := m[1] + "-" + two(month) + "-" + two(m[3]) + clock(m[5], m[4])
		if m[5] != "" && m[6] != "" {
			return strings.Replace(out, " ", "T", 1) + m[6]
		}
		return out
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
	if len(words) > 1 && !strings.ContainsFunc(words[0], unicode.IsDigit) && monthOf(words[0]) != words[0] {
		if strings.ContainsFunc(words[1], unicode.IsDigit) && !strings.Contains(words[1], ":") && len(words) > 2 {
			words = words[1:] // a weekday, in whatever language
		}
	}
	for i, w := range words {
		if e := monthOf(w); e != "" {
			words[i] = e
			break
		}
	}
	if len(words) > 0 {
		words[0] = strings.TrimRight(words[0], ".")
	}
	if n := len(words); n > 4 && (words[4] == "AM" || words[4] == "PM") && monthOf(words[1]) != "" {
		words[0], words[1] = words[1], words[0] // as those who count to twelve write it
	}
	s = strings.Join(words, " ")
	if m := shortYear.FindStringSubmatch(s); m != nil {
		month := m[2]
		if n := monthOf(month); n != "" {
			month = monthNumber(n)
		}
		return "20" + m[3] + "-" + two(month) + "-" + two(m[1]) + m[4]
	}
	return s
}

// monthOf returns the English short name of a month, "" if it is none.
func monthOf(word string) string {
	if strings.ContainsFunc(word, unicode.IsDigit) {
		return ""
	}
	word = strings.ToLower(strings.TrimSuffix(word, "."))
	for _, m := range months {
		if strings.HasPrefix(word, m.name) {
			return m.english
		}
	}
	return ""
}

func monthNumber(english string) string {
	t, err := time.Parse("Jan", english)
	if err != nil {
		return ""
	}
	return t.Format("01")
}

func two(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// clock writes a time of day after its date; half is the Korean for a.m. or
// p.m.
func clock(s, half string) string {
	if s == "" {
		return ""
	}
	layout := "15:04"
	if strings.Count(s, ":") == 2 {
		layout = "15:04:05"
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return ""
	}
	if half == "오후" && t.Hour() < 12 {
		t = t.Add(12 * time.Hour)
	}
	return " " + t.Format("15:04:05")
}
