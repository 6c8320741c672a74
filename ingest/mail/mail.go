package mail

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-message"
	"golang.org/x/net/html/charset"

	"faultline/graph"
	"faultline/ingest/page"
	"faultline/ingest/report"
	"faultline/ingest/source/published"
)

// Source is the source of all reports that have a Message-ID.
const Source = "mail"

// Reasons to skip a letter or a part of it.
const (
	ReasonHeader     = "header of the letter does not parse"
	ReasonNoText     = "letter has no text"
	ReasonTooLarge   = "part of a letter is too large"
	ReasonCut        = "letter breaks off or is spoilt"
	ReasonParts      = "letter has too many parts"
	ReasonAttachment = "attachment is not read"
	ReasonNoBox      = "file is no mailbox"
)

// The limits of one letter.
const (
	maxParts = 500
	maxDepth = 10
	maxText  = page.Max // bytes of one part
)

// Read yields the letter in r as one report. Of opts, the publisher counts
// for letters that do not name their sender, the date before that of the
// letter. The error is sink's, ctx's or that of reading r; what was read
// before it is yielded.
func Read(ctx context.Context, r io.Reader, file string, opts page.Options, sink report.Sink) error {
	src := &source{ctx: ctx, r: r}
	if err := read(src, report.Origin{File: file}, opts, sink); err != nil {
		return err
	}
	return src.err
}

// source ends with its context, and remembers how the input failed.
type source struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// read reads one letter. The error is sink's alone.
func read(r io.Reader, at report.Origin, opts page.Options, sink report.Sink) error {
	in := &letter{at: at, sink: sink}
	whole, err := message.Read(r)
	if whole == nil {
		return sink.Skip(report.Skip{Origin: at, Reason: ReasonHeader, Detail: fmt.Sprintf("%.120s", err)})
	}
	text := in.text(whole, 0)
	if in.stop != nil {
		return in.stop
	}
	rep := report.Report{
		Title: word(whole.Header.Get("Subject")), Publisher: sender(whole.Header.Get("From")),
		Published: opts.Published, URL: address(whole.Header.Get("Archived-At")),
		Language: strings.TrimSpace(whole.Header.Get("Content-Language")), Text: text, Origin: at,
	}
	if strings.TrimSpace(text) == "" {
		return sink.Skip(report.Skip{Origin: at, Reason: ReasonNoText, Detail: fmt.Sprintf("%.80s", rep.Title)})
	}
	if rep.Publisher == "" {
		rep.Publisher = opts.Publisher
	}
	if rep.Published.IsZero() {
		rep.Published = dated(whole.Header.Get("Date"))
	}
	rep.Source, rep.Key = Source, strings.Trim(whole.Header.Get("Message-Id"), "<> \t")
	if rep.Key == "" {
		rep.Source, rep.Key = report.ByContent, graph.ContentHash(rep.Publisher, rep.Title, rep.Text)
	}
	return sink.Report(rep)
}

// letter is one that is being read.
type letter struct {
	at    report.Origin
	sink  report.Sink
	parts int
	stop  error // of the sink
}

func (in *letter) skip(reason, detail string) {
	if in.stop == nil {
		in.stop = in.sink.Skip(report.Skip{Origin: in.at, Reason: reason, Detail: detail})
	}
}

// text returns the text of a letter or of one of its parts.
func (in *letter) text(e *message.Entity, depth int) string {
	if in.stop != nil || in.parts > maxParts {
		return ""
	}
	if in.parts++; in.parts > maxParts || depth > maxDepth {
		in.parts = maxParts + 1
		in.skip(ReasonParts, fmt.Sprintf("at most %d, %d deep", maxParts, maxDepth))
		return ""
	}
	declared := e.Header.Get("Content-Type")
	what, params, _ := mime.ParseMediaType(declared)
	if what == "" {
		what = "text/plain"
		if before, _, _ := strings.Cut(declared, ";"); strings.Contains(before, "/") {
			what = strings.ToLower(strings.TrimSpace(before)) // its parameters are spoilt
		}
	}
	if how, with, _ := mime.ParseMediaType(e.Header.Get("Content-Disposition")); how == "attachment" && what != "message/rfc822" {
		in.skip(ReasonAttachment, fmt.Sprintf("%.80s", what+" "+word(with["filename"])))
		return ""
	}
	switch {
	case strings.HasPrefix(what, "multipart/"):
		return in.several(e, what, depth)
	case what == "message/rfc822":
		inner, _ := message.Read(e.Body)
		if inner == nil {
			in.skip(ReasonHeader, "of a letter within the letter")
			return ""
		}
		return in.text(inner, depth+1)
	case what == "text/html":
		return page.Fragment(page.Decode(in.load(e.Body), declared))
	case what == "text/plain":
		text := page.Decode(in.load(e.Body), declared)
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\x00", "\ufffd")
		if strings.EqualFold(params["format"], "flowed") {
			text = flow(text, strings.EqualFold(params["delsp"], "yes"))
		}
		return strings.TrimSpace(text)
	}
	return ""
}

// several returns the text of a part that has parts: of alternatives HTML
// goes first, which is what the sender has looked at.
func (in *letter) several(e *message.Entity, what string, depth int) string {
	parts := e.MultipartReader()
	if parts == nil {
		return ""
	}
	var texts []string
	best, rich := "", false
	for in.stop == nil && in.parts <= maxParts {
		part, err := parts.NextPart()
		if part == nil {
			if err != io.EOF {
				in.skip(ReasonCut, fmt.Sprintf("%.120s", err))
			}
			break
		}
		text := in.text(part, depth+1)
		if text == "" {
			continue
		}
		texts = append(texts, text)
		kind, _, _ := part.Header.ContentType()
		if html := kind != "text/plain"; best == "" || html && !rich {
			best, rich = text, html
		}
	}
	if what == "multipart/alternative" {
		return best
	}
	return strings.Join(texts, "\n\n")
}

// load reads the content of a part, as far as it can be decoded.
func (in *letter) load(r io.Reader) []byte {
	b, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err != nil {
		in.skip(ReasonCut, fmt.Sprintf("%.120s", err))
	}
	if len(b) > maxText {
		in.skip(ReasonTooLarge, fmt.Sprintf("more than %d bytes", maxText))
		return nil
	}
	return b
}

// flow joins the lines of text that is marked as flowed (RFC 3676): a blank
// at the end says that the line goes on.
func flow(text string, remove bool) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		bare := strings.TrimSuffix(line, "\n")
		bare = strings.TrimPrefix(bare, " ") // stuffed
		switch {
		case bare == "-- ", !strings.HasSuffix(bare, " "):
			b.WriteString(bare)
			if strings.HasSuffix(line, "\n") {
				b.WriteByte('\n')
			}
		case remove:
			b.WriteString(bare[:len(bare)-1])
		default:
			b.WriteString(bare)
		}
	}
	return b.String()
}

// word decodes a header field into one line.
func word(s string) string {
	d := mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
	text, err := d.DecodeHeader(s)
	if err != nil {
		text = s
	}
	return strings.Join(strings.Fields(page.Decode([]byte(text), "")), " ")
}

// sender is the name in a From field, or the domain it writes from.
func sender(from string) string {
	p := netmail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charset.NewReaderLabel}}
	list, err := p.ParseList(from)
	if err != nil || len(list) == 0 {
		name, rest, ok := strings.Cut(from, "<")
		if name = strings.Trim(word(name), `" `); name != "" {
			if _, domain, at := strings.Cut(name, "@"); at && !ok {
				return domain
			}
			return name
		}
		_, domain, _ := strings.Cut(strings.Trim(rest, "> "), "@")
		return domain
	}
	if name := word(list[0].Name); name != "" {
		return name
	}
	_, domain, _ := strings.Cut(list[0].Address, "@")
	return domain
}

// dated reads the date of a letter in UTC; zero if it does not parse.
func dated(s string) time.Time {
	if t, err := netmail.ParseDate(s); err == nil && t.Year() >= 1970 && t.Year() < 2200 {
		return t.UTC()
	}
	t, err := published.Parse(s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// address is a field that holds a link; "" if it is none.
func address(s string) string {
	s = strings.Trim(s, "<> \t")
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return s
}

// IsLetter reports whether an input that begins with head is a letter: it
// begins with fields, among which are two that letters have and one that no
// other text has.
func IsLetter(head []byte) bool {
	common, own := 0, false
	for i, line := range bytes.Split(head, []byte("\n")) {
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			break
		}
		if i > 0 && (line[0] == ' ' || line[0] == '\t') {
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || bytes.ContainsAny(name, " \t") {
			break
		}
		switch strings.ToLower(string(name)) {
		case "from", "to", "subject", "date", "content-type":
			common++
		case "message-id", "received", "return-path", "mime-version", "delivered-to", "dkim-signature":
			common++
			own = true
		}
	}
	return own && common >= 2
}
