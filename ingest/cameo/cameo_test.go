package cameo

import (
	"slices"
	"testing"

	"faultline/ingest/gazetteer"
	"faultline/schema"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		code                         string
		country, region, group, role string
		rest                         []string
	}{
		{code: "USA", country: "USA"},
		{code: "USAGOV", country: "USA", role: "GOV"},
		{code: "SYRREB", country: "SYR", role: "REB"},
		{code: "IRQMIL", country: "IRQ", role: "MIL"},
		{code: "PALINS", country: "PSE", role: "INS"},
		{code: "KSVGOVLEG", country: "XKX", role: "LEG"},
		{code: "USAGOVMIL", country: "USA", role: "MIL"},
		{code: "USAGOVBUS", country: "USA", role: "GOV"},
		{code: "USABUSGOV", country: "USA", role: "GOV"},
		{code: "IGOUNO", group: "UNO", role: "IGO"},
		{code: "IGOUNOREFHCR", group: "HCR", role: "REF"},
		{code: "IGOUNOKID", group: "KID", role: "IGO"},
		{code: "IGOUNOPKO", group: "UNO", role: "PKO"},
		{code: "EUREEC", region: "EUR", group: "EEC"},
		{code: "MNCUSA", country: "USA", role: "MNC"},
		{code: "NGOEUR", region: "EUR", role: "NGO"},
		{code: "COP", role: "COP"},
		{code: " UIS", role: "UIS"}, // a leading blank in old rows
		{code: "CHRPRO210", role: "CHR", rest: []string{"210"}},
		{code: "RADMUS", role: "MUS"},
		{code: "MOSRAD", role: "MOS"},
		{code: "MUSRAD", country: "MUS", role: "RAD"},
		{code: "SUN", country: "SUN"},
		{code: "IRQSUN", country: "IRQ", role: "SUN"},
		{code: "USRARM", country: "SUN", rest: []string{"ARM"}},
		{code: "PAKGOVkas", country: "PAK", role: "GOV", rest: []string{"KAS"}},
		{code: "LB", rest: []string{"LB"}},
		{code: "---", rest: []string{"---"}},
		{code: ""},
	} {
		got := Parse(c.code)
		if got.Country != c.country || got.Region.Code != c.region || got.Group.Code != c.group ||
			got.Role.Code != c.role || !slices.Equal(got.Rest, c.rest) {
			t.Errorf("Parse(%q) = %+v, want %+v", c.code, got, c)
		}
		if known := c.country+c.region+c.group+c.role != ""; got.Known() != known {
			t.Errorf("Parse(%q).Known() = %v", c.code, !known)
		}
	}
}

func TestCountryOfFIPS(t *testing.T) {
	for fips, want := range map[string]string{
		"UP": "UKR", "SF": "ZAF", "RS": "RUS", "BO": "BLR", "RP": "PHL", "CH": "CHN", "AS": "AUS", "GZ": "PSE", "WE": "PSE",
		"KV": "XKX", "YI": "SCG", "IZ": "IRQ", "CG": "COD", "CF": "COG", "SU": "SDN", "OD": "SSD", "GM": "DEU", "EI": "IRL",
		"OS": "", "": "", "ZZ": "",
	} {
		if got, ok := CountryOfFIPS(fips); got != want || ok != (want != "") {
			t.Errorf("CountryOfFIPS(%q) = %q, %v; want %q", fips, got, ok, want)
		}
	}
}

// Every noun, group and country is what the gazetteer calls it.
func TestTablesFitTheGazetteer(t *testing.T) {
	g, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	france := schema.MakeActorID("france")
	for code, r := range tables().roles {
		if r.Noun != "=" && r.Noun != "-" {
			if _, ok := g.RoleActor(france, r.Noun); !ok {
				t.Errorf("%s: the gazetteer has no role noun %q", code, r.Noun)
			}
		}
		if r.Kind != "" {
			if err := r.Kind.Validate(); err != nil {
				t.Errorf("%s: %v", code, err)
			}
		}
	}
	for _, groups := range []map[string]Group{tables().groups, tables().regions} {
		missing := 0
		for code, group := range groups {
			if err := group.Kind.Validate(); err != nil {
				t.Errorf("%s: %v", code, err)
			}
			if _, ok := g.Actor(schema.MakeActorID(group.Slug)); ok {
				continue
			}
			missing++
			if ids := g.Named(group.Name); len(ids) > 0 {
				t.Errorf("%s: the gazetteer calls %s %s", code, group.Name, ids[0])
			}
		}
		if missing > len(groups)/2 {
			t.Errorf("the gazetteer lacks %d of %d groups", missing, len(groups))
		}
	}
	if n := len(tables().fips); n < 240 {
		t.Errorf("%d FIPS codes", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("USAGOVMIL")
	f.Add("é£\x00")
	f.Fuzz(func(t *testing.T, code string) {
		if a := Parse(code); a.Role.Noun == "" && a.Role.Code != "" {
			t.Errorf("%+v", a)
		}
	})
}
