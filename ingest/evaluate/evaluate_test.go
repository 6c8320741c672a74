package evaluate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"faultline/schema"
)

// The made-up world of the tests.
var (
	countries = []string{"Nordmark", "Östland", "the Kingdom of Brük", "Sélène", "Tarn", "the Östland army", "rebels", "An Tarn's guard"}
	places    = []string{"Port Ana", "Ana", "Sankt Elm", "Elm", "Öd"}
	verbs     = []schema.EventType{schema.Assault, schema.Accuse, schema.Agree, schema.Concede, schema.Ease, schema.Strain, schema.Retreat}
	days      = []string{"2031-05-01", "2031-05-02", ""}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func some(r *rand.Rand, most int) (out []string) {
	for range r.IntN(most + 1) {
		out = append(out, pick(r, countries))
	}
	return out
}

// object is written as JSON; annotations and claims hold null where the
// types of this package hold "".
type object = map[string]any

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// madeUp is gold and claims in which all kinds of agreement occur.
func madeUp(documents bool) (gold, claims []byte) {
	r := rand.New(rand.NewPCG(5, 6))
	var g, c bytes.Buffer
	write := func(b *bytes.Buffer, o object) {
		line, err := json.Marshal(o)
		if err != nil {
			panic(err)
		}
		b.Write(append(line, '\n'))
	}
	claimed := func(names []string) (out []object) {
		for _, n := range names {
			out = append(out, object{"text": n, "name": pick(r, []string{n, strings.ToUpper(n), n + "'s men", "It"}), "actor": pick(r, []string{"actor:" + n, ""})})
		}
		return out
	}
	for n := range 200 {
		id := fmt.Sprint("T", n)
		var said []string
		events := []object{}
		for range r.IntN(4) {
			typ, ini, rec := pick(r, verbs), some(r, 2), some(r, 2)
			said = append(said, fmt.Sprintf("%s met %s near %s.", strings.Join(ini, " and "), strings.Join(rec, " and "), pick(r, places)))
			e := object{"type": typ, "status": "asserted", "core": r.IntN(3) > 0, "said_by": orNull(pick(r, []string{"", "Ana Post", "Elm Radio"}))}
			for side, names := range map[string][]string{"initiators": ini, "recipients": rec} {
				list := []object{}
				for _, name := range names {
					if documents {
						list = append(list, object{"name": name, "texts": []string{name, "they"}})
					} else {
						list = append(list, object{"name": name, "text": strings.TrimPrefix(name, "the ")})
					}
				}
				e[side] = list
			}
			if documents {
				e["date"], e["precision"], e["place"], e["evidence"] = orNull(pick(r, days)), pick(r, []string{"day", "month"}), orNull(pick(r, places)), "…"
			} else {
				e["trigger"] = "met"
			}
			events = append(events, e)
			// Claims: like the event, or off in some respect.
			for range r.IntN(3) {
				typ, ini, rec := typ, ini, rec
				switch r.IntN(6) {
				case 0:
					typ = pick(r, verbs)
				case 1:
					rec = some(r, 2)
				case 2:
					ini, rec = rec, ini
				case 3:
					if len(ini) > 1 {
						ini, rec = ini[:1], ini[1:]
					}
				}
				cl := object{"report": id, "type": typ, "initiators": claimed(ini), "recipients": claimed(rec), "status": "asserted",
					"confidence": float64(r.IntN(100)) / 100, "date": orNull(pick(r, days)), "place": nil, "said_by": nil}
				if r.IntN(2) == 0 {
					cl["place"] = object{"text": pick(r, places), "name": pick(r, places)}
				}
				if r.IntN(2) == 0 {
					cl["said_by"] = object{"text": "the Ana Post", "name": pick(r, []string{"Ana Post", "Elm"})}
				}
				write(&c, cl)
			}
		}
		member := "items"
		if documents {
			member = "events"
		}
		write(&g, object{"id": id, "publisher": "Post", "text": strings.Join(said, " "), member: events})
	}
	write(&c, object{"report": "elsewhere", "type": "ASSAULT", "initiators": nil, "recipients": nil})
	return g.Bytes(), c.Bytes()
}

func scored(t *testing.T, documents bool) string {
	t.Helper()
	g, c := madeUp(documents)
	gold, err := ReadGold(bytes.NewReader(g))
	if err != nil {
		t.Fatal(err)
	}
	claims, err := ReadClaims(bytes.NewReader(c))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if documents {
		s := Documents(gold.Documents, claims)
		fmt.Fprintf(&b, "%d reports, %d core events, %d predicted events\n", s.Documents, s.CoreEvents, s.Predictions)
		fmt.Fprintf(&b, "events precision %.3f recall %.3f F1 %.3f\n", s.Events.Precision(), s.Events.Recall(), s.Events.F1())
		fmt.Fprintf(&b, "on matches: date %s  place %s  speaker %s\n", share(s.Date), share(s.Place), share(s.Speaker))
		return b.String()
	}
	s := Sentences(gold.Sentences, claims, "")
	fmt.Fprintf(&b, "%d reports, %d core items, %d predictions\n", s.Sentences, s.CoreItems, s.Predictions)
	for _, l := range []struct {
		name string
		Count
	}{{"full", s.Full}, {"quad", s.Quad}, {"dyad", s.Dyad}} {
		fmt.Fprintf(&b, "%-5s precision %.3f recall %.3f F1 %.3f\n", l.name, l.Precision(), l.Recall(), l.F1())
		if l.name == "full" {
			for _, name := range []schema.EventType{"ACCUSE", "AGREE", "ASSAULT", "CONCEDE", "EASE", "RETREAT", "STRAIN"} {
				for _, r := range s.ByType {
					if r.Name == string(name) {
						fmt.Fprintf(&b, "   %-10s precision %d/%d recall %d/%d\n", name, r.Right, r.Predicted, r.Found, r.Core)
					}
				}
			}
		}
	}
	return b.String()
}

func share(s Share) string {
	if s.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d = %.2f", s.Right, s.Of, s.Value())
}

// The figures are those of the reference scorers, where these are present.
func TestFigures(t *testing.T) {
	for _, test := range []struct {
		name, script string
		documents    bool
		args         []string
		want         string
	}{
		{"sentences", "score_events.py", false, []string{"--by-type"}, sentenceFigures},
		{"documents", "score_documents.py", true, nil, documentFigures},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := scored(t, test.documents)
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			t.Run("reference", func(t *testing.T) {
				python, err := exec.LookPath("python3")
				script := filepath.Join(dataFolder(), "../eval", test.script)
				if _, statErr := os.Stat(script); err != nil || statErr != nil {
					t.Skipf("no python3 or no %s (set FAULTLINE_DATA)", script)
				}
				dir := t.TempDir()
				g, c := madeUp(test.documents)
				gold, claims := filepath.Join(dir, "gold.jsonl"), filepath.Join(dir, "claims.jsonl")
				for path, b := range map[string][]byte{gold: g, claims: c} {
					if err := os.WriteFile(path, b, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				cmd := exec.Command(python, append([]string{script, gold, claims}, test.args...)...)
				cmd.Stderr = os.Stderr
				want, err := cmd.Output()
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("got\n%s\nthe reference has\n%s", got, want)
				}
			})
		})
	}
}

func dataFolder() string {
	if folder := os.Getenv("FAULTLINE_DATA"); folder != "" {
		return folder
	}
	return "../../../shared/data"
}

const goldLine = `{"id":"1","publisher":"Post","text":"Tarn shelled Brük, the Post said.","items":[{"type":"ASSAULT","core":true,` +
	`"initiators":[{"text":"Tarn"}],"recipients":[{"text":"Brük"}],"status":"asserted","said_by":"the Post"}]}
{"id":"2","text":"It rained.","items":[]}
`

func TestSentences(t *testing.T) {
	gold, err := ReadGold(strings.NewReader(goldLine))
	if err != nil {
		t.Fatal(err)
	}
	claims := []Claim{
		{Report: "1", Type: schema.Assault, Initiators: []Actor{{Text: "Tarn"}}, Recipients: []Actor{{Text: "Brük"}},
			Status: schema.Planned, SaidBy: &Actor{Text: "Post"}, Confidence: 0.75},
		{Report: "2", Type: schema.Protest, Confidence: 0.15},
	}
	s := Sentences(gold.Sentences, claims, "file")
	if s.Full != (Count{Right: 1, Predicted: 2, Found: 1, Core: 1}) {
		t.Errorf("full %+v", s.Full)
	}
	if s.Silent != (Share{1, 1}) || s.Status != (Share{0, 1}) || s.Speaker != (Share{1, 1}) || s.Unasked.Of != 0 {
		t.Errorf("silent %v status %v speaker %v unasked %v", s.Silent, s.Status, s.Speaker, s.Unasked)
	}
	if p := s.Curve[4]; p.Confidence != 0.2 || p.Predicted != 1 || p.Precision() != 1 || p.Recall() != 1 {
		t.Errorf("from 0.2 on: %+v", p)
	}
	if p := s.Curve[16]; p.Predicted != 0 || p.Found != 0 || p.Core != 1 {
		t.Errorf("from 0.8 on: %+v", p)
	}
	if len(s.Bins) != 2 || s.Bins[0].Of != 1 || s.Bins[0].Right != 0 || s.Bins[1].Right != 1 {
		t.Errorf("bins %+v", s.Bins)
	}
	if got := s.Miscalibration(); got < 0.1999 || got > 0.2001 { // (0.15 + 0.25) / 2
		t.Errorf("miscalibration %v", got)
	}
	if len(s.BySource) != 2 || s.BySource[0].Name != "Post" || s.BySource[1].Name != "file" {
		t.Errorf("sources %+v", s.BySource)
	}
	if len(s.Errors) != 1 || s.Errors[0].String() != "surplus 2 PROTEST ? → ? (0.15) | It rained." {
		t.Errorf("errors %v", s.Errors)
	}
	two := Together([]SentenceScore{s, s})
	if two.Full.Predicted != 4 || two.Full.F1() != s.Full.F1() || len(two.ByType) != len(s.ByType) {
		t.Errorf("together %+v", two.Full)
	}
}

func TestJSON(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{Count{1, 2, 1, 1}, `{"right":1,"predicted":2,"found":1,"core":1,"precision":0.5,"recall":1,"f1":0.6666666666666666}`},
		{Row{"ASSAULT", Count{}}, `{"name":"ASSAULT","right":0,"predicted":0,"found":0,"core":0,"precision":0,"recall":0,"f1":0}`},
		{Point{0, Count{}}, `{"confidence":0,"right":0,"predicted":0,"found":0,"core":0,"precision":0,"recall":0,"f1":0}`},
	} {
		if got, err := json.Marshal(test.value); err != nil || string(got) != test.want {
			t.Errorf("got %s, %v; want %s", got, err, test.want)
		}
	}
}

func TestReplace(t *testing.T) {
	got, err := Replace("a\n<!-- x -->\nold\n<!-- /x -->\nb\n", "x", "new\n")
	if want := "a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb\n"; err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if again, err := Replace(got, "x", "new"); err != nil || again != got {
		t.Errorf("again: %q, %v", again, err)
	}
	if _, err := Replace("<!-- x -->\n", "x", ""); err == nil {
		t.Error("no error without the second mark")
	}
}

func TestReadGoldErrors(t *testing.T) {
	for _, test := range []struct{ file, want string }{
		{"", "no annotated texts"},
		{goldLine + `{"id":"1","text":"","items":[]}`, `line 3: id "1" is there twice`},
		{goldLine + `{"id":"3","text":"","events":[]}`, "line 3: sentences and documents in one file"},
		{`{"id":"3","text":""}`, "line 1: no annotation"},
		{`{"text":"","items":[]}`, "line 1: an annotated text needs an id"},
		{"\n" + `{"id":"3","text":"","items":[{"type":"GREET"}]}`, `line 2: "GREET" is no event type`},
		{`{"id":`, "line 1: unexpected end"},
	} {
		if _, err := ReadGold(strings.NewReader(test.file)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want %q", test.file, err, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(goldLine), []byte(`{"report":"1","type":"ASSAULT","initiators":[{"text":"Tarn"}]}`))
	for _, documents := range []bool{false, true} {
		g, c := madeUp(documents)
		f.Add(g[:bytes.IndexByte(g, '\n')+1], c[:bytes.IndexByte(c, '\n')+1])
	}
	f.Fuzz(func(t *testing.T, g, c []byte) {
		gold, err := ReadGold(bytes.NewReader(g))
		if err != nil {
			return
		}
		claims, err := ReadClaims(bytes.NewReader(c))
		if err != nil {
			return
		}
		s := Sentences(gold.Sentences, claims, "")
		d := Documents(gold.Documents, claims)
		for _, n := range []Count{s.Full, s.Quad, s.Dyad, d.Events} {
			if n.Right > n.Predicted || n.Found > n.Core {
				t.Errorf("more than all: %+v", n)
			}
		}
		if s.Full.Right > s.Quad.Right || s.Quad.Right > s.Dyad.Right {
			t.Errorf("stricter measures find more: %+v %+v %+v", s.Full, s.Quad, s.Dyad)
		}
	})
}
