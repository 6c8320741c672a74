package export

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"faultline/graph"
	"faultline/schema"
)

// DOT (https://graphviz.org/) and Mermaid (https://mermaid.js.org/): a
// picture of the heaviest bonds. Conflict is a solid line, cooperation a
// broken one, so that both can be told apart in grey; the number is that of
// events.

// DOT writes the picture and returns how many lines it has.
func DOT(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	n, err := netOf(ctx, r, s)
	if err != nil {
		return 0, err
	}
	bonds, actors := n.few()
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, "digraph faultline {")
	fmt.Fprintln(w, `  graph [overlap=false, splines=true, fontname="Helvetica"];`)
	fmt.Fprintln(w, `  node [shape=box, style=rounded, fontname="Helvetica", fontsize=11];`)
	fmt.Fprintln(w, `  edge [fontname="Helvetica", fontsize=9];`)
	for _, a := range actors {
		fmt.Fprintf(w, "  %s [label=%s];\n", dotQuote(string(a.ID)), dotQuote(a.Name))
	}
	heaviest := 1
	if len(bonds) > 0 {
		heaviest = bonds[0].events
	}
	for _, b := range bonds {
		look := `color="#2a6f97", fontcolor="#2a6f97", style=dashed`
		if b.hostile {
			look = `color="#9b2226", fontcolor="#9b2226", style=solid`
		}
		width := 1 + 3*float64(b.events)/float64(heaviest)
		fmt.Fprintf(w, "  %s -> %s [label=\"%s %d\", penwidth=%.2f, %s];\n", dotQuote(string(b.from)), dotQuote(string(b.to)), b.chief(), b.events, width, look)
	}
	fmt.Fprintln(w, "}")
	return len(bonds), w.Flush()
}

// dotQuote makes a quoted ID of DOT. A backslash would begin an escape of
// labels.
func dotQuote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ", "\x00", "").Replace(text) + `"`
}

// Mermaid writes the picture and returns how many lines it has.
func Mermaid(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	n, err := netOf(ctx, r, s)
	if err != nil {
		return 0, err
	}
	bonds, actors := n.few()
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, "graph LR")
	number := map[schema.ActorID]int{}
	for i, a := range actors {
		number[a.ID] = i
		fmt.Fprintf(w, "  n%d[\"%s\"]\n", i, mermaidText(a.Name))
	}
	for _, b := range bonds {
		arrow := "-.->"
		if b.hostile {
			arrow = "-->"
		}
		fmt.Fprintf(w, "  n%d %s|\"%s %d\"| n%d\n", number[b.from], arrow, b.chief(), b.events, number[b.to])
	}
	return len(bonds), w.Flush()
}

// mermaidText writes text that stands between quotes: whatever could end or
// change it becomes an entity code.
func mermaidText(text string) string {
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
