package place

// Cue tells how the text introduces a name.
type Cue string

// The cues. A name of a town without one is as likely a person, an outlet or
// an attribute as the scene of an act.
const (
	CueNone      Cue = ""
	CueIn        Cue = "in"        // in, inside, within, across, throughout
	CueAt        Cue = "at"        // at, on, over
	CueNear      Cue = "near"      // near, around, outside, off, the outskirts of, north of
	CueFrom      Cue = "from"      // from, out of
	CueOrigin    Cue = "origin"    // "two men from Homs": where people come from
	CueTo        Cue = "to"        // to, into, toward, for
	CueUnit      Cue = "unit"      // "the town of Tabqa", "Idlib province", "Handarat camp"
	CueOf        Cue = "of"        // of
	CueObject    Cue = "object"    // "captured Mosul", "cross the Aegean Sea"
	CueAttribute Cue = "attribute" // "Damascus-based", "Tehran-backed"
	CueContainer Cue = "container" // the Austria of "Vienna, Austria", the Syria of "Syria's Idlib"
)

// Locative tells whether the cue says that something is or happens there.
func (c Cue) Locative() bool {
	switch c {
	case CueIn, CueAt, CueNear, CueUnit:
		return true
	}
	return false
}

// Mention is a name in a text that is the name of one or more places.
type Mention struct {
	// Start and End are byte offsets, End exclusive; an article and a word for
	// the unit are part of the mention ("al-Raqqa", "Idlib province"), a
	// possessive 's is not.
	Start, End int
	Cue        Cue
	// Unit is the kind that a word beside the name gives: Province for "Idlib
	// province", Town for "the city of Idlib"; "" if none.
	Unit Kind
	// Country is the alpha-3 code of the country that the text itself puts
	// beside the name ("Vienna, Austria"; "Syria's Idlib"), "" if none.
	Country string
	// Part is set when the name seems to be a part of a longer one: "the
	// Washington Post", "Michael Jordan".
	Part bool
	// Weak is set when the name is mostly something else than a place ("Reading",
	// "Jordan" the person) or that of small towns only, and has no cue.
	Weak bool
	// Unlisted is set for a name that no list has and that the text calls a
	// town, district or camp, "the village of Haas", or that something is said
	// to be in, "fell in Haas". Resolve does not know it.
	Unlisted bool

	first, last int32 // tokens
	head        int32 // candidates
	article     bool
	plural      bool // one of "the provinces of Homs and Hama"
	upper       bool // all capitals
}

// Options choose what Find returns.
type Options struct {
	// Weak asks for weak mentions and parts of longer names as well.
	Weak bool
	// Unlisted asks for names that only the text itself calls places.
	Unlisted bool
}

// Find returns the mentions of places in a text in the order of their
// position, without overlaps; of names that start at one word the longest
// wins. Only capitalised words match, save for directions ("southern
// Lebanon") and units ("Gaza strip"). Time is linear in the length of the
// text.
func (g *Gazetteer) Find(text string, opts Options) []Mention {
	var room [64]token
	f := finder{g: g, text: text}
	f.toks = f.scan(room[:0])
	for i := 0; i < len(f.toks); {
		m, next := f.match(i)
		if next == i && opts.Unlisted {
			if m, next = f.unlisted(i); next == i {
				m, next = f.located(i)
			}
		}
		if next == i {
			i++
			continue
		}
		f.all = append(f.all, m)
		i = next
	}
	if len(f.all) == 0 {
		return nil
	}
	f.relate()
	kept := f.all[:0]
	for i := range f.all {
		if m := &f.all[i]; opts.Weak || !m.Weak && !m.Part {
			kept = append(kept, *m)
		}
	}
	return kept
}

// gap is what stands between two words.
type gap uint8

const (
	gapOther gap = iota
	gapBlank
	gapHyphen
	gapDot   // "U.S."
	gapStop  // ". ": an abbreviation or the end of a sentence
	gapComma // ", "
)

type token struct {
	start, end, next int32 // next: behind a possessive 's
	gap              gap   // before it
	capital          bool
	upper            bool // all capitals
	class            class
	hash             uint64
}

// owned tells whether the word ends in a possessive 's.
func (t *token) owned() bool { return t.next > t.end }

type finder struct {
	g    *Gazetteer
	text string
	toks []token
	all  []Mention
}

func (f *finder) scan(toks []token) []token {
	last := 0
	for i := 0; i < len(f.text); {
		start, end, next := nextWord(f.text, i)
		if start < 0 {
			break
		}
		t := token{start: int32(start), end: int32(end), next: int32(next), gap: gapOf(f.text[last:start])}
		if last == 0 {
			t.gap = gapOther
		}
		t.capital, t.upper = casing(f.text[start:end])
		var buf [maxWord]byte
		w := foldWord(f.text[start:end], buf[:0])
		t.hash = hashWord(w)
		t.class = classes[string(w)]
		toks = append(toks, t)
		i, last = next, next
	}
	return toks
}

func gapOf(s string) gap {
	switch s {
	case " ", "\n", "  ":
		return gapBlank
	case "-", "‑", "‐", "–":
		return gapHyphen
	case ".":
		return gapDot
	case ". ":
		return gapStop
	case ", ", ",":
		return gapComma
	}
	return gapOther
}

// casing looks at the first letter, and at all of them.
func casing(w string) (capital, upper bool) {
	upper = true
	for i := 0; i < len(w); i++ {
		c := w[i]
		if c >= 'a' && c <= 'z' {
			upper = false
		}
		if i == 0 && c >= 'A' && c <= 'Z' {
			capital = true
		}
		if i == 0 && c >= 0x80 { // É, Š and Ş: two bytes whose lower case differs
			r := []rune(w[:min(len(w), 4)])[0]
			capital = r != 'ʿ' && isUpper(r)
		}
	}
	return capital, upper
}

// match finds the longest name that starts at token i. next is i when there
// is none.
func (f *finder) match(i int) (Mention, int) {
	t := &f.toks[i]
	j := i
	if t.class == classArticle && i+1 < len(f.toks) {
		n := &f.toks[i+1]
		if n.gap == gapHyphen || n.gap == gapBlank && n.capital && (t.capital || f.al(i)) {
			if m, next := f.from(i, i+1, true); next > i {
				return m, next
			}
		}
	}
	if !t.capital && t.class != classDirection {
		return Mention{}, i
	}
	if t.class == classNationality || t.class == classTime {
		return Mention{}, i
	}
	return f.from(i, j, false)
}

// from matches names whose first word is token j; start is token i.
func (f *finder) from(i, j int, article bool) (Mention, int) {
	var (
		h     uint64
		best  int
		head  int32
		words int
		caps  bool
	)
	for k := j; k < len(f.toks) && words < maxWords; k++ {
		t := &f.toks[k]
		if k > j {
			switch t.gap {
			case gapBlank, gapHyphen:
			case gapDot: // U.S.
				if t.end-t.start > 1 {
					k = len(f.toks)
					continue
				}
			case gapStop: // St. Petersburg
				if p := &f.toks[k-1]; p.end-p.start > 2 || words > 1 {
					k = len(f.toks)
					continue
				}
			case gapComma: // Washington, D.C.
				if t.end-t.start > 2 || !t.upper {
					k = len(f.toks)
					continue
				}
			default:
				k = len(f.toks)
				continue
			}
			if f.toks[k-1].owned() && words > 0 && t.gap != gapBlank {
				break
			}
			if t.class == classArticle && k+1 < len(f.toks) {
				continue
			}
		}
		words++
		caps = caps || t.capital
		s := f.g.names.at(join(h, t.hash))
		if s.hash == 0 {
			// "in Syrias Idlib": the apostrophe is lost.
			if n := f.plural(h, k); n != 0 && caps {
				best, head = k+1, n
			}
			break
		}
		h = join(h, t.hash)
		if s.head != 0 && caps && (t.capital || t.class != classNone || words > 1) {
			if n := f.usable(s.head, i, k, article, words); n != 0 {
				best, head = k+1, n
			}
		}
		if !s.more {
			break
		}
	}
	if best == 0 {
		return Mention{}, i
	}
	m := Mention{
		Start: int(f.toks[i].start), End: int(f.toks[best-1].end),
		first: int32(i), last: int32(best - 1), head: head, article: article,
		upper: f.toks[best-1].upper,
	}
	return m, best
}

// usable returns head when one of the candidates may stand for the name as it
// is written, else 0.
func (f *finder) usable(head int32, i, k int, article bool, words int) int32 {
	if words == 1 {
		t := &f.toks[k]
		var buf [maxWord]byte
		w := foldWord(f.text[t.start:t.end], buf[:0])
		if c := f.g.stop[string(w)]; !article && (c == stopNever || c == stopWeak && t.upper && len(w) > 2) {
			return 0 // SANA the agency
		}
	}
	hyphen := f.toks[min(i+1, k)].gap == gapHyphen
	for n := head; n != 0; n = f.g.names.items[n-1].next {
		it := &f.g.names.items[n-1]
		switch {
		case it.upper && words == 1 && !f.toks[k].upper: // "us" is not the US
		case !article:
			if !it.bound {
				return head
			}
		case it.bound || hyphen:
			return head
		default: // "Al Raqqa", but not "Al Gore"
			if arabic(f.g.records[it.place].country) {
				return head
			}
		}
	}
	return 0
}

// plural looks a word up without its final s. Only well-known places count.
func (f *finder) plural(h uint64, k int) int32 {
	t := &f.toks[k]
	if !t.capital || t.end-t.start < 5 || f.text[t.end-1] != 's' || t.owned() || h != 0 {
		return 0
	}
	var buf [maxWord]byte
	if f.g.stop[string(foldWord(f.text[t.start:t.end], buf[:0]))] != 0 { // Hamas
		return 0
	}
	w := foldWord(f.text[t.start:t.end-1], buf[:0])
	if f.g.stop[string(w)] != 0 {
		return 0
	}
	s := f.g.names.at(join(h, hashWord(w)))
	for n := s.head; n != 0; n = f.g.names.items[n-1].next {
		if r := &f.g.records[f.g.names.items[n-1].place]; r.written && !f.g.names.items[n-1].bound {
			return s.head
		}
	}
	return 0
}

// arabic lists the countries whose place names have Arabic articles.
func arabic(country string) bool {
	switch country {
	case "SYR", "IRQ", "LBN", "PSE", "ISR", "JOR", "SAU", "YEM", "OMN", "ARE", "QAT", "BHR", "KWT", "EGY", "LBY", "TUN", "DZA", "MAR", "SDN", "ESH",
		"MRT", "IRN":
		return true
	}
	return false
}

// unlisted finds a name at token i that no list has, behind "village of" or
// before "village". next is i when there is none.
func (f *finder) unlisted(i int) (Mention, int) {
	const most = 2 // lists lose their commas
	if i == 0 || f.toks[i].upper && f.toks[i].end-f.toks[i].start > 1 || unplaced[f.text[f.toks[i].start:f.toks[i].end]] {
		return Mention{}, i
	}
	behind := i > 1 && f.toks[i-1].class == classOf && f.toks[i].gap == gapBlank && f.settles(i-2) &&
		(f.toks[i-2].class != classTown || !f.toks[i-2].capital)
	j, named := i, 0
	for j < len(f.toks) && named < most {
		t := &f.toks[j]
		if j > i && t.gap != gapBlank && t.gap != gapHyphen || t.class == classTime || t.class == classNationality {
			break
		}
		if t.class == classArticle && j+1 < len(f.toks) && f.toks[j+1].capital {
			j++
			named = most - 1 // its word is the last
			continue
		}
		sheikh := behind && j == i && t.class == classTitle && j+1 < len(f.toks) && f.toks[j+1].capital // "the village of Sheikh Miskin"
		if !t.capital || t.upper && t.end-t.start > 2 || t.class != classNone && t.class != classArticle && !sheikh {
			break
		}
		if j > i && (named > 1 || !landscape[f.text[f.toks[i].start:f.toks[i].end]]) {
			if _, next := f.match(j); next > j {
				break
			}
		}
		j++
		named++
		if t.owned() {
			break
		}
	}
	if named == 0 {
		return Mention{}, i
	}
	if !behind {
		// "in Haas village", "the Marjeh district"
		if j >= len(f.toks) || f.toks[j].gap != gapBlank || f.toks[j].capital || f.toks[j-1].owned() || !f.settles(j) ||
			f.toks[j].class == classCamp || j-i > 3 {
			return Mention{}, i
		}
		before := i - 1
		if before > 0 && f.toks[before].class == classDirection && f.toks[before].gap == gapBlank {
			before-- // "the southern Marjeh district"
		}
		switch f.toks[before].class {
		case classIn, classAt, classNear, classFrom, classTo, classOf, classThe, classAnd, classVerb:
		default:
			// "in Aleppo's Marjeh district"
			if n := len(f.all); n == 0 || int(f.all[n-1].last) != i-1 {
				return Mention{}, i
			}
		}
		if f.toks[i].gap != gapBlank {
			return Mention{}, i
		}
	}
	return Mention{
		Start: int(f.toks[i].start), End: int(f.toks[j-1].end), Unlisted: true,
		first: int32(i), last: int32(j - 1),
	}, j
}

// al tells whether token i is the Arabic article and no English word.
func (f *finder) al(i int) bool {
	t := &f.toks[i]
	w := f.text[t.start:t.end]
	return w == "al" || w == "el"
}

// located finds a name at token i that no list has and that something is said
// to be in: "in Labweh", "on the outskirts of Tell Sawwan". next is i when
// there is none.
func (f *finder) located(i int) (Mention, int) {
	if i == 0 {
		return Mention{}, i
	}
	put := f.within(i)
	if !put && (f.toks[i-1].class != classAt || f.toks[i].gap != gapBlank) {
		return Mention{}, i
	}
	j, named, article := i, 0, false
	for ; j < len(f.toks); j++ {
		t := &f.toks[j]
		if j > i && t.gap != gapBlank && t.gap != gapHyphen || j > i && f.toks[j-1].owned() {
			break
		}
		if t.class == classArticle && j+1 < len(f.toks) && f.toks[j+1].capital && (f.al(j) || f.toks[j+1].gap == gapHyphen) {
			article = true
			continue
		}
		if !t.capital || t.class == classTime && named > 0 {
			break
		}
		var buf [maxWord]byte
		if unplaced[f.text[t.start:t.end]] {
			return Mention{}, i
		}
		if named++; named > 2 || t.class != classNone && (named < 2 || t.class != classArea) || t.upper || !article && f.g.stop[string(foldWord(f.text[t.start:t.end], buf[:0]))] != 0 && !landscape[f.text[t.start:t.end]] {
			return Mention{}, i
		}
	}
	if !put && !f.appositive(j) {
		return Mention{}, i
	}
	if named == 0 || f.toks[j-1].owned() || !article && !landscape[f.text[f.toks[i].start:f.toks[i].end]] && !f.rests(j) {
		return Mention{}, i
	}
	return Mention{
		Start: int(f.toks[i].start), End: int(f.toks[j-1].end), Unlisted: true,
		first: int32(i), last: int32(j - 1),
	}, j
}

// appositive tells whether the words from token j on call the name before them
// a settlement: "at Jeb Kussa, a small village".
func (f *finder) appositive(j int) bool {
	if j >= len(f.toks) || f.toks[j].gap == gapStop || f.toks[j].class != classThe {
		return false
	}
	for j++; j < len(f.toks) && (f.toks[j].class == classSkip || f.toks[j].class == classDirection || f.toks[j].class == classNationality); j++ {
	}
	return j < len(f.toks) && f.toks[j].class == classTown
}

// landscape are words that names of places in the Middle East start with.
var landscape = map[string]bool{
	"Wadi": true, "Tell": true, "Tel": true, "Tal": true, "Tall": true, "Kafr": true, "Kafar": true, "Kfar": true, "Khan": true, "Deir": true,
	"Bir": true, "Beer": true, "Jabal": true, "Jebel": true, "Ain": true, "Ayn": true, "Beit": true, "Bayt": true, "Ras": true, "Qalaat": true,
	"Khirbet": true, "Khirbat": true, "Marj": true, "Nahr": true, "Maarat": true, "Maaret": true, "Umm": true, "Bab": true, "Karam": true,
}

// unplaced are capitalised words that things are said to be in without being
// places.
var unplaced = map[string]bool{
	"Arabic": true, "Chemistry": true, "Clashes": true, "Congress": true, "Economic": true, "Economics": true, "English": true, "Formula": true,
	"French": true, "Hebrew": true, "Kurdish": true, "Literature": true, "Medicine": true, "Motion": true, "Nature": true, "Operation": true,
	"Parliament": true, "Persian": true, "Physics": true, "Physiology": true, "Resolution": true, "Russian": true, "Science": true,
	"Sciences": true, "Turkish": true, "Facebook": true, "Twitter": true, "Ahrar": true, "Faylaq": true, "Harakat": true, "Hayat": true,
	"Fatah": true, "Jund": true, "Failaq": true, "Jabhat": true, "Jaish": true, "Jaysh": true, "Liwa": true, "Nusra": true, "Qaeda": true, "Qaida": true, "Shabaab": true,
}

// within tells whether the words before token i put something in, near or at
// the edge of what it names.
func (f *finder) within(i int) bool {
	for k := i - 1; k >= 0 && k > i-4; k-- {
		if f.toks[k+1].gap != gapBlank {
			return false
		}
		switch t := &f.toks[k]; t.class {
		case classAt:
			return k == i-1 && f.text[t.start:t.end] == "at" && f.toks[i].class == classArticle
		case classIn, classNear:
			if k > 0 && f.toks[k-1].capital && t.gap == gapBlank && !f.sentenceStart(k-1) && f.toks[k-1].class != classTime {
				return false // a headline, where every word has a capital
			}
			w := f.text[t.start:t.end]
			return w == "in" || w == "near" || w == "In" || w == "Near" || w == "inside"
		case classOf:
			return f.edge(k - 1)
		case classSkip, classDirection:
		default:
			return false
		}
	}
	return false
}

// rests tells whether what stands from token j on does not belong to the
// name before it: the text ends or pauses, or goes on with a preposition, a
// day or a new clause.
func (f *finder) rests(j int) bool {
	if j >= len(f.toks) || f.toks[j].gap != gapBlank && f.toks[j].gap != gapHyphen {
		return true
	}
	switch t := &f.toks[j]; t.class {
	case classIn, classAt, classNear, classFrom, classTo, classAnd, classThe, classTime:
		return t.gap == gapBlank
	default:
		return t.gap == gapBlank && follows[f.text[t.start:t.end]]
	}
}

// follows are words behind which no name goes on.
var follows = map[string]bool{
	"after": true, "as": true, "before": true, "by": true, "when": true, "where": true, "which": true, "while": true, "with": true, "who": true,
	"during": true, "since": true, "until": true, "but": true, "is": true, "was": true, "were": true, "are": true, "has": true, "have": true,
	"had": true, "will": true, "according": true, "late": true, "early": true, "last": true, "this": true, "today": true, "yesterday": true,
	"overnight": true, "that": true, "it": true, "he": true, "they": true, "we": true, "killing": true, "wounding": true, "injuring": true,
	"leaving": true, "causing": true, "province": true, "countryside": true,
}

// settles reports whether token i is a noun for a settlement or a part of one.
func (f *finder) settles(i int) bool {
	t := &f.toks[i]
	switch t.class {
	case classTown, classCamp:
		return true
	case classArea:
		switch f.text[t.start:t.end] {
		case "district", "area", "areas", "suburb", "suburbs", "region", "checkpoint", "crossing", "hill", "hills", "crossroads", "junction",
			"farm", "farms", "road", "highway", "valley":
			return true
		}
	case classEdge:
		w := f.text[t.start:t.end]
		return w == "suburb" || w == "suburbs"
	}
	return false
}
