package warc

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// maxHeader bounds the named fields of one record or response, in bytes.
const maxHeader = 256 << 10

var errHeader = errors.New("header does not parse")

// fields are the named fields of a record or a response, by their names in
// lower case. Of fields with one name the first counts.
type fields map[string]string

// readHeader reads a first line and the named fields behind it, up to and
// with the blank line. Lines that name nothing are passed over; at the
// input's end the fields so far count.
func readHeader(r *bufio.Reader) (first string, f fields, err error) {
	f = fields{}
	size, name := 0, ""
	for n := 0; ; n++ {
		line, err := r.ReadSlice('\n')
		if size += len(line); size > maxHeader || err == bufio.ErrBufferFull {
			return first, f, errHeader
		}
		text := strings.TrimRight(string(line), "\r\n")
		switch key, value, ok := strings.Cut(text, ":"); {
		case n == 0:
			first = text
		case text == "" && err == nil:
			return first, f, nil
		case text != "" && (text[0] == ' ' || text[0] == '\t'):
			if name != "" {
				f[name] += " " + strings.TrimSpace(text) // folded
			}
		case ok:
			name = strings.ToLower(strings.TrimSpace(key))
			if _, again := f[name]; again {
				name = ""
			} else {
				f[name] = strings.TrimSpace(value)
			}
		}
		if err == io.EOF && first != "" {
			return first, f, nil
		}
		if err != nil {
			return first, f, err
		}
	}
}
