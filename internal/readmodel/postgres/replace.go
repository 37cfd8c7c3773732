package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// replace takes away every row of a stream and makes the changes, in one
// transaction that does not move the position.
func (w *writer) replace(ctx context.Context, c *pgx.Conn, s eventlog.Stream, ch *changes) error {
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		b.Queue("select pg_advisory_xact_lock_shared($1)", int64(swapping))
		b.Queue("update "+progressIn(w.schema)+" set moved_at = now() where position = $1 and generation = $2", int64(w.position), w.generation).
			Exec(func(tag pgconn.CommandTag) error {
				if tag.RowsAffected() != 1 {
					return errOvertaken
				}
				return nil
			})
		queueRemoval(b, w.schema, s)
		ch.queue(b, w.schema)
		b.Queue("select pg_notify($1, $2)", channel, again(w.position, s))
		return tx.SendBatch(ctx, b).Close()
	})
}

// queueRemoval takes away every row of a stream.
func queueRemoval(b *pgx.Batch, schema string, s eventlog.Stream) {
	b.Queue("delete from "+quarantineTable.in(schema)+" where stream = $1", string(s))
	kind, name := readmodel.Split(s)
	for _, t := range tables {
		column, ok := t.owner()
		if !ok || !strings.HasPrefix(column, kind+"_") {
			continue
		}
		if kind != readmodel.CaseStream {
			b.Queue("delete from "+t.in(schema)+" where "+column+" = $1", name)
			continue
		}
		if id, err := readmodel.ParseID(name); err == nil {
			b.Queue("delete from "+t.in(schema)+" where "+column+" = $1", id16(id))
		}
	}
}

// owner gives the column that names the stream of a row: case_id, or else
// person_id or plan_id. The quarantine has none.
func (t *table) owner() (column string, ok bool) {
	for _, want := range []string{"case_id", "person_id", "plan_id"} {
		for _, c := range t.columns {
			if c.name == want {
				return want, true
			}
		}
	}
	return "", false
}

// again is what is told of a stream whose rows were replaced where they are.
func again(at casework.Position, s eventlog.Stream) string {
	return position(at) + " " + string(s)
}
