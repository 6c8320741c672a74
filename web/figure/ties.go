package figure

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"faultline/queries"
	"faultline/schema"
)

// Ties are actors and what is between them, to be drawn, or written as text
// for Graphviz or Mermaid.
type Ties struct {
	Title, Note string
	Key         string // tells what the lines are; "" for conflict and cooperation
	Edges       []Edge // the heaviest first

	side map[schema.ActorID]int // of a pair: below 0 that of the first, above 0 that of the other
}

// Edge is what is between two actors.
type Edge struct {
	From, To queries.ActorRef
	Mutual   bool // it has no direction
	Sign     queries.Sign
	Weight   int    // events
	Label    string // "" writes the weight
}

func (e *Edge) label() string {
	if e.Label != "" {
		return e.Label
	}
	return fmt.Sprint(e.Weight)
}

// Acts sums up events by who acts on whom; most is how many edges are kept.
// What two do together goes in no direction.
func Acts(title string, events []queries.EventRef, most int) Ties {
	type pair struct {
		from, to schema.ActorID
		mutual   bool
		sign     queries.Sign
	}
	count, names, side := map[pair]int{}, map[schema.ActorID]queries.ActorRef{}, map[schema.ActorID]int{}
	add := func(from, to queries.ActorRef, mutual bool, sign queries.Sign) {
		if from.ID == to.ID {
			return
		}
		if mutual && to.ID < from.ID {
			from, to = to, from
		}
		names[from.ID], names[to.ID] = from, to
		count[pair{from.ID, to.ID, mutual, sign}]++
	}
	for _, e := range events {
		sign := queries.Friend
		if e.Quad.Hostile() {
			sign = queries.Foe
		}
		toward := map[queries.Direction]int{queries.AToB: 1, queries.BToA: -1}[e.Direction]
		for _, to := range e.Recipients {
			side[to.ID] += toward
		}
		for i, from := range e.Initiators {
			side[from.ID] -= toward
			for _, to := range e.Recipients {
				add(from, to, false, sign)
			}
			if len(e.Recipients) == 0 {
				for _, to := range e.Initiators[:i] {
					add(from, to, true, sign)
				}
			}
		}
	}
	pairs := slices.SortedFunc(maps.Keys(count), func(a, b pair) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.sign, b.sign))
	})
	t := Ties{Title: title, Note: fmt.Sprintf("%d events, by who acts on whom", len(events)), side: side}
	if len(pairs) > most {
		t.Note += fmt.Sprintf("; the %d heaviest of %d ties", most, len(pairs))
		pairs = pairs[:most]
	}
	for _, p := range pairs {
		t.Edges = append(t.Edges, Edge{From: names[p.from], To: names[p.to], Mutual: p.mutual, Sign: p.sign, Weight: count[p]})
	}
	return t
}

// Neighbours are the ties of a network.
func Neighbours(n queries.Network) Ties {
	t := Ties{Title: n.Of.Name, Note: "ties: cooperative + hostile events"}
	for _, x := range n.Ties {
		good, bad := x.Cooperation.Total(), x.Conflict.Total()
		t.Edges = append(t.Edges, Edge{From: n.Of, To: x.With, Mutual: true, Sign: x.Sign, Weight: good + bad, Label: fmt.Sprintf("%d + %d", good, bad)})
	}
	return t
}

// Strained are the relations of a ranking.
func Strained(title string, s queries.Strain) Ties {
	t := Ties{Title: title, Note: "surprise R, and hostile events", Key: "arrows: who acts; dotted: a crack between partners; the heavier, the more hostile events"}
	if s.Rank == queries.ByLevel {
		t.Note = "level of hostility, 0 to 10, and hostile events"
	}
	for _, r := range s.Rows {
		e := Edge{From: r.A, To: r.B, Mutual: r.Direction == queries.Mutual || r.Direction == "", Sign: queries.Foe, Weight: r.Hostile, Label: fmt.Sprintf("R %.1f, %d", r.Surprise, r.Hostile)}
		if s.Rank == queries.ByLevel {
			e.Label = fmt.Sprintf("%.1f, %d", r.Level, r.Hostile)
		}
		if r.Direction == queries.BToA {
			e.From, e.To = e.To, e.From
		}
		if r.Crack {
			e.Sign = queries.Mixed
			e.Label += ", crack"
		}
		t.Edges = append(t.Edges, e)
	}
	return t
}

// nodes are the actors, so that those who have to do with each other stand
// beside each other.
func (t *Ties) nodes() []queries.ActorRef {
	var list []queries.ActorRef
	var visit func(a queries.ActorRef)
	visit = func(a queries.ActorRef) {
		if slices.ContainsFunc(list, func(x queries.ActorRef) bool { return x.ID == a.ID }) {
			return
		}
		list = append(list, a)
		for _, e := range t.Edges {
			switch a.ID {
			case e.From.ID:
				visit(e.To)
			case e.To.ID:
				visit(e.From)
			}
		}
	}
	for _, e := range t.Edges {
		visit(e.From)
	}
	return list
}

// hub is the actor that most of the others have to do with, "" for none.
func (t *Ties) hub(n int) schema.ActorID {
	degree := map[schema.ActorID]map[schema.ActorID]bool{}
	add := func(a, b schema.ActorID) {
		if degree[a] == nil {
			degree[a] = map[schema.ActorID]bool{}
		}
		degree[a][b] = true
	}
	for _, e := range t.Edges {
		add(e.From.ID, e.To.ID)
		add(e.To.ID, e.From.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(degree)) {
		if n > 3 && 5*len(degree[id]) >= 3*(n-1) {
			return id
		}
	}
	return ""
}

// Draw places the actors on a circle.
func (t *Ties) Draw() *Figure {
	f := New(width, height, t.Title)
	f.Class = "chart"
	f.Caption = cmp.Or(t.Key, "solid: conflict; broken: cooperation; arrows: who acts; the heavier, the more events")
	f.Text("head", 14, 26, "start", Clip(t.Title, 90))
	f.Text("small", 14, 42, "start", t.Note)
	nodes := t.nodes()
	if len(nodes) == 0 {
		f.Text("name", 14, 66, "start", "Nothing.")
		return f
	}
	at, hub := t.columns(nodes), schema.ActorID("")
	if at == nil {
		at, hub = t.circle(nodes)
	}
	t.lines(f, at)
	for _, a := range nodes {
		p, name := at[a.ID], Clip(a.Name, 34)
		f.Circle("self", p.X, p.Y, 5)
		switch {
		case a.ID == hub:
			f.Text("name halo", p.X, p.Y-12, "middle", name)
		case math.Abs(p.X-mx) < 40:
			f.Text("name halo", p.X, p.Y+math.Copysign(14, p.Y-my)+4, "middle", name)
		case p.X > mx:
			f.Text("name halo", p.X+10, p.Y+4, "start", name)
		default:
			f.Text("name halo", p.X-10, p.Y+4, "end", name)
		}
	}
	return f
}

const width, height, mx, my = 960.0, 624.0, 480.0, 334.0

// circle places actors around the one that most have to do with, if there is
// one.
func (t *Ties) circle(nodes []queries.ActorRef) (at map[schema.ActorID]Point, hub schema.ActorID) {
	const rx, ry = 290.0, 240.0
	at, hub = map[schema.ActorID]Point{}, t.hub(len(nodes))
	if hub != "" {
		at[hub] = Point{mx, my}
	}
	around := slices.DeleteFunc(slices.Clone(nodes), func(a queries.ActorRef) bool { return a.ID == hub })
	for i, a := range around {
		angle := 2*math.Pi*float64(i)/float64(len(around)) - math.Pi/2
		if len(around) == 2 {
			angle += math.Pi / 2 // side by side
		}
		at[a.ID] = Point{mx + rx*math.Cos(angle), my + ry*math.Sin(angle)}
	}
	return at, hub
}

// columns places the sides of a pair opposite each other, those of most
// events in the middle; nil when there are no sides.
func (t *Ties) columns(nodes []queries.ActorRef) map[schema.ActorID]Point {
	weight, sides := map[schema.ActorID]int{}, [2][]queries.ActorRef{}
	for _, e := range t.Edges {
		weight[e.From.ID] += e.Weight
		weight[e.To.ID] += e.Weight
	}
	for _, a := range nodes {
		switch {
		case t.side[a.ID] < 0:
			sides[0] = append(sides[0], a)
		case t.side[a.ID] > 0:
			sides[1] = append(sides[1], a)
		case len(sides[0]) <= len(sides[1]):
			sides[0] = append(sides[0], a)
		default:
			sides[1] = append(sides[1], a)
		}
	}
	if len(t.side) == 0 || len(sides[0]) == 0 || len(sides[1]) == 0 {
		return nil
	}
	at := map[schema.ActorID]Point{}
	for k, list := range sides {
		slices.SortStableFunc(list, func(a, b queries.ActorRef) int { return cmp.Compare(weight[b.ID], weight[a.ID]) })
		step := min(90, 520/float64(len(list)))
		for i, a := range list {
			row := float64((i + 1) / 2) // 0, 1, 1, 2, 2 …: above and below by turns
			if i%2 == 1 {
				row = -row
			}
			if len(list)%2 == 0 {
				row += 0.5
			}
			at[a.ID] = Point{[]float64{250, width - 250}[k], my + step*row}
		}
	}
	return at
}

// lines draws the edges with their labels, those of one pair side by side.
func (t *Ties) lines(f *Figure, at map[schema.ActorID]Point) {
	type pair [2]schema.ActorID
	of := func(e *Edge) pair { return pair{min(e.From.ID, e.To.ID), max(e.From.ID, e.To.ID)} }
	all, most := map[pair]int{}, 1
	for i := range t.Edges {
		all[of(&t.Edges[i])]++
		most = max(most, t.Edges[i].Weight)
	}
	drawn := map[pair]int{}
	type label struct {
		path []Point
		text string
	}
	var labels []label
	for i := range t.Edges {
		e := &t.Edges[i]
		k := of(e)
		a, b := at[e.From.ID], at[e.To.ID]
		long := math.Hypot(b.X-a.X, b.Y-a.Y)
		if long == 0 {
			continue
		}
		ux, uy := (b.X-a.X)/long, (b.Y-a.Y)/long
		nx, ny := -uy, ux // to the side, the same for both directions
		if e.From.ID != k[0] {
			nx, ny = uy, -ux
		}
		aside := 16 * (float64(drawn[k]) - float64(all[k]-1)/2)
		drawn[k]++
		middle := Point{(a.X+b.X)/2 + nx*aside, (a.Y+b.Y)/2 + ny*aside}
		from, to := Point{a.X + ux*8, a.Y + uy*8}, Point{b.X - ux*8, b.Y - uy*8}
		class := fmt.Sprintf("tie-%s", e.Sign)
		if heavy := 1 + int(2.99*math.Sqrt(float64(e.Weight)/float64(most))); heavy > 1 {
			class += fmt.Sprintf("-%d", min(heavy, 3))
		}
		path := bend(from, middle, to)
		f.Line(class, path...)
		if !e.Mutual {
			// The head points as the line ends.
			c := Point{2*middle.X - (from.X+to.X)/2, 2*middle.Y - (from.Y+to.Y)/2}
			d := math.Hypot(to.X-c.X, to.Y-c.Y)
			vx, vy := (to.X-c.X)/d, (to.Y-c.Y)/d
			f.Area(string(e.Sign), to, Point{to.X - 9*vx - 4*vy, to.Y - 9*vy + 4*vx}, Point{to.X - 9*vx + 4*vy, to.Y - 9*vy - 4*vx})
		}
		labels = append(labels, label{path, e.label()})
	}
	var taken []span
	for _, a := range t.nodes() {
		p := at[a.ID]
		taken = append(taken, span{p.X - 7, p.Y - 7, p.X + 7, p.Y + 7})
	}
	for _, l := range labels {
		half := 2.8*float64(len([]rune(l.text))) + 2
		var best span
		least := math.Inf(1)
		for _, i := range []int{8, 6, 10, 5, 11, 4, 12, 3} { // from the middle outwards
			p := l.path[i]
			s, covered := span{p.X - half, p.Y - 7, p.X + half, p.Y + 6}, 0.0
			for _, x := range taken {
				covered += s.covers(x)
			}
			if covered < least {
				best, least = s, covered
			}
		}
		taken = append(taken, best)
		f.Rect("plate", best.left, best.top, best.right-best.left, best.bottom-best.top)
		f.Text("small", best.left+half, best.top+10.5, "middle", l.text)
	}
}

// bend is a curve from a point through another to a third.
func bend(from, through, to Point) []Point {
	c := Point{2*through.X - (from.X+to.X)/2, 2*through.Y - (from.Y+to.Y)/2}
	const steps = 16
	list := make([]Point, 0, steps+1)
	for i := range steps + 1 {
		s := float64(i) / steps
		list = append(list, Point{
			(1-s)*(1-s)*from.X + 2*s*(1-s)*c.X + s*s*to.X,
			(1-s)*(1-s)*from.Y + 2*s*(1-s)*c.Y + s*s*to.Y,
		})
	}
	return list
}

// DOT writes the ties for Graphviz. Conflict is a solid line and cooperation
// a broken one, so that they can be told apart in grey.
func (t *Ties) DOT(out io.Writer) error {
	quote := func(text string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ", "\x00", "").Replace(text) + `"`
	}
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "digraph faultline {\n  graph [label=%s, overlap=false, splines=true, fontname=\"Helvetica\"];\n", quote(t.Title+"\n"+t.Note))
	fmt.Fprintln(w, `  node [shape=box, style=rounded, fontname="Helvetica", fontsize=11];`)
	fmt.Fprintln(w, `  edge [fontname="Helvetica", fontsize=9];`)
	for _, a := range t.nodes() {
		fmt.Fprintf(w, "  %s [label=%s];\n", quote(string(a.ID)), quote(a.Name))
	}
	most := 1
	for _, e := range t.Edges {
		most = max(most, e.Weight)
	}
	for i := range t.Edges {
		e := &t.Edges[i]
		look := map[queries.Sign]string{queries.Foe: "solid", queries.Friend: "dashed", queries.Mixed: "dotted"}[e.Sign]
		color := quote(styleOf("tie-" + string(e.Sign)).stroke)
		direction := ""
		if e.Mutual {
			direction = ", dir=none"
		}
		fmt.Fprintf(w, "  %s -> %s [label=%s, penwidth=%.2f, color=%s, fontcolor=%s, style=%s%s];\n",
			quote(string(e.From.ID)), quote(string(e.To.ID)), quote(e.label()), 1+3*float64(e.Weight)/float64(most), color, color, look, direction)
	}
	fmt.Fprintln(w, "}")
	return w.Flush()
}

// Mermaid writes the ties for Markdown.
func (t *Ties) Mermaid(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, "graph LR")
	number := map[schema.ActorID]int{}
	for i, a := range t.nodes() {
		number[a.ID] = i
		fmt.Fprintf(w, "  n%d[\"%s\"]\n", i, entities(a.Name))
	}
	for i := range t.Edges {
		e := &t.Edges[i]
		line, end := "--", "-->"
		switch {
		case e.Sign != queries.Foe && e.Mutual:
			line, end = "-.", ".-"
		case e.Sign != queries.Foe:
			line, end = "-.", ".->"
		case e.Mutual:
			end = "---"
		}
		fmt.Fprintf(w, "  n%d %s \"%s\" %s n%d\n", number[e.From.ID], line, entities(e.label()), end, number[e.To.ID])
	}
	return w.Flush()
}

// entities writes text between quotes of Mermaid: whatever could end or
// change it becomes an entity code.
func entities(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < ' ' || r == 0x7f:
			b.WriteByte(' ')
		case strings.ContainsRune("\"#;%<>&`[]{}()|\\*_~", r):
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
