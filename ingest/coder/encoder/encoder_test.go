package encoder

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"faultline/ingest/neural"
	"faultline/ingest/neural/learn"
	"faultline/ingest/nlp"
	"faultline/schema"
)

// sentence is made up: n tokens, each under the one before it.
func sentence(n int, seed uint64) *Sentence {
	rng := rand.New(rand.NewPCG(seed, 1))
	s := &Sentence{States: make([]float32, n*nlp.StateSize), Tokens: make([]Token, n)}
	for i := range s.States {
		s.States[i] = max(0, float32(rng.NormFloat64()))
	}
	words := []string{"attack", "army", "rebel", "meet", "the"}
	for i := range s.Tokens {
		t := &s.Tokens[i]
		t.Head = i - 1
		k := rng.IntN(len(words))
		t.Name("label", words[k])
		for j := range t.Vector {
			t.Vector[j] = float32((k*31+j*7)%17)/17 - 0.5
		}
		t.Lexicon[k] = 1
	}
	return s
}

// testCases have a type and sides that follow from the words alone: "attack"
// is of type 3, what comes before it acts, what comes after it suffers.
func testCases(n int) []Case {
	var cases []Case
	var attack Token
	attack.Name("label", "attack")
	for i := range n {
		c := Case{Sentence: sentence(5+i%4, uint64(i))}
		for t := range c.Tokens {
			if c.Tokens[t].lemma != attack.lemma {
				c.Triggers = append(c.Triggers, Trigger{Token: t, Weight: 1})
				continue
			}
			c.Triggers = append(c.Triggers, Trigger{Token: t, Class: 3, Weight: 1})
			for p := range c.Tokens {
				if p != t {
					side, way := 1, "<nsubj"
					if p > t {
						side, way = 2, ">obj"
					}
					c.Parties = append(c.Parties, Party{Trigger: t, Token: p, Type: 2, Path: Path(way, "", ""), Rule: p % Rules, Side: side, Weight: 1})
				}
			}
		}
		cases = append(cases, c)
	}
	return cases
}

func TestTypes(t *testing.T) {
	if n := len(schema.EventTypes()); n != Types {
		t.Errorf("there are %d types of events; the network knows %d", n, Types)
	}
}

// TestGradients compares the gradients with differences of the loss.
func TestGradients(t *testing.T) {
	cases := testCases(6)
	f := newFitter(1, drops{})
	for i := range f.net.path.V { // which starts at zero
		f.net.path.V[i] = float32(i%7) / 20
	}
	for i := range cases {
		f.batch = append(f.batch, &cases[i])
	}
	f.step()
	names := f.net.all()
	for k, g := range f.grad.all() {
		best := 0
		for i, v := range g.V {
			if math.Abs(float64(v)) > math.Abs(float64(g.V[best])) {
				best = i
			}
		}
		got := float64(g.V[best])
		if got == 0 {
			t.Errorf("tensor %d has no gradient", k)
			continue
		}
		loss := func(change float32) float64 {
			other := &fitter{Pass: learn.Pass{Rand: rand.New(rand.NewPCG(1, 1))}, net: f.net, grad: newNet(), batch: f.batch}
			was := names[k].V[best]
			names[k].V[best] += change
			l := other.step() / float64(len(f.batch)) // gradients are of the mean
			names[k].V[best] = was
			return l
		}
		const step = 0.004
		want := (loss(step) - loss(-step)) / (2 * step)
		if math.Abs(got-want) > 0.1*math.Abs(want)+0.003 {
			t.Errorf("tensor %d, weight %d: gradient %.4f, loss changes by %.4f", k, best, got, want)
		}
	}
}

// TestLearns fits a network and reads sentences that it has not seen. Fit and
// Read are two implementations of the network, which must agree.
func TestLearns(t *testing.T) {
	all := testCases(400)
	e := Fit(all[:360], Options{Epochs: 4, Batch: 60, Seed: 1, Log: t.Logf})
	var found, acts int
	for _, c := range all[360:] {
		r := e.Read(c.Sentence)
		var p [types]float64
		for _, g := range c.Triggers {
			r.Types(g.Token, p[:])
			if p[g.Class] < 0.5 {
				t.Errorf("class %d has probability %.2f", g.Class, p[g.Class])
			}
			found += g.Class
		}
		var q [Sides]float64
		for _, g := range c.Parties {
			r.Sides(g.Trigger, g.Token, g.Type, g.Path, g.Rule, q[:])
			if q[g.Side] < 0.5 {
				t.Errorf("side %d has probability %.2f", g.Side, q[g.Side])
			}
			acts++
		}
	}
	if found == 0 || acts == 0 {
		t.Error("nothing was read")
	}
}

// TestForms compares the forms of the layers: integers to the last bit, and
// with floats.
func TestForms(t *testing.T) {
	e := Fit(testCases(100), Options{Epochs: 2, Batch: 100, Seed: 2, Log: t.Logf})
	words, floats := newEncoder(e.net, neural.Words), newEncoder(e.net, neural.Floats)
	for n := range 9 {
		s := sentence(n+1, uint64(n+500))
		a, b, c := e.Read(s), words.Read(s), floats.Read(s)
		for i := range s.Tokens {
			var p, q, r [types]float64
			a.Types(i, p[:])
			b.Types(i, q[:])
			c.Types(i, r[:])
			if p != q {
				t.Fatalf("token %d: %v in words, %v in the fastest form", i, q, p)
			}
			for k := range p {
				if math.Abs(p[k]-r[k]) > 0.1 {
					t.Errorf("token %d, class %d: %.3f in floats, %.3f in integers", i, k, r[k], p[k])
				}
			}
			var x, y [Sides]float64
			a.Sides(0, i, 2, Path(">obj", "", ""), 1, x[:])
			b.Sides(0, i, 2, Path(">obj", "", ""), 1, y[:])
			if x != y {
				t.Fatalf("token %d: sides %v in words, %v in the fastest form", i, y, x)
			}
		}
	}
}

func TestFile(t *testing.T) {
	e := Fit(testCases(20), Options{Epochs: 1, Batch: 100, Seed: 3, Log: t.Logf})
	b := e.Append([]byte("before"))
	got, rest, err := Read(append(slices.Clone(b[len("before"):]), "after"...))
	if err != nil || string(rest) != "after" {
		t.Fatalf("rest %q, error %v", rest, err)
	}
	s := sentence(7, 9)
	if x, y := e.Read(s), got.Read(s); !slices.Equal(x.types, y.types) || !slices.Equal(x.top, y.top) {
		t.Error("a network that was written reads otherwise")
	}
	for _, n := range []int{0, 1, 1000, len(b) - len("before") - 1} {
		if _, _, err := Read(b[len("before"):][:n]); err == nil {
			t.Errorf("the first %d bytes are taken for a network", n)
		}
	}
}

func TestPath(t *testing.T) {
	if Path("a", "bc", "") == Path("ab", "c", "") || Path("<nsubj", "in", "passive") == Path("<nsubj", "in", "") {
		t.Error("paths of other parts have one number")
	}
	if got := Path("<nsubj", "in", "passive"); got != 4014 {
		t.Errorf("path is number %d, want 4014, with which models were trained", got)
	}
	for _, steps := range []string{"", "far", "<nsubj>obj"} {
		if p := Path(steps, "", ""); p < 0 || p >= paths {
			t.Errorf("path %q is number %d", steps, p)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	e := newEncoder(newFitter(1, drops{}).net, neural.Fastest())
	s := sentence(27, 1)
	for b.Loop() {
		e.Read(s)
	}
}
