package web_test

import (
	"regexp"
	"strings"
	"testing"

	"faultline/schema"
)

// From the worst relation to its first event: of those that are about as
// severe it is one that a sentence tells of, not a row of coded data.
func TestStrongestCanBeRead(t *testing.T) {
	d := newDesk(t)
	for i := range 9 {
		day := schema.MakeDay(2024, 6, 20) + schema.Day(i)
		row := d.happened(schema.Assault, "actor:evil-state", "actor:evil", day, schema.Asserted, "", "actor:formula")
		row.Claims[0].Code = "190" // −10, and ASSAULT without a code is −9.6
		d.write(row)
	}
	d.graph.Fresh()
	page := d.get("/relation/evil/evil-state").Body.String()
	_, strongest, ok := strings.Cut(page, "<h2>Strongest</h2>")
	link := regexp.MustCompile(`/event/[0-9a-f-]+`).FindString(strongest)
	if !ok || link == "" || !strings.Contains(strongest, "−10.0") {
		t.Fatalf("no strongest events, or no rows among them: %.400s", strongest)
	}
	event := d.get(link).Body.String()
	if !strings.Contains(event, "<blockquote>") {
		t.Errorf("%s has no sentence: %.400s", link, event)
	}
}
