package annotation

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strconv"
	"strings"

	"faultline/schema"
)

// readPortal reads the sentences that were annotated for this project in
// reports that are not part of it: a line has the report's id, where the
// sentence lies in its text (bytes), the sentence's checksum, and its items.
// The texts come from the reports. A sentence that is not there as it was is
// an error that names the line.
func readPortal(annotations, reports io.Reader) ([]Sentence, error) {
	type report struct{ ID, Published, Text string }
	texts := map[string]report{}
	for dec := json.NewDecoder(reports); ; {
		var r report
		if err := dec.Decode(&r); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("report after %d others: %w", len(texts), err)
		}
		texts[r.ID] = r
	}
	var list []Sentence
	lines := bufio.NewScanner(annotations)
	for n := 1; lines.Scan(); n++ {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		col := strings.Split(lines.Text(), "\t")
		if len(col) < 3 {
			return nil, fmt.Errorf("line %d: want report, place, checksum and items", n)
		}
		r := texts[col[0]]
		sentence, ok := part(r.Text, col[1])
		if sum := fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(sentence))); !ok || sum != col[2] {
			return nil, fmt.Errorf("line %d: report %s does not have this sentence at %s", n, col[0], col[1])
		}
		a := Sentence{ID: "portal-" + strconv.Itoa(n), Doc: r.ID, Published: r.Published, Text: sentence}
		for _, c := range col[3:] {
			it, err := readItem(sentence, c)
			if err != nil {
				return nil, fmt.Errorf("line %d: item %q: %w", n, c, err)
			}
			a.Items = append(a.Items, it)
		}
		list = append(list, a)
	}
	return list, lines.Err()
}

// readItem reads an item: type, status, "core" or "maybe", and the places of
// initiators, recipients and trigger in the sentence, such as
// "ASSAULT asserted core 0-7 20-25,30-38 8-16"; "-" is nobody.
func readItem(sentence, text string) (Item, error) {
	f := strings.Fields(text)
	if len(f) != 6 {
		return Item{}, fmt.Errorf("want six fields, got %d", len(f))
	}
	it := Item{Type: schema.EventType(f[0]), Status: schema.Status(f[1]), Core: f[2] == "core"}
	if !slices.Contains(schema.EventTypes(), it.Type) {
		return it, fmt.Errorf("there is no type %s", f[0])
	}
	var parts [3][]Named
	for n := range parts {
		if f[3+n] == "-" {
			continue
		}
		for place := range strings.SplitSeq(f[3+n], ",") {
			words, ok := part(sentence, place)
			if !ok {
				return it, fmt.Errorf("%s does not lie in the sentence", place)
			}
			parts[n] = append(parts[n], Named{Text: words, Name: words})
		}
	}
	it.Initiators, it.Recipients = parts[0], parts[1]
	if len(parts[2]) == 1 {
		it.Trigger = parts[2][0].Text
	}
	return it, nil
}

// part is the part of a text at a place such as "12-20", and false where
// there is none.
func part(text, place string) (string, bool) {
	from, to, _ := strings.Cut(place, "-")
	a, err := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	if err != nil || err2 != nil || a < 0 || b <= a || b > len(text) {
		return "", false
	}
	return text[a:b], true
}
