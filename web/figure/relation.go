package figure

import (
	"fmt"
	"math"

	"faultline/queries"
	"faultline/schema"
)

// Relation draws the history of a pair: cooperation upwards and conflict
// downwards with the phases behind them, and below how surprising the
// hostility was, with alarms and turns.
func Relation(r queries.Relation) *Figure {
	const width, upper, lower, left, right, gap = 960.0, 190.0, 96.0, 34.0, 8.0, 34.0
	f := New(width, upper+gap+lower+24, fmt.Sprintf("%s – %s: cooperation and conflict over time, and how surprising the hostility was", r.A.Name, r.B.Name))
	f.Class = "chart"
	if len(r.Timeline) == 0 {
		f.Text("small", width/2, 90, "middle", "No dated events.")
		return f
	}
	from, to := r.Timeline[0].From, r.Timeline[len(r.Timeline)-1].To
	if d := 365 - (to - from); d > 0 {
		from, to = from-d/2, to+d-d/2
	}
	x := func(d schema.Day) float64 {
		return left + (width-left-right)*float64(min(max(d, from), to)-from)/float64(to-from)
	}
	most, least := 1, 1
	for _, b := range r.Timeline {
		most, least = max(most, b.Cooperation.Total()), max(least, b.Conflict.Total())
	}
	unit := (upper - 18) / float64(most+least)
	zero := 16 + unit*float64(most)
	y := func(n float64) float64 { return zero - unit*n }
	for _, p := range r.Phases {
		class := ""
		switch p.Character {
		case queries.Tense:
			class = "tense"
		case queries.OpenConflict:
			class = "open"
		}
		a, b := x(p.From), x(p.To)
		if class != "" && b > a {
			f.Rect(class, a, 0, b-a, upper+gap+lower)
		}
		if name := string(p.Character); float64(len(name))*5.4 < b-a {
			f.Text("small", (a+b)/2, 10, "middle", name)
		}
	}
	dates := Dates(from, to, 11)
	for _, d := range dates {
		f.Line("grid", Point{x(d.Day), 14}, Point{x(d.Day), upper + gap + lower})
		f.Text("small", x(d.Day), upper+gap+lower+14, "middle", d.Label)
	}
	for _, t := range Ticks(float64(most), 4)[1:] {
		if t == math.Trunc(t) {
			f.Text("small", left-5, y(t)+3.5, "end", num(t))
		}
	}
	for _, t := range Ticks(float64(least), 3)[1:] {
		if t == math.Trunc(t) {
			f.Text("small", left-5, y(-t)+3.5, "end", num(t))
		}
	}
	for _, b := range r.Timeline {
		if b.Quiet {
			continue
		}
		a, w := x(b.From), max(0.8, (x(b.To)-x(b.From))*0.86)
		label := fmt.Sprintf("%s to %s: %d cooperative, %d hostile", b.From, b.To-1, b.Cooperation.Total(), b.Conflict.Total())
		if n := b.Cooperation.Total(); n > 0 {
			f.Rect("cooperation", a, y(float64(n)), w, unit*float64(n)).Title(label)
		}
		if n := b.Conflict.Total(); n > 0 {
			f.Rect("conflict", a, zero, w, unit*float64(n)).Title(label)
		}
	}
	f.Line("axis", Point{left, zero}, Point{width - right, zero})
	highest := 4.0
	for _, p := range r.Curve {
		highest = max(highest, p.Surprise)
	}
	for _, a := range r.Alarms {
		highest = max(highest, a.Surprise)
	}
	base := upper + gap + lower
	s := func(v float64) float64 { return base - lower*v/(1.08*highest) }
	f.Text("small", left, upper+gap-6, "start", "surprise R of the hostile events")
	for _, v := range []float64{2, 3} {
		f.Line("grid", Point{left, s(v)}, Point{width - right, s(v)})
	}
	f.Text("small", left-5, s(2)+3.5, "end", "2")
	for _, v := range Ticks(highest, 3)[1:] {
		if v >= 4 {
			f.Text("small", left-5, s(v)+3.5, "end", num(v))
		}
	}
	for _, a := range r.Alarms {
		if a.Turned != schema.NoDay {
			f.Line("turn", Point{x(a.Turned), 14}, Point{x(a.Turned), base})
		}
	}
	var run []Point
	flush := func() {
		if len(run) > 1 {
			f.Line("ink", run...)
		}
		run = nil
	}
	points := r.Curve
	for _, b := range r.Timeline {
		if b.Quiet {
			flush()
			continue
		}
		if len(points) == 0 {
			break
		}
		run = append(run, Point{x(points[0].Day), s(points[0].Surprise)})
		points = points[1:]
	}
	flush()
	f.Line("axis", Point{left, base}, Point{width - right, base})
	for _, a := range r.Alarms {
		px, py := x(a.Day), s(a.Surprise)
		f.Area("alarm", Point{px - 4, py + 3.5}, Point{px + 4, py + 3.5}, Point{px, py - 4}).
			Title(fmt.Sprintf("%s %s: R %.1f, %d hostile, %.1f expected, turned on %s", a.Grade, a.Day, a.Surprise, a.Hostile, a.Expected, a.Turned))
	}
	return f
}

// Spark draws the same in the room of a word: cooperation upwards and
// conflict downwards, each month a bar, and the surprise as a line below.
func Spark(list []queries.Bucket, curve []queries.StrainPoint, from, to schema.Day) *Figure {
	const width, height, zero, up, down, floor = 132.0, 30.0, 8.0, 7.0, 9.0, 29.0
	f := New(width, height, "")
	f.Class = "spark"
	most, highest := 1, 3.0
	for _, b := range list {
		most = max(most, b.Conflict.Total(), b.Cooperation.Total())
	}
	for _, p := range curve {
		highest = max(highest, p.Surprise)
	}
	if to <= from {
		return f
	}
	x := func(d schema.Day) float64 { return width * float64(min(max(d, from), to)-from) / float64(to-from) }
	hostile := 0
	f.Line("axis", Point{0, zero}, Point{width, zero})
	f.Line("axis", Point{0, floor}, Point{width, floor})
	var run []Point
	flush := func() {
		if len(run) > 1 {
			f.Line("ink", run...)
		}
		run = nil
	}
	for _, b := range list {
		if b.Quiet {
			flush()
			continue
		}
		if len(curve) > 0 {
			if p := curve[0]; p.Day >= from && p.Day < to {
				run = append(run, Point{x(p.Day), floor - (floor-zero-down-2)*p.Surprise/highest})
			}
			curve = curve[1:]
		}
		if b.To <= from || b.From >= to {
			continue
		}
		a, w := x(b.From), max(1, (x(b.To)-x(b.From))*0.8)
		if n := b.Cooperation.Total(); n > 0 {
			h := max(1.5, up*float64(n)/float64(most))
			f.Rect("cooperation", a, zero-h, w, h)
		}
		if n := b.Conflict.Total(); n > 0 {
			f.Rect("conflict", a, zero, w, max(1.5, down*float64(n)/float64(most)))
			hostile += n
		}
	}
	flush()
	f.Label = fmt.Sprintf("%d hostile events from %s to %s", hostile, from, to-1)
	return f
}
