package cameo

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"faultline/schema"
)

//go:embed countries.tsv
var countriesTable string

//go:embed roles.tsv
var rolesTable string

//go:embed groups.tsv
var groupsTable string

//go:embed regions.tsv
var regionsTable string

// Role is one row of roles.tsv.
type Role struct {
	Code string
	Noun string           // role noun of the gazetteer, "=" for the holder itself, "-" if the piece only qualifies
	Kind schema.ActorKind // of an actor without a country
	Rank int              // 1 primary, 2 secondary, 3 tertiary, 4 international, 5 religion
	Name string           // for people
}

// Group is one row of groups.tsv or regions.tsv.
type Group struct {
	Code string
	Slug string // of the actor's id
	Kind schema.ActorKind
	Name string
}

// Country returns the ISO 3166 alpha-3 code of a country code of CAMEO.
func Country(code string) (iso3 string, ok bool) {
	iso3, ok = tables().countries[code]
	return iso3, ok
}

// CountryOfFIPS returns the ISO 3166 alpha-3 code of a FIPS 10-4 country
// code ("UP" is UKR); false for seas and unknown codes.
func CountryOfFIPS(fips string) (iso3 string, ok bool) {
	iso3, ok = tables().fips[fips]
	return iso3, ok
}

type lookup struct {
	countries map[string]string // CAMEO → ISO
	fips      map[string]string // FIPS 10-4 → ISO
	roles     map[string]Role
	groups    map[string]Group
	regions   map[string]Group
}

var tables = sync.OnceValue(func() *lookup {
	t := &lookup{
		countries: map[string]string{}, fips: map[string]string{}, roles: map[string]Role{},
		groups: groupsOf("groups.tsv", groupsTable), regions: groupsOf("regions.tsv", regionsTable),
	}
	for _, c := range rows("countries.tsv", countriesTable, 3) {
		t.countries[c[0]] = c[0]
		for _, f := range strings.Fields(c[1]) {
			t.fips[f] = c[0]
		}
		for _, f := range strings.Fields(c[2]) {
			t.countries[f] = c[0]
		}
	}
	for _, c := range rows("roles.tsv", rolesTable, 5) {
		rank, err := strconv.Atoi(c[3])
		if err != nil {
			panic("cameo: roles.tsv: " + err.Error()) // embedded; a test reads it whole
		}
		t.roles[c[0]] = Role{Code: c[0], Noun: c[1], Kind: schema.ActorKind(c[2]), Rank: rank, Name: c[4]}
	}
	return t
})

func groupsOf(file, table string) map[string]Group {
	groups := map[string]Group{}
	for _, c := range rows(file, table, 4) {
		groups[c[0]] = Group{Code: c[0], Slug: c[1], Kind: schema.ActorKind(c[2]), Name: c[3]}
	}
	return groups
}

// rows returns the cells of an embedded table below its header.
func rows(file, table string, columns int) [][]string {
	var all [][]string
	for n, line := range strings.Split(table, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != columns {
			panic(fmt.Sprintf("cameo: %s:%d: %d cells", file, n+1, len(c))) // embedded; a test reads it whole
		}
		all = append(all, c)
	}
	return all[1:]
}
