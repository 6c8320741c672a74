package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// Resolver looks up names; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// special are the networks of IANA's registries of special-purpose addresses
// that are not for the public and that netip does not know.
var special = func() (list []netip.Prefix) {
	for _, s := range [...]string{
		"0.0.0.0/8",       // this network
		"100.64.0.0/10",   // carriers
		"192.0.0.0/24",    // protocol assignments
		"192.0.2.0/24",    // documentation
		"192.88.99.0/24",  // 6to4 relays
		"198.18.0.0/15",   // benchmarks
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"240.0.0.0/4",     // reserved, broadcast
		"::/96",           // IPv4-compatible
		"64:ff9b:1::/48",  // translation of private networks
		"100::/64",        // discard
		"2001::/23",       // protocol assignments, Teredo
		"2001:db8::/32",   // documentation
		"2002::/16",       // 6to4, which holds any IPv4 address
		"3fff::/20",       // documentation
		"5f00::/16",       // segment routing
		"fec0::/10",       // site-local
	} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}()

// nat64 is the network that holds public IPv4 addresses for translation.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// Public reports whether an address belongs to a public network.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false // not global: unspecified, loopback, link-local, multicast, broadcast
	}
	if nat64.Contains(a) {
		b := a.As16()
		return Public(netip.AddrFrom4([4]byte(b[12:])))
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// may reports whether an address may be connected to.
func may(a netip.Addr, allow []netip.Prefix) bool {
	if Public(a) {
		return true
	}
	a = a.Unmap().WithZone("")
	for _, p := range allow {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// connectTime is how long one address of several is tried.
const connectTime = 10 * time.Second

// guard dials addresses that may be reached. It resolves names itself and
// dials what it has checked: a name that resolves to something else a moment
// later gains nothing.
type guard struct {
	allow    []netip.Prefix
	resolver Resolver
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
}

func (g *guard) dialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	var addrs []netip.Addr
	if a, err := netip.ParseAddr(host); err == nil {
		addrs = []netip.Addr{a}
	} else if addrs, err = g.resolver.LookupNetIP(ctx, "ip", host); err != nil {
		return nil, err
	}
	var refused netip.Addr
	var failed []error
	for _, a := range addrs {
		if !may(a, g.allow) {
			if !refused.IsValid() {
				refused = a
			}
			continue
		}
		one, cancel := context.WithTimeout(ctx, connectTime)
		conn, err := g.dial(one, network, net.JoinHostPort(a.Unmap().String(), port))
		cancel()
		if err == nil {
			return conn, nil
		}
		failed = append(failed, err)
		if ctx.Err() != nil {
			break
		}
	}
	switch {
	case len(failed) > 0:
		return nil, errors.Join(failed...)
	case refused.IsValid():
		return nil, &AddressError{Host: host, Addr: refused}
	}
	return nil, fmt.Errorf("%s has no address", host)
}
