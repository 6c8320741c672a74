package custom

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Format writes actors and role nouns as an actors.yaml that ReadActors reads
// again. head is a comment for its top, without #.
func (a Actors) Format(head string) ([]byte, error) {
	var b bytes.Buffer
	for line := range strings.Lines(head) {
		fmt.Fprintf(&b, "# %s\n", strings.TrimRight(line, "\n"))
	}
	doc := &yaml.Node{Kind: yaml.MappingNode}
	actors := &yaml.Node{Kind: yaml.SequenceNode}
	for _, x := range a.Actors {
		n := &yaml.Node{Kind: yaml.MappingNode}
		put(n, "id", x.ID)
		put(n, "name", x.Name)
		put(n, "kind", x.Kind)
		put(n, "country", x.Country)
		putList(n, "aliases", x.Aliases)
		putList(n, "adjectives", x.Adjectives)
		putList(n, "people", x.People)
		putList(n, "capitals", x.Capitals)
		putTies(n, "part_of", x.PartOf)
		putTies(n, "aligned_with", x.Aligned)
		if len(x.Offices) > 0 {
			list := &yaml.Node{Kind: yaml.SequenceNode}
			for _, o := range x.Offices {
				m := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
				put(m, "role", o.Role)
				put(m, "of", o.Of)
				put(m, "from", o.From)
				put(m, "to", o.To)
				list.Content = append(list.Content, m)
			}
			n.Content = append(n.Content, text("offices"), list)
		}
		if x.Replace {
			n.Content = append(n.Content, text("replace"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		}
		actors.Content = append(actors.Content, n)
	}
	roles := &yaml.Node{Kind: yaml.SequenceNode}
	for _, r := range a.Roles {
		n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		put(n, "noun", r.Noun)
		put(n, "plural", r.Plural)
		put(n, "kind", r.Kind)
		put(n, "suffix", r.Suffix)
		put(n, "class", r.Class)
		if r.Title {
			n.Content = append(n.Content, text("title"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		}
		roles.Content = append(roles.Content, n)
	}
	if len(actors.Content) > 0 {
		doc.Content = append(doc.Content, text("actors"), actors)
	}
	if len(roles.Content) > 0 {
		doc.Content = append(doc.Content, text("roles"), roles)
	}
	if len(doc.Content) == 0 {
		return b.Bytes(), nil
	}
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	if err := enc.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// text is a scalar that stays a text whatever it looks like.
func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func put(n *yaml.Node, key, value string) {
	if value != "" {
		n.Content = append(n.Content, text(key), text(value))
	}
}

func putList(n *yaml.Node, key string, values []string) {
	if len(values) == 0 {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, v := range values {
		list.Content = append(list.Content, text(v))
	}
	n.Content = append(n.Content, text(key), list)
}

func putTies(n *yaml.Node, key string, ties []Tie) {
	if len(ties) == 0 {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, t := range ties {
		if t.From == "" && t.To == "" {
			list.Content = append(list.Content, text(t.ID))
			continue
		}
		m := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		put(m, "id", t.ID)
		put(m, "from", t.From)
		put(m, "to", t.To)
		list.Content = append(list.Content, m)
	}
	n.Content = append(n.Content, text(key), list)
}
