package postgres

import (
	"context"
	"slices"

	"percorsi/internal/person"
)

// groupOf gives, as SQL, everybody whom links lead to from a person, the person
// included.
func groupOf(person string) string {
	return `with recursive linked (id) as (
	select ` + person + `::text collate "C"
	union
	select x.id from linked cross join lateral (
		select l.other_id as id from percorsi.person_links l where l.person_id = linked.id
		union all
		select l.person_id from percorsi.person_links l where l.other_id = linked.id) x)
select id from linked`
}

var groupQuery = `
select k.stream, k.position, k.data
from percorsi.people c
join percorsi_log.commits k on k.stream = 'person.' || c.person_id and k.position <= c.last
where c.person_id = any(array(` + groupOf("$1") + `))
order by c.registered, k.position`

// Group gives every registration that is of the same person as one.
func (m *Model) Group(ctx context.Context, id string) ([]*person.Record, error) {
	group, err := m.persons(ctx, groupQuery, plain(id))
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(group, func(r *person.Record) bool { return r.ID == id }) {
		_, err := m.Person(ctx, id) // says why there is none
		return nil, err
	}
	return group, nil
}

const byIdentifierQuery = `
select k.stream, k.position, k.data
from percorsi.people c
join percorsi_log.commits k on k.stream = 'person.' || c.person_id and k.position <= c.last
where c.identifier_key = $1 and c.identifier_key <> ''
order by c.registered, k.position`

// PersonsByIdentifierKey gives the persons who were registered with an
// identifier.
func (m *Model) PersonsByIdentifierKey(ctx context.Context, key []byte) ([]*person.Record, error) {
	if len(key) == 0 {
		return nil, ctx.Err()
	}
	return m.persons(ctx, byIdentifierQuery, plainBytes(key))
}

const bySearchKeysQuery = `
with found as (
	select c.person_id, c.registered, c.last, count(*) as hits
	from percorsi.person_search_keys s
	join percorsi.people c using (person_id)
	where s.key = any($1)
	group by c.person_id
	order by hits desc, c.registered
	limit $2)
select k.stream, k.position, k.data
from found
join percorsi_log.commits k on k.stream = 'person.' || found.person_id and k.position <= found.last
order by found.hits desc, found.registered, k.position`

// PersonsBySearchKeys gives the persons who have at least one of the keys.
func (m *Model) PersonsBySearchKeys(ctx context.Context, keys [][]byte, limit int) ([]*person.Record, error) {
	if len(keys) == 0 || limit <= 0 {
		return nil, ctx.Err()
	}
	wanted := make([][]byte, len(keys))
	for i, key := range keys {
		wanted[i] = plainBytes(key)
	}
	return m.persons(ctx, bySearchKeysQuery, wanted, limit)
}

func (m *Model) persons(ctx context.Context, query string, args ...any) ([]*person.Record, error) {
	states, err := m.foldAll(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var out []*person.Record
	for _, s := range states {
		out = append(out, s.Person)
	}
	return out, nil
}
