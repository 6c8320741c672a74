package warc

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"mime"
	"net/http"
	"net/http/httputil"
	"strings"

	"github.com/andybalholm/brotli"

	"faultline/ingest/archive"
)

// decode unpacks the body of a response if it is still packed: crawlers
// store some as they came and some unpacked, under the same header.
func decode(body *bufio.Reader, head fields, m *archive.Meter) (io.Reader, func()) {
	nothing := func() {}
	if strings.Contains(strings.ToLower(head["transfer-encoding"]), "chunked") && isChunked(body) {
		body = bufio.NewReader(httputil.NewChunkedReader(body))
	}
	start, _ := body.Peek(2)
	switch {
	case string(start) == "\x1f\x8b":
		z, err := gzip.NewReader(body)
		if err != nil {
			return body, nothing
		}
		return m.Unpacked(z), func() { z.Close() }
	case strings.EqualFold(head["content-encoding"], "br") && !isText(body):
		return m.Unpacked(brotli.NewReader(body)), nothing
	case strings.EqualFold(head["content-encoding"], "deflate") && len(start) == 2 && start[0] == 0x78:
		z, err := zlib.NewReader(body)
		if err != nil {
			return body, nothing
		}
		return m.Unpacked(z), func() { z.Close() }
	}
	return body, nothing
}

// packedBody tells a failure of what is packed within a record from damage of
// the record itself.
type packedBody struct{ r io.Reader }

// bodyError is such a failure.
type bodyError struct{ error }

func (e *bodyError) Unwrap() error { return e.error }

func (p *packedBody) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if err != nil && err != io.EOF {
		err = &bodyError{err}
	}
	return n, err
}

// isChunked reports whether a body begins with the length of a chunk.
func isChunked(body *bufio.Reader) bool {
	start, _ := body.Peek(10)
	line, _, ok := bytes.Cut(start, []byte("\r\n"))
	line, _, _ = bytes.Cut(line, []byte(";"))
	line = bytes.TrimSpace(line)
	return ok && len(line) > 0 && len(bytes.Trim(line, "0123456789abcdefABCDEF")) == 0
}

func isText(body *bufio.Reader) bool {
	start, _ := body.Peek(512)
	return strings.HasPrefix(http.DetectContentType(start), "text/")
}

// mediaType is the type that a header declares, or what the body looks like
// when it declares none.
func mediaType(body *bufio.Reader, declared string) string {
	what, _, _ := mime.ParseMediaType(declared)
	if what == "" || what == "application/octet-stream" || what == "unk" {
		start, _ := body.Peek(512)
		what, _, _ = mime.ParseMediaType(http.DetectContentType(start))
	}
	return what
}
