package formfile

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
		Forms  []form  `yaml:"forms"`
		Scales []scale `yaml:"scales"`
	}

	form struct {
		Form      string   `yaml:"form"`
		Version   string   `yaml:"version"`
		Domains   []string `yaml:"domains"`
		Required  []string `yaml:"required"`
		ValidFrom string   `yaml:"valid_from"`
		ValidTo   string   `yaml:"valid_to"`
		Source    string   `yaml:"source"`
		Note      string   `yaml:"note"`
	}

	scale struct {
		ID      string   `yaml:"id"`
		Version string   `yaml:"version"`
		Title   string   `yaml:"title"`
		Domains []string `yaml:"domains"`
		Items   []item   `yaml:"items"`
		Least   int64    `yaml:"least"`
		Most    int64    `yaml:"most"`
		Source  string   `yaml:"source"`
		Note    string   `yaml:"note"`
	}

	item struct {
		Code   string  `yaml:"code"`
		Values []int64 `yaml:"values"`
	}
)

// Read reads forms and scales. Its error has a line for each thing that is
// wrong.
func Read(r io.Reader) (*casework.Forms, error) {
	var f file
	d := yaml.NewDecoder(r)
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("forms: %w", err)
	}
	out, wrong := &casework.Forms{}, []error(nil)
	for _, one := range f.Forms {
		v, err := one.version()
		if err == nil && slices.ContainsFunc(out.Forms, func(o casework.FormVersion) bool { return o.Form == v.Form && o.Version == v.Version }) {
			err = errors.New("is there twice")
		}
		wrong = append(wrong, named("form "+one.Form+" "+one.Version, err))
		out.Forms = append(out.Forms, v)
	}
	for _, one := range f.Scales {
		s, err := one.rule()
		if err == nil && slices.ContainsFunc(out.Scales, func(o casework.Scale) bool { return o.ID == s.ID && o.Version == s.Version }) {
			err = errors.New("is there twice")
		}
		wrong = append(wrong, named("scale "+one.ID+" "+one.Version, err))
		out.Scales = append(out.Scales, s)
	}
	if len(out.Forms) == 0 || len(out.Scales) == 0 {
		wrong = append(wrong, errors.New("forms: there is at least one form and one scale"))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return out, nil
}

func named(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// code is the form of ids, versions and codes of items, as in the event schema.
var code = regexp.MustCompile(`^[A-Z0-9][A-Z0-9._/-]{0,39}$`)

func (f form) version() (v casework.FormVersion, err error) {
	word, known := fact.Word[eventv1.Form](f.Form)
	switch {
	case !known:
		return v, errors.New("is no form of the event schema")
	case !code.MatchString(f.Version):
		return v, errors.New("a version is written as in DM-72-2024")
	case f.Source == "" || f.Note == "":
		return v, errors.New("source and note are required")
	}
	v = casework.FormVersion{Form: word, Version: f.Version, Source: f.Source, Note: f.Note}
	var errs [4]error
	v.Domains, errs[0] = domains(f.Domains)
	v.Required, errs[1] = domains(f.Required)
	v.ValidFrom, errs[2] = casework.ParseDay(f.ValidFrom)
	v.ValidTo, errs[3] = casework.ParseDay(f.ValidTo)
	if err := errors.Join(errs[:]...); err != nil {
		return v, err
	}
	switch {
	case len(v.Domains) == 0:
		return v, errors.New("domains are required")
	case slices.ContainsFunc(v.Required, func(d eventv1.Domain) bool { return !slices.Contains(v.Domains, d) }):
		return v, errors.New("a required domain is not among its domains")
	case v.ValidTo != 0 && v.ValidTo < v.ValidFrom:
		return v, errors.New("valid_to is before valid_from")
	}
	return v, nil
}

func (s scale) rule() (out casework.Scale, err error) {
	out = casework.Scale{
		ID: s.ID, Version: s.Version, Title: s.Title, Source: s.Source, Note: s.Note, Least: s.Least, Most: s.Most,
	}
	if out.Domains, err = domains(s.Domains); err != nil {
		return out, err
	}
	switch {
	case !code.MatchString(s.ID) || !code.MatchString(s.Version):
		return out, errors.New("id and version are written as in BARTHEL and 1965")
	case s.Title == "" || s.Source == "" || s.Note == "" || len(out.Domains) == 0:
		return out, errors.New("title, domains, source and note are required")
	case len(s.Items) == 0 && s.Most <= s.Least:
		return out, errors.New("without items, most is above least")
	case len(s.Items) > 0 && (s.Least != 0 || s.Most != 0):
		return out, errors.New("least and most follow from the items: leave them out")
	}
	for _, i := range s.Items {
		if err := i.addTo(&out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// addTo adds an item to its scale, whose bounds are the sums of the least and
// of the greatest answers.
func (i item) addTo(s *casework.Scale) error {
	switch {
	case !code.MatchString(i.Code):
		return fmt.Errorf("item %q: a code is written as in FEEDING", i.Code)
	case len(i.Values) < 2 || !slices.IsSorted(i.Values) || len(slices.Compact(slices.Clone(i.Values))) < len(i.Values) || i.Values[0] < 0:
		return fmt.Errorf("item %s: values are at least two, from 0 on and rising", i.Code)
	case slices.ContainsFunc(s.Items, func(o casework.ItemRule) bool { return o.Code == i.Code }):
		return fmt.Errorf("item %s is there twice", i.Code)
	}
	s.Items = append(s.Items, casework.ItemRule{Code: i.Code, Values: i.Values})
	s.Least += i.Values[0]
	s.Most += i.Values[len(i.Values)-1]
	return nil
}

func domains(names []string) ([]eventv1.Domain, error) {
	var out []eventv1.Domain
	for _, n := range names {
		d, known := fact.Word[eventv1.Domain](n)
		switch {
		case !known:
			return nil, fmt.Errorf("%q is no domain of the event schema", n)
		case slices.Contains(out, d):
			return nil, fmt.Errorf("domain %s is there twice", n)
		}
		out = append(out, d)
	}
	return out, nil
}
