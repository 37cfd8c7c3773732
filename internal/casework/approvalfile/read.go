package approvalfile

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	yaml "go.yaml.in/yaml/v3"

	"percorsi/internal/casework"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The shape of a file.
type (
	file struct {
		Approvals []rule `yaml:"approvals"`
	}

	rule struct {
		Name      string   `yaml:"name"`
		Of        string   `yaml:"of"`
		Forms     []string `yaml:"forms"`
		Measures  []string `yaml:"measures"`
		Pathways  []string `yaml:"pathways"`
		Services  []string `yaml:"services"`
		Bodies    []string `yaml:"bodies"`
		ValidFrom string   `yaml:"valid_from"`
		ValidTo   string   `yaml:"valid_to"`
		Source    string   `yaml:"source"`
		Note      string   `yaml:"note"`
	}
)

// Read reads the rules, none in an empty list. Its error has a line for each
// thing that is wrong.
func Read(r io.Reader) (casework.Approvals, error) {
	var f file
	d := yaml.NewDecoder(r)
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("approvals: %w", err)
	}
	var (
		out   casework.Approvals
		wrong []error
	)
	for _, one := range f.Approvals {
		next, err := one.read()
		if err == nil && slices.ContainsFunc(out, func(o casework.ApprovalRule) bool { return o.Name == next.Name }) {
			err = errors.New("is there twice")
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("approval %s: %w", one.Name, err))
		}
		out = append(out, next)
	}
	return out, errors.Join(wrong...)
}

// The forms of names and of the codes of bodies.
var (
	name = regexp.MustCompile(`^[A-Z0-9][A-Z0-9_-]{0,39}$`)
	body = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{1,39}$`)
)

var approvable = []casework.Approvable{casework.ApprovableAssessment, casework.ApprovableProject, casework.ApprovableClosure}

func (r rule) read() (casework.ApprovalRule, error) {
	out := casework.ApprovalRule{Name: r.Name, Of: casework.Approvable(r.Of), Bodies: r.Bodies, Source: r.Source, Note: r.Note}
	switch {
	case !name.MatchString(r.Name):
		return out, errors.New("a name is written as in UVM")
	case !slices.Contains(approvable, out.Of):
		return out, fmt.Errorf("of %q: approved are %v", r.Of, approvable)
	case len(r.Forms) > 0 && out.Of != casework.ApprovableAssessment:
		return out, errors.New("forms belong to assessments")
	case len(r.Measures) > 0 && out.Of != casework.ApprovableProject:
		return out, errors.New("measures belong to projects")
	case r.Source == "" || r.Note == "":
		return out, errors.New("source and note are required")
	}
	if i := slices.IndexFunc(r.Bodies, func(b string) bool { return !body.MatchString(b) }); i >= 0 {
		return out, fmt.Errorf("%q is no code of a body", r.Bodies[i])
	}
	var errs [6]error
	out.Forms, errs[0] = words[eventv1.Form](r.Forms)
	out.Pathways, errs[1] = words[eventv1.Pathway](r.Pathways)
	out.Services, errs[2] = words[eventv1.Service](r.Services)
	out.ValidFrom, errs[3] = casework.ParseDay(r.ValidFrom)
	out.ValidTo, errs[4] = casework.ParseDay(r.ValidTo)
	out.Measures, errs[5] = words[eventv1.Measure](r.Measures)
	if err := errors.Join(errs[:]...); err != nil {
		return out, err
	}
	if out.ValidTo != 0 && out.ValidTo < out.ValidFrom {
		return out, errors.New("valid_to is before valid_from")
	}
	return out, nil
}

// words reads words of a vocabulary of the event schema.
func words[W fact.Vocabulary](names []string) ([]W, error) {
	var out []W
	for _, n := range names {
		w, ok := fact.Word[W](n)
		if !ok {
			return nil, fmt.Errorf("%s has no word %q", W(0).Descriptor().Name(), n)
		}
		out = append(out, w)
	}
	return out, nil
}
