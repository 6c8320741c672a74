package main

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"log"
	"math"
	"path/filepath"

	"github.com/marcboeker/go-duckdb/v2"

	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
)

//go:embed rank.sql
var rank string

// compare asks for the same ranking in SQL, wants the same answer, and tells
// how long both take: over rows as they come, and over rows that are counted
// and sorted beforehand.
func compare(path, folder string) {
	v := open(path).View()
	at := last(v)
	connector, err := duckdb.NewConnector(filepath.Join(folder, "duck.db"), nil)
	check(err)
	defer connector.Close()
	db := sql.OpenDB(connector)
	defer db.Close()
	_, err = db.Exec(`CREATE TABLE rows (day INTEGER, a INTEGER, b INTEGER, direction UTINYINT, type UTINYINT, hostile BOOLEAN)`)
	check(err)
	read := watch()
	export(connector, v)
	_, err = db.Exec(`CREATE VIEW hits AS SELECT DISTINCT * FROM rows`)
	check(err)
	row("SQL: rows written", "%s", read())

	from := at + 1 - 30
	days, windows := 0.0, 0.0
	for d := v.Day(v.Undated()); d < from; d++ {
		days += math.Exp2(-float64(from-d) / 720)
	}
	for k := schema.Day(1); k <= 36 && from-30*k >= v.Day(v.Undated()); k++ {
		windows += math.Exp2(-float64(30*k) / 720)
	}
	type found struct {
		a, b uint32
		n    int
		r    float64
	}
	var list []found
	query := func() {
		list = list[:0]
		rows, err := db.Query(rank, int(from), days, windows)
		check(err)
		defer rows.Close()
		for rows.Next() {
			var f found
			var mu float64
			check(rows.Scan(&f.a, &f.b, &f.n, &mu, &f.r))
			list = append(list, f)
		}
		check(rows.Err())
	}
	raw := median(5, query)
	_, err = db.Exec(`DROP VIEW hits; CREATE TABLE hits AS SELECT DISTINCT * FROM rows ORDER BY a, b, day`)
	check(err)
	sorted := median(15, query)

	var ours queries.Strain
	ask := func(r *queries.Record) {
		ours, err = r.Strain(queries.StrainOptions{At: at, Level: queries.LevelActor})
		check(err)
	}
	first := median(5, func() { ask(queries.NewRecord(v, nil)) })
	r := queries.NewRecord(v, nil)
	ask(r)
	again := median(15, func() { ask(r) })

	same := 0
	for i, f := range list {
		x := ours.Rows[i]
		if x.Hostile == f.n && math.Abs(x.Surprise-f.r) < 0.002 {
			same++
		} else {
			fmt.Printf("  differs: %d %.3f in SQL, %s – %s %d %.3f\n", f.n, f.r, x.A.Name, x.B.Name, x.Hostile, x.Surprise)
		}
	}
	if same < len(list) {
		log.Fatalf("%d of %d rows of the two rankings differ", len(list)-same, len(list))
	}
	row("ranking by actor, rows as they come", "%s; SQL %s", first, raw)
	row("ranking by actor, counted and sorted before", "%s; SQL %s", again, sorted)
	row("  the same in both", "%d of %d relations", same, len(list))
}

// export writes a row for each pair of actors of each event, as the measures
// take them.
func export(connector *duckdb.Connector, v *series.View) {
	conn, err := connector.Connect(context.Background())
	check(err)
	defer conn.Close()
	out, err := duckdb.NewAppenderFromConn(conn, "", "rows")
	check(err)
	private := make([]bool, v.Actors())
	for n := range private {
		a := v.Actor(uint32(n))
		private[n] = a.Kind == schema.Population || a.Kind == schema.Outlet || a.Kind == schema.Person && len(a.PartOf) == 0
	}
	for i := v.Undated(); i < v.Len(); i++ {
		if p := v.Precision(i); p == schema.PrecisionYear || p == schema.PrecisionUnknown {
			continue
		}
		hostile := v.Quad(i).Hostile()
		add := func(a, b uint32, direction uint8) {
			if a == b || private[a] && private[b] {
				return
			}
			if a > b {
				a, b = b, a
				if direction == 0 {
					direction = 1
				}
			}
			check(out.AppendRow(int32(v.Day(i)), int32(a), int32(b), direction, uint8(v.Ordinal(i)), hostile))
		}
		initiators, recipients := v.Initiators(i), v.Recipients(i)
		for _, a := range initiators {
			for _, b := range recipients {
				add(a, b, 0)
			}
		}
		if len(recipients) == 0 || !hostile {
			for j, a := range initiators {
				for _, b := range initiators[:j] {
					add(a, b, 2)
				}
			}
		}
	}
	check(out.Close())
}
