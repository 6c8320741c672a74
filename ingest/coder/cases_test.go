package coder

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/schema"
)

var (
	update  = flag.Bool("update", false, "write testdata/cases.golden anew")
	explain = flag.String("case", "", "print how a case is read: a kind, or one case such as passive/3")
)

const (
	casesFile  = "testdata/cases.txt"
	goldenFile = "testdata/cases.golden"
)

// published is when all cases were published: a Sunday.
var published = schema.MakeDay(2024, 11, 24)

// workbench is what the tests share; it is loaded once.
type workbench struct {
	*coder
	code coding.Coder
}

var openWorkbench = sync.OnceValues(func() (*workbench, error) {
	var t Tools
	var err error
	if t.Analyzer, err = nlp.New(); err != nil {
		return nil, err
	}
	if t.Actors, err = gazetteer.Load(); err != nil {
		return nil, err
	}
	if t.Places, err = place.Load(); err != nil {
		return nil, err
	}
	w := &workbench{}
	if w.code, err = New(t); err != nil {
		return nil, err
	}
	if w.coder, err = newCoder(t); err != nil {
		return nil, err
	}
	w.coder.models, err = readModels(eventsModel, t.Analyzer)
	return w, err
})

func bench(tb testing.TB) *workbench {
	tb.Helper()
	w, err := openWorkbench()
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// testCase is a sentence of cases.txt with what should come out.
type testCase struct {
	kind   string
	number int
	text   string
	want   []expectation
}

func (c *testCase) name() string { return c.kind + " " + strconv.Itoa(c.number) }

// expectation is one claim that a case asks for, or allows.
type expectation struct {
	line                   string
	optional               bool
	kind                   schema.EventType
	initiators, recipients []expected
	status                 []schema.Status
	day                    string // "" leaves it open
	speaker                []string
	checkSpeaker           bool
}

// expected is an actor of a side.
type expected struct {
	text     string
	optional bool
}

// readCases reads the format that cases.txt describes. Errors name the line.
func readCases(file string) ([]testCase, error) {
	var cases []testCase
	kind := ""
	for n, line := range strings.Split(file, "\n") {
		fail := func(what string) error { return fmt.Errorf("%s:%d: %s", casesFile, n+1, what) }
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "== "):
			kind = line[3:]
		case line[0] != ' ':
			num, text, ok := strings.Cut(line, " ")
			number, err := strconv.Atoi(num)
			if !ok || err != nil || kind == "" {
				return nil, fail("want a number and a sentence, below a kind")
			}
			want := 1
			if k := len(cases); k > 0 && cases[k-1].kind == kind {
				want = cases[k-1].number + 1
			}
			if number != want {
				return nil, fail(fmt.Sprintf("case %d should have the number %d", number, want))
			}
			cases = append(cases, testCase{kind: kind, number: number, text: text})
		case len(cases) == 0:
			return nil, fail("an expectation without a sentence")
		default:
			line = strings.TrimSpace(line)
			if line == "none" {
				continue
			}
			e, err := readExpectation(line)
			if err != nil {
				return nil, fail(err.Error())
			}
			c := &cases[len(cases)-1]
			c.want = append(c.want, e)
		}
	}
	return cases, nil
}

func readExpectation(line string) (expectation, error) {
	e := expectation{line: line, day: published.String()}
	rest, optional := strings.CutPrefix(line, "? ")
	e.optional = optional
	parts := strings.Split(rest, " · ")
	typ, both, _ := strings.Cut(parts[0], " ")
	e.kind = schema.EventType(typ)
	if err := e.kind.Validate(); err != nil {
		return e, err
	}
	ini, rec, ok := strings.Cut(both, " > ")
	if !ok || len(parts) < 2 {
		return e, fmt.Errorf("want TYPE initiators > recipients · status")
	}
	e.initiators, e.recipients = readSide(ini), readSide(rec)
	for _, s := range strings.Split(parts[1], " / ") {
		st := schema.Status(s)
		if err := st.Validate(); err != nil {
			return e, err
		}
		e.status = append(e.status, st)
	}
	for _, p := range parts[2:] {
		if who, ok := strings.CutPrefix(p, "says "); ok {
			e.speaker, e.checkSpeaker = strings.Split(who, " / "), true
		} else if p == "any day" {
			e.day = ""
		} else if len(p) >= 4 && strings.Trim(p, "0123456789-") == "" {
			e.day = p
		} else {
			return e, fmt.Errorf("%q is no day and no speaker", p)
		}
	}
	return e, nil
}

func readSide(s string) []expected {
	if s == "-" {
		return nil
	}
	var side []expected
	for _, name := range strings.Split(s, " + ") {
		inner, ok := strings.CutPrefix(name, "(")
		side = append(side, expected{strings.TrimSuffix(inner, ")"), ok})
		if !ok {
			side[len(side)-1].text = name
		}
	}
	return side
}

// words are the words that count when names are compared.
func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Split(schema.Slug(s), "-") {
		switch w {
		case "", "the", "a", "an", "s", "of":
			continue
		}
		set[strings.TrimSuffix(w, "s")] = true
	}
	return set
}

func subset(a, b map[string]bool) bool {
	for w := range a {
		if !b[w] {
			return false
		}
	}
	return len(a) > 0
}

// names reports whether the mention's words, or those of the actor that it
// was found to mean, are the expected ones, or more or fewer of them.
func names(m coding.Mention, want string) bool {
	said, known := words(m.Text), words(m.Text+" "+m.Actor.Name)
	for name := range strings.SplitSeq(want, " / ") {
		if w := words(name); subset(w, known) || subset(said, w) {
			return true
		}
	}
	return false
}

// fills reports whether the mentions are the side that is wanted: each wanted
// one is there, and nobody else.
func fills(side []expected, got []coding.Mention) bool {
	if len(side) == 0 || len(got) == 0 {
		empty := len(side) == 0 || slices.ContainsFunc(side, func(e expected) bool { return e.text == "-" })
		return empty && len(got) == 0
	}
	for _, e := range side {
		if !e.optional && !slices.ContainsFunc(got, func(m coding.Mention) bool { return names(m, e.text) }) {
			return false
		}
	}
	return !slices.ContainsFunc(got, func(m coding.Mention) bool {
		return !slices.ContainsFunc(side, func(e expected) bool { return e.text != "-" && names(m, e.text) })
	})
}

// fits reports whether the claim is what is expected.
func (e *expectation) fits(c *coding.Claim) bool {
	if c.Type != e.kind || !slices.Contains(e.status, c.Status) {
		return false
	}
	if e.day != "" && e.day != written(c) {
		return false
	}
	if e.checkSpeaker && !slices.ContainsFunc(e.speaker, func(who string) bool {
		return who == "-" && c.Speaker == nil || c.Speaker != nil && names(*c.Speaker, who)
	}) {
		return false
	}
	if fills(e.initiators, c.Initiators) && fills(e.recipients, c.Recipients) {
		return true
	}
	return len(e.recipients) == 0 && len(e.initiators) > 1 && fills(e.initiators, slices.Concat(c.Initiators, c.Recipients))
}

// written is the claim's day as far as it is known: "1981", "1981-06" or a
// full date.
func written(c *coding.Claim) string {
	day := c.Day.String()
	switch {
	case c.Precision == schema.PrecisionYear && len(day) >= 4:
		return day[:4]
	case c.Precision == schema.PrecisionMonth && len(day) >= 7:
		return day[:7]
	}
	return day
}

// compare lists what is missing and what is too much; nothing if the case is
// read rightly.
func (c *testCase) compare(got []coding.Claim) []string {
	var wrong []string
	for i := range c.want {
		e := &c.want[i]
		if !e.optional && !slices.ContainsFunc(got, func(cl coding.Claim) bool { return e.fits(&cl) }) {
			wrong = append(wrong, "missing "+e.line)
		}
	}
	for i := range got {
		if !slices.ContainsFunc(c.want, func(e expectation) bool { return e.fits(&got[i]) }) {
			wrong = append(wrong, "surplus "+render(&got[i]))
		}
	}
	return wrong
}

// render writes a claim in the form of the expectations.
func render(c *coding.Claim) string {
	side := func(ms []coding.Mention) string {
		if len(ms) == 0 {
			return "-"
		}
		var list []string
		for _, m := range ms {
			list = append(list, shown(m))
		}
		return strings.Join(list, " + ")
	}
	s := fmt.Sprintf("%s %s > %s · %s · %s", c.Type, side(c.Initiators), side(c.Recipients), c.Status, written(c))
	if c.Speaker != nil {
		s += " · says " + shown(*c.Speaker)
	}
	return s
}

// shown is a mention's text, with the actor's name where the text does not
// have it.
func shown(m coding.Mention) string {
	text := strings.Join(strings.Fields(m.Text), " ")
	if m.Actor.Name != "" && !subset(words(m.Actor.Name), words(text)) && !subset(words(text), words(m.Actor.Name)) {
		text += " (" + m.Actor.Name + ")"
	}
	return text
}

func loadCases(tb testing.TB) []testCase {
	tb.Helper()
	b, err := os.ReadFile(casesFile)
	if err != nil {
		tb.Fatal(err)
	}
	cases, err := readCases(string(b))
	if err != nil {
		tb.Fatal(err)
	}
	return cases
}

// TestCases codes all cases. The coder is statistical: which cases it gets
// wrong is kept in cases.golden, and the test fails when a case goes from
// right to wrong or back. After training, look at the difference and run
//
//	go test ./ingest/coder -run TestCases -update
func TestCases(t *testing.T) {
	cases := loadCases(t)
	w := bench(t)
	wrong := map[string][]string{}
	for i := range cases {
		c := &cases[i]
		got := w.code(coding.Document{Text: c.text, Published: published})
		if bad := c.compare(got.Claims); len(bad) > 0 {
			wrong[c.name()] = bad
		}
	}
	t.Log("\n" + table(cases, wrong))
	if *update {
		if err := os.WriteFile(goldenFile, golden(cases, wrong), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	b, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, line := range strings.Split(string(b), "\n") {
		if line != "" && line[0] != '#' && line[0] != ' ' {
			known[line] = true
		}
	}
	for i := range cases {
		c := &cases[i]
		name := c.name()
		switch bad := wrong[name]; {
		case len(bad) > 0 && !known[name]:
			t.Errorf("%s is wrong now: %s\n    %s", name, c.text, strings.Join(bad, "\n    "))
		case len(bad) == 0 && known[name]:
			t.Errorf("%s is right now: %s", name, c.text)
		}
		delete(known, name)
	}
	for name := range known {
		t.Errorf("%s names %q, which is no case", goldenFile, name)
	}
	if t.Failed() {
		t.Log("if this is as it should be, run: go test ./ingest/coder -run TestCases -update")
	}
}

// table counts what is right by kind.
func table(cases []testCase, wrong map[string][]string) string {
	var b strings.Builder
	line := func(kind string, right, all, missing, surplus int) {
		fmt.Fprintf(&b, "%-12s %3d/%-3d right  %3d missing  %3d surplus\n", kind, right, all, missing, surplus)
	}
	var sum [4]int
	for from := 0; from < len(cases); {
		var n [4]int // right, all, missing, surplus
		to := from
		for ; to < len(cases) && cases[to].kind == cases[from].kind; to++ {
			bad := wrong[cases[to].name()]
			n[1]++
			if len(bad) == 0 {
				n[0]++
			}
			for _, s := range bad {
				if strings.HasPrefix(s, "missing") {
					n[2]++
				} else {
					n[3]++
				}
			}
		}
		line(cases[from].kind, n[0], n[1], n[2], n[3])
		for i := range sum {
			sum[i] += n[i]
		}
		from = to
	}
	line("all", sum[0], sum[1], sum[2], sum[3])
	return b.String()
}

// golden writes the failing cases with what came out instead.
func golden(cases []testCase, wrong map[string][]string) []byte {
	var b bytes.Buffer
	b.WriteString("# Cases that the coder gets wrong, with what is missing and what came out\n# instead. Written by: go test ./ingest/coder -run TestCases -update\n#\n")
	for line := range strings.Lines(table(cases, wrong)) {
		b.WriteString("# " + line)
	}
	for i := range cases {
		c := &cases[i]
		if bad := wrong[c.name()]; len(bad) > 0 {
			fmt.Fprintf(&b, "\n%s\n  %s\n", c.name(), c.text)
			for _, s := range bad {
				b.WriteString("  " + s + "\n")
			}
		}
	}
	return b.Bytes()
}

// TestExplain prints the trees, the probable action words and the proposals
// of the cases that -case names.
func TestExplain(t *testing.T) {
	if *explain == "" {
		t.Skip("no -case")
	}
	w := bench(t)
	found := false
	for _, c := range loadCases(t) {
		id := c.kind + "/" + strconv.Itoa(c.number)
		if id != *explain && c.kind != *explain {
			continue
		}
		found = true
		fmt.Printf("\n%s %s\n", id, c.text)
		for _, e := range c.want {
			fmt.Println("  want " + e.line)
		}
		for _, cl := range w.code(coding.Document{Text: c.text, Published: published}).Claims {
			fmt.Printf("  got  %s\n       %.2f %s\n", render(&cl), cl.Confidence, cl.Reason)
		}
		w.read(coding.Document{Text: c.text, Published: published}, func(s *sentence, _ *setting) {
			w.explain(s)
			s.remember()
		})
	}
	if !found {
		t.Errorf("no case %q", *explain)
	}
}

func (w *workbench) explain(s *sentence) {
	var f features
	types := schema.EventTypes()
	probs := make([]float64, len(types)+1)
	for i, k := range s.tok {
		fmt.Printf("    %2d %-14s %-14s %-5s %-4s %2d %-10s %-18s", i, k.Text, s.lemma(i), k.Tag, k.XPOS, k.Head, k.Rel, s.label(i))
		if s.eligible(i) {
			s.triggerFeatures(w.lex, i, &f)
			w.models.triggers.scores(&f, probs)
			for n, p := range probs[1:] {
				if p > 0.03 {
					fmt.Printf(" %s=%.2f", types[n], p)
				}
			}
			for _, p := range s.matching(w.lex, lexKey{k.Tag, s.lemma(i)}, i) {
				fmt.Printf(" lex:%s", p.Type)
			}
		}
		fmt.Println()
	}
	list := s.proposals(w.models, w.lex)
	fmt.Printf("    topic %.2f, accepted from %.2f\n", s.topic, w.models.threshold)
	for _, p := range list {
		text := func(ms []mention) string {
			var names []string
			for _, m := range ms {
				names = append(names, s.text(m.first, m.last))
			}
			return strings.Join(names, " + ")
		}
		fmt.Printf("    %.2f %s %s (%.2f) %s > %s  initiator %.2f left %.2f, recipient %.2f left %.2f\n", p.confidence, s.tok[p.token].Text,
			p.Type, p.trigger, text(p.initiators), text(p.recipients), p.initiator, p.leftInitiator, p.recipient, p.leftRecipient)
	}
}

func TestReadCases(t *testing.T) {
	good := "# note\n== kind\n1 A hit B.\n  ASSAULT A > B + (C) · asserted / denied · 1981 · says D / E\n  ? STRAIN A + B > - · asserted · any day\n2 C.\n  none\n"
	cases, err := readCases(good)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) != 2 || len(cases[0].want) != 2 || len(cases[1].want) != 0 {
		t.Fatalf("got %+v", cases)
	}
	e := cases[0].want[0]
	if e.optional || len(e.recipients) != 2 || e.recipients[0].optional || !e.recipients[1].optional || len(e.status) != 2 || e.day != "1981" || len(e.speaker) != 2 {
		t.Errorf("got %+v", e)
	}
	for _, bad := range []struct{ line, want string }{
		{"== k\n2 A.", "number 1"},
		{"1 A.", "below a kind"},
		{"== k\nA.", "want a number"},
		{"  none", "without a sentence"},
		{"== k\n1 A.\n  HIT A > B · asserted", "HIT"},
		{"== k\n1 A.\n  ASSAULT A B · asserted", "initiators > recipients"},
		{"== k\n1 A.\n  ASSAULT A > B · maybe", "maybe"},
		{"== k\n1 A.\n  ASSAULT A > B · asserted · soon", "soon"},
	} {
		if _, err := readCases(bad.line); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%q: error %v, want it to say %q", bad.line, err, bad.want)
		}
	}
}

func TestCompare(t *testing.T) {
	cases, err := readCases("== k\n1 A hit B.\n  ASSAULT Israeli army > rebels + (people) · asserted\n  ? ACCUSE Iran > - · asserted\n2 They met.\n  CONSULT Iran + Iraq > - · asserted\n")
	if err != nil {
		t.Fatal(err)
	}
	m := func(texts ...string) (list []coding.Mention) {
		for _, s := range texts {
			list = append(list, coding.Mention{Text: s})
		}
		return list
	}
	claim := func(typ schema.EventType, ini, rec []coding.Mention) coding.Claim {
		return coding.Claim{Type: typ, Initiators: ini, Recipients: rec, Status: schema.Asserted, Day: published, Precision: schema.PrecisionDay}
	}
	late := claim(schema.Assault, m("Israeli"), m("rebels"))
	late.Day++
	for _, tc := range []struct {
		number int
		got    []coding.Claim
		wrong  int
	}{
		{1, nil, 1},
		{1, []coding.Claim{claim(schema.Assault, m("Israeli"), m("the rebels"))}, 0},
		{1, []coding.Claim{claim(schema.Assault, m("Israeli"), m("rebels", "people"))}, 0},
		{1, []coding.Claim{claim(schema.Assault, m("Israeli"), m("rebels", "soldiers"))}, 2},
		{1, []coding.Claim{claim(schema.Assault, m("Israeli"), nil)}, 2},
		{1, []coding.Claim{claim(schema.Assault, m("rebels"), m("Israeli"))}, 2},
		{1, []coding.Claim{late}, 2},
		{1, []coding.Claim{claim(schema.Assault, m("Israeli"), m("rebels")), claim(schema.Accuse, m("Iran"), nil)}, 0},
		{1, []coding.Claim{claim(schema.Assault, m("Israeli"), m("rebels")), claim(schema.Accuse, m("Iraq"), nil)}, 1},
		{2, []coding.Claim{claim(schema.Consult, m("Iran", "Iraq"), nil)}, 0},
		{2, []coding.Claim{claim(schema.Consult, m("Iran"), m("Iraq"))}, 0},
		{2, []coding.Claim{claim(schema.Consult, m("Iran"), nil)}, 2},
	} {
		if got := cases[tc.number-1].compare(tc.got); len(got) != tc.wrong {
			t.Errorf("case %d with %d claims: %d differences, want %d: %q", tc.number, len(tc.got), len(got), tc.wrong, got)
		}
	}
}
