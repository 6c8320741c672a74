package dgraphtest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy stands between a client and a server, and breaks the wire at a
// chosen byte: in the middle of a request, or of the answer to one.
type Proxy struct {
	target   string
	listener net.Listener

	mu      sync.Mutex
	moved   *sync.Cond // something below has changed
	conns   map[net.Conn]bool
	carried int64
	cutAt   int64 // of carried, 0 for never
	cut     func()
	stalled bool
}

// NewProxy starts a proxy before the server at target, host:port. It ends
// with the test.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{target: target, listener: l, conns: make(map[net.Conn]bool)}
	p.moved = sync.NewCond(&p.mu)
	t.Cleanup(func() {
		l.Close()
		p.Stall(false)
		p.mu.Lock()
		p.closeAll()
		p.mu.Unlock()
	})
	go p.accept()
	return p
}

// Addr is where the proxy listens, host:port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Carried is how many bytes went through, in both directions.
func (p *Proxy) Carried() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.carried
}

// CutAfter closes all connections when so many bytes more have gone through,
// once, after a call of then, which may be nil.
func (p *Proxy) CutAfter(n int64, then func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutAt, p.cut = p.carried+max(1, n), then
}

// Stall stops the bytes, or lets them flow again.
func (p *Proxy) Stall(is bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = is
	p.moved.Broadcast()
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		go p.carry(server, client)
		go p.carry(client, server)
	}
}

func (p *Proxy) carry(to, from net.Conn) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		pass, cut := p.count(n)
		if _, e := to.Write(buf[:pass]); e != nil {
			err = e
		}
		if cut != nil {
			cut()
			err = io.EOF
		}
		if err != nil {
			break
		}
	}
	to.Close()
	from.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, to)
	delete(p.conns, from)
}

// count takes in n bytes that wait to be passed on, and returns how many of
// them may be, and what to do then if the wire breaks there.
func (p *Proxy) count(n int) (pass int, cut func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.stalled {
		p.moved.Wait()
	}
	if p.cutAt == 0 || p.carried+int64(n) < p.cutAt {
		p.carried += int64(n)
		return n, nil
	}
	pass = int(p.cutAt - p.carried)
	p.carried, p.cutAt = p.cutAt, 0
	then := p.cut
	return pass, func() {
		if then != nil {
			then()
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.closeAll()
	}
}

func (p *Proxy) closeAll() {
	for c := range p.conns {
		c.Close()
	}
}
