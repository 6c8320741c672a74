package queries_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/cayley"
	"faultline/graph/mem"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
)

var update = flag.Bool("update", false, "write what the scripts answer into testdata")

// stores are the back-ends that every script runs over.
func stores() map[string]func(t *testing.T) graph.Store {
	return map[string]func(t *testing.T) graph.Store{
		"cayley": func(t *testing.T) graph.Store {
			s, err := cayley.Open(filepath.Join(t.TempDir(), "store"), cayley.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
		"mem": func(*testing.T) graph.Store { return mem.New() },
	}
}

// TestScripts runs testdata/*.txt. A script has these lines, in any order:
//
//	actor ID KIND [COUNTRY] "NAME" [part_of=ID] [aligned=ID] [alias="…"]
//	DATE TYPE SIDE [> SIDE] @OUTLET [STATUS] [code=] [recorded=DATE] [retracted=DATE] [hash=] [said_by=ID] ["SENTENCE"]
//	eval QUESTION ARGUMENT…
//
// DATE is YYYY[-MM[-DD]] or "undated"; a SIDE lists ids between commas. What
// stands before an eval is written to the store as one batch. The answer
// follows its eval, each line behind a tab; go test -update writes it.
// Every answer is given twice: by the series that followed the writes, and
// by one that caught up from the store alone.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for name, open := range stores() {
		for _, file := range files {
			t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				store := open(t)
				defer store.Close()
				s := script{t: t, file: file, store: store}
				s.run()
			})
		}
	}
}

type script struct {
	t     *testing.T
	file  string
	line  int
	known int // event lines so far
	store graph.Store
	live  *series.Series
	batch graph.Batch
	out   strings.Builder
}

func (s *script) fatal(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("%s:%d: %s", s.file, s.line, fmt.Sprintf(format, args...))
}

func (s *script) run() {
	text, err := os.ReadFile(s.file)
	if err != nil {
		s.t.Fatal(err)
	}
	s.live, err = series.Open(filepath.Join(s.t.TempDir(), "series"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer s.live.Close()
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		s.line++
		line := lines.Text()
		if strings.HasPrefix(line, "\t") {
			continue // an old answer
		}
		fmt.Fprintln(&s.out, line)
		f := fields(line)
		switch {
		case len(f) == 0 || strings.HasPrefix(line, "#"):
		case f[0] == "actor":
			s.actor(f[1:])
		case f[0] == "eval":
			s.write()
			s.eval(f[1], f[2:])
		default:
			s.event(f)
		}
	}
	s.write()
	got := s.out.String()
	if *update {
		if err := os.WriteFile(s.file, []byte(got), 0o644); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	if got != string(text) {
		s.t.Errorf("%s: answers differ (go test -update writes them):\n%s", s.file, diff(string(text), got))
	}
}

// fields splits at spaces outside of quotes; quotes stay.
func fields(line string) []string {
	quoted := false
	return strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
}

func (s *script) actor(f []string) {
	a := schema.Actor{ID: schema.MakeActorID(f[0]), Kind: schema.ActorKind(f[1])}
	for _, x := range f[2:] {
		key, value, ok := strings.Cut(x, "=")
		value = strings.Trim(value, `"`)
		switch {
		case x[0] == '"':
			a.Name = strings.Trim(x, `"`)
		case !ok:
			a.Country = x
		case key == "part_of":
			a.PartOf = append(a.PartOf, schema.MakeActorID(value))
		case key == "aligned":
			a.AlignedWith = append(a.AlignedWith, schema.MakeActorID(value))
		case key == "alias":
			a.Aliases = append(a.Aliases, value)
		default:
			s.fatal("what is %s?", x)
		}
	}
	s.batch.Actors = append(s.batch.Actors, a)
}

func (s *script) date(text string) (schema.Day, schema.Precision) {
	if text == "undated" {
		return schema.NoDay, schema.PrecisionUnknown
	}
	precision := map[int]schema.Precision{4: schema.PrecisionYear, 7: schema.PrecisionMonth, 10: schema.PrecisionDay}[len(text)]
	day, err := schema.ParseDay((text + "-01-01")[:10])
	if err != nil {
		s.fatal("%v", err)
	}
	return day, precision
}

func side(text string) (list []schema.ActorID) {
	for _, id := range strings.Split(text, ",") {
		if id != "" {
			list = append(list, schema.MakeActorID(id))
		}
	}
	return list
}

func (s *script) event(f []string) {
	s.known++
	e := schema.Event{Type: schema.EventType(f[1]), Status: schema.Asserted}
	e.Day, e.Precision = s.date(f[0])
	c := schema.Claim{Status: schema.Asserted, Confidence: 1, Coder: "script 1",
		Recorded: time.Date(2026, 1, 1, 0, 0, s.known, 0, time.UTC)}
	r := schema.Report{Title: fmt.Sprintf("Report %d", s.known), URL: fmt.Sprintf("https://example.org/%d", s.known)}
	to := &e.Initiators
	for _, x := range f[2:] {
		key, value, ok := strings.Cut(x, "=")
		day := func() time.Time {
			d, _ := s.date(value)
			return d.Time()
		}
		switch {
		case x == ">":
			to = &e.Recipients
		case x[0] == '@':
			c.Name = x[1:]
			if id := schema.MakeActorID(x[1:]); slices.ContainsFunc(s.batch.Actors, func(a schema.Actor) bool { return a.ID == id }) {
				r.PublishedBy = id
			}
			to = nil
		case x[0] == '"':
			c.Sentence = strings.Trim(x, `"`)
		case ok && key == "code":
			e.Code, c.Code = schema.Code(value), schema.Code(value)
		case ok && key == "recorded":
			c.Recorded = day()
		case ok && key == "retracted":
			c.Retracted = day()
		case ok && key == "hash":
			r.Hash = value
		case ok && key == "said_by":
			c.SaidBy = schema.MakeActorID(value)
		case to != nil:
			*to = append(*to, side(x)...)
		default:
			c.Status = schema.Status(x)
			e.Status = c.Status
		}
	}
	if r.Published = e.Day.Time(); e.Day == schema.NoDay {
		r.Published = time.Time{}
	}
	// The same line again is the same claim, so that it can be retracted.
	key := strings.Join(f[:slices.IndexFunc(f, func(x string) bool { return x[0] == '@' })+1], " ")
	r.Name = c.Name + " · " + f[0]
	e.Name = e.Label([]string{f[2]}, nil)
	e.ID = graph.EventID(e)
	r.ID = graph.ReportID("script", key)
	c.ID, c.Event, c.Report = graph.ClaimID(r.ID, e.ID, ""), e.ID, r.ID
	if r.Hash == "" {
		r.Hash = graph.ContentHash(key)
	}
	if !slices.ContainsFunc(s.batch.Events, func(o schema.Event) bool { return o.ID == e.ID }) {
		s.batch.Events = append(s.batch.Events, e)
	}
	s.batch.Reports = append(s.batch.Reports, r)
	s.batch.Claims = append(s.batch.Claims, c)
}

func (s *script) write() {
	if s.batch.Len() == 0 {
		return
	}
	ctx := context.Background()
	w, err := s.store.Write(ctx, &s.batch)
	if err != nil {
		s.fatal("%v", err)
	}
	if err := s.live.Follow(ctx, s.store, &s.batch, w); err != nil {
		s.fatal("%v", err)
	}
	if d, err := s.live.Verify(ctx, s.store); err != nil || !d.None() {
		s.fatal("series and store differ: %+v %v", d, err)
	}
	s.batch = graph.Batch{}
}

// eval answers by both series and wants the same of them.
func (s *script) eval(question string, args []string) {
	ctx := context.Background()
	rebuilt, err := series.Open("")
	if err != nil {
		s.fatal("%v", err)
	}
	if err := rebuilt.CatchUp(ctx, s.store, nil); err != nil {
		s.fatal("%v", err)
	}
	var answers [2]string
	for i, read := range []*series.Series{s.live, rebuilt} {
		var b strings.Builder
		s.answer(&b, queries.NewRecord(read.View(), gazetteer), question, args)
		answers[i] = b.String()
	}
	if answers[0] != answers[1] {
		s.t.Errorf("%s:%d: the series that followed and the one that caught up differ:\n%s", s.file, s.line, diff(answers[0], answers[1]))
	}
	for line := range strings.Lines(answers[0]) {
		fmt.Fprintf(&s.out, "\t%s", line)
	}
}

// gazetteer knows an actor that no script writes.
func gazetteer(name string) []schema.Actor {
	if schema.Slug(name) == "atlantis" {
		return []schema.Actor{{ID: "actor:atlantis", Name: "Atlantis", Kind: schema.State}}
	}
	return nil
}

func (s *script) answer(w io.Writer, r *queries.Record, question string, args []string) {
	opts := map[string]string{}
	var names []string
	for _, x := range args {
		if key, value, ok := strings.Cut(x, "="); ok && x[0] != '"' {
			opts[key] = strings.Trim(value, `"`)
		} else {
			names = append(names, strings.Trim(x, `"`))
		}
	}
	day := func(key string) schema.Day {
		if opts[key] == "" {
			return schema.NoDay
		}
		d, _ := s.date(opts[key])
		return d
	}
	number := func(key string) (n int) {
		fmt.Sscan(opts[key], &n)
		return n
	}
	window := queries.Window{From: day("from"), To: day("to")}
	asOf := day("asof").Time()
	if opts["group"] != "" { // group=name:a,b+name:c,d
		var groups []queries.Group
		for _, text := range strings.Split(opts["group"], "+") {
			name, members, _ := strings.Cut(text, ":")
			groups = append(groups, queries.Group{Name: name, Members: side(members)})
		}
		with, err := r.WithGroups(groups)
		if printError(w, err); err != nil {
			return
		}
		r = with
	}
	level := queries.Level(opts["level"])
	var ids []schema.ActorID
	for _, n := range names {
		ids = append(ids, schema.MakeActorID(n))
	}

	switch question {
	case "find":
		actors, err := r.Find(names...)
		for _, a := range actors {
			fmt.Fprintln(w, a.ID, "·", a.Name)
		}
		printError(w, err)
	case "actors":
		for _, a := range r.Actors(strings.Join(names, " ")) {
			fmt.Fprintf(w, "%s %d %s..%s\n", a.ID.Slug(), a.Events, a.First, a.Last)
		}
	case "relation":
		rel, err := r.Relation(ids[0], ids[1], queries.RelationOptions{
			Window: window, By: queries.Unit(opts["by"]), Level: level, AsOf: asOf, Limit: number("limit")})
		printError(w, err)
		if err == nil {
			printRelation(w, rel)
		}
	case "strain":
		o := queries.StrainOptions{At: day("at"), Days: number("days"), Level: level, Rank: queries.Rank(opts["rank"]),
			MinVolume: number("min"), Limit: number("limit"), AsOf: asOf, Of: ids, Cracks: opts["cracks"] != ""}
		st, err := r.Strain(o)
		printError(w, err)
		if err == nil {
			fmt.Fprintf(w, "%s..%s %s %s: %d relations, %d with too little data\n",
				st.Window.From, st.Window.To, st.Level, st.Rank, st.Relations, st.TooLittle)
			for _, row := range st.Rows {
				printRow(w, row)
			}
		}
	case "strain-of":
		row, err := r.StrainOf(ids[0], ids[1], queries.StrainOptions{At: day("at"), Days: number("days"), Level: level, AsOf: asOf})
		printError(w, err)
		if err == nil {
			printRow(w, row)
		}
	case "alarms":
		list, err := r.Alarms(ids[0], ids[1], window, queries.StrainOptions{Days: number("days"), Level: level, AsOf: asOf})
		printError(w, err)
		for _, a := range list {
			fmt.Fprintf(w, "%s h=%d mu=%.3f R=%.2f %s again=%v turned=%s\n", a.Day, a.Hostile, a.Expected, a.Surprise, a.Grade, a.Again, a.Turned)
		}
	case "alerts":
		list, err := r.Alerts(queries.AlertOptions{Window: window, Days: number("days"), Level: level, Of: ids, AsOf: asOf,
			Grade: queries.Grade(opts["grade"]), Cracks: opts["cracks"] != "", Limit: number("limit"), Events: number("events")})
		printError(w, err)
		for _, a := range list.Alerts {
			fmt.Fprintf(w, "%s %s – %s h=%d mu=%.3f R=%.3f %s again=%v turned=%s %s crack=%v aligned=%v\n", a.Day, a.A.Name, a.B.Name,
				a.Hostile, a.Expected, a.Surprise, a.Grade, a.Again, a.Turned, a.Direction, a.Crack, a.Aligned)
			for _, e := range a.Events {
				printEvent(w, e)
			}
		}
		fmt.Fprintln(w, "total", list.Total)
	case "events":
		ids = append(ids, "")
		o := queries.EventOptions{Window: window, Level: level, AsOf: asOf, Any: opts["any"] != "", Limit: number("limit"), Intensity: float64(number("intensity"))}
		if opts["type"] != "" {
			o.Types = []schema.EventType{schema.EventType(opts["type"])}
		}
		list, err := r.Events(ids[0], ids[1], o)
		printError(w, err)
		for _, e := range list.Events {
			printEvent(w, e)
		}
		for _, a := range list.Alarms {
			fmt.Fprintf(w, "  alarm %s R=%.2f\n", a.Day, a.Surprise)
		}
		fmt.Fprintln(w, "total", list.Total)
	case "phases":
		rel, err := r.Relation(ids[0], ids[1], queries.RelationOptions{Window: window, Level: level, AsOf: asOf})
		printError(w, err)
		for _, p := range rel.Phases {
			fmt.Fprintf(w, "%s..%s %s conflict %.2f cooperation %.2f share %.3f evidence %.2f\n",
				p.From, p.To, p.Character, p.Conflict, p.Cooperation, p.Share, p.Evidence)
			for _, e := range p.Turn {
				printEvent(w, e)
			}
		}
		for _, a := range rel.Alarms {
			fmt.Fprintf(w, "alarm %s R=%.2f turned %s\n", a.Day, a.Surprise, a.Turned)
		}
		for _, c := range rel.Curve {
			if c.Hostile > 0 {
				fmt.Fprintf(w, "curve %s h=%d mu=%.3f R=%.3f\n", c.Day, c.Hostile, c.Expected, c.Surprise)
			}
		}
	case "network":
		n, err := r.Network(ids[0], queries.NetworkOptions{Window: window, Level: level, AsOf: asOf, Least: number("least"), Limit: number("limit")})
		printError(w, err)
		for _, t := range n.Ties {
			fmt.Fprintf(w, "%s %s\n", t.With.Name, tie(t.Tie))
			for _, e := range t.Strongest {
				printEvent(w, e)
			}
		}
		fmt.Fprintln(w, "total", n.Total)
	case "triads":
		list, err := r.Triads(queries.TriadOptions{Window: window, Level: level, AsOf: asOf, Least: number("least"), Limit: number("limit"), Of: ids})
		printError(w, err)
		for _, t := range list.Triads {
			fmt.Fprintf(w, "%s: %s, %s; %s tension %v\n", t.Kind, t.A.Name, t.B.Name, t.C.Name, t.Tension)
			for _, s := range t.Sides {
				fmt.Fprintf(w, "  %s – %s %s\n", s.A.Name, s.B.Name, tie(s.Tie))
			}
		}
		fmt.Fprintf(w, "ties %d balanced %d total %d\n", list.Ties, list.Balanced, list.Total)
	case "path":
		paths, err := r.Path(ids[0], ids[1], queries.PathOptions{Window: window, AsOf: asOf, Sign: queries.Sign(opts["sign"]), Steps: number("steps"), Paths: number("paths")})
		printError(w, err)
		for _, p := range paths {
			fmt.Fprintf(w, "length %v\n", p.Length)
			for _, s := range p.Steps {
				fmt.Fprintf(w, "  %s – %s %s +%d −%d\n", s.From.Name, s.To.Name, s.Kind, s.Cooperation, s.Conflict)
				for _, e := range s.Events {
					fmt.Fprintf(w, "    %s %s\n", e.Name, e.Direction)
				}
			}
		}
		fmt.Fprintln(w, len(paths), "paths")
	case "compare":
		c, err := r.Compare(queries.CompareOptions{Before: queries.Window{From: day("from"), To: day("to")}, After: queries.Window{From: day("from2"), To: day("to2")},
			Level: level, AsOf: asOf, Limit: number("limit"), Of: ids})
		printError(w, err)
		for _, x := range c.Rows {
			fmt.Fprintf(w, "%s – %s %s evidence %v conflict %s %s ×%v cooperation %s %s ×%v\n", x.A.Name, x.B.Name, x.Verdict, x.Evidence,
				tally(x.Before.Conflict), tally(x.After.Conflict), x.Conflict, tally(x.Before.Cooperation), tally(x.After.Cooperation), x.Cooperation)
			for _, e := range x.Events {
				printEvent(w, e)
			}
		}
		fmt.Fprintln(w, "relations", c.Relations)
	case "coverage":
		c, err := r.Coverage(ids[0], ids[1], queries.CoverageOptions{Window: window, Level: level, AsOf: asOf, Limit: number("limit")})
		printError(w, err)
		fmt.Fprintf(w, "events %d tone %v\n", c.Events, c.Tone)
		for _, list := range [][]queries.Voice{c.Outlets, c.Blocs} {
			for _, v := range list {
				fmt.Fprintf(w, "%s bloc=%q outlets=%d events=%d claims=%d copies=%d +%d −%d tone=%v slant=%v only=%d denials=%d doubted=%d by a %v b %v\n",
					v.Name, v.Bloc, v.Outlets, v.Events, v.Claims, v.Copies, v.Cooperation, v.Conflict, v.Tone, v.Slant, v.OnlyHere, v.Denials, v.Doubted, v.ByA, v.ByB)
			}
		}
		for _, x := range c.OneSided {
			fmt.Fprintf(w, "only %s: %s\n", x.Bloc, x.Event.Name)
		}
		for _, x := range c.Denied {
			fmt.Fprintf(w, "denied: %s says %v, denies %v\n", x.Event.Name, x.Asserted, x.Denied)
		}
	case "evaluate":
		crises, err := queries.ReadCrises(strings.NewReader(strings.ReplaceAll(opts["crises"], "'", `"`)))
		printError(w, err)
		if err == nil {
			e, err := r.Evaluate(crises, queries.EvaluationOptions{Level: level, AsOf: asOf, Days: number("days")})
			printError(w, err)
			text, _ := json.Marshal(e)
			fmt.Fprintln(w, strings.ReplaceAll(strings.ReplaceAll(string(text), `},"`, "},\n \""), `[{`, "[\n {"))
		}
	case "why":
		o := queries.WhyOptions{Window: window, Level: level, AsOf: asOf, Limit: number("limit"), Strongest: opts["order"] == "strongest", Any: opts["any"] != ""}
		var list []queries.Explained
		var err error
		if len(ids) == 2 {
			list, err = r.WhyPair(context.Background(), s.store, ids[0], ids[1], o)
		} else {
			var id schema.EventID
			if id, err = r.Event(names[0]); err == nil {
				list = make([]queries.Explained, 1)
				list[0], err = r.Why(context.Background(), s.store, id, o)
			}
		}
		printError(w, err)
		for _, e := range list {
			printExplained(w, e)
		}
	default:
		s.fatal("what is %s?", question)
	}
}

func printError(w io.Writer, err error) {
	if err != nil {
		fmt.Fprintln(w, "error:", strings.ReplaceAll(err.Error(), "\n", "\nerror: "))
	}
}

func printEvent(w io.Writer, e queries.EventRef) {
	copies := ""
	if e.Origins < e.Claims {
		copies = fmt.Sprintf(" reports=%d origins=%d", e.Reports, e.Origins)
	}
	fmt.Fprintf(w, "  %s %s %s | %+.1f %s claims=%d outlets=%d%s denied=%d %s\n",
		strings.TrimPrefix(string(e.ID), "event:")[:8], e.Type, e.Name, e.Intensity, e.Status, e.Claims, e.Outlets, copies, e.Denied, e.Direction)
}

func tie(t queries.Tie) string {
	return fmt.Sprintf("%s +%s −%s share %v (%v..%v) aligned=%v %s..%s", t.Sign, tally(t.Cooperation), tally(t.Conflict), t.Share, t.Low, t.High, t.Aligned, t.First, t.Last)
}

func tally(t queries.Tally) string { return fmt.Sprintf("%d>%d<%d=", t.AToB, t.BToA, t.Mutual) }

func printRelation(w io.Writer, r queries.Relation) {
	fmt.Fprintf(w, "%s – %s %s..%s: %d events, %d claims, %d outlets, %s..%s\n",
		r.A.Name, r.B.Name, r.Window.From, r.Window.To, r.Events, r.Claims, r.Outlets, r.First, r.Last)
	fmt.Fprintf(w, "cooperation %s conflict %s together %d undated %d not happened %+v\n",
		tally(r.Cooperation), tally(r.Conflict), r.Together, r.Undated, r.NotHappened)
	for _, t := range r.Types {
		fmt.Fprintf(w, "type %s %s\n", t.Type, tally(t.Tally))
	}
	for _, b := range r.Timeline {
		if b.Quiet {
			fmt.Fprintf(w, "%s %s..%s quiet\n", r.By, b.From, b.To)
		} else {
			fmt.Fprintf(w, "%s %s..%s + %s − %s\n", r.By, b.From, b.To, tally(b.Cooperation), tally(b.Conflict))
		}
	}
	for _, list := range []struct {
		name   string
		events []queries.EventRef
	}{{"strongest", r.Strongest}, {"recent", r.Recent}} {
		fmt.Fprintln(w, list.name)
		for _, e := range list.events {
			printEvent(w, e)
		}
	}
}

func printRow(w io.Writer, r queries.StrainRow) {
	share := "none"
	if r.CooperationShare != nil {
		share = fmt.Sprint(*r.CooperationShare)
	}
	fmt.Fprintf(w, "%s – %s h=%d (%s) mu=%v ratio=%v (%v..%v) R=%v %q little=%v crack=%v turned=%s %s %s before=%d level=%v coop=%d/%v volume=%d/%v share=%s\n",
		r.A.Name, r.B.Name, r.Hostile, tally(r.Directions), r.Expected, r.Ratio, r.RatioLow, r.RatioHigh, r.Surprise, r.Grade,
		r.TooLittle, r.Crack, r.Turned, r.Direction, r.Trend, r.Before, r.Level, r.Cooperation, r.CooperationUsual, r.Volume, r.VolumeUsual, share)
	for _, e := range r.Events {
		printEvent(w, e)
	}
}

func printExplained(w io.Writer, e queries.Explained) {
	printEvent(w, e.Event)
	fmt.Fprintf(w, "  outlets %v texts %d reports %d origins %d denying %v\n", e.Outlets, e.Texts, e.Reports, e.Origins, e.Denying)
	for _, c := range e.Claims {
		said := ""
		if c.SaidBy != nil {
			said = " said by " + c.SaidBy.Name
		}
		closed := ""
		if !c.Retracted.IsZero() {
			closed = " retracted " + c.Retracted.Format(time.DateOnly)
		}
		copied := ""
		if c.CopyOf != "" {
			copied = " copy"
		}
		fmt.Fprintf(w, "    %s %s %q %q%s%s%s %s\n", c.Outlet, c.Status, c.Title, c.Sentence, said, copied, closed, c.URL)
	}
}

// diff shows the lines that only one of two texts has, in order.
func diff(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out strings.Builder
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(a) > 0 && len(b) > 0 && a[0] == b[0]:
			a, b = a[1:], b[1:]
		case len(b) > 0 && !slices.Contains(a, b[0]):
			fmt.Fprintf(&out, "+ %s\n", b[0])
			b = b[1:]
		case len(a) > 0:
			fmt.Fprintf(&out, "- %s\n", a[0])
			a = a[1:]
		default:
			fmt.Fprintf(&out, "+ %s\n", b[0])
			b = b[1:]
		}
	}
	return out.String()
}
