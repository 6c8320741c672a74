package world

import (
	"math"
	"strings"
	"testing"
)

func TestProject(t *testing.T) {
	for _, c := range []struct {
		name                string
		latitude, longitude float64
		x, y                float64
	}{
		{"where equator and meridian meet", 0, 0, Width / 2, top},
		{"the date line", 0, 180, Width, top},
		{"the other side of it", 0, -180, 0, top},
	} {
		if x, y := Project(c.latitude, c.longitude); math.Abs(x-c.x) > 0.1 || math.Abs(y-c.y) > 0.1 {
			t.Errorf("%s: %.1f, %.1f, want %.1f, %.1f", c.name, x, y, c.x, c.y)
		}
	}
}

// Every ring is closed and on the map, and the outline is small enough to be
// sent with a page.
func TestOutline(t *testing.T) {
	if n := len(Rings()); n < 200 {
		t.Fatalf("%d rings", n)
	}
	for i, ring := range Rings() {
		if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
			t.Errorf("ring %d of %d points is not closed", i, len(ring))
		}
		for k, p := range ring {
			if k > 0 && math.Abs(p[0]-ring[k-1][0]) > Width/4 {
				t.Errorf("ring %d crosses the map from %v to %v", i, ring[k-1], p)
			}
			if !(p[0] >= -0.5 && p[0] <= Width+0.5 && p[1] >= -0.5 && p[1] <= Height+0.5) {
				t.Errorf("ring %d: %v is off the map", i, p)
				break
			}
		}
	}
	if n := len(SVG()); n > 150_000 || !strings.Contains(string(SVG()[:200]), `id="land"`) {
		t.Errorf("an image of %d bytes", n)
	}
}
