package picture

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"slices"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"faultline/queries"
	"faultline/schema"
)

// Format is a file format of pictures.
type Format string

// The formats.
const (
	SVG Format = "svg"
	PNG Format = "png"
)

// Validate reports a format that is none of the known ones.
func (f Format) Validate() error {
	if f != SVG && f != PNG {
		return fmt.Errorf("%q is no format of pictures: want svg or png", string(f))
	}
	return nil
}

// The size of a picture, and what it is divided into.
const (
	width  = 25 * vg.Centimeter
	height = 14 * vg.Centimeter
	upper  = 0.58 // share of the height for the counts
	margin = 3 * vg.Millimeter
	strip  = 6 * vg.Millimeter // of the legend
	dpi    = 150               // of a PNG
)

// The colours differ in lightness first.
func ink() color.Color         { return color.Gray{0x22} }
func faint() color.Color       { return color.Gray{0x99} }
func cooperation() color.Color { return color.NRGBA{0x8c, 0xc4, 0xd9, 0xff} }
func conflict() color.Color    { return color.NRGBA{0x9b, 0x1c, 0x1c, 0xff} }

// shade is the background of a phase.
func shade(c queries.Character) color.Color {
	switch c {
	case queries.OpenConflict:
		return color.Gray{0xd2}
	case queries.Tense:
		return color.Gray{0xe9}
	}
	return color.White
}

// Relation draws a relation. One without events gives an empty picture with
// its title.
func Relation(w io.Writer, r queries.Relation, f Format) error {
	if err := f.Validate(); err != nil {
		return err
	}
	whole := true
	if f == PNG {
		for _, name := range []*string{&r.A.Name, &r.B.Name} {
			drawn, all := Letters(*name)
			*name, whole = drawn, whole && all
		}
	}
	top, bottom := counts(r), strain(r)
	if !whole {
		bottom.X.Label.Text += "\n" + Lacking
	}
	from, to := span(r)
	for _, p := range []*plot.Plot{top, bottom} {
		p.X.Min, p.X.Max = float64(from), float64(to)
	}
	drawOn := func(c draw.Canvas) {
		c.FillPolygon(color.White, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}})
		c = draw.Crop(c, margin, -margin, margin, -margin)
		legend(draw.Crop(c, 0, 0, 0, strip-(c.Max.Y-c.Min.Y)), r)
		c = draw.Crop(c, 0, 0, strip, 0)
		split := c.Max.Y - (c.Max.Y-c.Min.Y)*upper
		areas := [][]draw.Canvas{
			{draw.Crop(c, 0, 0, split-c.Min.Y+margin/2, 0)},
			{draw.Crop(c, 0, 0, 0, split-c.Max.Y-margin/2)},
		}
		// Both time axes begin and end at the same place.
		aligned := alignX([]*plot.Plot{top, bottom}, areas)
		top.Draw(aligned[0])
		bottom.Draw(aligned[1])
	}
	if f == SVG {
		c := vgsvg.New(width, height)
		drawOn(draw.New(c))
		_, err := c.WriteTo(w)
		return err
	}
	c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))
	drawOn(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// alignX insets the canvases so that the data of all plots cover the same
// columns.
func alignX(plots []*plot.Plot, areas [][]draw.Canvas) []draw.Canvas {
	left, right := vg.Length(math.Inf(-1)), vg.Length(math.Inf(1))
	for i, p := range plots {
		d := p.DataCanvas(areas[i][0])
		left, right = max(left, d.Min.X), min(right, d.Max.X)
	}
	list := make([]draw.Canvas, len(plots))
	for i, p := range plots {
		d := p.DataCanvas(areas[i][0])
		list[i] = draw.Crop(areas[i][0], left-d.Min.X, right-d.Max.X, 0, 0)
	}
	return list
}

// span is the time that is drawn: at least a year.
func span(r queries.Relation) (from, to schema.Day) {
	if len(r.Timeline) == 0 {
		return 0, 365
	}
	from, to = r.Timeline[0].From, r.Timeline[len(r.Timeline)-1].To
	if d := 365 - (to - from); d > 0 {
		from -= d / 2
		to += d - d/2
	}
	return from, to
}

func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

func newPlot() *plot.Plot {
	p := plot.New()
	p.Title.TextStyle.Font = sans(13)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font = sans(10)
		axis.Tick.Label.Font = sans(9)
		axis.Color, axis.Tick.Color = ink(), ink()
		axis.Padding = 2 * vg.Millimeter
	}
	p.X.Padding = 0
	p.X.Tick.Marker = calendar{}
	return p
}

// counts is the upper panel.
func counts(r queries.Relation) *plot.Plot {
	p := newPlot()
	p.Title.Text = r.A.Name + " – " + r.B.Name
	p.Title.Padding = 2 * vg.Millimeter
	p.Y.Label.Text = fmt.Sprintf("events a %s", r.By)
	p.Y.Tick.Marker = unsigned{}
	most, least := 1, 1
	for _, b := range r.Timeline {
		most, least = max(most, b.Cooperation.Total()), max(least, b.Conflict.Total())
	}
	p.Y.Max, p.Y.Min = 1.22*float64(most), -1.08*float64(least)
	good := bars{fill: cooperation(), list: r.Timeline, height: func(b queries.Bucket) int { return b.Cooperation.Total() }}
	bad := bars{fill: conflict(), list: r.Timeline, height: func(b queries.Bucket) int { return -b.Conflict.Total() }}
	p.Add(phases(r.Phases), good, bad, level{0, ink(), false}, turns(r.Alarms), characters(r.Phases))
	return p
}

// strain is the lower panel.
func strain(r queries.Relation) *plot.Plot {
	p := newPlot()
	p.Y.Label.Text = "surprise R"
	p.Y.Tick.Marker = unsigned{}
	most := 4.0
	for _, c := range r.Curve {
		most = math.Max(most, c.Surprise)
	}
	for _, a := range r.Alarms {
		most = math.Max(most, a.Surprise)
	}
	p.Y.Min, p.Y.Max = 0, 1.15*most
	p.X.Label.Text = fmt.Sprintf("R = −log10 of the chance of so many hostile events in 30 days by the relation's own past (alarms count severe acts twice); "+
		"events %d, claims %d of %d origins, outlets %d", r.Events, r.Claims, r.Origins, r.Outlets)
	p.X.Label.TextStyle.Font = sans(8)
	p.Add(level{2, faint(), true}, level{3, faint(), true}, turns(r.Alarms), curve{r.Curve, r.Timeline}, alarms{r.Alarms, most})
	return p
}

// legend explains the marks in one line at the bottom.
func legend(c draw.Canvas, r queries.Relation) {
	style := text.Style{Color: ink(), Font: sans(8), YAlign: text.YCenter, Handler: plot.DefaultTextHandler}
	const thumbnail, gap = 5 * vg.Millimeter, 1.5 * vg.Millimeter
	items := []struct {
		name string
		mark plot.Thumbnailer
	}{
		{"cooperation, upwards", swatch{cooperation()}}, {"conflict, downwards", swatch{conflict()}},
		{"tense", swatch{shade(queries.Tense)}}, {"open conflict", swatch{shade(queries.OpenConflict)}},
		{"surprise at the end of each " + string(r.By), curve{}}, {"alarm", alarms{}}, {"turn, with its day", turns{}},
	}
	all := -3 * gap
	for _, item := range items {
		all += thumbnail + gap + style.Width(item.name) + 3*gap
	}
	x, y := (c.Min.X+c.Max.X-all)/2, c.Min.Y+strip/4
	for _, item := range items {
		area := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: x, Y: y - 4}, Max: vg.Point{X: x + thumbnail, Y: y + 4}}}
		item.mark.Thumbnail(&area)
		x += thumbnail + gap
		c.FillText(style, vg.Point{X: x, Y: y}, item.name)
		x += style.Width(item.name) + 3*gap
	}
}

// write puts text on a ground that keeps it apart from lines.
func write(c draw.Canvas, style text.Style, at vg.Point, s string, ground color.Color) {
	box := style.Rectangle(s).Add(at)
	c.FillPolygon(ground, rectangle(box.Min.X-1, box.Min.Y, box.Max.X+1, box.Max.Y))
	c.FillText(style, at, s)
}

// bars are one column for each bucket that is not quiet.
type bars struct {
	fill   color.Color
	list   []queries.Bucket
	height func(queries.Bucket) int
}

func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, bucket := range b.list {
		h := b.height(bucket)
		if bucket.Quiet || h == 0 {
			continue
		}
		left, right := x(float64(bucket.From)), x(float64(bucket.To))
		if gap := (right - left) / 6; right-left > 3 {
			right -= gap
		}
		c.FillPolygon(b.fill, rectangle(left, y(0), right, y(float64(h))))
	}
}

func rectangle(x0, y0, x1, y1 vg.Length) []vg.Point {
	return []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}
}

// swatch is a field of one colour in the legend.
type swatch struct{ fill color.Color }

func (s swatch) Thumbnail(c *draw.Canvas) {
	field := rectangle(c.Min.X, c.Min.Y, c.Max.X, c.Max.Y)
	c.FillPolygon(s.fill, field)
	c.StrokeLines(draw.LineStyle{Color: faint(), Width: 0.4}, append(field, field[0]))
}

// phases shade the background.
type phases []queries.Phase

func (l phases) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for i, phase := range l {
		left, right := max(c.Min.X, x(float64(phase.From))), min(c.Max.X, x(float64(phase.To)))
		if right <= left {
			continue
		}
		c.FillPolygon(shade(phase.Character), rectangle(left, c.Min.Y, right, c.Max.Y))
		if i > 0 {
			c.StrokeLine2(draw.LineStyle{Color: faint(), Width: 0.6}, left, c.Min.Y, left, c.Max.Y)
		}
	}
}

// characters tells what the phases are like, where there is room.
type characters []queries.Phase

func (l characters) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	style := text.Style{Color: ink(), Font: sans(8), XAlign: text.XCenter, YAlign: text.YTop, Handler: p.TextHandler}
	for _, phase := range l {
		left, right := max(c.Min.X, x(float64(phase.From))), min(c.Max.X, x(float64(phase.To)))
		if name := string(phase.Character); style.Width(name) < right-left {
			write(c, style, vg.Point{X: (left + right) / 2, Y: c.Max.Y - 1}, name, shade(phase.Character))
		}
	}
}

// level is a line across the picture.
type level struct {
	at     float64
	color  color.Color
	dashed bool
}

func (l level) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	style := draw.LineStyle{Color: l.color, Width: 0.6}
	if l.dashed {
		style.Dashes = []vg.Length{3, 3}
	}
	c.StrokeLine2(style, c.Min.X, y(l.at), c.Max.X, y(l.at))
}

// turns are dotted lines where a strain began.
type turns []queries.Alarm

func (l turns) style() draw.LineStyle {
	return draw.LineStyle{Color: ink(), Width: 0.7, Dashes: []vg.Length{1, 2}}
}

func (l turns) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for _, a := range l {
		if at := x(float64(a.Turned)); at >= c.Min.X && at <= c.Max.X {
			c.StrokeLine2(l.style(), at, c.Min.Y, at, c.Max.Y)
		}
	}
}

func (l turns) Thumbnail(c *draw.Canvas) {
	at := (c.Min.X + c.Max.X) / 2
	c.StrokeLine2(l.style(), at, c.Min.Y, at, c.Max.Y)
}

// curve is the surprise over time, broken where the timeline is quiet.
type curve struct {
	points   []queries.StrainPoint
	timeline []queries.Bucket
}

func (l curve) style() draw.LineStyle { return draw.LineStyle{Color: ink(), Width: 1.1} }

func (l curve) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var line []vg.Point
	flush := func() {
		if len(line) > 1 {
			c.StrokeLines(l.style(), line)
		}
		line = nil
	}
	points := l.points
	for _, b := range l.timeline {
		if b.Quiet {
			flush()
			continue
		}
		if len(points) == 0 {
			break
		}
		line = append(line, vg.Point{X: x(float64(points[0].Day)), Y: y(points[0].Surprise)})
		points = points[1:]
	}
	flush()
}

func (l curve) Thumbnail(c *draw.Canvas) {
	at := (c.Min.Y + c.Max.Y) / 2
	c.StrokeLine2(l.style(), c.Min.X, at, c.Max.X, at)
}

// alarms are triangles at their surprise, the highest with their date.
type alarms struct {
	list []queries.Alarm
	most float64
}

func (l alarms) glyph() draw.GlyphStyle {
	return draw.GlyphStyle{Color: conflict(), Radius: 3, Shape: draw.PyramidGlyph{}}
}

func (l alarms) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := text.Style{Color: ink(), Font: sans(8), XAlign: text.XCenter, YAlign: text.YBottom, Handler: p.TextHandler}
	list := slices.Clone(l.list)
	slices.SortStableFunc(list, func(a, b queries.Alarm) int {
		return int(math.Copysign(1, b.Surprise-a.Surprise))
	})
	var written []vg.Rectangle
	var turned []schema.Day
	for _, a := range list {
		at := vg.Point{X: x(float64(a.Day)), Y: y(a.Surprise)}
		if at.X < c.Min.X || at.X > c.Max.X {
			continue
		}
		defer c.DrawGlyph(l.glyph(), at) // above all labels
		label := a.Turned.String()
		if slices.Contains(turned, a.Turned) {
			continue
		}
		turned = append(turned, a.Turned)
		half := style.Width(label)/2 + 1
		at.X = min(max(at.X, c.Min.X+half), c.Max.X-half)
		box := vg.Rectangle{Min: vg.Point{X: at.X - half, Y: at.Y}, Max: vg.Point{X: at.X + half, Y: at.Y + 15}}
		if len(written) < 12 && !slices.ContainsFunc(written, func(r vg.Rectangle) bool { return overlap(r, box) }) {
			written = append(written, box)
			write(c, style, vg.Point{X: at.X, Y: at.Y + 5}, label, color.White)
		}
	}
}

func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}

func (l alarms) Thumbnail(c *draw.Canvas) {
	c.DrawGlyph(l.glyph(), vg.Point{X: (c.Min.X + c.Max.X) / 2, Y: (c.Min.Y + c.Max.Y) / 2})
}

// unsigned labels an axis that runs both ways from zero.
type unsigned struct{}

func (unsigned) Ticks(low, high float64) []plot.Tick {
	step := 1
	for k := 0; float64(step)*7 < high-low; k++ {
		step = []int{1, 2, 5}[k%3] * int(math.Pow10(k/3))
	}
	var list []plot.Tick
	for n := int(math.Ceil(low/float64(step))) * step; float64(n) <= high; n += step {
		list = append(list, plot.Tick{Value: float64(n), Label: fmt.Sprint(max(n, -n))})
	}
	return list
}

// calendar marks years, of short times months, of long times every fifth
// year.
type calendar struct{}

func (calendar) Ticks(low, high float64) []plot.Tick {
	from, to := schema.Day(low), schema.Day(high)
	step, format := 12, "2006"
	switch days := to - from; {
	case days > 25*365:
		step = 60
	case days < 3*365:
		step, format = 3, "Jan 2006"
	}
	var list []plot.Tick
	for y := from.Time().Year(); ; y++ {
		for m := 1; m <= 12; m++ {
			day := schema.MakeDay(y, time.Month(m), 1)
			if day > to {
				return list
			}
			if n := y*12 + m - 1; day >= from && n%step == 0 {
				list = append(list, plot.Tick{Value: float64(day), Label: day.Time().Format(format)})
			}
		}
	}
}
