package gdelt

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"faultline/ingest/report"
	"faultline/ingest/source/lines"
)

// Where the lists are; the translated stream has lists of its own.
const (
	LastUpdateURL            = "http://data.gdeltproject.org/gdeltv2/lastupdate.txt"
	LastUpdateTranslationURL = "http://data.gdeltproject.org/gdeltv2/lastupdate-translation.txt"
	MasterURL                = "http://data.gdeltproject.org/gdeltv2/masterfilelist.txt"
	MasterTranslationURL     = "http://data.gdeltproject.org/gdeltv2/masterfilelist-translation.txt"
)

// Kind is what a file of a list holds.
type Kind string

// The kinds of file.
const (
	Events   Kind = "events"
	Mentions Kind = "mentions"
	GKG      Kind = "gkg" // the knowledge graph, which this package does not read
)

// File is one line of a list.
type File struct {
	URL        string
	Size       int64  // in bytes, packed; −1 if unknown
	MD5        string // of the packed file, 32 hex digits; "" if unknown
	Kind       Kind
	Slot       time.Time // when its quarter of an hour ended, UTC
	Translated bool
}

// SlotLength is the time between two files of a stream.
const SlotLength = 15 * time.Minute

// Reasons to skip a line of a list.
const (
	ReasonListLine = "line names no file"
	ReasonListName = "file name is none of GDELT 2.0"
	ReasonListSize = "size does not parse"
	ReasonListMD5  = "MD5 does not parse"
)

// ReadList reads lastupdate.txt or masterfilelist.txt: a line has size, MD5
// and URL, or the URL alone. What is unknown of a file is left out, and is a
// skip besides; a line without a file is only a skip.
func ReadList(ctx context.Context, r io.Reader, name string, found func(File) error, skip func(report.Skip) error) error {
	in := lines.New(r, name, 64<<10)
	for {
		line, err := in.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		text := strings.TrimSpace(string(line.Text))
		if text == "" && line.TooLong == 0 || line.Cut {
			continue
		}
		f, ok, problems := parseListLine(text)
		for _, reason := range problems {
			if err := skip(report.Skip{Origin: line.Origin, Reason: reason, Detail: quote(text)}); err != nil {
				return err
			}
		}
		if ok {
			if err := found(f); err != nil {
				return err
			}
		}
	}
}

func parseListLine(text string) (f File, ok bool, problems []string) {
	cells := strings.Fields(text)
	f.Size = -1
	switch len(cells) {
	case 3:
		size, err := strconv.ParseInt(cells[0], 10, 64)
		if err != nil || size < 0 {
			problems = append(problems, ReasonListSize)
		} else {
			f.Size = size
		}
		f.MD5 = strings.ToLower(cells[1])
		if b, err := hex.DecodeString(f.MD5); err != nil || len(b) != md5.Size {
			problems, f.MD5 = append(problems, ReasonListMD5), ""
		}
		f.URL = cells[2]
	case 1:
		f.URL = cells[0]
	default:
		return f, false, []string{ReasonListLine}
	}
	if !isURL(f.URL) {
		return f, false, append(problems, ReasonListLine)
	}
	if f.Kind, f.Slot, f.Translated, ok = parseName(f.URL); !ok {
		return f, false, append(problems, ReasonListName)
	}
	return f, true, problems
}

// parseName reads YYYYMMDDHHMMSS[.translation].{export,mentions,gkg}.csv.zip;
// capitals do not matter, GDELT itself is of two minds.
func parseName(url string) (kind Kind, slot time.Time, translated, ok bool) {
	stamp, rest, _ := strings.Cut(strings.ToLower(path.Base(url)), ".")
	if len(stamp) != 14 {
		return "", slot, false, false
	}
	if slot = timeOf(stamp); slot.IsZero() {
		return "", slot, false, false
	}
	rest, translated = strings.CutPrefix(rest, "translation.")
	switch strings.TrimSuffix(rest, ".zip") {
	case "export.csv":
		kind = Events
	case "mentions.csv":
		kind = Mentions
	case "gkg.csv":
		kind = GKG
	}
	return kind, slot, translated, kind != ""
}

// SlotURL is the address of a file below base, the folder of the list.
func SlotURL(base string, slot time.Time, kind Kind, translated bool) string {
	suffix := map[Kind]string{Events: "export.CSV", Mentions: "mentions.CSV", GKG: "gkg.csv"}[kind]
	stream := ""
	if translated {
		stream = "translation."
	}
	return strings.TrimSuffix(base, "/") + "/" + slot.UTC().Format("20060102150405") + "." + stream + suffix + ".zip"
}

// Slots are the slots after from, to and with to.
func Slots(from, to time.Time) []time.Time {
	var slots []time.Time
	for t := from.UTC().Truncate(SlotLength).Add(SlotLength); !t.After(to); t = t.Add(SlotLength) {
		slots = append(slots, t)
	}
	return slots
}

// Errors of Unpack.
var (
	ErrChecksum = errors.New("MD5 differs from the list's")
	ErrArchive  = errors.New("no zip archive of one file")
	ErrTooLarge = errors.New("file is too large")
)

// Unpack checks a packed file against the list and opens the one file in it.
// Reading more than limit bytes of it is ErrTooLarge.
func (f File) Unpack(packed []byte, limit int64) (io.ReadCloser, error) {
	if f.MD5 != "" {
		if sum := md5.Sum(packed); hex.EncodeToString(sum[:]) != f.MD5 {
			return nil, fmt.Errorf("%s: %w: %x, want %s", f.URL, ErrChecksum, sum, f.MD5)
		}
	}
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %v", f.URL, ErrArchive, err)
	}
	if len(z.File) != 1 || z.File[0].FileInfo().IsDir() {
		return nil, fmt.Errorf("%s: %w: it has %d", f.URL, ErrArchive, len(z.File))
	}
	member := z.File[0]
	if member.UncompressedSize64 > uint64(limit) {
		return nil, fmt.Errorf("%s: %w: %d bytes, at most %d", f.URL, ErrTooLarge, member.UncompressedSize64, limit)
	}
	r, err := member.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %v", f.URL, ErrArchive, err)
	}
	return &bounded{ReadCloser: r, left: limit, url: f.URL}, nil
}

// bounded fails once more is read than the archive may hold, whatever its
// directory says.
type bounded struct {
	io.ReadCloser
	left int64
	url  string
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("%s: %w", b.url, ErrTooLarge)
	}
	return n, err
}
