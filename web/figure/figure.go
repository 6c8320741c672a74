// Package figure draws the explorer's pictures. A picture is a list of shapes
// with classes; it becomes part of a page, where the style sheet colours it
// for light and dark, or a file, SVG or PNG, in colours for print.
package figure

import (
	"fmt"
	"html"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Point is in units of a picture, from its upper left corner.
type Point struct{ X, Y float64 }

type kind uint8

const (
	line kind = iota
	area
	circle
	writing
	world // the outline of the land, from an asset of its own in pages
)

type shape struct {
	kind   kind
	class  string
	points []Point
	holes  []int // of an area: where its further rings begin
	r      float64
	text   string
	anchor string // start, middle or end
	href   string
	title  string
	data   string // id of what the shape stands for, for the script
}

// Figure is a picture that is being drawn. Later shapes lie above earlier
// ones.
type Figure struct {
	Width, Height float64
	Label         string // tells what the picture shows, for those who do not see it
	Class         string // of the element in a page
	Caption       string // tells in a file what the marks are; a page says so beside the picture
	shapes        []shape
	land          [3]float64 // how the asset with the outline is put in a page: times, to the right, down
}

// New begins a picture.
func New(width, height float64, label string) *Figure {
	return &Figure{Width: width, Height: height, Label: label}
}

func (f *Figure) add(s shape) *shape {
	f.shapes = append(f.shapes, s)
	return &f.shapes[len(f.shapes)-1]
}

// Mark is a shape that was drawn, to which more can be said.
type Mark struct{ s *shape }

// Link makes the shape lead somewhere.
func (m Mark) Link(href string) Mark { m.s.href = href; return m }

// Title gives the shape a text that is shown when it is pointed at.
func (m Mark) Title(s string) Mark { m.s.title = s; return m }

// Data names what the shape stands for, for the script.
func (m Mark) Data(s string) Mark { m.s.data = s; return m }

// Line draws from point to point.
func (f *Figure) Line(class string, points ...Point) Mark {
	return Mark{f.add(shape{kind: line, class: class, points: points})}
}

// Area fills a polygon.
func (f *Figure) Area(class string, points ...Point) Mark {
	return Mark{f.add(shape{kind: area, class: class, points: points})}
}

// Rect fills a rectangle.
func (f *Figure) Rect(class string, x, y, width, height float64) Mark {
	return f.Area(class, Point{x, y}, Point{x + width, y}, Point{x + width, y + height}, Point{x, y + height})
}

// Circle fills a circle.
func (f *Figure) Circle(class string, x, y, r float64) Mark {
	return Mark{f.add(shape{kind: circle, class: class, points: []Point{{x, y}}, r: r})}
}

// Text writes one line; its anchor is start, middle or end.
func (f *Figure) Text(class string, x, y float64, anchor, s string) Mark {
	return Mark{f.add(shape{kind: writing, class: class, points: []Point{{x, y}}, anchor: anchor, text: s})}
}

// Land draws areas that a page takes from an asset, where href leads, and a
// file holds itself.
func (f *Figure) Land(class, href string, rings [][]Point) {
	f.land = [3]float64{1, 0, 0}
	s := shape{kind: world, class: class, href: href}
	for _, ring := range rings {
		s.holes = append(s.holes, len(s.points))
		s.points = append(s.points, ring...)
	}
	f.add(s)
}

// Place tells how the outline in the asset is put into the picture: made so
// many times as large, then moved to the right and down.
func (f *Figure) Place(times, right, down float64) { f.land = [3]float64{times, right, down} }

// num writes a length with one decimal at most.
func num(x float64) string {
	return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
}

func path(points []Point, closed bool) string {
	var b strings.Builder
	for i, p := range points {
		if i == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(num(p.X))
		b.WriteByte(' ')
		b.WriteString(num(p.Y))
	}
	if closed {
		b.WriteByte('Z')
	}
	return b.String()
}

func (s *shape) rings() [][]Point {
	if s.kind != world {
		return [][]Point{s.points}
	}
	var list [][]Point
	for i, from := range s.holes {
		to := len(s.points)
		if i+1 < len(s.holes) {
			to = s.holes[i+1]
		}
		list = append(list, s.points[from:to])
	}
	return list
}

// Inline is the picture as an element of a page.
func (f *Figure) Inline() template.HTML {
	var b strings.Builder
	role := "img"
	if slices.ContainsFunc(f.shapes, func(s shape) bool { return s.href != "" && s.kind != world }) {
		role = "group" // of links, which an image may not hold
	}
	fmt.Fprintf(&b, `<svg class="figure %s" viewBox="0 0 %s %s" role="%s" aria-label="%s">`,
		html.EscapeString(f.Class), num(f.Width), num(f.Height), role, html.EscapeString(f.Label))
	f.body(&b, func(class string) string { return ` class="` + html.EscapeString(class) + `"` }, true)
	b.WriteString("</svg>")
	return template.HTML(b.String()) // every text in it was escaped above
}

// captioned is the picture as a file has it.
func (f *Figure) captioned() *Figure {
	g := *f
	g.shapes = slices.Clone(f.shapes)
	if f.Caption != "" {
		g.Rect("plate", 0, g.Height, g.Width, 20) // above what reaches out of the picture
		g.Height += 20
		g.Text("small", 14, g.Height-9, "start", f.Caption)
	}
	return &g
}

// SVG writes the picture as a file.
func (f *Figure) SVG(w io.Writer) error {
	f = f.captioned()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" font-family="Liberation Sans, Helvetica, Arial, sans-serif">`,
		num(f.Width), num(f.Height), num(f.Width), num(f.Height))
	fmt.Fprintf(&b, `<title>%s</title><rect width="100%%" height="100%%" fill="#fff"/>`, html.EscapeString(f.Label))
	f.body(&b, func(class string) string { return styleOf(class).attributes() }, false)
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (f *Figure) body(b *strings.Builder, look func(class string) string, page bool) {
	for i := range f.shapes {
		s := &f.shapes[i]
		data := ""
		if page && s.data != "" {
			data = ` data-id="` + html.EscapeString(s.data) + `"`
		}
		link := page && s.href != "" && s.kind != world
		if link {
			fmt.Fprintf(b, `<a href="%s"`, html.EscapeString(s.href))
			if s.title != "" {
				fmt.Fprintf(b, ` aria-label="%s"`, html.EscapeString(s.title))
			}
			b.WriteString(">")
		}
		open, end := "", ""
		switch s.kind {
		case line:
			open, end = fmt.Sprintf(`<path d="%s"%s%s`, path(s.points, false), look(s.class), data), "path"
		case area:
			open, end = fmt.Sprintf(`<path d="%s"%s%s`, path(s.points, true), look(s.class), data), "path"
		case circle:
			open, end = fmt.Sprintf(`<circle cx="%s" cy="%s" r="%s"%s%s`, num(s.points[0].X), num(s.points[0].Y), num(s.r), look(s.class), data), "circle"
		case writing:
			anchor := ""
			if s.anchor != "start" {
				anchor = ` text-anchor="` + s.anchor + `"`
			}
			open, end = fmt.Sprintf(`<text x="%s" y="%s"%s%s%s`, num(s.points[0].X), num(s.points[0].Y), anchor, look(s.class), data), "text"
			if !page && styleOf(s.class).halo { // twice, as not all viewers paint strokes first
				fmt.Fprintf(b, `%s stroke="#ffffff" stroke-width="3" stroke-linejoin="round">%s</text>`, open, html.EscapeString(s.text))
			}
		case world:
			if page {
				open, end = fmt.Sprintf(`<use href="%s" transform="translate(%s %s) scale(%.4f)"%s`,
					html.EscapeString(s.href), num(f.land[1]), num(f.land[2]), f.land[0], look(s.class)), "use"
				break
			}
			var d strings.Builder
			for _, ring := range s.rings() {
				d.WriteString(path(ring, true))
			}
			open, end = fmt.Sprintf(`<path d="%s"%s`, d.String(), look(s.class)), "path"
		}
		b.WriteString(open)
		switch {
		case s.kind == writing:
			b.WriteString(">" + html.EscapeString(s.text) + "</" + end + ">")
		case s.title != "":
			b.WriteString("><title>" + html.EscapeString(s.title) + "</title></" + end + ">")
		default:
			b.WriteString("/>")
		}
		if link {
			b.WriteString("</a>")
		}
	}
}
