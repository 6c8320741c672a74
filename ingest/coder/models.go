package coder

import (
	"bytes"
	"compress/zlib"
	_ "embed"
	"io"
	"strconv"

	"faultline/ingest/coder/encoder"
	"faultline/ingest/nlp"
	"faultline/schema"
)

//go:embed events.model
var eventsModel []byte

// models read events: which type of act a word stands for, whether a party is
// a side of it, and whether the event that comes out is right. The first two
// questions are put to a regression and to encoders.
type models struct {
	topics    *linear     // off, on: whether a sentence has events at all
	triggers  *classifier // none, then the types in the order of schema.EventTypes
	arguments *classifier // none, initiator, recipient
	encoders  []*encoder.Encoder
	accepts   *linear // one score: how much better the event is than none
	threshold float64 // of acceptance
}

// Classes of the argument model.
const (
	noSide = iota
	initiatorSide
	recipientSide
	sideClasses
)

// readModels unpacks the embedded model file.
func readModels(packed []byte, a *nlp.Analyzer) (*models, error) {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, errModel
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil, errModel
	}
	m := models{triggers: &classifier{}, arguments: &classifier{}}
	for _, part := range []*classifier{m.triggers, m.arguments} {
		if part.wide, b, err = readLinear(b); err != nil {
			return nil, err
		}
		if part.deep, b, err = readNetwork(b, a.Vector); err != nil {
			return nil, err
		}
	}
	for range encoderMembers {
		var e *encoder.Encoder
		if e, b, err = encoder.Read(b); err != nil {
			return nil, errModel
		}
		m.encoders = append(m.encoders, e)
	}
	for _, part := range []**linear{&m.topics, &m.accepts} {
		if *part, b, err = readLinear(b); err != nil {
			return nil, err
		}
	}
	m.threshold, err = strconv.ParseFloat(string(b), 64)
	if err != nil || !m.fits() {
		return nil, errModel
	}
	return &m, nil
}

// fits reports whether the models have the classes and slots that this
// program gives them.
func (m *models) fits() bool {
	deep := func(c *classifier, slots, classes int) bool {
		return c.wide.classes == classes && c.deep.classes == classes && c.deep.slots == slots
	}
	return deep(m.triggers, triggerSlots, len(schema.EventTypes())+1) && deep(m.arguments, argumentSlots, sideClasses) &&
		m.topics.classes == 2 && m.accepts.classes == 1 && m.threshold >= 0 && m.threshold <= 1
}

// pack is the inverse of readModels.
func (m *models) pack() []byte {
	var b []byte
	for _, part := range []*classifier{m.triggers, m.arguments} {
		b = part.deep.append(part.wide.append(b))
	}
	for _, e := range m.encoders {
		b = e.Append(b)
	}
	b = m.accepts.append(m.topics.append(b))
	b = strconv.AppendFloat(b, m.threshold, 'g', -1, 64)
	var out bytes.Buffer
	z, _ := zlib.NewWriterLevel(&out, zlib.BestCompression)
	_, _ = z.Write(b) // a bytes.Buffer takes everything
	_ = z.Close()
	return out.Bytes()
}
