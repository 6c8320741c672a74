package dgraph

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Options say which cluster a store is on, and how to speak to it.
type Options struct {
	Addrs     []string    // of one or more Alphas, host:port of gRPC
	TLS       *tls.Config // nil for no encryption
	User      string      // "" for a cluster without access control
	Password  string
	Namespace uint64 // 0 is the default one

	Timeout  time.Duration // of one request; 0 is a minute
	Patience time.Duration // how long a cluster that is away is waited for; 0 is two minutes
	Cache    int           // how many uids are remembered; 0 is a quarter of a million
}

func (o Options) timeout() time.Duration {
	if o.Timeout == 0 {
		return time.Minute
	}
	return o.Timeout
}

func (o Options) patience() time.Duration {
	if o.Patience == 0 {
		return 2 * time.Minute
	}
	return o.Patience
}

// String names the cluster for people, without secrets.
func (o Options) String() string {
	s := "dgraph://" + strings.Join(o.Addrs, ",")
	if o.Namespace != 0 {
		s += fmt.Sprintf("?namespace=%d", o.Namespace)
	}
	return s
}

// The environment variables that ParseURL heeds.
const (
	EnvUser         = "FAULTLINE_DGRAPH_USER"
	EnvPassword     = "FAULTLINE_DGRAPH_PASSWORD"
	EnvPasswordFile = "FAULTLINE_DGRAPH_PASSWORD_FILE"
	EnvTLS          = "FAULTLINE_DGRAPH_TLS"  // as tls= of the URL
	EnvCert         = "FAULTLINE_DGRAPH_CERT" // as cert=
	EnvKey          = "FAULTLINE_DGRAPH_KEY"  // as key=
)

const defaultPort = "9080"

// ParseURL reads the form of --store:
//
//	dgraph://[USER@]HOST[:9080][,HOST2[:9080]…][?SETTING=VALUE&…]
//
// with the settings
//
//	tls=system    encrypt; certificates of the system's authorities count
//	tls=FILE      encrypt; certificates of the authorities in the PEM file count
//	cert=, key=   PEM files with a client certificate and its key
//	server=       the host name that the servers' certificates have
//	namespace=N   a namespace of the cluster, 0 if not given
//	timeout=30s   of one request
//	patience=5m   how long to wait for a cluster that is away
//
// What is not in the URL is looked up in the environment by getenv. The
// password is only ever there, or in the file that it names.
func ParseURL(raw string, getenv func(string) string) (Options, error) {
	o, err := parseURL(raw, getenv)
	if err != nil {
		return o, fmt.Errorf("%s: %w", withoutPassword(raw), err)
	}
	return o, nil
}

// withoutPassword makes an URL fit for messages.
func withoutPassword(raw string) string {
	if head, host, ok := strings.Cut(raw, "@"); ok {
		if i := strings.LastIndex(head, ":"); i > len("dgraph") {
			return head[:i] + ":…@" + host
		}
	}
	return raw
}

func parseURL(raw string, getenv func(string) string) (Options, error) {
	var o Options
	rest, ok := strings.CutPrefix(raw, "dgraph://")
	if !ok {
		return o, errors.New("want dgraph://HOST:9080")
	}
	rest, query, _ := strings.Cut(rest, "?")
	if user, hosts, ok := strings.Cut(rest, "@"); ok {
		name, _, hasPassword := strings.Cut(user, ":")
		if hasPassword {
			return o, fmt.Errorf("a password does not belong on the command line: put it into %s, or a file named by %s", EnvPassword, EnvPasswordFile)
		}
		var err error
		if o.User, err = url.PathUnescape(name); err != nil {
			return o, err
		}
		rest = hosts
	}
	for host := range strings.SplitSeq(strings.TrimSuffix(rest, "/"), ",") {
		addr, err := withPort(host)
		if err != nil {
			return o, err
		}
		o.Addrs = append(o.Addrs, addr)
	}
	settings, err := url.ParseQuery(query)
	if err != nil {
		return o, err
	}
	return o, o.set(settings, getenv)
}

func withPort(host string) (string, error) {
	if host == "" || strings.Contains(host, "/") {
		return "", fmt.Errorf("%q is no host: want dgraph://HOST:9080[,HOST2:9080]", host)
	}
	if strings.HasSuffix(host, "]") || !strings.Contains(host, ":") {
		host += ":" + defaultPort
	}
	_, _, err := net.SplitHostPort(host)
	return host, err
}

func (o *Options) set(settings url.Values, getenv func(string) string) error {
	files := map[string]string{"tls": getenv(EnvTLS), "cert": getenv(EnvCert), "key": getenv(EnvKey)}
	for name, values := range settings {
		value := values[len(values)-1]
		var err error
		switch name {
		case "tls", "cert", "key", "server":
			files[name] = value
		case "namespace":
			o.Namespace, err = strconv.ParseUint(value, 10, 64)
		case "timeout":
			o.Timeout, err = time.ParseDuration(value)
		case "patience":
			o.Patience, err = time.ParseDuration(value)
		default:
			err = errors.New("there is no such setting: want tls, cert, key, server, namespace, timeout or patience")
		}
		if err != nil {
			return fmt.Errorf("%s=%s: %w", name, value, err)
		}
	}
	var err error
	if o.TLS, err = tlsConfig(files); err != nil {
		return err
	}
	return o.login(getenv)
}

func (o *Options) login(getenv func(string) string) error {
	if o.User == "" {
		o.User = getenv(EnvUser)
	}
	o.Password = getenv(EnvPassword)
	if path := getenv(EnvPasswordFile); o.Password == "" && path != "" {
		b, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("%s: %w", EnvPasswordFile, err)
		}
		o.Password = strings.TrimRight(string(b), "\r\n")
	}
	switch {
	case o.User != "" && o.Password == "":
		return fmt.Errorf("user %s needs a password: put it into %s, or a file named by %s", o.User, EnvPassword, EnvPasswordFile)
	case o.User == "" && o.Password != "":
		return fmt.Errorf("there is a password, but no user: put one into %s", EnvUser)
	case o.User == "" && o.Namespace != 0:
		return fmt.Errorf("namespace %d needs a user: put one into %s", o.Namespace, EnvUser)
	}
	return nil
}

func tlsConfig(files map[string]string) (*tls.Config, error) {
	if files["tls"] == "" {
		for _, name := range []string{"cert", "key", "server"} {
			if files[name] != "" {
				return nil, fmt.Errorf("%s=%s needs tls=system or tls=FILE", name, files[name])
			}
		}
		return nil, nil
	}
	c := &tls.Config{ServerName: files["server"], MinVersion: tls.VersionTLS12}
	if files["tls"] != "system" {
		pem, err := os.ReadFile(files["tls"])
		if err != nil {
			return nil, fmt.Errorf("tls: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("tls: %s holds no certificate in PEM form", files["tls"])
		}
	}
	if files["cert"] != "" || files["key"] != "" {
		pair, err := tls.LoadX509KeyPair(files["cert"], files["key"])
		if err != nil {
			return nil, fmt.Errorf("cert and key: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
