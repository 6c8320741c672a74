// Package cameo reads the actor codes of the CAMEO framework, "USAGOV",
// "SYRREB", "IGOUNO": strings of three-letter pieces, from the general to
// the specific.
//
// The codes are facts of the CAMEO codebook (Schrodt, Conflict and Mediation
// Event Observations Event and Actor Codebook, version 1.1b3, chapter 3:
// generic role codes, international codes, regions, religions) and of the
// lookup tables for countries, known groups and actor types that GDELT
// publishes with its data. What each piece means here (a state, a role noun
// or an organisation of the gazetteer) is in four tables:
//
//   - countries.tsv: ISO 3166 alpha-3, the FIPS 10-4 codes that GDELT's
//     places have, and codes of CAMEO that differ from ISO;
//   - roles.tsv: roles, religions and kinds of international actor;
//   - groups.tsv: known groups;
//   - regions.tsv: regions of the world and territories without a state.
package cameo
