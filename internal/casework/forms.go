package casework

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Forms is what may be written on the forms of the Ambito and with which
// scales. The zero value knows none, and then none is checked: the fold never
// asks, so what was recorded under older forms stays as it is.
type Forms struct {
	Forms  []FormVersion
	Scales []Scale
}

// FormVersion is one version of a form.
type FormVersion struct {
	Form    eventv1.Form
	Version string
	// Domains that it has, and those of them without which it is not whole.
	Domains, Required []eventv1.Domain
	// ValidFrom and ValidTo are the first and last day on which it may be
	// begun; zero is open.
	ValidFrom, ValidTo Day
	// Source is the law, plan or paper; Note says how certain it is.
	Source, Note string
}

// Scale is one version of a scale. Its items have codes, never the words of who
// published it.
type Scale struct {
	ID, Version, Title string
	Source, Note       string
	// Domains that it measures.
	Domains []eventv1.Domain
	// Items that a score is the sum of; none where only the score is recorded.
	Items []ItemRule
	// Least and Most bound the score.
	Least, Most int64
}

// ItemRule is one item of a scale with the values that an answer may have.
type ItemRule struct {
	Code   string
	Values []int64
}

// opened says whether a version of a form may be begun on a day.
func (f *Forms) opened(form eventv1.Form, version string, on Day) error {
	if len(f.Forms) == 0 {
		return nil
	}
	var known []string
	for _, v := range f.Forms {
		switch {
		case v.Form != form:
		case v.Version != version:
			known = append(known, v.Version)
		case v.ValidFrom != 0 && on < v.ValidFrom:
			return invalid("form_version", "%s is used from %s on", version, v.ValidFrom)
		case v.ValidTo != 0 && on > v.ValidTo:
			return invalid("form_version", "%s was used up to %s: take a newer version", version, v.ValidTo)
		default:
			return nil
		}
	}
	if len(known) == 0 {
		return invalid("form", "is not in use here: ask the administrator")
	}
	return invalid("form_version", "is not a version of this form: give %s", strings.Join(known, " or "))
}

// version gives a version of a form; nil for one that is not known, such as one
// that was begun when there were other forms.
func (f *Forms) version(a *Assessment) *FormVersion {
	i := slices.IndexFunc(f.Forms, func(v FormVersion) bool { return v.Form == a.Form && v.Version == a.FormVersion })
	if i < 0 {
		return nil
	}
	return &f.Forms[i]
}

// finding says whether something may be written on the form of an assessment.
func (f *Forms) finding(a *Assessment, found *eventv1.DomainAssessed) error {
	if v := f.version(a); v != nil && !slices.Contains(v.Domains, found.GetDomain()) {
		return invalid("domain", "is not on this form: it has %s", domainNames(v.Domains))
	}
	if len(f.Scales) == 0 || found.GetScale() == "" {
		return nil
	}
	s, err := f.scale(found.GetScale(), found.GetScaleVersion())
	switch {
	case err != nil:
		return err
	case !slices.Contains(s.Domains, found.GetDomain()):
		return invalid("scale", "%s does not measure this domain: it measures %s", s.ID, domainNames(s.Domains))
	case len(s.Items) > 0:
		return s.sums(found)
	case len(found.GetItems()) > 0:
		return invalid("items", "%s is recorded by its score alone: leave them out", s.ID)
	case found.GetScore() < s.Least || found.GetScore() > s.Most:
		return invalid("score", "%s goes from %d to %d", s.ID, s.Least, s.Most)
	}
	return nil
}

func (f *Forms) scale(id, version string) (*Scale, error) {
	var known []string
	for i := range f.Scales {
		switch s := &f.Scales[i]; {
		case s.ID != id:
		case s.Version == version:
			return s, nil
		default:
			known = append(known, s.Version)
		}
	}
	if len(known) > 0 {
		return nil, invalid("scale_version", "%s is in use as %s", id, strings.Join(known, " or "))
	}
	for _, s := range f.Scales {
		if !slices.Contains(known, s.ID) {
			known = append(known, s.ID)
		}
	}
	return nil, invalid("scale", "is not in use here: there are %s", strings.Join(known, ", "))
}

// sums says whether every item has its answer and the score is their sum.
func (s *Scale) sums(found *eventv1.DomainAssessed) error {
	sum := int64(0)
	answered := make(map[string]bool, len(s.Items))
	for i, answer := range found.GetItems() {
		code := answer.GetCode()
		at := slices.IndexFunc(s.Items, func(r ItemRule) bool { return r.Code == code })
		switch {
		case at < 0:
			return invalid(itemField(i, "code"), "%s has no such item: it has %s", s.ID, s.codes())
		case answered[code]:
			return invalid(itemField(i, "code"), "%s is answered twice", code)
		case !slices.Contains(s.Items[at].Values, answer.GetScore()):
			return invalid(itemField(i, "score"), "%s is answered with %s", code, numbers(s.Items[at].Values))
		}
		answered[code] = true
		sum += answer.GetScore()
	}
	for _, r := range s.Items {
		if !answered[r.Code] {
			return invalid("items", "%s is missing: a score means nothing without its answers", r.Code)
		}
	}
	if found.GetScore() != sum {
		return invalid("score", "the answers add up to %d", sum)
	}
	return nil
}

func (s *Scale) codes() string {
	codes := make([]string, len(s.Items))
	for i, r := range s.Items {
		codes[i] = r.Code
	}
	return strings.Join(codes, ", ")
}

// missing gives the domains without which an assessment is not whole.
func (f *Forms) missing(a *Assessment) []eventv1.Domain {
	v := f.version(a)
	if v == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(v.Required), func(d eventv1.Domain) bool {
		return slices.ContainsFunc(a.Domains, func(found *DomainFinding) bool { return found.Domain == d })
	})
}

func itemField(i int, of string) string { return fmt.Sprintf("items[%d].%s", i, of) }

func domainNames(list []eventv1.Domain) string {
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = strings.TrimPrefix(d.String(), "DOMAIN_")
	}
	return strings.Join(names, ", ")
}

func numbers(list []int64) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(texts, ", ")
}
