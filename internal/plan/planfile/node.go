package planfile

import (
	"iter"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// follow gives the node that an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// pairs gives the keys of a mapping with their values. Anything but a mapping,
// and a key given twice, is wrong.
func (f file) pairs(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(*yaml.Node, *yaml.Node) bool) {
		m := follow(n)
		if m.Kind != yaml.MappingNode {
			f.wrong(n, "write keys with their values here")
			return
		}
		seen := make(map[string]bool)
		for pair := range slices.Chunk(m.Content, 2) {
			key := pair[0]
			if seen[key.Value] {
				f.wrong(key, "%s is given twice", key.Value)
			}
			seen[key.Value] = true
			if !yield(key, follow(pair[1])) {
				return
			}
		}
	}
}

// items gives the elements of a list. Anything but a list is wrong.
func (f file) items(n *yaml.Node) []*yaml.Node {
	list := follow(n)
	if list.Kind != yaml.SequenceNode {
		f.wrong(n, "write a list here")
		return nil
	}
	out := make([]*yaml.Node, 0, len(list.Content))
	for _, e := range list.Content {
		out = append(out, follow(e))
	}
	return out
}

// text gives the words of a scalar as they are written. Anything but a scalar,
// and an empty one, is wrong.
func (f file) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		f.wrong(n, "write a value here")
		return ""
	}
	return n.Value
}

// unknownKey notes a key that does not belong here.
func (f file) unknownKey(key *yaml.Node, known ...string) {
	f.wrong(key, "%s is not a key here: use one of %s", key.Value, strings.Join(known, ", "))
}
