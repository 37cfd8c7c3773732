package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"percorsi/internal/casework"
	"percorsi/internal/person"
	"percorsi/internal/readmodel"
)

// register is every person, with the ways to find one. Numbers of persons
// follow the order of registration.
type register struct {
	records      []*person.Record
	numbers      map[string]int
	byIdentifier map[string][]int
	bySearchKey  map[string][]int
	groups       person.Groups
}

func newRegister() register {
	return register{
		numbers:      make(map[string]int),
		byIdentifier: make(map[string][]int),
		bySearchKey:  make(map[string][]int),
	}
}

func (m *Model) evolvePerson(ctx context.Context, at casework.Position, id string, d readmodel.Delivery) error {
	var old *person.Record
	if n, known := m.people.numbers[id]; known {
		old = m.people.records[n]
	}
	s, err := readmodel.State{Person: old}.Evolve(ctx, d, m.past)
	if err != nil {
		return err
	}
	m.boards.Person(s.Person)
	m.publish(at, func() {
		m.people.put(old, s.Person)
		m.recent.Add(d.Record.Stream)
	})
	return nil
}

// put replaces a person; old is nil for a new one.
func (g *register) put(old, next *person.Record) {
	n, known := g.numbers[next.ID]
	if !known {
		n = len(g.records)
		g.numbers[next.ID] = n
		g.records = append(g.records, next)
		if key := string(next.IdentifierKey); key != "" {
			g.byIdentifier[key] = append(g.byIdentifier[key], n)
		}
	}
	g.records[n] = next
	g.groups.Put(next)
	if old != nil && sameList(old.SearchKeys, next.SearchKeys) {
		return
	}
	if old != nil {
		for _, key := range old.SearchKeys {
			g.drop(string(key), n)
		}
	}
	for _, key := range next.SearchKeys {
		if list := g.bySearchKey[string(key)]; !slices.Contains(list, n) {
			g.bySearchKey[string(key)] = append(list, n)
		}
	}
}

func (g *register) drop(key string, n int) {
	list := slices.DeleteFunc(g.bySearchKey[key], func(i int) bool { return i == n })
	if len(list) == 0 {
		delete(g.bySearchKey, key)
		return
	}
	g.bySearchKey[key] = list
}

// Person gives a person.
func (m *Model) Person(ctx context.Context, id string) (*person.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if n, ok := m.people.numbers[id]; ok {
		return m.people.records[n], nil
	}
	if q, ok := m.stopped.find(personStream(id)); ok {
		return nil, q.Err()
	}
	return nil, readmodel.NoSuchPerson()
}

// Group gives every registration that is of the same person as one.
func (m *Model) Group(ctx context.Context, id string) ([]*person.Record, error) {
	r, err := m.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	group := m.people.groups.Of(id)
	if group == nil {
		return []*person.Record{r}, nil
	}
	var numbers []int
	for _, other := range group {
		if n, known := m.people.numbers[other]; known {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	out := make([]*person.Record, len(numbers))
	for i, n := range numbers {
		out[i] = m.people.records[n]
	}
	return out, nil
}

// PersonsByIdentifierKey gives the persons who were registered with an
// identifier.
func (m *Model) PersonsByIdentifierKey(ctx context.Context, key []byte) ([]*person.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []*person.Record
	for _, n := range m.people.byIdentifier[string(key)] {
		out = append(out, m.people.records[n])
	}
	return out, nil
}

// PersonsBySearchKeys gives the persons who have at least one of the keys.
func (m *Model) PersonsBySearchKeys(ctx context.Context, keys [][]byte, limit int) ([]*person.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	hits := make(map[int]int)
	for i, key := range keys {
		if slices.ContainsFunc(keys[:i], func(k []byte) bool { return bytes.Equal(k, key) }) {
			continue
		}
		for _, n := range m.people.bySearchKey[string(key)] {
			hits[n]++
		}
	}
	found := make([]int, 0, len(hits))
	for n := range hits {
		found = append(found, n)
	}
	slices.SortFunc(found, func(a, b int) int { return cmp.Or(cmp.Compare(hits[b], hits[a]), cmp.Compare(a, b)) })
	var out []*person.Record
	for _, n := range found[:min(len(found), max(limit, 0))] {
		out = append(out, m.people.records[n])
	}
	return out, nil
}
