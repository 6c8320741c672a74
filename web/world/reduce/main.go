// Command reduce makes the outline of the world's countries that the map is
// drawn on from Natural Earth's countries at 1:110 million, as the npm
// package world-atlas carries them in TopoJSON:
//
//	npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
//	go run ./web/world/reduce < package/countries-110m.json > web/world/outline.txt
//
// Each line of the result is one ring: longitude and latitude of its first
// point in hundredths of a degree, then the differences from point to point.
// Antarctica is left out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	err := reduce(os.Stdin, out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "reduce:", err)
		os.Exit(1)
	}
}

// topology is the part of TopoJSON that is read.
type topology struct {
	Transform struct {
		Scale, Translate [2]float64
	}
	Arcs    [][][2]float64
	Objects struct {
		Countries struct {
			Geometries []struct {
				Type       string
				Arcs       json.RawMessage
				Properties struct{ Name string }
			}
		}
	}
}

func reduce(in io.Reader, out io.Writer) error {
	var t topology
	if err := json.NewDecoder(in).Decode(&t); err != nil {
		return err
	}
	for _, arc := range t.Arcs { // from differences of quantised points to degrees
		x, y := 0.0, 0.0
		for i := range arc {
			x, y = x+arc[i][0], y+arc[i][1]
			arc[i] = [2]float64{x*t.Transform.Scale[0] + t.Transform.Translate[0], y*t.Transform.Scale[1] + t.Transform.Translate[1]}
		}
	}
	for _, g := range t.Objects.Countries.Geometries {
		if g.Properties.Name == "Antarctica" {
			continue
		}
		var polygons [][][]int
		var err error
		if g.Type == "Polygon" {
			polygons = make([][][]int, 1)
			err = json.Unmarshal(g.Arcs, &polygons[0])
		} else {
			err = json.Unmarshal(g.Arcs, &polygons)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", g.Properties.Name, err)
		}
		for _, rings := range polygons {
			for _, ring := range rings {
				for _, part := range cut(t.ring(ring)) {
					if err := write(out, part); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// ring joins arcs; ~i is arc i backwards.
func (t *topology) ring(arcs []int) [][2]float64 {
	var points [][2]float64
	for _, i := range arcs {
		arc := t.Arcs[max(i, ^i)]
		if i < 0 {
			arc = slices.Clone(arc)
			slices.Reverse(arc)
		}
		if len(points) > 0 {
			arc = arc[1:] // where the arc before ended
		}
		points = append(points, arc...)
	}
	return points
}

// cut divides a ring that crosses the date line.
func cut(ring [][2]float64) [][][2]float64 {
	if len(ring) == 0 {
		return nil
	}
	whole := slices.Clone(ring) // without the jump from 180 to -180
	low, high := whole[0][0], whole[0][0]
	for i := 1; i < len(whole); i++ {
		whole[i][0] += 360 * math.Round((whole[i-1][0]-whole[i][0])/360)
		low, high = min(low, whole[i][0]), max(high, whole[i][0])
	}
	var parts [][][2]float64
	for _, turn := range []float64{-360, 0, 360} { // the worlds to the left, here and to the right
		if high <= -180-turn || low >= 180-turn {
			continue
		}
		part := beside(beside(whole, -180-turn, 1), 180-turn, -1)
		for i := range part {
			part[i][0] += turn
		}
		parts = append(parts, part)
	}
	return parts
}

// beside keeps what of a ring lies east (side 1) or west (side -1) of a
// meridian (Sutherland & Hodgman 1974).
func beside(ring [][2]float64, meridian, side float64) [][2]float64 {
	var part [][2]float64
	for i, p := range ring {
		before := ring[(i+len(ring)-1)%len(ring)]
		in, was := side*(p[0]-meridian) >= 0, side*(before[0]-meridian) >= 0
		if in != was {
			share := (meridian - before[0]) / (p[0] - before[0])
			part = append(part, [2]float64{meridian, before[1] + share*(p[1]-before[1])})
		}
		if in {
			part = append(part, p)
		}
	}
	if len(part) > 0 && part[0] != part[len(part)-1] {
		part = append(part, part[0])
	}
	return part
}

func write(out io.Writer, ring [][2]float64) error {
	var b strings.Builder
	x, y, n := 0, 0, 0
	for i, p := range ring {
		lon, lat := int(math.Round(100*p[0])), int(math.Round(100*p[1]))
		if i > 0 {
			if lon == x && lat == y {
				continue
			}
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d %d", lon-x, lat-y)
		x, y = lon, lat
		n++
	}
	if n < 4 { // too small to be an area
		return nil
	}
	_, err := fmt.Fprintln(out, b.String())
	return err
}
