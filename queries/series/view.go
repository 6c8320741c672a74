package series

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"time"

	"faultline/queries/origin"
	"faultline/schema"
)

// View is one state of the series, ready to be asked: its events in order of
// day, then id. Events are named by their position, actors by their number
// in the view. A view never changes and may be used from many goroutines;
// its slices must not be written to.
type View struct {
	Seq uint64 // the store's batch that it is complete to

	actors   []string
	index    map[string]uint32
	profiles []schema.Actor
	words    []string

	ids        []id // by row
	row        []uint32
	day        []schema.Day
	typ        []uint8
	precision  []uint8
	code       [][4]byte
	quad       []uint8
	intensity  []float32
	sides      []uint32 // per event its initiators, then its recipients
	sideEnds   []uint32
	recipients []uint32 // where the recipients start in sides

	// now: what all claims say that have not been retracted
	standing []standing

	claimIDs  []id
	claimEnd  []uint32 // per event, into claim
	claim     []claim
	places    lists // per row of claims
	sketches  lists // per row of claims
	text      []uint32
	postEnd   []uint32
	post      []uint32
	undated   int
	retracted int
	recorded  int64 // of the claim that came last
}

// claim is a claim's part in its event.
type claim struct {
	row       uint32
	publisher uint32
	recorded  int64
	retracted int64
	report    uint32
	status    uint8
}

func (c *claim) holds(at int64) bool {
	return c.recorded <= at && (c.retracted == 0 || c.retracted > at)
}

// none is the status of an event that nobody claims (any more).
const none = uint8(len(wireStatuses))

func (t *table) view(seq uint64) *View {
	n, nActors := len(t.eventIDs), len(t.actors.list)
	v := &View{
		Seq:      seq,
		actors:   t.actors.list[:nActors:nActors],
		index:    make(map[string]uint32, nActors),
		profiles: slices.Clone(t.profiles),
		words:    t.words.list[:len(t.words.list):len(t.words.list)],
		ids:      t.eventIDs[:n:n],
		claimIDs: t.claimIDs[:len(t.claimIDs):len(t.claimIDs)],
		places:   lists{t.places.end[:len(t.places.end):len(t.places.end)], t.places.flat},
		sketches: lists{t.sketches.end[:len(t.sketches.end):len(t.sketches.end)], t.sketches.flat},
		text:     t.text[:len(t.text):len(t.text)],

		row:        t.byDay(),
		day:        make([]schema.Day, n),
		typ:        make([]uint8, n),
		precision:  make([]uint8, n),
		code:       make([][4]byte, n),
		quad:       make([]uint8, n),
		intensity:  make([]float32, n),
		sides:      make([]uint32, 0, len(t.initiators.flat)+len(t.recipients.flat)),
		sideEnds:   make([]uint32, n),
		recipients: make([]uint32, n),
	}
	for i, name := range v.actors {
		v.index[name] = uint32(i)
	}
	v.profiles = append(v.profiles, make([]schema.Actor, nActors-len(v.profiles))...)

	type scores struct {
		quad      schema.QuadClass
		intensity float32
	}
	type key struct {
		typ  uint8
		code [4]byte
	}
	known := make(map[key]scores)
	uses := make([]uint32, nActors)
	for i, r := range v.row {
		v.day[i] = schema.Day(t.day[r])
		v.typ[i], v.precision[i], v.code[i] = t.typ[r], t.precision[r], t.code[r]
		k := key{t.typ[r], t.code[r]}
		s, ok := known[k]
		if !ok {
			e := schema.Event{Type: wireTypes[k.typ], Code: schema.Code(codeOf(k.code))}
			s = scores{e.Quad(), float32(e.Intensity())}
			known[k] = s
		}
		v.quad[i], v.intensity[i] = uint8(s.quad), s.intensity
	}
	initiators, recipients := t.initiators.at(v.row), t.recipients.at(v.row)
	for i := range v.row {
		from := len(v.sides)
		v.sides = append(v.sides, t.initiators.flat[initiators[i].from:initiators[i].to]...)
		v.recipients[i] = uint32(len(v.sides))
		v.sides = append(v.sides, t.recipients.flat[recipients[i].from:recipients[i].to]...)
		v.sideEnds[i] = uint32(len(v.sides))
		for j, a := range v.sides[from:] {
			if !slices.Contains(v.sides[from:from+j], a) {
				uses[a]++
			}
		}
	}
	v.postings(uses)
	v.gather(t)
	return v
}

// byDay returns the rows of the events in order of day, then id.
func (t *table) byDay() []uint32 {
	type place struct {
		key uint64 // day, and the beginning of the id
		row uint32
	}
	places := make([]place, len(t.day))
	for i, day := range t.day {
		places[i] = place{uint64(uint32(day)^1<<31)<<32 | uint64(binary.BigEndian.Uint32(t.eventIDs[i][:])), uint32(i)}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return slices.Compare(t.eventIDs[a.row][:], t.eventIDs[b.row][:])
	})
	rows := make([]uint32, len(places))
	for i, p := range places {
		rows[i] = p.row
	}
	return rows
}

// postings lists the events of each actor, given how many there are.
func (v *View) postings(uses []uint32) {
	v.postEnd = make([]uint32, len(uses))
	next := make([]uint32, len(uses))
	total := uint32(0)
	for a, n := range uses {
		next[a] = total
		total += n
		v.postEnd[a] = total
	}
	v.post = make([]uint32, total)
	from := uint32(0)
	for i, end := range v.sideEnds {
		for j, a := range v.sides[from:end] {
			if !slices.Contains(v.sides[from:from+uint32(j)], a) {
				v.post[next[a]] = uint32(i)
				next[a]++
			}
		}
		from = end
	}
}

// gather lists the claims of each event, and what those that hold now say
// together.
func (v *View) gather(t *table) {
	n := len(v.row)
	position := make([]uint32, n) // of a row
	for i, r := range v.row {
		position[r] = uint32(i)
	}
	v.claimEnd = make([]uint32, n)
	for _, e := range t.claimEvent {
		v.claimEnd[position[e]]++
	}
	next := make([]uint32, n)
	total := uint32(0)
	for i, c := range v.claimEnd {
		next[i] = total
		total += c
		v.claimEnd[i] = total
	}
	v.claim = make([]claim, total)
	for c, e := range t.claimEvent {
		i := position[e]
		v.claim[next[i]] = claim{uint32(c), t.publisher[c], t.recorded[c], t.retracted[c], t.report[c], t.status[c]}
		next[i]++
		if t.retracted[c] != 0 {
			v.retracted++
		}
		v.recorded = max(v.recorded, t.recorded[c])
	}
	v.standing = make([]standing, n)
	for i := range n {
		v.standing[i] = v.tally(i, math.MaxInt64)
		if v.day[i] == schema.NoDay {
			v.undated++
		}
	}
}

// standing is a Standing as the view keeps it: there are millions. Counts
// beyond 65,535 stay there.
type standing struct {
	status                                    uint8
	claims, outlets, reports, origins, denied uint16
}

func more(n *uint16) { *n = max(*n, *n+1) }

// tally is what the claims that hold at an instant say of the event.
func (v *View) tally(i int, at int64) standing {
	s := standing{status: none}
	all := v.claims(i)
	if len(all) == 1 {
		if all[0].holds(at) {
			return standing{all[0].status, 1, 1, 1, 1, 0}
		}
		return s
	}
	for j := range all {
		if all[j].holds(at) {
			s.status = min(s.status, all[j].status)
		}
	}
	for j := range all {
		c := &all[j]
		switch {
		case !c.holds(at):
		case c.status == s.status:
			more(&s.claims)
			if !slices.ContainsFunc(all[:j], func(d claim) bool {
				return d.publisher == c.publisher && d.status == s.status && d.holds(at)
			}) {
				more(&s.outlets)
			}
			if !slices.ContainsFunc(all[:j], func(d claim) bool {
				return d.report == c.report && c.report != 0 && d.status == s.status && d.holds(at)
			}) {
				more(&s.reports)
			}
		case wireStatuses[c.status] == schema.Denied:
			more(&s.denied)
		}
	}
	if s.origins = s.reports; s.reports > 1 {
		s.origins = v.origins(all, s.status, at)
	}
	return s
}

// origins counts the stories behind the claims of a status that hold at an
// instant. What other claims say that hold may show two of them as copies.
func (v *View) origins(all []claim, status uint8, at int64) (n uint16) {
	var holding []claim
	for _, c := range all {
		if c.holds(at) {
			holding = append(holding, c)
		}
	}
	numbers, count := origin.Number(v.witnesses(holding))
	seen := make([]bool, count)
	for j, c := range holding {
		if k := numbers[j]; c.status == status && !seen[k] {
			seen[k] = true
			more(&n)
		}
	}
	return n
}

func (v *View) witnesses(list []claim) []origin.Witness {
	w := make([]origin.Witness, len(list))
	for j, c := range list {
		w[j] = origin.Witness{Report: c.report, Text: v.text[c.row], Sketch: origin.Sketch(v.sketches.of(int(c.row)))}
	}
	return w
}

func (v *View) claims(i int) []claim {
	from := uint32(0)
	if i > 0 {
		from = v.claimEnd[i-1]
	}
	return v.claim[from:v.claimEnd[i]]
}

// Len is the number of events.
func (v *View) Len() int { return len(v.row) }

// Claims is the number of claims, the retracted ones too.
func (v *View) Claims() int { return len(v.claim) }

// Undated is the number of events without a day. They come first.
func (v *View) Undated() int { return v.undated }

// Retracted is the number of claims that have been closed.
func (v *View) Retracted() int { return v.retracted }

// Recorded is when the last claim was recorded, the zero time without one.
func (v *View) Recorded() time.Time {
	if v.recorded == 0 {
		return time.Time{}
	}
	return time.Unix(0, v.recorded).UTC()
}

// Day is the day of event i.
func (v *View) Day(i int) schema.Day { return v.day[i] }

// From is the first event of the day or a later one, Len if there is none.
func (v *View) From(day schema.Day) int {
	i, _ := slices.BinarySearch(v.day, day)
	return i
}

// ID is the id of event i.
func (v *View) ID(i int) schema.EventID {
	return schema.EventID(string(schema.KindEvent) + ":" + v.ids[v.row[i]].String())
}

// Find returns the position of an event, and false when it is not there.
func (v *View) Find(e schema.EventID) (int, bool) {
	u, err := parseID(string(e))
	if err != nil {
		return 0, false
	}
	for i, r := range v.row {
		if v.ids[r] == u {
			return i, true
		}
	}
	return 0, false
}

// Type is the type of event i.
func (v *View) Type(i int) schema.EventType { return wireTypes[v.typ[i]] }

// Ordinal is the type of event i as a small number, below 32.
func (v *View) Ordinal(i int) uint { return uint(v.typ[i]) }

// Code is the CAMEO code of event i, "" when no claim has one.
func (v *View) Code(i int) schema.Code { return schema.Code(codeOf(v.code[i])) }

// Quad is the class of event i, of its code before its type.
func (v *View) Quad(i int) schema.QuadClass { return schema.QuadClass(v.quad[i]) }

// Intensity is the intensity of event i, −10…+10, of its code before its
// type.
func (v *View) Intensity(i int) float64 { return float64(v.intensity[i]) }

// Precision is how exactly the day of event i is known.
func (v *View) Precision(i int) schema.Precision { return wirePrecisions[v.precision[i]] }

// Initiators are the numbers of the actors who do event i.
func (v *View) Initiators(i int) []uint32 {
	from := uint32(0)
	if i > 0 {
		from = v.sideEnds[i-1]
	}
	return v.sides[from:v.recipients[i]]
}

// Recipients are the numbers of the actors whom event i is done to.
func (v *View) Recipients(i int) []uint32 { return v.sides[v.recipients[i]:v.sideEnds[i]] }

// Standing is what the claims of an event say together.
type Standing struct {
	Status  schema.Status // the strongest; "" when no claim holds
	Claims  int           // that hold and have this status
	Outlets int           // that publish these, each counted once
	Reports int           // that they are in
	Origins int           // of their sentences; copies of one story have one
	Denied  int           // claims that deny an event which others assert
}

// Standing sums up the claims that hold of event i at an instant: recorded
// by then and not retracted. The zero time means all that is recorded.
func (v *View) Standing(i int, at time.Time) Standing {
	s := v.standing[i]
	if !at.IsZero() {
		s = v.tally(i, at.UnixNano())
	}
	if s.status == none {
		return Standing{}
	}
	return Standing{wireStatuses[s.status], int(s.claims), int(s.outlets), int(s.reports), int(s.origins), int(s.denied)}
}

// Outlets returns who publishes the claims that Standing counts, as numbers
// of words: see Word.
func (v *View) Outlets(i int, at time.Time) []uint32 {
	limit := int64(math.MaxInt64)
	status := v.standing[i].status
	if !at.IsZero() {
		limit = at.UnixNano()
		status = v.tally(i, limit).status
	}
	var list []uint32
	for _, c := range v.claims(i) {
		if c.status == status && c.holds(limit) && !slices.Contains(list, c.publisher) {
			list = append(list, c.publisher)
		}
	}
	return list
}

// Voice is a claim of an event as its outlet makes it.
type Voice struct {
	Outlet uint32 // a number of words: see Word
	Status schema.Status
	Origin int // claims of one event and number tell the same story; from 0 on
}

// Voices returns the claims of event i that hold at an instant, in order of
// arrival. The zero time means all that is recorded.
func (v *View) Voices(i int, at time.Time) []Voice {
	limit := int64(math.MaxInt64)
	if !at.IsZero() {
		limit = at.UnixNano()
	}
	var list []Voice
	var holding []claim
	for _, c := range v.claims(i) {
		if c.holds(limit) {
			holding = append(holding, c)
			list = append(list, Voice{c.publisher, wireStatuses[c.status], 0})
		}
	}
	if len(list) > 1 {
		numbers, _ := origin.Number(v.witnesses(holding))
		for j := range list {
			list[j].Origin = numbers[j]
		}
	}
	return list
}

// Changed lists the events of which a claim was recorded or retracted at an
// instant or later.
func (v *View) Changed(since time.Time) []int {
	from := since.UnixNano()
	var list []int
	for i := range v.row {
		if slices.ContainsFunc(v.claims(i), func(c claim) bool { return c.recorded >= from || c.retracted >= from }) {
			list = append(list, i)
		}
	}
	return list
}

// Places returns where the claims of event i say that it happened, sorted.
func (v *View) Places(i int) []schema.PlaceID {
	var list []schema.PlaceID
	for _, c := range v.claims(i) {
		for _, w := range v.places.of(int(c.row)) {
			list = append(list, schema.PlaceID(v.words[w]))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// ClaimIDs returns the claims of event i, the retracted ones too, sorted.
func (v *View) ClaimIDs(i int) []schema.ClaimID {
	var list []schema.ClaimID
	for _, c := range v.claims(i) {
		list = append(list, claimID(v.claimIDs[c.row]))
	}
	slices.Sort(list)
	return list
}

// Word is the outlet of a number that Outlets gave.
func (v *View) Word(n uint32) string { return v.words[n] }

// Actors is how many actors there are; their numbers are below it.
func (v *View) Actors() int { return len(v.actors) }

// Number is the number of an actor, and false when the series has never met
// it.
func (v *View) Number(a schema.ActorID) (uint32, bool) {
	n, ok := v.index[string(a)]
	return n, ok
}

// Actor is what is known of an actor; its id alone when the store has no
// description of it.
func (v *View) Actor(n uint32) schema.Actor {
	a := v.profiles[n]
	if a.ID == "" {
		a.ID = schema.ActorID(v.actors[n])
		a.Name = a.ID.Slug()
	}
	return a
}

// EventsOf lists the events that an actor takes part in, in order of day.
func (v *View) EventsOf(n uint32) []uint32 {
	from := uint32(0)
	if n > 0 {
		from = v.postEnd[n-1]
	}
	return v.post[from:v.postEnd[n]]
}

// WithPrefix lists the events whose UUID begins with the digits: lower case,
// without hyphens.
func (v *View) WithPrefix(digits string) []int {
	var list []int
	var text [32]byte
	for i, r := range v.row {
		hex.Encode(text[:], v.ids[r][:])
		if string(text[:min(len(digits), 32)]) == digits {
			list = append(list, i)
		}
	}
	return list
}
