package pgkeys

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"percorsi/internal/fault"
	"percorsi/internal/privacy"
)

const (
	// most bounds the people of one statement: what triggers tell of them fits
	// one notification.
	most = 128
	// answerWithin bounds one statement: who calls has no deadline of its own.
	answerWithin = 5 * time.Second
)

// call is one caller who waits for the database.
type call struct {
	person uuid.UUID
	answer chan answer // has room for the answer
}

type answer struct {
	wrapped wrapped
	found   bool
	err     error
}

// statement does something with people and gives the keys it met. It may run
// twice.
type statement func(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]wrapped, error)

// call has a person served. What was taken from a caller is answered.
func (k *Keys) call(calls chan<- call, person uuid.UUID) answer {
	c := call{person: person, answer: make(chan answer, 1)}
	select {
	case calls <- c:
		return <-c.answer
	case <-k.closed:
		return answer{err: errClosed}
	}
}

// serve answers calls until the place is closed, as many at once as wait. do
// gets each person once, in one order for all processes, so that they never
// wait for each other in a circle.
func (k *Keys) serve(ctx context.Context, calls <-chan call, do statement) {
	for {
		select {
		case first := <-calls:
			waiting := gather(first, calls)
			found, err := k.twice(ctx, people(waiting), do)
			reply(waiting, found, err)
		case <-k.closed:
			return
		}
	}
}

// twice tries again after a failure, on a new connection: those of the pool may
// have been cut while nobody used them.
func (k *Keys) twice(ctx context.Context, people []uuid.UUID, do statement) (map[uuid.UUID]wrapped, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	found, err := do(ctx, people)
	if err != nil && ctx.Err() == nil {
		k.pool.Reset()
		found, err = do(ctx, people)
	}
	return found, err
}

// gather takes the calls that are waiting already.
func gather(first call, calls <-chan call) []call {
	out := []call{first}
	for len(out) < most {
		select {
		case next := <-calls:
			out = append(out, next)
		default:
			return out
		}
	}
	return out
}

func people(calls []call) []uuid.UUID {
	out := make([]uuid.UUID, len(calls))
	for i, c := range calls {
		out[i] = c.person
	}
	slices.SortFunc(out, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(out)
}

func reply(calls []call, found map[uuid.UUID]wrapped, err error) {
	if err != nil {
		err = &fault.Error{Kind: fault.Unavailable, Message: "the keys cannot be reached at this moment: try again soon", Err: err}
	}
	for _, c := range calls {
		w, ok := found[c.person]
		c.answer <- answer{wrapped: w, found: ok, err: err}
	}
}

// look asks the database for keys that are not known here.
func (k *Keys) look(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]wrapped, error) {
	return k.fetch(ctx, k.pool, people)
}

// fetch reads keys and keeps them.
func (k *Keys) fetch(ctx context.Context, from reader, people []uuid.UUID) (map[uuid.UUID]wrapped, error) {
	age := k.memory.now()
	found, err := read(ctx, from, "select person, wrapped from "+Schema+".keys where person = any($1)", people)
	if err != nil {
		return nil, err
	}
	k.memory.keep(age, found)
	return found, nil
}

// create makes keys. Those that are there already, or are being made by
// another process, stay what they are.
func (k *Keys) create(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]wrapped, error) {
	made := make([][]byte, len(people))
	for i, person := range people {
		w := k.master.wrap(kindPerson, person[:], privacy.NewKey())
		made[i] = w[:]
	}
	age := k.memory.now()
	stored, err := read(ctx, k.pool, "insert into "+Schema+".keys (person, wrapped) select * from unnest($1::uuid[], $2::bytea[]) on conflict do nothing returning person, wrapped", people, made)
	if err != nil {
		return nil, err
	}
	k.memory.keep(age, stored)
	return stored, nil
}

func (k *Keys) destroy(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]wrapped, error) {
	_, err := k.pool.Exec(ctx, "delete from "+Schema+".keys where person = any($1)", people)
	k.memory.forget(people) // also if the answer was lost on its way
	return nil, err
}

// reader is a pool or a connection.
type reader interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// read runs a statement that gives people with their wrapped keys.
func read(ctx context.Context, from reader, sql string, args ...any) (map[uuid.UUID]wrapped, error) {
	rows, err := from.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[uuid.UUID]wrapped{}
	for rows.Next() {
		var person [16]byte
		var value []byte
		if err := rows.Scan(&person, &value); err != nil {
			return nil, err
		}
		out[person] = wrapped(value) // its length is checked by the table
	}
	return out, rows.Err()
}
