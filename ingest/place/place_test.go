package place

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"faultline/schema"
)

var loadOnce = sync.OnceValues(Load)

func loaded(t testing.TB) *Gazetteer {
	t.Helper()
	g, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// show writes mentions as "text=id(cue)"; "?" stands for none that is likely.
func show(g *Gazetteer, text string, countries []string) string {
	var out []string
	for _, m := range g.Find(text, Options{}) {
		id := "?"
		if p, ok := g.Resolve(m, countries); ok {
			id = p.ID.Slug()
		}
		s := text[m.Start:m.End] + "=" + id
		if m.Cue != CueNone {
			s += "(" + string(m.Cue) + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestFindAndResolve(t *testing.T) {
	g := loaded(t)
	tests := []struct {
		text, countries, want string
	}{
		// spellings
		{"Shells fell in Deir Ezzor.", "", "Deir Ezzor=deir-ezzor(in)"},
		{"Shells fell in Deir ez-Zor.", "", "Deir ez-Zor=deir-ezzor(in)"},
		{"Shells fell in Deir al-Zour.", "", "Deir al-Zour=deir-ezzor(in)"},
		{"Shells fell in Deir al-Zor.", "", "Deir al-Zor=deir-ezzor(in)"},
		{"Shells fell in Dayr az Zawr.", "", "Dayr az Zawr=deir-ezzor(in)"},
		{"Shells fell in Deir Ezzour.", "", "Deir Ezzour=deir-ezzor(in)"},
		{"Shells fell in Raqqa.", "", "Raqqa=raqqa(in)"},
		{"Shells fell in ar-Raqqah.", "", "ar-Raqqah=raqqa(in)"},
		{"Shells fell in Al Raqqa.", "", "Al Raqqa=raqqa(in)"},
		{"Shells fell in Hassakeh.", "", "Hassakeh=hasaka(in)"},
		{"Shells fell in al-Hasakah.", "", "al-Hasakah=hasaka(in)"},
		{"Shells fell in Alboukamal.", "", "Alboukamal=albu-kamal(in)"},
		{"Shells fell in Abu Kamal.", "", "Abu Kamal=albu-kamal(in)"},
		{"Shells fell in Al-Bukamal.", "", "Al-Bukamal=albu-kamal(in)"},
		{"They left al-Mayadeen.", "", "al-Mayadeen=mayadin"},
		{"Shells fell in Khan Sheikhun.", "", "Khan Sheikhun=khan-sheikhoun(in)"},
		{"Shells fell in Ma'arrat al-Nu'man.", "", "Ma'arrat al-Nu'man=maarat-al-numan(in)"},
		{"Shells fell in Sana’a.", "", "Sana’a=sanaa(in)"},
		{"Shells fell in Khan Yunis.", "", "Khan Yunis=khan-younis(in)"},
		{"Shells fell in Al-Bab.", "", "Al-Bab=al-bab(in)"},
		{"Shells fell in Kiev.", "", "Kiev=kyiv(in)"},
		{"Shells fell in Zaporozhye.", "", "Zaporozhye=zaporizhzhia(in)"},
		{"Shells fell in Slavyansk.", "", "Slavyansk=sloviansk(in)"},
		{"Shells fell in Lashkargah.", "", "Lashkargah=lashkar-gah(in)"},
		{"Shells fell in Mazar-e-Sharif.", "", "Mazar-e-Sharif=mazar-i-sharif(in)"},
		{"Shells fell in Diyarbakır.", "", "Diyarbakır=diyarbakir(in)"},
		{"Shells fell in Şanlıurfa.", "", "Şanlıurfa=sanliurfa(in)"},
		{"Shells fell in Port-au-Prince.", "", "Port-au-Prince=port-au-prince(in)"},
		{"Shells fell in the provinces of Latakia and Aleppo.", "", "Latakia=latakia-province(in); Aleppo=aleppo-province(in)"},
		{"Shells fell in the provinces of Latakia and Aleppo city.", "", "Latakia=latakia-province(in); Aleppo city=aleppo(in)"},
		{"Shells fell in the province of Latakia and Aleppo.", "", "Latakia=latakia-province(in); Aleppo=aleppo(in)"},
		{"They met in St. Petersburg.", "", "St. Petersburg=saint-petersburg(in)"},
		{"They met in Washington, D.C.", "", "Washington, D.C=washington-d-c(in)"},
		{"They met in the U.S. capital.", "", "U.S=united-states(in)"},
		{"They met in Syrias Idlib.", "", "Syrias=syria(container); Idlib=idlib(in)"},
		{"They met in Turkeys capital.", "", "Turkeys=turkey(in)"},
		// bases, camps, crossings, waters, regions
		{"Missiles hit the Hatzor air base.", "", "Hatzor air base=hatzor-air-base(object)"},
		{"Jets left Hmeimim.", "", "Hmeimim=hmeimim-air-base"},
		{"Jets left the Khmeimim base.", "", "Khmeimim base=hmeimim-air-base(unit)"},
		{"Missiles hit the T4 airbase.", "", "T4 airbase=t4-air-base(object)"},
		{"Missiles hit Shayrat airbase.", "", "Shayrat airbase=shayrat-air-base(object)"},
		{"US troops at al-Tanf were hit.", "", "US=united-states; al-Tanf=al-tanf(at)"},
		{"Fire was seen near the Deir Ezzor military airport.", "", "Deir Ezzor military airport=deir-ezzor-military-airport(near)"},
		{"A strike in Dahiyeh killed two.", "", "Dahiyeh=dahiyeh(in)"},
		{"A strike on the southern suburbs of Beirut killed two.", "", "southern suburbs of Beirut=dahiyeh(at)"},
		{"Troops moved into southern Lebanon.", "", "southern Lebanon=southern-lebanon(to)"},
		{"Troops moved to the Golan Heights.", "", "Golan Heights=golan-heights(to)"},
		{"Aid entered the Gaza Strip through Rafah crossing.", "", "Gaza Strip=gaza-strip(object); Rafah crossing=rafah-crossing(near)"},
		{"Aid entered Gaza strip.", "", "Gaza strip=gaza-strip(object)"},
		{"Settlers in the West Bank protested.", "", "West Bank=west-bank(in)"},
		{"Fighting in the Donbas goes on.", "", "Donbas=donbas(in)"},
		{"Ships in the Black Sea fired.", "", "Black Sea=black-sea(in)"},
		{"They cross the Aegean Sea by boat.", "", "Aegean Sea=aegean-sea(object)"},
		{"A drone fell near the Zaporizhzhia nuclear power plant.", "", "Zaporizhzhia nuclear power plant=zaporizhzhia-nuclear-power-plant(near)"},
		{"Families in al-Hol camp wait.", "", "al-Hol camp=al-hol-camp(in)"},
		{"A blast in Ain al-Hilweh killed one.", "", "Ain al-Hilweh=ain-al-hilweh(in)"},
		{"The army crossed the Litani River.", "", "Litani River=litani-river(object)"},
		{"Rockets fell on Nahariya and Ashdod.", "", "Nahariya=nahariya(at); Ashdod=ashdod(at)"},
		{"Fighting for Bakhmut goes on.", "", "Bakhmut=bakhmut(to)"},
		{"They attacked Bagram Airfield.", "", "Bagram Airfield=bagram(object)"},
		{"Clashes in Nagorno-Karabakh went on.", "", "Nagorno-Karabakh=nagorno-karabakh(in)"},
		{"The Line of Control was quiet.", "", "Line of Control=line-of-control"},
		// units
		{"Strikes hit Idlib province.", "", "Idlib province=idlib-province(object)"},
		{"Strikes hit the province of Idlib.", "", "Idlib=idlib-province(unit)"},
		{"Strikes hit the city of Idlib.", "", "Idlib=idlib(unit)"},
		{"Strikes hit Aleppo city.", "", "Aleppo city=aleppo(unit)"},
		{"Strikes hit Deir Ezzor Governorate.", "", "Deir Ezzor Governorate=deir-ezzor-province(unit)"},
		{"Strikes hit Kharkiv Oblast.", "", "Kharkiv Oblast=kharkiv-oblast(object)"},
		{"Strikes hit Kharkiv.", "", "Kharkiv=kharkiv(object)"},
		{"They took Tal Hadyah town.", "", "Tal Hadyah town=tal-hadya(unit)"},
		{"They took the town of Tabqa.", "", "Tabqa=tabqa(unit)"},
		{"They vote in the state of Uttarakhand.", "", "Uttarakhand=uttarakhand(in)"},
		{"They vote in the state of Georgia.", "", "Georgia=georgia-province(in)"},
		{"Gunmen raided a village in Borno state.", "", "Borno state=borno(in)"},
		// cues
		{"They overran al Bab in 2014.", "", "al Bab=al-bab(object)"},
		{"Two men from Homs were held in Beirut.", "", "Homs=homs(origin); Beirut=beirut(in)"},
		{"A rebel spokesman from Aleppo spoke.", "", "Aleppo=aleppo(origin)"},
		{"They evacuated civilians from Aleppo.", "", "Aleppo=aleppo(from)"},
		{"Rockets fired from Gaza hit Ashdod.", "", "Gaza=gaza-city(from); Ashdod=ashdod(object)"},
		{"Rebels positioned in Daraya shelled Damascus.", "", "Daraya=daraya(origin); Damascus=damascus(object)"},
		{"Troops entered Douma to the east of Damascus.", "", "Douma=douma(object); Damascus=damascus(container)"},
		{"A mine blew up in Khan Sheikhoun near Idlib.", "", "Khan Sheikhoun=khan-sheikhoun(in); Idlib=idlib(container)"},
		{"They fled from the Damascus suburb of Douma.", "", "Damascus=damascus(from); Douma=douma(near)"},
		{"The Kremlin denied it.", "", ""},
		{"They met in the Kremlin.", "", "Kremlin=kremlin(in)"},
		{"Clashes broke out in the western Syrian city of Homs.", "", "Homs=homs(in)"},
		{"Clashes broke out in rebel-held Idlib.", "", "Idlib=idlib(in)"},
		{"Clashes broke out in Homs, Hama and Idlib.", "", "Homs=homs(in); Hama=hama(in); Idlib=idlib(in)"},
		{"Clashes broke out north of Aleppo.", "", "Aleppo=aleppo(near)"},
		{"Clashes broke out on the outskirts of Damascus.", "", "Damascus=damascus(near)"},
		{"They withdrew from Kherson.", "", "Kherson=kherson(from)"},
		{"They were driven out of Raqqa province.", "", "Raqqa province=raqqa-province(from)"},
		{"They advanced towards Palmyra.", "", "Palmyra=palmyra(to)"},
		{"They captured Mosul.", "", "Mosul=mosul(object)"},
		{"The Damascus-based group spoke.", "", "Damascus=damascus(attribute)"},
		{"Tehran-backed fighters left.", "", "Tehran=tehran(attribute)"},
		{"Syria's Idlib was bombed.", "", "Syria=syria(container); Idlib=idlib"},
		{"Damascus rejected the plan.", "", "Damascus=damascus"},
		{"BEIRUT (Agency) - Nine died.", "", "BEIRUT=beirut"},
		// one name, many places
		{"A bomb went off in Tripoli.", "", "Tripoli=tripoli(in)"},
		{"A bomb went off in Tripoli.", "LBN", "Tripoli=tripoli-lbn(in)"},
		{"A bomb went off in Tripoli, Lebanon.", "", "Tripoli=tripoli-lbn(in); Lebanon=lebanon(container)"},
		{"A bomb went off in Tripoli.", "USA LBY", "Tripoli=tripoli(in)"},
		{"Talks went on in Damascus.", "USA", "Damascus=damascus(in)"},
		{"Talks went on in Geneva.", "USA SYR", "Geneva=geneva(in)"},
		{"A bomb went off in Hyderabad.", "PAK", "Hyderabad=hyderabad-pak(in)"},
		{"A bomb went off in Hyderabad.", "IND", "Hyderabad=hyderabad(in)"},
		{"Police in Punjab fired.", "PAK", "Punjab=punjab-pak(in)"},
		{"Police in Punjab fired.", "IND", "Punjab=punjab-ind(in)"},
		{"Russian troops entered Georgia.", "RUS", "Georgia=georgia(object)"},
		{"Two died in Atlanta, Georgia.", "USA", "Atlanta=atlanta(in); Georgia=georgia-province(container)"},
		{"Talks were held in Vienna, Austria.", "", "Vienna=vienna(in); Austria=austria(container)"},
		{"Troops are in Brest.", "BLR", "Brest=brest-blr(in)"},
		{"A raid on Al Bayda killed two.", "YEM", "Al Bayda=al-bayda-yem(at)"},
		{"A raid on Al Bayda killed two.", "LBY", "Al Bayda=bayda(at)"},
		// countries
		{"War in Syria goes on.", "", "Syria=syria(in)"},
		{"War in the Democratic Republic of the Congo goes on.", "", "Democratic Republic of the Congo=democratic-republic-of-the-congo(in)"},
		{"War in South Sudan goes on.", "", "South Sudan=south-sudan(in)"},
		{"Troops left Ivory Coast.", "", "Ivory Coast=ivory-coast"},
		{"Britain and France agreed.", "", "Britain=united-kingdom; France=france"},
		{"The UAE sent aid to North Korea.", "", "UAE=united-arab-emirates; North Korea=north-korea(to)"},
		// what is no place
		{"They told us in May that most of us may go.", "", ""},
		{"Police said Friday that Hamas fired.", "", ""},
		{"Mobile phones and Nice people; Reading is fun.", "", ""},
		{"A man in Reading was held.", "", "Reading=reading(in)"},
		{"Most people Split. Of course.", "", ""},
		{"George Bush met Taylor Jackson.", "", ""},
		{"The star Michael Jordan played.", "", ""},
		{"The Washington Post wrote it.", "", ""},
		{"The Jordan Times wrote it.", "", ""},
		{"The Kurdistan Workers' Party fired.", "", ""},
		{"Al Gore spoke.", "", ""},
		{"SANA reported it.", "", ""},
		{"Fatah members met.", "", ""},
		{"Militants in FATA met.", "", "FATA=fata(in)"},
		{"President Ramos met Carney.", "", ""},
		{"damascus and aleppo", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		if got := show(g, tt.text, strings.Fields(tt.countries)); got != tt.want {
			t.Errorf("%q (%s)\n got %q\nwant %q", tt.text, tt.countries, got, tt.want)
		}
	}
}

// showUnlisted is show with the names that no list has, which it marks "!".
func showUnlisted(g *Gazetteer, text string) string {
	var out []string
	for _, m := range g.Find(text, Options{Unlisted: true}) {
		s := text[m.Start:m.End]
		if m.Unlisted {
			s += "!"
		}
		out = append(out, s+"("+string(m.Cue)+")")
	}
	return strings.Join(out, "; ")
}

func TestUnlisted(t *testing.T) {
	g := loaded(t)
	for _, tc := range []struct{ text, want string }{
		{"Shells fell in the village of Qarnitiya.", "Qarnitiya!(in)"},
		{"Shells fell in the village of Sheikh Qarnit.", "Sheikh Qarnit!(in)"},
		{"They shelled the Qarnit checkpoint.", "Qarnit checkpoint!(object)"},
		{"They took control of the Qarnit checkpoint.", "Qarnit checkpoint!(of)"},
		{"They took the Qarnit hill.", "Qarnit hill!(object)"},
		{"A truck was hit near Qarnit crossroads.", "Qarnit crossroads!(near)"},
		{"Shells fell in the southern Qarnit district.", "Qarnit district!(in)"},
		{"Shells fell in Aleppo's Bir al-Qarnit neighborhood.", "Aleppo(in); Bir al-Qarnit neighborhood!(in)"},
		{"Soldiers died at al-Qarnit on Sunday.", "al-Qarnit!(at)"},
		{"Shells fell near al-Qarnit Hill.", "al-Qarnit Hill!(near)"},
		{"They looked at Qarnit on Sunday.", ""},
		{"Shells fell at Qarnit el-Kos, a small village.", "Qarnit el-Kos!(at)"},
		{"They looked at Qarnit, a soldier.", ""},
		// what something is said to be in
		{"Shells fell in Qarnitiya.", "Qarnitiya!(in)"},
		{"Shells fell in Qarnitiya on Sunday.", "Qarnitiya!(in)"},
		{"Shells fell in Qarnitiya where rebels were.", "Qarnitiya!(in)"},
		{"Shells fell near al-Qarnit activists said.", "al-Qarnit!(near)"},
		{"Shells fell on the outskirts of Tell Qarnit.", "Tell Qarnit!(near)"},
		{"Shells fell in Wadi al-Qarnit.", "Wadi al-Qarnit!(in)"},
		{"They fled to a post in nearby Qarnitiya.", "Qarnitiya!(in)"},
		// what is no place
		{"Shells Fall In Qarnitiya", ""},
		{"The Attack in Qarnitiya Was Foul", ""},
		{"A vote in Parliament failed.", ""},
		{"He wrote in Arabic.", ""},
		{"She believes in Qarnit's plan.", ""},
		{"They served in Jaish al-Qarnit.", ""},
		{"He is an expert in Qarnit policy.", ""},
		{"A feud in the Qarnit family went on.", ""},
		{"They trust in Colonel Qarnit.", ""},
		{"An office in QARNIT.", ""},
	} {
		if got := showUnlisted(g, tc.text); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.text, got, tc.want)
		}
	}
}

func TestFold(t *testing.T) {
	tests := []struct {
		name, key string
		bound     bool
	}{
		{"Deir ez-Zor", "deir zor", false},
		{"Ar Raqqah", "raqa", true},
		{"Al-Hasakah", "hasaka", false},
		{"Ma`arrat an Nu`mān", "maarat numan", false},
		{"Sana'a", "sanaa", false},
		{"Şanlıurfa", "sanliurfa", false},
		{"Al Ḩirāk", "hirak", true},
		{"N'Djamena", "ndjamena", false},
		{"Syria's Homs", "syria homs", false},
		{"Al", "al", false},
		{"", "", false},
	}
	for _, tt := range tests {
		key, bound := Fold(tt.name)
		if key != tt.key || bound != tt.bound {
			t.Errorf("Fold(%q) = %q, %v; want %q, %v", tt.name, key, bound, tt.key, tt.bound)
		}
	}
}

func TestWeakOnRequest(t *testing.T) {
	g := loaded(t)
	text := "Reading is fun, the Washington Post wrote."
	ms := g.Find(text, Options{Weak: true})
	if len(ms) != 2 || !ms[0].Weak || !ms[1].Part {
		t.Errorf("got %+v, want a weak mention and a part of a name", ms)
	}
}

func TestPlaceAndCountry(t *testing.T) {
	g := loaded(t)
	p, ok := g.Place("place:deir-ezzor")
	if !ok || p.Country != "SYR" || p.Kind != Town || p.Within != "place:deir-ezzor-province" || math.Abs(p.Latitude-35.336) > 0.05 {
		t.Errorf("deir-ezzor: %+v, %v", p, ok)
	}
	if p, ok = g.Place(p.Within); !ok || p.Kind != Province || p.Within != "place:syria" {
		t.Errorf("deir-ezzor-province: %+v, %v", p, ok)
	}
	if c, ok := g.Country("SYR"); !ok || c.ID != "place:syria" || c.Within != "" {
		t.Errorf("SYR: %+v, %v", c, ok)
	}
	if _, ok := g.Place("place:nowhere-at-all"); ok {
		t.Error("found nowhere-at-all")
	}
	if _, ok := g.Country("QQQ"); ok {
		t.Error("found QQQ")
	}
}

func TestCandidates(t *testing.T) {
	g := loaded(t)
	ms := g.Find("in Tripoli", Options{})
	if len(ms) != 1 {
		t.Fatalf("got %d mentions", len(ms))
	}
	cs := g.Candidates(ms[0])
	if len(cs) < 2 || cs[0].ID != "place:tripoli" || cs[1].ID != "place:tripoli-lbn" {
		t.Errorf("got %+v", cs)
	}
}

// The data files are part of the program: every place has an id of its own, a
// country, coordinates that fit, and a place around it that is there.
func TestData(t *testing.T) {
	g := loaded(t)
	seen := map[string]bool{}
	for i := range g.records {
		r := &g.records[i]
		if seen[r.id] {
			t.Errorf("%s: two places", r.id)
		}
		seen[r.id] = true
		if r.id != schema.Slug(r.id) {
			t.Errorf("%s is no slug", r.id)
		}
		if r.country != "" {
			if _, ok := g.iso[r.country]; !ok {
				t.Errorf("%s: no country %s", r.id, r.country)
			}
		}
		if r.lat < -90 || r.lat > 90 || r.lon < -180 || r.lon > 180 {
			t.Errorf("%s: coordinates %v, %v", r.id, r.lat, r.lon)
		}
		if r.name == "" {
			t.Errorf("%s has no name", r.id)
		}
	}
	for i := range g.records {
		r := &g.records[i]
		if r.within != "" && !seen[r.within] {
			t.Errorf("%s lies within %s, which is not there", r.id, r.within)
		}
		if r.within == r.id {
			t.Errorf("%s lies within itself", r.id)
		}
	}
	if n := len(g.records); n < 30000 {
		t.Errorf("%d places", n)
	}
	if n := len(placesFile); n > 2_500_000 {
		t.Errorf("places.tsv.gz has %d bytes", n)
	}
}

// Sites written by hand lie near some town of their country.
func TestCoordinatesWrittenByHand(t *testing.T) {
	g := loaded(t)
	for i := range g.records {
		r := &g.records[i]
		if !r.written || r.country == "" {
			continue
		}
		const limit = 700 // deserts are wide: it finds swapped and mistyped degrees
		switch r.kind {
		case Country, Region, Province, Sea, River, Mountain, Island:
			continue
		}
		best := math.Inf(1)
		for k := range g.records {
			o := &g.records[k]
			if k != i && o.country == r.country && o.kind == Town {
				best = min(best, kilometres(r, o))
			}
		}
		if best > limit && !math.IsInf(best, 1) {
			t.Errorf("%s at %v, %v is %.0f km from every town of %s", r.id, r.lat, r.lon, best, r.country)
		}
	}
}

func kilometres(a, b *record) float64 {
	const rad = math.Pi / 180
	x := float64(a.lon-b.lon) * rad * math.Cos(float64(a.lat)*rad)
	y := float64(a.lat-b.lat) * rad
	return 6371 * math.Hypot(x, y)
}

func TestIndexHasNoCollisions(t *testing.T) {
	g := loaded(t)
	words := map[uint64]string{}
	add := func(key string) {
		for _, w := range strings.Fields(key) {
			h := hashString(w)
			if old, ok := words[h]; ok && old != w {
				t.Errorf("%q and %q share a hash", old, w)
			}
			words[h] = w
		}
	}
	phrases := map[uint64]string{}
	towns, err := inflate(placesFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range strings.Split(strings.TrimSpace(towns), "\n") {
		for _, key := range strings.Split(strings.Split(row, "\t")[colKeys], "|") {
			key = strings.TrimPrefix(key, "*")
			add(key)
			h := uint64(0)
			for _, w := range strings.Fields(key) {
				h = join(h, hashString(w))
			}
			if old, ok := phrases[h]; ok && old != key {
				t.Errorf("%q and %q share a hash", old, key)
			}
			phrases[h] = key
		}
	}
	if len(phrases) < len(g.records)/2 {
		t.Errorf("%d names for %d places", len(phrases), len(g.records))
	}
}

func TestLoadErrors(t *testing.T) {
	countries := "iso2\tiso3\tname\tlat\tlon\taliases\nSY\tSYR\tSyria\t35\t38\t\n"
	header := "id\tname\tcountry\tkind\tlatitude\tlongitude\twithin\taliases\n"
	tests := []struct{ name, countries, variants, stop, want string }{
		{"no coordinates", countries, header + "homs\tHoms\tSYR\ttown\t\t\t\t\n", "", "variants.tsv:2: homs has no coordinates"},
		{"bad kind", countries, header + "homs\tHoms\tSYR\tcity\t\t\t\t\n", "", "variants.tsv:2: \"city\" is no kind"},
		{"bad id", countries, header + "Homs\tHoms\tSYR\ttown\t\t\t\t\n", "", "variants.tsv:2: id \"Homs\""},
		{"twice", countries, header + "homs\tHoms\tSYR\ttown\t1\t1\t\t\nhoms\tHims\tSYR\ttown\t1\t1\t\t\n", "", "variants.tsv:3: place homs is there twice"},
		{"no country", countries, header + "homs\tHoms\t\ttown\t1\t1\t\t\n", "", "homs lies in no country"},
		{"latitude", countries, header + "homs\tHoms\tSYR\ttown\t95\t1\t\t\n", "", "variants.tsv:2: coordinates"},
		{"columns", countries, header + "homs\tHoms\tSYR\ttown\t1\t1\t\t\t\t\n", "", "variants.tsv:2: 10 columns"},
		{"codes", "iso2\tiso3\tname\tlat\tlon\taliases\nSYR\tSY\tSyria\t35\t38\t\n", header, "", "countries.tsv:2: codes"},
		{"stop", countries, header, "word\n", "stop.txt:1"},
	}
	for _, tt := range tests {
		_, err := load(tt.countries, tt.variants, tt.stop, emptyGzip)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got error %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := load(countries, header, "", []byte("no gzip")); err == nil || !strings.Contains(err.Error(), "places.tsv.gz") {
		t.Errorf("broken gzip: %v", err)
	}
}

// emptyGzip is a gzip file of nothing.
var emptyGzip = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"Shells fell in Deir ez-Zor, Syria’s east.", "U.S. St. Al-Al-al Al", "southern suburbs of Beirut's", "in Syrias Idlib province",
		"\xe2\x80\x99s \xc2 Şanlıurfa-based", "the town of the town of Homs, Hama and Idlib",
	} {
		f.Add(s)
	}
	g := loaded(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 {
			return
		}
		end := 0
		for _, m := range g.Find(text, Options{Weak: true}) {
			if m.Start < end || m.End <= m.Start || m.End > len(text) {
				t.Fatalf("%q: span %d..%d after %d", text, m.Start, m.End, end)
			}
			end = m.End
			if len(g.Candidates(m)) == 0 {
				t.Fatalf("%q: %q has no candidates", text, text[m.Start:m.End])
			}
			if p, ok := g.Resolve(m, []string{"SYR"}); ok && p.Name == "" {
				t.Fatalf("%q: %q resolves to nothing", text, text[m.Start:m.End])
			}
		}
		Fold(text)
	})
}

func FuzzLoad(f *testing.F) {
	f.Add("iso2\tiso3\tname\tlat\tlon\taliases\nSY\tSYR\tSyria\t35\t38\tA|B\n", "id\tname\nhoms\tHoms\tSYR\ttown\t1\t1\t\t\n", "[weak]\na b\n")
	f.Fuzz(func(t *testing.T, countries, variants, stop string) {
		if g, err := load(countries, variants, stop, emptyGzip); err == nil {
			g.Find(variants, Options{})
		}
	})
}

func TestLinear(t *testing.T) {
	g := loaded(t)
	text := strings.Repeat("Clashes in Homs and the southern suburbs of Deir al-Zour near Aleppo. ", 500)
	if n := len(g.Find(text, Options{})); n != 1500 {
		t.Errorf("%d mentions, want 1500", n)
	}
}

var sink int

func BenchmarkFind(b *testing.B) {
	g := loaded(b)
	text := "Government forces backed by Russian jets advanced towards Khan Sheikhoun in southern Idlib province on Tuesday after heavy shelling from Hama, the Syrian Observatory said in Beirut."
	b.ReportAllocs()
	for b.Loop() {
		for _, m := range g.Find(text, Options{}) {
			if _, ok := g.Resolve(m, []string{"SYR", "RUS"}); ok {
				sink++
			}
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleGazetteer_Find() {
	g, err := Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "Militants left their posts near the Deir ez-Zor military airport for Al-Bukamal."
	for _, m := range g.Find(text, Options{}) {
		if p, ok := g.Resolve(m, []string{"SYR"}); ok {
			fmt.Printf("%s: %s, %s, %.2f %.2f\n", text[m.Start:m.End], p.ID, m.Cue, p.Latitude, p.Longitude)
		}
	}
	// Output:
	// Deir ez-Zor military airport: place:deir-ezzor-military-airport, near, 35.28 40.18
	// Al-Bukamal: place:albu-kamal, to, 34.45 40.92
}
