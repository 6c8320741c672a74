package picture

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"gonum.org/v1/plot/font"
)

// Lacking tells in a picture that Letters has left something out.
const Lacking = "The font of this picture lacks letters of some names: … stands for them. The SVG has them."

// Letters makes a text ready for a picture of dots, which has a font of its
// own: Latin, Greek, Cyrillic and Hebrew letters. A run of others becomes
// "…", and whole is false. Hebrew is put in the order in which it is drawn.
func Letters(text string) (drawn string, whole bool) {
	plain := true
	for _, r := range text {
		plain = plain && r < 0x590
	}
	if plain {
		return text, true
	}
	face := font.DefaultCache.Lookup(sans(12), 12).Face
	var b strings.Builder
	gap := false // of letters that are left out
	whole = true
	for _, r := range text {
		i, err := face.GlyphIndex(nil, r)
		lacks := (err != nil || i == 0) && !unicode.Is(unicode.Cf, r) || gap && unicode.IsMark(r)
		switch {
		case lacks && !gap:
			b.WriteRune('…')
			whole = false
		case !lacks && !unicode.Is(unicode.Cf, r):
			b.WriteRune(r)
		}
		gap = lacks
	}
	return inOrder(b.String()), whole
}

// inOrder puts what is written from right to left in the order of drawing.
func inOrder(text string) string {
	var p bidi.Paragraph
	if _, err := p.SetString(text); err != nil {
		return text
	}
	order, err := p.Order()
	if err != nil {
		return text
	}
	var b strings.Builder
	for i := range order.NumRuns() {
		run := order.Run(i)
		if run.Direction() == bidi.RightToLeft {
			b.WriteString(bidi.ReverseString(run.String()))
		} else {
			b.WriteString(run.String())
		}
	}
	return b.String()
}
