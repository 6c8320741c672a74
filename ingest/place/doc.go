// Package place is a gazetteer for conflict reporting: it finds the names of
// towns, provinces, countries, bases, camps, crossings, rivers and seas in
// news text and says which place on the map each one is.
//
// Three files make it up, all embedded:
//
//   - data/countries.tsv: every country with ISO 3166 codes, written by hand;
//   - data/variants.tsv: what no general gazetteer has, written by hand: air
//     bases, provinces, camps, fronts, seas, and the spellings of names that
//     news agencies use ("Deir ez-Zor", "Deir al-Zour", "Dayr az Zawr");
//   - data/places.tsv.gz: towns reduced from GeoNames by the reduce command,
//     all of them in countries prone to conflict, the bigger ones elsewhere.
//
// The towns come from GeoNames (https://www.geonames.org), licensed under
// Creative Commons Attribution 4.0
// (https://creativecommons.org/licenses/by/4.0/); names were folded and
// entries selected. See NOTICE.
//
// Names are compared folded: without accents, apostrophes and Arabic
// articles, with hyphens as blanks; see Fold. Many towns share their names
// with people and with plain words. Find therefore tells in Cue how the text
// introduces a name ("in", "the town of"), drops names that are mostly
// something else unless the text marks them as places, and Resolve chooses
// among places of one name by the countries that the context speaks of.
package place
