package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
)

// fillSize is how many commits are copied in one transaction.
const fillSize = 50_000

// makeStreamIndex makes the index that finds the commits of a stream, where it is
// missing. It is made anew after an empty copy was filled, which is faster than
// keeping it up meanwhile.
//
// Another connection may be making it, such as one whose client has given up while
// the server goes on. "if not exists" does not see that index and fails once it is
// there, so whoever makes it keeps others from the table.
func makeStreamIndex(ctx context.Context, db beginner) error {
	var missing bool
	if err := db.QueryRow(ctx, "select to_regclass('percorsi_log.commits_stream') is null").Scan(&missing); err != nil || !missing {
		return err
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		for _, statement := range []string{
			"lock table percorsi_log.commits in share row exclusive mode",
			"create index if not exists commits_stream on percorsi_log.commits (stream, position)",
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// beginner is a connection, or many.
type beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// fill brings the copy up to the end of the log and gives the end. Where this
// process, or nobody, leads, it copies what is missing, many commits at a time;
// where another one leads, that one does, and this waits for it.
func (m *Model) fill(ctx context.Context, log eventlog.Reader, p *pace) (casework.Position, error) {
	last, err := log.Last(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask the log for its end: %w", err)
	}
	target := casework.Position(last)
	for told := false; ; told = true {
		if err := m.fillOnce(ctx, log, last, p); !errors.Is(err, ErrFollows) {
			return target, err
		}
		if !told {
			p.begin("wait for the process that writes", 0)
		}
		if there, err := m.waitAWhile(ctx, target); there || err != nil {
			return target, err
		}
	}
}

// fillOnce copies what is missing; ErrFollows where another process leads.
func (m *Model) fillOnce(ctx context.Context, log eventlog.Reader, target eventlog.Position, p *pace) error {
	m.leading.Lock()
	defer m.leading.Unlock()
	if err := m.tryLead(ctx); err != nil {
		return err
	}
	if err := m.copyMissing(ctx, log, target, p); err != nil {
		// Who leads next makes the index that may be missing now.
		return errors.Join(err, m.resign(ctx))
	}
	return nil
}

// waitAWhile waits for a position, but not so long that nobody would notice
// that the process which writes is gone.
func (m *Model) waitAWhile(ctx context.Context, p casework.Position) (there bool, err error) {
	while, cancel := context.WithTimeout(ctx, askEvery)
	defer cancel()
	return m.Wait(while, p) == nil, ctx.Err()
}

func (m *Model) copyMissing(ctx context.Context, log eventlog.Reader, target eventlog.Position, p *pace) error {
	at, err := pgcopy.New(m.pool).Last(ctx)
	if err != nil || at >= target {
		return unreachable(err)
	}
	p.begin("copy the log", uint64(target-at))
	if at == 0 {
		if _, err := m.pool.Exec(ctx, "drop index if exists percorsi_log.commits_stream"); err != nil {
			return unreachable(err)
		}
	}
	next, stop := iter.Pull2(log.Read(ctx, at, target))
	defer stop()
	for at < target {
		n, err := pgcopy.Load(ctx, m.pool, take(next, fillSize, p))
		if err != nil {
			return err
		}
		at += eventlog.Position(n)
	}
	p.begin("index the copy", 0)
	if err := makeStreamIndex(ctx, m.pool); err != nil {
		return unreachable(err)
	}
	_, err = m.pool.Exec(ctx, "analyze percorsi_log.commits")
	return unreachable(err)
}

// take gives at most n records more.
func take(next func() (eventlog.Record, error, bool), n int, p *pace) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		for range n {
			r, err, more := next()
			if !more || !yield(r, err) || err != nil {
				return
			}
			p.add(1)
		}
	}
}
