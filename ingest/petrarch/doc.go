// Package petrarch reads the dictionaries of the event coders TABARI and
// PETRARCH, in which research groups keep who is who, and makes data files
// of the gazetteer of them.
//
//   - ReadActors: actors with their synonyms and dated codes.
//   - ReadAgents: role nouns with their plurals and codes, sets of words
//     expanded.
//   - Build: the rows for the gazetteer, to be layered over those that it has.
//
// The format, from the PETRARCH2 documentation and reader. An actor is
//
//	HAMID_KARZAI_  # a comment
//	+KARZAI_
//		[AFGELI 750101-000101]
//		[AFGGOV >011222]
//		[AFGELI]
//
// where a code holds until D (<D), from D (>D) or between two days, all
// inclusive, and one without days when no other does; --- is no code. Days
// are YYYYMMDD or YYMMDD, of which years up to 30 are 20YY. An agent is
//
//	LAWMAN {LAWMEN} [~COP]
//	!PERSON! = MAN, MEN, WOMAN, WOMEN, PERSON
//	FISHER!PERSON! [~AGR]
//	PEACEKEEPING_TROOPS {} [IGO~]
//
// with {} for no plural, and the code before or behind that of the actor.
package petrarch
