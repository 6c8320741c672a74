package fetch

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// encodings are the content encodings that are asked for.
const encodings = "gzip, deflate, br"

// encodingsMax is how many times over a body may be packed.
const encodingsMax = 2

// unpacked undoes the content encodings of a body, the last one first.
func unpacked(r io.Reader, header string) (io.Reader, error) {
	var list []string
	for _, e := range strings.Split(strings.ToLower(header), ",") {
		if e = strings.TrimSpace(e); e != "" && e != "identity" {
			list = append(list, e)
		}
	}
	if len(list) > encodingsMax {
		return nil, fmt.Errorf("%w: %.60q", ErrEncoding, header)
	}
	for i := len(list) - 1; i >= 0; i-- {
		switch list[i] {
		case "gzip", "x-gzip":
			r = &lazy{in: bufio.NewReader(r), open: openGzip}
		case "deflate":
			r = &lazy{in: bufio.NewReader(r), open: openDeflate}
		case "br":
			r = brotli.NewReader(r)
		default:
			return nil, fmt.Errorf("%w: %.60q", ErrEncoding, header)
		}
	}
	return r, nil
}

// lazy begins to unpack with the first read, which may wait for the server.
type lazy struct {
	in   *bufio.Reader
	open func(*bufio.Reader) (io.Reader, error)
	out  io.Reader
}

func (l *lazy) Read(p []byte) (int, error) {
	if l.out == nil {
		out, err := l.open(l.in)
		if err != nil {
			return 0, err
		}
		l.out = out
	}
	return l.out.Read(p)
}

// openGzip unpacks gzip; some servers say gzip and send plain text.
func openGzip(in *bufio.Reader) (io.Reader, error) {
	if magic, _ := in.Peek(2); string(magic) != "\x1f\x8b" {
		return in, nil
	}
	return gzip.NewReader(in)
}

// openDeflate unpacks deflate: zlib as it is meant, or bare as some send it.
func openDeflate(in *bufio.Reader) (io.Reader, error) {
	if head, err := in.Peek(2); err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(in)
	}
	return flate.NewReader(in), nil
}

// bounded fails once more is read than a document may have.
type bounded struct {
	r    io.Reader
	left int64
	max  int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, b.max)
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, b.max)
	}
	return n, err
}

// small is the size in bytes up to which any number of documents is held.
const small = 256 << 10

// body is the document of a Response.
type body struct {
	url    string
	r      io.Reader
	raw    io.Closer
	ctx    context.Context // the caller's
	timed  context.Context // the request's
	cancel context.CancelFunc
	failed error
	read   int64
	large  chan struct{} // to be held from small on
	holds  bool
	once   sync.Once
}

func newBody(ctx, timed context.Context, cancel context.CancelFunc, raw io.ReadCloser, url, encoding string, max int64, large chan struct{}) (*body, error) {
	r, err := unpacked(&bounded{r: raw, left: max, max: max}, encoding)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	r = &bounded{r: r, left: max, max: max}
	return &body{url: url, r: r, raw: raw, ctx: ctx, timed: timed, cancel: cancel, large: large}, nil
}

func (b *body) Read(p []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	if left := small - b.read; !b.holds && left > 0 {
		p = p[:min(int64(len(p)), left)]
	} else if !b.holds {
		select {
		case b.large <- struct{}{}:
			b.holds = true
		case <-b.timed.Done():
			b.failed = b.wrap(b.timed.Err())
			return 0, b.failed
		}
	}
	n, err := b.r.Read(p)
	b.read += int64(n)
	if err != nil && err != io.EOF {
		err = b.wrap(err)
		b.failed = err
	}
	return n, err
}

func (b *body) wrap(err error) error {
	switch {
	case b.ctx.Err() != nil:
		return b.ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		err = ErrTimeout
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: the document ends early: %w", b.url, err)
	}
	return fmt.Errorf("%s: %w", b.url, err)
}

// Close ends the request. What was not read stays unread, and the connection
// is not used again.
func (b *body) Close() (err error) {
	b.once.Do(func() {
		b.cancel()
		err = b.raw.Close()
		if b.holds {
			<-b.large
		}
		if b.failed == nil {
			b.failed = fs.ErrClosed
		}
	})
	return err
}
