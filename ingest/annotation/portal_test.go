package annotation

import (
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
)

func TestPortal(t *testing.T) {
	const sentence = "Norland shells Southmark and Eastmark."
	reports := `{"id":"r1","published":"2020-02-03","text":"Early. ` + sentence + `"}`
	sum := fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(sentence)))
	tests := []struct {
		name, line, want, fails string
	}{
		{"two recipients", "r1\t7-45\t" + sum + "\tASSAULT asserted core 0-7 15-24,29-37 8-14",
			"[{ASSAULT [{Norland Norland}] [{Southmark Southmark} {Eastmark Eastmark}] shells asserted  true}]", ""},
		{"nobody", "r1\t7-45\t" + sum + "\tASSAULT denied maybe - 15-24 8-14",
			"[{ASSAULT [] [{Southmark Southmark}] shells denied  false}]", ""},
		{"no item", "r1\t7-45\t" + sum, "[]", ""},
		{"another text", "r1\t0-6\t" + sum, "", "line 1: report r1 does not have this sentence at 0-6"},
		{"no report", "r2\t7-45\t" + sum, "", "line 1: report r2 does not have"},
		{"beyond the end", "r1\t7-45\t" + sum + "\tASSAULT asserted core 0-99 - 8-14", "", "0-99 does not lie in the sentence"},
		{"unknown type", "r1\t7-45\t" + sum + "\tQUARREL asserted core 0-7 - 8-14", "", "there is no type QUARREL"},
		{"too few fields", "r1\t7-45\t" + sum + "\tASSAULT core", "", "want six fields, got 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := readPortal(strings.NewReader(tt.line+"\n"), strings.NewReader(reports))
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) {
					t.Fatalf("error %v, want %q", err, tt.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if a := list[0]; fmt.Sprint(a.Items) != tt.want || a.Text != sentence || a.Doc != "r1" || a.Published != "2020-02-03" {
				t.Errorf("got %+v, want items %s", a, tt.want)
			}
		})
	}
}
