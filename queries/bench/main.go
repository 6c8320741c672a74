// Command bench measures the questions over large read models, and the same
// ranking in SQL on DuckDB over the same rows. It is a module of its own, so
// that nothing of the product needs a C compiler.
//
//	go run . -n 1000000 PATH/TO/faultline.db/series
//
// The events are drawn from the series of a store: the actors and type of one,
// the day of another.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"faultline/queries"
	"faultline/queries/internal/crowd"
	"faultline/queries/series"
	"faultline/schema"
)

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 1_000_000, "events")
	sql := flag.Bool("sql", true, "the same ranking in DuckDB")
	ask := flag.String("ask", "", "measure the questions to this series (used by the command itself)")
	flag.Parse()
	if *ask != "" {
		questions(*ask)
		return
	}
	if flag.NArg() != 1 {
		log.Fatal("usage: bench [-n EVENTS] SERIES")
	}
	folder, err := os.MkdirTemp("", "bench")
	check(err)
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "series")
	fill(flag.Arg(0), path, *n)
	self, err := os.Executable()
	check(err)
	cmd := exec.Command(self, "-ask", path)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	check(cmd.Run())
	if *sql {
		compare(path, folder)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func open(path string) *series.Series {
	s, err := series.Open(path)
	check(err)
	return s
}

func row(name string, format string, args ...any) {
	fmt.Printf("%-44s %s\n", name, fmt.Sprintf(format, args...))
}

// taken is how long something took by the clock, and of all processors.
type taken struct{ clock, cpu time.Duration }

func (t taken) String() string {
	return fmt.Sprintf("%.1f ms (processors %.1f ms)", float64(t.clock.Microseconds())/1000, float64(t.cpu.Microseconds())/1000)
}

// watch starts a clock; what it returns reads it.
func watch() func() taken {
	start, before := time.Now(), cpu()
	return func() taken { return taken{time.Since(start), cpu() - before} }
}

// cpu is the processor time of this process so far.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// median of several runs, by the clock.
func median(runs int, f func()) taken {
	var list []taken
	for range runs {
		read := watch()
		f()
		list = append(list, read())
	}
	slices.SortFunc(list, func(a, b taken) int { return cmp.Compare(a.clock, b.clock) })
	return list[len(list)/2]
}

// fill writes a series of n events drawn from another.
func fill(from, to string, n int) {
	source, s := open(from).View(), open(to)
	start := time.Now()
	rows := series.Rows{Actors: crowd.Actors(source)}
	seq := uint64(0)
	flush := func() {
		seq++
		check(s.Append(seq, rows))
		rows = series.Rows{}
	}
	for r := range crowd.Resample(source, n, 1) {
		if rows.Claims = append(rows.Claims, r); len(rows.Claims) == 5000 {
			flush()
		}
	}
	flush()
	check(s.Close())
	info, err := os.Stat(to)
	check(err)
	row("events", "%d, drawn from %d; file %d MB, written in %.1f s", n, source.Len(), info.Size()/1e6, time.Since(start).Seconds())
}

// last is a day by which the sample is full of events.
func last(v *series.View) schema.Day { return v.Day(v.Len()-1) - 30 }

// questions opens a series in a fresh process and asks.
func questions(path string) {
	read := watch()
	v := open(path).View()
	opened := read()
	r := queries.NewRecord(v, nil)
	at := last(v)
	rank := func(level queries.Level) queries.Strain {
		s, err := r.Strain(queries.StrainOptions{At: at, Level: level})
		check(err)
		return s
	}
	rank(queries.LevelParent)
	row("open, view and first ranking (cold)", "%s; open and view %s", read(), opened)
	var s queries.Strain
	row("memory after it", "resident %s", resident())
	row("ranking of all dyads (warm)", "%s", median(15, func() { s = rank(queries.LevelParent) }))
	row("  relations in the window", "%d", s.Relations)
	rank(queries.LevelCountry)
	row("ranking by country (warm)", "%s", median(15, func() { rank(queries.LevelCountry) }))
	row("ranking as of a day (never remembered)", "%s", median(5, func() {
		_, err := r.Strain(queries.StrainOptions{At: at, AsOf: v.Recorded().Add(-time.Second)})
		check(err)
	}))
	top := s.Rows[0]
	row("relation "+top.A.Name+" – "+top.B.Name, "%s", median(15, func() {
		_, err := r.Relation(top.A.ID, top.B.ID, queries.RelationOptions{})
		check(err)
	}))
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	row("memory", "heap %d MB, resident %s", m.HeapInuse/1e6, resident())
	runtime.KeepAlive(r)
}

// resident is what the system says of this process.
func resident() string {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	var found []string
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && (name == "VmRSS" || name == "VmHWM") {
			found = append(found, name+" "+strings.TrimSpace(value))
		}
	}
	return strings.Join(found, ", ")
}
