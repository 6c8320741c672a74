package page

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Decode returns text or HTML as valid UTF-8 without a byte order mark. The
// content type may declare its charset, as may HTML itself; neither is
// believed against what the bytes show.
func Decode(b []byte, contentType string) string {
	if strings.Contains(strings.ToLower(contentType), "html") {
		return decodeHTML(b, contentType)
	}
	return decodeText(b, contentType)
}

// decodeText returns b as valid UTF-8 without a byte order mark. Without a
// mark and a declared charset it is UTF-8, or else Windows-1252.
func decodeText(b []byte, contentType string) string {
	if s, ok := decodeMarked(b); ok {
		return s
	}
	if mostlyUTF8(b) {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	var e encoding.Encoding = charmap.Windows1252
	if contentType != "" {
		// Nothing is handed over to sniff: plain text declares nothing itself.
		if declared, name, _ := charset.DetermineEncoding(nil, contentType); name != "utf-8" {
			e = declared
		}
	}
	return decode(b, e)
}

// decodeHTML does the same for HTML, which may declare its charset itself. A
// page that is valid UTF-8 is UTF-8 whatever it declares: servers and
// templates lie, and no other charset passes by chance. ISO-2022-JP does, as
// it is ASCII to the eye.
func decodeHTML(b []byte, contentType string) string {
	if s, ok := decodeMarked(b); ok {
		return s
	}
	e, name, _ := charset.DetermineEncoding(b[:min(len(b), 1024)], contentType)
	if name == "iso-2022-jp" {
		return decode(b, e)
	}
	if utf8.Valid(b) {
		return string(b)
	}
	if name == "utf-8" || name == "windows-1252" { // the latter also when nothing is declared
		return decodeText(b, "")
	}
	return decode(b, e)
}

func decode(b []byte, e encoding.Encoding) string {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		out = b
	}
	return strings.ToValidUTF8(string(out), "\ufffd")
}

// decodeMarked decodes what begins with a byte order mark.
func decodeMarked(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(b[3:]), "\ufffd"), true
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return decode(b, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)), true
	}
	return "", false
}

// mostlyUTF8 reports whether b has more good multi-byte sequences than bad
// bytes: one that is cut off or spoilt does not turn the rest into another
// charset.
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
	return bad == 0 || good > bad
}

// binary reports whether text holds what no text does.
func binary(text string) bool {
	return strings.IndexByte(text[:min(len(text), 8192)], 0) >= 0
}
