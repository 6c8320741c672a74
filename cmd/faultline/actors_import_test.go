package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestActorsImport(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	actors := write("Valley.actors.txt", "# ours\nQUENTIN_EXAMPLE_\n+MINISTER_EXAMPLE_\n\t[SYRGOV 20000101-20100101]\n\t[SYRELI]\nVALLEY_BRIGADE_ [SYRREB]\nBROKEN_ [SYRREB\n")
	agents := write("valley-agents.txt", "VALLEY_WARDEN {} [~COP]\nODD\n")
	store := "cayley:" + filepath.Join(dir, "db")
	try := func(args ...string) (code int, stdout, stderr string) {
		var out, errs bytes.Buffer
		code = run(append([]string{"--store", store}, args...), &app{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: time.Now})
		return code, out.String(), errs.String()
	}

	code, out, errs := try("actors", "import", "--dry-run", actors)
	if code != 0 || !strings.Contains(out, "Dry run") || !strings.Contains(errs, "code has no closing bracket") {
		t.Errorf("dry run: %d %s %s", code, out, errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "db.actors")); err == nil {
		t.Error("a dry run writes")
	}
	code, out, errs = try("actors", "import", actors, agents)
	if code != 0 || !strings.Contains(out, "Written to "+filepath.Join(dir, "db.actors", "valley-actors")) || !strings.Contains(out, "db.actors/valley-agents") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	a := &app{store: store}
	g, err := a.loadActors()
	if err != nil {
		t.Fatal(err)
	}
	if ids := g.Named("Minister Example"); len(ids) != 1 || ids[0] != "actor:quentin-example" {
		t.Error(ids)
	}
	if x, ok := g.RoleActor("actor:syria", "valley warden"); !ok || x.ID != "actor:syria-police" {
		t.Error(x)
	}

	// The same name again replaces what was there.
	write("Valley.actors.txt", "RITA_EXAMPLE_ [SYRELI]\n")
	if code, out, errs = try("--json", "actors", "import", actors); code != 0 || !strings.Contains(out, `"actors_new": 1`) {
		t.Errorf("%d %s %s", code, out, errs)
	}
	if g, err = a.loadActors(); err != nil || len(g.Named("Quentin Example")) != 0 || len(g.Named("Rita Example")) != 1 {
		t.Error("not replaced", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "db.actors", ".import-*"))
	if err != nil || len(left) > 0 {
		t.Error(left, err)
	}

	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"no file":       {[]string{"actors", "import"}, exitUsage},
		"missing":       {[]string{"actors", "import", filepath.Join(dir, "none")}, exitFailure},
		"no dictionary": {[]string{"actors", "import", write("x.txt", "Some prose.\n")}, exitPartial},
		"no store":      {[]string{"--store", "postgres://host/x", "actors", "import", actors}, exitUsage},
	} {
		if code, _, errs := try(c.args...); code != c.code || errs == "" {
			t.Errorf("%s: %d %s", name, code, errs)
		}
	}
}
