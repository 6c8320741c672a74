package figure

import (
	"fmt"

	"faultline/queries"
)

// Bar is one line of a chart of bars.
type Bar struct {
	Name  string
	Value float64
	Text  string // written behind the bar; "" writes the value
	Class string
}

// Bars draws one bar below the other, to be kept as a file.
func Bars(title, note string, bars []Bar) *Figure {
	const width, names, row = 860.0, 330.0, 21.0
	f := New(width, 62+row*float64(max(1, len(bars))), title)
	f.Class = "chart"
	f.Text("head", 14, 26, "start", title)
	f.Text("small", 14, 42, "start", note)
	most := 0.0
	for _, b := range bars {
		most = max(most, b.Value)
	}
	for i, b := range bars {
		y := 54 + row*float64(i)
		f.Text("name", names, y+13, "end", Clip(b.Name, 46))
		long := 0.0
		if most > 0 {
			long = (width - names - 130) * b.Value / most
		}
		f.Rect(b.Class, names+10, y+3, max(long, 1), row-8)
		label := b.Text
		if label == "" {
			label = num(b.Value)
		}
		f.Text("small", names+16+max(long, 1), y+12.5, "start", label)
	}
	if len(bars) == 0 {
		f.Text("name", 14, 66, "start", "Nothing.")
	}
	return f
}

// Strain draws a ranking of relations.
func Strain(title string, s queries.Strain) *Figure {
	var bars []Bar
	for _, r := range s.Rows {
		b := Bar{Name: r.A.Name + " – " + r.B.Name, Value: r.Surprise, Class: "volume"}
		if s.Rank == queries.ByLevel {
			b.Value = r.Level
		}
		b.Text = fmt.Sprintf("%.1f, %d hostile", b.Value, r.Hostile)
		if r.Grade != queries.NoGrade {
			b.Class = "conflict"
			b.Text += ", " + string(r.Grade)
		}
		if r.Crack {
			b.Text += ", crack"
		}
		bars = append(bars, b)
	}
	note := fmt.Sprintf("%s to %s; surprise R = −log10 of the chance of so many hostile events by the relation's own past", s.Window.From, s.Window.To-1)
	if s.Rank == queries.ByLevel {
		note = fmt.Sprintf("%s to %s; level of hostility, 0 to 10", s.Window.From, s.Window.To-1)
	}
	return Bars(title, note, bars)
}

// Columns draws one column beside the other, such as one for each year.
func Columns(title string, bars []Bar) *Figure {
	const width, height, left, base = 960.0, 150.0, 34.0, 128.0
	f := New(width, height, title)
	f.Class, f.Caption = "chart", title
	most := 0.0
	for _, b := range bars {
		most = max(most, b.Value)
	}
	if most == 0 {
		f.Text("small", width/2, 70, "middle", "Nothing.")
		return f
	}
	for _, t := range Ticks(most, 4)[1:] {
		y := base - (base-16)*t/most
		f.Line("grid", Point{left, y}, Point{width - 6, y})
		f.Text("small", left-5, y+3.5, "end", num(t))
	}
	step := (width - left - 6) / float64(len(bars))
	every := 1
	for float64(every)*step < 44 {
		every++
	}
	for i, b := range bars {
		x := left + step*float64(i)
		h := (base - 16) * b.Value / most
		if b.Value > 0 {
			f.Rect(b.Class, x+step*0.1, base-h, step*0.8, max(h, 1)).Title(fmt.Sprintf("%s: %s", b.Name, num(b.Value)))
		}
		if i%every == 0 {
			f.Text("small", x+step/2, base+15, "middle", b.Name)
		}
	}
	f.Line("axis", Point{left, base}, Point{width - 6, base})
	return f
}

// Clip shortens a text to n characters.
func Clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
