package page

import (
	"strings"
	"testing"
)

func TestFragment(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"Guns fell  silent\nat dawn": "Guns fell silent at dawn",
		"<p>One.</p><p>Two&nbsp;&amp; three.</p>": "One.\n\nTwo & three.",
		"One<br>two":                                     "One\ntwo",
		"&lt;ACME&gt; said":                              "<ACME> said",
		"1 < 2 and 3 > 2":                                "1 < 2 and 3 > 2",
		"<script>x</script>Text<style>y</style>":         "Text",
		"<p>cut <a href='x":                              "cut",
		"<table><tr><td>a</td><td>b</td></tr></table>":   "a\n\nb",
		strings.Repeat("<i> </i>", fragmentMax) + "long": "long",
		strings.Repeat("<b>", 2000) + "deep" + "<p>end":  "deep end",
	} {
		if got := Fragment(in); got != want {
			t.Errorf("%.60q: %q, want %q", in, got, want)
		}
	}
}

func FuzzFragment(f *testing.F) {
	f.Add("<p>One.</p>two &amp; three")
	f.Add(strings.Repeat("<a>", 600))
	f.Fuzz(func(t *testing.T, in string) {
		if got := Fragment(in); got != strings.TrimSpace(got) {
			t.Errorf("%q", got)
		}
	})
}
