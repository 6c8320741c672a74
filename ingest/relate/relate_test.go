package relate

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"faultline/ingest/nlp"
	"faultline/schema"
)

var classifier = sync.OnceValues(func() (*Classifier, error) {
	a, err := nlp.New()
	if err != nil {
		return nil, err
	}
	return New(a)
})

func newClassifier(t testing.TB) *Classifier {
	t.Helper()
	c, err := classifier()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClassify(t *testing.T) {
	c := newClassifier(t)
	for _, test := range []struct {
		marked string
		want   Type
	}{
		{"<s>Norwegian police</s> arrested <t>two activists</t> outside the parliament.", "COERCE"},
		{"<s>Peru</s> sharply condemned <t>Chile</t> on Sunday.", "ACCUSE"},
		{"<s>The rebels</s> shelled <t>an army base</t> overnight.", "ASSAULT"},
		{"<s>Sweden</s> sent food and medicine to <t>Malawi</t>.", "AID"},
		{"<s>Kenya</s> lifted its sanctions against <t>Uganda</t>.", "YIELD"},
		{"<s>Canada</s> cuts ties with <t>Belarus</t> over the election.", "SANCTION"},
		{"<s>The Dutch foreign minister</s> met <t>his Danish counterpart</t> in Oslo.", "CONSULT"},
		{"<s>Ghana</s> rejected <t>the proposal of Togo</t>.", "REJECT"},
		{"<s>Thousands of students</s> protested against <t>the government</t> in Lima.", "PROTEST"},
		{"<s>Bolivia</s> urged <t>Paraguay</t> to open the border.", "REQUEST"},
	} {
		plain := strings.NewReplacer("<s>", "", "</s>", "", "<t>", "", "</t>", "").Replace(test.marked)
		s, tgt := Find(plain, test.marked, "", "")
		got := c.Classify(plain, s, tgt)
		if got.Type != test.want || got.Quad != test.want.Quad() || got.Confidence <= 0 || got.Confidence > 1 {
			t.Errorf("%s: %+v, want %s", test.marked, got, test.want)
		}
	}
}

func TestFind(t *testing.T) {
	for _, test := range []struct{ sentence, marked, source, target, s, t string }{
		{"Mali left Mali.", "", "Mali", "Mali", "0-4", "10-14"},
		{"Mali left Mali.", "<t>Mali</t> left <s>Mali</s>.", "Mali", "Mali", "10-14", "0-4"},
		{"Mali left Mali.", "<s>Chad</s> left.", "Mali", "Chad", "0-4", "0-0"},
		{"Mali left.", "<s>Mali</s> left.", "Mali", "a recipient", "0-4", "0-0"},
		{"Mali left.", "<s>Mali left.", "An actor", "", "0-0", "0-0"},
		{"", "", "", "", "0-0", "0-0"},
	} {
		s, tgt := Find(test.sentence, test.marked, test.source, test.target)
		if got := format(s); got != test.s {
			t.Errorf("%q %q: source %s, want %s", test.sentence, test.marked, got, test.s)
		}
		if got := format(tgt); got != test.t {
			t.Errorf("%q %q: target %s, want %s", test.sentence, test.marked, got, test.t)
		}
	}
}

func format(s Span) string { return strconv.Itoa(s.Start) + "-" + strconv.Itoa(s.End) }

func TestTypes(t *testing.T) {
	for _, typ := range Types() {
		event := schema.EventType(typ)
		if typ == Yield {
			event = schema.Retreat
		}
		if event.Validate() != nil || event.Quad() != typ.Quad() {
			t.Errorf("%s: class %d, the schema has %d", typ, typ.Quad(), event.Quad())
		}
	}
	if got := Type("GREET").Quad(); got != 0 {
		t.Errorf("class of an unknown type: %d", got)
	}
}

func TestTable(t *testing.T) {
	c := newClassifier(t)
	const in = "id\tsource\ttarget\tsentence\ttype\tquad\n" +
		"1\tMali\tChad\tMali attacked Chad.\tASSAULT\t4\n" +
		"\n" +
		"2\tMali\tChad\tMali attacked Chad.\tACCUSE\t3\r\n" +
		"3\tMali\tChad\tMali attacked Chad.\tGREET\t9\n"
	var out strings.Builder
	score, err := c.Table(strings.NewReader(in), &out)
	if err != nil {
		t.Fatal(err)
	}
	if score.Rows != 3 || score.Skipped != 1 || score.Accuracy != 0.5 || score.Types < 0.333 || score.Types > 0.334 || score.Quads != score.Types {
		t.Errorf("score %+v", score)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 4 || lines[0] != "id\tsource\ttarget\tsentence\ttype\tquad\tpredicted_type\tpredicted_quad" ||
		lines[2] != "2\tMali\tChad\tMali attacked Chad.\tACCUSE\t3\tASSAULT\t4" {
		t.Errorf("wrote %q", lines)
	}
	for _, bad := range []struct{ in, want string }{
		{"", "line 1: no header"},
		{"sentence\tsource\n", `line 1: the header has no column "target"`},
		{"sentence\tsource\ttarget\nMali left.\tMali\n", "line 2: 2 columns, the header has 3"},
	} {
		if _, err := c.Table(strings.NewReader(bad.in), &out); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%q: error %v, want %q", bad.in, err, bad.want)
		}
	}
}

// The model must have learned what it was trained on; how well it does on
// other sentences, the trainer's cross-validation tells.
func TestTrained(t *testing.T) {
	folder := os.Getenv("FAULTLINE_DATA")
	if folder == "" {
		folder = "../../../shared/data"
	}
	path := filepath.Join(folder, "plv/relations-train.tsv")
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("the training data is not at %s (set FAULTLINE_DATA): %v", path, err)
	}
	defer f.Close()
	var out strings.Builder
	score, err := newClassifier(t).Table(f, &out)
	if err != nil {
		t.Fatal(err)
	}
	if score.Rows != 1050 || score.Types < 0.9 || score.Quads < 0.9 {
		t.Errorf("score %+v", score)
	}
	r := csv.NewReader(strings.NewReader(out.String()))
	r.Comma, r.LazyQuotes = '\t', true
	if head, err := r.Read(); err != nil || len(head) != 9 {
		t.Errorf("header %q, %v", head, err)
	}
}

func FuzzTable(f *testing.F) {
	f.Add("sentence\tsource\ttarget\nMali left Chad.\tMali\tChad\n")
	f.Add("sentence\tsource\ttarget\tmarked_sentence\n \tMali\t\t<s>Mali</s> left <t>Chad.\n")
	f.Add("sentence\tsource\ttarget\ttype\tquad\n…\t…\t\tYIELD\t2\n")
	f.Fuzz(func(t *testing.T, in string) {
		var out strings.Builder
		score, err := newClassifier(t).Table(strings.NewReader(in), &out)
		if err != nil {
			return
		}
		if got := strings.Count(out.String(), "\n"); got != score.Rows+1 {
			t.Errorf("%d rows written, %d told", got-1, score.Rows)
		}
		if score.Types < 0 || score.Types > 1 || score.Skipped > score.Rows {
			t.Errorf("score %+v", score)
		}
	})
}
