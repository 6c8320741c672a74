package source

import (
	"archive/zip"
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"

	"faultline/ingest/ucdp"
)

// gdeltRow makes a row of GDELT of 57, 58 or 61 cells.
func gdeltRow(id string, cells int) string {
	geo := "0" + strings.Repeat("\t", 6)
	added := "20210305"
	if cells == 61 {
		geo, added = geo+"\t", "20210305121500"
	}
	c := []string{
		id, "20210305", "202103", "2021", "2021.17", "FRAGOV\tPARIS\tFRA" + strings.Repeat("\t", 7), "MLI\tMALI\tMLI" + strings.Repeat("\t", 7),
		"1", "042", "042", "04", "1", "1.9", "4", "1", "4", "-2.0", geo, geo, geo, added,
	}
	if cells > 57 {
		c = append(c, "https://example.org/"+id)
	}
	return strings.Join(c, "\t") + "\n"
}

const (
	gdeltMention = "1\t20210305121500\t20210305121500\t1\texample.net\thttps://example.net/\t1\t-1\t5\t9\t1\t60\t900\t0\t\t\n"
	icewsRelease = "Event ID\tEvent Date\tSource Name\tEvent Text\tCAMEO Code\tTarget Name\n7\t2018-06-01\tNorland\tAccuse\t112\tSudland\n"
	polecatFile  = "Event ID\tEvent Date\tEvent Type\tActor Name\tRecipient Name\n7\t2023-01-03\tPROTEST\tA\tB\n"
	acledExport  = "\ufeffEVENT_ID_CNTY,EVENT_DATE,EVENT_TYPE,SUB_EVENT_TYPE,ACTOR1,ACTOR2\nMLI7,2021-05-16,Battles,Armed clash,A,B\n"
	ucdpRelease  = "id,type_of_violence,side_a,side_b,date_start\n7,1,A,B,2019-03-06\n"
)

func zipped(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTables(t *testing.T) {
	headless := strings.Split(strings.Repeat(",", len(ucdp.Header())-1), ",")
	headless[0], headless[5], headless[14], headless[17] = "7", "1", "A", "B"
	for i, name := range ucdp.Header() {
		if name == "date_start" {
			headless[i] = "2019-03-06"
		}
	}
	for name, c := range map[string]struct{ content, want string }{
		"events61.txt":                    {gdeltRow("1", 61), "events61.txt:1 042"},
		"events58.tsv":                    {gdeltRow("1", 58), "events58.tsv:1 042"},
		"events57.csv":                    {gdeltRow("1", 57), "events57.csv:1 042"},
		"20210305121500.export.CSV":       {gdeltRow("1", 61), "20210305121500.export.CSV:1 042"},
		"20210305121500.mentions.CSV":     {gdeltMention, "20210305121500.mentions.CSV:1: mention of an event that was not read: 1"},
		"mentions.tab":                    {gdeltMention, "mentions.tab:1: mention of an event that was not read: 1"},
		"events.2018.tab":                 {icewsRelease, "events.2018.tab:2 112"},
		"ngecEvents.DV.2023.txt":          {polecatFile, "ngecEvents.DV.2023.txt:2 "},
		"mali.csv":                        {acledExport, "mali.csv:2 "},
		"ged.csv":                         {ucdpRelease, "ged.csv:2 "},
		"GEDEvent_v24_0_1.csv":            {strings.Join(headless, ","), "GEDEvent_v24_0_1.csv:1 "},
		"other.csv":                       {"a,b\n1,2\n", "other.csv: unknown format: table with columns of no known format"},
		"other.tsv":                       {"a\tb\n", "other.tsv:1: row does not have 4 cells: 2 cells"},
		"20210305121500.export.CSV.zip":   {zipped(t, "20210305121500.export.CSV", gdeltRow("1", 61)), "20210305121500.export.CSV.zip/20210305121500.export.CSV:1 042"},
		"ged.csv.zip":                     {zipped(t, "__MACOSX/x.csv", "x", "folder/", "", "../../ged.csv", ucdpRelease), "ged.csv.zip/ged.csv:2 "},
		"20210305123000.export.csv.zip":   {zipped(t), "20210305123000.export.csv.zip: empty file"},
		"20210305124500.mentions.CSV.zip": {"<html>404", "20210305124500.mentions.CSV.zip:1: mention does not have 16 cells: 1 cells"},
	} {
		dir := folder(t, map[string]string{name: c.content})
		if got := collect(t, find(t, Options{}, dir), dir); !reflect.DeepEqual(got, []string{c.want}) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Mentions find the events of files before theirs; a damaged archive stops
// nothing.
func TestMentionsAfterEvents(t *testing.T) {
	damaged := []byte(zipped(t, "a.export.CSV", gdeltRow("9", 61)))
	at := bytes.Index(damaged, []byte("a.export.CSV")) + len("a.export.CSV")
	damaged[at+9] ^= 0xff
	dir := folder(t, map[string]string{
		"1.export.CSV.zip": zipped(t, "1.export.CSV", gdeltRow("1", 61)+gdeltRow("2", 61)),
		"1.mentions.CSV":   gdeltMention,
		"2.export.CSV.zip": string(damaged),
		"3.export.CSV":     gdeltRow("3", 61),
	})
	got := collect(t, find(t, Options{}, dir), dir)
	if len(got) != 6 || got[2] != "1.mentions.CSV:1 042" || !strings.Contains(got[4], ReasonArchive) || got[5] != "3.export.CSV:1 042" {
		t.Errorf("%q", got)
	}
}
