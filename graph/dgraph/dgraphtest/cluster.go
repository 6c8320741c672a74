package dgraphtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Options are the choices in starting a cluster. The zero value is one Zero
// and one Alpha that anybody may use.
type Options struct {
	Alphas int      // Alphas of one group, each with all of the data; 0 is 1
	Flags  []string // more flags for each Alpha, for example --acl
	HTTPS  bool     // the flags make the Alphas encrypt

	// Prepare, if set, is called when the Zero is ready and before there is an
	// Alpha, with the Zero's address and the first Alpha's folder. What it puts
	// there as p, a bulk loader for one, the Alpha takes for its data.
	Prepare func(zero, dir string)
}

// Cluster is a Zero and its Alphas, processes of this machine on ports that
// were free. They end with the test.
type Cluster struct {
	t      testing.TB
	binary string
	dir    string
	zero   *process
	alphas []*process
}

// process is a server that can be killed and started again on its folder.
type process struct {
	name  string
	args  []string
	ready string // address that answers 200 when the server is ready
	dir   string
	cmd   *exec.Cmd
	ended chan struct{} // closed when cmd has ended
	port  int           // of gRPC, for clients
	http  int
	https bool
}

// Start starts a cluster and waits until it is ready. It skips the test
// unless EnvTest is set.
func Start(t testing.TB, o Options) *Cluster {
	t.Helper()
	c := &Cluster{t: t, binary: Binary(t), dir: t.TempDir()}
	t.Cleanup(c.Stop)
	offset := freeOffset(t, 5080, 6080)
	zero := fmt.Sprintf("127.0.0.1:%d", 5080+offset)
	c.zero = &process{
		name: "zero", dir: filepath.Join(c.dir, "zero"), ready: fmt.Sprintf("http://127.0.0.1:%d/health", 6080+offset),
		args: []string{"zero", "--my", zero, "--port_offset", fmt.Sprint(offset), "--wal", "zw",
			"--replicas", fmt.Sprint(max(1, o.Alphas)), "--bindall=false", "--telemetry", "reports=false", "--logtostderr"},
	}
	c.start(c.zero)
	if o.Prepare != nil {
		c.await(c.zero)
		first := filepath.Join(c.dir, "alpha0")
		if err := os.MkdirAll(first, 0o755); err != nil {
			t.Fatal(err)
		}
		o.Prepare(zero, first)
	}
	for i := range max(1, o.Alphas) {
		offset := freeOffset(t, 7080, 8080, 9080)
		p := &process{
			name: fmt.Sprintf("alpha %d", i), dir: filepath.Join(c.dir, fmt.Sprintf("alpha%d", i)), port: 9080 + offset, http: 8080 + offset, https: o.HTTPS,
			ready: fmt.Sprintf("http://127.0.0.1:%d/health", 8080+offset),
			args: append([]string{"alpha", "--my", fmt.Sprintf("127.0.0.1:%d", 7080+offset), "--zero", zero, "--port_offset", fmt.Sprint(offset),
				"-p", "p", "-w", "w", "--tmp", "t", "--export", "export", "--bindall=false", "--security", "whitelist=127.0.0.1",
				"--cache", "size-mb=256", "--telemetry", "reports=false", "--logtostderr"}, o.Flags...),
		}
		c.alphas = append(c.alphas, p)
		c.start(p)
		c.await(p) // the first one makes the group
	}
	return c
}

// Addr is where Alpha i listens for clients, host:port.
func (c *Cluster) Addr(i int) string { return fmt.Sprintf("127.0.0.1:%d", c.alphas[i].port) }

// HTTP is the base address of Alpha i for browsers and curl.
func (c *Cluster) HTTP(i int) string { return fmt.Sprintf("http://127.0.0.1:%d", c.alphas[i].http) }

// Zero is where the Zero listens for the loaders, host:port.
func (c *Cluster) Zero() string { return c.zero.args[2] }

// Binary is the dgraph program that the cluster runs.
func (c *Cluster) Binary() string { return c.binary }

// Spec is the cluster in the form of --store, all Alphas of it.
func (c *Cluster) Spec() string {
	addrs := make([]string, len(c.alphas))
	for i := range addrs {
		addrs[i] = c.Addr(i)
	}
	return "dgraph://" + strings.Join(addrs, ",")
}

// Kill ends Alpha i at once, by SIGKILL.
func (c *Cluster) Kill(i int) {
	c.t.Helper()
	if err := c.alphas[i].kill(); err != nil {
		c.t.Fatalf("killing alpha %d: %v", i, err)
	}
}

// Restart starts Alpha i again, on its folder and its ports, and waits until
// it is ready.
func (c *Cluster) Restart(i int) {
	c.t.Helper()
	c.start(c.alphas[i])
	c.await(c.alphas[i])
}

// Stop ends all of the cluster.
func (c *Cluster) Stop() {
	all := c.alphas
	if c.zero != nil {
		all = append(all, c.zero)
	}
	for _, p := range all {
		_ = p.kill()
		if c.t.Failed() {
			c.t.Logf("%s: the end of its log\n%s", p.name, p.tail())
		}
	}
}

func (c *Cluster) start(p *process) {
	c.t.Helper()
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		c.t.Fatal(err)
	}
	log, err := os.OpenFile(filepath.Join(p.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		c.t.Fatal(err)
	}
	defer log.Close() // the process has its own
	p.cmd = exec.Command(c.binary, p.args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = p.dir, log, log
	if err := p.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	p.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) {
		_ = cmd.Wait()
		close(ended)
	}(p.cmd, p.ended)
}

// await returns when the server says that it is ready.
func (c *Cluster) await(p *process) {
	c.t.Helper()
	client := http.Client{Timeout: 2 * time.Second}
	up := func() bool { // without a certificate, a port that is open must do
		conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", p.port), time.Second)
		if err == nil {
			conn.Close()
		}
		return err == nil
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	limit := time.NewTimer(2 * time.Minute)
	defer limit.Stop()
	for {
		if p.https && up() {
			return
		}
		if r, err := client.Get(p.ready); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-p.ended:
			c.t.Fatalf("%s ended before it was ready\n%s", p.name, p.tail())
		case <-limit.C:
			c.t.Fatalf("%s is not ready after two minutes\n%s", p.name, p.tail())
		}
	}
}

func (p *process) kill() error {
	if p.cmd == nil || p.cmd.Process == nil {
		return nil
	}
	err := p.cmd.Process.Kill()
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	<-p.ended
	return err
}

// tail is the end of the server's log.
func (p *process) tail() string {
	b, err := os.ReadFile(filepath.Join(p.dir, "log"))
	if err != nil {
		return err.Error()
	}
	var short []string
	for line := range strings.Lines(string(b[max(0, len(b)-8000):])) {
		short = append(short, fmt.Sprintf("%.300s\n", strings.TrimSpace(line)))
	}
	return strings.Join(short[max(0, len(short)-15):], "")
}

// freeOffset finds a number to add to all of a server's ports so that nobody
// uses them.
func freeOffset(t testing.TB, ports ...int) int {
	t.Helper()
	for range 1000 {
		offset := 1000 + rand.IntN(20000)
		free := true
		for _, p := range ports {
			l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", p+offset))
			if err != nil {
				free = false
				break
			}
			l.Close()
		}
		if free {
			return offset
		}
	}
	t.Fatal("no free ports")
	return 0
}
