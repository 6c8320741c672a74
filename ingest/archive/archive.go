package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"
)

// Reasons why a member cannot be read.
const (
	ReasonEncrypted = "archive member is encrypted"
	ReasonMethod    = "archive member is packed in an unknown way"
	ReasonKind      = "archive member is no file"
	ReasonUnending  = "archive member does not tell its size"
)

// Member is one file of an archive.
type Member struct {
	Name   string // its path with slashes, within the archive in any case
	Reason string // why it cannot be read; "" if it can
}

// Visit is called for each member in the order of the archive, with what the
// member holds; folders and hidden files are left out. What it does not read
// is passed over. An error ends the archive.
type Visit func(m Member, content io.Reader) error

// Tar goes through a tar archive. Errors are Visit's, ctx's, or tell that
// the archive is damaged or breaks off.
func Tar(ctx context.Context, r io.Reader, m *Meter, visit Visit) error {
	// An archive may be mostly padding, and its members mostly holes.
	t := tar.NewReader(r)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		name, ok := within(h.Name)
		if !ok || h.Typeflag == tar.TypeDir || h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		member := Member{Name: name}
		if h.Typeflag != tar.TypeReg {
			member.Reason = ReasonKind
		}
		if err := visit(member, m.Unpacked(t)); err != nil {
			return err
		}
	}
}

// IsTar reports whether an input that begins with head is a tar archive.
func IsTar(head []byte) bool {
	return len(head) >= 262 && string(head[257:262]) == "ustar"
}

// IsZip reports whether an input that begins with head is a zip archive.
func IsZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte(local)) || bytes.HasPrefix(head, []byte(end))
}

// within returns a member's name as a path that does not lead out of the
// archive; ok is false for what file systems hide or add on their own.
func within(name string) (_ string, ok bool) {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '\ufffd'
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(name, "\ufffd"), `\`, "/"))
	if len(name) > 1000 {
		name = strings.ToValidUTF8(name[:1000], "")
	}
	if strings.HasSuffix(name, "/") {
		return "", false
	}
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || strings.HasPrefix(part, ".") || part == "__MACOSX" {
			return "", false
		}
	}
	return name, true
}

// The limits of a zip archive's directory, above which it is left unread and
// the archive read as a stream.
const (
	maxMembers   = 65534 // more are told elsewhere than is looked
	maxDirectory = 64 << 20
)

// Zip goes through a zip archive by its directory; of one that has lost it,
// as when it breaks off, what is there. Errors are Visit's, ctx's, or tell
// that the archive is damaged.
func Zip(ctx context.Context, r io.ReaderAt, size int64, m *Meter, visit Visit) error {
	if !small(r, size) {
		return ZipStream(ctx, io.NewSectionReader(r, 0, size), m, visit)
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		var head [4]byte
		if _, failed := r.ReadAt(head[:], 0); failed == nil && IsZip(head[:]) {
			return ZipStream(ctx, io.NewSectionReader(r, 0, size), m, visit)
		}
		return err
	}
	for _, f := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		name, ok := within(f.Name)
		if !ok {
			continue
		}
		member := Member{Name: name}
		switch {
		case f.Flags&encrypted != 0:
			member.Reason = ReasonEncrypted
		case f.Method != zip.Store && f.Method != zip.Deflate:
			member.Reason = ReasonMethod
		case !f.Mode().IsRegular():
			member.Reason = ReasonKind
		}
		err := error(nil)
		if member.Reason != "" {
			err = visit(member, strings.NewReader(""))
		} else if content, failed := f.Open(); failed != nil {
			err = visit(member, &broken{failed})
		} else {
			err = visit(member, m.Unpacked(content))
			content.Close()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// small reports whether a zip archive's directory can be held.
func small(r io.ReaderAt, size int64) bool {
	tail := make([]byte, min(size, 64<<10+22))
	n, err := r.ReadAt(tail, size-int64(len(tail)))
	if err != nil && err != io.EOF {
		return false
	}
	i := bytes.LastIndex(tail[:n], []byte(end))
	if i < 0 || i+16 > n {
		return true // which reading it will deny
	}
	return binary.LittleEndian.Uint16(tail[i+10:]) <= maxMembers && binary.LittleEndian.Uint32(tail[i+12:]) <= maxDirectory
}

// broken is content that cannot be opened.
type broken struct{ err error }

func (b *broken) Read([]byte) (int, error) { return 0, b.err }
