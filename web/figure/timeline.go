package figure

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"faultline/queries"
	"faultline/schema"
)

// Timeline draws events by day and intensity, with the alarms of a pair. What
// did not happen is hollow; the strongest events are named where there is
// room.
func Timeline(title string, list queries.EventList) *Figure {
	const width, height, left, right, top, bottom = 960.0, 408.0, 40.0, 14.0, 62.0, 384.0
	f := New(width, height, title)
	f.Class = "chart"
	f.Caption = "red: conflict; blue: cooperation; hollow: did not happen, by what is claimed; the larger, the more claims; triangles: alarms"
	f.Text("head", 14, 26, "start", Clip(title, 90))
	dated := slices.DeleteFunc(slices.Clone(list.Events), func(e queries.EventRef) bool { return e.Day == schema.NoDay })
	note := fmt.Sprintf("%d events by intensity, from −10 (hostile) to +10 (cooperative)", len(dated))
	if list.Total > len(list.Events) {
		note += fmt.Sprintf("; the newest of %d", list.Total)
	}
	if n := len(list.Events) - len(dated); n > 0 {
		note += fmt.Sprintf("; %d without a day are not shown", n)
	}
	f.Text("small", 14, 42, "start", note)
	if len(dated) == 0 {
		f.Text("name", 14, 80, "start", "No dated events.")
		return f
	}
	from, to := dated[0].Day, dated[len(dated)-1].Day+1
	if d := 60 - (to - from); d > 0 {
		from, to = from-d/2, to+d-d/2
	}
	x := func(d schema.Day) float64 {
		return left + 6 + (width-left-right-12)*float64(min(max(d, from), to)-from)/float64(to-from)
	}
	y := func(intensity float64) float64 { return top + (bottom-top)*(10-intensity)/20 }
	for _, d := range Dates(from, to, 11) {
		f.Line("grid", Point{x(d.Day), top}, Point{x(d.Day), bottom})
		f.Text("small", x(d.Day), bottom+16, "middle", d.Label)
	}
	for _, v := range []float64{-10, -5, 5, 10} {
		f.Line("grid", Point{left, y(v)}, Point{width - right, y(v)})
	}
	for v := -10; v <= 10; v += 5 {
		label := strings.Replace(fmt.Sprintf("%+d", v), "-", "−", 1)
		if v == 0 {
			label = "0"
		}
		f.Text("small", left-5, y(float64(v))+3.5, "end", label)
	}
	f.Line("axis", Point{left, y(0)}, Point{width - right, y(0)})
	for _, a := range list.Alarms {
		if a.Day >= from && a.Day < to {
			f.Line("turn", Point{x(a.Day), top}, Point{x(a.Day), bottom})
			f.Area("alarm", Point{x(a.Day) - 4, bottom}, Point{x(a.Day) + 4, bottom}, Point{x(a.Day), bottom - 7}).
				Title(fmt.Sprintf("%s %s: R %.1f", a.Grade, a.Day, a.Surprise))
		}
	}
	var taken []span
	for _, e := range dated {
		class := "friend"
		if e.Quad.Hostile() {
			class = "foe"
		}
		if e.Status != schema.Asserted {
			class = "hollow"
		}
		px, py, r := x(e.Day), y(e.Intensity), min(7, 2.2+math.Sqrt(float64(e.Claims)))
		f.Circle(class, px, py, r).Title(e.Name)
		taken = append(taken, span{px - r, py - r, px + r, py + r})
	}
	strongest := slices.Clone(dated)
	slices.SortStableFunc(strongest, func(a, b queries.EventRef) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Intensity), math.Abs(a.Intensity)), cmp.Compare(b.Claims, a.Claims), cmp.Compare(b.Day, a.Day))
	})
	named := 0
	for _, e := range strongest {
		name, _, _ := strings.Cut(e.Name, " · ") // without its day
		name = Clip(name, 44)
		half := 2.7 * float64(len([]rune(name)))
		px := min(max(x(e.Day), left+half), width-right-half)
		for _, py := range []float64{y(e.Intensity) - 9, y(e.Intensity) - 22, y(e.Intensity) + 16} {
			s := span{px - half - 2, py - 9, px + half + 2, py + 3}
			if s.top < top || s.bottom > bottom || slices.ContainsFunc(taken, func(t span) bool { return s.covers(t) > 0 }) {
				continue
			}
			taken = append(taken, s)
			f.Text("small halo", px, py, "middle", name)
			named++
			break
		}
		if named == 12 {
			break
		}
	}
	return f
}

// Dealings draws what an actor has to do with others: cooperation to the
// right, conflict to the left.
func Dealings(title string, n queries.Network) *Figure {
	const width, row, names, zero, right = 860.0, 21.0, 220.0, 450.0, 640.0
	f := New(width, 84+row*float64(max(1, len(n.Ties))), title)
	f.Class = "chart"
	f.Text("head", 14, 26, "start", Clip(title, 80))
	f.Text("small", 14, 42, "start", fmt.Sprintf("conflict to the left, cooperation to the right, in events; %d of %d ties", len(n.Ties), n.Total))
	most := 1
	for _, t := range n.Ties {
		most = max(most, t.Cooperation.Total(), t.Conflict.Total())
	}
	unit := (right - zero) / float64(most)
	for i, t := range n.Ties {
		y := 54 + row*float64(i)
		good, bad := t.Cooperation.Total(), t.Conflict.Total()
		f.Text("name", names, y+13, "end", Clip(t.With.Name, 34))
		f.Rect("conflict", zero-unit*float64(bad), y+3, unit*float64(bad), row-8)
		f.Rect("cooperation", zero, y+3, unit*float64(good), row-8)
		f.Text("small", zero-unit*float64(bad)-5, y+12.5, "end", fmt.Sprint(bad))
		f.Text("small", zero+unit*float64(good)+5, y+12.5, "start", fmt.Sprint(good))
		note := fmt.Sprintf("%s, %.0f %% conflict", t.Sign, 100*t.Share)
		if t.Aligned {
			note += ", aligned"
		}
		f.Text("small", width-14, y+12.5, "end", note)
	}
	if len(n.Ties) == 0 {
		f.Text("name", 14, 66, "start", "No ties.")
		return f
	}
	f.Line("axis", Point{zero, 52}, Point{zero, 56 + row*float64(len(n.Ties))})
	return f
}
