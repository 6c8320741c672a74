package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// This file owns how things look in a terminal.

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// printJSON writes v as one indented JSON document.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// count writes a number with thin grouping: 92,367.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// table lays out rows in columns; cells that are numbers align to the right.
type table struct {
	out    io.Writer
	indent string
	rows   [][]string
}

func newTable(out io.Writer) *table { return &table{out: out} }

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) flush() {
	var widths []int
	numeric := map[int]bool{}
	for _, r := range t.rows {
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
				numeric[i] = true
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for n, r := range t.rows {
		for i, c := range r {
			if n > 0 || len(t.rows) == 1 || !isHeader(t.rows[0]) {
				if c != "" && !isNumber(c) {
					numeric[i] = false
				}
			}
		}
	}
	for _, r := range t.rows {
		var b strings.Builder
		b.WriteString(t.indent)
		for i, c := range r {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if numeric[i] {
				b.WriteString(pad + c)
			} else if i < len(r)-1 {
				b.WriteString(c + pad)
			} else {
				b.WriteString(c)
			}
			if i < len(r)-1 {
				b.WriteString("  ")
			}
		}
		fmt.Fprintln(t.out, strings.TrimRight(b.String(), " "))
	}
	t.rows = nil
}

// isHeader tells a row of titles: no cell of it is a number.
func isHeader(row []string) bool {
	for _, c := range row {
		if isNumber(c) {
			return false
		}
	}
	return true
}

func isNumber(s string) bool {
	if s == "" || s == "–" {
		return true
	}
	for _, r := range s {
		if !strings.ContainsRune("0123456789.,+-−×%–", r) {
			return false
		}
	}
	return true
}

// style wraps s in an ANSI style when the output is a terminal that wants
// colour (https://no-color.org).
type style struct{ on bool }

func newStyle(w io.Writer) style {
	return style{on: isTerminal(w) && os.Getenv("NO_COLOR") == ""}
}

func (s style) wrap(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(t string) string { return s.wrap("1", t) }
func (s style) dim(t string) string  { return s.wrap("2", t) }

// plain drops what would act on the terminal from text of outside origin:
// control characters, and line breaks, which become blanks.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < 0x20 || r >= 0x7f && r < 0xa0:
			return -1
		}
		return r
	}, text)
}

// bar shows how far a load is, with rate and time left, when stderr is a
// terminal, and nothing otherwise.
type bar struct {
	out io.Writer
	bar *progressbar.ProgressBar
}

// newBar makes a bar for size bytes of input; −1 if that is not known.
func newBar(out io.Writer, size int64) *bar {
	b := &bar{out: out}
	if isTerminal(out) {
		b.bar = progressbar.NewOptions64(size,
			progressbar.OptionSetWriter(out),
			progressbar.OptionShowBytes(true),
			progressbar.OptionSetWidth(24),
			progressbar.OptionThrottle(100e6),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionFullWidth(),
		)
	}
	return b
}

func (b *bar) show(offset int64, what string) {
	if b.bar != nil {
		b.bar.Describe(what)
		_ = b.bar.Set64(offset)
	}
}

// line prints above the bar.
func (b *bar) line(format string, args ...any) {
	if b.bar != nil {
		_ = b.bar.Clear()
	}
	fmt.Fprintln(b.out, plain(fmt.Sprintf(format, args...)))
}

func (b *bar) done() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}

// note is one line on a terminal that keeps changing.
type note struct {
	out   io.Writer
	on    bool
	shown bool
}

func newNote(out io.Writer) *note { return &note{out: out, on: isTerminal(out)} }

func (n *note) show(format string, args ...any) {
	if n.on {
		fmt.Fprintf(n.out, "\r\x1b[K"+format, args...)
		n.shown = true
	}
}

func (n *note) done() {
	if n.shown {
		fmt.Fprint(n.out, "\r\x1b[K")
	}
}
