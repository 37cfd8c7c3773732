package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
)

// leadership is the lock of the database that the one process holds which
// writes the read model. It belongs to a connection, so it is free as soon as
// the process, or its connection, is gone.
const leadership = 0x70_72_6f_6a_65_63_74_73 // "projects"

// askEvery is how often a process asks whether it may lead.
const askEvery = 250 * time.Millisecond

// answerWithin bounds how long the database may take to show that it is there.
const answerWithin = 5 * time.Second

// resignWithin bounds how long it takes to give up the lead.
const resignWithin = 5 * time.Second

// lead is the right to write, with what is needed for it.
type lead struct {
	conn   *pgx.Conn
	writer *writer
}

// ErrFollows says that another process writes the read model.
var ErrFollows = fault.New(fault.Unavailable, "another process keeps the read model in step with the log: this one follows")

// Lead waits until this process is the one that writes. What had stopped is
// tried again then, since this program may know what an older one did not. The
// error is that of ctx, or that of the database.
func (m *Model) Lead(ctx context.Context) error {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for {
		err := m.leadOnce(ctx)
		if !errors.Is(err, ErrFollows) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Leads tells that this process still is the one that writes. The error is
// ErrFollows, or that of the connection that was lost, with which the lead is.
func (m *Model) Leads(ctx context.Context) error {
	m.leading.Lock()
	defer m.leading.Unlock()
	if m.lead == nil {
		return ErrFollows
	}
	asked, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if err := m.lead.conn.Ping(asked); err != nil {
		return errors.Join(unreachable(err), m.resign(ctx))
	}
	return nil
}

func (m *Model) leadOnce(ctx context.Context) error {
	m.leading.Lock()
	defer m.leading.Unlock()
	return m.tryLead(ctx)
}

// tryLead takes the lead if nobody has it; ErrFollows otherwise. Who leads, but
// writes behind where the rows are by now, begins again: a rebuild has brought
// them there.
func (m *Model) tryLead(ctx context.Context) error {
	if m.lead != nil && !m.lead.conn.IsClosed() {
		if m.lead.writer.position >= m.at() {
			return nil
		}
		if err := m.beginAgain(ctx); err == nil || ctx.Err() != nil {
			return err
		}
		// Its connection was lost without a word: the lead is free.
	}
	m.lead = nil
	l, err := m.takeLead(ctx)
	if err != nil {
		return err
	}
	if err := m.retryStopped(ctx, l); err != nil {
		return errors.Join(err, hangUp(ctx, l.conn))
	}
	m.lead = l
	m.advance(l.writer.position)
	return nil
}

// beginAgain makes a new writer for who leads, from where the rows are now. The
// lead stays here.
func (m *Model) beginAgain(ctx context.Context) error {
	w, err := m.newWriter(ctx, m.lead.conn)
	if err != nil {
		return errors.Join(err, m.resign(ctx))
	}
	m.lead.writer = w
	m.advance(w.position)
	return nil
}

// newWriter makes the writer of the live rows. What it folds goes to the figures
// of this process too, which have to look at the rows first: others may have
// written there.
func (m *Model) newWriter(ctx context.Context, c *pgx.Conn) (*writer, error) {
	w, err := newWriter(ctx, c, m.pool, Schema, m.rules, m.past, m.keep)
	if err != nil {
		return nil, err
	}
	w.copies, w.follower = true, m.figures
	m.figures.handover.breakOff()
	return w, nil
}

func (m *Model) takeLead(ctx context.Context) (*lead, error) {
	cfg := m.pool.Config().ConnConfig.Copy()
	// A machine that is gone without a word must not hold the lock for long.
	cfg.RuntimeParams["tcp_keepalives_idle"] = "5"
	cfg.RuntimeParams["tcp_keepalives_interval"] = "2"
	cfg.RuntimeParams["tcp_keepalives_count"] = "3"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, unreachable(err)
	}
	var mine bool
	if err = conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", int64(leadership)).Scan(&mine); err == nil && !mine {
		err = ErrFollows
	}
	l := &lead{conn: conn}
	if err == nil {
		// A fill that was cut off may have left the copy without it.
		err = makeStreamIndex(ctx, conn)
	}
	if err == nil {
		l.writer, err = m.newWriter(ctx, conn)
	}
	if err == nil {
		err = m.keepRules(ctx, l)
	}
	if err != nil {
		return nil, errors.Join(err, hangUp(ctx, conn))
	}
	return l, nil
}

// resign gives up the lead: another process may take it at once.
func (m *Model) resign(ctx context.Context) error {
	if m.lead == nil {
		return nil
	}
	conn := m.lead.conn
	m.lead = nil
	return hangUp(ctx, conn)
}

// hangUp closes a connection that may hold locks. They are given up first: a
// server may take a moment to see that a connection has gone.
func hangUp(ctx context.Context, c *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), resignWithin)
	defer cancel()
	if !c.IsClosed() {
		_, _ = c.Exec(ctx, "select pg_advisory_unlock_all()") // closing does the same, later
	}
	return c.Close(ctx)
}

// keepRules writes down what rows are counted by, and says loudly where
// rows were counted by other rules.
func (m *Model) keepRules(ctx context.Context, l *lead) error {
	digest := m.rules.digest()
	var had []byte
	if err := l.conn.QueryRow(ctx, "select clock_rules from percorsi.progress").Scan(&had); err != nil {
		return err
	}
	if string(had) == string(digest) {
		return nil
	}
	if len(had) > 0 && l.writer.position > 0 {
		m.logger.WarnContext(ctx, "the rules of clocks or approvals, or the way facts are folded into cases, have changed: rows of cases that nothing is recorded on stay as they were until the read model is rebuilt, see percorsi projections rebuild")
	}
	_, err := l.conn.Exec(ctx, "update percorsi.progress set clock_rules = $1", digest)
	return err
}

// retryStopped folds streams again that had stopped, from the copy.
func (m *Model) retryStopped(ctx context.Context, l *lead) error {
	for _, s := range slices.Collect(maps.Keys(l.writer.stopped)) {
		resumed, err := l.writer.refold(ctx, l.conn, s)
		if refused(err) {
			continue // it stays as it is
		}
		if err != nil {
			return fmt.Errorf("try again what had stopped: %w", err)
		}
		if resumed {
			m.logger.InfoContext(ctx, "a stream that had stopped goes on", slog.String("stream", string(s)))
		}
	}
	return nil
}

// refold folds a stream from its beginning, and replaces all of its rows. It
// tells whether the stream is whole: not in quarantine.
func (w *writer) refold(ctx context.Context, c *pgx.Conn, s eventlog.Stream) (whole bool, err error) {
	t, err := foldWhole(ctx, c, s, w.position, w.past)
	if err != nil {
		return false, err
	}
	ch := newChanges()
	t.rows(ch, w.rules)
	if err := w.replace(ctx, c, s, ch); err != nil {
		return false, err
	}
	w.entries.Remove(s)
	delete(w.stopped, s)
	if t.stopped != nil {
		w.stopped[s] = *t.stopped
	}
	return t.stopped == nil, nil
}
