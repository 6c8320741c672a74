// Package gazetteer knows the actors by name: states and their governments,
// ministries, armies, armed groups, organisations, outlets and office
// holders, with the adjectives, peoples and capitals that stand for them in
// news text, and the role nouns that combine with them ("Syrian army",
// "Hezbollah fighters", "US-backed rebels").
//
// Which method should I use?
//
//   - Match finds every actor mentioned in a tokenised sentence.
//   - Named looks up one name, Nearest guesses what a misspelt one meant.
//   - RoleActor and Role make the actor that a holder and a role noun name
//     together; LookupICEWS does it for names in the style of ICEWS.
//   - Actor, HolderAt and OfficesAt answer who somebody is, and when.
//
// # Combined actors
//
// Their ids derive from the holder's slug and the role's suffix
// ("actor:syria-military"), so the same words always name the same node. A
// row of the data files whose alias is the combined name ("Syrian military")
// takes its place. Organs of a state (kind government or military) are
// part_of it; its rebels, civilians, parties and outlets only have its
// country. Members and leaders of a group are the group. "US-backed rebels"
// side with the patron and are no part of it ("actor:united-states-aligned-rebels").
//
// # Data files
//
// The facts are in data/*.tsv, compiled into the program. Parse reads the
// same files from elsewhere, and layers them: a user's groups.tsv over
// Builtin adds actors and replaces those with the same id.
//
//   - states.tsv: states, territories and regions; a state and its government
//     are one actor.
//   - groups.tsv, organisations.tsv, outlets.tsv: all other collective actors.
//   - persons.tsv: persons with their offices, "role@actor FROM..TO".
//   - roles.tsv: role nouns. modifiers.tsv: words that may stand before them.
//   - words.tsv: names that are ordinary words too and need their capitals.
//   - ambiguous.tsv: names of several actors, likeliest first. A test fails
//     for names that two rows claim and this file does not list.
//
// All are tab separated, with one header line, # comments and blank lines;
// several values in a cell are parted by " | ". Ids are slugs without the
// prefix "actor:". Dates are YYYY, YYYY-MM or YYYY-MM-DD, both ends of an
// interval are included, and an end left out is open. An alias in capitals
// only matches in capitals.
//
// A Gazetteer does not change once it is read and may be used from many
// goroutines.
package gazetteer
