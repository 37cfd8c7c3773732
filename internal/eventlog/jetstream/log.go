package jetstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"percorsi/internal/eventlog"
)

// minPayload is what the server must accept as one message: the largest entry
// and the headers that the log adds.
const minPayload = 1 << 20

// defaultTimeout is how long an append waits for its answer, at most.
const defaultTimeout = 10 * time.Second

// Config says which stream of the server holds the log.
type Config struct {
	// Conn carries the appends.
	Conn *nats.Conn
	// ReadConn carries everything else, so that the answer to an append never
	// queues behind a replay. Nil stands for Conn.
	ReadConn *nats.Conn
	// Name is the name of the stream on the server, such as "PZ-LODI".
	Name string
	// Prefix is what the subjects begin with, such as "pz.lodi": the stream
	// "case.1" has the subject "pz.lodi.case.1".
	Prefix string
	// Replicas is the number of servers that keep the log; 0 stands for 1.
	Replicas int
	// Timeout bounds the wait for the answer to an append; 0 stands for 10
	// seconds. After it the outcome is unknown.
	Timeout time.Duration
	// Logger gets what a reader overcomes by itself. Nil stands for
	// slog.Default().
	Logger *slog.Logger
}

// Names gives the name and the prefix of the log of an Ambito, as every process
// of Percorsi calls them.
func Names(ambito string) (name, prefix string) {
	return "PZ-" + strings.ToUpper(ambito), "pz." + ambito
}

// Log is the log in one stream of a NATS server. Create it with Open. It is
// safe for concurrent use.
type Log struct {
	conn     *nats.Conn
	reads    natsjs.JetStream
	name     string
	prefix   string // with its dot
	replicas int
	timeout  time.Duration
	logger   *slog.Logger
	group    *group
}

// Open creates the stream on the server, or checks that the one that is there
// is fit to be the log: an existing stream is never changed. The errors are
// for the operator.
func Open(ctx context.Context, cfg Config) (*Log, error) {
	l, err := prepare(cfg)
	if err != nil {
		return nil, err
	}
	if l.replicas, err = ensureStream(ctx, l.reads, streamConfig(cfg)); err != nil {
		return nil, fmt.Errorf("open log %s: %w", cfg.Name, err)
	}
	return l, nil
}

// prepare checks a configuration and makes a log that has not met its stream.
func prepare(cfg Config) (*Log, error) {
	if cfg.Conn == nil || cfg.Name == "" {
		return nil, errors.New("open log: a connection and the name of the stream are needed")
	}
	if err := eventlog.Stream(cfg.Prefix).Validate(); err != nil {
		return nil, fmt.Errorf("open log %s: subject prefix: %w", cfg.Name, err)
	}
	if got := cfg.Conn.MaxPayload(); got < minPayload {
		return nil, fmt.Errorf("open log %s: the server accepts messages up to %d bytes: set max_payload to %d or more", cfg.Name, got, minPayload)
	}
	if cfg.ReadConn == nil {
		cfg.ReadConn = cfg.Conn
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = defaultTimeout
	}
	reads, err := natsjs.New(cfg.ReadConn)
	if err != nil {
		return nil, fmt.Errorf("open log %s: %w", cfg.Name, err)
	}
	l := &Log{
		conn:     cfg.Conn,
		reads:    reads,
		name:     cfg.Name,
		prefix:   cfg.Prefix + ".",
		replicas: max(cfg.Replicas, 1),
		timeout:  cfg.Timeout,
		logger:   cfg.Logger,
	}
	l.group = &group{send: l.publishBatch, id: nuid.New()}
	return l, nil
}

// Close refuses what has not been sent with eventlog.ErrClosed and waits for
// the batch that is out; appends that are out alone end by themselves. It
// leaves the connections open: they are the caller's.
func (l *Log) Close() { l.group.close() }
