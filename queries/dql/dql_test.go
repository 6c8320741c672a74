package dql

import (
	"strings"
	"testing"
)

func TestAll(t *testing.T) {
	list, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 10 {
		t.Fatalf("%d queries, want at least ten", len(list))
	}
	for _, q := range list {
		if q.Answers == "" || len(q.Variables) == 0 || strings.Count(q.Text, "{") != strings.Count(q.Text, "}") {
			t.Errorf("%s: %+v", q.Name, q)
		}
		if want := "query " + strings.ReplaceAll(q.Name, "-", "_") + "("; !strings.Contains(q.Text, want) {
			t.Errorf("%s.dql does not say %q", q.Name, want)
		}
	}
}

func TestParse(t *testing.T) {
	const good = "# What.\n#\n# $a  actor: who\n# $n  number: how many\n#\n# x  them\nquery q($a: string = \"actor:russia\", $n: int = 5) {\n x(func: eq(xid, $a)) { name } }\n"
	q, err := parse("q", good)
	if err != nil || q.Answers != "What." || len(q.Variables) != 2 ||
		q.Variables[0] != (Variable{"a", Actor, "who", "actor:russia"}) || q.Variables[1] != (Variable{"n", Number, "how many", "5"}) {
		t.Errorf("%+v, %v", q, err)
	}
	for name, change := range map[string][2]string{
		"no query":           {"\nquery", "\nqery"},
		"no default":         {" = 5", ""},
		"undescribed":        {"# $n  number: how many\n", ""},
		"undeclared":         {"$n  number", "$m  number"},
		"no sort":            {"actor: who", "who"},
		"unknown sort":       {"actor: who", "ship: who"},
		"nothing comes back": {"#\n# x  them\n", ""},
	} {
		if _, err := parse("q", strings.Replace(good, change[0], change[1], 1)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
