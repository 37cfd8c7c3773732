package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/pgcopy"
)

// Log is what a rebuild reads of the log.
type Log interface {
	Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error]
	Last(ctx context.Context) (eventlog.Position, error)
}

// fillSize is how many commits are copied in one transaction.
const fillSize = 50_000

// streamIndex finds the commits of a stream. It is made anew after an empty
// copy was filled, which is faster than keeping it up meanwhile.
const streamIndex = "create index if not exists commits_stream on percorsi_log.commits (stream, position)"

// fill brings the copy up to the end of the log and gives the end. Where this
// process, or nobody, leads, it copies what is missing, many commits at a time;
// where another one leads, that one does, and this waits for it.
func (m *Model) fill(ctx context.Context, log Log, p *pace) (casework.Position, error) {
	target, err := log.Last(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask the log for its end: %w", err)
	}
	m.leading.Lock()
	defer m.leading.Unlock()
	err = m.tryLead(ctx)
	if errors.Is(err, ErrFollows) {
		p.begin("wait for the process that writes", 0)
		return casework.Position(target), m.Wait(ctx, casework.Position(target))
	}
	if err != nil {
		return 0, err
	}
	return casework.Position(target), m.copyMissing(ctx, log, target, p)
}

func (m *Model) copyMissing(ctx context.Context, log Log, target eventlog.Position, p *pace) error {
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
	for _, statement := range []string{streamIndex, "analyze percorsi_log.commits"} {
		if _, err := m.pool.Exec(ctx, statement); err != nil {
			return unreachable(err)
		}
	}
	return nil
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
