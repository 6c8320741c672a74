package coder

import (
	"testing"

	"faultline/ingest/coding"
	"faultline/schema"
)

// settingOf dates and places one act of a sentence.
func settingOf(t *testing.T, w *workbench, tokens, trigger string, others ...string) (*here, coding.Claim) {
	t.Helper()
	s := parsed(t, w, tokens)
	at := s.token(t, trigger)
	acts := []act{{token: at}}
	for _, o := range others {
		acts = append(acts, act{token: s.token(t, o)})
	}
	h := w.newSetting(s.doc.Document).read(s, acts)
	c := coding.Claim{Type: schema.Assault}
	if subj, _ := s.subject(at, 0); subj >= 0 {
		c.Initiators = s.all(s.parties(subj))
	}
	h.date(&c, at)
	h.place(&c, at)
	return h, c
}

func TestDate(t *testing.T) {
	w := bench(t)
	day := schema.MakeDay
	for _, tc := range []struct {
		name, tokens, trigger string
		others                []string
		want                  schema.Day
		precision             schema.Precision
		words                 string
	}{
		{"none", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj", "attacked", nil, published, schema.PrecisionDay, ""},
		{"day of the week", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj on/IN/5/case Friday/NNP/2/obl", "attacked", nil, day(2024, 11, 22), schema.PrecisionDay, "Friday"},
		{"full date", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root on/IN/5/case 3/CD/5/nummod May/NNP/2/obl 2021/CD/5/nmod", "attacked", nil, day(2021, 5, 3), schema.PrecisionDay, "3 May 2021"},
		{"month", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root in/IN/4/case May/NNP/2/obl 2021/CD/4/nmod", "attacked", nil, day(2021, 5, 1), schema.PrecisionMonth, "May 2021"},
		{"year", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root in/IN/4/case 1981/CD/2/obl", "attacked", nil, day(1981, 1, 1), schema.PrecisionYear, "1981"},
		{"of the nearer verb", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root on/IN/4/case Friday/NNP/2/obl and/CC/6/cc withdrew=withdraw/VBD/2/conj on/IN/8/case Saturday/NNP/6/obl", "attacked", []string{"withdrew"}, day(2024, 11, 22), schema.PrecisionDay, "Friday"},
		{"of the second verb", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root on/IN/4/case Friday/NNP/2/obl and/CC/6/cc withdrew=withdraw/VBD/2/conj on/IN/8/case Saturday/NNP/6/obl", "withdrew", []string{"attacked"}, day(2024, 11, 23), schema.PrecisionDay, "Saturday"},
		{"of another act", "Iran/NNP/2/nsubj condemned=condemn/VBD/0/root the/DT/4/det attack/NN/2/obj committed=commit/VBN/4/acl on/IN/7/case Friday/NNP/5/obl", "condemned", []string{"attack"}, published, schema.PrecisionDay, ""},
	} {
		h, c := settingOf(t, w, tc.tokens, tc.trigger, tc.others...)
		words := h.doc.Text[c.Date.Start:c.Date.End]
		if written(&c) != written(&coding.Claim{Day: tc.want, Precision: tc.precision}) || c.Precision != tc.precision {
			t.Errorf("%s: %q is on %s (%s), want %s (%s)", tc.name, h.doc.Text, c.Day, c.Precision, tc.want, tc.precision)
		}
		if (words == "") != (tc.words == "") {
			t.Errorf("%s: dated by %q, want %q", tc.name, words, tc.words)
		}
	}
}

func TestDateUnknown(t *testing.T) {
	w := bench(t)
	s := parsed(t, w, "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj")
	s.doc.Published = schema.NoDay
	var c coding.Claim
	w.newSetting(s.doc.Document).read(s, nil).date(&c, 1)
	if c.Day != schema.NoDay || c.Precision != schema.PrecisionUnknown {
		t.Errorf("without any date: %s (%s), want none", c.Day, c.Precision)
	}
}

func TestPlace(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct {
		name, tokens, trigger string
		want                  string // words; "" for no place
	}{
		{"none", "Rebels=rebel/NNS/2/nsubj attacked=attack/VBD/0/root soldiers=soldier/NNS/2/obj", "attacked", ""},
		{"a side is no place", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root rebels=rebel/NNS/2/obj", "attacked", ""},
		{"in", "Rebels=rebel/NNS/2/nsubj attacked=attack/VBD/0/root soldiers=soldier/NNS/2/obj in/IN/5/case Aleppo/NNP/2/obl", "attacked", "Aleppo"},
		{"town before country", "Rebels=rebel/NNS/2/nsubj attacked=attack/VBD/0/root soldiers=soldier/NNS/2/obj in/IN/5/case Aleppo/NNP/2/obl in/IN/7/case Syria/NNP/2/obl", "attacked", "Aleppo"},
		{"of its own clause", "Rebels=rebel/NNS/2/nsubj attacked=attack/VBD/0/root in/IN/4/case Aleppo/NNP/2/obl and/CC/6/cc fought=fight/VBD/2/conj in/IN/8/case Homs/NNP/6/obl", "attacked", "Aleppo"},
		{"of the other clause", "Rebels=rebel/NNS/2/nsubj attacked=attack/VBD/0/root in/IN/4/case Aleppo/NNP/2/obl and/CC/6/cc fought=fight/VBD/2/conj in/IN/8/case Homs/NNP/6/obl", "fought", "Homs"},
	} {
		h, c := settingOf(t, w, tc.tokens, tc.trigger, "attacked")
		got := ""
		if c.Place != nil {
			got = c.Place.Text
			if h.doc.Text[c.Place.Start:c.Place.End] != got {
				t.Errorf("%s: offsets %d to %d are not those of %q", tc.name, c.Place.Start, c.Place.End, got)
			}
		}
		if got != tc.want {
			t.Errorf("%s: %q happens at %q, want %q", tc.name, h.doc.Text, got, tc.want)
		}
	}
}

// TestPlaceCarried checks that an act happens where the last one did if its
// own sentence names no place, and that talk does not.
func TestPlaceCarried(t *testing.T) {
	w := bench(t)
	h, _ := settingOf(t, w, "Rebels=rebel/NNS/2/nsubj attacked=attack/VBD/0/root soldiers=soldier/NNS/2/obj in/IN/5/case Aleppo/NNP/2/obl", "attacked")
	next := parsed(t, w, "Rebels=rebel/NNS/2/nsubj attacked=attack/VBD/0/root soldiers=soldier/NNS/2/obj")
	for _, tc := range []struct {
		typ  schema.EventType
		want bool
	}{{schema.Assault, true}, {schema.Accuse, false}} {
		c := coding.Claim{Type: tc.typ}
		h.setting.read(next, nil).place(&c, 1)
		if (c.Place != nil) != tc.want {
			t.Errorf("%s: place %+v, want one: %t", tc.typ, c.Place, tc.want)
		}
		if c.Place != nil && c.Place.Span != (coding.Span{}) {
			t.Errorf("%s: the place has the offsets %v of another sentence", tc.typ, c.Place.Span)
		}
	}
}
