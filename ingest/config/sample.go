package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"faultline/schema"
)

// Sample is the text of a new file, with a comment for every key. It loads
// the feeds, or GDELT when there are none; all other keys stand in comments.
// A feed at an address of this machine is allowed to be there.
func Sample(feeds []string) (string, error) {
	var b strings.Builder
	b.WriteString(`# What 'faultline watch' loads, from where and when.
#
#   faultline check -c faultline.yaml          tries every source once, writes nothing
#   faultline watch -c faultline.yaml --once   loads every source once
#   faultline watch -c faultline.yaml          loads them at their times, until it is stopped
#
# Paths are relative to this file. Secrets do not stand here: keys that end in
# _env and _file name what has them. After a change send SIGHUP to the watch.

`)
	for _, k := range globalKeys() {
		line(&b, "", k.name+": "+k.sample, k.doc, k.name == "store")
	}
	b.WriteString("\n# Keys of sources that hold for all of them, unless a source has its own.\n#defaults:\n#  every: 30m\n")
	b.WriteString("\nsources:\n")
	if len(feeds) == 0 {
		b.WriteString("  # Events that GDELT codes of the world's news, free and without an account.\n")
		block(&b, GDELT, "gdelt", map[string]string{"countries": "[SYR, TUR, RUS, ISR, IRN, LBN]", "min_mentions": ""}, true)
	}
	names := map[string]bool{}
	for _, f := range feeds {
		name, values, err := feedOf(f)
		if err != nil {
			return "", err
		}
		for n, stem := 2, name; names[name]; n++ {
			name = fmt.Sprintf("%s-%d", stem, n)
		}
		names[name] = true
		b.WriteString("  # A feed: RSS, Atom or JSON Feed.\n")
		block(&b, Feed, name, values, true)
	}
	b.WriteString("\n  # Further sources: take the # from the lines that you want.\n")
	for _, s := range []struct {
		kind       Kind
		name, what string
	}{
		{Feed, "harbour-post", "A feed: RSS, Atom or JSON Feed."},
		{Pages, "ministry", "Web pages that change."},
		{GDELT, "gdelt", "GDELT 2.0, a file each quarter of an hour."},
		{ACLED, "acled", "The API of ACLED, with an account of yours."},
		{Folder, "inbox", "A folder that files are put into."},
	} {
		if s.kind == GDELT && len(feeds) == 0 || s.kind == Feed && len(feeds) > 0 {
			continue
		}
		fmt.Fprintf(&b, "\n  # %s\n", s.what)
		block(&b, s.kind, s.name, nil, false)
	}
	return b.String(), nil
}

// feedOf makes a name for a feed and tells which keys it needs.
func feedOf(address string) (name string, values map[string]string, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", nil, fmt.Errorf("%s: want the address of a feed, such as https://example.org/feed.xml", address)
	}
	if u.User != nil || strings.ContainsAny(address, "\n\r#\"") {
		return "", nil, fmt.Errorf("%s: want an address without user, password and fragment", u.Host)
	}
	name = schema.Slug(strings.TrimPrefix(u.Hostname(), "www."))
	if len(name) > 40 {
		name = name[:40]
	}
	if name = strings.Trim(name, "-"); name == "" {
		name = "feed"
	}
	values = map[string]string{"url": `"` + address + `"`, "full_text": "true"}
	host := u.Hostname()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if a, err := netip.ParseAddr(host); err == nil && (a.IsLoopback() || a.IsPrivate()) {
		values["allow_networks"] = "[" + a.String() + "]"
	}
	return name, values, nil
}

// block writes one source. Keys with a value are active, the others stand in
// comments; all of them do when it is not active itself.
func block(b *strings.Builder, kind Kind, name string, values map[string]string, active bool) {
	for _, k := range sourceKeys() {
		if !k.fits(kind) {
			continue
		}
		value, chosen := values[k.name]
		doc := k.doc
		switch {
		case k.name == "name":
			line(b, "  ", "- name: "+name, doc, active)
			continue
		case k.name == "kind":
			value, chosen = string(kind), true
		case k.name == "url" && kind == ACLED:
			value, chosen, doc = "https://acleddata.com", false, "where the API is"
		case k.name == "countries" && kind == ACLED:
			value = "[Syria, Turkey]"
		case k.name == "every":
			value, chosen = "15m", true
		}
		if value == "" {
			value = k.sample
		}
		on := chosen || k.need && k.name != "url"
		if on && active {
			line(b, "    ", k.name+": "+value, doc, true)
		} else {
			line(b, "    ", k.name+": "+value, doc, false)
		}
	}
}

// line writes a key with its comment beside it.
func line(b *strings.Builder, indent, code, doc string, active bool) {
	mark := ""
	if !active {
		mark = "#"
	}
	code = mark + indent + code
	if pad := 44 - utf8.RuneCountInString(code); pad > 0 {
		code += strings.Repeat(" ", pad)
	}
	fmt.Fprintf(b, "%s  # %s\n", code, doc)
}
