package postgres

import (
	"bytes"
	"slices"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/person"
	"percorsi/internal/readmodel"
)

// changes is what has to happen to the tables: rows that are put in, or in the
// place of those with the same keys, and keys of rows that go.
type changes struct {
	puts map[*table][]row
	gone map[*table][]row
}

func newChanges() *changes {
	return &changes{puts: make(map[*table][]row), gone: make(map[*table][]row)}
}

func (c *changes) put(t *table, r row)         { c.puts[t] = append(c.puts[t], r) }
func (c *changes) remove(t *table, key ...any) { c.gone[t] = append(c.gone[t], rowOf(key...)) }

// entry is a stream as its rows have it.
type entry struct {
	state   readmodel.State
	clocks  []casework.Clock
	readers []string
	// waits is since when something waits for its approval; barred are those who
	// approve none of it.
	waits  casework.Waits
	barred []string
}

// entryOf gives the entry of a state.
func entryOf(by rules, s readmodel.State) *entry {
	e := &entry{state: s}
	if c := s.Case; c != nil {
		e.clocks, e.readers = casework.Running(by.clocks, c), readersOf(c)
		waits := c.Awaiting(by.approvals)
		e.waits, e.barred = casework.WaitsOf(waits), casework.Barred(waits)
	}
	return e
}

// readersOf gives who sees a case, without those who see it because their body
// manages it: these are found by that, and there would be nearly all of the
// cases of a body among those that it sees for other reasons.
func readersOf(c *casework.Case) []string {
	managing := access.SightOf(access.Caller{Role: access.Coordinator, Body: c.ManagingBody}).Readers
	return slices.DeleteFunc(list(access.ReadersOf(c)), func(r string) bool { return slices.Contains(managing, r) })
}

// between adds what turns the rows of one state of a stream into those of
// another. The old one is empty for a stream without rows. Evolve shares what
// it leaves as it was, so what is the same pointer needs no look.
func (c *changes) between(old, next *entry) {
	switch {
	case next.state.Case != nil:
		c.ofCase(old, next)
	case next.state.Person != nil:
		c.ofPerson(old.state.Person, next.state.Person)
	case next.state.Plan != nil:
		c.put(planTable, planRow(next.state.Plan))
	}
}

// nobody is the state of a case before it was opened.
var nobody = &casework.Case{}

func (c *changes) ofCase(was, is *entry) {
	old, next := was.state.Case, is.state.Case
	if old == nil {
		old = nobody
	}
	c.put(caseTable, caseRow(is))
	if old == nobody || !sameList(old.Composition, next.Composition) {
		c.household(old, next)
	}
	c.parts(old, next)
	c.tenures(old, next)
	c.clocks(was, is)
	c.discharge(old, next)
	children(c, teamTable, old.Team, next, next.Team, func(m *casework.TeamMember) string { return m.ID }, teamRow)
	children(c, meetingTable, old.Meetings, next, next.Meetings, func(m *casework.Meeting) string { return m.ID }, meetingRow)
	children(c, assessmentTable, old.Assessments, next, next.Assessments, func(a *casework.Assessment) string { return a.ID }, assessmentRow)
	children(c, projectTable, old.Projects, next, next.Projects, func(p *casework.Project) string { return p.ID }, projectRow)
	children(c, supportTable, old.Supports, next, next.Supports, func(s *casework.Support) string { return s.ID }, supportRow)
	children(c, pathTable, old.Paths, next, next.Paths, func(p *casework.Path) string { return p.ID }, pathRow)
	children(c, referralTable, old.Referrals, next, next.Referrals, func(r *casework.Referral) string { return r.ID }, referralRow)
}

// children keeps the rows of one list of a case in step. Where a log has two
// things under one id, which this program does not write, the last is the row.
func children[T any](c *changes, t *table, old []*T, of *casework.Case, next []*T, key func(*T) string, rowOf func(*casework.Case, *T) row) {
	if sameList(old, next) {
		return
	}
	for i, v := range next {
		if i < len(old) && old[i] == v || slices.Contains(old, v) {
			continue
		}
		if slices.ContainsFunc(next[i+1:], func(n *T) bool { return key(n) == key(v) }) {
			continue
		}
		c.put(t, rowOf(of, v))
	}
	for i, v := range old {
		if i < len(next) && key(next[i]) == key(v) {
			continue
		}
		if !slices.ContainsFunc(next, func(n *T) bool { return key(n) == key(v) }) {
			c.remove(t, id16(of.ID), key(v))
		}
	}
}

// sameList tells whether two lists are one and the same, without looking into
// them.
func sameList[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func (c *changes) household(old, next *casework.Case) {
	now := casePeopleRows(next)
	for _, r := range now {
		c.put(casePeopleTable, r)
	}
	if old == nobody {
		return
	}
	for _, r := range casePeopleRows(old) {
		if !slices.ContainsFunc(now, func(n row) bool { return n[0] == r[0] }) {
			c.remove(casePeopleTable, r[0], r[1])
		}
	}
}

// parts walks both lists, which are sorted.
func (c *changes) parts(old, next *casework.Case) {
	i := 0
	for _, p := range next.Parts {
		for i < len(old.Parts) && old.Parts[i].Part < p.Part {
			c.remove(partTable, id16(next.ID), string(old.Parts[i].Part))
			i++
		}
		if i < len(old.Parts) && old.Parts[i].Part == p.Part {
			i++
			if old.Parts[i-1] == p {
				continue
			}
		}
		c.put(partTable, partRow(next, p))
	}
	for ; i < len(old.Parts); i++ {
		c.remove(partTable, id16(next.ID), string(old.Parts[i].Part))
	}
}

// tenures compares tenure by tenure: one that was recorded late moves those
// after it.
func (c *changes) tenures(old, next *casework.Case) {
	if sameList(old.Responsible, next.Responsible) {
		return
	}
	was, is := old.Tenures(), next.Tenures()
	for i, t := range is {
		if i >= len(was) || was[i] != t {
			c.put(tenureTable, tenureRow(next, i, t))
		}
	}
	for i := len(is); i < len(was); i++ {
		c.remove(tenureTable, id16(next.ID), int32(i))
	}
}

// clocks compares clock by clock, unless what is written with each of them has
// changed.
func (c *changes) clocks(was, is *entry) {
	old, next := was.state.Case, is.state.Case
	same := old != nil && old.ManagingBody == next.ManagingBody && old.CaseManager == next.CaseManager &&
		old.Service == next.Service && slices.Equal(was.readers, is.readers) && was.waits.Any() == is.waits.Any()
	for i, k := range is.clocks {
		if same && i < len(was.clocks) && was.clocks[i] == k {
			continue
		}
		c.put(clockTable, clockRow(is, k, i))
	}
	for i := len(is.clocks); i < len(was.clocks); i++ {
		c.remove(clockTable, id16(next.ID), int16(i))
	}
}

func (c *changes) discharge(old, next *casework.Case) {
	switch {
	case old.Discharge == next.Discharge:
	case next.Discharge == nil:
		c.remove(dischargeTable, id16(next.ID))
	default:
		c.put(dischargeTable, dischargeRow(next, next.Discharge))
	}
}

func (c *changes) ofPerson(old, next *person.Record) {
	c.put(personTable, personRow(next))
	c.links(old, next)
	if old != nil && sameList(old.SearchKeys, next.SearchKeys) {
		return
	}
	for i, key := range next.SearchKeys {
		if !contains(next.SearchKeys[:i], key) {
			c.put(searchKeyTable, searchKeyRow(next, key))
		}
	}
	if old == nil {
		return
	}
	for i, key := range old.SearchKeys {
		if !contains(next.SearchKeys, key) && !contains(old.SearchKeys[:i], key) {
			c.remove(searchKeyTable, key, next.ID)
		}
	}
}

// links keeps a row for each link that stands.
func (c *changes) links(old, next *person.Record) {
	var before []person.Bond
	if old != nil {
		before = old.Bonds
	}
	if sameList(before, next.Bonds) {
		return
	}
	had := make(map[string]person.Bond, len(before))
	for _, b := range before {
		had[b.Other] = b
	}
	for _, b := range next.Bonds {
		switch was := had[b.Other]; {
		case was.Revision == b.Revision:
		case b.Kind == person.Linked:
			c.put(linkTable, linkRow(next, b))
		case was.Kind == person.Linked:
			c.remove(linkTable, next.ID, b.Other)
		}
	}
}

func contains(keys [][]byte, key []byte) bool {
	return slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, key) })
}
