package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
	"percorsi/internal/readmodel"
)

// writer folds the log into the tables of one schema. It is used by one
// goroutine at a time, and knows what is in the tables because nobody else
// writes them.
type writer struct {
	schema string
	rules  []casework.ClockRule
	// copies tells whether the commits are copied too, with the rows.
	copies bool
	// near gives what this process has folded of streams already, and up to
	// which position; nil where it has nothing.
	near func([]eventlog.Stream) (map[eventlog.Stream]*tale, casework.Position)

	position   casework.Position
	generation int64
	stopped    map[eventlog.Stream]readmodel.Quarantine
	entries    *lru.Cache[eventlog.Stream, *entry]
}

// newWriter makes a writer of a schema that is where its tables say. keep
// bounds the states that are kept; one that is not is folded again from its
// commits.
func newWriter(ctx context.Context, c *pgx.Conn, schema string, rules []casework.ClockRule, keep int, copies bool) (*writer, error) {
	w := &writer{schema: schema, rules: rules, copies: copies, stopped: make(map[eventlog.Stream]readmodel.Quarantine)}
	var err error
	if w.entries, err = lru.New[eventlog.Stream, *entry](keep); err != nil {
		return nil, err
	}
	if w.position, w.generation, err = progressOf(ctx, c, schema); err != nil {
		return nil, err
	}
	rows, err := c.Query(ctx, "select stream, at, since, reason, waiting from "+quarantineTable.in(schema))
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, scanQuarantine)
	for _, q := range list {
		w.stopped[q.Stream] = q
	}
	return w, err
}

// progressOf gives the position of the rows in a schema, and their generation.
func progressOf(ctx context.Context, q pgcopy.Querier, schema string) (casework.Position, int64, error) {
	var at, generation int64
	err := q.QueryRow(ctx, "select position, generation from "+progressIn(schema)).Scan(&at, &generation)
	return casework.Position(at), generation, err
}

func progressIn(schema string) string { return pgx.Identifier{schema, "progress"}.Sanitize() }

// errOvertaken says that somebody else has written what this writer was about
// to: it does not know any more what is in the tables.
var errOvertaken = errors.New("the rows were replaced meanwhile: begin again from where they are")

// apply folds a batch, all of it in one transaction. What the tables have
// already is left out; a record that comes too early is a *eventlog.Gap, once
// what came before it is folded.
func (w *writer) apply(ctx context.Context, c *pgx.Conn, batch []readmodel.Delivery) error {
	var gap error
	todo := make([]readmodel.Delivery, 0, len(batch))
	for next := eventlog.Position(w.position) + 1; len(batch) > 0; batch = batch[1:] {
		d := batch[0]
		if d.Record.Position > next {
			gap = &eventlog.Gap{Position: next}
			break
		}
		if d.Record.Position == next {
			todo = append(todo, d)
			next++
		}
	}
	if len(todo) == 0 {
		return gap
	}
	err := w.step(ctx, c, todo)
	if refused(err) {
		err = w.oneByOne(ctx, c, todo)
	}
	if err != nil {
		return err
	}
	return gap
}

// oneByOne is for a batch that has something in it that no table can hold. A
// record that is alone with it stops its stream, like one that cannot be
// folded.
func (w *writer) oneByOne(ctx context.Context, c *pgx.Conn, batch []readmodel.Delivery) error {
	for _, d := range batch {
		err := w.step(ctx, c, []readmodel.Delivery{d})
		if refused(err) {
			d.Err = refusal(err)
			err = w.step(ctx, c, []readmodel.Delivery{d})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// refused tells whether the database refused the data itself: a value that is
// out of range or too large, or against a constraint.
func refused(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && len(pg.Code) == len("00000") && slices.Contains(refusing, pg.Code[:2])
}

// refusing are the classes of SQLSTATE by which the database refuses data.
var refusing = []string{
	"21", // two rows where there must be one
	"22", // a value that its type does not have
	"23", // against a constraint
	"54", // larger than what a table or an index holds
}

// refusal gives the reason for which a stream stops. What the database says may
// repeat values, so it is left out.
func refusal(err error) error {
	pg, _ := errors.AsType[*pgconn.PgError](err)
	return fmt.Errorf("no table can hold what it says: SQLSTATE %s", pg.Code)
}

// step folds records that follow each other and writes what comes of them.
func (w *writer) step(ctx context.Context, c *pgx.Conn, batch []readmodel.Delivery) error {
	f, err := w.fold(ctx, c, batch)
	if err != nil {
		return err
	}
	if err := w.write(ctx, c, f, batch); err != nil {
		return err
	}
	w.position = f.position
	for s, e := range f.next {
		w.entries.Add(s, e)
	}
	maps.Copy(w.stopped, f.stopped)
	return nil
}

// folded is what comes of a batch.
type folded struct {
	position casework.Position
	next     map[eventlog.Stream]*entry
	stopped  map[eventlog.Stream]readmodel.Quarantine
	changes  *changes
}

// fold gives what comes of records that follow each other, and changes nothing.
func (w *writer) fold(ctx context.Context, c *pgx.Conn, batch []readmodel.Delivery) (*folded, error) {
	old, stopped, err := w.load(ctx, c, batch)
	if err != nil {
		return nil, err
	}
	f := &folded{
		next:    make(map[eventlog.Stream]*entry, len(old)),
		stopped: stopped,
		changes: newChanges(),
	}
	states := make(map[eventlog.Stream]readmodel.State, len(old))
	for _, d := range batch {
		w.evolve(d, old, states, f.stopped)
		f.position = casework.Position(d.Record.Position)
	}
	for s, state := range states {
		f.next[s] = entryOf(w.rules, state)
		f.changes.between(old[s], f.next[s])
	}
	for _, q := range f.stopped {
		f.changes.put(quarantineTable, quarantineRow(q))
	}
	return f, nil
}

// evolve takes one record more into states, or into what stopped.
func (w *writer) evolve(d readmodel.Delivery, old map[eventlog.Stream]*entry, states map[eventlog.Stream]readmodel.State, stopped map[eventlog.Stream]readmodel.Quarantine) {
	s := d.Record.Stream
	q, ok := stopped[s]
	if !ok {
		q, ok = w.stopped[s]
	}
	if ok {
		q.Waiting++
		stopped[s] = q
		return
	}
	state, ok := states[s]
	if !ok {
		state = old[s].state
	}
	next, err := state.Evolve(d)
	if err != nil {
		stopped[s] = readmodel.Quarantine{
			Stream: s, At: casework.Position(d.Record.Position), Since: d.Record.StoredAt, Reason: err.Error(),
		}
		return
	}
	states[s] = next
}

// load gives the entries of the streams in a batch, empty for those that have
// no rows yet, and the streams that stop at a commit which had been folded: by
// a program that could read it.
func (w *writer) load(ctx context.Context, c *pgx.Conn, batch []readmodel.Delivery) (map[eventlog.Stream]*entry, map[eventlog.Stream]readmodel.Quarantine, error) {
	entries := make(map[eventlog.Stream]*entry, len(batch))
	stopped := make(map[eventlog.Stream]readmodel.Quarantine)
	var missing []eventlog.Stream
	for _, d := range batch {
		s := d.Record.Stream
		if _, ok := entries[s]; ok {
			continue
		}
		if e, ok := w.entries.Get(s); ok {
			entries[s] = e
			continue
		}
		entries[s] = &entry{}
		if _, ok := w.stopped[s]; !ok {
			missing = append(missing, s)
		}
	}
	if len(missing) == 0 || w.position == 0 {
		return entries, stopped, nil
	}
	tales, err := w.foldStreams(ctx, c, missing)
	for s, t := range tales {
		entries[s] = entryOf(w.rules, t.state)
		if t.stopped != nil {
			stopped[s] = *t.stopped
		}
	}
	return entries, stopped, err
}

const streamsQuery = `select stream, position, stored_ns, data from percorsi_log.commits
where stream = any($1) and position > $2 and position <= $3 order by stream, position`

// foldStreams folds streams out of the copy of the log, up to the position of
// the rows. Where the figures of this process have the states of all streams it
// begins with those: then there is little left to read.
func (w *writer) foldStreams(ctx context.Context, c *pgx.Conn, streams []eventlog.Stream) (map[eventlog.Stream]*tale, error) {
	tales, after := make(map[eventlog.Stream]*tale, len(streams)), casework.Position(0)
	if w.near != nil {
		tales, after = w.near(streams)
	}
	if after > w.position { // somebody else has moved the rows on: begin at the beginning
		tales, after = make(map[eventlog.Stream]*tale, len(streams)), 0
	}
	rows, err := c.Query(ctx, streamsQuery, streams, int64(after), int64(w.position)) //nolint:rowserrcheck // ForEachRow gives it
	if err != nil {
		return nil, err
	}
	var (
		stream   eventlog.Stream
		at, when int64
		data     []byte
	)
	_, err = pgx.ForEachRow(rows, []any{&stream, &at, &when, &data}, func() error {
		t, ok := tales[stream]
		if !ok {
			t = &tale{stream: stream}
			tales[stream] = t
		}
		t.take(at, when, data)
		return nil
	})
	return tales, err
}

// channel is where positions are told to whoever waits for them.
const channel = "percorsi_position"

// swapping is the lock that who writes shares, and that who replaces a schema,
// or rows in it, has alone: a batch is written before or after, never across.
const swapping = 0x73_77_61_70_70_69_6e_67 // "swapping"

// write makes the changes, moves the position and copies the commits, in one
// transaction.
func (w *writer) write(ctx context.Context, c *pgx.Conn, f *folded, batch []readmodel.Delivery) error {
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		if w.copies {
			b.Queue("select pg_advisory_xact_lock_shared($1)", int64(swapping))
		}
		b.Queue("update "+progressIn(w.schema)+" set position = $1, moved_at = now() where position = $2 and generation = $3",
			int64(f.position), int64(w.position), w.generation).Exec(func(tag pgconn.CommandTag) error {
			if tag.RowsAffected() != 1 {
				return errOvertaken
			}
			return nil
		})
		if w.copies {
			records := make([]eventlog.Record, len(batch))
			for i, d := range batch {
				records[i] = d.Record
			}
			if err := pgcopy.Queue(b, records); err != nil {
				return err
			}
			b.Queue("select pg_notify($1, $2)", channel, position(f.position))
		}
		f.changes.queue(b, w.schema)
		return tx.SendBatch(ctx, b).Close()
	})
}

// queue puts the statements of the changes into a batch.
func (c *changes) queue(b *pgx.Batch, schema string) {
	for _, t := range tables {
		if gone := c.gone[t]; len(gone) > 0 {
			b.Queue(t.remove(schema), t.arrays(gone, t.keys)...)
		}
		if puts := c.puts[t]; len(puts) > 0 {
			b.Queue(t.upsert(schema), t.arrays(puts, len(t.columns))...)
		}
	}
}
