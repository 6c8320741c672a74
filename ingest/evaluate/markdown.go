package evaluate

import (
	"fmt"
	"strings"
)

// File is the score of one annotated file; one of the two is set.
type File struct {
	Name      string         `json:"name"`
	Sentences *SentenceScore `json:"sentences,omitempty"`
	Documents *DocumentScore `json:"documents,omitempty"`
}

// Scores parts files by their form.
func Scores(files []File) (sentences []SentenceScore, documents []DocumentScore) {
	for _, f := range files {
		if f.Sentences != nil {
			sentences = append(sentences, *f.Sentences)
		}
		if f.Documents != nil {
			documents = append(documents, *f.Documents)
		}
	}
	return sentences, documents
}

// Markdown writes the scores as tables: per file, per type, and how far
// confidence can be trusted.
func Markdown(files []File) string {
	var b strings.Builder
	sentences, documents := Scores(files)
	if len(sentences) > 0 {
		all := Together(sentences)
		fmt.Fprintln(&b, "| sentences | texts | core events | claims | precision | recall | F1 | quad F1 | dyad F1 | claims where nothing is | status | speaker |")
		fmt.Fprintln(&b, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
		line := func(name string, s SentenceScore) {
			fmt.Fprintf(&b, "| %s | %d | %d | %d | %.3f | %.3f | **%.3f** | %.3f | %.3f | %s | %s | %s |\n", name, s.Sentences, s.CoreItems, s.Predictions,
				s.Full.Precision(), s.Full.Recall(), s.Full.F1(), s.Quad.F1(), s.Dyad.F1(), s.Silent, s.Status, s.Speaker)
		}
		for _, f := range files {
			if f.Sentences != nil {
				line(f.Name, *f.Sentences)
			}
		}
		if len(sentences) > 1 {
			line("together", all)
		}
		byType(&b, "type, in sentences", all.ByType)
		fmt.Fprint(&b, "\n| confidence | claims | mean | share right |\n|---|--:|--:|--:|\n")
		for _, n := range all.Bins {
			fmt.Fprintf(&b, "| %.1f–%.1f | %d | %.2f | %.2f |\n", n.From, n.To, n.Of, n.Mean, n.Value())
		}
		fmt.Fprint(&b, "\n| least confidence | claims | precision | recall | F1 |\n|---|--:|--:|--:|--:|\n")
		for i, p := range all.Curve {
			if i%2 == 0 {
				fmt.Fprintf(&b, "| %.1f | %d | %.3f | %.3f | %.3f |\n", p.Confidence, p.Predicted, p.Precision(), p.Recall(), p.F1())
			}
		}
	}
	if len(documents) > 0 {
		if len(sentences) > 0 {
			fmt.Fprintln(&b)
		}
		fmt.Fprintln(&b, "| documents | texts | core events | claims | precision | recall | F1 | date | place | speaker | status |")
		fmt.Fprintln(&b, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
		line := func(name string, d DocumentScore) {
			fmt.Fprintf(&b, "| %s | %d | %d | %d | %.3f | %.3f | **%.3f** | %s | %s | %s | %s |\n", name, d.Documents, d.CoreEvents, d.Predictions,
				d.Events.Precision(), d.Events.Recall(), d.Events.F1(), d.Date, d.Place, d.Speaker, d.Status)
		}
		for _, f := range files {
			if f.Documents != nil {
				line(f.Name, *f.Documents)
			}
		}
		all := TogetherDocuments(documents)
		if len(documents) > 1 {
			line("together", all)
		}
		byType(&b, "type, in documents", all.ByType)
	}
	return b.String()
}

func byType(b *strings.Builder, title string, rows []Row) {
	fmt.Fprintf(b, "\n| %s | precision | | recall | | F1 |\n|---|--:|--:|--:|--:|--:|\n", title)
	for _, r := range rows {
		fmt.Fprintf(b, "| %s | %.2f | %d/%d | %.2f | %d/%d | %.2f |\n", r.Name, r.Precision(), r.Right, r.Predicted,
			r.Recall(), r.Found, r.Core, r.F1())
	}
}

// Replace puts body between the lines "<!-- name -->" and "<!-- /name -->" of
// a Markdown document.
func Replace(document, name, body string) (string, error) {
	open, shut := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, ok := strings.Cut(document, open)
	_, after, closed := strings.Cut(rest, shut)
	if !ok || !closed {
		return "", fmt.Errorf("no lines %q and %q with the tables between them", strings.TrimSpace(open), shut)
	}
	return before + open + "\n" + strings.TrimSpace(body) + "\n\n" + shut + after, nil
}
