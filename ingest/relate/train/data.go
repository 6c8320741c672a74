package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"faultline/ingest/annotation"
	"faultline/ingest/relate/internal/model"
)

// sample is one pair with its type.
type sample struct {
	text           string
	source, target model.Span
	class          int
	quad           int
	weight         float64
	pair           *model.Pair
	sparse         []uint32
	dense          []float32
}

// readRelations reads a table with the columns sentence, marked_sentence,
// source, target, type and quad.
func readRelations(path string) ([]*sample, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []*sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	column := map[string]int{}
	for n := 1; lines.Scan(); n++ {
		row := strings.Split(lines.Text(), "\t")
		if n == 1 {
			for i, name := range row {
				column[name] = i
			}
			continue
		}
		get := func(name string) string { return row[column[name]] }
		if len(row) < len(column) {
			return nil, fmt.Errorf("%s:%d: %d columns, want %d", path, n, len(row), len(column))
		}
		s := &sample{text: get("sentence"), class: model.Class(get("type")), weight: 1}
		if s.class < 0 || len(get("quad")) != 1 {
			return nil, fmt.Errorf("%s:%d: unknown type %q", path, n, get("type"))
		}
		s.quad = int(get("quad")[0] - '0')
		s.source, s.target = model.Find(s.text, get("marked_sentence"), get("source"), get("target"))
		out = append(out, s)
	}
	return out, lines.Err()
}

// pairsOf are the pairs of annotated sentences.
func pairsOf(sentences []annotation.Sentence) []*sample {
	var out []*sample
	for _, o := range sentences {
		seen := map[[2]model.Span]*sample{}
		for _, it := range o.Items {
			class := model.Class(string(it.Type))
			if class < 0 {
				continue
			}
			source, target := "", ""
			if len(it.Initiators) > 0 {
				source = it.Initiators[0].Text
			}
			switch {
			case len(it.Recipients) > 0:
				target = it.Recipients[0].Text
			case len(it.Initiators) > 1:
				target = it.Initiators[1].Text
			}
			if source == "" && target == "" {
				continue
			}
			s := &sample{text: o.Text, class: class, quad: model.Quads[class], weight: 1}
			if !it.Core {
				s.weight *= 0.7
			}
			s.source, s.target = model.Find(o.Text, "", source, target)
			key := [2]model.Span{s.source, s.target}
			if first := seen[key]; first != nil { // two types for one pair: which is meant is unknown
				first.weight *= 0.6
				s.weight *= 0.6
			}
			seen[key] = s
			out = append(out, s)
		}
	}
	return out
}
