package source

import (
	"archive/tar"
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

	htmlcharset "golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"faultline/ingest/acled"
	"faultline/ingest/archive"
	"faultline/ingest/gdelt"
	"faultline/ingest/icews"
	"faultline/ingest/jsonl"
	"faultline/ingest/mail"
	"faultline/ingest/page"
	"faultline/ingest/polecat"
	"faultline/ingest/report"
	"faultline/ingest/sheet"
	"faultline/ingest/source/lines"
	"faultline/ingest/ucdp"
	"faultline/ingest/warc"
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
	e.meter = archive.NewMeter(in.opts.Limits)
	var magic [4]byte
	if _, err := f.ReadAt(magic[:], 0); err == nil && archive.IsZip(magic[:]) {
		return in.members(ctx, e, func(v archive.Visit) error {
			return archive.Zip(ctx, e.meter.PackedAt(&counterAt{f, in, done}), e.size, e.meter, v)
		}, sink)
	}
	return in.read(ctx, e, e.meter.Packed(&counter{f, in}), sink)
}

// maxDepth is how many archives may stand in each other.
const maxDepth = 2

// members reads the files of an archive, which open goes through, in their
// order there. Nothing is written to disk, whatever their names.
func (in *Input) members(ctx context.Context, e entry, open func(archive.Visit) error, sink report.Sink) error {
	if e.depth >= maxDepth {
		return sink.Skip(e.skip(ReasonNested, ""))
	}
	files := 0
	var stop error
	err := open(func(m archive.Member, content io.Reader) error {
		files++
		inner := entry{path: e.path + "/" + m.Name, size: -1, depth: e.depth + 1, meter: e.meter}
		if m.Reason != "" {
			stop = sink.Skip(inner.skip(m.Reason, ""))
		} else {
			stop = in.read(ctx, inner, content, sink)
		}
		if stop == nil && e.meter.Spent() {
			return archive.ErrTotal
		}
		return stop
	})
	switch {
	case stop != nil:
		return stop
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return sink.Skip(e.skip(failure(err, false)))
	case files == 0:
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
	e.meter = archive.NewMeter(in.opts.Limits)
	return in.read(ctx, e, e.meter.Packed(&counter{pr, in}), sink)
}

// read unpacks, recognises and reads one input.
func (in *Input) read(ctx context.Context, e entry, r io.Reader, sink report.Sink) error {
	raw := bufio.NewReaderSize(r, 64<<10)
	magic, _ := raw.Peek(2)
	packed := string(magic) == "\x1f\x8b"
	tap := &tap{r: raw}
	f := in.opts.Format
	switch {
	case packed && in.isWARC(e, raw):
		f = WARC // which unpacks itself, record by record
	case packed:
		tap.r = e.meter.Unpacked(&unpacker{in: raw})
	}
	text := bufio.NewReaderSize(tap, 64<<10)
	if mark, _ := text.Peek(2); string(mark) == "\xff\xfe" || string(mark) == "\xfe\xff" {
		utf8 := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		text = bufio.NewReaderSize(transform.NewReader(text, utf8), 64<<10)
	}
	head := peek(text)
	if archive.IsZip(head) {
		return in.members(ctx, e, func(v archive.Visit) error { return archive.ZipStream(ctx, text, e.meter, v) }, sink)
	}
	if bytes.IndexByte(head, 0) >= 0 {
		if head, _ := text.Peek(512); archive.IsTar(head) {
			return in.members(ctx, e, func(v archive.Visit) error { return archive.Tar(ctx, text, e.meter, v) }, sink)
		}
	}
	err := error(nil)
	if len(bytes.TrimPrefix(head, []byte("\ufeff"))) == 0 {
		if tap.err == nil {
			return sink.Skip(e.skip(ReasonEmpty, ""))
		}
		err = tap.err
	} else {
		err = in.parse(ctx, e, f, head, text, sink)
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

// parse reads one input in the format f, "" if it is to be recognised.
func (in *Input) parse(ctx context.Context, e entry, f Format, head []byte, r io.Reader, sink report.Sink) error {
	if f == "" {
		f, _ = byExtension(e.path)
	}
	if f == "" {
		var reason, detail string
		if f, reason, detail = in.opts.sniff(e.path, head); reason != "" {
			return sink.Skip(e.skip(reason, detail))
		}
		if _, known := byExtension(e.path); f == Text && e.depth > 0 && !known {
			return sink.Skip(e.skip(ReasonExtension, extension(e.path)))
		}
	}
	pages := in.opts.Page
	if told, err := charset(in.opts.Charset); err != nil {
		return err
	} else if told != nil {
		switch f {
		case HTML:
			if _, own, _ := htmlcharset.DetermineEncoding(head[:min(len(head), 1024)], ""); own != "utf-8" && own != "windows-1252" {
				break // the page declares it
			}
			pages.ContentType = "text/html; charset=" + in.opts.Charset
		case WARC, Mail, Mailbox: // which declare theirs
		default:
			r = &recoder{in: bufio.NewReaderSize(r, 64<<10), charset: told}
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
		return page.ReadHTML(ctx, r, e.path, pages, sink)
	case Text:
		return page.ReadText(ctx, r, e.path, pages, sink)
	case Table:
		return sheet.Read(ctx, r, e.path, in.opts.Map, sink)
	case WARC:
		return warc.Read(ctx, r, e.path, warc.Options{Page: in.opts.Page, Meter: e.meter}, sink)
	case Mail:
		return mail.Read(ctx, r, e.path, in.opts.Page, sink)
	case Mailbox:
		return mail.ReadBox(ctx, r, e.path, in.opts.Page, sink)
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

// isWARC reports whether a packed input is a web archive.
func (in *Input) isWARC(e entry, raw *bufio.Reader) bool {
	if in.opts.Format != "" {
		return in.opts.Format == WARC
	}
	if f, _ := byExtension(e.path); f != "" {
		return f == WARC
	}
	start, _ := raw.Peek(raw.Buffered())
	z, err := gzip.NewReader(bytes.NewReader(start))
	if err != nil {
		return false
	}
	var first [5]byte
	_, err = io.ReadFull(z, first[:])
	return err == nil && string(first[:]) == "WARC/"
}

// failure says why the reading of an input ended before its end.
func failure(err error, packed bool) (reason, detail string) {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, archive.ErrRatio), errors.Is(err, archive.ErrTotal):
		return ReasonBomb, err.Error()
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm):
		return ReasonArchive, err.Error()
	case errors.Is(err, tar.ErrHeader):
		return ReasonTar, err.Error()
	case errors.Is(err, io.ErrUnexpectedEOF) && packed:
		return ReasonTruncated, ""
	case errors.Is(err, io.ErrUnexpectedEOF):
		return ReasonCut, ""
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

// counterAt does so for a file that is not read in order.
type counterAt struct {
	r   io.ReaderAt
	in  *Input
	end int64 // of the file among all that is read
}

func (c *counterAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.in.offset.Store(min(c.end, c.in.Offset()+int64(n)))
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
