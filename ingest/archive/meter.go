package archive

import (
	"errors"
	"io"
)

// What a Meter ends the reading with.
var (
	// ErrRatio is the end of one stream that grows too much; what stands
	// beside it in the archive can still be read.
	ErrRatio = errors.New("unpacks to more than its size allows")
	// ErrTotal is the end of all that is unpacked from the file.
	ErrTotal = errors.New("file unpacks to more than its size allows")
)

// Limits say how much may be unpacked. The zero value stands for the
// defaults.
type Limits struct {
	Ratio int64 // bytes for each packed one; 200 if 0, which text and tables stay far below
	Free  int64 // bytes that are always allowed; 64 MiB if 0
	Total int64 // bytes from one file, counted at every layer that is unpacked; 256 GiB if 0
}

// Meter counts what is read from one file and what is unpacked from it. It
// is not safe for concurrent use.
type Meter struct {
	limits  Limits
	in, out int64
}

// NewMeter returns a meter for one file.
func NewMeter(l Limits) *Meter {
	if l.Ratio <= 0 {
		l.Ratio = 200
	}
	if l.Free <= 0 {
		l.Free = 64 << 20
	}
	if l.Total <= 0 {
		l.Total = 256 << 30
	}
	return &Meter{limits: l}
}

// Packed counts what is read from the file itself.
func (m *Meter) Packed(r io.Reader) io.Reader { return &packed{r, m} }

type packed struct {
	r io.Reader
	m *Meter
}

func (p *packed) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.m.in += int64(n)
	return n, err
}

// PackedAt counts what is read from the file itself, at any place.
func (m *Meter) PackedAt(r io.ReaderAt) io.ReaderAt { return &packedAt{r, m} }

type packedAt struct {
	r io.ReaderAt
	m *Meter
}

func (p *packedAt) ReadAt(b []byte, off int64) (int, error) {
	n, err := p.r.ReadAt(b, off)
	p.m.in += int64(n)
	return n, err
}

// Unpacked passes on what one stream unpacks to, and ends it with ErrRatio
// when that is too much for what has been read of the file meanwhile, with
// ErrTotal when it is too much for the file.
func (m *Meter) Unpacked(r io.Reader) io.Reader { return &unpacked{r: r, m: m, began: m.in} }

type unpacked struct {
	r          io.Reader
	m          *Meter
	began, out int64
	err        error
}

func (u *unpacked) Read(b []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	n, err := u.r.Read(b)
	u.out += int64(n)
	u.m.out += int64(n)
	l := u.m.limits
	switch {
	case u.m.Spent():
		u.err = ErrTotal
	// What a buffer had read before the stream began is not counted for it.
	case u.out > l.Free+l.Ratio*(u.m.in-u.began):
		u.err = ErrRatio
	default:
		return n, err
	}
	return 0, u.err
}

// Spent reports whether nothing more is unpacked from the file.
func (m *Meter) Spent() bool {
	return m.out > m.limits.Total || m.out > m.limits.Free+m.limits.Ratio*m.in
}
