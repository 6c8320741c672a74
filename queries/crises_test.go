package queries_test

import (
	"os"
	"testing"

	"faultline/queries"
)

// The list that the docs report figures on is well formed, each entry once.
func TestCrisesOfHistory(t *testing.T) {
	f, err := os.Open("testdata/crises-history.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := queries.ReadCrises(f)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, x := range c.Crises {
		if seen[x.ID] || x.ID == "" {
			t.Errorf("id %q twice or empty", x.ID)
		}
		seen[x.ID] = true
	}
	if len(c.Crises) < 60 || len(c.Quiet) < 10 {
		t.Errorf("%d crises, %d quiet times", len(c.Crises), len(c.Quiet))
	}
}
