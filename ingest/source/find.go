package source

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"faultline/ingest/archive"
	"faultline/ingest/gdelt"
	"faultline/ingest/page"
	"faultline/ingest/report"
	"faultline/ingest/sheet"
)

// Reasons to skip a whole input, or what is left of it. Each format has its
// own besides.
const (
	ReasonEmpty     = "empty file"
	ReasonExtension = "unknown extension"
	ReasonFormat    = "unknown format"
	ReasonKind      = "neither file nor folder"
	ReasonLink      = "link to a folder is not followed"
	ReasonNoFiles   = "folder without files"
	ReasonOpen      = "cannot be opened"
	ReasonRead      = "reading failed"
	ReasonTruncated = "gzip is truncated"
	ReasonDamaged   = "gzip is damaged"
	ReasonArchive   = "zip archive is damaged"
	ReasonTar       = "tar archive is damaged"
	ReasonCut       = "archive is truncated"
	ReasonNested    = "archives stand too deep in each other"
	ReasonBomb      = "unpacks to too much"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Options say how inputs are read.
type Options struct {
	Format Format       // of all inputs; "" recognises each
	Stdin  io.Reader    // read for the path "-"
	Page   page.Options // for text, HTML, letters and web archives
	Map    sheet.Mapping
	// Charset is that of lists, tables, text and HTML that are no UTF-8 and
	// do not declare theirs, by its name in HTML; "" is Windows-1252.
	Charset string
	GDELT   gdelt.Options
	Limits  archive.Limits // of what each file may unpack to
}

// Validate reports options that no input can be read with.
func (o *Options) Validate() error {
	if err := o.Format.Validate(); err != nil {
		return err
	}
	if _, err := charset(o.Charset); err != nil {
		return err
	}
	return o.Map.Validate()
}

// Input is what the user's paths lead to, in the order of the paths, folders
// in lexical order. Read it once.
type Input struct {
	opts    Options
	entries []entry
	size    int64
	offset  atomic.Int64
}

// entry is a file to be read, or to be skipped for a reason.
type entry struct {
	path           string // as it is opened and named in origins
	name           string // independent of where the folder lies
	size           int64  // −1 unless it is a regular file
	reason, detail string
	depth          int            // of archives that it stands in
	meter          *archive.Meter // of the file that it is read from
}

// Find looks up the paths: files, folders with all that is in them, and "-".
// Hidden files of folders are passed over; those of unknown extension are
// skipped by reason unless a format is given. A path that does not exist or
// cannot be opened is an error that names it.
func Find(paths []string, opts Options) (*Input, error) {
	if len(paths) == 0 {
		return nil, errors.New("no input: name files, folders, or - for standard input")
	}
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	in := &Input{opts: opts}
	if in.opts.GDELT.Recent == nil {
		in.opts.GDELT.Recent = gdelt.NewRecent(0) // mentions find the events of files before theirs
	}
	for _, p := range paths {
		if err := in.find(p); err != nil {
			return nil, err
		}
	}
	for _, e := range in.entries {
		switch {
		case e.reason != "":
		case e.size < 0:
			in.size = -1
		case in.size >= 0:
			in.size += e.size
		}
	}
	return in, nil
}

func (in *Input) find(path string) error {
	if path == Stdin {
		if in.opts.Stdin == nil {
			return errors.New("-: no standard input here")
		}
		in.entries = append(in.entries, entry{path: path, size: -1})
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("input: %w", err)
	}
	if !info.IsDir() {
		e := entry{path: path, name: filepath.Base(path), size: -1}
		if info.Mode().IsRegular() {
			// A pipe is not tried: opening it takes what it holds.
			f, err := os.Open(path)
			if err != nil {
				return fmt.Errorf("input: %w", err)
			}
			f.Close()
			e.size = info.Size()
		}
		in.entries = append(in.entries, e)
		return nil
	}
	before := len(in.entries)
	in.walk(path)
	if len(in.entries) == before {
		in.entries = append(in.entries, entry{path: path, reason: ReasonNoFiles})
	}
	return nil
}

// walk adds what is in a folder.
func (in *Input) walk(path string) {
	// The slash makes the walk enter a folder that is a symbolic link. It
	// cannot fail: the function returns no error.
	_ = filepath.WalkDir(path+string(filepath.Separator), func(p string, d fs.DirEntry, err error) error {
		p = filepath.Clean(p)
		if err != nil {
			in.entries = append(in.entries, entry{path: p, reason: ReasonOpen, detail: plain(err)})
			return nil
		}
		if p == filepath.Clean(path) {
			return nil
		}
		if strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.IsDir() {
			in.entries = append(in.entries, in.member(p, path))
		}
		return nil
	})
}

// member describes a file within a folder.
func (in *Input) member(path, folder string) entry {
	e := entry{path: path, name: path, size: -1}
	if rel, err := filepath.Rel(folder, path); err == nil {
		e.name = filepath.ToSlash(rel)
	}
	info, err := os.Stat(path) // follows links to files, so that none is lost
	if err != nil {
		e.reason, e.detail = ReasonOpen, plain(err)
		return e
	}
	switch {
	case info.IsDir():
		e.reason = ReasonLink
		return e
	case !info.Mode().IsRegular():
		e.reason, e.detail = ReasonKind, info.Mode().Type().String()
		return e
	}
	e.size = info.Size()
	if _, known := byExtension(path); !known && in.opts.Format == "" {
		e.reason, e.detail = ReasonExtension, extension(path)
	}
	return e
}

// plain returns the cause of an error without the path, which a skip names
// already.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Sprintf("%.120s", err)
}

// skip returns the skip of an entry.
func (e entry) skip(reason, detail string) report.Skip {
	return report.Skip{Origin: report.Origin{File: e.path}, Reason: reason, Detail: detail}
}

// Size returns how many bytes there are to read, packed as they are, and −1
// when an input is a stream whose end is not known.
func (in *Input) Size() int64 { return in.size }

// Offset returns how many of them have been read. It may be called while
// Read runs.
func (in *Input) Offset() int64 { return in.offset.Load() }

// Digest returns the SHA-256, in hex, over the names and contents of the
// files to be read, by which a repeated load is known whatever folder the
// files lie in. It reads all of them, and returns "" when one is a stream,
// which can be read only once.
func (in *Input) Digest(ctx context.Context) (string, error) {
	if in.size < 0 {
		return "", nil
	}
	h := sha256.New()
	for _, e := range in.entries {
		if e.reason != "" {
			continue
		}
		sum, err := digest(ctx, e.path)
		if err != nil {
			return "", err
		}
		// Lengths first, so that no two lists of files run together.
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(e.name))))
		io.WriteString(h, e.name)
		h.Write(sum)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func digest(ctx context.Context, path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	buf := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := f.Read(buf)
		h.Write(buf[:n])
		if err == io.EOF {
			return h.Sum(nil), nil
		}
		if err != nil {
			return nil, fmt.Errorf("input: %w", err)
		}
	}
}
