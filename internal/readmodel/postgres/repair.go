package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// Repair folds one case again from its beginning, and replaces all of its rows
// if they are not what comes of it. Whoever writes stands still for that
// moment. The error is NotFound for a case that the log does not know.
func (m *Model) Repair(ctx context.Context, id casework.CaseID) (out readmodel.Repaired, err error) {
	conn, err := pgx.ConnectConfig(ctx, m.pool.Config().ConnConfig.Copy())
	if err != nil {
		return out, unreachable(err)
	}
	defer func() { err = errors.Join(err, hangUp(ctx, conn)) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", int64(swapping)); err != nil {
			return err
		}
		out, err = m.repair(ctx, tx, caseStream(id))
		return err
	})
	return out, err
}

func (m *Model) repair(ctx context.Context, tx pgx.Tx, s eventlog.Stream) (out readmodel.Repaired, err error) {
	at, _, err := progressOf(ctx, tx, Schema)
	if err != nil {
		return out, err
	}
	t, err := foldWhole(ctx, tx, s, at, m.past)
	if err != nil {
		return out, err
	}
	if t.state.Last() == 0 && t.stopped == nil {
		return out, access.NoSuchCase()
	}
	out.Whole = t.stopped == nil
	if t.stopped != nil {
		out.Reason = t.stopped.Reason
	}
	before, err := digest(ctx, tx, s)
	if err != nil {
		return out, err
	}
	ch := newChanges()
	t.rows(ch, m.rules)
	b := &pgx.Batch{}
	queueRemoval(b, Schema, s)
	ch.queue(b, Schema)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return out, err
	}
	after, err := digest(ctx, tx, s)
	if err != nil || before == after {
		return out, err
	}
	out.Changed = true
	_, err = tx.Exec(ctx, "update percorsi.progress set generation = generation + 1")
	if err == nil {
		_, err = tx.Exec(ctx, "select pg_notify($1, $2)", channel, again(at, s))
	}
	return out, err
}

// digest tells whether the rows of a stream are still the same.
func digest(ctx context.Context, tx pgx.Tx, s eventlog.Stream) (string, error) {
	var all strings.Builder
	for _, t := range tables {
		var one string
		err := tx.QueryRow(ctx, "select coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text || '/' || count(*) from "+t.in(Schema)+
			" t where "+t.stream()+" = $1", string(s)).Scan(&one)
		if err != nil {
			return "", err
		}
		_, _ = all.WriteString(one + " ") // a strings.Builder takes everything
	}
	return all.String(), nil
}
