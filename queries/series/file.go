package series

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"faultline/graph"
)

// ErrBehind is returned by Append when the batch does not follow the last
// one that the series holds, or another process has written to its file.
// CatchUp mends both.
var ErrBehind = errors.New("series does not stand right before this batch")

// Series is the read model of one store. View and Head may be called from
// many goroutines, beside one that writes.
type Series struct {
	path  string // "" keeps it in memory only
	write sync.Mutex
	file  *os.File // open for writing; nil until the first write
	end   int64    // of the good blocks in the file
	cut   int64    // bytes after them that were dropped when reading

	mu    sync.Mutex // of what follows
	table *table
	head  uint64
	view  *View // nil when the table has changed since
}

// Open reads the series at path; one that does not exist is empty. The path
// "" keeps a series in memory only. A tail that is torn or damaged is left
// out, for CatchUp to fetch again. The file is not written before the first
// Append. It returns graph.ErrForeign, with the path, for a file that holds
// something else.
func Open(path string) (*Series, error) {
	s := &Series{path: path, table: newTable()}
	if path == "" {
		return s, nil
	}
	return s, s.read()
}

// read takes the file in from its beginning.
func (s *Series) read() error {
	t, head, good, length := newTable(), uint64(0), int64(0), int64(0)
	f, err := os.Open(s.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	default:
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		length = info.Size()
		// A crash may leave zeros; anything else that is not ours is not touched.
		first := make([]byte, min(length, int64(len(magic))))
		if _, err := f.ReadAt(first, 0); err != nil {
			return err
		}
		if string(first) != magic[:len(first)] && len(bytes.Trim(first, "\x00")) > 0 {
			return fmt.Errorf("%s: %w: it is no series; choose another path", s.path, graph.ErrForeign)
		}
		t.reserve(claimsIn(f, length))
		in := bufio.NewReaderSize(f, 1<<16)
		var b []byte
		for good < length {
			if b, err = nextBlock(in, b, length-good); err != nil {
				return err
			}
			k, err := decode(b, t)
			if err != nil || k.seq < head {
				break
			}
			t.apply(k)
			head = k.seq
			good += int64(k.size)
		}
	}
	s.mu.Lock()
	s.table, s.head, s.view = t, head, nil
	s.mu.Unlock()
	s.end, s.cut = good, length-good
	return nil
}

// nextBlock reads a block into b, or what there is of it. left is how many
// bytes the file has.
func nextBlock(in io.Reader, b []byte, left int64) ([]byte, error) {
	b = slices.Grow(b[:0], headerSize)[:min(headerSize, left)]
	if _, err := io.ReadFull(in, b); err != nil {
		return nil, err
	}
	if len(b) < headerSize || string(b[:4]) != magic {
		return b, nil // decode says so
	}
	size := headerSize + int64(binary.LittleEndian.Uint32(b[8:]))
	if size > left {
		return b, nil
	}
	b = slices.Grow(b, int(size)-headerSize)[:size]
	_, err := io.ReadFull(in, b[headerSize:])
	return b, err
}

// claimsIn counts the claims in a file by the headers of its blocks, without
// a look at what they hold.
func claimsIn(f io.ReaderAt, length int64) (n int) {
	var b [headerSize]byte
	for at := int64(0); at+headerSize <= length; {
		if _, err := f.ReadAt(b[:], at); err != nil || string(b[:4]) != magic {
			break
		}
		size := headerSize + int64(binary.LittleEndian.Uint32(b[8:]))
		claims := int64(binary.LittleEndian.Uint32(b[12:]))
		if at+size > length || claims > size/rowSize {
			break
		}
		n += int(claims)
		at += size
	}
	return n
}

// Dropped is how many bytes at the end of the file could not be read when it
// was opened.
func (s *Series) Dropped() int64 { return s.cut }

// Head is the number of the store's batch up to which the series is
// complete, 0 when it is empty.
func (s *Series) Head() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.head
}

// View returns the present state. The first call after a change puts it
// together, which takes time in proportion to the number of claims (about
// 20 ms for 100,000); it is kept until the next change.
func (s *Series) View() *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.view == nil {
		s.view = s.table.view(s.head)
	}
	return s.view
}

// Append adds the rows of the batch that follows Head; a batch without rows
// moves Head on. It returns ErrBehind when another batch is due.
func (s *Series) Append(seq uint64, rows Rows) error {
	s.write.Lock()
	defer s.write.Unlock()
	if head := s.Head(); seq != head+1 {
		return fmt.Errorf("batch %d after %d: %w", seq, head, ErrBehind)
	}
	return s.append(seq, rows)
}

// append adds a block; the caller holds write.
func (s *Series) append(seq uint64, rows Rows) error {
	rows = s.table.news(rows)
	b, err := encode(nil, s.table, seq, rows)
	if err != nil {
		return fmt.Errorf("series: %w", err)
	}
	k, err := decode(b, s.table)
	if err != nil {
		return fmt.Errorf("series: batch %d does not read back: %w", seq, err)
	}
	if s.path != "" {
		if err := s.put(b); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table.apply(k)
	s.head, s.view = seq, nil
	return nil
}

// put writes a block at the end of the good ones.
func (s *Series) put(b []byte) error {
	if s.file == nil {
		f, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return err
		}
		s.file = f
	}
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() != s.end+s.cut {
		return fmt.Errorf("%s: another process has written to it: %w", s.path, ErrBehind)
	}
	if s.cut > 0 {
		if err := s.file.Truncate(s.end); err != nil {
			return err
		}
		s.cut = 0
	}
	n, err := s.file.WriteAt(b, s.end)
	if err != nil {
		s.cut = int64(n) // what was written of it is cut off next time
		return err
	}
	s.end += int64(n)
	return nil
}

// Close syncs the file and frees it. Views stay good.
func (s *Series) Close() error {
	s.write.Lock()
	defer s.write.Unlock()
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.file.Sync(), s.file.Close())
	s.file = nil
	return err
}

// Size is the length of the file's good blocks, in bytes.
func (s *Series) Size() int64 {
	s.write.Lock()
	defer s.write.Unlock()
	return s.end
}

var _ io.Closer = (*Series)(nil)
