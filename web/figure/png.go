package figure

import (
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"faultline/queries/picture"
)

// dpi makes two dots of each unit of a picture.
const dpi = 144

// PNG writes the picture as a file.
func (f *Figure) PNG(w io.Writer) error {
	f = f.captioned()
	if !f.legible() {
		f.Height += 16
		f.Text("small", 14, f.Height-7, "start", picture.Lacking)
	}
	canvas := vgimg.NewWith(vgimg.UseWH(vg.Length(f.Width), vg.Length(f.Height)), vgimg.UseDPI(dpi))
	c := draw.New(canvas)
	at := func(p Point) vg.Point { return vg.Point{X: vg.Length(p.X), Y: vg.Length(f.Height - p.Y)} }
	for i := range f.shapes {
		s := &f.shapes[i]
		look := styleOf(s.class)
		switch s.kind {
		case writing:
			weight := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(look.size)}
			if look.bold {
				weight.Weight = 3
			}
			style := text.Style{Color: paint(look.fill, 0), Font: weight, YAlign: text.YBottom, Handler: plot.DefaultTextHandler}
			switch s.anchor {
			case "middle":
				style.XAlign = text.XCenter
			case "end":
				style.XAlign = text.XRight
			}
			p := at(s.points[0])
			p.Y -= vg.Length(0.22 * look.size) // from the line of writing to the box
			if look.halo {
				paper := style
				paper.Color = color.White
				for k := range 8 {
					a := math.Pi / 4 * float64(k)
					c.FillText(paper, vg.Point{X: p.X + vg.Length(1.4*math.Cos(a)), Y: p.Y + vg.Length(1.4*math.Sin(a))}, s.text)
				}
			}
			c.FillText(style, p, s.text)
		case circle:
			ring := make([]vg.Point, 0, 48)
			for k := range 48 {
				a := 2 * math.Pi * float64(k) / 48
				ring = append(ring, at(Point{s.points[0].X + s.r*math.Cos(a), s.points[0].Y + s.r*math.Sin(a)}))
			}
			fill(c, look, ring)
		case line:
			var points []vg.Point
			for _, p := range s.points {
				points = append(points, at(p))
			}
			c.StrokeLines(pen(look), points)
		case area, world:
			for _, r := range s.rings() {
				ring := make([]vg.Point, 0, len(r)+1)
				for _, p := range r {
					ring = append(ring, at(p))
				}
				fill(c, look, ring)
			}
		}
	}
	_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
	return err
}

// legible puts all texts in letters that the font has, and reports whether it
// has them all.
func (f *Figure) legible() bool {
	whole := true
	for i := range f.shapes {
		if s := &f.shapes[i]; s.kind == writing {
			text, all := picture.Letters(s.text)
			s.text, whole = text, whole && all
		}
	}
	return whole
}

func pen(look style) draw.LineStyle {
	p := draw.LineStyle{Color: paint(look.stroke, 0), Width: vg.Length(look.width)}
	for _, d := range look.dashes {
		p.Dashes = append(p.Dashes, vg.Length(d))
	}
	return p
}

func fill(c draw.Canvas, look style, ring []vg.Point) {
	if len(ring) < 2 {
		return
	}
	if look.fill != "" {
		c.FillPolygon(paint(look.fill, look.opacity), ring)
	}
	if look.stroke != "" {
		c.StrokeLines(pen(look), append(ring, ring[0]))
	}
}
