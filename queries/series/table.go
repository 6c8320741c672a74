package series

import (
	"encoding/binary"
	"slices"

	"faultline/schema"
)

// table holds what the blocks say, in order of arrival, each event and each
// claim once. Ids, sides and strings never change once they stand, so views
// share them; the other columns gain and views copy them.
type table struct {
	nouns    *schema.Nouns // knows how nodes merge
	actors   dict
	words    dict           // outlets and places
	profiles []schema.Actor // by actor number; without an ID when nothing is known

	fetched byte // keeps fetch from being left out

	events     index
	eventIDs   []id
	day        []int32
	typ        []uint8
	precision  []uint8
	code       [][4]byte
	initiators lists
	recipients lists

	claims     index
	claimIDs   []id
	claimEvent []uint32
	status     []uint8
	publisher  []uint32
	recorded   []int64
	retracted  []int64
	report     []uint32
	text       []uint32
	places     lists
	sketches   lists
}

func newTable() *table { return &table{nouns: schema.NewNouns()} }

// lists keeps many short lists end to end.
type lists struct {
	end  []uint32
	flat []uint32
}

func (l *lists) of(i int) []uint32 {
	from := uint32(0)
	if i > 0 {
		from = l.end[i-1]
	}
	return l.flat[from:l.end[i]:l.end[i]]
}

// extent is where a list lies in flat.
type extent struct{ from, to uint32 }

// at finds many lists at once. Rows that lie far apart are waited for
// together so, not one after the other.
func (l *lists) at(rows []uint32) []extent {
	all := make([]extent, len(rows))
	for i, r := range rows {
		if r > 0 {
			all[i].from = l.end[r-1]
		}
		all[i].to = l.end[r]
	}
	return all
}

// add takes n numbers off the front of b.
func (l *lists) add(b []byte, n int) []byte {
	for i := range n {
		l.flat = append(l.flat, binary.LittleEndian.Uint32(b[4*i:]))
	}
	l.end = append(l.end, uint32(len(l.flat)))
	return b[4*n:]
}

// index finds a row by its UUID: an open hash table of row numbers plus one.
// UUIDs of version 5 are a hash already.
type index struct {
	slots []uint32
	used  int
}

// find returns the row of the id, or the slot where it belongs.
func (x *index) find(ids []id, u *id) (row, slot int, ok bool) {
	mask := len(x.slots) - 1
	for slot = int(binary.LittleEndian.Uint64(u[:])>>1) & mask; x.slots[slot] != 0; slot = (slot + 1) & mask {
		if row = int(x.slots[slot]) - 1; ids[row] == *u {
			return row, slot, true
		}
	}
	return 0, slot, false
}

// fetch reads what find will read for n ids, so that it lies in the cache:
// memory answers many questions at once nearly as fast as one. What it
// returns depends on all that was read.
func (x *index) fetch(ids []id, column []byte, n int) (sum byte) {
	mask := len(x.slots) - 1
	for i := range n {
		if row := x.slots[int(binary.LittleEndian.Uint64(column[16*i:])>>1)&mask]; row != 0 {
			sum += ids[row-1][0]
		}
	}
	return sum
}

// grow makes room for n more rows.
func (x *index) grow(ids []id, n int) {
	if 2*(x.used+n) <= len(x.slots) {
		return
	}
	size := 1024
	for size < 2*(x.used+n) {
		size *= 2
	}
	x.slots = make([]uint32, size)
	for row := range ids {
		_, slot, _ := x.find(ids, &ids[row])
		x.slots[slot] = uint32(row) + 1
	}
}

func (x *index) put(slot, row int) {
	x.slots[slot] = uint32(row) + 1
	x.used++
}

// reserve makes room for n more claims, in one step for a whole file.
func (t *table) reserve(n int) {
	t.events.grow(t.eventIDs, n)
	t.claims.grow(t.claimIDs, n)
	t.eventIDs = slices.Grow(t.eventIDs, n)
	t.day = slices.Grow(t.day, n)
	t.typ = slices.Grow(t.typ, n)
	t.precision = slices.Grow(t.precision, n)
	t.code = slices.Grow(t.code, n)
	t.claimIDs = slices.Grow(t.claimIDs, n)
	t.claimEvent = slices.Grow(t.claimEvent, n)
	t.status = slices.Grow(t.status, n)
	t.publisher = slices.Grow(t.publisher, n)
	t.recorded = slices.Grow(t.recorded, n)
	t.retracted = slices.Grow(t.retracted, n)
	t.report = slices.Grow(t.report, n)
	t.text = slices.Grow(t.text, n)
	for _, l := range []*lists{&t.initiators, &t.recipients, &t.places, &t.sketches} {
		l.end = slices.Grow(l.end, n)
	}
	for _, l := range []*lists{&t.initiators, &t.recipients} {
		l.flat = slices.Grow(l.flat, n)
	}
}

// apply takes a block in.
func (t *table) apply(k block) {
	for _, s := range k.actors {
		t.actors.number(s)
	}
	for _, s := range k.words {
		t.words.number(s)
	}
	if n := len(t.actors.list); n > len(t.profiles) {
		t.profiles = append(t.profiles, make([]schema.Actor, n-len(t.profiles))...)
	}
	for _, a := range k.profiles {
		p := &t.profiles[t.actors.index[string(a.ID)]]
		if p.ID == "" {
			*p = a
		} else {
			*p = t.merge(*p, a)
		}
	}

	t.events.grow(t.eventIDs, k.claims)
	t.claims.grow(t.claimIDs, k.claims)
	at := columnsAt(k.claims)
	initiators := k.lists
	recipients := initiators[4*sum(k.columns[at.initiators:], k.claims):]
	places := recipients[4*sum(k.columns[at.recipients:], k.claims):]
	sketches := places[4*sum(k.columns[at.places:], k.claims):]
	t.fetched = t.events.fetch(t.eventIDs, k.columns[at.event:], k.claims) + t.claims.fetch(t.claimIDs, k.columns[at.claim:], k.claims)
	for i := range k.claims {
		nInitiators := int(binary.LittleEndian.Uint16(k.columns[at.initiators+2*i:]))
		nRecipients := int(binary.LittleEndian.Uint16(k.columns[at.recipients+2*i:]))
		nPlaces := int(binary.LittleEndian.Uint16(k.columns[at.places+2*i:]))
		nSketch := int(binary.LittleEndian.Uint16(k.columns[at.sketches+2*i:]))

		u := (*id)(k.columns[at.event+16*i:])
		code := [4]byte(k.columns[at.code+4*i:])
		precision := k.columns[at.precision+i]
		event, slot, ok := t.events.find(t.eventIDs, u)
		if ok {
			t.precision[event] = min(t.precision[event], precision) // finest first
			if code != t.code[event] {
				t.code[event] = t.stronger(t.code[event], code)
			}
		} else {
			event = len(t.eventIDs)
			t.events.put(slot, event)
			t.eventIDs = append(t.eventIDs, *u)
			t.day = append(t.day, int32(binary.LittleEndian.Uint32(k.columns[at.day+4*i:])))
			t.typ = append(t.typ, k.columns[at.typ+i])
			t.precision = append(t.precision, precision)
			t.code = append(t.code, code)
			t.initiators.add(initiators, nInitiators)
			t.recipients.add(recipients, nRecipients)
		}
		initiators, recipients = initiators[4*nInitiators:], recipients[4*nRecipients:]

		u = (*id)(k.columns[at.claim+16*i:])
		status := k.columns[at.status+i]
		recorded := int64(binary.LittleEndian.Uint64(k.columns[at.recorded+8*i:]))
		retracted := int64(binary.LittleEndian.Uint64(k.columns[at.retracted+8*i:]))
		claim, slot, ok := t.claims.find(t.claimIDs, u)
		if ok {
			t.status[claim] = min(t.status[claim], status) // strongest first
			t.recorded[claim] = earlier(t.recorded[claim], recorded)
			t.retracted[claim] = earlier(t.retracted[claim], retracted)
		} else {
			t.claims.put(slot, len(t.claimIDs))
			t.claimIDs = append(t.claimIDs, *u)
			t.claimEvent = append(t.claimEvent, uint32(event))
			t.status = append(t.status, status)
			t.publisher = append(t.publisher, binary.LittleEndian.Uint32(k.columns[at.publisher+4*i:]))
			t.recorded = append(t.recorded, recorded)
			t.retracted = append(t.retracted, retracted)
			t.report = append(t.report, binary.LittleEndian.Uint32(k.columns[at.report+4*i:]))
			t.text = append(t.text, binary.LittleEndian.Uint32(k.columns[at.text+4*i:]))
			t.places.add(places, nPlaces)
			t.sketches.add(sketches, nSketch)
		}
		places, sketches = places[4*nPlaces:], sketches[4*nSketch:]
	}
}

func sum(column []byte, n int) (total int) {
	for i := range n {
		total += int(binary.LittleEndian.Uint16(column[2*i:]))
	}
	return total
}

// earlier of two instants, of which 0 is never.
func earlier(a, b int64) int64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// stronger keeps the code that a store keeps: of larger absolute intensity,
// of equals the smaller one.
func (t *table) stronger(a, b [4]byte) [4]byte {
	e := t.nouns.Event.Assemble("", []schema.Statement{
		{Predicate: schema.PredCode, Object: schema.Value{Text: codeOf(a)}},
		{Predicate: schema.PredCode, Object: schema.Value{Text: codeOf(b)}},
	})
	var code [4]byte
	copy(code[:], e.Code)
	return code
}

func codeOf(b [4]byte) string {
	n := 0
	for n < 4 && b[n] != 0 {
		n++
	}
	return string(b[:n])
}

// merge joins two descriptions of an actor as a store does.
func (t *table) merge(a, b schema.Actor) schema.Actor {
	return t.nouns.Actor.Merge(a, b)
}

// find returns the row of a claim.
func (t *table) find(u *id) (int, bool) {
	if len(t.claimIDs) == 0 {
		return 0, false
	}
	row, _, ok := t.claims.find(t.claimIDs, u)
	return row, ok
}

// news keeps what says more than the table knows.
func (t *table) news(rows Rows) Rows {
	var news Rows
	for _, a := range rows.Actors {
		a = t.merge(a, a) // into the form of a merge: lists sorted
		n, ok := t.actors.index[string(a.ID)]
		if !ok || t.profiles[n].ID == "" || !same(t.merge(t.profiles[n], a), t.profiles[n]) {
			news.Actors = append(news.Actors, a)
		}
	}
	for i := range rows.Claims {
		if t.gains(&rows.Claims[i]) {
			news.Claims = append(news.Claims, rows.Claims[i])
		}
	}
	return news
}

// gains tells whether the row would change anything.
func (t *table) gains(r *Row) bool {
	u, err := parseID(string(r.Claim))
	if err != nil {
		return true // encode says what is wrong
	}
	c, ok := t.find(&u)
	if !ok {
		return true
	}
	e := t.claimEvent[c]
	var code [4]byte
	copy(code[:], r.Code)
	return position(wireStatuses[:], r.Status) < int(t.status[c]) ||
		earlier(t.recorded[c], nanos(r.Recorded)) != t.recorded[c] ||
		earlier(t.retracted[c], nanos(r.Retracted)) != t.retracted[c] ||
		position(wirePrecisions[:], r.Precision) < int(t.precision[e]) ||
		code != t.code[e] && t.stronger(t.code[e], code) != t.code[e]
}

// same tells whether two descriptions of an actor, both in the form that a
// merge gives them, say the same.
func same(a, b schema.Actor) bool {
	return a.Name == b.Name && a.Kind == b.Kind && a.Country == b.Country && a.Unreviewed == b.Unreviewed &&
		slices.Equal(a.Aliases, b.Aliases) && slices.Equal(a.PartOf, b.PartOf) && slices.Equal(a.AlignedWith, b.AlignedWith)
}
