package gdelt

import (
	"strconv"
	"strings"
	"time"

	"faultline/schema"
)

// Actor is one side of an event, in CAMEO's codes; all empty if unknown.
type Actor struct {
	Code      string // "USAGOV": up to five pieces of three letters
	Name      string // as found in the text, in capitals: "OBAMA"
	Country   string // CAMEO
	Group     string // CAMEO known group
	Ethnic    string
	Religions [2]string
	Types     [3]string // CAMEO roles
}

// GeoType is how exactly a place is known.
type GeoType int

// The types of place, numbered as GDELT does.
const (
	GeoNone      GeoType = 0
	GeoCountry   GeoType = 1
	GeoUSState   GeoType = 2
	GeoUSCity    GeoType = 3
	GeoWorldCity GeoType = 4
	GeoProvince  GeoType = 5
)

// Geo is one of the three places of an event.
type Geo struct {
	Type      GeoType
	Name      string // "Sochi, Krasnodarskiy Kray, Russia"; may have any number of commas
	Country   string // FIPS 10-4
	ADM1      string // FIPS 10-4 with the country
	ADM2      string // GAUL; "" in version 1.0
	Feature   string // GNIS or GNS number, or the code for countries and states
	Latitude  float64
	Longitude float64
	Located   bool // the coordinates are there; 0, 0 without a type is not
}

// Event is one row of an export file.
type Event struct {
	ID                          int64 // not in the order of time
	Day                         schema.Day
	Actor1, Actor2              Actor
	Root                        bool // found in the lead paragraph
	Code                        schema.Code
	Quad                        schema.QuadClass
	Goldstein                   float64 // as the file has it; 0 if blank
	Mentions, Sources, Articles int     // in the first 15 minutes
	Tone                        float64 // −100…+100
	Place1, Place2              Geo     // of the actors
	Place                       Geo     // of the act
	Added                       time.Time
	URL                         string // of the first article, or what stands in its place; "" before April 2013
}

// The numbers of columns of an export file.
const (
	columnsOld = 57 // 1.0 to March 2013: without SOURCEURL
	columns1   = 58 // 1.0
	columns2   = 61 // 2.0: with ADM2 in each place
)

// ParseEvent reads one row. The reason is "" when it is good; what is wrong
// with it is the detail.
func ParseEvent(line string) (e Event, reason, detail string) {
	var c [columns2]string
	n := cells(line, c[:])
	geo := 7
	switch n {
	case columns2:
		geo = 8
	case columns1, columnsOld:
	default:
		return e, ReasonColumns, strconv.Itoa(n) + " cells"
	}
	id, err := strconv.ParseInt(c[0], 10, 64)
	if err != nil || id < 0 {
		return e, ReasonID, quote(c[0])
	}
	e.ID = id
	if e.Day = dayOf(c[1]); e.Day == schema.NoDay {
		return e, ReasonDate, quote(c[1])
	}
	e.Actor1, e.Actor2 = actorOf(c[5:15]), actorOf(c[15:25])
	e.Root = c[25] == "1"
	e.Code = schema.Code(strings.TrimSpace(c[26]))
	e.Quad = schema.QuadClass(number(c[29]))
	e.Goldstein = float(c[30])
	e.Mentions, e.Sources, e.Articles = number(c[31]), number(c[32]), number(c[33])
	e.Tone = float(c[34])
	e.Place1, e.Place2, e.Place = geoOf(c[35:35+geo]), geoOf(c[35+geo:35+2*geo]), geoOf(c[35+2*geo:35+3*geo])
	added := 35 + 3*geo
	if e.Added = timeOf(c[added]); e.Added.IsZero() {
		return e, ReasonAdded, quote(c[added])
	}
	if n > columnsOld {
		e.URL = strings.TrimSpace(c[added+1])
	}
	return e, "", ""
}

// cells splits a line and returns how many cells it has, which may be more
// than fit.
func cells(line string, into []string) int {
	n := 0
	for n < len(into) {
		i := strings.IndexByte(line, '\t')
		if i < 0 {
			into[n] = line
			return n + 1
		}
		into[n] = line[:i]
		line = line[i+1:]
		n++
	}
	return n + 1 + strings.Count(line, "\t")
}

func actorOf(c []string) Actor {
	return Actor{
		Code: strings.TrimSpace(c[0]), Name: strings.TrimSpace(c[1]), Country: c[2], Group: c[3], Ethnic: c[4],
		Religions: [2]string{c[5], c[6]}, Types: [3]string{c[7], c[8], c[9]},
	}
}

// geoOf reads a place of 7 columns, or of 8 with ADM2. In old rows a place
// that is missing has no type and 0 for all numbers.
func geoOf(c []string) Geo {
	g := Geo{Type: GeoType(number(c[0])), Name: strings.TrimSpace(c[1]), Country: c[2], ADM1: c[3]}
	at := 4
	if len(c) == 8 {
		g.ADM2, at = c[4], 5
	}
	if g.Type <= GeoNone || g.Type > GeoProvince {
		return Geo{}
	}
	g.Feature = c[at+2]
	lat, err1 := strconv.ParseFloat(c[at], 64)
	lon, err2 := strconv.ParseFloat(c[at+1], 64)
	if err1 == nil && err2 == nil && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 {
		g.Latitude, g.Longitude, g.Located = lat, lon, true
	}
	return g
}

// number reads a count; what is none is 0.
func number(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || n > 1<<30 {
			return 0
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

func float(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != f || f > 1e6 || f < -1e6 {
		return 0
	}
	return f
}

// dayOf reads YYYYMMDD; years before 1900 are slips.
func dayOf(s string) schema.Day {
	if len(s) != 8 {
		return schema.NoDay
	}
	y, m, d := number(s[:4]), number(s[4:6]), number(s[6:])
	if y < 1900 || m < 1 || m > 12 || d < 1 {
		return schema.NoDay
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d {
		return schema.NoDay
	}
	return schema.DayOf(t)
}

// timeOf reads YYYYMMDDHHMMSS in UTC, and YYYYMMDD as version 1.0 has it.
func timeOf(s string) time.Time {
	if len(s) != 8 && len(s) != 14 {
		return time.Time{}
	}
	day := dayOf(s[:8])
	if day == schema.NoDay {
		return time.Time{}
	}
	t := day.Time()
	if len(s) == 14 {
		for _, b := range s[8:] {
			if b < '0' || b > '9' {
				return time.Time{}
			}
		}
		h, m, sec := number(s[8:10]), number(s[10:12]), number(s[12:])
		if h > 23 || m > 59 || sec > 59 {
			return time.Time{}
		}
		t = t.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second)
	}
	return t
}

func quote(s string) string {
	if len(s) > 60 {
		s = s[:60]
	}
	return strconv.Quote(s)
}
