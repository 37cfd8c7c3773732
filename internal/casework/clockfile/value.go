package clockfile

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"percorsi/internal/casework"
	"percorsi/internal/fact"
)

// value reads one value of the file into its place.
type value func(f *file, n *yaml.Node)

// keys is the keys that a mapping may have.
type keys map[string]value

func (f *file) mapping(n *yaml.Node, known keys) {
	if n.Kind != yaml.MappingNode {
		f.fail(n, "keys and values are expected here")
		return
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		read, ok := known[key.Value]
		switch {
		case !ok:
			f.fail(key, "there is no key %q here", key.Value)
		case seen[key.Value]:
			f.fail(key, "%s is there twice", key.Value)
		default:
			read(f, n.Content[i+1])
		}
		seen[key.Value] = true
	}
}

// scalar gives a plain value.
func (f *file) scalar(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		f.fail(n, "one value is expected here")
		return "", false
	}
	return n.Value, true
}

// each reads the values of a list.
func (f *file) each(n *yaml.Node, read func(n *yaml.Node, s string)) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		f.fail(n, "a list is expected here, such as [a, b]")
		return
	}
	for _, item := range n.Content {
		if s, ok := f.scalar(item); ok {
			read(item, s)
		}
	}
}

func text(into *string) value {
	return func(f *file, n *yaml.Node) {
		if s, ok := f.scalar(n); ok {
			*into = strings.TrimSpace(s)
		}
	}
}

func flag(into *bool) value {
	return func(f *file, n *yaml.Node) {
		if err := n.Decode(into); err != nil {
			f.fail(n, "true or false is expected here")
		}
	}
}

func count(into *int) value {
	return func(f *file, n *yaml.Node) {
		if err := n.Decode(into); err != nil || *into <= 0 {
			f.fail(n, "a whole number above 0 is expected here")
		}
	}
}

func day(into *casework.Day) value {
	return func(f *file, n *yaml.Node) {
		s, ok := f.scalar(n)
		if !ok {
			return
		}
		d, err := casework.ParseDay(s)
		if err != nil {
			f.fail(n, "%q is %s", s, err)
		}
		*into = d
	}
}

func subject(into *casework.Subject) value {
	return func(f *file, n *yaml.Node) {
		s, ok := f.scalar(n)
		switch {
		case !ok:
		case slices.Contains(casework.Subjects(), casework.Subject(s)):
			*into = casework.Subject(s)
		default:
			f.fail(n, "a clock is of each member or of each project, not of each %q", s)
		}
	}
}

func caseDay(into *casework.CaseDay) value {
	return func(f *file, n *yaml.Node) {
		s, ok := f.scalar(n)
		if !ok {
			return
		}
		names := make([]string, 0, len(casework.CaseDays()))
		for _, d := range casework.CaseDays() {
			if string(d) == s {
				*into = d
				return
			}
			names = append(names, string(d))
		}
		f.fail(n, "a case has no day %q that a clock can name; there are %s", s, strings.Join(names, ", "))
	}
}

func facts(into *[]casework.FactRef) value {
	return func(f *file, n *yaml.Node) {
		f.each(n, func(item *yaml.Node, s string) {
			ref, err := casework.ParseFactRef(s)
			if err != nil {
				f.fail(item, "%s", err)
			}
			*into = append(*into, ref)
		})
	}
}

// words reads words of a vocabulary of the event schema, written without its
// prefix.
func words[W fact.Vocabulary](into *[]W) value {
	return func(f *file, n *yaml.Node) {
		f.each(n, func(item *yaml.Node, s string) {
			w, ok := fact.Word[W](s)
			if !ok {
				f.fail(item, "%s has no word %q", W(0).Descriptor().Name(), s)
				return
			}
			*into = append(*into, w)
		})
	}
}
