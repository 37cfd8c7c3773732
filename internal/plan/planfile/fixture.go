package planfile

import (
	"github.com/google/uuid"
	"go.yaml.in/yaml/v3"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// readFixtures reads all fixtures. A fixture that comes after another one has
// the facts of that one first, told again of a case and a person of its own.
func (r *reader) readFixtures() map[string]*Fixture {
	drafts := make(map[string]*draft)
	for _, s := range r.fixtures {
		for _, n := range s.items(s.node) {
			d := s.draft(n)
			if old, ok := drafts[d.name]; ok {
				s.wrong(n, "fixture %s is told in %s as well: give it another name", d.name, old.place(old.node))
				continue
			}
			drafts[d.name] = d
		}
	}
	out := make(map[string]*Fixture, len(drafts))
	for name, d := range drafts {
		out[name] = d.fixture(drafts)
	}
	return out
}

// draft is a fixture whose facts are not read yet.
type draft struct {
	file
	node         *yaml.Node
	name         string
	after        *yaml.Node
	personOf     *yaml.Node
	demographics *eventv1.Demographics
	facts        []*yaml.Node
}

func (f file) draft(n *yaml.Node) *draft {
	d := &draft{file: f, node: n}
	for key, value := range f.pairs(n) {
		switch key.Value {
		case "name":
			d.name = f.text(value)
		case "after":
			d.after = value
		case "person_of":
			d.personOf = value
		case "demographics":
			d.demographics = &eventv1.Demographics{}
			f.checked(value, d.demographics, nil)
		case "facts":
			d.facts = f.items(value)
		default:
			f.unknownKey(key, "name", "after", "person_of", "demographics", "facts")
		}
	}
	if d.name == "" {
		f.wrong(n, "name is missing: a fixture is found by its name")
	}
	return d
}

// fixture reads the facts, those of the fixtures before it first.
func (d *draft) fixture(drafts map[string]*draft) *Fixture {
	out := &Fixture{Name: d.name}
	names := d.names(drafts)
	for _, part := range d.line(drafts) {
		if part.demographics != nil {
			out.Demographics = part.demographics
		}
		scope := part.file
		if part != d {
			// What is wrong there was noted when that fixture was read.
			scope.report = &report{}
		}
		for _, n := range part.facts {
			out.Facts = append(out.Facts, scope.fact(n, names))
		}
	}
	if len(out.Facts) == 0 {
		d.wrong(d.node, "fixture %s has no facts", d.name)
	}
	return out
}

// names turns the names of a fixture into UUIDs. Its person may be that of
// another fixture: one person with two cases.
func (d *draft) names(drafts map[string]*draft) func(string) string {
	person := d.name
	if d.personOf != nil {
		person = d.text(d.personOf)
		if other, ok := drafts[person]; !ok || other.personOf != nil {
			d.wrong(d.personOf, "there is no fixture %s with a person of its own", person)
		}
	}
	return func(name string) string {
		if name == personName {
			return idOf(person, name)
		}
		return idOf(d.name, name)
	}
}

// personName is what a fixture calls its person.
const personName = "person"

// line gives the drafts that a fixture is made of, the first one first. What is
// wrong is noted once, for the fixture in which it is written.
func (d *draft) line(drafts map[string]*draft) []*draft {
	line, seen := []*draft{d}, map[string]bool{d.name: true}
	for at := d; at.after != nil; {
		name := at.text(at.after)
		before, ok := drafts[name]
		switch {
		case !ok && at == d:
			at.wrong(at.after, "there is no fixture %s", name)
			return line
		case name == d.name:
			at.wrong(at.after, "fixture %s comes after itself", name)
			return line
		case !ok || seen[name]:
			return line
		}
		seen[name] = true
		line = append([]*draft{before}, line...)
		at = before
	}
	return line
}

// fact reads one fact; named turns the names inside it into UUIDs.
func (f file) fact(n *yaml.Node, named func(string) string) *eventv1.Fact {
	fact, before := &eventv1.Fact{}, len(f.errs)
	f.checked(n, fact, named)
	switch {
	case len(f.errs) > before:
	case fact.GetFact() == nil:
		f.wrong(n, "a fact is missing here: say what happened")
	case !isDay(fact.GetOccurredOn()):
		f.wrong(n, "occurred_on is not a calendar day: write it as 2025-03-31")
	}
	return fact
}

// idOf gives the UUID that a name stands for in a scope. A UUID stands for
// itself.
func idOf(scope, name string) string {
	if id, err := uuid.Parse(name); err == nil {
		return id.String()
	}
	name = scope + "/" + name
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("percorsi:fixture:"+name)).String()
}
