package picture_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"strings"
	"testing"

	"faultline/queries"
	"faultline/queries/picture"
	"faultline/schema"
)

func relation() queries.Relation {
	day := func(n int) schema.Day { return schema.MakeDay(2020, 1, 1) + schema.Day(n) }
	r := queries.Relation{
		A: queries.ActorRef{ID: "actor:a", Name: "Ruritania"}, B: queries.ActorRef{ID: "actor:b", Name: "Grünland <B>"},
		By: queries.UnitMonth, Events: 9, Claims: 11, Outlets: 3,
		Alarms: []queries.Alarm{{Day: day(95), Turned: day(91), Surprise: 4.2, Hostile: 5, Grade: queries.Alerting}},
		Phases: []queries.Phase{
			{Window: queries.Window{From: day(0), To: day(91)}, Character: queries.Cooperative},
			{Window: queries.Window{From: day(91), To: day(420)}, Character: queries.OpenConflict},
		},
	}
	for i := range 14 {
		b := queries.Bucket{Window: queries.Window{From: day(30 * i), To: day(30*i + 30)}, Quiet: i == 8}
		b.Cooperation.AToB, b.Conflict.BToA = i%4, max(0, i-5)%6
		r.Timeline = append(r.Timeline, b)
		if !b.Quiet {
			r.Curve = append(r.Curve, queries.StrainPoint{Day: b.To - 1, Surprise: float64(i%5) / 2})
		}
	}
	return r
}

func TestSVG(t *testing.T) {
	var b bytes.Buffer
	if err := picture.Relation(&b, relation(), picture.SVG); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Ruritania – Grünland &lt;B&gt;", "open conflict", "cooperative", "2020-04-01", "surprise R", "Jan 2021"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in the picture", want)
		}
	}
	d := xml.NewDecoder(&b)
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// The data cover the same columns in both panels, and conflict is much
// darker than cooperation.
func TestPNG(t *testing.T) {
	var b bytes.Buffer
	if err := picture.Relation(&b, relation(), picture.PNG); err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	dark, light := 0, 0
	for x := range m.Bounds().Dx() {
		for y := range m.Bounds().Dy() {
			r, g, b, _ := m.At(x, y).RGBA()
			switch grey := (299*r + 587*g + 114*b) / 1000 >> 8; {
			case r>>8 == 0x9b && g>>8 == 0x1c && grey < 0x60:
				dark++
			case r>>8 == 0x8c && g>>8 == 0xc4 && grey > 0xa0:
				light++
			}
		}
	}
	if dark < 1000 || light < 1000 {
		t.Errorf("%d dark points of conflict, %d light points of cooperation", dark, light)
	}
}

func TestSame(t *testing.T) {
	var a, b bytes.Buffer
	if err := errors.Join(picture.Relation(&a, relation(), picture.SVG), picture.Relation(&b, relation(), picture.SVG)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two pictures of the same differ")
	}
}

func TestNothing(t *testing.T) {
	r := queries.Relation{A: queries.ActorRef{Name: "A"}, B: queries.ActorRef{Name: "B"}}
	for _, f := range []picture.Format{picture.SVG, picture.PNG} {
		if err := picture.Relation(io.Discard, r, f); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
	if err := picture.Relation(io.Discard, r, "gif"); err == nil {
		t.Error("a gif")
	}
}
