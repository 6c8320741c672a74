package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"faultline/ingest"
	"faultline/ingest/coding"

	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/schema"
)

// The stable form of a coded claim, one JSON object a line.
type (
	extractedClaim struct {
		Report     string             `json:"report"`
		Sentence   string             `json:"sentence"`
		Start      int                `json:"start"`
		End        int                `json:"end"`
		Type       schema.EventType   `json:"type"`
		Quad       schema.QuadClass   `json:"quad"`
		Intensity  float64            `json:"intensity"`
		Initiators []extractedActor   `json:"initiators"`
		Recipients []extractedActor   `json:"recipients"`
		Trigger    extractedSpan      `json:"trigger"`
		Status     schema.Status      `json:"status"`
		SaidBy     *extractedSpeaker  `json:"said_by"`
		Date       *string            `json:"date"`
		Precision  schema.Precision   `json:"precision"`
		Place      *extractedLocation `json:"place"`
		Confidence float64            `json:"confidence"`
		Reason     string             `json:"reason"`
	}
	extractedSpan struct {
		Text  string `json:"text"`
		Start int    `json:"start"`
		End   int    `json:"end"`
	}
	extractedActor struct {
		extractedSpan
		Actor schema.ActorID `json:"actor"`
		Name  string         `json:"name"`
	}
	extractedSpeaker struct {
		Text  string         `json:"text"`
		Actor schema.ActorID `json:"actor"`
		Name  string         `json:"name"`
	}
	extractedLocation struct {
		Text string         `json:"text"`
		ID   schema.PlaceID `json:"id"`
		Name string         `json:"name"`
	}
)

type extractOptions struct {
	inputFlags
	ownFlags
	pretty bool
	strict bool
	lines  bool
}

func newExtractCommand(a *app) *cobra.Command {
	var opts extractOptions
	cmd := &cobra.Command{
		Use:   "extract PATH…",
		Short: "Code reports without a store and print the claims",
		Long: `Codes the reports of the paths (as load reads them) and prints one JSON object a
line per claim. Offsets are bytes in the report's text. With --pretty it prints
for people: the sentence with its parts marked, and why each decision was taken.

Your own actors and words (actors.yaml and lexicon.yaml, see docs/actors.md) are
read on each run; with --lines they are read again as soon as they change, so that
rules can be tried out while you write them.`,
		Example: `  faultline extract --published 2024-11-24 article.txt --pretty
  echo "Russia asked Turkey to withdraw." | faultline extract --format text -
  faultline extract --lines --pretty --lexicon lexicon.yaml -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runExtract(cmd.Context(), a, opts, args)
		},
	}
	opts.inputFlags.register(cmd)
	opts.ownFlags.register(cmd)
	cmd.Flags().BoolVar(&opts.lines, "lines", false, "each line of standard input is a text of its own, coded at once; your files are read again when they change")
	cmd.Flags().BoolVar(&opts.pretty, "pretty", false, "print for people, with reasons")
	cmd.Flags().BoolVar(&opts.strict, "strict", false, "exit with code 3 when any input was skipped")
	return cmd
}

func runExtract(ctx context.Context, a *app, opts extractOptions, paths []string) error {
	if opts.lines {
		return runExtractLines(ctx, a, opts, paths)
	}
	in, err := opts.input(a, paths)
	if err != nil {
		return err
	}
	from, to, windowed, err := opts.window()
	if err != nil {
		return err
	}
	own, err := a.ownCoder(opts.ownFlags)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(a.stdout, 1<<16)
	print := printClaims(out)
	if opts.pretty {
		print = prettyClaims(out, newStyle(a.stdout))
	}
	skipped := 0
	coded, err := ingest.Extract(ctx, ingest.Extraction{
		Source: in.Read, Coder: own.code, Resolver: resolve.New(own.actors), Workers: opts.workers, Limit: opts.limit,
		From: from, To: to, Windowed: windowed,
		Coded: print,
		Skipped: func(s report.Skip) {
			skipped++
			fmt.Fprintln(a.stderr, "skipped", plain(s.String()))
		},
	})
	if err := errors.Join(err, out.Flush()); err != nil {
		return err
	}
	return loadOutcome(loadOptions{strict: opts.strict}, ingest.Summary{
		Reports: coded, Skipped: map[string]int{"": skipped},
	}, nil)
}

// runExtractLines codes each line of standard input when it comes.
func runExtractLines(ctx context.Context, a *app, opts extractOptions, paths []string) error {
	if len(paths) != 1 || paths[0] != "-" {
		return usageError("--lines reads standard input: want extract --lines -")
	}
	published := schema.NoDay
	if opts.published != "" {
		var err error
		if published, err = schema.ParseDay(opts.published); err != nil {
			return usageError("--published: %w", err)
		}
	}
	coder, err := a.freshCoder(opts.ownFlags, func(err error) { fmt.Fprintln(a.stderr, "kept what was read before:", plain(err.Error())) })
	if err != nil {
		return err
	}
	print := printClaims(a.stdout)
	if opts.pretty {
		print = prettyClaims(a.stdout, newStyle(a.stdout))
	}
	in := bufio.NewScanner(a.stdin)
	in.Buffer(nil, maxLine)
	for n := 1; in.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		r := report.Report{Key: fmt.Sprintf("line %d", n), Publisher: opts.publisher, Text: strings.ToValidUTF8(strings.TrimSpace(in.Text()), "\uFFFD")}
		if published != schema.NoDay {
			r.Published = published.Time()
		}
		if r.Text == "" {
			continue
		}
		coded := coder.code(coding.Document{Text: r.Text, Publisher: r.Publisher, Published: published})
		if err := print(r, coded.Claims); err != nil {
			return err
		}
		if opts.pretty && len(coded.Claims) == 0 {
			fmt.Fprintln(a.stdout, "no event")
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	return nil
}

// maxLine bounds a line of standard input, in bytes.
const maxLine = 1 << 20

// printClaims writes a JSON line per claim.
func printClaims(out io.Writer) func(report.Report, []coding.Claim) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return func(r report.Report, claims []coding.Claim) error {
		for _, c := range claims {
			if err := enc.Encode(extracted(r, c)); err != nil {
				return err
			}
		}
		return nil
	}
}

func extracted(r report.Report, c coding.Claim) extractedClaim {
	e := extractedClaim{
		Report: r.Key, Sentence: r.Text[c.Start:c.End], Start: c.Start, End: c.End,
		Type: c.Type, Quad: c.Type.Quad(), Intensity: c.Type.Intensity(),
		Initiators: extractedActors(c.Initiators), Recipients: extractedActors(c.Recipients),
		Trigger: extractedSpan{r.Text[c.Trigger.Start:c.Trigger.End], c.Trigger.Start, c.Trigger.End},
		Status:  c.Status, Precision: c.Precision, Confidence: c.Confidence, Reason: c.Reason,
	}
	if len(r.Coded) > 0 {
		if f, ok := r.Coded[0].Code.Facts(); ok {
			e.Quad, e.Intensity = f.Quad, f.Goldstein
		}
	}
	if c.Day != schema.NoDay {
		day := c.Day.String()
		e.Date = &day
	}
	if c.Speaker != nil {
		e.SaidBy = &extractedSpeaker{c.Speaker.Text, c.Speaker.Actor.ID, c.Speaker.Actor.Name}
	}
	if c.Place != nil {
		e.Place = &extractedLocation{c.Place.Text, c.Place.Place.ID, c.Place.Place.Name}
	}
	return e
}

func extractedActors(mentions []coding.Mention) []extractedActor {
	out := make([]extractedActor, len(mentions))
	for i, m := range mentions {
		out[i] = extractedActor{extractedSpan{m.Text, m.Start, m.End}, m.Actor.ID, m.Actor.Name}
	}
	return out
}

// prettyClaims writes each sentence that has claims, its parts marked, and
// below it the claims with their reasons.
func prettyClaims(out io.Writer, st style) func(report.Report, []coding.Claim) error {
	return func(r report.Report, claims []coding.Claim) error {
		if len(claims) == 0 {
			return nil
		}
		head := r.Key
		if r.Publisher != "" {
			head += " · " + r.Publisher
		}
		if !r.Published.IsZero() {
			head += " · " + r.Published.Format("2006-01-02")
		}
		fmt.Fprintln(out, st.bold(plain(head)))
		if r.Title != "" {
			fmt.Fprintln(out, plain(r.Title))
		}
		for i, c := range claims {
			if i == 0 || c.Start != claims[i-1].Start {
				same := i
				for same < len(claims) && claims[same].Start == c.Start {
					same++
				}
				fmt.Fprintf(out, "\n  %s\n", markedSentence(r.Text, claims[i:same], st))
			}
			fmt.Fprintf(out, "    %s\n", claimLine(c, st))
			fmt.Fprintf(out, "      %s\n", st.dim("why: "+plain(c.Reason)))
		}
		_, err := fmt.Fprintln(out)
		return err
	}
}

// claimLine tells a claim in one line.
func claimLine(c coding.Claim, st style) string {
	var b strings.Builder
	b.WriteString(st.bold(string(c.Type)) + "  " + names(c.Initiators))
	if len(c.Recipients) > 0 {
		b.WriteString(" → " + names(c.Recipients))
	}
	parts := []string{string(c.Status)}
	if c.Day != schema.NoDay {
		date := c.Day.String()
		if c.Precision != schema.PrecisionDay {
			date += " (" + string(c.Precision) + ")"
		}
		parts = append(parts, date)
	}
	if c.Place != nil {
		parts = append(parts, "at "+plain(c.Place.Place.Name))
	}
	if c.Speaker != nil {
		parts = append(parts, "said by "+plain(c.Speaker.Text))
	}
	parts = append(parts, fmt.Sprintf("confidence %.2f", c.Confidence))
	return b.String() + "   " + strings.Join(parts, " · ")
}

func names(mentions []coding.Mention) string {
	if len(mentions) == 0 {
		return "?"
	}
	list := make([]string, len(mentions))
	for i, m := range mentions {
		list[i] = plain(m.Text)
		if m.Actor.Name != "" && m.Actor.Name != m.Text {
			list[i] += " (" + plain(m.Actor.Name) + ")"
		}
	}
	return strings.Join(list, ", ")
}

// markedSentence marks the sides and triggers of all claims of a sentence:
// [actors], *triggers*.
func markedSentence(text string, claims []coding.Claim, st style) string {
	type mark struct {
		coding.Span
		open, close, code string
	}
	var marks []mark
	for _, c := range claims {
		marks = append(marks, mark{c.Trigger, "*", "*", "33"})
		for _, m := range append(slices.Clone(c.Initiators), c.Recipients...) {
			marks = append(marks, mark{m.Span, "[", "]", "36"})
		}
	}
	slices.SortStableFunc(marks, func(a, b mark) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	var b strings.Builder
	at, end := claims[0].Start, claims[0].End
	for _, m := range marks {
		if m.Start < at || m.End > end || m.End <= m.Start {
			continue // inside another mark, or of another sentence
		}
		b.WriteString(plain(text[at:m.Start]))
		word := plain(text[m.Start:m.End])
		if st.on {
			b.WriteString(st.wrap(m.code, word))
		} else {
			b.WriteString(m.open + word + m.close)
		}
		at = m.End
	}
	b.WriteString(plain(text[at:end]))
	return b.String()
}
