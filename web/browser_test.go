package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// The browser tests want Chromium and axe-core; 'make test-browser' installs
// both. FAULTLINE_SITE has them look at a server that runs, at its address,
// instead of at a small graph; FAULTLINE_SCREENSHOTS keeps what they see.
func needBrowser(t *testing.T) (axe string) {
	t.Helper()
	path := os.Getenv("FAULTLINE_AXE")
	if path == "" {
		t.Skip("FAULTLINE_AXE does not name axe.min.js: run make test-browser")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Fatal("there is no chromium: run make test-browser")
	}
	return string(b)
}

// weight is how many bytes a page may take, with all that belongs to it.
const weight = 300_000

// tab is a page of a browser that takes note of what it should not do.
type tab struct {
	context.Context
	t      *testing.T
	site   string
	axe    string
	folder string

	mu     sync.Mutex
	faults []string
	bytes  float64
}

func openTab(t *testing.T, site, axe string) *tab {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.NoSandbox)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &tab{Context: ctx, t: t, site: site, axe: axe, folder: os.Getenv("FAULTLINE_SCREENSHOTS")}
	if b.folder != "" {
		if err := os.MkdirAll(b.folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	home, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	fault := func(format string, args ...any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.faults = append(b.faults, fmt.Sprintf(format, args...))
	}
	err = chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if u, err := url.Parse(e.Request.URL); err != nil || u.Host != home.Host && u.Scheme != "data" { // the browser's own icons
				fault("a request to %s", e.Request.URL)
			}
		case *network.EventLoadingFinished:
			b.mu.Lock()
			b.bytes += e.EncodedDataLength
			b.mu.Unlock()
		case *cdplog.EventEntryAdded:
			if e.Entry.Level == cdplog.EntryLevelError || e.Entry.Level == cdplog.EntryLevelWarning {
				fault("%s: %s", e.Entry.URL, e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			fault("%s", e.ExceptionDetails.Text)
		case *page.EventJavascriptDialogOpening:
			fault("a dialog: %s", e.Message)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, cdplog.Enable, cdp.Empty{})
	return b
}

// patience is how long the browser may take for one step.
const patience = time.Minute

// do takes steps in the browser.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b, command, params); err != nil {
		b.t.Fatal(err)
	}
}

// ask runs what has an answer.
func ask[T any](b *tab, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, a)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer
}

// leads takes steps that lead to another page, and waits for it.
func (b *tab) leads(steps ...chromedp.Action[chromedp.Void]) int64 {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.t.Fatal(err)
	}
	return int64(answer.Status)
}

// wear puts a look on.
func (b *tab) wear(l look) {
	b.t.Helper()
	size := chromedp.EmulateViewport(l.width, l.height)
	if l.mobile {
		size = chromedp.EmulateViewport(l.width, l.height, chromedp.EmulateScale(2), chromedp.EmulateMobile)
	}
	b.do(size)
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}})
}

// look is a way of looking at pages.
type look struct {
	name          string
	width, height int64
	scheme        string
	mobile        bool
}

func looks() []look {
	return []look{{"light", 1280, 900, "light", false}, {"dark", 1280, 900, "dark", false}, {"phone", 390, 844, "light", true}, {"phone-dark", 390, 844, "dark", true}}
}

// visit opens a page in a look, and checks and keeps it.
func (b *tab) visit(name, path string, l look) {
	b.t.Helper()
	b.mu.Lock()
	b.faults, b.bytes = nil, 0
	b.mu.Unlock()
	b.wear(l)
	call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	status := b.leads(chromedp.Navigate(b.site + path))
	if status >= 500 {
		b.t.Errorf("%s: status %d", path, status)
	}
	if wide := ask(b, chromedp.Evaluate[float64](`document.documentElement.scrollWidth - window.innerWidth`)); wide > 0 {
		b.t.Errorf("%s, %s: the page is %v pixels wider than the window", path, l.name, wide)
	}
	b.check(path + ", " + l.name)
	b.mu.Lock()
	if b.bytes > weight {
		b.t.Errorf("%s: %.0f bytes, want %d at most", path, b.bytes, weight)
	}
	b.mu.Unlock()
	if b.folder != "" {
		shot := ask(b, chromedp.FullScreenshot(90))
		ending := ".jpg"
		if strings.HasPrefix(string(shot), "\x89PNG") {
			ending = ".png"
		}
		if err := os.WriteFile(filepath.Join(b.folder, name+"-"+l.name+ending), shot, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// check holds the page against axe-core's rules (WCAG 2.2 A and AA, and its
// best practices), and tells what the browser complained of.
func (b *tab) check(where string) {
	b.t.Helper()
	hacked := ask(b, chromedp.Evaluate[bool](`window.hacked === 1`))
	ask(b, chromedp.Evaluate[int](b.axe+`;0`))
	found := ask(b, chromedp.Evaluate[string](`axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help,
		nodes: v.nodes.slice(0, 3).map(n => n.html + " :: " + (n.any[0] || n.all[0] || n.none[0] || {}).message)}))))`, chromedp.EvalAwaitPromise))
	if hacked {
		b.t.Errorf("%s: a script from the data ran", where)
	}
	var violations []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range violations {
		b.t.Errorf("%s: axe %s: %s\n\t%s", where, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		b.t.Errorf("%s: %s", where, f)
	}
	b.faults = nil
}

// path is where the tab is.
func (b *tab) path() string {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[string](`location.pathname + location.search`))
}

// click follows the first link that a selector finds.
func (b *tab) click(selector string) string {
	b.t.Helper()
	b.leads(chromedp.Click(selector, chromedp.NodeVisible))
	return b.path()
}

func TestBrowser(t *testing.T) {
	axe := needBrowser(t)
	site := os.Getenv("FAULTLINE_SITE")
	own := site == ""
	if own {
		server := httptest.NewServer(newDesk(t).server)
		t.Cleanup(server.Close)
		site = server.URL
	}
	b := openTab(t, site, axe)
	b.wear(looks()[0])
	b.leads(chromedp.Navigate(site + "/"))

	// From the worst relation to the sentence behind it.
	relation := b.click(".ranking tbody th a")
	event := b.click("#main .columns table a")
	sentence := ask(b, chromedp.TextContent("blockquote, p.none"))
	if sentence == "" {
		t.Errorf("no sentence at %s", event)
	}
	if own && !strings.Contains(sentence, "shelled a town") {
		t.Errorf("the sentence of the worst relation is %q", sentence)
	}
	report := b.click(".proof a[href^='/report/']")
	b.leads(chromedp.Navigate(site + relation))
	actor := b.click("h1 a")
	b.leads(chromedp.Navigate(site + "/map"))
	place := b.click("#main table th a")

	// The search field is a key away.
	b.leads(chromedp.Navigate(site + "/about"))
	call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: "keyDown", Key: "/", Text: "/"})
	call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: "keyUp", Key: "/"})
	b.do(chromedp.KeyEvent("shelled"))
	b.leads(chromedp.KeyEvent("\r"))
	search := b.path()
	if search != "/search?q=shelled" {
		t.Errorf("a search by keys leads to %s", search)
	}
	b.leads(chromedp.Navigate(site + "/loads"))
	load := b.click("#main td a")

	for name, path := range map[string]string{
		"strain": "/", "relation": relation, "event": event, "report": report, "actor": actor, "actors": "/actors", "map": "/map", "place": place, "search": search,
		"loads": "/loads", "load": load, "about": "/about",
	} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			for _, l := range looks() {
				b.visit(name, path, l)
			}
		})
	}
	b.t = t
	if own {
		t.Run("hostile", func(t *testing.T) {
			b.t = t
			for _, path := range []string{"/relation/evil/evil-state", "/actor/evil", "/actor/formula", "/actors?q=" + url.QueryEscape(evilName), "/search?q=" + url.QueryEscape(evilTitle), "/nowhere/" + url.PathEscape(evilName)} {
				b.leads(chromedp.Navigate(site + path))
				if ask(b, chromedp.Evaluate[bool](`window.hacked === 1 || [...document.links].some(a => !/^https?:$/.test(a.protocol))`)) {
					t.Errorf("%s: what the data say became more than text", path)
				}
			}
		})
	}
	b.t = t

	// Pictures zoom by keys, and what is in them moves by dragging.
	b.wear(looks()[0])
	b.leads(chromedp.Navigate(site + "/map"))
	b.do(chromedp.Focus("[data-zoom]"))
	box := func() string {
		return ask(b, chromedp.Evaluate[string](`document.querySelector("[data-zoom] svg").getAttribute("viewBox")`))
	}
	whole := box()
	b.do(chromedp.KeyEvent("+"), chromedp.KeyEvent("+"))
	near := box()
	b.do(chromedp.KeyEvent("0"))
	if near == whole || box() != whole {
		t.Errorf("zoom: %s, nearer %s, and back %s", whole, near, box())
	}
	b.leads(chromedp.Navigate(site + actor))
	moved := ask(b, chromedp.Evaluate[bool](`(() => {
		const c = document.querySelector("circle[data-id]"), r = c.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2, before = c.getAttribute("cx");
		const send = (on, type, x, y) => on.dispatchEvent(new PointerEvent(type, {bubbles: true, clientX: x, clientY: y, button: 0}));
		send(c, "pointerdown", x, y); send(window, "pointermove", x + 30, y + 10); send(window, "pointerup", x + 30, y + 10);
		return c.getAttribute("cx") !== before; })()`))
	if !moved {
		t.Error("a circle of the network does not move")
	}
}
