package dgraph_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/dgraph"
	"faultline/graph/dgraph/dgraphtest"
	"faultline/graph/graphtest"
)

func as(o dgraph.Options, user, password string, namespace uint64) dgraph.Options {
	o.User, o.Password, o.Namespace = user, password, namespace
	return o
}

// Access control: who may come in, what happens when a login expires, and
// that namespaces keep graphs apart.
func TestAccessControl(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(strings.Repeat("0123456789abcdef", 2)), 0o600); err != nil {
		t.Fatal(err)
	}
	c := dgraphtest.Start(t, dgraphtest.Options{Flags: []string{"--acl", "secret-file=" + secret + "; access-ttl=2s; refresh-ttl=4s"}})
	ctx := context.Background()
	o := options(c)

	groot := as(o, "groot", "password", 0)
	awaitUser(t, groot)

	_, err := dgraph.Create(ctx, as(o, "groot", "wrong", 0))
	if err == nil || !strings.Contains(err.Error(), "does not let in the user groot") || !strings.Contains(err.Error(), dgraph.EnvPassword) {
		t.Errorf("wrong password: %v", err)
	}
	if _, err := dgraph.Create(ctx, o); err == nil || !strings.Contains(err.Error(), "wants to know who asks") {
		t.Errorf("no user: %v", err)
	}

	s := create(t, groot)
	defer closed(t, s)
	if _, err := s.Write(ctx, graphtest.World()); err != nil {
		t.Fatal(err)
	}
	before := contents(t, s)

	// The first pause outlives the access token, the second the refresh token
	// too.
	for i, pause := range []time.Duration{2500 * time.Millisecond, 5 * time.Second} {
		<-time.After(pause)
		if w, err := s.Write(ctx, batches(2)[i]); err != nil || w.Seq != uint64(i+2) {
			t.Errorf("after %v: %+v, %v", pause, w, err)
		}
	}

	n := newNamespace(t, c)
	other := create(t, as(o, "groot", "password", n))
	defer closed(t, other)
	if head, err := other.Head(ctx); err != nil || head != 0 {
		t.Errorf("namespace %d has head %d, %v; want an empty store", n, head, err)
	}
	if w, err := other.Write(ctx, graphtest.World()); err != nil || w.Seq != 1 {
		t.Errorf("namespace %d: %+v, %v; want batch 1", n, w, err)
	}
	sameContents(t, contents(t, other), before)
	if other.ID() == s.ID() {
		t.Error("the stores of two namespaces have one id")
	}
}

// awaitUser returns when the servers know the user: they make their first one
// a moment after they are ready.
func awaitUser(t *testing.T, o dgraph.Options) {
	t.Helper()
	limit := time.NewTimer(time.Minute)
	defer limit.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		d, err := dgraph.Dial(context.Background(), o)
		if err == nil {
			d.Close()
			return
		}
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("user %s is not there after a minute: %v", o.User, err)
		}
	}
}

// newNamespace makes a namespace as an operator does, by the admin interface.
func newNamespace(t *testing.T, c *dgraphtest.Cluster) uint64 {
	t.Helper()
	post := func(query, token string, into any) {
		t.Helper()
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(http.MethodPost, c.HTTP(0)+"/admin", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Dgraph-AccessToken", token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var answer struct {
			Data   json.RawMessage
			Errors []struct{ Message string }
		}
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || len(answer.Errors) > 0 {
			t.Fatalf("admin: %v %v", err, answer.Errors)
		}
		if err := json.Unmarshal(answer.Data, into); err != nil {
			t.Fatal(err)
		}
	}
	var login struct {
		Login struct{ Response struct{ AccessJWT string } }
	}
	post(`mutation { login(userId: "groot", password: "password") { response { accessJWT } } }`, "", &login)
	var added struct {
		AddNamespace struct{ NamespaceId uint64 }
	}
	post(`mutation { addNamespace(input: {password: "password"}) { namespaceId } }`, login.Login.Response.AccessJWT, &added)
	return added.AddNamespace.NamespaceId
}

// authority makes certificates.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	n    int64
}

func newAuthority(t *testing.T, dir, name string) *authority {
	t.Helper()
	a := &authority{t: t, dir: dir}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.key = key
	a.save(name+".pem", "CERTIFICATE", der)
	return a
}

func (a *authority) save(name, kind string, der []byte) {
	a.t.Helper()
	if err := os.WriteFile(filepath.Join(a.dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// issue makes name.pem and name.key.
func (a *authority) issue(name string) {
	a.t.Helper()
	a.n++
	template := &x509.Certificate{SerialNumber: big.NewInt(1 + a.n), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"dgraph.example", "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.save(name+".pem", "CERTIFICATE", der)
	b, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.save(name+".key", "EC PRIVATE KEY", b)
}

// Encryption: the servers prove who they are, and so do clients.
func TestTLS(t *testing.T) {
	dgraphtest.Binary(t)
	dir := t.TempDir()
	ca := newAuthority(t, dir, "ca")
	newAuthority(t, dir, "stranger")
	ca.issue("server")
	ca.issue("client")
	file := func(name string) string { return filepath.Join(dir, name) }
	c := dgraphtest.Start(t, dgraphtest.Options{HTTPS: true, Flags: []string{"--tls", fmt.Sprintf("ca-cert=%s; server-cert=%s; server-key=%s; client-auth-type=REQUIREANDVERIFY; use-system-ca=false",
		file("ca.pem"), file("server.pem"), file("server.key"))}})
	ctx := context.Background()
	open := func(settings string) (*dgraph.Store, error) {
		o, err := dgraph.ParseURL(c.Spec()+settings, func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		return dgraph.Create(ctx, o)
	}
	good := "?tls=" + file("ca.pem") + "&cert=" + file("client.pem") + "&key=" + file("client.key")
	s, err := open(good + "&server=dgraph.example")
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	if w, err := s.Write(ctx, graphtest.World()); err != nil || w.Seq != 1 {
		t.Errorf("Write: %+v, %v", w, err)
	}
	if n := len(list(t, s.Events(ctx, graph.EventFilter{}))); n != 5 {
		t.Errorf("%d events, want 5", n)
	}
	begun := time.Now()
	for name, settings := range map[string]string{
		"x509: ":      strings.Replace(good, "ca.pem", "stranger.pem", 1),
		"certificate": "?tls=" + file("ca.pem"),
		"not other":   good + "&server=other.example",
	} {
		if _, err := open(settings); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want an error that says %q", settings, err, name)
		}
	}
	if took := time.Since(begun); took > 8*time.Second {
		t.Errorf("it took %v to refuse wrong certificates", took)
	}
}
