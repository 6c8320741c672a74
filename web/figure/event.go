package figure

import (
	"fmt"
	"slices"
	"strings"

	"faultline/queries"
)

// Event draws who did what to whom, and who says so.
func Event(e queries.Explained) *Figure {
	const width, box, row, head = 960.0, 250.0, 30.0, 74.0
	sides := [2][]queries.ActorRef{e.Event.Initiators, e.Event.Recipients}
	rows := max(len(sides[0]), len(sides[1]), 1)
	said := max(len(e.Outlets), len(e.Denying))
	shown := min(said, 8)
	height := head + row*float64(rows) + 44 + 16*float64(shown+1)
	f := New(width, height, e.Event.Name)
	f.Class = "chart"
	f.Text("head", 20, 28, "start", Clip(e.Event.Name, 96))
	f.Text("small", 20, 46, "start", fmt.Sprintf("%s, intensity %s, %s; claims: %d, reports: %d, outlets: %d", e.Event.Type, signed(e.Event.Intensity), e.Event.Status, e.Event.Claims, e.Event.Reports, e.Event.Outlets))
	middle := func(side, i int) float64 {
		return head + row*float64(rows)/2 + row*(float64(i)-float64(len(sides[side])-1)/2)
	}
	class := "tie-friend"
	if e.Event.Quad.Hostile() {
		class = "tie-foe"
	}
	hub := Point{width / 2, head + row*float64(rows)/2}
	for side, actors := range sides {
		x := 20.0
		if side == 1 {
			x = width - 20 - box
		}
		for i, a := range actors {
			y := middle(side, i)
			if side == 0 {
				f.Line(class, Point{x + box, y}, Point{hub.X - 62, hub.Y})
			} else {
				f.Line(class, Point{hub.X + 62, hub.Y}, Point{x - 2, y})
				f.Area("alarm", Point{x - 9, y - 4}, Point{x - 1, y}, Point{x - 9, y + 4})
			}
			f.Rect("box", x, y-11, box, 22)
			f.Text("name", x+box/2, y+4, "middle", Clip(a.Name, 38))
		}
	}
	f.Text("name", hub.X, hub.Y+4, "middle", string(e.Event.Type))
	y := head + row*float64(rows) + 26
	column := func(x float64, title string, names []string) {
		if len(names) == 0 {
			return
		}
		f.Text("name", x, y, "start", title)
		for i, n := range slices.Concat(names[:min(len(names), 8)]) {
			f.Text("small", x, y+16*float64(i+1), "start", Clip(n, 60))
		}
		if len(names) > 8 {
			f.Text("small", x+200, y, "start", fmt.Sprintf("and %d more", len(names)-8))
		}
	}
	column(20, "Said by", e.Outlets)
	column(width/2, "Denied by", e.Denying)
	return f
}

// signed writes an intensity with its sign.
func signed(x float64) string { return strings.Replace(fmt.Sprintf("%+.1f", x), "-", "−", 1) }
