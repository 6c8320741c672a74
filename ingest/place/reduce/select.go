package main

// Countries where analysts need every village: at war, or at its edge.
const everything = "AF AM AZ BF BI CD CF CM DJ ER ET GE HT IL IQ JO KM LB LY MD ML MM MZ NE PS RW SD SO SS SY TD UA UG XK YE "

// Countries with conflict in some parts: towns of some size.
const towns3000 = "AL BA BD BH BY CI CO CY DZ EC EG EH GN GW HN KE KG KH KP KW KZ LK LR MA ME MK MR MY NG NI NP OM PG PK QA RS SA SL SN SV TG TJ TM TN TR TW TZ UZ VE ZW BJ GT AE IR "

// Divisions of other countries with conflict, where every village counts:
// the border with Ukraine and the Caucasus, Kashmir, the north-east and the
// Naxalite belt of India, Mindanao.
const wholeDivisions = "RU.09 RU.10 RU.41 RU.38 RU.61 RU.12 RU.17 RU.19 RU.68 RU.22 RU.27 RU.70 RU.01 RU.86 IN.12 IN.41 IN.17 IN.20 IN.37 IN.30 IN.03 IN.18 IN.31 IN.26 " +
	"PH.09 PH.10 PH.11 PH.12 PH.14 "

// Countries whose divisions the news name on their own.
const divisionCountries = everything + "PK IN IR TR EG SA OM DZ MA TN NG KE RU CN KZ KG TJ UZ KP KR TW PH ID TH MY LK BD NP CO VE MX BR AR EC PE US CA AU DE ES IT FR GB BY RS BA MK CY BH KW QA AE TZ ZA MR CI SN "

// Countries whose names reach English from another script, so that every
// further spelling may turn up.
const respelled = "AF AE AM AZ BH BY CY DJ DZ EG EH ER ET GE IL IQ IR JO KG KM KP KW KZ LB LY MA MD MM MR OM PK PS QA RU SA SD SO SS SY TD TJ TM TN UA UZ XK YE RS MK BA ME "

// enough tells whether a town is big enough for the gazetteer.
func (t *town) enough() bool {
	switch t.feature {
	case "PPLQ", "PPLH", "PPLW", "PPLCH", "PPLR": // abandoned, destroyed
		return t.population > 0 && has(everything, t.code2)
	case "PPLX": // a quarter
		return has(everything, t.code2) || t.population >= 200000
	}
	switch {
	case has(everything, t.code2):
		if t.code2 == "UA" || t.code2 == "AM" {
			return t.population >= 300 || t.feature != "PPL"
		}
		return true
	case has(wholeDivisions, t.division):
		return t.population >= 1000 || t.feature != "PPL"
	case has(towns3000, t.code2):
		return t.population >= 5000 || t.feature == "PPLC" || t.feature == "PPLA" || t.feature == "PPLA2" && t.population >= 2000
	case t.feature == "PPLC":
		return true
	case t.feature == "PPLA":
		return t.population >= 10000
	}
	return t.population >= 15000
}

// has tells whether a list of words, each followed by a blank, holds one.
func has(list, word string) bool {
	for i := 0; i+len(word) < len(list); {
		j := i
		for list[j] != ' ' {
			j++
		}
		if list[i:j] == word {
			return true
		}
		i = j + 1
	}
	return false
}
