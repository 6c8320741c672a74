package source

import (
	"bufio"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// charset returns the encoding of a name, as HTML knows them ("windows-1256",
// "koi8-r"); nil of "".
func charset(name string) (encoding.Encoding, error) {
	if name == "" {
		return nil, nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("%.40q is no charset: want a name such as windows-1256 or koi8-r", name)
	}
	return e, nil
}

// recoder turns lines that are no UTF-8 into it from another charset. Lines
// that are stay as they are, so that files of both may be read together.
type recoder struct {
	in      *bufio.Reader
	charset encoding.Encoding
	rest    []byte
	err     error
}

func (r *recoder) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		var line []byte
		line, r.err = r.in.ReadSlice('\n')
		if r.err == bufio.ErrBufferFull { // a piece of a long line
			r.err = nil
		}
		if r.rest = line; !utf8.Valid(line) {
			if text, err := r.charset.NewDecoder().Bytes(line); err == nil {
				r.rest = text
			}
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
