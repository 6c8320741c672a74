package nlp

// Closed word lists of the tokenizer and the sentence splitter. They are
// read-only.

type abbrKind uint8

const (
	_           abbrKind = iota
	abbrTitle            // a name follows: never ends a sentence
	abbrEnds             // may end a sentence
	abbrCapital          // abbreviation only when capitalised; may end a sentence
	abbrNumber           // abbreviation only before a number
)

var abbreviations = buildAbbreviations()

func buildAbbreviations() map[string]abbrKind {
	m := map[string]abbrKind{}
	for kind, list := range map[abbrKind][]string{
		abbrTitle:   {"mr", "mrs", "ms", "mme", "mlle", "messrs", "dr", "prof", "gen", "maj", "col", "lt", "capt", "cpl", "sgt", "cmdr", "adm", "brig", "pvt", "sen", "rep", "reps", "sens", "gov", "pres", "rev", "hon", "st", "ste", "fr", "supt", "insp", "amb", "atty", "msgr", "vs", "cf", "viz", "mt", "ft", "pfc", "spc", "cdr", "vadm", "radm", "gens", "cols", "drs", "govt"},
		abbrEnds:    {"etc", "inc", "corp", "ltd", "llc", "bros", "jr", "sr", "esq", "dept", "est", "approx", "assn", "ave", "blvd", "plc", "al", "natl", "intl", "univ", "mfg", "hwy"},
		abbrCapital: {"co", "cos", "rd", "jan", "feb", "aug", "sept", "sep", "oct", "nov", "dec", "ga", "calif", "conn", "tex", "mass", "mich", "minn", "ariz", "colo", "ky", "wis", "tenn", "okla", "ont", "que", "ill", "ala", "fla", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "mon", "vol", "ph"},
		abbrNumber:  {"no", "nos", "mar", "apr", "jun", "jul", "sat", "sun", "art", "sec", "fig", "figs", "pp", "chap", "para", "ed", "ver", "ext", "op", "ca", "div", "res", "dist"},
	} {
		for _, w := range list {
			m[w] = kind
		}
	}
	return m
}

func wordSet(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

var (
	// prefixes keep the hyphen that follows them, as in the treebanks.
	prefixes = wordSet("anti", "ante", "arch", "bi", "co", "counter", "cross", "de", "e", "ex", "extra",
		"hyper", "inter", "intra", "macro", "mega", "meta", "micro", "mid", "mini", "mis", "multi", "neo",
		"non", "over", "pan", "para", "post", "pre", "pro", "pseudo", "psycho", "quasi", "re", "semi",
		"socio", "sub", "super", "supra", "trans", "tri", "ultra", "un", "under", "uni", "vice", "infra")

	// slashed are abbreviations written with a slash, up to the letter after it.
	slashed = wordSet("w/o", "s/h", "n/a", "c/o", "l/c", "i/c", "a/c")

	dollars = wordSet("US", "U", "A", "C", "AU", "HK", "NZ", "CA", "S", "NT", "R")

	domains = wordSet("com", "org", "net", "gov", "edu", "mil", "int", "co", "uk", "ru", "sy", "ir", "tr",
		"il", "de", "fr", "eu", "io", "info", "tv", "me", "us", "ca", "doc", "pdf", "html", "htm", "xls", "txt", "zip", "mp3", "jpg")

	units = wordSet("am", "pm", "a.m.", "p.m.", "k", "m", "b", "bn", "mn", "tn", "km", "kms", "kg", "kgs", "mm", "cm", "ft", "lb", "lbs",
		"mph", "kph", "kmh", "g", "mg", "ml", "hrs", "hr", "mins", "min", "yrs", "yr", "gb", "mb", "tb", "mw", "kw", "ghz", "mhz", "hz", "in", "oz", "x", "bbl", "bpd")

	// contractions written together, and where they divide.
	contractions = map[string]int{
		"cannot": 3, "gonna": 3, "wanna": 3, "gotta": 3, "gimme": 3, "lemme": 3,
		"dont": 2, "didnt": 3, "doesnt": 4, "cant": 2, "wont": 2, "isnt": 2, "arent": 3, "wasnt": 3, "werent": 4,
		"havent": 4, "hasnt": 3, "hadnt": 3, "wouldnt": 5, "couldnt": 5, "shouldnt": 6, "aint": 2, "im": 1, "ive": 1,
		"theyre": 4, "youre": 3, "theyve": 4, "weve": 2, "youve": 3, "theyll": 4, "youll": 3,
	}

	smileys = []string{":)", ":-)", ":(", ":-(", ";)", ";-)", ":D", ":P"}

	// starters are words that, capitalised, begin a sentence far more often
	// than they continue a name.
	starters = wordSet("the", "a", "an", "this", "that", "these", "those", "he", "she", "it", "they", "we", "i", "you",
		"his", "her", "their", "its", "our", "my", "in", "on", "at", "but", "and", "or", "so", "for", "from", "with", "by", "as",
		"if", "when", "while", "after", "before", "since", "however", "meanwhile", "although", "though", "there", "here",
		"what", "who", "how", "why", "where", "according", "also", "more", "most", "many", "some", "several", "both", "one",
		"no", "not", "then", "now", "last", "earlier", "later", "under", "during", "despite", "about", "all", "at", "to",
		"nearly", "another", "other", "such", "each", "because", "until", "once", "yet", "still", "only", "even", "just")
)
