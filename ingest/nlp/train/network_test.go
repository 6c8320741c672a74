package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"faultline/ingest/nlp"
	"faultline/ingest/nlp/internal/model"
)

// tree is "Rebels attacked the army 's base" with its analysis by hand.
func tree() sentence {
	return sentence{words: []word{
		{"Rebels", "rebel", "NOUN", "NNS", 1, "nsubj"},
		{"attacked", "attack", "VERB", "VBD", -1, "root"},
		{"the", "the", "DET", "DT", 3, "det"},
		{"army", "army", "NOUN", "NN", 5, "nmod:poss"},
		{"'s", "'s", "PART", "POS", 3, "case"},
		{"base", "base", "NOUN", "NN", 1, "obj"},
		{",", ",", "PUNCT", ",", 8, "punct"},
		{"officials", "official", "NOUN", "NNS", 8, "nsubj"},
		{"said", "say", "VERB", "VBD", 1, "parataxis"},
		{".", ".", "PUNCT", ".", 1, "punct"},
	}}
}

// testModel is an untrained network over the words and labels of tree.
func testModel() *model.Model {
	s := tree()
	m := &model.Model{Vecs: map[string]int32{}, Word: map[string]int32{}, Lem: learnLemmas([]sentence{s})}
	tags, rels := map[model.TagPair]bool{}, map[string]bool{}
	for i, w := range s.words {
		m.Vecs[model.Normal(w.form)], m.Word[model.Normal(w.form)] = int32(i), int32(i)
		for k := range model.VecDim {
			m.Vec.V = append(m.Vec.V, int8(i*37+k*k*11))
		}
		m.Vec.Scale = append(m.Vec.Scale, 0.01)
		u, _ := nlp.ParseTag(w.upos)
		if p := (model.TagPair{UPOS: uint8(u), XPOS: w.xpos}); !tags[p] {
			tags[p] = true
			m.Tags = append(m.Tags, p)
		}
		if !rels[w.rel] {
			rels[w.rel] = true
			m.Rels = append(m.Rels, w.rel)
		}
	}
	m.Vec.Rows, m.Vec.Cols = len(s.words), model.VecDim
	m.Net = model.NewNet(len(m.Word), len(m.Tags), len(m.Rels))
	initialise(&m.Net, 5)
	return m
}

// TestGradients compares the gradients with differences of the loss.
func TestGradients(t *testing.T) {
	m := testModel()
	ex := newCoder(m).example(tree())
	hp := params{tagWeight: 1}
	loss := func() float64 {
		w := newWorker(m, hp, 1)
		w.step([]*example{ex, ex}, 1)
		return w.loss
	}
	w := newWorker(m, hp, 1)
	w.step([]*example{ex, ex}, 1)
	for k, g := range w.grad.All() {
		p := m.Net.All()[k]
		best := 0
		for i, v := range g.V {
			if math.Abs(float64(v)) > math.Abs(float64(g.V[best])) {
				best = i
			}
		}
		if g.V[best] == 0 {
			t.Errorf("tensor %d has no gradient", k)
			continue
		}
		const step = 0.004
		was := p.V[best]
		p.V[best] = was + step
		up := loss()
		p.V[best] = was - step
		down := loss()
		p.V[best] = was
		want := (up - down) / (2 * step)
		if got := float64(g.V[best]); math.Abs(got-want) > 0.1*math.Abs(want)+0.01 {
			t.Errorf("tensor %d, weight %d: gradient %.4f, loss changes by %.4f", k, best, got, want)
		}
	}
}

// TestLearnsOneTree overfits a network to one sentence and parses it with the
// analyzer, with floats and with integers: the two implementations of the
// network must agree.
func TestLearnsOneTree(t *testing.T) {
	m := testModel()
	s := tree()
	ex := newCoder(m).example(s)
	w := newWorker(m, params{tagWeight: 1}, 1)
	fresh := func() model.Net { return model.NewNet(len(m.Word), len(m.Tags), len(m.Rels)) }
	opt := adam{m: fresh(), v: fresh()}
	for range 120 {
		w.step([]*example{ex}, 0.1)
		opt.update(w, 0.003, 5)
	}
	for _, exact := range []bool{true, false} {
		sc := measure(nlp.NewFrom(m, exact), []sentence{s})
		if n := len(s.words); sc.full != n || sc.upos != n || sc.xpos != n || sc.lemma != n {
			t.Errorf("exact=%v: %+v, want all of %d tokens right", exact, sc, n)
		}
	}
}

func TestNoise(t *testing.T) {
	s := withoutApostrophes(withoutCommas(tree()))
	forms, heads := "", []int{}
	for _, w := range s.words {
		forms += w.form + "/" + w.xpos + " "
		heads = append(heads, w.head)
	}
	if want := "Rebels/NNS attacked/VBD the/DT armys/NN+POS base/NN officials/NNS said/VBD ./. "; forms != want {
		t.Errorf("got %s\nwant %s", forms, want)
	}
	want := []int{1, -1, 3, 4, 1, 6, 1, 1}
	for i, h := range heads {
		if h != want[i] {
			t.Errorf("heads %v, want %v", heads, want)
			break
		}
	}
	if n := len(tree().words); n != 10 {
		t.Errorf("the original changed: %d words", n)
	}
}

func TestPossessed(t *testing.T) {
	s := sentence{words: []word{
		{"The", "the", "DET", "DT", 2, "det"}, {"Turkish", "Turkish", "ADJ", "JJ", 2, "amod"}, {"army", "army", "NOUN", "NN", 3, "nsubj"},
		{"fired", "fire", "VERB", "VBD", -1, "root"}, {".", ".", "PUNCT", ".", 3, "punct"},
	}}
	rng := rand.New(rand.NewPCG(2, 2))
	changed := 0
	for range 40 {
		p := possessed(s, rng)
		if len(p.words) == 5 {
			continue
		}
		changed++
		if w := p.words[0]; w.form != "Turkeys" || w.xpos != "NNP+POS" || w.rel != "nmod:poss" || w.head != 1 || p.words[1].head != 2 {
			t.Fatalf("got %v", p.words)
		}
	}
	if changed == 0 || changed == 40 {
		t.Errorf("%d of 40 sentences changed", changed)
	}
}

func TestReported(t *testing.T) {
	s := tree()
	s.words = s.words[:6]
	s.words = append(s.words, word{".", ".", "PUNCT", ".", 1, "punct"})
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		r := reported(s, rng)
		last := len(r.words) - 1
		if last < 8 || r.words[last].form != "." || r.words[1].rel != "ccomp" {
			t.Fatalf("not reported: %v", r.words)
		}
		roots := 0
		for i, w := range r.words {
			if w.head < 0 {
				roots++
			}
			if w.head >= len(r.words) || w.head == i {
				t.Fatalf("word %d has head %d: %v", i, w.head, r.words)
			}
		}
		if roots != 1 || r.words[r.words[1].head].head != -1 {
			t.Fatalf("%d roots: %v", roots, r.words)
		}
	}
	if s.words[1].rel != "root" {
		t.Error("the original changed")
	}
}
