package postgres

import (
	"context"
	"errors"
	"fmt"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	"percorsi/internal/person"
	"percorsi/internal/readmodel"
)

// had gives the state of a stream that this process has, and its newest
// commit.
func (m *Model) had(s eventlog.Stream) (readmodel.State, casework.Position) {
	state, _ := m.states.Get(s)
	return state, state.Last()
}

// keepState remembers a state, unless there is a newer one.
func (m *Model) keepState(s eventlog.Stream, state readmodel.State) {
	if _, last := m.had(s); state.Last() > last {
		m.states.Add(s, state)
	}
}

// evolve folds what a question found of a stream.
func (m *Model) evolve(ctx context.Context, state readmodel.State, d readmodel.Delivery) (readmodel.State, error) {
	next, err := state.Evolve(ctx, d, m.past)
	if errors.Is(err, readmodel.ErrPast) {
		return state, &fault.Error{
			Kind: fault.Unavailable, Err: err,
			Message: "what was corrected cannot be read at the moment: what was recorded is safe, ask again shortly",
		}
	}
	if err != nil {
		return state, &fault.Error{
			Kind: fault.Unavailable,
			Message: fmt.Sprintf("what was recorded at position %d cannot be read by this process: it may be older than the one that writes, ask the administrator",
				d.Record.Position),
			Err: err,
		}
	}
	return next, nil
}

// The commits of a stream, as far as its rows have them, after those that the
// asker has. There is always a row, so that a stream without commits can say
// why.
const (
	caseQuery = `
select coalesce(c.last, 0), coalesce(q.at, 0), k.position, k.data
from (select $1::uuid as case_id) v
left join percorsi.cases c using (case_id)
left join percorsi.quarantine q on q.stream = $2
left join percorsi_log.commits k on k.stream = $2 and k.position > $3 and k.position <= c.last
order by k.position`

	personQuery = `
select coalesce(c.last, 0), coalesce(q.at, 0), k.position, k.data
from (select $1::text as person_id) v
left join percorsi.people c using (person_id)
left join percorsi.quarantine q on q.stream = $2
left join percorsi_log.commits k on k.stream = $2 and k.position > $3 and k.position <= c.last
order by k.position`

	planQuery = `
select coalesce(c.last, 0), coalesce(q.at, 0), k.position, k.data
from (select $1::text as plan_id) v
left join percorsi.plans c using (plan_id)
left join percorsi.quarantine q on q.stream = $2
left join percorsi_log.commits k on k.stream = $2 and k.position > $3 and k.position <= c.last
order by k.position`
)

// read asks for one stream. stopped is where it stopped, 0 if it did not.
func (m *Model) read(ctx context.Context, query string, id any, s eventlog.Stream) (state readmodel.State, stopped casework.Position, err error) {
	state, after := m.had(s)
	rows, err := m.pool.Query(ctx, query, id, string(s), int64(after))
	if err != nil {
		return state, 0, unreachable(err)
	}
	defer rows.Close()
	for rows.Next() {
		var (
			last, at int64
			p        *int64
			data     []byte
		)
		if err := rows.Scan(&last, &at, &p, &data); err != nil {
			return state, 0, err
		}
		stopped = casework.Position(at)
		if p == nil {
			continue
		}
		if state, err = m.evolve(ctx, state, delivery(s, *p, data)); err != nil {
			return state, stopped, err
		}
	}
	if err := rows.Err(); err != nil {
		return state, stopped, unreachable(err)
	}
	m.keepState(s, state)
	return state, stopped, nil
}

func delivery(s eventlog.Stream, at int64, data []byte) readmodel.Delivery {
	return readmodel.Decode(eventlog.Record{Stream: s, Position: eventlog.Position(at), Data: data})
}

// Case gives a case as far as it was folded.
func (m *Model) Case(ctx context.Context, id casework.CaseID) (*casework.Case, error) {
	c, _, err := m.readCase(ctx, id)
	return c, err
}

func (m *Model) readCase(ctx context.Context, id casework.CaseID) (*casework.Case, casework.Position, error) {
	state, stopped, err := m.read(ctx, caseQuery, id16(id), caseStream(id))
	switch {
	case err != nil:
		return nil, stopped, err
	case state.Case != nil:
		return state.Case, stopped, nil
	case stopped != 0:
		return nil, stopped, readmodel.Quarantine{At: stopped}.Err()
	default:
		return nil, 0, access.NoSuchCase()
	}
}

// Person gives a person.
func (m *Model) Person(ctx context.Context, id string) (*person.Record, error) {
	state, stopped, err := m.read(ctx, personQuery, plain(id), eventlog.Stream(readmodel.PersonStream+"."+plain(id)))
	switch {
	case err != nil:
		return nil, err
	case state.Person != nil:
		return state.Person, nil
	case stopped != 0:
		return nil, readmodel.Quarantine{At: stopped}.Err()
	default:
		return nil, readmodel.NoSuchPerson()
	}
}

const casesOfQuery = `
select k.stream, k.position, k.data
from percorsi.case_people w
join percorsi.cases c using (case_id)
join percorsi_log.commits k on k.stream = 'case.' || c.case_id and k.position <= c.last
where w.person_id = $1
order by c.opened desc, k.position`

// CasesOf gives every case that a person is or was in, the one opened last in front.
func (m *Model) CasesOf(ctx context.Context, who string) ([]*casework.Case, error) {
	states, err := m.foldAll(ctx, casesOfQuery, plain(who))
	if err != nil {
		return nil, err
	}
	var out []*casework.Case
	for _, s := range states {
		out = append(out, s.Case)
	}
	return out, nil
}

// foldAll folds the streams that a question finds, in the order it finds them.
func (m *Model) foldAll(ctx context.Context, query string, args ...any) ([]readmodel.State, error) {
	rows, err := m.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var (
		states []readmodel.State
		last   string
	)
	for rows.Next() {
		var (
			stream string
			at     int64
			data   []byte
		)
		if err := rows.Scan(&stream, &at, &data); err != nil {
			return nil, err
		}
		if stream != last {
			states, last = append(states, readmodel.State{}), stream
		}
		of := &states[len(states)-1]
		if *of, err = m.evolve(ctx, *of, delivery(eventlog.Stream(stream), at, data)); err != nil {
			return nil, err
		}
	}
	return states, unreachable(rows.Err())
}
