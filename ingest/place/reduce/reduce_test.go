package main

import (
	"math"
	"testing"
)

func TestLatin(t *testing.T) {
	for name, want := range map[string]bool{
		"Dayr az Zawr": true, "Ma‘arratmişrīn": true, "Харків": false, "HRK": false, "ODS": false, "دير الزور": false, "Ur": false, "Kvartal 95": false,
	} {
		if got := latin(name); got != want {
			t.Errorf("latin(%q) = %v", name, got)
		}
	}
}

func TestAlike(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"Qamishli", "Kamishly", true},
		{"Aleppo", "Halab", false},
		{"Al Qunaytirah", "Kuneitra", true},
		{"Idlib", "Edlib", true},
		{"Donetsk", "Yuzovka", false},
		{"", "Homs", false},
	}
	for _, tt := range tests {
		if got := alike(tt.a, tt.b); got != tt.want {
			t.Errorf("alike(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}

func TestEnough(t *testing.T) {
	tests := []struct {
		t    town
		want bool
	}{
		{town{code2: "SY", feature: "PPL"}, true},
		{town{code2: "SY", feature: "PPLQ"}, false},
		{town{code2: "SY", feature: "PPLX"}, true},
		{town{code2: "FR", feature: "PPL", population: 9000}, false},
		{town{code2: "FR", feature: "PPL", population: 90000}, true},
		{town{code2: "FR", feature: "PPLX", population: 90000}, false},
		{town{code2: "NG", feature: "PPL", population: 6000}, true},
		{town{code2: "IN", division: "IN.12", feature: "PPL", population: 2000}, true},
		{town{code2: "NR", feature: "PPLC"}, true},
	}
	for _, tt := range tests {
		if got := tt.t.enough(); got != tt.want {
			t.Errorf("%+v: enough = %v", tt.t, got)
		}
	}
}

func TestDistance(t *testing.T) {
	if d := distance(36.2, 37.16, 33.51, 36.29); math.Abs(d-309) > 5 { // Aleppo to Damascus
		t.Errorf("%.0f km", d)
	}
}

func TestFreeID(t *testing.T) {
	g := &gazetteer{used: map[string]bool{"hama": true}, within: map[string]string{"JP.11": "saitama"}}
	for _, want := range []string{"hama-jpn", "hama-saitama", "hama-jpn-2", "hama-jpn-3"} {
		if got := g.freeID("Hama", "JPN", "JP.11"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
