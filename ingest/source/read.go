package source

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"faultline/ingest/acled"
	"faultline/ingest/gdelt"
	"faultline/ingest/icews"
	"faultline/ingest/jsonl"
	"faultline/ingest/page"
	"faultline/ingest/polecat"
	"faultline/ingest/report"
	"faultline/ingest/source/lines"
	"faultline/ingest/ucdp"
)

// Read yields all reports and skips, in order. The error is sink's or ctx's;
// everything else is skipped and named. When ctx ends, a stream that is
// waiting for input is left behind.
func (in *Input) Read(ctx context.Context, sink report.Sink) error {
	for _, e := range in.entries {
		err := ctx.Err()
		switch {
		case err != nil:
		case e.reason != "":
			err = sink.Skip(e.skip(e.reason, e.detail))
		case e.path == Stdin:
			err = in.stream(ctx, e, in.opts.Stdin, sink)
		default:
			err = in.file(ctx, e, sink)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (in *Input) file(ctx context.Context, e entry, sink report.Sink) error {
	// What is left of a file that was not read to its end counts as done.
	done := in.Offset() + max(e.size, 0)
	defer func() { in.offset.Store(max(done, in.Offset())) }()
	f, err := os.Open(e.path)
	if err != nil {
		return sink.Skip(e.skip(ReasonOpen, plain(err)))
	}
	defer f.Close()
	if e.size < 0 {
		return in.stream(ctx, e, f, sink)
	}
	if z, err := zip.NewReader(f, e.size); err == nil && strings.EqualFold(filepath.Ext(e.path), ".zip") {
		return in.archive(ctx, e, z, sink)
	}
	return in.read(ctx, e, f, sink)
}

// archive reads the files of a zip archive in their order there, as data
// sets are published. Nothing is written to disk, whatever their names.
func (in *Input) archive(ctx context.Context, e entry, z *zip.Reader, sink report.Sink) error {
	files := 0
	for _, member := range z.File {
		base := path.Base(member.Name)
		if member.FileInfo().IsDir() || strings.HasPrefix(base, ".") || strings.HasPrefix(member.Name, "__MACOSX/") {
			continue
		}
		files++
		inner := entry{path: e.path + "/" + base, size: -1, member: true}
		r, err := member.Open()
		if err == nil {
			err = in.read(ctx, inner, r, sink)
			r.Close()
		} else {
			err = sink.Skip(inner.skip(ReasonOpen, plain(err)))
		}
		if err != nil {
			return err
		}
	}
	if files == 0 {
		return sink.Skip(e.skip(ReasonEmpty, ""))
	}
	return nil
}

// stream reads what may keep its reader waiting: a goroutine does the
// waiting, so that ctx can end the reading. It ends itself with the input,
// or with the first data that nobody takes.
func (in *Input) stream(ctx context.Context, e entry, r io.Reader, sink report.Sink) error {
	pr, pw := io.Pipe()
	defer pr.Close()
	defer context.AfterFunc(ctx, func() { pw.CloseWithError(ctx.Err()) })()
	go func() {
		_, err := io.Copy(pw, r)
		pw.CloseWithError(err)
	}()
	return in.read(ctx, e, pr, sink)
}

// read unpacks, recognises and reads one input.
func (in *Input) read(ctx context.Context, e entry, r io.Reader, sink report.Sink) error {
	if !e.member {
		r = &counter{r, in}
	}
	raw := bufio.NewReaderSize(r, 64<<10)
	magic, _ := raw.Peek(2)
	packed := string(magic) == "\x1f\x8b"
	var content io.Reader = raw
	if packed {
		content = &unpacker{in: raw}
	}
	tap := &tap{r: content}
	text := bufio.NewReaderSize(tap, 64<<10)
	if mark, _ := text.Peek(2); string(mark) == "\xff\xfe" || string(mark) == "\xfe\xff" {
		utf8 := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		text = bufio.NewReaderSize(transform.NewReader(text, utf8), 64<<10)
	}
	head := peek(text)
	err := error(nil)
	if len(bytes.TrimPrefix(head, []byte("\ufeff"))) == 0 {
		if tap.err == nil {
			return sink.Skip(e.skip(ReasonEmpty, ""))
		}
		err = tap.err
	} else {
		err = in.parse(ctx, e, head, text, sink)
	}
	if tap.err == nil || !errors.Is(err, tap.err) {
		return err // nil, or the sink's or ctx's
	}
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	s := e.skip(failure(tap.err.error, packed))
	var at *lines.Error
	if errors.As(err, &at) {
		s.Origin = at.Origin
	}
	return sink.Skip(s)
}

// parse reads one input in its format.
func (in *Input) parse(ctx context.Context, e entry, head []byte, r io.Reader, sink report.Sink) error {
	f := in.opts.Format
	if f == "" {
		f, _ = byExtension(e.path)
	}
	if f == "" {
		var reason, detail string
		if f, reason, detail = sniff(e.path, head); reason != "" {
			return sink.Skip(e.skip(reason, detail))
		}
	}
	switch f {
	case JSONL:
		return jsonl.Read(ctx, r, e.path, sink)
	case ICEWS:
		return icews.Read(ctx, r, e.path, sink)
	case GDELT:
		return gdelt.Read(ctx, r, e.path, in.opts.GDELT, sink)
	case GDELTMentions:
		return gdelt.ReadMentions(ctx, r, e.path, in.opts.GDELT, sink)
	case POLECAT:
		return polecat.Read(ctx, r, e.path, sink)
	case ACLED:
		return acled.Read(ctx, r, e.path, sink)
	case UCDP:
		return ucdp.Read(ctx, r, e.path, sink)
	case HTML:
		return page.ReadHTML(ctx, r, e.path, in.opts.Page, sink)
	case Text:
		return page.ReadText(ctx, r, e.path, in.opts.Page, sink)
	}
	return f.Validate()
}

// peek returns the beginning of an input: its first line with content, not
// waiting for more, as a stream may be slow.
func peek(r *bufio.Reader) []byte {
	for n := 1; ; n++ {
		n = max(n, min(r.Buffered(), sniffed))
		head, err := r.Peek(n)
		if err != nil || n >= sniffed || bytes.IndexByte(bytes.TrimLeft(head, "\ufeff \t\r\n"), '\n') >= 0 {
			return head
		}
	}
}

// failure says why the reading of an input ended before its end.
func failure(err error, packed bool) (reason, detail string) {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat):
		return ReasonArchive, err.Error()
	case packed && errors.Is(err, io.ErrUnexpectedEOF):
		return ReasonTruncated, ""
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return ReasonDamaged, err.Error()
	}
	return ReasonRead, fmt.Sprintf("%.120s", err)
}

// counter adds up what is read of the inputs.
type counter struct {
	r  io.Reader
	in *Input
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.in.offset.Add(int64(n))
	return n, err
}

// unpacker unpacks gzip, its header read with the first data.
type unpacker struct {
	in *bufio.Reader
	z  *gzip.Reader
}

func (u *unpacker) Read(p []byte) (int, error) {
	if u.z == nil {
		z, err := gzip.NewReader(u.in)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
		u.z = z
	}
	return u.z.Read(p)
}

// tap remembers that reading failed, to tell it from a failure of the sink.
type tap struct {
	r   io.Reader
	err *tapped
}

type tapped struct{ error }

func (t *tapped) Unwrap() error { return t.error }

func (t *tap) Read(p []byte) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	n, err := t.r.Read(p)
	if err != nil && err != io.EOF {
		t.err = &tapped{err}
		err = t.err
	}
	return n, err
}
