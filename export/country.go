package export

import (
	"strings"

	"golang.org/x/text/language"
)

// alpha2 turns ISO 3166 alpha-3 into alpha-2; "" if there is none.
func alpha2(alpha3 string) string {
	r, err := language.ParseRegion(alpha3)
	if err != nil || len(r.String()) != 2 {
		return ""
	}
	return r.String()
}

func ftmCountry(alpha3 string) string { return strings.ToLower(alpha2(alpha3)) }
