package schedule

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestRecords(t *testing.T) {
	folder, err := OpenFolder(filepath.Join(t.TempDir(), "a", "sources"))
	if err != nil {
		t.Fatal(err)
	}
	want := Record{Of: "feed https://example.org", Cursor: json.RawMessage(`{"etag":"\"x\""}`), Started: time.Date(2024, 3, 1, 0, 0, 0, 5, time.UTC),
		Failures: 2, Error: "500", NotBefore: time.Date(2024, 3, 2, 0, 0, 0, 0, time.UTC)}
	for _, name := range []string{"a", "b", "../../escape", "draft-x", ".hidden", "", "Groß", "gro", "x2e2e"} {
		if r, err := folder.Load(name); err != nil || !reflect.DeepEqual(r, Record{}) {
			t.Errorf("%q before it was saved: %+v, %v", name, r, err)
		}
		want.Of = name
		if err := folder.Save(name, want); err != nil {
			t.Fatal(err)
		}
		got, err := folder.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		var compact []byte
		if compact, err = json.Marshal(got.Cursor); err != nil {
			t.Fatal(err)
		}
		if got.Cursor = compact; !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", name, got, want)
		}
	}
	entries, err := os.ReadDir(folder.path)
	if err != nil || len(entries) != 9 {
		t.Errorf("%d files, %v; want 9", len(entries), err)
	}
}

func TestDamagedRecordIsKeptAside(t *testing.T) {
	folder, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder.path, "a.json")
	if err := os.WriteFile(path, []byte(`{"cursor": {"etag`), 0o644); err != nil {
		t.Fatal(err)
	}
	if r, err := folder.Load("a"); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) || r.Cursor != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := os.Stat(path + ".damaged"); err != nil {
		t.Error(err)
	}
	if r, err := folder.Load("a"); err != nil {
		t.Errorf("%+v, %v", r, err)
	}
}

// saving is set in a process that saves records until it is killed.
const saving = "FAULTLINE_TEST_SAVING"

// TestRecordsSurviveAKill kills a process that saves one record after the
// other. What it has told to be saved must be there, or the one after it.
func TestRecordsSurviveAKill(t *testing.T) {
	if path := os.Getenv(saving); path != "" {
		folder, err := OpenFolder(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; ; i++ {
			cursor := json.RawMessage(fmt.Sprintf(`{"n":%d,"seen":%q}`, i, strings.Repeat("x", 1+i*7919%20000)))
			if err := folder.Save("a", Record{Of: "a", Cursor: cursor, Failures: i}); err != nil {
				t.Fatal(err)
			}
			fmt.Printf("saved %d\n", i)
		}
	}
	kills := 25
	if testing.Short() {
		kills = 5
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path := t.TempDir()
	for range kills {
		cmd := exec.Command(os.Args[0], "-test.run=^TestRecordsSurviveAKill$")
		cmd.Env = append(os.Environ(), saving+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// After so many saves, and a little later, as the next is under way.
		told, after := 0, 1+random.IntN(40)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if n, ok := strings.CutPrefix(lines.Text(), "saved "); ok {
				if told, err = strconv.Atoi(n); err != nil {
					t.Fatal(err)
				}
			}
			if told == after {
				for range random.IntN(200_000) {
					_ = random.Uint64()
				}
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait() // it was killed
		folder, err := OpenFolder(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := folder.Load("a")
		if err != nil {
			t.Fatal(err)
		}
		var cursor struct {
			N    int
			Seen string
		}
		if err := json.Unmarshal(r.Cursor, &cursor); err != nil {
			t.Fatal(err)
		}
		if cursor.N != r.Failures || cursor.N != told && cursor.N != told+1 || len(cursor.Seen) != 1+cursor.N*7919%20000 {
			t.Errorf("told of %d, found %d with %d bytes", told, cursor.N, len(cursor.Seen))
		}
		if drafts, _ := filepath.Glob(filepath.Join(path, draftPrefix+"*")); len(drafts) > 0 {
			t.Errorf("drafts are left: %q", drafts)
		}
	}
}
