// Package published reads the dates at which reports say they were
// published, in the forms that data sets, feeds and pages write them.
package published

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Parse reads a date of publication, with or without a time of day. Without
// a zone it is taken as UTC. Numbers are seconds or milliseconds since 1970
// or YYYYMMDD. A date that can be read in two ways (03/04/2015) is an error,
// as is a year outside 1900…2199, which is a slip of the source.
func Parse(s string) (time.Time, error) {
	in := strings.TrimSpace(s)
	if t, err := time.Parse(time.DateOnly, in); err == nil { // nearly all
		return sane(t, s)
	}
	if digits(in) {
		return number(in, s)
	}
	in = tidy(in)
	for _, layout := range layouts() {
		if t, err := time.Parse(layout, in); err == nil {
			return sane(t.UTC(), s)
		}
	}
	if t, ok := slashes(in); ok {
		return sane(t, s)
	}
	return time.Time{}, bad(s)
}

func bad(s string) error {
	return fmt.Errorf("%.60q is no date: want YYYY-MM-DD or RFC 3339", s)
}

func sane(t time.Time, s string) (time.Time, error) {
	if y := t.Year(); y < 1900 || y > 2199 {
		return time.Time{}, fmt.Errorf("%.60q is no date: year %d", s, y)
	}
	return t, nil
}

// layouts lists the forms after tidy: no weekday, no ordinal endings, single
// blanks.
func layouts() []string {
	return []string{
		time.RFC3339Nano, // also without a fraction
		"2006-01-02T15:04:05.999999999",
		"2006-01-02T15:04:05.999999999Z0700",
		"2006-01-02T15:04Z07:00",
		"2006-01-02T15:04",
		"2006-01-02 15:04:05.999999999Z07:00",
		"2006-01-02 15:04:05.999999999 Z07:00",
		"2006-01-02 15:04:05.999999999 -0700",
		"2006-01-02 15:04:05 MST",
		"2006-01-02 15:04:05",
		"2006-01-02 15:04",
		"2006/01/02",
		"2006/01/02 15:04:05",
		"2.1.2006",
		"2.1.2006 15:04",
		"2 Jan 2006 15:04:05 -0700", // RFC 1123, 822
		"2 Jan 2006 15:04:05 MST",
		"2 Jan 2006 15:04 -0700",
		"2 Jan 2006 15:04 MST",
		"2 Jan 2006 15:04:05",
		"2 Jan 2006 15:04",
		"2 Jan 2006",
		"2 January 2006",
		"2 January 2006 15:04",
		"2-Jan-2006",
		"Jan 2 2006",
		"January 2 2006",
		"January 2 2006 15:04",
		"January 2 2006 15:04 MST",
		"January 2 2006 15:04 -0700",
		"January 2 2006 3:04 PM",
		"January 2 2006 3:04 PM MST",
		"January 2 2006 3:04 PM -0700",
		"Jan 2 2006 15:04",
		"Jan 2 2006 3:04 PM",
		"Jan 2 2006 3:04 PM MST",
		"Jan 2 2006 3:04 PM -0700",
		"Jan 2 15:04:05 2006", // ctime
		"Jan 2 15:04:05 MST 2006",
		"Jan 2 15:04:05 -0700 2006",
	}
}

// tidy brings the wording of a date to one form: "Fri., Nov 22nd, 2024 at
// 3:04 p.m. EST" gives "Nov 22 2024 3:04 PM -0500".
func tidy(s string) string {
	words := strings.Fields(strings.ReplaceAll(s, ",", " "))
	out := make([]string, 0, len(words)+1)
	for i, w := range words {
		if !ascii(w) { // lower case may differ in length, which the cuts below rely on
			if w != "–" {
				out = append(out, w)
			}
			continue
		}
		bare := strings.ToLower(strings.TrimSuffix(w, "."))
		switch {
		case i == 0 && weekday(bare):
			continue
		case bare == "at" || bare == "of" || bare == "-" || bare == "|":
			continue
		case bare == "sept":
			w = "Sep"
		case bare == "a.m" || bare == "am":
			w = "AM"
		case bare == "p.m" || bare == "pm":
			w = "PM"
		case i > 0 && zone(w) != "":
			w = zone(w)
		case strings.HasSuffix(w, ".") && len(bare) >= 3:
			w = w[:len(w)-1] // "Nov."
		case len(bare) > 2 && digits(bare[:len(bare)-2]):
			switch bare[len(bare)-2:] {
			case "st", "nd", "rd", "th":
				w = w[:len(bare)-2]
			}
		case len(bare) > 3 && strings.Contains(bare, ":") && (strings.HasSuffix(bare, "am") || strings.HasSuffix(bare, "pm")):
			out = append(out, w[:len(bare)-2]) // "3:04pm"
			w = strings.ToUpper(bare[len(bare)-2:])
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func weekday(w string) bool {
	if len(w) < 3 {
		return false
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.HasPrefix(strings.ToLower(d.String()), w) {
			return true
		}
	}
	return false
}

// zone gives the offset of the zone names of RFC 822 and of those in news
// that mean one thing only. Of an unknown name the time of day is kept as it
// is written.
func zone(w string) string {
	switch w {
	case "GMT", "UTC", "UT", "Z":
		return "+0000"
	case "EST":
		return "-0500"
	case "EDT":
		return "-0400"
	case "CST":
		return "-0600"
	case "CDT":
		return "-0500"
	case "MST":
		return "-0700"
	case "MDT":
		return "-0600"
	case "PST":
		return "-0800"
	case "PDT":
		return "-0700"
	case "CET":
		return "+0100"
	case "CEST", "EET":
		return "+0200"
	case "EEST", "MSK":
		return "+0300"
	}
	return ""
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func number(in, s string) (time.Time, error) {
	n, err := strconv.ParseInt(in, 10, 64)
	if err != nil {
		return time.Time{}, bad(s)
	}
	switch len(in) {
	case 8:
		if t, err := time.Parse("20060102", in); err == nil {
			return sane(t, s)
		}
	case 14:
		if t, err := time.Parse("20060102150405", in); err == nil {
			return sane(t, s)
		}
	case 9, 10:
		return sane(time.Unix(n, 0).UTC(), s)
	case 12, 13:
		return sane(time.UnixMilli(n).UTC(), s)
	}
	return time.Time{}, bad(s)
}

// slashes reads a/b/YYYY when a or b can only be the day, or both are equal.
func slashes(in string) (time.Time, bool) {
	dm, err1 := time.Parse("2/1/2006", in)
	md, err2 := time.Parse("1/2/2006", in)
	switch {
	case err1 == nil && err2 == nil:
		return dm, dm.Equal(md)
	case err1 == nil:
		return dm, true
	case err2 == nil:
		return md, true
	}
	return time.Time{}, false
}
