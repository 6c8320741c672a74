package figure

import (
	"fmt"
	"image/color"
	"slices"
	"strings"
)

// style is how shapes of a class look in a file.
type style struct {
	fill, stroke string // #rrggbb, "" for none
	width        float64
	dashes       []float64
	opacity      float64 // of the fill, 0 is full
	size         float64 // of text
	bold         bool
	halo         bool // the text keeps lines off
}

// styleOf is the style of the first of the classes that has one. The style
// sheet of the pages has the same classes.
func styleOf(class string) style {
	fields := strings.Fields(class)
	look := lookOf(fields)
	look.halo = slices.Contains(fields, "halo")
	return look
}

func lookOf(classes []string) style {
	for _, c := range classes {
		switch c {
		case "ink":
			return style{stroke: "#222222", width: 1.2}
		case "axis":
			return style{stroke: "#555555", width: 0.8}
		case "grid":
			return style{stroke: "#cccccc", width: 0.6, dashes: []float64{3, 3}}
		case "conflict":
			return style{fill: "#9b1c1c"}
		case "cooperation":
			return style{fill: "#8cc4e0"}
		case "volume":
			return style{fill: "#8a8a8a"}
		case "tense":
			return style{fill: "#f4ecd8"}
		case "open":
			return style{fill: "#f3dcd6"}
		case "turn":
			return style{stroke: "#222222", width: 0.7, dashes: []float64{1, 2}}
		case "alarm":
			return style{fill: "#9b1c1c"}
		case "foe":
			return style{fill: "#9b1c1c", stroke: "#9b1c1c", width: 1}
		case "friend":
			return style{fill: "#3b7ea1", stroke: "#3b7ea1", width: 1}
		case "mixed":
			return style{fill: "#8a8a8a", stroke: "#8a8a8a", width: 1}
		case "tie-foe":
			return style{stroke: "#9b1c1c", width: 1.4}
		case "tie-friend":
			return style{stroke: "#3b7ea1", width: 1.4, dashes: []float64{6, 3}}
		case "tie-mixed":
			return style{stroke: "#8a8a8a", width: 1.2, dashes: []float64{2, 3}}
		case "tie-foe-2":
			return style{stroke: "#9b1c1c", width: 2.4}
		case "tie-foe-3":
			return style{stroke: "#9b1c1c", width: 4}
		case "tie-friend-2":
			return style{stroke: "#3b7ea1", width: 2.4, dashes: []float64{7, 4}}
		case "tie-friend-3":
			return style{stroke: "#3b7ea1", width: 4, dashes: []float64{9, 5}}
		case "tie-mixed-2":
			return style{stroke: "#8a8a8a", width: 2.2, dashes: []float64{3, 4}}
		case "tie-mixed-3":
			return style{stroke: "#8a8a8a", width: 3.6, dashes: []float64{4, 5}}
		case "hollow":
			return style{fill: "#ffffff", stroke: "#8a8a8a", width: 1}
		case "plate":
			return style{fill: "#ffffff"}
		case "self":
			return style{fill: "#222222", stroke: "#222222", width: 1}
		case "land":
			return style{fill: "#ebe8e1", stroke: "#b9b4a8", width: 0.5}
		case "site-foe":
			return style{fill: "#9b1c1c", opacity: 0.6, stroke: "#9b1c1c", width: 0.6}
		case "site-friend":
			return style{fill: "#3b7ea1", opacity: 0.5, stroke: "#3b7ea1", width: 0.6}
		case "site-mixed":
			return style{fill: "#8a8a8a", opacity: 0.5, stroke: "#8a8a8a", width: 0.6}
		case "box":
			return style{fill: "#ffffff", stroke: "#555555", width: 1}
		case "head":
			return style{fill: "#222222", size: 15, bold: true}
		case "name":
			return style{fill: "#222222", size: 12}
		case "small":
			return style{fill: "#555555", size: 10}
		}
	}
	return style{fill: "#222222", size: 11}
}

func (s style) attributes() string {
	var b strings.Builder
	if s.size > 0 {
		fmt.Fprintf(&b, ` font-size="%s" fill="%s"`, num(s.size), s.fill)
		if s.bold {
			b.WriteString(` font-weight="bold"`)
		}
		return b.String()
	}
	if s.fill == "" {
		b.WriteString(` fill="none"`)
	} else {
		fmt.Fprintf(&b, ` fill="%s"`, s.fill)
		if s.opacity > 0 {
			fmt.Fprintf(&b, ` fill-opacity="%s"`, num(s.opacity))
		}
	}
	if s.stroke != "" {
		fmt.Fprintf(&b, ` stroke="%s" stroke-width="%s"`, s.stroke, num(s.width))
	}
	if len(s.dashes) > 0 {
		list := make([]string, len(s.dashes))
		for i, d := range s.dashes {
			list[i] = num(d)
		}
		fmt.Fprintf(&b, ` stroke-dasharray="%s"`, strings.Join(list, " "))
	}
	return b.String()
}

// paint is a colour of the table, with an opacity; 0 is full.
func paint(hex string, opacity float64) color.Color {
	var c color.NRGBA
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &c.R, &c.G, &c.B); err != nil {
		return color.Black
	}
	c.A = 255
	if opacity > 0 {
		c.A = uint8(255 * opacity)
	}
	return c
}
