package picture_test

import (
	"bytes"
	"image/png"
	"testing"

	"faultline/queries"
	"faultline/queries/picture"
)

func TestLetters(t *testing.T) {
	for _, c := range []struct {
		text, want string
		whole      bool
	}{
		{"Recep Tayyip Erdoğan – Shinzō Abe", "Recep Tayyip Erdoğan – Shinzō Abe", true},
		{"Владимир Путин, Ελλάδα", "Владимир Путин, Ελλάδα", true},
		{"Nguyễn Xuân Phúc", "Nguyễn Xuân Phúc", true},
		{"ישראל", "לארשי", true},
		{"北京", "…", false},
		{"Beijing (北京) speaks", "Beijing (…) speaks", false},
		{"حزب الله", "… …", false},
		{"हिन्दी", "…", false},
		{"\u200fIran\u200e", "Iran", true},
		{"", "", true},
	} {
		if got, whole := picture.Letters(c.text); got != c.want || whole != c.whole {
			t.Errorf("%q: %q %v, want %q %v", c.text, got, whole, c.want, c.whole)
		}
	}
}

// A name that the font lacks does not become boxes: the title differs from
// one of boxes, and the picture tells.
func TestPictureTellsOfLackingLetters(t *testing.T) {
	draw := func(name string, f picture.Format) []byte {
		r := relation()
		r.A = queries.ActorRef{ID: "actor:a", Name: name}
		var b bytes.Buffer
		if err := picture.Relation(&b, r, f); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	ink := func(name string) (n int) {
		img, err := png.Decode(bytes.NewReader(draw(name, picture.PNG)))
		if err != nil {
			t.Fatal(err)
		}
		b := img.Bounds()
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
					n++
				}
			}
		}
		return n
	}
	if with, without := ink("北京"), ink("…"); with < without+200 {
		t.Errorf("%d dark dots with the note, %d without", with, without)
	}
	if svg := draw("北京", picture.SVG); !bytes.Contains(svg, []byte("北京")) || bytes.Contains(svg, []byte(picture.Lacking)) {
		t.Error("the SVG lacks letters")
	}
}
