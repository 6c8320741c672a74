package nlp

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func words(text string) [][]string {
	var out [][]string
	for s := range Tokenize(text) {
		var w []string
		for _, t := range s.Tokens {
			w = append(w, t.Text)
		}
		out = append(out, w)
	}
	return out
}

func TestTokens(t *testing.T) {
	tests := []struct{ text, want string }{
		{"The army didn't fire.", "The army did n't fire ."},
		{"Turkey's forces cannot leave.", "Turkey 's forces can not leave ."},
		{"Lebanon’s and the rebels’ allies", "Lebanon ’s and the rebels ’ allies"},
		{"Iran-backed anti-tank units", "Iran - backed anti-tank units"},
		{"Gen. J. R. Smith of the U.S. Army", "Gen. J. R. Smith of the U.S. Army"},
		{"He earned $2.5m (about 1,200,000 euros) at 7pm.", "He earned $ 2.5 m ( about 1,200,000 euros ) at 7 pm ."},
		{"Call 555-0123 before 11-20-2000, in 1969-1970", "Call 555-0123 before 11-20-2000 , in 1969 - 1970"},
		{"see http://example.org/a-b, now", "see http://example.org/a-b , now"},
		{"Dont say it; they dont", "Do nt say it ; they do nt"},
		{"Qa'ida and O'Brien, AT&T, 9/11, and/or", "Qa'ida and O'Brien , AT&T , 9/11 , and / or"},
		{"at 5:30 a.m. on Sept. 5", "at 5:30 a.m. on Sept. 5"},
		{"“We won...” she said", "“ We won ... ” she said"},
		{"US$50 and £3bn, 45%", "US$ 50 and £ 3 bn , 45 %"},
		{"a 98-kilometer (60-mile) stretch", "a 98 - kilometer ( 60 - mile ) stretch"},
		{"wait-- what?!", "wait -- what ?!"},
		{"write to a.b-c@mail.example.org, or news.example.com.", "write to a.b-c@mail.example.org , or news.example.com ."},
	}
	for _, tt := range tests {
		got := strings.Join(slices.Concat(words(tt.text)...), " ")
		if got != tt.want {
			t.Errorf("tokens of %q:\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"He met Gen. Aoun in the U.S. The talks failed.", []string{"He met Gen. Aoun in the U.S.", "The talks failed."}},
		{"The U.S. Navy left. J. Smith stayed.", []string{"The U.S. Navy left.", "J. Smith stayed."}},
		{"At 5 a.m. the town fell. At 6 p.m. The army was gone.", []string{"At 5 a.m. the town fell.", "At 6 p.m.", "The army was gone."}},
		{`"We will go." He left. "Stop!" he said.`, []string{`"We will go."`, "He left.", `"Stop!" he said.`}},
		{"Rates rose 3.5 percent. Prices fell.", []string{"Rates rose 3.5 percent.", "Prices fell."}},
		{"Army takes hill\n\nThe army took a hill on Monday.", []string{"Army takes hill", "The army took a hill on Monday."}},
		{"Army takes hill\nThe army took a hill on Monday, two officers and a spokesman for the rebels said in separate statements.", []string{"Army takes hill", "The army took a hill on Monday, two officers and a spokesman for the rebels said in separate statements."}},
		{"The army took a hill on Monday, two officers\nsaid. The Friday raid was the third of its kind in\nthe region.", []string{"The army took a hill on Monday, two officers\nsaid.", "The Friday raid was the third of its kind in\nthe region."}},
		{"Points:\n- one thing\n- Another thing", []string{"Points:", "- one thing", "- Another thing"}},
		{"BEIRUT (Agency) - Two men died. Three fled.", []string{"BEIRUT (Agency) - Two men died.", "Three fled."}},
		{"It ended.The army left.", []string{"It ended.", "The army left."}},
		{"They waited... Then it came... and went.", []string{"They waited...", "Then it came... and went."}},
		{"He arrived on Sept. 5. No. 10 was silent.", []string{"He arrived on Sept. 5.", "No. 10 was silent."}},
		{"Is it over? (Nobody knows.) Perhaps.", []string{"Is it over?", "(Nobody knows.)", "Perhaps."}},
		{"He won.[12] She lost. [3] They left.", []string{"He won.[12]", "She lost. [3]", "They left."}},
		{"He works for Yahoo! in Paris.", []string{"He works for Yahoo! in Paris."}},
		{"", nil},
		{" \n\t\n ", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, s := range Split(tt.text) {
			got = append(got, tt.text[s.Start:s.End])
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("sentences of %q:\n got %q\nwant %q", tt.text, got, tt.want)
		}
	}
}

// checkSpans fails when tokens overlap, leave the text, or lose a byte that
// is neither white space nor invisible.
func checkSpans(t *testing.T, text string) {
	t.Helper()
	short := text[:min(len(text), 60)]
	at := 0
	covered := func(end int) {
		for at < end {
			r, n := utf8.DecodeRuneInString(text[at:])
			if !(r <= ' ' || r == 0x7f || isIgnorable(r) || strings.TrimSpace(string(r)) == "") {
				t.Fatalf("%q: byte %d (%q) is in no token", short, at, r)
			}
			at += n
		}
	}
	for s := range Tokenize(text) {
		if len(s.Tokens) == 0 || len(s.Tokens) > maxSentence {
			t.Fatalf("%q: sentence of %d tokens", short, len(s.Tokens))
		}
		for _, k := range s.Tokens {
			if k.Start < at || k.End <= k.Start || k.End > len(text) || text[k.Start:k.End] != k.Text {
				t.Fatalf("%q: token %q at [%d:%d] after %d", short, k.Text, k.Start, k.End, at)
			}
			covered(k.Start)
			at = k.End
		}
		if s.Start != s.Tokens[0].Start || s.End != s.Tokens[len(s.Tokens)-1].End {
			t.Fatalf("%q: sentence [%d:%d] does not span its tokens", short, s.Start, s.End)
		}
	}
	covered(len(text))
}

func FuzzTokenize(f *testing.F) {
	for _, s := range []string{
		"Gen. O'Neil's men didn't...", "a\n\n\nb", "\xff\xfe.\x80", "'", "n't", "5-5-5-", "http://", "www.", "U.S.A.",
		"“‘x’”", "1. a\n2) b", "....", "'72", "a@b.c", "#", "@", ":)", "$", "no.5", "1,000,", "é́", "cannot\u200bcannot",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkSpans(t, text) })
}

// TestGarbageIsLinear feeds long monotonous texts: a quadratic step anywhere
// would take minutes.
func TestGarbageIsLinear(t *testing.T) {
	const n = 1 << 20
	for _, unit := range []string{"a", ".", "'", "-", "a.", "a-", "1-", "1,", "a'", "\n", "\n\n", "- ", "(", "\"", ".\"", "\xff", "A. ", "A.", "@a", "http://", "www.", "1.\n", "é", " ", "x\n", "#a", "..a"} {
		begin := time.Now()
		checkSpans(t, strings.Repeat(unit, n/len(unit)))
		if d := time.Since(begin); d > 10*time.Second {
			t.Errorf("%d bytes of %q took %v", n, unit, d)
		}
	}
}
