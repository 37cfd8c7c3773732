package postgres

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// waiting is everybody who waits for a position or for a stream.
type waiting struct {
	mu        sync.Mutex
	positions []*waiter
	streams   map[eventlog.Stream]*watch
}

type waiter struct {
	position casework.Position
	reached  chan struct{}
}

// watch is shared by those who wait for one stream.
type watch struct {
	changed chan struct{}
	users   int
}

// reach lets those go who wait for a position up to at.
func (w *waiting) reach(at casework.Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.positions = slices.DeleteFunc(w.positions, func(one *waiter) bool {
		if one.position > at {
			return false
		}
		close(one.reached)
		return true
	})
}

// wake lets those go who wait for one of the streams, or for any.
func (w *waiting) wake(all bool, streams ...eventlog.Stream) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s, one := range w.streams {
		if all || slices.Contains(streams, s) {
			close(one.changed)
			delete(w.streams, s)
		}
	}
}

func (w *waiting) anyStream() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.streams) > 0
}

func (w *waiting) join(s eventlog.Stream) *watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.streams == nil {
		w.streams = make(map[eventlog.Stream]*watch)
	}
	one, ok := w.streams[s]
	if !ok {
		one = &watch{changed: make(chan struct{})}
		w.streams[s] = one
	}
	one.users++
	return one
}

func (w *waiting) leave(s eventlog.Stream, one *watch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if one.users--; one.users == 0 && w.streams[s] == one {
		delete(w.streams, s)
	}
}

// Position is a position that the rows have at least: every answer covers it.
func (m *Model) Position(ctx context.Context) (casework.Position, error) {
	return casework.Position(m.reached.Load()), ctx.Err()
}

// Wait returns as soon as the rows cover a position.
func (m *Model) Wait(ctx context.Context, p casework.Position) error {
	one := &waiter{position: p, reached: make(chan struct{})}
	m.waiting.mu.Lock()
	if uint64(p) <= m.reached.Load() {
		m.waiting.mu.Unlock()
		return nil
	}
	m.waiting.positions = append(m.waiting.positions, one)
	m.waiting.mu.Unlock()
	select {
	case <-one.reached:
		return nil
	case <-ctx.Done():
		m.waiting.mu.Lock()
		m.waiting.positions = slices.DeleteFunc(m.waiting.positions, func(w *waiter) bool { return w == one })
		m.waiting.mu.Unlock()
		return readmodel.NotYet(ctx, p, casework.Position(m.reached.Load()))
	}
}

// Changed waits until a case has a commit after a position.
func (m *Model) Changed(ctx context.Context, id casework.CaseID, after casework.Position) (*casework.Case, error) {
	stream := caseStream(id)
	for {
		w := m.waiting.join(stream) // first, so that no change falls in between
		c, err := m.changedNow(ctx, id, after)
		if err != nil || c != nil {
			m.waiting.leave(stream, w)
			return c, err
		}
		select {
		case <-w.changed:
		case <-ctx.Done():
			m.waiting.leave(stream, w)
			return nil, ctx.Err()
		}
	}
}

// changedNow gives the case if it has changed, nil if not yet.
func (m *Model) changedNow(ctx context.Context, id casework.CaseID, after casework.Position) (*casework.Case, error) {
	c, stopped, err := m.readCase(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case c.Last > after:
		return c, nil
	case stopped != 0:
		return nil, readmodel.Quarantine{At: stopped}.Err()
	default:
		return nil, nil
	}
}

// Feed tells which cases change. Rows that a rebuild puts in the place of others
// are told of with their next commits: whoever wrote the others knew as much of
// the log.
func (m *Model) Feed(ctx context.Context, after uint64) (readmodel.FeedPage, error) {
	return m.recent.Feed(ctx, after)
}

// advance is told that the rows have reached a position.
func (m *Model) advance(at casework.Position) {
	for {
		had := m.reached.Load()
		if uint64(at) <= had {
			return
		}
		if m.reached.CompareAndSwap(had, uint64(at)) {
			m.waiting.reach(at)
			return
		}
	}
}

func caseStream(id uuid.UUID) eventlog.Stream {
	return eventlog.Stream(readmodel.CaseStream + "." + id.String())
}

func position(p casework.Position) string { return strconv.FormatUint(uint64(p), 10) }

// The pauses before a lost connection is made anew.
const (
	listenAgain     = 50 * time.Millisecond
	listenAgainMost = 2 * time.Second
)

// listen begins to hear of new positions, and goes on until Close.
func (m *Model) listen(ctx context.Context) error {
	conn, err := m.ear(ctx)
	if err != nil {
		return err
	}
	hearing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	m.hearing = cancel
	go m.hear(hearing, conn)
	return nil
}

// ear makes a connection that hears of positions, and catches up on what was
// said before.
func (m *Model) ear(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, m.pool.Config().ConnConfig.Copy())
	if err != nil {
		return nil, err
	}
	if _, err = conn.Exec(ctx, "listen "+channel); err == nil {
		var at casework.Position
		at, _, err = progressOf(ctx, conn, Schema)
		m.advance(at)
		m.heardOf = max(m.heardOf, at)
	}
	if err != nil {
		return nil, errors.Join(err, hangUp(ctx, conn))
	}
	m.waiting.wake(true)
	m.recent.Break()
	return conn, nil
}

// hear hears until ctx ends. A lost connection is made anew.
func (m *Model) hear(ctx context.Context, conn *pgx.Conn) {
	defer close(m.heard)
	for {
		err := m.hearOn(ctx, conn)
		_ = hangUp(ctx, conn) // it is lost, or no longer wanted
		if ctx.Err() != nil {
			return
		}
		// What else is open may be as dead as that one was.
		m.pool.Reset()
		m.logger.WarnContext(ctx, "the connection that hears of new positions was lost: it is made anew", slog.Any("error", err))
		if conn = m.earAgain(ctx); conn == nil {
			return
		}
	}
}

// earAgain tries until there is a connection, or ctx ends.
func (m *Model) earAgain(ctx context.Context) *pgx.Conn {
	for pause := listenAgain; ; pause = min(2*pause, listenAgainMost) {
		conn, err := m.ear(ctx)
		if err == nil {
			return conn
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return nil
		}
	}
}

func (m *Model) hearOn(ctx context.Context, conn *pgx.Conn) error {
	for {
		word, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		said, stream, _ := strings.Cut(word.Payload, " ")
		p, err := strconv.ParseUint(said, 10, 63)
		if err != nil {
			continue // somebody else's word on our channel
		}
		m.states.Remove(eventlog.Stream(stream))
		at, err := m.confirm(ctx, conn, casework.Position(p))
		if err != nil {
			return err
		}
		if err := m.wakeChanged(ctx, conn, at, eventlog.Stream(stream)); err != nil {
			return err
		}
	}
}

// confirm gives the position that the rows have after somebody said that they
// have reached one. Whoever may connect can say so: the rows have the last word.
func (m *Model) confirm(ctx context.Context, conn *pgx.Conn, said casework.Position) (casework.Position, error) {
	if said <= m.at() {
		return said, nil
	}
	at, _, err := progressOf(ctx, conn, Schema)
	return at, err
}

// wakeChanged lets those go who wait for a stream that has changed since the
// last position, and tells who follows.
func (m *Model) wakeChanged(ctx context.Context, conn *pgx.Conn, at casework.Position, replaced eventlog.Stream) error {
	had := m.heardOf
	m.heardOf = max(had, at)
	m.advance(at)
	if replaced != "" {
		m.waiting.wake(false, replaced)
		m.recent.Add(replaced)
	}
	if at <= had {
		return nil
	}
	if !m.waiting.anyStream() && m.recent.Skip() {
		return nil
	}
	rows, err := conn.Query(ctx, "select distinct stream from percorsi_log.commits where position > $1 and position <= $2", int64(had), int64(at))
	if err != nil {
		return err
	}
	streams, err := pgx.CollectRows(rows, pgx.RowTo[eventlog.Stream])
	m.waiting.wake(false, streams...)
	m.recent.Add(streams...)
	return err
}
