package series

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/zeebo/xxh3"

	"faultline/queries/origin"
	"faultline/schema"
)

const (
	magic      = "flsr"
	version    = 2
	headerSize = 4 + 2 + 2 + 4 + 4 + 8 + 4
	rowSize    = 16 + 16 + 8 + 8 + 4 + 4 + 4 + 4 + 4 + 1 + 1 + 1 + 2 + 2 + 2 + 2 // without the lists
)

// Positions in these lists are written to files: they only grow at the end.
var (
	wireTypes = [...]schema.EventType{
		schema.Agree, schema.Consult, schema.Support, schema.Concede,
		schema.Cooperate, schema.Aid, schema.Retreat,
		schema.Request, schema.Accuse, schema.Reject, schema.Threaten,
		schema.Protest, schema.Sanction, schema.Mobilize, schema.Coerce, schema.Assault,
		schema.Strain, schema.Ease,
	}
	wirePrecisions = [...]schema.Precision{
		schema.PrecisionDay, schema.PrecisionWeek, schema.PrecisionMonth, schema.PrecisionYear, schema.PrecisionUnknown,
	}
	wireStatuses = [...]schema.Status{
		schema.Asserted, schema.Denied, schema.Planned, schema.Demanded, schema.Hypothetical,
	}
)

var errDamaged = errors.New("damaged block")

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// id is the UUID of an event or a claim.
type id = uuid.UUID

func parseID(s string) (id, error) {
	_, tail, _ := strings.Cut(s, ":")
	u, err := uuid.Parse(tail)
	if err != nil || len(tail) != 36 {
		return id{}, fmt.Errorf("%s: want a UUID after the kind", s)
	}
	return u, nil
}

// dict numbers strings in the order of their first use.
type dict struct {
	list  []string
	index map[string]uint32
}

func (d *dict) number(s string) uint32 {
	if n, ok := d.index[s]; ok {
		return n
	}
	if d.index == nil {
		d.index = make(map[string]uint32)
	}
	n := uint32(len(d.list))
	d.list = append(d.list, s)
	d.index[s] = n
	return n
}

// draft numbers strings beyond those of a dict without touching it, so that
// a block that cannot be written leaves no trace.
type draft struct {
	base  *dict
	fresh dict
}

func (d *draft) number(s string) uint32 {
	if n, ok := d.base.index[s]; ok {
		return n
	}
	return uint32(len(d.base.list)) + d.fresh.number(s)
}

// encode appends a block to b. The payload is, in this order:
//
//	new actor ids, then new outlets and places: uvarint n, then n × (uvarint length, bytes)
//	profiles: uvarint n, then n × (uvarint actor; name, kind, country; aliases; part_of, aligned_with; flags)
//	one column after the other over all claims: event, claim (16 bytes each), recorded, retracted
//	(int64, nanoseconds since 1970, 0 for never), day (int32), code (4 bytes, zero-padded), publisher, report, text
//	(uint32), type, precision, status (uint8), number of initiators, recipients, places, sketches' numbers (uint16)
//	all initiators, all recipients, all places, all sketches (uint32)
//
// Report and text are hashes of what they stand for, to tell them apart within
// one event.
func encode(b []byte, t *table, seq uint64, rows Rows) ([]byte, error) {
	actors, words := draft{base: &t.actors}, draft{base: &t.words}
	n := len(rows.Claims)

	profiles := binary.AppendUvarint(nil, uint64(len(rows.Actors)))
	for i := range rows.Actors {
		profiles = appendProfile(profiles, &actors, &rows.Actors[i])
	}

	columns := make([]byte, rowSize*n)
	at := columnsAt(n)
	var initiators, recipients, places, sketches []byte
	for i := range rows.Claims {
		r := &rows.Claims[i]
		event, err := parseID(string(r.Event))
		if err != nil {
			return b, err
		}
		claim, err := parseID(string(r.Claim))
		if err != nil {
			return b, err
		}
		copy(columns[at.event+16*i:], event[:])
		copy(columns[at.claim+16*i:], claim[:])
		binary.LittleEndian.PutUint64(columns[at.recorded+8*i:], uint64(nanos(r.Recorded)))
		binary.LittleEndian.PutUint64(columns[at.retracted+8*i:], uint64(nanos(r.Retracted)))
		binary.LittleEndian.PutUint32(columns[at.day+4*i:], uint32(r.Day))
		if len(r.Code) > 4 {
			return b, fmt.Errorf("%s: code %q is longer than four digits", r.Claim, r.Code)
		}
		copy(columns[at.code+4*i:at.code+4*i+4], r.Code)
		binary.LittleEndian.PutUint32(columns[at.publisher+4*i:], words.number(r.Publisher))
		binary.LittleEndian.PutUint32(columns[at.report+4*i:], short(string(r.Report)))
		binary.LittleEndian.PutUint32(columns[at.text+4*i:], short(r.Text))
		for _, c := range []struct {
			at  int
			pos int
			val string
		}{
			{at.typ, position(wireTypes[:], r.Type), string(r.Type)},
			{at.precision, position(wirePrecisions[:], r.Precision), string(r.Precision)},
			{at.status, position(wireStatuses[:], r.Status), string(r.Status)},
		} {
			if c.pos < 0 {
				return b, fmt.Errorf("%s: %q is unknown to the series", r.Claim, c.val)
			}
			columns[c.at+i] = byte(c.pos)
		}
		if len(r.Sketch) > origin.MaxLen {
			return b, fmt.Errorf("%s: a sketch of %d numbers: want %d at most", r.Claim, len(r.Sketch), origin.MaxLen)
		}
		if max(len(r.Initiators), len(r.Recipients), len(r.At)) > math.MaxUint16 {
			return b, fmt.Errorf("%s: has more than %d actors or places", r.Event, math.MaxUint16)
		}
		binary.LittleEndian.PutUint16(columns[at.initiators+2*i:], uint16(len(r.Initiators)))
		binary.LittleEndian.PutUint16(columns[at.recipients+2*i:], uint16(len(r.Recipients)))
		binary.LittleEndian.PutUint16(columns[at.places+2*i:], uint16(len(r.At)))
		binary.LittleEndian.PutUint16(columns[at.sketches+2*i:], uint16(len(r.Sketch)))
		for _, a := range r.Initiators {
			initiators = binary.LittleEndian.AppendUint32(initiators, actors.number(string(a)))
		}
		for _, a := range r.Recipients {
			recipients = binary.LittleEndian.AppendUint32(recipients, actors.number(string(a)))
		}
		for _, p := range r.At {
			places = binary.LittleEndian.AppendUint32(places, words.number(string(p)))
		}
		for _, x := range r.Sketch {
			sketches = binary.LittleEndian.AppendUint32(sketches, x)
		}
	}

	start := len(b)
	b = append(b, magic...)
	b = binary.LittleEndian.AppendUint16(b, version)
	b = binary.LittleEndian.AppendUint16(b, 0)
	b = append(b, 0, 0, 0, 0) // length
	b = binary.LittleEndian.AppendUint32(b, uint32(n))
	b = binary.LittleEndian.AppendUint64(b, seq)
	b = append(b, 0, 0, 0, 0) // crc
	b = appendStrings(b, actors.fresh.list)
	b = appendStrings(b, words.fresh.list)
	for _, part := range [][]byte{profiles, columns, initiators, recipients, places, sketches} {
		b = append(b, part...)
	}
	block := b[start:]
	if len(block)-headerSize > math.MaxInt32 {
		return b[:start], fmt.Errorf("batch %d: a block of %d bytes is too large: write smaller batches", seq, len(block))
	}
	binary.LittleEndian.PutUint32(block[8:], uint32(len(block)-headerSize))
	binary.LittleEndian.PutUint32(block[headerSize-4:], checksum(block))
	return b, nil
}

func checksum(block []byte) uint32 {
	crc := crc32.Update(0, castagnoli(), block[:headerSize-4])
	return crc32.Update(crc, castagnoli(), block[headerSize:])
}

// offsets are where the columns of n claims start.
type offsets struct {
	event, claim, recorded, retracted, day, code, publisher, report, text int
	typ, precision, status, initiators, recipients, places, sketches      int
}

func columnsAt(n int) (o offsets) {
	at := 0
	for _, c := range []struct {
		to   *int
		size int
	}{
		{&o.event, 16}, {&o.claim, 16}, {&o.recorded, 8}, {&o.retracted, 8},
		{&o.day, 4}, {&o.code, 4}, {&o.publisher, 4}, {&o.report, 4}, {&o.text, 4},
		{&o.typ, 1}, {&o.precision, 1}, {&o.status, 1},
		{&o.initiators, 2}, {&o.recipients, 2}, {&o.places, 2}, {&o.sketches, 2},
	} {
		*c.to = at
		at += c.size * n
	}
	return o
}

// short is a hash of a text, 0 for none.
func short(text string) uint32 {
	if text == "" {
		return 0
	}
	return max(1, uint32(xxh3.HashString(text)))
}

func position[T comparable](list []T, x T) int {
	for i, y := range list {
		if x == y {
			return i
		}
	}
	return -1
}

func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}

func appendProfile(b []byte, actors *draft, a *schema.Actor) []byte {
	b = binary.AppendUvarint(b, uint64(actors.number(string(a.ID))))
	b = appendString(b, a.Name)
	b = appendString(b, string(a.Kind))
	b = appendString(b, a.Country)
	b = appendStrings(b, a.Aliases)
	for _, list := range [][]schema.ActorID{a.PartOf, a.AlignedWith} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, id := range list {
			b = binary.AppendUvarint(b, uint64(actors.number(string(id))))
		}
	}
	if a.Unreviewed {
		return append(b, 1)
	}
	return append(b, 0)
}

// block is a block whose form has been checked: it can be applied.
type block struct {
	seq      uint64
	claims   int
	actors   []string
	words    []string
	profiles []schema.Actor
	columns  []byte
	lists    []byte // initiators, recipients, places, sketches
	size     int    // in the file
}

// decode reads the block at the start of b, for a series that holds the
// strings of t.
func decode(b []byte, t *table) (block, error) {
	if len(b) < headerSize || string(b[:4]) != magic || binary.LittleEndian.Uint16(b[4:]) != version {
		return block{}, errDamaged
	}
	length := int(binary.LittleEndian.Uint32(b[8:]))
	if length > len(b)-headerSize {
		return block{}, errDamaged
	}
	b = b[:headerSize+length]
	if checksum(b) != binary.LittleEndian.Uint32(b[headerSize-4:]) {
		return block{}, errDamaged
	}
	k := block{
		claims: int(binary.LittleEndian.Uint32(b[12:])),
		seq:    binary.LittleEndian.Uint64(b[16:]),
		size:   len(b),
	}
	d := decoder{b: b[headerSize:]}
	k.actors = d.strings()
	k.words = d.strings()
	d.known, d.fresh = t.actors.list, k.actors
	for n := d.count(); n > 0 && !d.bad; n-- {
		k.profiles = append(k.profiles, d.profile())
	}
	if d.bad || k.claims > len(d.b)/rowSize {
		return block{}, errDamaged
	}
	k.columns, k.lists = d.b[:rowSize*k.claims], d.b[rowSize*k.claims:]
	if !k.consistent(len(t.actors.list)+len(k.actors), len(t.words.list)+len(k.words)) {
		return block{}, errDamaged
	}
	return k, nil
}

// consistent checks that every number in the columns points at something.
func (k *block) consistent(actors, words int) bool {
	at := columnsAt(k.claims)
	sums := [4]int{}
	for i := range k.claims {
		if int(k.columns[at.typ+i]) >= len(wireTypes) ||
			int(k.columns[at.precision+i]) >= len(wirePrecisions) ||
			int(k.columns[at.status+i]) >= len(wireStatuses) ||
			int(binary.LittleEndian.Uint32(k.columns[at.publisher+4*i:])) >= words {
			return false
		}
		sums[0] += int(binary.LittleEndian.Uint16(k.columns[at.initiators+2*i:]))
		sums[1] += int(binary.LittleEndian.Uint16(k.columns[at.recipients+2*i:]))
		sums[2] += int(binary.LittleEndian.Uint16(k.columns[at.places+2*i:]))
		sums[3] += int(binary.LittleEndian.Uint16(k.columns[at.sketches+2*i:]))
	}
	sides := sums[0] + sums[1]
	if 4*(sides+sums[2]+sums[3]) != len(k.lists) {
		return false
	}
	for i := range sides {
		if int(binary.LittleEndian.Uint32(k.lists[4*i:])) >= actors {
			return false
		}
	}
	for i := range sums[2] {
		if int(binary.LittleEndian.Uint32(k.lists[4*(sides+i):])) >= words {
			return false
		}
	}
	return true
}

// decoder reads the parts of variable length; after a fault bad is set and
// all that follows is empty.
type decoder struct {
	b            []byte
	bad          bool
	known, fresh []string // actor ids of earlier blocks and of this one
}

// count reads a number of things that take at least a byte each.
func (d *decoder) count() int {
	n, size := binary.Uvarint(d.b)
	if size <= 0 || n > uint64(len(d.b)) {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return int(n)
}

func (d *decoder) string() string {
	n := d.count()
	if n > len(d.b) {
		d.bad, d.b = true, nil
		return ""
	}
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

func (d *decoder) strings() []string {
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]string, 0, n)
	for ; n > 0 && !d.bad; n-- {
		list = append(list, d.string())
	}
	return list
}

func (d *decoder) ref() schema.ActorID {
	n, size := binary.Uvarint(d.b)
	if size <= 0 || n >= uint64(len(d.known)+len(d.fresh)) {
		d.bad, d.b = true, nil
		return ""
	}
	d.b = d.b[size:]
	if n < uint64(len(d.known)) {
		return schema.ActorID(d.known[n])
	}
	return schema.ActorID(d.fresh[n-uint64(len(d.known))])
}

func (d *decoder) refs() []schema.ActorID {
	var list []schema.ActorID
	for n := d.count(); n > 0 && !d.bad; n-- {
		list = append(list, d.ref())
	}
	return list
}

func (d *decoder) profile() schema.Actor {
	a := schema.Actor{ID: d.ref()}
	a.Name = d.string()
	a.Kind = schema.ActorKind(d.string())
	a.Country = d.string()
	a.Aliases = d.strings()
	a.PartOf = d.refs()
	a.AlignedWith = d.refs()
	if len(d.b) == 0 {
		d.bad = true
		return a
	}
	a.Unreviewed = d.b[0] != 0
	d.b = d.b[1:]
	return a
}
