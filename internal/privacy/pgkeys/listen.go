package pgkeys

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// connectWithin bounds the making of a connection.
	connectWithin = 10 * time.Second
	// longestQuiet is how long nothing may be heard before the connection is
	// tried.
	longestQuiet = 10 * time.Second
	// triedWithin bounds that trial.
	triedWithin = 10 * time.Second
	// loadWithin bounds the reading of all keys; 100,000 take less than a
	// second.
	loadWithin = 2 * time.Minute
	// The waits between attempts to connect again: the first, and the longest.
	firstWait, longestWait = 50 * time.Millisecond, 2 * time.Second
)

// tune makes the connection on which this process hears of keys, and reads all
// of them: first it listens, so that nothing is missed in between.
func (k *Keys) tune(ctx context.Context) (*pgx.Conn, error) {
	connecting, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	conn, err := pgx.ConnectConfig(connecting, k.pool.Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	if err := k.load(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return conn, nil
}

func (k *Keys) load(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, loadWithin)
	defer cancel()
	if _, err := conn.Exec(ctx, "listen "+Schema); err != nil {
		return err
	}
	return k.reload(ctx, conn)
}

func (k *Keys) reload(ctx context.Context, conn *pgx.Conn) error {
	all, err := read(ctx, conn, "select person, wrapped from "+Schema+".keys")
	if err != nil {
		return fmt.Errorf("read the keys: %w", err)
	}
	k.memory.replace(all)
	return nil
}

// listen hears of keys until ctx ends. A connection that is lost is made
// again.
func (k *Keys) listen(ctx context.Context, conn *pgx.Conn) {
	for {
		err := k.hear(ctx, conn)
		_ = conn.Close(ctx) // nothing is lost that is not lost already
		if ctx.Err() != nil {
			return
		}
		k.logger.LogAttrs(ctx, slog.LevelWarn, "the connection to the database of the keys was lost: keys that are destroyed meanwhile stay in use here", slog.Any("error", err))
		if conn = k.tuneAgain(ctx); conn == nil {
			return
		}
		k.logger.LogAttrs(ctx, slog.LevelInfo, "the database of the keys is reached again, and all keys were read")
	}
}

// tuneAgain tries until it succeeds; nil where ctx ended.
func (k *Keys) tuneAgain(ctx context.Context) *pgx.Conn {
	t := time.NewTimer(0)
	defer t.Stop()
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
		if conn, err := k.tune(ctx); err == nil {
			return conn
		}
		t.Reset(wait)
	}
}

// hear does what it is told until the connection is lost.
func (k *Keys) hear(ctx context.Context, conn *pgx.Conn) error {
	for {
		n, err := k.next(ctx, conn)
		if err != nil {
			return err
		}
		if err := k.obey(ctx, conn, n.Payload); err != nil {
			return err
		}
	}
}

// next waits for a notification. A connection on which nothing is heard for a
// while must show that it lives.
func (k *Keys) next(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	for {
		waiting, cancel := context.WithTimeout(ctx, k.quiet)
		n, err := conn.WaitForNotification(waiting)
		cancel()
		if err == nil || ctx.Err() != nil || !pgconn.Timeout(err) {
			return n, err
		}
		trying, cancel := context.WithTimeout(ctx, triedWithin)
		err = conn.Ping(trying)
		cancel()
		if err != nil {
			return nil, err
		}
	}
}

// obey does what a trigger says; see the migrations.
func (k *Keys) obey(ctx context.Context, conn *pgx.Conn, said string) error {
	ctx, cancel := context.WithTimeout(ctx, loadWithin)
	defer cancel()
	if said == "*" {
		return k.reload(ctx, conn)
	}
	people, err := named(strings.TrimLeft(said, "+-"))
	if err != nil {
		return k.reload(ctx, conn) // a newer schema says something else
	}
	if strings.HasPrefix(said, "-") {
		k.memory.forget(people)
		return nil
	}
	if people = k.memory.lacks(people); len(people) > 0 {
		_, err = k.fetch(ctx, conn, people) // before they are needed
	}
	return err
}

func named(list string) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for id := range strings.SplitSeq(list, ",") {
		person, err := uuid.Parse(id)
		if err != nil {
			return nil, errors.New("a notification names no people")
		}
		out = append(out, person)
	}
	return out, nil
}
