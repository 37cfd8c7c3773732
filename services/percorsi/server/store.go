package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/nats-io/nats.go"

	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/notice/outbox"
	"percorsi/internal/platform/embednats"
)

// store is the log with what carries it.
type store struct {
	log *jetstream.Log
	// notices is where notices are kept; nil in a process that gives none.
	notices  *jetstream.Log
	embedded *embednats.Server // nil with a server of its own
	conns    []*nats.Conn
	// live carries what is not kept.
	live *nats.Conn
}

// openStore opens the log: embedded in the data folder, or on a server.
func openStore(ctx context.Context, cfg Config) (*store, error) {
	s := &store{}
	if err := s.open(ctx, cfg); err != nil {
		return nil, errors.Join(err, s.close(ctx))
	}
	return s, nil
}

func (s *store) open(ctx context.Context, cfg Config) error {
	connect, err := s.connector(cfg)
	if err != nil {
		return err
	}
	// Appends, reads, notices and what is not kept each have a connection, so that
	// an answer to an append never queues behind a replay.
	for range 4 {
		conn, err := connect()
		if err != nil {
			return err
		}
		s.conns = append(s.conns, conn)
	}
	s.live = s.conns[3]
	name, prefix := jetstream.Names(cfg.Ambito)
	s.log, err = jetstream.Open(ctx, jetstream.Config{
		Conn: s.conns[0], ReadConn: s.conns[1], Logger: cfg.Logger,
		Name: name, Prefix: prefix,
	})
	if err != nil {
		return err
	}
	if err := s.openNotices(ctx, cfg); err != nil || s.embedded != nil {
		return err
	}
	return s.warn(ctx, cfg.Logger)
}

// openNotices opens the stream of the notices beside that of the log.
func (s *store) openNotices(ctx context.Context, cfg Config) (err error) {
	if !cfg.Serves(Notifier) {
		return nil
	}
	name, prefix := outbox.Names(cfg.Ambito)
	s.notices, err = jetstream.Open(ctx, jetstream.Config{Conn: s.conns[2], Logger: cfg.Logger, Name: name, Prefix: prefix})
	return err
}

// warn says loudly what a server that is not ours may do to an acknowledged
// command: its own default syncs every two minutes.
func (s *store) warn(ctx context.Context, logger *slog.Logger) error {
	doubts, err := s.log.Doubts(ctx)
	for _, d := range doubts {
		logger.LogAttrs(ctx, slog.LevelWarn, "acknowledged commands may be lost", slog.String("because", d))
	}
	return err
}

// connector starts the embedded server, or reaches the one that is named.
func (s *store) connector(cfg Config) (func() (*nats.Conn, error), error) {
	if cfg.NATS != "" {
		return func() (*nats.Conn, error) {
			conn, err := jetstream.Connect(cfg.NATS)
			if err != nil {
				return nil, fmt.Errorf("reach the NATS server of --nats: %w", err)
			}
			return conn, nil
		}, nil
	}
	var err error
	s.embedded, err = embednats.Start(embednats.Config{Dir: cfg.logDir(), Logger: cfg.Logger})
	if errors.Is(err, embednats.ErrInUse) {
		return nil, fmt.Errorf("%w; to serve from several processes, start each with --nats and the address of a NATS server, and with --keys", err)
	}
	if err != nil {
		return nil, err
	}
	return s.embedded.Conn, nil
}

func (s *store) close(ctx context.Context) error {
	for _, l := range []*jetstream.Log{s.log, s.notices} {
		if l != nil {
			l.Close()
		}
	}
	for _, c := range s.conns {
		c.Close()
	}
	if s.embedded != nil {
		return s.embedded.Shutdown(ctx)
	}
	return nil
}
