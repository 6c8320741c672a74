package model

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"faultline/ingest/neural"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"
	"unsafe"
)

// The file is: magic, length of a JSON header, header, then the parts in the
// order of Net.All: tensors as int16 with one float32 scale per row (int8 for
// the embedding tables), little-endian. Word lists are zlib-compressed text.
const magic = "FLNLP003"

type header struct {
	Tags     []TagPair
	Rels     []string
	NetWords int
	Vecs     int
	Texts    [4]int // compressed lengths: vector words, frequent words, lemmas, rules
	RawTexts [4]int
}

// Write stores the model; weights are rounded, so a model read back differs
// slightly from the one in memory.
func (m *Model) Write(w io.Writer) error {
	texts := [4]string{keyList(m.Vecs), keyList(m.Word), lemmaText(m.Lem.Words), ruleText(m.Lem.Rules)}
	h := header{Tags: m.Tags, Rels: m.Rels, NetWords: len(m.Word), Vecs: m.Vec.Rows}
	var packed [4][]byte
	for i, t := range texts {
		var b bytes.Buffer
		z, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(z, t); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		packed[i], h.Texts[i], h.RawTexts[i] = b.Bytes(), b.Len(), len(t)
	}
	j, err := json.Marshal(h)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	out.WriteString(magic)
	out.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(j))))
	out.Write(j)
	for _, p := range packed {
		out.Write(p)
	}
	for _, s := range m.Vec.Scale {
		out.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(s)))
	}
	for _, v := range m.Vec.V {
		out.WriteByte(byte(v))
	}
	for i, t := range m.Net.All() {
		writeTensor(&out, t, i < 3)
	}
	_, err = w.Write(out.Bytes())
	return err
}

func writeTensor(out *bytes.Buffer, t *neural.Tensor, small bool) {
	limit := float32(32767)
	if small {
		limit = 127
	}
	for r := range t.Rows {
		row := t.V[r*t.Cols : (r+1)*t.Cols]
		var top float32
		for _, v := range row {
			top = max(top, v, -v)
		}
		scale := top / limit
		out.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(scale)))
		for _, v := range row {
			q := 0
			if scale > 0 {
				q = int(math.Round(float64(v / scale)))
			}
			if small {
				out.WriteByte(byte(int8(q)))
			} else {
				out.Write(binary.LittleEndian.AppendUint16(nil, uint16(int16(q))))
			}
		}
	}
}

// Read loads a model. It refers to data, which must not change.
func Read(data string) (*Model, error) {
	if !strings.HasPrefix(data, magic) || len(data) < len(magic)+4 {
		return nil, fmt.Errorf("model: not a model file of format %s", magic)
	}
	at := len(magic)
	n := int(binary.LittleEndian.Uint32([]byte(data[at : at+4])))
	at += 4
	if n > len(data)-at {
		return nil, fmt.Errorf("model: header of %d bytes is cut off", n)
	}
	var h header
	if err := json.Unmarshal([]byte(data[at:at+n]), &h); err != nil {
		return nil, fmt.Errorf("model: header: %w", err)
	}
	at += n
	// Counts are bounded by the file's size before memory is taken for them.
	if h.Vecs < 0 || h.Vecs > len(data)/VecDim || h.NetWords < 0 || h.NetWords > len(data)/WordDim ||
		len(h.Tags) == 0 || len(h.Tags) > 1000 || len(h.Rels) == 0 || len(h.Rels) > 1000 {
		return nil, fmt.Errorf("model: header asks for %d vectors, %d words, %d tags, %d relations", h.Vecs, h.NetWords, len(h.Tags), len(h.Rels))
	}
	var texts [4]string
	for i, n := range h.Texts {
		if n < 0 || n > len(data)-at || h.RawTexts[i] < 0 || h.RawTexts[i] > 1<<26 {
			return nil, fmt.Errorf("model: text %d is cut off", i)
		}
		z, err := zlib.NewReader(strings.NewReader(data[at : at+n]))
		if err != nil {
			return nil, fmt.Errorf("model: text %d: %w", i, err)
		}
		b := make([]byte, h.RawTexts[i])
		if _, err := io.ReadFull(z, b); err != nil {
			return nil, fmt.Errorf("model: text %d: %w", i, err)
		}
		texts[i] = string(b)
		at += n
	}
	m := &Model{Tags: h.Tags, Rels: h.Rels}
	m.Vecs, m.Word = keyMap(texts[0], h.Vecs), keyMap(texts[1], h.NetWords)
	m.Lem.Words, m.Lem.Rules = lemmaMap(texts[2]), ruleMap(texts[3])
	if len(m.Vecs) != h.Vecs || len(m.Word) != h.NetWords {
		return nil, fmt.Errorf("model: %d vectors and %d words are named, want %d and %d", len(m.Vecs), len(m.Word), h.Vecs, h.NetWords)
	}
	m.Net = NewNet(h.NetWords, len(h.Tags), len(h.Rels))
	size := h.Vecs * (4 + VecDim)
	for i, t := range m.Net.All() {
		if i < 3 {
			size += t.Rows * (4 + t.Cols)
		} else {
			size += t.Rows * (4 + 2*t.Cols)
		}
	}
	if len(data)-at != size {
		return nil, fmt.Errorf("model: %d bytes of weights, want %d", len(data)-at, size)
	}
	raw := unsafe.Slice((*int8)(unsafe.Pointer(unsafe.StringData(data))), len(data))
	m.Vec = Bytes{Rows: h.Vecs, Cols: VecDim, Scale: make([]float32, h.Vecs)}
	for i := range m.Vec.Scale {
		m.Vec.Scale[i] = readFloat(data, at)
		at += 4
	}
	m.Vec.V = raw[at : at+h.Vecs*VecDim]
	at += h.Vecs * VecDim
	for i, t := range m.Net.All() {
		at = readTensor(data, at, t, i < 3)
	}
	return m, nil
}

func readFloat(data string, at int) float32 {
	d := data[at : at+4]
	return math.Float32frombits(uint32(d[0]) | uint32(d[1])<<8 | uint32(d[2])<<16 | uint32(d[3])<<24)
}

func readTensor(data string, at int, t *neural.Tensor, small bool) int {
	for r := range t.Rows {
		scale := readFloat(data, at)
		at += 4
		row := t.V[r*t.Cols : (r+1)*t.Cols]
		if small {
			d := data[at : at+len(row)]
			for i := range row {
				row[i] = scale * float32(int8(d[i]))
			}
			at += len(row)
			continue
		}
		d := data[at : at+2*len(row)]
		for i := range row {
			row[i] = scale * float32(int16(uint16(d[2*i])|uint16(d[2*i+1])<<8))
		}
		at += 2 * len(row)
	}
	return at
}

// keyList writes the keys in the order of their numbers, one a line.
func keyList(m map[string]int32) string {
	l := make([]string, len(m))
	for k, i := range m {
		l[i] = k
	}
	return strings.Join(l, "\n")
}

func keyMap(text string, n int) map[string]int32 {
	m := make(map[string]int32, n)
	i := int32(0)
	for text != "" {
		k, rest, _ := strings.Cut(text, "\n")
		m[k] = i
		i++
		text = rest
	}
	return m
}

func lemmaText(m map[string]string) string {
	l := make([]string, 0, len(m))
	for k, v := range m {
		l = append(l, k+"\t"+v+"\n")
	}
	sort.Strings(l)
	return strings.Join(l, "")
}

func lemmaMap(text string) map[string]string {
	m := make(map[string]string, strings.Count(text, "\n"))
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		if i := strings.LastIndexByte(line, '\t'); i > 0 {
			m[line[:i]] = line[i+1:]
		}
		text = rest
	}
	return m
}

func ruleText(m map[string]Rule) string {
	l := make([]string, 0, len(m))
	for k, v := range m {
		l = append(l, k+"\t"+strconv.Itoa(v.Cut)+"\t"+v.Add+"\n")
	}
	sort.Strings(l)
	return strings.Join(l, "")
}

func ruleMap(text string) map[string]Rule {
	m := make(map[string]Rule, strings.Count(text, "\n"))
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		if f := strings.Split(line, "\t"); len(f) == 4 {
			n, _ := strconv.Atoi(f[2])
			m[f[0]+"\t"+f[1]] = Rule{n, f[3]}
		}
		text = rest
	}
	return m
}
