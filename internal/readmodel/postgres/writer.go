package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

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
	rules  rules
	past   readmodel.Past
	// copies tells whether the commits are copied too, with the rows.
	copies bool
	// follower is handed what was folded, and has states that are not kept here
	// any more; nil where there is none.
	follower *follower
	// pool reads commits while the connection of the writer is busy.
	pool *pgxpool.Pool

	position   casework.Position
	generation int64
	stopped    map[eventlog.Stream]readmodel.Quarantine
	entries    *lru.Cache[eventlog.Stream, *entry]
}

// newWriter makes a writer of a schema that is where its tables say. keep
// bounds the states that are kept; one that is not is folded again from its
// commits.
func newWriter(ctx context.Context, c *pgx.Conn, pool *pgxpool.Pool, schema string, by rules, past readmodel.Past, keep int) (*writer, error) {
	w := &writer{schema: schema, rules: by, past: past, pool: pool, stopped: make(map[eventlog.Stream]readmodel.Quarantine)}
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

// partSize is how many commits go into one transaction. While one part is
// written the next one is folded.
const partSize = 1_000

// apply folds a batch, part by part. What the tables have already is left out;
// a record that comes too early is a *eventlog.Gap, once what came before it is
// folded. After another error the tables have the parts before it.
func (w *writer) apply(ctx context.Context, c *pgx.Conn, batch []readmodel.Delivery) error {
	todo, gap := w.toDo(batch)
	for len(todo) > 0 {
		done, err := w.parts(ctx, c, todo)
		todo = todo[done:]
		if refused(err) {
			part := todo[:min(partSize, len(todo))]
			todo, err = todo[len(part):], w.oneByOne(ctx, c, part)
		}
		if err != nil {
			return err
		}
	}
	return gap
}

// toDo gives what follows the tables, up to a gap.
func (w *writer) toDo(batch []readmodel.Delivery) (todo []readmodel.Delivery, gap error) {
	todo = make([]readmodel.Delivery, 0, len(batch))
	next := eventlog.Position(w.position) + 1
	for _, d := range batch {
		switch {
		case d.Record.Position > next:
			return todo, &eventlog.Gap{Position: next}
		case d.Record.Position == next:
			todo = append(todo, d)
			next++
		}
	}
	return todo, nil
}

// parts writes records that follow each other, a part in each transaction, and
// gives how many of them are in the tables.
func (w *writer) parts(ctx context.Context, c *pgx.Conn, todo []readmodel.Delivery) (done int, err error) {
	var under *writing
	for part := range slices.Chunk(todo, partSize) {
		next, err := w.fold(ctx, part, under.folds())
		n, failed := w.finish(ctx, under)
		done, under = done+n, nil
		if err := cmp.Or(failed, err); err != nil {
			return done, err
		}
		under = w.begin(ctx, c, next, part)
	}
	n, err := w.finish(ctx, under)
	return done + n, err
}

// writing is a part on its way into the tables.
type writing struct {
	*folded

	part  []readmodel.Delivery
	ended chan error
}

// folds gives what a part came to; nil where there is none under way.
func (u *writing) folds() *folded {
	if u == nil {
		return nil
	}
	return u.folded
}

// begin begins to write a part.
func (w *writer) begin(ctx context.Context, c *pgx.Conn, f *folded, part []readmodel.Delivery) *writing {
	u := &writing{folded: f, part: part, ended: make(chan error, 1)}
	go func() { u.ended <- w.write(ctx, c, f, part) }()
	return u
}

// finish waits until a part is written, and gives how many records it has.
func (w *writer) finish(ctx context.Context, u *writing) (int, error) {
	if u == nil {
		return 0, nil
	}
	if err := <-u.ended; err != nil {
		return 0, err
	}
	w.wrote(ctx, u.folded)
	return len(u.part), nil
}

// wrote takes over what is in the tables by now.
func (w *writer) wrote(ctx context.Context, f *folded) {
	if w.follower != nil {
		w.follower.hand(ctx, &handed{after: w.position, upTo: f.position, next: f.next, stopped: f.stopped})
	}
	w.position = f.position
	for s, e := range f.next {
		w.entries.Add(s, e)
	}
	maps.Copy(w.stopped, f.stopped)
}

// oneByOne is for a part that has something in it that no table can hold. A
// record that is alone with it stops its stream, like one that cannot be
// folded.
func (w *writer) oneByOne(ctx context.Context, c *pgx.Conn, part []readmodel.Delivery) error {
	for _, d := range part {
		err := w.step(ctx, c, d)
		if refused(err) {
			d.Err = refusal(err)
			err = w.step(ctx, c, d)
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

// step folds one record and writes what comes of it.
func (w *writer) step(ctx context.Context, c *pgx.Conn, d readmodel.Delivery) error {
	_, err := w.parts(ctx, c, []readmodel.Delivery{d})
	return err
}

// channel is where positions are told to whoever waits for them.
const channel = "percorsi_position"

// swapping is the lock that who writes shares, and that who replaces a schema,
// or rows in it, has alone: a batch is written before or after, never across.
const swapping = 0x73_77_61_70_70_69_6e_67 // "swapping"

// write makes the changes, moves the position and copies the commits, in one
// transaction.
func (w *writer) write(ctx context.Context, c *pgx.Conn, f *folded, part []readmodel.Delivery) error {
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
			records := make([]eventlog.Record, len(part))
			for i, d := range part {
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
