package archive

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"context"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
)

// Signatures of a zip archive's parts.
const (
	local      = "PK\x03\x04"
	central    = "PK\x01\x02"
	end        = "PK\x05\x06"
	end64      = "PK\x06\x06"
	descriptor = "PK\x07\x08"
)

// Flags of a member.
const (
	encrypted = 1 << 0
	sizeLater = 1 << 3
)

// ZipStream goes through a zip archive that can only be read from its
// beginning, by what stands before each member. Members that the directory
// at the end no longer lists are read as well. Errors are as Zip's.
func ZipStream(ctx context.Context, r io.Reader, m *Meter, visit Visit) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		var h header
		if more, err := h.read(in); err != nil || !more {
			return err
		}
		if err := h.member(in, m, visit); err != nil {
			return err
		}
	}
}

// header is what stands before a member.
type header struct {
	name   string
	flags  uint16
	method uint16
	crc    uint32
	packed uint64 // size in bytes, unless it stands behind the member
}

// read reads the next header; more is false at the directory.
func (h *header) read(in *bufio.Reader) (more bool, err error) {
	var b [30]byte
	if _, err := io.ReadFull(in, b[:4]); err != nil {
		return false, unexpected(err)
	}
	switch string(b[:4]) {
	case local:
	case central, end, end64:
		return false, nil
	default:
		return false, zip.ErrFormat
	}
	if _, err := io.ReadFull(in, b[4:]); err != nil {
		return false, unexpected(err)
	}
	le := binary.LittleEndian
	h.flags, h.method, h.crc = le.Uint16(b[6:]), le.Uint16(b[8:]), le.Uint32(b[14:])
	h.packed = uint64(le.Uint32(b[18:]))
	rest := make([]byte, int(le.Uint16(b[26:]))+int(le.Uint16(b[28:])))
	if _, err := io.ReadFull(in, rest); err != nil {
		return false, unexpected(err)
	}
	h.name = string(rest[:le.Uint16(b[26:])])
	for extra := rest[len(h.name):]; len(extra) >= 4; {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			break
		}
		if id == 1 && n >= 16 { // sizes of 64 bits
			h.packed = le.Uint64(extra[8:])
		}
		extra = extra[n:]
	}
	return true, nil
}

// member hands the member behind the header to visit and goes to its end.
func (h *header) member(in *bufio.Reader, m *Meter, visit Visit) error {
	member := Member{}
	var wanted bool
	member.Name, wanted = within(h.name)
	known := h.flags&sizeLater == 0
	switch {
	case h.flags&encrypted != 0:
		member.Reason = ReasonEncrypted
	case h.method != zip.Store && h.method != zip.Deflate:
		member.Reason = ReasonMethod
	case h.method == zip.Store && !known:
		member.Reason = ReasonUnending
	}
	body := io.Reader(in)
	if known {
		if int64(h.packed) < 0 {
			return zip.ErrFormat
		}
		body = io.LimitReader(in, int64(h.packed))
	}
	content := &checked{in: in, header: h, sum: crc32.NewIEEE()}
	switch {
	case member.Reason != "":
		content.r = strings.NewReader("")
		content.err = io.EOF
	case h.method == zip.Deflate:
		if known {
			body = bufio.NewReader(body)
		}
		content.r = m.Unpacked(flate.NewReader(body))
	default:
		content.r = m.Unpacked(body)
	}
	if wanted {
		if err := visit(member, content); err != nil {
			return err
		}
	}
	if known {
		_, err := io.Copy(io.Discard, body) // packed as it is
		return err
	}
	if member.Reason != "" {
		return zip.ErrFormat // nothing tells where the next one begins
	}
	if _, err := io.Copy(io.Discard, content); err != nil && err != zip.ErrChecksum {
		return err
	}
	return nil
}

// checked reads a member and compares its checksum at the end.
type checked struct {
	r      io.Reader
	in     *bufio.Reader
	header *header
	sum    interface {
		io.Writer
		Sum32() uint32
	}
	err error
}

func (c *checked) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(p)
	_, _ = c.sum.Write(p[:n])
	if err == io.EOF {
		err = c.finish()
	}
	c.err = err
	return n, err
}

// finish reads what stands behind a member and returns io.EOF when the
// member is whole.
func (c *checked) finish() error {
	crc := c.header.crc
	if c.header.flags&sizeLater != 0 {
		if b, err := c.in.Peek(4); err == nil && string(b) == descriptor {
			_, _ = c.in.Discard(4)
		}
		b, _ := c.in.Peek(22)
		if len(b) < 12 {
			return io.ErrUnexpectedEOF
		}
		crc = binary.LittleEndian.Uint32(b)
		n := 12 // sizes have 32 bits, or 64 when the next part begins behind those
		if string(b[12:min(14, len(b))]) != "PK" && len(b) == 22 && string(b[20:]) == "PK" {
			n = 20
		}
		_, _ = c.in.Discard(n)
	}
	if c.sum.Sum32() != crc {
		return zip.ErrChecksum
	}
	return io.EOF
}

// unexpected is what an archive that breaks off ends with.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
