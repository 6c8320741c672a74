package relate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"faultline/ingest/relate/internal/model"
)

// Score compares relations told with those annotated.
type Score struct {
	Rows     int
	Skipped  int         // rows whose gold type or quad is none
	Types    float64     // macro-averaged F1 over the types that occur
	Quads    float64     // macro-averaged F1 over the quad classes that occur
	Accuracy float64     // share of types that are right
	ByType   []TypeScore // in the order of Types
	HasTypes bool        // the table has a column "type"
	HasQuads bool        // the table has a column "quad"
}

// TypeScore is F1 of one type; Gold is how often it occurs.
type TypeScore struct {
	Type Type
	Gold int
	F1   float64
}

// maxRow bounds a row of a table, in bytes.
const maxRow = 16 << 20

// Table copies a table of tab-separated values with a header from r to w,
// with the columns predicted_type and predicted_quad added. It needs the
// columns sentence, source and target; marked_sentence, type and quad are
// used if they are there. Errors name the line.
func (c *Classifier) Table(r io.Reader, w io.Writer) (Score, error) {
	out := bufio.NewWriter(w)
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxRow)
	var score Score
	var types, quads tally
	var column map[string]int
	width := 0
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		cells := strings.Split(line, "\t")
		if column == nil {
			column = map[string]int{}
			for i, name := range cells {
				if _, twice := column[name]; !twice {
					column[name] = i
				}
			}
			for _, name := range []string{"sentence", "source", "target"} {
				if _, ok := column[name]; !ok {
					return score, fmt.Errorf("line %d: the header has no column %q", n, name)
				}
			}
			_, score.HasTypes = column["type"]
			_, score.HasQuads = column["quad"]
			width = len(cells)
			fmt.Fprintf(out, "%s\tpredicted_type\tpredicted_quad\n", line)
			continue
		}
		if line == "" {
			continue
		}
		if len(cells) != width {
			return score, errors.Join(fmt.Errorf("line %d: %d columns, the header has %d", n, len(cells), width), out.Flush())
		}
		get := func(name string) string {
			if i, ok := column[name]; ok {
				return cells[i]
			}
			return ""
		}
		s, t := Find(get("sentence"), get("marked_sentence"), get("source"), get("target"))
		rel := c.Classify(get("sentence"), s, t)
		fmt.Fprintf(out, "%s\t%s\t%d\n", line, rel.Type, rel.Quad)
		score.Rows++
		skip := false
		if score.HasTypes {
			if gold := model.Class(get("type")); gold >= 0 {
				types.count(gold, model.Class(string(rel.Type)))
			} else {
				skip = true
			}
		}
		if score.HasQuads {
			if gold, err := strconv.Atoi(get("quad")); err == nil && gold >= 1 && gold <= 4 {
				quads.count(gold, int(rel.Quad))
			} else {
				skip = true
			}
		}
		if skip {
			score.Skipped++
		}
	}
	if err := lines.Err(); err != nil {
		return score, errors.Join(err, out.Flush())
	}
	if column == nil {
		return score, errors.New("line 1: no header: want columns sentence, source and target, separated by tabs")
	}
	score.Types, score.Accuracy = types.macro(), types.accuracy()
	score.Quads = quads.macro()
	for i, t := range Types() {
		if n := types[i]; n.gold+n.told > 0 {
			score.ByType = append(score.ByType, TypeScore{t, n.gold, ratio(2*n.right, n.gold+n.told)})
		}
	}
	return score, out.Flush()
}

// tally counts per class.
type tally [model.NumClasses]struct{ right, told, gold int }

func (t *tally) count(gold, told int) {
	t[gold].gold++
	t[told].told++
	if gold == told {
		t[gold].right++
	}
}

func (t *tally) macro() float64 {
	sum, n := 0.0, 0
	for i := range t {
		if t[i].gold+t[i].told > 0 {
			sum += ratio(2*t[i].right, t[i].gold+t[i].told)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func (t *tally) accuracy() float64 {
	right, all := 0, 0
	for _, n := range t {
		right += n.right
		all += n.gold
	}
	return ratio(right, all)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
