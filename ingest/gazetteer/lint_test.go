package gazetteer

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/schema"
)

// ISO 3166-1 alpha-3, the user-assigned XKX (Kosovo), and codes withdrawn
// since that states of the data files had.
const countryCodes = "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR " +
	"BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV " +
	"CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR " +
	"GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN " +
	"IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC " +
	"MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA " +
	"NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU " +
	"SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK " +
	"TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB " +
	"ZWE XKX CSK DDR SCG SUN YMD YUG"

// builtin is Load; that it succeeds already means that ids are unique, kinds
// known, dates well formed and references resolved.
func builtin(t testing.TB) *Gazetteer {
	t.Helper()
	g, err := Load()
	if err != nil {
		t.Fatalf("the data files are broken:\n%v", err)
	}
	return g
}

func TestDataCountries(t *testing.T) {
	valid := strings.Fields(countryCodes)
	states := map[string]int{}
	for _, e := range builtin(t).All() {
		if c := e.Actor.Country; c != "" && !slices.Contains(valid, c) {
			t.Errorf("%s: %q is no ISO 3166 alpha-3 code", e.Actor.ID, c)
		}
		if e.Actor.Kind == schema.State && e.Actor.Country != "" {
			states[e.Actor.Country]++
		}
	}
	for c, n := range states {
		if n > 1 {
			t.Errorf("%d states have the code %s", n, c)
		}
	}
}

func TestDataAmbiguity(t *testing.T) {
	for _, a := range builtin(t).Ambiguous() {
		if !a.Listed {
			var slugs []string
			for _, id := range a.Actors {
				slugs = append(slugs, id.Slug())
			}
			t.Errorf("%q stands for several actors: change a data file, or list in ambiguous.tsv:\n%s\t%s", a.Name, a.Name, strings.Join(slugs, " | "))
		}
	}
}

// Months and weekdays would be found in every other sentence.
func TestDataNoCalendarWords(t *testing.T) {
	g := builtin(t)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if ids := g.Named(d.String()); ids != nil {
			t.Errorf("%s is a name of %v", d, ids)
		}
	}
	for m := time.January; m <= time.December; m++ {
		if ids := g.Named(m.String()); ids != nil {
			t.Errorf("%s is a name of %v", m, ids)
		}
	}
}

func TestDataSize(t *testing.T) {
	g := builtin(t)
	count := map[schema.ActorKind]int{}
	territories := 0
	for _, e := range g.All() {
		count[e.Actor.Kind]++
		if e.territory {
			territories++
		}
	}
	t.Logf("%v, of them %d in %s, %d role nouns", count, territories, statesFile, len(g.Roles()))
	if others := len(g.All()) - territories - count[schema.Person]; others < 250 {
		t.Errorf("%d groups, agencies, organisations and outlets, want at least 250", others)
	}
	if count[schema.State] < 200 {
		t.Errorf("%d states, want at least 200", count[schema.State])
	}
	if len(g.Roles()) < 450 {
		t.Errorf("%d role nouns, want at least 450", len(g.Roles()))
	}
}

// One id is one actor, by whatever holder and noun it is reached, and it is
// good for a store.
func TestDataCombinations(t *testing.T) {
	g := builtin(t)
	made := map[schema.ActorID]schema.Actor{}
	failures := 0
	for h := 0; h < len(g.entries); h += 11 { // all pairs take seconds
		for r := range g.roles {
			a := g.combine(int32(h), &g.roles[r])
			old, again := made[a.ID]
			made[a.ID] = a
			if a.Name != "" && a.Kind.Validate() == nil && (!again || old.Name == a.Name && old.Kind == a.Kind && old.Country == a.Country) {
				continue
			}
			if failures++; failures < 20 {
				t.Errorf("%s with %q gives %+v, an earlier role %+v", g.entries[h].Actor.ID, g.roles[r].Singular, a, old)
			}
		}
	}
}

func dataFolder(t *testing.T) string {
	dir := os.Getenv("FAULTLINE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no evaluation data: %v", err)
	}
	return dir
}

// Every country and every sector that ICEWS names often must be known.
func TestDataCoversICEWS(t *testing.T) {
	f, err := os.Open(filepath.Join(dataFolder(t), "icews", "icews-2005-2015-sample.tsv.gz"))
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	g := builtin(t)
	states := map[string]bool{}
	for _, e := range g.All() {
		if e.Actor.Kind == schema.State {
			states[Fold(e.Actor.Name)] = true
		}
	}
	missing := map[string]int{}
	var all, known, sectors, knownSectors int
	sc := bufio.NewScanner(z)
	for sc.Scan() {
		cells := strings.Split(sc.Text(), "\t")
		if len(cells) != 4 {
			continue
		}
		on, err := schema.ParseDay(cells[3])
		if err != nil {
			continue
		}
		for _, name := range []string{cells[0], cells[2]} {
			all++
			_, ok := g.LookupICEWS(name, on)
			_, holder, sector := cutHolder(name)
			if ok {
				known++
			}
			if sector {
				sectors++
				if ok {
					knownSectors++
				} else if states[Fold(holder)] {
					missing[name]++
				}
			}
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("known: %d of %d names (%.1f %%), of them %d of %d with a holder (%.1f %%)",
		known, all, 100*float64(known)/float64(all), knownSectors, sectors, 100*float64(knownSectors)/float64(sectors))
	for name, n := range missing {
		if n >= 3 {
			t.Errorf("%s, %d times, is unknown", name, n)
		}
	}
	if share := float64(knownSectors) / float64(sectors); share < 0.98 {
		t.Errorf("%.3f of names with a holder are known, want 0.98", share)
	}
}
