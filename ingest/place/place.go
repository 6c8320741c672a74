package place

import (
	"fmt"

	"faultline/schema"
)

// Kind is what a place is.
type Kind string

// The kinds of place.
const (
	Country  Kind = "country"
	Region   Kind = "region"   // Donbas, southern Lebanon, the Sahel: no administration of its own
	Province Kind = "province" // first-level division: governorate, oblast, state
	District Kind = "district" // second-level division, or quarter of a town
	Town     Kind = "town"     // every populated place
	Camp     Kind = "camp"     // of refugees or displaced people
	Base     Kind = "base"     // military base, air base, barracks
	Airport  Kind = "airport"
	Crossing Kind = "crossing" // of a border
	Site     Kind = "site"     // dam, plant, prison, square, holy place
	River    Kind = "river"
	Sea      Kind = "sea" // sea, gulf, strait, lake
	Mountain Kind = "mountain"
	Island   Kind = "island"
)

// Validate reports a kind that is none of the known ones.
func (k Kind) Validate() error {
	switch k {
	case Country, Region, Province, District, Town, Camp, Base, Airport, Crossing, Site, River, Sea, Mountain, Island:
		return nil
	}
	return fmt.Errorf("%q is no kind of place", k)
}

// Place is one place on the map.
type Place struct {
	ID   schema.PlaceID
	Name string
	// Country is the ISO 3166 alpha-3 code, "" for seas and regions of
	// several countries.
	Country string
	Kind    Kind
	// Latitude and Longitude are degrees north and east of the place or of
	// its middle.
	Latitude, Longitude float64
	// Within is the province, region or country around it, "" if none.
	Within schema.PlaceID
	// Population is that of the last count known to GeoNames, 0 if unknown.
	Population int
}
