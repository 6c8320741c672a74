// Package world holds the outline of the countries and puts places on a map:
// Natural Earth's 1:110 million countries (public domain; see NOTICE), in the
// Equal Earth projection (Šavrič, Patterson & Jenny 2018), in which areas
// compare. Borders are as the source has them and stand for no view of
// disputes.
package world

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed outline.txt
var outline string

// The size of the map, in its units, without Antarctica.
const (
	Width  = 960.0
	Height = 416.0
)

const (
	scale = Width / 5.4133 // half the equator is 2.7066 long
	top   = 1.3085 * scale // 83.6° north, where land ends
)

// Project puts a place, in degrees north and east, on the map. y runs down.
func Project(latitude, longitude float64) (x, y float64) {
	const a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
	t := math.Asin(math.Sqrt(3) / 2 * math.Sin(latitude*math.Pi/180))
	t2 := t * t
	t6 := t2 * t2 * t2
	lambda := longitude * math.Pi / 180
	x = 2 * math.Sqrt(3) * lambda * math.Cos(t) / (3 * (9*a4*t6*t2 + 7*a3*t6 + 3*a2*t2 + a1))
	y = t * (a4*t6*t2 + a3*t6 + a2*t2 + a1)
	return Width/2 + scale*x, top - scale*y
}

// Rings are the borders of the countries on the map, as closed lines of x
// and y. They must not be written to.
var Rings = sync.OnceValue(func() [][][2]float64 {
	var list [][][2]float64
	for line := range strings.Lines(outline) {
		var ring [][2]float64
		lon, lat := 0, 0
		words := strings.Fields(line)
		for i := 0; i+1 < len(words); i += 2 {
			dx, _ := strconv.Atoi(words[i]) // the file is ours and tested
			dy, _ := strconv.Atoi(words[i+1])
			lon, lat = lon+dx, lat+dy
			x, y := Project(float64(lat)/100, float64(lon)/100)
			ring = append(ring, [2]float64{x, y})
		}
		list = append(list, ring)
	}
	return list
})

// SVG is the outline as an image with one symbol, "land", for pages to use.
var SVG = sync.OnceValue(func() []byte {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + size(Width) + " " + size(Height) + `"><path id="land" d="`)
	for _, ring := range Rings() {
		for i, p := range ring {
			if i == 0 {
				b.WriteByte('M')
			} else {
				b.WriteByte('L')
			}
			b.WriteString(size(p[0]) + " " + size(p[1]))
		}
		b.WriteByte('Z')
	}
	b.WriteString(`"/></svg>` + "\n")
	return []byte(b.String())
})

func size(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }
