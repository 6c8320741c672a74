package export

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"faultline/graph"
	"faultline/schema"
)

// network is the selected part of the graph as tools for networks see it:
// actors, and ties between them that are events. Events that name one side
// only have no place in it.
type network struct {
	actors []schema.Actor // in order of id
	ties   []tie          // in order of event, source, target
}

// tie is one event between two actors. Of those who act together, each pair
// has a tie from the first by id.
type tie struct {
	event    schema.Event
	from, to schema.ActorID
	joint    bool // the order means nothing
	claims   int  // that assert it and were not retracted
}

// netOf gathers the network.
func netOf(ctx context.Context, r graph.Reader, s Selection) (network, error) {
	var n network
	claims := map[schema.EventID]int{}
	sides := map[schema.ActorID]bool{}
	actors := map[schema.ActorID]schema.Actor{}
	err := Walk(ctx, r, s, Visitor{
		Actor: func(a schema.Actor) error { actors[a.ID] = a; return nil },
		Event: func(e schema.Event) error {
			eachPair(e, func(from, to schema.ActorID, joint bool) {
				n.ties = append(n.ties, tie{event: e, from: from, to: to, joint: joint})
				sides[from], sides[to] = true, true
			})
			return nil
		},
		Claim: func(c schema.Claim) error {
			if c.Retracted.IsZero() && c.Status == schema.Asserted {
				claims[c.Event]++
			}
			return nil
		},
	})
	for i := range n.ties {
		n.ties[i].claims = claims[n.ties[i].event.ID]
	}
	for _, id := range slices.Sorted(maps.Keys(sides)) {
		a, ok := actors[id]
		if !ok { // only referred to
			a = schema.Actor{ID: id, Name: id.Slug(), Kind: schema.Organisation}
		}
		n.actors = append(n.actors, a)
	}
	return n, err
}

// eachPair calls f for each initiator with each recipient, and for each pair
// of those who act together upon nobody.
func eachPair(e schema.Event, f func(from, to schema.ActorID, joint bool)) {
	for _, a := range e.Initiators {
		for _, b := range e.Recipients {
			if a != b {
				f(a, b, false)
			}
		}
	}
	if len(e.Recipients) > 0 {
		return
	}
	for i, a := range e.Initiators {
		for _, b := range e.Initiators[i+1:] {
			f(a, b, true)
		}
	}
}

// bond is all that one actor does to another of one sort.
type bond struct {
	from, to schema.ActorID
	hostile  bool
	events   int
	claims   int
	types    map[schema.EventType]int
	days     []schema.Day // of its dated events, sorted, each once
}

// bonds sums up the ties, the heaviest first. Events that nobody asserts,
// which were only planned, demanded or denied, are left out.
func (n network) bonds() []*bond {
	type key struct {
		from, to schema.ActorID
		hostile  bool
	}
	sum := map[key]*bond{}
	for _, t := range n.ties {
		if t.event.Status != schema.Asserted {
			continue
		}
		k := key{t.from, t.to, hostile(t.event)}
		b := sum[k]
		if b == nil {
			b = &bond{from: t.from, to: t.to, hostile: k.hostile, types: map[schema.EventType]int{}}
			sum[k] = b
		}
		b.events++
		b.claims += t.claims
		b.types[t.event.Type]++
		if d := t.event.Day; d != schema.NoDay {
			b.days = append(b.days, d)
		}
	}
	list := slices.Collect(maps.Values(sum))
	for _, b := range list {
		slices.Sort(b.days)
		b.days = slices.Compact(b.days)
	}
	slices.SortFunc(list, func(a, b *bond) int {
		tone := func(b *bond) int {
			if b.hostile {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.events, a.events), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(tone(a), tone(b)))
	})
	return list
}

func hostile(e schema.Event) bool { return e.Quad().Hostile() || e.Type == schema.Strain }

func (b *bond) tone() string {
	if b.hostile {
		return "conflict"
	}
	return "cooperation"
}

// chief is the type that most events of the bond have.
func (b *bond) chief() schema.EventType {
	var chief schema.EventType
	for _, t := range schema.EventTypes() {
		if b.types[t] > b.types[chief] {
			chief = t
		}
	}
	return chief
}

// drawn is how many bonds a picture holds that a person can still read.
const drawn = 120

// few keeps the heaviest bonds and the actors that they join.
func (n network) few() ([]*bond, []schema.Actor) {
	bonds := n.bonds()
	bonds = bonds[:min(len(bonds), drawn)]
	joined := map[schema.ActorID]bool{}
	for _, b := range bonds {
		joined[b.from], joined[b.to] = true, true
	}
	var actors []schema.Actor
	for _, a := range n.actors {
		if joined[a.ID] {
			actors = append(actors, a)
		}
	}
	return bonds, actors
}
