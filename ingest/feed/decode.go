package feed

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// decode returns a document as UTF-8, whatever header and prolog say of it,
// without a byte order mark, leading blanks and the declaration of its
// charset.
//
// A mark counts most. What is valid UTF-8 is UTF-8, as no other charset in
// use passes by chance but those that are ASCII to the eye. Of the rest the
// prolog is believed before the header when the header only has what servers
// say by default.
func decode(b []byte, contentType string) []byte {
	if e := marked(b); e != nil {
		return bare(convert(b, e))
	}
	inside, header := lookup(prologCharset(b)), lookup(headerCharset(contentType))
	switch {
	case inside.name == sevenBit:
		return bare(convert(b, inside.Encoding))
	case header.name == sevenBit:
		return bare(convert(b, header.Encoding))
	case utf8.Valid(b), mostlyUTF8(b):
		return bare(bytes.ToValidUTF8(b, []byte("\ufffd")))
	}
	best := header
	if !best.tells() || best.name == "windows-1252" {
		best = inside
	}
	if !best.tells() {
		return bare(convert(b, charmap.Windows1252))
	}
	return bare(convert(b, best.Encoding))
}

// sevenBit is the charset whose documents look like ASCII.
const sevenBit = "iso-2022-jp"

// named is a charset that something declares; its zero value is none.
type named struct {
	encoding.Encoding
	name string
}

// tells reports whether a charset can be that of a document which is no
// UTF-8.
func (n named) tells() bool { return n.name != "" && n.name != "utf-8" }

// marked finds the encodings that the first bytes tell: by a mark, or by
// where the zeros of "<?" and "{" stand.
func marked(b []byte) encoding.Encoding {
	is := func(s string) bool { return bytes.HasPrefix(b, []byte(s)) }
	switch {
	case is("\xef\xbb\xbf"):
		return unicode.UTF8BOM
	case is("\xff\xfe\x00\x00"), is("\x00\x00\xfe\xff"):
		return utf32.UTF32(utf32.BigEndian, utf32.ExpectBOM)
	case is("\xff\xfe"), is("\xfe\xff"):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	case is("<\x00\x00\x00"), is("{\x00\x00\x00"):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case is("\x00\x00\x00<"), is("\x00\x00\x00{"):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case is("<\x00"), is("{\x00"):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case is("\x00<"), is("\x00{"):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

var prolog = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

func prologCharset(b []byte) string {
	if m := prolog.FindSubmatch(b[:min(len(b), 1024)]); m != nil {
		return string(m[1])
	}
	return ""
}

func headerCharset(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return params["charset"]
}

// lookup finds a charset by its name. Those of 16 and 32
// bits are none here, as their documents would have been known by their
// zeros.
func lookup(name string) named {
	e, known := charset.Lookup(name)
	if e == nil || known == "replacement" || strings.HasPrefix(known, "utf-16") {
		return named{}
	}
	return named{e, known}
}

// mostlyUTF8 reports whether bad bytes are the exception among good
// sequences: then they are spoilt, and the rest is UTF-8.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		b = b[n:]
	}
	return good > 4*bad
}

func convert(b []byte, e encoding.Encoding) []byte {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil && len(out) == 0 {
		out = b
	}
	return bytes.ToValidUTF8(out, []byte("\ufffd"))
}

// bare takes off what stands before the document, its XML declaration, which
// tells of a charset that it no longer has, and the control characters that
// no document may have.
func bare(b []byte) []byte {
	b = bytes.TrimLeft(b, "\ufeff \t\r\n\x00")
	if bytes.HasPrefix(b, []byte("<?xml")) {
		if i := bytes.Index(b[:min(len(b), 1024)], []byte("?>")); i >= 0 {
			b = bytes.TrimLeft(b[i+2:], " \t\r\n")
		}
	}
	return bytes.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return -1
		}
		return r
	}, b)
}
