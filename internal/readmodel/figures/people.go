package figures

import (
	"cmp"
	"slices"

	"percorsi/internal/casework"
	"percorsi/internal/indicator"
	"percorsi/internal/person"
)

// people is what figures need to know of persons.
type people struct {
	of     map[string]somebody
	groups person.Groups
	// grouped has those who are counted with others.
	grouped map[string]counted
	// since has the position at which that changed last, also for those who are
	// not counted with others any more.
	since map[string]casework.Position
}

// somebody is one registration.
type somebody struct {
	// attributes is what figures are split by; zero for who cannot be opened.
	attributes indicator.Attributes
	registered person.Position
}

// counted is what a registration counts as in a group: under the key of the
// first registered, and split by what is known of any of them.
type counted struct {
	key        string
	attributes indicator.Attributes
}

func newPeople() people {
	return people{of: map[string]somebody{}, grouped: map[string]counted{}, since: map[string]casework.Position{}}
}

// attributes gives what figures are split by of a registration.
func (p *people) attributes(id string) indicator.Attributes {
	if c, ok := p.grouped[id]; ok {
		return c.attributes
	}
	return p.of[id].attributes
}

// key gives what a registration is counted under.
func (p *people) key(id string) string {
	if c, ok := p.grouped[id]; ok {
		return c.key
	}
	return id
}

// put takes over the newest state of a person, and gives everybody of whom the
// boards have to be told.
func (p *people) put(r *person.Record, own indicator.Attributes) []string {
	p.of[r.ID] = somebody{attributes: own, registered: r.Registered()}
	changed := p.groups.Put(r)
	group := p.groups.Of(r.ID)
	if len(changed) == 0 && group == nil {
		return []string{r.ID}
	}
	changed = append(append(changed, group...), r.ID)
	slices.Sort(changed)
	changed = slices.Compact(changed)
	for _, id := range changed {
		p.count(id, casework.Position(r.Last))
	}
	return changed
}

// count finds out what a registration counts as now.
func (p *people) count(id string, at casework.Position) {
	before := p.key(id)
	group := p.groups.Of(id)
	if group == nil {
		delete(p.grouped, id)
	} else {
		p.grouped[id] = p.together(group)
	}
	if p.key(id) != before {
		p.since[id] = max(p.since[id], at)
	}
}

// together gives what all of a group count as. Somebody who was not told of yet
// was registered last.
func (p *people) together(group []string) counted {
	slices.SortStableFunc(group, func(a, b string) int {
		return cmp.Compare(p.of[a].registered-1, p.of[b].registered-1) // 0 is the largest then
	})
	out := counted{key: group[0]}
	for _, id := range group {
		own := p.of[id].attributes
		out.attributes.BirthYear = cmp.Or(out.attributes.BirthYear, own.BirthYear)
		out.attributes.Sex = cmp.Or(out.attributes.Sex, own.Sex)
		out.attributes.Citizenship = cmp.Or(out.attributes.Citizenship, own.Citizenship)
	}
	return out
}
