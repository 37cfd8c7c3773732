package clockfile

import (
	"errors"
	"fmt"
	"io"
	"regexp"

	yaml "go.yaml.in/yaml/v3"

	"percorsi/internal/casework"
)

// Read reads rules of clocks in the order of the file. Its error has a line for
// each thing that is wrong, as name:line: what. The name is that of r where it
// has one, as a file does.
func Read(r io.Reader) ([]casework.ClockRule, error) {
	f := &file{name: "clocks.yaml"}
	if n, ok := r.(interface{ Name() string }); ok {
		f.name = n.Name()
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.name, err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	rules := f.rules(&doc)
	if len(f.wrong) > 0 {
		return nil, errors.Join(f.wrong...)
	}
	return rules, nil
}

// file is one file while it is read.
type file struct {
	name  string
	wrong []error
}

func (f *file) fail(n *yaml.Node, format string, args ...any) {
	f.wrong = append(f.wrong, fmt.Errorf("%s:%d: %s", f.name, max(n.Line, 1), fmt.Sprintf(format, args...)))
}

func (f *file) rules(doc *yaml.Node) []casework.ClockRule {
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.SequenceNode || len(doc.Content[0].Content) == 0 {
		f.fail(doc, "the file is a list of rules, of which there is at least one")
		return nil
	}
	nodes := doc.Content[0].Content
	rules := make([]casework.ClockRule, len(nodes))
	for i, n := range nodes {
		f.rule(n, &rules[i])
		for _, other := range rules[:i] {
			if other.Name == rules[i].Name && meet(other, rules[i]) {
				f.fail(n, "another rule is named %s, and a case could have both: bound their days or their cases", other.Name)
			}
		}
	}
	return rules
}

func (f *file) rule(n *yaml.Node, r *casework.ClockRule) {
	before := len(f.wrong)
	f.mapping(n, keys{
		"name": text(&r.Name), "label": text(&r.Label), "source": text(&r.Source), "note": text(&r.Note),
		"cases": func(f *file, n *yaml.Node) { f.scope(n, &r.Cases) },
		"each":  subject(&r.Each), "obligations": words(&r.Obligations),
		"from": caseDay(&r.From), "start": facts(&r.Start), "reset": facts(&r.Reset),
		"stop": facts(&r.Stop), "exempt": facts(&r.Exempt),
		"length":     func(f *file, n *yaml.Node) { f.length(n, &r.Length) },
		"survives":   flag(&r.Survives),
		"valid_from": day(&r.ValidFrom), "valid_to": day(&r.ValidTo),
	})
	if len(f.wrong) == before {
		f.whole(n, r)
	}
}

func (f *file) scope(n *yaml.Node, s *casework.Scope) {
	f.mapping(n, keys{
		"pathways": words(&s.Pathways), "services": words(&s.Services), "lines": words(&s.Lines),
		"opened_from": day(&s.OpenedFrom), "opened_to": day(&s.OpenedTo),
	})
	if s.OpenedTo != 0 && s.OpenedTo < s.OpenedFrom {
		f.fail(n, "opened_to is before opened_from")
	}
}

func (f *file) length(n *yaml.Node, l *casework.Length) {
	f.mapping(n, keys{
		"hours": count(&l.Hours), "days": count(&l.Days), "months": count(&l.Months), "until": caseDay(&l.Until),
	})
	if len(n.Content) != 2 {
		f.fail(n, "a length is one of hours, days, months and until")
	}
}

// named is the form of a name.
var named = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,39}$`)

// whole checks a rule whose values are right each by itself.
func (f *file) whole(n *yaml.Node, r *casework.ClockRule) {
	switch {
	case !named.MatchString(r.Name):
		f.fail(n, "a rule has a name in capitals, such as T120")
	case r.Label == "" || r.Source == "" || r.Note == "":
		f.fail(n, "%s: label, source and note are required", r.Name)
	case r.Length == casework.Length{}:
		f.fail(n, "%s: length is required", r.Name)
	case (r.From == "") == (len(r.Start) == 0):
		f.fail(n, "%s: it starts either from a day of the case or with facts", r.Name)
	case len(r.Obligations) > 0 && r.Each != casework.EachMember:
		f.fail(n, "%s: obligations belong to a rule with each: member", r.Name)
	case r.ValidTo != 0 && r.ValidTo < r.ValidFrom:
		f.fail(n, "%s: valid_to is before valid_from", r.Name)
	case r.Length.Hours != 0 && !timed(r):
		f.fail(n, "%s: hours count from facts that state a moment, such as discharged", r.Name)
	}
}

// timed tells whether every fact a rule counts from states a moment.
func timed(r *casework.ClockRule) bool {
	for _, refs := range [][]casework.FactRef{r.Start, r.Reset} {
		for _, ref := range refs {
			if !ref.Timed() {
				return false
			}
		}
	}
	return r.From == ""
}
