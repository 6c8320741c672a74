package export

import (
	"cmp"
	"context"
	"encoding/csv"
	"io"
	"strconv"

	"faultline/graph"
	"faultline/schema"
)

// CSV in the order of columns of ICEWS event data. Each claim is a row for
// each initiator and recipient; of actors who act together each pair is two
// rows, as ICEWS has them. The CAMEO code is that of the claim or its event,
// and empty when neither has one; the event text then is the type. What
// faultline has no word for (sector, sentence number, district) stays empty.
func icewsColumns() []string {
	return []string{
		"Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code", "Intensity",
		"Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher",
		"City", "District", "Province", "Country", "Latitude", "Longitude",
	}
}

// CSV writes rows of claims that were not retracted and returns their number.
func CSV(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	w := csv.NewWriter(out)
	if err := w.Write(icewsColumns()); err != nil {
		return 0, err
	}
	actors := map[schema.ActorID]schema.Actor{}
	places := map[schema.PlaceID]schema.Place{}
	var from schema.Report
	n := 0
	put := func(c schema.Claim, e schema.Event, a, b schema.ActorID) error {
		var at schema.Place
		if len(e.At) > 0 {
			at = places[e.At[0]]
		}
		code := cmp.Or(c.Code, e.Code)
		text := string(e.Type)
		if f, ok := code.Facts(); ok {
			text = f.Name
		}
		row := []string{
			string(e.ID), e.Day.String(), nameOf(actors, a), string(actors[a].Kind), actors[a].Country, text, string(code),
			strconv.FormatFloat(e.Intensity(), 'g', -1, 64), nameOf(actors, b), string(actors[b].Kind), actors[b].Country,
			string(c.Report), "", nameOf(actors, from.PublishedBy), at.Name, "", "", at.Country, "", "",
		}
		if at.ID != "" {
			row[18] = strconv.FormatFloat(at.Latitude, 'g', -1, 64)
			row[19] = strconv.FormatFloat(at.Longitude, 'g', -1, 64)
		}
		n++
		return w.Write(row)
	}
	err := Walk(ctx, r, s, Visitor{
		Actor:  func(a schema.Actor) error { actors[a.ID] = a; return nil },
		Place:  func(p schema.Place) error { places[p.ID] = p; return nil },
		Report: func(p schema.Report) error { from = p; return nil },
		ClaimOf: func(c schema.Claim, e *schema.Event) (err error) {
			if e == nil || !c.Retracted.IsZero() || c.Status != schema.Asserted {
				return nil
			}
			eachPair(*e, func(a, b schema.ActorID, joint bool) {
				if err == nil {
					err = put(c, *e, a, b)
				}
				if err == nil && joint {
					err = put(c, *e, b, a)
				}
			})
			return err
		},
	})
	if err != nil {
		return n, err
	}
	w.Flush()
	return n, w.Error()
}

func nameOf(actors map[schema.ActorID]schema.Actor, id schema.ActorID) string {
	if a, ok := actors[id]; ok {
		return a.Name
	}
	return id.Slug()
}
