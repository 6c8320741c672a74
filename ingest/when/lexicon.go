package when

// kind is what a word can do in a time expression.
type kind uint8

const (
	kOther    kind = iota
	kNumber        // digits; val is the number
	kWeekday       // val 0 Monday … 6 Sunday
	kShortDay      // "Thu": a weekday only beside a date
	kMonth         // val 1 … 12
	kUnit          // val is one of the units
	kDayPart       // morning, night
	kDayWord       // today, yesterday: val is the distance in days
	kNight         // overnight
	kSeason        // val is the first month
	kLast
	kPast
	kPrevious
	kThis
	kNext
	kFollowing
	kSame
	kRecent
	kEarly // early, late, mid, beginning, end: take no part in the day
	kEarlier
	kLater
	kAgo
	kRecently
	kCount   // one, two … ; val is the number, 0 for "several"
	kOrdinal // first … fourth
	kArticle // a, an
	kThe
	kOf
	kOn
	kAnd
	kTo
	kBetween
	kSince
	kUntil
	kBy
	kBefore
	kAfter
	kPreposition // in, at, during … before a month or year
	kOver
	kFuture // will, scheduled
	kAhead
	kSay
	kCounted // people, troops: what a number counts
	kHoliday // Christmas, New
	kName    // Black, Good: makes a weekday or month part of a name
	kThing   // Movement, Square: makes a date part of a name
	kPaper   // Times, Mosque: makes a weekday part of a name
)

// Units of time.
const (
	uMinute = iota + 1
	uHour
	uDay
	uNight
	uWeek
	uWeekend
	uMonth
	uQuarter
	uYear
	uDecade
)

// Words that look ahead only in some company.
const (
	futureDue = iota + 1
	futureSet
	futureVow // speech as well: "vowed on Sunday to"
)

type lex struct {
	kind kind
	val  int16
	// plural marks units in the plural ("days earlier" needs no number).
	plural bool
	// doubtful months are words or names as well: May, March, April.
	doubtful bool
}

// lexicon holds every word that the rules look at, in lower case.
var lexicon = buildLexicon()

func buildLexicon() map[string]lex {
	m := make(map[string]lex, 400)
	put := func(l lex, words ...string) {
		for _, w := range words {
			m[w] = l
		}
	}
	for i, names := range [][]string{
		{"monday", "mondays"}, {"tuesday", "tuesdays"}, {"wednesday", "wednesdays"}, {"thursday", "thursdays"},
		{"friday", "fridays"}, {"saturday", "saturdays"}, {"sunday", "sundays"},
	} {
		put(lex{kind: kWeekday, val: int16(i)}, names[0])
		put(lex{kind: kWeekday, val: int16(i), plural: true}, names[1])
	}
	for i, names := range [][]string{{"mon"}, {"tue", "tues"}, {"wed"}, {"thu", "thur", "thurs"}, {"fri"}, {"sat"}, {"sun"}} {
		put(lex{kind: kShortDay, val: int16(i)}, names...)
	}
	for i, names := range [][]string{
		{"january", "jan"}, {"february", "feb"}, {"march", "mar"}, {"april", "apr"}, {"may"}, {"june", "jun"}, {"july", "jul"},
		{"august", "aug"}, {"september", "sept", "sep"}, {"october", "oct"}, {"november", "nov"}, {"december", "dec"},
	} {
		put(lex{kind: kMonth, val: int16(i + 1)}, names...)
	}
	for _, w := range []string{"march", "mar", "april", "may", "june", "august", "jan", "dec", "sep", "jun"} {
		l := m[w]
		l.doubtful = true
		m[w] = l
	}
	for _, u := range []struct {
		unit int16
		one  string
		many string
	}{
		{uMinute, "minute", "minutes"}, {uHour, "hour", "hours"}, {uDay, "day", "days"}, {uNight, "night", "nights"},
		{uWeek, "week", "weeks"}, {uWeekend, "weekend", "weekends"}, {uMonth, "month", "months"},
		{uQuarter, "quarter", "quarters"}, {uYear, "year", "years"}, {uDecade, "decade", "decades"},
	} {
		put(lex{kind: kUnit, val: u.unit}, u.one)
		put(lex{kind: kUnit, val: u.unit, plural: true}, u.many)
	}
	put(lex{kind: kDayPart}, "morning", "afternoon", "evening", "noon", "midday", "midnight", "dawn", "dusk")
	put(lex{kind: kDayWord, val: 0}, "today", "tonight")
	put(lex{kind: kDayWord, val: -1}, "yesterday")
	put(lex{kind: kDayWord, val: 1}, "tomorrow")
	put(lex{kind: kNight}, "overnight")
	put(lex{kind: kSeason, val: 3}, "spring")
	put(lex{kind: kSeason, val: 6}, "summer")
	put(lex{kind: kSeason, val: 9}, "autumn", "fall")
	put(lex{kind: kSeason, val: 12}, "winter")
	put(lex{kind: kLast}, "last")
	put(lex{kind: kPast}, "past")
	put(lex{kind: kPrevious}, "previous", "preceding")
	put(lex{kind: kThis}, "this", "current")
	put(lex{kind: kNext}, "next", "coming", "upcoming")
	put(lex{kind: kFollowing}, "following")
	put(lex{kind: kSame}, "same", "that")
	put(lex{kind: kRecent}, "recent")
	put(lex{kind: kEarly}, "early", "late", "mid")
	put(lex{kind: kEarly, val: 1}, "beginning", "end", "start", "middle", "eve") // only before "of"
	put(lex{kind: kEarlier}, "earlier")
	put(lex{kind: kLater}, "later")
	put(lex{kind: kAgo}, "ago")
	put(lex{kind: kRecently}, "recently", "lately")
	for i, w := range []string{
		"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
		"eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
	} {
		put(lex{kind: kCount, val: int16(i + 1)}, w)
	}
	put(lex{kind: kCount, val: 30}, "thirty")
	put(lex{kind: kCount, val: 2}, "couple")
	put(lex{kind: kCount, val: 0}, "several", "few", "some", "many")
	for i, w := range []string{"first", "second", "third", "fourth"} {
		put(lex{kind: kOrdinal, val: int16(i + 1)}, w)
	}
	for i, w := range []string{"q1", "q2", "q3", "q4"} {
		put(lex{kind: kOrdinal, val: int16(i + 1), plural: true}, w) // plural: needs no "quarter"
	}
	put(lex{kind: kArticle, val: 1}, "a", "an")
	put(lex{kind: kThe}, "the")
	put(lex{kind: kOf}, "of")
	put(lex{kind: kOn}, "on")
	put(lex{kind: kAnd}, "and")
	put(lex{kind: kTo}, "to", "through", "into")
	put(lex{kind: kBetween}, "between", "from")
	put(lex{kind: kSince}, "since")
	put(lex{kind: kUntil}, "until", "till", "til")
	put(lex{kind: kBy}, "by")
	put(lex{kind: kBefore}, "before", "prior")
	put(lex{kind: kAfter}, "after")
	put(lex{kind: kPreposition}, "in", "at", "during", "around", "throughout", "for", "circa")
	put(lex{kind: kOver}, "over", "within")
	put(lex{kind: kFuture}, "will", "shall", "would", "scheduled", "planned", "plans", "planning", "expected", "slated",
		"must", "deadline", "ultimatum", "intends", "forthcoming")
	put(lex{kind: kFuture, val: futureVow}, "vows", "vowed")
	put(lex{kind: kFuture, val: futureDue}, "due")
	put(lex{kind: kFuture, val: futureSet}, "set")
	put(lex{kind: kAhead}, "ahead")
	put(lex{kind: kSay}, "said", "says", "told", "announced", "announces", "reported", "reports", "stated", "added", "declared",
		"confirmed", "claimed", "warned", "according", "wrote", "tweeted")
	put(lex{kind: kCounted}, "people", "civilians", "persons", "troops", "soldiers", "fighters", "militants", "rebels", "families",
		"men", "women", "children", "others", "homes", "houses", "prisoners", "detainees", "refugees", "protesters", "policemen",
		"police", "officers", "members", "dead", "bodies", "victims", "casualties", "deaths",
		"km", "kilometers", "kilometres", "miles", "meters", "metres", "feet", "tons", "tonnes", "dollars", "euros", "pounds",
		"percent", "per", "rockets", "missiles", "shells", "bombs", "tanks", "vehicles", "cases", "points", "hectares", "acres",
		"barrels", "gmt", "utc", "hrs", "jobs", "workers", "employees", "residents", "seats", "votes",
		"students", "terrorists", "gunmen", "villages", "sites", "targets", "palestinians", "syrians", "israelis")
	put(lex{kind: kHoliday, val: 1}, "christmas")
	put(lex{kind: kHoliday, val: 2}, "new")
	put(lex{kind: kName}, "black", "good", "bloody", "palm", "easter", "ash", "super", "cyber", "maundy", "holy", "sheffield", "arab",
		"prague")
	put(lex{kind: kThing}, "movement", "movements", "alliance", "alliances", "brigade", "brigades", "front", "coalition", "bloc",
		"party", "army", "battalion", "forces", "group", "organization", "organisation", "camp", "square", "street", "bridge",
		"university", "stadium", "hospital", "airport", "park", "avenue", "school", "road", "city", "district")
	put(lex{kind: kPaper}, "mosque", "times", "telegraph", "mirror", "express", "mail", "herald", "guardian", "post", "tribune", "world", "independent")
	return m
}
