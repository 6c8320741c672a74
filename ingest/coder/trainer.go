package coder

import (
	"fmt"
	"hash/fnv"
	"io"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"faultline/ingest/annotation"
	"faultline/ingest/coder/encoder"
	"faultline/ingest/coding"
	"faultline/schema"
)

// TrainOptions are the settings of Train.
type TrainOptions struct {
	Folds int // of the cross-validation; sentences of one document stay together
	Seed  uint64
	Log   func(format string, args ...any)
}

// Train fits the models to annotated sentences. It first cross-validates:
// what the models of each fold propose on the sentences they have not seen
// trains the model of acceptance, and what they propose on data measures the
// whole: more is trained on but not measured, as its sentences were not chosen
// at random. It returns the packed model file.
func Train(t Tools, data, more []annotation.Sentence, o TrainOptions) ([]byte, error) {
	c, err := newCoder(t)
	if err != nil {
		return nil, err
	}
	tr := &trainer{coder: c, o: o}
	for i := range data {
		tr.cases = append(tr.cases, tr.prepare(&data[i]))
	}
	tr.measured = len(tr.cases)
	for i := range more {
		tr.cases = append(tr.cases, tr.prepare(&more[i]))
	}
	o.Log("%d sentences analysed, and %d more", len(data), len(more))
	m := tr.crossValidate()
	tr.diagnose()
	threshold := tr.measure()
	m.accepts, m.threshold = tr.fitAccepts(-1), threshold
	return m.pack(), nil
}

// crossValidate lets the models of each fold propose on the sentences that
// they have not seen, and returns models of all sentences. What is fitted is
// fitted beside each other.
func (tr *trainer) crossValidate() *models {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for fold := range tr.o.Folds {
		group.Go(func() error {
			m := tr.fit(fmt.Sprintf("without fold %d", fold+1), func(c *trainCase) bool { return c.fold(tr.o.Folds) != fold })
			tr.propose(m, fold)
			tr.o.Log("fold %d of %d done", fold+1, tr.o.Folds)
			return nil
		})
	}
	var all *models
	group.Go(func() error {
		all = tr.fit("of all sentences", func(*trainCase) bool { return true })
		return nil
	})
	_ = group.Wait() // none fails
	return all
}

// propose collects what the models propose for the sentences of a fold.
func (tr *trainer) propose(m *models, fold int) {
	for _, tc := range tr.cases {
		if tc.fold(tr.o.Folds) != fold {
			continue
		}
		for n, s := range tc.sentences {
			for _, p := range s.proposals(m, tr.coder.lex) {
				p.sentence = n
				tc.proposed = append(tc.proposed, p)
			}
		}
	}
}

type trainer struct {
	coder *coder
	o     TrainOptions
	cases []*trainCase

	measured int // so many of the cases; the others come after
}

// trainCase is an annotated sentence, analysed. The splitter may have made
// several of it.
type trainCase struct {
	*annotation.Sentence
	sentences []*sentence
	wholes    []*encoder.Sentence // what the encoder is told of each
	proposed  []proposal
}

func (c *trainCase) fold(n int) int {
	h := fnv.New32a()
	_, _ = io.WriteString(h, c.Doc)
	return int(h.Sum32() % uint32(n))
}

func (tr *trainer) prepare(a *annotation.Sentence) *trainCase {
	day, _ := schema.ParseDay(a.Published)
	tc := &trainCase{Sentence: a}
	tr.coder.read(coding.Document{Text: a.Text, Published: day}, func(s *sentence, _ *setting) {
		tc.sentences = append(tc.sentences, s)
		tc.wholes = append(tc.wholes, s.encoderInput(tr.coder.lex, tr.coder.Analyzer.Vector))
		s.remember()
	})
	return tc
}

// spansOf are the occurrences of a text.
func spansOf(text, part string) []coding.Span {
	var out []coding.Span
	for at := 0; part != ""; {
		i := strings.Index(text[at:], part)
		if i < 0 {
			break
		}
		out = append(out, coding.Span{Start: at + i, End: at + i + len(part)})
		at += i + 1
	}
	return out
}

// tokensIn are the first and last token that the span touches, −1 if none.
func (s *sentence) tokensIn(sp coding.Span) (first, last int) {
	first, last = -1, -1
	for i, t := range s.tok {
		if t.Start < sp.End && sp.Start < t.End {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// triggerToken is the token that carries the item's action words.
func (s *sentence) triggerToken(it *annotation.Item) int {
	for _, sp := range spansOf(s.doc.Text, it.Trigger) {
		first, last := s.tokensIn(sp)
		if first < 0 {
			continue
		}
		if h := s.headOf(first, last); s.eligible(h) {
			return h
		}
		for i := first; i <= last; i++ {
			if s.eligible(i) {
				return i
			}
		}
	}
	return -1
}

// partyTokens are the candidates that the named actors of a side stand at;
// of several occurrences of a text the nearest to the trigger.
func (s *sentence) partyTokens(side []annotation.Named, trigger int, cands []int) map[int]bool {
	set := map[int]bool{}
	for _, n := range side {
		best, bestDist := -1, 1<<30
		for _, sp := range spansOf(s.doc.Text, n.Text) {
			first, last := s.tokensIn(sp)
			if first < 0 {
				continue
			}
			head, at := s.headOf(first, last), -1
			for _, c := range cands {
				if c == head {
					at = c
					break
				}
				if from, to := s.extent(c); at < 0 && from <= last && first <= to {
					at = c
				}
			}
			if at < 0 {
				continue
			}
			dist := at - trigger
			if dist < 0 {
				dist = -dist
			}
			if dist < bestDist {
				best, bestDist = at, dist
			}
		}
		if best >= 0 {
			set[best] = true
		}
	}
	return set
}

func (s *sentence) extent(c int) (first, last int) {
	if n := s.at[c]; n >= 0 {
		return s.mentions[n].first, s.mentions[n].last
	}
	return c, c
}

// example is one case for a linear model.
type example struct {
	features []uint32
	words    []string
	class    int
	weight   float64
}

// How often the encoder sees the sentences, and how many tokens at a time.
const (
	encoderEpochs = 12
	encoderBatch  = 900
)

// fit trains the models of triggers and arguments on the chosen cases, which
// have a name for the log.
func (tr *trainer) fit(name string, use func(*trainCase) bool) *models {
	types := schema.EventTypes()
	var topics, triggers, arguments []example
	var cases []encoder.Case
	var f features
	for _, tc := range tr.cases {
		if !use(tc) {
			continue
		}
		for n, s := range tc.sentences {
			whole := encoder.Case{Sentence: tc.wholes[n]}
			type key struct {
				token int
				typ   schema.EventType
			}
			gold := map[int][]schema.EventType{}
			weight := map[int]float64{}
			sides := map[key][2]map[int]bool{}
			var order []key
			cands := s.candidates()
			on := 0
			for n := range tc.Items {
				it := &tc.Items[n]
				t := s.triggerToken(it)
				if t < 0 {
					continue
				}
				on = 1
				k := key{t, it.Type}
				if !slices.Contains(gold[t], it.Type) {
					gold[t] = append(gold[t], it.Type)
					sides[k] = [2]map[int]bool{{}, {}}
					order = append(order, k)
				}
				w := 0.7
				if it.Core {
					w = 1
				}
				weight[t] = max(weight[t], w)
				for i, side := range [][]annotation.Named{it.Initiators, it.Recipients} {
					for c := range s.partyTokens(side, t, cands) {
						sides[k][i][c] = true
					}
				}
			}
			s.topicFeatures(&f)
			topics = append(topics, example{features: slices.Clone(f.list), class: on, weight: 1})
			for i := range s.tok {
				if !s.eligible(i) {
					continue
				}
				s.triggerFeatures(tr.coder.lex, i, &f)
				e := example{slices.Clone(f.list), slices.Clone(f.words), 0, 1}
				if len(gold[i]) == 0 {
					triggers = append(triggers, e)
					whole.Triggers = append(whole.Triggers, encoder.Trigger{Token: i, Weight: 1})
				}
				for _, typ := range gold[i] {
					e.class, e.weight = 1+slices.Index(types, typ), weight[i]
					triggers = append(triggers, e)
					whole.Triggers = append(whole.Triggers, encoder.Trigger{Token: i, Class: e.class, Weight: float32(e.weight)})
				}
			}
			for _, k := range order {
				by := s.sidesOf(k.token, s.patternFor(tr.coder.lex, k.token, k.typ))
				for _, c := range cands {
					if c == k.token {
						continue
					}
					class := noSide
					if sides[k][0][c] {
						class = initiatorSide
					} else if sides[k][1][c] {
						class = recipientSide
					}
					s.argumentFeatures(k.token, c, k.typ, by, &f)
					arguments = append(arguments, example{slices.Clone(f.list), slices.Clone(f.words), class, weight[k.token]})
					path, rule := s.wayTo(k.token, c, by)
					whole.Parties = append(whole.Parties, encoder.Party{
						Trigger: k.token, Token: c, Type: slices.Index(types, k.typ), Path: path, Rule: rule, Side: class, Weight: float32(weight[k.token]),
					})
				}
			}
			cases = append(cases, whole)
		}
	}
	vectors := tr.coder.Analyzer.Vector
	m := &models{
		topics: fit(topics, 2, fitOptions{epochs: 8, rate: 0.06, decay: 3e-4, least: 2, seed: tr.o.Seed}).wide,
		triggers: fit(triggers, len(types)+1, fitOptions{epochs: 12, rate: 0.06, decay: 3e-4, least: 3, seed: tr.o.Seed, drop: 0.4,
			slots: triggerSlots, hidden: 32, members: 2, vectors: vectors}),
		arguments: fit(arguments, sideClasses, fitOptions{epochs: 12, rate: 0.06, decay: 3e-4, least: 3, seed: tr.o.Seed, drop: 0.4,
			slots: argumentSlots, hidden: 24, members: 2, vectors: vectors}),
		accepts: newLinear(1, 1, nil, nil),
	}
	for i := range encoderMembers {
		log := func(format string, args ...any) {
			tr.o.Log("%s, member %d: "+format, append([]any{name, i + 1}, args...)...)
		}
		m.encoders = append(m.encoders, encoder.Fit(cases, encoder.Options{Epochs: encoderEpochs, Batch: encoderBatch, Seed: tr.o.Seed + uint64(100*i), Log: log}))
	}
	return m
}

// right reports whether a proposal matches an item as the scorer of events
// has it: the type is equal, and on both sides some texts overlap.
func (c *trainCase) right(a act) bool {
	for i := range c.Items {
		if c.Items[i].Type == a.Type && c.matches(a, &c.Items[i]) {
			return true
		}
	}
	return false
}

func (c *trainCase) matches(a act, it *annotation.Item) bool {
	pi, pr := c.spans(a.sentence, a.initiators), c.spans(a.sentence, a.recipients)
	gi, gr := c.namedSpans(it.Initiators), c.namedSpans(it.Recipients)
	if overlap(pi, gi) && overlap(pr, gr) {
		return true
	}
	return len(it.Recipients) == 0 && len(it.Initiators) > 1 && overlap(pi, gi) && (len(pr) == 0 || overlap(pr, gi))
}

func (c *trainCase) spans(n int, ms []mention) []coding.Span {
	var out []coding.Span
	for _, m := range ms {
		out = append(out, spansOf(c.Text, c.sentences[n].text(m.first, m.last))...)
	}
	return out
}

func (c *trainCase) namedSpans(ns []annotation.Named) []coding.Span {
	var out []coding.Span
	for _, n := range ns {
		out = append(out, spansOf(c.Text, n.Text)...)
	}
	return out
}

func overlap(a, b []coding.Span) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == 0 && len(b) == 0
	}
	for _, x := range a {
		for _, y := range b {
			if x.Start < y.End && y.Start < x.End {
				return true
			}
		}
	}
	return false
}
