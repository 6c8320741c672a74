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
	c := coding.Claim{Type: schema.Assault, Status: schema.Asserted}
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
		{"of the act that a clause tells more of", "Iran/NNP/2/nsubj condemned=condemn/VBD/0/root the/DT/4/det attack/NN/2/obj that/WDT/6/nsubj killed=kill/VBD/4/acl:relcl rebels=rebel/NNS/6/obj on/IN/9/case Friday/NNP/6/obl", "attack", []string{"condemned", "killed"}, day(2024, 11, 22), schema.PrecisionDay, "Friday"},
		{"of when it was said", "Speaking=speak/VBG/7/advcl in/IN/3/case Ankara/NNP/1/obl on/IN/5/case Friday/NNP/1/obl Iran/NNP/7/nsubj condemned=condemn/VBD/0/root Israel/NNP/7/obj", "condemned", nil, day(2024, 11, 22), schema.PrecisionDay, "Friday"},
		{"of what the object does", "Rebels=rebel/NNS/2/nsubj ambushed=ambush/VBD/0/root a/DT/4/det bus/NN/2/obj carrying=carry/VBG/4/acl soldiers=soldier/NNS/5/obj on/IN/8/case Friday/NNP/5/obl", "ambushed", nil, day(2024, 11, 22), schema.PrecisionDay, "Friday"},
		{"a day to come of something else", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj before/IN/5/case elections=election/NNS/2/obl on/IN/9/case 3/CD/9/nummod of/IN/9/case December/NNP/5/nmod", "attacked", nil, published, schema.PrecisionDay, ""},
		{"some days apart", "Iran/NNP/2/nsubj won=win/VBD/0/root on/IN/4/case Friday/NNP/2/obl two/CD/6/nummod days=day/NNS/9/obl after/IN/9/mark Israel/NNP/9/nsubj attacked=attack/VBD/2/advcl Syria/NNP/9/obj", "attacked", []string{"won"}, day(2024, 11, 20), schema.PrecisionDay, ""},
		{"joined to one with a day", "Three/CD/3/nsubj:pass were/VBD/3/aux:pass killed=kill/VBN/0/root and/CC/6/cc five/CD/6/nsubj wounded=wound/VBN/3/conj on/IN/8/case Friday/NNP/6/obl", "killed", []string{"wounded"}, day(2024, 11, 22), schema.PrecisionDay, "Friday"},
		{"joined, the verb left out", "Three/CD/3/nsubj:pass were/VBD/3/aux:pass killed=kill/VBN/0/root and/CC/5/cc five/CD/3/conj wounded=wound/VBN/5/acl on/IN/8/case Friday/NNP/6/obl", "killed", []string{"wounded"}, day(2024, 11, 22), schema.PrecisionDay, "Friday"},
		{"when", "Three/CD/3/nsubj:pass were/VBD/3/aux:pass killed=kill/VBN/0/root when/WRB/6/advmod bombs=bomb/NNS/6/nsubj exploded=explode/VBD/3/advcl on/IN/8/case Friday/NNP/6/obl", "killed", []string{"exploded"}, day(2024, 11, 22), schema.PrecisionDay, "Friday"},
		{"the date of a picture", "Homs/NNP/5/obl June/NNP/5/obl 12/CD/2/nummod 2016/CD/2/nummod killed=kill/VBD/0/root rebels=rebel/NNS/5/obj", "killed", nil, published, schema.PrecisionDay, ""},
		{"because", "Three/CD/3/nsubj:pass were/VBD/3/aux:pass killed=kill/VBN/0/root because/IN/6/mark they/PRP/6/nsubj protested=protest/VBD/3/advcl on/IN/8/case Friday/NNP/6/obl", "killed", []string{"protested"}, published, schema.PrecisionDay, ""},
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

// TestDateSince checks that what goes on since a day began then, and that a
// toll since a day has none.
func TestDateSince(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct {
		typ  schema.EventType
		want schema.Day
	}{{schema.Coerce, published - 2}, {schema.Assault, published}, {schema.Retreat, published}} {
		s := parsed(t, w, "Iran/NNP/3/nsubj has/VBZ/3/aux besieged=besiege/VBN/0/root Homs/NNP/3/obj since/IN/6/case Friday/NNP/3/obl")
		c := coding.Claim{Type: tc.typ, Status: schema.Asserted}
		w.newSetting(s.doc.Document).read(s, []act{{token: 2}}).date(&c, 2)
		if c.Day != tc.want {
			t.Errorf("%s: %s, want %s", tc.typ, c.Day, tc.want)
		}
	}
}

// TestDateOfDeed checks that who condemns a deed does not do so on its day.
func TestDateOfDeed(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct {
		name, tokens string
		want         schema.Day
	}{
		{"of the noun", "Iran/NNP/2/nsubj condemned=condemn/VBD/0/root the/DT/4/det bombing/NN/2/obj on/IN/6/case Friday/NNP/4/nmod", published},
		{"written, days back", "Iran/NNP/2/nsubj condemned=condemn/VBD/0/root the/DT/4/det bombing/NN/2/obj on/IN/6/case 16/CD/2/obl November/NNP/6/nmod:unmarked", published},
		{"by weekday", "Iran/NNP/2/nsubj condemned=condemn/VBD/0/root the/DT/4/det bombing/NN/2/obj on/IN/6/case Friday/NNP/2/obl", published - 2},
	} {
		s := parsed(t, w, tc.tokens)
		c := coding.Claim{Type: schema.Accuse}
		at := s.token(t, "condemned")
		w.newSetting(s.doc.Document).read(s, []act{{token: at}}).date(&c, at)
		if c.Day != tc.want {
			t.Errorf("%s: %q is on %s, want %s", tc.name, s.doc.Text, c.Day, tc.want)
		}
	}
}

// TestDateGoesOn checks that a story goes on on the day on which it began.
func TestDateGoesOn(t *testing.T) {
	w := bench(t)
	const first = "Rebels=rebel/NNS/2/nsubj attacked=attack/VBD/0/root soldiers=soldier/NNS/2/obj on/IN/5/case Friday/NNP/2/obl"
	friday := published - 2
	for _, tc := range []struct {
		name, tokens string
		change       func(*coding.Claim)
		want         schema.Day
	}{
		{"goes on", "Soldiers=soldier/NNS/2/nsubj attacked=attack/VBD/0/root rebels=rebel/NNS/2/obj", nil, friday},
		{"has happened", "Soldiers=soldier/NNS/3/nsubj have/VBP/3/aux attacked=attack/VBN/0/root rebels=rebel/NNS/3/obj", nil, published},
		{"elsewhere", "Elsewhere/RB/3/advmod soldiers=soldier/NNS/3/nsubj attacked=attack/VBD/0/root rebels=rebel/NNS/3/obj", nil, published},
		{"in another place", "Soldiers=soldier/NNS/2/nsubj attacked=attack/VBD/0/root rebels=rebel/NNS/2/obj in/IN/5/case Aleppo/NNP/2/obl", nil, published},
		{"words are news", "Soldiers=soldier/NNS/2/nsubj attacked=attack/VBD/0/root rebels=rebel/NNS/2/obj", func(c *coding.Claim) { c.Type = schema.Accuse }, published},
		{"plans lie ahead", "Soldiers=soldier/NNS/2/nsubj attacked=attack/VBD/0/root rebels=rebel/NNS/2/obj", func(c *coding.Claim) { c.Status = schema.Planned }, published},
		{"is going on", "Soldiers=soldier/NNS/2/nsubj attack/VBP/0/root rebels=rebel/NNS/2/obj", nil, published},
		{"the next day", "Soldiers=soldier/NNS/2/nsubj attacked=attack/VBD/0/root rebels=rebel/NNS/2/obj the/DT/6/det next/JJ/6/amod day/NN/2/obl:unmarked", nil, friday + 1},
	} {
		h, _ := settingOf(t, w, first, "attacked")
		c := coding.Claim{Type: schema.Assault, Status: schema.Asserted}
		h.setting.scene = scene{day: friday, end: 64}
		next := parsed(t, w, tc.tokens)
		h.setting.doc = next.doc.Document
		if tc.change != nil {
			tc.change(&c)
		}
		at := next.token(t, map[bool]string{true: "attack", false: "attacked"}[tc.name == "is going on"])
		h.setting.read(next, []act{{token: at}}).date(&c, at)
		if c.Day != tc.want {
			t.Errorf("%s: %q is on %s, want %s", tc.name, next.doc.Text, c.Day, tc.want)
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
		day  schema.Day
		want bool
	}{{schema.Assault, published, true}, {schema.Assault, published - 900, false}, {schema.Accuse, published, false}} {
		c := coding.Claim{Type: tc.typ, Day: tc.day}
		h.setting.read(next, nil).place(&c, 1)
		if (c.Place != nil) != tc.want {
			t.Errorf("%s: place %+v, want one: %t", tc.typ, c.Place, tc.want)
		}
		if c.Place != nil && c.Place.Span != (coding.Span{}) {
			t.Errorf("%s: the place has the offsets %v of another sentence", tc.typ, c.Place.Span)
		}
	}
}
