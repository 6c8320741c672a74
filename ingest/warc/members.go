package warc

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"faultline/ingest/archive"
)

// members parts an input into what can be read by itself: the members of a
// gzip file, or all of it when it is not packed.
type members struct {
	in     *bufio.Reader
	meter  *archive.Meter
	packed bool
	begun  bool
	z      *gzip.Reader
}

func newMembers(r io.Reader, m *archive.Meter) *members {
	in := bufio.NewReaderSize(r, 64<<10)
	magic, _ := in.Peek(2)
	return &members{in: in, meter: m, packed: string(magic) == "\x1f\x8b"}
}

// next returns the next member; io.EOF after the last one. Records are read
// to its end before the next call.
func (m *members) next() (*bufio.Reader, error) {
	if !m.packed {
		if m.begun && m.ended() {
			return nil, io.EOF
		}
		m.begun = true
		return m.in, nil
	}
	if _, err := m.in.Peek(1); err != nil {
		return nil, err
	}
	var err error
	if m.z == nil {
		m.z, err = gzip.NewReader(m.in)
	} else {
		err = m.z.Reset(m.in)
	}
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	m.z.Multistream(false)
	return bufio.NewReaderSize(m.meter.Unpacked(m.z), 32<<10), nil
}

// ended reports whether nothing of the input is left.
func (m *members) ended() bool {
	_, err := m.in.Peek(1)
	return err != nil
}

// resync goes to the next place where a member or a record seems to begin;
// false if there is none.
func (m *members) resync() bool {
	mark := []byte("WARC/")
	if m.packed {
		mark = []byte("\x1f\x8b\x08")
		m.z = nil
	}
	for {
		b, err := m.in.Peek(m.in.Size())
		if i := bytes.Index(b, mark); i >= 0 {
			_, _ = m.in.Discard(i)
			return true
		}
		_, _ = m.in.Discard(max(len(b)-len(mark), 0))
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return false
		}
	}
}
