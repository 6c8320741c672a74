package figure

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"faultline/queries"
	"faultline/schema"
)

// Network draws an actor amid those that it has ties with, clockwise from the
// best friend to the worst foe, the nearer the more events they share. link tells
// where an actor leads, relation where the tie to it does.
func Network(n queries.Network, link, relation func(schema.ActorID) string) *Figure {
	const width, height = 960.0, 600.0
	f := New(width, height, fmt.Sprintf("%s and the %d actors it has most to do with, from friends to foes", n.Of.Name, len(n.Ties)))
	f.Class = "chart network"
	f.Caption = "broken: friends; solid: foes; dotted: mixed; the larger and the nearer, the more events they share" + during(n.Window)
	ties := slices.Clone(n.Ties)
	// From the best friend to the worst foe, clockwise on either side.
	slices.SortStableFunc(ties, func(a, b queries.Neighbour) int {
		return cmp.Or(cmp.Compare(a.Share, b.Share), cmp.Compare(a.With.ID, b.With.ID))
	})
	total := func(t queries.Neighbour) float64 { return float64(t.Cooperation.Total() + t.Conflict.Total()) }
	most := 1.0
	for _, t := range ties {
		most = max(most, total(t))
	}
	type node struct {
		queries.Neighbour
		x, y, r, angle float64
	}
	// The circle begins below the middle, where the worst foe meets the best
	// friend.
	nodes := make([]node, len(ties))
	for i, t := range ties {
		angle := math.Pi/2 + 2*math.Pi*(float64(i)+0.5)/float64(len(ties))
		near := math.Log1p(total(t)) / math.Log1p(most) // 0…1
		d := 0.62 + 0.36*(1-near)
		if i%2 == 1 {
			d = min(1, d+0.10) // so that names lie less upon each other
		}
		nodes[i] = node{t, width/2 + 390*d*math.Cos(angle), height/2 + 262*d*math.Sin(angle), 5 + 13*math.Sqrt(total(t)/most), angle}
	}
	for _, p := range nodes {
		class := "tie-" + string(p.Sign)
		f.Line(class, Point{width / 2, height / 2}, Point{p.x, p.y}).Link(relation(p.With.ID)).Data(string(p.With.ID)).
			Title(fmt.Sprintf("%s – %s: %d cooperative, %d hostile; %s", n.Of.Name, p.With.Name, p.Cooperation.Total(), p.Conflict.Total(), p.Sign))
	}
	for _, p := range nodes {
		f.Circle(string(p.Sign), p.x, p.y, p.r).Link(link(p.With.ID)).Data(string(p.With.ID)).
			Title(fmt.Sprintf("%s: %s, %d cooperative, %d hostile", p.With.Name, p.Sign, p.Cooperation.Total(), p.Conflict.Total()))
	}
	// Names stand where they cover least of what is there already.
	taken := []span{{width/2 - 70, height/2 - 32, width/2 + 70, height/2 + 10}}
	for _, p := range nodes {
		taken = append(taken, span{p.x - p.r, p.y - p.r, p.x + p.r, p.y + p.r})
	}
	for _, p := range nodes {
		name := Clip(p.With.Name, 26)
		long := 6.2 * float64(len([]rune(name)))
		places := []struct {
			anchor string
			x, y   float64
			span
		}{
			{"start", p.x + p.r + 4, p.y + 4, span{p.x + p.r + 1, p.y - 8, p.x + p.r + 6 + long, p.y + 8}},
			{"end", p.x - p.r - 4, p.y + 4, span{p.x - p.r - 6 - long, p.y - 8, p.x - p.r - 1, p.y + 8}},
			{"middle", p.x, p.y - p.r - 5, span{p.x - long/2, p.y - p.r - 18, p.x + long/2, p.y - p.r - 1}},
			{"middle", p.x, p.y + p.r + 14, span{p.x - long/2, p.y + p.r + 1, p.x + long/2, p.y + p.r + 18}},
		}
		if p.x < width/2 { // outwards first
			places[0], places[1] = places[1], places[0]
		}
		best, least := 0, math.Inf(1)
		for i, place := range places {
			covered := 0.0
			for _, t := range taken {
				covered += place.covers(t)
			}
			if place.left < 0 || place.right > width || place.top < 0 || place.bottom > height {
				covered += 500
			}
			if covered < least {
				best, least = i, covered
			}
		}
		taken = append(taken, places[best].span)
		f.Text("name halo", places[best].x, places[best].y, places[best].anchor, name).Data(string(p.With.ID))
	}
	f.Circle("self", width/2, height/2, 9)
	f.Text("head halo", width/2, height/2-16, "middle", Clip(n.Of.Name, 40))
	if len(ties) == 0 {
		f.Text("small", width/2, height/2+34, "middle", "No ties.")
	}
	return f
}

// span is a rectangle that something takes.
type span struct{ left, top, right, bottom float64 }

// covers is the area that two spans share.
func (a span) covers(b span) float64 {
	return max(0, min(a.right, b.right)-max(a.left, b.left)) * max(0, min(a.bottom, b.bottom)-max(a.top, b.top))
}

// during tells the days of a window, nothing of one that is open.
func during(w queries.Window) string {
	switch {
	case w.From == schema.NoDay && w.To == schema.NoDay, w == queries.Window{}:
		return ""
	case w.From == schema.NoDay:
		return "; before " + w.To.String()
	case w.To == schema.NoDay:
		return "; since " + w.From.String()
	}
	return fmt.Sprintf("; %s to %s", w.From, w.To-1)
}
